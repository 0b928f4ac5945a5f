"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.faults import making
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import GROW, MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Outage, Stock
from benchmarks.faults.times import DAY, DAYS, HOUR, MINUTE, calendar

from .technical import breakages


@kind(
    "process",
    modes=("outage-backfill-missing",),
    also_modes=(
        "metrc-or-store-outage",
        "sale-not-posted",
        "adjustment-not-posted",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "unfinished-zero-package",
    ),
    shapes=RETAIL,
    days=(24, 40),
)
def tweed(f: Injection) -> None:
    """METRC does not answer for hours, every week or so; the shop sells on and keeps a list for later, and the lists are filed."""
    site, connector = f.site, f.site.connector
    send = connector.send
    day = f.days[0] + 1
    while day < f.days[-1]:
        begins = site.local(day, 11 * HOUR) + f.below(4 * HOUR, "begins", day)
        site.outages.append(Outage("metrc", begins, begins + 3 * HOUR + f.below(5 * HOUR, "lasts", day)))
        day += 4 + f.below(4, "next", day)

    def keep_a_list(at: int, message: Message) -> None:
        if site.metrc_outage(at) is None:
            send(at, message)
        elif message.kind == "sale":
            site.sales[message.key]["offline"] = True

    f.set_during(connector, send=keep_a_list)


def _month_ends() -> Iterator[int]:
    yield from (day for day in range(DAYS + 31) if calendar(day + 1).day == 1)


@kind(
    "process",
    modes=("month-end-spike",),
    also_modes=(
        "regulator-flag-adjustment-pattern",
        "bulk-after-hours-adjustments",
        "unfinished-zero-package",
        "close-out-skipped",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "waste-late",
        "backdated-entries",
    ),
    shapes=RETAIL | GROW,
    days=(46, 54),
    mended=False,
)
def linen(f: Injection) -> None:
    """Slips about what broke, what was thrown away and what is empty lie in a tray; on the last evening of the month somebody enters them all."""
    site, habits = f.site, f.site.habits
    change_stock = site.change_stock

    def evening(at: int) -> int:
        """When that is, after a moment; the evening itself is too late for what comes in it."""
        day = site.day(at)
        return next(
            when
            for when in (site.local(end, 18 * HOUR + 10 * MINUTE) for end in _month_ends() if end >= day)
            if when > at
        )

    def lay_down(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        site.shelf[label] = site.shelf.get(label, 0) + quantity

        def enter(now: int) -> None:
            stock, package = site.stock.get(label), site.ledger.packages.get(label)
            gone = package is None or package.state != "active"
            if stock is None or gone or stock.on_hand + site.own(quantity, stock.item) < 0:
                return
            site.shelf[label] -= quantity
            change_stock(now, name, label, quantity, reason, **{**more, "note": "found in the month"})

        site.at(evening(at) + 60 * f.below(45, "slip", name), enter)

    def waste_entered(now: int, _: object, usual: int) -> int:
        return usual if now < 0 else evening(now) + 60 * f.below(50, "waste slip", now)

    f.set_at_once(site, change_stock=lay_down)
    f.set_at_once(habits, finishes=False)
    site.notes["waste entered"] = waste_entered
    for end in _month_ends():
        site.at(site.local(end, 20 * HOUR), lambda _: setattr(habits, "finishes", True))
        site.at(site.local(end + 1, 6 * HOUR), lambda _: setattr(habits, "finishes", False))
    breakages(f, range(1, DAYS))


@kind(
    "process",
    modes=("untagged-product",),
    also_modes=(
        "physical-count-mismatch",
        "conversion-not-mirrored",
        "metrc-onhand-overstated",
        "physical-loss-unrecorded",
    ),
    shapes=RETAIL | MAKE,
    days=(30, 46),
)
def corduroy(f: Injection) -> None:
    """What is just made, or opened to be shown, lies in a tote without a tag, since the label is going to be printed later; it is days, or it is never."""
    site = f.site
    tote: dict[str, tuple[Item, int]] = {}
    if site.place.shape == "manufacturing":
        f.note_during(**{"on screen": lambda *work: _roll_into_the_tote(f, tote, *work)})
    else:
        for day in f.days:
            when = site.local(day, 10 * HOUR + 30 * MINUTE) + f.below(4 * HOUR, "opened", day)
            if f.start < when < f.end and f.below(100, "opens", day) < 70:
                site.at(when, lambda now, day=day: _open_to_show(f, tote, now, day))
    for day in f.days:
        if site.place.counts_daily or day % 7 == 6:
            site.at(
                site.local(day, site.habits.closes + 32 * MINUTE),
                lambda now, day=day: _count_the_tote(f, tote, now, day),
            )


def _roll_into_the_tote(
    f: Injection, tote: dict[str, tuple[Item, int]], now: int, day: int, source: Stock, item: Item, tag: str
) -> None:
    """Rolls are in the work log, and have no tag yet; METRC hears of them when they get one."""
    site, amount = f.site, making.INPUT
    if f.below(100, "tagged at once", day) < 18:
        screen = site.notes.pop("on screen")
        making.convert(site, now, day)
        site.notes["on screen"] = screen
        return
    site.shelf[source.label] -= amount
    source.on_hand -= amount
    source.modified = now
    name = f"{site.place.code.upper()}-PO-{day:03}"
    site.log_work(now, name, "input", source.label, source.item, amount)
    site.log(
        "internal_conversions", conversion_id=name, side="output", line=1, label=None, sku=item.sku, quantity=amount,
        unit_of_measure=item.own_unit, at=now, by=site.people["asst"].internal_user,
    )  # fmt: skip
    tote[tag] = (item, amount)

    def put_a_tag_on(later: int) -> None:
        del tote[tag]
        today = site.day(later)
        site.stock[tag] = Stock(tag, item, amount, today, later + 30, unit_cost=900_000)
        site.shelf[tag] = amount
        part = Package(
            tag, site.place.first_id // 10 + 40_000 + day * 2, item, amount, amount, today, later, later,
            lab_state="NotSubmitted", lab_state_on=today, expires_on=today + 365,
        )  # fmt: skip
        making.enter_part(site, later + 2 * MINUTE, part, site.ledger.packages[source.label], amount)
        site.notes.setdefault("to test", []).append((tag, later))

    if f.below(100, "ever", day) < 60:
        site.at(now + (4 + f.below(9, "waits", day)) * DAY + f.below(2 * HOUR, "hour", day), put_a_tag_on)


def _open_to_show(f: Injection, tote: dict[str, tuple[Item, int]], now: int, day: int) -> None:
    """Some pieces are taken from their case for the counter; those that are not asked for do not find their way back soon."""
    site = f.site
    there = [
        s
        for s in site.stock.values()
        if s.item.unit == "Each" and s.listed and min(site.shelf.get(s.label, 0), s.on_hand) >= 8 * MICRO
    ]
    if not there:
        return
    stock = there[f.below(len(there), "case", day)]
    amount = MICRO * (2 + f.below(4, "pieces", day))
    site.shelf[stock.label] -= amount
    tote[f"{stock.label} {day}"] = (stock.item, amount)

    def put_back(_: int) -> None:
        del tote[f"{stock.label} {day}"]
        site.shelf[stock.label] += amount

    if f.below(100, "ever", day) < 50:
        site.at(now + (4 + f.below(8, "waits", day)) * DAY, put_back)


def _count_the_tote(f: Injection, tote: dict[str, tuple[Item, int]], now: int, day: int) -> None:
    """Who counts finds it beside the rest, and has no label to write down."""
    site = f.site
    handles = [h for h in site.people if h not in ("gm", "asst", "inv")]
    for nth, (item, amount) in enumerate(tote.values()):
        site.log(
            "physical_counts",
            count_id=f"{site.place.code.upper()}-CNT-{day:03}",
            line=801 + nth,
            label=None,
            counted_quantity=site.own(amount, item),
            expected_quantity=0,
            unit_of_measure=item.own_unit,
            location="Receiving",
            counted_at=now + 10 * nth,
            counted_by=site.people["inv"].internal_user,
            second_counter=site.people[handles[day % min(2, len(handles))]].internal_user,
            reconciled_at=now + 38 * MINUTE,
            adjusted_in="none",
        )


@kind(
    "process",
    modes=("adjustment-generic-reason",),
    also_modes=("reconciliation-rubber-stamped", "regulator-flag-adjustment-pattern"),
    days=(36, 50),
)
def poplin(f: Injection) -> None:
    """The list of reasons begins with an entry error, and that is what is chosen for whatever broke, spoilt or is not there."""
    site = f.site
    change_stock = site.change_stock

    def take_the_first(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        chosen = "Entry Error" if f.below(100, "chosen", name) < 90 else reason
        change_stock(at, name, label, quantity, chosen, **more)

    f.set_during(site, change_stock=take_the_first)
    breakages(f, f.days, 80)


@kind(
    "process",
    modes=("waste-missing",),
    also_modes=("harvest-weight-unbalanced", "plant-count-mismatch"),
    shapes=GROW,
    days=(38, 52),
)
def cambric(f: Injection) -> None:
    """Leaves, stems and plants that do not thrive go to the compost, and the sheet beside the scale stays empty; nothing is entered in METRC."""

    def seldom(now: int, cohort: object, usual: int) -> int | None:
        return usual if f.below(100, "weighed", now, cohort is None) < 10 else None

    f.note_during(**{"waste entered": seldom})
