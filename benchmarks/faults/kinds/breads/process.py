"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults import shipping
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Transfer, TransferPackage
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE

from .human import breakages


@kind(
    "process",
    modes=("backdated-entries",),
    also_modes=(
        "regulator-flag-adjustment-pattern",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "waste-late",
    ),
    days=(26, 42),
)
def pretzel(f: Injection) -> None:
    """What broke or spoilt is put on a list, and once a week it is entered with the dates on which it should have been."""
    site = f.site
    change_stock = site.change_stock
    sittings = [site.local(day, 16 * HOUR + 20 * MINUTE) for day in range(f.days[0] + 4, f.days[-1] + 9, 6)]

    def put_on_the_list(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        later = [when for when in sittings if when > at + 30 * HOUR]
        if f.below(100, "at once", name) < 12 or not later or not more.get("own", True):
            change_stock(at, name, label, quantity, reason, **more)
            return
        site.shelf[label] = site.shelf.get(label, 0) + quantity

        def enter(now: int) -> None:
            stock, package = site.stock.get(label), site.ledger.packages.get(label)
            gone = package is None or package.state != "active"
            if stock is None or gone or stock.on_hand + site.own(quantity, stock.item) < 0:
                return
            site.shelf[label] -= quantity
            said = more.get("note") or f"package {label[-6:]} on day {site.day(at)}: {reason.lower()}"
            change_stock(now, name, label, quantity, reason, **{**more, "note": said})
            site.changes[name]["adjusted_at"] = at

        site.at(later[0] + 60 * f.below(45, "line of the list", name), enter)

    f.set_during(site, change_stock=put_on_the_list)
    breakages(f, f.days, 400)


@kind(
    "process",
    modes=("sold-from-package-transferred",),
    also_modes=("return-not-mirrored", "sale-rejected-by-metrc"),
    shapes=RETAIL,
    days=(18, 36),
)
def strudel(f: Injection) -> None:
    """Another shop is short of something, so what is left of cases that were already sold from goes there as it stands."""
    site = f.site
    day = f.days[0] + 1
    while day < f.days[-1]:
        site.at(site.local(day, 8 * HOUR + 12 * MINUTE), partial(_help_out, f, day=day))
        day += 3 + f.below(3, "next", day)


def _is_opened(f: Injection, stock: Stock) -> bool:
    """A case on sale of which some is sold, and of which all books say the same."""
    site = f.site
    package, here = site.ledger.packages.get(stock.label), site.shelf.get(stock.label, 0)
    if package is None or package.state != "active" or not stock.listed or stock.blocked:
        return False
    right = package.quantity == here and stock.on_hand == site.own(here, stock.item)
    return right and package.sold and 4 * MICRO <= here < package.initial


def _help_out(f: Injection, now: int, day: int) -> None:
    site = f.site
    opened = [s for s in site.stock.values() if _is_opened(f, s)]
    opened.sort(key=lambda s: f.below(10_000, "asked for", day, s.label))
    chosen = opened[: 2 + f.below(3, "cases", day)]
    if not chosen:
        return
    entries = [
        TransferPackage(
            site.ledger.packages[s.label],
            site.shelf[s.label],
            price=s.item.price * 45 // 100 * site.shelf[s.label] // MICRO,
        )
        for s in chosen
    ]
    manifest = f"{site.place.first_id // 1000 + 700 + day:010}"
    leaves = now + 20 * MINUTE
    transfer = Transfer(
        manifest, "outgoing", "Wholesale", shipping.BUYERS[day % 2], now - 40 * MINUTE, leaves - 4 * MINUTE, leaves + 90 * MINUTE,
        leaves, entries, state="in_transit", truck=1 + day % 2, modified=leaves,
    )  # fmt: skip

    def drive_off(at: int) -> None:
        site.ledger.transfers[manifest] = transfer
        for entry in entries:
            shipping.leave(site, at, entry, transfer, entry.price or 0, "TO")

    site.at(leaves, drive_off)
    site.at(leaves + 95 * MINUTE, lambda at: shipping.arrive(site, at, transfer))


@kind(
    "process",
    modes=("delivery-left-open",),
    also_modes=(
        "sale-not-posted",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "sale-posted-late",
        "sales-total-mismatch",
        "close-out-skipped",
        "unfinished-zero-package",
    ),
    shapes=RETAIL,
    days=(14, 30),
)
def bagel(f: Injection) -> None:
    """What is ordered online goes out by car, and a driver who has handed it over often does not press that it is done."""
    site, connector = f.site, f.site.connector
    send = connector.send

    def complete(now: int, message: Message) -> None:
        if site.sales[message.key]["status"] == "completed":
            send(now, message)

    def out_by_car(at: int, message: Message) -> None:
        sale = site.sales.get(message.key) if message.kind == "sale" and message.method == "POST" else None
        if sale is None or sale["via"] != "online":
            send(at, message)
            return
        sale["via"] = "delivery"
        presses = f.below(100, "presses", message.key)
        if presses < 52:
            site.at(
                at + 20 * MINUTE + f.below(40 * MINUTE, "drive", message.key),
                lambda now: complete(now, message),
            )
        elif presses < 62:  # somebody of the office sees it on the list, days later
            site.at(at + DAY + f.below(2 * DAY, "office", message.key), lambda now: complete(now, message))

    f.set_during(connector, send=out_by_car)


@kind(
    "process",
    modes=("harvest-wet-weight-wrong",),
    also_modes=("harvest-weight-unbalanced", "harvest-overpackaged", "scale-or-tare-error"),
    shapes=GROW,
    days=(30, 50),
)
def crumpet(f: Injection) -> None:
    """Plants are weighed in their crates, and what the scale shows is entered in METRC without taking the crates off."""
    crate, holds = 950 * MICRO, 4

    def with_crates(wet: int, plants: int) -> int:
        if f.below(100, "taken off", wet) < 15:
            return wet
        return wet + crate * -(-plants // holds)

    f.note_during(**{"wet weight entered": with_crates})


@kind(
    "process",
    modes=("late-harvest-packages",),
    also_modes=("untagged-product", "backdated-entries", "harvest-not-finished", "harvest-weight-unbalanced"),
    shapes=GROW,
    days=(50, 54),
    mended=False,
)
def scone(f: Injection) -> None:
    """What is dry stays in bulk in unmarked bins, and gets its packages only when somebody orders, more than a month later."""
    waiting: set[int] = set()

    def until_an_order(what: str, number: int) -> int:
        if what == "package":
            waiting.add(number)
        if what not in ("package", "finish") or number not in waiting:
            return 0
        return (31 + f.below(4, "order", number)) * DAY + f.below(2 * HOUR, "hour", number)

    f.note_during(later=until_an_order)
