"""One line a finding, one a table that was read in part, and the closing lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from rootlint.model import Report
from rootlint.report.closing import closing_lines
from rootlint.report.findings import first_line
from rootlint.report.gaps import GapKind, gaps
from rootlint.report.style import Line, Style, line, typeset
from rootlint.report.wording import zones


def render(report: Report, style: Style) -> str:
    """Tell a report in few lines, for logs and for searching."""
    return typeset(_lines(report), style)


def _lines(report: Report) -> Iterator[Line]:
    clocks = zones(report)
    for finding in report.findings:
        yield first_line(finding, clocks.get(finding.facility, UTC))
    for gap in gaps(report):
        if gap.kind is GapKind.READ_IN_PART:  # the closing lines count all other gaps
            yield line(str(gap))
    yield from closing_lines(report)
