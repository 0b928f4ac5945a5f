"""Telling what is wrong with the rows of a table: each with file, row and column, and none of them hidden.

At most ``LISTED`` are told one by one for each column and cause; a closing problem counts the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rootlint.engine import Engine
from rootlint.errors import Place, Problem, did_you_mean
from rootlint.snapshot.checks import (
    EMPTY_KEY,
    FAULTS,
    REPEATED_KEY,
    UNKNOWN_FACILITY,
    UNKNOWN_VALUE,
    UNREADABLE,
)
from rootlint.snapshot.format import ColumnType, Table
from rootlint.snapshot.sources import LOST
from rootlint.snapshot.tables import TableFile, split_place

LISTED = 20

_UNREADABLE = {
    ColumnType.INTEGER: ("is not a whole number of 64 bits", "write it in digits only: 1200"),
    ColumnType.QUANTITY: ("is not a decimal number below 10^12", "write it in digits with a point: 1234.5"),
    ColumnType.MONEY: ("is not a decimal number below 10^12", "write it in digits with a point: 1234.5"),
    ColumnType.BOOLEAN: ("is not true or false", "write true or false, 1 or 0"),
    ColumnType.INSTANT: ("is not a time", "write it as 2026-11-01T13:00:00Z"),
    ColumnType.DATE: ("is not a day", "write it as 2026-11-01"),
    ColumnType.LIST: ("is not a list", 'write it as ["a", "b"] or a;b'),
}


def lost_lines(engine: Engine, table: Table, files: Sequence[TableFile]) -> Iterator[Problem]:
    """The lines of text files that are no rows."""
    ranked = (
        f"SELECT *, row_number() OVER (PARTITION BY what ORDER BY file, row) AS nth,"
        f" count(*) OVER (PARTITION BY what) AS n FROM {LOST}"
    )
    for file, row, start, what, nth, count in engine.rows(
        f"SELECT file, row, start, what, nth, n FROM ({ranked}) WHERE nth <= {LISTED} ORDER BY what, nth"
    ):
        yield _lost_line(files[file], row, start, what)
        if nth == LISTED and count > LISTED:
            yield _the_rest(table, count - LISTED, f"a line {what}")


def _lost_line(file: TableFile, row: int, start: int | None, what: str) -> Problem:
    if file.extension == "json":
        return Problem(f"row {row} {what}", Place(file.name), severity="warning")
    line = row if start is None else _line_at(file, start)
    return Problem(f"this line {what}", Place(file.name, line), severity="warning")


def _line_at(file: TableFile, start: int) -> int:
    """The line (from 1) at a byte position of a file, which is read in pieces up to there."""
    line, left = 1, start
    with file.path.open("rb") as stream:
        while left > 0 and (piece := stream.read(min(left, 1 << 20))):
            line += piece.count(b"\n")
            left -= len(piece)
    return line


def row_problems(
    engine: Engine, table: Table, files: Sequence[TableFile], facilities: Sequence[str]
) -> Iterator[Problem]:
    """The rows that the checks set aside."""
    ranked = (
        f'SELECT *, row_number() OVER (PARTITION BY "column", what ORDER BY place) AS nth,'
        f' count(*) OVER (PARTITION BY "column", what) AS n FROM {FAULTS}'
    )
    for place, column, what, shown, nth, count in engine.rows(
        f'SELECT place, "column", what, shown, nth, n FROM ({ranked}) WHERE nth <= {LISTED}'
        f' ORDER BY "column" NULLS FIRST, what, nth'
    ):
        file, row = split_place(place)
        found, help = _told(table, column, what, shown, files, facilities)
        where = f"row {row}, column '{column}':" if column else f"row {row}"
        yield Problem(f"{where} {found}", Place(files[file].name), help, severity="warning")
        if nth == LISTED and count > LISTED:
            yield _the_rest(table, count - LISTED, f"column '{column}': {what}" if column else what)


def _told(
    table: Table, column: str, what: str, shown: str, files: Sequence[TableFile], facilities: Sequence[str]
) -> tuple[str, str | None]:
    """What was found in a row, and what to do about it."""
    if what == UNREADABLE:
        wrong, help = _UNREADABLE[table.columns[column].type]
        return f"'{shown}' {wrong}", help
    if what == UNKNOWN_VALUE:
        values = table.columns[column].values or ()
        return f"unknown value '{shown}'", did_you_mean(shown, values, listing="known values")
    if what == UNKNOWN_FACILITY:
        near = did_you_mean(shown, facilities, listing="facilities")
        return f"'{shown}' is no facility of snapshot.yaml", near
    if what == EMPTY_KEY:
        return "is empty, and it is part of the key", "give every row its key"
    assert what == REPEATED_KEY
    file, row = split_place(int(shown))
    return f"repeats the key of row {row} in {files[file].name}", "keep one row a key"


def _the_rest(table: Table, count: int, what: str) -> Problem:
    return Problem(f"{table.name}: {count} more set aside ({what})", severity="warning")
