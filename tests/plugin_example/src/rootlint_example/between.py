"""A check kind: a value lies between two bounds."""

from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, Sql, TableCheck, call


class Between(TableCheck):
    kind: Literal["between"]
    value: Sql = Field(description="what is judged")
    low: Sql = Field(description="the least it may be")
    high: Sql = Field(description="the most it may be")


def compile_between(check: Between, builder: Builder) -> Candidates | None:
    source, scope, where = builder.table(check)
    if source is None:
        return None
    value, low, high = (
        builder.expression((name,), getattr(check, name), scope) for name in ("value", "low", "high")
    )
    inside = call("between", value, low, high)
    candidates = Candidates(
        source, call("not", inside), where, place=source.base.alias, table=str(source.base.of)
    )
    return builder.finish(check, scope, candidates)


KIND = CheckKind(
    "between",
    Between,
    compile_between,
    "Judges every row of `table` that satisfies `where`: a `value` below `low` or above `high` is a violation.",
    """kind: between
table: metrc_packages p
value: p.quantity
low: 0
high: 1000
keys: {label: p.label}
message: "{p.label} holds {p.quantity}"
""",
)
