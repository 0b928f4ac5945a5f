"""GitLab's code quality report."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from made_by_chance import reports
from made_reports import CLEAN, FAILING, FINDING, HEAD, SETTING, STORY

from rootlint.model import Report, Role, Severity
from rootlint.report.gitlab import render
from rootlint.report.style import PLAIN


def issues(report: Report) -> list[dict[str, Any]]:
    return list(json.loads(render(report, PLAIN)))


def brief(report: Report) -> list[tuple[str, str, str, int]]:
    return [
        (each["check_name"], each["severity"], each["location"]["path"], each["location"]["lines"]["begin"])
        for each in issues(report)
    ]


def test_settings_have_their_line_and_all_else_the_first_of_the_manifest() -> None:
    manifest = "made/snapshot.yaml"
    assert brief(STORY) == [
        ("sync-interval-too-long", "major", "made/config/integration.yaml", 14),
        ("sale-reported-late", "critical", manifest, 1),
        ("unit-of-measure-mismatch", "critical", manifest, 1),
        ("rule-in-error", "major", manifest, 1),
        ("not-evaluated", "minor", manifest, 1),
        ("judged-in-part", "info", manifest, 1),
        ("read-in-part", "minor", manifest, 1),
        ("snapshot-problem", "minor", manifest, 1),
        ("snapshot-problem", "minor", manifest, 1),
        ("run", "info", manifest, 1),
    ]


def test_an_issue_says_what_the_first_line_of_the_text_says() -> None:
    assert issues(STORY)[0]["description"] == (
        "warning[sync-interval-too-long] whole integration: The integration asks METRC for changes less often than "
        "its deadlines allow (1 of 1 record) [root cause]"
    )
    assert issues(STORY)[4]["description"] == (
        "sale-reported-late not evaluated (C10-0000001-LIC): not captured: metrc_sales (needs metrc_sales)"
    )
    assert issues(CLEAN)[0]["description"].endswith(
        "exit code 0: no finding at or above warning, every selected rule reached a verdict"
    )


@pytest.mark.parametrize(
    ("severity", "theirs"),
    [(Severity.ERROR, "critical"), (Severity.WARNING, "major"), (Severity.NOTE, "minor")],
)
def test_severities_are_gitlab_s(severity: Severity, theirs: str) -> None:
    report = replace(CLEAN, findings=(replace(SETTING, severity=severity),))
    assert issues(report)[0]["severity"] == theirs


def test_an_issue_is_the_same_while_its_problem_is() -> None:
    """Another part in the story, another count, another place: the same issue; a further explanation: another."""
    other = replace(FINDING, id=f"{FINDING.id}.9", role=Role.UNKNOWN, count=1, samples=())
    alone = issues(replace(FAILING, findings=(FINDING,)))[0]["fingerprint"]
    assert issues(replace(FAILING, findings=(other,)))[0]["fingerprint"] == alone
    both = [each["fingerprint"] for each in issues(replace(FAILING, findings=(FINDING, other)))[:2]]
    assert both[0] != both[1]
    assert alone in both


def test_the_run_is_the_same_issue_in_every_run() -> None:
    """What does not change is not reported as new."""
    assert issues(CLEAN)[-1]["fingerprint"] == issues(FAILING)[-1]["fingerprint"]


def test_a_snapshot_elsewhere_has_paths_of_its_own() -> None:
    report = replace(CLEAN, head=replace(HEAD, snapshot="/home/someone/made"))
    assert brief(report) == [("run", "info", "snapshot.yaml", 1)]


@given(reports())
def test_any_report_keeps_to_the_format(report: Report) -> None:
    found = issues(report)
    for issue in found:
        assert set(issue) == {"check_name", "description", "severity", "fingerprint", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert re.fullmatch(r"[0-9a-f]{32}", issue["fingerprint"])
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith(("/", "./", "../"))
        assert issue["description"].isprintable()
    fingerprints = [issue["fingerprint"] for issue in found[: len(report.findings)]]
    assert len(set(fingerprints)) == len(fingerprints)
