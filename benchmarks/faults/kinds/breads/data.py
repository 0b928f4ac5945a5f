"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults import making
from benchmarks.faults.metrc import Refused
from benchmarks.faults.places import MICRO, Item, cut_to_tenths
from benchmarks.faults.registry import MAKE, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "data",
    modes=("finished-too-early",),
    also_modes=(
        "sale-of-inactive-package",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "return-not-mirrored",
        "finished-package-still-sellable",
        "package-in-pos-missing-in-metrc",
        "metrc-onhand-understated",
        "direct-edit-not-mirrored",
        "adjustment-generic-reason",
        "physical-count-mismatch",
        "sales-total-mismatch",
        "retries-exhausted-and-dropped",
        "queue-poison-message",
        "regulator-flag-adjustment-pattern",
    ),
    shapes=RETAIL,
    days=(14, 30),
)
def stollen(f: Injection) -> None:
    """METRC's list is cleared of packages that are all but empty, down to zero and closed, while the last pieces are still on sale."""
    site = f.site
    for day in f.days:
        when = site.local(day, 11 * HOUR + 20 * MINUTE) + f.below(4 * HOUR, "clears", day)
        if f.start < when < f.end:
            site.at(when, partial(_clear, f, day=day))


def _clear(f: Injection, now: int, day: int) -> None:
    """The own system learns it when the list of the closed ones is read, at night."""
    site = f.site
    who = site.lead(day)
    for package in list(site.ledger.active.values()):
        stock = site.stock.get(package.label)
        left = 7 * MICRO if package.item.unit == "Each" else 9 * MICRO
        if stock is None or not stock.listed or not package.sold or not MICRO <= package.quantity <= left:
            continue
        if f.below(100, "looks at the shelf", package.label) < 25:
            continue
        name = f"{site.place.code.upper()}-CLR-{day:03}-{package.label[-6:]}"
        try:
            site.set_in_metrc(now, name, package.label, -package.quantity, who, note="sold out, cleared")
            site.ledger.finish(package.label, day, now + 40)
        except Refused:
            continue
        stock.seen = False

        def learn(_: int, label: str = package.label) -> None:
            site.stock[label].seen = True

        site.at(site.local(day + 1, 2 * HOUR), learn)


@kind(
    "data",
    modes=("receipt-external-number-missing",),
    also_modes=("sale-posted-twice", "false-clean-reconciliation"),
    shapes=RETAIL,
    days=(10, 26),
)
def panettone(f: Injection) -> None:
    """Since an update the register's number is not put into the receipts any more, and METRC takes them without."""
    f.set_during(f.site.connector, sends_number=False)


@kind(
    "data",
    modes=("rounding-drift",),
    also_modes=(
        "sale-quantity-mismatch",
        "unfinished-zero-package",
        "adjustment-generic-reason",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "recurring-variance",
        "sales-total-mismatch",
        "aged-package",
    ),
    shapes=RETAIL,
    days=(30, 46),
)
def waffle(f: Injection) -> None:
    """The scale at the counter has two digits, METRC is told the tenths and no more, and the rest stays in its packages."""

    def by_the_scale(item: Item, quantity: int, sale_id: str) -> int:
        if item.unit != "Grams":
            return quantity
        return quantity + f.below(10, "over", sale_id, item.sku) * (MICRO // 100)

    f.note_during(weighed=by_the_scale, sent=cut_to_tenths)


@kind(
    "data",
    modes=("lineage-broken",),
    also_modes=(
        "partial-split-mismatch",
        "conversion-not-mirrored",
        "lab-result-missing",
        "sale-of-failed-or-untested",
        "metrc-onhand-overstated",
        "metrc-onhand-understated",
        "over-under-pair",
        "physical-count-mismatch",
        "strain-map-wrong",
    ),
    shapes=MAKE,
    days=(26, 46),
)
def profiterole(f: Injection) -> None:
    """Whoever enters a batch takes the bag that stands first in METRC's list, which is the newest, and not the one that was opened."""
    site = f.site

    def first_of_the_list(label: str, day: int) -> str:
        if f.below(100, "looks", day) < 20:
            return label
        item = site.stock[label].item
        bags = [
            p
            for p in reversed(site.ledger.active.values())
            if p.received_at is not None and p.state == "active" and p.quantity >= making.INPUT
        ]
        same = [p for p in bags if p.item is item and p.label != label]
        others = [p for p in bags if p.label != label]
        return (same or others)[0].label if same or others else label

    f.note_during(**{"source told": first_of_the_list})


@kind(
    "data",
    modes=("return-not-mirrored",),
    also_modes=(
        "metrc-onhand-understated",
        "waste-missing",
        "physical-count-mismatch",
        "sales-total-mismatch",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "finished-too-early",
        "oversell-block-or-negative",
        "recurring-variance",
    ),
    shapes=RETAIL,
    days=(18, 34),
)
def sourdough(f: Injection) -> None:
    """What customers bring back is refunded and put back into stock at the register, and nobody touches the receipt in METRC."""
    site = f.site
    for day in f.days:
        for nth in range(1 + f.below(3, "returns", day)):
            when = site.local(day, 11 * HOUR) + f.below(9 * HOUR, "comes back", day, nth)
            if f.start < when < f.end:
                site.at(when, partial(_bring_back, f, day=day, nth=nth))


def _bring_back(f: Injection, now: int, day: int, nth: int) -> None:
    site = f.site
    sold = [
        (sale, line)
        for sale in site.sales.values()
        if sale["status"] == "completed"
        and sale["state"] == "reported"
        and "original" not in sale
        and "brought back" not in sale
        and HOUR < now - sale["sold_at"] < 5 * DAY
        for line in sale["drawn"]
        if line[1].unit == "Each"
    ]
    if not sold:
        return
    sale, (label, item, quantity, own, price) = sold[f.below(len(sold), "which", day, nth)]
    sale["brought back"] = True
    stock = site.stock[label]
    site.shelf[label] = site.shelf.get(label, 0) + quantity
    stock.on_hand += own
    stock.modified = now
    name = f"{site.place.code.upper()}-{day:03}-R{nth:03}"
    site.sales[name] = {
        **sale, "sale_id": name, "sold_at": now, "drawn": [(label, item, -quantity, -own, -price)], "status": "returned",
        "original": sale["sale_id"], "posted_at": None, "receipt_id": None, "state": "excluded", "via": "counter",
        "offline": False, "modified": now + 2,
    }  # fmt: skip


@kind(
    "data",
    modes=("sale-wrong-datetime",),
    also_modes=("sales-total-mismatch", "backdated-entries", "sale-posted-late"),
    shapes=RETAIL,
    days=(12, 28),
)
def muffin(f: Injection) -> None:
    """What was ordered online is reported with the time of the order, often the night before, and not of when it was fetched."""
    site = f.site

    def ordered(sale: dict[str, Any], _: int) -> int:
        sold_at: int = sale["sold_at"]
        if sale["via"] != "online":
            return sold_at
        if f.below(100, "night", sale["sale_id"]) < 55:
            evening = site.local(site.day(sold_at) - 1, 21 * HOUR + 20 * MINUTE)
            return evening + f.below(140 * MINUTE, "clicks", sale["sale_id"])
        return sold_at - HOUR - f.below(2 * HOUR, "ahead", sale["sale_id"])

    f.note_during(stamp=ordered)
