"""Faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, Injection, kind

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
    "counted-in-own-book-only",
)


@kind("data", modes=("uom-mismatch-weight-units",), also_modes=_BOOKS_DIFFER, shapes=RETAIL, days=(20, 40))
def wader(f: Injection) -> None:
    """One of the people at the dock keys weights in from the supplier's slip, in pounds, where the book takes them for grams."""
    log = f.site.log

    def log_in_pounds(table: str, **row: Any) -> None:
        stock = f.site.stock.get(row["label"]) if table == "internal_receipts" else None
        if stock is not None and stock.item.unit == "Grams" and f.below(100, "slip", row["manifest"]) < 40:
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
        if stock is not None and stock.item.unit == "Each" and f.below(100, "by the case", stock.item.sku) < 30:
            row["quantity"] = max(1, round(row["quantity"] / MICRO / 12)) * MICRO
            stock.on_hand = row["quantity"]
        log(table, **row)

    f.set_during(f.site, log=log_in_cases)
