"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Package, TransferPackage
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import ALL_SHAPES, GROW, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.shipping import arrive
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("process", modes=("rejected-not-returned",), shapes=SHIPS, days=(14, 30))
def onyx(f: Injection) -> None:
    """Buyers take a load and turn single packages of it away; the driver puts them back on the shelf, and tells nobody."""
    site = f.site

    def turn_away(entry: TransferPackage) -> bool:
        label = entry.package.label
        away = f.below(100, "turned away", label) < 45
        if away:
            site.at(site.world.now + 4 * HOUR, lambda _: site.shelf.update({label: entry.shipped}))
        return away

    f.note_during(**{"turned away": turn_away})


@kind("process", modes=("adjustment-generic-reason",), shapes=ALL_SHAPES, days=(20, 40))
def dolerite(f: Injection) -> None:
    """What breaks by day is put on slips; whoever locks up enters them in one go, under the reason that asks for nothing."""
    site, change = f.site, f.site.change_stock
    slips: list[tuple[str, str, int, dict[str, Any]]] = []

    def put_down(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        site.shelf[label] = site.shelf.get(label, 0) + quantity
        slips.append((name, label, quantity, how))

    def enter(now: int) -> None:
        for nth, (name, label, quantity, how) in enumerate(slips):
            site.shelf[label] -= quantity
            note = f"package {label[-6:]}: as on the slip of the day"
            change(now + 40 * nth, name, label, quantity, "Entry Error", **{**how, "note": note})
        slips.clear()

    f.set_during(site, change_stock=put_down)
    break_more(f, 2200)
    for day in f.days:
        site.at(site.local(day, 20 * HOUR + 40 * MINUTE), enter)


@kind("process", modes=("received-short",), shapes=STOCKED, days=(20, 36))
def jasper(f: Injection) -> None:
    """One driver's cases come with something missing; the dock counts, enters what is there, and asks nobody."""
    site, van = f.site, 1 + f.below(3, "van")

    def missing(package: Package) -> int:
        loads = (t for t in site.ledger.transfers.values() if t.direction == "incoming" and t.truck == van)
        if not any(entry.package is package for load in loads for entry in load.packages):
            return 0
        return 3 * MICRO if package.item.unit == "Each" else package.quantity * 5 // 100

    f.note_during(**{"packed less": missing}, checks_shortage=True)


@kind("process", modes=("plant-phase-lag",), shapes=GROW, days=(35, 50))
def quartz(f: Injection) -> None:
    """Plants are moved to the room where they flower week by week; METRC's change of phase is entered for all of them at once."""
    site = f.site
    entered = [f.days[0] + 1 + 26 * nth for nth in range(1, 4)]

    def wait(what: str, number: int) -> int:
        now = site.world.now
        if what != "flower" or not f.start <= now < f.end:
            return 0
        cohort = next(c for c in site.notes["cohorts"] if c.number == number)
        cohort.moved_on = site.day(now)
        due = next(day for day in entered if day >= cohort.moved_on)
        return (due - cohort.moved_on) * DAY + 2 * HOUR

    site.notes["later"] = wait


@kind("process", modes=("in-transit-limbo",), shapes=SHIPS, days=(18, 34))
def talc(f: Injection) -> None:
    """One buyer's loads go by a carrier's yard, where nobody confirms the stop; they are closed when the buyer asks."""
    site, days = f.site, set(f.days)

    def close(day: int, now: int) -> None:
        for load in site.ledger.transfers.values():
            is_open = load.direction == "outgoing" and load.state == "in_transit"
            if is_open and site.day(load.departed_at or 0) == day:
                arrive(site, now, load)

    site.notes["limbo"] = lambda day: day in days and day % 2 == 0
    for day in f.days:
        asks = site.local(day + 6 + f.below(4, "asks", day), 15 * HOUR)
        site.at(asks, partial(close, day))
