"""The configuration stage: settings judged by themselves, before there is a snapshot.

Rules see the whole configuration; what is reported is about the files that were named.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from rootlint import __version__, cache
from rootlint.errors import Place, Problem, Problems, UserError, did_you_mean
from rootlint.model import Finding, Head, Outcome, Report, Severity, TableHead, Verdict
from rootlint.plugins import PackSource, installed_plugins, offers
from rootlint.rules.compiled import (
    TABLE,
    CompiledPacks,
    CompiledRule,
    compile_packs,
    from_json,
    key_of,
    to_json,
)
from rootlint.rules.configured import Judged, Subject, Violation, findings_of, judge
from rootlint.rules.selecting import Selection, select
from rootlint.rules.sources import folder_pack, installed_packs
from rootlint.snapshot.config_files import ConfigFiles, read_files
from rootlint.snapshot.mapping import BUILT_IN, load_mapping
from rootlint.snapshot.rewriting import Change, replace_files, rewritten
from rootlint.snapshot.settings import parser_of

if TYPE_CHECKING:
    from rootlint.configuration import Configuration

CONFIG_FOLDERS = ("config", "configs", "conf", "settings")  # what a folder with a configuration is called
NOT_CONFIG = ("node_modules", "__pycache__", "venv")  # folders that hold other people's files


@dataclass(frozen=True)
class Options:
    """What a user asks of a run."""

    paths: tuple[Path, ...]
    as_of: date
    selection: Selection = field(default_factory=Selection)
    packs: tuple[Path, ...] = ()
    jurisdictions: tuple[Path, ...] = ()
    mappings: tuple[Path, ...] = ()
    switches: Mapping[str, Severity | None] = field(
        default_factory=dict
    )  # by rule: another severity, None: off
    fail_on: Severity | None = Severity.WARNING
    allow_incomplete: bool = False
    samples: int = 5
    cache: Path | None = None  # a folder for compiled rules; None: compile them anew


def options_of(
    configuration: Configuration,
    paths: tuple[Path, ...],
    today: date,
    narrowed: Mapping[str, tuple[str, ...]] | None = None,
) -> Options:
    """What the configuration asks of a run over some files; ``narrowed`` are further parts of the selection."""
    selection = Selection(
        configuration.select, configuration.ignore, preview=configuration.preview, **narrowed or {}
    )
    switches = {rule: None if said == "off" else Severity(said) for rule, said in configuration.rules.items()}
    return Options(
        paths=paths,
        as_of=configuration.as_of or today,
        selection=selection,
        packs=configuration.packs,
        jurisdictions=configuration.jurisdictions,
        mappings=configuration.mappings,
        switches=switches,
        fail_on=configuration.threshold,
        samples=configuration.samples,
    )


@dataclass(frozen=True)
class Layout:
    """Which files a run is about, and the whole configuration that they belong to."""

    base: Path  # what names start from
    files: Mapping[str, Path]  # all files of the configuration, by name
    given: frozenset[str]
    whole: bool


@dataclass(frozen=True)
class Checked:
    """A judged configuration."""

    report: Report
    config: ConfigFiles
    layout: Layout
    contents: Mapping[str, bytes]  # of all its files
    packs: CompiledPacks
    violations: tuple[Violation, ...]  # by file and line
    elsewhere: tuple[Violation, ...]


def check_configuration(options: Options) -> Checked:
    """Judge the settings of some files by every selected rule that is about settings."""
    packs = load_compiled(options)
    layout = find_layout(options.paths)
    contents = {name: _content(path, name) for name, path in layout.files.items()}
    return check_contents(options, packs, layout, contents)


def check_contents(
    options: Options, packs: CompiledPacks, layout: Layout, contents: Mapping[str, bytes]
) -> Checked:
    """Judge files by what they hold, or would hold: an editor knows of what is not saved yet."""
    rules = _selected(packs, options)
    config = read_files(contents, packs.mapping)
    judged = [
        *_switched_off(rules, options),
        *judge(_on(rules, options), Subject(config, layout.given, layout.whole)),
    ]
    judged.sort(key=lambda each: each.outcome.rule)
    return Checked(
        report=_report(options, packs, rules, layout, config, contents, judged),
        config=config,
        layout=layout,
        contents=contents,
        packs=packs,
        violations=_in_order(violation for each in judged for violation in each.violations),
        elsewhere=_in_order(violation for each in judged for violation in each.elsewhere),
    )


def _in_order(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """By place; what is missing has none and comes last."""

    def place(violation: Violation) -> tuple[bool, str, int, int, str]:
        known = violation.setting
        if known is None:
            return True, "", 0, 0, violation.rule.name
        return False, known.file, known.at.line, known.at.column, violation.rule.name

    return tuple(sorted(violations, key=place))


# -- rules


def load_compiled(options: Options) -> CompiledPacks:
    """The rules of all packs, from the cache where it has them."""
    sources = [*installed_packs(), *map(folder_pack, options.packs)]
    if options.cache is None:
        return _compile(options, sources)
    try:
        key = key_of(sources, _further(options), _plugins())
    except OSError:
        return _compile(options, sources)  # which tells what cannot be read
    kept = cache.read(options.cache, key)
    if kept is not None:
        try:
            return from_json(kept)
        except ValueError:
            pass  # of another program: made anew
    packs = _compile(options, sources)
    cache.write(options.cache, key, to_json(packs))
    return packs


def _further(options: Options) -> list[Path]:
    folders = (*offers("rootlint_jurisdictions"), *options.jurisdictions)
    # A folder that is not there raises here: what follows from it is in no cache.
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    laws = [path for path in files if path.suffix == ".yaml"]
    return [BUILT_IN, *options.mappings, *laws]


def _plugins() -> list[str]:
    return [
        f"{entry.name} {entry.value} {entry.dist.version if entry.dist else ''}"
        for entry in installed_plugins()
    ]


def _compile(options: Options, sources: Sequence[PackSource]) -> CompiledPacks:
    from rootlint.jurisdictions.laws import load_laws
    from rootlint.rules.language.types import OF_PARAMETER_KIND
    from rootlint.rules.loading import load_packs

    vocabulary = load_laws(options.jurisdictions).vocabulary
    kinds = {name: OF_PARAMETER_KIND[parameter.kind] for name, parameter in vocabulary.parameters.items()}
    mapping = load_mapping(options.mappings)
    return compile_packs(load_packs(sources, kinds, mapping.names), mapping)


def _selected(packs: CompiledPacks, options: Options) -> list[CompiledRule]:
    """The selected rules that are about settings; a switch for a rule that nobody knows is an error."""
    problems = Problems()
    for name in options.switches:
        if name not in packs.names:
            problems.add(
                f"the configuration switches rule '{name}', which is not loaded",
                help=did_you_mean(name, packs.names),
            )
    problems.raise_if_any()
    return [rule for rule in select(packs, options.selection) if rule.candidates is not None]


def _on(rules: Sequence[CompiledRule], options: Options) -> list[CompiledRule]:
    return [rule for rule in rules if options.switches.get(rule.name, rule.severity) is not None]


def _switched_off(rules: Sequence[CompiledRule], options: Options) -> Iterator[Judged]:
    on = {rule.name for rule in _on(rules, options)}
    for rule in rules:
        if rule.name not in on:
            yield Judged(
                Outcome(rule.name, None, Verdict.NOT_APPLICABLE, "switched off in the configuration")
            )


# -- files


def find_layout(paths: Sequence[Path]) -> Layout:
    """The configuration that the named files and folders belong to.

    A folder is a configuration, or holds one in ``config``. A file belongs to the nearest folder above it that is
    named like one, else to the folder it stands in.
    """
    problems = Problems()
    for path in paths:
        if not path.exists():
            problems.add(
                "there is no such file or folder",
                Place(str(path)),
                "name configuration files, or their folder",
            )
    problems.raise_if_any()
    named = [Path(os.path.abspath(path)) for path in paths]
    roots = {_root(path): path.is_dir() for path in sorted(named, key=Path.is_dir)}
    base = Path(os.path.commonpath([_base(root) for root in roots]))
    around = (
        path for root, is_named in roots.items() for path in _files(root, whole=is_named or _is_config(root))
    )
    files = {*around, *(path for path in named if path.is_file())}
    names = {path.relative_to(base).as_posix(): path for path in sorted(files)}
    return Layout(
        base=base,
        files={name: Path(os.path.relpath(path)) for name, path in names.items()},
        given=frozenset(name for name, path in names.items() if any(_is_in(path, each) for each in named)),
        whole=any(roots.values()),
    )


def _root(path: Path) -> Path:
    if path.is_dir():
        return next((path / name for name in CONFIG_FOLDERS if (path / name).is_dir()), path)
    for folder in path.parents:
        if _is_config(folder):
            return folder
        if folder == Path.cwd() or (folder / ".git").exists():
            break
    return path.parent


def _is_config(folder: Path) -> bool:
    return folder.name in CONFIG_FOLDERS


def _base(root: Path) -> Path:
    return root.parent if _is_config(root) else root


def _files(root: Path, *, whole: bool) -> Iterator[Path]:
    """The files of a configuration: all below a folder of its own, else those beside the one that was named."""
    for path in root.rglob("*") if whole else root.iterdir():
        inner = path.relative_to(root).parts[:-1]
        is_ours = not any(part.startswith(".") or part in NOT_CONFIG for part in inner)
        if is_ours and parser_of(path.name) is not None and path.is_file():
            yield path


def _is_in(path: Path, named: Path) -> bool:
    return path == named or named in path.parents


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(Problem(f"cannot be read: {error.strerror}", Place(name))) from None


# -- the report


def _report(
    options: Options,
    packs: CompiledPacks,
    rules: Sequence[CompiledRule],
    layout: Layout,
    config: ConfigFiles,
    contents: Mapping[str, bytes],
    judged: Sequence[Judged],
) -> Report:
    severities = {rule: severity for rule, severity in options.switches.items() if severity is not None}
    findings = tuple(findings_of(judged, severities, options.samples))
    outcomes = tuple(each.outcome for each in judged)
    return Report(
        head=_head(options, packs, layout, contents),
        tables=(TableHead(TABLE, len(config.settings), 0, not config.problems, config.notes),),
        problems=config.problems,
        outcomes=outcomes,
        findings=findings,
        fail_on=options.fail_on,
        exit_code=_exit_code(options, outcomes, findings, config),
        rules=tuple(rule.head for rule in rules),
    )


def _head(options: Options, packs: CompiledPacks, layout: Layout, contents: Mapping[str, bytes]) -> Head:
    digest = hashlib.sha256()
    for name, raw in sorted(contents.items()):
        digest.update(f"{name}\0{hashlib.sha256(raw).hexdigest()}\n".encode())
    return Head(
        version=__version__,
        operator="configuration only",
        snapshot=Path(os.path.relpath(layout.base)).as_posix(),
        snapshot_digest=digest.hexdigest(),
        captured_at=datetime.combine(options.as_of, time(), UTC),
        as_of=options.as_of,
        facilities=(),
        packs=packs.heads,
        jurisdictions=(),
    )


def _exit_code(
    options: Options, outcomes: Sequence[Outcome], findings: Sequence[Finding], config: ConfigFiles
) -> int:
    """As of a snapshot's run, but that a file that cannot be read is never nothing to do."""
    verdicts = {outcome.verdict for outcome in outcomes}
    if options.fail_on is not None and any(
        finding.severity.rank >= options.fail_on.rank for finding in findings
    ):
        return 1
    incomplete = bool(config.problems) or bool(verdicts & {Verdict.NOT_EVALUATED, Verdict.ERROR})
    if not verdicts & {Verdict.PASS, Verdict.FAIL} and not config.problems:
        return 3
    return 4 if incomplete and not options.allow_incomplete else 0


# -- fixes


@dataclass(frozen=True)
class Fixes:
    """What can be put right for certain."""

    contents: Mapping[str, bytes]  # of the files that change, by name
    values: int  # how many settings have another value
    after: Checked  # the configuration as it then is

    def write(self, layout: Layout) -> None:
        """Write all files, or none."""
        replace_files({layout.files[name]: raw for name, raw in self.contents.items()})


MOST_ROUNDS = 10  # a value may be wrong by several rules, and is put right by one at a time


def find_fixes(checked: Checked, options: Options) -> Fixes:
    """The values of the named files that rules put right; a value of which anything is uncertain stays as it is."""
    now, fixed = checked, set[tuple[str, str]]()
    for _ in range(MOST_ROUNDS):
        changes = {file: _certain(now.contents[file], file, wished) for file, wished in _changes(now).items()}
        made = {
            file: rewritten(now.contents[file], file, list(wished.values()))
            for file, wished in changes.items()
            if wished
        }
        contents = {file: raw for file, raw in made.items() if raw is not None}
        if not contents:
            break
        fixed |= {(file, path) for file in contents for path in changes[file]}
        now = check_contents(options, checked.packs, checked.layout, {**now.contents, **contents})
    changed = {file: raw for file, raw in now.contents.items() if raw != checked.contents[file]}
    return Fixes(changed, len(fixed), now)


def certain_fix(checked: Checked, violation: Violation) -> bytes | None:
    """The bytes of its file with one violation put right; None where that is not certain."""
    known = violation.setting
    if known is None or violation.fix is None:
        return None
    return rewritten(checked.contents[known.file], known.file, [(known.at, violation.fix)])


def _certain(raw: bytes, file: str, wished: Mapping[str, Change]) -> dict[str, Change]:
    return {path: change for path, change in wished.items() if rewritten(raw, file, [change]) is not None}


def _changes(checked: Checked) -> dict[str, dict[str, Change]]:
    """By file and path, what the first rule that knows better wants."""
    changes: dict[str, dict[str, Change]] = {}
    for violation in checked.violations:
        known = violation.setting
        if known is not None and violation.fix is not None and known.file in checked.layout.given:
            changes.setdefault(known.file, {}).setdefault(known.path, (known.at, violation.fix))
    return changes
