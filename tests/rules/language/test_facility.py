"""Whose time zone and parameters hold inside EXISTS."""

import pytest
from rules_made import Workbench

CASE = """
facilities: [{facility: F1}, {facility: F2, timezone: America/New_York}]
given:
  access_events:
    - {facility: F1, event_id: e1, user: u1, at: "2026-06-02T04:30:00Z"}
    - {facility: F2, event_id: e2, user: u1, at: "2026-06-02T04:30:00Z"}
  staff: [{person: P1, internal_user: u1, terminated_on: 2026-06-01}]
"""


@pytest.mark.parametrize("shown", ["local_date(e.at)", "local_date(e.at + hours(0))"])
def test_a_table_whose_rows_may_have_no_facility_is_looked_at_for_the_record_around_it(
    made: Workbench, shown: str
) -> None:
    """At half past four UTC it is still yesterday in Los Angeles, and today in New York."""
    check = f"""
    kind: expect
    table: access_events e
    expect: not exists (select s.person from staff s where s.internal_user = e.user and {shown} > s.terminated_on)
    keys: {{event: e.event_id}}
    message: made
    """
    found = made.violations(check, CASE)
    assert [row["event"] for row in found] == ["e2"]


def test_a_table_whose_rows_have_a_facility_speaks_for_itself(made: Workbench) -> None:
    check = """
    kind: expect
    table: staff s
    expect: not exists (select e.event_id from access_events e where e.user = s.internal_user and local_date(e.at) > s.terminated_on)
    keys: {person: s.person}
    message: made
    """
    assert made.violations(check, CASE) == [
        {"facility": None, "subject": "P1", "person": "P1", "message": "made", "place": 1}
    ]
