"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.places import MICRO, Item, cut_to_tenths
from benchmarks.faults.registry import MAKE, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "data",
    modes=("sale-of-onhold-or-recalled",),
    also_modes=(
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "pos-inventory-stale",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
        "recall-scope-wrong",
    ),
    shapes=RETAIL,
    days=(28, 44),
)
def velvet(f: Injection) -> None:
    """The register takes quantities from METRC's list and no flags; what the state holds or recalls stays on offer, and the mail about it went to nobody who sells."""
    site = f.site
    take_in = site.take_in

    def take_in_without_flags(at: int, job: str, read: list[str]) -> None:
        take_in(at, job, read)
        for stock in site.stock.values():
            package = site.ledger.packages.get(stock.label)
            if package is not None and package.lab_state != "TestFailed":
                stock.blocked = False

    f.set_during(site, take_in=take_in_without_flags)
    day = f.days[0] + 1
    while day < f.days[-1]:
        site.at(
            site.local(day, 8 * HOUR) + f.below(6 * HOUR, "held", day),
            lambda now, day=day: _hold(f, now, day),
        )
        day += 2 + f.below(4, "next", day)


def _hold(f: Injection, now: int, day: int) -> None:
    """The state puts a lot on hold, mostly one that is being sold; some are recalled and stay so, others are let go after days."""
    site = f.site
    first = {
        id(s.item): site.ledger.packages[s.label]
        for s in reversed(list(site.stock.values()))
        if s.listed and s.on_hand >= 3 * MICRO and s.label in site.ledger.active
    }
    on_sale = [p for p in first.values() if not p.is_on_hold]
    if not on_sale:
        return
    lot = on_sale[f.below(len(on_sale), "lot", day)]
    held = [
        p
        for p in site.ledger.active.values()
        if p.item is lot.item and p.packaged_on == lot.packaged_on and p.quantity > 0
    ]
    recalled = f.below(100, "recalled", day) < 35
    for package in held:
        package.is_on_hold, package.modified = True, now
        package.is_recalled = package.is_recalled or recalled

    def let_go(later: int) -> None:
        for package in held:
            package.is_on_hold, package.modified = False, later

    if not recalled:
        site.at(now + (5 + f.below(6, "lasts", day)) * DAY, let_go)


@kind(
    "data",
    modes=("conversion-not-mirrored",),
    also_modes=(
        "metrc-onhand-overstated",
        "package-in-pos-missing-in-metrc",
        "physical-count-mismatch",
        "lab-result-missing",
    ),
    shapes=MAKE,
    days=(30, 46),
)
def brocade(f: Injection) -> None:
    """The own system turns trim into rolls by itself; METRC wants a package made from it, which the production manager enters by hand and mostly does not come round to."""
    habits = f.site.habits
    for day in f.days:
        when = f.site.local(day, 13 * HOUR)
        if f.start < when < f.end and f.below(100, "forgets", day) < 82:
            f.site.at(when - 20 * MINUTE, lambda _: setattr(habits, "mirrors_conversions", False))
            f.site.at(when + 20 * MINUTE, lambda _: setattr(habits, "mirrors_conversions", True))


@kind(
    "data",
    modes=("sale-wrong-datetime",),
    also_modes=("backdated-entries", "sales-total-mismatch"),
    shapes=RETAIL,
    days=(22, 40),
)
def gingham(f: Injection) -> None:
    """The second register was set up anew and reports the business day of a sale without the hour; METRC puts it at midnight."""
    site = f.site

    def stamp(sale: dict[str, Any], _: int) -> int:
        sold_at: int = sale["sold_at"]
        return site.local(site.day(sold_at), 0) if sale["register"].endswith("R2") else sold_at

    f.note_during(stamp=stamp)


@kind(
    "data",
    modes=("unfinished-zero-package",),
    also_modes=("close-out-skipped", "aged-package"),
    shapes=RETAIL,
    days=(32, 46),
    mended=False,
)
def denim(f: Injection) -> None:
    """Who closed the empty packages does something else now, and nobody took it over; what is sold out stays open in METRC."""
    f.set_during(f.site.habits, finishes=False)


@kind(
    "data",
    modes=("rounding-drift",),
    also_modes=(
        "sale-quantity-mismatch",
        "unfinished-zero-package",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
    ),
    shapes=RETAIL,
    days=(32, 46),
)
def organza(f: Injection) -> None:
    """Flower is weighed into the bag, always a little over; the register books what the scale says, and METRC is told tenths of a gram, cut off."""

    def weigh(item: Item, quantity: int, sale_id: str) -> int:
        if item.unit != "Grams":
            return quantity
        return quantity + MICRO // 100 * (1 + f.below(7, "over", sale_id, item.sku))

    f.note_during(weighed=weigh, sent=cut_to_tenths)


@kind(
    "data",
    modes=("item-map-ambiguous",),
    also_modes=(
        "wrong-package-sold",
        "unit-weight-wrong",
        "sale-quantity-mismatch",
        "sale-price-mismatch",
        "item-map-missing",
    ),
    shapes=RETAIL,
    days=(28, 44),
    mended=False,
)
def chiffon(f: Injection) -> None:
    """Products are found by a loose name when goods are taken in; two that METRC keeps as two items, one of them of another size, come under one number."""
    items = f.site.items
    strains = ((4, 3), (6, 5), (8, 7))[f.below(3, "strain left out")]
    one_name = {items[11].item_id: items[10], items[strains[0]].item_id: items[strains[1]]}
    f.note_during(**{"taken for": lambda item: one_name.get(item.item_id, item)})
