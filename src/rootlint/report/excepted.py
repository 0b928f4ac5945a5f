"""What is said of waivers and the baseline: beside each finding, and at the end of every run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rootlint.model import Compared, Finding, Report, State
from rootlint.report.style import Line, Span, labelled, line
from rootlint.report.wording import counted, own_told, problem_line


def excepted_mark(finding: Finding) -> str:
    """What lets a finding pass, and what is stricter than the law, for the end of a line.

    " [waived until 2026-12-05] [updated, 12 before] [judged by 4 hours, stricter than the law's 24 hours: rule 7]"
    """
    marks = []
    if finding.waiver is not None:
        held = f"waived until {finding.waiver.expires}"
        marks.append(f"waiver expired on {finding.waiver.expires}" if finding.waiver.expired else held)
    if finding.baseline is not None:
        state, count = finding.baseline.state, finding.baseline.count
        before = f", {count:,} before" if state is State.UPDATED and count is not None else ""
        marks.append(f"{state}{before}")
    marks += [own_told(cited) for cited in finding.citations if cited.own_value is not None]
    return "".join(f" [{mark}]" for mark in marks)


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
    """How many findings are waived or inherited, and the waivers that somebody must look at."""
    until = [of.waiver.expires for of in report.findings if of.waiver is not None and of.is_waived]
    if until:
        yield line(f"{counted(len(until), 'finding')} waived, the first until {min(until)}")
    if report.exceptions.baseline is not None:
        yield line(f"baseline: {states_told(report.exceptions.baseline)}")
    for problem in report.exceptions.problems:
        yield line(Span(problem_line(problem), "note" if problem.severity == "note" else "warning"))


def states_told(beside: Compared) -> str:
    """``4 new, 61 unchanged, 2 updated, 5 fixed, 1 not seen``."""
    return ", ".join(f"{number:,} {state}" for state, number in beside.states.items())


def but_for_excused(report: Report) -> str:
    """How many findings the threshold does not see because they are waived or inherited."""
    beneath = [
        of for of in report.findings if replace(of, waiver=None, baseline=None).reaches(report.fail_on)
    ]
    waived = sum(of.is_waived for of in beneath)
    inherited = sum(of.is_inherited and not of.is_waived for of in beneath)
    told = [f"{waived:,} waived"] if waived else []
    told += [f"{inherited:,} of the baseline"] if inherited else []
    return f" but for {' and '.join(told)}" if told else ""
