"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.connector import Action, Job
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.places import LICENCES, ZONES, Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR


@kind(
    "technical",
    modes=("user-key-revoked",),
    also_modes=("sync-job-failing-unnoticed",),
    shapes=SHIPS,
    days=(6, 14),
    mended=False,
)
def gneiss(f: Injection) -> None:
    """The card that the state gives out to whoever works in the trade lapses, and METRC locks the account with it."""
    site, person = f.site, f.site.people["asst"]

    def lapse(now: int) -> None:
        person.licence_ends = site.day(now) - 1
        person.is_locked, person.key_revoked = True, now

    site.at(site.local(f.days[0], 10 * HOUR), lapse)
    break_more(f, 2000)


@kind("technical", modes=("user-key-regenerated-elsewhere",), shapes=RETAIL, days=(10, 20))
def pumice(f: Injection) -> None:
    """An app for the sellers' phones wants a key; whoever sets it up makes a new one, and the register keeps the old."""
    site = f.site

    def make_anew(person: Person, now: int) -> None:
        person.key_expires, person.key_rotated = now - person.key_issued, now

    def put_in(person: Person, _: int) -> None:
        person.key_expires = 400 * DAY

    handles = sorted((f"bud{n}" for n in range(1, 7)), key=lambda handle: f.below(1000, "order", handle))
    for nth, handle in enumerate(handles[:5]):
        person = site.people[handle]
        day = f.days[0] + nth * (len(f.days) - 3) // 4
        begins = site.local(day, 11 * HOUR + 60 * f.below(300, "sets up", handle))
        site.at(begins, partial(make_anew, person))
        site.at(begins + (18 + f.below(36, "noticed", handle)) * HOUR, partial(put_in, person))


@kind("technical", modes=("silent-empty-success",), shapes=STOCKED, days=(8, 16))
def basalt(f: Injection) -> None:
    """A filter for one list is put on all others too: what comes in and what is closed is asked for, and nothing comes."""
    broken = f.site.connector.broken_jobs
    jobs = ("transfers", "finished", "items", "locations")

    def mend() -> None:
        for job in jobs:
            broken.pop(job, None)

    f.during(lambda: broken.update(dict.fromkeys(jobs, "empty")), mend)


@kind("technical", modes=("licence-number-map-wrong",), shapes=RETAIL, days=(4, 8), mended=False)
def zircon(f: Injection) -> None:
    """The settings are copied from the shop next door with its licence: its lists are read, and writes find no package."""
    site, place, connector = f.site, f.site.place, f.site.connector
    sister = LICENCES[place.jurisdiction][place.shape].format(n=640 + place.number)
    many = {"packages": 74, "transfers": 9, "finished": 181, "items": 12, "locations": 3}

    def list_sisters(at: int, job: Job) -> list[str]:
        return [f"{sister} {job.name} {n}" for n in range(many[job.name] + f.below(4, job.name, at // DAY))]

    def act_there(at: int, owner: Person, act: Action) -> tuple[int, str | None]:
        return 400, f"package is not found under licence {sister}"

    def take_nothing(at: int, job: str, read: list[str]) -> None:
        """None of what is read is in the own books."""

    site.at(f.start, lambda _: site.notes.update(settings={"licence": f'"{sister}"'}))
    f.set_for_good(connector, _listed=list_sisters, _act=act_there)
    f.set_for_good(site, take_in=take_nothing)


@kind(
    "technical",
    modes=("partial-sync-reported-as-success",),
    shapes=STOCKED,
    days=(12, 26),
)
def schist(f: Injection) -> None:
    """The longest list does not come in time while METRC is busy; the run goes on with the next one, and ends well."""
    site, answer = f.site, f.site.connector.answer
    broken = site.connector.broken_jobs

    def answer_late(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        is_busy = 8 * HOUR <= at - site.local(site.day(at), 0) < 20 * HOUR
        if method == "GET" and endpoint.startswith("/packages") and is_busy:
            return None, "timeout"
        return answer(at, owner, method, endpoint, act)

    f.set_during(site.connector, answer=answer_late)
    f.during(lambda: broken.update(packages="swallow"), lambda: broken.pop("packages", None) and None)


@kind(
    "technical",
    modes=("vendor-key-invalid-or-wrong-state",),
    also_modes=("sync-job-failing-unnoticed",),
    shapes=ALL_SHAPES,
    days=(6, 14),
)
def marble(f: Injection) -> None:
    """What reads is moved to the machine of another state's places, and asks that state's METRC, which does not know it."""
    site, connector = f.site, f.site.connector
    read, answer = connector._read, connector.answer
    states = sorted(set(ZONES) - {site.place.jurisdiction})
    there = f"api-{states[f.below(len(states), 'state')]}.metrc.com"

    def read_there(at: int, job: Job) -> None:
        here, connector.host = connector.host, there
        read(at, job)
        connector.host = here

    def answer_there(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        if connector.host == there and not site.line_is_down(at):
            return 401, "unauthorized"
        return answer(at, owner, method, endpoint, act)

    f.set_during(connector, _read=read_there, answer=answer_there)
