"""A report format: how many violations each rule found."""

from collections import Counter

from rootlint.model import Report
from rootlint.report.style import Style


def render(report: Report, style: Style) -> str:
    """One line a rule, most violations first."""
    tally: Counter[str] = Counter()
    for finding in report.findings:
        tally[finding.rule] += finding.count
    return "".join(
        f"{count:6}  {rule}\n" for rule, count in sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    )
