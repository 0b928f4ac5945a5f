"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.connector import Job
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

from .human import is_in_both, more_breaks


@kind(
    "technical",
    modes=("lastmodified-window-gap",),
    also_modes=(
        "pos-inventory-stale",
        "finished-package-still-sellable",
        "package-in-metrc-missing-in-pos",
        "sale-of-onhold-or-recalled",
        "transfer-not-imported",
        "sync-job-failing-unnoticed",
        "received-in-metrc-not-in-pos",
    ),
    shapes=STOCKED,
    days=(14, 28),
)
def manchego(f: Injection) -> None:
    """Every four hours a job reads what changed in the last four; when a run fails, the next one does not reach back to what that one missed."""
    site, connector = f.site, f.site.connector
    f.set_during(connector, window="recent", look_back=4 * HOUR, interval=4)
    for hour in range(f.start // HOUR + 1, f.end // HOUR):
        if hour % 4:
            continue
        of_the_day = (hour * HOUR + site.place.offset) % DAY // HOUR
        after_deliveries = 11 <= of_the_day < 15
        if f.below(100, "fails", hour) < (60 if after_deliveries else 10):
            site.at(hour * HOUR + 45 * MINUTE, lambda _: connector.broken_jobs.update(packages="crash"))
            site.at(hour * HOUR + 54 * MINUTE, lambda _: _mend(f))


def _mend(f: Injection) -> None:
    f.site.connector.broken_jobs.pop("packages", None)


@kind(
    "technical",
    modes=("inactive-and-transferred-not-read",),
    also_modes=(
        "finished-package-still-sellable",
        "sale-of-onhold-or-recalled",
        "package-in-pos-missing-in-metrc",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "sale-of-inactive-package",
        "direct-edit-not-mirrored",
        "metrc-onhand-understated",
        "metrc-onhand-overstated",
        "sales-total-mismatch",
        "physical-count-mismatch",
        "pos-inventory-stale",
    ),
    shapes=RETAIL,
    days=(20, 40),
    mended=False,
)
def raclette(f: Injection) -> None:
    """The integration reads the list of active packages only; what is destroyed and closed, or held, in METRC stays on sale in the own system."""
    site = f.site
    f.set_during(site.connector, skips=frozenset({*site.connector.skips, "finished"}))
    f.set_during(site.habits, blocks=False)
    day = f.days[0] + 1
    while day < f.days[-1]:
        site.at(site.local(day, 9 * HOUR + 40 * MINUTE), partial(_leaves_the_list, f, day=day))
        day += 2 + f.below(2, "next", day)


def _leaves_the_list(f: Injection, now: int, day: int) -> None:
    site = f.site
    there = [s for s in site.stock.values() if is_in_both(f, s, 3 * MICRO) and s.received_on < day - 2]
    there.sort(key=lambda s: f.below(100_000, "which", day, s.label))
    if not there:
        return
    stock, who = there[0], site.lead(day)
    package = site.ledger.packages[stock.label]
    if f.below(100, "held", day) < 35:
        package.is_on_hold, package.modified = True, now

        def lift(at: int) -> None:
            package.is_on_hold, package.modified = False, at

        site.at(now + (4 + f.below(6, "lifted", day)) * DAY, lift)
        return
    name = f"{site.place.code.upper()}-DST-{day:03}"
    note = f"package {stock.label[-6:]} destroyed on day {day}, past its best, seen by {site.people['gm'].person}"
    site.set_in_metrc(
        now, name, stock.label, -package.quantity, who, reason="Mandatory State Destruction", note=note
    )
    site.shelf[stock.label] = 0
    site.at(now + 4 * MINUTE, lambda at: site.ledger.finish(stock.label, day, at))


@kind(
    "technical",
    modes=("overlapping-windows-duplicate-rows",),
    also_modes=(
        "pos-onhand-understated",
        "receipt-only-in-metrc",
        "oversell-block-or-negative",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
        "duplicate-adjustment",
        "direct-edit-not-mirrored",
    ),
    shapes=STOCKED,
    days=(16, 34),
)
def burrata(f: Injection) -> None:
    """What is written off on METRC's screen is loaded every hour with an overlap, and the loader inserts it again with each run that sees it."""
    site = f.site
    change_stock = site.change_stock

    def on_metrcs_screen(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        stock, package = site.stock.get(label), site.ledger.packages.get(label)
        usual = not more.get("own", True) or stock is None or package is None
        if usual or package is None or package.state != "active" or package.quantity + quantity < 0:
            change_stock(at, name, label, quantity, reason, **more)
            return
        who = more.get("by") or site.lead(site.day(at))
        note = (
            f"package {label[-6:]} on day {site.day(at)}: {reason.lower()}, seen by {site.people[who].person}"
        )
        site.set_in_metrc(at, name, label, quantity, who, reason=reason, note=note)
        site.shelf[label] = site.shelf.get(label, 0) + quantity
        first = (at - 51 * MINUTE) // HOUR * HOUR + HOUR + 51 * MINUTE
        for nth in (1, 2):
            load = partial(
                _insert,
                f,
                name=f"{name}-{nth}",
                label=label,
                quantity=quantity,
                reason=reason,
                who=who,
                of=at,
                note=note,
            )
            site.at(first + (nth - 1) * HOUR, load)

    f.set_during(site.connector, window="recent", look_back=2 * HOUR)
    f.set_during(site, change_stock=on_metrcs_screen)
    more_breaks(f, f.days, 300, 60)


def _insert(
    f: Injection, now: int, *, name: str, label: str, quantity: int, reason: str, who: str, of: int, note: str
) -> None:
    site = f.site
    stock, by = site.stock[label], site.people[who].internal_user
    approver = site.people["gm" if who != "gm" else "inv"].internal_user
    stock.on_hand += site.own(quantity, stock.item)
    stock.modified = now
    site.changes[name] = {
        "adjustment_id": name, "label": label, "quantity": quantity, "reason": reason,
        "adjusted_at": of, "adjusted_by": by, "posted_at": of, "note": note, "sent": "sent",
        "approved_by": approver, "own": True,
    }  # fmt: skip


@kind(
    "technical",
    modes=("sandbox-host-in-production",),
    also_modes=(
        "sale-not-posted",
        "metrc-onhand-overstated",
        "metrc-onhand-understated",
        "silent-empty-success",
        "adjustment-not-posted",
        "sales-total-mismatch",
        "void-not-mirrored",
        "transfer-not-imported",
        "package-in-metrc-missing-in-pos",
        "package-in-pos-missing-in-metrc",
        "pos-inventory-stale",
        "conversion-not-mirrored",
        "sale-rejected-by-metrc",
        "unfinished-zero-package",
        "close-out-skipped",
        "harvest-weight-unbalanced",
        "untagged-product",
    ),
    days=(4, 11),
)
def cheddar(f: Injection) -> None:
    """The server is set up again from the test machine's settings, which name the sandbox; all is answered with success and nothing is kept."""
    connector = f.site.connector
    f.set_during(connector, host=f"sandbox-{connector.host}")


@kind(
    "technical",
    modes=("capability-not-on-licence",),
    also_modes=(
        "alert-fatigue-unowned",
        "partial-sync-reported-as-success",
        "endpoint-permission-missing",
        "sync-job-failing-unnoticed",
    ),
    days=(10, 24),
)
def emmental(f: Injection) -> None:
    """A new version goes through all kinds of records for every licence, those that this licence may not have among them, and swallows the refusals."""
    site, connector = f.site, f.site.connector
    jobs = (
        (
            Job("sales", "/sales/v2/receipts/active", 1, 31),
            Job("sales deliveries", "/sales/v2/deliveries/active", 1, 32),
        )
        if site.place.shape == "cultivation"
        else (Job("plants", "/plants/v2/flowering", 1, 31), Job("harvests", "/harvests/v2/active", 1, 32))
    )
    refused = {f"GET {job.endpoint}": 401 for job in jobs}

    def on() -> None:
        connector.answers = {**connector.answers, **refused}
        connector.broken_jobs.update({job.name: "swallow" for job in jobs})

    def off() -> None:
        connector.answers = {
            prefix: status for prefix, status in connector.answers.items() if prefix not in refused
        }
        for job in jobs:
            connector.broken_jobs.pop(job.name, None)

    def go_through(now: int) -> None:
        if connector.is_running and not connector.host.startswith("sandbox"):
            for job in jobs:
                connector._read(now // HOUR * HOUR + job.minute * MINUTE, job)

    f.during(on, off)
    for hour in range(f.start // HOUR + 1, f.end // HOUR):
        if hour % 2 == 0:
            site.at(hour * HOUR + 31 * MINUTE, go_through)


@kind(
    "technical",
    modes=("field-validation-silent-reject",),
    also_modes=(
        "adjustment-not-posted",
        "sale-not-posted",
        "delivery-left-open",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "close-out-skipped",
        "package-in-metrc-missing-in-pos",
    ),
    days=(16, 34),
)
def roquefort(f: Injection) -> None:
    """The house wants the whole story in the note of a write-off, and what is longer than METRC's field allows is never sent, without a word."""
    site = f.site
    change_stock = site.change_stock

    def with_the_story(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        if not more.get("own", True) or f.below(100, "brief", name) < 25:
            change_stock(at, name, label, quantity, reason, **more)
            return
        day = site.day(at)
        seen = site.people[site.lead(day)].person
        note = (
            f"package {label[-6:]} on day {day}: {reason.lower()}, found by {seen} at the morning round on "
            f"the second shelf from the left, set aside in the locked bin, "
            f"weighed on scale {1 + f.below(3, 'scale', name)}, picture {f.below(9000, 'picture', name)} in the folder "
            "of the month, shown to the manager on duty, who agrees that it can not be sold"
        )
        change_stock(at, name, label, quantity, reason, **{**more, "note": note, "metrc": False})
        site.changes[name]["sent"] = "pending"

    f.set_during(site, change_stock=with_the_story)
    more_breaks(f, f.days, 500, 50)
