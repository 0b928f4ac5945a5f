"""Further faults of the process layer."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Package, Receipt, ReceiptLine, Refused
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


def _later(f: Injection, **days: int) -> None:
    """What the place does later than it should, by so many days."""
    site = f.site
    site.notes["later"] = lambda what, number: (
        days.get(what, 0) * DAY if f.start <= site.world.now < f.end else 0
    )


@kind("process", modes=("plant-tag-late",), shapes=GROW, days=(20, 40), mended=False)
def tags_come_late(f: Injection) -> None:
    """Plants outgrow their batch, and get their tags weeks later, when somebody has time."""
    _later(f, tag=24)


@kind("process", modes=("late-harvest-packages",), shapes=GROW, days=(20, 40), mended=False)
def bins_wait_for_an_order(f: Injection) -> None:
    """What is dry stays in bins, and is packaged in METRC when an order comes."""
    _later(f, package=33, finish=33)


@kind(
    "process",
    modes=("harvest-wet-weight-wrong", "scale-or-tare-error"),
    shapes=GROW,
    days=(14, 35),
)
def the_hanger_is_weighed_too(f: Injection) -> None:
    """Plants are weighed with the hanger they are on, and METRC gets the sum."""
    f.note_during(tare=310 * MICRO)


@kind("process", modes=("plant-count-mismatch",), shapes=GROW, days=(20, 40), mended=False)
def dead_plants_stay_on_the_list(f: Injection) -> None:
    """Plants that die are taken out and struck off in the own book; in METRC nobody destroys them."""
    site = f.site

    def die(now: int) -> None:
        standing = [c for c in site.notes["cohorts"] if c.flowering_on is not None and c.cut_on is None]
        for cohort in standing[::2]:
            there = [p for p in cohort.plants[:-1] if p.destroyed_on is None and not p.is_pulled]
            if len(there) > 8:
                there[f.below(len(there), "dies", site.day(now), cohort.number)].is_pulled = True

    for day in list(f.days)[1::5]:
        site.at(site.local(day, 11 * HOUR), die)


@kind("process", modes=("month-end-spike",), shapes=STOCKED, days=(35, 50))
def corrections_wait_for_the_month(f: Injection) -> None:
    """What breaks or spoils is put on a list, and the list is worked off on the last day of the month."""
    site, change = f.site, f.site.change_stock
    waiting: list[tuple[str, str, int, tuple[Any, ...], dict[str, Any]]] = []

    def put_down(at: int, name: str, label: str, quantity: int, *what: Any, **how: Any) -> None:
        site.shelf[label] = site.shelf.get(label, 0) + quantity
        waiting.append((name, label, quantity, what, how))

    def work_off(now: int) -> None:
        for nth, (name, label, quantity, what, how) in enumerate(waiting):
            site.shelf[label] -= quantity
            change(now + 50 * nth, name, label, quantity, *what, **how)
        waiting.clear()

    f.set_during(site, change_stock=put_down)
    break_more(f)
    for day in f.days:
        if day in (5, 35):  # the last of August and of September
            site.at(site.local(day, 18 * HOUR), work_off)
    site.at(f.end, work_off)


@kind("process", modes=("manual-csv-duplicates-api",), shapes=RETAIL, days=(3, 6))
def a_file_is_sent_beside(f: Injection) -> None:
    """The shift lead was told to send the day's file to METRC, and does so, though the connector has sent all of it."""
    site = f.site

    def send(now: int, day: int) -> None:
        today = sorted(s for s, sale in site.sales.items() if site.day(sale["sold_at"]) == day)
        for nth, sale_id in enumerate(today):
            sale = site.sales[sale_id]
            lines = [
                ReceiptLine(label, item, quantity, price) for label, item, quantity, _, price in sale["drawn"]
            ]
            number = site.place.first_id + 9_000_000 + day * 1000 + int(sale_id[-4:])
            user, at = site.people["gm"].metrc_user, now + nth // 10
            with suppress(Refused):
                site.ledger.sell(
                    Receipt(
                        number,
                        sale_id,
                        sale["sold_at"],
                        at,
                        sale["customer"],
                        sale["patient"],
                        lines,
                        user,
                        at,
                    )
                )

    for day in f.days:
        site.at(
            site.local(day, 21 * HOUR + 25 * MINUTE),
            lambda now, day=day: send(now, day) if f.start <= now < f.end else None,
        )


@kind(
    "process",
    modes=("reconciliation-overdue",),
    shapes=STOCKED,
    days=(38, 50),
    states=("ca", "co", "or", "md"),
    mended=False,
)
def only_the_front_shelf_is_counted(f: Injection) -> None:
    """Counts are made on time, of what stands in front; the vault behind it is never counted."""
    f.note_during(counted=lambda labels: labels[: max(1, len(labels) // 4)])


@kind("process", modes=("blind-receive", "received-short"), shapes=RETAIL, days=(14, 28))
def cases_hold_less_than_they_say(f: Injection) -> None:
    """A supplier packs two pieces too few into its cases; they are taken over as the paper has them."""

    def missing(package: Package) -> int:
        return 2 * MICRO if package.item.unit == "Each" else 0

    f.note_during(**{"packed less": missing}, unseen=True)
