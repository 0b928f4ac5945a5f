"""Faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.faults import making
from benchmarks.faults.connector import Message
from benchmarks.faults.kinds.hats.technical import break_more
from benchmarks.faults.metrc import Adjustment, Receipt
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR, MINUTE

HALF = making.INPUT // 2


@kind(
    "data",
    modes=("reason-map-stale",),
    also_modes=(
        "adjustment-generic-reason",
        "waste-without-reason-or-witness",
        "regulator-flag-adjustment-pattern",
    ),
    shapes=STOCKED,
    days=(24, 46),
    mended=False,
)
def shako(f: Injection) -> None:
    """The map of reasons goes by their place in METRC's list, the state puts a new one in at its head, and each reason goes out as its neighbour."""
    site = f.site
    reasons = site.habits.reasons
    neighbour = dict(zip(reasons, (*reasons[1:], reasons[0]), strict=True))
    adjust = site.ledger.adjust

    def adjust_by_place(adjustment: Adjustment) -> None:
        if adjustment.adjustment_id in site.changes and adjustment.recorded_at >= f.start:
            adjustment = replace(adjustment, reason=neighbour.get(adjustment.reason, adjustment.reason))
        adjust(adjustment)

    f.set_at_once(site.ledger, adjust=adjust_by_place)
    f.note_during(reason_map=neighbour)
    break_more(f, 8100)


@kind(
    "data",
    modes=("duplicate-adjustment",),
    also_modes=(
        "metrc-onhand-understated",
        "pos-onhand-understated",
        "physical-count-mismatch",
        "regulator-flag-adjustment-pattern",
        "recurring-variance",
        "finished-too-early",
        "unfinished-zero-package",
        "oversell-block-or-negative",
    ),
    shapes=STOCKED,
    days=(24, 46),
)
def sailor(f: Injection) -> None:
    """What breaks is written off by whoever sees it, and once more in the morning by who empties the bin of broken things and does not know that it was."""
    site, change = f.site, f.site.change_stock

    def and_in_the_morning(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        change(at, name, label, quantity, reason, **more)
        if (
            not f.start <= at < f.end
            or name not in site.changes
            or f.below(100, "lies in the bin", name) >= 55
        ):
            return
        first = site.changes[name]["adjusted_by"]
        other = "inv" if first == site.people["asst"].internal_user else "asst"
        morning = site.local(site.day(at) + 1, 9 * HOUR + MINUTE * (10 + f.below(60, "empties", name)))
        site.at(morning, partial(write_off, f"{name}-B", label, quantity, reason, other))

    def write_off(name: str, label: str, quantity: int, reason: str, by: str, now: int) -> None:
        package, stock = site.ledger.active.get(label), site.stock[label]
        if package is None or min(package.quantity, stock.on_hand) < -quantity:
            return
        change(now, name, label, quantity, reason, by=by, note=f"bin of {site.day(now)}, {label[-6:]}")
        site.shelf[label] -= quantity  # it was gone already

    f.set_at_once(site, change_stock=and_in_the_morning)
    break_more(f, 9100)


@kind(
    "data",
    modes=("lineage-broken",),
    also_modes=(
        "metrc-onhand-overstated",
        "metrc-onhand-understated",
        "conversion-not-mirrored",
        "accepted-locally-before-ack",
        "package-in-metrc-missing-in-pos",
        "package-in-pos-missing-in-metrc",
        "unfinished-zero-package",
        "finished-too-early",
        "oversell-block-or-negative",
        "tag-burned-by-failed-create",
        "aged-package",
        "partial-split-mismatch",
        "untagged-product",
        "over-under-pair",
    ),
    shapes=MAKE,
    days=(26, 46),
)
def slouch(f: Injection) -> None:
    """A batch is rolled from two bags, half from each; whoever enters it in METRC puts the first one down for all of it."""

    def roll(now: int, day: int, source: Stock, item: Item, tag: str) -> None:
        site = f.site
        others = [
            s
            for s in site.stock.values()
            if s.item is source.item
            and s is not source
            and s.listed
            and min(site.shelf[s.label], s.on_hand) >= HALF
        ]
        mixed = bool(others) and f.below(100, "from two", day) < 75
        parts = [(source, HALF), (others[0], HALF)] if mixed else [(source, making.INPUT)]
        name = f"{site.place.code.upper()}-PO-{day:03}"
        for line, (bag, taken) in enumerate(parts, 1):
            site.shelf[bag.label] -= taken
            bag.on_hand -= taken
            bag.modified = now
            site.log_work(now, name, "input", bag.label, bag.item, taken, line)
        site.stock[tag] = Stock(tag, item, making.INPUT, day, now + 30, unit_cost=900_000)
        site.shelf[tag] = making.INPUT
        site.log_work(now, name, "output", tag, item, making.INPUT)
        making._mirror(site, now, day, tag, item, source.label, making.INPUT)
        site.notes.setdefault("to test", []).append((tag, now))

    f.note_during(**{"on screen": roll})


@kind(
    "data",
    modes=("conversion-not-mirrored", "backdated-entries"),
    also_modes=(
        "package-in-pos-missing-in-metrc",
        "metrc-onhand-overstated",
        "untagged-product",
        "physical-count-mismatch",
        "oversell-block-or-negative",
        "lab-result-late",
    ),
    shapes=MAKE,
    days=(24, 44),
)
def zucchetto(f: Injection) -> None:
    """The kitchen books its rolling as it is done, and the office enters the packages in METRC on Friday afternoon, for the whole week."""
    site, connector = f.site, f.site.connector
    send = connector.send

    def on_friday(at: int, message: Message) -> None:
        is_lot = message.method == "POST" and message.endpoint == "/packages/v2"
        if not is_lot or not f.start <= at < f.end:
            send(at, message)
            return
        day = site.day(at)
        friday = day + (2 - day) % 7  # the first day is a Wednesday
        friday += 7 if friday == day and at > site.local(day, 15 * HOUR) else 0
        entered = site.local(friday, 15 * HOUR + 30 * MINUTE) + 4 * MINUTE * f.below(12, "nth", message.key)
        site.at(entered, lambda now: send(now, message))

    f.set_at_once(connector, send=on_friday)


@kind(
    "data",
    modes=("receipt-external-number-missing",),
    also_modes=("receipt-only-in-metrc", "sale-posted-twice"),
    shapes=RETAIL,
    days=(14, 34),
)
def wideawake(f: Injection) -> None:
    """Since an update the registers number their sales anew each day, and that number goes to METRC: every morning the numbers of the day before come again."""
    ledger, sell = f.site.ledger, f.site.ledger.sell

    def sell_by_the_day(receipt: Receipt) -> None:
        number = receipt.external
        sell(replace(receipt, external=f"{int(number[-4:]) + 1:04}") if number else receipt)
        if number:
            ledger.external.add(number)  # which is how the register looks it up

    f.set_during(ledger, sell=sell_by_the_day)


@kind(
    "data",
    modes=("sale-wrong-customer-type",),
    also_modes=("purchase-limit-false-oversale", "rule-change-not-adopted", "patient-id-invalid"),
    shapes=RETAIL,
    days=(16, 38),
)
def stovepipe(f: Injection) -> None:
    """The register comes to know caregivers, and the map of customers does not: whoever buys for a patient is told to METRC as the patient."""
    sell = f.site.ledger.sell

    def by_caregivers(sale: dict[str, Any]) -> int:
        if sale["customer"] == "Patient" and f.below(100, "caregiver", sale["sale_id"]) < 45:
            sale["customer"] = "Caregiver"
        return 0

    def sell_to_patients(receipt: Receipt) -> None:
        is_caregiver = receipt.customer_type == "Caregiver"
        sell(replace(receipt, customer_type="Patient") if is_caregiver else receipt)

    f.note_during(generic=by_caregivers)
    f.set_at_once(f.site.ledger, sell=sell_to_patients)


@kind(
    "data",
    modes=("void-not-mirrored", "return-not-mirrored"),
    also_modes=(
        "sale-quantity-mismatch",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "metrc-onhand-understated",
        "sale-price-mismatch",
        "physical-count-mismatch",
        "finished-too-early",
        "finished-package-still-sellable",
        "sale-of-inactive-package",
        "sale-rejected-by-metrc",
        "purchase-limit-false-oversale",
    ),
    shapes=RETAIL,
    days=(14, 34),
)
def skullcap(f: Injection) -> None:
    """A customer hands one thing back while the bag is still on the counter, and the seller takes the line off the closed sale; the receipt in METRC keeps it."""
    site = f.site

    def may_be_changed(sale: dict[str, Any]) -> int:
        if len(sale["drawn"]) >= 2 and f.below(100, "hands back", sale["sale_id"]) < 9:
            later = sale["sold_at"] + MINUTE * (3 + f.below(9, "after", sale["sale_id"]))
            site.at(later, partial(take_off, sale))
        return 0

    def take_off(sale: dict[str, Any], now: int) -> None:
        if sale["status"] != "completed" or sale["state"] != "reported":
            return
        *kept, (label, item, quantity, own, _) = sale["drawn"]
        if any(line[0] == label for line in kept) or site.stock[label].item is not item:
            return
        sale["drawn"], sale["modified"] = kept, now
        site.shelf[label] += quantity
        site.stock[label].on_hand += own
        site.stock[label].modified = now

    f.note_during(generic=may_be_changed)


@kind(
    "data",
    modes=("unfinished-zero-package",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "metrc-onhand-overstated",
        "close-out-skipped",
        "aged-package",
        "rounding-drift",
        "adjustment-not-posted",
    ),
    shapes=RETAIL,
    days=(34, 52),
    mended=False,
)
def yarmulke(f: Injection) -> None:
    """The crumbs at the bottom of a jar are swept out and the jar is struck off in the own system; in METRC it stays open, with less than a gram."""
    site = f.site

    def sweep(stock: Stock, quantity: int, sale_id: str) -> None:
        label = stock.label
        if stock.item.unit == "Grams" and 0 < site.shelf[label] <= MICRO:
            site.shelf[label] = 0
            stock.on_hand = 0

    f.note_during(**{"handed out": sweep})


@kind(
    "data",
    modes=("rounding-drift", "scale-or-tare-error"),
    also_modes=(
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "recurring-variance",
        "physical-loss-unrecorded",
        "unfinished-zero-package",
        "close-out-skipped",
        "package-in-metrc-missing-in-pos",
    ),
    shapes=RETAIL,
    days=(26, 46),
)
def snood(f: Injection) -> None:
    """Flower is weighed into the bag until the scale shows a little over what was asked for, and the register books what was asked for."""
    site = f.site

    def a_little_over(stock: Stock, quantity: int, sale_id: str) -> None:
        if stock.item.unit == "Grams":
            over = 20_000 + 10_000 * f.below(5, "over", sale_id, stock.label)
            site.shelf[stock.label] -= min(over, site.shelf[stock.label])

    f.note_during(**{"handed out": a_little_over})
