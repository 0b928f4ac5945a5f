"""Rules about settings, judged without an engine: the same verdicts and findings as in a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rootlint.model import NO_RECORD, Finding, Outcome, RecordPlace, Sample, Severity, Verdict
from rootlint.rules.candidates import Candidates
from rootlint.rules.compiled import TABLE, CompiledRule
from rootlint.rules.identity import fingerprint
from rootlint.rules.language.evaluating import EvaluationError, Evaluator, Row
from rootlint.rules.language.tree import Node
from rootlint.snapshot.config_files import ConfigFiles, Known


@dataclass(frozen=True)
class Violation:
    """A setting that breaks a rule, or one that is missing."""

    rule: CompiledRule
    keys: Mapping[str, str | None]
    message: str
    evidence: Mapping[str, str | None]
    setting: Known | None  # None: it is missing
    because: tuple[Known, ...] = ()  # settings elsewhere that made the rule decide so
    fix: str | None = None

    @property
    def scope(self) -> dict[str, str]:
        """What the violation shares with others of its finding."""
        return {name: self.keys[name] or "" for name in self.rule.scope}

    @property
    def fingerprint(self) -> str:
        """That of its finding."""
        return fingerprint(self.rule.name, None, self.scope)

    def concerns(self, files: frozenset[str], whole: bool) -> bool:
        """Whether some files have to do with it; what is missing concerns the whole configuration only."""
        if self.setting is None:
            return whole
        return not files.isdisjoint({self.setting.file, *(other.file for other in self.because)})


@dataclass(frozen=True)
class Judged:
    """How one rule ended on the files that a run is about."""

    outcome: Outcome
    violations: tuple[Violation, ...] = ()
    elsewhere: tuple[Violation, ...] = ()  # of files that the run is not about


@dataclass(frozen=True)
class Subject:
    """A whole configuration, and the files of it that are to be judged."""

    config: ConfigFiles
    files: frozenset[str]
    whole: bool  # whether the run is about all of it, and so about what is missing too


def judge(rules: Iterable[CompiledRule], subject: Subject) -> list[Judged]:
    """Judge the settings of a configuration by rules, in the order of the rules."""
    rows = [_row(number, known) for number, known in enumerate(subject.config.settings)]
    evaluator = Evaluator({TABLE: rows})
    return [_judged(rule, subject, evaluator) for rule in rules]


def _row(number: int, known: Known) -> Row:
    return {
        "facility": None,
        "file": known.file,
        "path": known.path,
        "value": known.value,
        "value_type": known.at.kind,
        "line": known.at.line,
        "column": known.at.column,
        **known.meaning._asdict(),
        "_place": number,
    }


def _judged(rule: CompiledRule, subject: Subject, evaluator: Evaluator) -> Judged:
    candidates = rule.candidates
    if candidates is None or rule.why_not is not None:
        return Judged(Outcome(rule.name, None, Verdict.NOT_EVALUATED, rule.why_not, rule.needs))
    if TABLE in candidates.rests_on and subject.config.problems:
        partial = f"not captured whole: {TABLE}; what is missing there proves nothing"
        return Judged(Outcome(rule.name, None, Verdict.NOT_EVALUATED, partial, (TABLE,)))
    try:
        return _Judge(rule, candidates, subject, evaluator).judged()
    except (
        EvaluationError,
        TypeError,
        ValueError,
        ArithmeticError,
    ) as error:  # a crash is this rule's outcome
        return Judged(Outcome(rule.name, None, Verdict.ERROR, f"{type(error).__name__}: {error}"))


@dataclass(frozen=True)
class _Judge:
    rule: CompiledRule
    candidates: Candidates
    subject: Subject
    evaluator: Evaluator

    def judged(self) -> Judged:
        base = self.candidates.source.base
        violated = self.evaluator.value(self.candidates.violated)
        exposed = self._holds(self.candidates.exposed)
        here: list[Violation] = []
        elsewhere: list[Violation] = []
        counts = {"exposed": 0, "undetermined": 0}
        assert not isinstance(base.of, str)  # a check of settings selects them
        for row in self.evaluator.rows(base.of):
            scope = {base.alias: row}
            self.evaluator.witnesses.clear()
            if exposed(scope) is not True:
                continue
            verdict = violated(scope)
            violation = self._violation(scope, row) if verdict is True else None
            mine = self._is_mine(row) or (violation is not None and self._concerns(violation))
            if violation is not None:
                (here if mine else elsewhere).append(violation)
            counts["exposed"] += mine
            counts["undetermined"] += mine and verdict is None
        return Judged(_outcome(self.rule, len(here), **counts), tuple(here), tuple(elsewhere))

    def _holds(self, node: Node | None) -> Callable[[Mapping[str, Row]], Any]:
        return (lambda _: True) if node is None else self.evaluator.value(node)

    def _is_mine(self, row: Row) -> bool:
        return self.subject.whole if row["file"] is None else row["file"] in self.subject.files

    def _concerns(self, violation: Violation) -> bool:
        return violation.concerns(self.subject.files, self.subject.whole)

    def _violation(self, scope: Mapping[str, Row], row: Row) -> Violation:
        settings = self.subject.config.settings
        because = tuple(dict.fromkeys(settings[witness["_place"]] for witness in self.evaluator.witnesses))
        known = settings[row["_place"]] if row["_place"] is not None else None
        return Violation(
            rule=self.rule,
            keys={name: self._text(node, scope) for name, node in self.candidates.keys},
            message="".join(self._told(part, scope) for part in self.candidates.message),
            evidence={name: self._text(node, scope) for name, node in self.candidates.evidence},
            setting=known,
            because=tuple(other for other in because if other is not known),
            fix=self._fix(scope, known),
        )

    def _told(self, part: str | Node, scope: Mapping[str, Row]) -> str:
        text = part if isinstance(part, str) else self._text(part, scope)
        return "none" if text is None else text

    def _text(self, node: Node, scope: Mapping[str, Row]) -> str | None:
        value = self.evaluator.value(node)(scope)
        return None if value is None else str(value)

    def _fix(self, scope: Mapping[str, Row], known: Known | None) -> str | None:
        """What is shown in place of a secret cannot be put right."""
        if self.candidates.fix is None or known is None or known.is_masked:
            return None
        return self._text(self.candidates.fix, scope)


def _outcome(rule: CompiledRule, violations: int, *, exposed: int, undetermined: int) -> Outcome:
    verdict, reason = Verdict.PASS, None
    if violations:
        verdict = Verdict.FAIL
    elif exposed == 0:
        verdict, reason = Verdict.NOT_APPLICABLE, NO_RECORD
    elif undetermined == exposed:
        verdict = Verdict.NOT_EVALUATED
        reason = f"none of {exposed} records could be judged: what the rule compares is null"
    return Outcome(rule.name, None, verdict, reason, (), exposed, violations, undetermined)


# -- findings


def findings_of(judged: Iterable[Judged], severities: Mapping[str, Severity], samples: int) -> list[Finding]:
    """Violations of one rule and scope make one finding, as in a snapshot; in the order of rules and scopes."""
    return [
        _finding(group, each.outcome, severities, samples)
        for each in judged
        for _, group in sorted(_by_scope(each.violations).items())
    ]


def _by_scope(violations: Iterable[Violation]) -> dict[tuple[str, ...], list[Violation]]:
    groups: dict[tuple[str, ...], list[Violation]] = {}
    for violation in violations:
        groups.setdefault(tuple(violation.scope.values()), []).append(violation)
    return groups


def _finding(
    group: Sequence[Violation], outcome: Outcome, severities: Mapping[str, Severity], samples: int
) -> Finding:
    head = group[0].rule.head
    identity = group[0].fingerprint
    shown = sorted(group, key=lambda violation: (violation.keys.get("setting") or "", violation.message))
    return Finding(
        id=identity,
        fingerprint=identity,
        rule=head.name,
        summary=head.summary,
        layer=head.layer,
        severity=severities.get(head.name, head.severity),
        confidence=head.confidence,
        facility=None,
        jurisdiction=None,
        scope=group[0].scope,
        count=len(group),
        exposed=outcome.exposed,
        first_at=None,
        last_at=None,
        samples=tuple(map(sample_of, shown[:samples])),
        citations=(),
        rationale=head.rationale,
        remediation=head.remediation,
        references=head.references,
        modes=head.modes,
    )


def sample_of(violation: Violation) -> Sample:
    """A violation as evidence of its finding."""
    keys = {name: value for name, value in violation.keys.items() if value is not None}
    subject = next(iter(violation.keys.values()), None) or ""
    place = RecordPlace(TABLE, keys)
    if violation.setting is not None:
        at = violation.setting.at
        place = RecordPlace(TABLE, keys, violation.setting.file, None, at.line, at.column)
    return Sample(subject, violation.message, None, keys, violation.evidence, place)
