"""Small made worlds of one store: healthy by construction, for tests that put one thing wrong in them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rootlint.assess import Options, Rulebook, assess
from rootlint.jurisdictions.laws import load_laws
from rootlint.model import Finding, Role
from rootlint.rules.loading import load_rules

SHOP = "C10-0000001-LIC"
SISTER = "C10-0000002-LIC"  # another facility of the same operator
BEGUN = datetime(2026, 6, 1, 17, 0, tzinfo=UTC)  # ten in the morning in Los Angeles
CAPTURED = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
ITEMS = (
    ("MADE-HAZE", "Made Haze", "Grams"),
    ("MADE-KUSH", "Made Kush", "Grams"),
    ("MADE-JOINT", "Made Joint", "Each"),
)

MANIFEST = f"""\
format: 1
operator: Made Operator
captured_at: {CAPTURED:%Y-%m-%dT%H:%M:%SZ}
facilities:
  - {{facility: {SHOP}, name: Made Place, jurisdiction: ca, timezone: America/Los_Angeles, license_type: LICENSE}}
tables: {{}}
"""

# A configuration in which nothing is wrong.
SETTINGS = """\
state_code: ca
host: https://api-ca.metrc.com
page_size: 20
alerts: {to: compliance-desk}
logging: {level: info}
"""

Row = dict[str, Any]
World = dict[str, list[Row]]


def at(moment: datetime) -> str:
    """An instant as a table holds it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def label(number: int) -> str:
    """The tag of a made package."""
    return f"1A4MADE{number:017d}"


def healthy() -> World:
    """Thirty packages of three items, ten sales a day for twelve days, everything recorded and in agreement."""
    world: World = {
        name: []
        for name in ("metrc_adjustments", "internal_adjustments", "internal_conversions", "sync_queue")
    }
    world |= {"metrc_package_sources": [], "metrc_transfer_packages": []}
    world |= _catalogue()
    world |= _packages()
    return world | _sales(world)


def _catalogue() -> World:
    numbered = list(enumerate(ITEMS, start=1))
    weight = {"unit_weight": 1, "unit_weight_uom": "Grams"}
    return {
        "metrc_items": [
            {
                "item_id": n,
                "name": name,
                "category": "Flower",
                "unit_of_measure": unit,
                "is_active": True,
                "approval_status": "Approved",
            }
            | (weight if unit == "Each" else {"unit_weight": None, "unit_weight_uom": None})
            for n, (_, name, unit) in numbered
        ],
        "internal_items": [
            {"sku": sku, "name": name, "category": "Flower", "unit_of_measure": unit, "is_active": True}
            | (weight if unit == "Each" else {"unit_weight": None, "unit_weight_uom": None})
            for _, (sku, name, unit) in numbered
        ],
        "item_map": [
            {
                "sku": sku,
                "metrc_item_id": n,
                "metrc_item": name,
                "units_per_metrc_unit": 1,
                "last_modified": at(BEGUN),
            }
            for n, (sku, name, _) in numbered
        ],
    }


def _packages() -> World:
    packages, inventory = [], []
    for number in range(1, 31):
        sku, item, unit = ITEMS[number % 3]
        packages.append(
            {
                "package_id": number, "label": label(number), "state": "active", "item_id": number % 3 + 1, "item": item,
                "category": "Flower", "quantity": 100, "unit_of_measure": unit, "initial_quantity": 100, "lab_state": "TestPassed",
                "packaged_on": "2026-05-20", "created_at": "2026-05-20T17:00:00Z", "last_modified": "2026-05-20T17:00:00Z",
            }
        )  # fmt: skip
        inventory.append(
            {
                "label": label(number), "sku": sku, "quantity": 100, "unit_of_measure": unit, "status": "available",
                "last_synced_at": at(CAPTURED - timedelta(hours=1)), "last_modified": "2026-05-20T17:00:00Z",
            }
        )  # fmt: skip
    return {"metrc_packages": packages, "internal_inventory": inventory}


def _sales(world: World) -> World:
    tables: World = {
        name: []
        for name in ("internal_sales", "internal_sale_lines", "metrc_sales", "metrc_sale_lines", "sync_calls")
    }
    for number in range(120):
        sold = BEGUN + timedelta(days=number // 10, minutes=37 * (number % 10))
        _ring_up(number, sold, label(number % 30 + 1), world, tables)
    return tables


def _ring_up(number: int, sold: datetime, tag: str, world: World, tables: World) -> None:
    sale, receipt, recorded = f"S{number:03d}", 5000 + number, at(sold + timedelta(seconds=20))
    package, stock = find(world, "metrc_packages", label=tag), find(world, "internal_inventory", label=tag)
    unit = package["unit_of_measure"]
    line = {
        "line": 1,
        "label": tag,
        "quantity": 2,
        "unit_of_measure": unit,
        "category": "Flower",
        "price": 20,
    }
    tables["internal_sales"].append(
        {
            "sale_id": sale, "sold_at": at(sold), "posted_at": recorded, "metrc_receipt_id": receipt, "status": "completed",
            "customer_type": "Consumer", "total": 20, "register": f"R{number % 3}", "sold_by": f"u{number % 4}", "report_state": "reported",
        }
    )  # fmt: skip
    tables["internal_sale_lines"].append(line | {"sale_id": sale, "sku": stock["sku"], "grams": 2})
    tables["metrc_sales"].append(
        {
            "receipt_id": receipt, "external_number": sale, "sold_at": at(sold), "recorded_at": recorded, "customer_type": "Consumer",
            "total": 20, "state": "active", "recorded_by": "METRC1", "last_modified": recorded,
        }
    )  # fmt: skip
    tables["metrc_sale_lines"].append(line | {"receipt_id": receipt, "item": package["item"]})
    tables["sync_calls"].append(call(sale, 200, sold + timedelta(seconds=20)))
    package |= {"quantity": package["quantity"] - 2, "last_modified": recorded}
    stock |= {"quantity": stock["quantity"] - 2, "last_modified": at(sold)}


def call(sale: str, status: int, moment: datetime) -> Row:
    """A call that sends one sale."""
    return {
        "call_id": f"C-{sale}", "method": "POST", "endpoint": "/sales/v2/receipts", "at": at(moment), "status": status, "attempt": 1,
        "credential": "made1", "entity_kind": "sale", "entity_key": sale,
    }  # fmt: skip


# -- putting something wrong


def rows(world: World, table: str, **wanted: Any) -> Iterator[Row]:
    """The rows of a table that hold certain values."""
    return (row for row in world[table] if all(row.get(name) == value for name, value in wanted.items()))


def find(world: World, table: str, **wanted: Any) -> Row:
    """The one row of a table that holds certain values."""
    (row,) = rows(world, table, **wanted)
    return row


def drop(world: World, table: str, **wanted: Any) -> None:
    """Take the rows that hold certain values out of a table."""
    gone = [id(row) for row in rows(world, table, **wanted)]
    world[table] = [row for row in world[table] if id(row) not in gone]


def moment(row: Row, column: str) -> datetime:
    """An instant of a row."""
    return datetime.fromisoformat(row[column])


def never_recorded(world: World, sale: str, status: int = 400) -> None:
    """METRC refuses a sale: it has no receipt, the package keeps what was sold, and the queue gives up."""
    own = find(world, "internal_sales", sale_id=sale)
    for line in rows(world, "internal_sale_lines", sale_id=sale):
        for package in rows(world, "metrc_packages", label=line["label"]):
            package["quantity"] += line["quantity"]
    for receipt in list(rows(world, "metrc_sales", external_number=sale)):
        drop(world, "metrc_sale_lines", receipt_id=receipt["receipt_id"])
    drop(world, "metrc_sales", external_number=sale)
    own |= {"metrc_receipt_id": None, "posted_at": None, "report_state": "failed"}
    find(world, "sync_calls", call_id=f"C-{sale}")["status"] = status
    failed = at(moment(own, "sold_at") + timedelta(seconds=20))
    world["sync_queue"].append(
        {
            "entry_id": f"Q-{sale}", "operation": "create", "endpoint": "/sales/v2/receipts", "entity_kind": "sale", "entity_key": sale,
            "first_failed_at": failed, "last_attempt_at": failed, "attempts": 5, "state": "dead", "last_status": status, "last_error": None,
        }
    )  # fmt: skip


def adjusted(world: World, adjustment: str, tag: str, quantity: int, moment: datetime, **said: Any) -> None:
    """METRC records a change of a package; its quantity is left as it is."""
    world["metrc_adjustments"].append(
        {
            "adjustment_id": adjustment, "label": tag, "quantity": quantity, "unit_of_measure": "Grams", "reason": "Entry Error",
            "note": "set to the number of the till", "adjusted_on": f"{moment:%Y-%m-%d}", "recorded_at": at(moment), "recorded_by": "METRC2",
        }
        | said
    )  # fmt: skip


def sold_under(world: World, tag: str, sku: str, since: datetime, count: int) -> list[Row]:
    """Sales of a product were of another tag, and METRC refused them."""
    late = (sale["sale_id"] for sale in world["internal_sales"] if moment(sale, "sold_at") > since)
    lines = [line for sale in late for line in rows(world, "internal_sale_lines", sale_id=sale, sku=sku)][
        :count
    ]
    for line in lines:
        find(world, "internal_inventory", label=line["label"])["quantity"] += line["quantity"]
        never_recorded(world, line["sale_id"])
        line["label"] = tag
    return lines


def stock_of(tag: str, quantity: float, moment: datetime, sku: str = "MADE-JOINT", unit: str = "Each") -> Row:
    """What the operator's system holds of a package."""
    stock = {"label": tag, "sku": sku, "quantity": quantity, "unit_of_measure": unit, "status": "available"}
    return stock | {"last_modified": at(moment)}


# -- judging


@functools.cache
def built_in() -> Rulebook:
    """The laws and rules, loaded once for all worlds: that takes longer than judging one."""
    laws = load_laws()
    return Rulebook(laws, load_rules(laws))


def judge(
    folder: Path,
    world: World,
    violations: Path | None = None,
    *,
    settings: str = "",
    license_type: str = "retailer",
    sister: World | None = None,
) -> tuple[Finding, ...]:
    """Write a world down as a snapshot, with a configuration file if it has settings, and judge it by the built-in rules.

    A sister is the world of another facility of the operator, under tags of its own.
    """
    manifest = MANIFEST.replace("LICENSE", license_type)
    if sister:
        line = next(line for line in manifest.splitlines() if SHOP in line)
        manifest = manifest.replace(line, f"{line}\n{line.replace(SHOP, SISTER)}")
        renamed = json.loads(json.dumps(sister).replace("1A4MADE", "1A4KIND"))
        world = {
            name: listed + [row | {"facility": SISTER} for row in renamed[name]]
            for name, listed in world.items()
        }
    (folder / "tables").mkdir(parents=True)
    (folder / "snapshot.yaml").write_text(manifest, encoding="utf-8")
    if settings:
        (folder / "config").mkdir()
        (folder / "config" / "metrc.yaml").write_text(settings, encoding="utf-8")
    for name, listed in world.items():
        text = "".join(json.dumps({"facility": SHOP} | row) + "\n" for row in listed)
        (folder / "tables" / f"{name}.ndjson").write_text(text, encoding="utf-8")
    options = Options(folder, date(2026, 6, 15), violations=violations)
    return assess(options, rulebook=built_in()).findings


Told = dict[str, tuple[str | None, int, int]]


def roots(findings: tuple[Finding, ...]) -> Told:
    """Rules that are roots: how their proof stands, how many symptoms it cleared, how many it did not."""
    proofs = {
        finding.rule: finding.cause.proof
        for finding in findings
        if finding.role is Role.ROOT and finding.cause
    }
    return {
        rule: (proof.standing, proof.cleared, proof.stayed + proof.new) if proof else (None, 0, 0)
        for rule, proof in proofs.items()
    }


def blamed(findings: tuple[Finding, ...]) -> dict[str, str]:
    """Symptoms, by the rule of the root they are blamed on."""
    return {
        finding.rule: finding.blame.rule
        for finding in findings
        if finding.role is Role.SYMPTOM and finding.blame
    }


def unexplained(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Violations that are neither of roots nor of symptoms, by rule."""
    return {
        finding.rule: finding.count for finding in findings if finding.role not in (Role.ROOT, Role.SYMPTOM)
    }


def assert_explains_all(
    findings: tuple[Finding, ...], root: str, cleared: int, symptoms: Collection[str]
) -> None:
    """One root, whose repair clears all its symptoms and breaks nothing; nothing else is found."""
    assert roots(findings) == {root: ("confirmed", cleared, 0)}
    assert blamed(findings) == dict.fromkeys(symptoms, root)
    assert unexplained(findings) == {}


Fault = Callable[[World], None]
