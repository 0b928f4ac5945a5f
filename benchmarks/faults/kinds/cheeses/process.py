"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from benchmarks.faults import shipping
from benchmarks.faults.metrc import Package, Transfer, TransferPackage
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import RETAIL, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "process",
    modes=("received-short",),
    also_modes=(
        "metrc-onhand-overstated",
        "sale-price-mismatch",
        "adjustment-generic-reason",
        "physical-count-mismatch",
        "blind-receive",
        "unfinished-zero-package",
        "close-out-skipped",
        "package-in-metrc-missing-in-pos",
    ),
    shapes=STOCKED,
    days=(16, 34),
)
def havarti(f: Injection) -> None:
    """Cases come a piece short and flower has dried on the way; METRC's form is accepted as it is filled in, and the own book takes what was counted."""

    def lacks(package: Package) -> int:
        if package.item.unit == "Each":
            return (
                MICRO * (1 + f.below(2, "pieces", package.label))
                if f.below(100, "short", package.label) < 35
                else 0
            )
        if f.below(100, "dry", package.label) >= 60:
            return 0
        return (
            package.quantity
            * (8 + f.below(20, "tenths", package.label))
            // 1000
            // (MICRO // 10)
            * (MICRO // 10)
        )

    f.note_during(**{"packed less": lacks})


@kind(
    "process",
    modes=("rejected-not-returned",),
    also_modes=(
        "in-transit-limbo",
        "package-in-pos-missing-in-metrc",
        "tax-return-mismatch",
        "physical-count-mismatch",
    ),
    shapes=SHIPS,
    days=(24, 42),
)
def brie(f: Injection) -> None:
    """A store turns single packages away at its door; the driver brings them home and the shelf has them again, but nobody takes them back in METRC."""
    site = f.site

    def turns_away(entry: TransferPackage) -> bool:
        label = entry.package.label
        if f.below(100, "turned away", label) >= 35:
            return False

        def home(now: int) -> None:
            stock = site.stock[label]
            site.shelf[label] = entry.shipped
            stock.on_hand, stock.modified = site.own(entry.shipped, stock.item), now
            stock.listed, stock.seen = True, False  # booked in by hand; METRC's list has not had it since

        site.at(site.world.now + 3 * HOUR + MINUTE * f.below(90, "home", label), home)
        return True

    f.note_during(**{"turned away": turns_away})


_A_DAY = {"ca": 28.5, "co": 28.0, "md": 42.5, "mi": 70.9}  # grams of flower that one customer may buy


@kind(
    "process",
    modes=("purchase-limit-true-oversale",),
    shapes=RETAIL,
    days=(16, 34),
    states=tuple(_A_DAY),
)
def pecorino(f: Injection) -> None:
    """Ounces are on offer, the register only warns of the limit, and sellers press on when somebody wants more than the law lets one buy."""
    site = f.site
    limit = _A_DAY[site.place.jurisdiction]

    def a_deal(sale_id: str, day: int) -> list[tuple[Item, int]]:
        nth = int(sale_id[-4:])
        wanted = (
            day in f.days and f.below(100, "wanted", day) < 60 and nth == 4 + f.below(22, "customer", day)
        )
        if not wanted or site.chance.below(12, "medical", sale_id) == 0:
            return []
        ounces = max(1.5, limit / 28.35 + (0.5, 1.0, 1.0)[f.below(3, "more", day)])
        grams = round(ounces * 28) * MICRO
        start = f.below(3, "kind", day)
        half = grams // 2 // MICRO * MICRO
        return [(site.items[start], half), (site.items[(start + 1) % 3], grams - half)]

    f.note_during(extra_wishes=a_deal)


@kind(
    "process",
    modes=("received-in-metrc-not-in-pos",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "workaround-generic-product",
        "transfer-not-imported",
        "pos-inventory-stale",
    ),
    shapes=STOCKED,
    days=(14, 30),
)
def taleggio(f: Injection) -> None:
    """The manager accepts a delivery on METRC's screen, and on busy days nobody does the receipt in the own system until the boxes are stumbled on."""
    site = f.site

    def begin(now: int) -> None:
        take_in = site.take_into_stock

        def when_somebody_gets_to_it(at: int, transfer: Transfer) -> None:
            arrived = transfer.received_at or at
            busy = f.start <= arrived < f.end and f.below(100, "busy", transfer.manifest) < 55
            found = arrived + (3 + f.below(7, "found", transfer.manifest)) * DAY
            if not busy or at >= min(found, f.end):
                take_in(at, transfer)

        site.take_into_stock = when_somebody_gets_to_it

    site.at(f.start, begin)


@kind(
    "process",
    modes=("manifest-voided-after-departure",),
    also_modes=("in-transit-limbo", "received-in-pos-not-in-metrc", "wholesale-price-wrong"),
    shapes=SHIPS,
    days=(20, 40),
)
def comte(f: Injection) -> None:
    """The office finds a wrong price when the van is on the road, voids the manifest and writes a new one for the same packages."""
    site = f.site

    def is_rewritten(day: int) -> bool:
        if day not in f.days or f.below(100, "wrong", day) >= 65:
            return False
        old = site.ledger.transfers[f"{site.place.first_id // 1000 + 500 + day:010}"]
        wrong = old.packages[f.below(len(old.packages), "line", day)]
        right = wrong.price or 0
        wrong.price = right * (105 + f.below(40, "by", day)) // 100
        assert old.departed_at is not None
        seen = old.departed_at + 25 * MINUTE + MINUTE * f.below(70, "seen", day)
        site.at(seen, partial(_rewrite, f, day=day, old=old, wrong=wrong, price=right))
        return True

    f.note_during(limbo=is_rewritten)


def _rewrite(f: Injection, now: int, day: int, old: Transfer, wrong: TransferPackage, price: int) -> None:
    site = f.site
    old.state, old.modified = "voided", now
    manifest = f"{site.place.first_id // 1000 + 600 + day:010}"
    written = now + 6 * MINUTE
    new = replace(
        old,
        manifest=manifest,
        created_at=written,
        departs_at=written + 2 * MINUTE,
        departed_at=written + 3 * MINUTE,
        packages=[replace(entry, price=price if entry is wrong else entry.price) for entry in old.packages],
        state="in_transit",
        modified=written + 3 * MINUTE,
    )

    def write(at: int) -> None:
        site.ledger.transfers[manifest] = new
        for entry in new.packages:
            entry.package.modified = at

    site.at(written, write)
    site.at(max(old.arrives_at, written) + 13 * MINUTE, lambda at: shipping.arrive(site, at, new))
