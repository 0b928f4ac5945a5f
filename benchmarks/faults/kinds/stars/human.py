"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.making import convert
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO, PERMISSIONS, Person
from benchmarks.faults.registry import ALL_SHAPES, MAKE, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

BOSSES = ("gm", "asst", "inv")


@kind("human", modes=("excess-permissions",), shapes=ALL_SHAPES, days=(24, 42), mended=False)
def arcturus(f: Injection) -> None:
    """METRC gives up its finer roles, and the office puts everybody into the next wider one, person by person; now and then somebody makes use of it."""
    site, others = f.site, [handle for handle in f.site.people if handle not in BOSSES]

    def widen(handle: str, _: int) -> None:
        person = site.people[handle]
        person.permissions += [right for right in PERMISSIONS["manager"] if right not in person.permissions]

    def write_off(handle: str, day: int, now: int) -> None:
        there = [s for s in site.stock.values() if s.seen and s.listed and not s.blocked]
        there = [s for s in there if min(s.on_hand, site.shelf.get(s.label, 0)) > 6 * MICRO]
        if there:
            stock = there[f.below(len(there), "which", day)]
            name = f"{site.place.code.upper()}-ADJ-W{day:03}"
            site.change_stock(now, name, stock.label, -MICRO, "Damage", by=handle)

    for nth, handle in enumerate(others):
        site.at(f.start + 2 * nth * DAY + 2 * HOUR, partial(widen, handle))
    for day in f.days[2 * len(others) :]:
        if f.below(100, "makes use of it", day) < 55:
            handle = others[f.below(len(others), "who", day)]
            when = site.local(day, 12 * HOUR + 60 * f.below(300, "when", day))
            site.at(when, partial(write_off, handle, day))


@kind("human", modes=("bypass-flag-left-on",), shapes=ALL_SHAPES, days=(20, 38))
def aldebaran(f: Injection) -> None:
    """The tick that keeps a change from METRC is remembered with the product; somebody sets it for a repair, today for this one and next week for another, and no one takes it away."""
    site, usual = f.site, f.site._send_change
    order = sorted(site.items, key=lambda item: f.below(1000, "order", item.sku))
    first = len(order) // 3

    def send_or_not(at: int, name: str, row: dict[str, Any], author: str, day: int) -> None:
        ticked = order[: first + (at - f.start) // (5 * DAY)]
        if any(site.stock[row["label"]].item is item for item in ticked):
            row["sent"] = "bypassed"
            return
        usual(at, name, row, author, day)

    f.set_during(site, _send_change=send_or_not)
    for number in (6800, 6900):
        break_more(f, number)


GUESTS = (  # role, whose rights
    ("installer", "manager"),
    ("auditor of a buyer", "worker"),
    ("bookkeeper of the tax office", "lead"),
    ("trainer of a supplier", "manager"),
)


@kind(
    "human",
    modes=("user-list-not-reviewed",),
    also_modes=("departed-user-active", "excess-permissions"),
    shapes=RETAIL,
    days=(30, 44),
    states=("ca", "or", "mi"),
    mended=False,
)
def fomalhaut(f: Injection) -> None:
    """Nobody holds METRC's users against the list of staff: guests who had a reason once are still there, one seller has left and one drives the van by now, and all may do what they might."""
    site, upper, first = f.site, f.site.place.code.upper(), f.site.day(f.start)
    gone = {"bud6": first + 4, "bud4": first + 9}

    def who(day: int, register: int, shift: int) -> str:
        there = [f"bud{n}" for n in range(1, 7) if day < gone.get(f"bud{n}", day + 1)]
        return there[(register - 1 + 2 * shift + day) % len(there)]

    def come(nth: int, role: str, rights: str, now: int) -> None:
        site.people[f"guest{nth}"] = Person(
            f"guest{nth}", f"{upper}-P8{nth}", f"{role} 8{nth} {upper} (made)", role, f"{upper}-E0108{nth}",
            f"{site.place.code}.guest{nth}", list(PERMISSIONS[rights]), hired_on=site.day(now), key_issued=now,
            last_seen=now + HOUR, is_outside=True,
        )  # fmt: skip

    def look(nth: int, now: int) -> None:
        person = site.people[f"guest{nth}"]
        person.last_seen = now
        site.log(
            "access_events", event_id=f"{upper}-EV-{person.metrc_user}-{now}", system="metrc",
            user=person.metrc_user, at=now, action="login",
        )  # fmt: skip

    def leave(now: int) -> None:
        person = site.people["bud6"]
        person.terminated_on, person.own_active, person.own_closed = site.day(now), False, now

    def drive(_: int) -> None:
        site.people["bud4"].role = "driver"

    site.notes["seller"] = who
    site.at(site.local(gone["bud6"], 8 * HOUR), leave)
    site.at(site.local(gone["bud4"], 8 * HOUR), drive)
    for nth, (role, rights) in enumerate(GUESTS):
        comes = first + 1 + 4 * nth
        site.at(site.local(comes, 10 * HOUR), partial(come, nth, role, rights))
        for day in range(comes, comes + 3):
            at = site.local(day, 10 * HOUR + 20 * MINUTE + 60 * f.below(200, "looks", nth, day))
            site.at(at, partial(look, nth))


@kind(
    "human",
    modes=("untrained-user-errors",),
    also_modes=("adjustment-generic-reason",),
    shapes=MAKE,
    days=(22, 38),
    mended=False,
)
def canopus(f: Injection) -> None:
    """There is more to roll, and somebody new enters the batches whom nobody has shown METRC's form: it is tried two or three times, and what gets through is put right the next morning."""
    site, upper, first = f.site, f.site.place.code.upper(), f.site.day(f.start)
    send, add = site.connector.send, site.ledger.add
    new = Person(
        "make9", f"{upper}-P90", f"production worker 90 {upper} (made)", "production worker", f"{upper}-E01090",
        f"{site.place.code}.make9", [*PERMISSIONS["worker"], "manage packages inventory"], hired_on=first,
        key_issued=f.start,
    )  # fmt: skip

    def begin(_: int) -> None:
        site.people[new.handle] = new

    def send_as_new(at: int, message: Message) -> None:
        if (message.method, message.endpoint) != ("POST", "/packages/v2"):
            send(at, message)
            return
        message.author = new.handle
        tries = (0, 1, 1, 2, 3)[f.below(5, "tries", message.key)]
        for nth in range(tries):
            _try_wrongly(f, at + 130 * nth, nth, message, new)
        site.at(at + 130 * tries, lambda now: send(now, message))

    def add_as_typed(package: Package) -> None:
        add(package)
        gap = package.initial * 9 // 10
        if package.received_at is None and f.below(100, "a nought is missing", package.label) < 30:
            package.initial = package.quantity = package.initial - gap
            morning = site.local(site.day(package.created_at) + 1, 8 * HOUR + 5 * MINUTE)
            site.at(morning, partial(put_right, package, gap))

    def put_right(package: Package, gap: int, now: int) -> None:
        note = f"package {package.label[-6:]}: a nought was missing"
        name = f"{upper}-RIGHT-{package.label}"
        new.last_seen = now
        site.set_in_metrc(now, name, package.label, gap, new.handle, note=note)

    def work(action: str, now: int) -> None:
        new.last_login = now
        site.log(
            "access_events", event_id=f"{upper}-EV-{new.internal_user}-{now}", system="internal",
            user=new.internal_user, at=now, action=action,
        )  # fmt: skip

    site.at(f.start, begin)
    f.set_for_good(site.connector, send=send_as_new)
    f.set_for_good(site.ledger, add=add_as_typed)
    for day in f.days[1:]:
        for action, second in (("login", 8 * HOUR + 50 * MINUTE), ("logout", 17 * HOUR + 2 * MINUTE)):
            site.at(site.local(day, second), partial(work, action))
        if day % 7 in (0, 2, 4):
            site.at(site.local(day, 13 * HOUR), partial(convert, site, day=day))


def _try_wrongly(f: Injection, at: int, nth: int, message: Message, new: Person) -> None:
    said = (
        "Ingredients[0].Package: is not found",
        "Ingredients[0].Quantity: quantity is more than the package holds",
        "UnitOfMeasure: does not fit the item",
        "Tag: tag is not of the right type",
    )[f.below(4, "error", message.key, nth)]
    draft = Message(
        "POST", message.endpoint, message.kind, message.key, new.handle, lambda *_: None, attempts=1 + nth
    )
    f.site.connector.log_write(at, draft, new, 400, said)


@kind(
    "human",
    modes=("workaround-generic-product",),
    also_modes=("sale-price-mismatch",),
    shapes=RETAIL,
    days=(22, 40),
)
def achernar(f: Injection) -> None:
    """From Friday to Sunday two things together have a price of their own, which the register cannot do: whoever is in a hurry rings both up as one thing of no name."""
    site = f.site
    before = site.notes.get("generic", lambda _: 0)

    def share(sale: dict[str, Any]) -> Any:
        is_offered = f.start <= sale["sold_at"] < f.end and site.day(sale["sold_at"]) % 7 in (2, 3, 4)
        is_pair = len({item.sku for _, item, *_ in sale["drawn"]}) == 2
        return 60 if is_offered and is_pair else before(sale)

    site.notes["generic"] = share
