"""`expect`: each row must satisfy a condition."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, Sql, TableCheck, call
from rootlint.rules.language.types import Type


class Expect(TableCheck):
    kind: Literal["expect"]
    expect: Sql = Field(description="the condition that each row in scope must satisfy")


def compile_expect(check: Expect, builder: Builder) -> Candidates | None:
    source, scope, where = builder.table(check)
    if source is None:
        return None
    expected = builder.expression(("expect",), check.expect, scope, Type.BOOLEAN)
    candidates = Candidates(
        source, call("not", expected), where, place=source.base.alias, table=str(source.base.of)
    )
    return builder.finish(check, scope, candidates)


KIND = CheckKind(
    "expect",
    Expect,
    compile_expect,
    """Judges every row of `table` (with its joins) that satisfies `where`: a row for which `expect` is
false is a violation. Where `expect` is null, something it needs is null, and the row is counted as not
judged. An inner join leaves out rows without a partner; a left join keeps them with nulls.""",
    """kind: expect
table: metrc_packages p
join: [internal_inventory i on i.facility = p.facility and i.label = p.label]
where: p.state = 'active'
expect: p.unit_of_measure = i.unit_of_measure
keys: {label: p.label, item: p.item}
at: p.last_modified
message: "{p.label}: METRC counts {p.unit_of_measure}, the operator's system {i.unit_of_measure}"
""",
)
