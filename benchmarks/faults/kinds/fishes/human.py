"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from benchmarks.faults.activities import sell, void
from benchmarks.faults.connector import Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Refused
from benchmarks.faults.places import MICRO, PERMISSIONS, Person
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("human", modes=("untrained-user-errors",), shapes=RETAIL, days=(18, 28))
def salmon(f: Injection) -> None:
    """Somebody new is put at a register on the first day; every fifth cart is rung up wrong, taken back and rung up again."""
    site, first = f.site, f.site.day(f.start)
    person = site.people["bud3"]
    person.hired_on, person.trained_on = first - 1, None
    site.notes["seller"] = lambda day, register, shift: (
        None if day >= first else f"bud{(1, 2, 4, 5, 6)[(register - 1 + 2 * shift + day) % 5]}"
    )

    def ring_up_again(day: int, nth: int, second: int, now: int) -> None:
        sell(site, now, day, 300 + nth, second)

    def put_right(now: int) -> None:
        day = site.day(now)
        for sale_id, sale in sorted(site.sales.items()):
            is_theirs = sale["author"] == "bud3" and 4 * MINUTE < now - sale["sold_at"] <= 34 * MINUTE
            stands = (sale["status"], sale["state"]) == ("completed", "reported")
            nth = int(sale_id[-4:])
            if is_theirs and stands and nth < 200 and f.below(100, "wrong", sale_id) < 22:
                void(site, now, sale)
                second = now + 2 * MINUTE - site.local(day, 0)
                site.at(now + 2 * MINUTE, partial(ring_up_again, day, nth, second))

    for day in f.days:
        for half in range(19, 42):
            when = site.local(day, half * 30 * MINUTE + 7 * MINUTE)
            if f.start <= when < f.end:
                site.at(when, put_right)


@kind(
    "human",
    modes=("departed-user-active",),
    also_modes=("user-list-not-reviewed",),
    shapes=RETAIL,
    days=(22, 40),
    states=("ca", "or", "mi"),
    mended=False,
)
def sprat(f: Injection) -> None:
    """Two sellers go to a shop across the street; their accounts stay as they were, and at night they look what is in stock."""
    site, first = f.site, f.site.day(f.start)
    leaves = {"bud5": first, "bud6": first + 4 + f.below(5, "follows")}

    def who(day: int, register: int, shift: int) -> str:
        there = [f"bud{n}" for n in range(1, 7) if day < leaves.get(f"bud{n}", day + 1)]
        return there[(register - 1 + 2 * shift + day) % len(there)]

    def leave(person: Person, now: int) -> None:
        person.terminated_on = site.day(now)

    def look(person: Person, now: int) -> None:
        person.last_login = now
        for action, at in (("login", now), ("logout", now + 9 * MINUTE)):
            site.log(
                "access_events", event_id=f"{site.place.code.upper()}-EV-{person.internal_user}-{at}", system="internal",
                user=person.internal_user, at=at, action=action, source_ip=f"203.0.113.{20 + len(person.handle)}",
            )  # fmt: skip

    site.notes["seller"] = who
    for handle, day in leaves.items():
        person = site.people[handle]
        site.at(site.local(day, 9 * HOUR), partial(leave, person))
        for night in range(day + 1, f.days[-1]):
            if f.below(100, "looks", handle, night) < 45:
                when = site.local(night, 22 * HOUR + 60 * f.below(80, "at", handle, night))
                site.at(when, partial(look, person))


@kind("human", modes=("pos-user-without-metrc-key",), shapes=RETAIL, days=(16, 30))
def halibut(f: Injection) -> None:
    """On the busy days two from the sister shop help out; the register knows them, and METRC knows them under the other licence."""
    site, usual, days = f.site, f.site.connector._key_owner, set(f.days)
    helpers = [_helper(f, n) for n in (1, 2)]
    site.people.update({person.handle: person for person in helpers})

    def of_helper(message: Message) -> Person | None:
        theirs = [person for person in helpers if person.handle == message.author]
        return theirs[0] if theirs and message.kind == "sale" else usual(message)

    site.notes["seller"] = lambda day, register, shift: (
        helpers[shift].handle if day in days and day % 7 in (2, 3, 4) and register == 2 else None
    )
    f.set_for_good(site.connector, _key_owner=of_helper)


def _helper(f: Injection, n: int) -> Person:
    site, upper = f.site, f.site.place.code.upper()
    # No account here, and so no key among those of this licence; the one they bring is refused.
    return Person(
        f"help{n}", f"{upper}-P4{n}", f"budtender 4{n} {upper} (made)", "budtender", f"{upper}-E0904{n}",
        f"{site.place.code}.help{n}", list(PERMISSIONS["seller"]), hired_on=-300 + n, trained_on=-298 + n,
        key_issued=-90 * DAY, key_expires=0, has_key=False,
    )  # fmt: skip


@kind("human", modes=("excess-permissions",), shapes=RETAIL | GROW, days=(30, 45), mended=False)
def minnow(f: Injection) -> None:
    """Whoever stands in for the lead for a day gets the lead's rights for it; the next week it is somebody else, and none gives them back."""
    site, lead = f.site, f.site.lead
    others = [handle for handle in site.people if handle not in ("gm", "asst", "inv")]
    stands_in = {day: others[nth % len(others)] for nth, day in enumerate(f.days[1::5])}

    def grant(handle: str, _: int) -> None:
        person = site.people[handle]
        person.permissions += [right for right in PERMISSIONS["lead"] if right not in person.permissions]

    for day, handle in stands_in.items():
        site.at(site.local(day, 6 * HOUR), partial(grant, handle))
    f.set_for_good(site, lead=lambda day: stands_in.get(day) or lead(day))
    break_more(f, 3800)


@kind(
    "human",
    modes=("bulk-after-hours-adjustments",),
    also_modes=("direct-edit-not-mirrored",),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(10, 22),
)
def gudgeon(f: Injection) -> None:
    """Who locks up takes something along from many packages; after midnight METRC is made to fit from home, before the morning's reading."""
    site = f.site
    taken: list[str] = []

    def take(_: int) -> None:
        there = [
            p.label for p in site.ledger.active.values() if p.quantity > 3 * MICRO and p.label in site.stock
        ]
        taken[:] = [label for label in there if site.shelf.get(label, 0) > 3 * MICRO][-16:]
        for label in taken:
            site.shelf[label] -= MICRO

    def make_fit(now: int) -> None:
        day = site.day(now)
        site.people["gm"].last_seen = now
        for nth, label in enumerate(taken):
            note = f"package {label[-6:]}: found damaged at closing, thrown away"
            name = f"{site.place.code.upper()}-HOME-{day:03}-{nth:02}"
            with suppress(Refused):
                site.set_in_metrc(now + 28 * nth, name, label, -MICRO, "gm", reason="Damage", note=note)
                site.edits[label] = site.edits.get(label, 0) - site.own(MICRO, site.stock[label].item)

    for day in f.days[:-1:3]:
        site.at(site.local(day, 22 * HOUR + 30 * MINUTE), take)
        site.at(site.local(day + 1, 40 * MINUTE + 60 * f.below(70, "from home", day)), make_fit)
