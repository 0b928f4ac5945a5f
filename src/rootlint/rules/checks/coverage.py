"""`coverage`: a series of runs or windows has no hole and is not behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import (
    Builder,
    CheckKind,
    RowsCheck,
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
from rootlint.rules.language.checking import Scope
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type


class Coverage(RowsCheck):
    kind: Literal["coverage"]
    keys: dict[str, Sql] = Field(
        description="what makes a series (a job, an endpoint), by names of the key vocabulary"
    )
    start: Sql = Field(description="the instant a row's window begins")
    end: Sql = Field(description="the instant a row's window ends")
    gap: Sql = Field("seconds(0)", description="the longest hole that is no violation")
    behind: Sql | None = Field(
        None, description="how long before the capture the last window may end; absent: the end is not judged"
    )


def compile_coverage(check: Coverage, builder: Builder) -> Candidates | None:
    source, scope = builder.source(check.table, check.join, ())
    if source is None:
        return None
    where = builder.condition(("where",), check.where, scope)
    keys = builder.keys(check.keys, scope)
    start = builder.expression(("start",), check.start, scope, Type.INSTANT)
    end = builder.expression(("end",), check.end, scope, Type.INSTANT)
    whole = tree.all_of([part for part in (where, _is(start), _is(end)) if part is not None])
    windows = tree.Select(_window_columns(source, keys, start, end), source, whole)
    names = tuple(name for name, _ in keys)
    parts = [_between_windows(windows, names)]
    if check.behind is not None:
        parts.append(_after_the_last(windows, names))
    holes = tree.Union(tuple(parts))
    hole_start = column("g", "hole_start", Type.INSTANT)
    too_long = _too_long(check, builder, replace(subquery(holes)[1], at=hole_start))
    judged, inner = subquery(_beside_its_series(holes, too_long, names))
    inner = replace(inner, at=hole_start)
    candidates = Candidates(
        judged,
        too_long,
        _is(hole_start),
        keys=group_keys(names),
        at=hole_start,
        until=column("g", "hole_end", Type.INSTANT),
        evidence=tuple(
            (name.replace("_", " "), as_text(column("g", name, Type.INSTANT)))
            for name in ("hole_start", "hole_end")
        ),
        place="g",
        table=str(source.base.of),
        rests_on=frozenset({str(source.base.of)}),
    )
    return builder.finish(check, inner, candidates)


def _is(node: Node) -> Node:
    return call("not", call("is_null", node))


def _window_columns(
    source: tree.Source, keys: tuple[tuple[str, Node], ...], start: Node, end: Node
) -> tuple[tuple[str, Node], ...]:
    facility = facility_of(source)
    partition = (facility, *(node for _, node in keys))
    in_order = ((start, False),)
    reached = tree.Window("running_max_before", (end,), partition, in_order, Type.INSTANT)
    return (
        ("facility", facility),
        *keys,
        ("window_start", start),
        ("window_end", end),
        ("reached", reached),
        ("nth", tree.Window("position", (), partition, in_order, Type.INTEGER)),
        ("_place", place_of(source.base.alias)),
    )


def _between_windows(windows: tree.Select, keys: tuple[str, ...]) -> tree.Select:
    """From where the windows before had reached to where this one begins."""
    columns = (
        ("facility", column("w", "facility", Type.TEXT)),
        *group_keys(keys, "w"),
        ("hole_start", column("w", "reached", Type.INSTANT)),
        ("hole_end", column("w", "window_start", Type.INSTANT)),
        ("nth", column("w", "nth", Type.INTEGER)),
        ("is_last", tree.Literal(False, Type.BOOLEAN)),
        ("_place", column("w", "_place", Type.INTEGER)),
    )
    return tree.Select(columns, tree.Source(tree.Relation(windows, "w")))


def _after_the_last(windows: tree.Select, keys: tuple[str, ...]) -> tree.Select:
    """From where the last window of a series ends to the capture."""
    facility = column("w", "facility", Type.TEXT)
    columns = (
        ("facility", facility),
        *group_keys(keys, "w"),
        ("hole_start", tree.Aggregate("max", (column("w", "window_end", Type.INSTANT),), None, Type.INSTANT)),
        ("hole_end", call("captured_at", type=Type.INSTANT)),
        ("nth", tree.Literal(None, Type.INTEGER)),
        ("is_last", tree.Literal(True, Type.BOOLEAN)),
        ("_place", tree.Aggregate("max", (column("w", "_place", Type.INTEGER),), None, Type.INTEGER)),
    )
    group = (facility, *(node for _, node in group_keys(keys, "w")))
    return tree.Select(columns, tree.Source(tree.Relation(windows, "w")), None, group)


def _too_long(check: Coverage, builder: Builder, scope: Scope) -> Node:
    hole = tuple(column("g", name, Type.INSTANT) for name in ("hole_start", "hole_end"))
    length = call("elapsed", *hole, type=Type.DURATION)
    gap = builder.expression(("gap",), check.gap, scope, Type.DURATION)
    if check.behind is None:
        return call("more", length, gap)
    behind = builder.expression(("behind",), check.behind, scope, Type.DURATION)
    last = column("g", "is_last", Type.BOOLEAN)
    return call("more", length, tree.Case(((last, behind),), gap, Type.DURATION))


def _beside_its_series(holes: tree.Union, too_long: Node, keys: tuple[str, ...]) -> tree.Select:
    """Each hole with what its series has: windows, holes that are too long, and which window follows the first."""
    is_last = column("g", "is_last", Type.BOOLEAN)
    after_a_hole = call("and", too_long, call("not", is_last))
    group = (("facility", column("g", "facility", Type.TEXT)), *group_keys(keys))
    counted = (
        ("windows", tree.Aggregate("count", (), call("not", is_last), Type.INTEGER)),
        ("holes", tree.Aggregate("count", (), too_long, Type.INTEGER)),
        (
            "first_hole",
            tree.Aggregate("min", (column("g", "nth", Type.INTEGER),), after_a_hole, Type.INTEGER),
        ),
    )
    series = tree.Select(
        (*group, *counted), tree.Source(tree.Relation(holes, "g")), None, tuple(node for _, node in group)
    )
    same = call(
        "and",
        *(call("same", column("h", name, node.type), column("s", name, node.type)) for name, node in group),
    )
    columns = (
        *((name, column("h", name, node.type)) for name, node in holes.columns),
        *((name, column("s", name, Type.INTEGER)) for name, _ in counted),
    )
    join = tree.Join("inner", tree.Relation(series, "s"), same)
    return tree.Select(columns, tree.Source(tree.Relation(holes, "h"), (join,)))


KIND = CheckKind(
    "coverage",
    Coverage,
    compile_coverage,
    """Orders the windows of each series (facility and `keys`) by their start; time that no window covers is a
hole, and a hole longer than `gap` is a violation that begins at `hole_start` and ends at `hole_end`. With
`behind`, the time from the last window to the capture is judged too. Windows without start or end are left
out. The time before the first window of a series is not judged: nothing says that there was a series. Message
and evidence speak of the series: the names in `keys`, `hole_start`, `hole_end` and `is_last` (whether the hole
lies after the last window); so does `root_where`, with what tells a habit from an accident: `windows` and `holes`
(how many of each the series has, holes that are no violation left out) and `first_hole` (the number, from 1, of the
window that begins after the first of them).""",
    """kind: coverage
table: sync_runs r
where: r.status = 'ok'
keys: {job: r.job, endpoint: r.endpoint}
start: r.window_start
end: r.window_end
gap: minutes(1)
behind: hours(6)
message: "{job}: nothing covers {hole_start} to {hole_end}"
""",
)
