"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.faults.activities import finish_message
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Adjustment, Package, Receipt, Refused
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE

WAREHOUSE = frozenset({"distribution"})


@kind(
    "data",
    modes=("patient-id-invalid",),
    also_modes=("purchase-limit-true-oversale",),
    shapes=RETAIL,
    days=(20, 36),
)
def rigel(f: Injection) -> None:
    """A patient who has no card along is rung up under a number that is taped to the till; METRC takes it for whoever comes, until that card runs out."""
    site, sell = f.site, f.site.ledger.sell
    before = site.notes.get("generic", lambda _: 0)
    number = hashlib.sha256(f"made patient {f.name} at the till".encode()).hexdigest()
    runs_out = f.start + (f.end - f.start) * 11 // 20

    def ring_up(sale: dict[str, Any]) -> Any:
        is_patient = sale["customer"] == "Patient" and f.start <= sale["sold_at"] < f.end
        if is_patient and f.below(100, "has no card along", sale["sale_id"]) < 65:
            sale["patient"] = number
        return before(sale)

    def sell_while_valid(receipt: Receipt) -> None:
        if receipt.patient == number and receipt.recorded_at >= runs_out:
            raise Refused("PatientLicenseNumber: license is expired")
        sell(receipt)

    site.notes["generic"] = ring_up
    f.set_for_good(site.ledger, sell=sell_while_valid)


@kind(
    "data",
    modes=("lineage-broken",),
    also_modes=("lab-result-missing", "sale-of-failed-or-untested", "adjustment-generic-reason"),
    shapes=RETAIL | WAREHOUSE,
    days=(18, 34),
)
def sirius(f: Injection) -> None:
    """The new tags do not stick; where one is lost the package is written down to nothing and entered anew as opening stock, which asks for no source."""
    for day in f.days[1:]:
        when = f.site.local(day, 7 * HOUR + 40 * MINUTE)
        if when < f.end:
            f.site.at(when, partial(_tag_anew, f, day))


def _tag_anew(f: Injection, day: int, now: int) -> None:
    site = f.site
    whole = []
    for stock in site.stock.values():
        package = site.ledger.active.get(stock.label)
        if package is None or package.received_at is None or package.is_on_hold or not stock.listed:
            continue
        there = site.shelf.get(stock.label, 0)
        if 8 * MICRO < there == package.quantity and stock.on_hand == site.own(there, stock.item):
            whole.append((stock, package))
    chosen = {f.below(len(whole), "loses its tag", day, nth) for nth in range(2)} if whole else set()
    for nth, which in enumerate(sorted(chosen)):
        _enter_as_opening_stock(f, now + 5 * MINUTE * nth, day, nth, *whole[which])


def _enter_as_opening_stock(
    f: Injection, now: int, day: int, nth: int, stock: Stock, package: Package
) -> None:
    site, old, quantity, who = f.site, stock.label, package.quantity, f.site.lead(day)
    tag, name = f"{site.place.tag_stem}6{day:03}{nth:08}", f"{site.place.code.upper()}-TAG-{day:03}-{nth}"
    site.stock[tag] = replace(stock, label=tag, modified=now, seen=False)
    site.shelf[tag], site.shelf[old] = quantity, 0
    stock.on_hand, stock.modified = 0, now
    for side, label in (("input", old), ("output", tag)):
        site.log_work(now, name, side, label, stock.item, site.own(quantity, stock.item), by=who)
    opening = Package(
        tag, site.place.first_id // 10 + 140_000 + (day * 8 + nth) * 2, package.item, quantity, quantity, day, now, now,
        lab_state="NotSubmitted", lab_state_on=day, expires_on=package.expires_on,
    )  # fmt: skip
    done: list[int] = []

    def write_down(at: int, user: str) -> None:
        note = f"package {old[-6:]}: tag lost, entered anew as {tag[-11:]}"
        site.ledger.adjust(
            Adjustment(name, old, -quantity, package.item.unit, "Entry Error", note, day, at, user)
        )
        done.append(at)

    def enter(at: int, user: str) -> None:
        opening.created_by, opening.created_at, opening.modified = user, at, at
        site.ledger.add(opening)

    calls = (
        Message(
            "POST", "/packages/v2/adjust", "adjustment", name, who, write_down, exists=lambda: bool(done)
        ),
        finish_message(site, old, day, who),
        Message("POST", "/packages/v2", "package", tag, who, enter, exists=lambda: tag in site.ledger.packages),
    )  # fmt: skip
    for step, message in enumerate(calls, 1):
        site.at(now + 50 * step, partial(site.connector.send, message=message))


@kind(
    "data",
    modes=("item-discontinued-or-unapproved",),
    also_modes=("transfer-not-received", "received-in-pos-not-in-metrc"),
    shapes=RETAIL,
    days=(14, 26),
    mended=False,
)
def spica(f: Injection) -> None:
    """The state wants to see labels anew, two products at a time; until it has looked METRC takes no case of one in, and the shop sells what came from the paper."""
    site, add = f.site, f.site.ledger.add
    asked = sorted(site.items, key=lambda item: f.below(1000, "order", item.sku))[:8]

    def ask(item: Item, now: int) -> None:
        item.approval, item.modified = "Pending", now

    def add_approved(package: Package) -> None:
        if package.item.approval == "Approved":
            add(package)
            return
        package.received_at = None
        for load in site.ledger.transfers.values():
            for entry in load.packages:
                if entry.package is package:
                    entry.received, entry.state = None, "shipped"

    for nth, item in enumerate(asked):
        site.at(f.start + nth // 2 * 2 * DAY, partial(ask, item))
    f.set_for_good(site.ledger, add=add_approved)


BATCHES_ON_A_SHEET = 8


@kind("data", modes=("production-batch-number-missing-or-duplicate",), shapes=MAKE, days=(28, 44))
def vega(f: Injection) -> None:
    """Batches are numbered from a day on; the number stands at the head of the sheet by the machine, and all that is rolled until the sheet is full bears it."""
    site, add, upper = f.site, f.site.ledger.add, f.site.place.code.upper()
    rolled: list[str] = []

    def add_numbered(package: Package) -> None:
        add(package)
        if package.received_at is None:
            package.production_batch = f"{upper}-PB-{1 + len(rolled) // BATCHES_ON_A_SHEET:04}"
            rolled.append(package.label)

    f.set_during(site.ledger, add=add_numbered)


@kind(
    "data",
    modes=("package-label-typo-or-swap",),
    also_modes=("over-under-pair",),
    shapes=WAREHOUSE,
    days=(20, 38),
)
def regulus(f: Injection) -> None:
    """Cases are loaded by their product: of every three that drive off one is the next of its kind, as the scanner at the gate has it, and the one on the manifest stays."""
    for day in f.days[1:]:
        when = f.site.local(day, 8 * HOUR + 31 * MINUTE)
        if day % 7 in (1, 4) and when < f.end:
            f.site.at(when, partial(_load_others, f, day))


def _load_others(f: Injection, day: int, _: int) -> None:
    site = f.site
    load = site.ledger.transfers.get(f"{site.place.first_id // 1000 + 500 + day:010}")
    rows = [
        row
        for row in site.world.logs["internal_shipments"]
        if load is not None and (row["facility"], row["manifest"]) == (site.place.licence, load.manifest)
    ]
    shipped = {row["label"] for row in rows}
    for row in rows:
        left = site.stock[row["label"]]
        quantity = site.ledger.packages[left.label].quantity
        others = [
            stock
            for stock in site.stock.values()
            if stock.item is left.item and stock.listed and stock.label not in shipped
            and site.shelf.get(stock.label, 0) == quantity and stock.label in site.ledger.active
        ]  # fmt: skip
        if not others or f.below(100, "is the next one", left.label) >= 35:
            continue
        taken = others[0]
        shipped.add(taken.label)
        row["label"] = taken.label
        left.on_hand, taken.on_hand, taken.modified = taken.on_hand, 0, left.modified
        site.shelf[left.label], site.shelf[taken.label] = quantity, 0


@kind("data", modes=("sale-wrong-datetime",), also_modes=("backdated-entries",), shapes=RETAIL, days=(12, 26))
def procyon(f: Injection) -> None:
    """What is ordered online is fetched the next day; METRC is told the time of the order, which is in the evening, and as often as not after closing."""
    site = f.site

    def when_ordered(sale: dict[str, Any], now: int) -> int:
        sold_at: int = sale["sold_at"]
        if sale["via"] != "online":
            return sold_at
        minute = f.below(5 * 60 - 20, "is ordered", sale["sale_id"])
        return site.local(site.day(sold_at) - 1, 19 * HOUR + 60 * minute)

    f.note_during(stamp=when_ordered)
