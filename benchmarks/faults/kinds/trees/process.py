"""Sealed faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from contextlib import suppress

from benchmarks.faults.metrc import Receipt, ReceiptLine, Refused
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "process",
    shapes=RETAIL,
    days=(5, 12),
    also=("receipt-only-in-metrc", "receipt-external-number-missing", "metrc-or-store-outage"),
    modes=("manual-csv-duplicates-api",),
)
def hazel(f: Injection) -> None:
    """METRC was down for an hour, and the queue made it good; the manager uploads the day's file all the same."""
    site = f.site

    def upload(now: int) -> None:
        today = site.day(now)
        sold = sorted(s for s, sale in site.sales.items() if site.day(sale["sold_at"]) == today)
        for sale in (site.sales[sale_id] for sale_id in sold):
            if sale["status"] != "completed":
                continue
            lines = [
                ReceiptLine(label, site.metrc_item(label, item), quantity, price)
                for label, item, quantity, _, price in sale["drawn"]
            ]
            number = site.place.first_id + 8_500_000 + today * 1000 + int(sale["sale_id"][-4:])
            user = site.people["gm"].metrc_user
            with suppress(Refused):
                site.ledger.sell(
                    Receipt(
                        number, None, sale["sold_at"] // 60 * 60, now, sale["customer"], sale["patient"],
                        lines, user, now,
                    )
                )  # fmt: skip

    for day in list(f.days)[::3]:
        begins = site.local(day, 14 * HOUR + 600 * f.below(12, "down", day))
        site.outages.append(Outage("metrc", begins, begins + 65 * MINUTE))
        site.at(site.local(day, 22 * HOUR + 6 * MINUTE), upload)


@kind(
    "process",
    modes=("harvest-wet-weight-wrong",),
    shapes=GROW,
    days=(16, 32),
    also=("harvest-weight-unbalanced",),
)
def juniper(f: Injection) -> None:
    """Whoever enters harvests in METRC reads the weights off the tote list, on which the totes are weighed too."""
    tote = 190 * MICRO
    f.note_during(**{"wet weight entered": lambda wet, plants: wet + plants * tote})


@kind("process", modes=("plant-count-mismatch",), shapes=GROW, days=(14, 30), also=("waste-missing",))
def larch(f: Injection) -> None:
    """Plants that die in flower are pulled and struck off the grow log; METRC is not told, and they stand there for ever."""
    site = f.site

    def pull(now: int) -> None:
        for cohort in site.notes["cohorts"]:
            if cohort.flowering_on is None or cohort.cut_on is not None:
                continue
            for nth, plant in enumerate(cohort.plants[:5]):
                dies = f.below(100, "dies", cohort.number, nth, site.day(now)) < 9
                if plant.destroyed_on is None and dies:
                    plant.is_pulled = True

    for day in list(f.days)[::4]:
        site.at(site.local(day, 16 * HOUR), pull)


@kind("process", modes=("count-not-frozen",), shapes=RETAIL, days=(14, 30))
def maple(f: Injection) -> None:
    """The sheet for the count is printed in the morning and held against the shelf at night; the sales between are not on it."""
    site = f.site

    def print_sheet(_: int) -> None:
        site.notes["printed"] = {label: stock.on_hand for label, stock in site.stock.items()}

    for day in f.days:
        when = site.local(day, 8 * HOUR + 30 * MINUTE)
        if f.start <= when < f.end:
            site.at(when, print_sheet)
    site.at(f.end, lambda _: site.notes.pop("printed", None) and None)
