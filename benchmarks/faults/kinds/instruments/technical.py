"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.connector import Action
from benchmarks.faults.places import Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE, within


@kind(
    "technical",
    modes=("sync-job-failing-unnoticed",),
    also_modes=("alert-fatigue-unowned", "pos-inventory-stale"),
    shapes=ALL_SHAPES,
    days=(8, 18),
)
def bassoon(f: Injection) -> None:
    """The server is restarted after an update, and the service that reads and works the queue does not come up with it; who rings up and enters sees nothing."""
    f.set_during(f.site.connector, is_running=False)


@kind(
    "technical",
    modes=("sandbox-host-in-production",),
    also_modes=("silent-empty-success", "sale-not-posted"),
    shapes=ALL_SHAPES,
    days=(6, 14),
)
def bugle(f: Injection) -> None:
    """A broken machine is set up again from the copy that was used for training, with the sandbox's address in it; all that is sent is answered as done."""
    f.set_during(f.site.connector, host=f"sandbox-{f.site.connector.host}")


@kind(
    "technical",
    modes=("page-size-truncation",),
    also_modes=("package-in-metrc-missing-in-pos", "pos-inventory-stale"),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(14, 30),
)
def celesta(f: Injection) -> None:
    """The client is new: it asks for fifty rows and stops when fewer come, and METRC never gives more than twenty."""
    f.set_during(f.site.connector, page_size=50, walks_pages=False)


@kind(
    "technical",
    modes=("retries-exhausted-and-dropped",),
    also_modes=("metrc-or-store-outage", "alert-fatigue-unowned"),
    shapes=RETAIL,
    days=(14, 28),
)
def cello(f: Injection) -> None:
    """What METRC does not take is tried three more times in five minutes, then lies in a log; on busy evenings METRC is unwell for longer than that."""
    connector = f.site.connector
    answer = connector.answer
    spells = _evenings(f, 65)

    def answer_when_well(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        is_bad = method != "GET" and within(spells, at)
        if is_bad and f.below(100, "unwell", at, owner.handle, endpoint) < 85:
            return 500, "internal error"
        return answer(at, owner, method, endpoint, act)

    f.set_during(connector, answer=answer_when_well, retries=(45, 120, 300), keeps_queue=False)


def _evenings(f: Injection, percent: int) -> list[tuple[int, int]]:
    """On so many of a hundred days, one or two hours late in the day."""
    spells = []
    for day in f.days:
        if f.below(100, "busy", day) < percent:
            begins = f.site.local(day, 16 * HOUR + MINUTE * f.below(180, "from", day))
            spells.append(
                (max(begins, f.start), min(begins + MINUTE * (50 + f.below(80, "long", day)), f.end))
            )
    return spells


@kind(
    "technical",
    modes=("account-suspended-for-fees",),
    also_modes=(
        "vendor-key-invalid-or-wrong-state",
        "transfer-not-received",
        "outage-backfill-missing",
        "retries-exhausted-and-dropped",
    ),
    shapes=RETAIL,
    days=(4, 9),
)
def clarinet(f: Injection) -> None:
    """METRC's invoices go to a mailbox that nobody opens, and the licence's account is closed: no key is taken, and nobody gets into METRC's screen, until the money is there."""
    site, log = f.site, f.site.log

    def log_what_can_be(table: str, **row: Any) -> None:
        if table != "access_events" or row["system"] != "metrc":
            log(table, **row)

    def take_in_what_waits(now: int) -> None:
        for transfer in [*site.ledger.transfers.values()]:
            there = transfer.direction == "incoming" and f.start <= transfer.arrives_at < f.end - 30 * MINUTE
            if there and transfer.received_at is None and transfer.state == "in_transit":
                activities.accept(site, now, transfer)

    f.set_during(site, log=log_what_can_be)
    f.set_during(site.connector, answers={"": 401})
    f.set_during(site.habits, receives_in_metrc=False)
    site.at(f.end + 40 * MINUTE, take_in_what_waits)


@kind(
    "technical",
    modes=("non-idempotent-post-retried",),
    also_modes=("sale-posted-twice", "duplicate-adjustment", "metrc-or-store-outage"),
    shapes=RETAIL,
    days=(16, 32),
    mended=False,
)
def cornet(f: Injection) -> None:
    """A release of the client sends again whatever was not answered, without a look at what METRC has; in busy hours METRC saves and answers too late."""
    connector = f.site.connector
    f.set_for_good(connector, looks_first=False, timeout=20)
    for begins, ends in _evenings(f, 80):
        f.site.at(begins, lambda _: setattr(connector, "too_slow", 25))
        f.site.at(ends, lambda _: setattr(connector, "too_slow", 0))
