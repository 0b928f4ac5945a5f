"""Faults of the human layer: keys and accounts of people, habits, shortcuts."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.activities import accept
from benchmarks.faults.kinds.technical import STORE_KEY, break_more
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import DAY, HOUR


@kind("human", modes=("user-key-revoked", "key-owner-departed"), also=(*STORE_KEY, "departed-user-active"))
def the_key_leaves_with_the_manager(f: Injection) -> None:
    """The place runs on its assistant manager's key; the manager leaves, and two days later the account is closed."""
    connector, owner = f.site.connector, f.site.people["asst"]
    connector.shared_key = "asst"

    def leave(now: int) -> None:
        owner.terminated_on = f.site.day(now)
        owner.own_active = False

    def revoke(now: int) -> None:
        owner.key_revoked, owner.is_locked = now, True

    def replace(now: int) -> None:
        connector.shared_key = connector.reader = "gm"

    f.site.habits.leads = ("inv", "gm")
    f.site.at(f.start, leave)
    f.site.at(f.start + 2 * DAY, revoke)
    f.site.at(f.end, replace)


@kind(
    "human",
    modes=("departed-user-active", "key-owner-departed"),
    shapes=ALL_SHAPES,
    days=(20, 40),
    states=("ca", "or", "mi"),
)
def a_leaver_keeps_the_account(f: Injection) -> None:
    """Somebody leaves, and nobody closes the accounts; the key goes on reading."""
    site = f.site
    site.connector.reader = "inv"
    site.habits.leads = ("asst", "gm")
    person = site.people["inv"]
    site.at(f.start, lambda now: setattr(person, "terminated_on", site.day(now)))


@kind(
    "human",
    modes=("shared-login-or-key", "bulk-after-hours-adjustments"),
    shapes=RETAIL,
    days=(6, 14),
    also=(
        "adjustment-generic-reason",
        "adjustment-without-note",
        "self-approved-adjustments",
        "accountability-lost",
    ),
)
def a_tablet_stays_logged_in(f: Injection) -> None:
    """A tablet on the floor is logged in under an account of nobody; at night somebody writes stock off with it."""
    site = f.site
    user = f"{site.place.code}.floor"
    site.shared_accounts[user] = -100 * DAY

    def night(now: int) -> None:
        labels = [
            s.label for s in site.stock.values() if site.shelf.get(s.label, 0) > 4 * MICRO and s.listed
        ][:14]
        for nth, label in enumerate(labels):
            site.change_stock(
                now + 35 * nth,
                f"{site.place.code.upper()}-ADJ-N{site.day(now)}-{nth:02}",
                label,
                -MICRO,
                "Entry Error",
                by=user,
                note=None,
                approve=False,
            )

    for day in list(f.days)[::3]:
        site.at(site.local(day, 23 * HOUR + 47 * 60), night)


@kind(
    "human",
    shapes=RETAIL,
    modes=("excess-permissions",),
)
def everybody_may_adjust(f: Injection) -> None:
    """After an error message every seller gets the right to manage packages."""
    site = f.site

    def grant(_: int) -> None:
        for handle, person in site.people.items():
            if handle.startswith("bud"):
                person.permissions = [
                    *person.permissions,
                    "view packages",
                    "manage packages inventory",
                    "manage transfers",
                ]

    site.at(f.start, grant)


@kind("human", modes=("self-approved-adjustments",), days=(20, 40))
def people_approve_their_own_changes(f: Injection) -> None:
    """Whoever writes stock off also signs for it."""
    f.set_during(f.site.habits, approves=False)
    break_more(f)


@kind(
    "human",
    shapes=RETAIL,
    mended=False,
    modes=("pos-user-without-metrc-key",),
)
def new_sellers_have_no_key(f: Injection) -> None:
    """Two sellers are created in the own system and not in METRC; what they sell goes nowhere."""
    people = [f.site.people[handle] for handle in ("bud2", "bud5")]
    for person in people:
        person.hired_on = f.site.day(f.start) - 2
        person.trained_on = person.hired_on + 1
    f.site.notes["seller"] = lambda day, register, shift: (
        None if day >= f.site.day(f.start) else f"bud{(1, 3, 4, 6)[(register - 1 + 2 * shift + day) % 4]}"
    )
    for person in people:
        person.has_key = False
    f.site.at(f.end, lambda _: [setattr(person, "has_key", True) for person in people] and None)


@kind(
    "human",
    modes=("attribution-wrong-fallback-key", "shared-login-or-key", "pos-user-without-metrc-key"),
    shapes=RETAIL,
    days=(14, 30),
    also=("accountability-lost",),
    mended=False,
)
def sellers_fall_back_to_the_managers_key(f: Injection) -> None:
    """Half the sellers have no key of their own, and their sales are recorded under the manager's name."""
    people = [f.site.people[handle] for handle in ("bud1", "bud2", "bud4")]
    f.site.connector.falls_back = "gm"
    for person in people:
        f.set_during(person, has_key=False)


@kind("human", modes=("errors-dismissed-without-posting",), shapes=RETAIL, days=(6, 12))
def errors_are_clicked_away(f: Injection) -> None:
    """The line fails for an hour most days, and the shift lead clears the list of errors before it is tried again."""
    site = f.site

    def dismiss(_: int) -> None:
        for entry in site.connector.entries.values():
            if entry.state == "pending":
                entry.state = "dropped"

    for day in f.days:
        begins = site.local(day, 18 * HOUR + 600 * f.below(6, day))
        site.outages.append(Outage("integration", begins, begins + 2 * HOUR))
        site.at(begins + 2 * HOUR - 60, dismiss)


@kind("human", modes=("bypass-flag-left-on",), days=(14, 30), mended=False)
def the_box_stays_ticked(f: Injection) -> None:
    """The box that keeps a change of stock from METRC was ticked for a repair, and stays so."""
    f.set_during(f.site.habits, bypasses=True)
    break_more(f)


@kind("human", modes=("workaround-generic-product",), shapes=RETAIL)
def goods_are_rung_up_as_misc(f: Injection) -> None:
    """When a product does not scan, sellers ring up a miscellaneous one."""
    f.note_during(generic=lambda _: 8)


@kind("human", modes=("single-metrc-person",), shapes=ALL_SHAPES, days=(35, 50))
def one_person_does_everything(f: Injection) -> None:
    """All changes of stock and all receiving wait for one person, who is away for days."""
    site = f.site
    site.habits.leads = ("inv",)
    away = (f.start + 12 * DAY, f.start + 17 * DAY)
    if site.receives:
        site.at(away[0], lambda _: setattr(site.habits, "receives_in_metrc", False))
        site.at(away[1], lambda now: _catch_up(f, now))


def _catch_up(f: Injection, now: int) -> None:
    f.site.habits.receives_in_metrc = True
    for transfer in f.site.ledger.transfers.values():
        if transfer.direction == "incoming" and transfer.received_at is None and transfer.arrives_at < now:
            accept(f.site, now, transfer)


@kind("human", modes=("untrained-user-errors",), shapes=RETAIL, days=(20, 40))
def a_new_seller_is_not_trained(f: Injection) -> None:
    """A new seller works without training, and takes back one sale in six."""
    site = f.site
    person = site.people["bud3"]
    first = site.day(f.start)
    person.hired_on, person.trained_on = first - 1, None
    site.notes["seller"] = lambda day, register, shift: (
        None if day >= first else f"bud{(1, 2, 4, 5, 6)[(register - 1 + 2 * shift + day) % 5]}"
    )

    def scan(sale: dict[str, Any]) -> str | None:
        """The tag of an empty jar, one time in five."""
        if sale["author"] != "bud3" or f.below(5, "wrong jar", sale["sale_id"]):
            return None
        return next((p.label for p in site.ledger.packages.values() if p.state == "inactive"), None)

    site.notes["scanned"] = scan


@kind(
    "human",
    modes=("bulk-after-hours-adjustments",),
    days=(5, 14),
    also=("adjustment-generic-reason", "adjustment-without-note"),
)
def stock_is_written_off_at_night(f: Injection) -> None:
    """The inventory lead comes back at night and writes stock off in bulk."""
    site = f.site

    def night(now: int) -> None:
        labels = [
            s.label for s in site.stock.values() if site.shelf.get(s.label, 0) > 4 * MICRO and s.listed
        ][:16]
        for nth, label in enumerate(labels):
            site.change_stock(
                now + 35 * nth,
                f"{site.place.code.upper()}-ADJ-N{site.day(now)}-{nth:02}",
                label,
                -MICRO,
                "Spoilage",
                by="inv",
            )

    for day in list(f.days)[::4]:
        site.at(site.local(day, 23 * HOUR + 40 * 60), night)
