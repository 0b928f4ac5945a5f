"""GitHub workflow commands."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from made_by_chance import reports
from made_reports import CLEAN, FAILING, FINDING, SETTING, STORY

from rootlint.model import Report, Severity
from rootlint.report.github import render
from rootlint.report.stories import stories
from rootlint.report.style import PLAIN

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^,:\s][^,:]*,?)*)::(.*)")


def commands(report: Report) -> list[tuple[str, dict[str, str], list[str]]]:
    """Level, properties and lines of each command, as GitHub reads them."""
    read = []
    for line in render(report, PLAIN).splitlines():
        matched = COMMAND.fullmatch(line)
        assert matched is not None, line
        level, properties, message = matched.groups()
        named = dict(each.split("=", 1) for each in properties.split(","))
        read.append((level, {k: unescaped(v) for k, v in named.items()}, unescaped(message).split("\n")))
    return read


def unescaped(text: str) -> str:
    for escape, sign in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def test_a_setting_is_annotated_at_its_line_as_bad_as_it_is() -> None:
    level, properties, lines = commands(STORY)[-2]
    assert level == "warning"
    assert properties == {
        "file": "made/config/integration.yaml",
        "line": "14",
        "col": "3",
        "title": "warning: sync-interval-too-long",
    }
    assert lines == [
        "warning[sync-interval-too-long] whole integration: The integration asks METRC for changes less often than "
        "its deadlines allow (1 of 1 record) [root cause]",
        "evidence: config/integration.yaml:14:3: sync.interval is 600 minutes",
        "cause: number 1 to fix, explains 37 violations, silent for 9 days",
        "symptoms: unit-of-measure-mismatch, C10-0000001-LIC item=Made Flower: 412 violations, by facility",
        "proof: partly confirmed: without it 35 symptoms vanish, 2 stay, 0 are new",
        "or else: key-expired, C10-0000001-LIC, could explain 5 of 37: it explains 5 of these 37",
        "refuted by: late sales going on after the interval is shortened",
    ]


def test_what_stands_in_data_is_a_notice_of_no_file() -> None:
    assert commands(STORY)[-1] == (
        "notice",
        {"title": "error: sale-reported-late"},
        [
            "error[sale-reported-late] C10-0000001-LIC: A sale was reported later than the law allows "
            "(3 of 9,310 records, 2026-08-03 to 2026-09-11) [cause unknown]",
            "evidence: tables/metrc_packages.csv row 12: 1A4FF0000000001: METRC counts Grams, the operator's system Each",
            "cause: unknown; not evaluated, and might have told: key-expired",
        ],
    )


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")],
)
def test_severities_of_settings_are_github_s(severity: Severity, level: str) -> None:
    report = replace(CLEAN, findings=(replace(SETTING, severity=severity),))
    assert commands(report)[-1][0] == level


def test_the_run_and_what_was_not_judged_come_first() -> None:
    """GitHub shows ten annotations of a kind for a step."""
    told = commands(FAILING)
    assert told[0][:2] == ("notice", {"title": "rootlint"})
    assert told[0][2][0] == "2 findings: 1 error, 1 warning, 0 notes (413 violations)"
    assert told[0][2][-1] == "exit code 1: findings at or above warning, not everything was evaluated"
    assert told[1:6] == [
        (
            "error",
            {"title": "rootlint: rule in error"},
            ["wet-weight-changed rule in error (402R-00002): the number is too large"],
        ),
        (
            "warning",
            {"title": "rootlint: not evaluated"},
            [
                "sale-reported-late not evaluated (C10-0000001-LIC): not captured: metrc_sales (needs metrc_sales)"
            ],
        ),
        (
            "notice",
            {"title": "rootlint: judged in part"},
            [
                "unit-of-measure-mismatch judged in part (402R-00002): 12 of 300 records could not be judged, a value "
                "is null; 3 pending, younger than the lag granted"
            ],
        ),
        (
            "warning",
            {"title": "rootlint: read in part"},
            [
                "metrc_packages read in part: 2 of 9,612 rows set aside; not captured whole; times without an offset "
                "were read in the facility's zone"
            ],
        ),
        (
            "warning",
            {"title": "rootlint: problems of the snapshot"},
            [
                "tables/metrc_packages.csv:14:3: warning: quantity 'eight' is no number; write 8",
                "tables/metrc_packages.csv:15: error: the label stands twice",
            ],
        ),
    ]


def test_a_clean_run_is_one_notice() -> None:
    assert [(level, properties) for level, properties, _ in commands(CLEAN)] == [
        ("notice", {"title": "rootlint"})
    ]


def test_signs_of_the_syntax_are_escaped() -> None:
    sample = replace(
        SETTING.samples[0],
        message="50% \r\n::error::forged",
        place=replace(SETTING.samples[0].place, file="a,b:c.yaml"),
    )
    text = render(replace(CLEAN, findings=(replace(SETTING, samples=(sample,)),)), PLAIN)
    assert "file=made/a%2Cb%3Ac.yaml,line=14,col=3,title=warning%3A sync-interval-too-long::" in text
    assert "50%25 \\r\\n::error::forged" in text
    assert len(text.splitlines()) == 2


@given(reports())
def test_every_line_is_one_command_whatever_data_hold(report: Report) -> None:
    told = commands(replace(report, problems=()))
    findings = [each for each in told if not each[1]["title"].startswith("rootlint")]
    assert len(findings) == len(stories(report))


def test_a_finding_without_a_sample_is_told_all_the_same() -> None:
    assert commands(replace(CLEAN, findings=(replace(FINDING, samples=()),)))[-1][0] == "notice"
