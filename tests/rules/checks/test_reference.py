"""Checks of kind `reference`: what a row names must exist."""

import pytest
from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: reference
table: internal_sale_lines l
join: [internal_sales s on s.facility = l.facility and s.sale_id = l.sale_id]
where: l.label is not null
refers_to: metrc_packages p on p.facility = l.facility and p.label = l.label
keys: {label: l.label, sale: l.sale_id}
at: s.sold_at
settle: hours(1)
message: "{l.label} was sold"
"""
CASE = """
captured_at: 2026-06-15T12:00:00Z
given:
  metrc_packages: [{label: A}, {facility: F2, label: D}]
  internal_sales:
    - {sale_id: s1, sold_at: "2026-06-15T11:00:00Z"}
    - {sale_id: s2, sold_at: "2026-06-15T11:00:00.000001Z"}
    - {sale_id: s3}
  internal_sale_lines:
    - {sale_id: s1, line: 1, label: A}
    - {sale_id: s1, line: 2, label: B}
    - {sale_id: s1, line: 3}
    - {sale_id: s2, line: 1, label: B}
    - {sale_id: s3, line: 1, label: C}
    - {sale_id: s3, line: 2, label: D}
facilities: [{facility: F1}]
"""


def test_a_row_that_names_what_its_facility_does_not_have_is_a_violation(made: Workbench) -> None:
    found, outcomes = made.judged(CHECK, CASE)
    assert found == [
        {
            "subject": "B",
            "label": "B",
            "sale": "s1",
            "at": "2026-06-15T11:00:00Z",
            "message": "B was sold",
            "place": 2,
        },
        {"subject": "C", "label": "C", "sale": "s3", "message": "C was sold", "place": 5},
        {"subject": "D", "label": "D", "sale": "s3", "message": "D was sold", "place": 6},
    ]
    # The line of s2 is younger than the lag; one of an unknown time is judged.
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=4, violations=3, pending=1)]


def test_a_null_names_nothing_that_exists(made: Workbench) -> None:
    check = CHECK.replace("where: l.label is not null\n", "").replace("settle: hours(1)\n", "")
    case = """
        given:
          metrc_packages: [{label: A}, {item: Rose}]
          internal_sales: [{sale_id: s1}]
          internal_sale_lines: [{sale_id: s1, line: 1}]
    """
    assert made.violations(check, case) == [
        {"subject": "", "sale": "s1", "message": "none was sold", "place": 1}
    ]


@pytest.mark.parametrize(("partial", "refused"), [("metrc_packages", True), ("internal_sale_lines", False)])
def test_the_table_referred_to_must_have_been_captured_whole(
    made: Workbench, partial: str, refused: bool
) -> None:
    (outcome,) = made.outcomes(CHECK, f"{CASE}tables: {{{partial}: {{complete: false}}}}\n")
    reason = f"not captured whole: {partial}; what is missing there proves nothing"
    assert (outcome.reason, outcome.needs) == ((reason, (partial,)) if refused else (None, ()))


def test_faults_of_what_is_referred_to_are_told_with_their_places(made: Workbench) -> None:
    check = "kind: reference\ntable: metrc_sales s\nkeys: {receipt: s.receipt_id}\n"
    assert made.faults(
        f'{check}message: "{{p.label}}"\nrefers_to: metrc_packages p on p.facilty = s.facility'
    ) == (
        "made.yaml:6:36: error: metrc_packages has no column 'facilty'\n"
        "  help: did you mean 'facility'?\n"
        "made.yaml:5:14: error: no table has the alias 'p' here\n"
        "  help: aliases: s"
    )
    assert made.faults(f"{check}message: made\nrefers_to: metrc_package p on p.facility = s.facility") == (
        "made.yaml:6:14: error: the snapshot format has no table 'metrc_package'\n"
        "  help: did you mean 'metrc_packages'?"
    )
    assert made.faults(f"{check}message: made\nrefers_to: metrc_packages p") == (
        "made.yaml:6:14: error: a join needs ON with at least one equality\n"
        "  help: join on facility and a key"
    )
    assert made.faults(f"{check}message: made") == (
        "made.yaml:2:3: error: key 'refers_to' is missing\n"
        "  help: the table and the condition under which a row of it is the one named: "
        "'metrc_packages p on p.facility = l.facility and p.label = l.label'"
    )
