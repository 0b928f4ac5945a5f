"""Checks of kind `balance`: what came in, went out and is on hand add up."""

from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: balance
on_hand: {table: metrc_packages p, where: p.state = 'active', key: {label: p.label}, value: p.quantity, at: p.last_modified}
terms:
  - {table: metrc_packages p, key: {label: p.label}, add: p.initial_quantity}
  - {table: metrc_adjustments a, key: {label: a.label}, add: a.quantity}
  - table: metrc_sale_lines l
    join: [metrc_sales s on s.facility = l.facility and s.receipt_id = l.receipt_id]
    where: s.state = 'active'
    key: {label: l.label}
    take: l.quantity
  - {table: metrc_package_sources c, key: {label: c.source_label}, take: c.quantity}
tolerance: 0.5
settle: hours(1)
message: "{label}: {on_hand} on hand, {balance} by its movements"
"""
CASE = """
captured_at: 2026-06-15T12:00:00Z
facilities: [{facility: F1}, {facility: F2}]
given:
  metrc_packages:
    - {label: A, state: active, quantity: 4, initial_quantity: 10, last_modified: "2026-06-15T11:00:00Z"}
    - {label: B, state: active, quantity: 3.5, initial_quantity: 10, last_modified: "2026-06-15T11:00:00Z"}
    - {label: C, state: active, quantity: 1, initial_quantity: 10, last_modified: "2026-06-15T11:00:00.000001Z"}
    - {label: D, state: inactive, quantity: 1, initial_quantity: 10}
    - {label: E, state: active, quantity: 10}
    - {label: F, state: active, initial_quantity: 10}
    - {facility: F2, label: A, state: active, quantity: 10, initial_quantity: 10}
  metrc_adjustments: [{adjustment_id: 1, label: B, quantity: -2}, {adjustment_id: 2, label: B}, {adjustment_id: 3, label: A, quantity: -1}]
  metrc_sales: [{receipt_id: 1, state: active}, {receipt_id: 2, state: voided}]
  metrc_sale_lines:
    - {receipt_id: 1, line: 1, label: A, quantity: 1.5}
    - {receipt_id: 1, line: 2, label: B, quantity: 3}
    - {receipt_id: 1, line: 3, label: B, quantity: 1}
    - {receipt_id: 2, line: 1, label: B, quantity: 7}
  metrc_package_sources: [{label: X, source_label: A, quantity: 3}]
"""


def test_a_difference_beyond_the_tolerance_is_a_violation_with_all_it_shows(made: Workbench) -> None:
    """A and B are off by the tolerance; E by all it holds, since a null amount counts as nothing."""
    found, outcomes = made.judged(CHECK, CASE)
    assert found == [
        {
            "subject": "E",
            "label": "E",
            "message": "E: 10 on hand, 0 by its movements",
            "evidence": {"on hand": "10", "movements add up to": "0", "difference": "10"},
            "place": 5,
        }
    ]
    # F holds nobody knows what, so nothing of it is on hand to be judged; C changed within the lag.
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.FAIL, exposed=3, violations=1, pending=1),
        Outcome("made/made", "F2", Verdict.PASS, exposed=1),
    ]


def test_movements_of_another_facility_do_not_count(made: Workbench) -> None:
    elsewhere = CASE.replace("{adjustment_id: 3, label: A,", "{facility: F2, adjustment_id: 3, label: A,")
    found = [
        (violation.get("facility", "F1"), violation["message"])
        for violation in made.violations(CHECK, elsewhere)
    ]
    assert found == [
        ("F1", "A: 4 on hand, 5.5 by its movements"),
        ("F1", "E: 10 on hand, 0 by its movements"),
        ("F2", "A: 10 on hand, 9 by its movements"),
    ]


def test_every_table_of_movements_must_have_been_captured_whole(made: Workbench) -> None:
    parts = "tables: {metrc_sales: {complete: false}, metrc_package_sources: {complete: false}}\n"
    needs = ("metrc_package_sources", "metrc_sales")
    reason = f"not captured whole: {', '.join(needs)}; what is missing there proves nothing"
    assert made.outcomes(CHECK, CASE + parts) == [
        Outcome("made/made", facility, Verdict.NOT_EVALUATED, reason, needs) for facility in ("F1", "F2")
    ]


def test_faults_of_the_terms_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: balance
        on_hand: {table: metrc_packages p, key: {label: p.label}, value: p.item, at: p.label, since: p.label}
        terms:
          - {table: metrc_packages p, key: {label: p.label}, add: p.initial_quantit}
          - {table: metrc_adjustments a, key: {item: a.label}, add: a.quantity}
        message: made
        """
    )
    assert faults == (
        "made.yaml:5:63: error: metrc_packages has no column 'initial_quantit'\n"
        "  help: did you mean 'initial_quantity'?\n"
        "made.yaml:6:41: error: the key is item here and label on hand\n"
        "made.yaml:3:68: error: this is a text; a decimal must stand here\n"
        "made.yaml:3:80: error: this is a text; an instant must stand here\n"
        "made.yaml:3:96: error: this is a text; an instant must stand here"
    )


def test_faults_of_what_speaks_of_the_balance_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: balance
        on_hand: {table: metrc_packages p, key: {label: p.label}, value: p.quantity}
        terms: [{table: metrc_packages p, key: {label: p.label}, add: p.initial_quantity}]
        tolerance: hours(1)
        message: "{balanc}"
        """
    )
    assert faults == (
        "made.yaml:5:14: error: this is a duration; a decimal must stand here\n"
        "made.yaml:6:14: error: no column 'balanc' here\n"
        "  help: did you mean 'balance'?"
    )


def test_a_term_goes_one_way_and_there_is_at_least_one(made: Workbench) -> None:
    hand = "kind: balance\non_hand: {table: metrc_packages p, key: {label: p.label}, value: p.quantity}\nmessage: made\n"
    term = "{table: metrc_packages p, key: {label: p.label}"
    assert made.faults(f"{hand}terms: [{term}}}, {term}, add: p.quantity, take: p.quantity}}]") == (
        "made.yaml:5:11: error: a term has either add or take\n"
        "made.yaml:5:61: error: a term has either add or take"
    )
    assert made.faults(f"{hand}terms: []") == (
        "made.yaml:5:10: error: list should have at least 1 item after validation, not 0\n"
        "  help: the movements that make the balance; along lineage too, by the parent's or the child's label"
    )
