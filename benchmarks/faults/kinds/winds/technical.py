"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.connector import Job, Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.making import enter_part
from benchmarks.faults.metrc import Adjustment, Package, Refused, refuse
from benchmarks.faults.places import LICENCES, MICRO
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY, HOUR, MINUTE

DISPLAY = 12 * MICRO  # pieces


@kind(
    "technical",
    modes=("tag-burned-by-failed-create",),
    also_modes=("batch-poisoned-by-one-line", "conversion-not-mirrored"),
    shapes=frozenset({"distribution"}),
    days=(22, 38),
)
def mistral(f: Injection) -> None:
    """Displays are packed four at a time and sent in one call; METRC takes none when one is not right, and they are entered anew with the next four tags."""
    for day in f.days:
        when = f.site.local(day, 12 * HOUR + 60 * f.below(80, "packs", day))
        if f.start <= when < f.end and day % 3 != 2:
            f.site.at(when, partial(_pack, f, day))


def _pack(f: Injection, day: int, now: int) -> None:
    site = f.site
    cases = []
    for stock in site.stock.values():
        package = site.ledger.active.get(stock.label)
        if package is None or stock.item.unit != "Each" or not (stock.seen and stock.listed):
            continue
        if min(stock.on_hand, site.shelf.get(stock.label, 0), package.quantity) > 2 * DISPLAY:
            cases.append(package)
    four = cases[:4]
    if len(four) < 4:
        return
    first = [f"{site.place.tag_stem}0{day:03}{nth:08}" for nth in range(1, 5)]
    tags = first
    # whoever packs writes the tags down that are on the displays
    for nth, (case, tag) in enumerate(zip(four, first, strict=True), 1):
        for side, label in (("input", case.label), ("output", tag)):
            name = f"{site.place.code.upper()}-DP-{day:03}"
            site.log_work(now, name, side, label, case.item, DISPLAY, line=nth)
    sent = now + 2 * MINUTE
    if f.below(100, "one is not right", day) < 65:
        _refuse_all(f, sent, first, first[f.below(4, "which", day)])
        tags = [f"{site.place.tag_stem}0{day:03}{nth:08}" for nth in range(5, 9)]
        sent += 3 * MINUTE + f.below(200, "anew", day)
    for nth, (case, tag) in enumerate(zip(four, tags, strict=True)):
        _take_from(f, now, day, nth, case, tag, sent)


def _refuse_all(f: Injection, sent: int, tags: list[str], wrong: str) -> None:
    site, author = f.site, f.site.people["asst"]
    run = f"{site.place.code.upper()}-displays-{sent}"
    for tag in tags:
        draft = Message("POST", "/packages/v2", "package", tag, "asst", lambda *_: None, objects=4, run=run)
        draft.attempts = 1
        said = f"package {wrong}: quantity is more than the package holds; nothing was saved"
        site.connector.log_write(sent, draft, author, 400, said)
        site.notes.setdefault("burned", []).append(tag)


def _take_from(f: Injection, now: int, day: int, nth: int, case: Package, tag: str, sent: int) -> None:
    site = f.site
    source = site.stock[case.label]
    source.on_hand, source.modified = source.on_hand - DISPLAY, now
    site.shelf[case.label] -= DISPLAY
    site.stock[tag] = Stock(tag, case.item, DISPLAY, day, now + 30, unit_cost=source.unit_cost)
    site.shelf[tag] = DISPLAY
    # the laboratory's word on the case holds for what is taken from it
    came_with_it = (case.packaged_on + 2, site.local(case.packaged_on + 6, 15 * HOUR), True)
    site.notes.setdefault("released", {})[tag] = came_with_it
    display = Package(
        tag, site.place.first_id // 10 + 50_000 + (day * 8 + nth) * 2, case.item, DISPLAY, DISPLAY, day, sent, sent,
        lab_state=case.lab_state, lab_state_on=case.lab_state_on, expires_on=case.expires_on,
    )  # fmt: skip
    enter_part(site, sent, display, case, DISPLAY)


@kind("technical", modes=("sandbox-host-in-production",), shapes=ALL_SHAPES, days=(10, 22), mended=False)
def sirocco(f: Injection) -> None:
    """What is done with packages goes through a service of its own now, whose settings were copied from its test; sales and lists go where they went."""
    site, connector = f.site, f.site.connector
    usual, there = connector._try, f"sandbox-{site.place.host}"

    def try_there(at: int, message: Message) -> None:
        if not message.endpoint.startswith(("/packages", "/harvests")):
            usual(at, message)
            return
        here, connector.host = connector.host, there
        usual(at, message)
        connector.host = here

    said = f"package_service:\n  host: https://{there}\n"
    site.at(f.start, lambda _: site.notes.update({"more settings": said}))
    f.set_for_good(connector, _try=try_there)
    break_more(f, 4000)


@kind("technical", modes=("licence-number-map-wrong",), shapes=RETAIL, days=(14, 28), mended=False)
def levanter(f: Injection) -> None:
    """The table of licences has a line of its own for patients, in which the owner's other shop stands: what they buy is reported there, where no package of this shop is."""
    site, send = f.site, f.site.connector.send
    other = LICENCES[site.place.jurisdiction]["retail"].format(n=720 + site.place.number)

    def send_by_customer(at: int, message: Message) -> None:
        is_sale = message.kind == "sale" and message.method == "POST"
        if is_sale and site.sales[message.key]["customer"] == "Patient":
            message.act, message.exists = (
                partial(refuse, f"package is not found under licence {other}"),
                lambda: False,
            )
        send(at, message)

    said = f'patients:\n  license_number: "{other}"\n'
    site.at(f.start, lambda _: site.notes.update({"more settings": said}))
    f.set_for_good(site.connector, send=send_by_customer)


@kind(
    "technical",
    modes=("two-integrations-one-licence",),
    also_modes=("duplicate-adjustment", "oscillating-adjustments"),
    shapes=ALL_SHAPES,
    days=(14, 28),
)
def bora(f: Injection) -> None:
    """A program for waste is tried out beside the own system, with a key of its own: both tell METRC of each loss, and each takes back at its hour what it does not know."""
    site, usual = f.site, f.site._send_change

    def send_and_tell(at: int, name: str, row: dict[str, Any], author: str, day: int) -> None:
        usual(at, name, row, author, day)
        _tell(f, name, row["label"], row["quantity"], author, day, 2 + f.below(3, "rounds", name))

    f.set_during(site, _send_change=send_and_tell)
    break_more(f, 4200)


def _tell(f: Injection, name: str, label: str, quantity: int, author: str, day: int, rounds: int) -> None:
    """The one program in the evening, the other in the morning, until one of them gives in."""
    site = f.site

    def evening(now: int) -> None:
        if now < f.end and _write(f, now, f"{name}-W{rounds}", label, quantity, "gm", "waste program: loss"):
            later = site.local(day + 1, 7 * HOUR + 60 * f.below(50, "takes back", name, rounds))
            site.at(later, morning)

    def morning(now: int) -> None:
        _write(f, now, f"{name}-B{rounds}", label, -quantity, author, "not of this system, taken back")
        if rounds > 1:
            _tell(f, name, label, quantity, author, day + 1, rounds - 1)

    site.at(site.local(day, 21 * HOUR + 60 * f.below(50, "tells", name, rounds)), evening)


def _write(f: Injection, now: int, name: str, label: str, quantity: int, who: str, note: str) -> bool:
    site = f.site
    package, person = site.ledger.packages.get(label), site.people[who]
    if package is None or package.state != "active":
        return False
    try:
        site.ledger.adjust(
            Adjustment(
                name, label, quantity, package.item.unit, "Entry Error", note, site.day(now), now, person.metrc_user
            )
        )  # fmt: skip
    except Refused:
        return False
    message = Message("POST", "/packages/v2/adjust", "adjustment", name, who, lambda *_: None, attempts=1)
    site.connector.log_write(now, message, person, 200, None)
    return True


@kind("technical", modes=("user-key-expired",), shapes=ALL_SHAPES, days=(16, 30))
def foehn(f: Injection) -> None:
    """Two mind the stock in turn, each with a key; the older one lapses, and nothing that is entered on every other day gets through."""
    person = f.site.people["inv"]
    person.key_issued, person.key_expires = f.start - 365 * DAY, 365 * DAY

    def renew(now: int) -> None:
        person.key_rotated, person.key_expires = now, 900 * DAY

    f.site.at(f.end, renew)
    break_more(f, 4400)


@kind("technical", modes=("sync-job-failing-unnoticed",), shapes=STOCKED, days=(8, 15))
def zephyr(f: Injection) -> None:
    """A run that reads what comes in dies and keeps its lock; each run since finds the lock, says so, and ends, while other lists are read as ever."""
    site, connector = f.site, f.site.connector
    read, holders = connector._read, []

    def read_unless_locked(at: int, job: Job) -> None:
        if job.name != "transfers":
            read(at, job)
            return
        run_id = f"{site.place.code.upper()}-{job.name}-{at}"
        start, end = connector._window(at)
        is_first = not holders
        holders.append(run_id)
        site.log(
            "sync_runs", run_id=run_id, job=job.name, endpoint=job.endpoint, started_at=at,
            finished_at=None if is_first else at + 1, window_start=start, window_end=end,
            pages_fetched=0, records_fetched=0, records_written=0, status=None if is_first else "failed",
            error=None if is_first else f"run {holders[0]} has not ended",
        )  # fmt: skip

    f.set_during(connector, _read=read_unless_locked)
