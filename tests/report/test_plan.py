"""Plans for people and for programs."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rootlint.causes.plan import STAGES, Gone, Plan, PlanStep, State, StepState
from rootlint.errors import UserError
from rootlint.model import Role
from rootlint.report.plan import check_lines, markdown, plan_lines
from rootlint.report.plan_json import parse, render, schema
from rootlint.report.style import PLAIN, typeset

STEP = PlanStep(
    number=1,
    finding="00aa11bb22cc33dd",
    fingerprint="00aa11bb22cc33dd",
    rule="sync-interval-too-long",
    facility=None,
    scope={},
    summary="The integration asks METRC for changes less often than its deadlines allow.",
    role=Role.ROOT,
    stage="feed",
    do="Shorten the interval.\nThen read everything again.",
    not_first="Sending late sales by hand leaves the interval as it is.",
    after=(),
    count=1,
    of=1,
    clears=(Gone("sale-reported-late", "C10-0000001-LIC", 31, 40, 9), Gone("key-expired", None, 6, 6)),
)
SECOND = replace(
    STEP,
    number=2,
    rule="unit-of-measure-mismatch",
    facility="C10-0000001-LIC",
    scope={"item": "Made_Flower"},
    role=Role.UNKNOWN,
    stage="mapping",
    do="Correct the unit.",
    not_first=None,
    after=(1,),
    count=412,
    of=420,
    clears=(),
)
PLAN = Plan(
    version="0.1.0",
    operator="Made Operator",
    snapshot="made",
    snapshot_digest="77fe" * 16,
    captured_at=datetime(2026, 11, 1, 13, tzinfo=UTC),
    as_of=date(2026, 11, 20),
    steps=(STEP, SECOND),
)
HEAD = "2 steps for Made Operator, made sha256:77fe77fe77fe, captured 2026-11-01 13:00 UTC, as of 2026-11-20"


def test_a_plan_tells_its_steps_in_order() -> None:
    assert typeset(plan_lines(PLAN), PLAIN) == (
        "1. sync-interval-too-long, whole integration [root cause, feed]\n"
        "  what         The integration asks METRC for changes less often than its deadlines allow.\n"
        "  do           Shorten the interval.\n"
        "               Then read everything again.\n"
        "  not first    Sending late sales by hand leaves the interval as it is.\n"
        "  done when    sync-interval-too-long, whole integration: 1 gone\n"
        "               sale-reported-late, C10-0000001-LIC: 31 of 40 gone\n"
        "               key-expired, whole integration: 6 gone\n"
        "\n"
        "2. unit-of-measure-mismatch, C10-0000001-LIC item=Made_Flower [cause unknown, mapping]\n"
        "  what         The integration asks METRC for changes less often than its deadlines allow.\n"
        "  do           Correct the unit.\n"
        "  after        step 1\n"
        "  done when    unit-of-measure-mismatch, C10-0000001-LIC: 412 of 420 gone\n"
        "\n"
        f"{HEAD}\n"
    )


def test_markdown_shows_the_same_words_as_they_stand() -> None:
    text = markdown(PLAN)
    assert text.startswith(
        f"# Plan\n\n{HEAD}\n\n## 1. sync-interval-too-long, whole integration\n\n- **what**: The "
    )
    assert "## 2. unit-of-measure-mismatch, C10-0000001-LIC item=Made\\_Flower\n" in text
    assert "- **not first**: Sending late sales by hand" in text


def test_what_was_inferred_is_done_with_its_symptoms() -> None:
    inferred = replace(STEP, role=Role.INFERRED, rule="inferred-cause", clears=STEP.clears[:1])
    assert [
        line
        for line in typeset(plan_lines(replace(PLAN, steps=(inferred,))), PLAIN).splitlines()
        if "gone" in line
    ] == ["  done when    sale-reported-late, C10-0000001-LIC: 31 of 40 gone"]


def test_a_check_tells_how_each_step_stands_and_what_is_left() -> None:
    states = (
        StepState(1, State.PARTLY, 0, (Gone("sale-reported-late", "C10-0000001-LIC", 3, 12),)),
        StepState(2, State.OPEN, 412, last_at=datetime(2026, 10, 1, tzinfo=UTC)),
    )
    assert typeset(check_lines(PLAN, states), PLAIN) == (
        "partly done  1. sync-interval-too-long, whole integration\n"
        "  left         sale-reported-late, C10-0000001-LIC: 3 of 12\n"
        "open  2. unit-of-measure-mismatch, C10-0000001-LIC item=Made_Flower\n"
        "  left         412 of 412 violations, none of them after the plan\n"
        "2 steps: 0 done, 1 partly done, 1 open, 0 not seen\n"
    )


def test_what_was_not_seen_names_the_rules_that_did_not_run() -> None:
    states = (StepState(1, State.DONE, 0), StepState(2, State.UNSEEN, 0, (), ("unit-of-measure-mismatch",)))
    assert typeset(check_lines(PLAN, states), PLAIN).splitlines()[1:] == [
        "not seen  2. unit-of-measure-mismatch, C10-0000001-LIC item=Made_Flower",
        "  did not run  unit-of-measure-mismatch",
        "2 steps: 1 done, 0 partly done, 0 open, 1 not seen",
    ]


COUNT = st.integers(0, 10**12)
TEXTS = st.dictionaries(st.text(), st.text(), max_size=2)
GONE = st.builds(Gone, violations=COUNT, of=COUNT, alone=COUNT)
STEPS = st.builds(
    PlanStep,
    number=st.integers(1),
    scope=TEXTS,
    stage=st.sampled_from(STAGES),
    after=st.lists(st.integers(1), max_size=2).map(tuple),
    count=st.integers(1, 10**12),
    of=st.integers(1, 10**12),
    clears=st.lists(GONE, max_size=2).map(tuple),
)
PLANS = st.builds(
    Plan,
    captured_at=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    as_of=st.dates(),
    steps=st.lists(STEPS, max_size=2).map(tuple),
)


@given(PLANS)
def test_any_plan_keeps_to_its_schema_and_is_read_as_it_was(plan: Plan) -> None:
    text = render(plan)
    jsonschema.Draft202012Validator(schema()).validate(json.loads(text))
    assert parse(text, "plan.json") == plan


@given(PLANS)
def test_any_plan_can_be_told_to_people(plan: Plan) -> None:
    for text in (typeset(plan_lines(plan), PLAIN), markdown(plan)):
        assert {sign for sign in text if not sign.isprintable()} == {"\n"}


@pytest.mark.parametrize(("part", "record"), [("", Plan), ("step", PlanStep), ("gone", Gone)])
def test_the_schema_has_every_field_of_every_record_and_no_other(part: str, record: Any) -> None:
    described = schema()["$defs"][part] if part else schema()
    ours = set() if part else {"format"}
    assert set(described["properties"]) - ours == {field.name for field in fields(record)}
    assert set(described["required"]) == set(described["properties"])
    assert described["additionalProperties"] is False


def test_the_schema_allows_the_stages_there_are() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$defs"]["step"]["properties"]["stage"]["enum"] == list(STAGES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "p.json:1:2: error: not valid JSON: expecting property name enclosed in double quotes"),
        ("[]", "p.json: error: this is no plan of the format rootlint-plan/1"),
        ('{"format": "rootlint-report/1"}', "p.json: error: this is no plan of the format rootlint-plan/1"),
        ('{"format": "rootlint-plan/1", "steps": [{}]}', "p.json: error: steps.0.number: "),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(text, "p.json")
    assert message in str(refused.value)
