"""Faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.metrc import Package, Receipt, TransferPackage
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import HOUR


@kind(
    "data",
    modes=("unit-weight-wrong",),
    also_modes=(
        "purchase-limit-false-oversale",
        "sale-rejected-by-metrc",
        "item-map-ambiguous",
        "item-renamed-in-metrc",
        "uom-mismatch-weight-units",
    ),
    shapes=STOCKED,
    days=(10, 30),
    mended=False,
)
def bundt(f: Injection) -> None:
    """Whoever keeps the maker's items saves two of them anew, one with ounces picked for grams and one with the point a place too far right."""
    small = [item for item in f.site.items if item.unit_weight is not None and item.unit_weight <= MICRO]
    small.sort(key=lambda item: f.below(1000, "saved", item.sku))
    f.set_for_good(small[0], unit_weight_uom="Ounces", modified=f.start)
    weight = small[1].unit_weight or 0
    f.set_for_good(small[1], unit_weight=10 * weight, modified=f.start + 4 * 60)


@kind(
    "data",
    modes=("sale-of-onhold-or-recalled",),
    also_modes=(
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "metrc-onhand-overstated",
        "recall-scope-wrong",
        "retries-exhausted-and-dropped",
        "sales-total-mismatch",
        "close-out-skipped",
        "unfinished-zero-package",
        "finished-package-still-sellable",
    ),
    shapes=RETAIL,
    days=(6, 14),
)
def charlotte(f: Injection) -> None:
    """The state puts one product on hold and recalls another, the mail goes to an owner who does not read it, and the register takes no notice of the flags."""
    f.set_during(f.site.habits, blocks=False)
    f.site.at(f.start + HOUR * (1 + f.below(5, "notice")), partial(_flag, f))


def _flag(f: Injection, now: int) -> None:
    site = f.site

    def held(item: Item) -> list[Package]:
        return [
            p for p in site.ledger.active.values() if p.item is item and p.quantity > 0 and p.label in site.stock
        ]  # fmt: skip

    stocked = [item for item in site.items if sum(p.quantity for p in held(item)) >= 5 * item.rate]
    stocked.sort(key=lambda item: f.below(1000, "product", item.sku))
    for item, flag in zip(stocked, ("is_on_hold", "is_recalled"), strict=False):
        for package in held(item):
            setattr(package, flag, True)
            package.modified = now


@kind(
    "data",
    modes=("expired-test-or-product-sold",),
    also_modes=("aged-package",),
    shapes=RETAIL,
    days=(20, 34),
)
def dundee(f: Injection) -> None:
    """A supplier clears out old stock, the buyer takes it for the price, and the register goes on selling it after its date since it looks at none."""
    site = f.site
    cheap = sorted(site.items, key=lambda item: f.below(1000, "cleared out", item.sku))[:2]
    for day in f.days[1:]:
        if day % 7 in activities.DELIVERY_WEEKDAYS:
            site.at(site.local(day, 5 * HOUR + 30), partial(_age, f, day=day, cheap=cheap))


def _age(f: Injection, now: int, *, day: int, cheap: list[Item]) -> None:
    for label, package in f.site.notes.get("coming", {}).items():
        if package.item in cheap and (package.expires_on or 0) > day + 300:
            package.expires_on = day + 3 + f.below(6, "date", label)
            package.packaged_on = package.expires_on - 365
            package.created_at = f.site.local(package.packaged_on, 13 * HOUR)
            package.lab_state_on = package.packaged_on + 6


@kind(
    "data",
    modes=("item-discontinued-or-unapproved",),
    also_modes=(
        "conversion-not-mirrored",
        "package-in-pos-missing-in-metrc",
        "sale-rejected-by-metrc",
        "workaround-generic-product",
        "metrc-onhand-overstated",
        "metrc-onhand-understated",
        "retries-exhausted-and-dropped",
        "late-harvest-packages",
        "harvest-weight-unbalanced",
        "harvest-not-finished",
        "tag-burned-by-failed-create",
        "untagged-product",
        "lab-result-missing",
        "close-out-skipped",
        "physical-count-mismatch",
    ),
    shapes=frozenset({"cultivation", "manufacturing"}),
    days=(16, 30),
    mended=False,
)
def fraisier(f: Injection) -> None:
    """Somebody tidies METRC's list of items and discontinues two that are still produced, and from then on no package of them can be made."""
    site = f.site
    if site.place.shape == "cultivation":
        week = (site.day(f.start) + 13) // 7 + 1  # the cohort that is packaged next
        ended = [site.items[week % 4], site.items[(week + 1) % 4]]
    else:
        ended = sorted(site.items[4:], key=lambda item: f.below(1000, "ended", item.sku))[:2]
    for nth, item in enumerate(ended):
        f.set_for_good(item, is_active=False, modified=f.start + 70 * nth)


@kind(
    "data",
    modes=("sale-price-mismatch",),
    also_modes=("sales-total-mismatch", "tax-return-mismatch"),
    shapes=RETAIL,
    days=(10, 24),
)
def marjolaine(f: Injection) -> None:
    """Loyalty and weekday discounts come off the whole cart, and the link sends METRC the price of each line before them."""
    site = f.site
    before: dict[str, list[int]] = {}

    def discount(sale: dict[str, Any]) -> int:
        if f.below(100, "discounted", sale["sale_id"]) < 38:
            off = (10, 10, 15, 20)[f.below(4, "off", sale["sale_id"])]
            before[sale["sale_id"]] = [line[4] for line in sale["drawn"]]
            cent = MICRO // 100
            sale["drawn"] = [
                (*line[:4], (line[4] * (100 - off) // 100 + cent // 2) // cent * cent)
                for line in sale["drawn"]
            ]
        return 0

    def on() -> None:
        usual = site.ledger.sell

        def sell(receipt: Receipt) -> None:
            prices = before.get(receipt.external or "", [])
            for number, (line, price) in enumerate(zip(list(receipt.lines), prices, strict=False)):
                receipt.lines[number] = replace(line, price=price)
            usual(receipt)

        site.ledger.sell = sell  # type: ignore[method-assign]
        site.notes["generic"] = discount

    f.during(on, lambda: site.notes.pop("generic", None))


@kind(
    "data",
    modes=("item-map-missing",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "aged-package",
    ),
    shapes=STOCKED,
    days=(10, 22),
    mended=False,
)
def parkin(f: Injection) -> None:
    """A supplier's truck brings two new products that nobody has set up in the own system, so that they are accepted in METRC and cannot be taken in."""
    site = f.site
    new = [_new_item(f, nth) for nth in range(2)]
    weekdays = (0,) if site.place.shape == "manufacturing" else activities.DELIVERY_WEEKDAYS
    site.at(f.start, lambda _: site.notes.setdefault("new in metrc", []).extend(new))
    for nth, day in enumerate(d for d in f.days[1:] if d % 7 in weekdays):
        if nth == 0 or f.below(100, "more", day) < 40:
            site.at(site.local(day, 5 * HOUR + 40), partial(_load_new, f, day=day, new=new))


def _new_item(f: Injection, nth: int) -> Item:
    place = f.site.place
    rows = (
        (("TR-09", "Juniper Sky Trim", "Shake/Trim", None, 1.0, 0.35), ("TR-10", "Larkspur Trim", "Shake/Trim", None, 1.0, 0.4))
        if place.shape == "manufacturing"
        else (("PR-09", "Larkspur Infused Pre-roll 1 g", "Infused Pre-rolls", 1.0, 1.0, 13.0), ("ED-09", "Plum Gummies 50 g", "Edibles", 50.0, 0.3, 19.0))
    )  # fmt: skip
    code, name, category, weight, grams, price = rows[nth]
    return Item(
        f"{place.code.upper()}-{code}", place.first_id // 100 + 3 * (30 + nth), name, category,
        "Grams" if weight is None else "Each", round(price * MICRO), round(grams * MICRO),
        unit_weight=None if weight is None else round(weight * MICRO),
        strain=name.removesuffix(" Trim") if weight is None else None,
        case=(454 if weight is None else 48) * MICRO, modified=f.start - 2 * HOUR, mapped=False,
    )  # fmt: skip


def _load_new(f: Injection, now: int, *, day: int, new: list[Item]) -> None:
    site = f.site
    packages = []
    for number, item in enumerate(new):
        for nth in range(1 + f.below(2, "cases", day, item.sku)):
            made = day - 12
            label = f"{site.place.tag_stem}1{60 + number}{day:03}{nth:02}{(number * 41 + day * 13 + nth) % 9000 + 1000:04}"
            package_id = site.place.first_id // 10 + (day * 200 + (21 + number) * 8 + nth) * 2
            packages.append(
                Package(
                    label, package_id, item, item.case, item.case, made, site.local(made, 13 * HOUR), 0,
                    received_from=activities.SUPPLIERS[number % 2], lab_state_on=day - 6, expires_on=day + 353,
                )
            )  # fmt: skip
    on_the_road = [
        t for t in site.ledger.transfers.values() if t.direction == "incoming" and t.state == "in_transit" and site.day(t.arrives_at) == day
    ]  # fmt: skip
    if not on_the_road:
        activities.deliver(site, day, 2, packages)
        return
    for package in packages:
        package.received_from = on_the_road[0].other
        price = package.item.price * 45 // 100 * package.quantity // MICRO
        on_the_road[0].packages.append(TransferPackage(package, package.quantity, price=price))
        site.notes["coming"][package.label] = package
