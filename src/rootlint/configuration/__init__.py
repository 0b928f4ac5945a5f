"""The settings of a run and where each comes from: command line, then environment, then file, then default.

The file is ``rootlint.toml``, or ``pyproject.toml`` with a ``[tool.rootlint]``, in the working folder or the
nearest one above it, up to the root of the repository. Paths in it start from its folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from rootlint.cache import platform_folder
from rootlint.configuration import kinds
from rootlint.configuration.files import FILE, File, find_file
from rootlint.configuration.kinds import Kind, Misfit
from rootlint.errors import Place, Problems, did_you_mean
from rootlint.model import Severity

PREFIX = "ROOTLINT_"
OTHER_VARIABLES = ("ROOTLINT_DEBUG", "ROOTLINT_SALT")  # what the environment may hold besides settings
NOT_IN_ENVIRONMENT = ("rules",)  # a table fits no variable
DEFAULT, COMMAND_LINE = "default", "command line"
BESIDE_THE_FILE = (
    "waivers",
    "baseline",
    "parameters",
)  # paths that start from the file's folder even where it does not name them


@dataclass(frozen=True)
class Setting:
    """What there is to know of a setting besides its type and default."""

    kind: Kind
    meaning: str


@dataclass(frozen=True)
class Configuration:
    """Every setting of a run, with the origin of each."""

    snapshot: Annotated[Path | None, Setting(kinds.PATH, "the snapshot to check")] = None
    packs: Annotated[
        tuple[Path, ...], Setting(kinds.PATHS, "folders of rules, beside the installed packs")
    ] = ()
    jurisdictions: Annotated[
        tuple[Path, ...], Setting(kinds.PATHS, "folders of jurisdictions, beside the installed ones")
    ] = ()
    waivers: Annotated[
        Path, Setting(kinds.PATH, "the file of waivers; where none is named, it need not be there")
    ] = Path(".rootlint/waivers.yaml")
    baseline: Annotated[
        Path, Setting(kinds.PATH, "the file of inherited findings; where none is named, it need not be there")
    ] = Path(".rootlint/baseline.jsonl")
    parameters: Annotated[
        Path,
        Setting(
            kinds.PATH,
            "the file of parameters stricter than the law; where none is named, it need not be there",
        ),
    ] = Path(".rootlint/parameters.yaml")
    mappings: Annotated[
        tuple[Path, ...],
        Setting(kinds.PATHS, "files that say how the operator's configuration spells settings"),
    ] = ()
    select: Annotated[
        tuple[str, ...], Setting(kinds.NAMES, "rules to run, by name or pattern; none: all")
    ] = ()
    ignore: Annotated[tuple[str, ...], Setting(kinds.NAMES, "rules not to run, by name or pattern")] = ()
    rules: Annotated[
        Mapping[str, str], Setting(kinds.RULES, "by the name of a rule: another severity for it, or off")
    ] = field(default_factory=dict)
    preview: Annotated[bool, Setting(kinds.FLAG, "run preview rules too")] = False
    as_of: Annotated[date | None, Setting(kinds.DAY, "the day to judge by; none: today, in UTC")] = None
    fail_on: Annotated[
        str, Setting(kinds.THRESHOLD, "the mildest severity that makes the exit code 1, or never")
    ] = "warning"
    format: Annotated[str, Setting(kinds.WORD, "the report's format")] = "text"
    samples: Annotated[int, Setting(kinds.COUNT, "how many violations of a finding to show")] = 5
    engine: Annotated[str, Setting(kinds.WORD, "what runs the queries")] = "duckdb"
    threads: Annotated[int | None, Setting(kinds.POSITIVE, "threads of the engine; none: its own choice")] = (
        None
    )
    memory_limit: Annotated[
        str | None, Setting(kinds.AMOUNT, "memory of the engine (8GB), beyond which it spills; none: 4GB")
    ] = None
    cache: Annotated[
        Path | None,
        Setting(kinds.PATH, "a folder for loaded rules; none: where programs keep such things here"),
    ] = None
    origins: Mapping[str, str] = field(default_factory=dict)  # "rootlint.toml:3", "ROOTLINT_SAMPLES", …

    def file(self, name: str) -> Path | None:
        """The file that a setting names; None where none is named and the usual one is not there."""
        path: Path = getattr(self, name)
        return path if name in self.origins or path.exists() else None

    @property
    def cache_folder(self) -> Path | None:
        """The folder where loaded rules are kept; None where nobody knows a place for one."""
        return self.cache or platform_folder(os.environ)

    @property
    def threshold(self) -> Severity | None:
        """The mildest severity that makes the exit code 1; None: none does."""
        return None if self.fail_on == "never" else Severity(self.fail_on)


@cache
def settings() -> dict[str, Setting]:
    """All settings by name."""
    hints = get_type_hints(Configuration, include_extras=True)
    parts = {name: get_args(hint)[-1] for name, hint in hints.items() if get_args(hint)}
    return {name: part for name, part in parts.items() if isinstance(part, Setting)}


@dataclass(frozen=True)
class Shown:
    """One setting as ``rootlint config show`` tells it."""

    name: str
    value: Any
    origin: str
    meaning: str


def show(configuration: Configuration) -> tuple[Shown, ...]:
    """Every setting with its value and origin."""
    return tuple(
        Shown(name, getattr(configuration, name), configuration.origins.get(name, DEFAULT), setting.meaning)
        for name, setting in settings().items()
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE,
        "type": "object",
        "properties": {
            name: {**setting.kind.schema, "description": setting.meaning}
            for name, setting in settings().items()
        },
        "additionalProperties": False,
    }


def load_configuration(
    start: Path, environment: Mapping[str, str], command_line: Mapping[str, Any] | None = None
) -> Configuration:
    """Put the settings together; raise ``UserError`` with every fault of file and environment.

    ``start`` is the working folder, and paths come back relative to it, so that reports are the same on every
    machine. ``command_line`` holds what was given there, already of the settings' types.
    """
    problems = Problems()
    file = find_file(start)
    given = (
        *(_of_file(file, start, problems) if file else ()),
        *_of_environment(environment, problems),
        *((name, value, COMMAND_LINE) for name, value in (command_line or {}).items()),
    )
    problems.raise_if_any()
    values = {**(_beside(file, start) if file else {}), **{name: value for name, value, _ in given}}
    return Configuration(**values, origins={name: origin for name, _, origin in given})


def _beside(file: File, start: Path) -> dict[str, Path]:
    folder = Path(os.path.relpath(file.path.parent, start))
    return {name: folder / getattr(Configuration, name) for name in BESIDE_THE_FILE}


Given = tuple[str, Any, str]  # name, value, origin


def _of_file(file: File, start: Path, problems: Problems) -> Iterator[Given]:
    folder = Path(os.path.relpath(file.path.parent, start))
    shown = (folder / file.path.name).as_posix()
    if not isinstance(file.settings, dict):
        problems.add(f"{'.'.join(file.table)} is no table", Place(shown, file.line()))
        return
    for name, raw in file.settings.items():
        place = Place(shown, file.line(name))
        if name not in settings():
            problems.add(f"unknown key '{name}'", place, did_you_mean(name, settings(), listing="keys"))
            continue
        try:
            yield name, settings()[name].kind.read(raw, folder), str(place)
        except Misfit as error:
            for part, value in (error.parts or {"": raw}).items():
                path = (name, part) if part else (name,)
                fault = f"{path[-1]} is {_told(value)}"
                problems.add(fault, Place(shown, file.line(*path)), f"allowed: {error}")


def _told(raw: Any) -> str:
    return str(raw).lower() if isinstance(raw, bool) else f"'{raw}'"


def _of_environment(environment: Mapping[str, str], problems: Problems) -> Iterator[Given]:
    names = {f"{PREFIX}{name.upper()}": name for name in settings() if name not in NOT_IN_ENVIRONMENT}
    for variable in sorted(name for name in environment if name.startswith(PREFIX)):
        text = environment[variable]
        if variable in names:
            kind = settings()[names[variable]].kind
            try:
                yield names[variable], kind.read(kind.split(text), Path()), variable
            except Misfit as error:
                problems.add(f"{variable} is '{text}'", help=f"allowed: {error}")
        elif variable not in OTHER_VARIABLES:
            problems.add(f"{variable} is no setting", help=did_you_mean(variable, [*names, *OTHER_VARIABLES]))
