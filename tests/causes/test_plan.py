"""The order of repairs, and what a later run says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_made import HEAD, finding, rule

from rootlint.causes.plan import STAGES, Gone, Plan, State, StepState, check_plan, make_plan
from rootlint.causes.telling import INFERRED_RULE
from rootlint.model import Finding, Outcome, Role, Verdict
from rootlint.rules.model import Rule

NAMES = tuple("abcdef")
RULES = {
    "key": rule("key", "access", leads_to=["queue"]),
    "queue": rule("queue", "queue", leads_to=["late"]),
    "late": rule("late", "record", leads_to=["stock"]),
    "stock": rule("stock", "quantity", loops_to=["late"]),
    "unit": rule("unit", "mapping"),
}
KEY = finding("key", role=Role.ROOT, count=2)
LATE = finding("late", count=40, of=KEY)
STOCK = finding("stock", role=Role.UNKNOWN, count=5)


def plan(*findings: Finding, rules: Mapping[str, Rule] = RULES) -> Plan:
    return make_plan(HEAD, findings, rules)


def order(made: Plan) -> list[tuple[str, tuple[int, ...]]]:
    """The rules of the steps in order, each with the steps before it."""
    return [(step.rule, step.after) for step in made.steps]


def test_quantities_come_last_and_wait_for_what_leads_to_them() -> None:
    made = plan(STOCK, finding("unit", role=Role.ROOT), LATE, KEY, finding("queue", "F2"))
    assert order(made) == [("key", ()), ("queue", ()), ("unit", ()), ("stock", (1, 3))]


def test_a_step_says_what_to_do_what_not_to_do_first_and_what_must_be_gone() -> None:
    elsewhere = finding("late", count=2, role=Role.UNKNOWN)
    step = plan(KEY, LATE, elsewhere).steps[0]
    assert (step.do, step.not_first) == ("Repair key.", "Hiding key.")
    assert (step.count, step.of, step.clears) == (2, 2, (Gone("late", "F1", 40, 42, 2),))


def test_what_belongs_to_no_facility_comes_before_the_repairs_of_all() -> None:
    made = plan(finding("late", "F1"), finding("late", "F2"), finding("queue", None))
    assert order(made) == [("queue", ()), ("late", (1,)), ("late", (1,))]


def test_former_names_lead_to_what_bears_the_new_one() -> None:
    renamed = {
        "new": rule("new").model_copy(update={"aliases": ["old"]}),
        "a": rule("a", "quantity", leads_to=["old"]),
    }
    assert order(plan(finding("new"), finding("a"), rules=renamed)) == [("a", ()), ("new", (1,))]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, Rule], list[Finding]]:
    """Rules that lead to later ones (and back, where that closes a loop), and findings of them."""
    rules = {}
    for index, name in enumerate(NAMES):
        further = draw(st.sets(st.sampled_from(NAMES[index + 1 :]))) if index + 1 < len(NAMES) else set()
        back = draw(st.sets(st.sampled_from(NAMES[: index + 1])))
        stage = draw(st.sampled_from(STAGES))
        rules[name] = rule(name, stage, leads_to=sorted(further), loops_to=sorted(back))
    roles = st.sampled_from([Role.ROOT, Role.ISOLATED, Role.UNKNOWN])
    places = st.tuples(st.sampled_from(NAMES), st.sampled_from([None, "F1", "F2"]))
    findings = [finding(name, facility, role=draw(roles)) for name, facility in draw(st.sets(places))]
    return rules, draw(st.permutations(findings))


def upstream(rules: Mapping[str, Rule], name: str) -> set[str]:
    """The rules that lead to one, by the definition: some rule on the way leads there."""
    direct = {
        cause for cause, of in rules.items() for link in of.leads_to if link.rule == name and not link.loop
    }
    return direct.union(*(upstream(rules, cause) for cause in direct))


@given(worlds())
def test_no_step_comes_before_an_open_cause_upstream_of_it(
    world: tuple[dict[str, Rule], list[Finding]],
) -> None:
    """Least of all one that writes a quantity; and each names the steps it has to wait for."""
    rules, findings = world
    steps = make_plan(HEAD, findings, rules).steps
    assert {step.finding for step in steps} == {each.id for each in findings}
    for step in steps:
        for other in steps:
            same = None in (step.facility, other.facility) or step.facility == other.facility
            if same and other.rule in upstream(rules, step.rule):
                assert other.number in step.after
        assert all(number < step.number for number in step.after)


@given(worlds())
def test_the_order_of_findings_changes_nothing(world: tuple[dict[str, Rule], list[Finding]]) -> None:
    rules, findings = world
    assert make_plan(HEAD, findings, rules) == make_plan(HEAD, findings[::-1], rules)


# -- a later run


def looked(*rules: str, facility: str = "F1") -> list[Outcome]:
    return [Outcome(name, facility, Verdict.PASS) for name in rules]


ALL = looked("key", "late")


@pytest.mark.parametrize(
    ("later", "outcomes", "state"),
    [
        ((), ALL, StepState(1, State.DONE, 0)),
        ((KEY, LATE), ALL, StepState(1, State.OPEN, 2, (Gone("late", "F1", 40, 40),))),
        ((KEY,), ALL, StepState(1, State.OPEN, 2)),
        ((finding("key", count=9),), ALL, StepState(1, State.OPEN, 2)),
        ((finding("key", count=1),), ALL, StepState(1, State.PARTLY, 1)),
        ((finding("late", count=3),), ALL, StepState(1, State.PARTLY, 0, (Gone("late", "F1", 3, 3),))),
        ((), looked("late"), StepState(1, State.UNSEEN, 0, (), ("key",))),
        ((), looked("key"), StepState(1, State.UNSEEN, 0, (), ("late",))),
        ((), [], StepState(1, State.UNSEEN, 0, (), ("key", "late"))),
        ((finding("key", "F2"), finding("late", "F2")), ALL, StepState(1, State.DONE, 0)),
        (
            (),
            [*looked("late"), Outcome("key", "F1", Verdict.NOT_APPLICABLE, "no record in scope")],
            StepState(1, State.DONE, 0),
        ),
        (
            (),
            [*looked("late"), Outcome("key", "F1", Verdict.NOT_APPLICABLE, "switched off")],
            StepState(1, State.UNSEEN, 0, (), ("key",)),
        ),
    ],
)
def test_a_step_is_done_when_its_rules_ran_and_found_nothing_of_it(
    later: Sequence[Finding], outcomes: Sequence[Outcome], state: StepState
) -> None:
    assert check_plan(plan(KEY, LATE), later, outcomes) == (state,)


def test_what_was_there_without_the_cause_does_not_keep_its_step_open() -> None:
    """It has a step of its own, which stays open."""
    alone = finding("late", role=Role.UNKNOWN, count=2)
    states = check_plan(plan(KEY, LATE, alone), [alone], ALL)
    assert states == (StepState(1, State.DONE, 0), StepState(2, State.OPEN, 2))


def test_a_symptom_that_another_cause_is_blamed_for_keeps_only_that_one_open() -> None:
    other = finding("queue", role=Role.ROOT)
    late = finding("late", count=6, of=other)
    made = plan(KEY, LATE, other, late)
    states = check_plan(made, [other, late], looked("key", "queue", "late"))
    assert [state.state for state in states] == [State.DONE, State.OPEN]
    assert states[1].symptoms == (Gone("late", "F1", 6, 6),)


def test_symptoms_that_outlive_two_causes_leave_both_steps_partly_done() -> None:
    other = finding("queue", role=Role.ROOT)
    made = plan(KEY, LATE, other, finding("late", count=6, of=other))
    stayed = finding("late", count=5, role=Role.UNKNOWN)
    states = check_plan(made, [stayed], looked("key", "queue", "late"))
    assert [(state.state, state.symptoms[0].violations) for state in states] == [
        (State.PARTLY, 5),
        (State.PARTLY, 5),
    ]


def test_what_was_inferred_is_done_when_its_symptoms_are_gone() -> None:
    shared = replace(finding(INFERRED_RULE, role=Role.INFERRED, count=7), scope={"user": "made"})
    made = plan(shared, finding("late", count=7, of=shared))
    assert check_plan(made, [], looked("late")) == (StepState(1, State.DONE, 0),)


def test_what_belonged_to_no_facility_is_seen_where_its_rule_looked() -> None:
    assert check_plan(plan(finding("key", None)), [], ALL) == (StepState(1, State.DONE, 0),)
