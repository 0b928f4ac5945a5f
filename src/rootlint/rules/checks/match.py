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
from rootlint.rules.language.advice import a
from rootlint.rules.language.checking import Scope
from rootlint.rules.language.tree import JoinKind, Node
from rootlint.rules.language.types import Type, common


class Side(BaseModel):
    """One of the two sides of a match."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Sql = Field(description="the table and an alias")
    join: list[Sql] = Field(default_factory=list, description="further tables")
    where: Sql | None = Field(None, description="which rows take part")
    value: Sql | None = Field(
        None, description="the value to compare, or an aggregate of it; absent: only the key is matched"
    )
    unit: Sql | None = Field(
        None,
        description="the unit of the value; different units are not compared, they are another rule's finding",
    )
    at: Sql | None = Field(None, description="when the row last changed, for the lag")
    key: dict[str, Sql] = Field(description="what the two sides share, by names of the key vocabulary")
    collect: dict[str, Sql] = Field(
        default_factory=dict,
        description="further values or aggregates to speak of in keys and messages: {item: p.item}",
    )


class Match(Check):
    kind: Literal["match"]
    keys: dict[str, Sql] = Field(
        default_factory=dict, description="further keys of a violation, over the names of the match"
    )
    left: Side = Field(description="one side")
    right: Side = Field(description="the other side")
    missing: Literal["left", "right", "both", "ignore"] = Field(
        "ignore", description="on which side an absent row is a violation; ignore: only values are compared"
    )
    tolerance: Sql | None = Field(
        None, description="how far the values may differ, over left_value, right_value and the keys"
    )
    differs: Literal["either", "more", "less"] = Field(
        "either",
        description="which difference is a violation: either, or only when the left value is more, or less, than the right",
    )


# How the sides are joined: by what may be missing.
_JOINS: dict[str, JoinKind] = {"ignore": "inner", "left": "left", "right": "left", "both": "full"}


def compile_match(check: Match, builder: Builder) -> Candidates | None:
    if set(check.left.key) != set(check.right.key):
        builder.fault(
            ("right", "key"),
            f"the sides have different keys: {', '.join(check.left.key)} and {', '.join(check.right.key)}",
        )
        return None
    left, right = (
        _side(side, name, builder) for side, name in ((check.left, "left"), (check.right, "right"))
    )
    if left is None or right is None:
        return None
    kind = _value_type(left, right, builder)
    names = tuple(check.left.key)
    carried = _carried(check, left, right, builder)
    # The side that may be absent has no record to point at.
    owner = right if check.missing == "left" else left
    paired, scope = subquery(_paired(check, left, right, kind, carried))
    scope = replace(scope, at=column("g", "at", Type.INSTANT))
    candidates = Candidates(
        paired,
        _violated(check, builder, kind, scope),
        _same_unit(check),
        keys=(*group_keys(names), *(builder.keys(check.keys, scope) if check.keys else ())),
        at=column("g", "at", Type.INSTANT),
        evidence=tuple(
            (f"{side} value", as_text(column("g", f"{side}_value", kind))) for side in ("left", "right")
        )
        if kind is not Type.NULL
        else (),
        place="g",
        table=str(owner.source.base.of),
        rests_on=_rests_on(check, left, right),
    )
    return builder.finish(check, scope, candidates)


def _side(side: Side, name: str, builder: Builder) -> tree.Select | None:
    """One side: facility, keys, value, unit, at, rows, place and what is collected; grouped by key."""
    source, scope = builder.source(side.table, side.join, (name,))
    if source is None:
        return None
    where = builder.condition((name, "where"), side.where, scope)
    keys = tuple(builder.keys(side.key, scope, (name, "key")))
    value = _one((name, "value"), side.value, builder, scope) if side.value is not None else NULL
    unit = builder.expression((name, "unit"), side.unit, scope, Type.TEXT) if side.unit else _none(Type.TEXT)
    at = builder.expression((name, "at"), side.at, scope, Type.INSTANT) if side.at else _none(Type.INSTANT)
    facility = facility_of(source)
    columns = (
        ("facility", facility),
        *keys,
        ("value", value),
        ("unit", tree.Aggregate("max", (unit,), None, Type.TEXT)),
        ("at", tree.Aggregate("max", (at,), None, Type.INSTANT)),
        ("rows", tree.Aggregate("count", (), None, Type.INTEGER)),
        ("_place", tree.Aggregate("min", (place_of(source.base.alias),), None, Type.INTEGER)),
        *(
            (f"collected_{wanted}", _one((name, "collect", wanted), text, builder, scope))
            for wanted, text in side.collect.items()
        ),
    )
    return tree.Select(columns, source, where, (facility, *(node for _, node in keys)))


def _none(kind: Type) -> Node:
    return tree.Literal(None, kind)


def _one(path: tuple[str, ...], text: str, builder: Builder, scope: Scope) -> Node:
    """One value of all rows under a key: an aggregate as it is written, or the greatest value."""
    value = builder.expression(path, text, scope, aggregates=True)
    return value if has_aggregate(value) else tree.Aggregate("max", (value,), None, value.type)


def _carried(check: Match, left: tree.Select, right: tree.Select, builder: Builder) -> dict[str, Type]:
    """What the sides collect, with its type; a name stands for one thing in a pair."""
    carried: dict[str, Type] = {}
    for name, side, query in (("left", check.left, left), ("right", check.right, right)):
        for wanted in side.collect:
            if (
                wanted in carried
                or wanted in (*check.left.key, "facility", "at")
                or wanted.startswith(("left_", "right_"))
            ):
                builder.fault(
                    (name, "collect", wanted), f"'{wanted}' already stands for something else", key=True
                )
            carried[wanted] = dict(query.columns)[f"collected_{wanted}"].type
    return carried


def _value_type(left: tree.Select, right: tree.Select, builder: Builder) -> Type:
    kinds = [dict(side.columns)["value"].type for side in (left, right)]
    shared = common(*kinds)
    if shared is None:
        builder.fault(("right", "value"), f"the left value is {a(kinds[0])}, this one {a(kinds[1])}")
        return Type.UNKNOWN
    return shared


def _paired(
    check: Match, left: tree.Select, right: tree.Select, kind: Type, carried: dict[str, Type]
) -> tree.Select:
    """One row for each key that stands on both sides, or on a side whose counterpart may be absent."""
    names = ("facility", *check.left.key)
    owner = "right" if check.missing == "left" else "left"
    columns = [(name, _either(name, Type.TEXT)) for name in names]
    for side, wanted in (("left", check.left.collect), ("right", check.right.collect)):
        shown = (("value", kind), ("unit", Type.TEXT), ("rows", Type.INTEGER))
        columns += [(f"{side}_{name}", column(side, name, of)) for name, of in shown]
        columns += [(name, column(side, f"collected_{name}", carried[name])) for name in wanted]
    columns += [("at", _latest()), ("_place", column(owner, "_place", Type.INTEGER))]
    return tree.Select(tuple(columns), _pairs(check, left, right, names))


def _pairs(check: Match, left: tree.Select, right: tree.Select, names: tuple[str, ...]) -> tree.Source:
    """The two sides joined by what they share, where two nulls are the same."""
    same = (call("same", *(column(side, name, Type.TEXT) for side in ("left", "right"))) for name in names)
    on = tree.Call("and", tuple(same), Type.BOOLEAN)
    base, other = tree.Relation(left, "left"), tree.Relation(right, "right")
    if check.missing == "left":
        base, other = other, base
    return tree.Source(base, (tree.Join(_JOINS[check.missing], other, on),))


def _either(name: str, kind: Type) -> Node:
    """A value of the left side, or of the right side where the left one has none."""
    return call("coalesce", column("left", name, kind), column("right", name, kind), type=kind)


def _latest() -> Node:
    """When the later of the two rows last changed, as far as it is known."""
    left, right = column("left", "at", Type.INSTANT), column("right", "at", Type.INSTANT)
    later = call("greater", left, right, type=Type.INSTANT)
    return call("coalesce", later, left, right, type=Type.INSTANT)


def _violated(check: Match, builder: Builder, kind: Type, scope: Scope) -> Node:
    differ = _differ(check, builder, kind, scope)
    absent = [side for side in ("left", "right") if check.missing in (side, "both")]
    if not absent:
        return differ
    gone = tuple(call("is_null", column("g", f"{side}_rows", Type.INTEGER)) for side in absent)
    return tree.Case(tuple((lacks, tree.Literal(True, Type.BOOLEAN)) for lacks in gone), differ, Type.BOOLEAN)


def _differ(check: Match, builder: Builder, kind: Type, scope: Scope) -> Node:
    if kind is Type.NULL:
        return tree.Literal(False, Type.BOOLEAN)
    left, right = column("g", "left_value", kind), column("g", "right_value", kind)
    if check.tolerance is None:
        return call("unequal" if check.differs == "either" else check.differs, left, right)
    if not kind.is_numeric and kind is not Type.UNKNOWN:
        builder.fault(("tolerance",), f"only numbers have a tolerance; the values are {kind}")
        return NULL
    tolerance = builder.expression(("tolerance",), check.tolerance, scope, Type.DECIMAL)
    return call("more", _distance(check.differs, left, right, kind), tolerance)


def _distance(differs: str, left: Node, right: Node, kind: Type) -> Node:
    if differs == "less":
        left, right = right, left
    distance = call("minus", left, right, type=kind)
    return call("abs", distance, type=kind) if differs == "either" else distance


def _same_unit(check: Match) -> Node | None:
    """Pairs whose units differ are another rule's finding."""
    if not (check.left.unit and check.right.unit):
        return None
    differ = call("unequal", column("g", "left_unit", Type.TEXT), column("g", "right_unit", Type.TEXT))
    return call("not", call("is_true", differ))


def _rests_on(check: Match, left: tree.Select, right: tree.Select) -> frozenset[str]:
    """A side that may be absent, and one whose value adds rows up, must have been captured whole."""
    sides = [
        query
        for name, side, query in (("left", check.left, left), ("right", check.right, right))
        if check.missing in (name, "both") or _adds_up(query)
    ]
    return frozenset(str(relation.of) for side in sides for relation in side.source.relations)


def _adds_up(side: tree.Select) -> bool:
    value = dict(side.columns)["value"]
    return any(
        isinstance(part, tree.Aggregate) and part.key not in ("min", "max") for part in tree.walk(value)
    )


KIND = CheckKind(
    "match",
    Match,
    compile_match,
    """Pairs the rows of two sides by facility and key and compares one value. `missing` says on which side an
absent row is a violation (`right`: the left has it, the right does not). Several rows of one side under
one key are compared by the aggregate in `value`; without an aggregate, by their greatest value. Values
differ when they are further apart than `tolerance` (numbers), or unequal; `differs` makes it one-sided. A
null value leaves the pair not judged; a pair of different units is not in scope. Rows whose key is null pair
with each other: leave them out by `where`. A pair whose last change (`at` of both sides) is younger than
`settle` is pending. When a side that may be missing, or one whose value adds rows up, is not complete, the rule
is not evaluated. Keys, message and evidence speak of the pair: the key names, `left_value`, `right_value`,
`left_unit`, `right_unit`, `left_rows`, `right_rows`, `at`, and what the sides
`collect`.""",
    """kind: match
left: {table: metrc_packages p, where: p.state = 'active', key: {label: p.label}, value: p.quantity, unit: p.unit_of_measure, at: p.last_modified}
right: {table: internal_inventory i, key: {label: i.label}, value: i.quantity, unit: i.unit_of_measure, at: i.last_modified}
tolerance: 0.1
settle: hours(2)
message: "{label}: METRC holds {left_value}, the operator's system {right_value} {right_unit}"
""",
)
