"""Faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults import activities
from benchmarks.faults.metrc import Package, Receipt, ReceiptLine, Refused, Transfer
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE

TENTH = MICRO // 10


@kind(
    "process",
    modes=("received-short",),
    also_modes=(
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "adjustment-generic-reason",
        "adjust-to-match",
        "direct-edit-not-mirrored",
        "regulator-flag-adjustment-pattern",
        "sale-price-mismatch",
        "unfinished-zero-package",
        "aged-package",
    ),
    shapes=STOCKED,
    days=(21, 38),
)
def baumkuchen(f: Injection) -> None:
    """Flower arrives lighter and cases a piece short; the own system takes in what was counted, METRC what its screen offers, and some of it is set right there a day later as an entry error."""
    site = f.site
    gaps: dict[str, int] = {}

    def less(package: Package) -> int:
        lot = f.below(100, "short", package.label)
        if package.item.unit == "Grams" and lot < 45:
            gaps[package.label] = (
                package.quantity * (15 + f.below(30, "dry", package.label)) // 1000 // TENTH * TENTH
            )
        elif package.item.unit == "Each" and lot < 25:
            gaps[package.label] = MICRO * (1 + f.below(3, "pieces", package.label))
        return gaps.get(package.label, 0)

    f.during(lambda: site.notes.update({"packed less": less}), lambda: site.notes.pop("packed less", None))
    for day in f.days[1:]:
        site.at(site.local(day, 11 * HOUR + 20 * MINUTE), partial(_set_right, f, day=day, gaps=gaps))


def _set_right(f: Injection, now: int, *, day: int, gaps: dict[str, int]) -> None:
    site = f.site
    for nth, transfer in enumerate(list(site.ledger.transfers.values())):
        came = transfer.direction == "incoming" and transfer.received_at is not None
        if (
            not came
            or site.day(transfer.received_at or 0) != day - 1
            or f.below(100, "set right", transfer.manifest) >= 50
        ):
            continue
        for line, entry in enumerate(transfer.packages):
            package, gap = entry.package, gaps.get(entry.package.label, 0)
            if gap and package.state == "active" and package.quantity >= gap:
                name = f"{site.place.code.upper()}-FIX-S{day:03}-{nth}-{line}"
                note = "less arrived than on manifest"
                site.set_in_metrc(now + 50 * line, name, package.label, -gap, site.lead(day), note=note)


@kind(
    "process",
    modes=("received-in-metrc-not-in-pos",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "transfer-not-imported",
        "workaround-generic-product",
        "aged-package",
    ),
    shapes=STOCKED,
    days=(14, 24),
    mended=False,
)
def genoise(f: Injection) -> None:
    """Whoever accepts the truck does it on METRC's screen and takes the register's receipt for a colleague's task, so that goods stand in the back for days or for good."""
    site = f.site

    def on(_: int) -> None:
        usual = site.take_into_stock

        def waits(now: int, transfer: Transfer) -> None:
            received = transfer.received_at
            lot = f.below(100, "desk", transfer.manifest)
            if received is not None and received >= f.start and lot < 65:
                days = 2 + f.below(3, "remembered", transfer.manifest)
                if lot < 42 or now - received < days * DAY:
                    return
            usual(now, transfer)

        site.take_into_stock = waits

    site.at(f.start, on)


@kind(
    "process",
    modes=("manual-csv-duplicates-api",),
    also_modes=(
        "sale-posted-twice",
        "metrc-onhand-understated",
        "sale-rejected-by-metrc",
        "receipt-only-in-metrc",
        "receipt-external-number-missing",
        "two-integrations-one-licence",
        "sales-total-mismatch",
        "retry-queue-backlog",
        "sale-posted-late",
        "metrc-or-store-outage",
        "sale-not-posted",
        "retries-exhausted-and-dropped",
        "package-in-pos-missing-in-metrc",
        "physical-count-mismatch",
    ),
    shapes=RETAIL,
    days=(12, 26),
)
def linzer(f: Injection) -> None:
    """On days on which sales hang for hours the assistant exports them and uploads the file to METRC, and in the evening the queue sends them all once more."""
    site, connector = f.site, f.site.connector

    def mended(_: int) -> None:
        connector.answers.pop("POST /sales", None)

    day = f.days[0] + f.below(2, "first")
    while day < f.days[-1]:
        begins = site.local(day, 11 * HOUR + MINUTE * f.below(150, "hangs", day))
        ends = begins + 4 * HOUR + MINUTE * f.below(120, "until", day)
        uploads = ends - 20 * MINUTE - MINUTE * f.below(60, "uploads", day)
        if begins >= f.start and ends < f.end:
            site.at(begins, lambda _: connector.answers.update({"POST /sales": 500}))
            site.at(ends, mended)
            site.at(uploads, partial(_upload_file, f, since=begins - 10 * MINUTE, day=day))
        day += 3 + f.below(3, "next", day)


def _upload_file(f: Injection, now: int, *, since: int, day: int) -> None:
    site = f.site
    who = site.people["asst"]
    stuck = [
        s for s in site.sales.values() if since <= s["sold_at"] < now - 12 * MINUTE and s["state"] in ("queued", "failed")
        and s["status"] == "completed"
    ]  # fmt: skip
    for nth, sale in enumerate(stuck):
        lines = [
            ReceiptLine(label, site.metrc_item(label, item), round(quantity * item.sent_factor), price)
            for label, item, quantity, _, price in sale["drawn"]
        ]
        at = now + 2 * nth
        number = site.place.first_id + 8_000_000 + day * 1000 + nth
        receipt = Receipt(
            number,
            None,
            sale["sold_at"] // 60 * 60,
            at,
            sale["customer"],
            sale["patient"],
            lines,
            who.metrc_user,
            at,
        )
        try:
            site.ledger.sell(receipt)
        except Refused:
            continue
    if stuck:
        who.last_seen = now
        site.log(
            "access_events", event_id=f"{site.place.code.upper()}-EV-FILE-{day:03}", system="metrc", user=who.metrc_user,
            at=now, action="upload", entity_kind="sale",
        )  # fmt: skip


@kind(
    "process",
    modes=("blind-receive",),
    also_modes=(
        "received-short",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "physical-loss-unrecorded",
        "recurring-variance",
        "reconciliation-rubber-stamped",
        "discrepancy-not-reported",
        "unfinished-zero-package",
        "aged-package",
    ),
    shapes=STOCKED,
    days=(21, 38),
)
def madeira(f: Injection) -> None:
    """The truck is accepted with one press while it is still being unloaded, and nobody counts what then proves short on the shelf."""
    site = f.site

    def less(package: Package) -> int:
        lot = f.below(100, "short", package.label)
        if package.item.unit == "Grams":
            share = 15 + f.below(35, "light", package.label) if lot < 45 else 0
            return package.quantity * share // 1000 // TENTH * TENTH
        return MICRO * (1 + f.below(3, "pieces", package.label)) if lot < 35 else 0

    def counts_again() -> None:
        site.notes.pop("packed less", None)
        site.notes.pop("unseen", None)

    f.during(lambda: site.notes.update({"packed less": less, "unseen": True}), counts_again)
    f.set_during(site.habits, receives_in_metrc=False)  # by the usual way, at the dock
    for day in f.days:
        for vendor in (0, 1):
            second = 10 * HOUR + 30 * MINUTE + vendor * 40 * MINUTE + 40 + f.below(80, "press", day, vendor)
            when = site.local(day, second)
            if f.start <= when < f.end:
                site.at(when, partial(_press, f, day=day))


def _press(f: Injection, now: int, *, day: int) -> None:
    if f.site.connector.answers.get("") or f.site.metrc_outage(now):
        return
    for transfer in list(f.site.ledger.transfers.values()):
        waits = (
            transfer.direction == "incoming" and transfer.state == "in_transit" and transfer.arrives_at <= now
        )
        if waits and all(entry.package.item.is_active for entry in transfer.packages):
            activities.accept(f.site, now, transfer)


@kind(
    "process",
    modes=("test-sample-residue-open",),
    also_modes=(
        "aged-package",
        "waste-missing",
        "package-in-metrc-missing-in-pos",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
        "direct-edit-not-mirrored",
        "conversion-not-mirrored",
    ),
    shapes=frozenset({"cultivation", "manufacturing"}),
    days=(50, 54),
    mended=False,
)
def simnel(f: Injection) -> None:
    """Each lot's sample is a package of its own, which the laboratory uses up, and nobody at the place closes it once the result is there."""
    site = f.site
    for day in f.days[1:]:
        site.at(site.local(day, 8 * HOUR + 40 * MINUTE), partial(_draw_samples, f, day=day))


def _draw_samples(f: Injection, now: int, *, day: int) -> None:
    site = f.site
    sampled = site.notes.get("sampled", {})
    for nth, lot in enumerate([label for label, on in list(sampled.items()) if on == day]):
        parent, stock = site.ledger.active.get(lot), site.stock[lot]
        tenths = 30 + f.below(50, "grams", lot)
        amount = MICRO * (3 + f.below(3, "pieces", lot)) if stock.item.unit == "Each" else TENTH * tenths
        if parent is None or min(parent.quantity, site.shelf.get(lot, 0), stock.on_hand) < 4 * amount:
            continue
        at = now + 3 * MINUTE * nth
        label = f"{site.place.tag_stem}5{day:03}{nth:08}"
        sample = Package(
            label, site.place.first_id // 10 + 90_000 + day * 40 + nth * 2, parent.item, amount, amount, day, at, at,
            created_by=site.people["asst"].metrc_user, lab_state="SubmittedForTesting", lab_state_on=day,
            expires_on=parent.expires_on, harvest=parent.harvest, is_testing_sample=True,
        )  # fmt: skip
        site.ledger.take_out(lot, amount, at)
        site.ledger.add(sample)
        site.ledger.sources.append((label, lot, amount, parent.item.unit, at))
        site.shelf[lot] -= amount
        stock.on_hand -= site.own(amount, stock.item)
        stock.modified = at
        site.stock[label] = Stock(label, stock.item, 0, day, at)  # it went with the laboratory's driver
        work = f"{site.place.code.upper()}-SA-{day:03}-{nth}"
        site.log_work(at, work, "input", lot, stock.item, site.own(amount, stock.item))
        site.log_work(at, work, "output", label, stock.item, site.own(amount, stock.item))
        sampled[label] = day
