"""Further faults of the technical layer."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.activities import void
from benchmarks.faults.places import Person
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("technical", modes=("vendor-key-invalid-or-wrong-state",), days=(3, 9))
def every_call_is_refused(f: Injection) -> None:
    """The state switches the integrator's key off; whoever calls with it is refused, with whatever key of their own."""
    answers = f.site.connector.answers
    f.during(lambda: answers.update({"": 401}), lambda: answers.pop("", None) and None)


@kind("technical", modes=("user-key-expired",), shapes=RETAIL, days=(8, 12))
def keys_lapse_one_by_one(f: Injection) -> None:
    """The sellers' keys were made in one week, a year ago; each lapses on its day, and is renewed when somebody looks."""
    for n, handle in enumerate(f"bud{n}" for n in range(1, 7)):
        person = f.site.people[handle]
        lapses = f.start + n * DAY + 60 * f.below(500, handle)
        person.key_issued, person.key_expires = lapses - 365 * DAY, 365 * DAY
        f.site.at(lapses + (20 + f.below(30, handle, "renewed")) * HOUR, partial(_renew, person))


def _renew(person: Person, now: int) -> None:
    person.key_rotated, person.key_expires = now, 900 * DAY


@kind("technical", modes=("timezone-or-clock-misconfig",), shapes=RETAIL, days=(10, 25))
def a_clock_runs_slow(f: Injection) -> None:
    """The server that stamps what is sent to METRC loses some minutes a day, until it is set."""
    connector = f.site.connector

    def lose(_: int) -> None:
        connector.shift -= (6 + f.below(4, "minutes")) * MINUTE

    for day in list(f.days)[1:-1]:
        f.site.at(f.site.local(day, 4 * HOUR), lose)
    f.site.at(f.end, lambda _: setattr(connector, "shift", 0))


@kind("technical", modes=("page-size-truncation",), shapes=STOCKED, days=(20, 35))
def the_last_page_is_left_out(f: Injection) -> None:
    """After an update the loop over pages ends one too early, except where there is one only."""
    f.set_for_good(f.site.connector, pages_left=1)


@kind("technical", modes=("lastmodified-window-gap",), shapes=STOCKED, days=(14, 30))
def windows_end_at_midnight(f: Injection) -> None:
    """Lists are asked for by date, without the time of day, and what changes today is not among it."""
    f.set_during(f.site.connector, window="dates", look_back=3 * DAY)


@kind("technical", modes=("non-idempotent-post-retried",), shapes=RETAIL, days=(5, 12))
def answers_come_too_late(f: Injection) -> None:
    """METRC is slow; the connector waits five seconds for an answer, takes none for a failure, and sends anew."""
    f.set_for_good(f.site.connector, timeout=5, looks_first=False)
    f.set_during(f.site.connector, too_slow=9)


@kind(
    "technical",
    modes=("retired-api-version", "void-not-mirrored"),
    shapes=RETAIL,
    days=(25, 40),
    mended=False,
)
def voids_go_to_a_path_that_is_gone(f: Injection) -> None:
    """METRC takes away the path by which receipts were voided; the register says that all is well."""
    site = f.site
    site.at(f.start, lambda _: site.connector.answers.update({"DELETE /sales": 405}))

    def take_back(now: int) -> None:
        today = sorted(
            s
            for s, sale in site.sales.items()
            if 0 < now - sale["sold_at"] < 3 * HOUR
            and (sale["status"], sale["state"]) == ("completed", "reported")
        )
        for sale_id in today[:1]:
            void(site, now, site.sales[sale_id])

    for day in f.days:
        site.at(site.local(day, 17 * HOUR), lambda now: take_back(now) if f.start <= now < f.end else None)
