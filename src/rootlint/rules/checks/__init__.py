"""Check kinds: each a small module with its schema, its meaning and how it becomes candidates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rootlint.documents import Document, KeyPath
from rootlint.errors import Problem, Problems, did_you_mean
from rootlint.rules.candidates import Candidates
from rootlint.rules.keys import KEYS
from rootlint.rules.language import tree
from rootlint.rules.language.advice import a
from rootlint.rules.language.checking import Checker, Schema, Scope, columns_of, shows_private
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type, fits
from rootlint.snapshot.mapping import load_mapping


def _written(value: object) -> object:
    """A bare number of YAML as its text: ``at_most: 10``."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return f"{Decimal(str(value)):f}"


# A text in the rule language; editors learn from the media type that it is SQL.
Sql = Annotated[
    str,
    BeforeValidator(_written, json_schema_input_type=str | int | float),
    Field(min_length=1, json_schema_extra={"contentMediaType": "application/sql"}),
]


class Variance(BaseModel):
    """By how much a violation is off. The repairs of several causes may each account for a part of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Sql = Field(description="how much, never negative: abs(left_value - right_value)")
    unit: Sql = Field(description="what it is counted in; amounts of one unit are added up")


class Check(BaseModel):
    """What checks of every kind have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(description="the check kind")
    keys: dict[str, Sql] = Field(
        description="what a violation is about, by names of the key vocabulary; the first is its subject"
    )
    message: Sql = Field(description="one line about one violation; {expression} stands for a value")
    evidence: dict[str, Sql] = Field(
        default_factory=dict, description="further values to show with a violation"
    )
    variance: Variance | None = Field(
        None, description="by how much a violation is off, so that the amount can be split among causes"
    )
    root_where: Sql | None = Field(
        None,
        description="what holds of a violation that can be where a chain begins, where not all can; "
        "a finding is no root cause where it holds of less than half of its violations",
    )
    settle: Sql | None = Field(
        None, description="a duration; what is younger when the tables were captured is pending, not violated"
    )
    rests_on: list[str] = Field(
        default_factory=list,
        description="further tables that must be captured whole, since rows missing there would look like violations",
    )


class TimedCheck(Check):
    """A check whose author says when a violation happened."""

    at: Sql | None = Field(
        None, description="when it happened: an instant or a date; parameters in force then judge it"
    )
    until: Sql | None = Field(None, description="when it ended, for what lasts; absent: it is over at once")


class RowsCheck(Check):
    """A check that reads the rows of a table, with others joined to it."""

    table: Sql = Field(description="the table and an alias: 'metrc_packages p'")
    join: list[Sql] = Field(
        default_factory=list,
        description="further tables: '[left] internal_inventory i on i.facility = p.facility and …'",
    )
    where: Sql | None = Field(None, description="which rows are in scope; absent: all")


class TableCheck(RowsCheck, TimedCheck):
    """A check that judges the rows of a table."""


@dataclass(frozen=True)
class CheckKind:
    """A check kind as a plugin offers it."""

    name: str
    model: type[Check]
    compile: Callable[[Any, Builder], Candidates | None]
    meaning: str  # Markdown: what it judges, and what a null, an absent row or a tie means
    example: str  # YAML of one check


class Builder:
    """Turns the texts of one check into typed trees; each fault gets its place in the rule's file."""

    def __init__(self, document: Document, base: KeyPath, schema: Schema, problems: Problems) -> None:
        self._document = document
        self._base = base
        self._schema = schema
        self._problems = problems

    def table(self, check: TableCheck) -> tuple[tree.Source | None, Scope, Node | None]:
        """The source, the scope and the condition of a check over a table."""
        source, scope = self.source(check.table, check.join, ())
        scope = self.timed(check, scope)
        return source, scope, self.condition(("where",), check.where, scope)

    def timed(self, check: TimedCheck, scope: Scope) -> Scope:
        """The scope in which a violation happens when the check says."""
        return replace(scope, at=self.instant_or_date(("at",), check.at, scope)) if check.at else scope

    def source(self, table: str, joins: list[str], path: KeyPath) -> tuple[tree.Source | None, Scope]:
        """The relations that a check or a part of it names."""
        base, scope = self._checker((*path, "table"), table).relation(table, Scope())
        joined: list[tree.Join] = []
        for index, text in enumerate(joins):
            join, scope = self._checker((*path, "join", index), text).join(text, scope)
            if join is not None:
                joined.append(join)
        return (tree.Source(base, tuple(joined)) if base is not None else None), scope

    def expression(
        self, path: KeyPath, text: str, scope: Scope, wanted: Type | None = None, *, aggregates: bool = False
    ) -> Node:
        """One expression of the check, of the wanted type."""
        return self._checker(path, text).expression(text, scope, wanted, aggregates=aggregates)

    def aggregate(self, path: KeyPath, text: str, scope: Scope) -> Node:
        """One value of a group of rows."""
        node = self.expression(path, text, scope, aggregates=True)
        if node.type is not Type.UNKNOWN and not has_aggregate(node):
            self.fault(path, "an aggregate must stand here", "sum(…), count(*), min(…), max(…), list_of(…)")
        return node

    def condition(self, path: KeyPath, text: str | None, scope: Scope) -> Node | None:
        """An optional condition of the check."""
        return self.expression(path, text, scope, Type.BOOLEAN) if text else None

    def join(self, path: KeyPath, text: str, scope: Scope) -> tree.Join | None:
        """One join, whose alias stays its own."""
        return self._checker(path, text).join(text, scope)[0]

    def query(self, path: KeyPath, text: str) -> tree.Select | tree.Union | None:
        """One whole SELECT of the check."""
        return self._checker(path, text).query(text)

    def instant_or_date(self, path: KeyPath, text: str, scope: Scope) -> Node:
        """An expression that says when."""
        node = self.expression(path, text, scope)
        if not (fits(node.type, Type.INSTANT) or fits(node.type, Type.DATE)):
            self.fault(path, f"this is {a(node.type)}; an instant or a date must stand here")
        return node

    def keys(
        self, keys: Mapping[str, str], scope: Scope, path: KeyPath = ("keys",)
    ) -> tuple[tuple[str, Node], ...]:
        """The keys of violations, as text."""
        found: list[tuple[str, Node]] = []
        for name, text in keys.items():
            if name not in KEYS:
                self.fault((*path, name), f"'{name}' is no key", did_you_mean(name, KEYS), key=True)
            found.append((name, self._shown((*path, name), text, scope)))
        if not found:
            self.fault(path, "a violation needs at least one key", "name what it is about: {label: p.label}")
        return tuple(found)

    def finish(self, check: Check, scope: Scope, candidates: Candidates) -> Candidates:
        """Add what checks of every kind have in common: keys, time, evidence, message, settling time."""
        at = candidates.at if candidates.at is not None else scope.at
        scope = replace(scope, at=at)
        for index, table in enumerate(check.rests_on):
            self.known_table(("rests_on", index), table)
        variance, unit = self._variance(check.variance, scope)
        return replace(
            candidates,
            variance=variance,
            variance_unit=unit,
            root_where=self.expression(("root_where",), check.root_where, scope, Type.BOOLEAN)
            if check.root_where
            else None,
            keys=candidates.keys or self.keys(check.keys, scope),
            at=at,
            until=candidates.until or self._until(check, scope),
            evidence=(*candidates.evidence, *self._evidence(check, scope)),
            message=self._message(check.message, scope),
            settle=self.expression(("settle",), check.settle, scope, Type.DURATION) if check.settle else None,
            rests_on=candidates.rests_on | frozenset(check.rests_on),
        )

    def _until(self, check: Check, scope: Scope) -> Node | None:
        if not isinstance(check, TimedCheck) or check.until is None:
            return None
        return self.instant_or_date(("until",), check.until, scope)

    def _variance(self, variance: Variance | None, scope: Scope) -> tuple[Node | None, Node | None]:
        if variance is None:
            return None, None
        amount = self.expression(("variance", "amount"), variance.amount, scope, Type.DECIMAL)
        return amount, self._shown(("variance", "unit"), variance.unit, scope)

    def _evidence(self, check: Check, scope: Scope) -> list[tuple[str, Node]]:
        return [(name, self._shown(("evidence", name), text, scope)) for name, text in check.evidence.items()]

    def _message(self, text: str, scope: Scope) -> tuple[str | Node, ...]:
        parts: list[str | Node] = []
        for index, piece in enumerate(re.split(r"\{([^{}]*)\}", text)):
            if index % 2:
                parts.append(self._shown(("message",), piece, scope, text.index("{" + piece + "}") + 1))
            elif piece:
                parts.append(piece)
        return tuple(parts)

    def _shown(self, path: KeyPath, text: str, scope: Scope, shift: int = 0) -> Node:
        """A value that reaches the report: as text, and never from a private column."""
        node = self._checker(path, text, shift).expression(text, scope)
        if shows_private(node):
            self.fault(
                path, f"'{text}' would show a private column", "patients and drivers never reach a report"
            )
        return as_text(node)

    def _checker(self, path: KeyPath, text: str, shift: int = 0) -> Checker:
        def report(offset: int, message: str, help: str | None) -> None:
            value = self._value(path)
            place = self._document.place_in((*self._base, *path), value, offset + shift) if value else None
            self._problems.add(message, place or self._document.place((*self._base, *path)), help)

        return Checker(self._schema, report)

    def _value(self, path: KeyPath) -> str | None:
        data: Any = self._document.data
        for part in (*self._base, *path):
            try:
                data = data[part]
            except (KeyError, IndexError, TypeError):
                return None
        return data if isinstance(data, str) else None

    def known_table(self, path: KeyPath, table: str, *, key: bool = False) -> None:
        """Check that the format has a table."""
        if table not in self._schema.tables:
            self.fault(
                path,
                f"the snapshot format has no table '{table}'",
                did_you_mean(table, self._schema.tables),
                key=key,
            )

    def known_settings(self, path: KeyPath, names: Iterable[str]) -> None:
        """Check that the mapping of settings has names."""
        known = load_mapping().names | (self._schema.settings or frozenset())
        for name in sorted(set(names) - known):
            self.fault(path, f"no setting is named '{name}'", did_you_mean(name, known))

    def known_columns(self, path: KeyPath, reads: Mapping[str, list[str]]) -> None:
        """Check that the format has the tables and columns that a part of the check lists."""
        for table, columns in reads.items():
            self.known_table((*path, table), table, key=True)
            known = self._schema.tables.get(table)
            for index, name in enumerate(columns):
                if known is not None and name not in known:
                    self.fault(
                        (*path, table, index),
                        f"{table} has no column '{name}'",
                        did_you_mean(name, known, listing="columns"),
                    )

    def fault(self, path: KeyPath, message: str, help: str | None = None, *, key: bool = False) -> None:
        """Report something wrong with a part of the check."""
        self._problems.found.append(
            Problem(message, self._document.place((*self._base, *path), key=key), help)
        )


def as_text(node: Node) -> Node:
    """A value as the report shows it."""
    if node.type in (Type.TEXT, Type.UNKNOWN, Type.NULL):
        return node
    if node.type is Type.DEADLINE:
        return tree.Literal(None, Type.NULL)
    return tree.Call(f"text.{node.type}", (node,), Type.TEXT)


def subquery(query: tree.Select | tree.Union, alias: str = "g") -> tuple[tree.Source, Scope]:
    """A computed relation as the source of candidates, and the scope that names its columns."""
    return tree.Source(tree.Relation(query, alias)), Scope({alias: columns_of(query)})


def column(alias: str, name: str, kind: Type) -> tree.Column:
    """A column of a computed relation."""
    return tree.Column(alias, name, kind)


def place_of(alias: str) -> tree.Column:
    """Where a row of a table stands in the snapshot's files."""
    return tree.Column(alias, "_place", Type.INTEGER)


def facility_of(source: tree.Source) -> tree.Column:
    """The facility of a record: that of the first relation."""
    base = source.base
    return tree.Column(base.alias, "facility", Type.TEXT, base.of if isinstance(base.of, str) else None)


def call(key: str, *args: Node, type: Type = Type.BOOLEAN) -> tree.Call:
    """An operator applied."""
    return tree.Call(key, args, type)


def has_aggregate(node: Node) -> bool:
    """Whether an expression holds an aggregate."""
    return any(isinstance(part, tree.Aggregate) for part in tree.walk(node))


def group_keys(keys: Iterable[str], alias: str = "g") -> tuple[tuple[str, Node], ...]:
    """The keys of a computed relation that has a text column for each."""
    return tuple((name, column(alias, name, Type.TEXT)) for name in keys)


NULL = tree.Literal(None, Type.NULL)
ZERO = tree.Literal(0, Type.INTEGER)
