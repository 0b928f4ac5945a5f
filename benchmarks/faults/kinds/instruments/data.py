"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults import activities
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import ALL_SHAPES, MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR, MINUTE, calendar


@kind(
    "data",
    modes=("production-batch-number-missing-or-duplicate",),
    also_modes=("recall-scope-wrong",),
    shapes=MAKE,
    days=(30, 48),
)
def dulcimer(f: Injection) -> None:
    """Each batch is entered from a copy of the last one's form, and the number of the batch is changed only when somebody thinks of it."""
    site, add = f.site, f.site.ledger.add
    written: list[str] = []

    def add_with_number(package: Package) -> None:
        if package.received_at is None:
            if not written or f.below(100, "changed", package.label) < 15:
                written.append(f"PB-{calendar(site.day(package.created_at)):%y%m%d}")
            package.production_batch = written[-1]
        add(package)

    f.set_during(site.ledger, add=add_with_number)


@kind(
    "data",
    modes=("production-batch-flag-wrong",),
    also_modes=("lab-result-missing", "sale-of-failed-or-untested"),
    shapes=MAKE,
    days=(28, 48),
)
def flute(f: Injection) -> None:
    """The form for a new package has a box for a production batch, and it is mostly left empty: what was rolled takes over the result of the trim, and goes out without one of its own."""
    ledger, add = f.site.ledger, f.site.ledger.add

    def add_without_box(package: Package) -> None:
        made_here = package.received_at is None and package.lab_state == "NotSubmitted"
        if made_here and f.below(100, "forgotten", package.label) < 80:
            package.lab_state = "TestPassed"
        add(package)

    f.set_during(ledger, add=add_without_box)


@kind(
    "data",
    modes=("wrong-package-sold",),
    also_modes=("over-under-pair", "finished-too-early", "physical-count-mismatch"),
    shapes=RETAIL,
    days=(16, 32),
)
def harp(f: Injection) -> None:
    """Nobody scans: the seller taps the product, the register books the oldest package, and what is handed over is from the case that stands in front."""
    site = f.site

    def hand_out(stock: Stock, quantity: int, sale_id: str) -> None:
        others = [
            s.label
            for s in site.stock.values()
            if s.item is stock.item and s is not stock and site.shelf.get(s.label, 0) >= quantity
        ]
        if others and f.below(100, "in front", sale_id, stock.label) < 60:
            site.shelf[stock.label] += quantity
            site.shelf[others[f.below(len(others), "which", sale_id, stock.label)]] -= quantity

    def go_by_the_list(labels: list[str]) -> list[str]:
        expected = {
            s.label for s in site.stock.values() if s.listed and s.on_hand > 0 and s.label in site.shelf
        }
        return sorted(expected | set(labels))

    f.note_during(**{"handed out": hand_out})
    site.at(f.start, lambda _: site.notes.update(counted=go_by_the_list))


# Milligrams in one unit, by the first letters of the product's number.
_CONTENT = {"PR": 310, "CN": 760, "VP": 410, "ED": 100}


@kind(
    "data",
    modes=("unit-thc-content-missing",),
    also_modes=("purchase-limit-true-oversale", "sale-rejected-by-metrc"),
    shapes=RETAIL,
    days=(24, 42),
    mended=False,
)
def harpsichord(f: Injection) -> None:
    """The content of one unit has to stand on the item from now on; the office goes through the list, leaves the field empty where no label is at hand, and the register reckons that as nothing."""
    site = f.site
    counted = [item for item in site.items if item.unit == "Each"]
    empty = [item for item in counted if item.sku.endswith(("CN-01", "CN-02", "ED-03"))]

    def go_through(now: int) -> None:
        for nth, item in enumerate(counted):
            item.modified = now + 4 * MINUTE * nth
            if item not in empty:
                item.thc = _CONTENT[item.sku[-5:-3]] * MICRO

    def ask_for_many(sale_id: str, day: int) -> list[tuple[Item, int]]:
        item = empty[f.below(2, "of which", sale_id)]
        is_there = any(asked is item for asked, _ in activities.wishes(site, sale_id))
        if is_there or f.below(100, "many", sale_id) >= 2:
            return []
        return [(item, (9 + f.below(8, "how many", sale_id)) * MICRO)]

    site.at(f.start + HOUR, go_through)
    f.note_during(extra_wishes=ask_for_many)


@kind(
    "data",
    modes=("reason-map-stale",),
    also_modes=("adjustment-not-posted", "adjustment-generic-reason"),
    shapes=ALL_SHAPES,
    days=(18, 36),
    mended=False,
)
def lute(f: Injection) -> None:
    """The state gives its reasons for a change of stock other names, and the own list is built in: what is sent with the old ones is refused where nobody looks."""
    site = f.site
    f.set_for_good(site.ledger, retired_reasons={"Damage", "Spoilage"})
    for day in f.days:
        when = site.local(day, 15 * HOUR + MINUTE * f.below(150, "breaks", day))
        if f.start < when < f.end:
            site.at(when, partial(_break, f, 6400 + day))


def _break(f: Injection, number: int, now: int) -> None:
    activities.mishap(f.site, now, number)


@kind(
    "data",
    modes=("unfinished-zero-package",),
    also_modes=("aged-package", "close-out-skipped"),
    shapes=RETAIL,
    days=(24, 48),
    mended=False,
)
def lyre(f: Injection) -> None:
    """Selling the last unit closes nothing, and since the evening's list was taken over by nobody, what is empty stays open."""
    f.set_during(f.site.habits, finishes=False)
