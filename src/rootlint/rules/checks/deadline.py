"""`deadline`: what happened is recorded by a clock or within a period."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, Sql, TableCheck, as_text, call
from rootlint.rules.language import tree
from rootlint.rules.language.advice import a
from rootlint.rules.language.checking import Scope
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type, fits


class Deadline(TableCheck):
    kind: Literal["deadline"]
    event: Sql = Field(description="when it happened: an instant, or a date when only the day is known")
    done: Sql = Field(description="when it was recorded: an instant or a date; null: not yet")
    within: Sql = Field(
        description="a deadline parameter, or a duration: param('sales_report_deadline'), hours(24)"
    )
    otherwise: Sql | None = Field(
        None, description="a duration to judge by where no number of an optional parameter is known"
    )
    missing: Literal["violation", "ignore"] = Field(
        "violation", description="what a null `done` means once the deadline has passed; ignore: not judged"
    )


def compile_deadline(check: Deadline, builder: Builder) -> Candidates | None:
    source, scope = builder.source(check.table, check.join, ())
    if source is None:
        return None
    event = builder.instant_or_date(("event",), check.event, scope)
    scope = builder.timed(check, replace(scope, at=event))
    where = builder.condition(("where",), check.where, scope)
    done = builder.instant_or_date(("done",), check.done, scope)
    due = _due(check, builder, scope, event)
    if fits(due.type, Type.DATE) and due.type is not Type.UNKNOWN:
        return None
    candidates = Candidates(
        source,
        _late(check, due, done),
        where,
        evidence=(("due", as_text(due)), ("done", as_text(done))),
        place=source.base.alias,
        table=str(source.base.of),
    )
    return builder.finish(check, scope, candidates)


def _due(check: Deadline, builder: Builder, scope: Scope, event: Node) -> Node:
    within = builder.expression(("within",), check.within, scope)
    if within.type is Type.DEADLINE and isinstance(within, tree.Param):
        when = tree.Param(within.name, event, within.audience, within.type)
        key = "due.date" if event.type is Type.DATE else "due.instant"
        due = call(key, event, when, type=Type.INSTANT)
        if check.otherwise is None:
            return due
        other = builder.expression(("otherwise",), check.otherwise, scope, Type.DURATION)
        return call("coalesce", due, _elapsed_after(event, other), type=Type.INSTANT)
    if not fits(within.type, Type.DURATION):
        builder.fault(
            ("within",),
            f"this is {a(within.type)}; a deadline parameter or a duration must stand here",
            "write param('…'), minutes(n), hours(n), days(n)",
        )
    return _elapsed_after(event, within)


def _elapsed_after(event: Node, within: Node) -> Node:
    """The end of a duration, which runs from the end of the day where only that is known."""
    start = event
    if event.type is Type.DATE:
        next_day = call("add_days", event, tree.Literal(1, Type.INTEGER), type=Type.DATE)
        start = call("local_midnight", next_day, type=Type.INSTANT)
    return call("later", start, within, type=Type.INSTANT)


def _late(check: Deadline, due: Node, done: Node) -> Node:
    late = call("more", done, due)
    if done.type is Type.DATE:
        # The last day in time ends with the deadline at midnight: all of the next day is late.
        late = call("at_least", call("local_midnight", done, type=Type.INSTANT), due)
    overdue: Node = call("less", due, call("captured_at", type=Type.INSTANT))
    if check.missing == "ignore":
        overdue = tree.Literal(None, Type.NULL)
    return tree.Case(((call("is_null", done), overdue),), late, Type.BOOLEAN)


KIND = CheckKind(
    "deadline",
    Deadline,
    compile_deadline,
    """Judges every row of `table` that satisfies `where`: `done` must not be later than what `within` allows
after `event`. `within` is a deadline parameter (elapsed hours, the end of a calendar or business day, a
wall clock of the facility's day: see due()) or a plain duration; `otherwise` holds where no number of a parameter
is known that the rule names in `optional`. When only the day of the event is known,
hours run from the end of that day. A `done` that is a date is late when that whole day lies after what is due.
The parameter is the one in force at the event; a violation happened then too, unless `at` says otherwise. A
row that is not done yet is a violation once its deadline has passed at the time of capture.""",
    """kind: deadline
table: metrc_sales s
where: s.state = 'active'
event: s.sold_at
done: s.recorded_at
within: param('sales_report_deadline')
keys: {receipt: s.receipt_id}
message: "receipt {s.receipt_id}: sold {s.sold_at}, recorded {s.recorded_at}"
""",
)
