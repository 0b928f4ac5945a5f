"""Whatever text is given, the checker reports a fault or yields a tree that the engine can run; it never raises."""

from __future__ import annotations

import functools
import re
from datetime import date, datetime

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.jurisdictions.in_force import BUSINESS_DAYS_COLUMNS, COLUMNS
from rootlint.rules.language import operators, tree
from rootlint.rules.language.checking import Checker, Scope, format_schema
from rootlint.rules.language.printing import (
    CALENDAR_TABLE,
    FACILITY_TABLE,
    PARAMETER_TABLE,
    Context,
    print_query,
)
from rootlint.rules.language.types import Type
from rootlint.snapshot.format import FORMAT, ColumnType

SCHEMA = format_schema(
    {"purchase_limit": Type.DECIMAL, "report_deadline": Type.DEADLINE, "strict": Type.BOOLEAN}
)
SCOPE = Scope({"p": SCHEMA.tables["metrc_packages"], "s": SCHEMA.tables["metrc_sales"]})
SOURCE = tree.Source(
    tree.Relation("metrc_packages", "p"),
    (
        tree.Join(
            "left",
            tree.Relation("metrc_sales", "s"),
            tree.Call(
                "equal",
                (tree.Column("s", "facility", Type.TEXT), tree.Column("p", "facility", Type.TEXT)),
                Type.BOOLEAN,
            ),
        ),
    ),
)
_SQL = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.QUANTITY: "DECIMAL(18,6)",
    ColumnType.MONEY: "DECIMAL(18,6)",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.INSTANT: "TIMESTAMP",
    ColumnType.DATE: "DATE",
    ColumnType.LIST: "VARCHAR[]",
}
_ANSWERED = {
    Type.TEXT: r"VARCHAR",
    Type.INTEGER: r"BIGINT|INTEGER",
    Type.DECIMAL: r"DECIMAL\(\d+,\d+\)",
    Type.BOOLEAN: r"BOOLEAN",
    Type.INSTANT: r"TIMESTAMP",
    Type.DATE: r"DATE",
    Type.DURATION: r"BIGINT",
    Type.LIST: r"VARCHAR\[\]",
}
ENGINE = DuckDBEngine(threads=1)
KNOWN = {*(f"snapshot_{name}" for name in FORMAT.tables), FACILITY_TABLE, PARAMETER_TABLE, CALENDAR_TABLE}


@pytest.fixture(scope="module", autouse=True)
def _tables():
    for table in FORMAT.tables.values():
        columns = {column.name: _SQL[column.type] for column in table.columns.values()}
        ENGINE.load(f"snapshot_{table.name}", columns | {"_place": "BIGINT"}, [])
    facts = ("facility", "jurisdiction", "timezone", "license_kind")
    ENGINE.load(FACILITY_TABLE, dict.fromkeys(facts, "VARCHAR"), [])
    ENGINE.load(PARAMETER_TABLE, COLUMNS, [])
    ENGINE.load(CALENDAR_TABLE, BUSINESS_DAYS_COLUMNS, [])


CONTEXT = Context(
    ENGINE.expansions,
    {name: f'"snapshot_{name}"' for name in FORMAT.tables},
    datetime(2026, 11, 1, 13),
    date(2026, 11, 2),
    frozenset({"purchase_limit"}),
    frozenset({"report_deadline"}),
)


def _tables_in(sql: str) -> set[str]:
    return {table.name for table in sqlglot.parse_one(sql, read="duckdb").find_all(exp.Table)}


def _runs(query: tree.Query) -> list[tuple[str, ...]]:
    """The columns the engine answers a query with; it reads no table but ours."""
    sql = print_query(query, CONTEXT)
    assert _tables_in(sql) <= KNOWN
    return [tuple(row[:2]) for row in ENGINE.rows(f"DESCRIBE {sql}")]


# -- any text at all

_WORDS = st.sampled_from(
    [
        "p.",
        "s.",
        "label",
        "quantity",
        "created_at",
        "packaged_on",
        "is_on_hold",
        "source_harvests",
        "(",
        ")",
        ",",
        ".",
        ";",
        "'",
        "''",
        '"',
        "--",
        "/*",
        "*/",
        "*",
        "+",
        "-",
        "/",
        "||",
        "=",
        "<>",
        "<",
        "and",
        "or",
        "not",
        "is",
        "null",
        "true",
        "false",
        "in",
        "between",
        "like",
        "case",
        "when",
        "then",
        "else",
        "end",
        "select",
        "from",
        "where",
        "group",
        "by",
        "having",
        "order",
        "limit",
        "with",
        "as",
        "join",
        "left",
        "on",
        "using",
        "union",
        "all",
        "exists",
        "distinct",
        "over",
        "partition",
        "filter",
        "metrc_packages",
        "metrc_sales",
        "p",
        "s",
        "1",
        "2.5",
        "'a'",
        "count",
        "sum",
        "fold",
        "local_date",
        "due",
        "param",
        "'purchase_limit'",
        "'report_deadline'",
        "at",
        "=>",
        "hours",
        "date",
        "'2026-01-01'",
        "::",
        "->",
        "[",
        "]",
        "{",
        "}",
        "?",
        "$1",
        "@",
        "~",
        "%",
        "^",
        "&",
        "|",
        "\\",
        "#",
        "`",
        "interval",
        "read_csv",
        "copy",
        "attach",
        "lateral",
        "pivot",
        "values",
        "any",
        "some",
        "recursive",
        "window",
        "rows",
    ]
)
_SOUP = st.lists(_WORDS, max_size=25).map(" ".join)
_ANY = st.one_of(st.text(max_size=60), _SOUP, st.text(alphabet="pq.()='\"a1 -,*/|<>", max_size=40))


@settings(max_examples=400)
@given(_ANY)
def test_no_text_makes_the_checker_raise(text):
    for ask in (
        lambda checker: checker.expression(text, SCOPE, Type.BOOLEAN),
        lambda checker: checker.expression(text, SCOPE, aggregates=True),
        lambda checker: checker.join(text, SCOPE),
        lambda checker: checker.relation(text, Scope()),
        lambda checker: checker.query(text),
    ):
        faults: list[str] = []
        places: list[int] = []
        checker = Checker(
            SCHEMA,
            lambda offset, message, help, faults=faults, places=places: (
                faults.append(message),
                places.append(offset),
            ),
        )
        found = ask(checker)
        assert all(0 <= place <= len(text) for place in places)
        if not faults and isinstance(found, tree.Select | tree.Union):
            _runs(found)


# -- well-typed expressions, made from the table of operators itself

_LITERALS = {
    Type.TEXT: ["'a'", "''", "'it''s'", "'Straße'"],
    Type.INTEGER: ["0", "1", "-7", "3000000000"],
    Type.DECIMAL: ["0.5", "-1.25", "999999999999.999999"],
    Type.BOOLEAN: ["true", "false"],
    Type.INSTANT: ["instant('2026-11-01T13:00:00+02:00')", "captured_at()"],
    Type.DATE: ["date('2028-02-29')", "as_of()"],
    Type.DURATION: ["hours(24)"],
    Type.LIST: ["p.source_harvests"],
}
_WRITTEN = {"matches": "'^[A-F]{2}$'", "round": "2", "captured": "'outages'"}
_COLUMNS = {
    kind: [
        f"{alias}.{name}"
        for alias, columns in SCOPE.relations.items()
        for name, info in columns.items()
        if info.type is kind
    ]
    for kind in Type
}


def _leaf(kind: Type) -> st.SearchStrategy[str]:
    return st.sampled_from([*_LITERALS[kind], *_COLUMNS[kind]])


@functools.cache
def _expression(kind: Type, depth: int) -> st.SearchStrategy[str]:
    if depth == 0:
        return _leaf(kind)
    ways = [_leaf(kind), _case(kind, depth)]
    for function in operators.SCALARS:
        ways += [
            _called(function, way.args, depth)
            for way in function.overloads
            if way.result is kind and _is_made(function)
        ]
    return st.one_of(*ways, *_signs(kind, depth))


def _is_made(function: operators.Function) -> bool:
    return function.name not in ("instant", "date", "due")


def _called(function: operators.Function, args: tuple[Type, ...], depth: int) -> st.SearchStrategy[str]:
    parts = [
        st.just(_WRITTEN[function.name])
        if index in function.literal_args
        else st.deferred(lambda arg=arg: _expression(arg, depth - 1))
        for index, arg in enumerate(args)
    ]
    return st.tuples(*parts).map(lambda written: f"{function.name}({', '.join(written)})")


def _case(kind: Type, depth: int) -> st.SearchStrategy[str]:
    parts = st.tuples(
        st.deferred(lambda: _expression(Type.BOOLEAN, depth - 1)),
        st.deferred(lambda: _expression(kind, depth - 1)),
        st.sampled_from(["null", *_LITERALS[kind]]),
    )
    return parts.map(lambda of: f"case when {of[0]} then {of[1]} else {of[2]} end")


def _signs(kind: Type, depth: int) -> list[st.SearchStrategy[str]]:
    def two(form: str, left: Type, right: Type) -> st.SearchStrategy[str]:
        sides = st.tuples(
            *(st.deferred(lambda side=side: _expression(side, depth - 1)) for side in (left, right))
        )
        return sides.map(lambda of: form.format(*of))

    same = [kind for kind in Type if kind in _LITERALS and kind is not Type.LIST]
    forms = {
        Type.INTEGER: [two(f"(({{0}}) {sign} ({{1}}))", kind, kind) for sign in "+-*"],
        Type.DECIMAL: [two(f"(({{0}}) {sign} ({{1}}))", Type.INTEGER, kind) for sign in "+-*/"],
        Type.TEXT: [two("({0}) || ({1})", kind, kind)],
        Type.INSTANT: [
            two("(({0}) + ({1}))", kind, Type.DURATION),
            two("due({0}, param('report_deadline'))", kind, kind),
        ],
        Type.DURATION: [two("(({0}) - ({1}))", kind, kind)],
        Type.BOOLEAN: [
            *(two("({0}) = ({1})", each, each) for each in same),
            *(two("({0}) is distinct from ({1})", each, each) for each in same),
            two("({0}) and not ({1})", kind, kind),
            two("({0}) in ('a', {1})", Type.TEXT, Type.TEXT),
            two("({0}) between 1 and ({1})", Type.INTEGER, Type.DECIMAL),
            two("({0}) like '%a_' or ({1}) is null", Type.TEXT, Type.LIST),
            two("({0}) > param('purchase_limit', at => {1})", Type.DECIMAL, Type.INSTANT),
            two(
                "exists (select 1 from metrc_items i where i.name = {0} and i.is_active = ({1}))",
                Type.TEXT,
                kind,
            ),
        ],
    }
    return forms.get(kind, [])


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from([kind for kind in Type if kind in _LITERALS]))
def test_every_well_typed_expression_is_accepted_and_runs_with_its_type(data, kind):
    text = data.draw(_expression(kind, 3))
    faults: list[str] = []
    node = Checker(SCHEMA, lambda offset, message, help: faults.append(f"{offset}: {message}")).expression(
        text, SCOPE
    )
    assert faults == []
    assert node.type in (kind, Type.INTEGER) if kind is Type.DECIMAL else node.type is kind
    (answered,) = _runs(tree.Select((("value", node),), SOURCE))
    assert re.fullmatch(_ANSWERED[node.type], answered[1])


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(operators.AGGREGATES), st.booleans())
def test_every_well_typed_aggregate_runs_with_its_type(data, function, filtered):
    way = data.draw(st.sampled_from(function.overloads))
    args = [data.draw(_expression(Type.TEXT if arg is Type.UNKNOWN else arg, 2)) for arg in way.args]
    condition = f" filter (where {data.draw(_expression(Type.BOOLEAN, 1))})" if filtered else ""
    text = (
        f"select p.facility, {function.name}({', '.join(args) or '*'}){condition} as value "
        "from metrc_packages p left join metrc_sales s on s.facility = p.facility group by p.facility"
    )
    faults: list[str] = []
    query = Checker(SCHEMA, lambda offset, message, help: faults.append(f"{offset}: {message}")).query(text)
    assert faults == []
    assert re.fullmatch(_ANSWERED[way.result], _runs(query)[1][1])


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(operators.WINDOWS))
def test_every_well_typed_window_runs_with_its_type(data, function):
    way = data.draw(st.sampled_from(function.overloads))
    args = [data.draw(_expression(arg, 2)) for arg in way.args]
    text = (
        f"select {function.name}({', '.join(args)}) over (partition by p.facility order by s.sold_at desc) as value "
        "from metrc_packages p left join metrc_sales s on s.facility = p.facility"
    )
    faults: list[str] = []
    query = Checker(SCHEMA, lambda offset, message, help: faults.append(f"{offset}: {message}")).query(text)
    assert faults == []
    assert re.fullmatch(_ANSWERED[way.result], _runs(query)[0][1])
