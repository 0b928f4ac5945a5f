"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Receipt, Refused, refuse
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR


@kind(
    "data",
    modes=("tag-already-used",),
    also_modes=("accepted-locally-before-ack",),
    shapes=MAKE,
    days=(28, 46),
    mended=False,
)
def cervino(f: Injection) -> None:
    """Crates come back from the stores with their tags on, and are filled again as they are; METRC refuses a tag that a sold package had."""
    site, again = f.site, set[str]()

    def tag(label: str, day: int) -> str:
        old = [
            p.label
            for p in site.ledger.packages.values()
            if p.state == "inactive" and p.received_at is None and p.label not in again
        ]
        if not old or f.below(100, "crate", day) >= 80:
            return label
        again.add(old[0])
        return old[0]

    f.note_during(tag=tag)


@kind(
    "data",
    modes=("sale-wrong-datetime",),
    also_modes=("backdated-entries",),
    shapes=RETAIL,
    days=(12, 26),
)
def olympus(f: Injection) -> None:
    """A sale that was ordered online is sent with the time of the order, which most customers place the night before, and not with that of the purchase."""
    site = f.site

    def stamp(sale: dict[str, Any], now: int) -> Any:
        if sale["via"] != "online":
            return sale["sold_at"]
        evening = site.local(site.day(sale["sold_at"]) - 1, 19 * HOUR)
        return evening + f.below(6 * HOUR, "ordered", sale["sale_id"])

    f.note_during(stamp=stamp)


@kind(
    "data",
    modes=("tag-wrong-type-or-licence",),
    also_modes=("accepted-locally-before-ack", "untagged-product"),
    shapes=MAKE,
    days=(28, 46),
    mended=False,
)
def rainier(f: Injection) -> None:
    """Two licences at one address keep their tags in one cupboard, and the roll that lies in front is the other one's; METRC takes no tag that it gave to somebody else."""
    site, before, foreign = f.site, f.site.connector.send, set[str]()
    others = [
        other
        for other in site.world.sites.values()
        if other is not site and other.place.jurisdiction == site.place.jurisdiction
    ]
    stem = others[0].place.tag_stem if others else f"1A40{40 + site.place.number:02}030000"

    def tag(label: str, day: int) -> str:
        if f.below(100, "roll", day) >= 85:
            return label
        taken = f"{stem}8{day:03}00000000"
        foreign.add(taken)
        for other in others[:1]:
            other.notes.setdefault("burned", []).append(taken)
        return taken

    def send(at: int, message: Message) -> None:
        if message.kind == "package" and message.key in foreign:
            message.act = partial(
                refuse, f"tag {message.key} is not assigned to license {site.place.licence}"
            )
        before(at, message)

    f.set_at_once(site.connector, send=send)
    f.note_during(tag=tag)


@kind(
    "data",
    modes=("uom-mismatch-weight-units",),
    also_modes=("rounding-drift",),
    shapes=RETAIL,
    days=(18, 34),
    mended=False,
)
def shasta(f: Injection) -> None:
    """The register is set to ounces, since flower is sold by the eighth: goods come in at twenty-eight grams an ounce, as jars are packed, and sales are sent at twenty-eight point three five."""
    site = f.site
    flower = [item for item in site.items if item.unit == "Grams"]

    def to_ounces(now: int) -> None:
        for item in flower:
            item.own_unit, item.per_metrc_unit, item.mapped_factor = "Ounces", 1 / 28, round(MICRO / 28)
            item.sent_factor = 28.349523125 / 28
        for stock in site.stock.values():
            if stock.item in flower:
                stock.on_hand = site.own(stock.on_hand, stock.item)
        for sale in site.sales.values():  # its history is shown in the new unit
            sale["drawn"] = [
                (label, item, quantity, site.own(quantity, item) if item in flower else own, price)
                for label, item, quantity, own, price in sale["drawn"]
            ]

    site.at(f.start, to_ounces)


@kind(
    "data",
    modes=("wrong-package-sold",),
    also_modes=("finished-too-early",),
    shapes=RETAIL,
    days=(16, 32),
)
def triglav(f: Injection) -> None:
    """Products are tapped on the screen and not scanned: the register books the oldest package, and what is handed over comes from whichever case of the product is open."""
    site = f.site

    def hand_out(stock: Stock, quantity: int, sale_id: str) -> None:
        others = [
            s
            for s in site.stock.values()
            if s.item is stock.item and s is not stock and not s.blocked and site.shelf[s.label] >= quantity
        ]
        if others and f.below(100, "is tapped", sale_id, stock.label) < 60:
            site.shelf[stock.label] += quantity
            site.shelf[others[f.below(len(others), "case", sale_id, stock.label)].label] -= quantity

    f.note_during(**{"handed out": hand_out})


@kind(
    "data",
    modes=("unit-thc-content-missing",),
    shapes=RETAIL,
    days=(12, 24),
    states=("co", "md"),
    mended=False,
)
def vesuvius(f: Injection) -> None:
    """The state wants the content of each piece on its item: it is entered for what is in the maker's list, two old products stay empty, and METRC takes no sale of them any more."""
    site, before = f.site, f.site.ledger.sell
    counted = [item for item in site.items if item.unit == "Each"]
    edibles = [item for item in counted if item.category == "Edibles"]
    others = [item for item in counted if item.category != "Edibles"]
    empty = [edibles[f.below(len(edibles), "edible")], others[f.below(len(others), "other")]]

    def fill_in(now: int) -> None:
        for item in counted:
            if item not in empty:
                # milligrams: a hundred in what is eaten, and four fifths of what is inhaled
                item.thc = 100 * MICRO if item in edibles else item.grams * 800
                item.modified = now

    def sell(receipt: Receipt) -> None:
        for line in receipt.lines:
            if receipt.recorded_at >= f.start and line.item.unit == "Each" and line.item.thc is None:
                raise Refused(f"item {line.item.name} has no unit THC content")
        before(receipt)

    site.at(f.start, fill_in)
    f.set_at_once(site.ledger, sell=sell)
