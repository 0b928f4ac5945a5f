"""`reference`: what a row names must exist."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, Sql, TableCheck, call
from rootlint.rules.language import tree


class Reference(TableCheck):
    kind: Literal["reference"]
    refers_to: Sql = Field(
        description="the table and the condition under which a row of it is the one named: 'metrc_packages p on p.facility = l.facility and p.label = l.label'"
    )


def compile_reference(check: Reference, builder: Builder) -> Candidates | None:
    source, scope, where = builder.table(check)
    target = builder.join(("refers_to",), check.refers_to, scope)
    if source is None or target is None:
        return None
    query = tree.Select(columns=(), source=tree.Source(target.relation), where=target.on)
    candidates = Candidates(
        source,
        call("not", tree.Exists(query)),
        where,
        place=source.base.alias,
        table=str(source.base.of),
        rests_on=frozenset({str(target.relation.of)}),
    )
    return builder.finish(check, scope, candidates)


KIND = CheckKind(
    "reference",
    Reference,
    compile_reference,
    """Judges every row of `table` that satisfies `where`: it is a violation when no row of the table in
`refers_to` satisfies the condition. A null in the condition finds no row: leave rows that name nothing
out by `where`. When the table referred to is not complete, the rule is not evaluated, since what is
missing may only not have been captured. Grant the two systems a lag with `settle`.""",
    """kind: reference
table: internal_sale_lines l
join: [internal_sales s on s.facility = l.facility and s.sale_id = l.sale_id]
where: l.label is not null
refers_to: metrc_packages p on p.facility = l.facility and p.label = l.label
keys: {label: l.label, sale: l.sale_id}
at: s.sold_at
message: "{l.label} was sold and METRC holds no such package"
""",
)
