"""In a grouped query: what is the same for all rows of a group, and what is not."""

from __future__ import annotations

from collections.abc import Iterator

from rootlint.rules.language import operators, tree
from rootlint.rules.language.tree import Node

Fault = tuple[int, str, str | None]  # offset, message, help

_AROUND = "use it inside the aggregate, in GROUP BY, or in the query around this one"


def ungrouped(node: Node, keys: tuple[Node, ...]) -> Iterator[Fault]:
    """What of a value may differ from row to row of a group."""
    if node in keys:
        return
    match node:
        case tree.Column():
            yield (
                node.offset,
                f"'{node.name}' is neither grouped nor aggregated",
                "group by it or aggregate it",
            )
        case tree.Param():
            yield node.offset, "param cannot stand beside aggregates", _AROUND
        case tree.Window():
            yield node.offset, "a window cannot stand in a grouped query", "group in a query inside this one"
        case tree.Exists():
            yield (
                node.offset,
                "EXISTS cannot stand beside aggregates",
                "put it into WHERE, or around this query",
            )
        case tree.Call() if node.key in operators.FACILITY_KEYS:
            yield node.offset, "what the facility tells cannot stand beside aggregates", _AROUND
        case tree.Call():
            yield from _in_parts(node.args, keys)
        case tree.Case():
            yield from _in_parts(_parts(node), keys)


def _in_parts(parts: tuple[Node, ...], keys: tuple[Node, ...]) -> Iterator[Fault]:
    for part in parts:
        yield from ungrouped(part, keys)


def _parts(case: tree.Case) -> tuple[Node, ...]:
    subject = () if case.subject is None else (case.subject,)
    return (*subject, *(part for branch in case.branches for part in branch), case.default)


def is_grouped(select: tree.Select) -> bool:
    """Whether a query answers groups of rows and not rows."""
    values = [node for _, node in select.columns]
    return bool(select.group_by) or select.having is not None or any(map(has_aggregate, values))


def has_aggregate(node: Node) -> bool:
    """Whether an aggregate stands in a value, queries inside it aside."""
    if isinstance(node, tree.Aggregate):
        return True
    parts = _parts(node) if isinstance(node, tree.Case) else node.args if isinstance(node, tree.Call) else ()
    return any(map(has_aggregate, parts))
