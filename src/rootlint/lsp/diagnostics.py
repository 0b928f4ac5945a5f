"""What is wrong with a document, by the engine that the command line uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lsprotocol import types

from rootlint.config_stage.fixes import certain_fix
from rootlint.config_stage.judging import Checked
from rootlint.errors import Place, Problem, UserError, nearest_in
from rootlint.lsp.documents import Document, Overlay
from rootlint.lsp.governed import faults_of
from rootlint.lsp.workspace import Rules, Workspace
from rootlint.model import Finding, Verdict
from rootlint.report.excepted import excepted_mark
from rootlint.rules.configured import Violation
from rootlint.snapshot.config_files import Known
from rootlint.snapshot.settings import decode

SOURCE = "rootlint"
_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}
_WORD = re.compile(r"[\w./-]+")
_QUOTED = re.compile(r"'([^']+)'")


@dataclass(frozen=True)
class Fix:
    """A change of a document that puts a diagnostic right."""

    title: str
    edit: types.TextEdit


@dataclass(frozen=True)
class Told:
    """One diagnostic, with its fix where there is a certain one."""

    diagnostic: types.Diagnostic
    fix: Fix | None = None


def diagnose(document: Document, workspace: Workspace, overlay: Overlay, rules: Rules) -> list[Told]:
    """Everything wrong with a document, in the order in which it stands there."""
    match workspace.kind_of(document):
        case "rule":
            found = _of_rule(document, rules)
        case "configuration":
            found = _of_configuration(document, workspace, overlay, rules)
        case None:
            found = iter(())
        case kind:
            found = _of_governed(document, faults_of(document, kind, workspace, overlay, rules))
    return sorted(found, key=lambda told: _order(told.diagnostic))


def _order(diagnostic: types.Diagnostic) -> tuple[int, int, str]:
    start = diagnostic.range.start
    return start.line, start.character, diagnostic.message


# -- rules


def _of_rule(document: Document, rules: Rules) -> Iterator[Told]:
    shown = rules.shown.get(document.real)
    if shown is None:
        yield from (Told(_at_top(document, f"not read: {problem}")) for problem in rules.unread)
    for problem in dict.fromkeys(rules.problems):
        if problem.place is None:
            yield Told(_at_top(document, str(problem)))
        elif problem.place.file == shown:
            yield _problem(document, problem)


def _problem(document: Document, problem: Problem) -> Told:
    offset = document.offset_of(problem.place or Place(""))
    named = _named(document.text, offset, problem.message)
    nearest = nearest_in(problem.help)
    diagnostic = _diagnostic(
        document.range(*(named or _word(document.text, offset))),
        f"{problem.message}\n{problem.help}" if problem.help else problem.message,
        problem.severity,
    )
    if named is None or nearest is None:
        return Told(diagnostic)
    edit = types.TextEdit(document.range(*named), nearest)
    return Told(diagnostic, Fix(f"write {nearest}", edit))


def _named(text: str, offset: int, message: str) -> tuple[int, int] | None:
    """Where on the line of a fault the name stands that its message quotes."""
    end = _end_of_line(text, offset)
    for name in _QUOTED.findall(message):
        found = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])").search(text, offset, end)
        if found is not None:
            return found.span()
    return None


def _word(text: str, offset: int) -> tuple[int, int]:
    """The word at an offset, else the rest of its line."""
    word = _WORD.match(text, offset)
    return (offset, word.end() if word else _end_of_line(text, offset))


def _end_of_line(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _of_governed(document: Document, problems: Iterable[Problem]) -> Iterator[Told]:
    for problem in problems:
        yield _problem(document, problem) if problem.place else Told(_at_top(document, str(problem)))


# -- configuration


def _of_configuration(
    document: Document, workspace: Workspace, overlay: Overlay, rules: Rules
) -> Iterator[Told]:
    try:
        checked = workspace.checked(document, overlay, rules)
    except UserError as error:
        yield from (_in_the_way(document, problem) for problem in error.problems)
        return
    (name,) = checked.layout.given
    findings = checked.findings
    for problem in checked.config.problems:
        if problem.place is not None and problem.place.file == name:
            yield _problem(document, problem)
    for violation in checked.violations:
        if violation.setting is not None and violation.setting.file == name:
            finding = findings[violation.fingerprint]
            yield _violation(document, overlay, checked, violation, violation.setting, finding)
    yield from (Told(_at_top(document, text)) for text in _not_judged(checked, rules))


def _in_the_way(document: Document, problem: Problem) -> Told:
    """What keeps a file from being judged: a comment of its own that is malformed, or a fault elsewhere."""
    if document.holds(problem):
        return _problem(document, problem)
    return Told(_at_top(document, f"not judged: {problem}"))


def _violation(
    document: Document,
    overlay: Overlay,
    checked: Checked,
    violation: Violation,
    known: Known,
    finding: Finding,
) -> Told:
    diagnostic = _diagnostic(
        document.range(known.at.start, known.at.end),
        violation.message + excepted_mark(finding),
        "note" if finding.is_excused else finding.severity.value,
        finding.rule,
    )
    diagnostic.related_information = [
        types.DiagnosticRelatedInformation(
            _location(overlay, checked, other), f"because {other.path} is {other.value}"
        )
        for other in violation.because
    ] or None
    return Told(diagnostic, _fix(document, checked, violation, known))


def _location(overlay: Overlay, checked: Checked, known: Known) -> types.Location:
    document = overlay.document(checked.layout.files[known.file])
    return types.Location(document.uri, document.range(known.at.start, known.at.end))


def _fix(document: Document, checked: Checked, violation: Violation, known: Known) -> Fix | None:
    raw = certain_fix(checked, violation)
    if raw is None:
        return None
    after = decode(raw, known.file)
    start, end = known.at.start, known.at.end
    written = after[start : len(after) - (len(document.text) - end)]
    edit = types.TextEdit(document.range(start, end), written)
    return Fix(f"{known.path}: {violation.fix} ({violation.rule.name})", edit)


def _not_judged(checked: Checked, rules: Rules) -> Iterator[str]:
    """What must not look like a pass: rules that crashed, and rules that could not be loaded."""
    for outcome in checked.report.outcomes:
        if outcome.verdict is Verdict.ERROR:
            yield f"{outcome.rule} could not be evaluated: {outcome.reason}"
    faulty = sorted(set(rules.files) - set(rules.packs.rules))
    if faulty:
        yield f"rules with faults do not judge this file: {', '.join(faulty)}"


def _at_top(document: Document, message: str) -> types.Diagnostic:
    return _diagnostic(document.range(*_word(document.text, 0)), message, "warning")


def _diagnostic(range: types.Range, message: str, severity: str, code: str | None = None) -> types.Diagnostic:
    return types.Diagnostic(range, message, severity=_SEVERITIES[severity], code=code, source=SOURCE)


def with_overlap(told: Iterable[Told], range: types.Range) -> list[Told]:
    """The diagnostics that share a place with a range."""

    def key(position: types.Position) -> tuple[int, int]:
        return position.line, position.character

    return [
        each
        for each in told
        if key(each.diagnostic.range.start) <= key(range.end)
        and key(range.start) <= key(each.diagnostic.range.end)
    ]
