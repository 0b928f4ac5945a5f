"""Checks of kind `deadline`: what happened is recorded by a clock or within a period."""

import pytest
from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: deadline
table: metrc_sales s
where: s.state = 'active'
event: s.sold_at
done: s.recorded_at
within: param('sales_report_deadline')
keys: {receipt: s.receipt_id}
message: "receipt {s.receipt_id}"
"""


def _sales(parameter: str, *sales: str) -> str:
    rows = "".join(f"\n    - {{state: active, {sale}}}" for sale in sales)
    return f"captured_at: 2026-06-15T12:00:00Z\nparameters: {{sales_report_deadline: {parameter}}}\ngiven:\n  metrc_sales:{rows}\n"


def test_what_is_recorded_after_the_deadline_is_a_violation_and_at_it_is_not(made: Workbench) -> None:
    case = _sales(
        "{hours: 24}",
        'receipt_id: 1, sold_at: "2026-06-01T08:00:00Z", recorded_at: "2026-06-02T08:00:00Z"',
        'receipt_id: 2, sold_at: "2026-06-01T08:00:00Z", recorded_at: "2026-06-02T08:00:01Z"',
        'receipt_id: 3, sold_at: "2026-06-01T08:00:00Z", recorded_at: "2026-06-01T07:00:00Z"',
        'receipt_id: 4, recorded_at: "2026-06-01T07:00:00Z"',
    )
    case += '    - {state: voided, receipt_id: 5, sold_at: "2026-06-01T08:00:00Z"}\n'
    found, outcomes = made.judged(CHECK, case)
    assert found == [
        {
            "subject": "2",
            "receipt": "2",
            "at": "2026-06-01T08:00:00Z",
            "message": "receipt 2",
            "evidence": {"due": "2026-06-02T08:00:00Z", "done": "2026-06-02T08:00:01Z"},
            "place": 2,
        }
    ]
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=4, violations=1, undetermined=1)]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("violation", [Outcome("made/made", "F1", Verdict.FAIL, exposed=2, violations=1)]),
        (
            "ignore",
            [
                Outcome(
                    "made/made",
                    "F1",
                    Verdict.NOT_EVALUATED,
                    "none of 2 records could be judged: what the rule compares is null",
                    exposed=2,
                    undetermined=2,
                )
            ],
        ),
    ],
)
def test_what_is_not_done_is_a_violation_once_its_deadline_has_passed_at_the_capture(
    made: Workbench, missing: str, expected: list[Outcome]
) -> None:
    """The capture is on 15 June at 12:00; what is due then is still in time."""
    case = _sales(
        "{hours: 24}",
        'receipt_id: 1, sold_at: "2026-06-14T12:00:00Z"',
        'receipt_id: 2, sold_at: "2026-06-14T11:59:59Z"',
    )
    found, outcomes = made.judged(f"{CHECK}missing: {missing}\n", case)
    assert outcomes == expected
    assert [violation["receipt"] for violation in found] == ["2"] * len(found)


@pytest.mark.parametrize(
    ("deadline", "due"),
    [
        ("{minutes: 90}", "2026-03-07T21:30:00Z"),
        ("{by: '23:59', day: same}", "2026-03-08T08:00:00Z"),
        ("{by: '01:30', day: next}", "2026-03-08T09:30:00Z"),
        ("{by: '03:00', day: next}", "2026-03-08T10:00:00Z"),
        ("{days: 1}", "2026-03-09T07:00:00Z"),
        ("{business_days: 1}", "2026-03-10T07:00:00Z"),
        ("{months: 1}", "2026-04-08T07:00:00Z"),
    ],
)
def test_a_deadline_is_read_in_the_time_zone_of_the_facility(
    made: Workbench, deadline: str, due: str
) -> None:
    """Sold at noon in Los Angeles on Saturday, 7 March 2026, the night before clocks go forward."""
    case = _sales(deadline, 'receipt_id: 1, sold_at: "2026-03-07T20:00:00Z"')
    assert made.violations(CHECK, case) == [
        {
            "subject": "1",
            "receipt": "1",
            "at": "2026-03-07T20:00:00Z",
            "message": "receipt 1",
            "evidence": {"due": due, "done": None},
            "place": 1,
        }
    ]


def test_hours_run_from_the_end_of_the_day_when_only_the_day_is_known(made: Workbench) -> None:
    check = """
        kind: deadline
        table: metrc_lab_results r
        event: r.tested_on
        done: r.released_at
        within: hours(24)
        keys: {label: r.label}
        message: made
    """
    case = """
        given:
          metrc_lab_results:
            - {label: A, tested_on: 2026-06-01, released_at: "2026-06-03T07:00:00Z"}
            - {label: B, tested_on: 2026-06-01, released_at: "2026-06-03T07:00:01Z"}
    """
    assert made.violations(check, case) == [
        {
            "subject": "B",
            "label": "B",
            "at": "2026-06-01T07:00:00Z",
            "message": "made",
            "evidence": {"due": "2026-06-03T07:00:00Z", "done": "2026-06-03T07:00:01Z"},
            "place": 2,
        }
    ]


def test_what_was_done_on_a_known_day_is_compared_by_days(made: Workbench) -> None:
    check = """
        kind: deadline
        table: metrc_packages p
        event: p.last_modified
        done: p.packaged_on
        within: hours(24)
        keys: {label: p.label}
        message: made
    """
    case = """
        given:
          metrc_packages:
            - {label: A, last_modified: "2026-06-01T20:00:00Z", packaged_on: 2026-06-02}
            - {label: B, last_modified: "2026-06-01T20:00:00Z", packaged_on: 2026-06-03}
    """
    assert [violation["label"] for violation in made.violations(check, case)] == ["B"]


def test_a_day_after_the_last_day_allowed_is_late(made: Workbench) -> None:
    """The deadline of calendar days ends at midnight, which is the first instant of the day after."""
    check = """
        kind: deadline
        table: metrc_harvests h
        event: h.started_on
        done: h.finished_on
        within: param('harvest_finish_deadline')
        keys: {harvest: h.name}
        message: made
    """
    case = """
        parameters: {harvest_finish_deadline: {days: 3}}
        given:
          metrc_harvests:
            - {harvest_id: 1, name: A, started_on: 2026-06-01, finished_on: 2026-06-04}
            - {harvest_id: 2, name: B, started_on: 2026-06-01, finished_on: 2026-06-05}
    """
    assert [violation["harvest"] for violation in made.violations(check, case)] == ["B"]


def test_the_value_in_force_at_the_event_is_judged_by_whatever_at_says(made: Workbench) -> None:
    """One hour until the last of May in Los Angeles, two days from the first of June."""
    parameter = "[{value: {hours: 1}, in_force: {until: 2026-05-31}}, {value: {hours: 48}, in_force: {from: 2026-06-01}}]"
    case = _sales(
        parameter,
        'receipt_id: 1, sold_at: "2026-06-01T06:59:59Z", recorded_at: "2026-06-01T08:00:00Z"',
        'receipt_id: 2, sold_at: "2026-06-01T07:00:00Z", recorded_at: "2026-06-01T08:00:01Z"',
        'receipt_id: 3, sold_at: "2026-06-01T05:00:00Z", recorded_at: "2026-06-01T06:00:00Z"',
    )
    assert [violation["receipt"] for violation in made.violations(CHECK, case)] == ["1"]
    recorded = made.violations(f"{CHECK}at: s.recorded_at\n", case)
    assert [(violation["receipt"], violation["at"]) for violation in recorded] == [
        ("1", "2026-06-01T08:00:00Z")
    ]


def test_faults_are_told_once_each_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: deadline
        table: metrc_sales s
        event: s.sold_a
        done: s.total
        within: 24
        keys: {receipt: s.receipt_id}
        message: made
        """
    )
    assert faults == (
        "made.yaml:4:12: error: metrc_sales has no column 'sold_a'\n"
        "  help: did you mean 'sold_at'?\n"
        "made.yaml:5:9: error: this is a decimal; an instant or a date must stand here\n"
        "made.yaml:6:11: error: this is an integer; a deadline parameter or a duration must stand here\n"
        "  help: write param('…'), minutes(n), hours(n), days(n)"
    )
    assert made.faults(CHECK.replace("sales_report_deadline", "sales_deadline")) == (
        "made.yaml:7:17: error: no parameter 'sales_deadline' is known\n"
        "  help: did you mean 'sales_report_deadline'?"
    )
    assert made.faults(f"{CHECK}missing: violations\n") == (
        "made.yaml:10:12: error: 'violations' cannot stand here\n  help: did you mean 'violation'? allowed: violation or ignore"
    )
