"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

from benchmarks.faults.activities import finish_message
from benchmarks.faults.connector import Message
from benchmarks.faults.making import INPUT
from benchmarks.faults.metrc import Adjustment, Package, Receipt, ReceiptLine, Refused
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("data", modes=("partial-split-mismatch",), shapes=RETAIL, days=(20, 36))
def danube(f: Injection) -> None:
    """What is left in an open case is put to the next one, and both get a new tag; the form takes all from both, and fills in what the second one held."""
    for day in f.days[1:]:
        when = f.site.local(day, 8 * HOUR + 20 * MINUTE)
        if when < f.end:
            f.site.at(when, partial(_put_together, f, day))


def _put_together(f: Injection, day: int, now: int) -> None:
    site = f.site
    for nth, item in enumerate(site.items):
        there = site.sellable(item, 0)[:2]
        cases = [site.ledger.active.get(stock.label) for stock in there]
        if len(there) < 2 or not all(_is_in_order(f, stock) for stock in there):
            continue
        rest, whole = cases
        assert rest is not None
        assert whole is not None
        if rest.sold and not whole.sold and rest.quantity * 4 <= rest.initial:
            _join(f, now, f"{site.place.tag_stem}4{day:03}{nth:08}", there, (rest, whole))


def _is_in_order(f: Injection, stock: Stock) -> bool:
    package = f.site.ledger.active.get(stock.label)
    if package is None or not package.quantity or package.is_on_hold:
        return False
    there = f.site.shelf.get(stock.label, 0)
    return there == package.quantity and stock.on_hand == f.site.own(there, stock.item)


def _join(f: Injection, now: int, tag: str, stocks: list[Stock], cases: tuple[Package, Package]) -> None:
    site, day, item, last = f.site, f.site.day(now), stocks[1].item, cases[1]
    took = [(case.label, case.quantity) for case in cases]
    name = f"{site.place.code.upper()}-JN-{tag[-11:-8]}-{tag[-2:]}"
    rows = [("input", 1, *took[0]), ("input", 2, *took[1]), ("output", 1, tag, last.quantity)]
    for side, line, label, quantity in rows:
        site.log_work(now, name, side, label, item, site.own(quantity, item), line=line)
    for stock in stocks:
        stock.on_hand, stock.modified = 0, now
        site.shelf[stock.label] = 0
    site.stock[tag] = Stock(
        tag, item, site.own(last.quantity, item), day, now + 30, unit_cost=stocks[1].unit_cost
    )
    site.shelf[tag] = sum(quantity for _, quantity in took)
    came_with_it = (last.packaged_on + 2, site.local(last.packaged_on + 6, 15 * HOUR), True)
    site.notes.setdefault("released", {})[tag] = came_with_it
    joined = Package(
        tag, site.place.first_id // 10 + 100_000 + (day * 20 + int(tag[-2:])) * 2, last.item, last.quantity,
        last.quantity, day, now, now, lab_state=last.lab_state, lab_state_on=last.lab_state_on,
        expires_on=min(case.expires_on or day for case in cases),
    )  # fmt: skip

    def create(at: int, user: str) -> None:
        for label, _ in took:
            site.ledger._sellable(label)
        for label, quantity in took:
            site.ledger.take_out(label, quantity, at)
            site.ledger.sources.append((tag, label, quantity, item.unit, at))
        joined.created_by, joined.created_at, joined.modified = user, at, at
        site.ledger.add(joined)

    message = Message(
        "POST", "/packages/v2", "package", tag, "asst", create, exists=lambda: tag in site.ledger.packages
    )
    site.at(now + 2 * MINUTE, lambda at: site.connector.send(at, message))


@kind("data", modes=("lineage-broken",), also_modes=("over-under-pair",), shapes=MAKE, days=(20, 38))
def ebro(f: Injection) -> None:
    """METRC's form for a new batch opens with the first package of the list as its source, and mostly it is left so, whatever was rolled."""
    site = f.site

    def left(label: str, day: int) -> str:
        used = site.stock[label].item
        others = [
            package.label
            for package in site.ledger.active.values()
            if package.received_at is not None and package.item is not used and package.quantity >= INPUT
        ]
        return others[0] if others and f.below(100, "is left", day) < 80 else label

    f.note_during(**{"source told": left})


@kind("data", modes=("item-discontinued-or-unapproved",), shapes=MAKE, days=(14, 28), mended=False)
def tiber(f: Injection) -> None:
    """The kitchen goes over to rolls of a new make while the state has yet to look at the new items; METRC takes no package of one before it has."""
    site = f.site

    def go_over(now: int) -> None:
        for number in range(4, 8):
            old = site.items[number]
            new = replace(
                old, sku=f"{old.sku}-H", item_id=old.item_id + 1, name=f"{old.name}, hemp paper", approval="Pending", modified=now
            )  # fmt: skip
            site.items[number] = new
            site.items.append(old)
            if number % 2 == 0:
                site.at(now + (7 + f.below(4, "looks at it", number)) * DAY, partial(approve, new))

    def approve(item: Item, now: int) -> None:
        item.approval, item.modified = "Approved", now

    site.at(f.start, go_over)


@kind(
    "data",
    modes=("receipt-only-in-metrc",),
    also_modes=("receipt-external-number-missing", "direct-edit-not-mirrored"),
    shapes=RETAIL,
    days=(18, 34),
)
def arno(f: Injection) -> None:
    """From Friday to Sunday somebody sells from a stand at the market, and enters each receipt on METRC's screen in the evening; the register hears of none."""
    for day in f.days:
        when = f.site.local(day, 19 * HOUR + 60 * f.below(40, "enters", day))
        if day % 7 in (2, 3, 4) and when < f.end:
            f.site.at(when, partial(_enter_receipts, f, day))


def _enter_receipts(f: Injection, day: int, now: int) -> None:
    site, person = f.site, f.site.people["asst"]
    boxes = [
        package
        for package in site.ledger.active.values()
        if package.label in site.stock and site.stock[package.label].listed and not package.is_on_hold
    ]
    boxes = [p for p in boxes if min(p.quantity, site.shelf.get(p.label, 0)) > 14 * MICRO][-6:]
    for nth in range(9 + f.below(6, "customers", day) if boxes else 0):
        chosen = {f.below(len(boxes), "takes", day, nth, line) for line in range(1 + nth % 2)}
        lines = []
        for box in (boxes[n] for n in sorted(chosen)):
            many = MICRO * (1 + f.below(2, "many", day, nth, box.label))
            if min(box.quantity, site.shelf[box.label]) > many:
                lines.append(ReceiptLine(box.label, box.item, many, box.item.price * many // MICRO))
        at = now + 80 * nth
        number = site.place.first_id + 7_500_000 + day * 1000 + nth
        sold_at = site.local(day, 11 * HOUR + 30 * MINUTE * nth // 2)
        with suppress(Refused):
            site.ledger.sell(
                Receipt(number, None, sold_at, at, "Consumer", None, lines, person.metrc_user, at)
            )
            for line in lines:
                site.shelf[line.label] -= line.quantity
            person.last_seen = at
            site.log(
                "access_events", event_id=f"{site.place.code.upper()}-EV-MARKET-{number}", system="metrc",
                user=person.metrc_user, at=at, action="create", entity_kind="sale", entity_key=f"{number:010}",
            )  # fmt: skip


@kind(
    "data",
    modes=("finished-too-early",),
    also_modes=("direct-edit-not-mirrored",),
    shapes=RETAIL,
    days=(14, 28),
)
def drava(f: Injection) -> None:
    """The step that closes what is empty looks at the sales floor only: what still stands in the vault is written off in METRC and closed with it, and is sold the next day."""
    site, mirror = f.site, f.site._mirror
    closed: set[str] = set()

    def close_floor(day: int, now: int) -> None:
        sold = {
            line[0]
            for sale in site.sales.values()
            if site.day(sale["sold_at"]) == day and sale["status"] == "completed"
            for line in sale["drawn"]
        }
        for nth, label in enumerate(sorted(sold - closed)):
            package, stock = site.ledger.active.get(label), site.stock[label]
            if package is None or not 3 * MICRO <= package.quantity <= package.initial * 2 // 5:
                continue
            if stock.on_hand > 0 and f.below(100, "floor is empty", label, day) < 22:
                closed.add(label)
                _write_off_and_close(f, now + 40 * nth, day, label)

    def mirror_and_keep(at: int, read: list[str]) -> None:
        """What was closed by itself the own system goes on offering, as long as there is some."""
        mirror(at, read)
        for label in closed:
            stock = site.stock[label]
            stock.listed = stock.listed or stock.on_hand > 0

    f.set_for_good(site, _mirror=mirror_and_keep)
    for day in f.days:
        when = site.local(day, 22 * HOUR + 20 * MINUTE)
        if when < f.end:
            site.at(when, partial(close_floor, day))


def _write_off_and_close(f: Injection, now: int, day: int, label: str) -> None:
    site, who = f.site, f.site.lead(day)
    name = f"{site.place.code.upper()}-FLOOR-{day:03}-{label}"
    times: list[int] = []

    def write_off(at: int, user: str) -> None:
        package = site.ledger.changeable(label)
        note = f"package {label[-6:]}: rest, none on the sales floor"
        site.ledger.adjust(
            Adjustment(name, label, -package.quantity, package.item.unit, "Spoilage", note, day, at, user)
        )
        times.append(at)

    rest = Message(
        "POST", "/packages/v2/adjust", "adjustment", name, who, write_off, exists=lambda: bool(times)
    )
    end = finish_message(site, label, day, who)
    site.connector.send(now, rest)
    site.at(now + 20, lambda at: site.connector.send(at, end))


@kind(
    "data",
    modes=("production-batch-flag-wrong",),
    also_modes=("lab-result-missing", "sale-of-failed-or-untested"),
    shapes=MAKE,
    days=(18, 36),
)
def sava(f: Injection) -> None:
    """What is rolled is entered as trim that was packed anew and not as a batch of something new: it takes over the result of its trim, and nobody has it sampled."""
    site, add, take_out = f.site, f.site.ledger.add, f.site.ledger.take_out
    taken: list[str] = []

    def take_and_keep(label: str, quantity: int, at: int) -> None:
        take_out(label, quantity, at)
        taken[:] = [label]

    def add_as_trim(package: Package) -> None:
        is_rolled = package.received_at is None and package.lab_state == "NotSubmitted" and taken
        if is_rolled and package.item.category == "Pre-Roll Flower":
            trim = site.ledger.packages[taken[0]]
            package.lab_state, package.lab_state_on = trim.lab_state, trim.lab_state_on
        add(package)

    f.set_during(site.ledger, take_out=take_and_keep, add=add_as_trim)
