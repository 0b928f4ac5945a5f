"""A kitchen: trim comes in, pre-rolls go out; each conversion is in both books."""

from __future__ import annotations

from benchmarks.faults import activities
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.site import Site, Stock
from benchmarks.faults.times import DAYS, HOUR, MINUTE

INPUT = 150 * MICRO  # grams of trim in one conversion
TRIM = 454 * MICRO


def schedule(site: Site) -> None:
    for day in range(DAYS):
        if day % 7 == 0:
            for vendor in (0, 1):
                site.at(
                    site.local(day, 5 * HOUR + vendor),
                    lambda now, vendor=vendor, day=day: _order(site, day, vendor),
                )
        if day > 0 and day % 7 in (1, 3, 5):
            site.at(site.local(day, 13 * HOUR), lambda now, day=day: convert(site, now, day))


def _order(site: Site, day: int, vendor: int) -> None:
    packages = []
    for number in (vendor, vendor + 2):
        item = site.items[number]
        label = f"{site.place.tag_stem}1{number:02}{day:03}000000"
        package_id = site.place.first_id // 10 + (day * 200 + number * 8) * 2
        packages.append(
            Package(
                label,
                package_id,
                item,
                TRIM,
                TRIM,
                day - 12,
                site.local(day - 12, 13 * HOUR),
                0,
                received_from=activities.SUPPLIERS[vendor],
                lab_state_on=day - 6,
                expires_on=day + 353,
            )
        )
    activities.deliver(site, day, vendor, packages)


def convert(site: Site, now: int, day: int) -> None:
    """Roll one batch from the oldest trim that is there."""
    sources = [
        s
        for s in site.stock.values()
        if s.item in site.items[:4]
        and s.listed
        and not s.blocked
        and min(site.shelf[s.label], s.on_hand) >= INPUT
    ]
    if not sources:
        return
    source = sources[0]
    item = site.items[site.items.index(source.item) + 4]
    tag = site.notes.get("tag", lambda tag, _: tag)(f"{site.place.tag_stem}3{day:03}00000000", day)
    amount = INPUT
    if site.notes.get("on screen"):
        site.notes["on screen"](now, day, source, item, tag)
        return
    site.shelf[source.label] -= INPUT
    source.on_hand -= INPUT
    source.modified = now
    site.stock[tag] = Stock(tag, item, amount, day, now + 30, unit_cost=900_000)
    site.shelf[tag] = amount
    conversion = f"{site.place.code.upper()}-PO-{day:03}"
    site.log_work(now, conversion, "input", source.label, source.item, INPUT)
    site.log_work(now, conversion, "output", tag, item, amount)
    if site.habits.mirrors_conversions:
        metrc_tag = site.notes.get("next tag", lambda label, day: label)(tag, day)
        told = site.notes.get("source told", lambda label, day: label)(source.label, day)
        _mirror(site, now, day, metrc_tag, item, told, amount)
    site.notes.setdefault("to test", []).append((tag, now))


def _mirror(site: Site, now: int, day: int, tag: str, item: Item, source: str, amount: int) -> None:
    made = Package(
        tag,
        site.place.first_id // 10 + 40_000 + day * 2,
        item,
        amount,
        amount,
        day,
        now,
        now,
        lab_state="NotSubmitted",
        lab_state_on=day,
        expires_on=day + 365,
    )

    def create(at: int, user: str) -> None:
        unfit = tag in site.ledger.packages or tag in site.ledger.plant_tags
        if unfit or not made.item.is_active or made.item.approval != "Approved":
            site.ledger.add(made)  # refuses, before anything is taken
        site.ledger.take_out(source, INPUT, at)
        made.created_by, made.created_at, made.modified = user, at, at
        site.ledger.add(made)
        site.ledger.sources.append((tag, source, INPUT, "Grams", at))

    message = Message(
        "POST", "/packages/v2", "package", tag, "asst", create, exists=lambda: tag in site.ledger.packages
    )
    site.at(now + 2 * MINUTE, lambda at: site.connector.send(at, message))


def enter_part(site: Site, now: int, part: Package, source: Package, taken: int) -> None:
    """Tell METRC of a package that was taken from another, as the own system has it already."""

    def create(at: int, user: str) -> None:
        site.ledger.take_out(source.label, taken, at)
        part.created_by, part.created_at, part.modified = user, at, at
        site.ledger.add(part)
        site.ledger.sources.append((part.label, source.label, taken, source.item.unit, at))

    message = Message(
        "POST", "/packages/v2", "package", part.label, "asst", create,
        exists=lambda: part.label in site.ledger.packages,
    )  # fmt: skip
    site.at(now, lambda at: site.connector.send(at, message))
