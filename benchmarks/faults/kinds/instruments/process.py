"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from benchmarks.faults import activities, shipping
from benchmarks.faults.metrc import Package, Transfer, TransferPackage
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, SHIPS, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "process",
    modes=("harvest-wet-weight-wrong",),
    also_modes=("harvest-weight-unbalanced", "harvest-overpackaged"),
    shapes=GROW,
    days=(32, 48),
)
def mandolin(f: Injection) -> None:
    """The plants are weighed whole at the cut, for the grow log; what METRC is told comes from the trim room, where the flowers are weighed off the stalk."""

    def weigh_flowers(wet: int, plants: int) -> int:
        share = 54 + f.below(12, "off the stalk", wet)
        return wet * share // 100 // (MICRO // 10) * (MICRO // 10)

    f.note_during(**{"wet weight entered": weigh_flowers})


@kind(
    "process",
    modes=("in-transit-limbo",),
    also_modes=("delivery-left-open", "transfer-not-received"),
    shapes=SHIPS,
    days=(36, 50),
    mended=False,
)
def marimba(f: Injection) -> None:
    """The buyers unload and pay, and their clerk accepts the manifests a week or two later, or not at all; nobody here looks after what has left."""
    site = f.site

    def wait(day: int) -> bool:
        transfer = [*site.ledger.transfers.values()][-1]  # the one that is being made
        if f.below(100, "taken at once", day) < 15:
            return False
        if f.below(100, "at all", day) < 50:
            later = site.local(day + 6 + f.below(10, "how long", day), 16 * HOUR)
            site.at(later, lambda now: shipping.arrive(site, now, transfer))
        return True

    f.note_during(limbo=wait)


@kind(
    "process",
    modes=("partial-receive-used",),
    also_modes=("received-short",),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(18, 36),
)
def oboe(f: Injection) -> None:
    """Where a case holds less than the manifest says, the receiver takes in what is there as a part; for most the rest comes with the next truck, under the same tag, for some never."""
    site = f.site
    seen: set[tuple[str, str]] = set()

    def pack_less(package: Package) -> int:
        if f.below(100, "lacks", package.label) >= 40:
            return 0
        if package.item.unit == "Each":
            return MICRO * (2 + f.below(7, "pieces", package.label))
        return package.quantity * (4 + f.below(8, "share", package.label)) // 100 // MICRO * MICRO

    def bring_rests(now: int) -> None:
        rests: dict[str, list[TransferPackage]] = {}
        for transfer in site.ledger.transfers.values():
            if (
                transfer.direction != "incoming"
                or not DAY // 2 < now - (transfer.received_at or now) < 9 * DAY
            ):
                continue
            for entry in transfer.packages:
                key = (transfer.manifest, entry.package.label)
                if key in seen or entry.received is None or entry.received >= entry.shipped:
                    continue
                seen.add(key)
                if f.below(100, "comes", *key) < 65 and entry.package.label in site.ledger.active:
                    rests.setdefault(transfer.manifest, []).append(entry)
        for manifest, entries in rests.items():
            _receive_rest(f, now, site.ledger.transfers[manifest], entries)

    f.note_during(**{"packed less": pack_less, "checks_shortage": True})
    for day in f.days:
        when = site.local(day, 11 * HOUR + 40 * MINUTE)
        if day % 7 in activities.DELIVERY_WEEKDAYS and f.start < when < f.end:
            site.at(when, bring_rests)


def _receive_rest(f: Injection, now: int, first: Transfer, entries: list[TransferPackage]) -> None:
    """What was lacking is on a manifest of its own, and is added to what was received."""
    site = f.site
    rests = []
    for entry in entries:
        package, rest = entry.package, entry.shipped - (entry.received or 0)
        stock = site.stock.get(package.label)
        if stock is None or not stock.listed:
            continue
        price = None if entry.price is None else entry.price * rest // entry.shipped
        rests.append(TransferPackage(package, rest, rest, price, "accepted"))
        package.quantity += rest
        package.initial += rest
        package.modified = now
        site.shelf[package.label] += rest
        stock.on_hand += site.own(rest, stock.item)
        stock.modified = now
    if not rests:
        return
    manifest = f"{int(first.manifest) + 2000:010}"
    site.ledger.transfers[manifest] = Transfer(
        manifest, "incoming", first.shipment_type, first.other, now - 19 * HOUR, now - 2 * HOUR, now - 5 * MINUTE,
        now - 2 * HOUR + 6 * MINUTE, rests, received_at=now, state="received", truck=first.truck, modified=now,
        imported=True,
    )  # fmt: skip
    who = site.people[site.lead(site.day(now))]
    who.last_seen = who.last_login = now
    site.log(
        "access_events", event_id=f"{site.place.code.upper()}-EV-{manifest}", system="metrc", user=who.metrc_user,
        at=now, action="receive", entity_kind="transfer", entity_key=manifest,
    )  # fmt: skip
    for entry in rests:
        stock = site.stock[entry.package.label]
        site.log(
            "internal_receipts", manifest=manifest, label=entry.package.label, quantity=site.own(entry.shipped, stock.item),
            unit_of_measure=stock.item.own_unit, received_at=now + 3 * MINUTE, received_by=who.internal_user,
            unit_cost=stock.unit_cost,
        )  # fmt: skip


@kind(
    "process",
    modes=("plant-tag-late",),
    also_modes=("plant-phase-lag", "plant-count-mismatch", "untagged-product"),
    shapes=GROW,
    days=(32, 48),
)
def ocarina(f: Injection) -> None:
    """Tags fall off in the vegetative room, so the crew hangs them when the plants go to flower, or when there is time in the days after."""

    def hang_later(what: str, number: int) -> int:
        return (26 + f.below(8, "time for tags", number)) * DAY if what == "tag" else 0

    f.note_during(later=hang_later)


@kind(
    "process",
    modes=("late-harvest-packages",),
    also_modes=("untagged-product", "harvest-not-finished"),
    shapes=GROW,
    days=(48, 54),
    mended=False,
)
def piccolo(f: Injection) -> None:
    """What is dry stays in bins in the vault, under the name of its harvest; packages are made when a buyer asks, a month or more later."""

    def wait_for_a_buyer(what: str, number: int) -> int:
        return (28 + f.below(9, "a buyer asks", number)) * DAY if what in ("package", "finish") else 0

    f.note_during(later=wait_for_a_buyer)
