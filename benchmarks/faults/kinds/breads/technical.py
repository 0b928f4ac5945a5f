"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.metrc import Adjustment, Refused
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Site
from benchmarks.faults.times import CAPTURED, DAY, HOUR, MINUTE

from .human import breakages


@kind(
    "technical",
    modes=("account-suspended-for-fees",),
    also_modes=(
        "sale-not-posted",
        "sale-posted-late",
        "transfer-not-received",
        "transfer-not-imported",
        "pos-inventory-stale",
        "sync-job-failing-unnoticed",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "adjustment-not-posted",
        "close-out-skipped",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "in-transit-limbo",
    ),
    shapes=RETAIL,
    days=(3, 8),
)
def lavash(f: Injection) -> None:
    """METRC's bill lies unread in a mailbox, and the licence is shut off for every key, calls and screens, until it is paid."""
    site = f.site
    logs: list[Any] = []

    def no_screen(table: str, **row: Any) -> None:
        if table != "access_events" or row.get("system") != "metrc":
            logs[-1](table, **row)

    def shut_the_screen() -> None:
        logs.append(site.log)
        _set_log(site, no_screen)

    def accept_what_waits(now: int) -> None:
        for transfer in list(site.ledger.transfers.values()):
            here = all(p.package.label not in site.notes.get("coming", {}) for p in transfer.packages)
            if transfer.direction == "incoming" and transfer.received_at is None and here:
                activities.accept(site, now, transfer)

    f.set_during(site.connector, answers={"": 401})
    f.during(shut_the_screen, lambda: _set_log(site, logs[-1]))
    f.set_during(site.habits, receives_in_metrc=False)
    site.at(f.end + 40 * MINUTE, accept_what_waits)


def _set_log(site: Site, log: Any) -> None:
    vars(site)["log"] = log


@kind(
    "technical",
    modes=("page-size-truncation",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "finished-package-still-sellable",
        "pos-inventory-stale",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "item-map-missing",
        "physical-count-mismatch",
        "false-clean-reconciliation",
        "partial-sync-reported-as-success",
        "aged-package",
    ),
    shapes=frozenset({"retail", "distribution"}),
    days=(8, 20),
)
def challah(f: Injection) -> None:
    """A new release asks for fifty rows a page and stops when fewer come; METRC gives twenty, so the rest is never read."""
    f.set_during(f.site.connector, page_size=50, walks_pages=False)


@kind(
    "technical",
    modes=("lastmodified-window-missing",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "transfer-not-imported",
        "pos-inventory-stale",
        "finished-package-still-sellable",
        "silent-empty-success",
        "false-clean-reconciliation",
        "received-in-metrc-not-in-pos",
        "physical-count-mismatch",
    ),
    shapes=STOCKED,
    days=(8, 20),
)
def naan(f: Injection) -> None:
    """After an update the lists are called without the two dates, METRC answers with what changed of late, and it is taken for all."""
    f.set_during(f.site.connector, window="none")


@kind(
    "technical",
    modes=("chunk-failure-reported-as-success",),
    also_modes=(
        "sale-not-posted",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "sale-posted-late",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "void-not-mirrored",
    ),
    shapes=RETAIL,
    days=(12, 26),
)
def pita(f: Injection) -> None:
    """Sales go out in a run each hour; when one of them is refused the loop ends, and the whole run is marked as done."""
    site, connector = f.site, f.site.connector

    def count_as_done(now: int, sale: dict[str, Any]) -> None:
        sale["posted_at"], sale["state"], sale["modified"] = now, "reported", now + 1

    def send_the_hour(now: int) -> None:
        bulk = [(s, m) for s, m in site.notes.pop("bulk", []) if s["status"] == "completed"]
        run = f"{site.place.code.upper()}-upload-{now}"
        is_broken = False
        for nth, (sale, message) in enumerate(bulk):
            at = now + 2 * nth
            message.run = run
            if is_broken:
                count_as_done(at, sale)
            elif f.below(100, "refused", sale["sale_id"]) < 6:
                message.attempts, is_broken = 1, True
                owner = site.people[connector.shared_key or message.author]
                connector.log_write(at, message, owner, 400, "object is not valid")
                count_as_done(at, sale)
            else:
                connector.send(at, message)
        if bulk:
            site.log(
                "sync_runs", run_id=run, job="sales upload", endpoint="/sales/v2/receipts", started_at=now,
                finished_at=now + 2 * len(bulk), records_written=len(bulk), status="ok",
            )  # fmt: skip

    f.set_during(connector, swallow_chunks=1)
    for hour in range(f.start // HOUR, f.end // HOUR + 1):
        site.at(hour * HOUR + 38 * MINUTE, send_the_hour)
    site.at(f.end + 3 * MINUTE, send_the_hour)


@kind(
    "technical",
    modes=("stale-cache",),
    also_modes=(
        "adjust-to-match",
        "sale-rejected-by-metrc",
        "finished-package-still-sellable",
        "pos-inventory-stale",
        "direct-edit-not-mirrored",
        "physical-count-mismatch",
        "oscillating-adjustments",
        "metrc-onhand-overstated",
        "sale-not-posted",
    ),
    shapes=STOCKED,
    days=(14, 30),
    mended=False,
)
def eclair(f: Injection) -> None:
    """The stock screen is filled when a package is first opened and never again; reading goes well, and people work by what it shows."""
    site, connector = f.site, f.site.connector

    def fill(now: int) -> None:
        connector.caches = True
        site.notes["cached at"] = now

    def first_opened(_: int) -> None:
        taken = {
            row["label"]: row["received_at"]
            for row in site.world.logs["internal_receipts"]
            if row["facility"] == site.place.licence
        }
        for label, stock in site.stock.items():
            came = taken.get(label, site.local(stock.received_on, 14 * HOUR))
            if stock.synced is None and came > f.start:
                stock.synced = came + 60

    site.at(f.start, fill)
    site.at(CAPTURED - 1, first_opened)
    for day in f.days:
        if f.below(100, "goes bad", day) < 60:
            when = site.local(day, 10 * HOUR) + f.below(6 * HOUR, "when", day)
            site.at(max(when, f.start + HOUR), partial(_write_off_on_screen, f, day=day))


def _write_off_on_screen(f: Injection, now: int, day: int) -> None:
    """The lead writes a piece off on METRC's screen; the own screen keeps the old number, and now and then METRC is set back to it."""
    site = f.site
    there = [
        s
        for s in site.stock.values()
        if s.listed
        and s.label in site.ledger.active
        and min(site.shelf.get(s.label, 0), s.on_hand, site.ledger.active[s.label].quantity) >= 5 * MICRO
    ]
    if not there:
        return
    stock = there[f.below(len(there), "package", day)]
    who = site.lead(day)
    name = f"{site.place.code.upper()}-SCR-{day:03}"
    note = f"package {stock.label[-6:]} on day {day}: one is spoilt, seen by {site.people[who].person}"
    site.set_in_metrc(now, name, stock.label, -MICRO, who, reason="Spoilage", note=note)
    site.shelf[stock.label] -= MICRO
    site.edits[stock.label] = site.edits.get(stock.label, 0) - site.own(MICRO, stock.item)

    def set_back(at: int) -> None:
        try:
            site.set_in_metrc(at, f"{name}-B", stock.label, MICRO, who, note="as on our screen")
        except Refused:
            return

    if f.below(100, "set back", day) < 40:
        site.at(now + DAY + f.below(4 * HOUR, "back", day), set_back)


@kind(
    "technical",
    modes=("overlapping-windows-duplicate-rows",),
    also_modes=(
        "pos-onhand-understated",
        "receipt-only-in-metrc",
        "oversell-block-or-negative",
        "physical-count-mismatch",
        "sales-total-mismatch",
        "sale-not-posted",
        "adjustment-not-posted",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
    ),
    shapes=RETAIL,
    days=(12, 22),
)
def danish(f: Injection) -> None:
    """Each hour is read with ten minutes of the hour before, and what METRC holds of those is inserted once more and taken off again."""
    site, connector = f.site, f.site.connector
    overlap = 10 * MINUTE
    f.set_during(connector, window="recent", look_back=HOUR + overlap)

    def insert(now: int) -> None:
        begins = now - MINUTE - HOUR - overlap
        if connector.last_good_read != now - MINUTE:
            return
        for receipt in site.ledger.receipts.values():
            if begins < receipt.recorded_at <= begins + overlap and receipt.voided_at is None:
                _insert_sale(f, now, receipt.external)
        for adjustment in site.ledger.adjustments:
            if begins < adjustment.recorded_at <= begins + overlap:
                _insert_change(f, now, adjustment)

    for hour in range(f.start // HOUR + 2, f.end // HOUR):
        site.at(hour * HOUR + 51 * MINUTE, insert)
    breakages(f, f.days, 600)


def _insert_sale(f: Injection, now: int, number: str | None) -> None:
    site = f.site
    sale = site.sales.get(number or "")
    if sale is None or sale["status"] != "completed":
        return
    twin = {**sale, "sale_id": f"{sale['sale_id']}-2", "modified": now}
    site.sales[twin["sale_id"]] = twin
    for label, _, _, own, _ in sale["drawn"]:
        site.stock[label].on_hand -= own
        site.stock[label].modified = now


def _insert_change(f: Injection, now: int, adjustment: Adjustment) -> None:
    site = f.site
    row = site.changes.get(adjustment.adjustment_id)
    if row is None:
        return
    twin = {**row, "adjustment_id": f"{row['adjustment_id']}-2"}
    site.changes[twin["adjustment_id"]] = twin
    stock = site.stock[row["label"]]
    stock.on_hand += site.own(row["quantity"], stock.item)
    stock.modified = now
