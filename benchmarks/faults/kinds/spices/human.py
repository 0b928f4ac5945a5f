"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "human",
    modes=("untrained-user-errors",),
    also_modes=(
        "package-label-typo-or-swap",
        "wrong-package-sold",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "metrc-onhand-overstated",
    ),
    shapes=RETAIL,
    days=(22, 40),
)
def tarragon(f: Injection) -> None:
    """Two who are new are put at the register without having been shown how; they type labels instead of scanning them, and ring up what they then take back."""
    site = f.site
    new = ("bud2", "bud5")
    for handle in new:
        f.set_at_once(site.people[handle], hired_on=-5, trained_on=None, key_issued=site.local(-4, 10 * HOUR))
    seen: set[str] = set()

    def mistype(sale: dict[str, Any]) -> str | None:
        number = sale["sale_id"]
        if sale["author"] not in new:
            return None
        if f.below(100, "types", number) < 14:
            label: str = sale["drawn"][0][0]
            wrong = f"{label[:-2]}{(int(label[-2:]) + 10 * (1 + f.below(8, 'digit', number))) % 100:02}"
            return wrong if wrong not in site.ledger.packages else None
        if f.below(100, "takes back", number) < 10 and number not in seen:
            seen.add(number)
            later = site.world.now + 4 * MINUTE + f.below(8 * MINUTE, "how soon", number)
            site.at(later, lambda now: take_back(now, sale))
        return None

    def take_back(now: int, sale: dict[str, Any]) -> None:
        if sale["status"] == "completed":
            activities.void(site, now, sale)

    f.note_during(scanned=mistype)


@kind(
    "human",
    modes=("key-permissions-narrowed",),
    also_modes=(
        "endpoint-permission-missing",
        "sync-job-failing-unnoticed",
        "pos-inventory-stale",
        "package-in-metrc-missing-in-pos",
        "received-in-metrc-not-in-pos",
        "adjustment-not-posted",
        "unfinished-zero-package",
        "retries-exhausted-and-dropped",
    ),
    shapes=STOCKED,
    days=(9, 20),
)
def fennel(f: Injection) -> None:
    """Rights are tidied up: the assistant manager, who no longer touches packages, loses them, and the integration reads with that key."""
    person = f.site.people["asst"]
    kept = [right for right in person.permissions if "packages" not in right]
    f.set_during(person, permissions=kept)


@kind(
    "human",
    modes=("self-approved-adjustments",),
    also_modes=("reconciliation-rubber-stamped", "bulk-after-hours-adjustments"),
    shapes=STOCKED,
    days=(34, 48),
)
def cinnamon(f: Injection) -> None:
    """The inventory lead counts alone, writes off what is found and signs for it; the box for who approves holds the same name."""
    site = f.site
    f.set_during(site.habits, approves=False, counts_by_two=False)
    for day in f.days:
        when = site.local(day, site.habits.closes - 50 * MINUTE) + f.below(30 * MINUTE, "writes off", day)
        if day % 3 != 0 and f.start < when < f.end:
            site.at(when, lambda now, day=day: _write_off(f, now, day))


def _write_off(f: Injection, now: int, day: int) -> None:
    site = f.site
    there = [
        s
        for s in site.stock.values()
        if s.listed and not s.blocked and min(site.shelf.get(s.label, 0), s.on_hand) >= 4 * MICRO
    ]
    for nth in range(1 + f.below(2, "how many", day)):
        if there:
            stock = there.pop(f.below(len(there), "which", day, nth))
            reason = site.habits.reasons[f.below(len(site.habits.reasons), "why", day, nth)]
            name = f"{site.place.code.upper()}-W{day:03}-{nth}"
            site.change_stock(now + 2 * MINUTE * nth, name, stock.label, -MICRO, reason, by="inv")


@kind(
    "human",
    modes=("single-metrc-person",),
    also_modes=(
        "transfer-not-received",
        "reconciliation-overdue",
        "close-out-skipped",
        "unfinished-zero-package",
        "in-transit-limbo",
    ),
    shapes=STOCKED,
    days=(36, 50),
    mended=False,
)
def marjoram(f: Injection) -> None:
    """Only the inventory lead knows METRC; at weekends and for ten days of holiday, deliveries, closing and changes of stock wait for the way back."""
    site, habits = f.site, f.site.habits
    leaves = f.days[0] + 8 + f.below(12, "holiday")
    log, change_stock = site.log, site.change_stock

    def is_away(day: int) -> bool:
        return day % 7 in (3, 4) or leaves <= day < leaves + 10  # Saturday and Sunday

    def back(day: int) -> int:
        while is_away(day):
            day += 1
        return site.local(day, 9 * HOUR + 25 * MINUTE)

    def log_who_is_there(table: str, **row: Any) -> None:
        if table != "access_events" or row["system"] != "metrc" or not is_away(site.day(row["at"])):
            log(table, **row)

    def change_when_back(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        def enter(now: int) -> None:
            if site.shelf.get(label, 0) + quantity >= 0:
                change_stock(now, name, label, quantity, reason, **more)

        if is_away(site.day(at)):
            site.at(back(site.day(at)) + 40 * MINUTE, enter)
        else:
            change_stock(at, name, label, quantity, reason, **more)

    def come_or_stay(day: int) -> None:
        there = not is_away(day)
        habits.receives_in_metrc = habits.counts = habits.finishes = there

    def take_in_what_waits(now: int) -> None:
        waiting = [
            t
            for t in site.ledger.transfers.values()
            if t.direction == "incoming"
            and t.state == "in_transit"
            and not any(e.package.label in site.notes["coming"] for e in t.packages)
        ]
        for nth, transfer in enumerate(waiting):
            site.at(
                now + 6 * MINUTE * nth, lambda at, transfer=transfer: activities.accept(site, at, transfer)
            )

    f.set_during(habits, leads=("inv",), receives_in_metrc=True, counts=True, finishes=True)
    f.set_during(site, log=log_who_is_there, change_stock=change_when_back)
    for day in f.days:
        if f.start < site.local(day, 6 * HOUR) < f.end:
            site.at(site.local(day, 6 * HOUR), lambda _, day=day: come_or_stay(day))
        if not is_away(day) and is_away(day - 1) and f.start < back(day) < f.end:
            site.at(back(day), take_in_what_waits)


@kind(
    "human",
    modes=("shared-login-or-key",),
    also_modes=("accountability-lost", "attribution-wrong-fallback-key"),
    shapes=RETAIL,
    days=(20, 38),
)
def coriander(f: Injection) -> None:
    """To log in takes a minute, so both registers stay logged in with one seller's account, whoever stands there and whether that seller works or not."""
    site = f.site
    log, user = site.log, site.people["bud4"].internal_user
    sellers = {person.internal_user for handle, person in site.people.items() if handle.startswith("bud")}

    def who_is_logged_in(day: int, register: int, shift: int) -> str | None:
        return "bud4" if f.below(100, "own login", day, register, shift) >= 8 else None

    def log_without_logins(table: str, **row: Any) -> None:
        is_login = table == "access_events" and row["action"] in ("login", "logout")
        if not is_login or row["user"] == user or row["user"] not in sellers:
            log(table, **row)

    f.note_during(seller=who_is_logged_in)
    f.set_during(site, log=log_without_logins)
