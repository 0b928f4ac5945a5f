"""What a run promises: the same bytes, fingerprints that last, an exit code that says what happened, causes found."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rootlint.assess import Options, assess
from rootlint.errors import UserError
from rootlint.model import Finding, Outcome, Report, Severity, Verdict
from rootlint.rules.running import Switch
from rootlint.rules.selecting import Selection

ROOT = Path(__file__).parents[1]
AS_OF = date(2026, 11, 1)

# -- the demonstration


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes the demonstration, with its faults or without."""

    def write(*options: str) -> Path:
        target = tmp_path_factory.mktemp("demo") / "snapshot"
        command = [sys.executable, str(ROOT / "demo/generate.py"), str(target), *options]
        subprocess.run(command, check=True, capture_output=True)
        return target

    return write


# Checks as the command line does, and writes the report in every format that there is.
EVERY_FORMAT = """
import json, sys
from datetime import date
from pathlib import Path
from rootlint.assess import Options, assess
from rootlint.plugins import plugin_manager
from rootlint.report.style import PLAIN

report = assess(Options(snapshot=Path("snapshot"), as_of=date(2026, 11, 1), threads=int(sys.argv[1])))
formats = [format for offer in plugin_manager().hook.rootlint_report_formats() for format in offer]
print(json.dumps({format.name: format.load()(report, PLAIN) for format in formats}))
"""


def _in_every_format(snapshot: Path, seed: str, threads: int) -> dict[str, str]:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-c", EVERY_FORMAT, str(threads)]
    done = subprocess.run(command, cwd=snapshot.parent, env=environment, capture_output=True, check=True)
    written: dict[str, str] = json.loads(done.stdout)
    return written


@pytest.fixture(scope="module")
def faulty(demo: Callable[..., Path]) -> tuple[Path, dict[str, str]]:
    """The demonstration with its faults, and what is said of it in every format."""
    snapshot = demo()
    return snapshot, _in_every_format(snapshot, "0", 1)


def test_the_same_snapshot_gives_the_same_bytes_at_any_hash_seed_and_thread_count(
    faulty: tuple[Path, dict[str, str]],
) -> None:
    snapshot, written = faulty
    again = _in_every_format(snapshot, "random", 4)
    assert set(written) >= {"text", "concise", "json"}
    assert [name for name in written if again[name] != written[name]] == []


def test_the_faults_of_the_demonstration_are_found_as_the_roots_of_what_they_lead_to(
    faulty: tuple[Path, dict[str, str]],
) -> None:
    """Six faults were put in, and each is found where it was made: two as settings, for the whole integration.

    The key of a person who left is found by its use; the setting that made it everybody's did no harm of its own. Of the hours
    in which METRC was slow five sales were never entered, which is an omission of its own.
    """
    report = json.loads(faulty[1]["json"])
    roots = [
        (finding["role"], finding["rule"], finding["facility"])
        for finding in report["findings"]
        if finding["role"] in ("root cause", "inferred cause")
    ]
    assert sorted(roots, key=str) == [
        ("root cause", "key-owner-departed", "402R-00123"),
        ("root cause", "outage-backfill-missing", "C10-0000123-LIC"),
        ("root cause", "page-size-setting-above-cap", None),
        ("root cause", "shared-login-or-key", "C10-0000123-LIC"),
        ("root cause", "transfer-not-received", "C10-0000123-LIC"),
        ("root cause", "uom-mismatch-weight-units", "C10-0000123-LIC"),
        ("root cause", "writes-retried-blindly", None),
    ]


def test_nothing_is_found_in_the_demonstration_without_faults(demo: Callable[..., Path]) -> None:
    """All rules of the pack, those in preview too, on an operator that does all right."""
    report = assess(Options(snapshot=demo("--clean"), as_of=AS_OF, selection=Selection(preview=True)))
    assert [(finding.rule, finding.facility, finding.count) for finding in report.findings] == []
    assert [outcome for outcome in report.outcomes if outcome.verdict is Verdict.ERROR] == []


# -- small snapshots and one small pack

SHOP, LAB = "C10-0000001-LIC", "C8-0000002-LIC"
FACILITIES = f"""\
facilities:
  - {{facility: {SHOP}, name: Made Store, jurisdiction: ca, timezone: America/Los_Angeles, license_type: retailer}}
  - {{facility: {LAB}, name: Made Lab, jurisdiction: co, timezone: America/Denver}}
"""
COLUMNS = "facility,package_id,label,item,state,quantity,last_modified"
ROWS = [
    f"{SHOP},1,A1,Rose,active,-1,2026-10-01T12:00:00Z",
    f"{SHOP},2,A2,Rose,active,-2,2026-10-02T12:00:00Z",
    f"{SHOP},3,A3,Lily,active,-3,2026-10-03T12:00:00Z",
    f"{SHOP},4,A4,Lily,active,4,2026-10-04T12:00:00Z",
    f"{LAB},5,A5,Rose,active,-5,2026-10-05T12:00:00Z",
]
ABOUT = "confidence: high\nsince: 0.1.0\nsummary: Made.\nrationale: Made.\nremediation: Made.\ncan_be_root: false\n"
NEGATIVE = f"""\
name: made/negative
layer: data
severity: warning
{ABOUT}scope: item
check:
  kind: expect
  table: metrc_packages p
  where: p.state = 'active'
  expect: p.quantity >= 0
  keys: {{label: p.label, item: p.item}}
  at: p.last_modified
  message: "{{p.label}}: {{p.quantity}}"
"""
SALES = f"""\
name: made/sales
layer: process
severity: error
{ABOUT}check: {{kind: expect, table: metrc_sales s, expect: s.total > 0, keys: {{receipt: s.receipt_id}}, message: made}}
"""
SETTING = f"""\
name: made/setting
layer: technical
severity: warning
{ABOUT}check: {{kind: setting, settings: ['**.page_size'], expect: number(value) <= 20, message: made}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a pack and a snapshot of two facilities."""
    for name, text in {
        "made/negative.yaml": NEGATIVE,
        "made/sales.yaml": SALES,
        "made/setting.yaml": SETTING,
        "snap/snapshot.yaml": f"format: 1\noperator: Made Operator\ncaptured_at: 2026-11-01T13:00:00Z\n{FACILITIES}"
        "tables: {metrc_packages: {source: made}}\n",
        "snap/tables/metrc_packages.csv": "\n".join([COLUMNS, *ROWS, ""]),
    }.items():
        _write(tmp_path / name, text)
    return tmp_path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _assess(place: Path, *rules: str, **options: Any) -> Report:
    """Judge by rules of the made pack, by all of them when none is named."""
    selection = Selection(rules=tuple(f"made/{rule}" for rule in rules) or ("made/*",))
    return assess(Options(place / "snap", AS_OF, selection, packs=(place / "made",), **options))


def _identities(report: Report) -> list[tuple[str, str | None, dict[str, str], str, int]]:
    return [_identity(finding) for finding in report.findings]


def _identity(finding: Finding) -> tuple[str, str | None, dict[str, str], str, int]:
    return finding.rule, finding.facility, dict(finding.scope), finding.fingerprint, finding.count


# -- fingerprints

FOUND = [
    ("made/negative", SHOP, {"item": "Lily"}, "71e36e93da6ec2d0", 1),
    ("made/negative", SHOP, {"item": "Rose"}, "a3f3c133908659b6", 2),
    ("made/negative", LAB, {"item": "Rose"}, "c5ea9880fe8a9d19", 1),
]


def test_a_fingerprint_comes_from_rule_facility_and_scope(place: Path) -> None:
    """The number itself is kept here: a baseline that was written once must fit the next version too."""
    assert _identities(_assess(place, "negative")) == FOUND


def _reword(place: Path) -> None:
    told = NEGATIVE.replace('"{p.label}: {p.quantity}"', '"now {p.quantity} of {p.label}"').replace(
        "Made.", "Told."
    )
    _write(place / "made/negative.yaml", told.replace("severity: warning", "severity: error"))


def _sort_again(place: Path) -> None:
    _write(place / "snap/tables/metrc_packages.csv", "\n".join([COLUMNS, *reversed(ROWS), ""]))


def _rename(place: Path) -> None:
    folder = place / "snap/tables"
    (folder / "metrc_packages").mkdir()
    (folder / "metrc_packages.csv").rename(folder / "metrc_packages/of-october.csv")


def _split(place: Path) -> None:
    (place / "snap/tables/metrc_packages.csv").unlink()
    for name, rows in (("2", ROWS[:2]), ("1", ROWS[2:])):
        _write(place / f"snap/tables/metrc_packages/{name}.csv", "\n".join([COLUMNS, *rows, ""]))


def _as_ndjson(place: Path) -> None:
    (place / "snap/tables/metrc_packages.csv").unlink()
    _write(place / "snap/tables/metrc_packages.ndjson", "\n".join(json.dumps(row) for row in _records()))


def _as_json(place: Path) -> None:
    (place / "snap/tables/metrc_packages.csv").unlink()
    _write(place / "snap/tables/metrc_packages.json", json.dumps(_records()))


def _as_parquet(place: Path) -> None:
    import duckdb

    csv = place / "snap/tables/metrc_packages.csv"
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{csv.as_posix()}')) TO '{csv.with_suffix('.parquet').as_posix()}'"
    )
    csv.unlink()


def _records() -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS.split(","), row.split(","), strict=True)) for row in ROWS]


@pytest.mark.parametrize(
    "change",
    [_reword, _sort_again, _rename, _split, _as_ndjson, _as_json, _as_parquet],
    ids=lambda change: change.__name__[1:],
)
def test_a_fingerprint_outlasts_other_words_other_order_and_other_files(
    place: Path, change: Callable[[Path], None]
) -> None:
    change(place)
    assert _identities(_assess(place, "negative")) == FOUND


# -- exit codes

NO_ROWS = f"{COLUMNS}\n"
GOOD = f"{COLUMNS}\n{ROWS[3]}\n{LAB},6,A6,Rose,active,1,2026-10-05T12:00:00Z\n"


def _packages(place: Path, text: str) -> None:
    _write(place / "snap/tables/metrc_packages.csv", text)


def test_0_when_every_rule_reached_a_verdict_and_nothing_was_found(place: Path) -> None:
    _packages(place, GOOD)
    report = _assess(place, "negative")
    assert (report.exit_code, [outcome.verdict for outcome in report.outcomes]) == (
        0,
        [Verdict.PASS, Verdict.PASS],
    )


@pytest.mark.parametrize(
    ("fail_on", "code"), [(Severity.NOTE, 1), (Severity.WARNING, 1), (Severity.ERROR, 0), (None, 0)]
)
def test_1_when_something_was_found_at_the_threshold(
    place: Path, fail_on: Severity | None, code: int
) -> None:
    report = _assess(place, "negative", fail_on=fail_on)
    assert (report.exit_code, len(report.findings)) == (code, 3)


def test_1_although_something_else_was_not_evaluated(place: Path) -> None:
    assert _assess(place).exit_code == 1


def test_3_when_nothing_was_evaluated(place: Path) -> None:
    report = _assess(place, "sales")
    assert report.exit_code == 3
    assert report.outcomes == tuple(
        Outcome("made/sales", facility, Verdict.NOT_EVALUATED, "not captured: metrc_sales", ("metrc_sales",))
        for facility in (SHOP, LAB)
    )


def test_3_when_there_was_nothing_to_evaluate(place: Path) -> None:
    _packages(place, NO_ROWS)
    assert _assess(place, "negative").exit_code == 3


def test_4_when_nothing_was_found_and_not_everything_was_evaluated(place: Path) -> None:
    _packages(place, GOOD)
    assert _assess(place, "negative", "sales").exit_code == 4
    assert _assess(place, "negative", "sales", allow_incomplete=True).exit_code == 0


def test_4_when_rows_were_set_aside(place: Path) -> None:
    """What could not be read might have broken a rule."""
    _packages(place, f"{GOOD}{SHOP},7,A7,Rose,active,many,2026-10-05T12:00:00Z\n")
    report = _assess(place, "negative")
    assert (report.exit_code, [table.set_aside for table in report.tables]) == (4, [1])


def test_4_when_a_rule_crashed(place: Path) -> None:
    _packages(place, GOOD)
    overflow = NEGATIVE.replace(
        "p.quantity >= 0", "p.quantity >= 0 and 9999999999 * 9999999999 * p.package_id > 0"
    )
    _write(place / "made/crashes.yaml", overflow.replace("made/negative", "made/crashes"))
    report = _assess(place, "negative", "crashes")
    verdicts = {(outcome.rule, outcome.verdict) for outcome in report.outcomes}
    assert verdicts == {("made/negative", Verdict.PASS), ("made/crashes", Verdict.ERROR)}
    assert report.exit_code == 4


# -- what is selected and switched


def test_a_rule_that_the_configuration_switches_off_finds_nothing_anywhere(place: Path) -> None:
    _write(place / "snap/config/sync.yaml", "metrc: {page_size: 50}\n")
    assert [finding.rule for finding in _assess(place, "setting").findings] == ["made/setting"]
    off = Switch(enabled=False, reason="switched off in the configuration")
    report = _assess(place, switches={"made/setting": off, "made/negative": off})
    assert report.findings == ()
    assert [(outcome.rule, outcome.facility, outcome.reason) for outcome in report.outcomes] == [
        ("made/negative", SHOP, off.reason),
        ("made/negative", LAB, off.reason),
        ("made/sales", SHOP, "not captured: metrc_sales"),
        ("made/sales", LAB, "not captured: metrc_sales"),
        ("made/setting", None, off.reason),
    ]


def test_the_configuration_and_a_jurisdiction_may_change_a_severity(place: Path) -> None:
    report = _assess(place, "negative", switches={"made/negative": Switch(severity=Severity.NOTE)})
    assert {finding.severity for finding in report.findings} == {Severity.NOTE}
    assert report.exit_code == 0


def test_a_jurisdiction_switches_a_rule_off_for_its_facilities_only(place: Path) -> None:
    law = (
        "code: zz\nname: Made-up State\nregulator: Made-up Board\ntimezones: [America/Denver]\ncalendar: us-federal\n"
        "retrieved: 2026-01-31\nlicense_types: {shop: {kind: retail}}\n"
        "rules: {made/negative: {enabled: false, note: not the law here}}\nparameters: {}\n"
    )
    _write(place / "law/zz.yaml", law)
    manifest = place / "snap/snapshot.yaml"
    manifest.write_text(manifest.read_text().replace("jurisdiction: co", "jurisdiction: zz"))
    report = _assess(place, "negative", jurisdiction_folders=(place / "law",))
    assert [finding.facility for finding in report.findings] == [SHOP, SHOP]
    assert report.outcomes[1] == Outcome("made/negative", LAB, Verdict.NOT_APPLICABLE, "not the law here")


@pytest.mark.parametrize(
    "chosen", [{"facilities": (LAB,)}, {"jurisdictions": ("co",)}], ids=lambda chosen: next(iter(chosen))
)
def test_only_what_is_selected_is_judged(place: Path, chosen: dict[str, Any]) -> None:
    report = _assess(place, "negative", **chosen)
    assert [outcome.facility for outcome in report.outcomes] == [LAB]
    assert _identities(report) == [found for found in FOUND if found[1] == LAB]


def test_what_is_selected_and_not_there_is_told_at_once(place: Path) -> None:
    with pytest.raises(UserError) as caught:
        _assess(place, "negative", facilities=("C10-0000001",), jurisdictions=("cal",))
    assert [problem.message for problem in caught.value.problems] == [
        "the snapshot has no facility 'C10-0000001'",
        "the snapshot has no facility in jurisdiction 'cal'",
    ]


def test_a_switch_for_a_rule_that_is_not_there_is_an_error(place: Path) -> None:
    with pytest.raises(UserError) as caught:
        _assess(place, "negative", switches={"made/negativ": Switch(enabled=False)})
    (problem,) = caught.value.problems
    assert (problem.message, problem.help) == (
        "the configuration switches rule 'made/negativ', which is not loaded",
        "did you mean 'made/negative'?",
    )
