"""Faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "process",
    modes=("waste-without-reason-or-witness",),
    also_modes=("harvest-weight-unbalanced",),
    shapes=GROW,
    days=(34, 50),
)
def dory(f: Injection) -> None:
    """The waste form is filled at the desk: weights are guessed in round figures, and reason and method are left empty more often than not."""
    notes = f.site.notes

    def fill(row: dict[str, Any]) -> None:
        name = row["waste_id"]
        step = (10 if row["source_kind"] == "plant" else 50) * MICRO
        row["weight"] = max(step, (row["weight"] + step // 2) // step * step)
        if f.below(100, "reason", name) < 75:
            row["reason"] = None
        if f.below(100, "method", name) < 60:
            row["method"] = None

    f.during(lambda: notes.update({"waste form": fill}), lambda: notes.pop("waste form", None))


@kind(
    "process",
    modes=("discrepancy-not-reported", "physical-loss-unrecorded"),
    also_modes=(
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "adjustment-generic-reason",
        "adjust-to-match",
        "recurring-variance",
        "regulator-flag-adjustment-pattern",
        "reconciliation-rubber-stamped",
        "bulk-after-hours-adjustments",
    ),
    shapes=RETAIL,
    days=(21, 36),
    states=("ca",),
)
def felucca(f: Injection) -> None:
    """Goods worth a tenth of a month's sales are gone at a weekly count, and the manager writes them off in both books the next day without asking whether that has to be reported."""
    site = f.site
    counts = [day for day in f.days if day % 7 == 6 and day - 4 > f.days[0] and day + 1 < f.days[-1]]
    for nth, day in enumerate(counts):
        if nth == 0 or f.below(100, "again", day) < 50:
            lost: dict[str, int] = {}
            for night in range(day - 4, day + 1):
                site.at(site.local(night, 4 * HOUR), partial(_goods_go, f, day=day, night=night, lost=lost))
            site.at(site.local(day + 1, 10 * HOUR + 20 * MINUTE), partial(_write_off, f, lost=lost))


def _goods_go(f: Injection, now: int, *, day: int, night: int, lost: dict[str, int]) -> None:
    site = f.site
    sold = sum(
        line[4] for sale in site.sales.values() for line in sale["drawn"] if sale["status"] == "completed"
    )
    month = sold * 30 // max(1, night)
    worth = month * (9 + f.below(5, "share", day)) // 500  # a fifth of it a night
    there = [
        s
        for s in site.stock.values()
        if s.item.unit == "Each"
        and s.listed
        and s.label in site.ledger.active
        and min(site.shelf.get(s.label, 0), s.on_hand) >= 8 * MICRO
    ]
    for stock in sorted(there, key=lambda s: (f.below(1000, "reach", night, s.label), s.label))[:4]:
        pieces = min(site.shelf[stock.label] // MICRO - 4, -(-worth // stock.item.price))
        if pieces > 0:
            lost[stock.label] = lost.get(stock.label, 0) + pieces * MICRO
            site.shelf[stock.label] -= pieces * MICRO
            worth -= pieces * stock.item.price


def _write_off(f: Injection, now: int, *, lost: dict[str, int]) -> None:
    site = f.site
    for nth, (label, quantity) in enumerate(sorted(lost.items())):
        package, stock = site.ledger.active.get(label), site.stock[label]
        if package is None or min(package.quantity, stock.on_hand) < quantity:
            continue
        name = f"{site.place.code.upper()}-ADJ-W{site.day(now):03}-{nth}"
        note = f"package {label[-6:]}: {quantity // MICRO} short at count"
        site.change_stock(now + 45 * nth, name, label, -quantity, "Entry Error", by="gm", note=note)
        site.shelf[label] += quantity  # it was gone already


@kind(
    "process",
    modes=("lab-result-missing",),
    also_modes=(
        "lab-result-late",
        "aged-package",
        "sale-rejected-by-metrc",
        "sale-of-failed-or-untested",
        "test-sample-residue-open",
    ),
    shapes=frozenset({"cultivation", "manufacturing"}),
    days=(28, 42),
)
def gondola(f: Injection) -> None:
    """The laboratory mails its certificates and does not release most results in METRC, and the place files the paper without looking at the state of the package."""

    def late(sampled: int) -> int:
        return 400 if f.below(100, "released", sampled) < 70 else 0

    f.note_during(lab_delay=late)


@kind(
    "process",
    modes=("harvest-not-finished",),
    also_modes=("harvest-weight-unbalanced", "late-harvest-packages", "close-out-skipped"),
    shapes=GROW,
    days=(42, 52),
)
def punt(f: Injection) -> None:
    """Once the flower is packaged nobody opens the harvest again, and what it lost in drying stays on it as open weight."""
    f.set_during(f.site.habits, finishes_harvests=False)


@kind(
    "process",
    modes=("adjustment-generic-reason",),
    also_modes=("regulator-flag-adjustment-pattern", "reconciliation-rubber-stamped", "adjust-to-match"),
    shapes=STOCKED,
    days=(24, 42),
)
def skiff(f: Injection) -> None:
    """Crumbs, breakage and small differences are booked as they come up, all of them as an entry error, since that stands first in the list."""
    site = f.site
    f.set_during(site.habits, reasons=("Entry Error",))
    for day in f.days:
        for nth in range(1 + f.below(2, "how many", day)):
            second = 10 * HOUR + MINUTE * f.below(9 * 60, "when", day, nth)
            when = site.local(day, second)
            if f.start <= when < f.end:
                site.at(when, partial(_book_as_it_comes, f, day=day, nth=nth))


def _book_as_it_comes(f: Injection, now: int, *, day: int, nth: int) -> None:
    site = f.site
    there = [
        s
        for item in site.items
        for s in site.sellable(item, 0)
        if min(site.shelf.get(s.label, 0), s.on_hand) >= 4 * MICRO and s.label in site.ledger.active
    ]
    if there:
        stock = there[f.below(len(there), "which", day, nth)]
        crumbs = MICRO // 10 * (2 + f.below(12, "crumbs", day, nth))
        amount = MICRO if stock.item.unit == "Each" else crumbs
        name = f"{site.place.code.upper()}-ADJ-S{day:03}-{nth}"
        site.change_stock(now, name, stock.label, -amount, "Entry Error")
