"""Turns the values of METRC's JSON into SQL values, set-wise, and finds every one that does not fit.

A field that a record lacks is SQL null, one that is null in JSON is the JSON value null; both, and the
empty text, and a date in year 1 (METRC's way of saying unset) become null.
"""

from __future__ import annotations

from dataclasses import dataclass

from rootlint.engine import Engine
from rootlint.engine.duckdb import quote_name, quote_text
from rootlint.errors import Place, Problem
from rootlint.snapshot.importers.metrc.pages import Staged
from rootlint.snapshot.importers.metrc.records import ENTITIES, Entity, Kind

SHOWN_FAULTS = 100  # of one kind of record; the rest is counted

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,7})?)?"
_OFFSET = "(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])"

# `j` is a JSON value, `zone` the facility's time zone. The engine's own cast from text to timestamp drops
# an offset in silence, so the time and the offset are taken apart here; it cuts a seventh fraction digit.
MACROS = f"""
CREATE MACRO text_of(j) AS CASE WHEN trim(j->>'$') <> '' THEN j->>'$' END;
CREATE MACRO is_unset(j) AS coalesce(starts_with(j->>'$', '0001-01-01'), false);
CREATE MACRO integer_of(j) AS
  CASE WHEN regexp_full_match(j->>'$', '-?[0-9]+') THEN TRY_CAST(j->>'$' AS BIGINT) END;
CREATE MACRO decimal_of(j) AS
  CASE WHEN regexp_full_match(j->>'$', '-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?')
  THEN TRY_CAST(j->>'$' AS DECIMAL(18, 6)) END;
CREATE MACRO boolean_of(j) AS CASE j->>'$' WHEN 'true' THEN true WHEN 'false' THEN false END;
CREATE MACRO date_of(j) AS
  CASE WHEN NOT is_unset(j) AND regexp_full_match(j->>'$', '{_DAY}({_TIME}{_OFFSET}?)?')
  THEN TRY_CAST(left(j->>'$', 10) AS DATE) END;
CREATE MACRO has_offset(j) AS regexp_full_match(j->>'$', '{_DAY}{_TIME}{_OFFSET}');
CREATE MACRO clock_of(j) AS TRY_CAST(regexp_replace(j->>'$', '{_OFFSET}$', '') AS TIMESTAMP);
CREATE MACRO offset_parts(j) AS
  regexp_extract(j->>'$', '([+-])([0-9]{{2}}):?([0-9]{{2}})$', ['sign', 'hours', 'minutes']);
CREATE MACRO offset_of(j) AS
  to_minutes(CASE WHEN ends_with(j->>'$', 'Z') THEN 0 ELSE
    (TRY_CAST(offset_parts(j).hours AS INTEGER) * 60 + TRY_CAST(offset_parts(j).minutes AS INTEGER))
    * CASE offset_parts(j).sign WHEN '-' THEN -1 ELSE 1 END END);
CREATE MACRO instant_of(j, zone) AS
  CASE WHEN is_unset(j) THEN NULL
  WHEN has_offset(j) THEN clock_of(j) - offset_of(j)
  WHEN regexp_full_match(j->>'$', '{_DAY}{_TIME}') THEN timezone('UTC', timezone(zone, clock_of(j))) END;
CREATE MACRO day_of(j, zone) AS
  CASE WHEN has_offset(j) AND CAST(clock_of(j) AS TIME) <> TIME '00:00:00'
  THEN CAST(timezone(zone, timezone('UTC', instant_of(j, zone))) AS DATE) ELSE date_of(j) END;
CREATE MACRO list_of(j) AS
  list_filter(
    list_transform(string_split(text_of(j), ','), lambda part: trim(part)), lambda part: part <> '');
CREATE MACRO array_of(j) AS CASE WHEN json_type(j) = 'ARRAY' THEN CAST(j AS JSON[]) END;
CREATE MACRO is_rounded(j) AS coalesce(decimal_of(j) <> TRY_CAST(j->>'$' AS DECIMAL(38, 20)), false);
"""

_EXPECTED = {
    Kind.TEXT: "text",
    Kind.INTEGER: "a whole number of 64 bits",
    Kind.DECIMAL: "a number with up to 12 digits before the point",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "a date like 2026-02-14",
    Kind.INSTANT: "a time like 2026-02-14T09:15:00-08:00",
    Kind.DAY: "a time like 2026-02-14T09:15:00-08:00",
    Kind.LIST: "text with commas",
    Kind.ARRAY: "an array",
}
_EMPTY_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.DECIMAL: "DECIMAL(18, 6)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMP",
    Kind.DAY: "DATE",
    Kind.LIST: "VARCHAR[]",
    Kind.ARRAY: "JSON[]",
}


@dataclass(frozen=True)
class Survey:
    """What a look at all records of one kind found."""

    records: int
    present: frozenset[str]  # fields that at least one record has
    without_offset: tuple[str, ...]  # instants, some of which name no offset
    rounded: tuple[str, ...]  # decimals, some of which have more than six digits after the point


def load_entity(engine: Engine, name: str, staged: Staged) -> Survey:
    """Create the relation ``name`` of one kind of record, typed, empty when no page holds any."""
    file = staged.folder / f"{name}.ndjson"
    if not file.exists():
        return _create_empty(engine, name)
    engine.run(
        f"CREATE VIEW {name}_json AS SELECT page, generate_subscripts(records, 1) AS row, 0 AS line, "
        f"unnest(records) AS record FROM read_json({quote_text(str(file))}, format = 'newline_delimited', "
        "columns = {page: 'INTEGER', records: 'JSON[]'}, "
        f"maximum_object_size = {max(staged.longest + 1024, 1 << 24)})"
    )
    return _load_records(engine, name)


def load_receipt_lines(engine: Engine) -> Survey:
    """Create the relation of the lines inside receipts."""
    engine.run(
        "CREATE VIEW receipt_lines_json AS SELECT page, row, "
        'generate_subscripts("Transactions", 1) AS line, unnest("Transactions") AS record FROM receipts'
    )
    return _load_records(engine, "receipt_lines")


def _create_empty(engine: Engine, name: str) -> Survey:
    fields = "".join(
        f", {quote_name(field)} {_EMPTY_TYPES[kind]}" for field, kind in ENTITIES[name].fields.items()
    )
    engine.run(
        f"CREATE TABLE {name} (page BIGINT, facility VARCHAR, endpoint VARCHAR, rank BIGINT, parent VARCHAR, "
        f"walk VARCHAR, row BIGINT, line BIGINT{fields})"
    )
    return Survey(0, frozenset(), (), ())


def _load_records(engine: Engine, name: str) -> Survey:
    entity = ENTITIES[name]
    paths = ", ".join(quote_text(_path(entity, field)) for field in entity.fields)
    taken = ", ".join(
        f"found[{nth}] AS {quote_name(field)}" for nth, field in enumerate(entity.fields, start=1)
    )
    engine.run(
        f"CREATE TABLE {name}_raw AS SELECT page, row, line, shape, {taken} FROM "
        f"(SELECT page, row, line, json_type(record) AS shape, json_extract(record, [{paths}]) AS found "
        f"FROM {name}_json)"
    )
    typed = ", ".join(
        f"{_value(kind, field)} AS {quote_name(field)}" for field, kind in entity.fields.items()
    )
    engine.run(
        f"CREATE TABLE {name} AS SELECT page, facility, endpoint, rank, parent, walk, row, line, {typed} "
        f"FROM {name}_raw JOIN pages USING (page)"
    )
    return _survey(engine, name, entity)


def _path(entity: Entity, field: str) -> str:
    path = (entity.paths or {}).get(field, field)
    return f"$.{path}" if path else "$"


def _value(kind: Kind, field: str) -> str:
    zone = ", zone" if kind in (Kind.INSTANT, Kind.DAY) else ""
    return f"{kind}_of({quote_name(field)}{zone})"


def _survey(engine: Engine, name: str, entity: Entity) -> Survey:
    fields = list(entity.fields)
    instants = [field for field, kind in entity.fields.items() if kind is Kind.INSTANT]
    decimals = [field for field, kind in entity.fields.items() if kind is Kind.DECIMAL]
    asked = [f"count({quote_name(field)})" for field in fields]
    asked += [f"count_if(NOT is_unset({f}) AND NOT has_offset({f}))" for f in map(quote_name, instants)]
    asked += [f"count_if(is_rounded({quote_name(field)}))" for field in decimals]
    [(records, *counts)] = engine.rows(f"SELECT count(*), {', '.join(asked)} FROM {name}_raw")
    found = dict(
        zip(
            [*fields, *(f"{f} zone" for f in instants), *(f"{f} digits" for f in decimals)],
            counts,
            strict=True,
        )
    )
    return Survey(
        records,
        frozenset(field for field in fields if found[field]),
        tuple(field for field in instants if found[f"{field} zone"]),
        tuple(field for field in decimals if found[f"{field} digits"]),
    )


def faults(engine: Engine, name: str, files: dict[int, str]) -> list[Problem]:
    """Name every value of one kind of record that is not what METRC writes there, with file and row."""
    entity = ENTITIES[name]
    checks = " UNION ALL ".join(_check(name, field, kind) for field, kind in entity.fields.items())
    found = engine.rows(f"{_shape_check(name)} UNION ALL {checks} ORDER BY ALL LIMIT {SHOWN_FAULTS + 1}")
    problems = [_fault(entity, files, *row) for row in found[:SHOWN_FAULTS]]
    if len(found) > SHOWN_FAULTS:
        problems.append(
            Problem(f"more than {SHOWN_FAULTS} values of {name} do not fit; the rest is not shown")
        )
    return problems


def _shape_check(name: str) -> str:
    wanted = "VARCHAR" if name == "permissions" else "OBJECT"
    return (
        f"SELECT page, row, line, '' AS field, coalesce(lower(shape), 'null') AS value, "
        f"'{'a text' if name == 'permissions' else 'a record'}' AS expected FROM {name}_raw "
        f"WHERE shape IS DISTINCT FROM '{wanted}'"
    )


def _check(name: str, field: str, kind: Kind) -> str:
    column = quote_name(field)
    wrong_shape = "'OBJECT'" if kind is Kind.ARRAY else "'OBJECT', 'ARRAY'"
    if kind in (Kind.TEXT, Kind.LIST):
        wrong_shape += ", 'BOOLEAN'"
    given = f"text_of({column}) IS NOT NULL"
    if kind in (Kind.DATE, Kind.INSTANT, Kind.DAY):
        given += f" AND NOT is_unset({column})"
    wrong = f"json_type({column}) IN ({wrong_shape}) OR ({given} AND {_value(kind, field)} IS NULL)"
    if field in ENTITIES[name].required:
        wrong = f"shape = 'OBJECT' AND text_of({column}) IS NULL OR {wrong}"
    return (
        f"SELECT page, row, line, {quote_text(field)}, {column}->>'$', {quote_text(_EXPECTED[kind])} "
        f"FROM {name}_raw JOIN pages USING (page) WHERE {wrong}"
    )


def _fault(
    entity: Entity,
    files: dict[int, str],
    page: int,
    row: int,
    line: int,
    field: str,
    value: str | None,
    expected: str,
) -> Problem:
    place = f"row {row}" + (f", transaction {line}" if line else "")
    shown = f"'{_short(value)}'" if value and field not in entity.private else "given"
    if not field:
        message = f"{place} is of JSON type {value}, not {expected}"
    elif not (value or "").strip():
        message = f"{place} has no {field}"
    else:
        message = f"{place}: {field} is {shown}, not {expected}"
    return Problem(message, Place(files[page]))


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}…"
