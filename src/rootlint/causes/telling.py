"""Findings told with their causes: roles, chains, stories, in the order in which to fix them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rootlint.causes.confidence import calibration, with_probability
from rootlint.causes.evidence import NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS, Explanation, Group, chain, role_of
from rootlint.causes.inferring import Inferred
from rootlint.causes.proof import NOT_TESTABLE, REFUTED
from rootlint.causes.solving import MOSTLY, SCALE, ViolationClass
from rootlint.engine import Engine
from rootlint.model import (
    Alternative,
    Blame,
    Cause,
    ChainStep,
    Confidence,
    Explained,
    Finding,
    Layer,
    Outcome,
    Proof,
    Role,
    Severity,
    Verdict,
)
from rootlint.rules.findings import Gathered, texts
from rootlint.rules.identity import fingerprint
from rootlint.rules.model import LoadedRule

BLAMED = (
    f"(SELECT v.*, a.cause FROM {NUMBERED} v JOIN {ASSIGNMENTS} a USING (id))"  # violations with their cause
)

MOST_PROOFS = (
    12  # each re-runs its symptoms' rules; once the first causes are repaired the picture is another
)
UNDECIDED = SCALE * 2  # two explanations whose odds differ by less than e^2 are not told apart
TWICE = 2.0  # as likely, to tell one of two active causes from the other
INFERRED_RULE = "inferred-cause"  # the name under which inferred causes stand; no rule bears it

# Days from a cause's first violation to its first symptom, and its symptoms in each week since it began.
InTime = tuple[int | None, tuple[int, ...]]

# Roots first, what nobody can explain next, then what stands alone; symptoms stand under their root.
_ORDER = (Role.ROOT, Role.INFERRED, Role.UNKNOWN, Role.ISOLATED, Role.SYMPTOM)


def tell(
    gathered: Sequence[Gathered],
    explanation: Explanation,
    inferred: Sequence[Inferred],
    rules: Mapping[str, LoadedRule],
    outcomes: Sequence[Outcome],
    engine: Engine,
    proofs: Mapping[int, Proof],
) -> list[Finding]:
    """Give findings their roles, chains and stories, and add what was inferred."""
    unseen = {(o.rule, o.facility) for o in outcomes if o.verdict in (Verdict.NOT_EVALUATED, Verdict.ERROR)}
    identities = identify(gathered, explanation)
    roots = {number: identity for (number, cause), identity in identities.items() if cause in (number, None)}
    guessed = {cell.number: _inferred_finding(cell, rules, gathered) for cell in inferred}
    ranks = ranked(explanation, proofs)
    in_time = _in_time(engine)
    causes = _declared_causes(rules)
    told = list(guessed.values())
    for item, ((number, _), identity) in zip(gathered, identities.items(), strict=True):
        finding = replace(item.finding, id=identity)
        if item.cause in guessed:
            root = guessed[item.cause]
            blame = Blame(root.id, root.rule, root.facility, ())
            told.append(replace(finding, role=Role.SYMPTOM, blame=blame))
            continue
        role = role_of(number, () if item.cause is None else (item.cause,), explanation)
        if role is Role.SYMPTOM and item.cause is not None:
            finding = replace(finding, blame=_blame(item.cause, number, roots, explanation))
        elif role is Role.ROOT:
            finding = replace(finding, cause=_story(number, ranks, explanation, rules, in_time, proofs))
        if role is Role.UNKNOWN or finding.stands_alone:
            finding = replace(finding, unseen_causes=_unseen_causes(finding, causes, unseen))
        told.append(with_probability(replace(finding, role=role), calibration()))
    return sorted(told, key=_place_in_report)


def inferred_id(cell: Inferred) -> str:
    """The id of the finding that tells an inferred cause."""
    return fingerprint(INFERRED_RULE, cell.facility, _inferred_scope(cell))


def _inferred_scope(cell: Inferred) -> dict[str, str]:
    return {cell.attribute: cell.value, "of": cell.rule}


def _inferred_finding(
    cell: Inferred, rules: Mapping[str, LoadedRule], gathered: Sequence[Gathered]
) -> Finding:
    """What unexplained violations share, as a finding with its numbers."""
    scope = _inferred_scope(cell)
    identity = inferred_id(cell)
    example = next(
        item.finding for item in gathered if item.cause == cell.number and item.finding.rule == cell.rule
    )
    total = cell.violations + cell.elsewhere
    return replace(
        example,
        id=identity,
        fingerprint=identity,
        rule=INFERRED_RULE,
        summary=f"{cell.violations} of {total} unexplained violations of {cell.rule} {cell.shared}.",
        severity=Severity.NOTE,
        confidence=Confidence.LOW,
        scope=scope,
        count=cell.violations,
        exposed=cell.exposed,
        citations=(),
        rationale=(
            f"{cell.violations} of {cell.exposed} such records are violations, against {cell.elsewhere} of "
            f"{cell.records_elsewhere} others: {cell.ratio:.1f} times as many as expected. What is tried again counts once. What they share need not be what caused them."
        ),
        remediation="Look at what changed for them. A rule for it, or the records of the days before, would confirm or refute it.",
        references=(),
        modes=(),
        role=Role.INFERRED,
    )


def _place_in_report(finding: Finding) -> tuple[int, int, int, str, str, str]:
    rank = finding.cause.rank if finding.cause else 0
    return (
        _ORDER.index(finding.role),
        rank,
        -finding.severity.rank,
        finding.rule,
        finding.facility or "",
        finding.id,
    )


def identify(gathered: Sequence[Gathered], explanation: Explanation) -> dict[tuple[int, int | None], str]:
    """The id of each finding, by its group and what it is blamed on, in the order of the findings.

    The fingerprint is the id; where one fingerprint has several explanations, the others name theirs.
    """
    groups = {
        (group.rule, group.facility, group.scope): group.number for group in explanation.groups.values()
    }
    ids: dict[tuple[int, int | None], str] = {}
    taken: set[str] = set()
    for item in gathered:
        number, own = groups[item.key], item.finding.fingerprint
        plain = item.cause in (None, number) and own not in taken
        ids[number, item.cause] = own if plain else f"{own}.{item.cause or 0}"
        taken.add(ids[number, item.cause])
    return ids


def to_prove(explanation: Explanation) -> list[int]:
    """The causes that a run tests: the first, and the first of those that only share in what is blamed on others."""
    with_symptoms = [root for root in explanation.roots() if explanation.explained_by(root)]
    return [*with_symptoms[:MOST_PROOFS], *explanation.sharing()[:MOST_PROOFS]]


def ranked(explanation: Explanation, proofs: Mapping[int, Proof]) -> dict[int, int]:
    """The number of each root cause in the order of repair, from 1; what failed its own repair comes after the others."""
    failed = {cause for cause, proof in proofs.items() if proof.standing == REFUTED}
    ordered = sorted(explanation.roots(), key=lambda group: group in failed)
    return {group: rank for rank, group in enumerate(ordered, start=1)}


def _declared_causes(rules: Mapping[str, LoadedRule]) -> dict[str, set[str]]:
    """For each rule, those that are declared to lead to it."""
    causes: dict[str, set[str]] = defaultdict(set)
    for name, loaded in rules.items():
        for link in loaded.rule.leads_to:
            causes[link.rule].add(name)
    return causes


def _unseen_causes(
    finding: Finding, causes: Mapping[str, set[str]], unseen: set[tuple[str, str | None]]
) -> tuple[str, ...]:
    """Rules that are declared to lead here, directly or through others, and were not evaluated."""
    upstream, reached = {finding.rule}, {finding.rule}
    while reached := {cause for rule in reached for cause in causes.get(rule, ())} - upstream:
        upstream |= reached
    return tuple(
        sorted(name for name in upstream if (name, finding.facility) in unseen or (name, None) in unseen)
    )


def _blame(root: int, effect: int, ids: Mapping[int, str], explanation: Explanation) -> Blame:
    group = explanation.groups[root]
    return Blame(
        ids.get(root, ""),
        group.rule,
        group.facility,
        _told_chain(root, effect, explanation),
        _runner_up(root, effect, explanation),
    )


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
    in_time: Mapping[int, InTime],
    proofs: Mapping[int, Proof],
) -> Cause:
    explained = _explained(cause, explanation)
    effects = [explanation.groups[c.group] for c in explanation.explained_by(cause)]
    layers = {rules[group.rule].rule.layer for group in effects}
    silent, weeks = in_time.get(cause, (None, ()))
    return Cause(
        rank=ranks[cause],
        explained=explained,
        layers=tuple(layer for layer in Layer if layer in layers),
        facilities=tuple(sorted({group.facility for group in effects if group.facility})),
        silent_days=silent,
        per_week=weeks,
        proof=proofs.get(cause) or _unproved(ranks[cause], explained),
        alternatives=alternatives(cause, explanation.explained_by(cause), explanation),
        refuted_by=_refutation(explanation.groups[cause], explained),
    )


def _unproved(rank: int, explained: Sequence[Explained]) -> Proof:
    if not explained:
        return Proof(NOT_TESTABLE, reason="it has no symptom that a repair could clear")
    return Proof(
        NOT_TESTABLE,
        reason=f"not tested: it is number {rank}, and the first {MOST_PROOFS} causes are tested in a run",
    )


def _explained(cause: int, explanation: Explanation) -> tuple[Explained, ...]:
    counts: dict[str, int] = {}
    for violations in explanation.explained_by(cause):
        rule = explanation.groups[violations.group].rule
        counts[rule] = counts.get(rule, 0) + violations.size
    # By the widest of its links: what the others reach may be the same records.
    known = [reach for reach in explanation.reaches if reach.cause == cause and reach.exposed is not None]
    exposed = {
        effect: max(reach.exposed or 0 for reach in known if reach.effect == effect)
        for effect in {reach.effect for reach in known}
    }
    parts = (Explained(rule, count, exposed.get(rule)) for rule, count in counts.items())
    return tuple(sorted(parts, key=lambda part: (-part.violations, part.rule)))


def _in_time(engine: Engine) -> dict[int, InTime]:
    """Of each cause, the days from its first violation to its first symptom, and its symptoms in each week since it began."""
    found: dict[int, InTime] = {}
    weeks: dict[int, dict[int, int]] = defaultdict(dict)
    for cause, began, first, week, count in engine.rows(_BY_WEEK):
        weeks[cause][week] = count
        silent = None if began is None else max((first - began).days, 0)
        found[cause] = silent, tuple(weeks[cause].get(nth, 0) for nth in range(week + 1))
    return found


_BY_WEEK = f"""
    WITH symptom AS (SELECT cause, "at" FROM {BLAMED} WHERE cause <> group_id AND "at" IS NOT NULL),
    began AS (SELECT group_id AS cause, min("at") AS began FROM {NUMBERED} GROUP BY group_id),
    begun AS (
        SELECT cause, began, min("at") AS first FROM symptom LEFT JOIN began USING (cause) GROUP BY cause, began
    )
    SELECT cause, began, first, CAST(floor(epoch("at" - least(began, first)) / 604800) AS INTEGER) AS week, count(*)
    FROM symptom JOIN begun USING (cause) GROUP BY ALL ORDER BY cause, week
"""


def alternatives(
    cause: int, explained: Sequence[ViolationClass], explanation: Explanation
) -> tuple[Alternative, ...]:
    """Other groups that could have caused some of the violations a cause explains, most first."""
    total = sum(violations.size for violations in explained)
    counts: dict[int, int] = {}
    for violations in explained:
        for other, _ in violations.causes:
            if other != cause:
                counts[other] = counts.get(other, 0) + violations.size
    best = sorted(counts, key=lambda other: (-counts[other], other))[:3]
    return tuple(_alternative(cause, other, counts[other], total, explanation) for other in best)


def _alternative(cause: int, other: int, count: int, total: int, explanation: Explanation) -> Alternative:
    group = explanation.groups[other]
    lost = dict(explanation.solution.rivals[cause]).get(other)
    as_likely = _stems_elsewhere(cause, other, explanation) and not _outweighs(cause, other, explanation)
    decided = (lost is None or lost > UNDECIDED) and not as_likely
    why = _why(other, count, total, decided, explanation)
    return Alternative(group.rule, group.facility, count, total, why, decided, texts(group.scope))


def _stems_elsewhere(cause: int, other: int, explanation: Explanation) -> bool:
    """Whether a group is another cause, or mostly blamed on another: it is no step of this one's chain."""
    own = [c for c in explanation.classes if c.group == other]
    elsewhere = [c for c in own if explanation.solution.explained[c.number][:1] not in ((), (cause,))]
    return sum(c.size for c in elsewhere) > MOSTLY * sum(c.size for c in own)


def _outweighs(cause: int, other: int, explanation: Explanation) -> bool:
    """Whether a cause is much more likely than another group to have brought about most of what it is blamed for."""
    blamed = [(c.size, dict(c.causes)) for c in explanation.explained_by(cause)]
    both = [(size, chances) for size, chances in blamed if other in chances]
    if sum(size for size, _ in both) < MOSTLY * sum(size for size, _ in blamed):
        return True
    own, others = (sum(size * chances[group] for size, chances in both) for group in (cause, other))
    return own >= TWICE * others


def _why(other: int, count: int, total: int, decided: bool, explanation: Explanation) -> str:
    if not decided:
        return "nothing in the data decides between the two"
    if other in explanation.solution.active:
        return "it is a cause too, and explains others better"
    healthy = sum(round(silent) for silent, _ in explanation.hypotheses[other].silent)
    reasons = [f"it explains {count:,} of these {total:,}"] if count < total else []
    reasons += [f"it should have broken {healthy:,} more that are in order"] if healthy else []
    return " and ".join(reasons) or "it is itself explained by another cause"


def _refutation(group: Group, explained: Sequence[Explained]) -> str:
    """What would speak against a cause: its symptoms without it."""
    where = f" at {group.facility}" if group.facility else ""
    if not explained:
        return f"a violation{where} that leads to it, of a rule that was not evaluated or in data that were not there"
    what = explained[0].rule
    return f"{what} going on{where} after the cause is repaired, or at records it does not reach"
