"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from benchmarks.faults.metrc import Adjustment, Refused
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import CAPTURED, DAY, HOUR, MINUTE

_NOTE_LIMIT = 200  # characters that METRC takes


def breakages(f: Injection, days: Iterable[int], share: int = 65) -> None:
    """On so many of a hundred days something more breaks, spoils or is thrown away, and is written off like all that is."""
    site = f.site
    for day in days:
        when = site.local(day, 12 * HOUR + 20 * MINUTE) + f.below(5 * HOUR, "breaks", day)
        if 0 < when < CAPTURED and f.below(100, "anything", day) < share:
            site.at(when, lambda now, day=day: _break(f, now, day))


def _break(f: Injection, now: int, day: int) -> None:
    site = f.site
    there = [
        s
        for s in site.stock.values()
        if s.listed
        and s.label in site.ledger.active
        and site.shelf.get(s.label, 0) >= 4 * MICRO
        and s.on_hand >= 4 * MICRO
    ]
    if not there:
        return
    stock = there[f.below(len(there), "which", day)]
    amount = MICRO * (1 + f.below(2, "how many", day))
    reason = site.habits.reasons[f.below(len(site.habits.reasons), "why", day)]
    site.change_stock(now, f"{site.place.code.upper()}-BRK-{day:03}", stock.label, -amount, reason)


@kind(
    "technical",
    modes=("field-validation-silent-reject",),
    also_modes=("adjustment-not-posted", "metrc-onhand-overstated", "unfinished-zero-package"),
    days=(34, 46),
)
def twill(f: Injection) -> None:
    """The own form for a change of stock takes a note of any length, and METRC takes two hundred characters; who writes a full account is refused there."""
    site = f.site
    change_stock, adjust = site.change_stock, site.ledger.adjust

    def refuse_long_notes(adjustment: Adjustment) -> None:
        if adjustment.note is not None and len(adjustment.note) > _NOTE_LIMIT:
            raise Refused(f"note must not be longer than {_NOTE_LIMIT} characters")
        adjust(adjustment)

    def give_an_account(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        if f.below(100, "account", name) < 72:
            more["note"] = (
                f"{reason}: found when the shelves were faced on day {site.day(at)}, package {label}, "
                f"photograph {1000 + f.below(9000, 'photograph', name)} is in the folder of the month. Both of the shift "
                "looked at it and agreed that it cannot be sold, the manager was told at the handover, and it was put "
                "into the locked bin beside the door of the vault until the carrier comes."
            )
        change_stock(at, name, label, quantity, reason, **more)

    f.set_at_once(site.ledger, adjust=refuse_long_notes)
    f.set_during(site, change_stock=give_an_account)
    breakages(f, f.days)


@kind(
    "technical",
    modes=("retired-api-version",),
    also_modes=(
        "pos-inventory-stale",
        "partial-sync-reported-as-success",
        "sync-job-failing-unnoticed",
        "item-map-missing",
        "location-map-wrong",
        "package-in-metrc-missing-in-pos",
        "received-in-metrc-not-in-pos",
        "transfer-not-imported",
    ),
    days=(9, 18),
)
def damask(f: Injection) -> None:
    """The connector still reads by the first version of METRC's lists; they are switched off one after the other until it is brought up to date."""
    connector = f.site.connector
    lists = ("packages", "transfers", "items", "locations")
    f.set_at_once(connector, api="v1")
    for nth, name in enumerate(lists):
        when = f.start + nth * (DAY // 2 + f.below(DAY, "next", name))
        f.site.at(when, lambda _, name=name: connector.answers.update({f"GET /{name}/v1": 404}))

    def bring_up_to_date(_: int) -> None:
        connector.api = "v2"
        for name in lists:
            connector.answers.pop(f"GET /{name}/v1", None)

    f.site.at(f.end, bring_up_to_date)


@kind(
    "technical",
    modes=("no-call-log-kept",),
    also_modes=("reconciliation-rubber-stamped",),
    days=(16, 30),
    mended=False,
)
def calico(f: Injection) -> None:
    """The log of calls is cleared every night of what is older than some days, to save space, and what METRC answers is not written into it."""
    site = f.site
    keeps = (7, 10, 14)[f.below(3, "keeps")]
    calls = site.world.logs["sync_calls"]
    log = site.log

    def log_without_answers(table: str, **row: Any) -> None:
        log(table, **({**row, "error": None} if table == "sync_calls" else row))

    def clear(now: int) -> None:
        calls[:] = [
            row for row in calls if row["facility"] != site.place.licence or row["at"] >= now - keeps * DAY
        ]

    settings = f"logging:\n  level: warning\n  keep_days: {keeps}\n"
    site.notes["more settings"] = site.notes.get("more settings", "") + settings
    f.set_during(site, log=log_without_answers)
    for day in (*f.days, f.days[-1] + 1):
        site.at(site.local(day, 3 * HOUR + 30 * MINUTE), clear)


@kind(
    "technical",
    modes=("page-size-truncation",),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "finished-package-still-sellable",
        "pos-inventory-stale",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "partial-sync-reported-as-success",
        "aged-package",
    ),
    shapes=STOCKED,
    days=(18, 34),
    mended=False,
)
def serge(f: Injection) -> None:
    """Since an update the connector asks for pages of fifty; METRC gives twenty, which looks like the last page, and no other is read."""
    f.set_during(f.site.connector, page_size=50, walks_pages=False)


@kind(
    "technical",
    modes=("non-idempotent-post-retried",),
    also_modes=(
        "sale-posted-twice",
        "duplicate-adjustment",
        "metrc-onhand-understated",
        "metrc-or-store-outage",
        "sale-rejected-by-metrc",
        "sales-total-mismatch",
    ),
    shapes=RETAIL,
    days=(24, 40),
)
def flannel(f: Injection) -> None:
    """METRC is slow in the busy hours; a connector that has waited long enough sends again, whatever it was, and does not look whether the first one was taken."""
    site, connector = f.site, f.site.connector
    f.set_during(connector, looks_first=False, timeout=20)
    for day in f.days:
        begins = site.local(day, 15 * HOUR) + f.below(2 * HOUR, "slow from", day)
        ends = begins + 2 * HOUR + f.below(3 * HOUR, "slow for", day)
        if f.start < begins and ends < f.end and f.below(100, "slow", day) < 65:
            slow = 25 + f.below(25, "how slow", day)
            site.at(begins, lambda _, slow=slow: setattr(connector, "too_slow", slow))
            site.at(ends, lambda _: setattr(connector, "too_slow", 0))


@kind(
    "technical",
    modes=("lastmodified-window-gap",),
    also_modes=(
        "pos-inventory-stale",
        "package-in-metrc-missing-in-pos",
        "received-in-metrc-not-in-pos",
        "transfer-not-imported",
        "finished-package-still-sellable",
        "partial-sync-reported-as-success",
        "sync-job-failing-unnoticed",
    ),
    shapes=STOCKED,
    days=(28, 42),
    mended=False,
)
def muslin(f: Injection) -> None:
    """Every hour what changed since the last run is read, whether or not that run succeeded; METRC fails one now and then, above all in its busy hours."""
    site, connector = f.site, f.site.connector
    f.set_during(connector, window="recent", look_back=HOUR + 5 * MINUTE)
    for number in range(f.start // HOUR + 1, f.end // HOUR):
        hour = (number + site.place.offset // HOUR) % 24
        busy = 9 <= hour < 14 and f.below(100, "busy", number // 24) < 60
        if f.below(100, "fails", number) < (38 if busy else 4):
            site.at(number * HOUR + 49 * MINUTE, lambda _: connector.broken_jobs.update(packages="crash"))
            site.at(number * HOUR + 51 * MINUTE, lambda _: connector.broken_jobs.pop("packages", None))
