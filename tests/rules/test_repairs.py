"""The tables as they would be: steps that change, drop and add, and steps that speak of other rules."""

from dataclasses import replace
from typing import Any

import pytest
from rules_made import Workbench

from rootlint.rules.repairs import overlaid
from rootlint.rules.running import evaluate

RULE = """
check:
  kind: expect
  table: sync_runs r
  expect: r.status = 'ok'
  keys: {{run: r.run_id, endpoint: r.endpoint}}
  at: r.started_at
  message: made
repair:
{steps}
tests:
  - name: made
    given:
      sync_runs:
        - {{run_id: r1, endpoint: /a, status: failed, started_at: "2026-06-01T00:00:00Z"}}
        - {{run_id: r2, endpoint: /a, status: ok, started_at: "2026-06-02T00:00:00Z"}}
      sync_calls: [{{call_id: c1, run_id: r1, status: 401}}, {{call_id: c2, run_id: r2, status: 401}}, {{call_id: c3, status: 401}}]
    finds: []
"""
CALLS = """
  - table: sync_calls s
    where: exists (select 1 as x from cause c where c.run = s.run_id)
    set: {status: "200"}
"""
REACH = """
  - table: cause
    add: select s.facility, s.call_id as call, c.at from sync_calls s join cause c on c.facility = s.facility and c.run = s.run_id
  - table: sync_calls s
    where: exists (select 1 as x from cause c where c.call = s.call_id)
    drop: true
"""


def repaired(
    made: Workbench,
    name: str,
    table: str,
    shown: str,
    undone: dict[str | None, list[str]],
    *closed: str,
    **steps: str,
) -> list[tuple[Any, ...]]:
    """A table in the world repaired of a rule, when runs (of the rule itself, or of others) are what to undo."""
    rules = made.load(**{name: RULE.format(steps=text) for name, text in steps.items()})
    rule = rules[f"made/{name}"]
    run = made.run(rule)
    relations = {name: state.relation for name, state in run.snapshot.tables.items() if name not in closed}
    context = replace(evaluate([rule], run).context, relations=relations)

    def relation(of: str | None) -> str:
        keys = 'facility VARCHAR, run VARCHAR, call VARCHAR, "at" TIMESTAMP, _place BIGINT'
        name = f'"made_undone_{of}"'
        made.engine.run(f"CREATE OR REPLACE TEMP TABLE {name} ({keys})")
        for place, run in enumerate(undone[of]):
            made.engine.run(
                f"INSERT INTO {name} VALUES ('F1', '{run}', NULL, TIMESTAMP '2026-06-01', {place})"
            )
        return name

    return made.engine.rows(
        f"SELECT {shown} FROM {overlaid(rule.repairs, relation, context).relation(table)} ORDER BY ALL"
    )


def test_a_step_changes_the_rows_of_what_is_to_be_undone(made: Workbench) -> None:
    assert repaired(made, "own", "sync_calls", "call_id, status", {None: ["r1"]}, own=CALLS) == [
        ("c1", 200),
        ("c2", 401),
        ("c3", 401),
    ]


def test_records_in_reach_are_added_to_the_cause_for_the_steps_that_follow(made: Workbench) -> None:
    assert repaired(made, "own", "sync_calls", "call_id", {None: ["r1"]}, own=REACH) == [("c2",), ("c3",)]


def test_a_union_adds_the_rows_of_all_its_parts(made: Workbench) -> None:
    """The parts name some columns only; the table has more."""
    part = "select s.facility, s.call_id || '{}' as call_id from sync_calls s where s.status = 401 and s.run_id = 'r1'"
    step = f"  - table: sync_calls\n    add: {part.format('a')} union all {part.format('b')}\n"
    assert repaired(made, "own", "sync_calls", "call_id", {None: []}, own=step) == [
        ("c1",),
        ("c1a",),
        ("c1b",),
        ("c2",),
        ("c3",),
    ]


def test_a_step_that_looks_at_a_table_nobody_opened_is_left_out(made: Workbench) -> None:
    step = "  - table: sync_runs r\n    where: exists (select 1 as x from sync_calls s where s.run_id = r.run_id)\n    drop: true\n"
    assert repaired(made, "own", "sync_runs", "run_id", {None: ["r1"]}, own=step) == []
    assert repaired(made, "own", "sync_runs", "run_id", {None: ["r1"]}, "sync_calls", own=step) == [
        ("r1",),
        ("r2",),
    ]


def test_like_takes_over_the_steps_of_another_rule(made: Workbench) -> None:
    steps = {"own": "  - like: made/other\n", "other": CALLS}
    assert repaired(made, "own", "sync_calls", "call_id, status", {None: ["r2"]}, **steps) == [
        ("c1", 401),
        ("c2", 200),
        ("c3", 401),
    ]


def test_undo_undoes_what_of_another_rule_the_cause_brought_about(made: Workbench) -> None:
    """The cause is its own again afterwards."""
    steps = {"own": "  - undo: made/other\n" + REACH, "other": CALLS}
    undone: dict[str | None, list[str]] = {None: ["r1"], "made/other": ["r2"]}
    assert repaired(made, "own", "sync_calls", "call_id, status", undone, **steps) == [
        ("c2", 200),
        ("c3", 401),
    ]


def test_rules_that_speak_of_each_other_come_to_an_end(made: Workbench) -> None:
    steps = {"own": "  - like: made/other\n", "other": "  - like: made/own\n" + CALLS}
    assert repaired(made, "own", "sync_calls", "call_id, status", {None: ["r2"]}, **steps) == [
        ("c1", 401),
        ("c2", 200),
        ("c3", 401),
    ]


def test_what_no_rule_repairs_cannot_be_undone(made: Workbench) -> None:
    rules = made.load(
        own=RULE.format(steps="  - undo: made/other"), other=RULE.format(steps="").replace("repair:\n", "")
    )
    assert rules["made/own"].repairs == ()


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ("  - undo: made/ohter\n", "no rule is named 'made/ohter'"),
        ("  - like: made/ohter\n", "no rule is named 'made/ohter'"),
        ("  - {like: made/own, drop: true}\n", "a step of a repair has one of set, drop, add, like and undo"),
        (
            "  - {like: made/own, table: sync_runs r}\n",
            "set, drop and add need a table, like and undo have none",
        ),
        ("  - {drop: true}\n", "set, drop and add need a table, like and undo have none"),
        (
            '  - {table: cause, add: "select r.facility, r.run_id as rum from sync_runs r"}\n',
            "cause has no column 'rum'",
        ),
    ],
)
def test_faults_of_steps_are_told_at_their_place(made: Workbench, steps: str, fault: str) -> None:
    assert fault in made.faults(CHECK, "repair:\n" + steps)


CHECK = """
kind: expect
table: sync_runs r
expect: r.status = 'ok'
keys: {run: r.run_id}
message: made
"""
