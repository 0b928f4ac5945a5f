"""Running the cases inside rules: every expectation used, every violation expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rootlint.documents import Document
from rootlint.errors import Place, Problem, Problems, did_you_mean
from rootlint.model import Outcome, Verdict
from rootlint.rules.findings import violation_rows
from rootlint.rules.made import Bench, drop_tables, make_run
from rootlint.rules.model import Case, LoadedRule
from rootlint.rules.running import Run, evaluate

SHOWABLE = ("facility", "at", "until", "message", "subject", "variance", "variance_unit", "may_root")


@dataclass(frozen=True)
class CaseResult:
    """How one case of one rule ended."""

    rule: str
    case: str
    place: Place
    faults: tuple[str, ...]  # empty: passed

    @property
    def passed(self) -> bool:
        return not self.faults


def test_rule(rule: LoadedRule, bench: Bench) -> list[CaseResult]:
    """Run all cases of a rule."""
    return [run_case(rule, index, bench) for index in range(len(rule.rule.tests))]


test_rule.__test__ = False  # type: ignore[attr-defined]  # not a test itself, whatever pytest thinks of the name


def uncovered(rules: Iterable[LoadedRule]) -> list[Problem]:
    """What the cases of rules leave out: each rule needs one that finds, one that does not, one without data."""
    problems = Problems()
    for rule in rules:
        cases, place = rule.rule.tests, rule.document.place(("tests",), key=True)
        wanted = {
            "in which it finds something": any(case.finds for case in cases),
            "in which it finds nothing": any(case.finds == [] for case in cases),
            "without the data it needs (not_evaluated)": any(case.not_evaluated for case in cases),
        }
        for what, there in wanted.items():
            if not there:
                problems.add(f"{rule.name} has no case {what}", place, "add one under tests:")
    return problems.found


def judge(rule: LoadedRule, case: Case, run: Run) -> list[str]:
    """Evaluate a rule on the made snapshot of a case and compare with what the case expects."""
    outcomes = evaluate([rule], run).outcomes
    errors = [outcome.reason or "" for outcome in outcomes if outcome.verdict is Verdict.ERROR]
    if errors:
        return [f"the rule crashed: {errors[0]}"]
    if case.not_evaluated is not None:
        return _reason(outcomes, Verdict.NOT_EVALUATED, case.not_evaluated)
    if case.not_applicable is not None:
        return _reason(outcomes, Verdict.NOT_APPLICABLE, case.not_applicable)
    refused = [outcome for outcome in outcomes if outcome.verdict is Verdict.NOT_EVALUATED]
    if refused:
        return [f"not evaluated: {refused[0].reason}"]
    return _compare(rule, case.finds or [], run)


def run_case(rule: LoadedRule, index: int, bench: Bench) -> CaseResult:
    """Run one case of a rule."""
    case, document = rule.rule.tests[index], rule.document
    problems = Problems()
    _check_expectations(rule, case, document, index, problems)
    run = make_run(rule, index, bench, problems)
    faults = [str(problem) for problem in problems.found]
    if run is not None:
        faults += judge(rule, case, run)
        drop_tables(run)
    return CaseResult(rule.name, case.name, document.place(("tests", index)), tuple(faults))


def _check_expectations(
    rule: LoadedRule, case: Case, document: Document, index: int, problems: Problems
) -> None:
    given = [name for name in ("finds", "not_evaluated", "not_applicable") if getattr(case, name) is not None]
    if len(given) != 1:
        place = document.place(("tests", index))
        problems.add(
            f"a case expects one thing, this one {len(given)}",
            place,
            "finds, not_evaluated or not_applicable",
        )
    known = [name for name, _ in rule.candidates.keys]
    for number, expected in enumerate(case.finds or []):
        for name in sorted(set(expected) - {*known, *SHOWABLE}):
            place = document.place(("tests", index, "finds", number, name), key=True)
            problems.add(
                f"violations of this rule have no key '{name}'",
                place,
                did_you_mean(name, [*known, *SHOWABLE], listing="keys"),
            )
        for name in sorted(set(known) - set(expected)):
            place = document.place(("tests", index, "finds", number))
            problems.add(f"key '{name}' is not expected", place, "name every key of the violation")


def _reason(outcomes: Sequence[Outcome], verdict: Verdict, part: str) -> list[str]:
    reasons = [outcome.reason or "" for outcome in outcomes if outcome.verdict is verdict]
    if len(reasons) < len(outcomes):
        return [f"expected {verdict}, got {', '.join(sorted({outcome.verdict for outcome in outcomes}))}"]
    return [f"expected a reason with '{part}', got: {reason}" for reason in reasons if part not in reason]


def _compare(rule: LoadedRule, expected: Sequence[dict[str, Any]], run: Run) -> list[str]:
    """Compare violations as a multiset, by all keys and whatever else an expectation names."""
    columns = [*SHOWABLE, *(name for name, _ in rule.candidates.keys)]
    found = [dict(zip(columns, map(_text, row), strict=True)) for row in violation_rows(run.engine, columns)]
    left = Counter(tuple(sorted(row.items())) for row in found)
    faults = []
    for wanted in expected:
        texts = {name: _text(value) for name, value in wanted.items()}
        hit = next(
            (
                row
                for row in sorted(left)
                if all(dict(row).get(name) == value for name, value in texts.items())
            ),
            None,
        )
        if hit is None:
            faults.append(f"expected and not found: {_shown(texts)}")
        else:
            left[hit] -= 1
            left += Counter()  # drops what is used up
    faults += [f"found and not expected: {_shown(dict(row))}" for row in sorted(left.elements())]
    return faults


def _text(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return f"{value.isoformat()}Z"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _shown(row: dict[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in row.items() if value)
