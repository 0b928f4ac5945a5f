"""The lines that tell a finding's part in the story: what it causes or comes from, why, and what would refute it."""

from __future__ import annotations

from collections.abc import Iterator

from rootlint.model import Alternative, Blame, Cause, ChainStep, Explained, Finding, Proof, Role
from rootlint.report.style import Line, labelled
from rootlint.report.wording import counted, facility_name


def role_mark(finding: Finding) -> str:
    """The role, for the end of a first line: "[symptom of key-expired]"; nothing for what stands alone."""
    if finding.role is Role.ISOLATED:
        return ""
    if finding.blame is not None:
        return f" [{finding.role} of {finding.blame.rule}]"
    return f" [{finding.role}]"


def story_lines(finding: Finding) -> Iterator[Line]:
    """What the finding explains, or what explains it."""
    if finding.cause is not None:
        yield from _cause(finding.cause)
    if finding.blame is not None:
        yield from _blame(finding.blame)
    if finding.unseen_causes:
        unseen = ", ".join(finding.unseen_causes)
        yield labelled("cause", f"unknown; not evaluated, and might have told: {unseen}")


def _cause(cause: Cause) -> Iterator[Line]:
    yield labelled(
        "cause",
        f"number {cause.rank} to fix, explains {counted(cause.violations, 'violation')}{_since(cause)}",
    )
    for part in cause.explained:
        yield labelled("", _explained(part))
    yield labelled("proof", _proof(cause.proof))
    for other in cause.alternatives:
        yield labelled("or else", _alternative(other))
    yield labelled("refuted by", cause.refuted_by)


def _since(cause: Cause) -> str:
    silent = "" if cause.silent_days is None else f", silent for {counted(cause.silent_days, 'day')}"
    sure = "" if cause.probability is None else f", probability {cause.probability:.0%}"
    return silent + sure


def _explained(part: Explained) -> str:
    reach = "" if part.exposed is None else f" of {counted(part.exposed, 'record')} in its reach"
    return f"{part.rule}: {part.violations:,}{reach}"


def _proof(proof: Proof) -> str:
    if proof.reason is not None:
        return f"{proof.standing}: {proof.reason}"
    return f"{proof.standing}: without it {proof.cleared:,} symptoms vanish, {proof.stayed:,} stay, {proof.new:,} are new"


def _alternative(other: Alternative) -> str:
    share = f"{other.explains:,} of {other.of:,}"
    undecided = "" if other.decided else " (not decided)"
    return f"{other.rule}, {facility_name(other.facility)}, could explain {share}{undecided}: {other.why}"


def _blame(blame: Blame) -> Iterator[Line]:
    yield labelled("cause", f"{blame.rule}, {facility_name(blame.facility)} (finding {blame.root})")
    for step in blame.chain:
        yield labelled("", _step(step))
    if blame.runner_up is not None:
        yield labelled("or else", blame.runner_up)


def _step(step: ChainStep) -> str:
    return f"{step.cause_rule} -> {step.effect_rule} by {step.via}, {step.tied:,} of {step.of:,}: {step.mechanism}"
