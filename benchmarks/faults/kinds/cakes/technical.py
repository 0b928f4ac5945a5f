"""Faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.connector import PAGE, fingerprint
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.site import Outage, Site
from benchmarks.faults.times import CAPTURED, HOUR, MINUTE


@kind(
    "technical",
    modes=("account-suspended-for-fees",),
    also_modes=(
        "sale-not-posted",
        "sale-posted-late",
        "transfer-not-received",
        "pos-inventory-stale",
        "sync-job-failing-unnoticed",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "adjustment-not-posted",
        "metrc-onhand-overstated",
        "package-in-pos-missing-in-metrc",
        "package-in-metrc-missing-in-pos",
        "finished-package-still-sellable",
        "unfinished-zero-package",
        "sales-total-mismatch",
        "close-out-skipped",
        "void-not-mirrored",
        "delivery-left-open",
        "in-transit-limbo",
    ),
    shapes=RETAIL,
    days=(2, 5),
)
def battenberg(f: Injection) -> None:
    """The fee's reminders went unread, and METRC shuts the licence out with every key and every login until the bill is paid."""
    site = f.site

    def log(table: str, **row: Any) -> None:
        if table != "access_events" or row.get("system") != "metrc":
            Site.log(site, table, **row)

    def on() -> None:
        site.connector.answers[""] = 401
        site.habits.receives_in_metrc = False
        site.log = log  # type: ignore[method-assign]

    def off() -> None:
        site.connector.answers.pop("", None)
        site.habits.receives_in_metrc = True
        del site.log
        site.at(f.end + 50 * MINUTE, catch_up)

    def catch_up(now: int) -> None:
        for transfer in list(site.ledger.transfers.values()):
            if (
                transfer.direction == "incoming"
                and transfer.state == "in_transit"
                and transfer.arrives_at < f.end
            ):
                activities.accept(site, now, transfer)

    f.during(on, off)


@kind(
    "technical",
    modes=("timezone-or-clock-misconfig",),
    also_modes=(
        "sale-wrong-datetime",
        "sale-posted-late",
        "sales-total-mismatch",
        "purchase-limit-false-oversale",
        "count-not-frozen",
        "lastmodified-window-gap",
        "rule-change-not-adopted",
    ),
    shapes=RETAIL,
    days=(12, 28),
)
def castella(f: Injection) -> None:
    """The integration moved to a server that runs in UTC, and sends the register's local times without an offset, as if they were UTC."""
    f.set_during(f.site.connector, shift=f.site.place.offset)


@kind(
    "technical",
    modes=("user-key-regenerated-elsewhere",),
    also_modes=(
        "sync-job-failing-unnoticed",
        "sale-not-posted",
        "pos-inventory-stale",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "adjustment-not-posted",
        "conversion-not-mirrored",
        "package-in-pos-missing-in-metrc",
        "package-in-metrc-missing-in-pos",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "finished-package-still-sellable",
        "unfinished-zero-package",
        "metrc-onhand-overstated",
        "late-harvest-packages",
        "close-out-skipped",
    ),
    days=(4, 9),
    mended=False,
)
def esterhazy(f: Injection) -> None:
    """The assistant manager presses Generate to connect a new label tool, and the key that reads for the register and the stock is dead from that minute on."""
    site = f.site
    owner = site.people["asst"]
    pressed = f.start + MINUTE * f.below(5 * 60, "pressed")
    anew = fingerprint(f"{owner.metrc_user} generated at {pressed}")
    row = {
        "credential": anew, "kind": "user", "metrc_user": owner.metrc_user, "issued_at": pressed, "rotated_at": None,
        "revoked_at": None, "last_used_at": CAPTURED - 25 * MINUTE,
    }  # fmt: skip

    def press(now: int) -> None:
        usual = site.key_works
        owner.key_rotated = owner.last_seen = now
        site.notes.setdefault("more keys", []).append(row)
        site.key_works = lambda person, at: person is not owner and usual(person, at)  # type: ignore[method-assign]
        for action, before in (("login", 3 * MINUTE), ("generate key", 0)):
            site.log(
                "access_events", event_id=f"{site.place.code.upper()}-EV-KEY-{now - before}", system="metrc",
                user=owner.metrc_user, at=now - before, action=action,
            )  # fmt: skip

    site.at(pressed, press)
    for hour in range(pressed // HOUR + 1, CAPTURED // HOUR):
        site.at(hour * HOUR + 35 * MINUTE, partial(_read_by_tool, f, credential=anew))


def _read_by_tool(f: Injection, now: int, *, credential: str) -> None:
    site = f.site
    records = len(site.ledger.active)
    down = site.line_is_down(now) or site.metrc_outage(now) is not None
    for page in range(1, 2 if down else max(1, -(-records // PAGE)) + 1):
        site.log(
            "sync_calls", call_id=f"{site.place.code.upper()}-labels-{now}-{page}", run_id=None, method="GET",
            endpoint="/packages/v2/active", host=site.connector.host, at=now + 2 * (page - 1), status=503 if down else 200,
            duration_ms=280 + f.below(400, "ms", now, page), attempt=1, page=page, page_size=PAGE, credential=credential,
            object_count=0 if down else min(PAGE, max(0, records - PAGE * (page - 1))),
            error="service unavailable" if down else None,
        )  # fmt: skip


@kind(
    "technical",
    modes=("retired-api-version",),
    also_modes=(
        "partial-sync-reported-as-success",
        "sync-job-failing-unnoticed",
        "pos-inventory-stale",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "package-in-metrc-missing-in-pos",
        "finished-package-still-sellable",
        "item-map-missing",
        "location-map-wrong",
        "unfinished-zero-package",
        "metrc-onhand-overstated",
    ),
    days=(3, 9),
)
def kugelhopf(f: Injection) -> None:
    """The reading jobs were never moved from the first version of the interface, and from its last day on every list answers that it is not found."""
    connector = f.site.connector
    gone = {f"GET /{name}/v1": 404 for name in ("packages", "transfers", "items", "locations")}
    f.set_at_once(connector, api="v1")

    def moved() -> None:
        for name in gone:
            connector.answers.pop(name, None)
        connector.api = "v2"

    f.during(lambda: connector.answers.update(gone), moved)


@kind(
    "technical",
    modes=("metrc-or-store-outage",),
    also_modes=(
        "outage-backfill-missing",
        "non-idempotent-post-retried",
        "retry-queue-backlog",
        "lastmodified-window-gap",
        "tag-burned-by-failed-create",
        "sale-posted-late",
        "sale-not-posted",
        "pos-inventory-stale",
        "sync-job-failing-unnoticed",
        "retries-exhausted-and-dropped",
        "sale-posted-twice",
    ),
    days=(2, 5),
)
def medovik(f: Injection) -> None:
    """METRC is down for the better part of an afternoon, and again a day or two later, keeping some of the writes that it answers with an error."""
    site = f.site
    for nth, day in enumerate(f.days[:-1]):
        if nth == 0 or f.below(100, "again", day) < 45:
            begins = site.local(day, 10 * HOUR + MINUTE * f.below(5 * 60, "begins", day))
            ends = begins + 3 * HOUR + MINUTE * f.below(4 * 60, "lasts", day)
            listed = f.below(2, "noted", day) == 0
            site.outages.append(Outage("metrc", begins, ends, listed=listed, saves=20))


@kind(
    "technical",
    modes=("overlapping-windows-duplicate-rows",),
    also_modes=(
        "pos-onhand-understated",
        "receipt-only-in-metrc",
        "oversell-block-or-negative",
        "package-in-metrc-missing-in-pos",
        "physical-count-mismatch",
        "sales-total-mismatch",
        "sale-not-posted",
        "unfinished-zero-package",
        "recurring-variance",
        "aged-package",
    ),
    shapes=RETAIL,
    days=(10, 24),
)
def sacher(f: Injection) -> None:
    """A new job reads METRC's receipts each hour for the last hour and a quarter, and inserts what it reads a second time as one more sale that draws stock again."""
    site = f.site
    for hour in range(f.start // HOUR + 1, f.end // HOUR):
        site.at(hour * HOUR + 57 * MINUTE, partial(_load, f))


def _load(f: Injection, now: int) -> None:
    site, connector = f.site, f.site.connector
    since = now - 75 * MINUTE
    owner = site.people[connector.reader]
    status, error = connector.answer(now, owner, "GET", "/sales/v2/receipts/active", None)
    read = [r for r in site.ledger.receipts.values() if since <= r.recorded_at < now] if status == 200 else []
    pages = max(1, -(-len(read) // PAGE))
    run = f"{site.place.code.upper()}-receipts-{now}"
    site.log(
        "sync_runs", run_id=run, job="receipts", endpoint="/sales/v2/receipts/active", started_at=now,
        finished_at=now + 2 * pages, window_start=since, window_end=now, pages_expected=pages if status == 200 else None,
        pages_fetched=pages if status == 200 else 0, records_expected=len(read) if status == 200 else None,
        records_fetched=len(read), records_written=len(read), status="ok" if status == 200 else "failed",
        error=None if status == 200 else f"{status} {error}",
    )  # fmt: skip
    for page in range(1, pages + 1):
        site.log(
            "sync_calls", call_id=f"{run}-{page}", run_id=run, method="GET", endpoint="/sales/v2/receipts/active",
            host=connector.host, at=now + 2 * (page - 1), status=status, duration_ms=300 + f.below(400, "ms", now, page),
            attempt=1, page=page, page_size=PAGE, credential=fingerprint(owner.metrc_user),
            object_count=min(PAGE, max(0, len(read) - PAGE * (page - 1))), error=error,
        )  # fmt: skip
    for receipt in read:
        sale = site.sales.get(receipt.external or "")
        known = receipt.recorded_at < now - HOUR  # the run before had it as well
        if not known or sale is None or sale["status"] != "completed" or receipt.voided_at is not None:
            continue
        again = f"{sale['sale_id']}-2"
        if again in site.sales or receipt.recorded_at < f.start:
            continue
        site.sales[again] = sale | {
            "sale_id": again, "receipt_id": receipt.receipt_id, "state": "reported", "modified": now,
        }  # fmt: skip
        for label, _, _, own, _ in sale["drawn"]:
            site.stock[label].on_hand = max(0, site.stock[label].on_hand - own)
            site.stock[label].modified = now
