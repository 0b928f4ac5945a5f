"""Rules judge each event by the value in force in its facility's jurisdiction on its day, and for whom it is."""

from dataclasses import replace
from pathlib import Path

import pytest
from rules_made import Workbench

from rootlint.jurisdictions.laws import load_laws
from rootlint.model import Citation, Confidence, Outcome, Verdict
from rootlint.rules.findings import gather
from rootlint.rules.planning import VIOLATIONS
from rootlint.rules.running import evaluate

CHECK = """
kind: expect
table: metrc_sale_lines l
join: [metrc_sales s on s.facility = l.facility and s.receipt_id = l.receipt_id]
expect: l.quantity <= param('purchase_limit_flower', audience => audience(s.customer_type))
keys: {receipt: l.receipt_id}
at: s.sold_at
message: "{l.quantity} to {s.customer_type}"
"""


def _sales(head: str, *sales: str) -> str:
    receipts = "".join(f"    - {{receipt_id: {n}, {sale}}}\n" for n, sale in enumerate(sales, start=1))
    lines = "".join(
        f"    - {{receipt_id: {n}, line: 1, quantity: 15, {_facility(sale)}}}\n"
        for n, sale in enumerate(sales, start=1)
    )
    return f"{head}\ngiven:\n  metrc_sales:\n{receipts}  metrc_sale_lines:\n{lines}"


def _facility(sale: str) -> str:
    return next((part for part in sale.split(", ") if part.startswith("facility:")), "")


LIMITS = """\
parameters:
  purchase_limit_flower:
    - {value: {grams: 10}, audience: adult_use, in_force: {until: 2026-05-31}}
    - {value: {grams: 20}, audience: adult_use, in_force: {from: 2026-06-01, until: 2026-06-09}}
    - {value: null, audience: adult_use, in_force: {from: 2026-06-10}}
    - {value: {grams: 14.999999}, audience: medical}"""


def test_a_value_is_for_its_audience_and_its_days(made: Workbench) -> None:
    """In Los Angeles June begins at 07:00 UTC; nobody knows the adults' number from the tenth."""
    case = _sales(
        LIMITS,
        'customer_type: Consumer, sold_at: "2026-06-01T06:59:59Z"',
        'customer_type: Consumer, sold_at: "2026-06-01T07:00:00Z"',
        'customer_type: Patient, sold_at: "2026-06-01T07:00:00Z"',
        'customer_type: Consumer, sold_at: "2026-06-10T07:00:00Z"',
        'customer_type: Nobody, sold_at: "2026-06-01T07:00:00Z"',
        "customer_type: Consumer",
    )
    found, outcomes = made.judged(CHECK, case)
    assert found == [
        {
            "subject": "1",
            "receipt": "1",
            "at": "2026-06-01T06:59:59Z",
            "message": "15 to Consumer",
            "place": 1,
        },
        {
            "subject": "3",
            "receipt": "3",
            "at": "2026-06-01T07:00:00Z",
            "message": "15 to Patient",
            "place": 3,
        },
    ]
    # No number, no audience and no time: three sales that cannot be judged.
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=6, violations=2, undetermined=3)]


def test_a_day_before_all_periods_has_no_value(made: Workbench) -> None:
    limits = "parameters: {purchase_limit_flower: [{value: {grams: 10}, in_force: {from: 2026-06-01}}]}"
    case = _sales(limits, 'customer_type: Consumer, sold_at: "2026-06-01T06:59:59Z"')
    (outcome,) = made.outcomes(CHECK, case)
    assert (outcome.verdict, outcome.undetermined) == (Verdict.NOT_EVALUATED, 1)


def test_without_a_time_of_its_own_a_check_is_judged_by_the_day_of_the_run(made: Workbench) -> None:
    check = CHECK.replace("at: s.sold_at\n", "").replace(", audience => audience(s.customer_type)", "")
    limits = (
        "parameters:\n  purchase_limit_flower:\n    - {value: {grams: 10}, in_force: {until: 2026-05-31}}\n"
        "    - {value: {grams: 20}, in_force: {from: 2026-06-01}}"
    )
    case = _sales(limits, 'sold_at: "2026-01-01T00:00:00Z"')
    assert len(made.violations(check, f"as_of: 2026-05-31\n{case}")) == 1
    assert made.violations(check, f"as_of: 2026-06-01\n{case}") == []


BY_TYPE = """\
facilities: [{facility: F1, license_type: retail}, {facility: F2, license_type: delivery}, {facility: F3, license_type: testing}]
parameters:
  purchase_limit_flower:
    - {value: {grams: 10}, applies_to: [retail]}
    - {value: {grams: 20}, applies_to: [delivery]}"""


def test_a_value_is_for_its_types_of_licence(made: Workbench) -> None:
    sales = [f"facility: {facility}, customer_type: Consumer" for facility in ("F1", "F2", "F3")]
    found, outcomes = made.judged(CHECK.replace("at: s.sold_at\n", ""), _sales(BY_TYPE, *sales))
    assert [violation["receipt"] for violation in found] == ["1"]
    reason = "purchase_limit_flower applies in test to delivery, retail, and not to testing"
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.FAIL, exposed=1, violations=1),
        Outcome("made/made", "F2", Verdict.PASS, exposed=1),
        Outcome("made/made", "F3", Verdict.NOT_APPLICABLE, reason),
    ]


STATE = """\
code: {code}
name: Made-up State {code}
regulator: Made-up Board
timezones: [{zone}]
calendar: us-federal
retrieved: 2026-01-31
license_types: {{shop: {{kind: retail}}}}
sources: {{made: https://example.com/made}}
parameters:
{parameters}
"""
LIMIT = """\
  purchase_limit_flower:
    - {{value: {value}, citation: "{citation}", source: made, confidence: high{more}}}
"""


@pytest.fixture
def states(made: Workbench, tmp_path: Path) -> Workbench:
    """A bench with four made-up states: two with a number, one that knows none, one that says nothing."""
    folder = tmp_path / "law"
    folder.mkdir()
    limits = {
        "xa": (
            "America/New_York",
            LIMIT.format(value="{grams: 10}", citation="Code A 1", more=", in_force: {from: 2026-06-01}"),
        ),
        "xb": ("America/Los_Angeles", LIMIT.format(value="{ounces: 1}", citation="Code B 2", more="")),
        "xc": ("America/Denver", LIMIT.format(value="null", citation="Code C 3", more="")),
        "xd": ("America/Denver", "  {}\n"),
    }
    for code, (zone, parameters) in limits.items():
        text = STATE.format(code=code, zone=zone, parameters=parameters)
        (folder / f"{code}.yaml").write_text(text if "[]" not in text else text.replace("  {}\n", "  {}\n"))
    rules = tmp_path / "rules"
    rules.mkdir()
    return replace(made, folder=rules, laws=load_laws([folder]))


FACILITIES = """\
facilities:
  - {facility: FA, jurisdiction: xa, timezone: America/New_York, license_type: shop}
  - {facility: FB, jurisdiction: xb, timezone: America/Los_Angeles, license_type: shop}
  - {facility: FC, jurisdiction: xc, timezone: America/Denver, license_type: shop}
  - {facility: FD, jurisdiction: xd, timezone: America/Denver, license_type: shop}
  - {facility: FE, jurisdiction: xe, timezone: America/Denver}"""


def test_one_run_judges_facilities_of_several_states_each_by_its_own_law(states: Workbench) -> None:
    """June begins at 04:00 UTC in New York; what a state does not know is no pass there."""
    check = CHECK.replace(", audience => audience(s.customer_type)", "")
    case = _sales(
        FACILITIES,
        'facility: FA, sold_at: "2026-06-01T04:00:00Z"',
        'facility: FA, sold_at: "2026-06-01T03:59:59Z"',
        'facility: FB, sold_at: "2026-06-01T04:00:00Z"',
        'facility: FC, sold_at: "2026-06-01T04:00:00Z"',
        'facility: FD, sold_at: "2026-06-01T04:00:00Z"',
        'facility: FE, sold_at: "2026-06-01T04:00:00Z"',
    )
    found, outcomes = states.judged(check, case)
    assert [(violation["facility"], violation["receipt"]) for violation in found] == [("FA", "1")]
    needs = ("param purchase_limit_flower",)

    def unknown(facility: str, reason: str) -> Outcome:
        return Outcome("made/made", facility, Verdict.NOT_EVALUATED, reason, needs)

    assert outcomes == [
        Outcome("made/made", "FA", Verdict.FAIL, exposed=2, violations=1, undetermined=1),
        Outcome("made/made", "FB", Verdict.PASS, exposed=1),
        unknown("FC", "no number known for purchase_limit_flower in xc (Code C 3)"),
        unknown("FD", "xd has no purchase_limit_flower on file"),
        unknown("FE", "no jurisdiction 'xe' is loaded, so purchase_limit_flower is not known"),
    ]


def test_a_finding_carries_the_citation_it_was_judged_by(states: Workbench) -> None:
    check = CHECK.replace(", audience => audience(s.customer_type)", "").replace("<=", ">")
    case = _sales(
        FACILITIES,
        'facility: FA, sold_at: "2026-06-01T03:59:59Z"',
        'facility: FB, sold_at: "2026-06-01T04:00:00Z"',
    )
    rule = states.rule(check, case)
    run = states.run(rule)
    evaluation = evaluate([rule], run)
    states.engine.run(
        f"CREATE OR REPLACE TEMP TABLE told AS SELECT *, row_number() OVER () AS id, NULL::INTEGER AS cause FROM {VIOLATIONS}"
    )
    (gathered,) = gather({rule.name: rule}, evaluation.outcomes, run, "told")
    assert gathered.finding.facility == "FB"
    assert gathered.finding.citations == (
        Citation(
            jurisdiction="xb",
            parameter="purchase_limit_flower",
            value="1 ounce",
            reference="Code B 2",
            source="https://example.com/made",
            confidence=Confidence.HIGH,
        ),
    )
