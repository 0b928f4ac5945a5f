"""Small made snapshots for rule tests: rows from YAML become tables of the format in the engine."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rootlint.engine import Engine, EngineError
from rootlint.errors import Problems
from rootlint.jurisdictions import entries
from rootlint.jurisdictions.in_force import in_force
from rootlint.jurisdictions.model import Jurisdiction, LicenseType, Vocabulary
from rootlint.jurisdictions.reading import Section
from rootlint.model import Facility
from rootlint.rules.case_faults import check_case
from rootlint.rules.model import Case, LoadedRule, Row, TableFacts
from rootlint.rules.repeating import repeated
from rootlint.rules.running import Run
from rootlint.snapshot.format import FORMAT, Table
from rootlint.snapshot.mapping import Line, load_mapping
from rootlint.snapshot.tables import TableState

CODE = "test"  # the jurisdiction of made facilities, with the parameters that a case gives
FACILITY = {
    "facility": "F1",
    "name": "Made facility",
    "jurisdiction": CODE,
    "timezone": "America/Los_Angeles",
    "license_type": "retailer",
}

_serial = itertools.count()


@dataclass(frozen=True)
class MadeSnapshot:
    """A snapshot that never was a folder."""

    facilities: tuple[Facility, ...]
    captured_at: datetime
    tables: Mapping[str, TableState]

    def open_table(self, name: str) -> TableState:
        return self.tables[name]


@dataclass(frozen=True)
class Bench:
    """What all cases share."""

    engine: Engine
    jurisdictions: Mapping[str, Jurisdiction]
    vocabulary: Vocabulary
    functions: Mapping[str, Any]


def make_run(rule: LoadedRule, index: int, bench: Bench, problems: Problems) -> Run | None:
    """Make the snapshot of a rule's case and what to judge it by; faults of the case are reported."""
    case = rule.rule.tests[index]
    before = len(problems.found)
    law = _law(rule, index, bench, problems)
    check_case(rule, index, problems)
    if len(problems.found) > before:
        return None
    facilities = tuple(_facility(given) for given in case.facilities or [{}])
    captured_at = _instant(case.captured_at)
    tables = _tables(rule, index, facilities, captured_at, bench.engine, problems)
    if tables is None:
        return None
    return Run(
        engine=bench.engine,
        snapshot=MadeSnapshot(facilities, captured_at, tables),
        in_force=in_force({**bench.jurisdictions, CODE: law}, facilities, bench.vocabulary),
        as_of=date.fromisoformat(case.as_of) if case.as_of else captured_at.date(),
        facilities=tuple(facility.facility for facility in facilities),
        functions=bench.functions,
        switches={},
    )


def drop_tables(run: Run) -> None:
    """Free what a case made."""
    _drop(run.snapshot.tables, run.engine)


def _drop(tables: Mapping[str, TableState], engine: Engine) -> None:
    for state in tables.values():
        engine.run(f"DROP TABLE IF EXISTS {state.relation}")


def _facility(given: Mapping[str, Any]) -> Facility:
    facts = {**FACILITY, **given}
    opened = facts.get("opened_on")
    return Facility(**{**facts, "opened_on": date.fromisoformat(opened) if opened else None})


def _tables(
    rule: LoadedRule,
    index: int,
    facilities: tuple[Facility, ...],
    captured_at: datetime,
    engine: Engine,
    problems: Problems,
) -> dict[str, TableState] | None:
    """The tables that a case gives, and that of the facilities; None where a cell cannot be what its column holds."""
    case = rule.rule.tests[index]
    given = {**case.given, "facilities": [Row(**vars(facility)) for facility in facilities]}
    tables: dict[str, TableState] = {}
    for name, rows in given.items():
        try:
            tables[name] = _load(name, rows, case, rule, facilities, captured_at, engine)
        except EngineError as error:
            place = rule.document.place(("tests", index, "given", name), key=True)
            why, *_ = str(error).splitlines()
            problems.add(f"a row of {name} cannot be read: {why}", place)
    if len(tables) == len(given):
        return tables
    _drop(tables, engine)
    return None


def _load(
    name: str,
    rows: Iterable[Row],
    case: Case,
    rule: LoadedRule,
    facilities: tuple[Facility, ...],
    captured_at: datetime,
    engine: Engine,
) -> TableState:
    table = FORMAT.tables[name]
    relation = f"made_{next(_serial)}_{name}"
    kinds = table.sql_types
    kinds |= {column: _SQL[kind] for column, kind in rule.rule.columns.get(name, {}).items()}
    absent = {column.partition(".")[2] for column in case.without if column.startswith(f"{name}.")}
    given = [one for row in rows for one in repeated(row, kinds)]
    given = _with_meanings(given) if name == "config_settings" else given
    listed = [
        _row(_lacking(row, absent), kinds, number, _default_facility(table, facilities))
        for number, row in enumerate(given, start=1)
    ]
    engine.load("made_rows", {**dict.fromkeys(kinds, "VARCHAR"), "_place": "BIGINT"}, listed)
    cast = ", ".join(f'{_cast(column, kind)} AS "{column}"' for column, kind in kinds.items())
    engine.run(f"CREATE TABLE {relation} AS SELECT {cast}, _place FROM made_rows ORDER BY _place")
    facts = case.tables.get(name, TableFacts())
    return TableState(
        name=name,
        relation=relation,
        columns=frozenset(set(kinds) - absent),
        complete=facts.complete,
        captured_at=_instant(facts.captured_at) if facts.captured_at else captured_at,
        covers_from=_instant(facts.covers_from) if facts.covers_from else None,
        covers_until=_instant(facts.covers_until) if facts.covers_until else None,
        rows=len(listed),
        set_aside=0,
        problems=(),
        notes=(),
        files=(f"tables/{name}.made",),
    )


def _lacking(row: Mapping[str, Any], absent: Collection[str]) -> Mapping[str, Any]:
    return {name: value for name, value in row.items() if name not in absent}


def _with_meanings(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Settings as a snapshot has them: with what the built-in mapping reads in each, where a case does not say."""
    read = load_mapping().read(
        [Line(str(row.get("file", "")), str(row.get("path", "")), _cell(row.get("value"))) for row in rows]
    )
    return [{**meaning._asdict(), **row} for row, meaning in zip(rows, read, strict=True)]


def _default_facility(table: Table, facilities: tuple[Facility, ...]) -> str | None:
    return None if table.facility == "nullable" else facilities[0].facility


def _row(row: Mapping[str, Any], kinds: Mapping[str, str], number: int, facility: str | None) -> list[Any]:
    values = {"facility": facility, **row}
    return [*(_cell(values.get(column)) for column in kinds), number]


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join("'" + str(item).replace("'", "''") + "'" for item in value) + "]"
    return str(value)


def _cast(column: str, kind: str) -> str:
    if kind == "TIMESTAMP":
        return f"timezone('UTC', CAST(\"{column}\" AS TIMESTAMPTZ))"
    return f'CAST("{column}" AS {kind})'


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)


def _law(rule: LoadedRule, index: int, bench: Bench, problems: Problems) -> Jurisdiction:
    """The jurisdiction 'test': it has the parameters that a case gives, and no law behind them."""
    given = rule.rule.tests[index].parameters
    unread = {"citation": "made for this test", "source": "made", "confidence": "low"}
    listed = {name: value if isinstance(value, list) else [{"value": value}] for name, value in given.items()}
    data = {name: [_with(unread, entry) for entry in values] for name, values in listed.items()}
    section = Section(rule.document, ("tests", index), {"parameters": data}, problems)
    words = entries.Words(bench.vocabulary, {"made": "made for this test"})
    kinds = {kind: LicenseType(kind, kind) for kind in bench.vocabulary.license_kinds}
    return Jurisdiction(
        code=CODE,
        name="Made for a test",
        regulator="nobody",
        retrieved=date(2026, 1, 1),
        timezones=("UTC",),
        calendar=next(iter(bench.jurisdictions.values())).calendar,
        digest="",
        license_types=kinds,
        parameters=entries.READERS["parameters"](section, "parameters", words),
    )


def _with(unread: Mapping[str, str], entry: Any) -> Any:
    return {**unread, **entry} if isinstance(entry, Mapping) else entry


_SQL = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,6)",
    "boolean": "BOOLEAN",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "list": "VARCHAR[]",
}
