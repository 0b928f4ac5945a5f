"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.activities import void
from benchmarks.faults.connector import Message
from benchmarks.faults.making import enter_part
from benchmarks.faults.metrc import Package, Receipt, refuse
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE

LOTS = "/harvests/v2/packages"


@kind(
    "data",
    modes=("production-batch-flag-wrong",),
    also_modes=("lab-result-missing",),
    shapes=GROW | MAKE,
    days=(18, 34),
)
def carp(f: Injection) -> None:
    """Small packs are filled from lots that have passed, and the form for a batch of a new product is used for them."""
    for day in f.days:
        when = f.site.local(day, 11 * HOUR + 60 * f.below(50, "fills", day))
        if when < f.end:
            f.site.at(when, partial(_fill, f, day))


def _fill(f: Injection, day: int, now: int) -> None:
    site = f.site
    lots = []
    for stock in site.stock.values():
        package = site.ledger.active.get(stock.label)
        amount = (60 if stock.item.unit == "Grams" else 12) * MICRO
        if package is None or package.received_at is not None or stock.item.category == "Shake/Trim":
            continue
        least = min(stock.on_hand, site.shelf.get(stock.label, 0), package.quantity)
        if package.lab_state == "TestPassed" and stock.listed and least > 2 * amount:
            lots.append((stock, package, amount))
    if not lots:
        return
    source, lot, amount = lots[f.below(len(lots), "lot", day)]
    tag = f"{site.place.tag_stem}4{day:011}"
    source.on_hand, source.modified = source.on_hand - amount, now
    site.shelf[source.label] -= amount
    site.stock[tag] = Stock(tag, lot.item, amount, day, now + 30, unit_cost=source.unit_cost)
    site.shelf[tag] = amount
    for side, label in (("input", source.label), ("output", tag)):
        site.log_work(now, f"{site.place.code.upper()}-SM-{day:03}", side, label, lot.item, amount)
    small = Package(
        tag, site.place.first_id // 10 + 90_000 + day * 2, lot.item, amount, amount, day, now, now,
        lab_state="NotSubmitted", lab_state_on=day, expires_on=lot.expires_on, harvest=lot.harvest,
        production_batch=f"{site.place.code.upper()}-PB-{day:03}",
    )  # fmt: skip
    enter_part(site, now + 2 * MINUTE, small, lot, amount)


@kind("data", modes=("void-not-mirrored",), shapes=RETAIL, days=(14, 30))
def trout(f: Injection) -> None:
    """After an update the call that takes a sale back names the register's number where METRC wants its own, and METRC knows none such."""
    site, send = f.site, f.site.connector.send

    def send_own_number(at: int, message: Message) -> None:
        if message.method == "DELETE" and message.kind == "sale":
            message.act = partial(refuse, "receipt is not found")
        send(at, message)

    def take_back(now: int) -> None:
        """Somebody has changed their mind at the door."""
        for sale_id, sale in sorted(site.sales.items()):
            recent = 10 * MINUTE < now - sale["sold_at"] <= 70 * MINUTE
            can_be = recent and (sale["status"], sale["state"]) == ("completed", "reported")
            if can_be and f.below(100, "is taken back", sale_id) < 7:
                void(site, now, sale)

    f.set_during(site.connector, send=send_own_number)
    for day in f.days:
        for hour in range(11, 21):
            when = site.local(day, hour * HOUR + 20 * MINUTE)
            if f.start <= when < f.end:
                site.at(when, take_back)


@kind("data", modes=("scale-or-tare-error",), also_modes=("received-short",), shapes=RETAIL, days=(20, 38))
def grayling(f: Injection) -> None:
    """The scale at the dock shows too little; what is weighed is accepted by it, and more lies in the jars than in the books."""
    site = f.site

    def too_little(package: Package) -> int:
        if package.item.unit != "Grams":
            return 0
        less = package.quantity * 3 // 100
        site.at(site.world.now + 4 * HOUR, lambda _: put_back(package.label, less))
        return less

    def put_back(label: str, less: int) -> None:
        """It was there all the time, and only not shown."""
        site.shelf[label] = site.shelf.get(label, 0) + less

    f.note_during(**{"packed less": too_little}, checks_shortage=True)


@kind("data", modes=("tag-wrong-type-or-licence",), shapes=GROW, days=(26, 42))
def barbel(f: Injection) -> None:
    """Two licences share a store room, and the other one's box of tags stands where lots are packaged."""
    site, send = f.site, f.site.connector.send
    sister = next((other for other in site.world.sites.values() if other is not site), None)
    stem = sister.place.tag_stem if sister else f"1A40{site.place.number + 70:02}030000"
    box = sister.notes.setdefault("burned", []) if sister else []

    def send_with_tag(at: int, message: Message) -> None:
        if message.method == "POST" and message.endpoint == LOTS:
            tag = f"{stem}5{90_000 + len(box):011}"
            box.append(tag)
            stock = site.stock.pop(message.key)
            stock.label, site.stock[tag] = tag, stock
            site.shelf[tag] = site.shelf.pop(message.key)
            message.key, message.act = tag, partial(refuse, "tag is not assigned to this license")
            message.exists = lambda: False
        send(at, message)

    f.set_during(site.connector, send=send_with_tag)


@kind("data", modes=("sale-wrong-customer-type",), shapes=RETAIL, days=(14, 30))
def eel(f: Injection) -> None:
    """The web shop's list of kinds of customers begins with patients, and who orders there is reported as the first of the list."""
    site, sell = f.site, f.site.ledger.sell

    def sell_as_first(receipt: Receipt) -> None:
        sale = site.sales.get(receipt.external or "")
        if sale is not None and sale["via"] == "online":
            receipt.customer_type = "Patient"
        sell(receipt)

    f.set_during(site.ledger, sell=sell_as_first)


@kind(
    "data",
    modes=("tag-stock-exhausted",),
    also_modes=("untagged-product", "conversion-not-mirrored"),
    shapes=GROW | MAKE,
    days=(14, 26),
    mended=False,
)
def sturgeon(f: Injection) -> None:
    """The last tag of the box is used, and new ones are ordered then; what is made meanwhile stands under the number of its lot."""
    site, send = f.site, f.site.connector.send
    upper = site.place.code.upper()
    open_ones: set[int] = set()

    def keep(at: int, message: Message) -> None:
        if message.method != "POST" or message.endpoint != LOTS:
            send(at, message)
            return
        number, lot = int(message.key[-11:-8]), int(message.key[-8:])
        open_ones.add(number)
        name = f"{upper}-LOT-{number:03}-{lot}"
        stock = site.stock.pop(message.key)
        stock.label, site.stock[name] = name, stock
        site.shelf[name] = site.shelf.pop(message.key)

    def later(what: str, number: int) -> int:
        """A harvest whose lots have no tags is not closed."""
        return 90 * DAY if what == "finish" and number in open_ones else 0

    f.note_during(**{"spare tags": 0, "later": later, "tag": lambda tag, day: f"{upper}-LOT-{day:03}"})
    f.set_for_good(site.connector, send=keep)
    f.set_for_good(site.habits, mirrors_conversions=False)
