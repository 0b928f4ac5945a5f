"""How far a cause reaches that belongs to no facility."""

import json
from datetime import date
from pathlib import Path

from rootlint.assess import Options, assess
from rootlint.model import Role

MANIFEST = """\
format: 1
operator: Made Operator
captured_at: 2026-06-15T00:00:00Z
facilities:
  - {facility: F1, name: Made Store, jurisdiction: ca, timezone: America/Los_Angeles, license_type: retailer}
  - {facility: F2, name: Made Store, jurisdiction: ca, timezone: America/Los_Angeles, license_type: retailer}
tables: {}
"""
CONFIG = "metrc:\n  host: https://api-ca.metrc.com\n  page_size: 50\nalerts:\n  to: desk\n"


def run(facility: str, hour: int, expected: int, fetched: int) -> dict[str, object]:
    return {
        "facility": facility, "run_id": f"{facility}-{hour}", "job": "packages", "endpoint": "/packages/v2/active", "status": "ok",
        "started_at": f"2026-06-{1 + hour // 24:02}T{hour % 24:02}:00:00Z", "records_expected": expected, "records_fetched": fetched,
    }  # fmt: skip


def test_a_setting_is_held_against_the_facilities_where_it_broke_something(tmp_path: Path) -> None:
    """One store's runs all stop at twenty rows, another store's hundreds do not: that store has a file of its own."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "store.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "snapshot.yaml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "tables").mkdir()
    runs = [run("F1", hour, 33, 20) for hour in range(296, 336)] + [
        run("F2", hour, 33, 33) for hour in range(336)
    ]
    (tmp_path / "tables" / "sync_runs.ndjson").write_text(
        "".join(json.dumps(row) + "\n" for row in runs), encoding="utf-8"
    )
    findings = assess(Options(tmp_path, date(2026, 6, 15))).findings
    roots = [finding for finding in findings if finding.role is Role.ROOT]
    assert [root.rule for root in roots] == ["page-size-setting-above-cap"]
    assert roots[0].cause is not None
    told = [(effect.rule, effect.violations, effect.exposed) for effect in roots[0].cause.explained]
    assert told == [("page-size-truncation", 40, 40)]
