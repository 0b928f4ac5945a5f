"""Reading Parquet files where they are: a view over them, when every column has the right type."""

from __future__ import annotations

from collections.abc import Mapping

from rootlint.engine import EngineError
from rootlint.engine.duckdb import quote_name
from rootlint.snapshot.cells import native_value, select_read, type_notes
from rootlint.snapshot.checks import FAULTS, find_faults
from rootlint.snapshot.format import Table
from rootlint.snapshot.sources import (
    RawColumn,
    Source,
    UnreadableFile,
    engine_reason,
    literal_path,
    open_source,
)
from rootlint.snapshot.tables import FILE_STEP, Reading


def read_in_place(reading: Reading) -> int | None:
    """Make the relation as a view and give the number of rows set aside; None when that cannot be done."""
    if any(file.extension != "parquet" for file in reading.files):
        return None
    columns = _common_columns(reading.table, _open_all(reading))
    while columns is not None and reading.left:
        reading.columns |= set(columns)
        reading.notes |= type_notes(reading.table, columns)
        try:
            _create_files_view(reading, columns)
            return _set_rows_aside(reading)
        except EngineError:
            if not _set_broken_files_aside(reading):
                return None  # files that do not go together; cleaning takes them one by one
    return None


def _open_all(reading: Reading) -> list[Source]:
    sources = []
    for index in reading.left:
        try:
            source = open_source(reading.engine, reading.files[index], index)
        except UnreadableFile as error:
            reading.set_file_aside(index, str(error))
            continue
        if missing := reading.missing_key(source.columns):
            reading.set_file_aside(index, f"has no column '{missing}', which is part of the key")
        else:
            sources.append(source)
    return sources


def _common_columns(table: Table, sources: list[Source]) -> dict[str, RawColumn] | None:
    """The columns of all files by name; None when one differs in type between files, or has a wrong one."""
    common: dict[str, RawColumn] = {}
    for source in sources:
        for name, column in source.columns.items():
            if common.setdefault(name, column).type != column.type:
                return None
            if name in table.columns and native_value(table.columns[name], column) is None:
                return None
    return common


def _create_files_view(reading: Reading, columns: Mapping[str, RawColumn]) -> None:
    paths = ", ".join(literal_path(reading.files[index].path) for index in reading.left)
    selected = [f"{_value(reading, name, columns)} AS {quote_name(name)}" for name in reading.table.columns]
    selected += [f"{columns[name].sql} AS {quote_name(name)}" for name in reading.extras]
    reading.engine.run(
        f"CREATE OR REPLACE VIEW {reading.relation}_files AS SELECT {', '.join(selected)},"
        f" {_file_index(reading)} * {FILE_STEP} + file_row_number + 1 AS _place"
        f" FROM read_parquet([{paths}], union_by_name = true, file_row_number = true)"
    )


def _value(reading: Reading, name: str, columns: Mapping[str, RawColumn]) -> str:
    column = reading.table.columns[name]
    native = native_value(column, columns[name]) if name in columns else None
    return native or f"CAST(NULL AS {column.type.sql})"


def _file_index(reading: Reading) -> str:
    """The index of a row's file among all files of the table, those set aside included."""
    if not reading.aside:
        return "CAST(file_index AS BIGINT)"
    return f"CAST({reading.left}[file_index + 1] AS BIGINT)"


def _set_rows_aside(reading: Reading) -> int:
    files = f"{reading.relation}_files"
    set_aside = find_faults(reading.engine, files, reading.table, reading.zones, cleaned=False)
    kept = f"SELECT {select_read(reading.table, reading.extras)} FROM {files}"
    if set_aside:
        aside = f"{reading.relation}_set_aside"
        reading.engine.run(f"CREATE OR REPLACE TABLE {aside} AS SELECT DISTINCT place FROM {FAULTS}")
        kept += f" WHERE _place NOT IN (SELECT place FROM {aside})"
    reading.engine.run(f"CREATE OR REPLACE VIEW {reading.relation} AS {kept}")
    return set_aside


def _set_broken_files_aside(reading: Reading) -> bool:
    """After a scan failed, read each file to its end and set aside those that cannot be."""
    before = len(reading.aside)
    for index in reading.left:
        path = literal_path(reading.files[index].path)
        try:
            reading.engine.rows(f"SELECT bit_xor(hash(file)) FROM read_parquet([{path}]) AS file")
        except EngineError as error:
            reading.set_file_aside(index, engine_reason(error, reading.files[index]))
    return len(reading.aside) > before
