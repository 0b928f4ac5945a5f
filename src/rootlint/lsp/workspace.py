"""What is known of a workspace: its configuration, law, settings and rules; and which rules its open documents make."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from rootlint.config_stage.judging import Checked, check_contents
from rootlint.config_stage.layout import find_layout
from rootlint.config_stage.options import options_of
from rootlint.configuration import Configuration
from rootlint.documents import parse_yaml, read_text
from rootlint.errors import Place, Problem, Problems, UserError
from rootlint.jurisdictions.laws import Laws, load_laws
from rootlint.lsp.documents import Document, Overlay, real
from rootlint.plugins import PackSource, offers
from rootlint.rules.checks import CheckKind
from rootlint.rules.compiled import CompiledPacks, compile_packs
from rootlint.rules.keeping import Kept
from rootlint.rules.language.checking import Schema, format_schema
from rootlint.rules.language.types import OF_PARAMETER_KIND
from rootlint.rules.loading import Packs, check_kinds, check_rule, load_rule, name_of, read_packs, rule_files
from rootlint.rules.model import LoadedRule
from rootlint.rules.reference import rule_schema
from rootlint.rules.sources import folder_pack, home_of, installed_packs
from rootlint.snapshot.manifest import MANIFEST
from rootlint.snapshot.mapping import SettingMap, load_mapping
from rootlint.snapshot.settings import parser_of

OURS = (
    "rootlint.toml",
    "snapshot.yaml",
    "pack.yaml",
)  # files of rootlint's own that hold neither rules nor settings
_LOOKS_LIKE_A_RULE = (re.compile("^check:", re.MULTILINE), re.compile("^name:", re.MULTILINE))

Kind = Literal["rule", "configuration", "waivers", "parameters", "manifest", "jurisdiction"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rules:
    """All rules as they stand on the disk and in the editor."""

    packs: Packs  # of the sound ones
    problems: tuple[Problem, ...]
    unread: tuple[Problem, ...]  # what keeps whole packs from being read
    shown: Mapping[str, str]  # the real path of each rule file -> the name that problems give it
    files: Mapping[str, Path]  # the name of each rule, sound or not -> its file


@dataclass(frozen=True)
class Read:
    """One rule file as it was last read."""

    text: str
    shown: str
    rule: LoadedRule | None
    problems: tuple[Problem, ...]


class Workspace:
    """The state of a server: read once, and read anew when a file that it rests on changes."""

    def __init__(
        self,
        configure: Callable[[], Configuration],
        today: Callable[[], date],
        before: Workspace | None = None,
    ) -> None:
        """Read the configuration of the working folder and what it names; ``before`` knows rules that did not change.

        ``problems`` are faults of these files; the server then goes on with what ships with rootlint.
        """
        problems = Problems()
        self._today = today
        self.configuration: Configuration = _or_else(configure, Configuration, problems)
        self.laws: Laws = _or_else(lambda: load_laws(self.configuration.jurisdictions), load_laws, problems)
        self.mapping: SettingMap = _or_else(
            lambda: load_mapping(self.configuration.mappings), load_mapping, problems
        )
        self.problems = tuple(problems.found)
        self.kinds: Mapping[str, CheckKind] = check_kinds()
        self.rule_schema: dict[str, Any] = rule_schema(self.kinds)
        kinds = {name: OF_PARAMETER_KIND[of.kind] for name, of in self.laws.vocabulary.parameters.items()}
        self.schema: Schema = replace(format_schema(kinds), settings=self.mapping.names)
        # By path: what a rule's text comes to hangs on nothing but the words that it may name.
        self._read: dict[str, Read] = {}
        if before is not None and before.schema == self.schema:
            self._read = before._read
        elif self.configuration.cache_folder is not None:
            self._read = self._kept(Kept(self.configuration.cache_folder, kinds, self.mapping.names))
        self._sound: dict[str, LoadedRule] = {}
        self._compiled: tuple[Packs, CompiledPacks] | None = None

    @property
    def today(self) -> date:
        """The day to judge by."""
        return self.configuration.as_of or self._today()

    # -- rules

    def rules(self, overlay: Overlay) -> Rules:
        """Read all packs, and those that open documents stand in; a file that did not change is not read twice."""
        problems, unread = Problems(), Problems()
        shown: dict[str, str] = {}
        files: dict[str, Path] = {}

        def load(
            path: Path,
            shown_as: str,
            source: PackSource,
            kinds: Mapping[str, CheckKind],
            schema: Schema,
            faults: Problems,
        ) -> LoadedRule | None:
            shown[real(path)], files[name_of(path, source)] = shown_as, path
            read = self._rule(path, shown_as, source, overlay)
            faults.found.extend(read.problems)
            if read.rule is not None:
                self._sound[read.rule.name] = read.rule
            return read.rule

        packs = read_packs(self._sources(overlay, unread), self.schema, problems, load)
        return Rules(packs, tuple(problems.found), tuple(unread.found), shown, files)

    def _kept(self, kept: Kept) -> dict[str, Read]:
        """What is kept of the installed packs, by path: the first answer does not wait for hundreds of rules."""
        installed = installed_packs()
        try:
            packs = read_packs(installed, self.schema, Problems(), load_rule, kept)
        except (
            Exception
        ):  # a plugin's kind of check: its rules are read one by one, and the fault is told there
            log.exception("cannot read the installed packs")
            return {}
        named = {
            path: packs.rules.get(name_of(path, pack))
            for pack in installed
            for path in rule_files(pack.folder)
        }
        return {
            real(path): Read(rule.document.text, rule.document.file, rule, ())
            for path, rule in named.items()
            if rule is not None
        }

    def _rule(self, path: Path, shown_as: str, source: PackSource, overlay: Overlay) -> Read:
        held = overlay.text(path)
        try:
            text = read_text(path, shown_as) if held is None else held
            known = self._read.get(real(path))
            if known is not None and (known.text, known.shown) == (text, shown_as):
                return known
            parsed = parse_yaml(text, shown_as)
        except UserError as error:
            return Read("", shown_as, None, error.problems)
        problems = Problems()
        try:
            rule = check_rule(parsed, path, source, self.kinds, self.schema, problems)
        except Exception as error:  # of ours or of a plugin: a fault of this rule, and of no other
            log.exception("cannot check %s", path)
            problems.found.extend(_at_file(error, shown_as))
            rule = None
        read = self._read[real(path)] = Read(text, shown_as, rule, tuple(problems.found))
        return read

    def last_sound(self, name: object) -> LoadedRule | None:
        """A rule as it was when its file last had no fault."""
        return self._sound.get(str(name))

    def _sources(self, overlay: Overlay, problems: Problems) -> Iterable[PackSource]:
        installed = installed_packs()
        known = self._pack_folders()
        homes = (home_of(each.path, known) for each in overlay.documents if self.kind_of(each) == "rule")
        further = {folder.resolve(): folder for folder in (*homes, *self.configuration.packs)}
        yield from installed
        for resolved, folder in further.items():
            if resolved not in {source.folder.resolve() for source in installed}:
                try:
                    yield folder_pack(folder)
                except UserError as error:
                    problems.found.extend(error.problems)

    def _pack_folders(self) -> set[Path]:
        folders = (*(source.folder for source in installed_packs()), *self.configuration.packs)
        return {folder.resolve() for folder in folders}

    # -- configuration

    def checked(self, document: Document, overlay: Overlay, rules: Rules) -> Checked:
        """Judge the configuration that a document belongs to, as far as it concerns the document."""
        options = options_of(self.configuration, (document.path,), self._today())
        layout = find_layout(options.paths)
        contents = {name: overlay.content(path) for name, path in layout.files.items()}
        return check_contents(options, self._compiled_of(rules.packs), layout, contents)

    def _compiled_of(self, packs: Packs) -> CompiledPacks:
        if self._compiled is None or self._compiled[0].rules != packs.rules:
            self._compiled = packs, compile_packs(packs, self.mapping)
        return self._compiled[1]

    # -- which document is what

    def kind_of(self, document: Document) -> Kind | None:
        """What a document is to the server; None where it has nothing to say of it."""
        path = document.path
        if not path.is_file():
            return None
        if self._is_ours(path):
            return self._kind_of_ours(path)
        if path.suffix == ".yaml" and self._is_rule(document):
            return "rule"
        return "configuration" if parser_of(path.name) is not None else None

    def _kind_of_ours(self, path: Path) -> Kind | None:
        if path.name == MANIFEST:
            return "manifest"
        if real(path) == real(self.configuration.waivers):
            return "waivers"
        if real(path) == real(self.configuration.parameters):
            return "parameters"
        is_law = path.suffix == ".yaml" and path.resolve() not in map(Path.resolve, self.vocabularies())
        return "jurisdiction" if is_law and self._is_of_law(path) else None

    def _is_of_law(self, path: Path) -> bool:
        return any(path.resolve().is_relative_to(folder.resolve()) for folder in self.law_folders())

    def _is_rule(self, document: Document) -> bool:
        packs = self._pack_folders()
        home = home_of(document.path, packs)
        in_pack = home.resolve() in packs or (home / "pack.yaml").exists()
        return in_pack or all(sign.search(document.text) for sign in _LOOKS_LIKE_A_RULE)

    def _is_ours(self, path: Path) -> bool:
        given = self.configuration
        named = (given.waivers, given.baseline, given.parameters, *given.mappings)
        return (
            path.name in OURS
            or ".rootlint" in path.parts
            or real(path) in map(real, named)
            or self._is_of_law(path)
        )

    def law_folders(self) -> tuple[Path, ...]:
        """Where jurisdictions stand, in the order in which they are read."""
        return (*sorted(offers("rootlint_jurisdictions")), *self.configuration.jurisdictions)

    def vocabularies(self) -> Iterable[Path]:
        """The files that say what parameters mean."""
        return (path for folder in self.law_folders() if (path := folder / "parameters.yaml").is_file())

    def rests_on(self, path: Path) -> bool:
        """Whether all that is known has to be read anew when a file changes."""
        return path.suffix in (".yaml", ".toml") and (self._is_ours(path) or path.name == "pyproject.toml")


def _at_file(error: Exception, file: str) -> Iterable[Problem]:
    """What to tell of a rule that cannot even be checked."""
    if isinstance(error, UserError):
        return (replace(problem, place=problem.place or Place(file)) for problem in error.problems)
    return [Problem(f"this rule could not be checked: {type(error).__name__}: {error}", Place(file))]


def _or_else(read: Callable[[], Any], otherwise: Callable[[], Any], problems: Problems) -> Any:
    try:
        return read()
    except UserError as error:
        problems.found.extend(error.problems)
        return otherwise()
