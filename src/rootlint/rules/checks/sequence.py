"""`sequence`: times in order, or states that follow each other legally."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field, model_validator

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import (
    Builder,
    CheckKind,
    Sql,
    TableCheck,
    as_text,
    call,
    column,
    facility_of,
    group_keys,
    place_of,
    subquery,
)
from rootlint.rules.language import tree
from rootlint.rules.language.advice import a
from rootlint.rules.language.checking import Scope
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type, common


class Sequence(TableCheck):
    kind: Literal["sequence"]
    steps: list[Sql] | None = Field(
        None, description="times of one row that must not go backwards: [p.planted_on, p.harvested_on]"
    )
    state: Sql | None = Field(None, description="the state a row gives to what `keys` names")
    order: Sql | None = Field(None, description="what orders the rows of one key: an instant or a number")
    allowed: dict[str, list[str]] | None = Field(
        None, description="which states may follow each state; a state that is no key may be followed by any"
    )

    @model_validator(mode="after")
    def _one_form(self) -> Sequence:
        if (self.steps is None) == (self.state is None):
            raise ValueError("a sequence has either steps, or state with order and allowed")
        if self.state is not None and (self.order is None or self.allowed is None):
            raise ValueError("a sequence of states needs order and allowed")
        if self.steps is not None and len(self.steps) < 2:
            raise ValueError("a sequence needs two steps or more")
        return self


def compile_sequence(check: Sequence, builder: Builder) -> Candidates | None:
    source, scope, where = builder.table(check)
    if source is None:
        return None
    if check.steps is not None:
        return _compile_steps(check, check.steps, builder, source, scope, where)
    return _compile_states(check, builder, source, scope, where)


def _compile_steps(
    check: Sequence, texts: list[str], builder: Builder, source: tree.Source, scope: Scope, where: Node | None
) -> Candidates:
    steps = [builder.instant_or_date(("steps", index), text, scope) for index, text in enumerate(texts)]
    backwards: list[Node] = []
    for later in range(1, len(steps)):
        for earlier in range(later):
            if common(steps[earlier].type, steps[later].type) is None:
                builder.fault(
                    ("steps", later),
                    f"step {earlier + 1} is {a(steps[earlier].type)}, this one {a(steps[later].type)}",
                )
            # A step that is not reached yet (null) is in order.
            backwards.append(call("is_true", call("less", steps[later], steps[earlier])))
    violated = backwards[0] if len(backwards) == 1 else call("or", *backwards)
    candidates = Candidates(source, violated, where, place=source.base.alias, table=str(source.base.of))
    return builder.finish(check, scope, candidates)


def _compile_states(
    check: Sequence, builder: Builder, source: tree.Source, scope: Scope, where: Node | None
) -> Candidates:
    keys = builder.keys(check.keys, scope)
    names = tuple(name for name, _ in keys)
    state = builder.expression(("state",), str(check.state), scope, Type.TEXT)
    order = builder.expression(("order",), str(check.order), scope)
    facility = facility_of(source)
    partition = (facility, *(node for _, node in keys))
    before = tree.Window("previous", (state,), partition, ((order, False),), Type.TEXT)
    times = [] if scope.at is None else [("at", scope.at)]
    columns = (
        ("facility", facility),
        *keys,
        ("state", state),
        ("before", before),
        *times,
        ("_place", place_of(source.base.alias)),
    )
    steps, inner = subquery(tree.Select(columns, source, where))
    at = column("g", "at", scope.at.type) if scope.at is not None else None
    candidates = Candidates(
        steps,
        _illegal(check.allowed or {}),
        call("not", call("is_null", column("g", "before", Type.TEXT))),
        keys=group_keys(names),
        at=at,
        evidence=tuple((name, as_text(column("g", name, Type.TEXT))) for name in ("before", "state")),
        place="g",
        table=str(source.base.of),
    )
    return builder.finish(check, replace(inner, at=at), candidates)


def _illegal(allowed: dict[str, list[str]]) -> Node:
    before, state = column("g", "before", Type.TEXT), column("g", "state", Type.TEXT)
    branches = []
    for name, followers in allowed.items():
        stays: list[Node] = [state, *(tree.Literal(word, Type.TEXT) for word in (name, *followers))]
        branches.append(
            (call("equal", before, tree.Literal(name, Type.TEXT)), call("not", call("in", *stays)))
        )
    return tree.Case(tuple(branches), tree.Literal(False, Type.BOOLEAN), Type.BOOLEAN)


KIND = CheckKind(
    "sequence",
    Sequence,
    compile_sequence,
    """Two forms. With `steps`, each row in scope gives several times, and a later step that lies before an
earlier one is a violation; a step that is null is not reached yet. With `state`, `order` and `allowed`, the
rows of one key are put in order, and a state that may not follow the one before it is a violation; a state
may always follow itself. The order of rows with equal `order` is the order of the file. Message and evidence of
this form speak of the names in `keys`, `before`, `state` and `at`.""",
    """kind: sequence
table: metrc_plants p
steps: [p.planted_on, p.vegetative_on, p.flowering_on, p.harvested_on]
keys: {plant: p.label}
message: "plant {p.label}: planted {p.planted_on}, flowering {p.flowering_on}, harvested {p.harvested_on}"
""",
)
