"""Faults of the human layer, by mechanisms that were listed before the rules were read; their names say nothing."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.kinds.hats.human import UNTOLD, dismiss
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, Injection, kind


@kind(
    "human",
    modes=("user-list-not-reviewed",),
    also_modes=("excess-permissions",),
    shapes=RETAIL,
    days=(24, 40),
    mended=False,
)
def brogue(f: Injection) -> None:
    """Nobody looks at METRC's list of users; the badges of some of the sellers lapse one after the other, and they work on."""
    site = f.site
    first = f.below(6, "who")
    for nth in range(2 + f.below(2, "how many")):
        person = site.people[f"bud{(first + nth) % 6 + 1}"]
        f.set_for_good(person, licence_ends=f.days[0] + 1 + f.below(6, "lapses", nth))


@kind(
    "human",
    modes=("errors-dismissed-without-posting",),
    also_modes=(*UNTOLD, "metrc-or-store-outage", "close-out-skipped"),
    shapes=RETAIL,
    days=(12, 24),
)
def clog(f: Injection) -> None:
    """What stays red after a bad half hour is set to "do not report" by whoever wants the board to be green, and nobody enters it."""
    dismiss(f, lambda sale, now: sale.update(state="excluded", modified=now))


@kind(
    "human",
    modes=("adjustment-without-note",),
    also_modes=("adjustment-generic-reason", "reconciliation-rubber-stamped", "recurring-variance"),
    shapes=ALL_SHAPES,
    days=(28, 44),
)
def espadrille(f: Injection) -> None:
    """METRC asks for a note, and so everybody pastes the same one."""
    site, change = f.site, f.site.change_stock

    def paste(at: int, name: str, label: str, quantity: int, reason: str, **how: Any) -> None:
        how["note"] = "inventory adjustment per policy"
        change(at, name, label, quantity, reason, **how)

    f.set_during(site, change_stock=paste)
    break_more(f, 6000)
