"""Faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.metrc import Receipt, Refused
from benchmarks.faults.places import MICRO, Person
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "human",
    modes=("physical-loss-unrecorded",),
    also_modes=(
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "recurring-variance",
        "reconciliation-rubber-stamped",
        "discrepancy-not-reported",
        "unfinished-zero-package",
    ),
    shapes=RETAIL,
    days=(24, 40),
)
def babka(f: Injection) -> None:
    """Somebody at the counter pockets a cartridge or a gram of rosin on most days, from whichever box is at hand, and nobody books it."""
    for day in f.days:
        for nth in range((1, 1, 1, 2, 0, 2)[f.below(6, "how often", day)]):
            when = f.site.local(day, 11 * HOUR + MINUTE * f.below(9 * 60, "when", day, nth))
            if f.start <= when < f.end:
                f.site.at(when, partial(_pocket, f, day=day, nth=nth))


def _pocket(f: Injection, now: int, *, day: int, nth: int) -> None:
    site = f.site
    small = [
        item
        for item in site.items
        if item.unit == "Each" and item.grams >= MICRO // 2 and item.price >= 20 * MICRO
    ]
    boxes = [s for item in small for s in site.sellable(item, 0) if site.shelf.get(s.label, 0) >= 2 * MICRO]
    if boxes:
        site.shelf[boxes[f.below(len(boxes), "which", day, nth)].label] -= MICRO


@kind(
    "human",
    modes=("alert-fatigue-unowned",),
    also_modes=(
        "sync-job-failing-unnoticed",
        "pos-inventory-stale",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "adjustment-not-posted",
        "close-out-skipped",
        "package-in-metrc-missing-in-pos",
        "received-in-metrc-not-in-pos",
        "finished-package-still-sellable",
        "unfinished-zero-package",
        "metrc-onhand-overstated",
        "metrc-or-store-outage",
    ),
    shapes=RETAIL,
    days=(18, 32),
)
def dobos(f: Injection) -> None:
    """All alarms go to the mailbox of somebody who has left, the night jobs fill it with the same error for weeks, and when the packages fail as well nobody acts for days."""
    site, connector = f.site, f.site.connector
    left = site.day(f.start) - 12 - f.below(15, "left")
    upper = site.place.code.upper()
    site.people["ops"] = Person(
        "ops", f"{upper}-P10", f"systems coordinator 10 {upper} (made)", "systems coordinator", f"{upper}-E{1010:05}",
        f"{site.place.code}.ops", [], -400, terminated_on=left, trained_on=-398, has_key=False, own_active=False,
        own_closed=site.local(left, 17 * HOUR), last_seen=site.local(left, 15 * HOUR), last_login=site.local(left, 15 * HOUR),
    )  # fmt: skip
    site.notes["more settings"] = (
        site.notes.get("more settings", "") + f"alerts:\n  to: {site.place.code}.ops\n"
    )
    noise = {"items": "crash", "locations": "crash"}

    def quiet() -> None:
        for name in noise:
            connector.broken_jobs.pop(name, None)

    def mended(_: int) -> None:
        for name in _failing():
            connector.answers.pop(name, None)

    f.during(lambda: connector.broken_jobs.update(noise), quiet)
    begins = f.start + 2 * DAY
    for nth in range(4):
        begins += f.below(3 * 24, "quiet", nth) * HOUR
        ends = begins + (52 + f.below(56, "until somebody stumbles on it", nth)) * HOUR
        if ends < f.end:
            site.at(begins, lambda _: connector.answers.update(_failing()))
            site.at(ends, mended)
        begins = ends + 2 * DAY


def _failing() -> dict[str, int]:
    return {"GET /packages": 500, "POST /packages": 500, "PUT /packages": 500}


@kind(
    "human",
    modes=("self-approved-adjustments",),
    also_modes=(
        "reconciliation-rubber-stamped",
        "bulk-after-hours-adjustments",
        "physical-count-mismatch",
        "regulator-flag-adjustment-pattern",
        "recurring-variance",
    ),
    shapes=STOCKED,
    days=(24, 42),
)
def lamington(f: Injection) -> None:
    """With the store short of people the inventory lead counts alone, books what is missing the next morning, and signs it off as well."""
    site = f.site
    f.set_during(site.habits, approves=False, counts_by_two=False, leads=("inv",) * 5 + ("asst",))
    for day in f.days:
        if day % 7 == 6 and day > f.days[0] and day + 1 < f.days[-1]:
            broken: dict[str, int] = {}
            site.at(site.local(day, 15 * HOUR), partial(_break, f, day=day, broken=broken))
            site.at(site.local(day + 1, 10 * HOUR + 15 * MINUTE), partial(_book, f, day=day, broken=broken))


def _break(f: Injection, now: int, *, day: int, broken: dict[str, int]) -> None:
    site = f.site
    there = [
        s
        for s in site.stock.values()
        if s.listed
        and s.label in site.ledger.active
        and min(site.shelf.get(s.label, 0), s.on_hand) >= 6 * MICRO
    ]
    there.sort(key=lambda s: (f.below(1000, "which", day, s.label), s.label))
    for stock in there[: 3 + f.below(4, "how many", day)]:
        tenths = 5 + f.below(20, "crumbs", day, stock.label)
        broken[stock.label] = MICRO if stock.item.unit == "Each" else MICRO // 10 * tenths
        site.shelf[stock.label] -= broken[stock.label]


def _book(f: Injection, now: int, *, day: int, broken: dict[str, int]) -> None:
    site = f.site
    for nth, (label, amount) in enumerate(sorted(broken.items())):
        stock, package = site.stock[label], site.ledger.active.get(label)
        if package is None or min(package.quantity, stock.on_hand) < amount:
            continue
        reasons = site.habits.reasons
        reason = reasons[f.below(len(reasons), "why", day, label)]
        name = f"{site.place.code.upper()}-ADJ-C{day:03}-{nth}"
        site.change_stock(now + 4 * MINUTE * nth, name, label, -amount, reason, by="inv")
        site.shelf[label] += amount  # it was gone already


@kind(
    "human",
    modes=("errors-dismissed-without-posting",),
    also_modes=(
        "sale-not-posted",
        "sale-rejected-by-metrc",
        "retries-exhausted-and-dropped",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "unfinished-zero-package",
        "aged-package",
    ),
    shapes=RETAIL,
    days=(10, 24),
)
def pavlova(f: Injection) -> None:
    """METRC refuses a few sales a day that would go through later, and whoever closes clears the error board each evening so that the day can be closed."""
    site, connector = f.site, f.site.connector

    def on(_: int) -> None:
        usual = site.ledger.sell

        def sell(receipt: Receipt) -> None:
            if receipt.recorded_at < f.end and f.below(100, "busy", receipt.external, receipt.sold_at) < 8:
                raise Refused("package is in use by another process, try again later")
            usual(receipt)

        site.ledger.sell = sell  # type: ignore[method-assign]

    def clear(now: int, day: int) -> None:
        who = site.people[site.lead(day)]
        for entry in connector.entries.values():
            if (
                entry.message.kind == "sale"
                and entry.state in ("pending", "dead")
                and entry.first_failed >= f.start
            ):
                sale = site.sales.get(entry.message.key)
                entry.state = "dropped"
                if sale is not None and sale["state"] == "failed":
                    sale["state"], sale["modified"] = "excluded", now
                site.log(
                    "access_events", event_id=f"{site.place.code.upper()}-EV-CLR-{entry.message.key}", system="internal",
                    user=who.internal_user, at=now, action="dismiss", entity_kind="sale", entity_key=entry.message.key,
                )  # fmt: skip

    site.at(f.start, on)
    for day in f.days[:-1]:
        when = site.local(day, site.habits.closes + 20 * MINUTE + 60 * f.below(15, "clears", day))
        site.at(when, partial(clear, day=day))


@kind(
    "human",
    modes=("workaround-generic-product",),
    also_modes=(
        "sale-not-posted",
        "wrong-package-sold",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "recurring-variance",
        "sales-total-mismatch",
        "unfinished-zero-package",
        "aged-package",
        "reconciliation-rubber-stamped",
    ),
    shapes=RETAIL,
    days=(10, 24),
)
def savarin(f: Injection) -> None:
    """The labels of a few products do not scan, and while people wait in line the seller rings them up as a miscellaneous item, which touches no package."""
    site = f.site
    smudged = sorted(site.items, key=lambda item: f.below(1000, "smudged", item.sku))[:3]

    def rung_up(sale: dict[str, Any]) -> int:
        second = (sale["sold_at"] + site.place.offset) % DAY
        share = 65 if 16 * HOUR <= second < 20 * HOUR else 20
        if sale["drawn"][0][1] not in smudged or f.below(100, "rings up", sale["sale_id"]) >= share:
            return 0
        for label, _, _, own, _ in sale["drawn"]:
            site.stock[label].on_hand += own
        return 100

    f.during(lambda: site.notes.update(generic=rung_up), lambda: site.notes.pop("generic", None))
