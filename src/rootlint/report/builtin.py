"""The report formats that ship with rootlint, offered through the same hook as everybody else's."""

from __future__ import annotations

from collections.abc import Iterable

from rootlint.plugins import Named, hookimpl


@hookimpl
def rootlint_report_formats() -> Iterable[Named]:
    """Offer the built-in formats; each is ``render(report, style) -> str``."""
    return [
        Named("text", "rootlint.report.text:render", "for people: findings with evidence and law"),
        Named("concise", "rootlint.report.concise:render", "one line a finding"),
        Named("json", "rootlint.report.json_report:render", "for programs (see rootlint schema report)"),
        Named("jsonl", "rootlint.report.jsonl:render", "for programs: the JSON report, one record a line"),
        Named(
            "sarif",
            "rootlint.report.sarif.log:render",
            "for code hosts: SARIF 2.1.0, causes first, within their limits",
        ),
        Named(
            "sarif-full",
            "rootlint.report.sarif.log:render_full",
            "for the archive: SARIF 2.1.0 with everything",
        ),
        Named(
            "junit", "rootlint.report.junit:render", "for what shows tests: a suite a facility, a case a rule"
        ),
        Named("github", "rootlint.report.github:render", "for GitHub workflows: annotations"),
        Named("gitlab", "rootlint.report.gitlab:render", "for GitLab merge requests: code quality"),
        Named("csv", "rootlint.report.csv_report:render", "for spreadsheets: one row a finding"),
        Named("markdown", "rootlint.report.markdown:render", "for a pull request's comment"),
    ]
