"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.connector import Message, fingerprint
from benchmarks.faults.metrc import Receipt, ReceiptLine
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "technical",
    modes=("account-suspended-for-fees",),
    also_modes=(
        "vendor-key-invalid-or-wrong-state",
        "sale-not-posted",
        "adjustment-not-posted",
        "transfer-not-received",
        "pos-inventory-stale",
        "sync-job-failing-unnoticed",
        "retries-exhausted-and-dropped",
        "outage-backfill-missing",
        "metrc-onhand-overstated",
    ),
    shapes=RETAIL,
    days=(5, 10),
)
def thyme(f: Injection) -> None:
    """METRC's invoices go to a mailbox that nobody reads; the licence is suspended, on the screen as for every key, until they are paid."""
    site = f.site
    log = site.log

    def log_what_is_ours(table: str, **row: Any) -> None:
        if table != "access_events" or row.get("system") != "metrc":
            log(table, **row)

    def let_in(now: int) -> None:
        for nth, transfer in enumerate([*site.ledger.transfers.values()]):
            is_here = not any(e.package.label in site.notes["coming"] for e in transfer.packages)
            if transfer.direction == "incoming" and transfer.state == "in_transit" and is_here:
                site.at(
                    now + 20 * MINUTE + nth,
                    lambda at, transfer=transfer: activities.accept(site, at, transfer),
                )

    f.set_during(site.connector, answers={"": 401})
    f.set_during(site.habits, receives_in_metrc=False)
    f.set_during(site, log=log_what_is_ours)
    site.at(f.end, let_in)


@kind(
    "technical",
    modes=("two-integrations-one-licence",),
    also_modes=(
        "sale-posted-twice",
        "receipt-only-in-metrc",
        "metrc-onhand-understated",
        "sales-total-mismatch",
        "sale-rejected-by-metrc",
        "oversell-block-or-negative",
    ),
    shapes=RETAIL,
    days=(20, 38),
)
def basil(f: Injection) -> None:
    """The menu for orders from home has a link to METRC of its own, and it is on: it reports each order that is picked up, and so does the register."""
    site = f.site

    def report_too(sale: dict[str, Any]) -> int:
        if sale["via"] == "online":
            after = 3 * MINUTE + f.below(9 * MINUTE, "menu reports", sale["sale_id"])
            site.at(sale["sold_at"] + after, lambda now: _report_order(f, now, sale))
        return 0

    def connect() -> None:
        site.notes.setdefault("more keys", []).append(
            {"credential": fingerprint(f"menu {site.place.code}"), "kind": "vendor", "issued_at": f.start - 3 * HOUR,
             "last_used_at": f.end - 2 * HOUR}
        )  # fmt: skip

    f.during(connect, lambda: None)
    f.note_during(generic=report_too)


def _report_order(f: Injection, now: int, sale: dict[str, Any]) -> None:
    site, number = f.site, sale["sale_id"]
    day, nth = int(number[-8:-5]), int(number[-4:])
    paid = sale["sold_at"] - 2 * MINUTE - f.below(30 * MINUTE, "paid", number)
    lines = [
        ReceiptLine(label, site.metrc_item(label, item), quantity, price)
        for label, item, quantity, _, price in sale["drawn"]
    ]

    def record(at: int, user: str) -> None:
        receipt_id = site.place.first_id + 7 * (day * 1000 + nth) + 4
        order = f"WEB{700_000 + day * 1000 + nth}"
        site.ledger.sell(
            Receipt(receipt_id, order, paid, at + 1, sale["customer"], sale["patient"], lines, user, at + 1)
        )

    site.connector.answer(now, site.people["gm"], "POST", "/sales/v2/receipts", record)


@kind(
    "technical",
    modes=("sandbox-host-in-production",),
    also_modes=(
        "silent-empty-success",
        "sale-not-posted",
        "adjustment-not-posted",
        "metrc-onhand-overstated",
        "pos-inventory-stale",
        "received-in-metrc-not-in-pos",
        "package-in-metrc-missing-in-pos",
        "package-in-pos-missing-in-metrc",
        "conversion-not-mirrored",
    ),
    shapes=STOCKED,
    days=(9, 18),
    mended=False,
)
def nutmeg(f: Injection) -> None:
    """A server is set up anew from the vendor's example, whose host is the one to try things out; every call is answered with 200."""
    site = f.site
    f.set_during(site.connector, host=f"sandbox-{site.place.host}")


@kind(
    "technical",
    modes=("stale-cache",),
    also_modes=(
        "pos-inventory-stale",
        "adjust-to-match",
        "duplicate-adjustment",
        "sale-rejected-by-metrc",
        "sale-of-onhold-or-recalled",
        "metrc-onhand-understated",
    ),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(14, 28),
    mended=False,
)
def caraway(f: Injection) -> None:
    """The own screens are filled from a cache that nothing empties; what was put right in METRC looks undone there, and is put right again."""
    site = f.site
    f.set_during(site.connector, caches=True)
    f.note_during(**{"cached at": f.start})
    for day in f.days:
        when = site.local(day, 10 * HOUR) + f.below(5 * HOUR, "repair", day)
        if f.start < when < f.end:
            site.at(when, lambda now, day=day: _repair(f, now, day))
            if day % 4 == 1 and site.place.shape == "retail":
                site.at(when + 20 * MINUTE, lambda now, day=day: _hold(f, now, day))


def _in_use(f: Injection) -> list[Stock]:
    site = f.site
    packages = site.ledger.packages
    return [
        s
        for s in site.stock.values()
        if s.listed
        and not s.blocked
        and min(site.shelf.get(s.label, 0), s.on_hand) >= 6 * MICRO
        and s.label in packages
        and packages[s.label].state == "active"
        and packages[s.label].quantity >= 6 * MICRO
    ]


def _repair(f: Injection, now: int, day: int) -> None:
    """Something is broken; the lead takes it off in METRC. The own screen still shows it tomorrow."""
    site, there = f.site, _in_use(f)
    if not there:
        return
    stock = there[f.below(len(there), "which", day)]
    amount = MICRO * (1 + f.below(2, "how many", day))
    name = f"{site.place.code.upper()}-M{day:03}"
    site.set_in_metrc(
        now, name, stock.label, -amount, site.lead(day), reason="Damage", note=f"broken on the shelf, seen on day {day}"
    )  # fmt: skip
    site.shelf[stock.label] -= amount
    site.edits[stock.label] = site.edits.get(stock.label, 0) - site.own(amount, stock.item)
    again = site.local(day + 1, 9 * HOUR + 20 * MINUTE) + f.below(2 * HOUR, "again", day)
    if f.below(100, "is put right again", day) < 65 and again < f.end:
        site.at(again, lambda at: _repair_again(f, at, day, stock, amount))


def _repair_again(f: Injection, now: int, day: int, stock: Stock, amount: int) -> None:
    site = f.site
    if site.shelf[stock.label] >= amount:
        site.shelf[stock.label] += amount  # nothing more is gone
        name = f"{site.place.code.upper()}-C{day:03}"
        site.change_stock(now, name, stock.label, -amount, "Damage")


def _hold(f: Injection, now: int, day: int) -> None:
    """The state holds a package for some days; METRC says so, and the cache does not."""
    there = _in_use(f)
    if not there:
        return
    package = f.site.ledger.packages[there[f.below(len(there), "held", day)].label]
    package.is_on_hold, package.modified = True, now

    def let_go(at: int) -> None:
        package.is_on_hold, package.modified = False, at

    f.site.at(now + 4 * DAY, let_go)


@kind(
    "technical",
    modes=("attribution-wrong-fallback-key",),
    also_modes=("shared-login-or-key", "pos-user-without-metrc-key", "accountability-lost"),
    shapes=RETAIL,
    days=(18, 36),
)
def sorrel(f: Injection) -> None:
    """Three sellers have no key in the register for weeks; what they sell goes out with the assistant manager's, and nobody is told."""
    site = f.site
    f.set_during(site.connector, falls_back="asst")
    for handle in ("bud1", "bud3", "bud4"):
        person = site.people[handle]
        f.set_during(person, has_key=False)
        renewed = f.end - HOUR

        def renew(now: int, handle: str = handle, renewed: int = renewed) -> None:
            site.people[handle].key_issued = renewed

        site.at(f.end, renew)


@kind(
    "technical",
    modes=("duplicate-adjustment",),
    also_modes=(
        "non-idempotent-post-retried",
        "metrc-onhand-understated",
        "oscillating-adjustments",
        "sale-rejected-by-metrc",
    ),
    shapes=STOCKED,
    days=(40, 50),
)
def ginger(f: Injection) -> None:
    """The button for a change of stock stays as it was while METRC is asked; who sees nothing happen presses it again, and METRC is told twice."""
    site = f.site
    made = site.change_message

    def press_again(name: str, row: dict[str, Any], author: str) -> Message:
        message = made(name, row, author)
        if f.below(100, "again", name) < 85:
            again = Message(message.method, message.endpoint, message.kind, name, author, message.act)
            when = site.world.now + 40 + 6 + f.below(35, "how soon", name)
            site.at(when, lambda now: site.connector.send(now, again))
        return message

    f.set_during(site, change_message=press_again)
    write_offs(f)


def write_offs(f: Injection) -> None:
    """What breaks besides in a busy place: something small on every second day, taken off in the own system."""
    site = f.site

    def take_off(now: int, day: int) -> None:
        there = _in_use(f)
        if there:
            stock = there[f.below(len(there), "breaks", day)]
            reason = site.habits.reasons[f.below(len(site.habits.reasons), "breaks why", day)]
            site.change_stock(now, f"{site.place.code.upper()}-B{day:03}", stock.label, -MICRO, reason)

    for day in f.days:
        when = site.local(day, 13 * HOUR) + f.below(4 * HOUR, "breaks at", day)
        if f.start < when < f.end and f.below(100, "breaks", day) < 50:
            site.at(when, lambda now, day=day: take_off(now, day))
