"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Adjustment
from benchmarks.faults.places import MICRO, PERMISSIONS, Person
from benchmarks.faults.registry import ALL_SHAPES, GROW, RETAIL, SHIPS, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("human", modes=("physical-loss-unrecorded",), shapes=SHIPS, days=(18, 34))
def gabbro(f: Injection) -> None:
    """Whoever shows visitors round gives them something from the newest lots to take along, and writes nothing down."""
    site = f.site

    def give(now: int) -> None:
        there = [s for s in site.stock.values() if s.listed and s.received_on < site.day(now)]
        for stock in there[-6:]:
            amount = (14 if stock.item.unit == "Grams" else 5) * MICRO
            if stock.item.category != "Shake/Trim" and site.shelf.get(stock.label, 0) > 3 * amount:
                site.shelf[stock.label] -= amount

    for day in f.days:
        when = site.local(day, 15 * HOUR + 60 * f.below(120, "visit", day))
        if day % 7 in (2, 4, 5) and when < f.end:
            site.at(when, give)


@kind("human", modes=("bypass-flag-left-on",), shapes=ALL_SHAPES, days=(18, 36))
def opal(f: Injection) -> None:
    """The pattern that was saved for what spoils has the tick that keeps it from METRC; what is damaged is sent as ever."""
    site, change = f.site, f.site.change_stock

    def change_by_pattern(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        if reason == "Spoilage":
            how["metrc"] = False
        change(at, name, label, quantity, reason, **how)

    f.set_during(site, change_stock=change_by_pattern)
    break_more(f, 2400)


@kind("human", modes=("workaround-generic-product",), shapes=RETAIL, days=(14, 30))
def rhyolite(f: Injection) -> None:
    """A maker prints new codes on its boxes, which no register reads; a cart with one of them is rung up as something else."""
    foods = [item.sku for item in f.site.items if item.category == "Edibles"]
    unread = foods[f.below(len(foods), "food")]

    def share(sale: dict[str, Any]) -> int:
        return 90 if any(item.sku == unread for _, item, *_ in sale["drawn"]) else 0

    f.note_during(generic=share)


@kind(
    "human",
    modes=("key-owner-departed", "departed-user-active"),
    also_modes=("shared-login-or-key", "attribution-wrong-fallback-key", "user-list-not-reviewed"),
    shapes=RETAIL | GROW | frozenset({"distribution"}),
    days=(22, 40),
)
def topaz(f: Injection) -> None:
    """The handheld for changes of stock is set up with the assistant's key; the assistant leaves, and it is not thought of."""
    site, usual = f.site, f.site.connector._key_owner
    owner, leaves = site.people["asst"], f.start + 6 * DAY

    def of_handheld(message: Message) -> Person | None:
        if message.kind == "adjustment" and site.world.now < f.end:
            return owner
        has_left = message.author == "asst" and owner.terminated_on is not None
        return site.people["gm"] if has_left else usual(message)

    def leave(now: int) -> None:
        owner.terminated_on, owner.own_active = site.day(now), False
        site.connector.reader = "gm"
        site.habits.leads = ("inv", "gm")

    f.set_for_good(site.connector, _key_owner=of_handheld)
    site.at(leaves, leave)
    break_more(f, 2600)


@kind(
    "human",
    modes=("untrained-user-errors",),
    shapes=SHIPS,
    days=(20, 36),
    mended=False,
)
def granite(f: Injection) -> None:
    """For the season somebody minds the stock whom nobody has shown how; METRC refuses some entries, and others are taken back."""
    site, change, new = f.site, f.site.change_stock, _newcomer(f)

    def enter(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        if how.get("by") or site.lead(site.day(at)) != new.handle:
            change(at, name, label, quantity, reason, **how)
            return
        new.last_login = at
        for nth in range(f.below(3, "tries", name)):
            _enter_too_much(f, at + 90 * nth, f"{name}-T{nth}", label, new)
        how["by"] = new.handle
        if f.below(100, "sign", name) >= 45:
            site.at(at + 5 * MINUTE, lambda now: change(now, name, label, quantity, reason, **how))
            return
        later = at + MINUTE * (25 + f.below(60, "notices", name))
        how["note"] = f"package {label[-6:]}: was entered the wrong way round, put right"
        site.at(at + 5 * MINUTE, lambda now: change(now, name, label, -quantity, reason, by=new.handle))
        site.at(later, lambda now: change(now, f"{name}-C", label, 2 * quantity, "Entry Error", **how))

    site.at(f.start, lambda _: site.people.update({new.handle: new}))
    f.set_for_good(site.habits, leads=(new.handle, "asst"))
    f.set_for_good(site, change_stock=enter)
    break_more(f, 2800)


def _newcomer(f: Injection) -> Person:
    site, upper = f.site, f.site.place.code.upper()
    first = site.day(f.start) - 1
    return Person(
        "temp", f"{upper}-P30", f"stock hand 30 {upper} (made)", "stock hand", f"{upper}-E01030",
        f"{site.place.code}.temp", list(PERMISSIONS["lead"]), hired_on=first, key_issued=site.local(first, 17 * HOUR),
    )  # fmt: skip


def _enter_too_much(f: Injection, at: int, name: str, label: str, who: Person) -> None:
    """In milligrams, or with a point too few: METRC refuses what is more than there is."""
    site = f.site
    package = site.ledger.packages.get(label)
    much = 1000 * (package.initial if package else MICRO)
    unit = site.stock[label].item.unit

    def adjust(now: int, user: str) -> None:
        site.ledger.adjust(Adjustment(name, label, -much, unit, "Damage", None, site.day(now), now, user))

    message = Message("POST", "/packages/v2/adjust", "adjustment", name, who.handle, adjust)
    site.at(at, lambda now: site.connector.send(now, message))
