"""The lines that tell a finding: one that can be searched for, then evidence, law and remediation."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo

from rootlint.model import Confidence, Finding, Sample
from rootlint.report.causes import assurance_lines, exposure_lines, role_mark, story_lines, variance_lines
from rootlint.report.excepted import excepted_mark, waiver_lines
from rootlint.report.style import Line, Span, labelled, line
from rootlint.report.wording import citation, counted, extent, moment, pairs, place, subject


def first_line(finding: Finding, zone: tzinfo = UTC) -> Line:
    """``error[rule] facility scope: summary (412 of 9,310 records, 2026-08-03 to 2026-09-11)``."""
    return line(
        Span(f"{finding.severity}[{finding.rule}]", finding.severity.value),
        f" {subject(finding)}: ",
        Span(finding.summary.strip().rstrip("."), "strong"),
        Span(f" ({extent(finding, zone)})", "faint"),
        role_mark(finding),
        excepted_mark(finding),
    )


def finding_lines(
    finding: Finding, snapshot: str, zone: tzinfo = UTC, symptoms: Iterable[Line] = ()
) -> Iterator[Line]:
    """Everything that people need to know of a finding, with what is folded beneath it."""
    yield first_line(finding, zone)
    yield from waiver_lines(finding)
    yield from story_lines(finding)
    yield from symptoms
    yield from variance_lines(finding)
    yield from exposure_lines(finding)
    yield from assurance_lines(finding)
    for sample in finding.samples:
        yield from evidence_lines(sample, zone)
    yield from _not_shown(finding)
    for cited in finding.citations:
        yield labelled("citation", citation(cited))
    if finding.confidence is not Confidence.HIGH:
        yield labelled("confidence", f"{finding.confidence}: what the rule matches can have another reason")
    yield from remediation_lines(finding)
    yield labelled("more", f"rootlint explain {finding.id} --snapshot {shlex.quote(snapshot)}")


def evidence_lines(sample: Sample, zone: tzinfo) -> Iterator[Line]:
    """One violation: where it stands, what it says, its values."""
    when = f", {moment(sample.at, zone)}" if sample.at else ""
    yield labelled("evidence", place(sample.place), Span(when, "faint"))
    yield labelled("", sample.message)
    values = dict(sample.keys) | dict(sample.evidence)
    if values:
        yield labelled("", Span(pairs(values), "faint"))


def _not_shown(finding: Finding) -> Iterator[Line]:
    hidden = finding.count - len(finding.samples)
    if hidden > 0:
        yield labelled("", Span(f"{counted(hidden, 'further violation')} not shown (--samples)", "faint"))


def remediation_lines(finding: Finding) -> Iterator[Line]:
    """What to do, step by step."""
    for index, step in enumerate(_paragraphs(finding.remediation)):
        yield labelled("" if index else "remediation", step)


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.strip().splitlines() if part.strip()]
