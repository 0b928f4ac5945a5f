"""Faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.site import Stock

POUND = 453_592_370
_BOOKS_DIFFER = (
    "metrc-onhand-overstated",
    "metrc-onhand-understated",
    "physical-count-mismatch",
    "pos-onhand-understated",
    "package-in-metrc-missing-in-pos",
    "unfinished-zero-package",
    "recurring-variance",
    "finished-too-early",
    "aged-package",
    "received-short",
)


@kind("data", modes=("uom-mismatch-weight-units",), also_modes=_BOOKS_DIFFER, shapes=RETAIL, days=(20, 40))
def wader(f: Injection) -> None:
    """One of the people at the dock keys weights in from the supplier's slip, in pounds, where the book takes them for grams."""
    log = f.site.log

    def log_in_pounds(table: str, **row: Any) -> None:
        stock = f.site.stock.get(row["label"]) if table == "internal_receipts" else None
        if stock is not None and stock.item.unit == "Grams" and f.below(100, "slip", row["manifest"]) < 75:
            row["quantity"] = round(row["quantity"] * MICRO / POUND / 100) * 100
            stock.on_hand = row["quantity"]
        log(table, **row)

    f.set_during(f.site, log=log_in_pounds)


@kind("data", modes=("uom-mismatch-each-vs-weight",), also_modes=_BOOKS_DIFFER, shapes=RETAIL, days=(24, 44))
def slipper(f: Injection) -> None:
    """A supplier's slip counts cases of twelve of some products, METRC's manifest counts pieces, and the book takes what the slip says."""
    log = f.site.log

    def log_in_cases(table: str, **row: Any) -> None:
        stock = f.site.stock.get(row["label"]) if table == "internal_receipts" else None
        if (
            stock is not None
            and stock.item.unit == "Each"
            and f.below(100, "by the case", stock.item.sku) < 30
        ):
            row["quantity"] = max(1, round(row["quantity"] / MICRO / 12)) * MICRO
            stock.on_hand = row["quantity"]
        log(table, **row)

    f.set_during(f.site, log=log_in_cases)


@kind(
    "data",
    modes=("item-discontinued-or-unapproved",),
    also_modes=("aged-package", "item-map-missing", "workaround-generic-product", "reconciliation-overdue"),
    shapes=RETAIL,
    days=(16, 30),
    mended=False,
)
def sandal(f: Injection) -> None:
    """Whoever tidies the catalogue archives products that look finished, some of which lie in the shop by the dozen; the register offers them no more."""
    site, offered = f.site, f.site.sellable
    archived: set[str] = set()

    def archive(_: int) -> None:
        there = [
            item
            for item in site.items
            if item.mapped and sum(s.on_hand for s in site.stock.values() if s.item is item) >= 20 * MICRO
        ]
        there.sort(key=lambda item: (f.below(1000, "tidied", item.sku), item.sku))
        for item in there[:2]:
            item.own_active = False
            archived.add(item.sku)

    def offered_now(item: Item, quantity: int) -> list[Stock]:
        return [] if item.sku in archived else offered(item, quantity)

    f.set_at_once(site, sellable=offered_now)
    site.at(f.start, archive)
