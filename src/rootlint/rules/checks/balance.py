"""`balance`: what came in, went out and is on hand add up."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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
    place_of,
    subquery,
)
from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type


class Term(BaseModel):
    """One movement that adds to or takes from a key's balance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Sql = Field(description="the table and an alias")
    join: list[Sql] = Field(default_factory=list, description="further tables")
    where: Sql | None = Field(None, description="which rows take part")
    key: dict[str, Sql] = Field(
        description="what the row belongs to, by names of the key vocabulary, the same in all terms"
    )
    add: Sql | None = Field(None, description="what the row brings in")
    take: Sql | None = Field(None, description="what the row takes out")

    @model_validator(mode="after")
    def _one_way(self) -> Term:
        if (self.add is None) == (self.take is None):
            raise ValueError("a term has either add or take")
        return self


class OnHand(BaseModel):
    """What is on hand: one row a key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Sql = Field(description="the table and an alias")
    join: list[Sql] = Field(default_factory=list, description="further tables")
    where: Sql | None = Field(None, description="which rows are judged")
    key: dict[str, Sql] = Field(description="what the row is about")
    value: Sql = Field(description="how much is on hand")
    at: Sql | None = Field(None, description="when the row last changed, for the lag")
    since: Sql | None = Field(
        None,
        description="the instant its movements began: what began before the tables' coverage is not judged",
    )


class Balance(Check):
    kind: Literal["balance"]
    keys: dict[str, Sql] = Field(
        default_factory=dict, description="further keys of a violation, over the names of the balance"
    )
    terms: list[Term] = Field(
        min_length=1,
        description="the movements that make the balance; along lineage too, by the parent's or the child's label",
    )
    on_hand: OnHand = Field(description="what the movements must add up to")
    tolerance: Sql = Field("0", description="how far the two may differ, over on_hand, balance and the keys")


def compile_balance(check: Balance, builder: Builder) -> Candidates | None:
    names = tuple(check.on_hand.key)
    parts = [_term(term, names, ("terms", index), builder) for index, term in enumerate(check.terms)]
    hand = _hand(check.on_hand, builder)
    complete = [part for part in (*parts, hand) if part is not None]
    if len(complete) < len(parts) + 1:
        return None
    balanced, scope = subquery(_balanced(tree.Union(tuple(complete)), names))
    scope = replace(scope, at=column("g", "at", Type.INSTANT))
    on_hand, balance = column("g", "on_hand", Type.DECIMAL), column("g", "balance", Type.DECIMAL)
    tolerance = builder.expression(("tolerance",), check.tolerance, scope, Type.DECIMAL)
    off = call("minus", on_hand, balance, type=Type.DECIMAL)
    candidates = Candidates(
        balanced,
        call("more", call("abs", off, type=Type.DECIMAL), tolerance),
        call("more", column("g", "hands", Type.INTEGER), tree.Literal(0, Type.INTEGER)),
        keys=(*group_keys(names), *(builder.keys(check.keys, scope) if check.keys else ())),
        at=column("g", "at", Type.INSTANT),
        since=column("g", "since", Type.INSTANT) if check.on_hand.since else None,
        evidence=(
            ("on hand", as_text(on_hand)),
            ("movements add up to", as_text(balance)),
            ("difference", as_text(off)),
        ),
        place="g",
        table=str(hand.source.base.of) if hand else "",
        rests_on=frozenset(str(relation.of) for part in complete for relation in part.source.relations),
    )
    return builder.finish(check, scope, candidates)


def _term(
    term: Term, names: tuple[str, ...], path: tuple[str | int, ...], builder: Builder
) -> tree.Select | None:
    source, scope = builder.source(term.table, term.join, path)
    if set(term.key) != set(names):
        builder.fault((*path, "key"), f"the key is {', '.join(term.key)} here and {', '.join(names)} on hand")
        return None
    if source is None:
        return None
    where = builder.condition((*path, "where"), term.where, scope)
    keys = dict(builder.keys(term.key, scope, (*path, "key")))
    side = "add" if term.add is not None else "take"
    amount = builder.expression((*path, side), str(term.add or term.take), scope, Type.DECIMAL)
    if side == "take":
        amount = call("negative", amount, type=Type.DECIMAL)
    columns = _columns(
        facility_of(source), [(name, keys[name]) for name in names], amount, NULL, NULL, NULL, NULL
    )
    return tree.Select(columns, source, where)


def _hand(hand: OnHand, builder: Builder) -> tree.Select | None:
    source, scope = builder.source(hand.table, hand.join, ("on_hand",))
    if source is None:
        return None
    where = builder.condition(("on_hand", "where"), hand.where, scope)
    keys = builder.keys(hand.key, scope, ("on_hand", "key"))
    value = builder.expression(("on_hand", "value"), hand.value, scope, Type.DECIMAL)
    at = builder.expression(("on_hand", "at"), hand.at, scope, Type.INSTANT) if hand.at else NULL
    since = builder.expression(("on_hand", "since"), hand.since, scope, Type.INSTANT) if hand.since else NULL
    columns = _columns(facility_of(source), list(keys), NULL, value, at, since, place_of(source.base.alias))
    return tree.Select(columns, source, where)


def _columns(
    facility: Node,
    keys: list[tuple[str, Node]],
    amount: Node,
    on_hand: Node,
    at: Node,
    since: Node,
    place: Node,
) -> tuple[tuple[str, Node], ...]:
    values = (("amount", amount), ("on_hand", on_hand), ("at", at), ("since", since))
    return (("facility", facility), *keys, *values, ("_place", place))


def _balanced(stacked: tree.Union, names: tuple[str, ...]) -> tree.Select:
    """One row a key: what is on hand, and what all movements of the key add up to."""
    group = (column("t", "facility", Type.TEXT), *(column("t", name, Type.TEXT) for name in names))
    on_hand = column("t", "on_hand", Type.DECIMAL)
    columns: tuple[tuple[str, Node], ...] = (
        ("facility", group[0]),
        *zip(names, group[1:], strict=True),
        ("on_hand", tree.Aggregate("sum.decimal", (on_hand,), None, Type.DECIMAL)),
        (
            "balance",
            tree.Aggregate("total.decimal", (column("t", "amount", Type.DECIMAL),), None, Type.DECIMAL),
        ),
        ("hands", tree.Aggregate("count.value", (on_hand,), None, Type.INTEGER)),
        ("at", tree.Aggregate("max", (column("t", "at", Type.INSTANT),), None, Type.INSTANT)),
        ("since", tree.Aggregate("min", (column("t", "since", Type.INSTANT),), None, Type.INSTANT)),
        ("_place", tree.Aggregate("min", (column("t", "_place", Type.INTEGER),), None, Type.INTEGER)),
    )
    return tree.Select(columns, tree.Source(tree.Relation(stacked, "t")), None, group)


KIND = CheckKind(
    "balance",
    Balance,
    compile_balance,
    """Adds up, for each key of a facility, what the `terms` bring in (`add`) and take out (`take`), and compares
with what is on hand: a difference beyond `tolerance` is a violation. A null amount counts as nothing. Only
keys that are on hand are judged. Lineage is a term like the others: what a package gave to its children by
`source_label`, what it got from its parents by `label`. When a table of a term is not complete, the rule is
not evaluated: a movement that was not captured would look like a loss. For the same reason give `since`
where tables of movements do not reach back to the beginning: what began before, or at an unknown time, is
then not judged. Message, evidence and tolerance
speak of the key names, `on_hand`, `balance` and `at`.""",
    """kind: balance
on_hand: {table: metrc_packages p, where: p.state = 'active', key: {label: p.label}, value: p.quantity, at: p.last_modified}
terms:
  - {table: metrc_packages p, key: {label: p.label}, add: p.initial_quantity}
  - {table: metrc_adjustments a, key: {label: a.label}, add: a.quantity}
  - table: metrc_sale_lines l
    join: [metrc_sales s on s.facility = l.facility and s.receipt_id = l.receipt_id]
    where: s.state = 'active'
    key: {label: l.label}
    take: l.quantity
  - {table: metrc_package_sources c, key: {label: c.source_label}, take: c.quantity}
tolerance: 0.001
message: "{label}: {on_hand} on hand, the movements add up to {balance}"
""",
)
