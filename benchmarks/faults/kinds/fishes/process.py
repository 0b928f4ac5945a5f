"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults.activities import SUPPLIERS
from benchmarks.faults.connector import Action
from benchmarks.faults.growing import DRY, Cohort
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Transfer, TransferPackage
from benchmarks.faults.places import LICENCES, MICRO, Person
from benchmarks.faults.registry import ALL_SHAPES, GROW, RETAIL, Injection, kind
from benchmarks.faults.shipping import leave
from benchmarks.faults.times import HOUR, MINUTE

WORDS = ("ok", ".", "adj", "x", "stock")


@kind("process", modes=("adjustment-without-note",), shapes=ALL_SHAPES, days=(20, 40))
def herring(f: Injection) -> None:
    """The form lets nobody on without a note, and whoever is in a hurry types something, so that it does."""
    site, change = f.site, f.site.change_stock

    def change_with_word(at: int, name: str, *what: Any, **how: Any) -> None:
        if how.get("note", "") == "":
            how["note"] = WORDS[f.below(len(WORDS), "word", name)]
        change(at, name, *what, **how)

    f.set_during(site, change_stock=change_with_word)
    break_more(f, 3000)


@kind("process", modes=("waste-missing",), shapes=GROW, days=(28, 42))
def mackerel(f: Injection) -> None:
    """A farm comes for all that is green, and loads it by the cart; it is on no scale, and nobody enters it."""

    def never(now: int, cohort: Cohort | None, usual: int) -> int | None:
        return None

    f.note_during(**{"waste entered": never})


@kind("process", modes=("in-transit-limbo",), shapes=RETAIL, days=(18, 34))
def cod(f: Injection) -> None:
    """What sells slowly goes back with the supplier's driver, on a manifest of the shop's; at the other end nobody takes it in."""
    for day in f.days:
        when = f.site.local(day, 12 * HOUR + 60 * f.below(50, "goes back", day))
        if day % 7 in (0, 3) and when < f.end:
            f.site.at(when, partial(_send_back, f, day))


def _send_back(f: Injection, day: int, now: int) -> None:
    site, supplier = f.site, SUPPLIERS[day % 2]
    slow = []
    for stock in site.stock.values():
        package = site.ledger.active.get(stock.label)
        if package is None or package.received_from != supplier or not stock.listed or stock.blocked:
            continue
        is_whole = package.quantity == site.shelf.get(stock.label, 0) > 2 * MICRO
        if is_whole and stock.received_on <= day - 4:
            slow.append((stock, package))
    if not slow:
        return
    manifest = f"{site.place.first_id // 1000 + 700 + day:010}"
    transfer = Transfer(
        manifest, "outgoing", "Return", supplier, now - 2 * HOUR, now, now + 3 * HOUR, now + 10 * MINUTE,
        [TransferPackage(p, p.quantity, price=p.item.price * 45 // 100 * p.quantity // MICRO) for _, p in slow[-4:]],
        state="in_transit", truck=1 + day % 2, modified=now + 10 * MINUTE,
    )  # fmt: skip
    site.ledger.transfers[manifest] = transfer
    for entry in transfer.packages:
        assert entry.price is not None
        leave(site, now + 10 * MINUTE, entry, transfer, entry.price, "RT")


@kind(
    "process",
    # What the setting names is no licence of the operator's; that it once was is told by METRC's answer and the day it opened.
    modes=("licence-changed-not-remapped", "licence-number-map-wrong"),
    also_modes=("sync-job-failing-unnoticed",),
    shapes=ALL_SHAPES,
    days=(5, 10),
    mended=False,
)
def plaice(f: Injection) -> None:
    """The business changes hands, and METRC moves all it holds to a new licence on its own day; the setting keeps the old number."""
    site, answer = f.site, f.site.connector.answer
    old = LICENCES[site.place.jurisdiction][site.place.shape].format(n=810 + site.place.number)

    def answer_under_old(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        if site.line_is_down(at) or site.metrc_outage(at) is not None:
            return answer(at, owner, method, endpoint, act)
        return 401, f"license {old} is not active"

    def move(now: int) -> None:
        site.notes["settings"] = {"licence": f'"{old}"'}
        site.notes["opened"] = site.day(now)

    site.at(f.start, move)
    f.set_for_good(site.connector, answer=answer_under_old)
    break_more(f, 3600)


@kind("process", modes=("waste-late",), shapes=GROW, days=(30, 46), states=("ca",))
def turbot(f: Injection) -> None:
    """Whoever trims writes what falls off on the harvest's card, and the card is entered when the harvest is closed."""
    site = f.site

    def when_closed(now: int, cohort: Cohort | None, usual: int) -> int | None:
        if cohort is None or cohort.cut_on is None:
            return usual
        return max(usual, site.local(cohort.cut_on + DRY + 7, 13 * HOUR + 10 * MINUTE))

    f.note_during(**{"waste entered": when_closed})
