"""The view of a configuration's findings: each at its line, the value marked, what made the rule decide so beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rootlint.model import Confidence, Finding, Report, Verdict
from rootlint.report.closing import exit_meaning, findings_told
from rootlint.report.excepted import excepted_lines, excepted_mark, waiver_lines
from rootlint.report.outcomes import errors, judged_in_part, not_evaluated
from rootlint.report.style import Line, Span, Style, labelled, line, typeset
from rootlint.report.wording import counted, problem_line, short, visible
from rootlint.rules.configured import Violation
from rootlint.snapshot.config_files import ConfigFiles, Known
from rootlint.snapshot.excerpts import excerpt


@dataclass(frozen=True)
class ConfigView:
    """A judged configuration, as people read it."""

    report: Report
    config: ConfigFiles
    paths: Mapping[str, str]  # of the configuration's files, from where the run stood
    violations: Sequence[Violation]  # of the files named, by place
    elsewhere: Sequence[Violation] = ()


def render(view: ConfigView, style: Style) -> str:
    """Everything there is to say."""
    return typeset(_lines(view), style)


def render_terse(view: ConfigView, style: Style) -> str:
    """For a commit hook: what is wrong and where, and nothing when all is well; what is let pass is counted."""
    report = view.report
    ended = line(f"rootlint: exit code {report.exit_code}: {exit_meaning(report)}")
    if report.exit_code != 0:
        faults = [*_violations(view, in_full=False), *_problems(view), *_not_evaluated(view)]
        return typeset([*faults, *_excepted(view), ended], style)
    if report.exceptions.problems or any(finding.is_excused for finding in report.findings):
        return typeset([*_excepted(view), ended], style)
    return ""


def _lines(view: ConfigView) -> Iterator[Line]:
    yield from _violations(view, in_full=True)
    yield from _problems(view)
    yield from (line(Span(note, "faint")) for note in view.config.notes)
    body = [
        *_elsewhere(view),
        *not_evaluated(view.report),
        *errors(view.report),
        *judged_in_part(view.report),
    ]
    yield from body[1:] if body and not body[0].spans else body
    if body:
        yield line()
    yield from _closing(view)


# -- violations


def _violations(view: ConfigView, *, in_full: bool) -> Iterator[Line]:
    findings = {finding.fingerprint: finding for finding in view.report.findings}
    for index, violation in enumerate(view.violations):
        finding = findings[violation.fingerprint]
        following = view.violations[index + 1].rule.name if index + 1 < len(view.violations) else None
        yield from _violation(view, violation, finding)
        if in_full:
            yield from waiver_lines(finding)
        if in_full and following != violation.rule.name:  # once for those that stand together
            yield from _advice(violation)
        if in_full:
            yield line()


def _violation(view: ConfigView, violation: Violation, finding: Finding) -> Iterator[Line]:
    where = _place(view, violation.setting) if violation.setting else view.report.head.snapshot
    named = Span(f"{finding.severity}[{finding.rule}]", finding.severity.value)
    yield line(f"{where}: ", named, f": {violation.message}{excepted_mark(finding)}")
    if violation.setting is not None:
        yield from _marked(view, violation.setting, None if finding.is_waived else violation.fix)
    for other in violation.because:
        yield labelled("because", f"{_place(view, other)}: {other.path} is {other.value}")


def _place(view: ConfigView, known: Known) -> str:
    return f"{view.paths.get(known.file, known.file)}:{known.at.line}:{known.at.column}"


def _marked(view: ConfigView, known: Known, fix: str | None) -> Iterator[Line]:
    """The line of the file, and what is wrong in it underlined."""
    part = excerpt(view.config, known)
    before, marked, after = (
        visible(text.replace("\t", " ")) for text in (part.before, part.marked, part.after)
    )
    number = str(part.line)
    yield line(before, Span(marked, "strong"), after, lead=f"  {number} | ")
    hint = f" {fix} with --fix" if fix is not None else ""
    yield line(
        " " * len(before),
        Span("^" * max(len(marked), 1), "error"),
        Span(hint, "faint"),
        lead=f"  {' ' * len(number)} | ",
    )


def _advice(violation: Violation) -> Iterator[Line]:
    head = violation.rule.head
    if head.confidence is not Confidence.HIGH:
        yield labelled("confidence", f"{head.confidence}: what the rule matches can have another reason")
    yield labelled("remediation", " ".join(head.remediation.split()))
    yield labelled("more", f"rootlint explain {head.name}")


# -- the rest


def _problems(view: ConfigView) -> Iterator[Line]:
    for problem in view.report.problems:
        yield line(problem_line(problem.reached_by(view.paths)))


def _excepted(view: ConfigView) -> Iterator[Line]:
    exceptions = view.report.exceptions
    problems = tuple(problem.reached_by(view.paths) for problem in exceptions.problems)
    return excepted_lines(replace(view.report, exceptions=replace(exceptions, problems=problems)))


def _not_evaluated(view: ConfigView) -> Iterator[Line]:
    for outcome in view.report.outcomes:
        if outcome.verdict in (Verdict.NOT_EVALUATED, Verdict.ERROR):
            yield line(
                Span(f"{outcome.verdict}", "warning"),
                f": {outcome.rule}: {outcome.reason or 'no reason given'}",
            )


def _elsewhere(view: ConfigView) -> Iterator[Line]:
    if not view.elsewhere:
        return
    yield line()
    yield line(
        f"{counted(len(view.elsewhere), 'violation')} elsewhere in this configuration, not of the files named:"
    )
    for violation in view.elsewhere:
        where = _place(view, violation.setting) if violation.setting else "no file has it"
        yield line(Span(f"{where}: {violation.rule.name}: {violation.message}", "faint"), lead="  ")


def _closing(view: ConfigView) -> Iterator[Line]:
    report = view.report
    tone = {0: "good", 1: "error"}.get(report.exit_code, "warning")
    yield line(Span(findings_told(report), tone))  # type: ignore[arg-type]
    yield from _excepted(view)
    files = f"{counted(len(view.config.files), 'file')}, {counted(len(view.config.settings), 'setting')}"
    verdicts = ", ".join(_verdicts(report))
    yield line(f"{counted(len(report.outcomes), 'rule')} on {files}: {verdicts}")
    packs = (
        f"{of.name} {of.version} {short(of.digest)} ({counted(of.rules, 'rule')})" for of in report.head.packs
    )
    yield line(
        Span(f"rootlint {report.head.version}, as of {report.head.as_of}; {', '.join(packs)}", "faint")
    )
    if report.exceptions.files:
        files = ", ".join(f"{of.file} {short(of.digest)}" for of in report.exceptions.files)
        yield line(Span(f"exceptions {files}", "faint"))
    yield line(Span(f"exit code {report.exit_code}: {exit_meaning(report)}", tone))  # type: ignore[arg-type]


def _verdicts(report: Report) -> Iterable[str]:
    for verdict, number in report.counts().items():
        loud = number > 0 and verdict in (Verdict.NOT_EVALUATED, Verdict.ERROR)
        yield f"{number:,} {verdict.upper() if loud else verdict.value}"
