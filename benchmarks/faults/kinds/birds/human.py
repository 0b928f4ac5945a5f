"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.places import Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, SHIPS, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "human",
    modes=("shared-login-or-key", "attribution-wrong-fallback-key"),
    shapes=RETAIL,
    days=(12, 26),
)
def avocet(f: Injection) -> None:
    """Each register gets the key of whoever was there when it was set up; all sell under an own name, and METRC sees two."""
    site, usual = f.site, f.site.connector._key_owner

    def of_register(message: Message) -> Person | None:
        if message.kind != "sale":
            return usual(message)
        return site.people["bud1" if int(message.key[-4:]) % 2 == 0 else "bud4"]

    f.set_during(site.connector, _key_owner=of_register)


@kind(
    "human",
    modes=("errors-dismissed-without-posting",),
    also_modes=("metrc-or-store-outage", "outage-backfill-missing"),
    shapes=SHIPS,
    days=(12, 26),
)
def quail(f: Injection) -> None:
    """METRC is down over lunch every other day; the red list that is left is emptied before the afternoon's work begins."""
    site = f.site

    def empty(_: int) -> None:
        for entry in site.connector.entries.values():
            if entry.state == "pending":
                entry.state = "dropped"

    for day in f.days[:-1:2]:
        begins = site.local(day, 12 * HOUR + 40 * MINUTE)
        site.outages.append(Outage("metrc", begins, begins + 3 * HOUR))
        site.at(begins + 165 * MINUTE, empty)
    break_more(f, 1000)


@kind("human", modes=("bypass-flag-left-on",), shapes=ALL_SHAPES, days=(16, 32))
def lapwing(f: Injection) -> None:
    """One of the two who mind the stock keeps a tick in the form, which holds a change back from METRC; the other has none."""
    site, change = f.site, f.site.change_stock

    def change_with_tick(at: int, name: str, *what: Any, **how: Any) -> None:
        who = how.get("by") or site.lead(site.day(at))
        change(at, name, *what, **({**how, "metrc": False} if who == "asst" else how))

    f.set_during(site, change_stock=change_with_tick)
    break_more(f, 1200)


@kind("human", modes=("excess-permissions",), shapes=SHIPS, days=(20, 45), mended=False)
def ibis(f: Injection) -> None:
    """For a stock-take whoever works at the tables gets a copy of the manager's rights, and nobody takes them back."""
    site = f.site

    def copy(_: int) -> None:
        for handle, person in site.people.items():
            if handle not in ("gm", "asst", "inv"):
                person.permissions = list(site.people["gm"].permissions)

    site.at(f.start, copy)


@kind("human", modes=("workaround-generic-product",), shapes=RETAIL, days=(14, 30))
def tern(f: Injection) -> None:
    """On delivery mornings goods are sold from the trolley before they are in the register, as a product of no name."""
    site = f.site
    for day in f.days:
        begins = site.local(day, 10 * HOUR + 30 * MINUTE)
        if day % 7 in (0, 3) and begins + 3 * HOUR < f.end:
            site.at(begins, lambda _: site.notes.update(generic=lambda _: 55))
            site.at(begins + 3 * HOUR, lambda _: site.notes.pop("generic", None) and None)
