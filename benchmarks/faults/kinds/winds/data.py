"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.faults.kinds.data import some_item
from benchmarks.faults.metrc import Package, Receipt, Refused
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("data", modes=("item-discontinued-or-unapproved",), shapes=RETAIL, days=(9, 18), mended=False)
def cirrus(f: Injection) -> None:
    """A maker gives some products up and takes their items off METRC's list while shops have cases of them; receipts with one of them are refused."""
    site, add, sell = f.site, f.site.ledger.add, f.site.ledger.sell
    counted = [item for item in site.items if item.unit == "Each"]
    given_up = sorted(counted, key=lambda item: f.below(1000, "order", item.sku))[:3]

    def give_up(now: int) -> None:
        for item in given_up:
            item.is_active, item.modified, item.case = False, now, 0

    def sell_listed(receipt: Receipt) -> None:
        for line in receipt.lines:
            if not line.item.is_active:
                raise Refused(f"item {line.item.name} is not active")
        sell(receipt)

    def add_what_came(package: Package) -> None:
        """What is on the road already may still be taken in."""
        is_active, package.item.is_active = package.item.is_active, True
        try:
            add(package)
        finally:
            package.item.is_active = is_active

    site.at(site.local(f.days[0], 22 * HOUR), give_up)
    f.set_for_good(site.ledger, sell=sell_listed, add=add_what_came)


@kind("data", modes=("sale-of-onhold-or-recalled",), shapes=RETAIL, days=(14, 26))
def stratus(f: Injection) -> None:
    """An update reads the flag of packages on hold, and no more the one of those that are called back; a maker calls some back week by week."""
    site, mirror, sellable = f.site, f.site._mirror, f.site.ledger._sellable

    def not_called_back(label: str) -> Package:
        package = sellable(label)
        if package.is_recalled:
            raise Refused(f"package {label} is recalled")
        return package

    def mirror_holds(at: int, read: list[str]) -> None:
        mirror(at, read)
        for label, stock in site.stock.items():
            package = site.ledger.packages.get(label)
            if package is not None and package.is_recalled:
                stock.blocked = package.is_on_hold or package.lab_state == "TestFailed"

    def call_back(now: int) -> None:
        """Whatever there is of one product."""
        item = site.items[f.below(len(site.items), "which", site.day(now))]
        for package in site.ledger.active.values():
            if package.item is item and package.quantity:
                package.is_recalled, package.modified = True, now

    f.set_for_good(site.ledger, _sellable=not_called_back)
    f.set_during(site, _mirror=mirror_holds)
    for day in f.days[1:-2:4]:
        site.at(site.local(day, 11 * HOUR + 60 * f.below(50, "calls", day)), call_back)


@kind(
    "data",
    modes=("item-map-ambiguous",),
    also_modes=("wrong-package-sold", "over-under-pair"),
    shapes=RETAIL,
    days=(22, 40),
    mended=False,
)
def cumulus(f: Injection) -> None:
    """A supplier's products are set up once more from its new list, beside the old numbers and for the same items; what comes is taken in as either, and stands in one shelf."""
    site, vendor, sellable = f.site, f.below(2, "vendor"), f.site.sellable
    old = [item for item in site.items[vendor::2] if item.unit == "Each"]
    second = {item.sku: replace(item, sku=f"{item.sku}-B", case=0, modified=f.start) for item in old}

    def take_in(now: int) -> None:
        for stock in site.stock.values():
            came = stock.received_on == site.day(now) and stock.item.sku in second
            if came and f.below(100, "which number", stock.label) < 55:
                stock.item = second[stock.item.sku]

    def of_either(item: Item, quantity: int) -> list[Stock]:
        found = sellable(item, quantity)
        if item.sku not in second:
            return found
        return sorted(
            (*found, *sellable(second[item.sku], quantity)),
            key=lambda stock: (stock.received_on, stock.label),
        )

    def hand_out(stock: Stock, quantity: int, sale_id: str) -> None:
        if f.below(100, "which case", sale_id, stock.label) >= 50:
            return
        for other in site.stock.values():
            same = stock.item.item_id == other.item.item_id and stock.item.sku != other.item.sku
            if same and other.listed and site.shelf.get(other.label, 0) > 2 * quantity:
                site.shelf[stock.label] += quantity
                site.shelf[other.label] -= quantity
                return

    site.at(f.start, lambda _: site.notes.update({"own products": list(second.values())}))
    f.set_for_good(site, sellable=of_either)
    f.note_during(**{"handed out": hand_out})
    for day in f.days:
        when = site.local(day, 13 * HOUR + 20 * MINUTE)
        if f.start <= when < f.end:
            site.at(when, take_in)


def _count_otherwise(f: Injection, grams: Callable[[Item], int]) -> None:
    """The register counts products by other figures against the limit meanwhile."""
    site = f.site
    before = site.notes.get("generic", lambda _: 0)

    def count(sale: dict[str, Any]) -> Any:
        if f.start <= sale["sold_at"] < f.end:
            sale["drawn"] = [
                (label, replace(item, grams=grams(item)), *rest) for label, item, *rest in sale["drawn"]
            ]
        return before(sale)

    site.notes["generic"] = count


EATEN, SMOKED = "Edibles", "Concentrate (each)"


@kind(
    "data",
    modes=("item-category-mismatch",),
    also_modes=("purchase-limit-false-oversale",),
    shapes=RETAIL,
    days=(16, 34),
    mended=False,
)
def nimbus(f: Injection) -> None:
    """Two lines of the table of categories are exchanged: what is eaten counts as what is smoked, by all that the bag weighs, and the other way round."""
    site = f.site

    def grams(item: Item) -> int:
        if item.own_category == EATEN:
            return item.unit_weight or item.grams
        return 300_000 if item.own_category == SMOKED else item.grams

    exchanged = {EATEN: SMOKED, SMOKED: EATEN}
    site.at(f.start, lambda _: site.notes.setdefault("location map", {}).update(exchanged))
    _count_otherwise(f, grams)


JAR = 3_500_000  # millionths of a gram


@kind("data", modes=("uom-mismatch-each-vs-weight",), shapes=RETAIL, days=(20, 45))
def altostratus(f: Injection) -> None:
    """One flower comes in jars, and the own system counts jars where METRC weighs; the map says one to one, and METRC hears of a gram for each jar."""
    site, item, sellable = f.site, some_item(f, "Grams"), f.site.sellable
    before = site.notes.get("extra_wishes", lambda *_: [])
    item.own_unit, item.per_metrc_unit = "Each", MICRO / JAR
    item.sent_factor = MICRO / JAR

    def whole_jars(of: Item, quantity: int) -> list[Stock]:
        return [] if of is item and (quantity <= 0 or quantity % JAR) else sellable(of, quantity)

    def ask_for_jars(sale_id: str, day: int) -> list[tuple[Item, int]]:
        jars = (1, 1, 2)[f.below(3, "jars", sale_id)] if f.below(100, "takes jars", sale_id) < 6 else 0
        return [*([(item, jars * JAR)] if jars else []), *before(sale_id, day)]

    site.sellable = whole_jars  # type: ignore[method-assign]
    site.notes["extra_wishes"] = ask_for_jars


@kind("data", modes=("unit-weight-wrong",), shapes=RETAIL, days=(18, 36), mended=False)
def virga(f: Injection) -> None:
    """Whoever makes what is eaten enters bags anew in METRC, by the weight of one of the ten pieces; the own list takes the weight over in the night."""
    site = f.site
    bags = [item for item in site.items if item.category == EATEN]

    def enter(now: int) -> None:
        for item in bags:
            assert item.unit_weight is not None
            item.unit_weight, item.modified = item.unit_weight // 10, now

    def take_over(_: int) -> None:
        for item in bags:
            item.own_unit_weight = item.unit_weight

    def grams(item: Item) -> int:
        is_read = site.world.now >= f.start + DAY
        return item.grams // 10 if item.category == EATEN and is_read else item.grams

    site.at(f.start, enter)
    site.at(f.start + DAY, take_over)
    _count_otherwise(f, grams)
