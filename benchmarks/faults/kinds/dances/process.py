"""Faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import ALL_SHAPES, GROW, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "process",
    modes=("delivery-left-open",),
    also_modes=(
        "sale-not-posted",
        "sale-posted-late",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "package-in-metrc-missing-in-pos",
        "unfinished-zero-package",
        "close-out-skipped",
    ),
    shapes=RETAIL,
    days=(14, 30),
)
def bolero(f: Injection) -> None:
    """Orders go out by car and are told to METRC when the driver completes them; after many a round nobody does."""
    site = f.site

    def begin(_: int) -> None:
        send = site.connector.send

        def when_completed(at: int, message: Message) -> None:
            sale = site.sales.get(message.key)
            new = message.method == "POST" and message.kind == "sale" and sale is not None
            if not new or not f.start <= at < f.end or sale is None or sale["via"] != "online":
                send(at, message)
                return
            if f.below(100, "by car", message.key) >= 75:
                send(at, message)
                return
            sale["via"] = "delivery"
            round_ = (site.day(at), at // (3 * HOUR))
            if f.below(100, "left open", round_) >= 45:
                back = at + 35 * MINUTE + MINUTE * f.below(55, "back", message.key)
                site.at(back, lambda now: send(now, message))

        setattr(site.connector, "send", when_completed)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "process",
    modes=("late-harvest-packages",),
    also_modes=(
        "untagged-product",
        "backdated-entries",
        "harvest-not-finished",
        "aged-package",
        "harvest-weight-unbalanced",
    ),
    shapes=GROW,
    days=(44, 52),
)
def samba(f: Injection) -> None:
    """Dried flower stays in bins in the cure room without a tag, and is packaged when a buyer asks for it weeks later."""
    site = f.site

    held: set[int] = set()

    def later(what: str, number: int) -> int:
        if what == "package" and site.world.now < f.end:
            held.add(number)
        waits = number in held and what in ("package", "finish")
        return (32 + f.below(7, "sold", number)) * DAY if waits else 0

    site.at(f.start, lambda _: site.notes.update(later=later))


@kind(
    "process",
    modes=("discrepancy-not-reported", "physical-loss-unrecorded"),
    also_modes=(
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "adjustment-generic-reason",
        "adjustment-without-note",
        "adjust-to-match",
        "recurring-variance",
        "regulator-flag-adjustment-pattern",
        "reconciliation-rubber-stamped",
        "bulk-after-hours-adjustments",
        "self-approved-adjustments",
    ),
    shapes=RETAIL,
    days=(18, 34),
    states=("ca",),
)
def minuet(f: Injection) -> None:
    """Boxes go from the store room, the weekly count finds thousands of dollars missing, and the lead sets both books to the count instead of reckoning the share of sales and reporting it."""
    site = f.site
    counts = [day for day in f.days if day % 7 == 6 and site.local(day + 1, 12 * HOUR) < f.end]
    for nth, day in enumerate(counts):
        if nth == 0 or f.below(100, "again", day) < 45:
            site.at(site.local(day, 5 * HOUR), partial(_boxes_go, f, day=day))


def _boxes_go(f: Injection, now: int, *, day: int) -> None:
    site = f.site
    sold = sum(
        line[4] for sale in site.sales.values() for line in sale["drawn"] if sale["status"] == "completed"
    )
    month = sold * 30 // max(1, day)
    missing = month * (8 + f.below(5, "share", day)) // 100  # at the price on the shelf
    worth = sorted(
        (
            s
            for s in site.stock.values()
            if s.item.unit == "Each" and s.listed and s.label in site.ledger.active
        ),
        key=lambda s: (-s.item.price * site.shelf.get(s.label, 0), s.label),
    )
    lost: dict[str, int] = {}
    for stock in worth[:8]:
        pieces = site.shelf.get(stock.label, 0) // MICRO * 7 // 10
        pieces = min(pieces, -(-missing // stock.item.price))
        if pieces > 0:
            lost[stock.label] = pieces * MICRO
            site.shelf[stock.label] -= pieces * MICRO
            missing -= pieces * stock.item.price
    site.at(site.local(day + 1, 9 * HOUR + 40 * MINUTE), lambda at: _set_to_count(f, at, lost))


def _set_to_count(f: Injection, now: int, lost: dict[str, int]) -> None:
    site = f.site
    for nth, (label, quantity) in enumerate(sorted(lost.items())):
        package, stock = site.ledger.active.get(label), site.stock[label]
        if package is None or min(package.quantity, stock.on_hand) < quantity:
            continue
        name = f"{site.place.code.upper()}-ADJ-C{site.day(now):03}-{nth}"
        site.change_stock(now + 20 * nth, name, label, -quantity, "Entry Error", by="inv", note="count")
        site.shelf[label] += quantity  # it was gone already


@kind(
    "process",
    modes=("backdated-entries",),
    also_modes=(
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "waste-late",
        "adjustment-not-posted",
        "regulator-flag-adjustment-pattern",
        "month-end-spike",
        "physical-loss-unrecorded",
    ),
    shapes=ALL_SHAPES,
    days=(26, 46),
)
def gavotte(f: Injection) -> None:
    """What breaks or spoils is written on a sheet by the shelf, and once a week somebody keys the sheet in with the dates that stand on it."""
    site = f.site
    desk = f.below(2, "desk day")  # of the week

    def begin(_: int) -> None:
        change = site.change_stock

        def on_paper(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
            if not f.start <= at < f.end:
                change(at, name, label, quantity, reason, **more)
                return
            site.shelf[label] += quantity
            day = site.day(at) + 1
            day += (desk - day) % 7
            keyed = site.local(day, 17 * HOUR + 4 * MINUTE * f.below(9, "keyed", name))

            def key_in(now: int) -> None:
                site.shelf[label] -= quantity
                if label not in site.ledger.active or site.shelf[label] + quantity < 0:
                    return
                change(now, name, label, quantity, reason, **more)
                if name in site.changes:
                    site.changes[name]["adjusted_at"] = at

            site.at(keyed, key_in)

        setattr(site, "change_stock", on_paper)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "process",
    modes=("plant-tag-late",),
    also_modes=(
        "plant-count-mismatch",
        "untagged-product",
        "plant-phase-lag",
        "immature-batch-overfull",
        "backdated-entries",
    ),
    shapes=GROW,
    days=(26, 44),
)
def bourree(f: Injection) -> None:
    """Tagging needs two people for an afternoon, so young plants stand in the grow rooms for weeks before anybody ties tags to them."""

    def later(what: str, number: int) -> int:
        return (22 + f.below(11, "an afternoon", number)) * DAY if what == "tag" else 0

    f.note_during(later=later)
