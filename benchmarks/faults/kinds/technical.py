"""Faults of the technical layer: keys, calls, reading, retries, configuration."""

from __future__ import annotations

from contextlib import suppress

from benchmarks.faults.activities import mishap, upload
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Adjustment, Receipt, ReceiptLine, Refused
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import MAKE, RETAIL, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import DAY, HOUR, MINUTE

# One key for a whole place is a matter of its own, which these faults bring with them.
STORE_KEY = (
    "shared-login-or-key",
    "attribution-wrong-fallback-key",
    "accountability-lost",
    "one-key-for-everybody",
)


@kind("technical", modes=("user-key-expired",), also=STORE_KEY)
def store_key_expires(f: Injection) -> None:
    """One manager's key serves the place; it lapses a year after it was issued, and is replaced days later."""
    connector, owner = f.site.connector, f.site.people["asst"]
    connector.shared_key = "asst"
    owner.key_issued = f.start - 365 * DAY
    owner.key_expires = 365 * DAY

    def renew() -> None:
        owner.key_issued, owner.key_rotated, owner.key_expires = owner.key_issued, f.end, 900 * DAY

    f.site.at(f.end, lambda _: renew())


@kind(
    "technical",
    also=STORE_KEY,
    modes=("user-key-revoked",),
)
def store_key_is_revoked(f: Injection) -> None:
    """The account whose key serves the place is locked by mistake; every call answers 401 until another key is put in."""
    connector, owner = f.site.connector, f.site.people["asst"]
    connector.shared_key = "asst"

    def lock() -> None:
        owner.key_revoked, owner.is_locked = f.start, True

    def replace() -> None:
        connector.shared_key = connector.reader = "gm"
        f.site.people["gm"].key_rotated = f.end

    f.during(lock, replace)


@kind(
    "technical",
    modes=("endpoint-permission-missing",),
)
def rights_are_narrowed(f: Injection) -> None:
    """After a review the right to manage packages is taken from the accounts that write changes of stock."""
    people = [f.site.people[handle] for handle in ("inv", "asst")]

    def narrow() -> None:
        for person in people:
            person.permissions = [p for p in person.permissions if p != "manage packages inventory"]

    f.during(narrow, lambda: None)


@kind(
    "technical",
    shapes=RETAIL,
    also=STORE_KEY,
    modes=("endpoint-permission-missing",),
)
def sales_right_is_missing(f: Injection) -> None:
    """One key writes for the whole store, and its account loses the right to manage sales."""
    owner = f.site.people["asst"]
    f.site.connector.shared_key = "asst"
    f.set_during(owner, permissions=[p for p in owner.permissions if p != "manage sales"])


@kind("technical", modes=("retired-api-version",), shapes=STOCKED)
def old_api_is_retired(f: Injection) -> None:
    """The connector still reads by the first version of the API, which answers 404 from a day on."""
    f.site.connector.api = "v1"
    f.site.at(
        f.start,
        lambda _: f.site.connector.answers.update(
            {
                "GET /packages/v1": 404,
                "GET /transfers/v1": 404,
                "GET /items/v1": 404,
                "GET /locations/v1": 404,
            }
        ),
    )


@kind("technical", modes=("sandbox-host-in-production",), shapes=RETAIL)
def writes_go_to_the_sandbox(f: Injection) -> None:
    """A copied configuration names the sandbox; every write is answered 200 and reaches no regulator."""
    f.set_for_good(f.site.connector, host=f"sandbox-{f.site.place.host}")


@kind(
    "technical",
    modes=("page-size-truncation",),
    shapes=frozenset({"retail", "distribution", "manufacturing"}),
    days=(25, 40),
)
def only_the_first_page_is_read(f: Injection) -> None:
    """The connector asks for fifty rows, gets twenty, and takes the short page for the last one."""
    f.set_for_good(f.site.connector, page_size=50, walks_pages=False)


@kind("technical", modes=("lastmodified-window-missing",), shapes=STOCKED, days=(15, 40))
def lists_are_read_without_a_window(f: Injection) -> None:
    """Lists are asked for without bounds, and METRC answers with what changed of late only."""
    f.set_for_good(f.site.connector, window="none")


@kind(
    "technical",
    shapes=STOCKED,
    days=(20, 40),
    also=("sync-job-failing-unnoticed",),
    modes=("lastmodified-window-gap",),
)
def reading_looks_back_too_little(f: Injection) -> None:
    """Each run reads the last six hours; when the job stands still for a day, what changed then is never read."""
    connector = f.site.connector
    f.set_for_good(connector, window="recent", look_back=6 * HOUR)
    for day in list(f.days)[2::7]:
        stop = f.site.local(day, 6 * HOUR)
        f.site.at(stop, lambda _: setattr(connector, "is_running", False))
        f.site.at(stop + 20 * HOUR, lambda _: setattr(connector, "is_running", True))


@kind("technical", modes=("silent-empty-success",), shapes=STOCKED)
def lists_come_back_empty(f: Injection) -> None:
    """Lists answer 200 without a row; the job keeps its old data and reports success."""
    broken = f.site.connector.broken_jobs
    f.during(lambda: broken.update(packages="empty", transfers="empty"), lambda: broken.clear())


@kind("technical", modes=("partial-sync-reported-as-success",), shapes=STOCKED)
def half_a_list_counts_as_all(f: Injection) -> None:
    """The worker drops the second half of the pages after an error it catches, and reports the run as ok."""
    broken = f.site.connector.broken_jobs
    f.during(lambda: broken.update(packages="half", transfers="half"), lambda: broken.clear())


@kind("technical", modes=("sync-job-failing-unnoticed",), shapes=STOCKED)
def the_scheduler_stops(f: Injection) -> None:
    """The job that reads is not started any more, and nobody is told."""
    f.set_during(f.site.connector, is_running=False)


@kind("technical", modes=("sync-job-failing-unnoticed",), shapes=STOCKED)
def the_reading_worker_crashes(f: Injection) -> None:
    """The worker fails at every run after an update; the runs are logged as failed, and nobody looks."""
    broken = f.site.connector.broken_jobs
    f.during(
        lambda: broken.update(
            dict.fromkeys(("packages", "transfers", "finished", "items", "locations"), "crash")
        ),
        lambda: broken.clear(),
    )


@kind("technical", modes=("rate-limit-storm",), shapes=STOCKED, days=(4, 9))
def another_job_eats_the_limit(f: Injection) -> None:
    """A second job of the same integrator uses up METRC's limit; reading answers 429 for days."""
    connector = f.site.connector

    def storm() -> None:
        connector.answers.update({"GET /packages": 429, "GET /transfers": 429})
        connector.retry_after = 60

    f.during(storm, lambda: connector.answers.clear())


@kind(
    "technical",
    modes=("retries-exhausted-and-dropped", "outage-backfill-missing"),
    shapes=RETAIL,
    days=(6, 14),
)
def writes_are_tried_twice_and_dropped(f: Injection) -> None:
    """The line drops for some hours most days; the connector tries twice within minutes and keeps nothing for later."""
    f.set_during(f.site.connector, retries=(60,), keeps_queue=False)
    for day in f.days:
        begins = f.site.local(day, 12 * HOUR + 600 * f.below(30, day))
        f.site.outages.append(Outage("integration", begins, begins + 80 * MINUTE, listed=True))


@kind("technical", modes=("non-idempotent-post-retried",), shapes=RETAIL, days=(5, 12))
def receipts_are_sent_again_blindly(f: Injection) -> None:
    """METRC saves receipts and answers 503 on some evenings; the connector sends them again without looking."""
    f.set_during(f.site.connector, looks_first=False)
    for day in list(f.days)[::2]:
        begins = f.site.local(day, 17 * HOUR + 600 * f.below(9, day))
        f.site.outages.append(Outage("metrc", begins, begins + 70 * MINUTE, saves=60))


@kind("technical", modes=("chunk-failure-reported-as-success",), shapes=RETAIL)
def failed_chunks_count_as_done(f: Injection) -> None:
    """Sales go out in bulk; some chunks are refused, and the job marks all of them as reported."""
    f.set_during(f.site.connector, swallow_chunks=12)
    for hour in range(f.start // HOUR, f.end // HOUR):
        f.site.at(hour * HOUR + 58 * MINUTE, lambda now: upload(f.site, now))


@kind("technical", modes=("timezone-or-clock-misconfig",), shapes=RETAIL)
def local_times_are_sent_as_utc(f: Injection) -> None:
    """After a move to another server, the times of sales are sent hours off."""
    f.set_during(f.site.connector, shift=f.site.place.offset)


@kind("technical", modes=("duplicate-adjustment", "non-idempotent-post-retried"))
def changes_of_stock_are_sent_twice(f: Injection) -> None:
    """A double click is not caught: each change of stock reaches METRC twice."""
    f.set_during(f.site.habits, resends_adjustments=True)
    break_more(f)


def break_more(f: Injection, first: int = 500) -> None:
    """Something breaks every day: a place that writes little off would show nothing of what is wrong with it.

    What breaks is numbered from `first` on; faults that may meet in one place each have numbers of their own.
    """
    for day in f.days:
        when = f.site.local(day, 13 * HOUR + 60 * f.below(90, "mishap", day))
        f.site.at(
            when, lambda now, day=day: mishap(f.site, now, first + day) if f.start <= now < f.end else None
        )


@kind("technical", modes=("tag-burned-by-failed-create",), shapes=MAKE, days=(14, 28), mended=False)
def failed_creates_burn_tags(f: Injection) -> None:
    """Package creation fails and the draft keeps its tag; the worker takes the next one, which METRC takes."""
    site = f.site
    burned = site.notes.setdefault("burned", [])

    def next_tag(label: str, day: int) -> str:
        if day not in f.days or day % 7 == 3:
            return label
        burned.append(label)
        message = Message("POST", "/packages/v2", "package", label, "asst", lambda *_: None, attempts=1)
        site.connector.log_write(
            site.local(day, 13 * HOUR) + 60, message, site.people["asst"], 503, "service unavailable"
        )
        return label[:-1] + "1"

    site.notes["next tag"] = next_tag


@kind(
    "technical",
    shapes=RETAIL,
    days=(8, 16),
    modes=("two-integrations-one-licence",),
)
def the_old_system_still_writes(f: Injection) -> None:
    """During a move the old system sets METRC to its own frozen numbers at night; the new one puts them back."""
    site = f.site

    def write(now: int, label: str, quantity: int, who: str, tag: str) -> None:
        name = f"{site.place.code.upper()}-{tag}-{label}-{now}"
        person = site.people[who]
        package = site.ledger.packages[label]
        try:
            site.ledger.adjust(
                Adjustment(
                    name,
                    label,
                    quantity,
                    package.item.unit,
                    "Entry Error",
                    f"set by system {tag}",
                    site.day(now),
                    now,
                    person.metrc_user,
                )
            )
        except Refused:
            return
        site.connector.log_write(
            now,
            Message("POST", "/packages/v2/adjust", "adjustment", name, who, lambda *_: None, attempts=1),
            person,
            200,
            None,
        )

    def night(now: int) -> None:
        for label in sorted(site.ledger.active)[::4]:
            package = site.ledger.packages[label]
            if package.sold and package.initial > package.quantity:
                gap = min(package.initial - package.quantity, 5_000_000)
                write(now, label, gap, "gm", "OLD")
                site.at(
                    now + 7 * HOUR,
                    lambda later, label=label, gap=gap: write(later, label, -gap, "asst", "NEW"),
                )

    def report_orders(now: int) -> None:
        today = site.day(now)
        for sale_id, sale in sorted(site.sales.items()):
            if sale["via"] == "online" and site.day(sale["sold_at"]) == today:
                number = site.place.first_id + 6_000_000 + today * 1000 + int(sale_id[-4:])
                lines = [
                    ReceiptLine(label, item, quantity, price)
                    for label, item, quantity, _, price in sale["drawn"]
                ]
                with suppress(Refused):
                    site.ledger.sell(
                        Receipt(
                            number,
                            f"WEB-{number}-{sale_id}",
                            sale["sold_at"],
                            now + 1,
                            sale["customer"],
                            sale["patient"],
                            lines,
                            site.people["gm"].metrc_user,
                            now + 1,
                        )
                    )

    for day in f.days:
        site.at(site.local(day, 21 * HOUR + 20 * MINUTE), report_orders)
        site.at(site.local(day, 25 * HOUR), night)


@kind(
    "technical",
    modes=("metrc-or-store-outage", "outage-backfill-missing", "retries-exhausted-and-dropped"),
    shapes=RETAIL,
    days=(2, 5),
)
def the_line_is_down_and_nobody_backfills(f: Injection) -> None:
    """The store's line is down for hours on some days; what was sold then is dropped after the retries."""
    f.set_during(f.site.connector, keeps_queue=False)
    for day in f.days:
        begins = f.site.local(day, 11 * HOUR)
        f.site.outages.append(Outage("integration", begins, begins + 6 * HOUR))


@kind("technical", modes=("stale-cache",), shapes=RETAIL, days=(15, 30), mended=False)
def screens_show_what_was_read_before(f: Injection) -> None:
    """Reading works, but the own records keep what they held when the cache was filled."""
    site = f.site

    def fill(now: int) -> None:
        site.connector.caches, site.notes["cached at"] = True, now

    def write_off(now: int) -> None:
        there = [
            p
            for p in site.ledger.active.values()
            if p.quantity > 4 * MICRO and site.shelf.get(p.label, 0) > 4 * MICRO
        ]
        for package in there[::6]:
            name = f"{site.place.code.upper()}-SCR-{package.label}-{now}"
            site.set_in_metrc(
                now,
                name,
                package.label,
                -MICRO,
                site.lead(site.day(now)),
                reason="Spoilage",
                note="spoilt, weighed and thrown away by two people",
            )
            site.shelf[package.label] -= MICRO
            site.edits[package.label] = site.edits.get(package.label, 0) - site.own(MICRO, package.item)

    site.at(f.start, fill)
    for day in list(f.days)[1::3]:
        site.at(site.local(day, 15 * HOUR), write_off)


def hold_some(f: Injection) -> None:
    """METRC puts packages on hold meanwhile, which the own system then does not show."""

    def hold(now: int) -> None:
        for label in sorted(f.site.ledger.active)[::5]:
            package = f.site.ledger.packages[label]
            package.is_on_hold, package.modified = True, now

    f.site.at(f.start + 2 * DAY + 9 * HOUR, hold)


@kind("technical", modes=("retired-api-version",), shapes=SHIPS)
def an_old_write_path_is_gone(f: Injection) -> None:
    """Packages are still created and adjusted by paths that METRC has taken away."""
    answers = f.site.connector.answers
    f.site.at(
        f.start,
        lambda _: answers.update({"POST /packages": 405, "PUT /packages": 405, "POST /harvests": 405}),
    )
