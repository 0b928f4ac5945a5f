"""Faults of the process layer, by mechanisms that were listed before the rules were read; their names say nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package, Receipt, ReceiptLine, Refused
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import ALL_SHAPES, GROW, RETAIL, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import DAY, HOUR, MINUTE

_GOODS = ("physical-count-mismatch", "metrc-onhand-overstated", "recurring-variance")
_TAKINGS = ("sales-total-mismatch", "tax-return-mismatch")


def _by_car(f: Injection, sale: dict[str, Any]) -> bool:
    return sale["via"] == "online" and f.below(100, "by car", sale["sale_id"]) < 75


@kind(
    "process",
    modes=("delivery-left-open",),
    also_modes=("sale-posted-late", "sale-not-posted", *_TAKINGS, "close-out-skipped", "backdated-entries"),
    shapes=RETAIL,
    days=(18, 34),
)
def bowler(f: Injection) -> None:
    """What goes out on the evening's round is completed by the drivers in one go before the next morning's first round."""
    site = f.site

    def begin(_: int) -> None:
        send = site.connector.send

        def when_completed(at: int, message: Message) -> None:
            sale = site.sales.get(message.key)
            if (
                message.method != "POST"
                or message.kind != "sale"
                or sale is None
                or not f.start <= at < f.end
                or not _by_car(f, sale)
            ):
                send(at, message)
                return
            sale["via"] = "delivery"
            back = at + 35 * MINUTE + MINUTE * f.below(50, "back", message.key)
            day = site.day(at)
            if at >= site.local(day, 16 * HOUR):
                back = site.local(day + 1, 8 * HOUR + 35 * MINUTE + f.below(420, "in one go", message.key))
            site.at(back, lambda now: send(now, message) if sale["status"] == "completed" else None)

        setattr(site.connector, "send", when_completed)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "process",
    modes=("delivery-left-open",),
    also_modes=(
        "physical-count-mismatch",
        "metrc-onhand-understated",
        "return-not-mirrored",
        "recurring-variance",
        *_TAKINGS,
    ),
    shapes=RETAIL,
    days=(22, 40),
)
def boater(f: Injection) -> None:
    """A sale goes to METRC when the car leaves; what nobody was at home for comes back onto the shelf, and the order is closed as if it had been handed over."""
    site = f.site

    def begin(_: int) -> None:
        send = site.connector.send

        def on_leaving(at: int, message: Message) -> None:
            sale = site.sales.get(message.key)
            new = message.method == "POST" and message.kind == "sale" and sale is not None
            if new and sale is not None and f.start <= at < f.end and _by_car(f, sale):
                sale["via"] = "delivery"
                if f.below(100, "not at home", message.key) < 22:
                    site.at(at + 2 * HOUR, partial(_back_on_the_shelf, f, sale))
            send(at, message)

        setattr(site.connector, "send", on_leaving)  # noqa: B010

    site.at(f.start, begin)


def _back_on_the_shelf(f: Injection, sale: dict[str, Any], _: int) -> None:
    for label, _item, quantity, _own, _price in sale["drawn"]:
        f.site.shelf[label] += quantity


@kind(
    "process",
    modes=("received-short", "blind-receive"),
    also_modes=(*_GOODS, "aged-package", "reconciliation-overdue", "package-in-metrc-missing-in-pos"),
    shapes=RETAIL,
    days=(24, 42),
)
def beret(f: Injection) -> None:
    """Now and then a whole case of a load is not in the van; the manifest is accepted as it stands, in both systems, and nobody has ever seen that case."""
    missing = {"packed less": lambda package: package.quantity if _is_missing(f, package) else 0}
    f.note_during(**missing, unseen=True)


def _is_missing(f: Injection, package: Package) -> bool:
    return f.below(100, "not in the van", package.label) < 10


@kind(
    "process",
    modes=("blind-receive", "received-short"),
    also_modes=(*_GOODS, "wholesale-price-wrong"),
    shapes=RETAIL,
    days=(24, 42),
    states=("ca", "mi", "md"),
)
def derby(f: Injection) -> None:
    """Loads go to the vault unopened and are accepted by the paper; one case in six was packed a few pieces short, and the week's count is the first to open it."""

    def less(package: Package) -> int:
        if f.below(100, "packed short", package.label) >= 17:
            return 0
        pieces = 2 + f.below(4, "by", package.label)
        return pieces * MICRO if package.item.unit == "Each" else pieces * 2 * MICRO

    f.note_during(**{"packed less": less}, unseen=True)


@kind(
    "process",
    modes=("received-short", "blind-receive"),
    also_modes=_GOODS,
    shapes=RETAIL,
    days=(24, 42),
)
def cloche(f: Injection) -> None:
    """Flower dries on the way and loses some three parts in a hundred; it is accepted at the weight on the manifest, since only pieces are counted at the dock."""

    def less(package: Package) -> int:
        if package.item.unit != "Grams":
            return 0
        return package.quantity * (22 + f.below(17, "dried", package.label)) // 1000 // 100_000 * 100_000

    f.note_during(**{"packed less": less}, unseen=True)


def _enter_sale(
    f: Injection, sale: dict[str, Any], at: int, number: str | None, receipt_id: int, who: str
) -> None:
    """Enter a sale in METRC by hand or by file, with the minute in which it was made."""
    site = f.site
    lines = [ReceiptLine(label, item, quantity, price) for label, item, quantity, _, price in sale["drawn"]]
    receipt = Receipt(
        receipt_id, number, sale["sold_at"] // MINUTE * MINUTE, at, sale["customer"], sale["patient"], lines,
        site.people[who].metrc_user, at,
    )  # fmt: skip
    with suppress(Refused):
        site.ledger.sell(receipt)


@kind(
    "process",
    modes=("manual-csv-duplicates-api",),
    also_modes=(
        "sale-posted-twice",
        "metrc-onhand-understated",
        "sale-rejected-by-metrc",
        "finished-too-early",
        *_TAKINGS,
        "physical-count-mismatch",
        "retries-exhausted-and-dropped",
        "receipt-external-number-missing",
    ),
    shapes=RETAIL,
    days=(16, 30),
)
def fez(f: Injection) -> None:
    """On evenings on which the board was red for a while the manager uploads the register's file of the day, which numbers sales by the ticket; the connector has sent them all."""
    site = f.site

    def upload(day: int, now: int) -> None:
        today = sorted(
            s
            for s, sale in site.sales.items()
            if site.day(sale["sold_at"]) == day and sale["status"] == "completed"
        )
        for nth, sale_id in enumerate(today):
            sale = site.sales[sale_id]
            ticket = f"{sale['register'][-1]}-{1000 + day * 90 + nth:06}"
            _enter_sale(
                f, sale, now + nth // 8, ticket, site.place.first_id + 9_000_000 + day * 1000 + nth, "gm"
            )

    for day in f.days:
        begins = site.local(day, 17 * HOUR + 10 * MINUTE * f.below(9, "red", day))
        if f.below(100, "uploads", day) < 35 and f.start <= begins < f.end:
            site.outages.append(Outage("metrc", begins, begins + 25 * MINUTE))
            site.at(site.local(day, 21 * HOUR + 25 * MINUTE), partial(upload, day))


@kind(
    "process",
    modes=("manual-csv-duplicates-api",),
    also_modes=(
        "sale-posted-twice",
        "metrc-onhand-understated",
        "sale-rejected-by-metrc",
        *_TAKINGS,
        "physical-count-mismatch",
        "receipt-external-number-missing",
        "finished-too-early",
        "retries-exhausted-and-dropped",
    ),
    shapes=RETAIL,
    days=(24, 40),
)
def hardhat(f: Injection) -> None:
    """Where a sale turns red on the board, the assistant types the one or two that are red into METRC at once; minutes later the connector sends them by itself."""
    site = f.site

    def type_in(day: int, now: int) -> None:
        red = [
            e for e in site.connector.entries.values() if e.state == "pending" and e.message.kind == "sale"
        ]
        for nth, entry in enumerate(sorted(red, key=lambda e: e.first_failed)[:2]):
            sale = site.sales[entry.message.key]
            number = site.place.first_id + 9_000_000 + day * 1000 + nth
            _enter_sale(f, sale, now + 70 * nth, None, number, "asst")

    for day in f.days:
        begins = site.local(day, 11 * HOUR + 10 * MINUTE * f.below(50, "red", day))
        if f.below(100, "bad spell", day) < 55 and f.start <= begins < f.end:
            ends = begins + 22 * MINUTE
            site.outages.append(Outage("metrc", begins, ends))
            site.at(ends + 2 * MINUTE, partial(type_in, day))


@kind(
    "process",
    modes=("outage-backfill-missing",),
    also_modes=("sale-not-posted", *_GOODS, *_TAKINGS, "metrc-or-store-outage"),
    shapes=RETAIL,
    days=(24, 40),
)
def beanie(f: Injection) -> None:
    """The registers are down for an afternoon, which is written down; the shop sells on by paper slips and a cash box, and the slips are never keyed in."""
    site = f.site
    spells: list[tuple[int, int]] = []
    for nth, day in enumerate(list(f.days)[1::5]):
        begins = site.local(day, 13 * HOUR + 10 * MINUTE * f.below(20, "down", nth))
        if f.start < begins < f.end - 6 * HOUR:
            spells.append((begins, begins + 3 * HOUR + 10 * MINUTE * f.below(12, "for", nth)))
            site.outages.append(Outage("internal", *spells[-1]))

    def on_a_slip(sale: dict[str, Any]) -> int:
        if not any(begins <= sale["sold_at"] < ends for begins, ends in spells):
            return 0
        for label, _item, _quantity, own, _price in sale["drawn"]:
            site.stock[label].on_hand += own
        site.at(sale["sold_at"], lambda _: site.sales.pop(sale["sale_id"]) and None)
        return 100

    f.note_during(generic=on_a_slip)


@kind(
    "process",
    modes=("count-not-frozen",),
    also_modes=("physical-count-mismatch", "recurring-variance", "metrc-onhand-understated"),
    shapes=RETAIL,
    days=(24, 42),
)
def busby(f: Injection) -> None:
    """Shelves are counted on paper before the doors open; the sheets are keyed in after closing, and the system sets beside each line what it holds by then."""
    site, log = f.site, f.site.log
    seen: dict[str, int] = {}

    def note_down(_: int) -> None:
        seen.clear()
        seen.update({label: q for label, q in site.shelf.items() if q > 0})

    def key_in(table: str, **row: Any) -> None:
        if table == "physical_counts" and row.get("label") is not None:
            if row["label"] not in seen:
                return  # it came during the day
            stock = site.stock[row["label"]]
            row["counted_quantity"] = site.own(seen[row["label"]], stock.item)
        log(table, **row)

    for day in f.days:
        when = site.local(day, 8 * HOUR + 20 * MINUTE)
        if day > f.days[0] and when < f.end:
            site.at(when, note_down)
    first = site.local(f.days[0] + 1, 8 * HOUR + 30 * MINUTE)
    site.at(first, lambda _: setattr(site, "log", key_in))
    site.at(f.end, lambda _: setattr(site, "log", log))


@kind(
    "process",
    modes=("reconciliation-overdue",),
    also_modes=("physical-count-mismatch", "recurring-variance"),
    shapes=ALL_SHAPES,
    days=(38, 50),
    mended=False,
)
def bonnet(f: Injection) -> None:
    """Shelves are counted on time, and the sheets go into a folder: nobody holds them against the books any more."""
    site, log = f.site, f.site.log

    def into_a_folder(table: str, **row: Any) -> None:
        if table == "physical_counts":
            row["reconciled_at"] = row["adjusted_in"] = None
        log(table, **row)

    f.set_for_good(site, log=into_a_folder)


@kind(
    "process",
    modes=("waste-without-reason-or-witness",),
    also_modes=("waste-missing", "harvest-weight-unbalanced"),
    shapes=GROW,
    days=(34, 48),
    mended=False,
)
def bucket(f: Injection) -> None:
    """The scale by the waste bin is broken, so whoever carries it out writes down a guess, and always the same reason and method."""

    def guess(row: dict[str, Any]) -> None:
        step = 50 * MICRO
        row["weight"] = max(step, (row["weight"] + f.below(60, row["waste_id"]) * MICRO) // step * step)
        row["reason"], row["method"] = "Plant Material", "Compost"

    f.note_during(**{"waste form": guess})


@kind(
    "process",
    modes=("harvest-wet-weight-wrong",),
    also_modes=("harvest-weight-unbalanced",),
    shapes=GROW,
    days=(36, 48),
    mended=False,
)
def bearskin(f: Injection) -> None:
    """A new scale writes wet weights into the grow log and METRC alike, and nobody has told it of the totes that the plants lie in."""
    weigh_at(f, percent=145)  # waste goes into the bin without a tote


def weigh_at(f: Injection, percent: int) -> None:
    """Both books hold a share of the wet weights of what is cut from now on; waste and packages are weighed as before."""
    site = f.site
    weighed: set[str] = set()

    def weigh(_: int) -> None:
        for cohort in site.notes["cohorts"]:
            if cohort.cut_on is None:
                weighed.add(cohort.harvest)
                for plant in cohort.plants:
                    plant.wet = plant.wet * percent // 100

    def as_before(row: dict[str, Any]) -> None:
        if row["source_key"] in weighed:
            row["weight"] = row["weight"] * 100 // percent // 100_000 * 100_000

    site.at(f.start, weigh)
    f.note_during(**{"waste form": as_before})
    site.at(f.start + 15 * DAY, lambda _: site.notes.update({"yield": 100 * 100 // percent}))


@kind(
    "process",
    modes=("waste-missing",),
    also_modes=("harvest-weight-unbalanced", "harvest-overpackaged"),
    shapes=GROW,
    days=(36, 48),
    mended=False,
)
def cowboy(f: Injection) -> None:
    """What falls off at the cut is still weighed and entered; what the trim room throws away weeks later goes out with the rubbish, and stands in neither book."""
    site = f.site

    def entered(now: int, cohort: Any, usual: int) -> int | None:
        return None if cohort is not None and site.day(now) != cohort.cut_on else usual

    f.note_during(**{"waste entered": entered})


@kind(
    "process",
    modes=("plant-count-mismatch",),
    also_modes=("waste-missing", "harvest-wet-weight-wrong", "physical-count-mismatch"),
    shapes=GROW,
    days=(38, 50),
    mended=False,
)
def mitre(f: Injection) -> None:
    """Plants that die in flower are pulled and thrown away without an entry in any book; when the rest of the room is cut they go on standing there, in METRC and in the grow log that follows it."""
    site = f.site

    def pull(now: int) -> None:
        for cohort in site.notes["cohorts"]:
            if cohort.flowering_on is None or cohort.cut_on is not None:
                continue
            for nth, plant in enumerate(cohort.plants[:6]):
                dies = f.below(100, "dies", cohort.number, nth, site.day(now)) < 7
                if plant.destroyed_on is None and dies:
                    plant.is_pulled = plant.is_unnoticed = True

    for day in list(f.days)[::4]:
        site.at(site.local(day, 16 * HOUR), pull)


@kind(
    "process",
    modes=("direct-edit-not-mirrored",),
    also_modes=(
        "sale-quantity-mismatch",
        "sale-price-mismatch",
        "return-not-mirrored",
        "pos-onhand-understated",
        "pos-inventory-stale",
        "physical-count-mismatch",
        "package-in-metrc-missing-in-pos",
        *_TAKINGS,
    ),
    shapes=RETAIL,
    days=(18, 34),
)
def kepi(f: Injection) -> None:
    """Where a customer gives one of the pieces back, the office takes it off the receipt on METRC's own screen the next morning; the goods go on the shelf, and the register still has the sale as it was."""
    site = f.site

    def edit(day: int, now: int) -> None:
        nth = 0
        for receipt in list(site.ledger.receipts.values()):
            if site.day(receipt.sold_at) != day or receipt.voided_at is not None:
                continue
            pieces = sum(line.quantity for line in receipt.lines if line.item.unit == "Each")
            if pieces < 2 * MICRO or f.below(100, "gives back", receipt.external) >= 9:
                continue
            line = next(line for line in receipt.lines if line.item.unit == "Each")
            package = site.ledger.packages[line.label]
            if package.state != "active":
                continue
            less = replace(
                line, quantity=line.quantity - MICRO, price=line.price - line.price * MICRO // line.quantity
            )
            receipt.lines = [less if other is line else other for other in receipt.lines]
            receipt.lines = [other for other in receipt.lines if other.quantity > 0]
            at = now + 4 * MINUTE * nth
            receipt.modified = package.modified = at
            package.quantity += MICRO
            site.shelf[line.label] += MICRO
            nth += 1
            site.log(
                "access_events",
                event_id=f"{site.place.code.upper()}-EV-EDIT-{receipt.receipt_id}",
                system="metrc",
                user=site.people["asst"].metrc_user,
                at=at,
                action="edit",
                entity_kind="receipt",
                entity_key=str(receipt.receipt_id),
            )

    for day in f.days:
        when = site.local(day + 1, 9 * HOUR + 40 * MINUTE)
        if f.start <= when < f.end:
            site.at(when, partial(edit, day))


@kind(
    "process",
    modes=("close-out-skipped",),
    also_modes=("batch-mode-in-realtime-state", "sale-posted-late", "sale-not-posted", *_TAKINGS),
    shapes=RETAIL,
    days=(24, 42),
)
def coonskin(f: Injection) -> None:
    """The day's sales go to METRC when somebody presses 'end of day'; whoever is in a hurry counts the drawer and goes, and the opener presses it the next noon."""
    site = f.site

    def begin(_: int) -> None:
        send = site.connector.send

        def when_pressed(at: int, message: Message) -> None:
            sale = site.sales.get(message.key)
            if message.kind != "sale" or message.method != "POST" or sale is None or at < f.start:
                send(at, message)
                return
            if sale["status"] != "completed":
                return  # it was taken back before anybody pressed
            day = site.day(at)
            if f.below(100, "presses", day) >= 38 or at >= f.end:
                send(at, message)
                return
            noon = site.local(day + 1, 11 * HOUR + 40 * MINUTE + f.below(300, "press", message.key))
            site.at(noon, lambda now: send(now, message))

        setattr(site.connector, "send", when_pressed)  # noqa: B010

    site.at(f.start, begin)
    f.set_during(site.connector, sends_at=21 * HOUR + 12 * MINUTE)


@kind(
    "process",
    modes=("late-harvest-packages",),
    also_modes=(
        "untagged-product",
        "harvest-not-finished",
        "backdated-entries",
        "package-in-pos-missing-in-metrc",
    ),
    shapes=GROW,
    days=(44, 52),
    mended=False,
)
def bicorne(f: Injection) -> None:
    """Of a dried harvest the best half gets its package at once; what is left lies in a tote in the cure room without a tag, and is packaged weeks later when somebody asks for it."""
    site = f.site
    held: set[int] = set()

    def later(what: str, number: int) -> int:
        return (
            21 * DAY if what == "finish" and number in held else 0
        )  # it is closed when the last is packaged

    def begin(_: int) -> None:
        send = site.connector.send

        def when_asked(at: int, message: Message) -> None:
            lot = message.key[-1]
            if message.endpoint != "/harvests/v2/packages" or lot == "1" or not f.start <= at < f.end:
                send(at, message)
                return
            label = message.key
            held.add(int(label[-11:-8]))
            stock, weight = site.stock.pop(label), site.shelf.pop(label)

            def package(now: int) -> None:
                stock.received_on, stock.modified = site.day(now), now + 30
                site.stock[label], site.shelf[label] = stock, weight
                act = message.act

                def create(then: int, user: str) -> None:
                    act(then, user)
                    made = site.ledger.packages[label]
                    made.packaged_on = made.lab_state_on = site.day(then)

                message.act = create
                send(now, message)

            site.at(at + (17 + f.below(9, "asks", label)) * DAY, package)

        setattr(site.connector, "send", when_asked)  # noqa: B010

    site.at(f.start, begin)
    f.note_during(later=later)
