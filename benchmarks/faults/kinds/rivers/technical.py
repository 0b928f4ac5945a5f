"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.connector import NIGHT, PAGE, Action, Job, Message, fingerprint
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Refused
from benchmarks.faults.places import Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.times import CAPTURED, DAY, HOUR, MINUTE

KEPT = 4  # days


@kind("technical", modes=("no-call-log-kept",), shapes=ALL_SHAPES, days=(20, 40), mended=False)
def volga(f: Injection) -> None:
    """A disk is nearly full, and what was logged of calls is thrown away each night when it is four days old; what a run says of itself is kept."""
    site = f.site

    def throw_away(now: int) -> None:
        rows = site.world.logs["sync_calls"]
        rows[:] = [
            row for row in rows if row["facility"] != site.place.licence or row["at"] >= now - KEPT * DAY
        ]

    said = f"logging:\n  keep_days: {KEPT}\n"
    site.at(f.start, lambda _: site.notes.update({"more settings": said}))
    for day in f.days[1:]:
        site.at(site.local(day, 3 * HOUR), throw_away)


@kind("technical", modes=("lastmodified-window-gap",), shapes=STOCKED, days=(12, 24))
def loire(f: Injection) -> None:
    """To spare calls the lists are read every other hour only; each run goes on asking for the hour before it."""
    site, connector = f.site, f.site.connector
    read = connector._read

    def read_and_mark(at: int, job: Job) -> None:
        read(at, job)
        # the mark of the night is set by the run that comes next to it
        if job.name != "packages" or at // HOUR % 24 != NIGHT - 1 or connector.last_good_read != at:
            return
        for name, endpoint in (("packages", job.endpoint), ("transfers", "/transfers/v2/incoming")):
            site.log("sync_watermarks", job=name, endpoint=endpoint, recorded_at=at + 8, value=at)

    f.set_during(connector, interval=2, window="recent", look_back=HOUR, _read=read_and_mark)


@kind(
    "technical",
    modes=("vendor-key-invalid-or-wrong-state",),
    also_modes=("sync-job-failing-unnoticed",),
    shapes=ALL_SHAPES,
    days=(8, 16),
)
def tagus(f: Injection) -> None:
    """The integrator renews its own key for the state; one of its two machines keeps the old one, and whatever goes through it is refused, whoever's it is."""
    site, answer, code = f.site, f.site.connector.answer, f.site.place.code

    def answer_by_machine(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        is_reached = not site.line_is_down(at) and site.metrc_outage(at) is None
        if is_reached and f.below(2, "machine", at, method, endpoint, owner.handle):
            return 401, "vendor key is not valid"
        return answer(at, owner, method, endpoint, act)

    def renew(now: int) -> None:
        site.notes["vendor key"] = {"revoked_at": now, "last_used_at": f.end - 60}
        site.notes["more keys"] = [
            {
                "credential": fingerprint(f"vendor {code} renewed"),
                "kind": "vendor",
                "issued_at": now - 3 * HOUR,
                "last_used_at": CAPTURED - 600,
            }
        ]

    site.at(f.start, renew)
    f.set_during(site.connector, answer=answer_by_machine)
    break_more(f, 4800)


ANSWERED = 1  # pages of one list at a time


@kind("technical", modes=("rate-limit-storm",), shapes=RETAIL, days=(12, 24))
def elbe(f: Injection) -> None:
    """An update asks for all pages of a list within one second; METRC answers the first and refuses most of the others, which are asked for again at once."""
    site, connector = f.site, f.site.connector
    read = connector._read

    def read_at_once(at: int, job: Job) -> None:
        records = connector._listed(at, job)
        pages = range(1, -(-len(records) // PAGE) + 1)
        got = {p for p in pages if p <= ANSWERED or f.below(100, "is answered", job.name, at, p) < 18}
        owner = site.people[connector.reader]
        if len(got) == len(pages) or connector.answer(at, owner, "GET", job.endpoint, None)[0] != 200:
            read(at, job)
            return
        fetched = [record for nth, record in enumerate(records) if nth // PAGE + 1 in got]
        run_id = f"{site.place.code.upper()}-{job.name}-{at}"
        start, end = connector._window(at)
        site.log(
            "sync_runs", run_id=run_id, job=job.name, endpoint=job.endpoint, started_at=at, finished_at=at + 4,
            window_start=start, window_end=end, pages_expected=len(pages), pages_fetched=len(got),
            records_expected=len(records), records_fetched=len(fetched), records_written=len(fetched),
            status="partial", error="429 too many requests",
        )  # fmt: skip
        for page in pages:
            _ask_at_once(f, at, job, run_id, page, page in got, len(records))
        if job.name == "packages":
            # what was not answered stands as it was
            known = [label for label in sorted(site.notes.get("listed", ())) if label in site.ledger.active]
            site.take_in(at, job.name, [*fetched, *known])
            connector.last_good_read = at

    f.set_during(connector, _read=read_at_once)


def _ask_at_once(f: Injection, at: int, job: Job, run_id: str, page: int, passes: bool, records: int) -> None:
    site = f.site
    for attempt in (1,) if passes else (1, 2, 3, 4):
        site.log(
            "sync_calls", call_id=f"{run_id}-{page}-{attempt}", run_id=run_id, method="GET", endpoint=job.endpoint,
            host=site.connector.host, at=at + attempt - 1, status=200 if passes else 429,
            duration_ms=90 + f.below(200, "ms", run_id, page, attempt), attempt=attempt, page=page,
            page_size=site.connector.page_size, retry_after_s=None if passes else 30,
            credential=fingerprint(site.people[site.connector.reader].metrc_user),
            object_count=min(PAGE, records - PAGE * (page - 1)) if passes else 0,
            error=None if passes else "too many requests",
        )  # fmt: skip


AT_ONCE = 3  # objects in a call
Waiting = list[tuple[str, dict[str, Any], str]]


@kind(
    "technical",
    modes=("chunk-failure-reported-as-success",),
    also_modes=("batch-poisoned-by-one-line",),
    shapes=STOCKED,
    days=(14, 28),
)
def oder(f: Injection) -> None:
    """What is written off by day goes out in the evening, in calls of three; the job looks at the answer to the first of them, and all count as sent."""
    site = f.site
    waiting: Waiting = []

    def put_by(at: int, name: str, row: dict[str, Any], author: str, day: int) -> None:
        waiting.append((name, row, author))

    f.set_during(site, _send_change=put_by)
    for first in (5000, 5100, 5200, 5300, 5400):
        break_more(f, first)
    for day in f.days:
        when = site.local(day, 20 * HOUR + 40 * MINUTE)
        if when < f.end:
            site.at(when, partial(_send_all, f, waiting))
    site.at(f.end, partial(_send_all, f, waiting))


def _send_all(f: Injection, waiting: Waiting, now: int) -> None:
    site = f.site
    if not waiting:
        return
    run = f"{site.place.code.upper()}-changes-{now}"
    calls = [waiting[n : n + AT_ONCE] for n in range(0, len(waiting), AT_ONCE)]
    for nth, call in enumerate(calls):
        is_refused = nth > 0 and f.below(100, "is refused", now, nth) < 65
        said = f"package {call[-1][1]['label']}: quantity is more than the package holds; nothing was saved"
        for name, row, author in call:
            message = site.change_message(name, row, author)
            message.run, message.objects = run, len(call)
            if is_refused:
                message.attempts = 1
                site.connector.log_write(now + 3 * nth, message, site.people[author], 400, said)
            else:
                site.connector.send(now + 3 * nth, message)
            row["posted_at"], row["sent"] = now + 3 * nth, "sent"
    site.log(
        "sync_runs", run_id=run, job="changes upload", endpoint="/packages/v2/adjust", started_at=now,
        finished_at=now + 3 * len(calls), records_expected=len(waiting), records_fetched=len(waiting),
        records_written=len(waiting), status="ok",
    )  # fmt: skip
    waiting.clear()


ON_SCREEN = {"POST": "create", "PUT": "finish"}


@kind(
    "technical",
    modes=("facility-not-in-integration",),
    also_modes=("sync-job-failing-unnoticed", "direct-edit-not-mirrored"),
    shapes=SHIPS,
    days=(16, 32),
    mended=False,
)
def rhone(f: Injection) -> None:
    """The integration moves to another machine, and the list of licences there is written anew without this one; its people go on by hand, in the own book and on METRC's screen."""
    site = f.site

    def enter(message: Message, now: int) -> None:
        person = site.people[message.author]
        try:
            message.act(now, person.metrc_user)
        except Refused:
            return
        person.last_seen = now
        site.log(
            "access_events", event_id=f"{site.place.code.upper()}-EV-{message.key}-{message.method}-{now}",
            system="metrc", user=person.metrc_user, at=now,
            action="adjust" if message.kind == "adjustment" else ON_SCREEN[message.method],
            entity_kind="package", entity_key=message.key,
        )  # fmt: skip

    def by_hand(at: int, message: Message) -> None:
        if message.kind == "adjustment" and f.below(100, "is forgotten", message.key) < 20:
            return
        later = at + MINUTE * (15 + f.below(150, "enters", message.key, message.method, at))
        site.at(later, partial(enter, message))

    def move(_: int) -> None:
        site.notes.update({"left out": True, "listed": site.ledger.active})

    site.at(f.start, move)
    f.set_for_good(site.connector, is_running=False, send=by_hand)
    f.set_for_good(site.habits, shelves_at_once=True)
    break_more(f, 5500)
