"""The files under config/ as the table config_settings: one row a setting, without the secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rootlint.documents import KeyPath
from rootlint.engine import Engine
from rootlint.errors import Problem, UserError
from rootlint.snapshot.files import find_config_files
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.mapping import Line, SettingMap, load_mapping
from rootlint.snapshot.secrets import keep_name_out, keep_secrets_out
from rootlint.snapshot.settings import Setting, load_settings
from rootlint.snapshot.tables import FILE_STEP, TableState

_PLAIN = re.compile(r"[^\s.\[\]\"]+\Z")

Row = tuple[str | int | None, ...]


def read_config(engine: Engine, folder: Path, captured_at: datetime, mapping: SettingMap | None = None) -> TableState:
    """Make the relation ``snapshot_config_settings`` of a snapshot's configuration files.

    A file that cannot be read is a problem, and makes the table incomplete; a file of another kind is noted.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    notes: list[str] = []
    files = [path.relative_to(folder).as_posix() for path in find_config_files(folder)]
    for index, file in enumerate(files):
        try:
            settings = load_settings(folder / file, file)
        except UserError as error:
            problems += error.problems
            continue
        if settings is None:
            notes.append(f"{file} was not read: not YAML, JSON, TOML or .env")
        rows += _rows(file, index, settings or ())
    _load(engine, meant(rows, mapping or load_mapping()))
    return _state(captured_at, len(rows), problems, notes, files)


def _rows(file: str, index: int, settings: Iterable[Setting]) -> list[Row]:
    return [
        (
            None,
            file,
            dotted(setting.path),
            keep_secrets_out(setting.names, setting.value, setting.kind),
            setting.kind,
            setting.line,
            setting.column,
            index * FILE_STEP + number,
        )
        for number, setting in enumerate(settings, start=1)
    ]


def meant(rows: list[Row], mapping: SettingMap) -> list[Row]:
    """The rows of a whole configuration with the setting that each is, what it means, and for which environment."""
    read = mapping.read([Line(str(row[1]), str(row[2]), None if row[3] is None else str(row[3])) for row in rows])
    return [(*row[:-1], *meaning, row[-1]) for row, meaning in zip(rows, read, strict=True)]


def dotted(path: KeyPath) -> str:
    """A path as rules write it: ``stores[0].license``; a name with dots or blanks stands as ``["a.b"]``."""
    text = ""
    for part in path:
        name = keep_name_out(part) if isinstance(part, str) else part
        if isinstance(name, int):
            text += f"[{name}]"
        elif _PLAIN.match(name):
            text += f".{name}"
        else:
            text += '["' + name.replace('"', r"\"") + '"]'
    return text.removeprefix(".")


def _load(engine: Engine, rows: list[Row]) -> None:
    kinds = {column.name: column.type.sql for column in FORMAT.tables["config_settings"].columns.values()}
    engine.load("snapshot_config_settings", {**kinds, "_place": "BIGINT"}, rows)


def _state(
    captured_at: datetime, rows: int, problems: list[Problem], notes: list[str], files: list[str]
) -> TableState:
    return TableState(
        name="config_settings",
        relation="snapshot_config_settings",
        columns=frozenset(FORMAT.tables["config_settings"].columns),
        complete=not problems,
        captured_at=captured_at,
        covers_from=None,
        covers_until=None,
        rows=rows,
        set_aside=0,
        problems=tuple(problems),
        notes=tuple(notes),
        files=tuple(files),
    )
