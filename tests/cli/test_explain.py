"""``rootlint explain`` of findings and of records, on a made chain from a revoked key to late sales."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from made_operator import SHOP, Ended

Run = Callable[..., Ended]

KEY_RULE = """\
name: made/key-revoked
layer: technical
severity: error
confidence: high
since: 0.1.0
summary: A key was revoked.
rationale: Made for a test.
remediation: Make another key.
not_first: Sending the sales by hand leaves the key as it is.
repairs_at: access
scope: credential
can_be_root: true
no_repair: Made for a test.
check:
  kind: expect
  table: credentials c
  expect: c.revoked_at is null
  keys: {credential: c.credential}
  at: c.revoked_at
  message: "key {c.credential} was revoked"
leads_to:
  - {rule: made/late-sale, via: facility_time, lag: 0h..30d, strength: strong, mechanism: METRC refuses the sales}
"""

SALE_RULE = """\
name: made/late-sale
layer: process
severity: error
confidence: high
since: 0.1.0
summary: A sale was recorded late.
rationale: Made for a test.
remediation: Look for the cause.
scope: facility
can_be_root: false
check:
  kind: expect
  table: metrc_sales s
  where: s.state = 'active'
  expect: elapsed(s.sold_at, s.recorded_at) <= hours(24)
  keys: {receipt: text(s.receipt_id)}
  at: s.sold_at
  message: "receipt {s.receipt_id} was recorded {s.recorded_at}"
"""

MANIFEST_TABLES = "  metrc_sales: {source: made}\n  credentials: {source: made}\n"


def sales() -> str:
    """Forty sales in time, then twenty after the key was revoked that are late, one voided."""
    lines = ["facility,receipt_id,state,sold_at,recorded_at"]
    for number in range(60):
        day = 1 + number // 4
        late = 3 if number >= 40 else 0
        sold, recorded = f"2026-10-{day:02}T20:00:00Z", f"2026-10-{day + late:02}T20:05:00Z"
        lines.append(f"{SHOP},{100 + number},{'voided' if number == 59 else 'active'},{sold},{recorded}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def chain(rootlint: Run, place: Path) -> Run:
    """Explain with the made rules and no others, on the made snapshot with sales and a key."""
    (place / "rootlint.toml").write_text('select = ["made/*"]\npacks = ["made"]\n', encoding="utf-8")
    for name, text in {
        "made/key-revoked.yaml": KEY_RULE,
        "made/late-sale.yaml": SALE_RULE,
        "snap/tables/metrc_sales.csv": sales(),
        "snap/tables/credentials.csv": f"facility,credential,kind,revoked_at\n{SHOP},made1,user,2026-10-10T20:00:00Z\n",
    }.items():
        (place / name).write_text(text, encoding="utf-8")
    manifest = place / "snap/snapshot.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + MANIFEST_TABLES, encoding="utf-8")
    return lambda *args: rootlint(*args, "--as-of", "2026-11-20")


def findings(run: Run) -> dict[str, dict[str, object]]:
    """The findings by their rules."""
    report = json.loads(run("check", "snap", "--format", "json").out)
    return {finding["rule"]: finding for finding in report["findings"]}


def test_a_check_folds_the_symptom_beneath_its_cause(chain: Run) -> None:
    lines = chain("check", "snap").out.splitlines()
    assert (
        "  symptoms     made/late-sale, C10-0000001-LIC: 19 of 23 records in its reach, by facility and time"
        in lines
    )
    assert "2 causes (1 without symptoms), 1 symptom folded, 0 unexplained, 0 isolated" in lines


def test_the_graph_ties_the_symptom_to_its_cause(chain: Run) -> None:
    found = findings(chain)
    graph = json.loads(chain("check", "snap", "--format", "json").out)["graph"]
    assert graph["edges"] == [
        {
            "cause": found["made/key-revoked"]["id"],
            "effect": found["made/late-sale"]["id"],
            "via": "facility_time",
            "mechanism": "METRC refuses the sales",
            "tied": 19,
            "of": 19,
        }
    ]


def test_a_symptom_tells_its_story_with_an_example_of_the_tie(chain: Run) -> None:
    found = findings(chain)
    ended = chain("explain", str(found["made/late-sale"]["id"]), "--snapshot", "snap", "--samples", "1")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0].endswith("[symptom of made/key-revoked]")
    assert (
        f"  from         made/key-revoked, {SHOP} (finding {found['made/key-revoked']['id']})\n"
        "               1. made/key-revoked -> made/late-sale by facility and time, 19 of 19: METRC refuses the sales\n"
        "  one cause    key made1 was revoked (tables/credentials.csv row 1, 2026-10-10 13:00 PDT)\n"
        "  its effect   receipt 140 was recorded 2026-10-14T20:05:00Z (tables/metrc_sales.csv row 41, 2026-10-11 13:00 PDT)\n"
    ) in ended.out
    assert "  proof        not testable: Made for a test.\n" in ended.out
    assert (
        "  in scope as  true   s.state = 'active'  [s.state = active]\n"
        "  must hold    false  elapsed(s.sold_at, s.recorded_at) <= hours(24)  "
        "[s.sold_at = 2026-10-11T20:00:00Z, s.recorded_at = 2026-10-14T20:05:00Z]\n"
        "               18 further violations not shown (--samples)\n"
    ) in ended.out
    bars = "  by week      2026-10-05   4  ###########\n               2026-10-12  15  " + "#" * 40
    assert bars in ended.out


def test_a_root_cause_tells_its_story_by_the_beginning_of_its_id(chain: Run) -> None:
    identity = str(findings(chain)["made/key-revoked"]["id"])
    ended = chain("explain", identity[:6], "--snapshot", "snap")
    assert ended.code == 0
    assert (
        "  from         nothing explains it; it is number 1 to fix\n  explains     19 violations\n"
        in ended.out
    )
    assert "  silent for   1 day before the first symptom\n" in ended.out
    assert chain("explain", identity, "--snapshot", "snap") == ended


def test_a_finding_that_stands_alone_tells_which_rules_might_lead_to_it(chain: Run, place: Path) -> None:
    (place / "snap/tables/credentials.csv").write_text(
        f"facility,credential,kind,revoked_at\n{SHOP},made1,user,\n", encoding="utf-8"
    )
    # Few enough that nothing they share is told from chance.
    few = sales().splitlines()[:44]
    (place / "snap/tables/metrc_sales.csv").write_text("\n".join(few) + "\n", encoding="utf-8")
    identity = str(findings(chain)["made/late-sale"]["id"])
    out = chain("explain", identity, "--snapshot", "snap").out
    assert "  from         unknown: nothing explains it" in out
    assert "  upstream     made/key-revoked: found nothing\n" in out


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("made/late-sale", "no finding has the id 'made/late-sale'\n  help: its findings: "),
        ("zzzz", "no finding has the id 'zzzz'\n  help: "),
        ("", "findings begin with ''\n  help: say more of one: "),
    ],
)
def test_a_finding_that_is_not_there_is_refused(chain: Run, wanted: str, message: str) -> None:
    ended = chain("explain", wanted, "--snapshot", "snap")
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


@pytest.mark.parametrize(
    ("why_not", "told"),
    [
        (
            "receipt=159",
            f"made/late-sale, receipt=159\nnot in scope  metrc_sales, {SHOP}: 1 record, receipt=159\n"
            "  at           2026-10-15 13:00 PDT\n  in scope as  false  s.state = 'active'  [s.state = voided]\n",
        ),
        (
            "101",
            f"made/late-sale, receipt=101\nin order  metrc_sales, {SHOP}: 1 record, receipt=101\n"
            "  at           2026-10-01 13:00 PDT\n  must hold    true   elapsed(s.sold_at, s.recorded_at) <= hours(24)  "
            "[s.sold_at = 2026-10-01T20:00:00Z, s.recorded_at = 2026-10-01T20:05:00Z]\n",
        ),
        ("7", "made/late-sale, receipt=7\nno record that the rule reads has receipt=7\n"),
    ],
)
def test_why_a_record_is_no_violation_is_told_by_the_clause(chain: Run, why_not: str, told: str) -> None:
    ended = chain("explain", "made/late-sale", "--snapshot", "snap", "--why-not", why_not)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{told}covered      the beginning to the capture, captured 2026-11-01 13:00 UTC\n"


def test_a_rule_that_was_not_evaluated_says_why_instead(chain: Run, place: Path) -> None:
    (place / "snap/tables/metrc_sales.csv").unlink()
    manifest = place / "snap/snapshot.yaml"
    text = manifest.read_text(encoding="utf-8").replace("  metrc_sales: {source: made}\n", "")
    manifest.write_text(text, encoding="utf-8")
    ended = chain("explain", "made/late-sale", "--snapshot", "snap", "--why-not", "101")
    assert ended == Ended(
        0, f"made/late-sale, receipt=101\nfacilities   {SHOP} not evaluated: not captured: metrc_sales\n", ""
    )


@pytest.mark.parametrize(
    ("rule", "why_not", "message"),
    [
        ("made/late-sal", "101", "no rule is named 'made/late-sal'\n  help: did you mean 'made/late-sale'?"),
        ("made/*", "101", "no rule is named 'made/*'"),
        (
            "made/late-sale",
            "label=A",
            "violations of made/late-sale have no key 'label'\n  help: keys: receipt",
        ),
        ("made/late-sale", "receipt", "'receipt' names no value\n  help: write receipt=VALUE"),
    ],
)
def test_a_question_about_records_that_cannot_be_asked_is_refused(
    chain: Run, rule: str, why_not: str, message: str
) -> None:
    ended = chain("explain", rule, "--snapshot", "snap", "--why-not", why_not)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_without_a_snapshot_a_question_about_records_says_how_to_name_one(chain: Run) -> None:
    ended = chain("explain", "made/late-sale", "--why-not", "101")
    assert (ended.code, ended.out) == (2, "")
    assert "no snapshot is named" in ended.err


def test_the_plan_begins_with_the_key_and_names_the_tempting_wrong_fix(chain: Run) -> None:
    lines = chain("plan", "snap").out.splitlines()
    assert lines[0] == f"1. made/key-revoked, {SHOP} credential=made1 [root cause, access]"
    assert "  not first    Sending the sales by hand leaves the key as it is." in lines
    assert f"               made/late-sale, {SHOP}: 19 gone" in lines
