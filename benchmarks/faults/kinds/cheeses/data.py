"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults import activities
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, Item, micro
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR, MINUTE

from .human import is_in_both


@kind(
    "data",
    modes=("uom-mismatch-weight-units",),
    also_modes=(
        "sale-quantity-mismatch",
        "rounding-drift",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "metrc-onhand-understated",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "physical-count-mismatch",
        "oversell-block-or-negative",
    ),
    shapes=RETAIL,
    days=(50, 53),
    mended=False,
)
def asiago(f: Injection) -> None:
    """Flower is kept in ounces in the own system: what comes in is divided by 28, and what is sold goes to METRC times 28.3495."""
    kept_in_grams = f.below(3, "grams")
    for number, item in enumerate(f.site.items[:3]):
        if number != kept_in_grams:
            f.set_at_once(
                item,
                own_unit="Ounces",
                per_metrc_unit=1 / 28,
                mapped_factor=round(MICRO / 28),
                sent_factor=28.3495 / 28,
            )


@kind(
    "data",
    modes=("receipt-external-number-missing",),
    also_modes=(
        "sale-posted-twice",
        "false-clean-reconciliation",
        "receipt-only-in-metrc",
        "sale-not-posted",
    ),
    shapes=RETAIL,
    days=(10, 26),
)
def fontina(f: Injection) -> None:
    """An update of the register leaves the optional field for its own number out of the receipts that it sends."""
    f.set_during(f.site.connector, sends_number=False)


_NEW = (  # a new product, what it is rung up as, and how much of it comes
    ("Silver Pine Live Rosin 1 g", 5, 24),
    ("Copper Canyon Cartridge 0.5 g", 8, 24),
    ("Mango Gummies 50 g", 9, 36),
    ("Juniper Sky Infused Pre-roll 1 g", 3, 36),
)


@kind(
    "data",
    modes=("item-map-missing",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "wrong-package-sold",
        "workaround-generic-product",
        "physical-count-mismatch",
        "over-under-pair",
        "received-in-metrc-not-in-pos",
        "transfer-not-imported",
        "metrc-onhand-overstated",
        "metrc-onhand-understated",
        "unfinished-zero-package",
        "finished-too-early",
    ),
    shapes=frozenset({"retail", "distribution"}),
    days=(22, 40),
    mended=False,
)
def gruyere(f: Injection) -> None:
    """Suppliers send new products that nobody ties to one of the own system's; the boxes can not be taken in, and some are sold as a similar product."""
    site = f.site
    days = [day for day in f.days if day % 7 in activities.DELIVERY_WEEKDAYS]
    chosen = sorted(range(len(_NEW)), key=lambda n: f.below(1000, "new", n))[: 2 + f.below(2, "many")]
    new = []
    for nth, number in enumerate(chosen):
        name, similar, pieces = _NEW[number]
        like, day = site.items[similar], days[min(len(days) - 1, 2 * nth + f.below(2, "week", nth))]
        item = Item(
            sku=f"{site.place.code.upper()}-NEW-{number}",
            item_id=site.place.first_id // 100 + 3 * (40 + number),
            name=name,
            category=like.category,
            unit=like.unit,
            price=like.price,
            grams=like.grams,
            unit_weight=like.unit_weight,
            modified=site.local(day - 9, 15 * HOUR),
            mapped=False,
        )
        new.append((like, item, day, number, pieces))
    site.notes["new in metrc"] = [*site.notes.get("new in metrc", ()), *(item for _, item, *_ in new)]
    labels: dict[str, list[str]] = {}
    for like, item, day, number, pieces in new:
        labels.setdefault(like.sku, []).extend(
            _box(site.place.tag_stem, number, day, box) for box in range(2)
        )
        site.at(
            site.local(day, 5 * HOUR + 10 + number),
            partial(_send_new, f, item=item, day=day, number=number, pieces=pieces),
        )

    def from_the_new_box(stock: Stock, quantity: int, sale_id: str) -> None:
        for label in labels.get(stock.item.sku, ()):
            is_open = label in site.ledger.active and site.shelf.get(label, 0) >= quantity
            if is_open and f.below(100, "asked for", sale_id, label) < 30:
                site.shelf[stock.label] += quantity
                site.shelf[label] -= quantity
                return

    f.note_during(**{"handed out": from_the_new_box})


def _box(stem: str, number: int, day: int, box: int) -> str:
    return f"{stem}1{60 + number:02}{day:03}{box:02}{(number * 41 + day * 13 + box) % 9000 + 1000:04}"


def _send_new(f: Injection, now: int, *, item: Item, day: int, number: int, pieces: int) -> None:
    site = f.site
    boxes = [
        Package(
            _box(site.place.tag_stem, number, day, box),
            site.place.first_id // 10 + (day * 200 + 150 + number * 4 + box) * 2,
            item,
            pieces * MICRO,
            pieces * MICRO,
            day - 12,
            site.local(day - 12, 13 * HOUR),
            0,
            received_from=activities.SUPPLIERS[number % 2],
            lab_state_on=day - 6,
            expires_on=day + 353,
        )
        for box in range(2)
    ]
    activities.deliver(site, day, 2 + number % 2, boxes)


@kind(
    "data",
    modes=("unit-weight-wrong",),
    also_modes=("purchase-limit-false-oversale", "sale-rejected-by-metrc", "item-map-ambiguous"),
    shapes=STOCKED,
    days=(16, 40),
    mended=False,
)
def provolone(f: Injection) -> None:
    """The maker corrects an item in METRC and leaves the unit of its net weight at ounces, where grams are meant, or puts the carton's weight in."""
    items = [item for item in f.site.items if item.unit_weight]
    items.sort(key=lambda item: f.below(10_000, "which", item.sku))

    def leave_at_ounces(now: int) -> None:
        items[0].unit_weight_uom, items[0].modified = "Ounces", now

    def weigh_the_carton(now: int) -> None:
        items[1].unit_weight, items[1].modified = (items[1].unit_weight or 0) * 10, now

    f.site.at(f.start, leave_at_ounces)
    if f.below(2, "two"):
        f.site.at(f.start + 50 * MINUTE, weigh_the_carton)


@kind(
    "data",
    modes=("conversion-not-mirrored",),
    also_modes=(
        "metrc-onhand-overstated",
        "package-in-pos-missing-in-metrc",
        "oversell-block-or-negative",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "sales-total-mismatch",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "close-out-skipped",
        "package-in-metrc-missing-in-pos",
        "untagged-product",
    ),
    shapes=frozenset({"retail", "manufacturing"}),
    days=(16, 34),
)
def halloumi(f: Injection) -> None:
    """Bulk is packed into smaller units under a new tag in the own system, and who packs it does not make the package in METRC."""
    site = f.site
    for day in f.days:
        if site.place.shape == "manufacturing":
            if f.below(100, "left out", day) < 65:
                site.at(
                    site.local(day, 12 * HOUR + 55 * MINUTE),
                    lambda _: setattr(site.habits, "mirrors_conversions", False),
                )
                site.at(
                    site.local(day, 13 * HOUR + 5 * MINUTE),
                    lambda _: setattr(site.habits, "mirrors_conversions", True),
                )
        elif f.below(100, "packed", day) < 45:
            site.at(site.local(day, 8 * HOUR + 15 * MINUTE), partial(_pack, f, day=day))


def _pack(f: Injection, now: int, day: int) -> None:
    """Eighths from a jar, for the shelf of the day."""
    site = f.site
    amount = micro(3.5) * (6 + 2 * f.below(3, "jars", day))
    jars = [
        s for s in site.stock.values() if s.item in site.items[:3] and is_in_both(f, s, amount + 10 * MICRO)
    ]
    if not jars:
        return
    jar = jars[f.below(len(jars), "jar", day)]
    tag = f"{site.place.tag_stem}3{day:03}00000000"
    site.shelf[jar.label] -= amount
    jar.on_hand -= site.own(amount, jar.item)
    jar.modified = now
    site.stock[tag] = Stock(tag, jar.item, site.own(amount, jar.item), day, now + 30, unit_cost=jar.unit_cost)
    site.shelf[tag] = amount
    conversion = f"{site.place.code.upper()}-PK-{day:03}"
    site.log_work(now, conversion, "input", jar.label, jar.item, site.own(amount, jar.item))
    site.log_work(now, conversion, "output", tag, jar.item, site.own(amount, jar.item))


@kind(
    "data",
    modes=("package-label-typo-or-swap",),
    also_modes=(
        "package-in-pos-missing-in-metrc",
        "package-in-metrc-missing-in-pos",
        "over-under-pair",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "physical-count-mismatch",
        "conversion-not-mirrored",
        "unfinished-zero-package",
        "received-in-metrc-not-in-pos",
    ),
    shapes=STOCKED,
    days=(16, 34),
)
def camembert(f: Injection) -> None:
    """The reader at the dock does not take creased labels, so they are typed into the own system, and now and then two figures change places."""
    site = f.site

    def typed(label: str) -> str:
        if f.below(100, "creased", label) >= 35:
            return label
        places = [n for n in range(len(label) - 8, len(label) - 1) if label[n] != label[n + 1]]
        if places and f.below(100, "how", label) < 65:
            n = places[f.below(len(places), "where", label)]
            wrong = label[:n] + label[n + 1] + label[n] + label[n + 2 :]
        else:
            n = len(label) - 1 - f.below(5, "key", label)
            wrong = label[:n] + str((int(label[n]) + 1) % 10) + label[n + 1 :]
        return label if wrong in site.ledger.packages or wrong in site.stock else wrong

    f.note_during(typed=typed)
