"""JUnit XML."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

from hypothesis import given
from made_by_chance import reports
from made_reports import CLEAN, FAILING, FINDING, OUTCOMES, RETAIL, SETTING, STORY

from rootlint.model import Outcome, Report, Role, Severity, Verdict
from rootlint.report.junit import render
from rootlint.report.style import PLAIN


def suites(report: Report) -> dict[str, dict[str, tuple[str, str]]]:
    """By suite and case how each ended, and the message."""
    root = ElementTree.fromstring(render(report, PLAIN))
    return {
        suite.get("name", ""): {case.get("name", ""): _end(case) for case in suite.iter("testcase")}
        for suite in root.iter("testsuite")
    }


def _end(case: ElementTree.Element) -> tuple[str, str]:
    ends = [(end.tag, end.get("message", "")) for end in case if end.tag in ("failure", "error", "skipped")]
    assert len(ends) <= 1, "a case ends once"
    return ends[0] if ends else ("passed", "")


def counts(element: ElementTree.Element) -> dict[str, str | None]:
    return {name: element.get(name) for name in ("tests", "failures", "errors", "skipped")}


def test_a_facility_is_a_suite_and_a_rule_a_case_that_ends_as_its_verdict() -> None:
    assert suites(FAILING) == {
        "C10-0000001-LIC": {
            "sale-reported-late": (
                "skipped",
                "not evaluated: not captured: metrc_sales (needs metrc_sales)",
            ),
            "unit-of-measure-mismatch": (
                "failure",
                "The operator's system counts a package in another unit than METRC does (412 violations)",
            ),
        },
        "402R-00002": {
            "sale-reported-late": ("skipped", "not applicable: about retail, this is cultivation"),
            "unit-of-measure-mismatch": ("passed", ""),
            "wet-weight-changed": ("error", "error: the number is too large"),
        },
        "whole integration": {
            "sync-interval-too-long": (
                "failure",
                "The integration asks METRC for changes less often than its deadlines allow (1 violation)",
            )
        },
    }


def test_suites_count_their_cases() -> None:
    root = ElementTree.fromstring(render(FAILING, PLAIN))
    assert counts(root) == {"tests": "6", "failures": "2", "errors": "1", "skipped": "2"}
    assert [counts(suite) for suite in root] == [
        {"tests": "2", "failures": "1", "errors": "0", "skipped": "1"},
        {"tests": "3", "failures": "0", "errors": "1", "skipped": "1"},
        {"tests": "1", "failures": "1", "errors": "0", "skipped": "0"},
    ]


def test_a_failure_holds_every_finding_of_its_rule_with_samples_and_is_as_bad_as_the_worst() -> None:
    milder = replace(FINDING, id="9", scope={"item": "Made Oil"}, severity=Severity.NOTE, count=2)
    root = ElementTree.fromstring(render(replace(FAILING, findings=(milder, FINDING)), PLAIN))
    failure = root.find(".//failure[@type='error']")
    assert failure is not None
    assert failure.get("message") == (
        "The operator's system counts a package in another unit than METRC does (414 violations)"
    )
    text = failure.text or ""
    assert [line for line in text.splitlines() if line.startswith(("error[", "note["))] == [
        "note[unit-of-measure-mismatch] C10-0000001-LIC item=Made Oil: The operator's system counts a package in "
        "another unit than METRC does (2 of 9,310 records, 2026-08-03 to 2026-09-11)",
        "error[unit-of-measure-mismatch] C10-0000001-LIC item=Made Flower: The operator's system counts a package in "
        "another unit than METRC does (412 of 9,310 records, 2026-08-03 to 2026-09-11)",
    ]
    assert "1A4FF0000000001: METRC counts Grams, the operator's system Each" in text


def test_the_last_suite_tells_the_run_and_what_no_case_can() -> None:
    suite = ElementTree.fromstring(render(FAILING, PLAIN))[-1]
    told = (suite.findtext("system-out") or "").splitlines()
    assert told[:3] == [
        "metrc_packages read in part: 2 of 9,612 rows set aside; not captured whole; times without an offset were "
        "read in the facility's zone",
        "tables/metrc_packages.csv:14:3: warning: quantity 'eight' is no number; write 8",
        "tables/metrc_packages.csv:15: error: the label stands twice",
    ]
    assert told[-1] == "exit code 1: findings at or above warning, not everything was evaluated"
    assert {each.get("name"): each.get("value") for each in suite.iter("property")} == {
        "rootlint": "0.1.0",
        "as-of": "2026-11-20",
        "snapshot-digest": "77fe" * 16,
        "exit-code": "1",
    }


def test_a_case_that_passed_in_part_says_so() -> None:
    root = ElementTree.fromstring(render(FAILING, PLAIN))
    case = root.find("testsuite[@name='402R-00002']/testcase[@name='unit-of-measure-mismatch']")
    assert case is not None
    assert case.findtext("system-out") == (
        "judged in part: 12 of 300 records could not be judged, a value is null; 3 pending, younger than the lag granted"
    )


def test_a_run_that_judged_nothing_still_says_so() -> None:
    root = ElementTree.fromstring(render(replace(CLEAN, outcomes=(), exit_code=3), PLAIN))
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("whole integration", "0")]
    assert (root[0].findtext("system-out") or "").endswith(
        "exit code 3: no finding at or above warning, nothing was evaluated"
    )


def test_an_inferred_cause_is_a_failure_though_no_rule_has_its_name() -> None:
    inferred = replace(
        SETTING, rule="inferred-cause", role=Role.INFERRED, facility="X9", summary="They share a user."
    )
    assert suites(replace(FAILING, findings=(inferred,)))["X9"] == {
        "inferred-cause": ("failure", "They share a user (1 violation)")
    }


def test_a_failed_verdict_fails_even_where_the_report_has_no_finding_of_it() -> None:
    report = replace(
        CLEAN, outcomes=(Outcome("a-rule", RETAIL.facility, Verdict.FAIL, exposed=9, violations=4),)
    )
    assert suites(report)[RETAIL.facility] == {"a-rule": ("failure", "a-rule (4 violations)")}


def test_the_order_of_outcomes_does_not_change_a_byte() -> None:
    assert render(replace(STORY, outcomes=OUTCOMES[::-1]), PLAIN) == render(STORY, PLAIN)


@given(reports())
def test_any_report_is_xml_and_loses_no_finding(report: Report) -> None:
    text = render(report, PLAIN)
    root = ElementTree.fromstring(text)
    heads = {(finding.facility, finding.rule) for finding in report.findings}
    failed = sum(case.find("failure") is not None for case in root.iter("testcase"))
    assert failed >= len(heads)
    assert sum(int(suite.get("tests", "")) for suite in root) == int(root.get("tests", ""))
    assert all(sign.isprintable() or sign == "\n" for sign in text)
