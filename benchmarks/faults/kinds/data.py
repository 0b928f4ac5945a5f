"""Faults of the data layer: items, units, labels, states of packages, receipts."""

from __future__ import annotations

from contextlib import suppress

from benchmarks.faults.activities import sell, void
from benchmarks.faults.kinds.technical import break_more, hold_some
from benchmarks.faults.metrc import Receipt, ReceiptLine, Refused
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import GROW, MAKE, RETAIL, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE

OUNCE = 28.349523125


def some_item(f: Injection, unit: str) -> Item:
    """A product of the place that is counted so and sells."""
    items = [item for item in f.site.items if item.unit == unit and item.unit_weight != 50 * MICRO]
    return items[f.below(len(items), "item")]


@kind("data", modes=("item-map-missing",), shapes=frozenset({"retail", "distribution"}), days=(20, 40))
def a_new_item_is_not_mapped(f: Injection) -> None:
    """A supplier ships a product under a new item, and nobody maps it; it cannot be taken into the own stock."""
    old = some_item(f, "Each")
    site = f.site

    def arrive(now: int) -> None:
        new = Item(
            f"{old.sku}-N",
            old.item_id + 1,
            old.name.replace("1 g", "Reserve 1 g") + " (new)",
            old.category,
            old.unit,
            old.price,
            old.grams,
            unit_weight=old.unit_weight,
            case=old.case,
            rate=old.rate,
            mapped=False,
            modified=now,
        )
        site.items[site.items.index(old)] = new
        site.items.append(old)
        old.case = 0  # the supplier has no more of the old one

    site.at(f.start, arrive)


@kind("data", modes=("uom-mismatch-weight-units",), shapes=RETAIL, days=(30, 63))
def ounces_are_taken_for_grams(f: Injection) -> None:
    """The own system counts one flower item in ounces, METRC in grams, and the map says one to one."""
    item = some_item(f, "Grams")
    item.own_unit, item.per_metrc_unit = "Ounces", 1 / OUNCE


@kind("data", modes=("uom-mismatch-each-vs-weight",), shapes=RETAIL, days=(15, 40))
def units_are_sold_by_weight(f: Injection) -> None:
    """A product that METRC counts is kept by weight in the own system: a sale of one tells METRC three and a half."""
    item = some_item(f, "Each")
    item.own_unit, item.per_metrc_unit = "Grams", 3.5
    item.sent_factor = 3.5


@kind("data", modes=("unit-weight-wrong",), shapes=RETAIL | MAKE, days=(20, 50))
def a_maker_enters_an_ounce(f: Injection) -> None:
    """The maker of an item entered one ounce as its unit weight instead of one gram."""
    item = some_item(f, "Each")

    def enter(now: int) -> None:
        item.unit_weight_uom, item.modified = "Ounces", now

    f.site.at(f.start, enter)


@kind("data", modes=("item-category-mismatch",), shapes=RETAIL | MAKE)
def a_product_is_in_another_category(f: Injection) -> None:
    """A concentrate is kept as an edible in the own system, with another limit."""
    item = some_item(f, "Each")
    item.own_category = "Edibles" if item.category != "Edibles" else "Topicals"


@kind("data", modes=("reason-map-stale",))
def metrc_drops_a_reason(f: Injection) -> None:
    """METRC takes a reason off its list, and the own system goes on sending it; every change under it is refused."""
    site = f.site
    reason = site.habits.reasons[f.below(3, "reason")]
    f.during(lambda: site.ledger.retired_reasons.add(reason), lambda: None)
    break_more(f)


@kind(
    "data",
    shapes=MAKE,
    days=(5, 9),
    mended=False,
    modes=("item-discontinued-or-unapproved",),
)
def an_item_loses_its_approval(f: Injection) -> None:
    """The regulator takes an item's approval back; packages of it are refused, and production goes on."""
    items = f.site.items[4:]

    def revoke(now: int) -> None:
        for item in items:
            item.approval, item.modified = "Rejected", now

    f.site.at(f.start, revoke)


@kind(
    "data",
    shapes=MAKE,
    days=(14, 30),
    modes=("conversion-not-mirrored",),
)
def conversions_stay_in_the_own_system(f: Injection) -> None:
    """The production screen books a conversion and tells METRC nothing."""
    f.set_during(f.site.habits, mirrors_conversions=False)


@kind(
    "data",
    shapes=frozenset({"retail", "distribution"}),
    days=(14, 28),
    mended=False,
    modes=("package-label-typo-or-swap",),
)
def labels_are_typed(f: Injection) -> None:
    """The scanner is broken, and labels are typed at receiving, some with two digits changed round."""
    f.note_during(typed=lambda label: _typed(f, label) if f.below(100, label) < 30 else label)


def _typed(f: Injection, label: str) -> str:
    """The label with a digit mistyped near its end."""
    place = 23 - f.below(3, "digit", label)
    return label[:place] + str((int(label[place]) + 1 + f.below(8, "typed", label)) % 10) + label[place + 1 :]


@kind(
    "data",
    modes=("finished-too-early",),
    shapes=RETAIL,
    days=(10, 20),
    also=("adjust-to-match", "adjustment-generic-reason", "adjustment-without-note"),
)
def packages_are_finished_too_early(f: Injection) -> None:
    """Somebody closes packages on METRC's screen by a list of old labels; the own system does not block what METRC closed."""
    site = f.site
    f.set_during(site.habits, blocks=False)

    def close_some(now: int) -> None:
        for label in sorted(label for label, p in site.ledger.active.items() if p.sold)[::2]:
            package = site.ledger.packages[label]
            site.set_in_metrc(
                now,
                f"{site.place.code.upper()}-CLEAN-{label}",
                label,
                -package.quantity,
                "inv",
                reason="Entry Error",
                note="clean-up of old packages",
            )
            site.ledger.finish(label, site.day(now), now + 60)

    site.at(site.local(f.days[0], 20 * HOUR), close_some)


@kind(
    "data",
    modes=("receipt-only-in-metrc",),
    shapes=RETAIL,
    days=(3, 8),
    also=("receipt-external-number-missing",),
)
def sales_are_also_typed_into_metrc(f: Injection) -> None:
    """A shift lead who distrusts the connector types sales into METRC by hand, though they were sent."""
    site = f.site

    def type_in(now: int, day: int) -> None:
        for sale_id in sorted(s for s, sale in site.sales.items() if site.day(sale["sold_at"]) == day)[::3]:
            sale = site.sales[sale_id]
            # from the drawer's slips, on which the tax is in the price
            lines = [
                ReceiptLine(label, item, quantity, price * 115 // 100)
                for label, item, quantity, _, price in sale["drawn"]
            ]
            number = site.place.first_id + 8_000_000 + day * 1000 + int(sale_id[-4:])
            user = site.people["gm"].metrc_user
            with suppress(Refused):
                site.ledger.sell(
                    Receipt(
                        number,
                        None,
                        sale["sold_at"] // 60 * 60,
                        now + 1,
                        sale["customer"],
                        sale["patient"],
                        lines,
                        user,
                        now + 1,
                    )
                )

    for day in f.days:
        site.at(site.local(day, 21 * HOUR + 10 * MINUTE), lambda now, day=day: type_in(now, day))


@kind("data", modes=("void-not-mirrored",), shapes=RETAIL, days=(25, 45))
def voids_stay_in_the_register(f: Injection) -> None:
    """The register's void is not sent to METRC."""
    f.set_during(f.site.habits, voids_in_metrc=False)

    def void_more(now: int) -> None:
        today = sorted(
            s
            for s, sale in f.site.sales.items()
            if 0 < now - sale["sold_at"] < 3 * HOUR
            and sale["status"] == "completed"
            and sale["state"] == "reported"
        )
        for sale_id in today[:2]:
            void(f.site, now, f.site.sales[sale_id])

    for day in f.days:
        f.site.at(
            f.site.local(day, 16 * HOUR), lambda now: void_more(now) if f.start <= now < f.end else None
        )


@kind("data", modes=("sale-price-mismatch",), shapes=RETAIL)
def prices_are_sent_before_discount(f: Injection) -> None:
    """After an update, the price that is sent to METRC carries the tax."""
    f.set_during(f.site.habits, price_factor=1_150_000)


@kind("data", modes=("sale-wrong-customer-type",), shapes=RETAIL)
def everybody_is_a_consumer(f: Injection) -> None:
    """The mapping of customer types is lost, and patients are reported as consumers."""
    f.set_during(f.site.habits, posts_type="Consumer")


@kind("data", modes=("receipt-external-number-missing",), shapes=RETAIL)
def receipts_lose_their_number(f: Injection) -> None:
    """An update drops the number that ties a receipt to its sale."""
    f.set_during(f.site.connector, sends_number=False)


@kind("data", modes=("unfinished-zero-package",), shapes=RETAIL, days=(25, 45), mended=False)
def nobody_closes_empty_packages(f: Injection) -> None:
    """The nightly step that finishes empty packages is left out."""
    f.set_during(f.site.habits, finishes=False)


@kind("data", modes=("sale-wrong-datetime",), shapes=RETAIL, days=(5, 12), states=("ca", "or", "md"))
def the_register_sells_after_closing(f: Injection) -> None:
    """The register's lock at night is off, and an employee sells after hours."""
    site = f.site
    for day in f.days:
        for nth in range(4):
            second = 23 * HOUR + 5 * MINUTE + 9 * MINUTE * nth
            site.at(
                site.local(day, second),
                lambda now, day=day, nth=nth: sell(site, now, day, 900 + nth, 20 * HOUR),
            )


@kind("data", modes=("purchase-limit-true-oversale",), shapes=RETAIL)
def the_register_checks_no_limit(f: Injection) -> None:
    """The check of purchase limits is switched off, and some carts are far above them."""
    site = f.site

    def extra(sale_id: str, day: int) -> list[tuple[Item, int]]:
        if day in set(f.days) and site.chance.below(100, "binge", sale_id) < 6:
            return [(site.items[n], 45 * MICRO) for n in range(3)] + [(site.items[5], 12 * MICRO)]
        return []

    site.notes["extra_wishes"] = extra


@kind(
    "data",
    shapes=RETAIL,
    modes=("sale-of-onhold-or-recalled",),
)
def held_packages_are_sold(f: Injection) -> None:
    """METRC holds packages; the own system reads it and does not block them."""
    site = f.site
    f.set_during(site.habits, blocks=False)
    hold_some(f)


@kind("data", modes=("sale-of-failed-or-untested", "failed-lot-not-quarantined"), shapes=RETAIL)
def failed_goods_stay_on_sale(f: Injection) -> None:
    """A retest fails, METRC says so, and the register goes on selling the package."""
    site = f.site
    f.set_during(site.habits, blocks=False)

    def fail(now: int) -> None:
        for label in sorted(label for label, p in site.ledger.active.items() if p.sold)[::3]:
            package = site.ledger.packages[label]
            package.lab_state, package.lab_state_on, package.modified = "TestFailed", site.day(now), now

    site.at(site.local(f.days[0], 7 * HOUR), fail)


@kind("data", modes=("expired-test-or-product-sold",), shapes=RETAIL, days=(15, 30))
def expired_goods_are_sold(f: Injection) -> None:
    """A supplier's lot carries a date that has passed, and the register does not look."""
    site = f.site

    def date(now: int) -> None:
        for label in sorted(site.ledger.active)[::4]:
            site.ledger.packages[label].expires_on = site.day(now) - 1

    site.at(f.start, date)


@kind(
    "data",
    modes=("lineage-broken", "partial-split-mismatch"),
    shapes=MAKE,
    states=("ca", "mi"),
    days=(10, 20),
    mended=False,
)
def children_name_no_source(f: Injection) -> None:
    """Packages are created in METRC without their source, by a form that lets the field empty."""
    site = f.site

    def strip(_: int) -> None:
        site.ledger.sources[:] = [
            source for source in site.ledger.sources if not f.start <= source[4] < f.end
        ]

    for day in f.days:
        site.at(site.local(day, 23 * HOUR), strip)


@kind(
    "data",
    shapes=GROW | SHIPS | STOCKED,
    modes=("location-map-wrong",),
)
def a_room_is_mapped_to_one_that_is_not_there(f: Injection) -> None:
    """A room was renamed in METRC, and the map still names the old one."""
    f.site.notes["location map"] = {"Vault": "Old Vault"}
