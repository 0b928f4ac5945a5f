"""Faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

SMALL_AND_DEAR = slice(3, 9)  # of a store's products: pre-rolls, rosin, cartridges


@kind(
    "human",
    modes=("physical-loss-unrecorded",),
    also_modes=(
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "recurring-variance",
        "discrepancy-not-reported",
        "unfinished-zero-package",
        "aged-package",
    ),
    shapes=RETAIL,
    days=(24, 40),
)
def yawl(f: Injection) -> None:
    """One of the sellers pockets a few small dear things on the shifts they work, and nobody books what is gone."""
    who = f"bud{f.below(6, 'who') + 1}"
    for day in f.days:
        if f.below(100, "tonight", day) < 75:
            second = 19 * HOUR + MINUTE * f.below(90, "when", day)
            f.site.at(f.site.local(day, second), partial(_pocket, f, who=who, day=day))


def _pocket(f: Injection, now: int, *, who: str, day: int) -> None:
    site = f.site
    works = {activities.seller(site, day, register, shift) for register in (1, 2) for shift in (0, 1)}
    if who not in works or not f.start <= now < f.end:
        return
    for nth in range(2 + f.below(2, "how many", day)):
        near = [
            s
            for item in site.items[SMALL_AND_DEAR]
            for s in site.sellable(item, MICRO)
            if site.shelf.get(s.label, 0) >= 4 * MICRO
        ]
        if near:
            site.shelf[near[f.below(len(near), "which", day, nth)].label] -= MICRO


@kind(
    "human",
    modes=("workaround-generic-product",),
    also_modes=(
        "sale-not-posted",
        "wrong-package-sold",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "recurring-variance",
        "physical-loss-unrecorded",
        "unfinished-zero-package",
        "aged-package",
    ),
    shapes=RETAIL,
    days=(14, 28),
)
def ketch(f: Injection) -> None:
    """When the queue is long and a thing does not scan, it is rung up under the button for sundries, above all on Friday and Saturday evenings."""
    site = f.site

    def sundries(sale: dict[str, Any]) -> int:
        at = sale["sold_at"]
        second = (at + site.place.offset) % DAY
        is_busy = site.day(at) % 7 in (2, 3) and 16 * HOUR <= second < 20 * HOUR
        if f.below(100, "does not scan", sale["sale_id"]) >= (24 if is_busy else 4):
            return 0
        for label, _, _, own, _ in sale["drawn"]:
            site.stock[label].on_hand += own  # the button takes nothing out of stock
        return 100

    f.note_during(generic=sundries)


@kind(
    "human",
    modes=("key-permissions-narrowed",),
    also_modes=(
        "endpoint-permission-missing",
        "sync-job-failing-unnoticed",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "package-in-metrc-missing-in-pos",
        "pos-inventory-stale",
        "alert-fatigue-unowned",
        "unfinished-zero-package",
    ),
    shapes=STOCKED,
    days=(7, 18),
)
def sloop(f: Injection) -> None:
    """A clean-up of rights takes transfers from the assistant manager, who receives nothing, but whose key does the reading."""
    reader = f.site.people[f.site.connector.reader]
    left = [right for right in reader.permissions if not right.endswith("transfers")]
    f.set_during(reader, permissions=left)


@kind(
    "human",
    modes=("single-metrc-person",),
    also_modes=(
        "transfer-not-received",
        "in-transit-limbo",
        "reconciliation-overdue",
        "close-out-skipped",
        "unfinished-zero-package",
        "adjustment-not-posted",
        "backdated-entries",
        "waste-late",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "key-owner-departed",
    ),
    shapes=frozenset({"retail", "distribution"}),
    days=(30, 46),
)
def cutter(f: Injection) -> None:
    """One person does all that is done in METRC; on their days off and in their holidays nothing is received, counted, written off or closed."""
    site, habits = f.site, f.site.habits
    away = _away(f)
    f.set_during(habits, leads=("inv",))

    def set_by(_: int, day: int) -> None:
        is_there = day not in away
        habits.receives_in_metrc = habits.finishes = habits.counts = is_there

    for day in f.days:
        if f.start <= site.local(day, 10 * HOUR) < f.end:
            site.at(site.local(day, 10 * HOUR), partial(set_by, day=day))
            if day not in away and day - 1 in away:
                site.at(site.local(day, 10 * HOUR + 12 * MINUTE), lambda now: accept_what_waits(f, now))

    def back(now: int) -> None:
        set_by(now, -1)
        accept_what_waits(f, now)

    site.at(f.end, back)

    def begin(_: int) -> None:
        change, log = site.change_stock, site.log

        def when_back(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
            day = site.day(at)
            if day not in away:
                change(at, name, label, quantity, reason, **more)
                return
            while day in away:
                day += 1

            def write_off(now: int) -> None:
                if label in site.ledger.active and site.shelf.get(label, 0) + quantity >= 0:
                    change(now, name, label, quantity, reason, **more)

            site.at(site.local(day, 11 * HOUR + MINUTE * f.below(90, "desk", name)), write_off)

        def unless_away(table: str, **row: Any) -> None:
            if table != "access_events" or row.get("system") != "metrc" or site.day(row["at"]) not in away:
                log(table, **row)

        setattr(site, "change_stock", when_back)  # noqa: B010
        setattr(site, "log", unless_away)  # noqa: B010

    site.at(f.start, begin)


def _away(f: Injection) -> frozenset[int]:
    """Two days off a week, and a holiday."""
    first, last = f.days[1], f.days[-1]
    off = f.below(5, "off")  # never the day of the weekly count
    days = {day for day in range(first, last) if (day - off) % 7 in (0, 1)}
    gone = first + 6 + f.below(max(1, last - first - 20), "holiday")
    days |= set(range(gone, gone + 9 + f.below(4, "long")))
    return frozenset(day for day in days if first <= day < last)


def accept_what_waits(f: Injection, now: int) -> None:
    """Take in the manifests whose goods have been there for a while."""
    site = f.site
    for transfer in list(site.ledger.transfers.values()):
        is_open = transfer.direction == "incoming" and transfer.received_at is None
        if is_open and all(e.package.label in site.shelf for e in transfer.packages):
            activities.accept(site, now, transfer)


@kind(
    "human",
    modes=("shared-login-or-key",),
    also_modes=(
        "accountability-lost",
        "bulk-after-hours-adjustments",
        "key-owner-departed",
        "user-list-not-reviewed",
    ),
    shapes=RETAIL,
    days=(16, 34),
)
def dinghy(f: Injection) -> None:
    """Both registers stay logged in all day as one of the sellers, and whoever stands there rings up under that name."""
    whose = f"bud{f.below(6, 'whose') + 1}"
    days = f.days

    def logged_in(day: int, register: int, shift: int) -> str | None:
        stays = day in days[1:] and f.below(100, "stays", day, register, shift) < 85
        return whose if stays else None

    f.site.notes["seller"] = logged_in
