"""What is said of waivers: beside each finding that has one, and at the end of every run."""

from __future__ import annotations

from collections.abc import Iterator

from rootlint.model import Finding, Report, Role
from rootlint.report.style import Line, Span, labelled, line
from rootlint.report.wording import counted, problem_line


def excepted_mark(finding: Finding) -> str:
    """What lets a finding pass, for the end of a line: " [waived until 2026-12-05]"; nothing where nothing does."""
    waiver = finding.waiver
    if waiver is None:
        return ""
    return f" [waiver expired on {waiver.expires}]" if waiver.expired else f" [waived until {waiver.expires}]"


def waiver_lines(finding: Finding) -> Iterator[Line]:
    """Who answers for a finding, until when and why."""
    if finding.waiver is not None:
        yield labelled(
            "waiver", Span(waiver_told(finding) or "", "warning" if finding.waiver.expired else "plain")
        )


def waiver_told(finding: Finding) -> str | None:
    """``W-2026-014 until 2026-12-05, asked by a.author, approved by b.other: recount booked (OPS-311)``."""
    waiver = finding.waiver
    if waiver is None:
        return None
    holds = f"until {waiver.expires}, asked by {waiver.author}, approved by {waiver.approver}"
    ended = f"expired on {waiver.expires}, and the finding counts again"
    ticket = f" ({waiver.ticket})" if waiver.ticket else ""
    return f"{waiver.id} {ended if waiver.expired else holds}: {waiver.reason}{ticket}"


def excepted_lines(report: Report) -> Iterator[Line]:
    """How many findings are waived, and the waivers that somebody must look at."""
    until = [of.waiver.expires for of in report.findings if of.waiver is not None and not of.waiver.expired]
    if until:
        yield line(f"{counted(len(until), 'finding')} waived, the first until {min(until)}")
    for problem in report.exceptions.problems:
        yield line(Span(problem_line(problem), "note" if problem.severity == "note" else "warning"))


def but_for_excused(report: Report) -> str:
    """How many findings the threshold does not see because somebody answers for them."""
    if report.fail_on is None:
        return ""
    beneath = [
        of
        for of in report.findings
        if of.severity.rank >= report.fail_on.rank and of.role is not Role.INFERRED
    ]
    excused = sum(of.is_excused for of in beneath)
    return f" but for {excused:,} that somebody answers for" if excused else ""
