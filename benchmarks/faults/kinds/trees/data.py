"""Sealed faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from benchmarks.faults.metrc import Receipt, Refused
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE


@kind("data", modes=("patient-id-invalid",), shapes=RETAIL, days=(14, 30))
def cedar(f: Injection) -> None:
    """The reader of patients' cards is broken; numbers are typed, and METRC refuses those it does not know."""
    site, sell = f.site, f.site.ledger.sell

    def sell_to_known(receipt: Receipt) -> None:
        mistyped = f.below(100, "typed", receipt.patient) < 45
        if receipt.patient is not None and mistyped:
            raise Refused("patient license number is not valid")
        sell(receipt)

    f.set_during(site.ledger, sell=sell_to_known)


@kind("data", modes=("strain-map-wrong",), shapes=GROW, days=(24, 40))
def cypress(f: Injection) -> None:
    """A new clerk writes strains into METRC as they stand on the trays, each grower's way; the grow log keeps its names."""
    ways = (
        lambda name: name.replace(" ", "-"),
        lambda name: name.replace(" ", ""),
        lambda name: f"{name[0]}. {name.split()[-1]}",
    )
    f.note_during(
        **{"strain written": lambda name, number: ways[f.below(len(ways), "way", number)](name)},
    )


@kind("data", modes=("sale-price-mismatch",), shapes=RETAIL, days=(10, 24))
def elm(f: Injection) -> None:
    """Members ask for their discount when the receipt is out; the register takes it off its sale, and METRC keeps the price."""
    site = f.site

    def discount(now: int) -> None:
        for sale_id, sale in sorted(site.sales.items()):
            recent = 12 * MINUTE < now - sale["sold_at"] <= 72 * MINUTE
            reported = sale["status"] == "completed" and sale["state"] == "reported"
            if recent and reported and f.below(100, "asks", sale_id) < 14:
                share = 80 + 5 * f.below(3, "discount", sale_id)
                sale["drawn"] = [(*line[:4], line[4] * share // 100) for line in sale["drawn"]]
                sale["modified"] = now

    for day in f.days:
        for hour in range(10, 23):
            when = site.local(day, hour * HOUR)
            if f.start <= when < f.end:
                site.at(when, discount)


@kind("data", modes=("receipt-only-in-metrc",), shapes=RETAIL, days=(8, 16))
def fir(f: Injection) -> None:
    """The own system fails in the afternoon and is set up again from the night's copy; METRC has the day's sales already."""
    site = f.site

    def restore(now: int) -> None:
        today = site.day(now)
        for sale_id in sorted(s for s, sale in site.sales.items() if site.day(sale["sold_at"]) == today):
            sale = site.sales.pop(sale_id)
            if sale["status"] == "completed":
                for label, _, _, own, _ in sale["drawn"]:
                    site.stock[label].on_hand += own
                    site.stock[label].modified = now
        for name in sorted(n for n, c in site.changes.items() if site.day(c["adjusted_at"]) == today):
            change = site.changes.pop(name)
            stock = site.stock[change["label"]]
            stock.on_hand -= site.own(change["quantity"], stock.item)
            stock.modified = now

    quiet = [day for day in f.days if day % 7 in (1, 4, 6)]  # nothing is delivered then
    for day in (quiet[0], quiet[-1]):
        site.at(site.local(day, 16 * HOUR + 20 * MINUTE), restore)
