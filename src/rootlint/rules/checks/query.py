"""`query`: one whole SELECT, for what no other kind can say."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, Sql, TimedCheck, column, subquery
from rootlint.rules.language import tree
from rootlint.rules.language.advice import a
from rootlint.rules.language.queries import PLACE
from rootlint.rules.language.types import Type, fits


class Query(TimedCheck):
    kind: Literal["query"]
    select: Sql = Field(
        description="a SELECT in the rule language; its columns are what keys and message speak of"
    )
    table: str | None = Field(
        None, description="the table that the keys point into; absent: the first one read"
    )


def compile_query(check: Query, builder: Builder) -> Candidates | None:
    query = builder.query(("select",), check.select)
    if query is None:
        return None
    columns = dict(query.columns)
    for name, kind in (("facility", Type.TEXT), ("violated", Type.BOOLEAN)):
        if name not in columns:
            builder.fault(("select",), f"the query has no column '{name}'", f"select … AS {name}")
            return None
        if not fits(columns[name].type, kind):
            builder.fault(
                ("select",), f"column '{name}' is {a(columns[name].type)}; {a(kind)} must stand here"
            )
    if check.table is not None:
        builder.known_table(("table",), check.table)
    source, scope = subquery(query, "q")
    scope = builder.timed(check, scope)
    candidates = Candidates(
        source,
        column("q", "violated", Type.BOOLEAN),
        place="q" if PLACE in columns else None,
        table=_table(check, query, builder),
    )
    return builder.finish(check, scope, candidates)


def _table(check: Query, query: tree.Query, builder: Builder) -> str:
    """The table that keys and places point into."""
    read = [
        part.of for part in tree.walk(query) if isinstance(part, tree.Relation) and isinstance(part.of, str)
    ]
    placed = {
        part.table
        for part in tree.walk(query)
        if isinstance(part, tree.Column) and part.name == PLACE and part.table
    }
    table = check.table or min(placed, default=read[0])
    if placed - {table}:
        builder.fault(
            ("select",),
            f"{PLACE} is that of rows of {min(placed - {table})}, the keys point into {table}",
            "say so in table, or select the other's",
        )
    return table


KIND = CheckKind(
    "query",
    Query,
    compile_query,
    """One SELECT (or UNION ALL of several, with WITH) in the same closed language. Every row it gives is a record
in scope of the facility in its column `facility`; the row is a violation when its column `violated` is true,
and not judged when that is null. Keys, message and evidence speak of the query's columns. In a query,
param() must be told when: `param('name', at => …)`. A row of a facility that the snapshot does not have is an error
of the rule. Say in `rests_on` which tables must be complete. A query that
hands the place of a row on, as in `c._place AS _place`, has its violations shown at file and row.""",
    """kind: query
select: |
  SELECT c.facility, c.credential, u.user, c.last_used_at, s.terminated_on,
         local_date(c.last_used_at) > s.terminated_on AS violated
  FROM credentials c
  JOIN metrc_users u ON u.facility = c.facility AND u.user = c.metrc_user
  JOIN staff s ON s.metrc_user = u.user
keys: {credential: credential, user: user}
at: last_used_at
message: "the key of {user} was used {last_used_at}; the person left {terminated_on}"
""",
)
