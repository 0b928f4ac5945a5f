"""Typed tree to SQL, by the expansions of one engine. The only writer of SQL that comes from a rule.

A printer writes one FROM and the expressions over it. What an expression needs besides the relations it
names (the facility's time zone, a parameter in force, the calendar of business days) is joined to that
FROM, one row at most for each record, so that no count changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.tables import ANSWERS

FACILITY_TABLE = "facility_context"  # facility, jurisdiction, timezone, license_kind, selected
PARAMETER_TABLE = "parameters_in_force"
CALENDAR_TABLE = "business_days"


@dataclass(frozen=True)
class Context:
    """What printing depends on besides the tree: the engine, the run and the tables as they stand."""

    expansions: Mapping[str, str]
    relations: Mapping[str, str]  # table of the snapshot -> SQL relation; an overlay replaces one here
    captured_at: datetime  # UTC
    as_of: date
    varying: frozenset[str] = frozenset()  # parameters whose value changes with time
    in_business_days: frozenset[str] = frozenset()  # parameters with a deadline in business days
    captured: tuple[str, ...] = ()  # the tables that the snapshot has
    facilities: tuple[str, ...] = ()  # judge the records of these only; none: all
    shared: Mapping[int, str] = field(default_factory=dict)  # query, by identity -> the name of its rows

    def relation(self, table: str) -> str:
        return self.relations[table]


@dataclass(frozen=True)
class _Added:
    """A join that an expression asked for: one row at most for each record."""

    alias: str
    text: str
    needs: frozenset[str]  # aliases of the source that must stand before it


@dataclass
class Printer:
    """Writes the expressions over one source and remembers the joins they need."""

    context: Context
    source: tree.Source
    prefix: str = "_"  # of joined aliases: differs in nested queries, and no alias of a rule begins so
    outer: Printer | None = None
    citations: dict[str, None] = field(default_factory=dict)  # leaves naming the citations in use
    joins: dict[str, _Added] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)  # alias -> what is asked of each of its rows
    scanned: dict[str, str] | None = None  # over a scan: leaf -> the column that carries it

    # -- the source

    def from_clause(self) -> str:
        """The FROM with all joins that the expressions printed so far need. Print them first."""
        conditions = [self._unleafed(join.on) for join in self.source.joins]
        waiting = list(self.joins.values())
        seen = {self.source.base.alias}
        parts = [self._relation(self.source.base)]
        parts += _ready(waiting, seen)
        for join, condition in zip(self.source.joins, conditions, strict=True):
            seen.add(join.relation.alias)
            parts.append(f"{_JOIN[join.kind]} {self._relation(join.relation)} ON {condition}")
            parts += _ready(waiting, seen)
        return "\n".join(parts)

    def _relation(self, relation: tree.Relation) -> str:
        alias = quoted(relation.alias)
        if isinstance(relation.of, str):
            rows = self.context.relation(relation.of)
        elif id(relation.of) in self.context.shared:
            rows = self.context.shared[id(relation.of)]
        else:
            rows = f"({print_query(relation.of, self.context, f'{self.prefix}{relation.alias}_')})"
        asked = self.asked.get(relation.alias, [])
        if asked:
            answers = ", ".join(f"{text} AS {_answer(number)}" for number, text in enumerate(asked))
            rows = f"(SELECT *, {answers} FROM {rows} AS {alias})"
        return f"{rows} AS {alias}"

    # -- expressions

    def expression(self, node: Node) -> str:
        """Write one expression."""
        match node:
            case tree.Literal():
                return self._literal(node)
            case tree.Column():
                return self._leaf(f"{quoted(node.alias)}.{quoted(node.name)}")
            case tree.Call():
                return self._call(node)
            case tree.Case():
                return self._case(node)
            case tree.Param():
                return self.parameter(node, _PARAMETER_COLUMNS[node.type])
            case tree.Aggregate():
                return self._aggregate(node)
            case tree.Window():
                return self._window(node)
            case tree.Exists():
                return self._exists(node)

    def _literal(self, node: tree.Literal) -> str:
        if node.value is None and node.type is not Type.NULL:
            return self.context.expansions[f"null.{node.type}"]
        return _written(node.value)

    def _call(self, call: tree.Call) -> str:
        template = self.context.expansions[call.key]
        names = self._names(call, template)
        args = [self.expression(arg) for arg in call.args if arg.type is not Type.DEADLINE]
        return template.format(*args, all=_Joined(args), rest=", ".join(args[1:]), **names)

    def _names(self, call: tree.Call, template: str) -> dict[str, str]:
        """What a template asks for besides its arguments."""
        names: dict[str, str] = {}
        for name, column in (
            ("zone", "timezone"),
            ("jurisdiction", "jurisdiction"),
            ("license_kind", "license_kind"),
            ("selected", "selected"),
        ):
            if f"{{{name}}}" in template:
                names[name] = self.facility_column(column)
        names["captured_at"] = f"TIMESTAMP '{self.context.captured_at:%Y-%m-%d %H:%M:%S.%f}'"
        names["captured"] = ", ".join(_text(table) for table in self.context.captured)
        names["as_of"] = f"DATE '{self.context.as_of:%Y-%m-%d}'"
        for arg in call.args:
            if isinstance(arg, tree.Param) and arg.type is Type.DEADLINE:
                for column in ("elapse_us", "day_offset", "months", "by_minute"):
                    names[column] = self.parameter(arg, column)
                names["due_day"] = self._business_day(call.args[0], arg)
        return names

    def _case(self, case: tree.Case) -> str:
        subject = "" if case.subject is None else f" {self.expression(case.subject)}"
        branches = " ".join(
            f"WHEN {self.expression(when)} THEN {self.expression(then)}" for when, then in case.branches
        )
        return f"CASE{subject} {branches} ELSE {self.expression(case.default)} END"

    def _aggregate(self, node: tree.Aggregate) -> str:
        filtered = "" if node.where is None else f" FILTER (WHERE {self.expression(node.where)})"
        args = [self.expression(arg) for arg in node.args]
        return self.context.expansions[node.key].format(*args, filter=filtered)

    def _window(self, node: tree.Window) -> str:
        if self.scanned is not None:
            return self._leaf(self._unleafed(node))
        partition = ", ".join(self.expression(part) for part in node.partition)
        order = [
            f"{self.expression(value)} {'DESC' if descending else 'ASC'} NULLS LAST"
            for value, descending in node.order
        ]
        order += self._ties()
        over = (f"PARTITION BY {partition} " if partition else "") + f"ORDER BY {', '.join(order)}"
        args = [self.expression(arg) for arg in node.args]
        return self.context.expansions[node.key].format(*args, over=over)

    def _ties(self) -> list[str]:
        """What orders rows that a window's order leaves equal, so that nothing is left to chance."""
        ties: list[str] = []
        for relation in self.source.relations:
            # Rows of a computed relation that agree in every column may change places: nobody can tell.
            names = ["_place"] if isinstance(relation.of, str) else [name for name, _ in relation.of.columns]
            ties += [f"{quoted(relation.alias)}.{quoted(name)}" for name in names]
        return ties

    def _exists(self, node: tree.Exists) -> str:
        if self.scanned is not None:
            return self._leaf(self._unleafed(node))
        inner = Printer(self.context, node.select.source, f"{self.prefix}e", self, self.citations)
        where = inner.expression(node.select.where) if node.select.where is not None else "TRUE"
        exists = f"EXISTS (SELECT 1 FROM {inner.from_clause()} WHERE {where})"
        about = self._about(node) if inner._facility_alias() else None
        return exists if about is None else self._ask(about, exists)

    def _about(self, exists: tree.Exists) -> str | None:
        """The one joined relation that an EXISTS looks at, if there is no other."""
        if any(join.kind == "full" for join in self.source.joins):
            return None  # a row that is not there has no answer
        joined = {join.relation.alias for join in self.source.joins if join.kind == "inner"}
        seen = tree.aliases_around(exists)
        return next(iter(seen)) if len(seen) == 1 and seen <= joined else None

    def _ask(self, alias: str, question: str) -> str:
        """Ask a question of each row of a relation before it is joined: the engine would ask it of every pair."""
        asked = self.asked.setdefault(alias, [])
        if question not in asked:
            asked.append(question)
        return f"{quoted(alias)}.{_answer(asked.index(question))}"

    # -- what is joined to the source

    def facility_column(self, column: str) -> str:
        """A fact about the record's facility."""
        return self._leaf(f"{self._facility_join()}.{quoted(column)}")

    def _facility_join(self) -> str:
        def join(alias: str) -> str:
            return f'LEFT JOIN {FACILITY_TABLE} AS {alias} ON {alias}."facility" = {self.facility()}'

        return self._joined("facility", join, frozenset())

    def parameter(self, node: tree.Param, column: str) -> str:
        """A column of the parameter's row in force at the record's facility, at its time, for its audience."""
        alias = self._parameter_join(node)
        self.citations[f'{alias}."citation"'] = None
        return self._leaf(f"{alias}.{quoted(column)}")

    def _parameter_join(self, node: tree.Param) -> str:
        at = _today(self.context) if node.at is None else self._unleafed(node.at)
        unit = "day" if node.at is None or node.at.type is Type.DATE else "at"
        audience = None if node.audience is None else self._unleafed(node.audience)

        def join(alias: str) -> str:
            same = f'({alias}."audience" IS NULL OR {alias}."audience" = {audience})'
            conditions = [
                f'{alias}."facility" = {self.facility()}',
                f'{alias}."parameter" = {_text(node.name)}',
                f'{alias}."audience" IS NULL' if audience is None else same,
            ]
            if node.name in self.context.varying:
                conditions.append(f'{at} >= {alias}."from_{unit}" AND {at} < {alias}."until_{unit}"')
            return f"LEFT JOIN {PARAMETER_TABLE} AS {alias} ON {' AND '.join(conditions)}"

        when = at if node.name in self.context.varying else ""
        return self._joined(f"{node.name} {when} {audience}", join, _aliases(node))

    def _business_day(self, event: Node, param: tree.Param) -> str:
        if param.name not in self.context.in_business_days:
            return "CAST(NULL AS DATE)"
        rules = self._parameter_join(param)
        day = self._unleafed(
            event if event.type is Type.DATE else tree.Call("local_date", (event,), Type.DATE)
        )

        def join(alias: str) -> str:
            return (
                f'LEFT JOIN {CALENDAR_TABLE} AS {alias} ON {alias}."calendar" = {rules}."calendar" '
                f'AND {alias}."days" = {rules}."business_days" AND {alias}."day" = {day}'
            )

        alias = self._joined(f"calendar {rules} {day}", join, _aliases(param) | _aliases(event))
        return self._leaf(f'{alias}."due_day"')

    def _joined(self, what: str, join: Callable[[str], str], needs: frozenset[str]) -> str:
        if what not in self.joins:
            alias = quoted(f"{self.prefix}x{len(self.joins) + 1}")
            # The facility may be named by a relation that is joined later than the base.
            self.joins[what] = _Added(
                alias, join(alias), (needs | self._facility_alias()) & self._own_aliases()
            )
        return self.joins[what].alias

    def _own_aliases(self) -> frozenset[str]:
        return frozenset(relation.alias for relation in self.source.relations)

    def _facility_alias(self) -> frozenset[str]:
        for relation in self.source.relations:
            if isinstance(relation.of, str):
                # In EXISTS, what may belong to no facility is looked at for the record around it.
                return (
                    frozenset()
                    if self.outer is not None and _may_lack_facility(relation.of)
                    else frozenset({relation.alias})
                )
            if any(name == "facility" for name, _ in relation.of.columns):
                return frozenset({relation.alias})
        return frozenset()

    def facility(self) -> str:
        """The facility of a record, as the source names it."""
        for alias in self._facility_alias():
            return f'{quoted(alias)}."facility"'
        return self.outer.facility() if self.outer is not None else "NULL"

    def _unleafed(self, node: Node) -> str:
        """Write an expression as the source sees it, even while printing over what a scan carried on."""
        return replace(self, scanned=None).expression(node)

    def over_scan(self, carried: dict[str, str]) -> Printer:
        """A printer over the rows that a scan carries on: it reads each leaf from there and notes it in ``carried``."""
        return replace(self, scanned=carried)

    def _leaf(self, text: str) -> str:
        if self.scanned is None:
            return text
        return quoted(self.scanned.setdefault(text, f"v{len(self.scanned)}"))


_JOIN = {"inner": "JOIN", "left": "LEFT JOIN", "full": "FULL JOIN"}


def _answer(number: int) -> str:
    return quoted(f"{ANSWERS}{number}")


def _may_lack_facility(table: str) -> bool:
    return table not in FORMAT.tables or FORMAT.tables[table].facility == "nullable"


def _ready(waiting: list[_Added], seen: set[str]) -> list[str]:
    """Take from the waiting joins those whose relations all stand already."""
    ready = [added for added in waiting if added.needs <= seen]
    for added in ready:
        waiting.remove(added)
    return [added.text for added in ready]


def _aliases(node: Node) -> frozenset[str]:
    return frozenset(part.alias for part in tree.walk(node) if isinstance(part, tree.Column))


def print_query(query: tree.Query, context: Context, prefix: str = "_") -> str:
    """Write one whole query."""
    if isinstance(query, tree.Union):
        return "\nUNION ALL\n".join(
            print_query(part, context, f"{prefix}{index}_") for index, part in enumerate(query.parts)
        )
    printer = Printer(context, query.source, prefix)
    columns = ", ".join(f"{printer.expression(node)} AS {quoted(name)}" for name, node in query.columns)
    where = f"\nWHERE {printer.expression(query.where)}" if query.where is not None else ""
    group = (
        f"\nGROUP BY {', '.join(printer.expression(node) for node in query.group_by)}"
        if query.group_by
        else ""
    )
    having = f"\nHAVING {printer.expression(query.having)}" if query.having is not None else ""
    distinct = "DISTINCT " if query.distinct else ""
    return f"SELECT {distinct}{columns}\nFROM {printer.from_clause()}{where}{group}{having}"


def share_queries(item: Any, context: Context) -> tuple[Context, str]:
    """A context in which queries that stand in several places of something have a name, and the WITH that defines them.

    The tree has what WITH of a rule names in every place where it is used: written out there, it would be computed as
    often.
    """
    places: Counter[int] = Counter()
    queries: list[tree.Query] = []

    def look_into(part: Any) -> None:
        query = part.of if isinstance(part, tree.Relation) and not isinstance(part.of, str) else None
        if query is not None:
            places[id(query)] += 1
            if places[id(query)] > 1:
                return
        for each in tree.parts_of(part):
            look_into(each)
        if query is not None:
            queries.append(query)  # after those within it, which it may name

    look_into(item)
    definitions: list[str] = []
    for query in queries:
        if places[id(query)] > 1:
            name = f"shared_{len(definitions)}"
            definitions.append(f"{name} AS MATERIALIZED (\n{print_query(query, context, f'_{name}_')}\n)")
            context = replace(context, shared={**context.shared, id(query): name})
    return context, f"WITH {', '.join(definitions)}\n" if definitions else ""


class _Joined:
    """Lets a template write all arguments with a separator: ``{all: AND }``."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts

    def __format__(self, separator: str) -> str:
        return separator.join(self._parts)


_PARAMETER_COLUMNS = {
    Type.DECIMAL: "number",
    Type.INTEGER: "by_minute",
    Type.BOOLEAN: "flag",
    Type.TEXT: "text",
    Type.LIST: "list",
}


def _written(value: str | int | Decimal | bool | None) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        # As wide as a column: comparing with one casts neither.
        return f"CAST('{value:f}' AS DECIMAL(18, 6))"
    return str(value) if isinstance(value, int) else _text(value)


def _today(context: Context) -> str:
    return f"DATE '{context.as_of:%Y-%m-%d}'"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write a name as a quoted identifier (names come from the schema or from a checked alias)."""
    return '"' + name.replace('"', '""') + '"'
