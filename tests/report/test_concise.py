"""One line a finding."""

from dataclasses import replace

import pytest
from made_reports import CLEAN, FAILING, FINDING, OUTCOMES
from test_text import CLEAN_TEXT, FAILING_TEXT

from rootlint.model import Outcome, Report, Severity, TableHead, Verdict
from rootlint.report.closing import exit_meaning, verdicts_told
from rootlint.report.concise import render
from rootlint.report.style import PLAIN


def test_a_concise_report_is_the_first_lines_and_the_closing_lines_of_the_text() -> None:
    lines = FAILING_TEXT.splitlines(keepends=True)
    findings = [line for line in lines if line.startswith(("error[", "warning["))]
    in_part = (
        "metrc_packages read in part: 2 of 9,612 rows set aside; not captured whole; "
        "times without an offset were read in the facility's zone\n"
    )
    assert render(FAILING, PLAIN) == "".join([*findings, in_part, *lines[-8:]])


def test_a_clean_run_has_its_closing_lines_all_the_same() -> None:
    assert render(CLEAN, PLAIN) == CLEAN_TEXT


ASIDE = (TableHead("metrc_packages", 10, 1, True),)
UNFINISHED = OUTCOMES[1:2]


@pytest.mark.parametrize(
    ("report", "meaning"),
    [
        (CLEAN, "no finding at or above warning, every selected rule reached a verdict"),
        (replace(CLEAN, fail_on=None), "findings do not count, every selected rule reached a verdict"),
        (
            replace(CLEAN, findings=(FINDING,), exit_code=1),
            "findings at or above warning, every selected rule reached a verdict",
        ),
        (FAILING, "findings at or above warning, not everything was evaluated"),
        (
            replace(CLEAN, outcomes=UNFINISHED, exit_code=3),
            "no finding at or above warning, nothing was evaluated",
        ),
        (
            replace(CLEAN, outcomes=OUTCOMES[:1]),
            "accepted on request: no finding at or above warning, nothing was evaluated",
        ),
        (
            replace(CLEAN, outcomes=(*CLEAN.outcomes, *UNFINISHED), exit_code=4),
            "no finding at or above warning, not everything was evaluated",
        ),
        (
            replace(CLEAN, tables=ASIDE, exit_code=4, fail_on=Severity.ERROR),
            "no finding at or above error, not everything was evaluated",
        ),
        (
            replace(CLEAN, tables=ASIDE),
            "accepted on request: no finding at or above warning, not everything was evaluated",
        ),
        (
            replace(FAILING, exit_code=0),
            "accepted on request: findings at or above warning, not everything was evaluated",
        ),
        (
            replace(CLEAN, findings=(FINDING,), fail_on=None),
            "findings do not count, every selected rule reached a verdict",
        ),
    ],
)
def test_the_exit_code_is_told_with_its_meaning(report: Report, meaning: str) -> None:
    assert exit_meaning(report) == meaning
    assert render(report, PLAIN).splitlines()[-1] == f"exit code {report.exit_code}: {meaning}"


WHOLE, FIRST, SECOND = None, "C10-0000001-LIC", "402R-00002"


@pytest.mark.parametrize(
    ("subjects", "told"),
    [
        ([("a", FIRST), ("a", SECOND)], "1 rule x 2 facilities: 2 pass"),
        ([("a", WHOLE)], "1 rule x 0 facilities (1 of them once, for the whole integration): 1 pass"),
        (
            [("a", FIRST), ("a", SECOND), ("b", WHOLE), ("c", WHOLE), ("c", FIRST), ("c", SECOND)],
            "3 rules x 2 facilities (1 of them once, for the whole integration; "
            "1 of them for the whole integration besides): 6 pass",
        ),
        (
            [("a", FIRST), ("a", SECOND), ("a", "ELSEWHERE"), ("a", "NOWHERE")],
            "1 rule x 2 facilities (2 besides for 2 unknown facilities): 4 pass",
        ),
    ],
)
def test_verdicts_are_told_so_that_they_add_up(subjects: list[tuple[str, str | None]], told: str) -> None:
    outcomes = tuple(Outcome(rule, facility, Verdict.PASS) for rule, facility in subjects)
    rest = ", 0 fail, 0 not applicable, 0 not evaluated, 0 error"
    assert verdicts_told(replace(CLEAN, outcomes=outcomes)) == f"{told}{rest}"
