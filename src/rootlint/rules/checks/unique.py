"""`unique`: no two rows may share what makes them one."""

from __future__ import annotations

from typing import Literal

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, call, column
from rootlint.rules.checks.grouping import GroupCheck, group
from rootlint.rules.language import tree
from rootlint.rules.language.types import Type


class Unique(GroupCheck):
    kind: Literal["unique"]


def compile_unique(check: Unique, builder: Builder) -> Candidates | None:
    source, scope, where = builder.table(check)
    if source is None:
        return None
    grouped, inner, at = group(check, builder, {}, source, scope, where)
    repeated = call("more", column("g", "rows", Type.INTEGER), tree.Literal(1, Type.INTEGER))
    candidates = Candidates(grouped, repeated, at=at, place="g", table=str(source.base.of))
    return builder.finish(check, inner, candidates)


KIND = CheckKind(
    "unique",
    Unique,
    compile_unique,
    """Groups the rows of `table` that satisfy `where` by facility and the values in `by`; a group of more
than one row is a violation. Two nulls are the same value: leave rows without the value out by `where`.
Keys, message and evidence speak of the group: the names in `by` and `collect`, and `rows`, `first_at`,
`last_at`.""",
    """kind: unique
table: metrc_sales s
where: s.state = 'active' and s.external_number is not null
by: {sale: s.external_number}
collect: {receipts: list_of(text(s.receipt_id))}
at: s.recorded_at
keys: {sale: sale}
message: "sale {sale} stands on {rows} receipts: {receipts}"
""",
)
