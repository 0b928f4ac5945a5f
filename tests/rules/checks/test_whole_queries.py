"""Checks of kind `query`: one whole SELECT, for what no other kind can say."""

from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: query
select: |
  WITH used AS (SELECT c.facility, c.credential, c.metrc_user, c.last_used_at AS used_at FROM credentials c)
  SELECT u.facility, u.credential, u.used_at, s.terminated_on, local_date(u.used_at) > s.terminated_on AS violated
  FROM used u JOIN staff s ON s.metrc_user = u.metrc_user
keys: {credential: credential}
at: used_at
settle: hours(1)
evidence: {left: terminated_on}
message: "used {used_at}"
"""
CASE = """
captured_at: 2026-06-15T12:00:00Z
facilities: [{facility: F1}, {facility: F2}]
given:
  staff: [{person: p1, metrc_user: u1, terminated_on: 2026-06-01}, {person: p2, metrc_user: u2}]
  credentials:
    - {credential: k1, metrc_user: u1, last_used_at: "2026-06-02T06:59:59Z"}
    - {credential: k2, metrc_user: u1, last_used_at: "2026-06-02T07:00:00Z"}
    - {credential: k3, metrc_user: u2, last_used_at: "2026-06-02T07:00:00Z"}
    - {credential: k4, metrc_user: u3, last_used_at: "2026-06-02T07:00:00Z"}
    - {credential: k5, metrc_user: u1, last_used_at: "2026-06-15T11:00:00.000001Z"}
"""


def test_every_row_is_in_scope_and_is_a_violation_where_violated_is_true(made: Workbench) -> None:
    found, outcomes = made.judged(CHECK, CASE)
    assert found == [
        {
            "subject": "k2",
            "credential": "k2",
            "at": "2026-06-02T07:00:00Z",
            "message": "used 2026-06-02T07:00:00Z",
            "evidence": {"left": "2026-06-01"},
        }
    ]
    # k3 cannot be judged, k5 is younger than the lag.
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.FAIL, exposed=3, violations=1, undetermined=1, pending=1),
        Outcome("made/made", "F2", Verdict.NOT_APPLICABLE, "no record in scope"),
    ]


def test_a_table_is_whole_only_where_the_check_says_it_must_be(made: Workbench) -> None:
    part = f"{CASE}tables: {{staff: {{complete: false}}}}\n"
    assert made.outcomes(CHECK, part)[0].verdict is Verdict.FAIL
    refused = made.outcomes(f"{CHECK}rests_on: [staff]\n", part)
    reason = "not captured whole: staff; what is missing there proves nothing"
    assert refused == [
        Outcome("made/made", facility, Verdict.NOT_EVALUATED, reason, ("staff",)) for facility in ("F1", "F2")
    ]


def test_parts_of_a_union_are_judged_alike_and_each_by_the_parameter_of_its_own_time(made: Workbench) -> None:
    check = """
        kind: query
        select: |
          SELECT p.facility, p.label, p.quantity > param('purchase_limit_flower', at => p.last_modified) AS violated
          FROM metrc_packages p
          UNION ALL
          SELECT i.facility, i.label, i.quantity > param('purchase_limit_flower', at => i.last_modified) AS violated
          FROM internal_inventory i
        keys: {label: label}
        message: made
    """
    case = """
        parameters:
          purchase_limit_flower:
            - {value: {grams: 10}, in_force: {until: 2026-05-31}}
            - {value: {grams: 20}, in_force: {from: 2026-06-01}}
        given:
          metrc_packages:
            - {label: A, quantity: 15, last_modified: "2026-06-01T06:59:59Z"}
            - {label: B, quantity: 15, last_modified: "2026-06-01T07:00:00Z"}
          internal_inventory:
            - {label: C, quantity: 15, last_modified: "2026-06-01T06:59:59Z"}
            - {label: D, quantity: 15, last_modified: "2026-06-01T07:00:00Z"}
    """
    assert [violation["label"] for violation in made.violations(check, case)] == ["A", "C"]


def test_a_query_gives_the_facility_and_whether_the_row_is_violated(made: Workbench) -> None:
    rest = "keys: {label: label}\nmessage: made"
    assert made.faults(f"kind: query\nselect: SELECT p.label FROM metrc_packages p\n{rest}") == (
        "made.yaml:3:11: error: the query has no column 'facility'\n  help: select … AS facility"
    )
    assert made.faults(f"kind: query\nselect: SELECT p.facility, p.label FROM metrc_packages p\n{rest}") == (
        "made.yaml:3:11: error: the query has no column 'violated'\n  help: select … AS violated"
    )


def test_faults_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: query
        select: SELECT p.facility, p.quantity AS violated, p.label FROM metrc_packages p
        table: metrc_package
        keys: {label: lable}
        at: label
        message: made
        """
    )
    assert faults == (
        "made.yaml:3:11: error: column 'violated' is a decimal; a boolean must stand here\n"
        "made.yaml:4:10: error: the snapshot format has no table 'metrc_package'\n"
        "  help: did you mean 'metrc_packages'?\n"
        "made.yaml:6:7: error: this is a text; an instant or a date must stand here\n"
        "made.yaml:5:17: error: no column 'lable' here\n"
        "  help: did you mean 'label'?"
    )
