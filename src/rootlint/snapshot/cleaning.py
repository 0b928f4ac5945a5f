"""Cleaning files into a native table, one file after the other: every cell read by its column's type."""

from __future__ import annotations

from collections.abc import Iterator

from rootlint.engine import EngineError
from rootlint.engine.duckdb import quote_name, quote_text
from rootlint.snapshot.cells import Cell, native_value, read_cell, select_read, type_notes
from rootlint.snapshot.checks import FAULTS, find_faults
from rootlint.snapshot.format import Column
from rootlint.snapshot.sources import Source, UnreadableFile, close_source, engine_reason, open_source
from rootlint.snapshot.tables import FILE_STEP, HIDDEN_COLUMNS, Reading

_SHOWN = 60  # characters of an unreadable cell that a problem quotes


def read_cleaned(reading: Reading) -> int:
    """Make the relation over a table of cleaned rows and give the number of rows set aside."""
    reading.columns.clear()
    _create_cleaned_table(reading)
    for index in reading.left:
        try:
            _clean_file(reading, index)
        except UnreadableFile as error:
            reading.set_file_aside(index, str(error))
        except EngineError as error:
            reading.set_file_aside(index, engine_reason(error, reading.files[index]))
        finally:
            close_source(reading.engine)
    set_aside = find_faults(reading.engine, _cleaned(reading), reading.table, reading.zones, cleaned=True)
    reading.engine.run(f"DELETE FROM {_cleaned(reading)} WHERE _place IN (SELECT place FROM {FAULTS})")
    _note_conversions(reading)
    _create_relation(reading)
    return set_aside


def _cleaned(reading: Reading) -> str:
    return f"{reading.relation}_cleaned"


def _create_cleaned_table(reading: Reading) -> None:
    columns = [f"{quote_name(column.name)} {column.type.sql}" for column in reading.table.columns.values()]
    columns += ["_place BIGINT", *(f"{name} {kind}" for name, kind in HIDDEN_COLUMNS.items())]
    reading.engine.run(f"CREATE OR REPLACE TABLE {_cleaned(reading)} ({', '.join(columns)})")


def _clean_file(reading: Reading, index: int) -> None:
    source = open_source(reading.engine, reading.files[index], index)
    if missing := reading.missing_key(source.columns):
        raise UnreadableFile(f"has no column '{missing}', which is part of the key")
    known = set(reading.extras)
    reading.columns |= set(source.columns)
    for name in reading.extras:
        if name not in known:
            reading.engine.run(f"ALTER TABLE {_cleaned(reading)} ADD COLUMN {quote_name(name)} VARCHAR")
    selected = ", ".join(f"{sql} AS {quote_name(name)}" for name, sql in _selected(reading, index, source))
    reading.engine.run(f"INSERT INTO {_cleaned(reading)} BY NAME SELECT {selected} FROM {source.relation}")
    reading.notes |= type_notes(reading.table, source.columns)
    if source.cut:
        reading.note_cut(index, source.cut)


def _selected(reading: Reading, index: int, source: Source) -> Iterator[tuple[str, str]]:
    """Each column of the cleaned table with the SQL that fills it from a file."""
    cells = {column: _cell(reading, column, source) for column in _present(reading, source)}
    yield from ((column.name, cell.value) for column, cell in cells.items())
    yield from ((name, source.columns[name].text) for name in reading.extras if name in source.columns)
    yield "_place", f"{index * FILE_STEP} + {source.row}"
    yield "_unreadable", _unreadable(cells, source)
    yield "_rounded", " OR ".join(["false", *(cell.rounded for cell in cells.values())])
    yield "_local", " OR ".join(["false", *(cell.local for cell in cells.values())])


def _present(reading: Reading, source: Source) -> list[Column]:
    return [column for name, column in reading.table.columns.items() if name in source.columns]


def _cell(reading: Reading, column: Column, source: Source) -> Cell:
    raw = source.columns[column.name]
    native = native_value(column, raw)
    return Cell(native) if native else read_cell(column, raw.text, _zone(reading, source))


def _zone(reading: Reading, source: Source) -> str:
    """The time zone of a row's facility, as SQL."""
    zones = set(reading.zones.values())
    if len(zones) == 1:
        return quote_text(zones.pop())
    if "facility" not in source.columns:
        return "NULL"
    pairs = ((quote_text(name), quote_text(zone)) for name, zone in reading.zones.items())
    cases = " ".join(f"WHEN {name} THEN {zone}" for name, zone in pairs)
    return f"CASE {source.columns['facility'].text} {cases} END"


def _unreadable(cells: dict[Column, Cell], source: Source) -> str:
    """The list of a row's cells that cannot be read, null for a good row."""
    suspects = {column: cell for column, cell in cells.items() if cell.unreadable != "false"}
    if not suspects:
        return "NULL"
    entries = ", ".join(
        f"CASE WHEN {cell.unreadable} THEN {_fault(column, source)} END" for column, cell in suspects.items()
    )
    some = " OR ".join(cell.unreadable for cell in suspects.values())
    return f"CASE WHEN {some} THEN list_filter([{entries}], lambda entry: entry IS NOT NULL) END"


def _fault(column: Column, source: Source) -> str:
    shown = "'…'" if column.private else f"left({source.columns[column.name].text}, {_SHOWN})"
    return f"{{'name': {quote_text(column.name)}, 'shown': {shown}}}"


def _note_conversions(reading: Reading) -> None:
    [(rounded, local)] = reading.engine.rows(
        f"SELECT count(*) FILTER (_rounded), count(*) FILTER (_local) FROM {_cleaned(reading)}"
    )
    if rounded:
        reading.notes.add(f"numbers with more than six decimals were rounded to six (rows: {rounded})")
    if local:
        reading.notes.add(f"times without an offset were read in the facility's time zone (rows: {local})")


def _create_relation(reading: Reading) -> None:
    selected = select_read(reading.table, reading.extras)
    view = f"CREATE OR REPLACE VIEW {reading.relation}"
    reading.engine.run(f"{view} AS SELECT {selected} FROM {_cleaned(reading)}")
