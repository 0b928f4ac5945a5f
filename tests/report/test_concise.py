"""One line a finding."""

from dataclasses import replace

import pytest
from made_reports import CLEAN, FAILING, FINDING, OUTCOMES
from test_text import CLEAN_TEXT, FAILING_TEXT

from rootlint.model import Report, Severity, TableHead
from rootlint.report.closing import exit_meaning
from rootlint.report.concise import render
from rootlint.report.style import PLAIN


def test_a_concise_report_is_the_first_lines_and_the_closing_lines_of_the_text() -> None:
    lines = FAILING_TEXT.splitlines(keepends=True)
    findings = [line for line in lines if line.startswith(("error[", "warning["))]
    assert render(FAILING, PLAIN) == "".join([*findings, *lines[-8:]])


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
