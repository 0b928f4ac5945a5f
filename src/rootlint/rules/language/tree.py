"""The typed tree: what text becomes once it is parsed, resolved and type-checked. Frozen and hashable.

``offset`` is where a node stands in its text, for messages; it is no part of what the node is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any, TypeAlias
from typing import Literal as OneOf

from rootlint.rules.language.types import Type


@dataclass(frozen=True)
class Literal:
    """A constant; instants and durations never are one, they come from functions."""

    value: str | int | Decimal | bool | None
    type: Type


@dataclass(frozen=True)
class Column:
    """A column of a relation in scope. Private columns may be compared and counted but never shown."""

    alias: str
    name: str
    type: Type
    table: str | None = None  # of the snapshot; None for a column that a subquery computes
    private: bool = False
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Call:
    """An operator or a function; ``key`` names its expansion."""

    key: str
    args: tuple[Node, ...]
    type: Type
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Case:
    """The first branch whose condition is true (or whose value equals ``subject``), else the default."""

    branches: tuple[tuple[Node, Node], ...]
    default: Node
    type: Type
    subject: Node | None = None


@dataclass(frozen=True)
class Param:
    """A jurisdiction parameter, in force at an instant (or on a day) at the record's facility."""

    name: str
    at: Node | None  # None: on the day of the snapshot
    audience: Node | None
    type: Type
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Aggregate:
    """A function over the rows of a group that satisfy ``where``."""

    key: str
    args: tuple[Node, ...]
    where: Node | None
    type: Type
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Window:
    """A function over the rows of a partition, in order."""

    key: str
    args: tuple[Node, ...]
    partition: tuple[Node, ...]
    order: tuple[tuple[Node, bool], ...]  # (value, descending)
    type: Type
    offset: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Exists:
    """Whether a query that may look at the outer row has a row."""

    select: Select
    type: Type = Type.BOOLEAN
    offset: int = field(default=0, compare=False, repr=False)


Node = Literal | Column | Call | Case | Param | Aggregate | Window | Exists
Query: TypeAlias = "Select | Union"

UNKNOWN = Literal(None, Type.UNKNOWN)  # stands for what was at fault


@dataclass(frozen=True)
class Relation:
    """A table of the snapshot or a query, under an alias."""

    of: str | Select | Union
    alias: str


JoinKind: TypeAlias = OneOf["inner", "left", "full"]  # no rule can write the last


@dataclass(frozen=True)
class Join:
    """A relation joined to what stands before it."""

    kind: JoinKind
    relation: Relation
    on: Node


@dataclass(frozen=True)
class Source:
    """What a query reads: a relation and its joins. Rules with equal sources share one scan."""

    base: Relation
    joins: tuple[Join, ...] = ()

    @property
    def relations(self) -> tuple[Relation, ...]:
        return (self.base, *(join.relation for join in self.joins))


@dataclass(frozen=True)
class Select:
    """One SELECT; its columns have names, its common table expressions are written out in place."""

    columns: tuple[tuple[str, Node], ...]
    source: Source
    where: Node | None = None
    group_by: tuple[Node, ...] = ()
    having: Node | None = None
    distinct: bool = False


@dataclass(frozen=True)
class Union:
    """Queries with the same columns, one after the other, duplicates kept."""

    parts: tuple[Select, ...]

    @property
    def columns(self) -> tuple[tuple[str, Node], ...]:
        return self.parts[0].columns


_NAMES: dict[Any, tuple[str, ...]] = {}  # by class: it is asked of every part of every tree


def field_names(part: Any) -> tuple[str, ...]:
    """What a part of a tree consists of; nothing for what is no part but a value of one."""
    names = _NAMES.get(type(part))
    if names is None:
        names = tuple(each.name for each in fields(part)) if is_dataclass(part) else ()
        _NAMES[type(part)] = names
    return names


def parts_of(item: Any) -> Sequence[Any]:
    """What a tuple holds, or what a part of a tree consists of; nothing for a value."""
    return item if isinstance(item, tuple) else [getattr(item, name) for name in field_names(item)]


def walk(item: Any) -> Iterator[Any]:
    """Every node, relation and query within, the item itself first; what stands in many places comes once."""
    # A stack, since loading every rule walks its trees many times over; a query named by WITH is one object in many places.
    waiting = [item]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(reversed(part))
        elif (names := field_names(part)) and id(part) not in seen:
            seen.add(id(part))
            yield part
            waiting.extend([getattr(part, name) for name in reversed(names)])


def aliases_around(exists: Exists) -> frozenset[str]:
    """The relations outside an EXISTS that it looks at."""
    source = exists.select.source
    seen: set[str] = set()
    waiting: list[Any] = [exists.select.where, *(join.on for join in source.joins)]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Column):
            seen.add(part.alias)
        elif isinstance(part, Exists):
            seen |= aliases_around(part)
        else:
            waiting.extend(parts_of(part))
    return frozenset(seen - {relation.alias for relation in source.relations})


def tables_and_columns(item: Any) -> dict[str, frozenset[str]]:
    """Which tables of the snapshot something reads, and which of their columns."""
    tables: dict[str, set[str]] = {}
    for part in walk(item):
        if isinstance(part, Relation) and isinstance(part.of, str):
            tables.setdefault(part.of, set())
        elif isinstance(part, Column) and part.table is not None:
            tables.setdefault(part.table, set()).add(part.name)
    return {table: frozenset(columns) for table, columns in tables.items()}


def all_of(conditions: list[Node]) -> Node | None:
    """The conjunction of conditions; None for none."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else Call("and", tuple(conditions), Type.BOOLEAN)


def values_of(node: Node) -> tuple[Node, ...]:
    """The nodes that a node's value is made of; what only decides which value it is stays out."""
    match node:
        case Call() | Aggregate() | Window():
            return node.args
        case Case():
            return (*(value for _, value in node.branches), node.default)
        case _:
            return ()
