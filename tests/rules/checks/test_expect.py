"""Checks of kind `expect`: each row in scope must satisfy a condition."""

from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: expect
table: metrc_packages p
where: p.state = 'active'
expect: p.quantity >= 0
keys: {label: p.label, item: p.item}
at: p.last_modified
evidence: {in grams: p.quantity}
message: "{p.label}: {p.quantity} of {p.item}"
"""


def test_a_row_in_scope_that_fails_the_condition_is_a_violation_with_all_it_shows(made: Workbench) -> None:
    found, outcomes = made.judged(
        CHECK,
        """
        given:
          metrc_packages:
            - {label: A, item: Rose, state: active, quantity: 0, last_modified: "2026-06-01T08:00:00Z"}
            - {label: B, item: Rose, state: active, quantity: -0.000001, last_modified: "2026-06-01T08:00:00-07:00"}
            - {label: C, item: Rose, state: inactive, quantity: -1, last_modified: "2026-06-01T08:00:00Z"}
        """,
    )
    assert found == [
        {
            "subject": "B",
            "label": "B",
            "item": "Rose",
            "at": "2026-06-01T15:00:00Z",
            "message": "B: -0.000001 of Rose",
            "evidence": {"in grams": "-0.000001"},
            "place": 2,
        }
    ]
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=2, violations=1)]


def test_a_null_in_the_condition_leaves_the_row_not_judged_and_a_null_in_where_leaves_it_out(
    made: Workbench,
) -> None:
    given = """
        given:
          metrc_packages:
            - {label: A, state: active, quantity: 1}
            - {label: B, state: active}
            - {label: C, quantity: -1}
    """
    found, outcomes = made.judged(CHECK, given)
    assert found == []
    assert outcomes == [Outcome("made/made", "F1", Verdict.PASS, exposed=2, undetermined=1)]


def test_rows_of_which_none_can_be_judged_are_no_pass(made: Workbench) -> None:
    reason = "none of 1 records could be judged: what the rule compares is null"
    assert made.outcomes(CHECK, "given: {metrc_packages: [{label: B, state: active}]}") == [
        Outcome("made/made", "F1", Verdict.NOT_EVALUATED, reason, exposed=1, undetermined=1)
    ]


JOINED = """
kind: expect
table: metrc_packages p
join: [{join} internal_inventory i on i.facility = p.facility and i.label = p.label]
expect: i.label is not null
keys: {{label: p.label}}
message: "{{p.label}} {{i.sku}}"
"""
PAIRS = "given: {metrc_packages: [{label: A}, {label: B}], internal_inventory: [{label: A}]}"


def test_an_inner_join_leaves_out_rows_without_a_partner(made: Workbench) -> None:
    assert made.judged(JOINED.format(join=""), PAIRS) == (
        [],
        [Outcome("made/made", "F1", Verdict.PASS, exposed=1)],
    )


def test_a_left_join_keeps_rows_without_a_partner_and_a_message_says_none_for_a_null(made: Workbench) -> None:
    assert made.violations(JOINED.format(join="left"), PAIRS) == [
        {"subject": "B", "label": "B", "message": "B none", "place": 2}
    ]


def test_keys_of_another_name_and_those_left_out_are_told(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: expect
        table: metrc_packages p
        expects: p.quantity >= 0
        keys: {label: p.label}
        """
    )
    assert faults == (
        "made.yaml:2:3: error: key 'message' is missing\n"
        "  help: one line about one violation; {expression} stands for a value\n"
        "made.yaml:2:3: error: key 'expect' is missing\n"
        "  help: the condition that each row in scope must satisfy\n"
        "made.yaml:4:3: error: unknown key 'expects'\n"
        "  help: did you mean 'expect'?"
    )


def test_every_fault_is_told_at_once_with_its_place_and_the_nearest_name(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: expect
        table: metrc_packages p
        join: [internal_inventory i on i.lable = p.label]
        where: p.stat = 'active'
        expect: p.quantity + p.quantity
        keys: {labl: p.label}
        at: p.quantity
        evidence: {item: p.itm}
        settle: p.quantity
        rests_on: [metrc_package]
        message: "{p.label}: {p.quantty}"
        """,
        "scope: item",
    )
    assert faults == (
        "made.yaml:4:36: error: internal_inventory has no column 'lable'\n"
        "  help: did you mean 'label'?\n"
        "made.yaml:8:7: error: this is a decimal; an instant or a date must stand here\n"
        "made.yaml:5:12: error: metrc_packages has no column 'stat'\n"
        "  help: did you mean 'state'?\n"
        "made.yaml:6:11: error: this is a decimal; a condition must stand here\n"
        "made.yaml:11:14: error: the snapshot format has no table 'metrc_package'\n"
        "  help: did you mean 'metrc_packages'?\n"
        "made.yaml:7:10: error: 'labl' is no key\n"
        "  help: did you mean 'label'?\n"
        "made.yaml:9:22: error: metrc_packages has no column 'itm'\n"
        "  help: did you mean 'item'?\n"
        "made.yaml:12:27: error: metrc_packages has no column 'quantty'\n"
        "  help: did you mean 'quantity'?\n"
        "made.yaml:10:11: error: this is a decimal; a duration must stand here\n"
        "made.yaml:13:8: error: scope 'item' is no key of this rule\n"
        "  help: keys: facility, labl"
    )


def test_a_violation_is_about_something_and_never_shows_what_is_private(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: expect
        table: metrc_sales s
        expect: s.patient is not null
        keys: {}
        evidence: {patient: fold(s.patient), known: s.patient is null}
        message: "{s.patient}"
        """
    )
    assert faults == (
        "made.yaml:5:9: error: a violation needs at least one key\n"
        "  help: name what it is about: {label: p.label}\n"
        "made.yaml:6:23: error: 'fold(s.patient)' would show a private column\n"
        "  help: patients and drivers never reach a report\n"
        "made.yaml:7:12: error: 's.patient' would show a private column\n"
        "  help: patients and drivers never reach a report"
    )


def test_what_lasts_says_until_when(made: Workbench) -> None:
    found, _ = made.judged(
        CHECK.replace("at: p.last_modified", "at: p.last_modified\nuntil: captured_at()"),
        """
        captured_at: "2026-06-03T08:00:00Z"
        given:
          metrc_packages: [{label: B, state: active, quantity: -1, last_modified: "2026-06-01T08:00:00Z"}]
        """,
    )
    assert [(each["at"], each["until"]) for each in found] == [
        ("2026-06-01T08:00:00Z", "2026-06-03T08:00:00Z")
    ]
