"""Faults of the process layer: transfers, laboratory, harvests, waste, counts and corrections."""

from __future__ import annotations

from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Transfer, TransferPackage
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, MAKE, RETAIL, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("process", modes=("transfer-not-received",), shapes=RETAIL, days=(4, 8), states=("ca",))
def a_manifest_is_not_accepted(f: Injection) -> None:
    """The goods are shelved from the paper, and the person who accepts manifests in METRC is away."""
    f.set_during(f.site.habits, receives_in_metrc=False, shelves_at_once=True)


@kind("process", modes=("received-in-metrc-not-in-pos",), shapes=STOCKED, days=(5, 12))
def goods_are_accepted_in_metrc_only(f: Injection) -> None:
    """The compliance desk accepts in METRC, and the inventory desk never confirms in the own system."""
    f.set_during(f.site.habits, receives_in_own=False)

    def leave(_: int) -> None:
        for transfer in f.site.ledger.transfers.values():
            if transfer.received_at is not None and transfer.received_at >= f.start:
                transfer.imported = True  # nobody looks at it again

    f.site.at(f.end - 1, leave)


@kind("process", modes=("received-short",), shapes=RETAIL | frozenset({"distribution"}), days=(5, 14))
def cases_come_short(f: Injection) -> None:
    """Cases hold a tenth less than the manifest says, and are accepted by the number on the screen."""
    f.note_during(shortage=10)


@kind("process", modes=("in-transit-limbo",), shapes=SHIPS, days=(7, 21))
def a_truck_never_arrives(f: Injection) -> None:
    """Manifests leave and nobody closes them at the other end; the goods are in no book."""
    days = set(f.days)
    f.site.notes["limbo"] = lambda day: day in days


@kind("process", modes=("rejected-not-returned",), shapes=SHIPS, days=(7, 21))
def rejected_goods_are_not_taken_back(f: Injection) -> None:
    """The buyer rejects deliveries, and nobody receives them back into the own book."""
    days = set(f.days)
    f.site.notes["refused"] = lambda day: day in days


@kind("process", modes=("manifest-voided-after-departure",), shapes=SHIPS, days=(10, 24))
def manifests_are_rewritten_on_the_road(f: Injection) -> None:
    """A wrong price is mended by voiding the manifest and writing another while the truck drives."""
    site = f.site

    def rewrite(now: int) -> None:
        for manifest, t in list(site.ledger.transfers.items()):
            if (
                t.direction == "outgoing"
                and t.state == "in_transit"
                and 0 <= now - (t.departed_at or 0) < DAY
            ):
                twin = Transfer(
                    f"{int(manifest) + 3000:010}",
                    "outgoing",
                    t.shipment_type,
                    t.other,
                    now,
                    now + 600,
                    now + 2 * HOUR,
                    now + 900,
                    [
                        TransferPackage(e.package, e.shipped, e.shipped, e.price, "accepted")
                        for e in t.packages
                    ],
                    state="received",
                    received_at=now + 2 * HOUR,
                    truck=t.truck,
                    modified=now + 2 * HOUR,
                )
                site.ledger.transfers[twin.manifest] = twin
                t.state, t.modified = "voided", now
                t.received_at = None

    for day in f.days:
        site.at(site.local(day, 10 * HOUR), rewrite)
        site.at(site.local(day, 18 * HOUR), lambda now: _forget(f))


def _forget(f: Injection) -> None:
    """A voided manifest is not received any more."""
    for t in f.site.ledger.transfers.values():
        if t.direction == "outgoing" and f"{int(t.manifest) + 3000:010}" in f.site.ledger.transfers:
            t.state, t.received_at = "voided", None
            for entry in t.packages:
                entry.received, entry.state = None, "shipped"


@kind("process", modes=("wholesale-price-wrong",), days=(10, 24), shapes=GROW | MAKE, states=("mi",))
def prices_on_manifests_are_a_cent(f: Injection) -> None:
    """Whoever writes manifests types one cent into the price field."""
    f.set_during(f.site.habits, wholesale="zero")


@kind(
    "process",
    modes=("lab-result-late",),
    shapes=GROW | MAKE,
    days=(14, 28),
    states=("ca", "mi", "md"),
    also=("lab-result-missing",),
)
def the_laboratory_is_slow(f: Injection) -> None:
    """The laboratory releases results two weeks after its tests."""
    days = set(f.days)
    f.site.notes["lab delay"] = lambda day: 14 if day in days else 0


@kind("process", modes=("lab-result-missing",), shapes=GROW, days=(22, 28), mended=False)
def samples_are_not_sent(f: Injection) -> None:
    """Lots are packaged, and nobody has them sampled."""
    f.set_during(f.site.habits, sends_samples=False)


@kind("process", modes=("failed-lot-not-quarantined",), shapes=GROW | MAKE, days=(20, 35), mended=False)
def failed_lots_stay_on_offer(f: Injection) -> None:
    """Lots fail, nobody looks at the result, and they stay in the sellable room."""
    days = set(f.days)
    f.site.notes["fails"] = lambda label, day: day in days
    f.set_during(f.site.habits, blocks=False)


@kind("process", modes=("harvest-not-finished",), shapes=GROW, days=(30, 50), states=("or",), mended=False)
def harvests_stay_open(f: Injection) -> None:
    """Everything is packaged, and nobody closes the harvest."""
    f.set_during(f.site.habits, finishes_harvests=False)


@kind("process", also=("harvest-overpackaged", "harvest-weight-unbalanced"), shapes=GROW, days=(14, 30))
def more_is_packaged_than_was_harvested(f: Injection) -> None:
    """Material of other rooms is packaged out of a harvest."""
    f.note_during(**{"yield": 480})


@kind("process", modes=("harvest-recorded-late",), shapes=GROW, days=(14, 30), states=("ca", "or"))
def harvests_are_entered_from_paper(f: Injection) -> None:
    """Plants are cut, and the harvest is entered a week later, with the day it should have had."""
    f.set_during(f.site.habits, harvest_delay=8)


@kind("process", modes=("waste-late",), shapes=GROW, days=(14, 35), states=("ca",))
def waste_is_entered_once_a_week(f: Injection) -> None:
    """Waste is written on paper and entered days later."""
    f.set_during(f.site.habits, waste_delay=6 * DAY)


@kind("process", modes=("waste-without-reason-or-witness",), shapes=GROW, days=(14, 35))
def waste_is_entered_without_a_reason(f: Injection) -> None:
    """The waste form is filled in without reason and method."""
    f.set_during(f.site.habits, waste_is_complete=False)


@kind(
    "process",
    modes=("immature-batch-overfull",),
    shapes=GROW,
    days=(14, 30),
    states=("ca", "mi"),
    mended=False,
)
def too_many_clones_share_a_batch(f: Injection) -> None:
    """From a day on, two hundred clones are kept under one batch."""
    f.set_for_good(f.site.habits, batch_size=220)


@kind(
    "process",
    shapes=STOCKED,
    days=(35, 50),
    states=("ca", "co", "or", "md"),
    modes=("reconciliation-overdue",),
)
def nobody_counts(f: Injection) -> None:
    """The counts are left out, because the season is busy."""
    f.set_during(f.site.habits, counts=False)


@kind(
    "process",
    modes=("adjust-to-match",),
    shapes=RETAIL,
    days=(14, 30),
    also=("oscillating-adjustments", "adjustment-generic-reason"),
)
def numbers_are_made_to_match(f: Injection) -> None:
    """Once a week METRC is set to the own system's number, right or wrong; some scales are off."""
    site = f.site
    f.set_during(site.habits, matches_books=True)

    def drift(now: int) -> None:
        for stock in [s for s in site.stock.values() if s.on_hand > 2 * MICRO and s.listed][::3]:
            stock.on_hand -= site.own(MICRO, stock.item)
            stock.modified = now

    for day in f.days:
        if day % 7 == 3:
            site.at(site.local(day, 15 * HOUR), drift)


@kind("process", modes=("adjustment-generic-reason",), days=(20, 40))
def everything_is_an_entry_error(f: Injection) -> None:
    """Whoever writes stock off takes the first reason of the list."""
    f.set_during(f.site.habits, reasons=("Entry Error",))
    break_more(f)


@kind("process", modes=("adjustment-without-note",), days=(14, 30))
def changes_have_no_note(f: Injection) -> None:
    """Stock is written off without a word."""
    f.set_during(f.site.habits, notes="none")
    break_more(f)


@kind("process", modes=("backdated-entries",), days=(14, 30))
def changes_are_entered_days_later(f: Injection) -> None:
    """What was written off is entered in METRC days later, with the day it should have had."""
    f.set_during(f.site.habits, backdates=4)
    break_more(f)


@kind(
    "process",
    modes=("outage-backfill-missing", "retries-exhausted-and-dropped"),
    shapes=RETAIL,
    days=(2, 4),
    also=("metrc-or-store-outage",),
    states=("ca", "mi"),
)
def an_outage_is_never_backfilled(f: Injection) -> None:
    """METRC is down for an afternoon, the paper slips of the time stay in a drawer."""
    f.set_during(f.site.connector, keeps_queue=False, retries=(60, 360))
    for day in f.days:
        begins = f.site.local(day, 13 * HOUR)
        f.site.outages.append(Outage("metrc", begins, begins + 5 * HOUR))


@kind(
    "process",
    shapes=RETAIL,
    days=(14, 30),
    modes=("physical-loss-unrecorded",),
)
def goods_leave_by_the_back_door(f: Injection) -> None:
    """Somebody takes goods home, and both books go on saying that they are there."""
    site = f.site

    def take(now: int) -> None:
        for stock in [s for s in site.stock.values() if site.shelf.get(s.label, 0) > 3 * MICRO][:3]:
            site.shelf[stock.label] -= 2 * MICRO

    for day in list(f.days)[::2]:
        site.at(site.local(day, 22 * HOUR - 20 * MINUTE), take)
