"""Further faults of the process layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.connector import Action
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Adjustment
from benchmarks.faults.places import Person
from benchmarks.faults.registry import ALL_SHAPES, GROW, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("process", modes=("harvest-recorded-late",), shapes=GROW, days=(30, 46), states=("ca", "or"))
def mekong(f: Injection) -> None:
    """Whoever enters harvests comes to the farm every other week, and enters what was cut since then in one go, from the sheet at the door."""
    site = f.site
    comes = [*f.days[12:-3:14], f.days[-1]]

    def wait(now: int) -> None:
        day = site.day(now)
        site.habits.harvest_delay = next(d for d in comes if d >= day) - day

    for day in f.days:
        site.at(site.local(day, 9 * HOUR), wait)
    site.at(f.end, lambda _: setattr(site.habits, "harvest_delay", 0))


@kind(
    "process",
    modes=("count-not-frozen",),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(24, 40),
    states=("ca", "mi", "md"),  # elsewhere everything is counted every evening
)
def niger(f: Injection) -> None:
    """The week's count takes three evenings by one list: two thirds of it are held against the shelf a day or two after it was printed."""
    site = f.site
    f.set_during(site.habits, counts=False)

    def begin(day: int, now: int) -> None:
        there = [label for label in sorted(site.shelf) if site.shelf[label] > 0 and label in site.stock]
        # from shelf to shelf, which is not in the order of the tags
        there.sort(key=lambda label: f.below(1000, "shelf", label))
        printed = [(label, site.stock[label].on_hand if site.stock[label].listed else 0) for label in there]
        for line, (label, expected) in enumerate(printed, 1):
            evening = 3 * (line - 1) // len(printed)
            at = now + evening * DAY + 12 * line
            site.at(at, partial(_count, f, day, line, label, expected, now + 2 * DAY + 55 * MINUTE))

    for day in f.days:
        when = site.local(day, site.habits.closes + 30 * MINUTE)
        if day % 7 == 6 and f.start <= when < f.end:
            site.at(when, partial(begin, day))


def _count(f: Injection, day: int, line: int, label: str, expected: int, ends: int, now: int) -> None:
    site, stock = f.site, f.site.stock[label]
    second = next(handle for handle in site.people if handle not in ("gm", "asst", "inv"))
    site.log(
        "physical_counts", count_id=f"{site.place.code.upper()}-CNT-{day:03}", line=line, label=label,
        counted_quantity=site.own(site.shelf[label], stock.item), expected_quantity=expected,
        unit_of_measure=stock.item.own_unit, location="Vault", counted_at=now,
        counted_by=site.people["inv"].internal_user, second_counter=site.people[second].internal_user,
        reconciled_at=ends, adjusted_in="none",
    )  # fmt: skip


@kind(
    "process",
    modes=("close-out-skipped",),
    also_modes=("metrc-or-store-outage", "alert-fatigue-unowned"),
    shapes=RETAIL,
    days=(16, 30),
)
def orinoco(f: Injection) -> None:
    """What METRC did not take at once stands on a list that is to be sent when the day is closed; whoever closes counts the drawer and goes, and the office sends it on Monday and Thursday."""
    site, connector = f.site, f.site.connector
    answer, work = connector.answer, connector.work_queue
    sent = {site.local(day, 10 * HOUR + 30 * MINUTE) for day in f.days if day % 7 in (1, 5)}
    sent = {at for at in sent if f.start < at < f.end} | {f.end - 30 * MINUTE}

    def answer_most(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        is_sale = method == "POST" and endpoint.startswith("/sales")
        is_sent_now = any(0 <= at - begun < 30 * MINUTE for begun in sent)
        if is_sale and not is_sent_now and f.below(100, "stumbles", at, owner.handle) < 13:
            return 500, "internal error"
        return answer(at, owner, method, endpoint, act)

    f.set_during(
        connector, answer=answer_most, work_queue=lambda at: None, retries=(), gives_up_after=60 * DAY
    )
    for at in sorted(sent):
        site.at(at, work)


@kind("process", modes=("harvest-not-finished",), shapes=GROW, days=(46, 54), states=("or",), mended=False)
def yukon(f: Injection) -> None:
    """A harvest is closed in the grow log when the last of it is packed, and everybody takes that for METRC's; there it stays open."""
    site = f.site

    def later(what: str, number: int) -> int:
        if what != "finish":
            return 0
        cohort = next(c for c in site.notes["cohorts"] if c.number == number)
        cohort.closed_on = site.day(site.world.now)
        return 200 * DAY

    f.note_during(later=later)


@kind(
    "process",
    modes=("adjustment-generic-reason",),
    also_modes=("reason-map-stale",),
    shapes=ALL_SHAPES,
    days=(24, 42),
)
def ganges(f: Injection) -> None:
    """METRC asks for a picture and a witness where something broke or spoilt; the own book has what happened, and METRC is given the reason that asks for nothing."""
    site, adjust = f.site, f.site.ledger.adjust

    def adjust_without_questions(adjustment: Adjustment) -> None:
        if f.below(100, "has a picture", adjustment.adjustment_id) >= 10:
            adjustment.reason = "Entry Error"
        adjust(adjustment)

    f.set_during(site.ledger, adjust=adjust_without_questions)
    break_more(f, 5600)
