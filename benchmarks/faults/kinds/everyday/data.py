"""Further faults of the data layer."""

from __future__ import annotations

from contextlib import suppress

from benchmarks.faults.kinds.data import OUNCE, some_item
from benchmarks.faults.making import INPUT
from benchmarks.faults.metrc import Package, Refused
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.registry import GROW, MAKE, RETAIL, Injection, kind
from benchmarks.faults.site import Outage, Stock
from benchmarks.faults.times import HOUR, MINUTE


@kind("data", modes=("strain-map-wrong",), shapes=GROW, days=(14, 35), mended=False)
def strains_are_spelled_freely(f: Injection) -> None:
    """Whoever enters new clones in METRC types the strain as it comes to mind, and METRC makes a new one of it."""
    days = (f.start, f.end)

    def spell(strain: str, number: int) -> str | None:
        now = f.site.world.now
        if not days[0] <= now < days[1]:
            return None
        return (strain.replace(" ", "-"), f"{strain} #2", strain.split()[0])[
            f.below(3, "strain written", number)
        ]

    f.site.notes["strain written"] = spell


@kind("data", modes=("package-label-typo-or-swap",), shapes=RETAIL, days=(14, 28), mended=False)
def two_cases_change_labels(f: Injection) -> None:
    """The labels for what came in are printed in one go, and put on by eye: two of a delivery's are exchanged."""
    site = f.site

    def exchange(now: int) -> None:
        there = [
            s
            for s in site.stock.values()
            if s.received_on == site.day(now) and s.item.unit == "Each" and s.on_hand == s.item.case
        ]
        for one, other in zip(there[::3], there[1::3], strict=False):
            if one.item is not other.item:
                one.item, other.item = other.item, one.item

    for day in f.days:
        site.at(
            site.local(day, 13 * HOUR + 20 * MINUTE), lambda now: exchange(now) if now >= f.start else None
        )


@kind(
    "data",
    modes=("item-category-mismatch", "item-renamed-in-metrc"),
    shapes=RETAIL | MAKE,
    days=(12, 30),
    mended=False,
)
def a_maker_moves_an_item(f: Injection) -> None:
    """The maker puts an item into another category in METRC; the own system keeps the one it was set up with."""
    item = some_item(f, "Each")

    def move(now: int) -> None:
        item.category, item.modified = "Infused (edible)" if "Edib" not in item.category else "Topicals", now

    f.site.at(f.start, move)


@kind("data", modes=("item-discontinued-or-unapproved",), shapes=GROW, days=(12, 25), mended=False)
def old_items_are_taken_off_the_list(f: Injection) -> None:
    """A clean-up in METRC discontinues items that seem old; harvests of them cannot be packaged there."""

    def discontinue(now: int) -> None:
        for item in f.site.items[:4]:
            item.is_active, item.modified = False, now

    f.site.at(f.start, discontinue)


@kind(
    "data",
    modes=("conversion-not-mirrored", "direct-edit-not-mirrored"),
    shapes=MAKE,
    days=(14, 28),
    mended=False,
)
def the_kitchen_works_on_metrcs_screen(f: Injection) -> None:
    """The kitchen makes its packages on METRC's own screen, and the own system keeps the bulk."""
    site = f.site

    def roll(now: int, day: int, source: Stock, item: Item, tag: str) -> None:
        made = Package(
            tag, site.place.first_id // 10 + 40_000 + day * 2, item, INPUT, INPUT, day, now, now,
            created_by=site.people["asst"].metrc_user, lab_state="NotSubmitted", lab_state_on=day, expires_on=day + 365,
        )  # fmt: skip
        with suppress(Refused):
            site.ledger.take_out(source.label, INPUT, now)
            site.ledger.add(made)
            site.ledger.sources.append((tag, source.label, INPUT, "Grams", now))
            site.shelf[source.label] -= INPUT
            site.shelf[tag] = INPUT
            site.people["asst"].last_seen = now
            site.log(
                "access_events", event_id=f"{site.place.code.upper()}-EV-{tag}", system="metrc",
                user=made.created_by, at=now, action="create", entity_kind="package", entity_key=tag,
            )  # fmt: skip
            site.notes.setdefault("to test", []).append((tag, now))

    f.note_during(**{"on screen": roll})


@kind("data", modes=("uom-mismatch-weight-units",), shapes=RETAIL, days=(30, 60))
def an_ounce_is_twenty_eight(f: Injection) -> None:
    """The own system keeps a flower in ounces and counts twenty-eight grams for one; the map has it right."""
    item = some_item(f, "Grams")
    item.own_unit, item.per_metrc_unit = "Ounces", 1 / 28
    item.mapped_factor = round(MICRO / OUNCE)


@kind(
    "data",
    modes=("sale-wrong-datetime", "metrc-or-store-outage"),
    shapes=RETAIL,
    days=(5, 12),
    also_modes=("outage-backfill-missing",),
)
def what_is_sent_late_carries_that_hour(f: Injection) -> None:
    """The line is down in the evening; what is sent after it is up again carries the time of sending as that of the sale."""
    site = f.site
    f.note_during(stamp=lambda sale, now: now if now - sale["sold_at"] > 2 * HOUR else sale["sold_at"])
    for day in list(f.days)[:-1]:
        begins = site.local(day, 19 * HOUR + 60 * f.below(50, "down", day))
        site.outages.append(Outage("integration", begins, begins + 12 * HOUR))
