"""Sealed faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from benchmarks.faults.connector import Action
from benchmarks.faults.places import Person
from benchmarks.faults.registry import MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "technical",
    modes=("page-size-truncation",),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(20, 40),
    also=("partial-sync-reported-as-success",),
)
def alder(f: Injection) -> None:
    """A rewritten loop runs while there is a next page, and forgets the one it stands on: the last is never read."""
    f.set_during(f.site.connector, pages_left=1)


@kind(
    "technical",
    shapes=STOCKED,
    days=(16, 32),
    also=("sync-job-failing-unnoticed",),
    modes=("lastmodified-window-gap",),
)
def aspen(f: Injection) -> None:
    """Each run asks for the hour since the last one and moves the mark when it starts; busy runs fail, and their hour is lost."""
    broken = f.site.connector.broken_jobs
    f.set_during(f.site.connector, window="recent", look_back=HOUR)
    for day in f.days:
        for hour in (8, 10, 11, 13, 16, 18):
            begins = f.site.local(day, hour * HOUR + 45 * MINUTE)
            if f.start <= begins < f.end and f.below(100, "fails", day, hour) < 45:
                f.site.at(begins, lambda _: broken.update(packages="crash"))
                f.site.at(begins + 9 * MINUTE, lambda _: broken.pop("packages", None) and None)


@kind("technical", modes=("non-idempotent-post-retried",), shapes=RETAIL, days=(6, 16))
def beech(f: Injection) -> None:
    """In busy hours METRC answers after the connector has given up waiting; it has saved the sale, and gets it again."""
    site, answer = f.site, f.site.connector.answer

    def answer_late(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        said = answer(at, owner, method, endpoint, act)
        busy = 16 * HOUR <= at - site.local(site.day(at), 0) < 20 * HOUR
        slow = busy and f.below(100, "slow", at) < 22
        if said[0] == 200 and method == "POST" and endpoint.startswith("/sales") and slow:
            return None, "timed out"
        return said

    f.set_during(site.connector, answer=answer_late, looks_first=False)


@kind(
    "technical",
    modes=("accepted-locally-before-ack",),
    shapes=MAKE,
    days=(10, 24),
    also=("conversion-not-mirrored", "tag-burned-by-failed-create"),
)
def birch(f: Injection) -> None:
    """The state holds material for an inquiry; production books first and asks METRC afterwards, which refuses."""
    site = f.site
    held: list[str] = []
    f.set_during(site.habits, blocks=False)

    def hold(now: int) -> None:
        for label, package in site.ledger.active.items():
            if package.received_at is not None and package.quantity:
                package.is_on_hold, package.modified = True, now
                held.append(label)

    def release(now: int) -> None:
        for label in held:
            package = site.ledger.packages[label]
            package.is_on_hold, package.modified = False, now

    site.at(f.start, hold)
    site.at(f.end, release)
