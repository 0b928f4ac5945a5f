"""Faults of the process layer, by mechanisms that were listed before the rules were read; their names say nothing."""

from __future__ import annotations

from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.growing import VEGETATIVE
from benchmarks.faults.kinds.hats.process import weigh_at
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "process",
    modes=("harvest-wet-weight-wrong",),
    also_modes=("harvest-weight-unbalanced",),
    shapes=GROW,
    days=(36, 48),
    mended=False,
)
def loafer(f: Injection) -> None:
    """The last tote of each cut goes to the drying room without the scale, and both books hold the weight of the others."""
    weigh_at(f, percent=74)  # what falls off all plants is weighed


@kind(
    "process",
    modes=("plant-phase-lag",),
    also_modes=("location-map-wrong", "inspection-location-finding"),
    shapes=GROW,
    days=(36, 48),
    mended=False,
)
def moccasin(f: Injection) -> None:
    """The change of phase is entered on the day, and the room is not: plants flower for weeks in the room where they were young, by both books."""
    site = f.site

    def leave(_: int) -> None:
        for cohort in site.notes["cohorts"]:
            if cohort.flowering_on is None:
                cohort.is_left_in_veg = True

    for day in f.days:
        if f.start <= site.local(day, 5 * HOUR):
            site.at(site.local(day, 5 * HOUR), leave)


@kind(
    "process",
    modes=("outage-backfill-missing",),
    also_modes=(
        "metrc-or-store-outage",
        "purchase-limit-true-oversale",
        "purchase-limit-false-oversale",
        "backdated-entries",
        "sale-posted-late",
    ),
    shapes=RETAIL,
    days=(24, 40),
)
def galosh(f: Injection) -> None:
    """The registers are down for an afternoon and the shop sells on by slips; when they are back, somebody adds the slips up and rings up one sale for all."""
    site = f.site
    spells: list[tuple[int, int]] = []
    slips: list[dict[str, Any]] = []

    def on_a_slip(sale: dict[str, Any]) -> int:
        if not any(begins <= sale["sold_at"] < ends for begins, ends in spells):
            return 0
        slips.append(sale)
        site.at(sale["sold_at"], lambda _: site.sales.pop(sale["sale_id"]) and None)
        return 100

    def key_in(now: int) -> None:
        drawn: dict[str, tuple[Any, ...]] = {}
        for label, item, quantity, own, price in (line for slip in slips for line in slip["drawn"]):
            _, _, more, more_own, more_price = drawn.get(label, (label, item, 0, 0, 0))
            drawn[label] = (label, item, quantity + more, own + more_own, price + more_price)
        if not slips:
            return
        last = slips[-1]
        one = {**last, "sold_at": now, "drawn": list(drawn.values()), "generic": False, "state": "queued"}
        one |= {
            "modified": now + 2,
            "customer": "Consumer",
            "patient": None,
            "via": "counter",
            "offline": False,
        }
        slips.clear()
        site.sales[one["sale_id"]] = one
        activities.report(site, now, one)

    for nth, day in enumerate(list(f.days)[1::5]):
        begins = site.local(day, 13 * HOUR + 10 * MINUTE * f.below(20, "down", nth))
        if f.start < begins < f.end - 8 * HOUR:
            spells.append((begins, begins + 3 * HOUR + 10 * MINUTE * f.below(9, "for", nth)))
            site.outages.append(Outage("internal", *spells[-1]))
            site.at(spells[-1][1] + 25 * MINUTE, key_in)
    f.note_during(generic=on_a_slip)


@kind(
    "process",
    modes=("plant-tag-late",),
    also_modes=("plant-count-mismatch", "untagged-product"),
    shapes=GROW,
    days=(36, 48),
    mended=False,
)
def jelly(f: Injection) -> None:
    """The first trays of a batch get their tags on the day; the rest follows when somebody has the time, weeks later."""
    site = f.site

    def put_off(now: int) -> None:
        for cohort in site.notes["cohorts"]:
            if cohort.vegetative_on is None:
                for nth, plant in enumerate(cohort.plants):
                    if nth >= 4 and plant.tagged_on is None:
                        later = 16 + f.below(9, "rest", cohort.number)
                        plant.tagged_on = cohort.planted_on + VEGETATIVE + later

    for day in f.days:
        if f.start <= site.local(day, 5 * HOUR):
            site.at(site.local(day, 5 * HOUR), put_off)


@kind(
    "process",
    modes=("blind-receive",),
    also_modes=("received-short", "received-in-metrc-not-in-pos"),
    shapes=RETAIL,
    days=(30, 46),
)
def babouche(f: Injection) -> None:
    """The lead accepts the day's manifests at the desk before the trucks are there, to have it done; the own system gets the goods when they stand in the vault."""
    site, habits = f.site, f.site.habits

    def at_the_desk(now: int) -> None:
        habits.receives_in_own = False
        for transfer in list(site.ledger.transfers.values()):
            is_coming = transfer.direction == "incoming" and transfer.received_at is None
            if is_coming and now < transfer.arrives_at < now + 2 * HOUR:
                activities.accept(site, now, transfer)

    def set_back(_: int) -> None:
        habits.receives_in_own = True

    f.set_during(habits, receives_in_metrc=False)
    for day in f.days:
        when = site.local(day, 9 * HOUR + 40 * MINUTE)
        if f.start <= when and when + 3 * HOUR < f.end:
            site.at(when, at_the_desk)
            site.at(when + 2 * HOUR, set_back)
