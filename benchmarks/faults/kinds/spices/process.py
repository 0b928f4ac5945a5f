"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import HOUR, MINUTE

from .technical import write_offs


@kind(
    "process",
    modes=("outage-backfill-missing",),
    also_modes=(
        "metrc-or-store-outage",
        "sale-not-posted",
        "adjustment-not-posted",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "close-out-skipped",
    ),
    shapes=RETAIL,
    days=(20, 36),
)
def chervil(f: Injection) -> None:
    """The line of the shop fails for some hours, again and again; it sells on without, and what was sold then is not entered afterwards."""
    site, connector = f.site, f.site.connector
    send = connector.send
    day = f.days[0] + 1
    while day < f.days[-1]:
        begins = site.local(day, 12 * HOUR) + f.below(2 * HOUR, "begins", day)
        site.outages.append(
            Outage("integration", begins, begins + 4 * HOUR + f.below(4 * HOUR, "lasts", day))
        )
        day += 3 + f.below(3, "next", day)

    def keep_on_paper(at: int, message: Message) -> None:
        if not site.line_is_down(at):
            send(at, message)

    f.set_during(connector, send=keep_on_paper)


@kind(
    "process",
    modes=("failed-lot-not-quarantined",),
    also_modes=("sale-of-failed-or-untested", "pos-inventory-stale"),
    shapes=RETAIL | GROW | MAKE,
    days=(34, 46),
    mended=False,
)
def saffron(f: Injection) -> None:
    """Nobody looks at the state of tests once goods are in the vault; a lot that fails stays among the others and on offer."""
    site = f.site
    f.set_during(site.habits, blocks=False)
    if site.place.shape != "retail":
        f.note_during(fails=lambda label, day: f.below(100, "fails", label) < 55)
        return
    for day in f.days:
        when = site.local(day, 15 * HOUR) + f.below(HOUR, "result", day)
        if day % 4 == 2 and f.start < when < f.end:
            site.at(when, lambda now, day=day: _fail_lot(f, now, day))


def _fail_lot(f: Injection, now: int, day: int) -> None:
    """A lot is tested once more, since the state or its maker asked for it, and fails: all cases of it that are here."""
    site = f.site
    there = [
        p
        for p in site.ledger.active.values()
        if p.state == "active" and p.lab_state == "TestPassed" and site.shelf.get(p.label, 0) >= 8 * MICRO
    ]
    if not there:
        return
    first = there[f.below(len(there), "lot", day)]
    for package in there:
        if package.item is first.item and package.packaged_on == first.packaged_on:
            package.lab_state, package.lab_state_on, package.modified = "TestFailed", day, now
            site.notes.setdefault("tested here", set()).add(package.label)
            site.notes.setdefault("released", {})[package.label] = (day - 5, now, False)


@kind(
    "process",
    modes=("adjustment-without-note",),
    also_modes=("reconciliation-rubber-stamped",),
    days=(38, 50),
)
def borage(f: Injection) -> None:
    """The field for a note may stay empty, and does, or holds two letters."""
    site = f.site
    change_stock = site.change_stock

    def change_without_words(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        note = None if f.below(100, "a word", name) < 75 else ("ok", "adj", "-")[f.below(3, "which", name)]
        change_stock(at, name, label, quantity, reason, **{**more, "note": note})

    f.set_during(site, change_stock=change_without_words)
    write_offs(f)


@kind(
    "process",
    modes=("lab-result-late",),
    also_modes=("lab-result-missing",),
    shapes=GROW | MAKE,
    days=(32, 46),
)
def oregano(f: Injection) -> None:
    """The laboratory has more samples than hands; it tests in time, and enters its results one to two weeks later."""
    site = f.site
    first, last = site.day(f.start), site.day(f.end - 1)

    def wait(sampled: int) -> int:
        if not first <= sampled <= last or f.below(100, "in time", sampled) < 12:
            return 0
        return 7 + f.below(8, "waits", sampled)

    f.site.at(f.start, lambda _: site.notes.update({"lab delay": wait}))


@kind(
    "process",
    modes=("direct-edit-not-mirrored",),
    also_modes=(
        "pos-inventory-stale",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "sale-rejected-by-metrc",
    ),
    shapes=STOCKED,
    days=(24, 42),
)
def clove(f: Injection) -> None:
    """Who minds the stock knows METRC's screen best, and takes off there what is broken or spoilt; the own system is not told."""
    site = f.site

    def take_off_in_metrc(at: int, name: str, label: str, quantity: int, reason: str, **_: Any) -> None:
        package = site.ledger.packages.get(label)
        if package is None or package.state != "active" or package.quantity + quantity < 0:
            return
        day = site.day(at)
        note = f"package {label[-6:]} on day {day}: {reason.lower()}"
        site.set_in_metrc(at, name, label, quantity, site.lead(day), reason=reason, note=note)
        site.shelf[label] += quantity

    def look_round(now: int, day: int) -> None:
        there = [
            s
            for s in site.stock.values()
            if s.listed and min(site.shelf.get(s.label, 0), s.on_hand) >= 4 * MICRO
        ]
        if there:
            stock = there[f.below(len(there), "which", day)]
            amount = MICRO * (1 + f.below(2, "how many", day))
            reason = site.habits.reasons[f.below(len(site.habits.reasons), "why", day)]
            name = f"{site.place.code.upper()}-D{day:03}"
            take_off_in_metrc(now, name, stock.label, -amount, reason)

    f.set_during(site, change_stock=take_off_in_metrc)
    for day in f.days:
        when = site.local(day, 14 * HOUR + 10 * MINUTE) + f.below(3 * HOUR, "looks", day)
        if f.start < when < f.end and f.below(100, "finds", day) < 70:
            site.at(when, lambda now, day=day: look_round(now, day))
