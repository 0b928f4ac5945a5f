"""Checks of kind `unique`: no two rows may share what makes them one."""

from dataclasses import replace

from rules_made import Workbench

from rootlint.model import Outcome, Verdict
from rootlint.rules.running import evaluate

CHECK = """
kind: unique
table: metrc_sales s
where: s.state = 'active'
by: {sale: s.external_number}
collect: {receipts: list_of(text(s.receipt_id))}
at: s.recorded_at
keys: {sale: sale}
settle: hours(1)
evidence: {first: first_at, last: last_at}
message: "sale {sale} stands on {rows} receipts: {receipts}"
"""
CASE = """
captured_at: 2026-06-15T12:00:00Z
facilities: [{facility: F1}, {facility: F2}]
given:
  metrc_sales:
    - {receipt_id: 5, external_number: X, state: active, recorded_at: "2026-06-01T08:00:00Z"}
    - {receipt_id: 1, external_number: Y, state: active, recorded_at: "2026-06-02T08:00:00Z"}
    - {receipt_id: 2, external_number: X, state: active, recorded_at: "2026-06-03T08:00:00Z"}
    - {receipt_id: 3, external_number: Y, state: voided, recorded_at: "2026-06-04T08:00:00Z"}
    - {receipt_id: 4, external_number: Z, state: active, recorded_at: "2026-06-05T08:00:00Z"}
    - {receipt_id: 6, external_number: Z, state: active, recorded_at: "2026-06-15T11:00:00.000001Z"}
    - {facility: F2, receipt_id: 7, external_number: Y, state: active}
    - {facility: F2, receipt_id: 8, state: active}
    - {facility: F2, receipt_id: 9, state: active}
"""
X = {
    "subject": "X",
    "sale": "X",
    "at": "2026-06-03T08:00:00Z",
    "message": "sale X stands on 2 receipts: 2, 5",
    "evidence": {"first": "2026-06-01T08:00:00Z", "last": "2026-06-03T08:00:00Z"},
    "place": 1,
}
NOTHING = {
    "message": "sale none stands on 2 receipts: 8, 9",
    "evidence": {"first": None, "last": None},
    "place": 8,
}


def test_a_group_of_more_than_one_row_is_a_violation_and_two_nulls_are_the_same_value(
    made: Workbench,
) -> None:
    found, outcomes = made.judged(CHECK, CASE)
    assert found == [X, {"facility": "F2", "subject": "", **NOTHING}]
    # Z repeats within the lag; its last row says how old the group is.
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.FAIL, exposed=2, violations=1, pending=1),
        Outcome("made/made", "F2", Verdict.FAIL, exposed=2, violations=1),
    ]


def test_a_group_across_facilities_belongs_to_none(made: Workbench) -> None:
    found, outcomes = made.judged(f"{CHECK}across_facilities: true\n", CASE)
    assert [(violation["message"], violation["facility"]) for violation in found] == [
        ("sale Y stands on 2 receipts: 1, 7", None),
        ("sale X stands on 2 receipts: 2, 5", None),
        ("sale none stands on 2 receipts: 8, 9", None),
    ]
    # The operator as a whole has the outcome, no facility of its own.
    assert outcomes == [Outcome("made/made", None, Verdict.FAIL, exposed=3, violations=3, pending=1)]


def test_a_group_across_facilities_holds_rows_of_the_selected_ones_only(made: Workbench) -> None:
    rule = made.rule(f"{CHECK}across_facilities: true\n", CASE)
    run = replace(made.run(rule), facilities=("F2",))
    assert evaluate([rule], run).outcomes == (
        Outcome("made/made", None, Verdict.FAIL, exposed=2, violations=1),
    )
    assert [violation["message"] for violation in made.found()] == [NOTHING["message"]]


def test_rows_without_a_time_make_groups_without_one(made: Workbench) -> None:
    check = """
        kind: unique
        table: metrc_sales s
        by: {sale: s.external_number}
        keys: {sale: sale}
        message: "{rows}"
    """
    case = "given: {metrc_sales: [{external_number: X}, {external_number: X}, {external_number: X}]}"
    assert made.violations(check, case) == [{"subject": "X", "sale": "X", "message": "3", "place": 1}]


def test_faults_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: unique
        table: metrc_sales s
        by: {sale: s.external_number, user: s.patient}
        collect: {receipts: s.receipt_id}
        keys: {sale: sal}
        message: "{row}"
        """
    )
    assert faults == (
        "made.yaml:5:23: error: an aggregate must stand here\n"
        "  help: sum(…), count(*), min(…), max(…), list_of(…)\n"
        "made.yaml:4:39: error: key 'user' would show a private column\n"
        "made.yaml:6:16: error: no column 'sal' here\n"
        "  help: did you mean 'sale'?\n"
        "made.yaml:7:14: error: no column 'row' here\n"
        "  help: did you mean 'rows'?"
    )
