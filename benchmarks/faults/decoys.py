"""Harmless things that look like faults: coincidences, outages that excuse, honest corrections. None may be found."""

from __future__ import annotations

from benchmarks.faults.activities import mishap
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import Inject, Injection
from benchmarks.faults.site import Outage
from benchmarks.faults.times import HOUR, MINUTE


def an_outage_that_is_made_good(f: Injection) -> None:
    """METRC is down for an hour, it is on record, and the queue sends everything afterwards, looking first."""
    begins = f.site.local(f.days[0], 14 * HOUR)
    f.site.outages.append(Outage("metrc", begins, begins + 50 * MINUTE, saves=40))


def a_planned_rotation_of_a_key(f: Injection) -> None:
    """A key is replaced before opening, everywhere at once."""
    f.site.at(
        f.site.local(f.days[0], 7 * HOUR), lambda now: setattr(f.site.people["asst"], "key_rotated", now)
    )


def an_honest_correction(f: Injection) -> None:
    """A recount by two people finds one piece less than both books say; both are set right, with a note."""
    site = f.site

    def correct(now: int) -> None:
        there = [s for s in site.stock.values() if s.listed and site.shelf.get(s.label, 0) > 4 * MICRO]
        if there:
            note = "recount by inventory lead and general manager, found one less, error of the first count"
            site.change_stock(
                now,
                f"{site.place.code.upper()}-ADJ-R{site.day(now):03}",
                there[0].label,
                -MICRO,
                "Entry Error",
                by="inv",
                note=note,
            )

    site.at(site.local(f.days[0], 9 * HOUR + 20 * MINUTE), correct)


def a_unit_that_is_converted_rightly(f: Injection) -> None:
    """One flower item is kept in kilograms, and the map says so."""
    item = next(item for item in f.site.items if item.unit == "Grams")
    item.own_unit, item.per_metrc_unit, item.mapped_factor = "Kilograms", 0.001, MICRO // 1000


def somebody_leaves_in_good_order(f: Injection) -> None:
    """A worker leaves; accounts and key are closed the same day."""
    site = f.site
    handle = [h for h in site.people if h not in ("gm", "asst", "inv")][-1]
    person = site.people[handle]

    def leave(now: int) -> None:
        person.terminated_on, person.own_active = site.day(now), False
        person.key_revoked, person.is_locked = now, True
        site.notes.setdefault("removed", {})[handle] = True

    site.notes["seller"] = lambda day, register, shift: (
        None if day < f.days[0] else f"bud{(register - 1 + 2 * shift + day) % 5 + 1}"
    )
    site.at(site.local(f.days[0], 8 * HOUR), leave)


def a_bad_week_in_the_cold_room(f: Injection) -> None:
    """Something spoils every day of a week, and each time it is weighed, noted and approved."""
    for day in list(f.days)[:6]:
        f.site.at(
            f.site.local(day, 12 * HOUR + 7 * MINUTE), lambda now, day=day: mishap(f.site, now, 700 + day)
        )


DECOYS: dict[str, Inject] = {
    act.__name__.replace("_", "-"): act
    for act in (
        an_outage_that_is_made_good,
        a_planned_rotation_of_a_key,
        an_honest_correction,
        a_unit_that_is_converted_rightly,
        somebody_leaves_in_good_order,
        a_bad_week_in_the_cold_room,
    )
}
