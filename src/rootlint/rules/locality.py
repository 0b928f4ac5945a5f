"""Whether rules and repairs stay within a facility: what they say of one then depends on its own records only.

A query stays within a facility when every relation in it is tied to the others by an equality of facilities, when
what it groups or orders is grouped by the facility, and when every query inside it does the same. Where that cannot
be seen, it is taken to look across facilities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node
from rootlint.rules.model import LoadedRule
from rootlint.rules.repairs import CompiledRepair, Step, Undo

NOWHERE: frozenset[str] = frozenset()


def rule_stays(rule: LoadedRule) -> bool:
    """Whether a rule judges a record by the records of its facility only."""
    of = rule.candidates
    return _holds(
        of.source, (of.violated, of.exposed, of.keys, of.at, of.since, of.settle, of.variance, of.root_where)
    )


def repair_stays(steps: Iterable[Step]) -> bool:
    """Whether a repair changes the records of a facility by the records of that facility only."""
    return all(_step_stays(step) for step in steps)


def _step_stays(step: Step) -> bool:
    match step:
        case Undo():
            return repair_stays(step.steps)
        case CompiledRepair(source=None):
            return step.add is not None and _query_stays(step.add)
        case CompiledRepair():
            return step.source is not None and _holds(step.source, (step.where, step.changes))
        case _:
            return False


def _query_stays(query: tree.Query) -> bool:
    """Whether a query answers for one facility at a time, and says for which."""
    parts = query.parts if isinstance(query, tree.Union) else (query,)
    return all(_select_stays(part) and _names_facility(part) for part in parts)


def _select_stays(select: tree.Select, around: frozenset[str] = NOWHERE) -> bool:
    expressions = (select.columns, select.where, select.having)
    grouped = bool(select.group_by) or any(isinstance(part, tree.Aggregate) for part in _own(select.columns))
    by_facility = any(_is_facility(node, select.source) for node in select.group_by)
    return (by_facility or not grouped) and _holds(select.source, expressions, select.where, around)


def _names_facility(select: tree.Select) -> bool:
    node = dict(select.columns).get("facility")
    if isinstance(node, tree.Call) and node.key == "coalesce":  # of a full join
        return all(isinstance(arg, tree.Column) and arg.name == "facility" for arg in node.args)
    return node is not None and _is_facility(node, select.source)


def _holds(
    source: tree.Source, expressions: Any, where: Node | None = None, around: frozenset[str] = NOWHERE
) -> bool:
    """Whether all relations are tied to one facility, and so is whatever the expressions look at."""
    conditions = [join.on for join in source.joins] + ([where] if where is not None else [])
    aliases = {relation.alias for relation in source.relations}
    tied = _tied(around or {source.base.alias}, _equalities(conditions))
    return (
        aliases <= tied
        and all(isinstance(of.of, str) or _query_stays(of.of) for of in source.relations)
        and all(_part_stays(part, source, frozenset(tied)) for part in _own((expressions, conditions)))
    )


def _part_stays(part: Any, source: tree.Source, tied: frozenset[str]) -> bool:
    match part:
        case tree.Exists():
            return _select_stays(part.select, tied)
        case tree.Window():
            return any(_is_facility(node, source) for node in part.partition)
        case _:
            return True


def _is_facility(node: Node, source: tree.Source) -> bool:
    """Whether a node is the facility of a relation that every row has: what a left join lacks is of no facility."""
    lacking = {join.relation.alias for join in source.joins if join.kind != "inner"}
    return isinstance(node, tree.Column) and node.name == "facility" and node.alias not in lacking


def _equalities(conditions: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """The aliases whose facilities must be equal."""
    for condition in conditions:
        match condition:
            case tree.Call(key="and"):
                yield from _equalities(condition.args)
            case tree.Call(
                key="equal" | "same",
                args=(tree.Column(name="facility") as a, tree.Column(name="facility") as b),
            ):
                yield a.alias, b.alias


def _tied(start: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    tied, left = set(start), list(pairs)
    while joined := [pair for pair in left if tied & {*pair}]:
        tied |= {alias for pair in joined for alias in pair}
        left = [pair for pair in left if pair not in joined]
    return tied


def _own(item: Any) -> Iterator[Any]:
    """The nodes of expressions; what is inside an EXISTS is its own matter."""
    if isinstance(item, Sequence) and not isinstance(item, str):
        for part in item:
            yield from _own(part)
    elif parts := tree.parts_of(item):
        yield item
        if not isinstance(item, tree.Exists):
            yield from _own(parts)
