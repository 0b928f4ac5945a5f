"""Faults of the human layer, from the list of documented failure modes."""

from __future__ import annotations

from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import DAY


@kind(
    "human",
    shapes=RETAIL,
    days=(8, 20),
    also=("accountability-lost",),
    modes=("shared-login-or-key",),
)
def the_registers_stay_logged_in(f: Injection) -> None:
    """Whoever comes first opens the registers, each under a login of nobody, and all sell with it."""
    site = f.site
    users = {register: f"{site.place.code}.till{register}" for register in (1, 2)}
    site.shared_accounts.update(dict.fromkeys(users.values(), -100 * DAY))
    days = set(f.days)
    site.notes["seller"] = lambda day, register, shift: users[register] if day in days else None


@kind(
    "human",
    modes=("attribution-wrong-fallback-key",),
    shapes=RETAIL,
    days=(14, 30),
    also=("shared-login-or-key", "accountability-lost", "single-metrc-person"),
    mended=False,
)
def one_key_is_put_in_for_all(f: Injection) -> None:
    """Whoever sets the connector up anew puts the general manager's key in for everybody, though all have their own."""
    f.set_for_good(f.site.connector, shared_key="gm")


@kind(
    "human",
    shapes=RETAIL,
    days=(6, 14),
    modes=("user-key-revoked",),
)
def two_who_work_here_are_locked_out(f: Injection) -> None:
    """A clean-up of METRC's user list locks two sellers who still work; their sales wait until somebody asks."""
    for handle in ("bud2", "bud4"):
        f.set_during(f.site.people[handle], is_locked=True, key_revoked=f.start)


@kind(
    "human",
    modes=("wrong-package-sold",),
    shapes=RETAIL,
    days=(20, 40),
    also=("over-under-pair",),
    mended=False,
)
def jars_are_taken_from_the_front(f: Injection) -> None:
    """Sellers pick by product and take the jar in front; the register books the oldest package."""
    site = f.site

    def hand_out(stock: Stock, quantity: int, sale_id: str) -> None:
        others = [
            s
            for s in site.stock.values()
            if s.item is stock.item and s is not stock and site.shelf.get(s.label, 0) > 2 * quantity
        ]
        if others and f.below(100, "front", sale_id) < 30:
            site.shelf[stock.label] += quantity
            site.shelf[others[-1].label] -= quantity

    f.note_during(**{"handed out": hand_out})


@kind(
    "human",
    days=(20, 40),
    modes=("scale-or-tare-error",),
)
def the_jar_is_weighed_with_its_lid(f: Injection) -> None:
    """Whoever counts forgets to take the lid off the tare; all that is weighed seems heavier."""
    f.note_during(scale=lambda item, quantity: quantity * 103 // 100 if item.unit == "Grams" else quantity)
