"""Further faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package, Receipt
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "data",
    modes=("location-map-wrong",),
    also_modes=("inspection-location-finding",),
    shapes=RETAIL,
    days=(24, 42),
    mended=False,
)
def cumin(f: Injection) -> None:
    """METRC puts what is accepted into the receiving room, and there it stays: goods are moved to vault and floor in the own system only."""
    site = f.site
    add, sell = site.ledger.add, site.ledger.sell

    def add_to_receiving(package: Package) -> None:
        if package.received_at is not None:
            package.location = "Receiving"
        add(package)

    def sell_where_it_is(receipt: Receipt) -> None:
        rooms = {
            line.label: site.ledger.packages[line.label].location
            for line in receipt.lines
            if line.label in site.ledger.packages
        }
        sell(receipt)
        for label, room in rooms.items():
            if room == "Receiving":
                site.ledger.packages[label].location = room

    f.set_during(site.ledger, add=add_to_receiving, sell=sell_where_it_is)


@kind(
    "data",
    modes=("expired-test-or-product-sold",),
    shapes=RETAIL,
    days=(20, 38),
)
def lovage(f: Injection) -> None:
    """The buyer takes what is offered cheaply because its date is near; the register does not look at dates, and sells it until it is gone."""
    site = f.site
    add = site.ledger.add

    def add_short_dated(package: Package) -> None:
        if package.received_at is not None and f.below(100, "short", package.label) < 50:
            package.expires_on = site.day(package.received_at) + 4 + f.below(8, "date", package.label)
        add(package)

    f.set_during(site.ledger, add=add_short_dated)


@kind(
    "data",
    modes=("sale-of-failed-or-untested",),
    also_modes=("lab-result-missing", "lab-result-late", "failed-lot-not-quarantined"),
    shapes=RETAIL,
    days=(20, 38),
)
def anise(f: Injection) -> None:
    """A supplier sends goods ahead of their results; the register does not look at the state of a test, and they are sold from the day they come."""
    site = f.site
    add = site.ledger.add

    def result(now: int, package: Package, sampled: int) -> None:
        passed = f.below(100, "passes", package.label) < 85
        package.lab_state = "TestPassed" if passed else "TestFailed"
        package.lab_state_on, package.modified = site.day(now), now
        site.notes.setdefault("released", {})[package.label] = (sampled, now, passed)

    def add_untested(package: Package) -> None:
        if package.received_at is not None and f.below(100, "ahead", package.label) < 45:
            day = site.day(package.received_at)
            package.lab_state, package.lab_state_on = "SubmittedForTesting", day - 1
            site.notes.setdefault("tested here", set()).add(package.label)
            when = site.local(day + 6 + f.below(6, "days", package.label), 15 * HOUR)
            site.at(when, lambda now: result(now, package, day - 1))
        add(package)

    f.set_during(site.ledger, add=add_untested)


@kind(
    "data",
    modes=("unfinished-zero-package",),
    also_modes=("aged-package", "reconciliation-overdue"),
    shapes=RETAIL,
    days=(30, 46),
    mended=False,
)
def paprika(f: Injection) -> None:
    """Selling the last piece does not close a package, and to close them is nobody's task; only some that are come upon by chance are closed."""
    connector = f.site.connector
    send = connector.send

    def leave_open(at: int, message: Message) -> None:
        if not message.endpoint.endswith("/finish") or f.below(100, "come upon", message.key) < 12:
            send(at, message)

    f.set_during(connector, send=leave_open)


@kind(
    "data",
    modes=("return-not-mirrored",),
    also_modes=(
        "metrc-onhand-understated",
        "physical-count-mismatch",
        "sale-rejected-by-metrc",
        "waste-missing",
    ),
    shapes=RETAIL,
    days=(20, 38),
)
def dill(f: Injection) -> None:
    """What customers bring back is refunded at the register and put on the shelf again; METRC is not told."""
    for day in f.days:
        for nth in range(4):
            when = f.site.local(day, (11 + 2 * nth) * HOUR) + f.below(90 * MINUTE, "comes", day, nth)
            if f.start < when < f.end:
                f.site.at(when, lambda now, day=day, nth=nth: _take_back(f, now, day, nth))


def _take_back(f: Injection, now: int, day: int, nth: int) -> None:
    site = f.site
    if f.below(100, "somebody", day, nth) >= 60:
        return
    returned = {sale.get("original") for sale in site.sales.values()}
    earlier = [
        sale
        for sale in site.sales.values()
        if site.day(sale["sold_at"]) in (day - 1, day - 2, day - 3)
        and sale["status"] == "completed"
        and sale["state"] == "reported"
        and not sale["generic"]
        and "original" not in sale
        and sale["sale_id"] not in returned
    ]
    if not earlier:
        return
    sale = earlier[f.below(len(earlier), "which", day, nth)]
    label, item, quantity, own, price = sale["drawn"][0]
    stock = site.stock[label]
    site.shelf[label] += quantity
    stock.on_hand += own
    stock.modified = now
    number = f"{site.place.code.upper()}-RT-{day:03}-{nth:04}"
    site.sales[number] = {
        **sale, "sale_id": number, "sold_at": now, "drawn": [(label, item, -quantity, -own, -price)],
        "status": "returned", "posted_at": None, "receipt_id": None, "state": "excluded", "via": "counter",
        "offline": False, "modified": now + 2, "original": sale["sale_id"],
    }  # fmt: skip


@kind(
    "data",
    modes=("finished-too-early",),
    also_modes=(
        "sale-of-inactive-package",
        "finished-package-still-sellable",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "direct-edit-not-mirrored",
        "physical-count-mismatch",
    ),
    shapes=RETAIL,
    days=(24, 42),
)
def rosemary(f: Injection) -> None:
    """To keep METRC's list short the lead takes the rest off packages that are nearly empty there, and closes them; the last pieces are still in the drawer, and are sold."""
    site = f.site
    f.set_during(site.habits, blocks=False)
    for day in f.days:
        when = site.local(day, 8 * HOUR + 15 * MINUTE)
        if f.start < when < f.end and f.below(100, "tidies", day) < 50:
            site.at(when, lambda now, day=day: _close_rests(f, now, day))


def _close_rests(f: Injection, now: int, day: int) -> None:
    site, who = f.site, f.site.lead(day)
    nth = 0
    for package in [*site.ledger.active.values()]:
        most = 9 * MICRO if package.item.unit == "Each" else 25 * MICRO
        if package.state != "active" or not 0 < package.quantity <= most or package.label not in site.stock:
            continue
        at = now + 90 * nth
        nth += 1
        name = f"{site.place.code.upper()}-REST-{day:03}-{nth}"
        note = f"rest of {package.label[-6:]}, to close it"
        site.set_in_metrc(at, name, package.label, -package.quantity, who, note=note)
        site.ledger.finish(package.label, day, at + 30)
        site.log(
            "access_events", event_id=f"{site.place.code.upper()}-EV-END-{day:03}-{nth}", system="metrc",
            user=site.people[who].metrc_user, at=at + 30, action="finish", entity_kind="package",
            entity_key=package.label,
        )  # fmt: skip
