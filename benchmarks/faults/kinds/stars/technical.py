"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.faults.activities import SUPPLIERS
from benchmarks.faults.connector import Action, Job, Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.making import enter_part
from benchmarks.faults.metrc import Adjustment, Package, Receipt, Refused, refuse
from benchmarks.faults.places import MICRO, Person
from benchmarks.faults.registry import ALL_SHAPES, GROW, MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Stock
from benchmarks.faults.times import HOUR, MINUTE

LOTS = ("/packages/v2", "/harvests/v2/packages")
BAG = 6 * MICRO  # grams
WEIGHED_AS_NONE = 2 * MICRO  # pieces that a scale does not see


@kind(
    "technical",
    modes=("two-integrations-one-licence",),
    also_modes=("duplicate-adjustment", "oscillating-adjustments", "tag-already-used"),
    shapes=GROW | MAKE,
    days=(26, 42),
)
def antares(f: Injection) -> None:
    """The scale at the packing table is connected to METRC too, with another key: it enters each lot before the own system does, in the evening what it weighs, and the own system puts its own figure back."""
    site, send = f.site, f.site.connector.send

    def send_after_the_scale(at: int, message: Message) -> None:
        if message.method != "POST" or message.endpoint not in LOTS:
            send(at, message)
            return
        first = Message(message.method, message.endpoint, message.kind, message.key, "gm", message.act)
        first.attempts = 1
        status, said = site.connector.answer(at, site.people["gm"], "POST", message.endpoint, message.act)
        site.connector.log_write(at, first, site.people["gm"], status, said)
        if status == 200:
            message.act, message.exists = partial(refuse, "tag is already used"), lambda: False
            for day in range(site.day(at), site.day(at) + 5):
                _weigh(f, day, message.key)
        site.at(at + 3 * MINUTE + f.below(90, "own", message.key), lambda now: send(now, message))

    f.set_during(site.connector, send=send_after_the_scale)


def _weigh(f: Injection, day: int, label: str) -> None:
    """With the bag, or without the smallest ones; the own system sees another figure in the morning."""
    site = f.site

    def evening(now: int) -> None:
        package = site.ledger.active.get(label)
        if package is None or now >= f.end:
            return
        gap = BAG if package.item.unit == "Grams" else -WEIGHED_AS_NONE
        if _set(f, now, f"{label}-S{day:03}", label, gap, "gm", "weight of the scale"):
            at = site.local(day + 1, 7 * HOUR + 60 * f.below(40, "morning", label, day))
            site.at(at, lambda later: morning(later, -gap))

    def morning(now: int, gap: int) -> None:
        _set(f, now, f"{label}-O{day:03}", label, gap, "asst", "figure of the own system")

    site.at(site.local(day, 20 * HOUR + 60 * f.below(50, "evening", label, day)), evening)


def _set(f: Injection, now: int, name: str, label: str, gap: int, who: str, note: str) -> bool:
    site, unit = f.site, f.site.ledger.packages[label].item.unit

    def adjust(at: int, user: str) -> None:
        site.ledger.adjust(Adjustment(name, label, gap, unit, "Entry Error", note, site.day(at), at, user))

    message = Message("POST", "/packages/v2/adjust", "adjustment", name, who, adjust, attempts=1)
    status, said = site.connector.answer(now, site.people[who], "POST", message.endpoint, adjust)
    site.connector.log_write(now, message, site.people[who], status, said)
    return status == 200


@kind("technical", modes=("field-validation-silent-reject",), shapes=RETAIL, days=(14, 28))
def altair(f: Injection) -> None:
    """Whoever takes three things gets the last one for nothing, and the register takes a line without a price; METRC takes none, and refuses the receipt, which nobody is told."""
    site, sell = f.site, f.site.ledger.sell
    before = site.notes.get("generic", lambda _: 0)

    def give(sale: dict[str, Any]) -> Any:
        *paid, last = sale["drawn"]
        if f.start <= sale["sold_at"] < f.end and len(paid) >= 2:
            sale["drawn"] = [*paid, (*last[:4], 0)]
        return before(sale)

    def sell_for_a_price(receipt: Receipt) -> None:
        for number, line in enumerate(receipt.lines, 1):
            if line.price <= 0:
                raise Refused(f"Transactions[{number}].TotalAmount: must be greater than 0")
        sell(receipt)

    site.notes["generic"] = give
    f.set_for_good(site.ledger, sell=sell_for_a_price)


@kind(
    "technical",
    modes=("partial-sync-reported-as-success",),
    also_modes=("received-in-metrc-not-in-pos",),
    shapes=STOCKED,
    days=(8, 16),
)
def capella(f: Injection) -> None:
    """A rewritten loader has a column too short for one supplier's number: rows of what that supplier sent are set aside, all others are written, and the run ends well."""
    site, connector, read, take_in = f.site, f.site.connector, f.site.connector._read, f.site.take_in
    supplier = SUPPLIERS[f.below(2, "supplier")]

    def does_not_fit(label: str) -> bool:
        return site.ledger.packages[label].received_from == supplier

    def take_in_what_fits(at: int, job: str, labels: list[str]) -> None:
        if job == "packages":
            known = site.notes.get("listed", set())  # which stand as they were
            labels = [label for label in labels if label in known or not does_not_fit(label)]
        take_in(at, job, labels)

    def read_and_set_aside(at: int, job: Job) -> None:
        aside = sum(map(does_not_fit, connector._listed(at, job))) if job.name == "packages" else 0
        read(at, job)
        run = site.world.logs["sync_runs"][-1]
        if aside and run["status"] == "ok":
            run["records_written"] -= aside
            run["error"] = f"{aside} rows set aside: received_from_facility is too long"

    f.set_during(connector, _read=read_and_set_aside)
    f.set_during(site, take_in=take_in_what_fits)


@kind("technical", modes=("sync-job-failing-unnoticed",), shapes=STOCKED, days=(15, 30))
def deneb(f: Injection) -> None:
    """The lists are read by a computer in the office, which goes to sleep when nobody is at it: overnight, and from Friday evening to Monday; it wakes without a word, and nobody is told."""
    site, connector = f.site, f.site.connector

    def sleep(_: int) -> None:
        connector.is_running = False

    def wake(_: int) -> None:
        connector.is_running = True

    for day in f.days:
        comes, goes = site.local(day, 9 * HOUR + 20 * MINUTE), site.local(day, 17 * HOUR + 40 * MINUTE)
        if day % 7 not in (3, 4):
            site.at(comes, wake)
        if goes < f.end:
            site.at(goes, sleep)
    site.at(f.end, wake)


@kind(
    "technical",
    modes=("non-idempotent-post-retried",),
    also_modes=("duplicate-adjustment",),
    shapes=ALL_SHAPES,
    days=(14, 28),
)
def mizar(f: Injection) -> None:
    """Answers to changes of stock get lost on their way back; before a sale is sent again METRC is asked for its number, and a change of stock has none to ask for."""
    site, answer, message_of = f.site, f.site.connector.answer, f.site.change_message

    def answer_and_lose(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        said = answer(at, owner, method, endpoint, act)
        is_change = (method, endpoint) == ("POST", "/packages/v2/adjust")
        if said[0] == 200 and is_change and f.below(100, "is lost", at, owner.handle) < 45:
            return None, "timed out"
        return said

    def without_number(name: str, row: dict[str, Any], author: str) -> Message:
        message = message_of(name, row, author)
        message.exists = lambda: False
        return message

    f.set_during(site.connector, answer=answer_and_lose)
    f.set_during(site, change_message=without_number)
    for first in (6400, 6500):
        break_more(f, first)


@kind(
    "technical",
    modes=("tag-burned-by-failed-create",),
    also_modes=("package-label-typo-or-swap",),
    shapes=RETAIL,
    days=(18, 34),
)
def polaris(f: Injection) -> None:
    """Boxes for the second counter are packed after closing; the form dates them by Greenwich, METRC takes no package of tomorrow, and in the morning each is entered anew with the next tag."""
    for day in f.days:
        when = f.site.local(day, 22 * HOUR + 30 * MINUTE + 60 * f.below(20, "packs", day))
        if when + 10 * HOUR < f.end:
            f.site.at(when, partial(_pack, f, day))


def _pack(f: Injection, day: int, now: int) -> None:
    site = f.site
    sources = []
    for stock in site.stock.values():
        package = site.ledger.active.get(stock.label)
        if package is None or not stock.seen or not stock.listed or stock.blocked:
            continue
        if min(package.quantity, site.shelf.get(stock.label, 0)) > 30 * MICRO:
            sources.append(package)
    first = f.below(len(sources), "begins", day) if sources else 0
    for nth, source in enumerate([*sources[first:], *sources[:first]][:3]):
        _draft(f, now + 4 * MINUTE * nth, day, nth, source)


def _draft(f: Injection, now: int, day: int, nth: int, source: Package) -> None:
    """What METRC refuses the form keeps, with its tag."""
    site, item, author = f.site, source.item, f.site.people["asst"]
    amount = 12 * MICRO
    tags = [f"{site.place.tag_stem}5{day:03}{2 * nth + n:08}" for n in (1, 2)]
    own, stock = site.own(amount, item), site.stock[source.label]
    stock.on_hand, stock.modified = stock.on_hand - own, now
    site.shelf[source.label] -= amount
    site.stock[tags[0]] = Stock(tags[0], item, own, day, now, unit_cost=stock.unit_cost)
    site.shelf[tags[0]] = amount
    for side, label in (("input", source.label), ("output", tags[0])):
        site.log_work(now, f"{site.place.code.upper()}-BX-{day:03}-{nth}", side, label, item, own)
    draft = Message("POST", "/packages/v2", "package", tags[0], "asst", lambda *_: None, attempts=1)
    site.connector.log_write(
        now + 30, draft, author, 400, "ActualDate: a package may not be dated in the future"
    )
    site.notes.setdefault("burned", []).append(tags[0])
    morning = site.local(day + 1, 8 * HOUR + 10 * MINUTE + 150 * nth)
    site.at(morning, lambda at: _enter_anew(f, at, day * 8 + nth, tags, source, amount))


def _enter_anew(f: Injection, now: int, number: int, tags: list[str], source: Package, amount: int) -> None:
    site, (kept, entered) = f.site, tags
    if f.below(100, "is written on the box", kept) >= 25:
        site.stock[entered] = replace(site.stock.pop(kept), label=entered, modified=now)
        site.shelf[entered] = site.shelf.pop(kept)
    # the laboratory's word on the case holds for what is taken from it
    came_with_it = (source.packaged_on + 2, site.local(source.packaged_on + 6, 15 * HOUR), True)
    site.notes.setdefault("released", {})[entered] = came_with_it
    box = Package(
        entered, site.place.first_id // 10 + 120_000 + number * 2, source.item, amount, amount, site.day(now), now, now,
        lab_state=source.lab_state, lab_state_on=source.lab_state_on, expires_on=source.expires_on,
    )  # fmt: skip
    enter_part(site, now, box, source, amount)
