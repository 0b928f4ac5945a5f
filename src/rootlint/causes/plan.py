"""The plan: in which order to repair, so that no step hides or worsens the cause of another.

Causes come before what they lead to; else access before feeds, feeds before queues, queues before mappings,
mappings before records, and quantities last: a step that writes a quantity while an upstream cause is open is the
classic wrong fix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from rootlint.causes.telling import INFERRED_RULE
from rootlint.model import Finding, Head, Outcome, Role
from rootlint.rules.model import Rule

# What a step touches, in the order of repair.
STAGES = ("access", "feed", "queue", "mapping", "record", "quantity")
_ROLES = (Role.ROOT, Role.INFERRED, Role.UNKNOWN, Role.ISOLATED)

Where = tuple[str, str | None]  # rule and facility


@dataclass(frozen=True)
class Gone:
    """Violations of one rule at one facility that go away with a step."""

    rule: str
    facility: str | None
    violations: int
    of: int  # all violations of the rule at the facility when the plan was made
    alone: int = 0  # those of them that were no symptoms


@dataclass(frozen=True)
class PlanStep:
    """One thing to repair."""

    number: int
    finding: str  # id
    fingerprint: str
    rule: str
    facility: str | None
    scope: Mapping[str, str]
    summary: str
    role: Role
    stage: str  # what the repair touches
    do: str  # the remediation
    not_first: str | None  # the tempting wrong fix
    after: tuple[int, ...]  # steps that must be done before
    count: int  # own violations, which the re-run must no longer show
    of: int  # all violations with the fingerprint when the plan was made: some may come from elsewhere
    clears: tuple[Gone, ...]  # nor these, of its symptoms


@dataclass(frozen=True)
class Plan:
    """What to do about a snapshot, step by step."""

    version: str  # of rootlint
    operator: str
    snapshot: str  # as the user named it
    snapshot_digest: str
    captured_at: datetime  # UTC
    as_of: date
    steps: tuple[PlanStep, ...]
    unjudged: int = 0  # verdicts not reached: what these rules would find is in no step


class State(StrEnum):
    """What a later run says of a step."""

    DONE = "done"
    PARTLY = "partly done"
    OPEN = "open"
    UNSEEN = "not seen"  # a rule that would tell did not run


@dataclass(frozen=True)
class StepState:
    """How a step stands in a later run."""

    number: int
    state: State
    left: int  # own violations that are still there
    symptoms: tuple[Gone, ...] = ()  # those of its symptoms that are still there
    unseen: tuple[str, ...] = ()  # rules that would have to run
    last_at: datetime | None = None  # of the own violations that are left


def make_plan(head: Head, findings: Sequence[Finding], rules: Mapping[str, Rule], unjudged: int = 0) -> Plan:
    """Order what is not a symptom: symptoms go away with their causes, or stay and are looked at again."""
    open_ = [finding for finding in findings if finding.role is not Role.SYMPTOM]
    reached = _reached(rules)
    steps: list[PlanStep] = []
    for finding in _in_order(open_, rules, reached):
        steps.append(_step(len(steps) + 1, finding, findings, rules, reached, steps))
    return Plan(
        head.version,
        head.operator,
        head.snapshot,
        head.snapshot_digest,
        head.captured_at,
        head.as_of,
        tuple(steps),
        unjudged,
    )


def check_plan(plan: Plan, findings: Sequence[Finding], outcomes: Iterable[Outcome]) -> tuple[StepState, ...]:
    """Hold a later run against a plan: a step is done only when its rules ran again and found nothing of it."""
    ran = [outcome for outcome in outcomes if outcome.looked]
    # What belonged to no facility leaves no outcome of its own behind, once it is gone.
    looked = {(outcome.rule, facility) for outcome in ran for facility in (outcome.facility, None)}
    return tuple(_state(step, findings, looked) for step in plan.steps)


# -- making


def _in_order(
    findings: Sequence[Finding], rules: Mapping[str, Rule], reached: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Findings after those upstream of them, else by what their repair touches, role and rank."""
    waiting = sorted(findings, key=lambda finding: _urgency(finding, rules))
    places = Counter(map(_where, waiting))
    while waiting:
        unled = (one for one in waiting if not any(_leads(other, _where(one), reached) for other in places))
        free = next(unled, waiting[0])  # where links run in a circle, the most urgent goes first
        waiting.remove(free)
        places -= Counter([_where(free)])
        yield free


def _urgency(finding: Finding, rules: Mapping[str, Rule]) -> tuple[int, int, int, str, str]:
    rank = finding.cause.rank if finding.cause else 0
    return (
        STAGES.index(_stage(finding.rule, rules)),
        _ROLES.index(finding.role),
        rank,
        finding.rule,
        finding.id,
    )


def _where(of: Finding | PlanStep) -> Where:
    return of.rule, of.facility


def _leads(cause: Where, effect: Where, reached: Mapping[str, frozenset[str]]) -> bool:
    """Whether one may lead to the other by declared links, directly or through others."""
    return effect[0] in reached.get(cause[0], ()) and _meet(cause, effect)


def _meet(one: Where, other: Where) -> bool:
    """Whether two concern the same facility; what belongs to none concerns all."""
    return one[1] is None or other[1] is None or one[1] == other[1]


def _step(
    number: int,
    finding: Finding,
    findings: Sequence[Finding],
    rules: Mapping[str, Rule],
    reached: Mapping[str, frozenset[str]],
    before: Sequence[PlanStep],
) -> PlanStep:
    return PlanStep(
        number=number,
        finding=finding.id,
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        facility=finding.facility,
        scope=finding.scope,
        summary=finding.summary,
        role=finding.role,
        stage=_stage(finding.rule, rules),
        do=finding.remediation,
        not_first=rules[finding.rule].not_first if finding.rule in rules else None,
        after=tuple(step.number for step in before if _comes_before(step, finding, rules, reached)),
        count=finding.count,
        of=_count([other for other in findings if other.fingerprint == finding.fingerprint]),
        clears=_clears(finding, findings),
    )


def _comes_before(
    step: PlanStep, finding: Finding, rules: Mapping[str, Rule], reached: Mapping[str, frozenset[str]]
) -> bool:
    """Whether a step must be done first: it may lead to the finding, or the repair would write a quantity on top of it."""
    writes = _stage(finding.rule, rules) == "quantity"
    unsettled = (
        writes
        and step.role is Role.ROOT
        and step.stage != "quantity"
        and _meet(_where(step), _where(finding))
    )
    return unsettled or _leads(_where(step), _where(finding), reached)


def _clears(finding: Finding, findings: Sequence[Finding]) -> tuple[Gone, ...]:
    """The symptoms of a finding by rule and facility, most first."""
    cleared: Counter[Where] = Counter()
    for other in findings:
        if other.blame is not None and other.blame.root == finding.id:
            cleared[_where(other)] += other.count
    gone = (
        Gone(*where, count, _count(_at(where, findings)), _count(_alone(_at(where, findings))))
        for where, count in cleared.items()
    )
    return tuple(sorted(gone, key=lambda part: (-part.violations, part.rule, part.facility or "")))


def _at(where: Where, findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if _where(finding) == where]


def _alone(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.role is not Role.SYMPTOM]


def _count(findings: Sequence[Finding]) -> int:
    return sum(finding.count for finding in findings)


def _stage(rule: str, rules: Mapping[str, Rule]) -> str:
    return rules[rule].repairs_at if rule in rules else "record"


def _reached(rules: Mapping[str, Rule]) -> dict[str, frozenset[str]]:
    """What each rule leads to, directly or through others; links that close a loop do not count."""
    names = {name: rule for rule, of in rules.items() for name in (rule, *of.aliases)}
    reached = {
        rule: frozenset(names[link.rule] for link in of.leads_to if not link.loop and link.rule in names)
        for rule, of in rules.items()
    }
    for _ in rules:  # no way is longer than there are rules
        further = {rule: of.union(*(reached[effect] for effect in of)) for rule, of in reached.items()}
        if further == reached:
            break
        reached = further
    return reached


# -- checking


def _state(step: PlanStep, findings: Sequence[Finding], looked: set[Where]) -> StepState:
    own = [finding for finding in findings if finding.fingerprint == step.fingerprint]
    left = _own_left(step, own)
    last = max((finding.last_at for finding in own if finding.last_at), default=None)
    symptoms = tuple(
        part for part in (_left(step, part, findings) for part in step.clears) if part.violations
    )
    unseen = _unseen(step, looked)
    if left == step.count:
        return StepState(step.number, State.OPEN, left, symptoms, unseen, last)
    if left or symptoms:
        return StepState(step.number, State.PARTLY, left, symptoms, unseen, last)
    return StepState(step.number, State.UNSEEN if unseen else State.DONE, 0, (), unseen)


def _own_left(step: PlanStep, own: Sequence[Finding]) -> int:
    """Violations that are there still: those that are no symptoms, and symptoms beyond the number there was."""
    alone = _count(_alone(own))
    further = max(_count(own) - alone - (step.of - step.count), 0)
    return min(alone + further, step.count)


def _left(step: PlanStep, part: Gone, findings: Sequence[Finding]) -> Gone:
    """What is there still of a step's symptoms: those blamed on it, and those blamed on nothing beyond the number there was.

    Where two causes are gone and symptoms of both kinds stay, neither step is done: nothing says whose they are.
    """
    now = _at((part.rule, part.facility), findings)
    blamed = [
        finding
        for finding in now
        if finding.blame and finding.blame.root.partition(".")[0] == step.fingerprint
    ]
    left = _count(blamed) + max(_count(_alone(now)) - part.alone, 0)
    return replace(part, violations=min(left, part.violations), of=_count(now))


def _unseen(step: PlanStep, looked: set[Where]) -> tuple[str, ...]:
    """The rules without whose run nothing can be said; no rule bears the name of what was inferred."""
    wanted = {(part.rule, part.facility) for part in step.clears}
    if step.rule != INFERRED_RULE:
        wanted.add((step.rule, step.facility))
    return tuple(sorted({rule for rule, _ in wanted - looked}))
