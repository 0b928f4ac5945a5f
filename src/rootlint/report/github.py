"""GitHub workflow commands: annotations on a run, and on the lines of a pull request's configuration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from rootlint.model import Finding, Report, Severity
from rootlint.report.causes import assurance_lines, story_lines, symptom_lines
from rootlint.report.closing import closing_lines
from rootlint.report.escaping import workflow_message, workflow_property
from rootlint.report.findings import first_line
from rootlint.report.gaps import GapKind, gaps
from rootlint.report.places import setting_place
from rootlint.report.stories import Story, stories
from rootlint.report.style import Style, text_of, told
from rootlint.report.wording import place, problem_line, zones

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_GAPS = {
    GapKind.IN_ERROR: "error",
    GapKind.NOT_EVALUATED: "warning",
    GapKind.JUDGED_IN_PART: "notice",
    GapKind.READ_IN_PART: "warning",
}


def render(report: Report, style: Style) -> str:
    """Write a command a line: the run and what it did not judge first, since GitHub shows ten of a kind."""
    return "".join(f"{command}\n" for command in _commands(report))


def _commands(report: Report) -> Iterator[str]:
    yield _command("notice", {"title": "rootlint"}, *map(told, closing_lines(report)))
    for kind, level in _GAPS.items():
        lines = [str(gap) for gap in gaps(report) if gap.kind is kind]
        if lines:
            yield _command(level, {"title": f"rootlint: {kind}"}, *lines)
    if report.problems:
        yield _command(
            "warning", {"title": "rootlint: problems of the snapshot"}, *map(problem_line, report.problems)
        )
    for story in stories(report):
        yield _story(story, report)


def _story(story: Story, report: Report) -> str:
    """A setting stands at its line; what stands in data belongs to no line of a change, and is a notice.

    A notice too is what somebody answers for.
    """
    finding = story.finding
    where = setting_place(report.head, finding)
    level = _SEVERITIES[finding.severity] if where and not finding.is_excused else "notice"
    properties = {"file": where.path, "line": str(where.line)} if where else {}
    if where and where.column is not None:
        properties["col"] = str(where.column)
    title = {"title": f"{finding.severity}: {finding.rule}"}
    return _command(level, properties | title, *_lines(finding, story, report))


def _lines(finding: Finding, story: Story, report: Report) -> Iterator[str]:
    yield text_of(first_line(finding, zones(report).get(finding.facility, UTC)))
    for sample in finding.samples[:1]:
        yield f"evidence: {place(sample.place)}: {sample.message}"
    beneath = symptom_lines(story.symptoms, finding.cause, None)
    yield from map(told, (*story_lines(finding), *beneath, *assurance_lines(finding)))


def _command(level: str, properties: dict[str, str], *lines: str) -> str:
    named = ",".join(f"{name}={workflow_property(value)}" for name, value in properties.items())
    return f"::{level} {named}::{workflow_message(*lines)}"
