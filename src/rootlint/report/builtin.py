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
    ]
