"""The plan: in which order to repair, so that no step hides or worsens the cause of another.

Causes come before what they cause, feeds before queues, queues before mappings, mappings before records, and
quantities last: a step that writes a quantity while an upstream cause is open is the classic wrong fix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rootlint.model import Finding, Outcome, Role, Verdict
from rootlint.rules.model import LoadedRule

# What a step touches, in the order of repair.
STAGES = ("access", "feed", "queue", "mapping", "record", "quantity")


@dataclass(frozen=True)
class PlanStep:
    """One thing to repair."""

    number: int
    finding: str  # id
    fingerprint: str
    rule: str
    facility: str | None
    summary: str
    role: Role
    stage: str
    do: str  # the remediation
    not_first: str | None  # the tempting wrong fix
    clears: tuple[tuple[str, int], ...]  # symptoms that the re-run must no longer show: rule, violations
    after: tuple[int, ...]  # steps that must be done before


@dataclass(frozen=True)
class StepState:
    """What a later run says of a step."""

    number: int
    state: str  # done, open, partly done, not seen
    left: int  # violations of its finding that are still there


def make_plan(findings: Sequence[Finding], rules: Mapping[str, LoadedRule]) -> tuple[PlanStep, ...]:
    """Order what is not a symptom: symptoms go away with their causes, or stay and are looked at again."""
    open_ = [finding for finding in findings if finding.role is not Role.SYMPTOM]
    depth = _depths(rules)
    ordered = sorted(open_, key=lambda finding: _order(finding, rules, depth))
    steps: list[PlanStep] = []
    for number, finding in enumerate(ordered, start=1):
        steps.append(_step(number, finding, findings, rules, steps))
    return tuple(steps)


def check_plan(plan: Sequence[PlanStep], findings: Sequence[Finding], outcomes: Sequence[Outcome]) -> tuple[StepState, ...]:
    """Hold a later run against a plan: a step is done only when its rule ran again and found nothing of it."""
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.fingerprint] = counts.get(finding.fingerprint, 0) + finding.count
    judged = {(o.rule, o.facility) for o in outcomes if o.verdict in (Verdict.PASS, Verdict.FAIL)}
    by_rule: dict[tuple[str, str | None], int] = {}
    for finding in findings:
        key = (finding.rule, finding.facility)
        by_rule[key] = by_rule.get(key, 0) + finding.count
    return tuple(_state(step, counts, judged, by_rule) for step in plan)


def _state(
    step: PlanStep,
    counts: Mapping[str, int],
    judged: set[tuple[str, str | None]],
    by_rule: Mapping[tuple[str, str | None], int],
) -> StepState:
    left = counts.get(step.fingerprint, 0)
    if left:
        return StepState(step.number, "open", left)
    if (step.rule, step.facility) not in judged:
        return StepState(step.number, "not seen", 0)
    symptoms = sum(min(by_rule.get((rule, step.facility), 0), count) for rule, count in step.clears)
    return StepState(step.number, "partly done" if symptoms else "done", symptoms)


def _step(
    number: int, finding: Finding, findings: Sequence[Finding], rules: Mapping[str, LoadedRule], before: Sequence[PlanStep]
) -> PlanStep:
    stage = _stage(finding.rule, rules)
    upstream = tuple(
        step.number
        for step in before
        if (step.facility is None or finding.facility is None or step.facility == finding.facility)
        and STAGES.index(step.stage) < STAGES.index(stage)
        and step.role is Role.ROOT
    )
    cleared: dict[str, int] = {}
    for other in findings:
        if other.blame is not None and other.blame.root == finding.id:
            cleared[other.rule] = cleared.get(other.rule, 0) + other.count
    rule = rules.get(finding.rule)
    return PlanStep(
        number,
        finding.id,
        finding.fingerprint,
        finding.rule,
        finding.facility,
        finding.summary,
        finding.role,
        stage,
        finding.remediation,
        rule.rule.not_first if rule else None,
        tuple(sorted(cleared.items(), key=lambda item: (-item[1], item[0]))),
        upstream,
    )


def _order(finding: Finding, rules: Mapping[str, LoadedRule], depth: Mapping[str, int]) -> tuple[int, int, int, str, str]:
    rank = finding.cause.rank if finding.cause else 1_000_000
    return (STAGES.index(_stage(finding.rule, rules)), depth.get(finding.rule, 0), rank, finding.rule, finding.id)


def _stage(rule: str, rules: Mapping[str, LoadedRule]) -> str:
    return rules[rule].rule.repairs_at if rule in rules else "record"


def _depths(rules: Mapping[str, LoadedRule]) -> dict[str, int]:
    """How many declared links lie before a rule at most; links that close a loop do not count."""
    depth = dict.fromkeys(rules, 0)
    for _ in range(len(rules)):
        changed = False
        for name in sorted(rules):
            for link in rules[name].rule.leads_to:
                if not link.loop and link.rule in depth and depth[link.rule] < depth[name] + 1 <= len(rules):
                    depth[link.rule] = depth[name] + 1
                    changed = True
        if not changed:
            break
    return depth
