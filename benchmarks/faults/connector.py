"""The integration between the operator's own system and METRC: calls, retries, a queue, reading runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.faults.metrc import Refused
from benchmarks.faults.times import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from benchmarks.faults.places import Person
    from benchmarks.faults.site import Site

RETRIES = (60, 360, 2160, 9360)  # seconds after the first try
PAGE = 20  # rows METRC puts on a page

Action = Callable[[int, str], None]  # when, and as which METRC user

# What an account must be allowed for an endpoint's group.
NEEDED = {
    ("POST", "/sales"): "manage sales",
    ("DELETE", "/sales"): "manage sales",
    ("GET", "/packages"): "view packages",
    ("POST", "/packages"): "manage packages inventory",
    ("PUT", "/packages"): "manage packages inventory",
    ("GET", "/transfers"): "view transfers",
}


def fingerprint(owner: str) -> str:
    """Of a key, never a key: there is none."""
    return hashlib.sha256(f"made for the benchmark: {owner}".encode()).hexdigest()[:16]


@dataclass
class Message:
    """A write on its way to METRC."""

    method: str
    endpoint: str
    kind: str
    key: str
    author: str  # handle of the person
    act: Action
    done: Callable[[int], None] = lambda at: None
    failed: Callable[[int], None] = lambda at: None
    exists: Callable[[], bool] = lambda: False
    objects: int = 1
    run: str | None = None  # of the bulk job it is part of
    attempts: int = 0
    first_tried: int = 0


@dataclass
class Entry:
    """A write that did not get through at once."""

    message: Message
    first_failed: int
    last_attempt: int
    state: str = "pending"
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class Job:
    name: str
    endpoint: str
    every: int  # hours
    minute: int


JOBS = (
    Job("packages", "/packages/v2/active", 1, 50),
    Job("transfers", "/transfers/v2/incoming", 1, 52),
    Job("finished", "/packages/v2/inactive", 24, 20),
    Job("items", "/items/v2/active", 24, 25),
    Job("locations", "/locations/v2/active", 24, 27),
)
NIGHT = 11  # hour (UTC) of the daily jobs


@dataclass
class Connector:
    """How one place is connected. Faults change these, and the world goes on."""

    site: Site
    host: str
    reader: str = "asst"  # whose key reads
    shared_key: str | None = None  # whose key writes for everybody; none: each their own
    falls_back: str | None = None  # whose key writes for people without one
    page_size: int = PAGE
    walks_pages: bool = True
    pages_left: int = 0  # at the end of a list, that are not read
    window: str = (
        "wide"  # wide | none | recent (hours of look_back) | dates (whole days, today not among them)
    )
    look_back: int = 24 * HOUR
    api: str = "v2"
    retries: tuple[int, ...] = RETRIES
    timeout: int = 60  # seconds it waits for an answer
    too_slow: int = 0  # of a hundred writes METRC makes, and answers after that
    gives_up_after: int = 72 * HOUR
    keeps_queue: bool = True  # what the retries did not bring is tried again every hour
    looks_first: bool = True  # before sending again, whether METRC has it
    is_running: bool = True  # the reading jobs
    broken_jobs: dict[str, str] = field(default_factory=dict)  # job -> how it fails
    answers: dict[str, int] = field(default_factory=dict)  # endpoint prefix -> status METRC gives for it
    retry_after: int | None = None
    shift: int = 0  # seconds its clock or zone is off
    sends_number: bool = True
    swallow_chunks: int = 0  # writes out of a hundred that fail and are reported as done
    interval: int = 1  # hours between reading runs
    skips: frozenset[str] = frozenset()  # reading jobs that are not started
    sends_at: int | None = None  # second of the local day at which the day's sales go out; none: at once
    caches: bool = False  # the own screens show what was read before, whatever is read now
    entries: dict[str, Entry] = field(default_factory=dict)
    last_good_read: int = 0

    # Writing

    def send(self, at: int, message: Message) -> None:
        message.first_tried = at
        if self._key_owner(message) is None:
            message.failed(at)
            return
        self._try(at, message)

    def _key_owner(self, message: Message) -> Person | None:
        person = self.site.people[self.shared_key or message.author]
        if person.has_key:
            return person
        return self.site.people[self.falls_back] if self.falls_back else None

    def _try(self, at: int, message: Message) -> None:
        entry = self.entries.get(message.key + message.endpoint)
        if entry is not None and entry.state not in ("pending",):
            return
        if message.attempts and self.looks_first and message.exists():
            self._succeed(at, message)
            return
        message.attempts += 1
        owner = self._key_owner(message)
        assert owner is not None
        status, error = self.answer(at, owner, message.method, message.endpoint, message.act)
        self.log_write(at, message, owner, status, error)
        if status == 200:
            self._succeed(at, message)
        else:
            self._fail(at, message, status, error)

    def _succeed(self, at: int, message: Message) -> None:
        entry = self.entries.get(message.key + message.endpoint)
        if entry is not None:
            entry.state, entry.last_attempt, entry.status = "done", at, 200
            entry.error = None
        message.done(at + 1)

    def _fail(self, at: int, message: Message, status: int | None, error: str | None) -> None:
        entry = self.entries.setdefault(message.key + message.endpoint, Entry(message, at, at))
        entry.last_attempt, entry.status, entry.error = at, status, error
        message.failed(at)
        if status == 400:
            entry.state = "dead"
        elif message.attempts <= len(self.retries):
            again = message.first_tried + self.retries[message.attempts - 1]
            self.site.at(max(again, at + 30), lambda now: self._try(now, message))
        elif not self.keeps_queue:
            entry.state = "dead"

    def work_queue(self, at: int) -> None:
        """Give up what is too old; try the oldest of the rest, and the others when that went through."""
        waiting = [entry for entry in self.entries.values() if self._is_waiting(entry)]
        for entry in waiting:
            if at - entry.first_failed > self.gives_up_after:
                entry.state = "dead"
        waiting = [entry for entry in waiting if entry.state == "pending"]
        for nth, entry in enumerate(sorted(waiting, key=lambda e: (e.first_failed, e.message.key))):
            self._try(at + 4 * nth, entry.message)
            if nth == 0 and entry.state == "pending":
                return

    def _is_waiting(self, entry: Entry) -> bool:
        return entry.state == "pending" and entry.message.attempts > len(self.retries)

    def answer(
        self, at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        """What METRC says to a call, having done what it asks for."""
        if self.site.line_is_down(at):
            return None, "no connection"
        if self.host.startswith("sandbox"):
            return 200, None
        outage = self.site.metrc_outage(at)
        if outage is not None:
            if act is not None and self.site.chance.below(100, "saved", endpoint, at) < outage.saves:
                self._act(at, owner, act)
            return 503, "service unavailable"
        for prefix, status in self.answers.items():
            if f"{method} {endpoint}".startswith(prefix):
                return status, {
                    401: "unauthorized",
                    404: "not found",
                    405: "method not allowed",
                    429: "too many requests",
                    500: "internal error",
                }[status]
        if not self.site.key_works(owner, at):
            return 401, "unauthorized"
        needed = NEEDED.get((method, "/" + endpoint.split("/")[1]))
        if needed and needed not in owner.permissions:
            return 401, "unauthorized"
        owner.last_seen = owner.key_used = at
        if act is None:
            return 200, None
        said = self._act(at, owner, act)
        is_late = self.site.chance.below(100, "slow", endpoint, at) < self.too_slow
        return (None, "timeout") if is_late else said

    def _act(self, at: int, owner: Person, act: Action) -> tuple[int, str | None]:
        try:
            act(at, owner.metrc_user)
        except Refused as refused:
            return 400, str(refused)
        return 200, None

    def log_write(
        self, at: int, message: Message, owner: Person, status: int | None, error: str | None
    ) -> None:
        self.site.log(
            "sync_calls",
            call_id=f"{message.key}-{message.method}-{at}",
            run_id=message.run,
            method=message.method,
            endpoint=message.endpoint,
            host=self.host,
            at=at,
            status=status,
            duration_ms=min(30_000, 1000 * self.timeout)
            if status in (None, 503)
            else 400 + self.site.chance.below(400, "ms", message.key),
            attempt=message.attempts,
            idempotency_key=message.key if self.looks_first else None,
            credential=fingerprint(owner.metrc_user),
            object_count=message.objects,
            entity_kind=message.kind,
            entity_key=message.key,
            error=error,
        )

    # Reading

    def read_hourly(self, at: int) -> None:
        """The hour's jobs, then the queue."""
        if not self.is_running:
            return
        hour = at // HOUR
        for job in JOBS:
            due = hour % self.interval == 0 if job.every == 1 else hour % 24 == NIGHT
            if due and job.name not in self.skips and (job.name != "transfers" or self.site.receives):
                self._read(hour * HOUR + job.minute * MINUTE, job)
        self.work_queue(hour * HOUR + 55 * MINUTE)

    def _read(self, at: int, job: Job) -> None:
        owner = self.site.people[self.reader]
        endpoint = job.endpoint.replace("/v2/", f"/{self.api}/")
        how = self.broken_jobs.get(job.name)
        status, error = self.answer(at, owner, "GET", endpoint, None)
        if how == "crash" and status == 200:
            status, error = 500, "internal error"
        records = self._listed(at, job) if not self.host.startswith("sandbox") else []
        if how == "empty":
            records = []
        pages = max(1, (len(records) + PAGE - 1) // PAGE)
        read = (max(1, pages - self.pages_left) if self.walks_pages else 1) if status == 200 else 0
        if how == "half" and status == 200:
            read = pages // 2
        fetched = min(len(records), read * PAGE)
        run_id = f"{self.site.place.code.upper()}-{job.name}-{at}"
        self._log_run(at, job, endpoint, run_id, records, fetched, pages, read, status, error, how)
        # Refused for the limit, a reader that does not wait asks again and again.
        tries = 25 if status == 429 else max(read, 1)
        self._log_pages(at, endpoint, run_id, len(records), tries, status, error, owner)
        if status == 200 and how != "half":
            self.site.take_in(at, job.name, records[:fetched])
            if job.name == "packages":
                self.last_good_read = at

    def _listed(self, at: int, job: Job) -> list[str]:
        site = self.site
        if job.name == "packages":
            packages = site.ledger.active.values()
            if self.window == "none":
                return [p.label for p in packages if p.modified > at - DAY]
            if self.window == "recent":
                return [p.label for p in packages if p.modified > at - self.look_back]
            if self.window == "dates":
                start, end = self._dates(at)
                return [p.label for p in packages if start <= p.modified < end]
            return list(site.ledger.active)
        if job.name == "transfers":
            return [
                m
                for m, t in site.ledger.transfers.items()
                if t.direction == "incoming" and t.received_at is not None and t.received_at > at - 30 * DAY
            ]
        if job.name == "finished":
            return [p.label for p in site.ledger.packages.values() if p.state == "inactive"]
        if job.name == "items":
            return [item.sku for item in site.items]
        return ["Sales Floor", "Vault", "Receiving"]

    def _window(self, at: int) -> tuple[int | None, int | None]:
        if self.window == "none":
            return None, None
        if self.window == "dates":
            return self._dates(at)
        return (at - self.look_back, at) if self.window == "recent" else (-240 * DAY, at)

    def _dates(self, at: int) -> tuple[int, int]:
        midnight = self.site.local(self.site.day(at), 0)
        return midnight - self.look_back, midnight

    def _log_run(
        self,
        at: int,
        job: Job,
        endpoint: str,
        run_id: str,
        records: list[str],
        fetched: int,
        pages: int,
        read: int,
        status: int | None,
        error: str | None,
        how: str | None,
    ) -> None:
        start, end = self._window(at)
        good = status == 200
        said = "ok" if good or how == "swallow" else "failed"
        self.site.log(
            "sync_runs",
            run_id=run_id,
            job=job.name,
            endpoint=endpoint,
            started_at=at,
            finished_at=at + 2 * max(read, 1),
            window_start=start,
            window_end=end,
            pages_expected=pages if good else None,
            pages_fetched=read,
            records_expected=len(records) if good else None,
            records_fetched=fetched if good else 0,
            records_written=fetched if good else 0,
            status=said,
            error=None if said == "ok" else f"{status} {error}",
        )
        if good and how != "half" and at // HOUR % 24 == NIGHT:
            self.site.log(
                "sync_watermarks",
                job=job.name,
                endpoint=endpoint,
                recorded_at=at + 2 * max(read, 1),
                value=at,
            )

    def _log_pages(
        self,
        at: int,
        endpoint: str,
        run_id: str,
        records: int,
        pages: int,
        status: int | None,
        error: str | None,
        owner: Person,
    ) -> None:
        credential = fingerprint(owner.metrc_user)
        for page in range(1, pages + 1):
            self.site.log(
                "sync_calls",
                call_id=f"{run_id}-{page}",
                run_id=run_id,
                method="GET",
                endpoint=endpoint,
                host=self.host,
                at=at + 2 * (page - 1),
                status=status,
                duration_ms=300 + self.site.chance.below(500, "ms", run_id, page),
                attempt=1,
                page=page,
                page_size=self.page_size,
                retry_after_s=self.retry_after if status == 429 else None,
                credential=credential,
                object_count=min(PAGE, max(0, records - PAGE * (page - 1))) if status == 200 else 0,
                error=error,
            )
