"""Rules that look at the same rows share one scan, though each computes columns of its own over them.

Two sources are fused when they differ only in the columns of their queries: the same relations, joined, filtered and
grouped alike. Columns that mean the same become one; where a name stands for two things, the second rule's is renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rootlint.rules.candidates import Candidates
from rootlint.rules.language import tree

Names = Mapping[tuple[str, str], str]  # alias and column -> what the column is called now

FIXED = ("facility", "_place")  # what the planner asks of every source by this name


def fused(source: tree.Source, candidates: Candidates) -> tuple[tree.Source, Candidates] | None:
    """A source that answers for what it answered for and for these candidates; None where the two look at different rows."""
    both = _sources(source, candidates.source)
    if both is None:
        return None
    joint, names = both
    return joint, _renamed(replace(candidates, source=joint), names)


def _sources(one: tree.Source, other: tree.Source) -> tuple[tree.Source, Names] | None:
    """One source for both, and how the columns of the other are called in it."""
    if len(one.relations) != len(other.relations):
        return None
    relations: list[tree.Relation] = []
    names: dict[tuple[str, str], str] = {}
    for mine, theirs in zip(one.relations, other.relations, strict=True):
        relation = _relations(mine, theirs, names)
        if relation is None:
            return None
        relations.append(relation)
    joins = zip(one.joins, other.joins, strict=True)
    if any((mine.kind, mine.on) != (theirs.kind, _renamed(theirs.on, names)) for mine, theirs in joins):
        return None
    joined = (
        replace(join, relation=relation) for join, relation in zip(one.joins, relations[1:], strict=True)
    )
    return tree.Source(relations[0], tuple(joined)), names


def _relations(
    one: tree.Relation, other: tree.Relation, names: dict[tuple[str, str], str]
) -> tree.Relation | None:
    if one == other:
        return one
    if one.alias != other.alias or not (
        isinstance(one.of, tree.Select) and isinstance(other.of, tree.Select)
    ):
        return None
    query = _selects(one.of, other.of, one.alias, names)
    return None if query is None else tree.Relation(query, one.alias)


def _selects(
    one: tree.Select, other: tree.Select, alias: str, names: dict[tuple[str, str], str]
) -> tree.Select | None:
    """A query with the columns of both, if they are about the same rows; notes how the other's are called."""
    both = _sources(one.source, other.source)
    if both is None or one.distinct or other.distinct:
        return None
    source, inner = both
    if (one.where, one.group_by, one.having) != _renamed((other.where, other.group_by, other.having), inner):
        return None
    columns = dict(one.columns)
    for name, node in _renamed(other.columns, inner):
        now = _name(name, node, columns)
        if now != name and name in FIXED:
            return None
        columns[now] = node
        names[alias, name] = now
    return replace(one, columns=tuple(columns.items()), source=source)


def _name(name: str, node: tree.Node, columns: Mapping[str, tree.Node]) -> str:
    """What a column is called among others: as one that means the same, else by a name that is free."""
    if columns.get(name, node) == node:
        return name
    alike = (taken for taken, of in columns.items() if of == node)
    free = (f"{name}_{number}" for number in range(2, len(columns) + 3))
    return next(alike, None) or next(taken for taken in free if taken not in columns)


def _renamed(item: Any, names: Names) -> Any:
    """An expression, or what holds some, with its columns called by other names."""
    match item:
        case tree.Column():
            return replace(item, name=names.get((item.alias, item.name), item.name))
        case tree.Exists():
            return replace(item, select=_renamed_inside(item.select, names))
        case tree.Source():
            return item  # a query of its own: it names its own columns
        case tuple():
            return tuple(_renamed(part, names) for part in item)
        case _:
            parts = {name: _renamed(getattr(item, name), names) for name in tree.field_names(item)}
            return replace(item, **parts) if parts else item


def _renamed_inside(select: tree.Select, names: Names) -> tree.Select:
    """The query of an EXISTS, which sees the columns around it; none of its own relations has an alias of those."""
    joins = (replace(join, on=_renamed(join.on, names)) for join in select.source.joins)
    source = replace(select.source, joins=tuple(joins))
    return replace(select, source=source, where=_renamed(select.where, names))
