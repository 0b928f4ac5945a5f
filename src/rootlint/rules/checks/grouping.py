"""What the kinds that judge groups of rows share: grouping by names, counting, collecting."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from rootlint.rules.checks import (
    Builder,
    Sql,
    TableCheck,
    as_text,
    call,
    facility_of,
    place_of,
    subquery,
)
from rootlint.rules.keys import KEYS
from rootlint.rules.language import tree
from rootlint.rules.language.checking import Scope, shows_private
from rootlint.rules.language.operators import SELECTED
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type

OF_NONE = tree.Literal(None, Type.TEXT)  # the facility of what belongs to no single one


class GroupCheck(TableCheck):
    """A check that judges groups of rows of a facility."""

    by: dict[str, Sql] = Field(
        description="what makes a group, by name; messages and keys speak of it by that name"
    )
    across_facilities: bool = Field(
        False, description="group over all facilities that are selected; a violation then belongs to none"
    )
    collect: dict[str, Sql] = Field(
        default_factory=dict,
        description="aggregates to speak of in messages: {registers: list_of(s.register)}",
    )


def group(
    check: GroupCheck,
    builder: Builder,
    measures: dict[str, Node],
    source: tree.Source,
    scope: Scope,
    where: Node | None,
) -> tuple[tree.Source, Scope, Node | None]:
    """Group the rows: columns are the facility, the names of `by`, the measures, `rows`, `first_at`, `last_at`.

    Returns the source over the groups, its scope, and when a group happened (its last row).
    """
    by = [(name, builder.expression(("by", name), text, scope)) for name, text in check.by.items()]
    # A text column for each key, so that groups can be joined to other violations.
    by = [(name, as_text(node) if name in KEYS else node) for name, node in by]
    collected = [
        (name, builder.aggregate(("collect", name), text, scope)) for name, text in check.collect.items()
    ]
    for name, node in by:
        if shows_private(node) and name in KEYS:
            builder.fault(("by", name), f"key '{name}' would show a private column")
    facility = OF_NONE if check.across_facilities else facility_of(source)
    at = scope.at
    times = [] if at is None else [("first_at", _of(at, "min")), ("last_at", _of(at, "max"))]
    columns = (
        ("facility", facility),
        *by,
        *measures.items(),
        *collected,
        *times,
        ("rows", tree.Aggregate("count", (), None, Type.INTEGER)),
        ("_place", _of(place_of(source.base.alias), "min")),
    )
    keys = tuple(node for _, node in by) + (() if check.across_facilities else (facility,))
    if check.across_facilities:  # what a group holds cannot be told apart later
        where = tree.all_of([call(SELECTED), *([where] if where is not None else [])])
    grouped, inner = subquery(tree.Select(columns, source, where, keys))
    last = tree.Column("g", "last_at", at.type) if at is not None else None
    return grouped, replace(inner, at=last), last


def across_facilities(source: tree.Source) -> bool:
    """Whether the records of a source are groups over all facilities."""
    of = source.base.of
    return isinstance(of, tree.Select) and dict(of.columns).get("facility") == OF_NONE


def _of(node: Node, key: str) -> tree.Aggregate:
    return tree.Aggregate(key, (node,), None, node.type)
