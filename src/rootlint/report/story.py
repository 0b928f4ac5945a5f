"""The story of one finding, for people: what it is, where it comes from and how that is known, why its records matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo

from rootlint.causes.story import Example, Story, Upstream, Week
from rootlint.model import Cause, Finding, Report, Role, Sample, Verdict
from rootlint.report.causes import (
    exposure_lines,
    proof_told,
    rival_lines,
    share_told,
    shared,
    symptom_lines,
    variance_lines,
)
from rootlint.report.findings import evidence_lines, first_line
from rootlint.report.style import Line, Span, labelled, line
from rootlint.report.wording import citation, counted, facility_name, moment, place, zones
from rootlint.rules.asking import Answer, Ending, Judged
from rootlint.rules.clauses import Part

BAR = 40  # signs of the longest bar


def story_lines(story: Story, report: Report) -> Iterator[Line]:
    """The whole story, part by part; a part that has nothing to say is left out."""
    finding = story.finding
    zone = zones(report).get(finding.facility, UTC)
    yield first_line(finding, zone)
    yield labelled("finding", f"{finding.id}, confidence {finding.confidence}")
    yield labelled("why", finding.rationale)
    parts = {
        "cause": _cause(story, zone),
        "considered": _considered(story),
        "certainty": _certainty(story),
        "time": _time(story, zone),
        "records": _records(story, zone),
        "what to do": _remedy(finding),
    }
    for title, lines in parts.items():
        yield from _titled(title, tuple(lines))


def _titled(title: str, lines: Sequence[Line]) -> Iterator[Line]:
    if lines:
        yield line()
        yield line(Span(title, "strong"))
        yield from lines


# -- where it comes from


def _cause(story: Story, zone: tzinfo) -> Iterator[Line]:
    finding = story.finding
    if finding.blame is not None:
        yield labelled(
            "from",
            f"{finding.blame.rule}, {facility_name(finding.blame.facility)} (finding {finding.blame.root})",
        )
        for number, example in enumerate(story.examples, start=1):
            yield from _example(number, example, zone)
    elif finding.cause is not None:
        yield labelled("from", f"nothing explains it; it is number {finding.cause.rank} to fix")
        yield labelled(
            "explains",
            counted(finding.cause.violations, "violation") if finding.cause.explained else "nothing else",
        )
        for part in finding.cause.explained:
            yield labelled("", share_told(part))
    elif finding.role is Role.ISOLATED:
        yield labelled("from", "nothing explains it, and it explains nothing else")
    elif finding.role is Role.UNKNOWN:
        yield labelled("from", "unknown: nothing explains it, and it is nothing that stands at the beginning")
    yield from variance_lines(finding)
    yield from exposure_lines(finding)
    yield from symptom_lines(story.symptoms, finding.cause, None)


def _example(number: int, example: Example, zone: tzinfo) -> Iterator[Line]:
    tie = f"{number}. {example.cause_rule} -> {example.effect_rule} by {shared(example.via)}"
    yield labelled("", Span(f"{tie}, {example.tied:,} of {example.of:,}", "strong"), f": {example.mechanism}")
    for label, sample in (("one cause", example.cause), ("its effect", example.effect)):
        yield labelled(label, *_seen(sample, zone))


def _seen(sample: Sample, zone: tzinfo) -> tuple[str | Span, ...]:
    when = f", {moment(sample.at, zone)}" if sample.at else ""
    return sample.message, Span(f" ({place(sample.place)}{when})", "faint")


def _considered(story: Story) -> Iterator[Line]:
    yield from rival_lines(story.finding, story.considered, decided=False)
    yield from rival_lines(story.finding, story.considered, decided=True)
    for upstream in story.upstream:
        yield labelled("upstream", f"{upstream.rule}: {_ended(upstream)}")


def _ended(upstream: Upstream) -> str:
    if upstream.violations:
        return f"{counted(upstream.violations, 'violation')}, none tied to these"
    if {Verdict.NOT_EVALUATED, Verdict.ERROR} & set(upstream.verdicts):
        return "not evaluated"
    return "found nothing" if upstream.verdicts else "did not run"


def _certainty(story: Story) -> Iterator[Line]:
    """Proof and refutation, of a symptom those of its root."""
    cause = _told_cause(story)
    if cause is not None:
        yield labelled("proof", proof_told(cause.proof))
        yield labelled("refuted by", cause.refuted_by)
        if cause.probability is not None:
            yield labelled("probability", f"{cause.probability:.0%}")
    if story.finding.unseen_causes:
        yield labelled("did not run", ", ".join(story.finding.unseen_causes))


def _told_cause(story: Story) -> Cause | None:
    return story.root.cause if story.root is not None else story.finding.cause


# -- when


def _time(story: Story, zone: tzinfo) -> Iterator[Line]:
    finding = story.finding
    if finding.first_at is not None and finding.last_at is not None:
        yield labelled("first", moment(finding.first_at, zone))
        yield labelled("last", moment(finding.last_at, zone))
    if finding.cause is not None and finding.cause.silent_days is not None:
        yield labelled("silent for", f"{counted(finding.cause.silent_days, 'day')} before the first symptom")
    yield from _bars("by week", story.weeks)
    yield from _bars("symptoms", story.symptom_weeks)


def _bars(label: str, weeks: Sequence[Week]) -> Iterator[Line]:
    """A line a week, its bar as long as the week's share of the fullest one."""
    most = max((week.count for week in weeks), default=0)
    width = len(f"{most:,}")
    for index, week in enumerate(weeks):
        bar = "#" * -(-week.count * BAR // most)
        yield labelled("" if index else label, f"{week.monday}  {week.count:>{width},}  ", Span(bar, "faint"))


# -- records


def _records(story: Story, zone: tzinfo) -> Iterator[Line]:
    matches = story.matches or ((),) * len(story.finding.samples)
    for sample, answers in zip(story.finding.samples, matches, strict=True):
        yield from evidence_lines(sample, zone)
        yield from answer_lines(answers)
    hidden = story.finding.count - len(story.finding.samples)
    if hidden > 0:
        yield labelled("", Span(f"{counted(hidden, 'further violation')} not shown (--samples)", "faint"))


_LABELS = {Part.SCOPE: "in scope as", Part.ORDER: "must hold", Part.VIOLATION: "decided by"}


def answer_lines(answers: Sequence[Answer]) -> Iterator[Line]:
    """What each clause of a check says of a record, with the values that stood in it."""
    before = None
    for answer in answers:
        label = "" if answer.part is before else _LABELS[answer.part]
        before = answer.part
        yield labelled(label, f"{_holds(answer.holds)}  {answer.text}", Span(_values(answer), "faint"))


def _holds(holds: bool | None) -> str:
    return {True: "true ", False: "false", None: "null "}[holds]


def _values(answer: Answer) -> str:
    shown = ", ".join(
        f"{name} = {'null' if value is None else value}" for name, value in answer.values.items()
    )
    return f"  [{shown}]" if shown else ""


def _remedy(finding: Finding) -> Iterator[Line]:
    for cited in finding.citations:
        yield labelled("citation", citation(cited))
    for index, part in enumerate(finding.remediation.strip().splitlines()):
        yield labelled("" if index else "remediation", part.strip())
    yield labelled("rule", f"rootlint explain {finding.rule}")


# -- why not


def why_not_lines(judged: Sequence[Judged], zone_of: dict[str | None, tzinfo]) -> Iterator[Line]:
    """How the records with a key ended, one of each kind with the clauses that decided it."""
    for kind in judged:
        records = counted(kind.count, "record")
        whose = f"{kind.table}, {facility_name(kind.facility)}: {records}"
        yield line(Span(f"{kind.ending}", "strong"), f"  {whose}{_one(kind)}")
        if kind.at is not None:
            yield labelled("at", moment(kind.at, zone_of.get(kind.facility, UTC)))
        yield from answer_lines(_deciding(kind))


def _one(kind: Judged) -> str:
    keys = ", ".join(f"{name}={value}" for name, value in sorted(kind.keys.items()))
    return f", one of them {keys}" if kind.count > 1 else f", {keys}"


def _deciding(kind: Judged) -> list[Answer]:
    """The answers that made records end so: of those out of scope what is not true, of those not judged what is null."""
    if kind.ending is Ending.NOT_IN_SCOPE:
        return [answer for answer in kind.answers if answer.part is Part.SCOPE and answer.holds is not True]
    if kind.ending is Ending.NOT_JUDGED:
        return [answer for answer in kind.answers if answer.part is not Part.SCOPE and answer.holds is None]
    if kind.ending in (Ending.ORDER, Ending.VIOLATION):
        return [answer for answer in kind.answers if answer.part is not Part.SCOPE]
    return []
