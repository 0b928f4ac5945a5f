"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.places import MICRO, PERMISSIONS
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Outage, Stock
from benchmarks.faults.times import HOUR, MINUTE


def more_breaks(f: Injection, days: Iterable[int], number: int, share: int = 100) -> None:
    """More breaks and spoils than twice a week; each is written off as usual."""
    site = f.site
    for day in days:
        if f.below(100, "breaks", day) < share:
            when = site.local(day, 13 * HOUR + MINUTE * f.below(240, "breaks at", day))
            site.at(when, partial(activities.mishap, site, day=number + day))


def is_in_both(f: Injection, stock: Stock, least: int) -> bool:
    """Whether a tag is in both books and on the shelf, with the same quantity in all three."""
    site = f.site
    package, here = site.ledger.packages.get(stock.label), site.shelf.get(stock.label, 0)
    if (
        package is None
        or package.state != "active"
        or package.is_on_hold
        or stock.blocked
        or not stock.listed
    ):
        return False
    return here >= least and package.quantity == here and stock.on_hand == site.own(here, stock.item)


@kind(
    "human",
    modes=("bulk-after-hours-adjustments",),
    also_modes=("regulator-flag-adjustment-pattern", "recurring-variance", "physical-count-mismatch"),
    shapes=STOCKED,
    days=(16, 34),
)
def gouda(f: Injection) -> None:
    """Damaged and dried-out goods pile up in a tub, and every week or so the lead stays late and writes them all off in one go."""
    site = f.site
    day = f.days[0] + 1
    while day < f.days[-1]:
        site.at(
            site.local(day, 23 * HOUR + 5 * MINUTE + MINUTE * f.below(90, "late", day)),
            partial(_sweep, f, day=day),
        )
        day += 5 + f.below(4, "next", day)


def _sweep(f: Injection, now: int, day: int) -> None:
    site = f.site
    there = [s for s in site.stock.values() if is_in_both(f, s, 4 * MICRO)]
    there.sort(key=lambda s: f.below(100_000, "in the tub", day, s.label))
    for nth, stock in enumerate(there[: 14 + f.below(9, "many", day)]):
        amount = (
            MICRO * (1 + (f.below(4, "two", day, nth) == 0))
            if stock.item.unit == "Each"
            else MICRO // 10 * (3 + f.below(12, "grams", day, nth))
        )
        reason = site.habits.reasons[f.below(2, "why", day, nth) % len(site.habits.reasons)]
        name = f"{site.place.code.upper()}-ADJ-{day:03}N{nth:02}"

        def write_off(
            at: int, name: str = name, label: str = stock.label, amount: int = amount, why: str = reason
        ) -> None:
            site.change_stock(at, name, label, -amount, why, by="inv")

        site.at(now + nth * 35 + f.below(15, "typing", day, nth), write_off)


@kind(
    "human",
    modes=("excess-permissions",),
    also_modes=("adjust-to-match", "direct-edit-not-mirrored", "bulk-after-hours-adjustments"),
    days=(24, 48),
    mended=False,
)
def ricotta(f: Injection) -> None:
    """A call was refused for want of a right, so the manager ticks every right for everybody, and now whoever drops something writes it off."""
    site = f.site
    change_stock = site.change_stock
    hands = [handle for handle in site.people if handle not in ("gm", "asst", "inv")]

    def tick_every_box(now: int) -> None:
        for person in site.people.values():
            person.permissions = list(PERMISSIONS["manager"])

    def by_whoever_did_it(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        if more.get("by") is None and f.below(100, "themselves", name) < 80:
            more["by"] = hands[f.below(len(hands), "who", name)]
        change_stock(at, name, label, quantity, reason, **more)

    site.at(f.start, tick_every_box)
    f.set_during(site, change_stock=by_whoever_did_it)
    more_breaks(f, f.days, 200, 40)


@kind(
    "human",
    modes=("pos-user-without-metrc-key",),
    also_modes=(
        "sale-not-posted",
        "attribution-wrong-fallback-key",
        "shared-login-or-key",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "unfinished-zero-package",
        "close-out-skipped",
        "package-in-metrc-missing-in-pos",
        "void-not-mirrored",
    ),
    shapes=RETAIL,
    days=(9, 20),
)
def edam(f: Injection) -> None:
    """Two new sellers get their login for the register on the first day, and METRC knows them only when the badge comes, weeks later."""
    site = f.site
    first = f.days[0]
    new = ("bud7", "bud8")
    for nth, handle in enumerate(new):
        upper, like = site.place.code.upper(), site.people["bud2"]
        site.people[handle] = replace(
            like,
            handle=handle,
            person=f"{upper}-P{20 + nth}",
            name=f"budtender {20 + nth} {upper} (made)",
            metrc_user=f"{upper}-E{1020 + nth:05}",
            internal_user=f"{site.place.code}.{handle}",
            permissions=list(PERMISSIONS["seller"]),
            hired_on=first - 1 - nth,
            trained_on=first,
            has_key=False,
        )
    usual = site.notes.get("seller")

    def with_the_new(day: int, register: int, shift: int) -> str | None:
        if day >= first and (day + 3 * register) % 7 not in (0, 4) and shift == (day // 2 + register) % 2:
            return new[register - 1]
        return usual(day, register, shift) if usual else None

    def badges_come(now: int) -> None:
        for handle in new:
            person = site.people[handle]
            person.has_key, person.key_issued = True, now

    site.notes["seller"] = with_the_new
    site.at(f.end, badges_come)


@kind(
    "human",
    modes=("single-metrc-person",),
    also_modes=(
        "transfer-not-received",
        "reconciliation-overdue",
        "key-owner-departed",
        "close-out-skipped",
        "unfinished-zero-package",
        "in-transit-limbo",
        "transfer-not-imported",
        "backdated-entries",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "aged-package",
    ),
    shapes=frozenset({"retail", "distribution"}),
    days=(40, 53),
    mended=False,
)
def stilton(f: Injection) -> None:
    """One person alone has the rights and the knowledge for METRC, and while they are on leave manifests, closings and counts wait for them."""
    site, first = f.site, f.days[0]
    log, change_stock = site.log, site.change_stock
    leaves = [
        (first + 5 + f.below(5, "leave"), 8 + f.below(3, "long")),
        (first + 27 + f.below(5, "again"), 4 + f.below(3, "short")),
    ]
    away = {day for begins, many in leaves for day in range(begins, begins + many)}
    held: list[tuple[str, str, int, str]] = []

    def only_one_knows(now: int) -> None:
        site.habits.leads = ("inv",)
        for handle, person in site.people.items():
            if handle != "inv":
                person.permissions = [
                    right
                    for right in person.permissions
                    if right.startswith("view") or right == "manage sales"
                ]

    def without_moves(table: str, **row: Any) -> None:
        moved = table == "access_events" and row.get("action") == "move" and site.day(row["at"]) in away
        if not moved:
            log(table, **row)

    def wait_for_them(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        if site.day(at) not in away or not more.get("own", True):
            change_stock(at, name, label, quantity, reason, **more)
            return
        site.shelf[label] = site.shelf.get(label, 0) + quantity
        held.append((name, label, quantity, reason))

    def go(now: int) -> None:
        site.habits.receives_in_metrc = site.habits.finishes = site.habits.counts = False

    def come_back(now: int) -> None:
        site.habits.receives_in_metrc = site.habits.finishes = site.habits.counts = True
        for transfer in list(site.ledger.transfers.values()):
            docked = transfer.direction == "incoming" and transfer.arrives_at + 30 * MINUTE < now
            if docked and transfer.state == "in_transit":
                activities.accept(site, now, transfer)
        for name, label, quantity, reason in held:
            stock, package = site.stock[label], site.ledger.packages.get(label)
            is_there = package is not None and package.state == "active" and package.quantity + quantity >= 0
            if is_there and stock.on_hand + site.own(quantity, stock.item) >= 0:
                site.shelf[label] -= quantity
                change_stock(now + 10 * MINUTE, name, label, quantity, reason)
        held.clear()

    site.at(f.start, only_one_knows)
    f.set_during(site, log=without_moves, change_stock=wait_for_them)
    for begins, many in leaves:
        site.at(site.local(begins, 7 * HOUR), go)
        site.at(site.local(begins + many, 9 * HOUR + 25 * MINUTE), come_back)
        for day in range(begins, begins + many + 1):
            site.at(site.local(day, 5 * HOUR - MINUTE), partial(_what_waits, f))


def _what_waits(f: Injection, now: int) -> None:
    """Who orders sees the boxes that wait in the back, and does not order them again."""
    site = f.site
    waiting = {
        entry.package.label: entry.package
        for transfer in site.ledger.transfers.values()
        if transfer.direction == "incoming" and transfer.state == "in_transit" and transfer.arrives_at < now
        for entry in transfer.packages
    }
    coming = site.notes.setdefault("coming", {})
    coming.update(waiting)

    def ordered(at: int) -> None:
        for label in waiting:
            coming.pop(label, None)

    site.at(now + 3 * MINUTE, ordered)


@kind(
    "human",
    modes=("errors-dismissed-without-posting",),
    also_modes=(
        "sale-not-posted",
        "metrc-onhand-overstated",
        "metrc-or-store-outage",
        "outage-backfill-missing",
        "sales-total-mismatch",
        "unfinished-zero-package",
        "close-out-skipped",
        "package-in-metrc-missing-in-pos",
        "sale-posted-late",
    ),
    shapes=RETAIL,
    days=(16, 32),
)
def feta(f: Injection) -> None:
    """METRC answers badly of an evening, and who closes the register clears the list of red entries so that the day can be closed."""
    site, connector = f.site, f.site.connector
    for day in f.days:
        if f.below(100, "bad evening", day) >= 45:
            continue
        begins = site.local(day, site.habits.closes - 85 * MINUTE + MINUTE * f.below(35, "from", day))
        ends = site.local(day, site.habits.closes + 2 * MINUTE)
        site.outages.append(Outage("metrc", begins, ends, listed=False))

        def clear(now: int) -> None:
            for key, entry in connector.entries.items():
                is_red = entry.state == "pending" and entry.message.kind == "sale"
                if is_red and f.below(100, "cleared", key) < 90:
                    entry.state = "dropped"

        site.at(site.local(day, site.habits.closes + 4 * MINUTE), clear)
