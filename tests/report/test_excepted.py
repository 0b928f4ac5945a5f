"""What views say of waivers."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from made_reports import FAILING, FINDING, ROOT, SETTING, STORY, SYMPTOM
from test_sarif import VALIDATOR

from rootlint.errors import Place, Problem
from rootlint.model import (
    Compared,
    ExceptionFile,
    Exceptions,
    Inherited,
    Report,
    Severity,
    State,
    Waived,
)
from rootlint.report import concise, github, text
from rootlint.report.closing import exit_meaning
from rootlint.report.sarif.log import render, render_full
from rootlint.report.style import PLAIN

WAIVED = Waived("W-1", "recount booked", "a.author", "b.other", date(2026, 12, 5), "OPS-311")
EXPIRED = replace(WAIVED, expires=date(2026, 11, 19), expired=True)
INLINE = replace(WAIVED, id="config/integration.yaml:13", ticket=None, inline=True)
UNUSED = Problem("waiver W-9 is not used", Place(".rootlint/waivers.yaml", 9, 5), "delete it", "warning")
LATER = Problem(
    "waiver W-8 does not hold before 2027-01-01", Place(".rootlint/waivers.yaml", 3, 5), None, "note"
)
GIVEN = Exceptions((ExceptionFile("waivers", ".rootlint/waivers.yaml", "aa11" * 16),), (LATER, UNUSED))
REPORT = replace(
    FAILING,
    findings=(replace(FINDING, waiver=WAIVED), replace(SETTING, waiver=EXPIRED)),
    exceptions=GIVEN,
)


def test_the_text_tells_who_answers_until_when_and_why() -> None:
    lines = text.render(REPORT, PLAIN).splitlines()
    assert lines[0].endswith("2026-08-03 to 2026-09-11) [waived until 2026-12-05]")
    assert lines[1] == (
        "  waiver       W-1 until 2026-12-05, asked by a.author, approved by b.other: recount booked (OPS-311)"
    )
    expired = next(
        index for index, line in enumerate(lines) if line.startswith("warning[sync-interval-too-long]")
    )
    assert lines[expired].endswith("(1 of 1 record) [waiver expired on 2026-11-19]")
    assert lines[expired + 1] == (
        "  waiver       W-1 expired on 2026-11-19, and the finding counts again: recount booked (OPS-311)"
    )


def test_the_closing_lines_count_what_is_waived_and_tell_what_is_amiss() -> None:
    """The head names the file that the run went by, too."""
    lines, before = (concise.render(report, PLAIN).splitlines() for report in (REPORT, FAILING))
    before = before[5:]  # after two findings, a table read in part, and two lines of counts
    assert lines[3:] == [
        "2 findings: 1 error, 1 warning, 0 notes (413 violations)",
        "0 causes, 0 symptoms, 0 unexplained, 2 isolated",
        "1 finding waived, the first until 2026-12-05",
        ".rootlint/waivers.yaml:3:5: note: waiver W-8 does not hold before 2027-01-01",
        ".rootlint/waivers.yaml:9:5: warning: waiver W-9 is not used; delete it",
        *before[:4],
        "exceptions     .rootlint/waivers.yaml sha256:aa11aa11aa11",
        *before[4:],
    ]


@pytest.mark.parametrize(
    ("report", "meaning"),
    [
        (REPORT, "findings at or above warning"),
        (
            replace(REPORT, fail_on=Severity.ERROR),
            "no finding at or above error but for 1 waived",
        ),
        (
            replace(REPORT, findings=(replace(SETTING, waiver=WAIVED),)),
            "no finding at or above warning, but waivers to look after",
        ),
        (replace(REPORT, findings=(), exceptions=Exceptions((), (LATER,))), "no finding at or above warning"),
        (replace(REPORT, fail_on=None), "findings do not count"),
    ],
)
def test_the_exit_code_is_explained(report: Report, meaning: str) -> None:
    assert exit_meaning(report) == f"{meaning}, not everything was evaluated"


def test_a_waived_symptom_is_marked_beneath_its_cause() -> None:
    story = replace(STORY, findings=(ROOT, replace(SYMPTOM, waiver=WAIVED)))
    [line] = [line for line in text.render(story, PLAIN).splitlines() if line.startswith("  symptoms")]
    assert line.endswith(", by facility [waived until 2026-12-05]")


def test_github_takes_a_waived_setting_for_a_notice() -> None:
    def level(waiver: Waived | None) -> str:
        report = replace(FAILING, findings=(replace(SETTING, waiver=waiver),))
        [line] = [line for line in github.render(report, PLAIN).splitlines() if "line=14" in line]
        return line.split(" ")[0]

    assert [level(None), level(WAIVED), level(EXPIRED)] == ["::warning", "::notice", "::warning"]


def results(report: Report, renderer: Any = render) -> dict[str, Any]:
    log = json.loads(renderer(report, PLAIN))
    VALIDATOR.validate(log)
    return {result["ruleId"]: result for result in log["runs"][0]["results"] if result["kind"] == "fail"}


def test_sarif_suppresses_what_is_waived_and_leaves_nothing_out() -> None:
    report = replace(REPORT, findings=(replace(FINDING, waiver=WAIVED), replace(SETTING, waiver=INLINE)))
    found = results(report)
    assert [each["suppressions"] for each in found.values()] == [
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "recount booked",
                "properties": {
                    "id": "W-1", "reason": "recount booked", "author": "a.author", "approver": "b.other",
                    "expires": "2026-12-05", "ticket": "OPS-311", "inline": False, "expired": False,
                },
            }
        ],
        [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": "recount booked",
                "properties": {
                    "id": "config/integration.yaml:13", "reason": "recount booked", "author": "a.author",
                    "approver": "b.other", "expires": "2026-12-05", "ticket": None, "inline": True, "expired": False,
                },
            }
        ],
    ]  # fmt: skip


def test_sarif_says_that_an_expired_waiver_suppresses_nothing() -> None:
    [suppression] = results(REPORT)["sync-interval-too-long"]["suppressions"]
    assert suppression["status"] == "rejected"


def test_sarif_does_not_suppress_a_cause_for_a_waived_symptom() -> None:
    story = replace(STORY, findings=(ROOT, replace(SYMPTOM, waiver=WAIVED)))
    assert "suppressions" not in results(story)[ROOT.rule]
    assert "suppressions" in results(story, render_full)[SYMPTOM.rule]
    whole = replace(story, findings=tuple(replace(each, waiver=WAIVED) for each in story.findings))
    assert len(results(whole)[ROOT.rule]["suppressions"]) == 1


@pytest.mark.parametrize(
    ("state", "count"), [(State.NEW, None), (State.UNCHANGED, 412), (State.UPDATED, 400)], ids=str
)
def test_sarif_gives_every_result_its_state_beside_the_baseline_and_keeps_its_fingerprints(
    state: State, count: int | None
) -> None:
    inherited = replace(FINDING, baseline=Inherited(state, count))
    report = replace(
        FAILING, findings=(inherited, SETTING), exceptions=Exceptions(baseline=Compared({state: 1}))
    )
    found, before = results(report), results(FAILING)
    assert {rule: result["baselineState"] for rule, result in found.items()} == {
        FINDING.rule: state.value,
        SETTING.rule: "new",
    }
    assert all("baselineState" not in result for result in before.values())
    for rule in found:
        assert found[rule]["fingerprints"] == before[rule]["fingerprints"]
        assert found[rule]["partialFingerprints"] == before[rule]["partialFingerprints"]


def test_sarif_notifies_of_waivers_that_somebody_must_look_at() -> None:
    [run] = json.loads(render(REPORT, PLAIN))["runs"]
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [
        (each["level"], each["message"]["text"])
        for each in told
        if each["descriptor"]["id"] == "exception-problem"
    ] == [
        ("note", ".rootlint/waivers.yaml:3:5: note: waiver W-8 does not hold before 2027-01-01"),
        ("warning", ".rootlint/waivers.yaml:9:5: warning: waiver W-9 is not used; delete it"),
    ]
