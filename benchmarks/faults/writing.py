"""Writing a simulated operator as a snapshot: CSV for the tables, YAML for manifest and configuration."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from string import Template
from typing import Any

from benchmarks.faults.places import MICRO
from benchmarks.faults.site import Site
from benchmarks.faults.tables import Tables
from benchmarks.faults.times import CAPTURED, calendar, instant
from benchmarks.faults.world import World

from rootlint.snapshot.format import FORMAT

OPERATOR = "Made Operator (simulated for a benchmark, nothing in it is real)"

# What happened is covered from the first day on; what there is, is there since whenever it came.
COVERED = frozenset({
    "metrc_adjustments", "metrc_sales", "metrc_sale_lines", "internal_sales", "internal_sale_lines",
    "internal_adjustments", "physical_counts", "sync_runs", "sync_calls", "sync_watermarks", "access_events",
})  # fmt: skip


def write(world: World, tables: Tables, target: Path, *, withheld: Collection[str] = ()) -> None:
    """Write a snapshot into a new folder; tables that are withheld were not captured."""
    (target / "tables").mkdir(parents=True)
    kept = {name: rows for name, rows in sorted(tables.items()) if name not in withheld}
    for name, rows in kept.items():
        _write_table(name, rows, target / "tables" / f"{name}.csv")
    _write_config(world, target / "config")
    (target / "snapshot.yaml").write_text("\n".join(_manifest(world, kept)) + "\n", encoding="utf-8")


def _write_table(name: str, rows: Iterable[dict[str, Any]], file: Path) -> None:
    columns = {"facility": "text"} | {
        column.name: str(column.type) for column in FORMAT.tables[name].columns.values()
    }
    texts = [(column, _TEXTS[kind]) for column, kind in columns.items()]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(
            [
                ["" if (value := row.get(column)) is None else text(value) for column, text in texts]
                for row in rows
            ]
        )


def _decimal(amount: int) -> str:
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{amount // MICRO}.{amount % MICRO:06}"


_TEXTS: dict[str, Callable[[Any], Any]] = {
    "text": lambda value: value,
    "integer": lambda value: value,
    "quantity": _decimal,
    "money": _decimal,
    "boolean": lambda value: "true" if value else "false",
    "instant": instant,
    "date": lambda value: calendar(value).isoformat(),
    "list": ";".join,
}


def _manifest(world: World, tables: Tables) -> Iterable[str]:
    yield "# Everything in this snapshot is made."
    yield "format: 1"
    yield f"operator: {OPERATOR}"
    yield f"captured_at: {instant(CAPTURED)}"
    yield "facilities:"
    for site in world.sites.values():
        place = site.place
        yield f"  - {{facility: {place.licence}, name: {place.name}, jurisdiction: {place.jurisdiction}, timezone: {place.zone}, license_type: {place.license_type}, opened_on: {calendar(site.notes.get('opened', -430))}}}"
    yield "tables:"
    for name in tables:
        yield f"  {name}: {{source: made{f', from: {instant(0)}' if name in COVERED else ''}}}"


_INTEGRATION = Template("""# Made for a benchmark.
environment: production
metrc:
  api_version: $api
  page_size: 20
  timeout_seconds: $timeout
  max_objects_per_write: 10
  retry:
    attempts: 5
    on_status: [429, 500, 502, 503, 504]
    honor_retry_after: true
sync:
  interval_minutes: $interval
  overlap_minutes: 5
  window: $window
  lists: [active, inactive, onhold, intransit, transferred]
reporting:
  mode: real_time
  writes_enabled: true
  queue_max_age_hours: 72
logging:
  level: info
  log_calls: true
  keep_days: 2600
alerts:
  to: compliance-desk
  after_failed_runs: 2
""")
_STORE = Template("""# Made for a benchmark.
store: $code
license_number: $licence
host: https://$host
timezone: $zone
page_size: $page_size
resend:
  methods: [$methods]
  look_up_first: $looks
credentials:
  vendor_key: vault:metrc/$code/vendor
  one_key_per_person: $per_person
  key_owner: $owner
""")


def _write_config(world: World, folder: Path) -> None:
    (folder / "stores").mkdir(parents=True)
    connectors = [site.connector for site in world.sites.values()]
    old = any(c.api == "v1" for c in connectors)
    text = _INTEGRATION.substitute(
        api="v1" if old else "v2",
        interval=60 * max(c.interval for c in connectors),
        window="wide",
        timeout=min(c.timeout for c in connectors),
    )
    (folder / "integration.yaml").write_text(text, encoding="utf-8")
    for code, site in world.sites.items():
        if site.notes.get("left out"):
            continue
        store = _STORE.substitute(_settings(site)) + site.notes.get("more settings", "")
        (folder / "stores" / f"{code}.yaml").write_text(store, encoding="utf-8")


def _settings(site: Site) -> dict[str, str]:
    connector = site.connector
    return {
        "code": site.place.code,
        "licence": f'"{site.place.licence}"',
        "host": connector.host,
        "zone": site.place.zone,
        "page_size": str(connector.page_size),
        "methods": "GET, PUT, DELETE" if connector.looks_first else "GET, PUT, DELETE, POST",
        "looks": str(connector.looks_first).lower(),
        "per_person": str(connector.shared_key is None).lower(),
        "owner": site.people[connector.shared_key or connector.reader].person,
        **site.notes.get("settings", {}),
    }
