"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package, Refused, Transfer, TransferPackage
from benchmarks.faults.places import LICENCES, MICRO, Item
from benchmarks.faults.registry import GROW, MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.shipping import arrive, leave
from benchmarks.faults.times import HOUR, MINUTE


@kind("process", modes=("direct-edit-not-mirrored",), shapes=RETAIL, days=(16, 32))
def chinook(f: Injection) -> None:
    """Who brings something back on the next day is sent to the office, where the receipt is taken back on METRC's screen; the goods go on the shelf, and the register is not told."""
    site, office = f.site, f.site.people["asst"]

    def take_back(now: int) -> None:
        brought = [
            sale
            for sale_id, sale in sorted(site.sales.items())
            if 14 * HOUR < now - sale["sold_at"] <= 38 * HOUR
            and (sale["status"], sale["state"]) == ("completed", "reported")
            and f.below(100, "is brought back", sale_id) < 9
        ]
        for nth, sale in enumerate(brought):
            at = now + 10 * MINUTE * nth
            with suppress(Refused):
                site.ledger.void(sale["receipt_id"], at)
                for line in site.ledger.receipts[sale["receipt_id"]].lines:
                    site.shelf[line.label] = site.shelf.get(line.label, 0) + line.quantity
                office.last_seen = at
                site.log(
                    "access_events", event_id=f"{site.place.code.upper()}-EV-BACK-{sale['sale_id']}", system="metrc",
                    user=office.metrc_user, at=at, action="void", entity_kind="sale", entity_key=sale["sale_id"],
                )  # fmt: skip

    for day in f.days[1:]:
        when = site.local(day, 12 * HOUR + 60 * f.below(60, "office", day))
        if when < f.end:
            site.at(when, take_back)


ENTERED = 0  # which day of seven


@kind(
    "process",
    modes=("backdated-entries",),
    also_modes=("late-harvest-packages", "untagged-product", "conversion-not-mirrored"),
    shapes=GROW | MAKE,
    days=(28, 44),
)
def harmattan(f: Injection) -> None:
    """What was packed in a week is entered in METRC on one afternoon, each package with the day that is written on it."""
    site, send = f.site, f.site.connector.send

    def send_that_afternoon(at: int, message: Message) -> None:
        if message.method != "POST" or message.kind != "package":
            send(at, message)
            return
        today = site.day(at)
        due = site.local(today + (ENTERED - today) % 7, 16 * HOUR + 30 * MINUTE)
        due += 90 * f.below(12, "enters", message.key)
        site.at(max(at, due), lambda now: send(now, message))

    f.set_during(site.connector, send=send_that_afternoon)


@kind(
    "process",
    modes=("received-short",),
    also_modes=("blind-receive", "adjustment-generic-reason"),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(18, 34),
)
def simoom(f: Injection) -> None:
    """Loads are accepted by the paper, and unpacked the next morning; what is not in the cases is written off then, case by case."""
    site = f.site

    def missing(package: Package) -> int:
        if f.below(100, "is short", package.label) >= 60:
            return 0
        if package.item.unit == "Grams":
            return package.quantity * (3 + f.below(3, "part", package.label)) // 100
        return (1 + f.below(3, "pieces", package.label)) * MICRO

    def unpack(now: int) -> None:
        day = site.day(now)
        for nth, stock in enumerate(s for s in site.stock.values() if s.received_on == day - 1):
            gap = round(stock.on_hand / stock.item.per_metrc_unit) - site.shelf.get(stock.label, 0)
            if gap < MICRO // 2 or not stock.listed:
                continue
            name = f"{site.place.code.upper()}-ADJ-U{day:03}-{nth:02}"
            note = f"package {stock.label[-6:]}: counted when unpacked, less was in it than the manifest says"
            site.change_stock(now + 70 * nth, name, stock.label, -gap, "Entry Error", note=note)
            site.shelf[stock.label] += gap  # it was never there

    f.note_during(**{"packed less": missing}, unseen=True)
    for day in f.days[1:]:
        when = site.local(day, 9 * HOUR + 40 * MINUTE)
        if when < f.end:
            site.at(when, unpack)


@kind("process", modes=("sold-from-package-transferred",), shapes=RETAIL, days=(20, 36))
def monsoon(f: Injection) -> None:
    """What is left in open cases is sent to the owner's other shop twice a week; it arrives, and METRC takes no sale from them back any more."""
    site, void = f.site, f.site.ledger.void
    left: set[str] = set()

    def void_what_is_here(receipt_id: int, at: int) -> None:
        receipt = site.ledger.receipts.get(receipt_id)
        if receipt is not None and any(line.label in left for line in receipt.lines):
            raise Refused("package is not active")
        void(receipt_id, at)

    f.set_for_good(site.ledger, void=void_what_is_here)
    for day in f.days:
        when = site.local(day, 13 * HOUR + 60 * f.below(50, "leaves", day))
        if day % 7 in (2, 5) and f.start <= when < f.end:
            site.at(when, partial(_send_rests, f, day, left))


def _send_rests(f: Injection, day: int, left: set[str], now: int) -> None:
    site = f.site
    other = LICENCES[site.place.jurisdiction]["retail"].format(n=740 + site.place.number)
    rests = []
    for stock in site.stock.values():
        package = site.ledger.active.get(stock.label)
        if package is None or not package.sold or not stock.listed or stock.blocked:
            continue
        if 2 * MICRO < package.quantity == site.shelf.get(stock.label, 0) <= package.initial * 2 // 3:
            rests.append((stock, package))
    rests = rests[-5:]
    if not rests:
        return
    manifest = f"{site.place.first_id // 1000 + 800 + day:010}"
    transfer = Transfer(
        manifest, "outgoing", "Transfer", other, now - HOUR, now, now + HOUR, now + 10 * MINUTE,
        [TransferPackage(p, p.quantity, price=p.item.price * 45 // 100 * p.quantity // MICRO) for _, p in rests],
        state="in_transit", truck=1 + day % 2, modified=now + 10 * MINUTE,
    )  # fmt: skip
    site.ledger.transfers[manifest] = transfer
    for entry in transfer.packages:
        assert entry.price is not None
        leave(site, now + 10 * MINUTE, entry, transfer, entry.price, "IT")
        left.add(entry.package.label)
    site.at(now + HOUR + 12 * MINUTE, lambda at: arrive(site, at, transfer))


@kind(
    "process",
    modes=("reconciliation-rubber-stamped",),
    also_modes=(
        "adjustment-generic-reason",
        "adjust-to-match",
        "oscillating-adjustments",
        "bulk-after-hours-adjustments",
    ),
    shapes=STOCKED,
    days=(26, 44),
)
def pampero(f: Injection) -> None:
    """Shelves are counted by eye, and whoever signs has both books set to whatever is on the sheet, under one reason, before the lights go out."""
    site = f.site

    def by_eye(item: Item, quantity: int) -> int:
        about = (item.sku, quantity, site.day(site.world.now))
        if f.below(100, "looks closely", *about) >= 30:
            return quantity
        step = (
            MICRO if item.unit == "Each" else max(quantity // 80, MICRO // 2) // (MICRO // 10) * (MICRO // 10)
        )
        return max(0, quantity + (-2, -1, 1, 2)[f.below(4, "off by", *about)] * step)

    def sign(day: int, now: int) -> None:
        count_id = f"{site.place.code.upper()}-CNT-{day:03}"
        rows = [
            row
            for row in site.world.logs["physical_counts"]
            if (row["facility"], row["count_id"]) == (site.place.licence, count_id) and row.get("label")
        ]
        nth = 0
        for row in rows:
            stock, gap = site.stock[row["label"]], row["counted_quantity"] - row["expected_quantity"]
            row["reconciled_at"] = now
            if gap == 0 or not stock.listed:
                continue
            quantity, nth = round(gap / stock.item.per_metrc_unit), nth + 1
            row["adjusted_in"] = "both"
            name = f"{site.place.code.upper()}-ADJ-C{day:03}-{row['line']:02}"
            note = f"package {stock.label[-6:]}: as on the sheet of day {day}"
            site.change_stock(now + 100 * nth, name, stock.label, quantity, "Entry Error", note=note)
            site.shelf[stock.label] -= quantity  # where nothing has changed

    f.note_during(scale=by_eye)
    for day in f.days:
        when = site.local(day, site.habits.closes + 40 * MINUTE)
        if f.start <= when < f.end:
            site.at(when, partial(sign, day))
