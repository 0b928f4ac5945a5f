"""The view for people: causes with their symptoms, what was not evaluated or held back, the closing lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from rootlint.model import Finding, Report, Role
from rootlint.report.causes import symptom_lines
from rootlint.report.closing import closing_lines
from rootlint.report.findings import finding_lines
from rootlint.report.outcomes import errors, judged_in_part, not_evaluated
from rootlint.report.stories import Story, stories
from rootlint.report.style import Line, Span, Style, line, typeset
from rootlint.report.tables import table_lines
from rootlint.report.wording import counted, zones


def render(report: Report, style: Style) -> str:
    """Tell a report to people; the same words on a terminal and in a pipe."""
    return typeset(_lines(report, style), style)


def _lines(report: Report, style: Style) -> Iterator[Line]:
    told = stories(report)
    in_full = [story for story in told if style.show != "unexplained" or story.finding.role is Role.UNKNOWN]
    for story in in_full:
        yield from _story(story, report, style)
    yield from _left_out(in_full, report, style)
    body = [*not_evaluated(report), *errors(report), *judged_in_part(report), *table_lines(report)]
    # Each part begins with an empty line, and the last finding ends with one.
    yield from body[1:]
    if body:
        yield line()
    yield from closing_lines(report, "" if style.show == "all" else " folded")


def _story(story: Story, report: Report, style: Style) -> Iterator[Line]:
    """A finding with its symptoms beneath, which follow in full where all is shown."""
    folded = symptom_lines(story.symptoms, story.finding.cause, style.max_symptoms)
    yield from _in_full(story.finding, report, tuple(folded))
    if style.show == "all":
        for symptom in story.symptoms:
            yield from _in_full(symptom, report)


def _in_full(finding: Finding, report: Report, folded: Sequence[Line] = ()) -> Iterator[Line]:
    yield from finding_lines(finding, report.head.snapshot, zones(report).get(finding.facility, UTC), folded)
    yield line()


def _left_out(in_full: Sequence[Story], report: Report, style: Style) -> Iterator[Line]:
    """What a narrower view does not tell is counted."""
    shown = sum(1 + len(story.symptoms) for story in in_full)
    hidden = len(report.findings) - shown
    if hidden:
        yield line(Span(f"{counted(hidden, 'further finding')} not shown (--show {style.show})", "faint"))
        yield line()
