"""A grow: a cohort of clones a week, from planting through harvest and drying to packages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, STRAINS
from benchmarks.faults.site import Site, Stock
from benchmarks.faults.times import DAYS, HOUR, MINUTE

if TYPE_CHECKING:
    from benchmarks.faults.places import Item

Act = Callable[[Site, int, "list[Cohort]", int], None]
VEGETATIVE, FLOWERING, HARVEST, DRY = 14, 42, 105, 15  # days after planting; days after harvest


@dataclass
class Plant:
    label: str
    plant_id: int
    wet: int
    destroyed_on: int | None = None
    is_pulled: bool = False  # gone, and struck off the grow log only
    is_unnoticed: bool = False  # gone as well, and not even struck off there
    tagged_on: int | None = None  # where that is not with the batch


@dataclass
class Cohort:
    """Plants of one batch that are harvested together, and their harvest."""

    number: int
    strain: int
    planted_on: int
    size: int
    plants: list[Plant]
    harvested_on: int | None = None  # as METRC has it
    cut_on: int | None = None
    entered_at: int | None = None
    wet: int = 0
    tare: int = 0  # that METRC was told as weight
    waste: int = 0
    packaged: int = 0
    finished_on: int | None = None
    modified: int = 0
    lots: list[Package] = field(default_factory=list)
    flowering_on: int | None = None
    vegetative_on: int | None = None
    moved_on: int | None = None  # in the own book, where that is not as METRC has it
    is_left_in_veg: bool = False  # nobody tells the books of the room it flowers in
    closed_on: int | None = None  # in the own book, where that is not as METRC has it
    written_strain: str | None = None  # in METRC, where it is not the item's
    entered_wet: int | None = None  # in METRC, where it is not what was weighed

    @property
    def batch(self) -> str:
        return f"{STRAINS[self.strain]} batch {self.number:02}"

    @property
    def room(self) -> str:
        is_young = self.flowering_on is None and self.moved_on is None
        return "Veg Room" if is_young or self.is_left_in_veg else "Flower Room"

    @property
    def harvest(self) -> str:
        return f"Harvest {STRAINS[self.strain]} {self.number:02}"


def schedule(site: Site) -> None:
    """Plan every cohort that has anything to do in the period; older ones are there already."""
    cohorts: list[Cohort] = []
    site.notes["cohorts"] = cohorts
    site.notes["waste"] = []
    first = -HARVEST - 28
    for number in range((DAYS - first) // 7 + 1):
        _plan(
            site,
            cohorts,
            number,
            first + 7 * number + site.chance.below(4, "planted", site.place.code, number),
        )


def _plan(site: Site, cohorts: list[Cohort], number: int, planted_on: int) -> None:
    for after, act in (
        (0, plant),
        (VEGETATIVE, tag),
        (FLOWERING, flower),
        (48, destroy),
        (HARVEST, cut),
        (HARVEST + DRY, package),
        (HARVEST + DRY + 7, finish),
    ):
        when = site.local(planted_on + after, 14 * HOUR)
        if when < 0:
            act(site, when, cohorts, number)  # before the first day: nobody logged it
        else:
            site.at(when, lambda now, act=act: _do(site, now, act, cohorts, number))


def _do(site: Site, now: int, act: Act, cohorts: list[Cohort], number: int) -> None:
    """Do what is due now, or when the place gets round to it."""
    wait = site.notes.get("later", lambda what, number: 0)(act.__name__, number)
    if wait:
        site.at(now + wait, lambda at: act(site, at, cohorts, number))
    else:
        act(site, now, cohorts, number)


def _find(cohorts: list[Cohort], number: int) -> Cohort | None:
    return next((c for c in cohorts if c.number == number), None)


def plant(site: Site, now: int, cohorts: list[Cohort], number: int) -> None:
    size = site.habits.batch_size
    first = site.place.first_id // 100 + number * 200
    plants = [
        Plant(
            f"{site.place.tag_stem}2{number:03}{n:08}",
            first + n,
            400 * MICRO + MICRO // 10 * site.chance.below(700, "wet", number, n),
        )
        for n in range(min(size, 12))
    ]
    cohort = Cohort(number, number % 4, site.day(now), size, plants, modified=now)
    if "strain written" in site.notes:
        cohort.written_strain = site.notes["strain written"](STRAINS[cohort.strain], number)
    cohorts.append(cohort)


def tag(site: Site, now: int, cohorts: list[Cohort], number: int) -> None:
    cohort = _find(cohorts, number)
    assert cohort is not None
    cohort.vegetative_on, cohort.modified = site.day(now), now


def flower(site: Site, now: int, cohorts: list[Cohort], number: int) -> None:
    cohort = _find(cohorts, number)
    assert cohort is not None
    cohort.flowering_on, cohort.modified = site.day(now) - site.notes.get("days back", 0), now


def destroy(site: Site, now: int, cohorts: list[Cohort], number: int) -> None:
    """One plant of a cohort does not thrive; it is destroyed and weighed the same day."""
    cohort = _find(cohorts, number)
    assert cohort is not None
    lost = cohort.plants[-1]
    lost.destroyed_on = site.day(now)
    record_waste(
        site,
        now,
        "plant",
        lost.label,
        20 * MICRO + MICRO * site.chance.below(30, "lost", number),
        "Contamination",
        f"PW-{lost.plant_id}",
    )


def cut(site: Site, now: int, cohorts: list[Cohort], number: int) -> None:
    """Harvest a cohort; it is entered on the day, unless somebody waits."""
    cohort = _find(cohorts, number)
    assert cohort is not None
    cohort.cut_on = cohort.harvested_on = site.day(now)
    alive = [p for p in cohort.plants if p.destroyed_on is None and not p.is_pulled]
    cohort.wet = sum(p.wet for p in alive)
    cohort.tare = site.notes.get("tare", 0) * len(alive)
    fresh = cohort.wet * 55 // 1000 // (MICRO // 10) * (MICRO // 10)
    site.at(
        now + site.habits.harvest_delay * 86_400 + 30 * MINUTE, lambda at: _enter(site, at, cohort)
    ) if now >= 0 else _enter(site, now, cohort)
    record_waste(
        site,
        now,
        "harvest",
        cohort.harvest,
        fresh,
        "Plant Material",
        f"HW-{site.place.code}-{number}-1",
        cohort,
    )


def _enter(site: Site, now: int, cohort: Cohort) -> None:
    cohort.entered_at = cohort.modified = now
    cohort.harvested_on = site.day(now)  # the form offers today, and nobody changes it
    if "wet weight entered" in site.notes:
        plants = sum(p.destroyed_on is None and not p.is_pulled for p in cohort.plants)
        cohort.entered_wet = site.notes["wet weight entered"](cohort.wet, plants)


def record_waste(
    site: Site,
    now: int,
    kind: str,
    key: str,
    weight: int,
    reason: str,
    name: str,
    cohort: Cohort | None = None,
) -> None:
    """Weigh waste, and enter it when the habit has it."""
    complete = site.habits.waste_is_complete
    when = now + (site.habits.waste_delay if now >= 0 else 40 * MINUTE)
    when = site.notes.get("waste entered", lambda now, cohort, usual: usual)(now, cohort, when)
    if when is None:
        return
    row = {
        "waste_id": name, "source_kind": kind, "source_key": key, "weight": weight, "unit_of_measure": "Grams",
        "reason": reason if complete else None, "method": "Compost" if complete else None, "wasted_on": site.day(now),
        "recorded_at": when, "recorded_by": site.people["grow1"].metrc_user,
    }  # fmt: skip
    site.notes.get("waste form", lambda row: None)(row)

    def enter(at: int) -> None:
        site.notes["waste"].append(row)
        if cohort is not None:
            cohort.waste += row["weight"]
            cohort.modified = max(cohort.modified, at)

    if now < 0:
        enter(when)
    else:
        site.at(when, enter)


def package(site: Site, now: int, cohorts: list[Cohort], number: int) -> None:
    """Dry and trim, and make three packages: two of flower, one of trim."""
    cohort = _find(cohorts, number)
    assert cohort is not None
    record_waste(
        site,
        now - 2 * HOUR,
        "harvest",
        cohort.harvest,
        cohort.wet * 23 // 1000 // (MICRO // 10) * (MICRO // 10),
        "Plant Material",
        f"HW-{site.place.code}-{number}-2",
        cohort,
    )
    for lot, share in ((1, 80), (2, 82), (3, 32)):
        item = site.items[cohort.strain + (4 if lot == 3 else 0)]
        amount = cohort.wet * share * site.notes.get("yield", 100) // 100_000 // (MICRO // 10) * (MICRO // 10)
        _make(site, now + 8 * MINUTE * lot, cohort, item, lot, amount)


def _make(site: Site, now: int, cohort: Cohort, item: Item, lot: int, amount: int) -> None:
    label = f"{site.place.tag_stem}3{cohort.number:03}{lot:08}"
    package_id = site.place.first_id // 10 + (cohort.number * 20 + lot) * 2
    made = Package(
        label,
        package_id,
        item,
        amount,
        amount,
        site.day(now),
        now,
        now,
        harvest=cohort.harvest,
        lab_state="NotSubmitted",
        lab_state_on=site.day(now),
        expires_on=site.day(now) + 365,
    )
    site.stock[label] = Stock(label, item, site.own(amount, item), site.day(now), now + 30, unit_cost=400_000)
    site.shelf[label] = amount

    def create(at: int, user: str) -> None:
        made.created_by, made.created_at, made.modified = user, at, at
        made.packaged_on = made.lab_state_on = site.day(now)
        site.ledger.add(made)
        cohort.lots.append(made)
        cohort.packaged += amount
        cohort.modified = at

    if now < 0:
        create(now, site.people["asst"].metrc_user)
        site.stock[label].seen = True
    else:
        message = Message(
            "POST",
            "/harvests/v2/packages",
            "package",
            label,
            "asst",
            create,
            exists=lambda: label in site.ledger.packages,
        )
        site.at(now, lambda at: site.connector.send(at, message))
    if lot == 3 or site.habits.sends_samples or now < 0:
        site.notes.setdefault("to test", []).append((label, now))


def finish(site: Site, now: int, cohorts: list[Cohort], number: int) -> None:
    """The rest of a harvest is moisture; it is closed."""
    cohort = _find(cohorts, number)
    assert cohort is not None
    if site.habits.finishes_harvests or now < 0:
        cohort.finished_on, cohort.modified = site.day(now), now
