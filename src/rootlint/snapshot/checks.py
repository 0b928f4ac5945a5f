"""What every row must satisfy, checked set-wise: readable cells, known values, whole and unique keys.

Rows that fail are listed in one table of faults; a clean table costs one scan and one hashed count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rootlint.engine import Engine
from rootlint.engine.duckdb import quote_name, quote_text
from rootlint.snapshot.format import Table

FAULTS = "snapshot_faults"  # (place, column, what, shown) of each row to set aside

UNREADABLE = "unreadable"
UNKNOWN_VALUE = "unknown value"
UNKNOWN_FACILITY = "unknown facility"
EMPTY_KEY = "empty key"
REPEATED_KEY = "repeated key"


@dataclass(frozen=True)
class _Check:
    column: str
    what: str
    fails: str  # SQL condition
    shown: str  # SQL of the value to show


def find_faults(
    engine: Engine, relation: str, table: Table, facilities: Collection[str], *, cleaned: bool
) -> int:
    """Fill the table of faults for a relation; give the number of rows to set aside.

    ``cleaned`` relations carry ``_unreadable``: the cells that could not be read.
    """
    columns = 'place BIGINT, "column" VARCHAR, what VARCHAR, shown VARCHAR'
    engine.run(f"CREATE OR REPLACE TABLE {FAULTS} ({columns})")
    checks = list(_checks(table, facilities, cleaned))
    counts = ", ".join(f"count(*) FILTER ({check.fails})" for check in checks)
    [failed] = engine.rows(f"SELECT {counts} FROM {relation}")
    for check, count in zip(checks, failed, strict=True):
        if count:
            _record(engine, relation, check)
    _record_repeated_keys(engine, relation, table)
    [(rows,)] = engine.rows(f"SELECT count(DISTINCT place) FROM {FAULTS}")
    return int(rows)


def _checks(table: Table, facilities: Collection[str], cleaned: bool) -> Iterator[_Check]:
    if cleaned:
        yield _Check("", UNREADABLE, "_unreadable IS NOT NULL", "")
    readable = " AND _unreadable IS NULL" if cleaned else ""
    keys = table.key if table.facility == "nullable" else ("facility", *table.key)
    for key in keys:
        yield _Check(key, EMPTY_KEY, f"{quote_name(key)} IS NULL{readable}", "NULL")
    yield _Check("facility", UNKNOWN_FACILITY, f"facility NOT IN ({_texts(facilities)})", "facility")
    for column in table.columns.values():
        if column.values:
            name = quote_name(column.name)
            shown = "NULL" if column.private else name
            yield _Check(column.name, UNKNOWN_VALUE, f"{name} NOT IN ({_texts(column.values)})", shown)


def _record(engine: Engine, relation: str, check: _Check) -> None:
    if check.what == UNREADABLE:
        cells = f"(SELECT _place, unnest(_unreadable) AS cell FROM {relation} WHERE {check.fails})"
        found = f"SELECT _place, cell.name, '{UNREADABLE}', cell.shown FROM {cells}"
    else:
        column, what = quote_text(check.column), quote_text(check.what)
        found = f"SELECT _place, {column}, {what}, {check.shown} FROM {relation} WHERE {check.fails}"
    engine.run(f"INSERT INTO {FAULTS} {found}")


def _record_repeated_keys(engine: Engine, relation: str, table: Table) -> None:
    """The first row of a key stays, the later ones are set aside.

    Hashes that differ prove that keys differ, so only rows whose hash repeats are compared for real.
    """
    keys = ", ".join(quote_name(name) for name in ("facility", *table.key))
    repeated = f"SELECT hash({keys}) AS h FROM {relation} GROUP BY h HAVING count(*) > 1"
    if not engine.rows(f"SELECT 1 FROM ({repeated}) LIMIT 1"):
        return
    candidates = f"SELECT * FROM {relation} WHERE hash({keys}) IN ({repeated})"
    engine.run(
        f"INSERT INTO {FAULTS} SELECT _place, NULL, '{REPEATED_KEY}', CAST(earliest AS VARCHAR) FROM ("
        f"SELECT _place, min(_place) OVER (PARTITION BY {keys}) AS earliest FROM ({candidates})"
        f" WHERE _place NOT IN (SELECT place FROM {FAULTS})) WHERE _place <> earliest"
    )


def _texts(values: Collection[str]) -> str:
    return ", ".join(quote_text(value) for value in values)
