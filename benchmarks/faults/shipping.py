"""What is made is tested, and what is tested is shipped."""

from __future__ import annotations

from benchmarks.faults.metrc import Transfer, TransferPackage
from benchmarks.faults.places import MICRO
from benchmarks.faults.site import Site
from benchmarks.faults.times import DAYS, HOUR, MINUTE

BUYERS = ("C10-0009101-LIC", "C10-0009102-LIC")


def schedule(site: Site) -> None:
    for day in range(-30, DAYS):
        when = site.local(day, 8 * HOUR + 30 * MINUTE)
        for act in (sample, release, ship):
            if when < 0:
                if site.place.shape == "cultivation":
                    act(site, when, day)
            else:
                site.at(when, lambda now, act=act, day=day: act(site, now, day))


def sample(site: Site, now: int, day: int) -> None:
    """What was packaged yesterday is sampled at the place by the laboratory, and its state says so."""
    for label, made in site.notes.get("to test", []):
        package = site.ledger.packages.get(label)
        if package is not None and package.lab_state == "NotSubmitted" and made < now:
            package.lab_state, package.lab_state_on, package.modified = "SubmittedForTesting", day, now
            site.notes.setdefault("sampled", {})[label] = day


def release(site: Site, now: int, day: int) -> None:
    """Results come five days after the sample."""
    late = site.notes.get("lab delay", lambda day: 0)
    for label, sampled in site.notes.get("sampled", {}).items():
        package = site.ledger.packages[label]
        if package.lab_state == "SubmittedForTesting" and day == sampled + 5 + late(sampled):
            fails = site.notes.get("fails", lambda label, day: False)(label, day)
            package.lab_state, package.lab_state_on, package.modified = (
                ("TestFailed" if fails else "TestPassed"),
                day,
                now,
            )
            site.notes.setdefault("released", {})[label] = (sampled, now, not fails)


def ship(site: Site, now: int, day: int) -> None:
    """Twice a week what has passed leaves for the stores."""
    if day % 7 not in (1, 4):
        return
    ready = [s for s in site.stock.values() if _is_ready(site, s.label, day)][:12]
    if not ready:
        return
    manifest = (
        f"{site.place.first_id // 1000 + 500 + day:010}"
        if day >= 0
        else f"{site.place.first_id // 1000 + 900 + day:010}"
    )
    entries = []
    for stock in ready:
        quantity = site.shelf[stock.label]
        package = site.ledger.packages[stock.label]
        prices = {
            "full": stock.item.price * quantity // MICRO,
            "zero": MICRO // 100,
            "unit": stock.item.price,
        }
        price = prices[site.habits.wholesale]
        entries.append((stock, quantity, TransferPackage(package, quantity, price=price)))
    transfer = Transfer(
        manifest,
        "outgoing",
        "Wholesale",
        BUYERS[day % 2],
        now - 17 * HOUR + site.notes.get("papers late", 0),
        now + 30 * MINUTE,
        now + 3 * HOUR,
        now + 34 * MINUTE,
        [e for _, _, e in entries],
        state="in_transit",
        truck=1 + day % 2,
        modified=now + 34 * MINUTE,
    )
    site.ledger.transfers[manifest] = transfer
    for stock, quantity, entry in entries:
        leave(site, now + 34 * MINUTE, entry, transfer, stock.item.price * quantity // MICRO)
    if site.notes.get("limbo") and site.notes["limbo"](day):
        return
    arrived = now + 3 * HOUR + 13 * MINUTE
    if arrived < 0:
        arrive(site, arrived, transfer)
    else:
        site.at(arrived, lambda at: arrive(site, at, transfer))


def _is_ready(site: Site, label: str, day: int) -> bool:
    package = site.ledger.packages.get(label)
    if (
        package is None
        or package.state != "active"
        or site.shelf.get(label, 0) <= 0
        or site.stock[label].blocked
        or not site.stock[label].listed
    ):
        return False
    if site.place.shape == "distribution":
        return site.stock[label].received_on <= day - 5
    if package.received_at is not None:
        return False  # material
    return package.lab_state == "TestPassed" and package.lab_state_on <= day - 2


def leave(
    site: Site, now: int, entry: TransferPackage, transfer: Transfer, price: int, order: str = "SO"
) -> None:
    """A package drives off on a manifest, and the own system ships it."""
    package, stock = entry.package, site.stock[entry.package.label]
    package.state, package.modified = "in_transit", now
    site.ledger.active.pop(package.label, None)
    site.shelf[package.label] = 0
    own = stock.on_hand
    stock.on_hand, stock.modified = 0, now
    site.log(
        "internal_shipments",
        shipment_id=f"SH-{transfer.manifest}",
        label=package.label,
        manifest=transfer.manifest,
        order_number=f"{order}-{transfer.manifest[-6:]}",
        sku=stock.item.sku,
        quantity=own,
        unit_of_measure=stock.item.own_unit,
        price=price,
        recipient_facility=transfer.other,
        driver=f"Made driver {transfer.truck}",
        vehicle=f"Van {transfer.truck}",
        shipped_at=now,
        status="delivered",
    )


def arrive(site: Site, now: int, transfer: Transfer) -> None:
    """The buyer takes a manifest in, or not."""
    refused = site.notes.get("refused", lambda day: False)(site.day(now))
    turned_away = site.notes.get("turned away", lambda entry: False)
    for entry in transfer.packages:
        package = entry.package
        if refused or turned_away(entry):
            entry.state = "rejected"
            continue
        entry.received, entry.state = entry.shipped, "accepted"
        package.quantity, package.state, package.modified = 0, "inactive", now
        package.finished_on = site.day(now)
    transfer.received_at = transfer.modified = now
    transfer.state = "rejected" if refused else "received"
