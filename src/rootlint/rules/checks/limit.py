"""`limit`: an aggregate per group and period stays within a bound."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, Sql, call, column
from rootlint.rules.checks.grouping import GroupCheck, group
from rootlint.rules.language.advice import a
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import common


class Limit(GroupCheck):
    kind: Literal["limit"]
    measure: Sql = Field(
        description="an aggregate over the rows of a group: sum(in_grams(l.quantity, l.unit_of_measure))"
    )
    at_most: Sql | None = Field(
        None, description="the bound that `measure` must not exceed, over the group's names"
    )
    at_least: Sql | None = Field(
        None, description="the bound that `measure` must reach, over the group's names"
    )
    having: Sql | None = Field(
        None, description="which groups are in scope, over the group's names; absent: all"
    )

    @model_validator(mode="after")
    def _bounded(self) -> Limit:
        if self.at_most is None and self.at_least is None:
            raise ValueError("a limit needs at_most or at_least")
        return self


def compile_limit(check: Limit, builder: Builder) -> Candidates | None:
    source, scope, where = builder.table(check)
    if source is None:
        return None
    measure = builder.aggregate(("measure",), check.measure, scope)
    grouped, inner, at = group(check, builder, {"measure": measure}, source, scope, where)
    measured = column("g", "measure", measure.type)
    beyond: list[Node] = []
    for name, key in (("at_most", "more"), ("at_least", "less")):
        text = getattr(check, name)
        if text is None:
            continue
        bound = builder.expression((name,), text, inner)
        if common(measure.type, bound.type) is None:
            builder.fault((name,), f"the measure is {a(measure.type)}, this bound {a(bound.type)}")
        beyond.append(call(key, measured, bound))
    violated = beyond[0] if len(beyond) == 1 else call("or", *beyond)
    exposed = builder.condition(("having",), check.having, inner)
    rests_on = (
        frozenset(str(relation.of) for relation in source.relations) if check.at_least else frozenset[str]()
    )
    candidates = Candidates(
        grouped, violated, exposed, at=at, place="g", table=str(source.base.of), rests_on=rests_on
    )
    return builder.finish(check, inner, candidates)


KIND = CheckKind(
    "limit",
    Limit,
    compile_limit,
    """Groups the rows of `table` that satisfy `where` by facility and the values in `by` (a day, a patient, a
user), measures each group, and compares with a bound, which may be a parameter. A null measure or bound
leaves the group not judged. Keys, message, evidence and bounds speak of the group: the names in `by` and
`collect`, `measure`, `rows`, `first_at`, `last_at`; within EXISTS the group goes by the alias `g`. Parameters
are those in force at `last_at`. With `at_least`, tables captured in part leave the rule not evaluated.""",
    """kind: limit
table: metrc_adjustments a
where: fold(a.reason) like '%scale%'
by: {label: a.label}
measure: sum(abs(a.quantity))
at_most: 10
at: a.recorded_at
keys: {label: label}
message: "{label}: {rows} adjustments for scale variance, {measure} in all"
""",
)
