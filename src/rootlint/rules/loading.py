"""Folders of YAML to checked rules: every fault in every file is reported at once, with its place."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rootlint.documents import Document, load_yaml
from rootlint.errors import Place, Problems, UserError, did_you_mean
from rootlint.model import PackHead
from rootlint.plugins import PackSource, blaming, collect
from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, Check, CheckKind
from rootlint.rules.checks.python import Python
from rootlint.rules.deciding import deciding
from rootlint.rules.keeping import Kept
from rootlint.rules.language import tree
from rootlint.rules.language.checking import Schema, format_schema
from rootlint.rules.language.types import OF_PARAMETER_KIND, Type
from rootlint.rules.linking import check_links
from rootlint.rules.model import LoadedRule, Rule
from rootlint.rules.repairs import Borrowed, compile_repairs, settled
from rootlint.rules.schema import validated
from rootlint.rules.sources import BUILTIN, folder_pack, installed_packs
from rootlint.shipped import shipped_folder
from rootlint.snapshot.mapping import load_mapping

if TYPE_CHECKING:
    from rootlint.jurisdictions.laws import Laws

__all__ = [
    "BUILTIN",
    "LoadRule",
    "Packs",
    "check_kinds",
    "check_rule",
    "compile_rule",
    "folder_pack",
    "installed_packs",
    "load_packs",
    "load_rule",
    "load_rules",
    "name_of",
    "needs_of",
    "read_packs",
    "rule_files",
]


@dataclass(frozen=True)
class Packs:
    """All rules of a run, by name, and the packs they came from."""

    rules: Mapping[str, LoadedRule]
    heads: tuple[PackHead, ...]
    functions: Mapping[str, object]  # for checks of kind python

    @cached_property
    def names(self) -> dict[str, str]:
        """Every name and former name, with the name it stands for."""
        known = {name: name for name in self.rules}
        for name, loaded in self.rules.items():
            known |= dict.fromkeys(loaded.rule.aliases, name)
        return known


def check_kinds() -> dict[str, CheckKind]:
    """The check kinds of all plugins, by name."""
    return collect("rootlint_check_kinds", "check kind")


def load_rules(
    laws: Laws,
    folders: Sequence[Path] = (),
    mappings: Sequence[Path] = (),
    instead: Sequence[PackSource] = (),
    cache: Path | None = None,
) -> Packs:
    """The rules of all plugins and of further folders, checked against the format and the vocabulary.

    ``instead`` are packs that stand in place of those of the same names; ``cache`` is as of ``load_packs``.
    """
    parameters = laws.vocabulary.parameters
    kinds = {name: OF_PARAMETER_KIND[parameter.kind] for name, parameter in parameters.items()}
    replaced = {pack.name for pack in instead}
    kept = [pack for pack in (*installed_packs(), *map(folder_pack, folders)) if pack.name not in replaced]
    return load_packs([*kept, *instead], kinds, load_mapping(mappings).names, cache)


LoadRule = Callable[
    [Path, str, PackSource, Mapping[str, CheckKind], Schema, Problems], LoadedRule | None
]  # as load_rule does


def load_packs(
    sources: Iterable[PackSource],
    parameters: Mapping[str, Type],
    settings: frozenset[str] | None = None,
    cache: Path | None = None,
) -> Packs:
    """Load and check all rules of the packs; raise with every fault of every file.

    ``settings`` are names of settings that mappings of the user's own add to the built-in ones. Packs that were found
    sound are kept in the folder ``cache``, and taken from there.
    """
    problems = Problems()
    schema = replace(format_schema(parameters), settings=settings)
    with _no_collecting():
        kept = Kept(cache, parameters, settings) if cache is not None else None
        packs = read_packs(sources, schema, problems, load_rule, kept)
    problems.raise_if_any()
    return replace(packs, rules=_with_settled_repairs(packs))


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Leave garbage alone: nearly all that loading makes is kept, and looking through it takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def read_packs(
    sources: Iterable[PackSource],
    schema: Schema,
    problems: Problems,
    load: LoadRule,
    kept: Kept | None = None,
) -> Packs:
    """The rules of the packs that are sound; what is wrong with them and with the others is added to ``problems``.

    ``load`` reads one rule file, and may know it already; what is ``kept`` is not read again. Repairs that speak of
    other rules are left as they stand.
    """
    kinds = check_kinds()
    rules: dict[str, LoadedRule] = {}
    heads: list[PackHead] = []
    functions: dict[str, object] = {}
    faulty: set[str] = set()
    for source in sources:
        files = {path.relative_to(source.folder).as_posix(): path for path in rule_files(source.folder)}
        digest = _digest(files)
        loaded = kept.read(source, digest) if kept is not None else None
        if loaded is None:
            before = len(problems.found)
            loaded = _load_pack(source, files, kinds, schema, problems, load, faulty)
            if kept is not None and len(problems.found) == before:
                kept.write(source, digest, loaded)
        for rule in loaded:
            if rule.name in rules:
                other = rules[rule.name].document.file
                problems.add(
                    f"rule '{rule.name}' stands in {other} too",
                    rule.document.place(("name",)),
                    "a name stands for one rule",
                )
            rules.setdefault(rule.name, rule)
        heads.append(PackHead(source.name, source.version, digest, len(loaded)))
        for name in sorted(set(source.functions or {}) & set(functions)):
            problems.add(
                f"pack '{source.name}' registers the function '{name}', which another pack has",
                help="a name stands for one function",
            )
        functions |= source.functions or {}
    packs = Packs(dict(sorted(rules.items())), tuple(heads), functions)
    _check_names(packs, faulty, problems)
    check_links(packs.rules, packs.names, problems)
    return packs


def _with_settled_repairs(packs: Packs) -> dict[str, LoadedRule]:
    """The rules, with the steps of other rules in place where a repair speaks of them."""
    repairs = {alias: packs.rules[name].repairs for alias, name in packs.names.items()}
    return {name: replace(loaded, repairs=settled(name, repairs)) for name, loaded in packs.rules.items()}


def rule_files(folder: Path) -> list[Path]:
    """The rule files of a pack, in order."""
    return sorted(path for path in folder.rglob("*.yaml") if path.name != "pack.yaml")


def _digest(files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for shown, path in files.items():
        digest.update(shown.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _load_pack(
    source: PackSource,
    files: Mapping[str, Path],
    kinds: Mapping[str, CheckKind],
    schema: Schema,
    problems: Problems,
    load: LoadRule,
    faulty: set[str],
) -> list[LoadedRule]:
    """The sound rules of a pack; names of the others are added to ``faulty``."""
    prefix = "rules" if source.folder == shipped_folder("rules") else source.folder.as_posix()
    loaded: list[LoadedRule] = []
    for shown, path in files.items():
        rule = load(path, f"{prefix}/{shown}", source, kinds, schema, problems)
        if rule is not None:
            loaded.append(rule)
        else:
            faulty.add(name_of(path, source))
    if not loaded and not problems.found:
        problems.add(
            "no rule stands in this folder",
            Place(str(source.folder)),
            "a rule is a .yaml file; see rootlint rules new",
        )
    return loaded


def load_rule(
    path: Path,
    shown_as: str,
    source: PackSource,
    kinds: Mapping[str, CheckKind],
    schema: Schema,
    problems: Problems,
) -> LoadedRule | None:
    """Load and check one rule file."""
    try:
        document = load_yaml(path, shown_as=shown_as)
    except UserError as error:
        problems.found.extend(error.problems)
        return None
    return check_rule(document, path, source, kinds, schema, problems)


def check_rule(
    document: Document,
    path: Path,
    source: PackSource,
    kinds: Mapping[str, CheckKind],
    schema: Schema,
    problems: Problems,
) -> LoadedRule | None:
    """Check one parsed rule file."""
    before = len(problems.found)
    if not isinstance(document.data, dict):
        problems.add(
            "a rule is a mapping of keys", document.place(), "rootlint rules new writes one to start from"
        )
        return None
    rule = validated(Rule, document.data, document, (), problems)
    if rule is None:
        return None
    _check_identity(rule, path, source, document, problems)
    loaded = compile_rule(rule, document, source, kinds, schema, problems)
    return loaded if len(problems.found) == before else None


def name_of(path: Path, source: PackSource) -> str:
    """The name of the rule in a file of a pack."""
    return path.stem if source.name == BUILTIN else f"{source.name}/{path.stem}"


def _check_identity(
    rule: Rule, path: Path, source: PackSource, document: Document, problems: Problems
) -> None:
    expected = name_of(path, source)
    if rule.name != expected:
        problems.add(
            f"the rule is named '{rule.name}'", document.place(("name",)), f"by its file it is '{expected}'"
        )


def compile_rule(
    rule: Rule,
    document: Document,
    source: PackSource,
    kinds: Mapping[str, CheckKind],
    schema: Schema,
    problems: Problems,
) -> LoadedRule | None:
    """Turn the check of a rule into candidates."""
    kind = kinds.get(str(rule.check.get("kind")))
    if kind is None:
        named = str(rule.check.get("kind", ""))
        place = document.place(("check", "kind"))
        problems.add(
            f"there is no check kind '{named}'" if named else "key 'kind' is missing",
            place,
            did_you_mean(named, kinds, listing="kinds"),
        )
        return None
    check = validated(kind.model, rule.check, document, ("check",), problems)
    if check is None:
        return None
    _check_function(check, source, document, problems)
    columns = {table: {name: Type(of) for name, of in names.items()} for table, names in rule.columns.items()}
    schema = schema.with_columns(columns)
    with blaming(kind.compile.__module__, f"check kind '{kind.name}' of"):
        candidates = kind.compile(check, Builder(document, ("check",), schema, problems))
    repairs = compile_repairs(rule.repair, document, schema, problems)
    if candidates is None:
        return None
    _check_scope(rule, candidates, document, problems)
    read = _read(check, candidates)
    parameters = frozenset(part.name for part in tree.walk(candidates) if isinstance(part, tree.Param))
    _check_optional(rule, read, parameters, document, problems)
    _check_root_needs(rule, schema, document, problems)
    needs = needs_of(rule, check, candidates)
    spares = frozenset(read) - frozenset(needs)
    return LoadedRule(rule, check, candidates, repairs, needs, spares, parameters, source.name, document)


def needs_of(rule: Rule, check: Check, candidates: Candidates) -> dict[str, frozenset[str]]:
    """The tables and columns without which a rule cannot be evaluated: what decides, and is not optional."""
    told = isinstance(check, Python)  # nobody can look into a function
    needed = _read(check, candidates) if told else deciding(candidates, rule.scope_keys)
    return {
        table: frozenset(
            name for name in columns if name[0] != "_" and f"{table}.{name}" not in rule.optional
        )
        for table, columns in sorted(needed.items())
        if table not in rule.optional
    }


def _read(check: Check, candidates: Candidates) -> Mapping[str, frozenset[str]]:
    """The tables and columns that a check reads."""
    if isinstance(check, Python):
        return {table: frozenset(columns) for table, columns in check.reads.items()}
    return tree.tables_and_columns(candidates)


def _check_optional(
    rule: Rule,
    read: Mapping[str, frozenset[str]],
    parameters: Collection[str],
    document: Document,
    problems: Problems,
) -> None:
    columns = [f"{table}.{column}" for table, names in sorted(read.items()) for column in sorted(names)]
    known = [*sorted(read), *columns, *sorted(parameters)]
    for index, name in enumerate(rule.optional):
        if name not in known:
            problems.add(
                f"this rule does not read '{name}'",
                document.place(("optional", index)),
                did_you_mean(name, known, listing="tables, columns and parameters"),
            )


def _check_root_needs(rule: Rule, schema: Schema, document: Document, problems: Problems) -> None:
    for index, table in enumerate(rule.root_needs):
        if table not in schema.tables:
            problems.add(
                f"there is no table '{table}'",
                document.place(("root_needs", index)),
                did_you_mean(table, schema.tables),
            )


def _check_function(check: Check, source: PackSource, document: Document, problems: Problems) -> None:
    if isinstance(check, Python) and check.function not in (source.functions or {}):
        problems.add(
            f"pack '{source.name}' registers no function '{check.function}'",
            document.place(("check", "function")),
            "only a plugin can bring functions; a folder of YAML has none",
        )


def _check_scope(rule: Rule, candidates: Candidates, document: Document, problems: Problems) -> None:
    keys = [name for name, _ in candidates.keys]
    for name in rule.scope_keys:
        if name not in keys:
            problems.add(
                f"scope '{name}' is no key of this rule",
                document.place(("scope",)),
                did_you_mean(name, [*keys, "facility"], listing="keys"),
            )


def _check_names(packs: Packs, faulty: Collection[str], problems: Problems) -> None:
    """What rules call other rules; one whose own file has faults is there nevertheless."""
    known = {*packs.names, *faulty}
    for name, loaded in packs.rules.items():
        for index, alias in enumerate(loaded.rule.aliases):
            if alias in packs.rules:
                problems.add(
                    f"alias '{alias}' is the name of a rule",
                    loaded.document.place(("aliases", index)),
                    "a name is never reused",
                )
        for index, link in enumerate(loaded.rule.leads_to):
            if link.rule not in known:
                place = loaded.document.place(("leads_to", index, "rule"))
                problems.add(f"no rule is named '{link.rule}'", place, did_you_mean(link.rule, known))
            if link.rule == name:
                problems.add(
                    "a rule cannot lead to itself", loaded.document.place(("leads_to", index, "rule"))
                )
        for step in loaded.repairs:
            if isinstance(step, Borrowed) and step.rule not in known:
                place = loaded.document.place(("repair", step.index, "undo" if step.undo else "like"))
                problems.add(f"no rule is named '{step.rule}'", place, did_you_mean(step.rule, known))
