"""Checks of kind `sequence`: times in order, or states that follow each other legally."""

from rules_made import Workbench

from rootlint.model import Outcome, Verdict

STEPS = """
kind: sequence
table: metrc_plants p
where: p.state = 'active'
steps: [p.planted_on, p.vegetative_on, p.harvested_on]
keys: {plant: p.label}
message: "{p.planted_on}, {p.vegetative_on}, {p.harvested_on}"
"""


def test_a_later_step_before_an_earlier_one_is_a_violation(made: Workbench) -> None:
    """Steps on one day are in order, a step not reached yet is too, and the others are compared past it."""
    found, outcomes = made.judged(
        STEPS,
        """
        given:
          metrc_plants:
            - {label: A, state: active, planted_on: 2026-01-02, vegetative_on: 2026-01-02, harvested_on: 2026-03-01}
            - {label: B, state: active, planted_on: 2026-01-02, vegetative_on: 2026-01-01}
            - {label: C, state: active, planted_on: 2026-01-02, harvested_on: 2026-01-01}
            - {label: D, state: active}
            - {label: E, state: inactive, planted_on: 2026-01-02, harvested_on: 2026-01-01}
        """,
    )
    assert found == [
        {"subject": "B", "plant": "B", "message": "2026-01-02, 2026-01-01, none", "place": 2},
        {"subject": "C", "plant": "C", "message": "2026-01-02, none, 2026-01-01", "place": 3},
    ]
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=4, violations=2)]


STATES = """
kind: sequence
table: metrc_plants p
where: p.location is not null
state: p.growth_phase
order: p.last_modified
allowed: {Clone: [Vegetative], Vegetative: [Flowering]}
keys: {plant: p.label}
at: p.last_modified
settle: hours(1)
message: "{plant}: {before}, then {state}"
"""


def _plants(*rows: str) -> str:
    listed = "".join(f"    - {{location: Room, {row}}}\n" for row in rows)
    return f"captured_at: 2026-06-15T12:00:00Z\nfacilities: [{{facility: F1}}, {{facility: F2}}]\ngiven:\n  metrc_plants:\n{listed}"


def test_a_state_that_may_not_follow_the_one_before_it_is_a_violation(made: Workbench) -> None:
    """A state may follow itself, one without followers leads anywhere, and rows count in order, not as they stand."""
    found, outcomes = made.judged(
        STATES,
        _plants(
            'label: A, growth_phase: Flowering, last_modified: "2026-06-02T00:00:00Z"',
            'label: A, growth_phase: Clone, last_modified: "2026-06-01T00:00:00Z"',
            'label: B, growth_phase: Clone, last_modified: "2026-06-01T00:00:00Z"',
            'label: B, growth_phase: Clone, last_modified: "2026-06-02T00:00:00Z"',
            'label: B, growth_phase: Vegetative, last_modified: "2026-06-03T00:00:00Z"',
            'label: C, growth_phase: Flowering, last_modified: "2026-06-03T00:00:00Z"',
            'label: C, growth_phase: Clone, last_modified: "2026-06-04T00:00:00Z"',
            'facility: F2, label: A, growth_phase: Vegetative, last_modified: "2026-06-01T12:00:00Z"',
        ),
    )
    assert found == [
        {
            "subject": "A",
            "plant": "A",
            "at": "2026-06-02T00:00:00Z",
            "message": "A: Clone, then Flowering",
            "evidence": {"before": "Clone", "state": "Flowering"},
            "place": 1,
        }
    ]
    # The first row of a key follows nothing.
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.FAIL, exposed=4, violations=1),
        Outcome("made/made", "F2", Verdict.NOT_APPLICABLE, "no record in scope"),
    ]


def test_rows_of_one_moment_are_in_the_order_of_the_file(made: Workbench) -> None:
    at = 'last_modified: "2026-06-01T00:00:00Z"'
    forth = (f"label: A, growth_phase: Clone, {at}", f"label: A, growth_phase: Vegetative, {at}")
    assert made.violations(STATES, _plants(*forth)) == []
    backwards = made.violations(STATES, _plants(*reversed(forth)))
    assert [violation["message"] for violation in backwards] == ["A: Vegetative, then Clone"]


def test_a_state_that_is_null_is_not_judged_and_leads_nowhere(made: Workbench) -> None:
    case = _plants(
        'label: A, growth_phase: Clone, last_modified: "2026-06-01T00:00:00Z"',
        'label: A, last_modified: "2026-06-02T00:00:00Z"',
        'label: A, growth_phase: Flowering, last_modified: "2026-06-03T00:00:00Z"',
    )
    found, outcomes = made.judged(STATES, case)
    assert found == []
    reason = "none of 1 records could be judged: what the rule compares is null"
    assert outcomes[0] == Outcome("made/made", "F1", Verdict.NOT_EVALUATED, reason, exposed=1, undetermined=1)


def test_faults_are_told_with_their_places(made: Workbench) -> None:
    plants = "kind: sequence\ntable: metrc_plants p\nkeys: {plant: p.label}\nmessage: made\n"
    assert made.faults(f"{plants}steps: [p.planted_on, p.last_modified, p.labl]") == (
        "made.yaml:6:44: error: metrc_plants has no column 'labl'\n"
        "  help: did you mean 'label'?\n"
        "made.yaml:6:25: error: step 1 is a date, this one an instant"
    )
    states = "state: p.planted_on\norder: p.last_modifed\nallowed: {active: [inactive]}"
    assert made.faults(f"{plants}{states}") == (
        "made.yaml:6:10: error: this is a date; a text must stand here\n"
        "made.yaml:7:12: error: metrc_plants has no column 'last_modifed'\n"
        "  help: did you mean 'last_modified'?"
    )


def test_a_sequence_has_one_form_and_that_whole(made: Workbench) -> None:
    plants = "kind: sequence\ntable: metrc_plants p\nkeys: {plant: p.label}\nmessage: made\n"
    assert made.faults(plants) == (
        "made.yaml:2:3: error: a sequence has either steps, or state with order and allowed"
    )
    assert made.faults(f"{plants}steps: [p.planted_on, p.harvested_on]\nstate: p.state") == (
        "made.yaml:2:3: error: a sequence has either steps, or state with order and allowed"
    )
    assert made.faults(f"{plants}steps: [p.planted_on]") == (
        "made.yaml:2:3: error: a sequence needs two steps or more"
    )
    assert made.faults(f"{plants}state: p.state\norder: p.last_modified") == (
        "made.yaml:2:3: error: a sequence of states needs order and allowed"
    )
