"""Small made snapshots for rule tests: rows from YAML become tables of the format in the engine."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import yaml

from rootlint.documents import KeyPath, parse_yaml
from rootlint.engine import Engine
from rootlint.errors import Problems, did_you_mean
from rootlint.jurisdictions import entries
from rootlint.jurisdictions.in_force import InForce, in_force
from rootlint.jurisdictions.model import Jurisdiction, LicenseType, Vocabulary
from rootlint.jurisdictions.reading import Section
from rootlint.model import Facility
from rootlint.rules.model import Case, LoadedRule, TableFacts
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


class _ExactDumper(yaml.SafeDumper):
    """Writes a decimal as the digits it was read from."""


_ExactDumper.add_representer(
    Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", f"{value:f}")
)


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
    facilities = tuple(_facility(given) for given in case.facilities or [{}])
    captured_at = _instant(case.captured_at)
    _check_rows(rule, case, index, problems)
    if len(problems.found) > before:
        return None
    tables = {
        name: _load(name, rows, case, rule, facilities, captured_at, bench.engine)
        for name, rows in case.given.items()
    }
    tables["facilities"] = _load(
        "facilities",
        [vars(facility) for facility in facilities],
        case,
        rule,
        facilities,
        captured_at,
        bench.engine,
    )
    return Run(
        engine=bench.engine,
        snapshot=MadeSnapshot(facilities, captured_at, tables),
        in_force=_in_force(case.parameters, facilities, bench, rule.document.file),
        as_of=date.fromisoformat(case.as_of) if case.as_of else captured_at.date(),
        facilities=tuple(facility.facility for facility in facilities),
        functions=bench.functions,
        switches={},
    )


def drop_tables(run: Run) -> None:
    """Free what a case made."""
    for state in run.snapshot.tables.values():
        run.engine.run(f"DROP TABLE IF EXISTS {state.relation}")


def _facility(given: Mapping[str, Any]) -> Facility:
    facts = {**FACILITY, **given}
    opened = facts.get("opened_on")
    return Facility(**{**facts, "opened_on": date.fromisoformat(opened) if opened else None})


def _check_rows(rule: LoadedRule, case: Case, index: int, problems: Problems) -> None:
    base: KeyPath = ("tests", index, "given")
    for table, rows in case.given.items():
        if table not in FORMAT.tables:
            problems.add(
                f"the snapshot format has no table '{table}'",
                rule.document.place((*base, table), key=True),
                did_you_mean(table, FORMAT.tables),
            )
            continue
        known = {*FORMAT.tables[table].columns, *rule.rule.columns.get(table, {})}
        for number, row in enumerate(rows):
            for name in sorted(set(row) - known):
                place = rule.document.place((*base, table, number, name), key=True)
                problems.add(
                    f"{table} has no column '{name}'", place, did_you_mean(name, known, listing="columns")
                )


def _load(
    name: str,
    rows: Iterable[Mapping[str, Any]],
    case: Case,
    rule: LoadedRule,
    facilities: tuple[Facility, ...],
    captured_at: datetime,
    engine: Engine,
) -> TableState:
    table = FORMAT.tables[name]
    relation = f"made_{next(_serial)}_{name}"
    kinds = {column.name: column.type.sql for column in table.columns.values()}
    kinds |= {column: _SQL[kind] for column, kind in rule.rule.columns.get(name, {}).items()}
    given = _with_meanings(list(rows)) if name == "config_settings" else rows
    listed = [
        _row(row, kinds, number, _default_facility(table, facilities))
        for number, row in enumerate(given, start=1)
    ]
    engine.load("made_rows", {**dict.fromkeys(kinds, "VARCHAR"), "_place": "BIGINT"}, listed)
    cast = ", ".join(f'{_cast(column, kind)} AS "{column}"' for column, kind in kinds.items())
    engine.run(f"CREATE TABLE {relation} AS SELECT {cast}, _place FROM made_rows ORDER BY _place")
    facts = case.tables.get(name, TableFacts())
    absent = {column.partition(".")[2] for column in case.without if column.startswith(f"{name}.")}
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


def _in_force(
    parameters: Mapping[str, Any], facilities: tuple[Facility, ...], bench: Bench, file: str
) -> InForce:
    """The parameters of the jurisdictions that facilities name; 'test' has those the case gives, and no law."""
    made = _jurisdiction(parameters, bench, file)
    return in_force({**bench.jurisdictions, CODE: made}, facilities, bench.vocabulary)


def _jurisdiction(parameters: Mapping[str, Any], bench: Bench, file: str) -> Jurisdiction:
    listed = {
        name: value if isinstance(value, list) else [{"value": value}] for name, value in parameters.items()
    }
    unread = {"citation": "made for this test", "source": "made", "confidence": "low"}
    data = {
        "parameters": {name: [{**unread, **entry} for entry in values] for name, values in listed.items()}
    }
    problems = Problems()
    text = yaml.dump(data, Dumper=_ExactDumper, sort_keys=False)
    section = Section.top(parse_yaml(text, f"{file} (parameters of a test)"), problems)
    words = entries.Words(bench.vocabulary, {"made": "made for this test"})
    read = entries.READERS["parameters"](section, "parameters", words)
    problems.raise_if_any()
    calendar = next(iter(bench.jurisdictions.values())).calendar
    kinds = {kind: LicenseType(kind, kind) for kind in bench.vocabulary.license_kinds}
    return Jurisdiction(
        code=CODE,
        name="Made for a test",
        regulator="nobody",
        retrieved=date(2026, 1, 1),
        timezones=("UTC",),
        calendar=calendar,
        digest="",
        license_types=kinds,
        parameters=read,
    )


_SQL = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,6)",
    "boolean": "BOOLEAN",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "list": "VARCHAR[]",
}
