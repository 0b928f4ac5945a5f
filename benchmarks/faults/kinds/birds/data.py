"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from benchmarks.faults.activities import SUPPLIERS
from benchmarks.faults.metrc import Package, Receipt
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "data",
    modes=("finished-too-early",),
    also_modes=("direct-edit-not-mirrored",),
    shapes=RETAIL,
    days=(14, 30),
)
def robin(f: Injection) -> None:
    """Whoever tidies up before closing takes a package with a few pieces left for an empty one, and closes it in METRC."""
    site = f.site

    def tidy_up(now: int) -> None:
        for label in [p.label for p in site.ledger.active.values() if p.sold and p.state == "active"]:
            left = site.ledger.packages[label].quantity
            if 0 < left <= 5 * MICRO and site.shelf.get(label, 0) > 0:
                day = site.day(now)
                note = f"package {label[-6:]}: empty on the shelf, closed at the end of the day"
                name = f"{site.place.code.upper()}-EMPTY-{day:03}-{label}"
                site.set_in_metrc(now, name, label, -left, site.lead(day), reason="Damage", note=note)
                site.ledger.finish(label, day, now + 60)

    for day in f.days:
        when = site.local(day, 20 * HOUR + 30 * MINUTE)
        if when < f.end:
            site.at(when, tidy_up)


@kind("data", modes=("wrong-package-sold",), also_modes=("over-under-pair",), shapes=RETAIL, days=(18, 32))
def siskin(f: Injection) -> None:
    """The second register's scanner is broken: its sellers press the first line of the list, and take the piece from the open case."""
    site = f.site

    def hand_out(stock: Stock, quantity: int, sale_id: str) -> None:
        open_cases = [
            s
            for s in site.stock.values()
            if s.item is stock.item and s is not stock and site.shelf.get(s.label, 0) > quantity
        ]
        if int(sale_id[-4:]) % 2 == 1 and stock.item.unit == "Each" and open_cases:
            site.shelf[stock.label] += quantity
            site.shelf[open_cases[0].label] -= quantity

    f.note_during(**{"handed out": hand_out})


@kind("data", modes=("strain-map-wrong",), shapes=GROW, days=(42, 54), mended=False)
def bittern(f: Injection) -> None:
    """Two lines of the map of strains are exchanged: clones of either are entered in METRC as the other."""
    exchanged = {"Silver Pine": "Copper Canyon", "Copper Canyon": "Silver Pine"}
    f.note_during(**{"strain written": lambda strain, number: exchanged.get(strain)})


@kind(
    "data",
    modes=("sale-of-failed-or-untested", "lab-result-missing"),
    shapes=RETAIL,
    days=(20, 35),
    mended=False,
)
def crane(f: Injection) -> None:
    """A supplier ships what its laboratory has not released; it is taken in, and the register asks for no result."""
    supplier, add = SUPPLIERS[f.below(2, "supplier")], f.site.ledger.add

    def add_untested(package: Package) -> None:
        if package.received_from == supplier and package.item.unit == "Each":
            package.lab_state, package.lab_state_on = "SubmittedForTesting", package.packaged_on + 10
        add(package)

    f.set_for_good(f.site.ledger, add=add_untested)


@kind("data", modes=("sale-wrong-customer-type",), shapes=RETAIL, days=(14, 28))
def plover(f: Injection) -> None:
    """The second register keeps the kind of customer: whoever comes after a patient is reported as one too."""
    site, sell = f.site, f.site.ledger.sell
    patients: list[int] = []

    def sell_as_before(receipt: Receipt) -> None:
        sale = site.sales.get(receipt.external or "")
        if sale is not None and sale["register"].endswith("R2"):
            if sale["customer"] == "Patient":
                patients.append(sale["sold_at"])
            elif any(0 < sale["sold_at"] - at <= 45 * MINUTE for at in patients[-3:]):
                receipt.customer_type = "Patient"
        sell(receipt)

    f.set_during(site.ledger, sell=sell_as_before)
