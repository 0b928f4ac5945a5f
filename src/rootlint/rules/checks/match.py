"""`match`: two sides agree on a key and a value, within a tolerance and a lag."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import (
    NULL,
    Builder,
    Check,
    CheckKind,
    Sql,
    as_text,
    call,
    column,
    facility_of,
    group_keys,
    has_aggregate,
    place_of,
    subquery,
)
from rootlint.rules.language import tree
from rootlint.rules.language.checking import Scope
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type, common


class Side(BaseModel):
    """One of the two sides of a match."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Sql = Field(description="the table and an alias")
    join: list[Sql] = Field(default_factory=list, description="further tables")
    where: Sql | None = Field(None, description="which rows take part")
    value: Sql | None = Field(None, description="the value to compare, or an aggregate of it; absent: only the key is matched")
    unit: Sql | None = Field(None, description="the unit of the value; different units are not compared, they are another rule's finding")
    at: Sql | None = Field(None, description="when the row last changed, for the lag")
    key: dict[str, Sql] = Field(description="what the two sides share, by names of the key vocabulary")


class Match(Check):
    kind: Literal["match"]
    keys: dict[str, Sql] = Field(default_factory=dict, description="further keys of a violation, over the names of the match")
    left: Side = Field(description="one side")
    right: Side = Field(description="the other side")
    missing: Literal["left", "right", "both", "ignore"] = Field(
        "ignore", description="on which side an absent row is a violation; ignore: only values are compared"
    )
    tolerance: Sql | None = Field(None, description="how far the values may differ, over left_value, right_value and the keys")


def compile_match(check: Match, builder: Builder) -> Candidates | None:
    if set(check.left.key) != set(check.right.key):
        builder.fault(("right", "key"), f"the sides have different keys: {', '.join(check.left.key)} and {', '.join(check.right.key)}")
        return None
    left, right = (_side(side, name, builder) for side, name in ((check.left, "left"), (check.right, "right")))
    if left is None or right is None:
        return None
    kind = _value_type(left, right, builder)
    names = tuple(check.left.key)
    both = tree.Union((_padded(left, "left", names, kind), _padded(right, "right", names, kind)))
    paired, scope = subquery(_paired(both, names, kind))
    scope = replace(scope, at=column("g", "at", Type.INSTANT))
    candidates = Candidates(
        paired,
        _violated(check, builder, kind, scope),
        _exposed(check),
        keys=(*group_keys(names), *(builder.keys(check.keys, scope) if check.keys else ())),
        at=column("g", "at", Type.INSTANT),
        evidence=tuple((f"{side} value", as_text(column("g", f"{side}_value", kind))) for side in ("left", "right")) if kind is not Type.NULL else (),
        place="g",
        table=str(left.source.base.of),
        rests_on=_rests_on(check, left, right),
    )
    return builder.finish(check, scope, candidates)


def _side(side: Side, name: str, builder: Builder) -> tree.Select | None:
    """One side: facility, keys, value, unit, at, rows, place; grouped by key."""
    source, scope = builder.source(side.table, side.join, (name,))
    if source is None:
        return None
    where = builder.condition((name, "where"), side.where, scope)
    keys = tuple(builder.keys(side.key, scope, (name, "key")))
    value: Node = NULL
    if side.value is not None:
        value = builder.expression((name, "value"), side.value, scope, aggregates=True)
    if not has_aggregate(value) and value is not NULL:
        value = tree.Aggregate("max", (value,), None, value.type)
    unit = builder.expression((name, "unit"), side.unit, scope, Type.TEXT) if side.unit else NULL
    at = builder.expression((name, "at"), side.at, scope, Type.INSTANT) if side.at else NULL
    facility = facility_of(source)
    columns = (
        ("facility", facility),
        *keys,
        ("value", value),
        ("unit", tree.Aggregate("max", (unit,), None, Type.TEXT)),
        ("at", tree.Aggregate("max", (at,), None, Type.INSTANT)),
        ("rows", tree.Aggregate("count", (), None, Type.INTEGER)),
        ("_place", tree.Aggregate("min", (place_of(source.base.alias),), None, Type.INTEGER)),
    )
    return tree.Select(columns, source, where, (facility, *(node for _, node in keys)))


def _value_type(left: tree.Select, right: tree.Select, builder: Builder) -> Type:
    kinds = [dict(side.columns)["value"].type for side in (left, right)]
    shared = common(*kinds)
    if shared is None:
        builder.fault(("right", "value"), f"the left value is {kinds[0]}, this one {kinds[1]}")
        return Type.UNKNOWN
    return shared


def _padded(side: tree.Select, name: str, keys: tuple[str, ...], kind: Type) -> tree.Select:
    """A side's rows with empty columns for the other side, ready to be stacked and grouped."""
    def mine(column_name: str, kind: Type, owner: str) -> Node:
        return column("s", column_name, kind) if owner == name else NULL

    columns: list[tuple[str, Node]] = [("facility", column("s", "facility", Type.TEXT))]
    columns += [(key, column("s", key, Type.TEXT)) for key in keys]
    for owner in ("left", "right"):
        columns += [
            (f"{owner}_value", mine("value", kind, owner)),
            (f"{owner}_unit", mine("unit", Type.TEXT, owner)),
            (f"{owner}_rows", mine("rows", Type.INTEGER, owner)),
            (f"{owner}_place", mine("_place", Type.INTEGER, owner)),
        ]
    columns.append(("at", column("s", "at", Type.INSTANT)))
    return tree.Select(tuple(columns), tree.Source(tree.Relation(side, "s")))


def _paired(both: tree.Union, keys: tuple[str, ...], kind: Type) -> tree.Select:
    """One row for each key that stands on either side."""
    def top(name: str, of: Type) -> Node:
        return tree.Aggregate("max", (column("b", name, of),), None, of)

    group = (column("b", "facility", Type.TEXT), *(column("b", key, Type.TEXT) for key in keys))
    columns: list[tuple[str, Node]] = [("facility", group[0]), *zip(keys, group[1:], strict=True)]
    for side in ("left", "right"):
        columns += [
            (f"{side}_value", top(f"{side}_value", kind)),
            (f"{side}_unit", top(f"{side}_unit", Type.TEXT)),
            (f"{side}_rows", top(f"{side}_rows", Type.INTEGER)),
        ]
    places = (top("left_place", Type.INTEGER), top("right_place", Type.INTEGER))
    columns += [("at", top("at", Type.INSTANT)), ("_place", tree.Call("coalesce", places, Type.INTEGER))]
    return tree.Select(tuple(columns), tree.Source(tree.Relation(both, "b")), None, group)


def _violated(check: Match, builder: Builder, kind: Type, scope: Scope) -> Node:
    gone = [
        (call("is_null", column("g", f"{side}_rows", Type.INTEGER)), tree.Literal(check.missing in (side, "both"), Type.BOOLEAN))
        for side in ("left", "right")
    ]
    return tree.Case(tuple(gone), _differ(check, builder, kind, scope), Type.BOOLEAN)


def _differ(check: Match, builder: Builder, kind: Type, scope: Scope) -> Node:
    if kind is Type.NULL:
        return tree.Literal(False, Type.BOOLEAN)
    left, right = column("g", "left_value", kind), column("g", "right_value", kind)
    if check.tolerance is None:
        differ: Node = call("unequal", left, right)
    elif not kind.is_numeric:
        builder.fault(("tolerance",), f"only numbers have a tolerance; the values are {kind}")
        return NULL
    else:
        tolerance = builder.expression(("tolerance",), check.tolerance, scope, Type.DECIMAL)
        differ = call("more", call("abs", call("minus", left, right, type=kind), type=kind), tolerance)
    return differ


def _exposed(check: Match) -> Node | None:
    """Pairs whose units differ are another rule's finding; without a `missing` side only pairs count."""
    conditions: list[Node] = []
    if check.left.unit and check.right.unit:
        differ = call("unequal", column("g", "left_unit", Type.TEXT), column("g", "right_unit", Type.TEXT))
        conditions.append(call("not", call("is_true", differ)))
    if check.missing == "ignore":
        conditions += [call("not", call("is_null", column("g", f"{side}_rows", Type.INTEGER))) for side in ("left", "right")]
    elif check.missing != "both":
        other = "left" if check.missing == "right" else "right"
        conditions.append(call("not", call("is_null", column("g", f"{other}_rows", Type.INTEGER))))
    return tree.all_of(conditions)


def _rests_on(check: Match, left: tree.Select, right: tree.Select) -> frozenset[str]:
    sides = {"left": [left], "right": [right], "both": [left, right], "ignore": []}[check.missing]
    return frozenset(str(side.source.base.of) for side in sides)


KIND = CheckKind(
    "match",
    Match,
    compile_match,
    """Pairs the rows of two sides by facility and key and compares one value. `missing` says on which side an
absent row is a violation (`right`: the left has it, the right does not). Several rows of one side under
one key are compared by the aggregate in `value`; without an aggregate, by their greatest value. Values
differ when they are further apart than `tolerance` (numbers), or unequal. A null value leaves the pair
not judged, different units too. A pair whose last change (`at` of both sides) is younger than `settle` is
pending. When the side that may be missing is not complete, the rule is not evaluated. Keys, message and
evidence speak of the pair: the key names, `left_value`, `right_value`, `left_unit`, `right_unit`,
`left_rows`, `right_rows` and `at`.""",
    """kind: match
left: {table: metrc_packages p, where: p.state = 'active', key: {label: p.label}, value: p.quantity, unit: p.unit_of_measure, at: p.last_modified}
right: {table: internal_inventory i, key: {label: i.label}, value: i.quantity, unit: i.unit_of_measure, at: i.last_modified}
tolerance: 0.1
settle: hours(2)
message: "{label}: METRC holds {left_value}, the operator's system {right_value} {right_unit}"
""",
)
