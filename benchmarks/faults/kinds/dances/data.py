"""Faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults import making
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "data",
    modes=("receipt-external-number-missing",),
    also_modes=("sale-posted-twice", "false-clean-reconciliation", "receipt-only-in-metrc"),
    shapes=RETAIL,
    days=(10, 28),
)
def charleston(f: Injection) -> None:
    """An update of the registers leaves the optional field with the sale's own number empty."""
    f.set_during(f.site.connector, sends_number=False)


@kind(
    "data",
    modes=("conversion-not-mirrored",),
    also_modes=(
        "metrc-onhand-overstated",
        "package-in-pos-missing-in-metrc",
        "oversell-block-or-negative",
        "sale-rejected-by-metrc",
        "physical-count-mismatch",
        "untagged-product",
        "bypass-flag-left-on",
        "lab-result-missing",
        "unfinished-zero-package",
        "recurring-variance",
    ),
    shapes=MAKE,
    days=(14, 32),
)
def lambada(f: Injection) -> None:
    """The kitchen books its rolling in the own system and leaves METRC to the office, which on most days does not get to it."""
    habits = f.site.habits

    def today(now: int) -> None:
        habits.mirrors_conversions = f.below(100, "office", f.site.day(now)) >= 75

    for day in f.days:
        f.site.at(f.site.local(day, 12 * HOUR + 55 * MINUTE), today)
    f.site.at(f.end, lambda _: setattr(habits, "mirrors_conversions", True))


@kind(
    "data",
    modes=("tag-stock-exhausted",),
    also_modes=(
        "untagged-product",
        "plant-tag-late",
        "conversion-not-mirrored",
        "package-in-pos-missing-in-metrc",
        "metrc-onhand-overstated",
        "late-harvest-packages",
        "harvest-not-finished",
        "oversell-block-or-negative",
        "physical-count-mismatch",
        "tag-already-used",
        "lab-result-missing",
    ),
    shapes=frozenset({"manufacturing", "cultivation"}),
    days=(12, 24),
    mended=False,
)
def habanera(f: Injection) -> None:
    """Nobody orders tags until the last is used; the kitchen goes on under numbers of its own, a grow leaves its flower in bins, and both wait for the parcel."""
    site = f.site
    f.note_during(**{"spare tags": 0})
    if site.place.shape == "manufacturing":
        f.set_during(site.habits, mirrors_conversions=False)
        f.note_during(tag=lambda label, day: f"NO-TAG-{day:03}")
        return
    waiting: set[int] = set()

    def later(what: str, number: int) -> int:
        if what == "package":
            waiting.add(number)
        return 60 * DAY if number in waiting and what in ("package", "finish") else 0

    f.note_during(later=later)


@kind(
    "data",
    modes=("production-batch-flag-wrong",),
    also_modes=(
        "lab-result-missing",
        "sale-of-failed-or-untested",
        "transfer-not-received",
        "untrained-user-errors",
        "production-batch-number-missing-or-duplicate",
    ),
    shapes=frozenset({"retail", "distribution"}),
    days=(16, 34),
)
def fandango(f: Injection) -> None:
    """Flower is split into a second package of the same product, and the form's box for a production batch is ticked."""
    site = f.site
    for day in f.days:
        if day % 3 == f.below(3, "weekday"):
            site.at(site.local(day, 12 * HOUR + 20 * MINUTE), partial(_split, f, day=day))


def _split(f: Injection, now: int, *, day: int) -> None:
    site = f.site
    amount = 28 * MICRO
    if now >= f.end:
        return
    there = [
        s
        for s in site.stock.values()
        if s.item.unit == "Grams" and s.listed and s.seen and not s.blocked and s.label in site.ledger.active
        and min(site.shelf.get(s.label, 0), site.ledger.active[s.label].quantity) >= 2 * amount
        and s.item.per_metrc_unit == 1.0 and s.on_hand >= 2 * amount
    ]  # fmt: skip
    if not there:
        return
    stock = there[f.below(len(there), "which", day)]
    source = site.ledger.active[stock.label]
    tag = f"{site.place.tag_stem}7{day:03}{f.below(90_000_000, 'tag', day) + 10_000_000}"
    part = Package(
        tag, site.place.first_id // 10 + 70_000 + day * 2, source.item, amount, amount, day, now, now,
        lab_state="NotSubmitted", lab_state_on=day, expires_on=source.expires_on, production_batch=f"PB-{day:03}",
    )  # fmt: skip
    site.shelf[stock.label] -= amount
    stock.on_hand -= amount
    stock.modified = now
    site.stock[tag] = Stock(tag, stock.item, amount, day, now + 30, unit_cost=stock.unit_cost)
    site.shelf[tag] = amount
    name = f"{site.place.code.upper()}-SP-{day:03}"
    site.log_work(now, name, "input", stock.label, stock.item, amount, by="inv")
    site.log_work(now, name, "output", tag, stock.item, amount, by="inv")
    making.enter_part(site, now + 2 * MINUTE, part, source, amount)


@kind(
    "data",
    modes=("sale-of-onhold-or-recalled",),
    also_modes=(
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "queue-poison-message",
        "recall-scope-wrong",
        "alert-fatigue-unowned",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "package-in-metrc-missing-in-pos",
        "unfinished-zero-package",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "finished-package-still-sellable",
    ),
    shapes=RETAIL,
    days=(10, 24),
    mended=False,
)
def merengue(f: Injection) -> None:
    """The state recalls or holds packages by a flag and a mail that nobody at the store opens, and the register does not look at the flag."""
    site = f.site
    f.set_for_good(site.habits, blocks=False)
    for nth in range(2 + f.below(2, "flags")):
        when = f.start + nth * (3 + f.below(2, "apart", nth)) * DAY + 2 * HOUR
        site.at(when, partial(_flag, f, nth=nth))


def _flag(f: Injection, now: int, *, nth: int) -> None:
    site = f.site
    first = f.below(len(site.items), "product", nth)
    for item in (*site.items[first:], *site.items[:first]):
        on_offer = [s for s in site.sellable(item, 0) if site.shelf.get(s.label, 0) >= 20 * MICRO]
        flagged = [s for s in on_offer if s.label in site.ledger.active]
        if flagged and not site.ledger.active[flagged[0].label].is_on_hold:
            package = site.ledger.active[flagged[0].label]
            package.is_on_hold, package.is_recalled, package.modified = True, nth == 0, now
            return


@kind(
    "data",
    modes=("sale-wrong-customer-type",),
    also_modes=(
        "purchase-limit-false-oversale",
        "sale-price-mismatch",
        "sale-rejected-by-metrc",
        "tax-return-mismatch",
    ),
    shapes=RETAIL,
    days=(12, 30),
)
def cancan(f: Injection) -> None:
    """The type that the registers send falls back to its default, so patients are told to METRC as consumers."""
    f.set_during(f.site.habits, posts_type="Consumer")
