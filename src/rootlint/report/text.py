"""The view for people: findings, what was not evaluated, what the snapshot held back, the closing lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from rootlint.model import Report
from rootlint.report.closing import closing_lines
from rootlint.report.findings import finding_lines
from rootlint.report.outcomes import errors, judged_in_part, not_evaluated
from rootlint.report.style import Line, Style, line, typeset
from rootlint.report.tables import table_lines
from rootlint.report.wording import zones


def render(report: Report, style: Style) -> str:
    """Tell a report to people; the same words on a terminal and in a pipe."""
    return typeset(_lines(report), style)


def _lines(report: Report) -> Iterator[Line]:
    clocks = zones(report)
    for finding in report.findings:
        yield from finding_lines(finding, clocks.get(finding.facility, UTC))
        yield line()
    body = [*not_evaluated(report), *errors(report), *judged_in_part(report), *table_lines(report)]
    # Each part begins with an empty line, and the last finding ends with one.
    yield from body[1:]
    if body:
        yield line()
    yield from closing_lines(report)
