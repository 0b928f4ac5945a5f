"""How a cell becomes a value: one SQL expression a type, from the text that stands in the file.

Every expression is null where the cell cannot be read. Numbers go from text to exact decimals directly,
never through a binary float.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rootlint.engine.duckdb import quote_name, quote_text
from rootlint.snapshot.format import ENTITIES, ENTITY_PATHS, UNITS, Column, ColumnType, Spelling, Table
from rootlint.snapshot.sources import RawColumn

_INTEGER = r"[+-]?[0-9]+(\.0*)?"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DAY_AT_MIDNIGHT = _DAY + r"([T ]00:00(:00(\.0+)?)?)?"
_LOCAL_TIME = _DAY + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
_TIME = _LOCAL_TIME + r"(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"

_PATH = "/[a-z]+/v[0-9]+(/[a-z_.-][a-z_.-]+)*"
_RECORD_IN_A_PATH = "/([0-9]+|1a[0-9a-z]{22})\\b"
_TAG = "1A[0-9A-Z]{22}"
_ADJUSTS = "^/packages/.*adjust"
_AROUND_A_PATH = "^ *((get|post|put|patch|delete) +)?(https?://[^/?#]*|([a-z0-9-]+[.])+[a-z][a-z]+(:[0-9]+)?/|[a-z][a-z_-]*:)?|[?#].*$"

_ROOT_OF_METRC = (
    "additivestemplates|caregivers|employees|facilities|harvests|items|labtests|locations|packages|patientcheckins|patients|plantbatches|plants|"
    "processing|retailid|sales|strains|sublocations|tags|transfers|transporters|unitsofmeasure|wastemethods|webhooks"
)
# METRC has no path without a version; a program may log it without one.
_PATH_WITHOUT_A_VERSION = f"^/({_ROOT_OF_METRC})(/([^v]|v[^0-9]).*)?$"

_DECIMALS = (ColumnType.QUANTITY, ColumnType.MONEY)
_SMALL_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER")
_NAIVE_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_NATIVE = {  # Parquet types that hold a column's values exactly, as they are
    ColumnType.TEXT: ("VARCHAR",),
    ColumnType.INTEGER: (*_SMALL_INTEGERS, "BIGINT"),
    ColumnType.BOOLEAN: ("BOOLEAN",),
    ColumnType.DATE: ("DATE",),
    ColumnType.LIST: ("VARCHAR[]",),
    ColumnType.INSTANT: (*_NAIVE_TIMES, "TIMESTAMP WITH TIME ZONE"),
}
_DECIMAL_TYPE = re.compile(r"DECIMAL\((\d+),(\d+)\)\Z")


@dataclass(frozen=True)
class Cell:
    """The SQL of one cell: its value, whether it cannot be read, and what deserves a note."""

    value: str
    unreadable: str = "false"
    rounded: str = "false"  # had more than six decimals
    local: str = "false"  # was a time without an offset


def read_cell(column: Column, text: str, zone: str) -> Cell:
    """Read a column from ``text``, an SQL expression; ``zone`` gives the facility's time zone."""
    if column.type is ColumnType.TEXT:
        return Cell(_spelled(column.spelling, text))
    text = f"nullif({text}, '')"
    value = _value(column.type, text, zone)
    unreadable = f"({text} IS NOT NULL AND {value} IS NULL)"
    if column.type in _DECIMALS:
        exact = f"TRY_CAST({text} AS DECIMAL(38,18))"
        return Cell(value, unreadable, rounded=f"coalesce({value} <> {exact}, false)")
    if column.type is ColumnType.INSTANT:
        return Cell(value, unreadable, local=f"coalesce({_matches(text, _LOCAL_TIME)}, false)")
    return Cell(value, unreadable)


def _spelled(spelling: Spelling | None, text: str) -> str:
    """A word as rules compare it. What is spelt so already, which is most, is left alone."""
    if spelling is Spelling.PATH:
        bare = f"regexp_replace(lower(nullif({text}, '')), {quote_text(_AROUND_A_PATH)}, '', 'g')"
        path = f"regexp_replace('/' || trim({bare}, '/ '), {quote_text(_RECORD_IN_A_PATH)}, '/{{id}}', 'g')"
        versioned = f"regexp_replace({path}, {quote_text(_PATH_WITHOUT_A_VERSION)}, '/\\1/v2\\2')"
        return f"CASE WHEN {_matches(text, _PATH)} THEN {text} ELSE {versioned} END"
    if spelling is Spelling.METHOD:
        return f"upper(trim({text}))"
    if spelling is Spelling.ENTITY:
        word = f"regexp_replace(lower(trim({text})), '[ -]+', '_', 'g')"
        return named(word, ENTITIES, otherwise=word)
    if spelling is Spelling.UNIT:
        names = ", ".join(quote_text(name) for name in UNITS)
        unit = named(f"trim(lower({text}), ' .')", UNITS, otherwise=text)
        return f"CASE WHEN {text} IN ({names}) THEN {text} ELSE {unit} END"
    return text


def named(word: str, names: Mapping[str, tuple[str, ...]], otherwise: str) -> str:
    """The SQL of the name that a word, an SQL expression, stands for."""
    pairs = [(other, name) for name, others in names.items() for other in others]
    cases = " ".join(f"WHEN {quote_text(other)} THEN {quote_text(name)}" for other, name in pairs)
    return f"CASE {word} {cases} ELSE {otherwise} END"


def select_read(table: Table, extras: Iterable[str]) -> str:
    """The select list of a table's rows once their cells are read; ``extras`` are columns of the files alone."""
    columns = [_filled(column) for column in table.columns.values()]
    return ", ".join([*columns, *map(quote_name, extras), "_place"])


def _filled(column: Column) -> str:
    """A column as it was read; the kind of a record also by the path that leads to it.

    A call that adjusts a package goes by the tag of the package in some logs, and by the number of the adjustment in others,
    and either calls the record what it likes.
    """
    name = quote_name(column.name)
    if not column.told_by:
        return name
    path, record = map(quote_name, column.told_by)
    pairs = [(quote_text(pattern), quote_text(kind)) for kind, pattern in ENTITY_PATHS.items()]
    by_path = " ".join(f"WHEN regexp_matches({path}, {pattern}) THEN {kind}" for pattern, kind in pairs)
    by_record = f"CASE WHEN {_matches(record, _TAG)} THEN 'package' ELSE 'adjustment' END"
    return (
        f"CASE WHEN {record} IS NULL THEN {name}"
        f" WHEN coalesce({name}, 'package') IN ('package', 'adjustment') AND regexp_matches({path}, {quote_text(_ADJUSTS)})"
        f" THEN {by_record} WHEN {name} IS NULL THEN CASE {by_path} END ELSE {name} END AS {name}"
    )


def _value(kind: ColumnType, text: str, zone: str) -> str:
    if kind is ColumnType.INTEGER:
        return _when(text, _INTEGER, f"TRY_CAST({text} AS BIGINT)")
    if kind is ColumnType.BOOLEAN:
        word = f"lower({text})"
        return f"CASE WHEN {word} IN ('true', '1') THEN true WHEN {word} IN ('false', '0') THEN false END"
    if kind is ColumnType.DATE:
        return _when(text, _DAY_AT_MIDNIGHT, f"TRY_CAST(left({text}, 10) AS DATE)")
    if kind is ColumnType.INSTANT:
        return _instant(text, zone)
    if kind is ColumnType.LIST:
        return _list(text)
    return _when(text, _DECIMAL, f"TRY_CAST({text} AS {kind.sql})")


def _instant(text: str, zone: str) -> str:
    with_offset = f"timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ))"
    without = f"timezone('UTC', timezone({zone}, TRY_CAST({text} AS TIMESTAMP)))"
    has_offset, has_none = _matches(text, _TIME), _matches(text, _LOCAL_TIME)
    return f"CASE WHEN {has_offset} THEN {with_offset} WHEN {has_none} THEN {without} END"


def _list(text: str) -> str:
    is_json = f"{text} LIKE '[%'"
    array = f"CASE WHEN json_valid({text}) THEN from_json({text}, '[\"VARCHAR\"]') END"
    parts = f"list_transform(string_split({text}, ';'), lambda part: trim(part))"
    return f"CASE WHEN {is_json} THEN {array} ELSE {parts} END"


def _when(text: str, pattern: str, value: str) -> str:
    return f"CASE WHEN {_matches(text, pattern)} THEN {value} END"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {quote_text(pattern)})"


def native_value(column: Column, raw: RawColumn) -> str | None:
    """The SQL of a column whose type in the file already holds its values exactly; None for any other."""
    if not _is_native(column.type, raw.type):
        return None
    if column.spelling is not None:
        return _spelled(column.spelling, raw.sql)
    if raw.type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {raw.sql})"
    return raw.sql if raw.type == column.type.sql else f"CAST({raw.sql} AS {column.type.sql})"


def _is_native(wanted: ColumnType, found: str) -> bool:
    if wanted not in _DECIMALS:
        return found in _NATIVE[wanted]
    if decimal := _DECIMAL_TYPE.match(found):
        precision, scale = int(decimal[1]), int(decimal[2])
        return scale <= 6 and precision - scale <= 12
    return found in _SMALL_INTEGERS


def type_notes(table: Table, columns: Mapping[str, RawColumn]) -> set[str]:
    """What to say once of columns whose type in the file leaves something to be desired."""
    kinds = {(table.columns[name].type, raw.type) for name, raw in columns.items() if name in table.columns}
    notes = set()
    if any(wanted is ColumnType.INSTANT and found in _NAIVE_TIMES for wanted, found in kinds):
        notes.add("timestamps without a time zone were read as UTC")
    if any(wanted in _DECIMALS and found in ("FLOAT", "DOUBLE") for wanted, found in kinds):
        notes.add("binary floats were read by their shortest decimal form")
    return notes
