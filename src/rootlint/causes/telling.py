"""Findings told with their causes: roles, chains, stories, in the order in which to fix them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from rootlint.causes.evidence import NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS, Explanation, Group, chain, role_of
from rootlint.engine import Engine
from rootlint.model import Alternative, Blame, Cause, ChainStep, Explained, Finding, Layer, Proof, Role
from rootlint.rules.findings import Gathered
from rootlint.rules.model import LoadedRule

BLAMED = f"(SELECT v.*, a.cause FROM {NUMBERED} v JOIN {ASSIGNMENTS} a USING (id))"  # violations with their cause

# Roots first, what nobody can explain next, then what stands alone; symptoms stand under their root.
_ORDER = (Role.ROOT, Role.INFERRED, Role.UNKNOWN, Role.ISOLATED, Role.SYMPTOM)


def tell(
    gathered: Sequence[Gathered],
    explanation: Explanation,
    rules: Mapping[str, LoadedRule],
    engine: Engine,
    prove: Callable[[int], Proof],
) -> list[Finding]:
    """Give findings their roles, chains and stories."""
    groups = {(g.rule, g.facility, g.scope): g.number for g in explanation.groups.values()}
    numbers = [groups[item.key] for item in gathered]
    ids = _ids(gathered, numbers)
    by_group = {number: ids[index] for index, number in enumerate(numbers) if gathered[index].cause in (number, None)}
    ranks = _ranks(explanation)
    told = []
    for index, item in enumerate(gathered):
        role = role_of(numbers[index], () if item.cause is None else (item.cause,), explanation)
        finding = replace(item.finding, id=ids[index], role=role)
        if role is Role.SYMPTOM and item.cause is not None:
            finding = replace(finding, blame=_blame(item.cause, numbers[index], by_group, explanation))
        elif role is Role.ROOT:
            finding = replace(finding, cause=_story(numbers[index], ranks, explanation, rules, engine, prove))
        told.append(finding)
    return sorted(told, key=_place_in_report)


def _place_in_report(finding: Finding) -> tuple[int, int, int, str, str, str]:
    rank = finding.cause.rank if finding.cause else 0
    return (_ORDER.index(finding.role), rank, -finding.severity.rank, finding.rule, finding.facility or "", finding.id)


def _ids(gathered: Sequence[Gathered], numbers: Sequence[int]) -> list[str]:
    """The fingerprint is the id; where one fingerprint has several explanations, the others name theirs."""
    seen: set[str] = set()
    ids = []
    for item, number in zip(gathered, numbers, strict=True):
        own = item.finding.fingerprint
        identity = own if item.cause in (None, number) and own not in seen else f"{own}.{item.cause or 0}"
        seen.add(identity)
        ids.append(identity)
    return ids


def _ranks(explanation: Explanation) -> dict[int, int]:
    """Causes by what would stay unexplained without them."""
    roots = [group for group in explanation.solution.active if explanation.explained_by(group)]
    ordered = sorted(roots, key=lambda group: (-explanation.solution.gain[group], group))
    return {group: rank for rank, group in enumerate(ordered, start=1)}


def _blame(root: int, effect: int, ids: Mapping[int, str], explanation: Explanation) -> Blame:
    group = explanation.groups[root]
    return Blame(ids.get(root, ""), group.rule, group.facility, _told_chain(root, effect, explanation), _runner_up(root, effect, explanation))


def _told_chain(root: int, effect: int, explanation: Explanation) -> tuple[ChainStep, ...]:
    groups = explanation.groups
    return tuple(
        ChainStep(
            groups[step.cause].rule,
            groups[step.effect].rule,
            step.link.via,
            step.link.mechanism,
            step.tied,
            groups[step.effect].size,
        )
        for step in chain(root, effect, explanation)
    )


def _runner_up(root: int, effect: int, explanation: Explanation) -> str | None:
    """The rule that explains most of the same violations next to the root."""
    counts: dict[int, int] = {}
    for violations in explanation.explained_by(root):
        if violations.group == effect:
            for other, _ in violations.causes:
                if other != root:
                    counts[other] = counts.get(other, 0) + violations.size
    best = min(counts, key=lambda other: (-counts[other], other), default=None)
    return explanation.groups[best].rule if best is not None else None


def _story(
    cause: int,
    ranks: Mapping[int, int],
    explanation: Explanation,
    rules: Mapping[str, LoadedRule],
    engine: Engine,
    prove: Callable[[int], Proof],
) -> Cause:
    explained = _explained(cause, explanation)
    effects = [explanation.groups[c.group] for c in explanation.explained_by(cause)]
    layers = {rules[group.rule].rule.layer for group in effects}
    began, weeks = _in_time(cause, engine)
    return Cause(
        rank=ranks[cause],
        explained=explained,
        layers=tuple(layer for layer in Layer if layer in layers),
        facilities=tuple(sorted({group.facility for group in effects if group.facility})),
        silent_days=began,
        per_week=weeks,
        proof=prove(cause),
        alternatives=_alternatives(cause, explanation),
        refuted_by=_refutation(explanation.groups[cause], explained),
    )


def _explained(cause: int, explanation: Explanation) -> tuple[Explained, ...]:
    counts: dict[str, int] = {}
    for violations in explanation.explained_by(cause):
        rule = explanation.groups[violations.group].rule
        counts[rule] = counts.get(rule, 0) + violations.size
    exposed = {reach.effect: reach.exposed for reach in explanation.reaches if reach.cause == cause}
    parts = (Explained(rule, count, exposed.get(rule)) for rule, count in counts.items())
    return tuple(sorted(parts, key=lambda part: (-part.violations, part.rule)))


def _in_time(cause: int, engine: Engine) -> tuple[int | None, tuple[int, ...]]:
    """Days from the cause's first violation to its first symptom, and symptoms in each week since it began."""
    began = engine.rows(f'SELECT min("at") FROM {NUMBERED} WHERE group_id = {cause}')[0][0]
    symptoms = f"FROM {BLAMED} WHERE cause = {cause} AND group_id <> {cause} AND \"at\" IS NOT NULL"
    first: datetime | None = engine.rows(f'SELECT min("at") {symptoms}')[0][0]
    if first is None:
        return None, ()
    start = min(began, first) if began is not None else first
    counts = dict(
        engine.rows(
            f"SELECT CAST(floor(epoch(\"at\" - TIMESTAMP '{start}') / 604800) AS INTEGER) AS week, count(*) {symptoms} GROUP BY week"
        )
    )
    silent = None if began is None else max((first - began).days, 0)
    return silent, tuple(counts.get(week, 0) for week in range(max(counts) + 1))


def _alternatives(cause: int, explanation: Explanation) -> tuple[Alternative, ...]:
    """Other groups that could have caused some of the same violations, most first."""
    explained = explanation.explained_by(cause)
    total = sum(violations.size for violations in explained)
    counts: dict[int, int] = {}
    for violations in explained:
        for other, _ in violations.causes:
            if other != cause:
                counts[other] = counts.get(other, 0) + violations.size
    best = sorted(counts, key=lambda other: (-counts[other], other))[:3]
    return tuple(_alternative(other, counts[other], total, explanation) for other in best)


def _alternative(other: int, count: int, total: int, explanation: Explanation) -> Alternative:
    group = explanation.groups[other]
    healthy = sum(round(silent) for silent, _ in explanation.hypotheses[other].silent)
    if other in explanation.solution.active:
        why = "it is a cause too, and explains others better"
    elif any(explanation.solution.explained[c.number] for c in explanation.classes if c.group == other):
        why = "it is itself explained by another cause"
    elif count < total:
        why = f"it explains {count} of these {total}" + (f" and should have broken {healthy} more that are in order" if healthy else "")
    else:
        why = f"it should have broken {healthy} more that are in order" if healthy else "nothing decides between the two"
    return Alternative(group.rule, group.facility, count, total, why)


def _refutation(group: Group, explained: Sequence[Explained]) -> str:
    """What would speak against a cause: its symptoms without it."""
    what = explained[0].rule if explained else "its symptoms"
    where = f" at {group.facility}" if group.facility else ""
    return f"{what} going on{where} after the cause is repaired, or at records it does not reach"
