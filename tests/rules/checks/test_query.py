"""What a query hands on: where its rows stand, and whose they are."""

from dataclasses import replace

from rules_made import Workbench

from rootlint.model import Outcome, Verdict
from rootlint.rules.running import evaluate

CHECK = """
kind: query
select: |
  WITH refused AS (
    SELECT c._place AS _place, c.facility, c.call_id, c.status FROM sync_calls c JOIN sync_runs r ON r.facility = c.facility AND r.run_id = c.run_id
  )
  SELECT r._place AS _place, r.facility, r.call_id, r.status >= 400 AS violated FROM refused r
  {union}
keys: {{call: call_id}}
message: made
"""
CASE = """
given:
  sync_calls: [{call_id: c1, run_id: r1, status: 200}, {call_id: c2, run_id: r1, status: 401}]
  sync_runs: [{run_id: r1}]
"""


def test_violations_stand_where_the_row_stands_whose_place_the_query_hands_on(made: Workbench) -> None:
    assert made.violations(CHECK.format(union=""), CASE) == [
        {"subject": "c2", "call": "c2", "message": "made", "place": 2}
    ]
    assert made.rule(CHECK.format(union="")).candidates.table == "sync_calls"


def test_rows_of_a_part_without_a_place_stand_nowhere(made: Workbench) -> None:
    union = (
        "UNION ALL SELECT NULL AS _place, r.facility, r.run_id AS call_id, TRUE AS violated FROM sync_runs r"
    )
    assert made.violations(CHECK.format(union=union), CASE) == [
        {"subject": "c2", "call": "c2", "message": "made", "place": 2},
        {"subject": "r1", "call": "r1", "message": "made"},
    ]


def test_keys_and_places_point_into_one_table(made: Workbench) -> None:
    check = CHECK.format(union="") + "table: sync_runs\n"
    assert "_place is that of rows of sync_calls, the keys point into sync_runs" in made.faults(check)


def test_a_place_is_that_of_a_row_and_is_only_handed_on(made: Workbench) -> None:
    """It is no number to reckon with, and nothing that a group has."""
    for written in ("1 AS _place", "c.status AS _place", "_place AS _place", "min(c._place) AS _place"):
        check = f"kind: query\nselect: SELECT c.facility, c.call_id, TRUE AS violated, {written} FROM sync_calls c\nkeys: {{call: call_id}}\nmessage: made"
        assert "_place is that of a table's row" in made.faults(check)
    check = "kind: query\nselect: SELECT c.facility, c.call_id, c._place > 1 AS violated FROM sync_calls c\nkeys: {call: call_id}\nmessage: made"
    assert "sync_calls has no column '_place'" in made.faults(check) or "no column '_place'" in made.faults(
        check
    )


RECEIVED = """
kind: query
select: SELECT t.recipient_facility AS facility, t.manifest, t.state = 'rejected' AS violated FROM metrc_transfers t
keys: {manifest: manifest}
message: made
"""
TRANSFERS = """
facilities: [{facility: F1}, {facility: F2}]
given:
  metrc_transfers:
    - {manifest: m1, recipient_facility: F2, state: rejected}
    - {manifest: m2, recipient_facility: ELSEWHERE, state: rejected}
    - {manifest: m3, recipient_facility: ELSEWHERE, state: received}
    - {manifest: m4, state: rejected}
"""
STRANGE = "the rule gives records of a facility that the snapshot does not have"


def test_records_of_a_facility_that_the_snapshot_lacks_are_an_error_and_no_violation(made: Workbench) -> None:
    found, outcomes = made.judged(RECEIVED, TRANSFERS)
    assert [violation["manifest"] for violation in found] == ["m4", "m1"]
    assert outcomes == [
        Outcome("made/made", None, Verdict.FAIL, exposed=1, violations=1),
        Outcome("made/made", "ELSEWHERE", Verdict.ERROR, STRANGE),
        Outcome("made/made", "F1", Verdict.NOT_APPLICABLE, "no record in scope"),
        Outcome("made/made", "F2", Verdict.FAIL, exposed=1, violations=1),
    ]


def test_records_of_a_facility_that_is_not_selected_are_passed_over(made: Workbench) -> None:
    rule = made.rule(RECEIVED, TRANSFERS)
    evaluation = evaluate([rule], replace(made.run(rule), facilities=("F1",)))
    assert evaluation.outcomes == (
        Outcome("made/made", None, Verdict.FAIL, exposed=1, violations=1),
        Outcome("made/made", "ELSEWHERE", Verdict.ERROR, STRANGE),
        Outcome("made/made", "F1", Verdict.NOT_APPLICABLE, "no record in scope"),
    )
    assert [violation["manifest"] for violation in made.found()] == ["m4"]
