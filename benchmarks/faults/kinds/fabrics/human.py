"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.places import MICRO, PERMISSIONS, Item, Person
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

SELLERS = tuple(f"bud{n}" for n in range(1, 7))


def _turn(day: int, register: int, shift: int) -> str:
    """Whose turn it is at a register."""
    return SELLERS[(register - 1 + 2 * shift + day) % 6]


@kind(
    "human",
    modes=("key-owner-departed",),
    also_modes=(
        "user-key-revoked",
        "departed-user-active",
        "user-list-not-reviewed",
        "attribution-wrong-fallback-key",
        "shared-login-or-key",
        "sale-not-posted",
        "sale-posted-late",
        "pos-inventory-stale",
        "sync-job-failing-unnoticed",
        "adjustment-not-posted",
        "retries-exhausted-and-dropped",
        "retry-queue-backlog",
    ),
    days=(18, 32),
)
def satin(f: Injection) -> None:
    """The whole place runs on the key of its assistant manager, who leaves; it goes on for weeks, until the account is closed, and then for days nothing goes through."""
    site, connector = f.site, f.site.connector
    owner = site.people["asst"]
    log_work = site.log_work
    f.set_at_once(connector, shared_key="asst")

    def log_the_managers_work(
        at: int,
        name: str,
        side: str,
        label: str,
        item: Item,
        quantity: int,
        line: int = 1,
        by: str = "asst",
    ) -> None:
        log_work(at, name, side, label, item, quantity, line, "gm" if by == "asst" else by)

    def leave(now: int) -> None:
        owner.terminated_on = site.day(now)
        owner.own_active, owner.own_closed = False, now
        owner.last_login = owner.last_login or now - DAY
        site.habits.leads = ("inv", "gm")

    def close_the_account(now: int) -> None:
        owner.is_locked, owner.key_revoked = True, now

    def put_in_another(now: int) -> None:
        site.people["gm"].key_issued = now - HOUR
        connector.shared_key = connector.reader = "gm"

    f.site.at(f.start, leave)
    f.set_for_good(site, log_work=log_the_managers_work)
    f.site.at(f.end - 2 * DAY - f.below(3 * DAY, "closed"), close_the_account)
    f.site.at(f.end, put_in_another)


@kind(
    "human",
    modes=("departed-user-active",),
    also_modes=("user-list-not-reviewed", "accountability-lost", "shared-login-or-key"),
    shapes=RETAIL,
    days=(42, 52),
    mended=False,
)
def canvas(f: Injection) -> None:
    """Two who sold have left, and nobody told the one who keeps the accounts; both can still log in everywhere, and a till that kept their password is used as it is."""
    site = f.site
    first, second = ("bud2", "bud5") if f.below(2, "who") else ("bud4", "bud1")
    began = site.day(f.start)
    left = {first: began, second: began + 5 + f.below(9, "the other")}

    def cover(day: int, register: int, shift: int) -> str | None:
        whose = _turn(day, register, shift)
        if whose not in left or day < left[whose]:
            return None
        if f.below(100, "as it is", day, register, shift) < 25:
            return None
        busy = {_turn(day, r, s) for r in (1, 2) for s in (0, 1)}
        free = [h for h in SELLERS if h not in busy and (h not in left or day < left[h])]
        return free[register % len(free)] if free else None

    site.notes["seller"] = cover
    for handle, day in left.items():
        site.at(
            site.local(day, 8 * HOUR), lambda _, h=handle, d=day: setattr(site.people[h], "terminated_on", d)
        )


@kind(
    "human",
    modes=("pos-user-without-metrc-key",),
    also_modes=(
        "sale-not-posted",
        "attribution-wrong-fallback-key",
        "shared-login-or-key",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
    ),
    shapes=RETAIL,
    days=(26, 42),
    mended=False,
)
def taffeta(f: Injection) -> None:
    """Two new sellers get a login for the register on their first day; an account in METRC with a key comes weeks later for one, and for the other not at all."""
    site = f.site
    upper = site.place.code.upper()
    began = site.day(f.start)
    hired = {"bud7": began, "bud8": began + 3 + f.below(8, "the other")}
    stands_in = {"bud1": "bud7", "bud4": "bud8"}
    for number, (handle, day) in enumerate(hired.items(), 10):
        site.people[handle] = Person(
            handle=handle,
            person=f"{upper}-P{number:02}",
            name=f"budtender {number} {upper} (made)",
            role="budtender",
            metrc_user=f"{upper}-E{1000 + number:05}",
            internal_user=f"{site.place.code}.{handle}",
            permissions=list(PERMISSIONS["seller"]),
            hired_on=day,
            trained_on=day + 1,
            has_key=False,
        )

    def shift_of(day: int, register: int, shift: int) -> str | None:
        new = stands_in.get(_turn(day, register, shift))
        return new if new and day > hired[new] + 1 else None

    def get_a_key(now: int) -> None:
        site.people["bud7"].has_key, site.people["bud7"].key_issued = True, now

    site.notes["seller"] = shift_of
    site.at(f.start + (f.end - f.start) * 2 // 3, get_a_key)


@kind(
    "human",
    modes=("workaround-generic-product",),
    also_modes=(
        "sale-not-posted",
        "wrong-package-sold",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
    ),
    shapes=RETAIL,
    days=(28, 42),
)
def batiste(f: Injection) -> None:
    """When the line is long and a label does not scan, the sale is rung up as something else; it works, and from shift to shift more do it."""
    site = f.site
    began = site.day(f.start)

    def share(sale: dict[str, Any]) -> int:
        day = site.day(sale["sold_at"])
        hour = (sale["sold_at"] - site.local(day, 0)) // HOUR
        rush = 32 if 16 <= hour < 20 else 5
        return rush * min(10, 3 + day - began) // 10

    f.note_during(generic=share)


@kind(
    "human",
    modes=("bulk-after-hours-adjustments",),
    also_modes=(
        "regulator-flag-adjustment-pattern",
        "recurring-variance",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "physical-loss-unrecorded",
        "self-approved-adjustments",
    ),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(26, 42),
)
def gabardine(f: Injection) -> None:
    """What goes missing here and there in the week is not looked into; one night a week the assistant manager goes through the list at home and writes it all off."""
    site = f.site
    missing: dict[str, int] = {}

    def go_missing(now: int, day: int) -> None:
        there = [
            s
            for s in site.stock.values()
            if s.listed and min(site.shelf.get(s.label, 0), s.on_hand) >= 4 * MICRO
        ]
        for nth in range(min(4, len(there))):
            label = there[f.below(len(there), "what", day, nth)].label
            missing[label] = missing.get(label, 0) + MICRO
            site.shelf[label] -= MICRO

    def write_off(now: int, label: str, day: int) -> None:
        amount = missing.pop(label)
        package = site.ledger.packages.get(label)
        if package is None or package.state != "active" or package.quantity < amount:
            return
        if site.stock[label].on_hand < amount:
            return
        site.shelf[label] += amount
        name = f"{site.place.code.upper()}-NGT-{day:03}-{label[-10:]}"
        reason = site.habits.reasons[0]
        site.change_stock(now, name, label, -amount, reason, by="asst", note="clean-up of the list")

    def go_through_the_list(now: int, day: int) -> None:
        for nth, label in enumerate(sorted(missing)):
            site.at(now + 30 * nth, lambda at, label=label: write_off(at, label, day))

    for day in f.days:
        when = site.local(day, 17 * HOUR) + f.below(3 * HOUR, "gone", day)
        if f.start < when < f.end:
            site.at(when, lambda now, day=day: go_missing(now, day))
    for day in f.days[5::6]:
        when = site.local(day, 23 * HOUR) + f.below(40 * MINUTE, "night", day)
        if when < f.end:
            site.at(when, lambda now, day=day: go_through_the_list(now, day))
