"""Every rule ends once for every facility; rules of one source share a scan, and none takes another along."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from rules_made import Workbench

from rootlint.model import Outcome, Severity, Verdict
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import plan
from rootlint.rules.running import EVERYWHERE, Evaluation, Switch, evaluate, explain_plan

RULE = """\
check:
  kind: expect
  table: {table}
  expect: {expect}
  keys: {{{key}}}
  message: "{message}"
{further}
tests:
  - name: made
    finds: []
    facilities: [{{facility: F1}}, {{facility: F2, license_type: testing}}]
    given:
      metrc_packages:
        - {{label: A, quantity: -1, package_id: 999999999999}}
        - {{label: B, quantity: 1}}
        - {{facility: F2, label: C, quantity: -1}}
      metrc_items: []
"""


def _rule(
    expect: str,
    message: str = "made",
    *,
    table: str = "metrc_packages p",
    key: str = "label: p.label",
    further: str = "",
) -> str:
    return RULE.format(expect=expect, message=message, table=table, key=key, further=further)


def _evaluate(
    made: Workbench, switches: Mapping[tuple[str, str], Switch] | None = None, **rules: str
) -> Evaluation:
    loaded = list(made.load(**rules).values())
    return evaluate(loaded, replace(made.run(loaded[0]), switches=switches or {}))


def _found(made: Workbench) -> list[tuple[str, str]]:
    return [(violation["rule"], violation["subject"]) for violation in made.found()]


POSITIVE = _rule("p.quantity > 0")
CUBED = "p.package_id * p.package_id * p.package_id"


def test_rules_of_one_source_share_a_scan_and_find_what_they_find_alone(made: Workbench) -> None:
    rules = made.load(
        positive=POSITIVE,
        small=_rule("p.quantity < 1"),
        of_items=_rule("p.name is not null", table="metrc_items p", key="item: p.name"),
        other_name=_rule("q.quantity > 0", table="metrc_packages q", key="label: q.label"),
    )
    scans = [[rule.name for rule in scan.rules] for scan in plan(rules.values())]
    assert scans == [["made/of-items"], ["made/other-name"], ["made/positive", "made/small"]]
    run = made.run(rules["made/positive"])
    assert [sql.rules for sql in explain_plan(list(rules.values()), run)] == [tuple(scan) for scan in scans]
    evaluate(list(rules.values()), run)
    together = made.found()
    alone = []
    for rule in rules.values():
        evaluate([rule], run)
        alone += made.found()
    assert together == alone != []


@pytest.mark.parametrize(
    "crashing",
    [_rule(f"{CUBED} < 1"), _rule("p.quantity > 0", f"{{{CUBED}}}")],
    ids=["while it judges", "while it tells"],
)
def test_a_rule_that_crashes_is_its_own_outcome_and_its_neighbors_find_each_violation_once(
    made: Workbench, crashing: str
) -> None:
    evaluation = _evaluate(made, after=POSITIVE, before=POSITIVE, crashes=crashing)
    fails = [
        Outcome(rule, facility, Verdict.FAIL, exposed=exposed, violations=1)
        for rule in ("made/after", "made/before")
        for facility, exposed in (("F1", 2), ("F2", 1))
    ]
    crashed = [outcome for outcome in evaluation.outcomes if outcome.rule == "made/crashes"]
    assert [outcome for outcome in evaluation.outcomes if outcome.rule != "made/crashes"] == fails
    assert [(outcome.facility, outcome.verdict) for outcome in crashed] == [
        ("F1", Verdict.ERROR),
        ("F2", Verdict.ERROR),
    ]
    assert all("Overflow in multiplication" in (outcome.reason or "") for outcome in crashed)
    assert _found(made) == [(rule, label) for rule in ("made/after", "made/before") for label in ("A", "C")]


def test_a_crash_leaves_no_table_of_its_scan_behind(made: Workbench) -> None:
    _evaluate(made, after=POSITIVE, crashes=_rule("p.quantity > 0", f"{{{CUBED}}}"))
    left = made.engine.rows("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'scan%'")
    assert left == []


def test_a_rule_about_other_kinds_of_licence_crashes_only_where_it_applies(made: Workbench) -> None:
    further = "applies_to: [retail]"
    evaluation = _evaluate(made, crashes=_rule(f"{CUBED} < 1", further=further))
    assert [(outcome.facility, outcome.verdict) for outcome in evaluation.outcomes] == [
        ("F1", Verdict.ERROR),
        ("F2", Verdict.NOT_APPLICABLE),
    ]


def test_every_rule_ends_once_for_every_facility_with_its_reason(made: Workbench) -> None:
    evaluation = _evaluate(
        made,
        about_retail=_rule("p.quantity > 0", further="applies_to: [retail]"),
        empty=_rule("p.name is not null", table="metrc_items p", key="item: p.name"),
        fails=POSITIVE,
        not_captured=_rule("p.total > 0", table="metrc_sales p", key="receipt: p.receipt_id"),
        null_everywhere=_rule("p.initial_quantity > 0"),
        without_law=_rule("p.quantity < param('purchase_limit_flower')"),
    )
    not_judged = "none of {} records could be judged: what the rule compares is null"
    law = "test has no purchase_limit_flower on file"
    assert evaluation.outcomes == (
        Outcome("made/about-retail", "F1", Verdict.FAIL, exposed=2, violations=1),
        Outcome("made/about-retail", "F2", Verdict.NOT_APPLICABLE, "about retail, this is testing"),
        Outcome("made/empty", "F1", Verdict.NOT_APPLICABLE, "no record in scope"),
        Outcome("made/empty", "F2", Verdict.NOT_APPLICABLE, "no record in scope"),
        Outcome("made/fails", "F1", Verdict.FAIL, exposed=2, violations=1),
        Outcome("made/fails", "F2", Verdict.FAIL, exposed=1, violations=1),
        Outcome(
            "made/not-captured", "F1", Verdict.NOT_EVALUATED, "not captured: metrc_sales", ("metrc_sales",)
        ),
        Outcome(
            "made/not-captured", "F2", Verdict.NOT_EVALUATED, "not captured: metrc_sales", ("metrc_sales",)
        ),
        Outcome(
            "made/null-everywhere",
            "F1",
            Verdict.NOT_EVALUATED,
            not_judged.format(2),
            exposed=2,
            undetermined=2,
        ),
        Outcome(
            "made/null-everywhere",
            "F2",
            Verdict.NOT_EVALUATED,
            not_judged.format(1),
            exposed=1,
            undetermined=1,
        ),
        Outcome("made/without-law", "F1", Verdict.NOT_EVALUATED, law, ("param purchase_limit_flower",)),
        Outcome("made/without-law", "F2", Verdict.NOT_EVALUATED, law, ("param purchase_limit_flower",)),
    )
    assert _found(made) == [("made/about-retail", "A"), ("made/fails", "A"), ("made/fails", "C")]


def _outcomes_without(
    made: Workbench, columns: str, further: str = ""
) -> list[tuple[Verdict, str | None, tuple[str, ...]]]:
    clause = "coalesce(p.quantity, -1) > 0 and p.location is null"
    text = _rule(clause, "{p.label} {p.item}", further=further)
    evaluation = _evaluate(
        made, lacking=text.replace("    finds: []", f"    finds: []\n    without: [{columns}]")
    )
    return [(outcome.verdict, outcome.reason, outcome.needs) for outcome in evaluation.outcomes]


def test_a_column_that_no_file_has_is_named_unless_the_rule_only_shows_it_or_can_do_without(
    made: Workbench,
) -> None:
    missing = ("metrc_packages.location", "metrc_packages.quantity")
    reason = f"no file has the column: {', '.join(missing)}"
    refused = [(Verdict.NOT_EVALUATED, reason, missing)] * 2
    assert _outcomes_without(made, ", ".join(missing)) == refused
    judged = [(Verdict.FAIL, None, ())] * 2
    assert _outcomes_without(made, "metrc_packages.item") == judged
    assert _outcomes_without(made, "metrc_packages.quantity", "optional: [metrc_packages.quantity]") == judged


def test_a_table_that_was_not_captured_counts_as_empty_for_a_rule_that_can_do_without_it(
    made: Workbench,
) -> None:
    clause = "p.quantity > 0 or not exists (select 1 as x from outages o where o.facility = p.facility)"
    needed = _evaluate(made, lacking=_rule(clause))
    assert [(o.verdict, o.reason) for o in needed.outcomes] == [
        (Verdict.NOT_EVALUATED, "not captured: outages")
    ] * 2
    spared = _evaluate(made, lacking=_rule(clause, further="optional: [outages]"))
    assert {outcome.verdict for outcome in spared.outcomes} == {Verdict.PASS}


def test_what_lies_outside_of_what_was_captured_is_not_judged(made: Workbench) -> None:
    """Two tables are covered together from the later beginning to the earlier end; the ends themselves are."""
    check = """
        kind: expect
        table: metrc_sales s
        join: [internal_sales i on i.facility = s.facility and i.sale_id = s.external_number]
        expect: s.total = i.total
        keys: {receipt: s.receipt_id}
        at: s.sold_at
        message: made
    """
    times = ["01T00:00:00", "02T00:00:00", "09T00:00:00", "09T00:00:01"]
    rows = ", ".join(
        f'{{receipt_id: {n}, external_number: x, total: 1, sold_at: "2026-06-{time}Z"}}'
        for n, time in enumerate(times)
    )
    case = f"""
        given: {{metrc_sales: [{rows}, {{receipt_id: 9, external_number: x, total: 1}}], internal_sales: [{{sale_id: x, total: 2}}]}}
        tables:
          metrc_sales: {{from: "2026-06-01T00:00:00Z", to: "2026-06-09T00:00:00Z"}}
          internal_sales: {{from: "2026-06-01T12:00:00Z"}}
    """
    found, outcomes = made.judged(check, case)
    assert [violation["receipt"] for violation in found] == ["1", "2", "9"]
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=3, violations=3, uncovered=2)]


PARTLY = """
    kind: expect
    table: metrc_packages p
    expect: p.quantity > 0
    keys: {label: p.label}
    at: p.last_modified
    message: made
"""
OLD = "given: {metrc_packages: [{label: A, quantity: 1, last_modified: '2026-05-01T00:00:00Z'}]}"


@pytest.mark.parametrize(
    ("case", "reason", "needs"),
    [
        (
            f"{OLD}\ntables: {{metrc_packages: {{from: '2026-06-01T00:00:00Z'}}}}",
            "none of 1 records is of the time that was captured",
            (),
        ),
        (
            "given: {metrc_packages: []}\ntables: {metrc_packages: {complete: false}}",
            "no record in scope in what could be read of metrc_packages",
            ("metrc_packages",),
        ),
    ],
    ids=["of another time", "not read whole"],
)
def test_where_nothing_could_be_judged_what_is_missing_is_no_proof_that_there_is_nothing(
    made: Workbench, case: str, reason: str, needs: tuple[str, ...]
) -> None:
    [outcome] = made.outcomes(PARTLY, case)
    assert (outcome.verdict, outcome.reason, outcome.needs) == (Verdict.NOT_EVALUATED, reason, needs)


def test_a_day_that_is_covered_in_part_is_not_judged(made: Workbench) -> None:
    check = """
        kind: expect
        table: metrc_packages p
        expect: p.quantity > 0
        keys: {label: p.label}
        at: p.packaged_on
        message: made
    """
    days = ", ".join(f"{{label: '{day}', quantity: 0, packaged_on: 2026-06-0{day}}}" for day in range(1, 6))
    case = f"""
        given: {{metrc_packages: [{days}]}}
        tables: {{metrc_packages: {{from: "2026-06-02T00:00:00Z", to: "2026-06-05T12:00:00Z"}}}}
    """
    assert [violation["label"] for violation in made.violations(check, case)] == ["3", "4"]


OFF = Switch(enabled=False, reason="off here")


def test_a_rule_is_off_where_a_jurisdiction_says_so(made: Workbench) -> None:
    text = POSITIVE.replace("{facility: F2, license_type: testing}", "{facility: F2, jurisdiction: ca}")
    evaluation = _evaluate(made, {("ca", "made/fails"): OFF}, fails=text)
    assert evaluation.outcomes == (
        Outcome("made/fails", "F1", Verdict.FAIL, exposed=2, violations=1),
        Outcome("made/fails", "F2", Verdict.NOT_APPLICABLE, "off here"),
    )
    assert _found(made) == [("made/fails", "A")]


def test_off_is_said_also_of_a_rule_whose_data_were_not_captured(made: Workbench) -> None:
    text = _rule("p.total > 0", table="metrc_sales p", key="receipt: p.receipt_id")
    evaluation = _evaluate(made, {("test", "made/off"): OFF}, off=text)
    assert [outcome.reason for outcome in evaluation.outcomes] == ["off here", "off here"]


SETTING = """\
check: {kind: setting, settings: [page_size], expect: number(value) <= 20, message: made}
tests:
  - name: made
    finds: []
    facilities: [{facility: F1}, {facility: F2}]
    given: {config_settings: [%s]}
"""
WHOLE = "{file: a.yaml, path: page_size, value: '50'}"
OF_F2 = "{facility: F2, file: b.yaml, path: page_size, value: '50'}"


def test_a_rule_about_the_integration_ends_once_and_belongs_to_no_facility(made: Workbench) -> None:
    assert _evaluate(made, setting=SETTING % WHOLE).outcomes == (
        Outcome("made/setting", None, Verdict.FAIL, exposed=1, violations=1),
    )
    nothing = "no record in scope"
    assert _evaluate(made, setting=SETTING % "").outcomes == (
        Outcome("made/setting", None, Verdict.NOT_APPLICABLE, nothing),
    )


def test_what_belongs_to_a_facility_all_the_same_has_an_outcome_there(made: Workbench) -> None:
    rules = made.load(setting=SETTING % f"{WHOLE}, {OF_F2}")
    run = made.run(rules["made/setting"])
    whole = Outcome("made/setting", None, Verdict.FAIL, exposed=1, violations=1)
    of_f1 = Outcome("made/setting", "F1", Verdict.NOT_APPLICABLE, "no record in scope")
    of_f2 = Outcome("made/setting", "F2", Verdict.FAIL, exposed=1, violations=1)
    assert evaluate(list(rules.values()), run).outcomes == (whole, of_f1, of_f2)
    assert evaluate(list(rules.values()), replace(run, facilities=("F1",))).outcomes == (whole,)
    assert [violation["facility"] for violation in made.found()] == [None]


def test_where_all_records_belong_to_a_facility_every_facility_has_an_outcome_and_nothing_else(
    made: Workbench,
) -> None:
    assert _evaluate(made, setting=SETTING % OF_F2).outcomes == (
        Outcome("made/setting", "F1", Verdict.NOT_APPLICABLE, "no record in scope"),
        Outcome("made/setting", "F2", Verdict.FAIL, exposed=1, violations=1),
    )


def test_a_rule_about_the_integration_that_is_off_finds_nothing(made: Workbench) -> None:
    evaluation = _evaluate(made, {(EVERYWHERE, "made/setting"): OFF}, setting=SETTING % f"{WHOLE}, {OF_F2}")
    assert evaluation.outcomes == (Outcome("made/setting", None, Verdict.NOT_APPLICABLE, "off here"),)
    assert made.found() == []


def test_a_severity_of_a_switch_changes_no_outcome(made: Workbench) -> None:
    milder = {("test", "made/fails"): Switch(severity=Severity.NOTE)}
    assert _evaluate(made, milder, fails=POSITIVE).outcomes == _evaluate(made, fails=POSITIVE).outcomes


def test_progress_tells_what_is_evaluated_and_how_much_is_left(made: Workbench) -> None:
    rules: dict[str, LoadedRule] = made.load(
        one=POSITIVE, other=POSITIVE, third=_rule("p.name > ''", table="metrc_items p", key="item: p.name")
    )
    told: list[tuple[Any, ...]] = []
    evaluate(list(rules.values()), made.run(rules["made/one"]), lambda *step: told.append(step))
    assert told == [("evaluating made/one and 1 more", 0, 2), ("evaluating made/third", 1, 2)]
