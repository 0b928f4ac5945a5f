"""JUnit XML, for what shows tests: a suite for each facility, a case for each rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from rootlint.model import Finding, Outcome, Report, Verdict
from rootlint.report.closing import closing_lines
from rootlint.report.escaping import xml
from rootlint.report.findings import finding_lines
from rootlint.report.gaps import GapKind, gaps
from rootlint.report.outcomes import is_partial, left_open
from rootlint.report.style import Style, text_of
from rootlint.report.wording import counted, facility_name, problem_line, zones


@dataclass
class Case:
    """What is known of a rule and a facility."""

    rule: str
    outcome: Outcome | None = None  # an inferred cause has none
    findings: list[Finding] = field(default_factory=list)


def render(report: Report, style: Style) -> str:
    """Write what passed, failed, was skipped and crashed, with what was not judged beside it."""
    suites = _suites(report)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(
        f'<testsuites name="rootlint"{_counts([case for cases in suites.values() for case in cases])}>'
    )
    for facility, cases in suites.items():
        lines += _suite(facility, cases, report)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suites(report: Report) -> dict[str | None, list[Case]]:
    """The cases of each facility by rule: in the report's order, last the whole integration, which is always there."""
    cases: dict[tuple[str | None, str], Case] = {}
    for outcome in report.outcomes:
        cases.setdefault((outcome.facility, outcome.rule), Case(outcome.rule)).outcome = outcome
    for finding in report.findings:
        cases.setdefault((finding.facility, finding.rule), Case(finding.rule)).findings.append(finding)
    named = [facility.facility for facility in report.head.facilities]
    judged = {facility for facility, _ in cases if facility is not None}
    order = [*(name for name in dict.fromkeys(named) if name in judged), *sorted(judged - set(named)), None]
    return {facility: [cases[key] for key in cases if key[0] == facility] for facility in order}


def _ends(case: Case) -> str | None:
    """The element that says how a case ended; a case without one passed."""
    verdict = case.outcome.verdict if case.outcome else Verdict.FAIL
    if case.findings or verdict is Verdict.FAIL:
        return "failure"
    if verdict is Verdict.ERROR:
        return "error"
    return None if verdict is Verdict.PASS else "skipped"


def _counts(cases: Sequence[Case]) -> str:
    ends = Counter(_ends(case) for case in cases)
    numbers = {
        "tests": len(cases),
        "failures": ends["failure"],
        "errors": ends["error"],
        "skipped": ends["skipped"],
    }
    return "".join(f' {name}="{number}"' for name, number in numbers.items())


def _suite(facility: str | None, cases: Sequence[Case], report: Report) -> Iterator[str]:
    name = facility_name(facility)
    yield f'  <testsuite name="{xml(name)}"{_counts(cases)}>'
    yield from _properties(report)
    for case in sorted(cases, key=lambda case: case.rule):
        yield from _case(case, name, report)
    if facility is None:
        yield f"    <system-out>{xml(*_of_the_run(report))}</system-out>"
    yield "  </testsuite>"


def _properties(report: Report) -> Iterator[str]:
    head = report.head
    facts = {
        "rootlint": head.version,
        "as-of": str(head.as_of),
        "snapshot-digest": head.snapshot_digest,
        "exit-code": str(report.exit_code),
    }
    yield "    <properties>"
    yield from (f'      <property name="{name}" value="{xml(value)}"/>' for name, value in facts.items())
    yield "    </properties>"


def _of_the_run(report: Report) -> Iterator[str]:
    """What no case can say: tables read in part, problems of the snapshot, the closing lines."""
    yield from (str(gap) for gap in gaps(report) if gap.kind is GapKind.READ_IN_PART)
    yield from map(problem_line, report.problems)
    yield from map(text_of, closing_lines(report))


def _case(case: Case, suite: str, report: Report) -> Iterator[str]:
    yield f'    <testcase classname="{xml(f"rootlint.{suite}")}" name="{xml(case.rule)}">'
    ends = _ends(case)
    if ends == "failure":
        yield _failure(case, report)
    elif ends is not None:
        yield f'      <{ends} message="{xml(_why(case.outcome))}"/>'
    if case.outcome is not None and is_partial(case.outcome):
        yield f"      <system-out>{xml(f'judged in part: {left_open(case.outcome)}')}</system-out>"
    yield "    </testcase>"


def _why(outcome: Outcome | None) -> str:
    """``not evaluated: not captured: metrc_sales (needs metrc_sales)``."""
    if outcome is None:
        return "no reason given"
    needs = f" (needs {', '.join(outcome.needs)})" if outcome.needs else ""
    return f"{outcome.verdict}: {outcome.reason or 'no reason given'}{needs}"


def _failure(case: Case, report: Report) -> str:
    """All findings of a case in one element, as a case may fail once."""
    worst = max((finding.severity for finding in case.findings), key=lambda of: of.rank, default="error")
    violations = sum(finding.count for finding in case.findings) or (
        case.outcome.violations if case.outcome else 0
    )
    summary = next((finding.summary for finding in case.findings), case.rule)
    message = f"{summary.strip().rstrip('.')} ({counted(violations, 'violation')})"
    body = (line for finding in case.findings for line in _told(finding, report))
    return f'      <failure type="{worst}" message="{xml(message)}">{xml(*body)}</failure>'


def _told(finding: Finding, report: Report) -> Iterator[str]:
    clock = zones(report).get(finding.facility, UTC)
    yield from map(text_of, finding_lines(finding, report.head.snapshot, clock))
