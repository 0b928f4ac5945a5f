"""Opening a table: its files become one checked relation; what cannot be read is set aside and told.

Parquet files of the right types are read where they are, through a view. Anything else becomes a native
table of cleaned values. Either way, records stay in the engine.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from rootlint.engine import Engine
from rootlint.errors import Problem
from rootlint.snapshot.checks import FAULTS
from rootlint.snapshot.cleaning import read_cleaned
from rootlint.snapshot.files import unlisted_files
from rootlint.snapshot.format import Table
from rootlint.snapshot.in_place import read_in_place
from rootlint.snapshot.manifest import Manifest, TableEntry
from rootlint.snapshot.problems import lost_lines, row_problems
from rootlint.snapshot.sources import LOST, begin_lost
from rootlint.snapshot.tables import Reading, TableFile, TableState


def read_table(engine: Engine, table: Table, files: Sequence[TableFile], manifest: Manifest) -> TableState:
    """Make the relation ``snapshot_<table>`` from a table's files, whatever state they are in."""
    zones = {facility.facility: facility.timezone for facility in manifest.facilities}
    reading = Reading(engine, table, files, zones)
    begin_lost(engine)
    set_aside = read_in_place(reading)
    if set_aside is None:
        set_aside = read_cleaned(reading)
    state = _state(reading, manifest, set_aside)
    for leftover in (FAULTS, LOST):
        engine.run(f"DROP TABLE {leftover}")
    return state


def _state(reading: Reading, manifest: Manifest, set_aside: int) -> TableState:
    entry = manifest.tables.get(reading.table.name)
    known = entry or TableEntry()
    [(rows,)] = reading.engine.rows(f"SELECT count(*) FROM {reading.relation}")
    [(lost,)] = reading.engine.rows(f"SELECT count(*) FROM {LOST}")
    return TableState(
        name=reading.table.name,
        relation=reading.relation,
        columns=frozenset({*_present(reading), *reading.extras}),
        complete=known.complete and not reading.aside and not reading.cut,
        captured_at=known.captured_at or manifest.captured_at,
        covers_from=known.covers_from,
        covers_until=known.covers_until,
        rows=int(rows),
        set_aside=set_aside + int(lost),
        problems=_problems(reading),
        notes=_notes(reading, entry),
        files=tuple(file.name for file in reading.files),
    )


def _present(reading: Reading) -> Iterator[str]:
    """The columns of the format that the files have, and those that they tell."""
    for name, column in reading.table.columns.items():
        if name in reading.columns or reading.columns.issuperset(column.told_by or [name]):
            yield name


def _problems(reading: Reading) -> tuple[Problem, ...]:
    lost = lost_lines(reading.engine, reading.table, reading.files)
    rows = row_problems(reading.engine, reading.table, reading.files, list(reading.zones))
    return (*reading.problems, *lost, *rows)


def _notes(reading: Reading, entry: TableEntry | None) -> tuple[str, ...]:
    notes = set(reading.notes)
    if entry is None:
        whole = "" if reading.aside or reading.cut else ", and complete"
        notes.add(f"snapshot.yaml does not name this table: taken as captured with the rest{whole}")
    for name in unlisted_files(entry, reading.files):
        notes.add(f"{name} has no checksum in snapshot.yaml")
    for name in reading.extras:
        near = difflib.get_close_matches(name, set(reading.table.columns) - reading.columns, n=1, cutoff=0.8)
        if near:
            notes.add(f"column '{name}' is not of the format: is it meant to be '{near[0]}'?")
    for name in sorted(reading.reserved):
        notes.add(f"column '{name}' is left out: rootlint uses the name itself")
    return tuple(sorted(notes))
