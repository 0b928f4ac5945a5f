"""Checks of kind `match`: two sides agree on a key and a value, within a tolerance and a lag."""

import pytest
from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: match
left:
  table: metrc_packages p
  where: p.state = 'active'
  key: {label: p.label}
  value: p.quantity
  unit: p.unit_of_measure
  at: p.last_modified
  collect: {item: p.item}
right:
  table: internal_inventory i
  key: {label: i.label}
  value: i.quantity
  unit: i.unit_of_measure
  at: i.last_modified
keys: {item: item}
tolerance: 0.5
settle: hours(2)
evidence: {rows: left_rows}
message: "{label}: {left_value} {left_unit}, {right_value} {right_unit}"
"""


def test_values_further_apart_than_the_tolerance_are_a_violation_with_all_it_shows(made: Workbench) -> None:
    found, outcomes = made.judged(
        CHECK,
        """
        given:
          metrc_packages:
            - {label: A, item: Rose, state: active, quantity: 2.500001, unit_of_measure: Each, last_modified: "2026-06-01T08:00:00Z"}
            - {label: B, item: Rose, state: active, quantity: 2.5, unit_of_measure: Each}
            - {label: C, item: Rose, state: inactive, quantity: 9, unit_of_measure: Each}
            - {label: D, item: Rose, state: active, quantity: 9, unit_of_measure: Each}
          internal_inventory:
            - {label: A, quantity: 2, unit_of_measure: Each, last_modified: "2026-06-02T08:00:00Z"}
            - {label: B, quantity: 2, unit_of_measure: Each}
            - {label: C, quantity: 2, unit_of_measure: Each}
            - {label: E, quantity: 2, unit_of_measure: Each}
        """,
    )
    assert found == [
        {
            "subject": "A",
            "label": "A",
            "item": "Rose",
            "at": "2026-06-02T08:00:00Z",
            "message": "A: 2.500001 Each, 2 Each",
            "evidence": {"left value": "2.500001", "right value": "2", "rows": "1"},
            "place": 1,
        }
    ]
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=2, violations=1)]


def _one_pair(package: str, stock: str, tables: str = "") -> str:
    return f"""
        captured_at: 2026-06-15T12:00:00Z
        given:
          metrc_packages: [{{label: A, state: active, quantity: 9, {package}}}]
          internal_inventory: [{{label: A, {stock}}}]
        tables: {{{tables}}}
    """


@pytest.mark.parametrize(
    ("last_modified", "outcome"),
    [
        ("2026-06-15T10:00:00Z", Outcome("made/made", "F1", Verdict.FAIL, exposed=1, violations=1)),
        (
            "2026-06-15T10:00:00.000001Z",
            Outcome("made/made", "F1", Verdict.NOT_APPLICABLE, "no record in scope, 1 pending", pending=1),
        ),
    ],
    ids=["as old as the lag", "just younger"],
)
def test_a_pair_whose_last_change_is_younger_than_the_lag_is_pending(
    made: Workbench, last_modified: str, outcome: Outcome
) -> None:
    changed = f'quantity: 1, last_modified: "{last_modified}"'
    assert made.outcomes(CHECK, _one_pair('last_modified: "2026-06-01T08:00:00Z"', changed)) == [outcome]


def test_the_lag_counts_from_the_earliest_capture_of_the_tables(made: Workbench) -> None:
    pair = ('last_modified: "2026-06-15T09:30:00Z"', "quantity: 1")
    earlier = "internal_inventory: {captured_at: '2026-06-15T11:00:00Z'}"
    assert made.outcomes(CHECK, _one_pair(*pair))[0].verdict is Verdict.FAIL
    assert made.outcomes(CHECK, _one_pair(*pair, earlier))[0].pending == 1


def test_a_null_value_leaves_the_pair_not_judged(made: Workbench) -> None:
    reason = "none of 1 records could be judged: what the rule compares is null"
    assert made.judged(CHECK, _one_pair("unit_of_measure: Each", "unit_of_measure: Each")) == (
        [],
        [Outcome("made/made", "F1", Verdict.NOT_EVALUATED, reason, exposed=1, undetermined=1)],
    )


def test_a_pair_of_different_units_is_not_in_scope_and_one_of_an_unknown_unit_is(made: Workbench) -> None:
    different = _one_pair("unit_of_measure: Grams", "quantity: 1, unit_of_measure: Each")
    assert made.outcomes(CHECK, different) == [
        Outcome("made/made", "F1", Verdict.NOT_APPLICABLE, "no record in scope")
    ]
    unknown = _one_pair("unit_of_measure: Grams", "quantity: 1")
    assert [violation["message"] for violation in made.violations(CHECK, unknown)] == ["A: 9 Grams, 1 none"]


SIDES = """
kind: match
left: {{table: metrc_packages p, key: {{label: p.label}}, value: p.quantity}}
right: {{table: internal_inventory i, key: {{label: i.label}}, value: i.quantity}}
missing: {missing}
message: "{{left_value}} {{right_value}}"
"""
BOTH_SIDES = """
given:
  metrc_packages: [{label: A, quantity: 1}, {label: B, quantity: 1}, {label: D, quantity: 1}]
  internal_inventory: [{label: A, quantity: 1}, {label: C, quantity: 1}, {label: D, quantity: 2}]
"""
LEFT_ONLY, RIGHT_ONLY, DIFFERENT = ("B", "1 none"), ("C", "none 1"), ("D", "1 2")


@pytest.mark.parametrize(
    ("missing", "exposed", "found"),
    [
        ("ignore", 2, [DIFFERENT]),
        ("left", 3, [RIGHT_ONLY, DIFFERENT]),
        ("right", 3, [LEFT_ONLY, DIFFERENT]),
        ("both", 4, [LEFT_ONLY, RIGHT_ONLY, DIFFERENT]),
    ],
)
def test_an_absent_row_is_a_violation_on_the_side_that_missing_names(
    made: Workbench, missing: str, exposed: int, found: list[tuple[str, str]]
) -> None:
    violations, outcomes = made.judged(SIDES.format(missing=missing), BOTH_SIDES)
    assert [(violation["label"], violation["message"]) for violation in violations] == found
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=exposed, violations=len(found))]


@pytest.mark.parametrize(
    ("missing", "partial", "refused"),
    [
        ("ignore", "internal_inventory", False),
        ("left", "internal_inventory", False),
        ("left", "metrc_packages", True),
        ("right", "internal_inventory", True),
        ("right", "metrc_packages", False),
        ("both", "metrc_packages", True),
        ("both", "internal_inventory", True),
    ],
)
def test_a_side_that_may_be_missing_must_have_been_captured_whole(
    made: Workbench, missing: str, partial: str, refused: bool
) -> None:
    case = f"{BOTH_SIDES}tables: {{{partial}: {{complete: false}}}}\n"
    reason = f"not captured whole: {partial}; what is missing there proves nothing"
    (outcome,) = made.outcomes(SIDES.format(missing=missing), case)
    assert (outcome.reason, outcome.needs) == ((reason, (partial,)) if refused else (None, ()))


ADDED_UP = """
kind: match
left: {{table: metrc_packages p, key: {{item: p.item}}, value: sum(p.quantity)}}
right: {{table: internal_inventory i, key: {{item: i.sku}}, value: i.quantity}}
tolerance: 1
differs: {differs}
message: "{{left_value}} of {{left_rows}}, {{right_value}} of {{right_rows}}"
"""


@pytest.mark.parametrize(
    ("differs", "found"),
    [
        ("either", [("X", "4 of 2, 2 of 2"), ("Y", "1 of 1, 3 of 1")]),
        ("more", [("X", "4 of 2, 2 of 2")]),
        ("less", [("Y", "1 of 1, 3 of 1")]),
    ],
)
def test_rows_under_one_key_count_by_their_aggregate_or_else_by_the_greatest(
    made: Workbench, differs: str, found: list[tuple[str, str]]
) -> None:
    violations = made.violations(
        ADDED_UP.format(differs=differs),
        """
        given:
          metrc_packages:
            - {label: A, item: X, quantity: 2}
            - {label: B, item: X, quantity: 2}
            - {label: C, item: Y, quantity: 1}
            - {label: D, item: Z, quantity: 2}
          internal_inventory:
            - {label: A, sku: X, quantity: 2}
            - {label: B, sku: X, quantity: 1}
            - {label: C, sku: Y, quantity: 3}
            - {label: D, sku: Z, quantity: 1}
        """,
    )
    assert [(violation["item"], violation["message"]) for violation in violations] == found


@pytest.mark.parametrize(("differs", "found"), [("either", ["A", "B"]), ("more", ["B"]), ("less", ["A"])])
def test_values_without_a_tolerance_are_equal_or_not(made: Workbench, differs: str, found: list[str]) -> None:
    check = f"""
        kind: match
        left: {{table: metrc_packages p, key: {{label: p.label}}, value: p.item}}
        right: {{table: internal_inventory i, key: {{label: i.label}}, value: i.sku}}
        differs: {differs}
        message: made
    """
    case = """
        given:
          metrc_packages: [{label: A, item: a}, {label: B, item: c}, {label: C, item: b}]
          internal_inventory: [{label: A, sku: b}, {label: B, sku: b}, {label: C, sku: b}]
    """
    assert [violation["label"] for violation in made.violations(check, case)] == found


def test_sides_without_a_value_are_only_looked_for(made: Workbench) -> None:
    check = """
        kind: match
        left: {table: metrc_packages p, key: {label: p.label}}
        right: {table: internal_inventory i, key: {label: i.label}}
        missing: right
        message: made
    """
    assert made.violations(check, BOTH_SIDES) == [
        {"subject": "B", "label": "B", "message": "made", "place": 2}
    ]


def test_facilities_do_not_pair_with_each_other(made: Workbench) -> None:
    case = """
        facilities: [{facility: F1}, {facility: F2}]
        given:
          metrc_packages: [{facility: F1, label: A, quantity: 1}, {facility: F2, label: B, quantity: 1}]
          internal_inventory: [{facility: F2, label: A, quantity: 9}, {facility: F2, label: B, quantity: 2}]
    """
    found, outcomes = made.judged(SIDES.format(missing="ignore"), case)
    assert [(violation["facility"], violation["label"]) for violation in found] == [("F2", "B")]
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.NOT_APPLICABLE, "no record in scope"),
        Outcome("made/made", "F2", Verdict.FAIL, exposed=1, violations=1),
    ]


def test_rows_whose_key_is_null_pair_with_each_other(made: Workbench) -> None:
    case = "given: {metrc_packages: [{quantity: 1}], internal_inventory: [{quantity: 2}]}"
    assert made.violations(SIDES.format(missing="ignore"), case) == [
        {
            "subject": "",
            "message": "1 2",
            "evidence": {"left value": "1", "right value": "2"},
            "place": 1,
        }
    ]


def test_faults_of_the_sides_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: match
        left: {table: metrc_packages p, key: {label: p.lable}, value: p.quantity, unit: p.quantity, at: p.item}
        right: {table: internal_inventory i, key: {label: i.label}, value: i.sku}
        tolerance: 1
        keys: {item: itm}
        message: "{left_vale}"
        """
    )
    assert faults == (
        "made.yaml:3:50: error: metrc_packages has no column 'lable'\n"
        "  help: did you mean 'label'?\n"
        "made.yaml:3:83: error: this is a decimal; a text must stand here\n"
        "made.yaml:3:99: error: this is a text; an instant must stand here\n"
        "made.yaml:4:70: error: the left value is a decimal, this one a text\n"
        "made.yaml:6:16: error: no column 'itm' here\n"
        "  help: columns: _place, at, facility, label, left_rows, left_unit, left_value, right_rows, right_unit, right_value\n"
        "made.yaml:7:14: error: no column 'left_vale' here\n"
        "  help: did you mean 'left_value'?"
    )


def test_only_numbers_have_a_tolerance_and_the_time_is_that_of_the_sides(made: Workbench) -> None:
    sides = (
        "kind: match\n"
        "left: {table: metrc_packages p, key: {label: p.label}, value: p.item}\n"
        "right: {table: internal_inventory i, key: {label: i.label}, value: i.sku}\n"
        "message: made\n"
    )
    assert made.faults(f"{sides}tolerance: 1") == (
        "made.yaml:6:14: error: only numbers have a tolerance; the values are text"
    )
    assert made.faults(f"{sides}at: at\nmissing: up") == (
        "made.yaml:7:12: error: 'up' cannot stand here\n"
        "  help: allowed: left, right, both or ignore\n"
        "made.yaml:6:3: error: unknown key 'at'\n"
        "  help: keys: differs, evidence, keys, kind, left, message, missing, rests_on, right, root_where, settle, tolerance, variance"
    )


def test_the_sides_share_the_names_of_their_keys(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: match
        left: {table: metrc_packages p, key: {label: p.label}}
        right: {table: internal_inventory i, key: {item: i.sku}}
        message: made
        """
    )
    assert faults == "made.yaml:4:45: error: the sides have different keys: label and item"
