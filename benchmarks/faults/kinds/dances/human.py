"""Faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.places import PERMISSIONS, Person
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

SELLERS = tuple(f"bud{n}" for n in range(1, 7))


def _planned(day: int, register: int, shift: int) -> str:
    """Whose turn it is at a register, when all six are there."""
    return f"bud{(register - 1 + 2 * shift + day) % 6 + 1}"


def _covered(gone: Mapping[str, int]) -> Callable[[int, int, int], str]:
    """The rota once some have left: who has the day off takes their turn."""

    def seller(day: int, register: int, shift: int) -> str:
        turns = [_planned(day, r, s) for s in (0, 1) for r in (1, 2)]
        left = [h for h in SELLERS if day >= gone.get(h, day + 1)]
        free = [h for h in SELLERS if h not in turns and h not in left]
        asked = _planned(day, register, shift)
        return free[[h for h in turns if h in left].index(asked)] if asked in left else asked

    return seller


@kind(
    "human",
    modes=("user-list-not-reviewed",),
    also_modes=("departed-user-active", "excess-permissions", "accountability-lost", "single-metrc-person"),
    shapes=RETAIL,
    days=(40, 50),
    mended=False,
)
def waltz(f: Injection) -> None:
    """Sellers leave one after another and a consultant has been done for months, somebody keeps the rights of a time as a stand-in, and nobody holds METRC's list of users against the staff list."""
    site = f.site
    second = f.start + (8 + f.below(8, "second")) * DAY
    leaves = {"bud5": f.start, "bud6": second}
    site.notes["seller"] = _covered({handle: site.day(at) for handle, at in leaves.items()})
    upper = site.place.code.upper()
    for n in (1, 2):
        site.people[f"guest{n}"] = Person(
            handle=f"guest{n}",
            person=f"{upper}-P9{n}",
            name=f"consultant {n} {upper} (made)",
            role="consultant",
            metrc_user=f"{upper}-E{1900 + n:05}",
            internal_user=f"{site.place.code}.guest{n}",
            permissions=list(PERMISSIONS["lead"]),
            hired_on=-200 - 30 * n,
            key_issued=(-200 - 30 * n) * DAY + 18 * HOUR,
            last_seen=(-120 - 20 * n) * DAY,
            is_outside=True,
        )

    def leave(handle: str, now: int) -> None:
        person = site.people[handle]
        person.terminated_on = site.day(now)
        person.own_active, person.own_closed = False, now

    for handle, at in leaves.items():
        site.at(at - HOUR, partial(leave, handle))
    stand_in = site.people["bud2"]
    site.at(f.start, lambda _: stand_in.permissions.extend(PERMISSIONS["lead"]))


@kind(
    "human",
    modes=("departed-user-active",),
    also_modes=("user-list-not-reviewed", "accountability-lost", "excess-permissions"),
    shapes=frozenset({"retail", "cultivation"}),
    days=(34, 50),
    mended=False,
)
def foxtrot(f: Injection) -> None:
    """Somebody leaves, payroll knows it, and nobody tells whoever minds the accounts in METRC and in the own system."""
    site = f.site
    handle = "bud6" if site.place.shape == "retail" else "grow3"
    person = site.people[handle]
    if handle == "bud6":
        site.notes["seller"] = _covered({handle: site.day(f.start)})

    def leave(now: int) -> None:
        person.terminated_on = site.day(now)
        last, log = person.last_login, site.log
        person.last_seen = person.last_seen or now - 16 * HOUR

        def without(table: str, **row: Any) -> None:
            if table == "access_events" and row["user"] == person.internal_user:
                person.last_login = last  # the rota still has the turn; nobody comes
                return
            log(table, **row)

        setattr(site, "log", without)  # noqa: B010

    site.at(f.start - HOUR, leave)


@kind(
    "human",
    modes=("shared-login-or-key",),
    also_modes=("accountability-lost", "bulk-after-hours-adjustments", "attribution-wrong-fallback-key"),
    shapes=RETAIL,
    days=(12, 30),
)
def rumba(f: Injection) -> None:
    """Who opens logs the register in, and the late shift sells on under that login because logging out takes a minute."""

    def seller(day: int, register: int, shift: int) -> str | None:
        stays = shift == 1 and f.below(100, "stays", day, register) < 75
        return _planned(day, register, 0) if stays else None

    f.note_during(seller=seller)


@kind(
    "human",
    modes=("single-metrc-person",),
    also_modes=(
        "transfer-not-received",
        "in-transit-limbo",
        "received-in-pos-not-in-metrc",
        "transfer-not-imported",
        "reconciliation-overdue",
        "close-out-skipped",
        "unfinished-zero-package",
        "physical-count-mismatch",
        "metrc-onhand-overstated",
        "backdated-entries",
        "waste-late",
        "self-approved-adjustments",
    ),
    shapes=STOCKED,
    days=(20, 32),
)
def polka(f: Injection) -> None:
    """The inventory lead does all that is done in METRC, and when the lead is on holiday deliveries, counts, write-offs and closing wait."""
    site = f.site
    goes = site.local(f.days[0] + 4 + f.below(4, "goes"), 7 * HOUR)
    returns = goes + (8 + f.below(4, "weeks")) * DAY
    lead = site.people["inv"]
    f.set_during(site.habits, leads=("inv",))

    def go(_: int) -> None:
        habits, log, change = site.habits, site.log, site.change_stock
        before = (habits.receives_in_metrc, habits.finishes, habits.counts)
        habits.receives_in_metrc = habits.finishes = habits.counts = False
        waiting: list[Callable[[int], None]] = []

        def without(table: str, **row: Any) -> None:
            away = goes <= site.world.now < returns
            if not (away and table == "access_events" and row["user"] == lead.metrc_user):
                log(table, **row)

        def waits(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
            if not goes <= at < returns or more.get("by", "inv") != "inv":
                change(at, name, label, quantity, reason, **more)
                return
            site.shelf[label] += quantity

            def write_off(now: int) -> None:
                site.shelf[label] -= quantity
                if label in site.ledger.active and site.shelf[label] + quantity >= 0:
                    change(now, name, label, quantity, reason, **more)

            waiting.append(write_off)

        def come_back(now: int) -> None:
            habits.receives_in_metrc, habits.finishes, habits.counts = before
            coming = site.notes.get("coming", {})
            for transfer in list(site.ledger.transfers.values()):
                docked = all(entry.package.label not in coming for entry in transfer.packages)
                waits_here = transfer.direction == "incoming" and transfer.state == "in_transit" and docked
                if waits_here and transfer.received_at is None and transfer.arrives_at < now:
                    activities.accept(site, now, transfer)
            for nth, write_off in enumerate(waiting):
                site.at(now + 40 * MINUTE + 4 * MINUTE * nth, write_off)

        setattr(site, "log", without)  # noqa: B010
        setattr(site, "change_stock", waits)  # noqa: B010
        site.at(returns + 2 * HOUR, come_back)

    site.at(goes, go)


@kind(
    "human",
    modes=("key-owner-departed",),
    also_modes=(
        "user-key-revoked",
        "departed-user-active",
        "shared-login-or-key",
        "attribution-wrong-fallback-key",
        "accountability-lost",
        "sync-job-failing-unnoticed",
        "sale-not-posted",
        "sale-posted-late",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "adjustment-not-posted",
        "void-not-mirrored",
        "pos-inventory-stale",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "package-in-metrc-missing-in-pos",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
        "close-out-skipped",
        "physical-count-mismatch",
    ),
    shapes=RETAIL,
    days=(12, 24),
)
def mazurka(f: Injection) -> None:
    """The store sends and reads with its assistant manager's key; the manager leaves, and some time later somebody shuts the account."""
    site = f.site
    manager = site.people["asst"]
    shut = f.end - (2 + f.below(3, "shut")) * DAY + 5 * HOUR
    f.set_at_once(site.connector, shared_key="asst")

    def leave(now: int) -> None:
        manager.terminated_on = site.day(now)
        manager.own_active, manager.own_closed = False, now
        site.habits.leads = ("inv", "gm")

    def shut_account(now: int) -> None:
        manager.key_revoked, manager.is_locked = now, True

    site.at(f.start, leave)
    site.at(shut, shut_account)
    site.at(f.end, lambda _: setattr(site.connector, "shared_key", "gm"))
    site.at(f.end, lambda _: setattr(site.connector, "reader", "gm"))
