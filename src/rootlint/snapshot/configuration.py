"""The files under config/ as the table config_settings: one row a setting, without the secrets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from rootlint.engine import Engine
from rootlint.snapshot.config_files import ConfigFiles, Known, dotted, read_files
from rootlint.snapshot.files import find_config_files
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.mapping import SettingMap, load_mapping
from rootlint.snapshot.tables import FILE_STEP, TableState

__all__ = ["dotted", "read_config"]

Row = tuple[str | int | None, ...]


def read_config(
    engine: Engine, folder: Path, captured_at: datetime, mapping: SettingMap | None = None
) -> TableState:
    """Make the relation ``snapshot_config_settings`` of a snapshot's configuration files.

    A file that cannot be read is a problem, and makes the table incomplete; a file of another kind is noted.
    """
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in find_config_files(folder)}
    read = read_files(contents, mapping or load_mapping())
    numbers = {file: number for number, file in enumerate(read.files)}
    _load(engine, [_row(setting, numbers[setting.file]) for setting in read.settings])
    return _state(captured_at, read)


def _row(known: Known, file: int) -> Row:
    at = known.at
    place = file * FILE_STEP + known.number
    return (None, known.file, known.path, known.value, at.kind, at.line, at.column, *known.meaning, place)


def _load(engine: Engine, rows: list[Row]) -> None:
    kinds = FORMAT.tables["config_settings"].sql_types
    engine.load("snapshot_config_settings", {**kinds, "_place": "BIGINT"}, rows)


def _state(captured_at: datetime, read: ConfigFiles) -> TableState:
    return TableState(
        name="config_settings",
        relation="snapshot_config_settings",
        columns=frozenset(FORMAT.tables["config_settings"].columns),
        complete=not read.problems,
        captured_at=captured_at,
        covers_from=None,
        covers_until=None,
        rows=len(read.settings),
        set_aside=0,
        problems=read.problems,
        notes=read.notes,
        files=read.files,
    )
