"""What stays within a facility: rules and repairs whose every relation is tied to the facility of a record."""

import pytest
from rules_made import Workbench

from rootlint.rules.locality import repair_stays, rule_stays

RULE = """
check:
  kind: query
  select: >-
    {select}
  keys: {{call: call}}
  message: made
repair:
{repair}
tests:
  - {{name: made, finds: [], given: {{sync_calls: [{{call_id: c1}}]}}}}
"""
SELECT = "select c.facility, c.call_id as call, {violated} as violated from sync_calls c {joins}"
DROP = "  - {table: sync_calls s, where: s.status = 401, drop: true}"


@pytest.mark.parametrize(
    ("violated", "joins", "stays"),
    [
        ("c.status = 401", "", True),
        (
            "r.run_id is null",
            "left join sync_runs r on r.facility = c.facility and r.run_id = c.run_id",
            True,
        ),
        ("r.run_id is null", "left join sync_runs r on r.run_id = c.run_id", False),
        ("exists (select 1 as x from sync_runs r where r.facility = c.facility)", "", True),
        ("exists (select 1 as x from sync_runs r where r.run_id = c.run_id)", "", False),
        (
            "exists (select 1 as x from sync_runs r join staff s on s.facility = r.facility where r.facility = c.facility)",
            "",
            True,
        ),
        (
            "exists (select 1 as x from sync_runs r join staff s on s.metrc_user = r.job where r.facility = c.facility)",
            "",
            False,
        ),
        ("position() over (partition by c.facility order by c.at) = 1", "", True),
        ("position() over (order by c.at) = 1", "", False),
        (
            "u.n > 1",
            "join (select r.facility, count(*) as n from sync_runs r group by r.facility) u on u.facility = c.facility",
            True,
        ),
        (
            "u.n > 1",
            "join (select max(r.facility) as facility, count(*) as n from sync_runs r group by r.run_id) u on u.facility = c.facility",
            False,
        ),
        (
            "u.n > 1",
            "join (select s.facility, count(*) as n from sync_runs r left join staff s on s.facility = r.facility group by s.facility) u"
            " on u.facility = c.facility",
            False,
        ),
    ],
)
def test_a_rule_stays_within_a_facility_when_all_it_looks_at_is_tied_to_it(
    made: Workbench, violated: str, joins: str, stays: bool
) -> None:
    rule = RULE.format(select=SELECT.format(violated=violated, joins=joins), repair=DROP)
    assert rule_stays(made.load(own=rule)["made/own"]) is stays


@pytest.mark.parametrize(
    ("repair", "stays"),
    [
        (DROP, True),
        ("  - {table: sync_calls s, where: exists (select 1 as x from cause c where c.facility = s.facility), drop: true}", True),
        ("  - {table: sync_calls s, where: exists (select 1 as x from cause c where c.call = s.call_id), drop: true}", False),
        ("  - {table: cause, add: 'select r.facility, r.run_id as run from sync_runs r join cause c on c.facility = r.facility'}", True),
        ("  - {table: cause, add: 'select r.facility, r.run_id as run from sync_runs r join cause c on c.run = r.run_id'}", False),
        ("  - {table: cause, add: 'select c.run as facility, c.run from cause c'}", False),
        ("  - undo: made/other", True),
        ("  - like: made/other", True),
    ],
)  # fmt: skip
def test_a_repair_stays_within_a_facility_when_each_of_its_steps_does(
    made: Workbench, repair: str, stays: bool
) -> None:
    select = SELECT.format(violated="c.status = 401", joins="")
    rules = {
        "own": RULE.format(select=select, repair=repair),
        "other": RULE.format(select=select, repair=DROP),
    }
    assert repair_stays(made.load(**rules)["made/own"].repairs) is stays
