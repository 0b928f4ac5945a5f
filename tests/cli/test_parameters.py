"""The file of stricter parameters, and what ``check`` makes of it."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from made_operator import SHOP, Ended
from rootlint.report.json_report import schema

Run = Callable[..., Ended]

LATE = "made/sale-late"
RULE = """\
name: made/sale-late
layer: process
severity: error
confidence: high
since: 0.1.0
summary: A sale was recorded late.
rationale: Made for a test.
remediation: Record it.
can_be_root: false
check:
  kind: deadline
  table: metrc_sales s
  event: s.sold_at
  done: s.recorded_at
  within: param('sales_report_deadline')
  keys: {receipt: s.receipt_id}
  message: "receipt {s.receipt_id} was recorded {s.recorded_at}"
"""
SALES = f"""\
facility,receipt_id,sold_at,recorded_at
{SHOP},1101,2026-10-01T12:00:00Z,2026-10-01T13:00:00Z
{SHOP},1102,2026-10-01T12:00:00Z,2026-10-01T18:00:00Z
{SHOP},1103,2026-10-01T12:00:00Z,2026-10-03T12:00:00Z
"""
PARAMETERS = """\
format: 1
parameters:
  - jurisdiction: ca
    parameter: sales_report_deadline
    value: {hours: 4}
    reason: within the shift
"""
OWN = "judged by 4 hours, stricter than the law's 24 hours: within the shift"


@pytest.fixture
def sales(place: Path) -> Path:
    """The made snapshot with sales, the made pack with a rule that judges them, and stricter parameters."""
    (place / "made/sale-late.yaml").write_text(RULE, encoding="utf-8")
    (place / "snap/tables/metrc_sales.csv").write_text(SALES, encoding="utf-8")
    with (place / "snap/snapshot.yaml").open("a", encoding="utf-8") as manifest:
        manifest.write("  metrc_sales: {source: made}\n")
    (place / ".rootlint").mkdir()
    (place / ".rootlint/parameters.yaml").write_text(PARAMETERS, encoding="utf-8")
    return place


def late(check: Run, *args: str) -> list[str]:
    """The receipts that a run finds late."""
    [finding] = json.loads(check("--format", "json", *args, rule=LATE).out)["findings"]
    return [sample["subject"] for sample in finding["samples"]]


def test_records_are_judged_by_the_stricter_value(check: Run, sales: Path) -> None:
    assert (late(check), late(check, "--no-parameters")) == (["1102", "1103"], ["1103"])


def test_the_report_tells_the_value_of_the_law_and_ones_own_with_its_reason(check: Run, sales: Path) -> None:
    report = json.loads(check("--format", "json", rule=LATE).out)
    jsonschema.validate(report, schema())
    [cited] = report["findings"][0]["citations"]
    assert {name: cited[name] for name in ("value", "reference", "own_value", "own_reason")} == {
        "value": "24 hours",
        "reference": "4 CCR 15049(b)(8)",
        "own_value": "4 hours",
        "own_reason": "within the shift",
    }
    [file] = report["exceptions"]["files"]
    assert (file["kind"], file["file"]) == ("parameters", ".rootlint/parameters.yaml")


@pytest.mark.parametrize(
    "format",
    ["text", "concise", "markdown", "csv", "junit", "github", "gitlab", "sarif", "sarif-full", "jsonl", "json"],
)  # fmt: skip
def test_every_format_tells_the_value_of_the_law_and_ones_own_with_its_reason(
    check: Run, sales: Path, format: str
) -> None:
    told = check("--format", format, rule=LATE).out
    words = (
        ("own_value", "4 hours", "24 hours", "within the shift") if format in ("json", "jsonl") else (OWN,)
    )
    assert [each for each in words if each not in told.replace("&apos;", "'")] == []


def test_a_looser_value_is_refused_with_the_citation_and_nothing_is_judged(check: Run, sales: Path) -> None:
    loose = PARAMETERS.replace("hours: 4", "hours: 48")
    (sales / "loose.yaml").write_text(loose, encoding="utf-8")
    ended = check("--parameters", "loose.yaml", rule=LATE)
    assert (ended.code, ended.out, ended.err) == (
        2,
        "",
        "loose.yaml:5:12: error: 48 hours is looser than the law: 24 hours (4 CCR 15049(b)(8))\n"
        "  help: write at most 24 hours; parameters may be stricter than the law, never looser\n",
    )


def test_faults_of_all_files_come_at_once(check: Run, sales: Path) -> None:
    (sales / "loose.yaml").write_text(PARAMETERS.replace("hours: 4", "hours: 48"), encoding="utf-8")
    (sales / "waivers.yaml").write_text("format: 2\n", encoding="utf-8")
    ended = check("--parameters", "loose.yaml", "--waivers", "waivers.yaml", rule=LATE)
    assert (ended.code, [line for line in ended.err.splitlines() if "error:" in line]) == (
        2,
        [
            "loose.yaml:5:12: error: 48 hours is looser than the law: 24 hours (4 CCR 15049(b)(8))",
            "waivers.yaml:1:9: error: format is '2'",
        ],
    )


def test_a_file_that_is_named_must_be_there(check: Run, sales: Path) -> None:
    ended = check("--parameters", "none.yaml", rule=LATE)
    assert (ended.code, ended.err) == (2, "none.yaml: error: cannot be read: No such file or directory\n")


def test_the_file_is_named_in_the_configuration_and_starts_from_its_folder(
    check: Run, sales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sales / ".rootlint/parameters.yaml").rename(sales / "ours.yaml")
    assert late(check) == ["1103"]
    (sales / "rootlint.toml").write_text('parameters = "ours.yaml"\n', encoding="utf-8")
    assert late(check) == ["1102", "1103"]


def test_the_usual_file_stands_beside_the_configuration(
    rootlint: Run, sales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sales / "rootlint.toml").write_text('packs = ["made"]\nsnapshot = "snap"\n', encoding="utf-8")
    monkeypatch.chdir(sales / "made")
    ended = rootlint("check", "--rule", LATE, "--as-of", "2026-11-20", "--format", "json")
    assert [sample["subject"] for sample in json.loads(ended.out)["findings"][0]["samples"]] == [
        "1102",
        "1103",
    ]


def test_settings_are_not_judged_by_parameters(rootlint: Run, sales: Path) -> None:
    ended = rootlint("check", "--stage", "config", "--parameters", ".rootlint/parameters.yaml", "snap")
    assert ended.code == 2
    assert "--parameters needs a snapshot; it does not go with --stage config" in ended.err


def test_records_are_asked_about_by_the_same_parameters(rootlint: Run, sales: Path) -> None:
    asked = ("explain", LATE, "--snapshot", "snap", "--pack", "made", "--as-of", "2026-11-20", "--why-not")
    assert rootlint(*asked, "receipt=1102").out.splitlines()[1].startswith("violation  metrc_sales")
    (sales / ".rootlint/parameters.yaml").unlink()
    assert rootlint(*asked, "receipt=1102").out.splitlines()[1].startswith("in order  metrc_sales")
