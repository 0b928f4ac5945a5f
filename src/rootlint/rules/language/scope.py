"""What a text may name: tables, their columns, parameters, and where in a rule it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import OF_COLUMN, Type, common
from rootlint.snapshot.format import FORMAT


@dataclass(frozen=True)
class ColumnInfo:
    """A column that may be named in an expression."""

    type: Type
    table: str | None = None
    private: bool = False


Columns = Mapping[str, ColumnInfo]


@dataclass(frozen=True)
class Schema:
    """What expressions may name: tables with their columns, parameters with their types, settings."""

    tables: Mapping[str, Columns]
    parameters: Mapping[str, Type]
    settings: frozenset[str] | None = None  # further names of settings than the built-in ones

    def with_columns(self, extra: Mapping[str, Mapping[str, Type]]) -> Schema:
        """The schema with further columns that a rule says the operator's files have."""
        tables = dict(self.tables)
        for table, columns in extra.items():
            added = {name: ColumnInfo(kind, table) for name, kind in columns.items()}
            tables[table] = {**tables.get(table, {}), **added}
        return replace(self, tables=tables)


def format_schema(parameters: Mapping[str, Type]) -> Schema:
    """The schema of the snapshot format."""
    tables = {
        table.name: {
            column.name: ColumnInfo(OF_COLUMN[column.type], table.name, column.private)
            for column in table.columns.values()
        }
        for table in FORMAT.tables.values()
    }
    return Schema(tables, parameters)


@dataclass(frozen=True)
class Scope:
    """The relations an expression may name, innermost first, and what may stand where it stands."""

    relations: Mapping[str, Columns] = field(default_factory=dict)
    at_fault: frozenset[str] = frozenset()  # aliases of what could not be read: a fault of its own, told once
    outer: Scope | None = None
    at: Node | None = None  # when the record happened: parameters are in force then
    parameters_need_at: bool = False
    queries: Mapping[str, tree.Query | None] = field(default_factory=dict)  # WITH; None: at fault
    clause: str = "here"  # for messages: 'a sum cannot stand in WHERE'
    aggregates: bool = False
    windows: bool = False

    @property
    def levels(self) -> list[Scope]:
        """This scope and those around it."""
        return [self] if self.outer is None else [self, *self.outer.levels]

    def with_relation(self, alias: str, columns: Columns) -> Scope:
        """The scope with one more relation."""
        return replace(self, relations={**self.relations, alias: columns})

    def with_fault(self, alias: str) -> Scope:
        """The scope with one more relation of which nothing is known, since it is at fault."""
        return replace(self, at_fault=self.at_fault | {alias})

    def inside(self, clause: str, *, aggregates: bool = False, windows: bool = False) -> Scope:
        """The same relations, in another clause."""
        return replace(self, clause=clause, aggregates=aggregates, windows=windows)


def columns_of(query: tree.Query) -> dict[str, ColumnInfo]:
    """The columns a query offers to the one around it; what is private stays so under any name."""
    parts = query.parts if isinstance(query, tree.Union) else (query,)
    nodes = {
        name: [part.columns[index][1] for part in parts] for index, (name, _) in enumerate(query.columns)
    }
    return {name: ColumnInfo(_shared(of), None, any(map(shows_private, of))) for name, of in nodes.items()}


def _shared(nodes: list[Node]) -> Type:
    shared: Type | None = Type.NULL
    for node in nodes:
        shared = common(shared, node.type) if shared is not None else None
    return shared or Type.UNKNOWN


def shows_private(node: Node) -> bool:
    """Whether a value would show a private column: counting one or asking whether it is null does not."""
    if isinstance(node, tree.Column):
        return node.private
    if node.type is Type.BOOLEAN:
        return False
    if isinstance(node, tree.Call | tree.Aggregate) and node.key in _HIDING:
        return False
    return any(shows_private(child) for child in tree.values_of(node))


_HIDING = {"length", "size", "count", "count.value", "count_distinct"}
