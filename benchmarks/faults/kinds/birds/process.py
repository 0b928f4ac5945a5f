"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import HOUR, MINUTE

SEPTEMBER_ENDS = 35  # the day whose evening ends the month


@kind(
    "process",
    modes=("adjust-to-match",),
    also_modes=("metrc-or-store-outage", "oscillating-adjustments", "direct-edit-not-mirrored"),
    shapes=RETAIL,
    days=(12, 26),
    states=("ca", "mi", "md"),  # elsewhere everything is counted every evening
)
def kestrel(f: Injection) -> None:
    """Some evenings the line is down; the lead sets METRC to the register's numbers by phone, and the queue sends the sales later."""
    site = f.site

    def match(now: int) -> None:
        day = site.day(now)
        for label, stock in sorted(site.stock.items()):
            package = site.ledger.packages.get(label)
            if package is None or package.state != "active" or not stock.listed:
                continue
            gap = max(0, round(stock.on_hand / stock.item.per_metrc_unit)) - package.quantity
            if abs(gap) >= MICRO // 100:
                name = f"{site.place.code.upper()}-EVE-{day:03}-{label}"
                site.set_in_metrc(now, name, label, gap, site.lead(day), note="to the register's number")

    for day in f.days[::3]:
        begins = site.local(day, 17 * HOUR + 60 * f.below(50, "down", day))
        site.outages.append(Outage("integration", begins, begins + 5 * HOUR))
    for day in f.days:
        when = site.local(day, 21 * HOUR + 10 * MINUTE)
        if when < f.end:
            site.at(when, match)


@kind("process", modes=("count-not-frozen",), shapes=RETAIL, days=(18, 36))
def dunlin(f: Injection) -> None:
    """The count is moved into the afternoon: the list is printed, and worked off for hours while the registers sell."""
    site = f.site
    f.set_during(site.habits, counts=False)

    def begin(now: int, day: int) -> None:
        there = [label for label in sorted(site.shelf) if site.shelf[label] > 0 and label in site.stock]
        ends = now + 3 * MINUTE * len(there) + 20 * MINUTE
        for line, label in enumerate(there, 1):
            printed = site.stock[label].on_hand if site.stock[label].listed else 0
            site.at(now + 3 * MINUTE * line, partial(_count, f, day, line, label, printed, ends))

    for day in f.days:
        when = site.local(day, 14 * HOUR)
        if (site.place.counts_daily or day % 7 == 6) and when < f.end:
            site.at(when, partial(begin, day=day))


def _count(f: Injection, day: int, line: int, label: str, printed: int, ends: int, now: int) -> None:
    site = f.site
    stock = site.stock[label]
    site.log(
        "physical_counts", count_id=f"{site.place.code.upper()}-CNT-{day:03}", line=line, label=label,
        counted_quantity=site.own(site.shelf[label], stock.item), expected_quantity=printed,
        unit_of_measure=stock.item.own_unit, location="Vault", counted_at=now,
        counted_by=site.people["inv"].internal_user, second_counter=site.people[f"bud{day % 2 + 1}"].internal_user,
        reconciled_at=ends, adjusted_in="none",
    )  # fmt: skip


@kind(
    "process",
    modes=("direct-edit-not-mirrored", "conversion-not-mirrored"),
    shapes=GROW | frozenset({"distribution"}),
    days=(16, 32),
)
def merlin(f: Injection) -> None:
    """Whoever visits buyers takes samples along, and makes packages of them on METRC's screen; the own book has the whole."""
    site = f.site

    def take(now: int, day: int) -> None:
        there = [s for s in site.stock.values() if s.listed and s.item.category != "Shake/Trim"]
        for stock in there:
            package = site.ledger.packages.get(stock.label)
            amount = (7 if stock.item.unit == "Grams" else 2) * MICRO
            least = min(site.shelf.get(stock.label, 0), stock.on_hand)
            if (
                package is not None
                and package.state == "active"
                and min(package.quantity, least) > 6 * amount
            ):
                _sample(f, now, day, package, amount)
                return

    for day in f.days[1::2]:
        when = site.local(day, 16 * HOUR + 60 * f.below(50, "leaves", day))
        if when < f.end:
            site.at(when, partial(take, day=day))


def _sample(f: Injection, now: int, day: int, source: Package, amount: int) -> None:
    site, who = f.site, f.site.people["asst"]
    tag = f"{site.place.tag_stem}6{day:011}"
    child = Package(
        tag, site.place.first_id // 10 + 70_000 + day * 2, source.item, amount, amount, day, now, now,
        created_by=who.metrc_user, lab_state=source.lab_state, lab_state_on=source.lab_state_on,
        expires_on=source.expires_on, harvest=source.harvest,
    )  # fmt: skip
    site.ledger.take_out(source.label, amount, now)
    site.ledger.add(child)
    site.ledger.sources.append((tag, source.label, amount, source.item.unit, now))
    site.shelf[source.label] -= amount
    who.last_seen = now
    site.log(
        "access_events", event_id=f"{site.place.code.upper()}-EV-{tag}", system="metrc", user=who.metrc_user,
        at=now, action="create", entity_kind="package", entity_key=tag,
    )  # fmt: skip


@kind(
    "process",
    modes=("month-end-spike", "waste-late"),
    also_modes=("backdated-entries",),
    shapes=GROW,
    days=(36, 50),
)
def heron(f: Injection) -> None:
    """Waste is written on a sheet by the bin, and the sheet is entered in METRC when the month's figures are due."""
    site, usual = f.site, f.site.habits.waste_delay
    entered = (SEPTEMBER_ENDS, f.days[-1] - 1)

    def wait(now: int) -> None:
        day = site.day(now)
        due = next((d for d in entered if d >= day), day)
        # what is weighed in the afternoon is entered in the evening of that day
        site.habits.waste_delay = (due - day) * 86_400 + 3 * HOUR

    for day in f.days[:-1]:
        site.at(site.local(day, 10 * HOUR), wait)
    site.at(f.end, lambda _: setattr(site.habits, "waste_delay", usual))


@kind("process", modes=("harvest-wet-weight-wrong",), shapes=GROW, days=(16, 34))
def nightjar(f: Injection) -> None:
    """Cutting a room takes two days; METRC gets what the scale showed on the first, for all plants."""
    tenth = MICRO // 10
    f.note_during(**{"wet weight entered": lambda wet, plants: wet * 6 // 11 // tenth * tenth})
