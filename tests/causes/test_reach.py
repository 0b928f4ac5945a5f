"""How far a cause reaches: what it is held against."""

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


def write(folder: Path, **tables: list[dict[str, object]]) -> None:
    (folder / "snapshot.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "tables").mkdir()
    for name, rows in tables.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "tables" / f"{name}.ndjson").write_text(text, encoding="utf-8")


def told_of_the_page_size(folder: Path, runs: list[dict[str, object]]) -> list[tuple[str, int, int | None]]:
    """What a page size that is too large is told to have brought about: rule, violations, records in reach."""
    (folder / "config").mkdir()
    (folder / "config" / "store.yaml").write_text(CONFIG, encoding="utf-8")
    write(folder, sync_runs=runs)
    findings = assess(Options(folder, date(2026, 6, 15))).findings
    roots = [finding for finding in findings if finding.role is Role.ROOT]
    assert [root.rule for root in roots] == ["page-size-setting-above-cap"]
    assert roots[0].cause is not None
    return [(effect.rule, effect.violations, effect.exposed) for effect in roots[0].cause.explained]


def test_a_setting_is_held_against_the_facilities_where_it_broke_something(tmp_path: Path) -> None:
    """One store's runs all stop at twenty rows, another store's hundreds do not: that store has a file of its own."""
    runs = [run("F1", hour, 33, 20) for hour in range(296, 336)]
    runs += [run("F2", hour, 33, 33) for hour in range(336)]
    assert told_of_the_page_size(tmp_path, runs) == [("page-size-truncation", 40, 40)]


def test_a_setting_is_held_against_what_came_after_it_first_broke_something(tmp_path: Path) -> None:
    """It was seen when the snapshot was captured. Three hundred good runs before the first bad one came before it."""
    runs = [run("F1", hour, 33, 33) for hour in range(296)]
    runs += [run("F1", hour, 33, 20 if hour % 2 else 33) for hour in range(296, 336)]
    assert told_of_the_page_size(tmp_path, runs) == [("page-size-truncation", 20, 39)]


def unposted(facility: str) -> dict[str, list[dict[str, object]]]:
    """A store of sixty packages; one was sold of each of the first thirty, and METRC was not told."""
    labels = [f"1A4MADE{facility}{n:015}" for n in range(60)]
    sold = labels[:30]
    each = {"facility": facility, "unit_of_measure": "Each"}
    return {
        "metrc_packages": [
            each | {"package_id": n, "label": label, "item": "Made joint", "state": "active", "quantity": 10, "last_modified": "2026-06-01T00:00:00Z"}
            for n, label in enumerate(labels)
        ],
        "internal_inventory": [
            each | {"label": label, "sku": "A", "quantity": 9 if label in sold else 10, "last_modified": "2026-06-10T00:00:00Z"}
            for label in labels
        ],
        "internal_sales": [
            {"facility": facility, "sale_id": f"S{n}", "status": "completed", "sold_at": "2026-06-09T20:00:00Z", "total": n + 1}
            for n, _ in enumerate(sold)
        ] + [{"facility": facility, "sale_id": "posted", "status": "completed", "sold_at": "2026-06-08T20:00:00Z", "metrc_receipt_id": 1}],
        "internal_sale_lines": [
            each | {"sale_id": f"S{n}", "line": 1, "label": label, "sku": "A", "quantity": 1, "price": n + 1}
            for n, label in enumerate(sold)
        ],
        "metrc_sales": [],
    }  # fmt: skip


def test_what_happened_at_two_stores_at_once_is_no_chance_at_either(tmp_path: Path) -> None:
    """Half of everything is off: the other store's half is no background against which this one's would not stand out."""
    stores = [unposted("F1"), unposted("F2")]
    write(tmp_path, **{table: stores[0][table] + stores[1][table] for table in stores[0]})
    findings = assess(Options(tmp_path, date(2026, 6, 15))).findings
    roots = {finding.id: (finding.rule, finding.facility) for finding in findings}
    blamed = {
        finding.facility: roots[finding.blame.root]
        for finding in findings
        if finding.rule == "metrc-onhand-overstated" and finding.blame is not None
    }
    assert blamed == {store: ("sale-not-posted", store) for store in ("F1", "F2")}


def read(facility: str, hour: int, gone: bool) -> dict[str, list[dict[str, object]]]:
    """One run that asks for the list of packages; where the path is gone, it fails."""
    started = f"2026-06-{1 + hour // 24:02}T{hour % 24:02}:00:00Z"
    own = {"facility": facility, "run_id": f"{facility}-{hour}", "endpoint": "/packages/v2/active"}
    return {
        "sync_runs": [own | {"job": "packages", "status": "failed" if gone else "ok", "started_at": started}],
        "sync_calls": [own | {"call_id": f"{facility}-{hour}", "method": "GET", "status": 410 if gone else 200, "at": started,
                                "entity_kind": None, "entity_key": None}],
    }  # fmt: skip


def test_the_same_key_at_another_store_is_not_within_reach(tmp_path: Path) -> None:
    """A path is gone at one store's host; the other store asks for the same list all the time and gets it."""
    runs = [read("F1", hour, gone=True) for hour in range(200, 240)]
    runs += [read("F1", hour, gone=False) for hour in range(200)]
    runs += [read("F2", hour, gone=False) for hour in range(240)]
    write(
        tmp_path,
        **{table: [row for one in runs for row in one[table]] for table in ("sync_runs", "sync_calls")},
    )
    findings = assess(Options(tmp_path, date(2026, 6, 15))).findings
    reached = {
        finding.rule: [
            (effect.violations, effect.exposed)
            for effect in finding.cause.explained
            if effect.rule == "sync-job-failing-unnoticed"
        ]
        for finding in findings
        if finding.cause is not None
    }
    # With the last run that went well; after the last one nothing happened any more, so that no pause is told.
    assert reached["retired-api-version"] == [(40, 41)]
