"""What a run has to say of itself: rules that crashed or were not evaluated, data that were not read, what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rootlint.errors import Problem
from rootlint.model import Report
from rootlint.report.closing import exit_meaning
from rootlint.report.escaping import sarif, uri
from rootlint.report.gaps import Gap, GapKind, gaps
from rootlint.report.places import snapshot_file
from rootlint.report.sarif.locations import base_of
from rootlint.report.sarif.tools import NOTICES, Tool
from rootlint.report.wording import problem_line

Notification = dict[str, Any]

# An error means, by the standard, that the run failed: nobody may read its results as all there is.
_LEVELS = {
    GapKind.IN_ERROR: ("rule-in-error", "error"),
    GapKind.NOT_EVALUATED: ("rule-not-evaluated", "warning"),
    GapKind.JUDGED_IN_PART: ("rule-judged-in-part", "note"),
    GapKind.READ_IN_PART: ("table-read-in-part", "warning"),
}


def invocation(report: Report, tool: Tool, left_out: Sequence[str]) -> dict[str, Any]:
    """The run: its exit code with the meaning, and all that it did not judge."""
    told = [*_gaps(report, tool), *_problems(report), *_of_exceptions(report), *map(_left_out, left_out)]
    return {
        "executionSuccessful": all(notification["level"] != "error" for notification in told),
        "exitCode": report.exit_code,
        "exitCodeDescription": exit_meaning(report),
        "toolExecutionNotifications": told,
    }


def _gaps(report: Report, tool: Tool) -> Iterator[Notification]:
    for gap in gaps(report):
        descriptor, level = _LEVELS[gap.kind]
        notification = _notification(descriptor, level, str(gap))
        if gap.subject in tool.rules and gap.kind is not GapKind.READ_IN_PART:
            notification["associatedRule"] = tool.rules[gap.subject]
        yield {**notification, "properties": _facts(gap)}


def _facts(gap: Gap) -> dict[str, Any]:
    return {"reason": gap.reason, "needs": list(gap.needs), "facilities": list(gap.facilities)}


def _problems(report: Report) -> Iterator[Notification]:
    """What could not be read; the run went on without it, so that it is a warning at most."""
    for problem in report.problems:
        level = "note" if problem.severity == "note" else "warning"
        notification = _notification("snapshot-problem", level, problem_line(problem))
        yield {**notification, **_where(problem, report)}


def _of_exceptions(report: Report) -> Iterator[Notification]:
    for problem in report.exceptions.problems:
        level = "note" if problem.severity == "note" else "warning"
        yield _notification("exception-problem", level, problem_line(problem))


def _where(problem: Problem, report: Report) -> dict[str, Any]:
    path = snapshot_file(report.head, problem.place.file) if problem.place else None
    if problem.place is None or path is None:
        return {}
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(path), "uriBaseId": base_of(report.head)}}
    if problem.place.line:
        physical["region"] = {"startLine": problem.place.line}
    return {"locations": [{"physicalLocation": physical}]}


def _left_out(text: str) -> Notification:
    return _notification("left-out", "note", text)


def _notification(descriptor: str, level: str, text: str) -> Notification:
    index = list(NOTICES).index(descriptor)
    return {
        "descriptor": {"id": descriptor, "index": index},
        "level": level,
        "message": {"text": sarif(text)},
    }
