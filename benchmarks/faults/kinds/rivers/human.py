"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.activities import accept, mishap
from benchmarks.faults.connector import Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.places import MICRO, PERMISSIONS, Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

CHANGES = "manage packages inventory"


@kind(
    "human",
    modes=("physical-loss-unrecorded",),
    also_modes=("waste-missing", "return-not-mirrored"),
    shapes=RETAIL,
    days=(18, 34),
)
def douro(f: Injection) -> None:
    """Whoever brings back a cartridge that does not draw is given another from the shelf; the bad one goes into the bin, and nothing is rung up."""
    site = f.site

    def exchange(now: int) -> None:
        for sale_id, sale in sorted(site.sales.items()):
            if not DAY // 2 < now - sale["sold_at"] <= DAY * 3 // 2 or sale["status"] != "completed":
                continue
            for _, item, *_ in sale["drawn"]:
                if "Cartridge" in item.name and f.below(100, "does not draw", sale_id, item.sku) < 24:
                    there = [s.label for s in site.stock.values() if s.item is item and s.listed]
                    there = [label for label in there if site.shelf.get(label, 0) > 2 * MICRO]
                    if there:
                        site.shelf[there[0]] -= MICRO

    for day in f.days[1:]:
        when = site.local(day, 11 * HOUR + 60 * f.below(60, "comes", day))
        if when < f.end:
            site.at(when, exchange)


@kind(
    "human",
    modes=("key-permissions-narrowed", "endpoint-permission-missing"),
    shapes=ALL_SHAPES,
    days=(14, 28),
)
def vistula(f: Injection) -> None:
    """The assistant is made manager of the front; METRC's role for that may look at packages and not change them, and the own form goes on with that key on every other day."""
    site, person = f.site, f.site.people["asst"]

    def promote(_: int) -> None:
        person.role = "front manager"
        person.permissions = [right for right in person.permissions if right != CHANGES]

    def give_back(_: int) -> None:
        person.permissions = [*person.permissions, CHANGES]

    site.at(f.start, promote)
    site.at(f.end, give_back)
    break_more(f, 5800)
    for day in range(max(2, f.days[0] - 10), f.days[0]):  # as long as all was well
        when = site.local(day, 13 * HOUR + 60 * f.below(90, "before", day))
        site.at(when, lambda now, day=day: mishap(site, now, 5800 + day))


@kind(
    "human",
    modes=("key-owner-departed", "departed-user-active"),
    also_modes=(
        "user-key-revoked",
        "shared-login-or-key",
        "attribution-wrong-fallback-key",
        "user-list-not-reviewed",
    ),
    shapes=RETAIL,
    days=(20, 38),
)
def garonne(f: Injection) -> None:
    """The web shop was set up with the key of whoever built it; that person leaves, its orders go on under that name, and stop when METRC's account is closed weeks later."""
    site, usual, upper = f.site, f.site.connector._key_owner, f.site.place.code.upper()
    owner = Person(
        "web", f"{upper}-P70", f"web shop manager 70 {upper} (made)", "web shop manager", f"{upper}-E01070",
        f"{site.place.code}.web", list(PERMISSIONS["seller"]), hired_on=-380, trained_on=-378, key_issued=-100 * DAY,
    )  # fmt: skip

    def of_shop(message: Message) -> Person | None:
        is_order = message.kind == "sale" and site.sales[message.key]["via"] == "online"
        if not is_order or message.method != "POST":
            return usual(message)
        return owner if site.world.now < f.end else site.people["gm"]

    def leave(now: int) -> None:
        owner.terminated_on, owner.own_active, owner.own_closed = site.day(now), False, now
        owner.last_login = now - 14 * HOUR

    def close(now: int) -> None:
        owner.is_locked, owner.key_revoked = True, now

    site.people[owner.handle] = owner
    site.connector._key_owner = of_shop  # type: ignore[method-assign]
    site.at(f.start, leave)
    site.at(f.end - 3 * DAY + HOUR, close)


@kind(
    "human",
    modes=("single-metrc-person",),
    also_modes=("transfer-not-received", "close-out-skipped"),
    shapes=ALL_SHAPES,
    days=(28, 46),
)
def neva(f: Injection) -> None:
    """Only the inventory lead may change anything in METRC, and is off from Friday to Sunday; what comes, breaks and is made meanwhile waits for Monday."""
    site, send, lead, days = f.site, f.site.connector.send, f.site.people["inv"], set(f.days)
    site.habits.leads = ("inv",)
    for handle in ("gm", "asst"):
        person = site.people[handle]
        person.permissions = [p for p in person.permissions if p not in (CHANGES, "manage transfers")]

    def is_off(day: int) -> bool:
        return day in days and day % 7 in (2, 3, 4)

    def send_when_there(at: int, message: Message) -> None:
        if message.kind == "sale":
            send(at, message)
            return
        message.author, day = "inv", site.day(at)
        if not is_off(day):
            send(at, message)
        elif message.method != "PUT":  # what is empty is closed on the next evening
            day = next(d for d in range(day, day + 4) if not is_off(d))
            begins = site.local(day, 9 * HOUR + 20 * MINUTE) + 45 * f.below(90, "enters", message.key)
            site.at(begins, lambda now: send(now, message))

    def work(day: int, action: str, now: int) -> None:
        lead.last_login = now
        site.log(
            "access_events", event_id=f"{site.place.code.upper()}-EV-{lead.internal_user}-{now}", system="internal",
            user=lead.internal_user, at=now, action=action,
        )  # fmt: skip
        if action == "login" and day in days:
            _accept_all(f, now)

    site.connector.send = send_when_there  # type: ignore[method-assign]
    for day in range(63):
        if is_off(day):
            site.at(site.local(day, HOUR), lambda _: setattr(site.habits, "receives_in_metrc", False))
        else:
            site.at(site.local(day, 8 * HOUR + 50 * MINUTE), partial(work, day, "login"))
            site.at(site.local(day, 17 * HOUR + 10 * MINUTE), partial(work, day, "logout"))
    site.at(f.end, partial(_accept_all, f))
    break_more(f, 6200)


def _accept_all(f: Injection, now: int) -> None:
    f.site.habits.receives_in_metrc = True
    for load in f.site.ledger.transfers.values():
        if load.direction == "incoming" and load.received_at is None and load.arrives_at < now:
            accept(f.site, now, load)


@kind(
    "human",
    modes=("bypass-flag-left-on",),
    also_modes=("errors-dismissed-without-posting", "metrc-or-store-outage"),
    shapes=ALL_SHAPES,
    days=(18, 36),
)
def moselle(f: Injection) -> None:
    """METRC's answer to a change of stock is often an error; whoever sees the red line enters it once more with the tick that keeps it from METRC, and the line is gone."""
    site, usual = f.site, f.site._send_change

    def send_or_tick(at: int, name: str, row: dict[str, Any], author: str, day: int) -> None:
        if f.below(100, "an error", name) >= 60:
            usual(at, name, row, author, day)
            return
        message = Message("POST", "/packages/v2/adjust", "adjustment", name, author, lambda *_: None)
        message.attempts = 1
        site.connector.log_write(at + 40, message, site.people[author], 500, "internal error")
        row["sent"] = "bypassed"

    f.set_during(site, _send_change=send_or_tick)
    break_more(f, 6000)
