"""The lines that tell a finding's part in the story: what it causes or comes from, why, and what would refute it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rootlint.model import (
    Alternative,
    Blame,
    Cause,
    ChainStep,
    Confidence,
    Explained,
    Finding,
    Proof,
    Role,
    Variance,
)
from rootlint.report.excepted import excepted_mark
from rootlint.report.style import Line, Span, labelled
from rootlint.report.wording import counted, facility_name, pairs, subject


def role_mark(finding: Finding) -> str:
    """The role, for the end of a first line: "[symptom of key-expired]"; nothing for what stands alone."""
    if finding.role is Role.ISOLATED:
        return ""
    if finding.blame is not None:
        return f" [{finding.role} of {finding.blame.rule}]"
    return f" [{finding.role}{', ambiguous' if is_ambiguous(finding) else ''}]"


def is_ambiguous(finding: Finding) -> bool:
    """Whether the data leave open which of several causes it is."""
    return finding.cause is not None and not all(other.decided for other in finding.cause.alternatives)


def story_lines(finding: Finding) -> Iterator[Line]:
    """What the finding explains, or what explains it."""
    if finding.cause is not None:
        yield from ambiguity_lines(finding)
        yield labelled("cause", _extent(finding.cause))
    if finding.stands_alone and finding.unseen_causes:
        yield labelled("", f"not evaluated, and might lead to it: {', '.join(finding.unseen_causes)}")
    if finding.blame is not None:
        yield from blame_lines(finding.blame)
    if finding.role is Role.INFERRED:
        yield labelled("cause", finding.rationale)
    if finding.role is Role.UNKNOWN:
        yield labelled("cause", _unknown(finding))


def variance_lines(finding: Finding) -> Iterator[Line]:
    """By how much the finding's records are off, and whose doing that is: a line for each unit."""
    for index, variance in enumerate(finding.variances):
        yield labelled("" if index else "variance", _split(variance, finding))


def _split(variance: Variance, finding: Finding) -> str:
    """``12 Grams: 5 by receipt-counted-differently, 4 by sale-quantity-mismatch, 3 by nothing known``."""
    told = [f"{part.amount} by {part.rule}" for part in variance.parts if part.finding != finding.id]
    told += [f"{variance.unexplained} by nothing known"] if variance.unexplained != "0" else []
    told += [f"{variance.untested} not tested"] if variance.untested != "0" else []
    return f"{variance.amount} {variance.unit}{': ' if told else ''}{', '.join(told)}"


def exposure_lines(finding: Finding) -> Iterator[Line]:
    """The penalties published for what the finding, or what it causes, is about."""
    for index, exposure in enumerate(finding.exposure):
        unsure = "" if exposure.confidence is Confidence.HIGH else ", reading not confirmed"
        yield labelled(
            "" if index else "exposure",
            f"as published, not computed: {exposure.amount} ({exposure.jurisdiction}: {exposure.breach}, "
            f"{exposure.reference}{unsure}), {counted(exposure.violations, 'violation')}",
        )


def assurance_lines(finding: Finding) -> Iterator[Line]:
    """How sure a cause is: its proof, what else was considered, what would refute it."""
    if finding.cause is not None and not finding.stands_alone:
        yield labelled("proof", proof_told(finding.cause.proof))
        yield from rival_lines(finding, finding.cause.alternatives, decided=True)
        yield labelled("refuted by", finding.cause.refuted_by)


def symptom_lines(symptoms: Sequence[Finding], cause: Cause | None, most: int | None) -> Iterator[Line]:
    """One line for each symptom finding beneath its cause, the rest counted."""
    ordered = sorted(symptoms, key=lambda symptom: (-symptom.count, symptom.rule, symptom.id))
    shown = ordered if most is None else ordered[:most]
    reach = _reach(symptoms, cause)
    for index, symptom in enumerate(shown):
        yield labelled("" if index else "symptoms", _symptom(symptom, reach))
    hidden = ordered[len(shown) :]
    if hidden:
        violations = counted(sum(symptom.count for symptom in hidden), "violation")
        rest = f"{counted(len(hidden), 'more symptom' if shown else 'symptom')} with {violations}"
        yield labelled("" if shown else "symptoms", Span(f"{rest} folded (--max-symptoms)", "faint"))


def ambiguity_lines(finding: Finding) -> Iterator[Line]:
    """The causes that the data do not tell from this one."""
    if finding.cause is not None:
        yield from rival_lines(finding, finding.cause.alternatives, decided=False)


def blame_lines(blame: Blame) -> Iterator[Line]:
    """What a symptom comes from, tie by tie, and what came second."""
    yield labelled("cause", f"{blame.rule}, {facility_name(blame.facility)} (finding {blame.root})")
    for step in blame.chain:
        yield labelled("", chain_step(step))
    if blame.runner_up is not None:
        yield labelled("or else", runner_up(blame))


def chain_step(step: ChainStep) -> str:
    """``key-expired -> sale-not-posted by facility, 400 of 412: how the one brings about the other``."""
    return f"{step.cause_rule} -> {step.effect_rule} by {shared(step.via)}, {step.tied:,} of {step.of:,}: {step.mechanism}"


def runner_up(blame: Blame) -> str:
    """The rule of the next best explanation."""
    return f"another finding of {blame.rule}" if blame.runner_up == blame.rule else str(blame.runner_up)


def shared(via: str) -> str:
    """What two findings share, in words."""
    return {"facility_time": "facility and time", "lineage": "origin"}.get(via, via.replace("_", " "))


def share_told(part: Explained) -> str:
    """``sale-not-posted: 31 of 40 records in its reach``: what a cause explains of one rule."""
    reach = "" if part.exposed is None else f" of {counted(part.exposed, 'record')} in its reach"
    return f"{part.rule}: {part.violations:,}{reach}"


def proof_told(of: Proof) -> str:
    """What became of the symptoms in the repaired world."""
    if of.reason is not None:
        return f"{of.standing}: {of.reason}"
    return f"{of.standing}: without it {of.cleared:,} symptoms vanish, {of.stayed:,} stay, {of.new:,} are new"


def _extent(cause: Cause) -> str:
    silent = "" if cause.silent_days is None else f", silent for {counted(cause.silent_days, 'day')}"
    sure = (
        "" if cause.probability is None else f", {probability_told(cause.probability, cause.calibrated_on)}"
    )
    explains = (
        f"explains {counted(cause.violations, 'violation')}"
        if cause.explained
        else "no symptom of it was found"
    )
    return f"number {cause.rank} to fix, {explains}{silent}{sure}"


def probability_told(probability: float, worlds: int | None) -> str:
    """``probability 0.83 (calibrated on 60 made worlds)``: a number is only as good as what it was counted in."""
    source = "" if worlds is None else f" (calibrated on {counted(worlds, 'made world')})"
    return f"probability {probability:.2f}{source}"


def _unknown(finding: Finding) -> str:
    if finding.unseen_causes:
        return f"unknown; not evaluated, and might have told: {', '.join(finding.unseen_causes)}"
    return "unknown; no rule that was evaluated explains it"


def _reach(symptoms: Sequence[Finding], cause: Cause | None) -> Mapping[str, int]:
    """Records in the cause's reach, for the rules that have one symptom finding only: reach is counted by rule."""
    findings = Counter(symptom.rule for symptom in symptoms)
    parts = cause.explained if cause is not None else ()
    return {
        part.rule: part.exposed for part in parts if part.exposed is not None and findings[part.rule] == 1
    }


def _symptom(symptom: Finding, reach: Mapping[str, int]) -> str:
    within = f" of {counted(reach[symptom.rule], 'record')} in its reach" if symptom.rule in reach else ""
    size = f"{symptom.count:,}{within}" if within else counted(symptom.count, "violation")
    return f"{symptom.rule}, {subject(symptom)}: {size}{_way(symptom.blame)}{excepted_mark(symptom)}"


def _way(blame: Blame | None) -> str:
    """The ties from the cause to a symptom, in a few words."""
    if blame is None or not blame.chain:
        return ""
    between = ", then ".join(step.effect_rule for step in blame.chain[:-1])
    return f", through {between}" if between else f", by {shared(blame.chain[0].via)}"


def rival_lines(finding: Finding, alternatives: Sequence[Alternative], *, decided: bool) -> Iterator[Line]:
    """The alternatives that lost, or those that did not; scopes are said where the rest of the words are the same."""
    named = Counter(
        [(finding.rule, finding.facility), *((other.rule, other.facility) for other in alternatives)]
    )
    for other in alternatives:
        if other.decided is decided:
            name = _named(other, scoped=named[other.rule, other.facility] > 1)
            share = f"could explain {other.explains:,} of {other.of:,}"
            told = Span(f"{name}, {share}: {other.why}", "plain" if decided else "warning")
            yield labelled("or else" if decided else "ambiguous", told)


def _named(other: Alternative, *, scoped: bool) -> str:
    scope = f" {pairs(other.scope)}" if scoped and other.scope else ""
    return f"{other.rule}, {facility_name(other.facility)}{scope}"
