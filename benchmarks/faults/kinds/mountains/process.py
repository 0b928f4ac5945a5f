"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.activities import count
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, Injection, kind
from benchmarks.faults.site import Outage
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("process", modes=("received-short",), also_modes=("blind-receive",), shapes=RETAIL, days=(20, 40))
def fuji(f: Injection) -> None:
    """Flower is a little lighter at the dock than when it was packed, and now and then a piece is missing; the own system gets what is counted there, METRC what stands on the manifest."""

    def missing(package: Package) -> int:
        if package.item.unit == "Grams":
            per_mille = 14 + f.below(16, "dried", package.label)
            return package.quantity * per_mille // 1000 // (MICRO // 10) * (MICRO // 10)
        return MICRO * (1 + f.below(2, "how many", package.label)) if f.below(5, "case", package.label) == 0 else 0  # fmt: skip

    f.note_during(**{"packed less": missing})


@kind("process", modes=("delivery-left-open",), shapes=RETAIL, days=(14, 28), states=("ca", "mi", "or"))
def ortler(f: Injection) -> None:
    """What is ordered online is driven out, and a sale goes to METRC when the driver says that it was handed over; those of the last round drive home and leave theirs open."""
    site, before = f.site, f.site.connector.send

    def hand_over(message: Message, now: int) -> None:
        if site.sales[message.key]["status"] == "completed":
            before(now, message)

    def send(at: int, message: Message) -> None:
        sale = site.sales.get(message.key) if message.method == "POST" else None
        if sale is None or sale["via"] != "online" or not f.start <= sale["sold_at"] < f.end:
            before(at, message)
            return
        sale["via"] = "delivery"
        is_last_round = at >= site.local(site.day(at), 17 * HOUR)
        if not is_last_round or f.below(100, "is ended", sale["sale_id"]) >= 85:
            drive = 35 * MINUTE + f.below(50 * MINUTE, "drive", sale["sale_id"])
            site.at(at + drive, partial(hand_over, message))

    f.set_at_once(site.connector, send=send)


@kind(
    "process",
    modes=("outage-backfill-missing",),
    also_modes=("metrc-or-store-outage",),
    shapes=RETAIL,
    days=(14, 28),
    states=("ca", "mi"),
)
def sajama(f: Injection) -> None:
    """The line fails for an afternoon every few days, which is written down; the registers sell on, and what they sold by themselves waits for a release that nobody gives."""
    site, before, failures = f.site, f.site.connector.send, list[Outage]()
    day = f.days[0] + 1
    while day < f.days[-1]:
        begins = site.local(day, 11 * HOUR + MINUTE * f.below(150, "fails", day))
        failures.append(
            Outage("integration", begins, begins + 4 * HOUR + MINUTE * f.below(200, "lasts", day))
        )
        day += 3 + f.below(3, "next", day)
    site.outages.extend(failures)

    def send(at: int, message: Message) -> None:
        if not any(failure.started <= at < failure.ended for failure in failures):
            before(at, message)

    f.set_at_once(site.connector, send=send)


@kind(
    "process",
    modes=("harvest-recorded-late",),
    also_modes=("plant-count-mismatch",),
    shapes=GROW,
    days=(28, 46),
    states=("ca", "or"),
)
def toubkal(f: Injection) -> None:
    """Who cuts writes on paper, and the papers are entered on the one day of the week when somebody is in the office."""
    site = f.site

    def wait(days: int, now: int) -> None:
        site.habits.harvest_delay = days

    for day in f.days:
        morning = site.local(day, 9 * HOUR)
        if f.start <= morning < f.end:
            site.at(morning, partial(wait, 7 - day % 7))
    site.at(f.end, partial(wait, 0))


@kind("process", modes=("count-not-frozen",), shapes=RETAIL, days=(22, 36))
def whitney(f: Injection) -> None:
    """The list to count by is printed in the evening and counted against in the afternoon of the next day, while the registers sell on."""
    site, habits = f.site, f.site.habits

    def write_list(now: int) -> None:
        site.notes["printed"] = {label: stock.on_hand for label, stock in site.stock.items() if stock.on_hand}

    def go_round(day: int, now: int) -> None:
        habits.counts = True
        count(site, now, day)
        habits.counts = False
        site.notes.pop("printed", None)

    f.set_during(habits, counts=False)
    for day in f.days[1:]:
        afternoon = site.local(day, 14 * HOUR + 20 * MINUTE)
        if afternoon < f.end:
            site.at(afternoon - DAY + 8 * HOUR, write_list)
            site.at(afternoon, partial(go_round, day))
