"""Checks of kind `limit`: an aggregate per group and period stays within a bound."""

import pytest
from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: limit
table: metrc_adjustments a
where: a.reason = 'Scale'
by: {label: a.label, day: local_date(a.recorded_at)}
measure: sum(abs(a.quantity))
at_most: 10
at: a.recorded_at
keys: {label: label, day: day}
collect: {reasons: list_of(a.reason)}
settle: hours(1)
evidence: {from: first_at}
message: "{label}: {rows} times, {measure} in all ({reasons})"
"""
CASE = """
captured_at: 2026-06-15T12:00:00Z
given:
  metrc_adjustments:
    - {adjustment_id: 1, label: A, reason: Scale, quantity: 6, recorded_at: "2026-06-02T06:59:59Z"}
    - {adjustment_id: 2, label: A, reason: Scale, quantity: -4.000001, recorded_at: "2026-06-01T07:00:00Z"}
    - {adjustment_id: 3, label: A, reason: Scale, quantity: 9, recorded_at: "2026-06-02T07:00:00Z"}
    - {adjustment_id: 4, label: B, reason: Scale, quantity: -10, recorded_at: "2026-06-02T07:00:00Z"}
    - {adjustment_id: 5, label: B, reason: Waste, quantity: -10, recorded_at: "2026-06-02T07:00:00Z"}
    - {adjustment_id: 6, label: C, reason: Scale, recorded_at: "2026-06-02T07:00:00Z"}
    - {adjustment_id: 7, label: D, reason: Scale, quantity: 11, recorded_at: "2026-06-15T08:00:00Z"}
    - {adjustment_id: 8, label: D, reason: Scale, quantity: 11, recorded_at: "2026-06-15T11:00:00.000001Z"}
"""


def test_a_group_whose_measure_exceeds_the_bound_is_a_violation_with_all_it_shows(made: Workbench) -> None:
    """Days are those of the facility, which is seven hours behind; what B has is at the bound."""
    found, outcomes = made.judged(CHECK, CASE)
    assert found == [
        {
            "subject": "A",
            "label": "A",
            "day": "2026-06-01",
            "at": "2026-06-02T06:59:59Z",
            "message": "A: 2 times, 10.000001 in all (Scale)",
            "evidence": {"from": "2026-06-01T07:00:00Z"},
            "place": 1,
        }
    ]
    # C has nothing to measure, and the last row of D says how old its group is.
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.FAIL, exposed=4, violations=1, undetermined=1, pending=1)
    ]


SUM = """
kind: limit
table: metrc_adjustments a
by: {{label: a.label}}
measure: {measure}
keys: {{label: label}}
message: "{{measure}}"
"""


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ("at_least: 4", ["A"]),
        ("at_most: 4", ["C"]),
        ("{at_least: 4, at_most: 4}", ["A", "C"]),
        ("{at_most: rows, having: rows > 1}", ["C"]),
        ("{at_most: 0, having: label = 'B'}", ["B"]),
        # A bound of an aggregate of the group that is null is no bound.
        ("at_most: case when label = 'A' then 1 end", ["A"]),
    ],
)
def test_a_measure_stays_between_its_bounds(made: Workbench, bounds: str, found: list[str]) -> None:
    lines = bounds.strip("{}").replace(", ", "\n")
    case = """
        given:
          metrc_adjustments:
            - {adjustment_id: 1, label: A, quantity: 3}
            - {adjustment_id: 2, label: B, quantity: 4}
            - {adjustment_id: 3, label: C, quantity: 2}
            - {adjustment_id: 4, label: C, quantity: 3}
    """
    violations = made.violations(f"{SUM.format(measure='sum(a.quantity)')}{lines}", case)
    assert [violation["label"] for violation in violations] == found


@pytest.mark.parametrize(("bound", "refused"), [("at_most: 1", False), ("at_least: 1", True)])
def test_too_little_is_judged_only_of_a_table_captured_whole(
    made: Workbench, bound: str, refused: bool
) -> None:
    case = """
        given: {metrc_adjustments: [{adjustment_id: 1, label: A, quantity: 1}]}
        tables: {metrc_adjustments: {complete: false}}
    """
    reason = "not captured whole: metrc_adjustments; what is missing there proves nothing"
    (outcome,) = made.outcomes(f"{SUM.format(measure='count(*)')}{bound}", case)
    assert (outcome.verdict, outcome.reason) == (
        (Verdict.NOT_EVALUATED, reason) if refused else (Verdict.PASS, None)
    )


def test_a_group_is_judged_by_the_value_in_force_at_its_last_row(made: Workbench) -> None:
    check = """
        kind: limit
        table: metrc_sale_lines l
        join: [metrc_sales s on s.facility = l.facility and s.receipt_id = l.receipt_id]
        by: {sale: s.external_number}
        measure: sum(l.quantity)
        at_most: param('purchase_limit_flower')
        at: s.sold_at
        keys: {sale: sale}
        message: "{measure}"
    """
    case = """
        parameters:
          purchase_limit_flower:
            - {value: {grams: 10}, in_force: {until: 2026-05-31}}
            - {value: {grams: 20}, in_force: {from: 2026-06-01}}
        given:
          metrc_sales:
            - {receipt_id: 1, external_number: X, sold_at: "2026-06-01T06:59:59Z"}
            - {receipt_id: 2, external_number: Y, sold_at: "2026-06-01T06:59:59Z"}
            - {receipt_id: 3, external_number: Y, sold_at: "2026-06-01T07:00:00Z"}
          metrc_sale_lines:
            - {receipt_id: 1, line: 1, quantity: 15}
            - {receipt_id: 2, line: 1, quantity: 7}
            - {receipt_id: 3, line: 1, quantity: 8}
    """
    assert [violation["sale"] for violation in made.violations(check, case)] == ["X"]


def test_groups_may_be_looked_up_by_the_alias_g(made: Workbench) -> None:
    having = "having: exists (select 1 as x from metrc_packages p where p.label = g.label)"
    case = """
        given:
          metrc_adjustments: [{adjustment_id: 1, label: A}, {adjustment_id: 2, label: B}]
          metrc_packages: [{label: B}]
    """
    violations = made.violations(f"{SUM.format(measure='count(*)')}at_most: 0\n{having}", case)
    assert [violation["label"] for violation in violations] == ["B"]


def test_faults_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: limit
        table: metrc_adjustments a
        by: {label: a.labl}
        measure: a.quantity
        at_least: hours(1)
        having: row > 1
        keys: {label: label}
        message: "{measur}"
        """
    )
    assert faults == (
        "made.yaml:5:12: error: an aggregate must stand here\n"
        "  help: sum(…), count(*), min(…), max(…), list_of(…)\n"
        "made.yaml:4:17: error: metrc_adjustments has no column 'labl'\n"
        "  help: did you mean 'label'?\n"
        "made.yaml:6:13: error: the measure is a decimal, this bound a duration\n"
        "made.yaml:7:11: error: no column 'row' here\n"
        "  help: did you mean 'rows'?\n"
        "made.yaml:9:14: error: no column 'measur' here\n"
        "  help: did you mean 'measure'?"
    )
    assert (
        made.faults(SUM.format(measure="count(*)"))
        == "made.yaml:2:3: error: a limit needs at_most or at_least"
    )
