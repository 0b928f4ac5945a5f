"""Faults of the data layer, from the list of documented failure modes."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.activities import SUPPLIERS, deliver
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import MAKE, RETAIL, SHIPS, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("data", modes=("item-map-ambiguous", "item-map-missing"), shapes=RETAIL, days=(20, 40), mended=False)
def two_sizes_are_one_product(f: Injection) -> None:
    """A supplier brings a second size, and it is taken in as the product that looks alike."""
    site = f.site
    counted = [item for item in site.items if item.unit == "Each" and item.unit_weight == MICRO]
    old = counted[f.below(len(counted), "item")]
    assert old.unit_weight is not None

    new = Item(
        f"{old.sku}-H", old.item_id + 1, old.name.replace("1 g", "0.5 g"), old.category, old.unit,
        old.price // 2, old.grams // 2, unit_weight=old.unit_weight // 2, mapped=False, modified=f.start,
    )  # fmt: skip

    def arrive(_: int) -> None:
        site.items.append(new)
        site.notes["taken for"] = lambda item: old if item is new else item

    site.at(f.start, arrive)
    for day in list(f.days)[1::7]:
        site.at(site.local(day, 5 * HOUR + 9), lambda _, day=day: _bring(f, new, old.case, day))


def _bring(f: Injection, item: Item, case: int, day: int) -> None:
    site = f.site
    label = f"{site.place.tag_stem}190{day:03}000000"
    package = Package(
        label, site.place.first_id // 10 + (day * 200 + 190) * 2, item, case, case, day - 12,
        site.local(day - 12, 13 * HOUR), 0, received_from=SUPPLIERS[0], lab_state_on=day - 6,
        expires_on=day + 353,
    )  # fmt: skip
    deliver(site, day, 2, [package])


@kind("data", modes=("tag-already-used",), shapes=MAKE, days=(14, 28), mended=False)
def used_tags_go_on_again(f: Injection) -> None:
    """Tags of packages that were shipped and finished lie by the press, and go on new ones."""
    site = f.site

    def again(tag: str, day: int) -> str:
        gone = [
            label
            for label, package in site.ledger.packages.items()
            if package.received_at is None
            and package.state == "inactive"
            and (package.finished_on or day) < day - 1
            and site.stock[label].on_hand == 0
        ]
        return gone[0] if gone else tag

    f.note_during(tag=again)


@kind(
    "data",
    modes=("tag-wrong-type-or-licence",),
    shapes=MAKE,
    days=(14, 28),
    mended=False,
    also=("tag-burned-by-failed-create",),
)
def plant_tags_go_on_packages(f: Injection) -> None:
    """The wrong box of tags stands by the press: packages get tags that were made for plants."""
    site = f.site

    def wrong(tag: str, day: int) -> str:
        site.ledger.plant_tags.append(f"{site.place.tag_stem}8{day:011}")
        return site.ledger.plant_tags[-1]

    f.note_during(tag=wrong)


@kind("data", modes=("return-not-mirrored",), shapes=RETAIL, days=(14, 30))
def returns_stay_in_the_register(f: Injection) -> None:
    """What customers bring back is taken in at the register and on the shelf, and METRC hears nothing."""
    site = f.site

    def take_back(now: int, sale: dict[str, Any]) -> None:
        label, item, quantity, own, price = sale["drawn"][0]
        stock = site.stock[label]
        stock.on_hand += own
        stock.modified = now
        site.shelf[label] = site.shelf.get(label, 0) + quantity
        # tied to the sale it takes back, and never to be reported
        name = f"{sale['sale_id']}-R"
        site.sales[name] = {
            **sale, "sale_id": name, "sold_at": now, "drawn": [(label, item, -quantity, -own, -price)],
            "status": "returned", "posted_at": None, "receipt_id": None, "state": "excluded", "modified": now + 2,
            "original": sale["sale_id"], "offline": False,
        }  # fmt: skip

    def some(now: int) -> None:
        if not f.start <= now < f.end:
            return
        yesterday = sorted(
            name
            for name, sale in site.sales.items()
            if DAY // 2 < now - sale["sold_at"] < 2 * DAY
            and sale["status"] == "completed"
            and sale["state"] == "reported"
            and f"{name}-R" not in site.sales
        )
        for name in yesterday[f.below(9, now) :: 40][:2]:
            take_back(now, site.sales[name])

    for day in f.days:
        site.at(site.local(day, 13 * HOUR + 60 * f.below(120, day)), some)


@kind("data", modes=("partial-split-mismatch",), shapes=SHIPS, days=(14, 30))
def splits_leave_out_the_loss(f: Injection) -> None:
    """Weighed packages are divided; what is taken and what the new one holds are entered apart, and the rest is lost."""
    for day in list(f.days)[::3]:
        f.site.at(f.site.local(day, 12 * HOUR), lambda now, day=day: _split(f, now, day))


def _split(f: Injection, now: int, day: int) -> None:
    site = f.site
    sources = [
        s
        for s in site.stock.values()
        if s.item.unit == "Grams"
        and s.seen
        and s.listed
        and min(s.on_hand, site.shelf.get(s.label, 0)) > 80 * MICRO
    ]
    if not sources:
        return
    source, taken, held = sources[0], 40 * MICRO, 37 * MICRO
    parent = site.ledger.packages.get(source.label)
    if parent is None or parent.state != "active":
        return
    tag = f"{site.place.tag_stem}7{day:011}"
    source.on_hand -= taken
    site.shelf[source.label] -= taken
    source.modified = now
    site.stock[tag] = Stock(tag, source.item, held, day, now + 30, unit_cost=source.unit_cost)
    site.shelf[tag] = held
    child = Package(
        tag, site.place.first_id // 10 + 60_000 + day * 2, source.item, held, held, day, now, now,
        lab_state=parent.lab_state, lab_state_on=parent.lab_state_on, expires_on=parent.expires_on,
        harvest=parent.harvest,
    )  # fmt: skip
    for side, label, quantity in (("input", source.label, taken), ("output", tag, held)):
        site.log_work(now, f"{site.place.code.upper()}-SP-{day:03}", side, label, source.item, quantity)

    def create(at: int, user: str) -> None:
        site.ledger.take_out(source.label, taken, at)
        child.created_by, child.created_at, child.modified = user, at, at
        site.ledger.add(child)
        site.ledger.sources.append((tag, source.label, taken, "Grams", at))

    message = Message(
        "POST", "/packages/v2", "package", tag, "asst", create, exists=lambda: tag in site.ledger.packages
    )
    site.at(now + 2 * MINUTE, lambda at: site.connector.send(at, message))


@kind("data", modes=("item-renamed-in-metrc",), shapes=RETAIL, days=(12, 25), mended=False)
def the_state_renames_items(f: Injection) -> None:
    """METRC gives all items names of a new pattern; the map still holds the old ones, and deliveries find no product."""
    site = f.site

    def rename(now: int) -> None:
        for item in site.items:
            item.known_as, item.name, item.modified = item.name, f"{item.category}: {item.name}", now

    site.at(f.start, rename)
