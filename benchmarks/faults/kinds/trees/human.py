"""Sealed faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from benchmarks.faults.activities import sell
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Refused
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import HOUR, MINUTE


@kind(
    "human",
    modes=("duplicate-adjustment",),
    shapes=ALL_SHAPES,
    days=(14, 30),
    also=("direct-edit-not-mirrored",),
)
def oak(f: Injection) -> None:
    """The late shift finds the loss on the paper sheet and enters it in METRC, where the early shift's entry stands already."""
    site, change = f.site, f.site.change_stock

    def enter(now: int, name: str, label: str, quantity: int, reason: str) -> None:
        who = next((h for h in site.habits.leads if h != site.lead(site.day(now))), "gm")
        with suppress(Refused):
            site.set_in_metrc(
                now, f"{name}-S", label, quantity, who, reason=reason,
                note=f"package {label[-6:]}: {reason.lower()}, from the sheet of the day",
            )  # fmt: skip

    def change_and_note(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        change(at, name, label, quantity, reason, **how)
        if how.get("own", True) and f.below(100, "again", name) < 60:
            later = at + 4 * HOUR + 60 * f.below(150, "late shift", name)
            site.at(later, lambda now: enter(now, name, label, quantity, reason))

    f.set_during(site, change_stock=change_and_note)
    break_more(f)


@kind(
    "human",
    shapes=RETAIL,
    days=(10, 24),
    also=("accountability-lost",),
    modes=("shared-login-or-key",),
)
def pine(f: Injection) -> None:
    """Whoever comes first opens both registers under the own name, and the colleague at the other one sells with it."""
    days = set(f.days)
    f.site.notes["seller"] = lambda day, register, shift: (
        f"bud{(2 * shift + day) % 6 + 1}" if day in days else None
    )


@kind(
    "human",
    shapes=STOCKED,
    days=(16, 32),
    modes=("physical-loss-unrecorded", "waste-missing"),
)
def spruce(f: Injection) -> None:
    """What breaks or spoils is swept up and thrown away, and nobody writes it down anywhere."""
    site, change = f.site, f.site.change_stock

    def sweep(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        if reason not in ("Damage", "Spoilage", "Mandatory State Destruction"):
            change(at, name, label, quantity, reason, **how)
        else:
            site.shelf[label] = max(0, site.shelf.get(label, 0) + quantity)

    f.set_during(site, change_stock=sweep)
    break_more(f)


@kind(
    "human", modes=("purchase-limit-true-oversale",), shapes=RETAIL, days=(10, 24), states=("ca", "co", "mi")
)
def yew(f: Injection) -> None:
    """Some patients come back to another seller again and again on one day; each cart is small, and nobody looks at the day."""
    site = f.site
    before = site.notes.get("extra_wishes", lambda *_: [])
    visits: set[str] = set()

    def extra(sale_id: str, day: int) -> list[tuple[Item, int]]:
        return ([(site.items[n], 24 * MICRO) for n in (0, 1)] if sale_id in visits else []) + before(
            sale_id, day
        )

    def visit(now: int, day: int, nth: int, second: int) -> None:
        sale_id = f"{site.place.code.upper()}-{day:03}-{nth:04}"
        visits.add(sale_id)
        sell(site, now, day, nth, second)
        if sale_id in site.sales:
            number = hashlib.sha256(f"made patient {f.name} {day}".encode()).hexdigest()
            site.sales[sale_id].update(customer="Patient", patient=number)

    site.notes["extra_wishes"] = extra
    for day in list(f.days)[::3]:
        for nth, hour in enumerate((10, 12, 14, 17, 19)):
            second = hour * HOUR + MINUTE * f.below(50, "comes", day, nth)
            site.at(
                site.local(day, second),
                lambda now, day=day, nth=nth, second=second: visit(now, day, 940 + nth, second),
            )
