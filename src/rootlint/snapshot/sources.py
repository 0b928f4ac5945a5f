"""Opening one file of a table, whatever its kind, as a relation of raw cells.

A text file becomes a staged table of text, where a row's number is its place in the file; lines that
are no rows (undecodable, ragged, not JSON) go to a table beside it. A Parquet file is read where it is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rootlint.engine import Engine, EngineError
from rootlint.engine.duckdb import quote_name, quote_text
from rootlint.snapshot.tables import TableFile

LOST = "snapshot_lost"  # (file, row, start: byte position or null, what) of each line that is no row
_STAGED = "snapshot_staged"
_LINES = "snapshot_lines"
_REJECTED = "snapshot_rejected"
_SCANNED = "snapshot_rejected_scans"

_OPEN_QUOTE = "has a quote that is not closed where its cell ends"

# DuckDB's names of what is wrong with a record -> how we tell it
_LOST_BECAUSE = {
    "MISSING COLUMNS": "has fewer cells than the header",
    "TOO MANY COLUMNS": "has more cells than the header",
    "INVALID ENCODING": "has bytes that are not UTF-8",
    "UNQUOTED VALUE": _OPEN_QUOTE,
    "LINE SIZE OVER MAXIMUM": "is longer than 2 MB",
}

# Puts quotes around every number of a JSON text, so that its digits survive parsing: strings are skipped
# whole, and the end of the text matches too, so that no search starts in the middle of a string.
_NUMBERS = r'((?:[^"0-9-]|"(?:[^"\\]|\\.)*")*)(-?[0-9][0-9.eE+-]*|$)'
_LONG_NUMBER = r"[:\[,]\s*-?[0-9.]{17}"  # more digits than a binary float keeps


class UnreadableFile(Exception):
    """A file that is set aside whole; the message says why."""


@dataclass(frozen=True)
class RawColumn:
    """A column as a file has it."""

    name: str  # as the file writes it
    sql: str  # expression of the raw value
    type: str = "VARCHAR"

    @property
    def text(self) -> str:
        """The raw value as text; a nested value as JSON."""
        if self.type == "VARCHAR":
            return self.sql
        if self.type.endswith("]") or self.type.startswith(("STRUCT", "MAP", "UNION")):
            return f"CAST(to_json({self.sql}) AS VARCHAR)"
        return f"CAST({self.sql} AS VARCHAR)"


@dataclass(frozen=True)
class Source:
    """An opened file: a FROM clause, the row number, and its columns by lower-cased name."""

    relation: str
    row: str
    columns: Mapping[str, RawColumn]
    cut: str | None = None  # why rows of it may be missing


def open_source(engine: Engine, file: TableFile, index: int) -> Source:
    """Open a file, the ``index``-th of its table; ``UnreadableFile`` when none of it can be trusted."""
    opener = {"csv": _open_csv, "ndjson": _open_ndjson, "json": _open_json, "parquet": _open_parquet}
    try:
        return opener[file.extension](engine, file.path, index)
    except EngineError as error:
        engine.run(f"DELETE FROM {LOST} WHERE file = {index}")
        raise UnreadableFile(engine_reason(error, file)) from None


def close_source(engine: Engine) -> None:
    """Drop what the last opened file staged."""
    for table in (_STAGED, _LINES):
        engine.run(f"DROP TABLE IF EXISTS {table}")


def begin_lost(engine: Engine) -> None:
    """Make room for the lost lines of a table."""
    engine.run(f"CREATE OR REPLACE TABLE {LOST} (file BIGINT, row BIGINT, start BIGINT, what VARCHAR)")


def engine_reason(error: EngineError, file: TableFile) -> str:
    """What the engine says of a file, on one line and without the folder it lies in."""
    said = str(error).split("\n")[0].replace(str(file.path), file.name)
    return f"cannot be read: {said.removeprefix('Invalid Input Error: ')}"


def literal_path(path: Path) -> str:
    """A path as an SQL text in which no character counts as a pattern."""
    return quote_text(re.sub(r"[*?\[]", r"[\g<0>]", str(path)))


# Parquet


def _open_parquet(engine: Engine, path: Path, index: int) -> Source:
    described = engine.rows(f"DESCRIBE SELECT * FROM read_parquet([{literal_path(path)}])")
    columns = _by_name(RawColumn(name, quote_name(name), kind) for name, kind, *_ in described)
    relation = f"read_parquet([{literal_path(path)}], file_row_number = true)"
    return Source(relation, "file_row_number + 1", columns)


# CSV

_CSV = "header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = true"


def _open_csv(engine: Engine, path: Path, index: int) -> Source:
    columns = _by_name(RawColumn(name, f"c{nth}") for nth, name in enumerate(_csv_header(path)))
    cells = ", ".join(f"'{column.sql}': 'VARCHAR'" for column in columns.values())
    _stage_text(engine, path, index, cells, _CSV, lines_before=1)
    relation = _numbered(engine, index)
    opened = f"SELECT count(*) FROM {LOST} WHERE file = {index} AND what = {quote_text(_OPEN_QUOTE)}"
    cut = "rows that follow the open quote may be missing" if _some(engine, opened) else None
    return Source(relation, "row", columns, cut or _broken_end(engine, path, index, relation))


def _csv_header(path: Path) -> list[str]:
    with path.open("rb") as stream:
        line = stream.readline()
    if not line.strip():
        raise UnreadableFile("is empty: not even a header")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"byte {error.start} of the header is not UTF-8") from None
    first = text.replace("\r", "\n").split("\n")[0]
    if first.count('"') % 2:
        raise UnreadableFile("a name in the header goes on over the end of its line")
    names = next(csv.reader([first]))
    return [name.strip() or f"column_{nth + 1}" for nth, name in enumerate(names)]


def _stage_text(engine: Engine, path: Path, index: int, cells: str, options: str, lines_before: int) -> None:
    """Stage the records of a text file; those that are none go to the lost lines."""
    _drop_rejected(engine)
    engine.run(
        f"CREATE OR REPLACE TABLE {_STAGED} AS SELECT * FROM read_csv({literal_path(path)},"
        f" columns = {{{cells}}}, auto_detect = false, {options}, store_rejects = true, rejects_limit = 0,"
        f" rejects_table = '{_REJECTED}', rejects_scan = '{_SCANNED}')"
    )
    pairs = ((quote_text(name), quote_text(what)) for name, what in _LOST_BECAUSE.items())
    because = " ".join(f"WHEN {name} THEN {what}" for name, what in pairs)
    engine.run(
        f"INSERT INTO {LOST} SELECT {index}, line - {lines_before}, min(line_byte_position),"
        f" CASE arg_min(CAST(error_type AS VARCHAR), byte_position) {because} ELSE 'cannot be read' END"
        f" FROM {_REJECTED} GROUP BY line"
    )
    _drop_rejected(engine)


def _drop_rejected(engine: Engine) -> None:
    for table in (_REJECTED, _SCANNED):
        engine.run(f"DROP TABLE IF EXISTS {table}")


def _numbered(engine: Engine, index: int) -> str:
    """The staged rows with their number in the file: their position plus the lost lines before them."""
    if not _some(engine, f"SELECT count(*) FROM {LOST} WHERE file = {index}"):
        return f"(SELECT rowid + 1 AS row, * FROM {_STAGED})"
    nth = f"SELECT row, row_number() OVER (ORDER BY row) AS nth FROM {LOST} WHERE file = {index}"
    shifts = f"SELECT row - nth AS kept, max(nth) AS shift FROM ({nth}) GROUP BY kept"
    return (
        f"(SELECT position + coalesce(shift, 0) AS row, staged.* EXCLUDE (position)"
        f" FROM (SELECT rowid + 1 AS position, * FROM {_STAGED}) AS staged"
        f" ASOF LEFT JOIN ({shifts}) AS shifts ON position > kept)"
    )


def _broken_end(engine: Engine, path: Path, index: int, kept: str) -> str | None:
    """What to say when the last line is lost and has no line end: the file was probably cut off there."""
    [(last_lost,)] = engine.rows(f"SELECT max(row) FROM {LOST} WHERE file = {index}")
    if last_lost is None or _last_byte(path) in b"\r\n":
        return None
    [(last_kept,)] = engine.rows(f"SELECT coalesce(max(row), 0) FROM {kept}")
    return "ends in the middle of a row: rows may be missing" if last_lost > last_kept else None


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-1, 2)
        return stream.read(1)


# JSON


def _open_ndjson(engine: Engine, path: Path, index: int) -> Source:
    if path.stat().st_size:
        options = "header = false, delim = '', quote = '', escape = ''"
        _stage_text(engine, path, index, "'line': 'VARCHAR'", options, lines_before=0)
    else:
        engine.run(f"CREATE OR REPLACE TABLE {_STAGED} (line VARCHAR)")
    lines = f"SELECT row, line FROM {_numbered(engine, index)} WHERE trim(line) <> ''"
    engine.run(f"CREATE OR REPLACE TABLE {_LINES} AS {lines}")
    _lose_what_is_no_object(engine, index)
    return _json_source(engine, _broken_end(engine, path, index, _LINES))


def _open_json(engine: Engine, path: Path, index: int) -> Source:
    with path.open("rb") as stream:
        if not stream.read(4096).strip():
            raise UnreadableFile("is empty: not even []")
    engine.run(
        f"CREATE OR REPLACE TABLE {_STAGED} AS SELECT CAST(json AS VARCHAR) AS line"
        f" FROM read_json_objects({literal_path(path)}, format = 'array', maximum_object_size = 67108864)"
    )
    engine.run(f"CREATE OR REPLACE TABLE {_LINES} AS SELECT rowid + 1 AS row, line FROM {_STAGED}")
    _lose_what_is_no_object(engine, index)
    return _json_source(engine, cut=None)


def _lose_what_is_no_object(engine: Engine, index: int) -> None:
    what = (
        "CASE WHEN NOT json_valid(line) THEN 'is not JSON'"
        " WHEN json_type(line) <> 'OBJECT' THEN 'is not a JSON object' END"
    )
    engine.run(f"INSERT INTO {LOST} SELECT {index}, row, NULL, {what} FROM {_LINES} WHERE {what} IS NOT NULL")
    engine.run(f"DELETE FROM {_LINES} WHERE {what} IS NOT NULL")


def _json_source(engine: Engine, cut: str | None) -> Source:
    keys = engine.rows(f"SELECT DISTINCT unnest(json_keys(line)) AS k FROM {_LINES} ORDER BY k")
    columns = _by_name(RawColumn(name, f"cells[{nth}]") for nth, (name,) in enumerate(keys, start=1))
    pointers = ", ".join(quote_text(_pointer(column.name)) for column in columns.values())
    exact = (
        f"CASE WHEN regexp_matches(line, {quote_text(_LONG_NUMBER)})"
        f" THEN regexp_replace(line, {quote_text(_NUMBERS)}, '\\1\"\\2\"', 'g')[:-3] ELSE line END"
    )
    cells = f"json_extract_string({exact}, [{pointers}])" if columns else "NULL"
    return Source(f"(SELECT row, {cells} AS cells FROM {_LINES})", "row", columns, cut)


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _by_name(columns: Iterable[RawColumn]) -> dict[str, RawColumn]:
    """Columns by lower-cased name: SQL does not tell letter case apart, so two such names clash."""
    found: dict[str, RawColumn] = {}
    for column in columns:
        other = found.setdefault(column.name.lower(), column)
        if other is not column and other.name == column.name:
            raise UnreadableFile(f"column '{column.name}' stands twice")
        if other is not column:
            raise UnreadableFile(f"columns '{other.name}' and '{column.name}' differ only in letter case")
    return found


def _some(engine: Engine, count: str) -> bool:
    return bool(engine.rows(count)[0][0])
