"""GitLab's code quality report: what a merge request's widget compares with the target branch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from rootlint.model import Finding, Report, Severity
from rootlint.report.closing import closing_lines
from rootlint.report.findings import first_line
from rootlint.report.gaps import Gap, GapKind, gaps
from rootlint.report.places import FilePlace, manifest_place, setting_place
from rootlint.report.stories import findings_of, numbered, stories
from rootlint.report.style import Style, text_of, told
from rootlint.report.wording import problem_line, visible, zones

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}
_GAPS = {
    GapKind.IN_ERROR: "major",
    GapKind.NOT_EVALUATED: "minor",
    GapKind.JUDGED_IN_PART: "info",
    GapKind.READ_IN_PART: "minor",
}

Issue = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """Write an issue for each finding and each thing not judged, and one for the run."""
    return json.dumps(list(_issues(report)), indent=2) + "\n"


def _issues(report: Report) -> Iterator[Issue]:
    manifest = manifest_place(report.head)
    for finding, number in numbered(findings_of(stories(report))):
        yield _finding(finding, number, report)
    for gap in gaps(report):
        yield _gap(gap, manifest)
    for line in dict.fromkeys(map(problem_line, report.problems)):
        yield _issue("snapshot-problem", line, "minor", _digest("problem", line), manifest)
    closing = "; ".join(map(told, closing_lines(report)))
    yield _issue("run", closing, "info", _digest("run"), manifest)


def _finding(finding: Finding, number: int, report: Report) -> Issue:
    """GitLab wants a file: what stands in data stands at the snapshot's manifest, and is told where in words."""
    where = setting_place(report.head, finding) or manifest_place(report.head)
    words = text_of(first_line(finding, zones(report).get(finding.facility, UTC)))
    # GitLab keeps one issue of a fingerprint, and a finding's part in the story may change from run to run.
    fingerprint = _digest("finding", finding.fingerprint, str(number))
    return _issue(finding.rule, words, _SEVERITIES[finding.severity], fingerprint, where)


def _gap(gap: Gap, manifest: FilePlace) -> Issue:
    return _issue(
        gap.kind.value.replace(" ", "-"), str(gap), _GAPS[gap.kind], _digest("gap", str(gap)), manifest
    )


def _issue(name: str, words: str, severity: str, fingerprint: str, where: FilePlace) -> Issue:
    return {
        "check_name": name,
        "description": visible(words),
        "severity": severity,
        "fingerprint": fingerprint,
        "location": {"path": where.path, "lines": {"begin": where.line}},
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
