"""Faults of the human layer, by mechanisms that were listed before the rules were read; their names say nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.places import MICRO, PERMISSIONS, Item, Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import HOUR, MINUTE

UNTOLD = (
    "sale-not-posted",
    "metrc-onhand-overstated",
    "sales-total-mismatch",
    "tax-return-mismatch",
    "unfinished-zero-package",
    "physical-count-mismatch",
    "package-in-metrc-missing-in-pos",
    "retries-exhausted-and-dropped",
)


@kind(
    "human",
    modes=("shared-login-or-key",),
    also_modes=("accountability-lost", "attribution-wrong-fallback-key"),
    shapes=RETAIL,
    days=(24, 40),
)
def fedora(f: Injection) -> None:
    """One of the two registers stays logged in under one seller's account from morning to night, day after day; at the other everybody logs in."""
    site, log = f.site, f.site.log
    sellers = {p.internal_user: handle for handle, p in site.people.items() if handle.startswith("bud")}
    user = site.people["bud2"].internal_user

    def at_the_other(day: int, shift: int) -> str:
        handle = f"bud{(1 + 2 * shift + day) % 6 + 1}"
        return "bud5" if handle == "bud2" else handle

    def who_is_logged_in(day: int, register: int, shift: int) -> str:
        return "bud2" if register == 1 else at_the_other(day, shift)

    def log_at_the_other(table: str, **row: Any) -> None:
        if table == "access_events" and row["action"] in ("login", "logout") and row["user"] in sellers:
            day = site.day(row["at"])
            second = row["at"] - site.local(day, 0)
            shift = int(second > 15 * HOUR + (0 if row["action"] == "login" else 30 * MINUTE))
            shift = int(second > 14 * HOUR + 30 * MINUTE) if row["action"] == "login" else shift
            if sellers[row["user"]] != at_the_other(day, shift):
                return
        log(table, **row)

    def log_in_once(now: int) -> None:
        log(
            "access_events",
            event_id=f"{site.place.code.upper()}-EV-{user}-{now}",
            system="internal",
            user=user,
            at=now,
            action="login",
        )

    site.at(f.start, log_in_once)
    f.note_during(seller=who_is_logged_in)
    f.set_during(site, log=log_at_the_other)


@kind(
    "human",
    modes=("bulk-after-hours-adjustments",),
    also_modes=(
        "adjustment-generic-reason",
        "adjustment-without-note",
        "recurring-variance",
        "regulator-flag-adjustment-pattern",
    ),
    shapes=STOCKED,
    days=(16, 30),
)
def deerstalker(f: Injection) -> None:
    """Somebody is in the vault two hours before anybody else comes, and writes a piece off each of a dozen packages before the doors open."""
    site = f.site

    def sweep(now: int) -> None:
        there = [s.label for s in site.stock.values() if site.shelf.get(s.label, 0) > 4 * MICRO and s.listed][
            :14
        ]
        for nth, label in enumerate(there):
            name = f"{site.place.code.upper()}-ADJ-E{site.day(now):03}-{nth:02}"
            site.change_stock(now + 31 * nth, name, label, -MICRO, "Spoilage", by="inv")

    for day in list(f.days)[1::5]:
        when = site.local(day, 6 * HOUR + 20 * MINUTE + 60 * f.below(20, "comes", day))
        if f.start <= when < f.end:
            site.at(when, sweep)


@kind(
    "human",
    modes=("untrained-user-errors",),
    also_modes=("oscillating-adjustments", "adjustment-generic-reason", "recurring-variance"),
    shapes=STOCKED,
    days=(24, 40),
    mended=False,
)
def homburg(f: Injection) -> None:
    """Somebody new minds the stock whom nobody has shown how; half of the entries go to the neighbouring tag or the wrong way round, and are put right by the same person within the hour."""
    site, change = f.site, f.site.change_stock
    upper, first = site.place.code.upper(), site.day(f.start) - 1
    new = Person(
        "temp", f"{upper}-P31", f"stock hand 31 {upper} (made)", "stock hand", f"{upper}-E01031",
        f"{site.place.code}.temp", list(PERMISSIONS["lead"]), hired_on=first, key_issued=site.local(first, 17 * HOUR),
    )  # fmt: skip

    def enter(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        if how.get("by") or site.lead(site.day(at)) != new.handle:
            change(at, name, label, quantity, reason, **how)
            return
        new.last_login = at
        how["by"] = new.handle
        if f.below(100, "wrong", name) >= 60:
            change(at, name, label, quantity, reason, **how)
            return
        wrong, sign = _neighbour(f, label, name), 1
        if wrong == label:
            sign = -1
        change(at, name, wrong, sign * quantity, reason, **how)
        site.shelf[wrong] -= sign * quantity  # nothing happened to that one
        later = at + MINUTE * (12 + f.below(40, "notices", name))

        def put_right(now: int) -> None:
            again = {**how, "note": f"package {wrong[-6:]}: entered by mistake, put right"}
            change(now, f"{name}-B", wrong, -sign * quantity, "Entry Error", **again)
            site.shelf[wrong] += sign * quantity

        site.at(later, put_right)
        site.at(later + 3 * MINUTE, lambda now: change(now, f"{name}-C", label, quantity, reason, **how))

    site.at(f.start, lambda _: site.people.update({new.handle: new}))
    f.set_for_good(site.habits, leads=(new.handle, "asst"))
    f.set_for_good(site, change_stock=enter)
    break_more(f, 5200)
    break_more(f, 5400)


def _neighbour(f: Injection, label: str, name: str) -> str:
    """The tag beside it, half of the time; else the right one."""
    site = f.site
    if f.below(2, "tag or sign", name):
        return label
    there = [s.label for s in site.stock.values() if s.listed and site.shelf.get(s.label, 0) > 3 * MICRO]
    others = [other for other in there if other != label and other in site.ledger.active]
    return others[f.below(len(others), "which", name)] if others else label


@kind(
    "human",
    modes=("errors-dismissed-without-posting",),
    also_modes=(*UNTOLD, "metrc-or-store-outage", "close-out-skipped"),
    shapes=RETAIL,
    days=(12, 24),
)
def glengarry(f: Injection) -> None:
    """The board of errors has a button "mark as reported" for what was entered by hand; in bad half hours whoever stands there presses it for all that is red, and enters nothing."""
    dismiss(f, lambda sale, now: sale.update(state="reported", posted_at=now, modified=now))


def dismiss(f: Injection, mark: Callable[[dict[str, Any], int], None]) -> None:
    """In bad half hours all sales that are red leave the board, each with a mark of its own system, and are not sent."""
    site = f.site

    def press(now: int) -> None:
        for entry in site.connector.entries.values():
            if entry.state == "pending" and entry.message.kind == "sale" and entry.message.method == "POST":
                entry.state = "done"
                mark(site.sales[entry.message.key], now)

    for day in f.days:
        begins = site.local(day, 16 * HOUR + 10 * MINUTE * f.below(18, "bad", day))
        if f.below(100, "is bad", day) < 70 and f.start <= begins < f.end:
            site.outages.append(Outage("metrc", begins, begins + 40 * MINUTE))
            site.at(begins + 34 * MINUTE, press)


@kind(
    "human",
    modes=("bypass-flag-left-on",),
    also_modes=UNTOLD,
    shapes=RETAIL,
    days=(10, 22),
)
def cap(f: Injection) -> None:
    """To get past a red line somebody ticks "do not report this sale" at one of the registers; the register keeps the tick, and what it sells from then on is kept from METRC."""
    site = f.site

    def ticked(sale: dict[str, Any]) -> int:
        if not sale["register"].endswith("R2") or f.below(100, "ticked", sale["sale_id"]) >= 70:
            return 0
        site.at(sale["sold_at"], lambda _: sale.update(generic=False))
        return 100

    f.note_during(generic=ticked)


@kind(
    "human",
    modes=("workaround-generic-product",),
    also_modes=(
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "sale-not-posted",
        "recurring-variance",
        "sales-total-mismatch",
        "tax-return-mismatch",
    ),
    shapes=RETAIL,
    days=(24, 40),
)
def leghorn(f: Injection) -> None:
    """What METRC does not let through is rung up on the button for lighters, with the price typed in; the shelf loses it, and no book has it as sold."""
    site = f.site

    def as_a_lighter(sale: dict[str, Any]) -> int:
        if f.below(100, "does not go through", sale["sale_id"]) >= 9:
            return 0
        sale["rung_up_as"] = ("LIGHTER", "Accessories")
        for label, _item, _quantity, own, _price in sale["drawn"]:
            site.stock[label].on_hand += own
        return 100

    f.note_during(generic=as_a_lighter)


@kind(
    "human",
    modes=("self-approved-adjustments",),
    also_modes=("reconciliation-rubber-stamped", "single-metrc-person", "recurring-variance"),
    shapes=ALL_SHAPES,
    days=(32, 48),
)
def montera(f: Injection) -> None:
    """The manager who used to sign has gone to another shop; the inventory lead counts alone, writes off the next morning what was missing, and the field for who approves stays empty."""
    site, change = f.site, f.site.change_stock
    broken: list[tuple[str, str, int, str, dict[str, Any]]] = []

    def leave_it_to_the_count(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        site.shelf[label] = site.shelf.get(label, 0) + quantity
        broken.append((name, label, quantity, reason, how))

    def enter(now: int) -> None:
        for nth, (name, label, quantity, reason, how) in enumerate(broken):
            package, stock = site.ledger.active.get(label), site.stock.get(label)
            if package is None or stock is None or stock.on_hand < -site.own(quantity, stock.item):
                continue
            site.shelf[label] -= quantity
            note = f"package {label[-6:]}: missing at the count, {reason.lower()}"
            how = {**how, "by": "inv", "note": note, "approve": False}
            change(now + 100 * nth, name, label, quantity, reason, **how)
        broken.clear()

    f.set_during(site, change_stock=leave_it_to_the_count)
    f.set_during(site.habits, counts_by_two=False)
    break_more(f, 5600)
    for day in f.days:
        when = site.local(day + 1, 9 * HOUR + 25 * MINUTE)
        if (site.place.counts_daily or day % 7 == 6) and f.start <= when < f.end:
            site.at(when, enter)
    site.at(f.end, enter)


@kind(
    "human",
    modes=("purchase-limit-true-oversale",),
    shapes=RETAIL,
    days=(20, 34),
    states=("ca",),
)
def jipijapa(f: Injection) -> None:
    """Who wants more flower than a day allows gets it on two tickets, rung up one after the other at the same register, each just within the limit."""
    site = f.site
    twice: set[str] = set()

    def an_ounce(sale_id: str, day: int) -> list[tuple[Item, int]]:
        if sale_id not in twice:
            return []
        item = site.items[f.below(3, "strain", sale_id)]
        return [(item, 21 * MICRO)]

    def ring_up(day: int, nth: int, second: int, now: int) -> None:
        twice.add(f"{site.place.code.upper()}-{day:03}-{nth:04}")
        activities.sell(site, now, day, nth, second)

    f.note_during(extra_wishes=an_ounce)
    for day in f.days:
        for visit in range(f.below(3, "visits", day)):
            second = site.habits.opens + HOUR + MINUTE * f.below(600, "comes", day, visit)
            for ticket in (0, 1):
                nth = 700 + 10 * visit + 2 * ticket
                at = second + ticket * (150 + f.below(200, "again", day, visit))
                when = site.local(day, at)
                if f.start <= when < f.end:
                    site.at(when, partial(ring_up, day, nth, at))
