"""Asking a rule why records matched, and why others did not."""

from datetime import UTC, datetime

import pytest
from rules_made import Workbench

from rootlint.errors import UserError
from rootlint.model import RecordPlace, Sample
from rootlint.rules.asking import Answer, Ending, Judged, key_of, why_matched, why_not
from rootlint.rules.clauses import Part, clauses
from rootlint.rules.running import evaluate

CHECK = """
kind: expect
table: metrc_packages p
where: p.state = 'active' and p.is_on_hold is false
expect: p.quantity >= 0 and p.unit_of_measure = 'Grams'
keys: {label: p.label, item: p.item}
at: p.last_modified
settle: hours(2)
message: "{p.label}"
"""
CASE = """
captured_at: "2026-06-15T12:00:00Z"
tables: {metrc_packages: {from: "2026-06-02"}}
given:
  metrc_packages:
    - {label: A, state: active, is_on_hold: false, quantity: -1, unit_of_measure: Grams, last_modified: "2026-06-03T00:00:00Z"}
    - {label: B, state: active, is_on_hold: false, quantity: 1, unit_of_measure: Grams, last_modified: "2026-06-03T00:00:00Z"}
    - {label: C, state: inactive, is_on_hold: false, quantity: -1, unit_of_measure: Grams, last_modified: "2026-06-03T00:00:00Z"}
    - {label: D, state: active, is_on_hold: false, quantity: 1, last_modified: "2026-06-03T00:00:00Z"}
    - {label: E, state: active, is_on_hold: false, quantity: -1, unit_of_measure: Grams, last_modified: "2026-06-01T00:00:00Z"}
    - {label: F, state: active, is_on_hold: false, quantity: -1, unit_of_measure: Grams, last_modified: "2026-06-15T11:00:00Z"}
    - {label: G, state: active, is_on_hold: false, quantity: 1, unit_of_measure: Each, last_modified: "2026-06-04T00:00:00Z", item: X}
    - {label: H, state: active, is_on_hold: false, quantity: 2, unit_of_measure: Each, last_modified: "2026-06-05T00:00:00Z", item: X}
    - {label: I, quantity: 2, unit_of_measure: Each, last_modified: "2026-06-05T00:00:00Z"}
"""


def ask(made: Workbench, check: str, case: str, key: str, value: str) -> list[Judged]:
    rule = made.rule(check, case)
    evaluation = evaluate([rule], made.run(rule))
    return why_not(rule, key, value, made.engine, evaluation.context, evaluation.bounds[rule.name])


def holds(judged: Judged) -> dict[str, bool | None]:
    """The answers to the clauses."""
    return {answer.text: answer.holds for answer in judged.answers}


SCOPE = {"p.state = 'active'": True, "p.is_on_hold is false": True}


@pytest.mark.parametrize(
    ("label", "ending", "answers"),
    [
        ("A", Ending.VIOLATION, {**SCOPE, "p.quantity >= 0": False, "p.unit_of_measure = 'Grams'": True}),
        ("B", Ending.ORDER, {**SCOPE, "p.quantity >= 0": True, "p.unit_of_measure = 'Grams'": True}),
        (
            "C",
            Ending.NOT_IN_SCOPE,
            {
                **SCOPE,
                "p.state = 'active'": False,
                "p.quantity >= 0": False,
                "p.unit_of_measure = 'Grams'": True,
            },
        ),
        ("D", Ending.NOT_JUDGED, {**SCOPE, "p.quantity >= 0": True, "p.unit_of_measure = 'Grams'": None}),
        ("E", Ending.NOT_COVERED, {**SCOPE, "p.quantity >= 0": False, "p.unit_of_measure = 'Grams'": True}),
        ("F", Ending.PENDING, {**SCOPE, "p.quantity >= 0": False, "p.unit_of_measure = 'Grams'": True}),
        (
            "I",
            Ending.NOT_IN_SCOPE,
            {
                "p.state = 'active'": None,
                "p.is_on_hold is false": False,
                "p.quantity >= 0": True,
                "p.unit_of_measure = 'Grams'": False,
            },
        ),
    ],
)
def test_a_record_says_how_it_ended_and_by_which_clause(
    made: Workbench, label: str, ending: Ending, answers: dict[str, bool | None]
) -> None:
    (judged,) = ask(made, CHECK, CASE, "label", label)
    assert (judged.ending, judged.count, holds(judged)) == (ending, 1, answers)
    assert (judged.table, judged.facility, judged.keys["label"]) == ("metrc_packages", "F1", label)


def test_records_that_ended_alike_are_counted_and_one_of_them_is_shown_with_its_values(
    made: Workbench,
) -> None:
    (judged,) = ask(made, CHECK, CASE, "item", "X")
    assert (judged.ending, judged.count) == (Ending.VIOLATION, 2)
    assert judged.at == datetime(2026, 6, 4, tzinfo=UTC)
    assert judged.keys == {"label": "G", "item": "X"}
    assert judged.answers[2:] == (
        Answer(Part.ORDER, "p.quantity >= 0", True, {"p.quantity": "1"}),
        Answer(Part.ORDER, "p.unit_of_measure = 'Grams'", False, {"p.unit_of_measure": "Each"}),
    )


def test_what_no_record_has_has_no_answer(made: Workbench) -> None:
    assert ask(made, CHECK, CASE, "label", "it's") == []


MATCH = """
kind: match
left: {table: metrc_packages p, where: p.state = 'active', key: {label: p.label}, value: p.quantity}
right: {table: internal_inventory i, where: i.quantity > 0, key: {label: i.label}, value: i.quantity}
missing: right
message: "{label}"
"""
PAIRS = """
given:
  metrc_packages:
    - {label: A, state: inactive, quantity: 1}
    - {label: B, state: active, quantity: 1}
  internal_inventory:
    - {label: A, quantity: 0}
    - {label: B, quantity: 0}
"""


def test_what_is_left_out_before_two_sides_are_paired_is_told_by_the_table(made: Workbench) -> None:
    told = [(of.ending, of.table, of.count, holds(of)) for of in ask(made, MATCH, PAIRS, "label", "A")]
    assert told == [
        (Ending.NOT_IN_SCOPE, "metrc_packages", 1, {"p.state = 'active'": False}),
        (Ending.NOT_IN_SCOPE, "internal_inventory", 1, {"i.quantity > 0": False}),
    ]


def test_a_pair_tells_what_decided_it_after_the_rows_it_is_made_of(made: Workbench) -> None:
    told = [(of.ending, of.table, holds(of)) for of in ask(made, MATCH, PAIRS, "label", "B")]
    assert told == [
        (Ending.TAKES_PART, "metrc_packages", {"p.state = 'active'": True}),
        (Ending.NOT_IN_SCOPE, "internal_inventory", {"i.quantity > 0": False}),
        (
            Ending.VIOLATION,
            "metrc_packages",
            {
                "right_rows is null": True,
                "left_value <> right_value": None,
            },
        ),
    ]


def test_facilities_the_rule_does_not_judge_are_told_apart_from_records_out_of_scope(made: Workbench) -> None:
    case = """
    facilities: [{facility: F1}, {facility: F2, license_type: cultivation}]
    given:
      metrc_packages: [{facility: F2, label: A, state: active, quantity: -1}]
    """
    rule = made.rule(CHECK, case, "applies_to: [retail]")
    evaluation = evaluate([rule], made.run(rule))
    (judged,) = why_not(rule, "label", "A", made.engine, evaluation.context, evaluation.bounds[rule.name])
    assert judged.ending is Ending.LEFT_OUT


def sample(label: str) -> Sample:
    return Sample(label, label, None, {"label": label}, {}, RecordPlace("metrc_packages", {}))


def test_each_violation_that_is_shown_says_why_it_matched(made: Workbench) -> None:
    """What is no violation of the rule there has nothing to say."""
    rule = made.rule(CHECK, CASE)
    evaluation = evaluate([rule], made.run(rule))
    context, bounds = evaluation.context, evaluation.bounds[rule.name]
    told = why_matched(rule, "F1", [sample("B"), sample("A")], made.engine, context, bounds)
    assert told == [
        (),
        (
            Answer(Part.SCOPE, "p.state = 'active'", True, {"p.state": "active"}),
            Answer(Part.SCOPE, "p.is_on_hold is false", True, {"p.is_on_hold": "false"}),
            Answer(Part.ORDER, "p.quantity >= 0", False, {"p.quantity": "-1"}),
            Answer(Part.ORDER, "p.unit_of_measure = 'Grams'", True, {"p.unit_of_measure": "Grams"}),
        ),
    ]
    assert why_matched(rule, "F2", [sample("A")], made.engine, context, bounds) == [()]
    assert why_matched(rule, "F1", [], made.engine, context, bounds) == []


def test_private_values_are_not_shown(made: Workbench) -> None:
    check = """
    kind: expect
    table: metrc_sales s
    expect: s.patient is null
    keys: {receipt: s.receipt_id}
    message: "{s.receipt_id}"
    """
    (judged,) = ask(made, check, "given: {metrc_sales: [{receipt_id: 7, patient: made}]}", "receipt", "7")
    assert judged.answers == (Answer(Part.ORDER, "s.patient is null", False, {"s.patient": "(private)"}),)


def test_the_time_of_a_deadline_is_a_value_of_its_clause(made: Workbench) -> None:
    check = """
    kind: deadline
    table: metrc_sales s
    event: s.sold_at
    done: s.recorded_at
    within: hours(24)
    keys: {receipt: s.receipt_id}
    message: "{s.receipt_id}"
    """
    texts = [clause.text for clause in clauses(made.rule(check).candidates)]
    assert texts == [
        "s.recorded_at is null",
        "s.sold_at + hours(24) < captured_at()",
        "s.recorded_at > s.sold_at + hours(24)",
    ]


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        ("label=A", ("label", "A")),
        ("item=a=b", ("item", "a=b")),
        ("A", ("label", "A")),
        ("a=b", ("label", "a=b")),
    ],
)
def test_a_key_is_named_or_is_the_first_one(made: Workbench, wanted: str, read: tuple[str, str]) -> None:
    assert key_of(made.rule(CHECK), wanted) == read


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("user=A", "error: violations of made/made have no key 'user'\n  help: keys: item, label"),
        ("label", "error: 'label' names no value\n  help: write label=VALUE"),
    ],
)
def test_a_key_that_the_rule_does_not_offer_is_refused(made: Workbench, wanted: str, message: str) -> None:
    with pytest.raises(UserError) as refused:
        key_of(made.rule(CHECK), wanted)
    assert str(refused.value) == message
