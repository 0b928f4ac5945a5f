"""Faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.connector import Job
from benchmarks.faults.kinds.boats.human import accept_what_waits
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "technical",
    modes=("timezone-or-clock-misconfig",),
    also_modes=(
        "sale-wrong-datetime",
        "sale-posted-late",
        "lastmodified-window-gap",
        "purchase-limit-false-oversale",
        "count-not-frozen",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "backdated-entries",
    ),
    shapes=RETAIL,
    days=(8, 24),
)
def kayak(f: Injection) -> None:
    """The integration moves to a server whose clock is on UTC and sends the times of sales without a zone, so METRC takes them for local ones."""
    f.set_during(f.site.connector, shift=-f.site.place.offset)


@kind(
    "technical",
    modes=("duplicate-adjustment",),
    also_modes=(
        "metrc-onhand-understated",
        "oscillating-adjustments",
        "direct-edit-not-mirrored",
        "two-integrations-one-licence",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "oversell-block-or-negative",
        "package-in-pos-missing-in-metrc",
    ),
    days=(30, 48),
)
def canoe(f: Injection) -> None:
    """What is written off in the own system goes to METRC by itself, and the next day a colleague keys it in there once more from the damage sheet."""
    site = f.site

    def begin(_: int) -> None:
        change = site.change_stock

        def and_again(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
            change(at, name, label, quantity, reason, **more)
            if not f.start <= at < f.end or f.below(100, "sheet", name) >= 90:
                return
            note = site.changes[name]["note"] if name in site.changes else None
            colleague = "inv" if site.lead(site.day(at)) == "asst" else "asst"

            def key_in(now: int) -> None:
                package = site.ledger.active.get(label)
                if package is not None and package.quantity + quantity >= 0:
                    site.set_in_metrc(now, f"{name}-D", label, quantity, colleague, reason=reason, note=note)

            next_day = site.local(site.day(at) + 1, 9 * HOUR + 20 * MINUTE)
            site.at(next_day + MINUTE * f.below(75, "desk", name), key_in)

        setattr(site, "change_stock", and_again)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "technical",
    modes=("non-idempotent-post-retried",),
    also_modes=(
        "sale-posted-twice",
        "duplicate-adjustment",
        "metrc-onhand-understated",
        "receipt-only-in-metrc",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "purchase-limit-false-oversale",
        "oversell-block-or-negative",
        "package-in-pos-missing-in-metrc",
        "tag-burned-by-failed-create",
        "metrc-or-store-outage",
    ),
    shapes=RETAIL,
    days=(8, 22),
)
def catamaran(f: Injection) -> None:
    """In the busy hours METRC answers later than the connector waits, and the connector sends everything again without looking whether it is there."""
    site, connector = f.site, f.site.connector
    f.set_during(connector, looks_first=False, timeout=10)

    def wait_for(_: int, slow: int) -> None:
        connector.too_slow = slow

    for day in f.days:
        for hour, slow in ((15, 22), (20, 0)):
            when = site.local(day, hour * HOUR)
            if f.start <= when < f.end:
                site.at(when, partial(wait_for, slow=slow))
    site.at(f.end, partial(wait_for, slow=0))


@kind(
    "technical",
    modes=("capability-not-on-licence",),
    also_modes=(
        "alert-fatigue-unowned",
        "partial-sync-reported-as-success",
        "endpoint-permission-missing",
        "sync-job-failing-unnoticed",
    ),
    days=(10, 30),
)
def coracle(f: Injection) -> None:
    """A release of the integration asks every licence for everything in one loop, gets refused where the licence has no such thing, and goes on."""
    site, connector = f.site, f.site.connector
    none_of = {
        "retail": ("plants", "harvests"),
        "distribution": ("plants", "harvests", "receipts"),
        "manufacturing": ("plants", "receipts"),
        "cultivation": ("receipts",),
    }[site.place.shape]
    paths = {
        "plants": "/plants/v2/vegetative",
        "harvests": "/harvests/v2/active",
        "receipts": "/sales/v2/receipts/active",
    }
    jobs = [Job(name, paths[name], 1, 53 + nth) for nth, name in enumerate(none_of)]

    def on() -> None:
        for job in jobs:
            connector.answers[f"GET {job.endpoint}"] = 401
            connector.broken_jobs[job.name] = "swallow"

    def off() -> None:
        for job in jobs:
            connector.answers.pop(f"GET {job.endpoint}", None)
            connector.broken_jobs.pop(job.name, None)

    f.during(on, off)

    def ask(now: int, job: Job) -> None:
        if connector.is_running:
            connector._read(now, job)

    for hour in range(f.start // HOUR, f.end // HOUR):
        for job in jobs:
            when = hour * HOUR + job.minute * MINUTE
            if f.start < when < f.end:
                site.at(when, partial(ask, job=job))


@kind(
    "technical",
    modes=("attribution-wrong-fallback-key",),
    also_modes=(
        "shared-login-or-key",
        "pos-user-without-metrc-key",
        "accountability-lost",
        "bulk-after-hours-adjustments",
        "user-list-not-reviewed",
    ),
    shapes=RETAIL,
    days=(18, 38),
    mended=False,
)
def dhow(f: Injection) -> None:
    """Keys have to be set up anew, most sellers never do, and the register sends what they sell with the manager's key instead of refusing."""
    site = f.site
    f.set_for_good(site.connector, falls_back="asst")
    sellers = sorted((f"bud{n}" for n in range(1, 7)), key=lambda who: (f.below(1000, "set up", who), who))
    for who in sellers[:4]:
        f.set_for_good(site.people[who], has_key=False)


@kind(
    "technical",
    modes=("account-suspended-for-fees",),
    also_modes=(
        "sale-not-posted",
        "sale-posted-late",
        "transfer-not-received",
        "in-transit-limbo",
        "pos-inventory-stale",
        "endpoint-permission-missing",
        "sync-job-failing-unnoticed",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "close-out-skipped",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "adjustment-not-posted",
        "void-not-mirrored",
        "outage-backfill-missing",
        "alert-fatigue-unowned",
        "backdated-entries",
    ),
    shapes=RETAIL,
    days=(4, 9),
)
def brig(f: Injection) -> None:
    """The bill for METRC lies in a mailbox that nobody reads, and the licence is shut out of METRC, every key and every screen, until it is paid."""
    site = f.site
    f.set_during(site.habits, receives_in_metrc=False)
    answers = site.connector.answers

    def shut_out() -> None:
        answers[""] = 401

    def let_in() -> None:
        answers.pop("", None)

    f.during(shut_out, let_in)
    site.at(f.end + 40 * MINUTE, lambda now: accept_what_waits(f, now))

    def begin(_: int) -> None:
        log = site.log

        def unless_shut_out(table: str, **row: Any) -> None:
            is_in_metrc = table == "access_events" and row.get("system") == "metrc"
            if not is_in_metrc or not f.start <= row["at"] < f.end:
                log(table, **row)

        setattr(site, "log", unless_shut_out)  # noqa: B010

    site.at(f.start, begin)
