"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.activities import SUPPLIERS, void
from benchmarks.faults.making import enter_part
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, STRAINS
from benchmarks.faults.registry import GROW, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR, MINUTE


@kind("data", modes=("void-not-mirrored",), shapes=RETAIL, days=(12, 26))
def flint(f: Injection) -> None:
    """What was ordered online and nobody fetched is put back in the evening; the shop's own job takes the sales back, and only there."""
    site = f.site

    def put_back(now: int) -> None:
        today = site.day(now)
        unfetched = [
            sale
            for sale_id, sale in sorted(site.sales.items())
            if site.day(sale["sold_at"]) == today
            and (sale["via"], sale["status"], sale["state"]) == ("online", "completed", "reported")
            and f.below(100, "is not fetched", sale_id) < 35
        ]
        tells, site.habits.voids_in_metrc = site.habits.voids_in_metrc, False
        for sale in unfetched:
            void(site, now, sale)
        site.habits.voids_in_metrc = tells

    for day in f.days:
        when = site.local(day, 21 * HOUR + 5 * MINUTE)
        if when < f.end:
            site.at(when, put_back)


@kind("data", modes=("location-map-wrong",), shapes=STOCKED, days=(16, 32), mended=False)
def obsidian(f: Injection) -> None:
    """Two lines of the form look alike: the room where goods lie is mapped to the one where they come in."""
    site, add = f.site, f.site.ledger.add

    def add_by_map(package: Package) -> None:
        package.location = "Receiving"
        add(package)

    site.at(f.start, lambda _: site.notes.update({"location map": {"Vault": "Receiving"}}))
    f.set_for_good(site.ledger, add=add_by_map)


@kind("data", modes=("package-label-typo-or-swap",), shapes=GROW, days=(28, 42))
def tuff(f: Injection) -> None:
    """The tags of a harvest are printed in one go and tied on by hand, and the two bags of flower get each other's."""
    site = f.site

    def tie_on(now: int) -> None:
        made = [s for s in site.stock.values() if s.received_on == site.day(now)]
        for strain in site.items[:4]:
            bags = [s.label for s in made if s.item is strain]
            if len(bags) == 2:
                one, other = bags
                site.shelf[one], site.shelf[other] = site.shelf[other], site.shelf[one]

    for day in f.days:
        when = site.local(day, 15 * HOUR)
        if when < f.end:
            site.at(when, tie_on)


@kind(
    "data",
    modes=("sale-of-failed-or-untested",),
    also_modes=("lab-result-missing",),
    shapes=RETAIL,
    days=(10, 20),
    mended=False,
)
def garnet(f: Injection) -> None:
    """The state doubts a laboratory and has what one supplier sent tested anew; the register looked when it came in."""
    site, supplier = f.site, SUPPLIERS[f.below(2, "supplier")]

    def test_anew(now: int) -> None:
        for package in site.ledger.active.values():
            if package.received_from == supplier:
                package.lab_state, package.lab_state_on = "TestingInProgress", site.day(now)
                package.modified = now

    site.at(site.local(f.days[0], 8 * HOUR), test_anew)


@kind("data", modes=("strain-map-wrong",), shapes=GROW, days=(42, 54), mended=False)
def chert(f: Injection) -> None:
    """The form for new clones opens with the strain of the time before, and often it is left so."""

    def left(strain: str, number: int) -> str | None:
        return STRAINS[(number - 1) % 4] if f.below(100, "left", number) < 75 else None

    f.note_during(**{"strain written": left})


@kind(
    "data",
    modes=("partial-split-mismatch",),
    shapes=GROW | frozenset({"distribution"}),
    days=(16, 32),
)
def slate(f: Injection) -> None:
    """Bags of an ounce are filled from a lot: METRC gets them by their weight, and twenty-eight grams for each as taken."""
    for day in f.days:
        when = f.site.local(day, 12 * HOUR + 60 * f.below(40, "fills", day))
        if when < f.end:
            f.site.at(when, partial(_fill, f, day))


OUNCE, BAGS = 28_350_000, 4  # millionths of a gram
TAKEN, HELD = BAGS * 28 * MICRO, BAGS * OUNCE


def _fill(f: Injection, day: int, now: int) -> None:
    """Four bags from the first lot that has passed and is large enough, as one package."""
    site = f.site
    lots = [
        site.ledger.packages[s.label]
        for s in site.stock.values()
        if s.item.category == "Bud/Flower"
        and s.listed
        and s.label in site.ledger.active
        and min(s.on_hand, site.shelf.get(s.label, 0)) > HELD
    ]
    lots = [lot for lot in lots if lot.lab_state == "TestPassed" and lot.quantity > HELD]
    if day % 2 == 0 or not lots:
        return
    lot, tag = lots[0], f"{site.place.tag_stem}5{day:011}"
    source = site.stock[lot.label]
    source.on_hand, source.modified = source.on_hand - TAKEN, now
    site.shelf[lot.label] -= HELD
    site.stock[tag] = Stock(tag, lot.item, HELD, day, now + 30, unit_cost=source.unit_cost)
    site.shelf[tag] = HELD
    site.notes.setdefault("released", {})[tag] = _result(f, lot)
    for side, label, quantity in (("input", lot.label, TAKEN), ("output", tag, HELD)):
        site.log_work(now, f"{site.place.code.upper()}-OZ-{day:03}", side, label, lot.item, quantity)
    _create(f, now, day, lot, tag)


def _result(f: Injection, lot: Package) -> tuple[int, int, bool]:
    """The laboratory's word on the lot, which holds for what is filled from it."""
    came_with_it = (lot.packaged_on + 2, f.site.local(lot.packaged_on + 6, 15 * HOUR), True)
    found: tuple[int, int, bool] = f.site.notes.get("released", {}).get(lot.label, came_with_it)
    return found


def _create(f: Injection, now: int, day: int, lot: Package, tag: str) -> None:
    site = f.site
    child = Package(
        tag, site.place.first_id // 10 + 80_000 + day * 2, lot.item, HELD, HELD, day, now, now,
        lab_state=lot.lab_state, lab_state_on=lot.lab_state_on, expires_on=lot.expires_on, harvest=lot.harvest,
    )  # fmt: skip
    enter_part(site, now + 2 * MINUTE, child, lot, TAKEN)
