"""The page of the rule language, written from the table of operators and the tables of what it has not."""

from __future__ import annotations

from collections.abc import Iterable

from rootlint.rules.language import advice, limits, operators, parsing
from rootlint.rules.language.operators import Function, Overload
from rootlint.rules.language.types import Type

_GROUPS = {
    "text": "Text",
    "numbers": "Numbers",
    "time": "Time",
    "units": "Units of measure",
    "lists": "Lists",
    "snapshot": "The snapshot",
    "facility": "The facility",
}

_TYPES = {
    Type.TEXT: ("`'active'`; a quote inside is doubled: `'it''s'`", "compares by code point, so case counts"),
    Type.INTEGER: ("`24`", "64 bits, exact"),
    Type.DECIMAL: ("`28.5`", "quantities and money: exact, six places (a product has more)"),
    Type.BOOLEAN: ("`true`, `false`", "a condition; null is 'not known'"),
    Type.INSTANT: ("`instant('2026-11-01T06:00:00-07:00')`", "a point in time, in UTC, to the microsecond"),
    Type.DATE: ("`date('2026-11-01')`", "a calendar day of the facility"),
    Type.DURATION: ("`hours(24)`", "elapsed time, exact to the microsecond"),
    Type.LIST: ("a column, or a parameter", "of texts; neither compared nor joined"),
    Type.DEADLINE: ("`param('sales_report_deadline')`", "only a parameter; due() makes an instant of it"),
}

_HEAD = """\
# The rule language

<!-- Written by make docs from the table of operators; change that, not this page. -->

Conditions and values of a rule are SQL expressions over a closed set of operators and functions, and a check
of kind `query` is a whole SELECT over the same set. Everything is read, resolved against the snapshot format
and checked by type when the rule loads: what is not on this page is a fault with file, line and column, and
never reaches an engine. The engine gets SQL that rootlint writes anew, by an expansion of each operator that
is its own, and a corpus of hand-worked probes (`tests/rules/language/corpus/`) holds every engine to the
meanings given here.

## Names

A column is `alias.column`, or `column` where only one table has it. The names are those of the
[snapshot format](snapshot-format.md), letter for letter; the words of SQL and the names of functions may be
written in capitals too. Texts stand in single quotes. `at => …` names an argument of `param()`.

## Types
"""

_MEANINGS = """\
An integer may stand where a decimal is wanted; nothing else is converted in silence. A type that does not fit
is a fault when the rule loads.

## Null

Null means 'not known'. Unless its meaning below says otherwise, an operator or function answers null when any
argument is null. `and`, `or` and `not` follow three-valued logic. What a rule concludes from null is the
check kind's business: as a rule a record whose condition is null is counted as not judged, and is neither a
violation nor in order.

## Time

Instants are compared in UTC. What has to do with days and clocks is asked in the facility's time zone, and
says so in its name: `local_date`, `local_hour`, `local_midnight`. Elapsed time is compared as a duration,
`elapsed(a, b) > hours(24)`, and never by counting the boundaries of hours or days that lie between; calendar
days are counted by `days_between`. A rule reads no clock: `captured_at()` is when the snapshot was captured,
`as_of()` the day that the run judges by.

## Numbers

Integers and decimals are exact; there are no floating-point numbers. Columns, parameters and written decimals
have six places. Sums keep all places, a product has twelve and in_grams fifteen, and what has more than six
places is rounded to six before it is a factor, a dividend or a divisor. Rounding always goes half away from
zero. What does not fit ends the rule with an error, and never in a wrong figure.

## Parameters

`param('name')` is the value that the facility's jurisdiction has in force: by default when the record
happened (`at` of the check), or at `param('name', at => instant or date)`; some values are for one audience,
`param('name', audience => audience(s.customer_type))`. In a query `at` must be given. No value known is null.
A deadline stands only in `due(event, param('name'))`, where the event says when, and where a check kind takes
one.

## Operators
"""

_QUERIES = """\
## Queries

`EXISTS (SELECT 1 FROM table alias WHERE …)` asks whether a row exists; its condition may name the row around it.
It stands in conditions, and neither in ON nor beside aggregates.

A check of kind `query` is one SELECT: columns with names, FROM, JOIN … ON and LEFT JOIN … ON, WHERE, GROUP BY,
HAVING, DISTINCT, UNION ALL, WITH name AS (SELECT …), and queries in FROM. Every ON has an equality between the
joined table and what stands before it. In a grouped query, what is neither grouped nor aggregated is a fault;
so are parameters, and what the facility tells, outside of aggregates and GROUP BY. Rows have no order and no
limit. Where the ORDER BY of a window leaves rows equal, their place in the snapshot decides; rows without a
value come last.

## What is refused, and what to write instead

Statements other than one SELECT, comments, `;`, placeholders, variables, table functions, files, system
tables, casts, subqueries as values, lists, structs, JSON and lambdas have no place here. Neither has
`a = b is null`, which engines read differently: it wants brackets.
"""


def document_language() -> str:
    """The page docs/language.md."""
    parts = [
        _HEAD,
        _table(("type", "written", "what it is"), ((f"`{kind}`", *told) for kind, told in _TYPES.items())),
        _MEANINGS,
        _table(
            ("written", "meaning", "example"),
            ((_code(symbol.form), symbol.meaning, _code(symbol.example)) for symbol in operators.SYMBOLS),
        ),
        "`case when … then … else … end` and `case value when … then … end` choose; without `else` the rest is null.\n",
        "## Functions\n",
        *(
            _group(title, [f for f in operators.SCALARS if f.group == name])
            for name, title in _GROUPS.items()
        ),
        _group("Aggregates", operators.AGGREGATES, _AGGREGATES),
        _group("Windows", operators.WINDOWS, _WINDOWS),
        _QUERIES,
        _table(("other SQL", "here"), ((_code(name), told) for name, told in sorted(_instead().items()))),
        _limits(),
    ]
    return "\n".join(parts)


_AGGREGATES = """\
They stand in the columns and HAVING of a query, and where a check kind measures a group. `filter (where …)`
behind one keeps the rows where the condition is true: `count(*) filter (where c.status >= 500)`.
"""
_WINDOWS = """\
They stand in the columns of a query without groups, always with `over (partition by … order by …)`.
"""


def _group(title: str, functions: Iterable[Function], about: str = "") -> str:
    rows = ((_calls(function), function.meaning, _code(function.example)) for function in functions)
    return f"### {title}\n\n" + (f"{about}\n" if about else "") + _table(("call", "meaning", "example"), rows)


def _calls(function: Function) -> str:
    """The ways to call a function; those that answer the type they take are told as one."""
    if function.name == "count":
        return "`count(*)`, `count(any)` → integer"
    if len(function.overloads) > 2 and all(set(way.args) == {way.result} for way in function.overloads):
        names = ", ".join("ab"[: len(function.overloads[0].args)])
        kinds = ", ".join(way.result for way in function.overloads)
        return f"`{function.name}({names})` → the same type: {kinds}"
    return "<br>".join(_call(function.name, way) for way in function.overloads)


def _call(name: str, way: Overload) -> str:
    args = ", ".join("any" if kind is Type.UNKNOWN else kind for kind in way.args)
    return f"`{name}({args})` → {way.result}"


def _instead() -> dict[str, str]:
    operators_elsewhere = {
        "CAST(a AS …), a::…": "write date('…'), instant('…'), number(text), text(value)",
        "INTERVAL '1' HOUR": "write minutes(n), hours(n), days(n)",
        "a % b": "write modulo(a, b)",
        "a ILIKE 'x'": "write fold(a) like '…'",
        "a ~ 'x', a SIMILAR TO 'x'": "write matches(a, '…')",
        "a AT TIME ZONE 'x'": "write local_date(t), local_hour(t), minute_of_day(t)",
        "a IN (SELECT …)": "use EXISTS (SELECT …) or a join",
        "count(DISTINCT a)": "write count_distinct(a)",
        "instant - instant": "write elapsed(earlier, later)",
        "date - date": "write days_between(earlier, later)",
        "date + n": "write add_days(date, n)",
    }
    return operators_elsewhere | {f"{name}(…)": told for name, told in advice.RENAMED.items()}


def _limits() -> str:
    return (
        f"A text has {parsing.LONGEST:,} characters at most, expressions nest {limits.DEEPEST} deep, queries "
        f"{limits.MOST_QUERIES}; and a\nquery that grows beyond {limits.LARGEST:,} pieces once the queries named by "
        "WITH stand where they are used is\nrefused.\n"
    )


def _code(text: str) -> str:
    return f"`{text}`"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    # A bar inside a cell would end it, even in code.
    return (
        "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
        + "\n"
    )
