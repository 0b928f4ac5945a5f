"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.places import PERMISSIONS
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.times import HOUR

LEADS = ("gm", "asst", "inv")


def breakages(f: Injection, days: Iterable[int], first: int, share: int = 75) -> None:
    """Something breaks or spoils on most days, so that there is something to enter; the numbers begin at `first`."""
    site = f.site
    for day in days:
        when = site.local(day, 11 * HOUR) + f.below(7 * HOUR, "breaks", day)
        if f.below(100, "does it break", day) < share:
            site.at(when, partial(activities.mishap, site, day=first + day))


@kind(
    "human",
    modes=("bypass-flag-left-on",),
    also_modes=(
        "metrc-onhand-overstated",
        "metrc-onhand-understated",
        "physical-count-mismatch",
        "adjustment-not-posted",
        "waste-missing",
        "unfinished-zero-package",
    ),
    days=(20, 36),
)
def focaccia(f: Injection) -> None:
    """An error is got round by ticking that METRC is not to be told, and the box stays ticked for the next changes of stock."""
    site, habits = f.site, f.site.habits
    change_stock = site.change_stock

    def with_the_box(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        habits.bypasses = f.below(100, "seen", name) < 90
        change_stock(at, name, label, quantity, reason, **more)
        habits.bypasses = False

    f.set_during(site, change_stock=with_the_box)
    breakages(f, f.days, 300)


@kind(
    "human",
    modes=("shared-login-or-key",),
    also_modes=("accountability-lost", "attribution-wrong-fallback-key", "bulk-after-hours-adjustments"),
    shapes=RETAIL,
    days=(16, 34),
)
def brioche(f: Injection) -> None:
    """Who opens in the morning logs both registers in, and everybody rings up under that name until the evening."""
    notes = f.site.notes
    before: list[Any] = []

    def on() -> None:
        usual = notes.get("seller")
        before.append(usual)

        def opener(day: int, register: int, shift: int) -> str | None:
            said = usual(day, 1, 0) if usual else None
            return said or f"bud{day % 6 + 1}"

        notes["seller"] = opener

    def off() -> None:
        usual = before.pop()
        if usual is None:
            notes.pop("seller", None)
        else:
            notes["seller"] = usual

    f.during(on, off)


@kind(
    "human",
    modes=("departed-user-active",),
    also_modes=("user-list-not-reviewed", "accountability-lost", "bulk-after-hours-adjustments"),
    days=(35, 50),
    mended=False,
)
def ciabatta(f: Injection) -> None:
    """Somebody of the floor leaves, the payroll knows it, and nobody tells who minds the accounts; both stay open."""
    site = f.site
    handle = [h for h in site.people if h not in LEADS][-1]
    person = site.people[handle]
    log = site.log

    def without_who_is_gone(table: str, **row: Any) -> None:
        gone = table == "access_events" and row.get("user") == person.internal_user and row["at"] >= f.start
        if not gone:
            log(table, **row)

    def leave(now: int) -> None:
        person.terminated_on = site.day(now)
        person.last_seen = min(person.last_seen or now, now)
        person.last_login = min(person.last_login or now, now)

    def keep_last_login(_: int) -> None:
        person.last_login = min(person.last_login, f.start)

    if site.place.shape == "retail":
        usual = site.notes.get("seller")

        def who_is_left(day: int, register: int, shift: int) -> str | None:
            said = usual(day, register, shift) if usual else None
            if said or day < f.days[0]:
                return said
            return f"bud{(register - 1 + 2 * shift + day) % 5 + 1}"

        site.notes["seller"] = who_is_left
    f.set_at_once(site, log=without_who_is_gone)
    site.at(f.start - 90 * 60, leave)
    site.at(f.end - 1, keep_last_login)


@kind(
    "human",
    modes=("excess-permissions",),
    also_modes=(
        "adjust-to-match",
        "direct-edit-not-mirrored",
        "bulk-after-hours-adjustments",
        "user-list-not-reviewed",
    ),
    days=(26, 46),
    mended=False,
)
def baguette(f: Injection) -> None:
    """An error asks for a right that somebody lacks, so all boxes are ticked for everybody, and who breaks something writes it off."""
    site = f.site
    change_stock = site.change_stock
    floor = [h for h in site.people if h not in LEADS]

    def tick_all(_: int) -> None:
        for person in site.people.values():
            person.permissions = list(dict.fromkeys([*person.permissions, *PERMISSIONS["manager"]]))

    def whoever_is_there(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        if more.get("by") is None and f.below(100, "who", name) < 35:
            day = site.day(at)
            shift = int(at - site.local(day, 0) > 15 * HOUR)
            is_shop = site.place.shape == "retail"
            here = activities.seller(site, day, 1, shift) if is_shop else floor[day % len(floor)]
            more["by"] = here if here in site.people else None
        change_stock(at, name, label, quantity, reason, **more)

    site.at(f.start, tick_all)
    f.set_for_good(site, change_stock=whoever_is_there)
    breakages(f, f.days, 500, 30)


@kind(
    "human",
    modes=("workaround-generic-product",),
    also_modes=(
        "sale-not-posted",
        "wrong-package-sold",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "physical-loss-unrecorded",
        "sales-total-mismatch",
        "recurring-variance",
        "aged-package",
    ),
    shapes=RETAIL,
    days=(14, 30),
)
def croissant(f: Injection) -> None:
    """When a label does not scan and people wait, the seller rings up the button for anything; it takes from no package."""
    site = f.site

    def button(sale: dict[str, Any]) -> int:
        hour = (sale["sold_at"] - site.local(site.day(sale["sold_at"]), 0)) // HOUR
        share = 15 if 16 <= hour < 20 else 5
        if f.below(100, "does not scan", sale["sale_id"]) >= share:
            return 0
        for label, _, _, own, _ in sale["drawn"]:
            site.stock[label].on_hand += own  # nothing is booked off the package
        return 100

    f.note_during(generic=button)
