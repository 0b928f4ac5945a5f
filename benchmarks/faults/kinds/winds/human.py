"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.places import MICRO, PERMISSIONS, Person
from benchmarks.faults.registry import ALL_SHAPES, GROW, MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR, MINUTE

OFFICE = ("bookkeeper", "buyer", "marketing assistant", "helper for computers", "office clerk", "driver")


@kind(
    "human",
    modes=("excess-permissions",),
    also_modes=("user-list-not-reviewed",),
    shapes=ALL_SHAPES,
    days=(26, 42),
    mended=False,
)
def khamsin(f: Injection) -> None:
    """Whoever in the office wants to look a number up is given an account in METRC, week after week one more, each as a copy of the manager's."""
    site, upper = f.site, f.site.place.code.upper()

    def give(nth: int, role: str, now: int) -> None:
        site.people[f"office{nth}"] = Person(
            f"office{nth}", f"{upper}-P5{nth}", f"{role} 5{nth} {upper} (made)", role, f"{upper}-E0105{nth}",
            f"{site.place.code}.office{nth}", list(site.people["gm"].permissions), hired_on=-200 + nth,
            trained_on=-198 + nth, key_issued=now, last_seen=now + 20 * MINUTE,
        )  # fmt: skip

    def look(nth: int, now: int) -> None:
        person = site.people[f"office{nth}"]
        person.last_seen = person.last_login = now
        for system, user in (("metrc", person.metrc_user), ("internal", person.internal_user)):
            site.log(
                "access_events", event_id=f"{upper}-EV-{user}-{now}", system=system, user=user, at=now, action="login"
            )  # fmt: skip

    for nth, role in enumerate(OFFICE):
        given = f.days[0] + 3 * nth
        site.at(site.local(given, 10 * HOUR), partial(give, nth, role))
        for day in range(given, f.days[-1]):
            if f.below(100, "looks up", role, day) < 30:
                site.at(site.local(day, 11 * HOUR + 60 * f.below(240, "at", role, day)), partial(look, nth))


@kind("human", modes=("physical-loss-unrecorded",), shapes=RETAIL, days=(18, 34))
def meltemi(f: Injection) -> None:
    """Whoever packs an order from the web shop puts a pre-roll in as thanks, and rings nothing up for it."""
    site = f.site
    thanked: set[str] = set()

    def put_in(stock: Stock, quantity: int, sale_id: str) -> None:
        is_order = site.chance.below(100, "via", sale_id) < 18
        if not is_order or sale_id in thanked:
            return
        thanked.add(sale_id)
        # from the case that stands at the packing table, the newest
        there = [s.label for s in site.stock.values() if s.item.category == "Infused Pre-rolls" and s.listed]
        there = [label for label in there if site.shelf.get(label, 0) > 3 * MICRO]
        if there:
            site.shelf[there[-1]] -= MICRO

    f.note_during(**{"handed out": put_in})


@kind(
    "human",
    modes=("departed-user-active",),
    also_modes=("user-list-not-reviewed",),
    shapes=GROW | MAKE,
    days=(30, 45),
    states=("ca", "or", "mi"),
    mended=False,
)
def tramontana(f: Injection) -> None:
    """Hands for the season come and go; who pays them closes what they have in the own system, and nobody in the office of METRC's accounts hears of it."""
    site, upper = f.site, f.site.place.code.upper()
    rights = PERMISSIONS["grower" if site.place.shape == "cultivation" else "worker"]

    def come(handle: str, nth: int, now: int) -> None:
        site.people[handle] = Person(
            handle, f"{upper}-P6{nth}", f"seasonal hand 6{nth} {upper} (made)", "seasonal hand", f"{upper}-E0106{nth}",
            f"{site.place.code}.{handle}", list(rights), hired_on=site.day(now), trained_on=site.day(now),
            key_issued=now, last_seen=now + HOUR, last_login=now,
        )  # fmt: skip

    def work(handle: str, action: str, now: int) -> None:
        person = site.people[handle]
        person.last_login = person.last_seen = now
        site.log(
            "access_events", event_id=f"{upper}-EV-{person.internal_user}-{now}", system="internal",
            user=person.internal_user, at=now, action=action,
        )  # fmt: skip

    def go(handle: str, now: int) -> None:
        person = site.people[handle]
        person.terminated_on, person.own_active, person.own_closed = site.day(now), False, now

    for nth in range(6):
        handle, first = f"season{nth}", f.days[0] + nth // 2 * 3
        last = first + 7 + f.below(6, "stays", nth)
        site.at(site.local(first, 8 * HOUR), partial(come, handle, nth))
        for day in range(first, last):
            for action, second in (("login", 8 * HOUR + 40 * MINUTE), ("logout", 17 * HOUR + 5 * MINUTE)):
                at = site.local(day, second + 60 * f.below(9, action, nth, day))
                site.at(at, partial(work, handle, action))
        site.at(site.local(last, 9 * HOUR), partial(go, handle))


@kind(
    "human",
    modes=("self-approved-adjustments",),
    also_modes=("reconciliation-rubber-stamped", "single-metrc-person"),
    shapes=ALL_SHAPES,
    days=(28, 46),
)
def gregale(f: Injection) -> None:
    """What breaks is not entered, as the count will find it; one person counts alone, writes off what is missing, and signs for it."""
    site, change = f.site, f.site.change_stock
    broken: list[tuple[str, str, int, str, dict[str, Any]]] = []

    def put_aside(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        site.shelf[label] = site.shelf.get(label, 0) + quantity
        broken.append((name, label, quantity, reason, how))

    def enter(now: int) -> None:
        for nth, (name, label, quantity, reason, how) in enumerate(broken):
            package, stock = site.ledger.active.get(label), site.stock.get(label)
            if package is None or stock is None or stock.on_hand < -site.own(quantity, stock.item):
                continue  # it was sold or shipped with the rest
            site.shelf[label] -= quantity
            note = f"package {label[-6:]}: missing at the count, {reason.lower()}"
            change(now + 90 * nth, name, label, quantity, reason, **{**how, "by": "inv", "note": note})
            site.changes[name]["approved_by"] = site.changes[name]["adjusted_by"]
            for row in site.world.logs["physical_counts"]:
                if row.get("label") == label and now - HOUR < row["counted_at"] <= now:
                    row["adjusted_in"] = "both"
        broken.clear()

    f.set_during(site, change_stock=put_aside)
    f.set_during(site.habits, counts_by_two=False)
    break_more(f, 4600)
    for day in f.days:
        when = site.local(day, site.habits.closes + 42 * MINUTE)
        if (site.place.counts_daily or day % 7 == 6) and f.start <= when < f.end:
            site.at(when, enter)
    site.at(f.end, enter)


@kind("human", modes=("bulk-after-hours-adjustments",), shapes=STOCKED, days=(14, 28))
def scud(f: Injection) -> None:
    """Every third night somebody writes everything in store down from home by a table of what dries and breaks, whether it has or not."""
    site = f.site

    def write_down(now: int) -> None:
        day = site.day(now)
        there = [s for s in site.stock.values() if s.seen and s.listed and not s.blocked]
        nth = 0
        for stock in there:
            label, package = stock.label, site.ledger.active.get(stock.label)
            if package is None or min(package.quantity, site.shelf.get(label, 0)) <= 6 * MICRO:
                continue
            tenth = MICRO // 10
            is_weighed = stock.item.unit == "Grams"
            amount = max(package.quantity // 80 // tenth * tenth, tenth) if is_weighed else MICRO
            name = f"{site.place.code.upper()}-ADJ-T{day:03}-{nth:02}"
            note = f"package {label[-6:]}: by the table, {'dried' if is_weighed else 'broken'}"
            reason = "Spoilage" if is_weighed else "Damage"
            site.change_stock(now + 28 * nth, name, label, -amount, reason, by="asst", note=note)
            site.shelf[label] += amount  # it lies there still
            nth += 1

    for day in f.days[1::3]:
        when = site.local(day, 2 * HOUR + 60 * f.below(70, "from home", day))
        if f.start <= when < f.end:
            site.at(when, write_down)
