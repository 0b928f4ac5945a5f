"""The conformance corpus: probes of the rule language that every engine must answer alike.

``corpus/*.yaml`` holds, by expansion key, expressions with their type and the value that the written
semantics give, worked out by hand and never copied from an engine. A probe may bring the columns of one
record (``given``) or of several (``rows``); with several, a window answers a list, in the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rootlint.documents import load_yaml
from rootlint.engine import Engine
from rootlint.jurisdictions.in_force import BUSINESS_DAYS_COLUMNS, COLUMNS
from rootlint.rules.language import tree
from rootlint.rules.language.checking import Checker, ColumnInfo, Schema, Scope
from rootlint.rules.language.grouping import has_aggregate
from rootlint.rules.language.operators import WINDOWS
from rootlint.rules.language.printing import (
    CALENDAR_TABLE,
    FACILITY_TABLE,
    PARAMETER_TABLE,
    Context,
    print_query,
)
from rootlint.rules.language.types import Type

CORPUS = Path(__file__).parent / "corpus"
CAPTURED_AT = datetime(2026, 11, 1, 13, 0, 0)
AS_OF = date(2026, 11, 2)
CAPTURED = ("facilities", "metrc_packages")

# The columns that probes may name.
PROBED: dict[str, tuple[Type, str]] = {
    "probe": (Type.INTEGER, "BIGINT"),
    "row": (Type.INTEGER, "BIGINT"),
    "facility": (Type.TEXT, "VARCHAR"),
    "t": (Type.TEXT, "VARCHAR"),
    "u": (Type.TEXT, "VARCHAR"),
    "n": (Type.INTEGER, "BIGINT"),
    "m": (Type.INTEGER, "BIGINT"),
    "q": (Type.DECIMAL, "DECIMAL(18,6)"),
    "r": (Type.DECIMAL, "DECIMAL(18,6)"),
    "b": (Type.BOOLEAN, "BOOLEAN"),
    "c": (Type.BOOLEAN, "BOOLEAN"),
    "x": (Type.INSTANT, "TIMESTAMP"),
    "y": (Type.INSTANT, "TIMESTAMP"),
    "d": (Type.DATE, "DATE"),
    "e": (Type.DATE, "DATE"),
    "l": (Type.LIST, "VARCHAR[]"),
    "_place": (Type.INTEGER, "BIGINT"),
}


@dataclass(frozen=True)
class Probe:
    """One expression and what it must answer; ``value`` is a list for a window, ``fails`` that it ends in an error."""

    number: int
    key: str
    expression: str
    type: Type
    value: Any
    rows: tuple[dict[str, Any], ...]
    facility: str
    fails: bool

    def __str__(self) -> str:
        return f"{self.key}: {self.expression}"


def probes(folder: Path = CORPUS) -> list[Probe]:
    """All probes of a corpus, in order."""
    found: list[Probe] = []
    for path in sorted(folder.glob("*.yaml")):
        for key, entries in load_yaml(path).data["probes"].items():
            found += [_probe(len(found) + index, key, entry) for index, entry in enumerate(entries)]
    return found


def _probe(number: int, key: str, entry: dict[str, Any]) -> Probe:
    unknown = set(entry) - {"expression", "type", "value", "given", "rows", "facility", "fails"}
    assert not unknown, f"{key}: unknown {unknown}"
    kind = Type(entry["type"])
    value = entry.get("value")
    plain = kind is Type.LIST or not isinstance(value, list)
    return Probe(
        number,
        key,
        entry["expression"],
        kind,
        read(kind, value) if plain else [read(kind, each) for each in value],
        tuple(entry.get("rows", [entry.get("given", {})])),
        entry.get("facility", "la"),
        entry.get("fails", False),
    )


def read(kind: Type, value: Any) -> Any:
    """A value of a YAML file as the type has it; durations are written in seconds."""
    if value is None:
        return None
    match kind:
        case Type.INSTANT:
            return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
        case Type.DATE:
            return date.fromisoformat(value)
        case Type.DECIMAL:
            return Decimal(str(value))
        case Type.DURATION:
            return int(Decimal(str(value)) * 1_000_000)
        case _:
            return value


def answer(engine: Engine, asked: Iterable[Probe]) -> dict[int, Any]:
    """What an engine answers to each probe, by number; one statement for each type."""
    asked = list(asked)
    prepare(engine, asked)
    answers: dict[int, Any] = {}
    for kind in sorted({probe.type for probe in asked}):
        mine = [probe for probe in asked if probe.type is kind]
        sql = "\nUNION ALL\n".join(statement(engine, probe) for probe in mine)
        rows = engine.rows(f"SELECT probe, value FROM ({sql}) AS answered ORDER BY probe, row")
        for probe in mine:
            values = [_fetched(kind, value) for number, value in rows if number == probe.number]
            windowed = isinstance(probe.value, list) and kind is not Type.LIST
            answers[probe.number] = values if windowed else values[0] if len(values) == 1 else values
    return answers


def _fetched(kind: Type, value: Any) -> Any:
    return Decimal(value) if kind is Type.DECIMAL and value is not None else value


def prepare(engine: Engine, asked: Iterable[Probe]) -> None:
    """Load the records, facilities, parameters and calendars that probes speak of."""
    rows = [_row(probe, index, given) for probe in asked for index, given in enumerate(probe.rows)]
    engine.load("probes", {name: sql for name, (_, sql) in PROBED.items()}, rows)
    about = load_yaml(CORPUS / "deadlines.yaml").data
    facilities = [tuple(entry.get(name) for name in _FACILITY) for entry in about["facilities"]]
    engine.load(FACILITY_TABLE, dict.fromkeys(_FACILITY, "VARCHAR"), facilities)
    engine.load(PARAMETER_TABLE, COLUMNS, [_parameter(entry) for entry in about["parameters"]])
    days = [
        (entry["calendar"], read(Type.DATE, entry["day"]), entry["days"], read(Type.DATE, entry["due_day"]))
        for entry in about["business_days"]
    ]
    engine.load(CALENDAR_TABLE, BUSINESS_DAYS_COLUMNS, days)


_FACILITY = ("facility", "jurisdiction", "timezone", "license_kind")


def _row(probe: Probe, index: int, given: dict[str, Any]) -> tuple[Any, ...]:
    values = {"probe": probe.number, "row": index, "_place": index, "facility": probe.facility, **given}
    assert set(values) <= set(PROBED), f"{probe}: unknown column in {given}"
    return tuple(read(kind, values.get(name)) for name, (kind, _) in PROBED.items())


def _parameter(entry: dict[str, Any]) -> tuple[Any, ...]:
    kinds = {"from_day": Type.DATE, "until_day": Type.DATE, "from_at": Type.INSTANT, "until_at": Type.INSTANT}
    kinds |= {"number": Type.DECIMAL}
    return tuple(read(kinds.get(name, Type.TEXT), entry.get(name)) for name in COLUMNS)


def statement(engine: Engine, probe: Probe) -> str:
    """The query that answers one probe: its number, the row and the value."""
    about = load_yaml(CORPUS / "deadlines.yaml").data
    context = Context(
        engine.expansions,
        {"probes": "probes"},
        CAPTURED_AT,
        AS_OF,
        frozenset(about["varying"]),
        frozenset(about["in_business_days"]),
        CAPTURED,
    )
    query = print_query(compiled(probe), context)
    if probe.type is Type.DECIMAL:  # decimals of all widths stand in one statement
        return f"SELECT probe, row, CAST(value AS VARCHAR) AS value FROM ({query}) AS decimal"
    return query


def compiled(probe: Probe) -> tree.Select:
    """The probe as a query of the rule language over its own records."""
    faults: list[str] = []
    checker = Checker(SCHEMA, lambda offset, message, help: faults.append(f"{offset}: {message} ({help})"))
    scope = Scope({"p": SCHEMA.tables["probes"]})
    if probe.key in WINDOW_KEYS:
        query = checker.query(f"SELECT {probe.expression} AS value FROM probes p")
        node = query.columns[0][1] if isinstance(query, tree.Select) else tree.UNKNOWN
    else:
        node = checker.expression(probe.expression, scope, aggregates=True)
    assert not faults, f"{probe}: {faults}"
    assert node.type in (probe.type, Type.NULL), f"{probe}: it is {node.type}"
    row: tree.Node = tree.Column("p", "row", Type.INTEGER)
    if has_aggregate(node):
        row = tree.Aggregate("min", (row,), None, Type.INTEGER)
    number = tree.Literal(probe.number, Type.INTEGER)
    mine = tree.Call("equal", (tree.Column("p", "probe", Type.INTEGER), number), Type.BOOLEAN)
    columns = (("probe", number), ("row", row), ("value", node))
    return tree.Select(columns, tree.Source(tree.Relation("probes", "p")), mine)


def schema() -> Schema:
    """What probes may name."""
    columns = {name: ColumnInfo(kind, "probes") for name, (kind, _) in PROBED.items()}
    kinds = load_yaml(CORPUS / "deadlines.yaml").data["types"]
    return Schema({"probes": columns}, {name: Type(kind) for name, kind in kinds.items()})


SCHEMA = schema()
WINDOW_KEYS = frozenset(way.key for function in WINDOWS for way in function.overloads)
