"""The closing lines of every run, a clean one too: what was found and reached, by what, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rootlint.model import Report, Role, Severity, Verdict
from rootlint.report.excepted import but_for_excused, excepted_lines
from rootlint.report.style import Line, Span, Tone, line
from rootlint.report.wording import counted, short

_TONES: dict[int, Tone] = {0: "good", 1: "error"}


def closing_lines(report: Report, folded: str = "") -> Iterator[Line]:
    """Findings by severity and by role, verdicts, the head of the run, and the exit code with its meaning."""
    yield line(Span(findings_told(report), _tone(report)))
    if report.findings:
        yield line(roles_told(report, folded))
    yield from excepted_lines(report)
    yield line(verdicts_told(report))
    yield from _head(report)
    yield line(Span(f"exit code {report.exit_code}: {exit_meaning(report)}", _tone(report)))


def _tone(report: Report) -> Tone:
    return _TONES.get(report.exit_code, "warning")


def findings_told(report: Report) -> str:
    """``2 findings: 1 error, 1 warning, 0 notes (413 violations)``."""
    by_severity = Counter(finding.severity for finding in report.findings)
    severities = ", ".join(counted(by_severity[severity], severity.value) for severity in reversed(Severity))
    violations = counted(sum(finding.count for finding in report.findings), "violation")
    return f"{counted(len(report.findings), 'finding')}: {severities} ({violations})"


def roles_told(report: Report, folded: str = "") -> str:
    """``7 causes, 31 symptoms folded, 3 unexplained, 4 isolated``: every finding is one of them."""
    by_role = Counter(finding.role for finding in report.findings)
    causes = by_role[Role.ROOT] + by_role[Role.INFERRED]
    alone = sum(finding.stands_alone for finding in report.findings)
    told = [
        f"{n:,} {what}"
        for n, what in ((by_role[Role.INFERRED], "inferred"), (alone, "without symptoms"))
        if n
    ]
    apart = f" ({', '.join(told)})" if told else ""
    symptoms = f"{counted(by_role[Role.SYMPTOM], 'symptom')}{folded if by_role[Role.SYMPTOM] else ''}"
    unexplained, isolated = by_role[Role.UNKNOWN], by_role[Role.ISOLATED]
    return (
        f"{counted(causes, 'cause')}{apart}, {symptoms}, {unexplained:,} unexplained, {isolated:,} isolated"
    )


def verdicts_told(report: Report) -> str:
    """``118 rules x 3 facilities: 240 pass, 12 fail, 60 not applicable, 40 NOT EVALUATED, 0 error``."""
    rules = {outcome.rule for outcome in report.outcomes}
    facilities = {outcome.facility for outcome in report.outcomes if _is_known(outcome.facility, report)}
    scope = f"{counted(len(rules), 'rule')} x {counted(len(facilities), 'facility')}"
    apart = f" ({'; '.join(told)})" if (told := list(_told_apart(report))) else ""
    return f"{scope}{apart}: {', '.join(_verdict(verdict, n) for verdict, n in report.counts().items())}"


def _told_apart(report: Report) -> Iterator[str]:
    """What has to be said of rules and facilities, so that the verdicts add up."""
    by_facility = {of.rule for of in report.outcomes if _is_known(of.facility, report)}
    whole = {of.rule for of in report.outcomes if of.facility is None}
    strangers = [
        of for of in report.outcomes if of.facility is not None and not _is_known(of.facility, report)
    ]
    if once := whole - by_facility:
        yield f"{len(once):,} of them once, for the whole integration"
    if besides := whole & by_facility:
        yield f"{len(besides):,} of them for the whole integration besides"
    if strangers:
        yield f"{len(strangers):,} besides for {counted(len({of.facility for of in strangers}), 'unknown facility')}"


def _is_known(facility: str | None, report: Report) -> bool:
    return any(facility == known.facility for known in report.head.facilities)


def _verdict(verdict: Verdict, number: int) -> str:
    loud = number > 0 and verdict in (Verdict.NOT_EVALUATED, Verdict.ERROR)
    return f"{number:,} {verdict.upper() if loud else verdict.value}"


def _head(report: Report) -> Iterator[Line]:
    head = report.head
    packs = (f"{of.name} {of.version} {short(of.digest)} ({counted(of.rules, 'rule')})" for of in head.packs)
    law = (f"{of.code} {of.version} {short(of.digest)}" for of in head.jurisdictions)
    captured = head.captured_at.replace(tzinfo=None).isoformat(" ", "minutes")
    yield _fact("rootlint", f"{head.version}, as of {head.as_of}")
    yield _fact("packs", ", ".join(packs) or "none")
    yield _fact("jurisdictions", ", ".join(law) or "none")
    if report.exceptions.files:
        yield _fact(
            "exceptions", ", ".join(f"{of.file} {short(of.digest)}" for of in report.exceptions.files)
        )
    named = f"{head.snapshot} {short(head.snapshot_digest)}"
    yield _fact("snapshot", f"{named}, {head.operator}, captured {captured} UTC")


def _fact(label: str, text: str) -> Line:
    return line(Span(text, "faint"), lead=f"{label:<15}")


def exit_meaning(report: Report) -> str:
    """What the exit code says of this run."""
    failing, judged = _has_failing_findings(report), _judged(report)
    amiss = failing or report.exceptions.reach(report.fail_on) or judged != ALL_JUDGED
    accepted = "accepted on request: " if report.exit_code == 0 and amiss else ""
    return f"{accepted}{_threshold(report, failing)}, {judged}"


def _threshold(report: Report, failing: bool) -> str:
    if report.fail_on is None:
        return "findings do not count"
    if failing:
        return f"findings at or above {report.fail_on}"
    if report.exceptions.reach(report.fail_on):
        return f"no finding at or above {report.fail_on}, but waivers to look after"
    return f"no finding at or above {report.fail_on}{but_for_excused(report)}"


ALL_JUDGED = "every selected rule reached a verdict"


def _judged(report: Report) -> str:
    verdicts = {outcome.verdict for outcome in report.outcomes}
    if not verdicts & {Verdict.PASS, Verdict.FAIL}:
        return "nothing was evaluated"
    if report.is_incomplete:
        return "not everything was evaluated"
    return ALL_JUDGED


def _has_failing_findings(report: Report) -> bool:
    return any(finding.reaches(report.fail_on) for finding in report.findings)
