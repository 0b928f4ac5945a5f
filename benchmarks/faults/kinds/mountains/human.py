"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.activities import seller
from benchmarks.faults.places import MICRO, PERMISSIONS
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "human",
    modes=("self-approved-adjustments",),
    also_modes=("reconciliation-rubber-stamped",),
    shapes=STOCKED,
    days=(30, 46),
)
def aconcagua(f: Injection) -> None:
    """A place is short of people: the inventory lead counts, writes off, and puts the own name also where the second one belongs."""
    f.set_during(f.site.habits, leads=("inv",), approves=False, counts_by_two=False)


@kind("human", modes=("bypass-flag-left-on",), shapes=RETAIL, days=(14, 28))
def annapurna(f: Injection) -> None:
    """The display jars are written off every evening, by a screen on which "do not report" was once ticked to get past an error, and which remembers it."""
    site = f.site
    f.set_during(site.habits, bypasses=True)

    def write_off(day: int, now: int) -> None:
        flower = [item for item in site.items if item.unit == "Grams"]
        for nth, item in enumerate(flower):
            open_ = [s for s in site.sellable(item, 0) if min(site.shelf[s.label], s.on_hand) >= 3 * MICRO]
            if open_ and f.below(3, "jar", day, nth):
                amount = MICRO // 2 * (1 + f.below(3, "crumbs", day, nth))
                reason = site.habits.reasons[f.below(len(site.habits.reasons), "why", day, nth)]
                name = f"{site.place.code.upper()}-ADJ-{day:03}-J{nth}"
                site.change_stock(now, name, open_[0].label, -amount, reason)

    for day in f.days:
        evening = site.local(day, site.habits.closes - 10 * MINUTE)
        if f.start <= evening < f.end:
            site.at(evening, partial(write_off, day))


@kind("human", modes=("physical-loss-unrecorded",), shapes=RETAIL, days=(20, 38))
def brocken(f: Injection) -> None:
    """One of the sellers puts a few small dear things into the bag whenever it is their turn to close, out of the cases that are open."""
    site = f.site
    who = f"bud{1 + f.below(6, 'who')}"

    def take(day: int, now: int) -> None:
        if who not in (seller(site, day, 1, 1), seller(site, day, 2, 1)):
            return
        for nth in range(3 + f.below(3, "how many", day)):
            item = site.items[5 + f.below(4, "which", day, nth)]
            case = [s for s in site.stock.values() if s.item is item and site.shelf[s.label] >= MICRO]
            if case:
                site.shelf[case[0].label] -= MICRO

    for day in f.days:
        night = site.local(day, site.habits.closes + 10 * MINUTE)
        if f.start <= night < f.end:
            site.at(night, partial(take, day))


@kind("human", modes=("excess-permissions",), shapes=STOCKED, days=(24, 44), mended=False)
def musala(f: Injection) -> None:
    """A message asks somebody for a right, so that everybody is given all that a manager has; since then whoever is free writes off, receives and closes."""
    site = f.site

    def give(now: int) -> None:
        for person in site.people.values():
            person.permissions = sorted({*person.permissions, *PERMISSIONS["manager"]})

    site.at(f.start, give)
    everybody = tuple(handle for handle in site.people if handle != "gm")
    f.set_during(site.habits, leads=everybody)


@kind("human", modes=("workaround-generic-product",), shapes=RETAIL, days=(12, 26))
def snowdon(f: Injection) -> None:
    """When the line is long and a label does not scan at once, the sale is rung up under the number that is there for odds and ends."""
    site = f.site

    def share(sale: dict[str, Any]) -> int:
        second = (sale["sold_at"] + site.place.offset) % DAY
        return 38 if 15 * HOUR + 30 * MINUTE <= second < 19 * HOUR else 0

    f.note_during(generic=share)
