"""Further faults of the human layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.faults import activities
from benchmarks.faults.connector import Action, Message
from benchmarks.faults.places import PERMISSIONS, Person
from benchmarks.faults.registry import RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE, within


@kind(
    "human",
    modes=("single-metrc-person",),
    also_modes=(
        "close-out-skipped",
        "reconciliation-overdue",
        "transfer-not-received",
        "unfinished-zero-package",
    ),
    shapes=RETAIL,
    days=(28, 44),
)
def sitar(f: Injection) -> None:
    """The assistant has other work now, and the inventory lead alone knows METRC: on two days of the week and in the holidays nothing is accepted, counted, written off or closed."""
    site, habits, change = f.site, f.site.habits, f.site.change_stock
    holidays = range(f.days[0] + len(f.days) // 2 - 4, f.days[0] + len(f.days) // 2 + 5)
    before: dict[str, bool] = {}

    def is_away(day: int) -> bool:
        return day in f.days[1:] and (day % 7 in (6, 0) or day in holidays)

    def go(now: int) -> None:
        for name in ("counts", "finishes", "receives_in_metrc"):
            before.setdefault(name, getattr(habits, name))
            setattr(habits, name, False)

    def come_back(now: int) -> None:
        for name, value in before.items():
            setattr(habits, name, value)
        before.clear()

    def take_in_what_waits(now: int) -> None:
        for nth, transfer in enumerate([*site.ledger.transfers.values()]):
            there = transfer.direction == "incoming" and f.start <= transfer.arrives_at < now - HOUR
            if there and transfer.received_at is None and transfer.state == "in_transit":
                activities.accept(site, now + nth % 20, transfer)

    def change_when_back(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        back = next(day for day in range(site.day(at), site.day(at) + 30) if not is_away(day))
        if back == site.day(at):
            change(at, name, label, quantity, reason, **more)
            return
        site.shelf[label] += quantity  # it is broken whoever is there

        def make_good(now: int) -> None:
            site.shelf[label] -= quantity
            change(now, name, label, quantity, reason, **more)

        site.at(site.local(back, 9 * HOUR + 50 * MINUTE) + len(name), make_good)

    f.set_during(habits, leads=("inv",))
    f.set_during(site, change_stock=change_when_back)
    for day in [*f.days, f.days[-1] + 1]:
        if is_away(day):
            site.at(site.local(day, MINUTE), go)
        elif is_away(day - 1):
            site.at(site.local(day, MINUTE), come_back)
            site.at(site.local(day, 9 * HOUR + 20 * MINUTE), take_in_what_waits)


@kind(
    "human",
    modes=("errors-dismissed-without-posting",),
    also_modes=("metrc-or-store-outage", "sale-not-posted"),
    shapes=RETAIL,
    days=(14, 28),
)
def spinet(f: Injection) -> None:
    """In the bad half hours that METRC has, errors fill the board at the counter; whoever stands there clears it, believing that what is real will be sent anyway."""
    site, connector = f.site, f.site.connector
    answer, fail = connector.answer, connector._fail
    spells = [
        (begins, begins + MINUTE * (25 + f.below(20, "long", day, nth)))
        for day in f.days
        for nth in range(3)
        for begins in [site.local(day, (10 + 4 * nth) * HOUR + MINUTE * f.below(170, "from", day, nth))]
    ]

    def answer_when_well(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        is_bad = method != "GET" and within(spells, at)
        if is_bad and f.below(100, "unwell", at, owner.handle, endpoint) < 75:
            return 500, "internal error"
        return answer(at, owner, method, endpoint, act)

    def fail_on_the_board(at: int, message: Message, status: int | None, error: str | None) -> None:
        fail(at, message, status, error)
        if message.attempts == 1 and f.below(100, "cleared", message.key) < 80:
            site.at(at + 2 * MINUTE + f.below(600, "when", message.key), partial(clear, message))

    def clear(message: Message, now: int) -> None:
        entry = connector.entries[message.key + message.endpoint]
        if entry.state not in ("pending", "dead"):
            return
        entry.state = "dropped"
        author = site.people[message.author]
        site.log(
            "access_events", event_id=f"{site.place.code.upper()}-EV-CLEAR-{message.key}-{message.method}",
            system="integration", user=author.internal_user, at=now, action="dismiss",
            entity_kind=message.kind, entity_key=message.key,
        )  # fmt: skip

    f.set_during(connector, answer=answer_when_well, _fail=fail_on_the_board)


@kind(
    "human",
    modes=("user-list-not-reviewed",),
    also_modes=("departed-user-active", "excess-permissions"),
    shapes=RETAIL,
    days=(34, 50),
    mended=False,
)
def tuba(f: Injection) -> None:
    """Nobody holds the list of accounts against the list of people: two have gone, one stood in as a lead and sells again, one helped with last year's audit, and all are as they were."""
    site, people = f.site, f.site.people
    first, usual = f.days[0], site.notes.get("seller", lambda day, register, shift: None)
    gone = {"bud5": first + 2, "bud6": first + 11}

    def stand_in(day: int, register: int, shift: int) -> str | None:
        if day < first:
            return usual(day, register, shift)  # type: ignore[no-any-return]
        there = [f"bud{n}" for n in range(1, 7) if day < gone.get(f"bud{n}", 999)]
        return there[(register - 1 + 2 * shift + day) % len(there)]

    def go(handle: str, now: int) -> None:
        people[handle].terminated_on = site.day(now)

    def help_out(now: int) -> None:
        people["bud3"].permissions = list(PERMISSIONS["lead"] + PERMISSIONS["seller"])

    def never_taken_off(now: int) -> None:
        upper = site.place.code.upper()
        people["auditor"] = Person(
            "auditor", f"{upper}-X01", f"outside auditor {upper} (made)", "auditor", f"{upper}-E00931", f"{site.place.code}.x1",
            list(PERMISSIONS["manager"]), -380, key_issued=-375 * DAY, last_seen=-330 * DAY, key_used=-330 * DAY,
            is_outside=True,
        )  # fmt: skip

    site.notes["seller"] = stand_in
    for handle, day in gone.items():
        site.at(site.local(day, 8 * HOUR), partial(go, handle))
    site.at(f.start + 5 * DAY, help_out)
    site.at(f.start, never_taken_off)


@kind(
    "human",
    modes=("untrained-user-errors",),
    also_modes=("package-label-typo-or-swap", "wrong-package-sold", "sale-rejected-by-metrc"),
    shapes=RETAIL,
    days=(18, 30),
    mended=False,
)
def viola(f: Injection) -> None:
    """Two are hired for the season and put at a register on their first day: they type labels, take the neighbouring case's, and ring up what they take back minutes later."""
    site, first = f.site, f.days[0]
    usual = site.notes.get("seller", lambda day, register, shift: None)
    new = ("bud7", "bud8")
    for n, handle in enumerate(new, 10):
        upper = site.place.code.upper()
        site.people[handle] = Person(
            handle, f"{upper}-P{n:02}", f"budtender {n} {upper} (made)", "budtender", f"{upper}-E{1000 + n:05}",
            f"{site.place.code}.{handle}", list(PERMISSIONS["seller"]), first, trained_on=None,
            key_issued=site.local(first, 8 * HOUR + n * MINUTE),
        )  # fmt: skip

    def who_sells(day: int, register: int, shift: int) -> str | None:
        if day < first or register - 1 != shift:
            return usual(day, register, shift)  # type: ignore[no-any-return]
        return new[shift]

    def label_typed(sale: dict[str, Any]) -> str | None:
        if sale["author"] not in new:
            return None
        label, item = sale["drawn"][0][0], sale["drawn"][0][1]
        luck = f.below(100, "typed", sale["sale_id"])
        if luck < 14:  # two digits are exchanged, or one is hit for its neighbour
            nth = 14 + f.below(8, "digit", sale["sale_id"])
            return str(label[:nth] + str((int(label[nth]) + 1) % 10) + label[nth + 1 :])
        beside = [
            s.label for s in site.stock.values() if s.item is item and s.label != label and s.on_hand > 0
        ]
        return beside[-1] if luck < 24 and beside and len(sale["drawn"]) == 1 else None

    def take_back(sale: dict[str, Any]) -> int:
        is_wrong = sale["author"] in new and f.below(100, "taken back", sale["sale_id"]) < 12
        if is_wrong and site.chance.below(250, "void", sale["sale_id"]):
            later = sale["sold_at"] + 4 * MINUTE + f.below(300, "after", sale["sale_id"])
            site.at(later, lambda now: activities.void(site, now, sale))
        return 0

    site.notes["seller"] = who_sells
    f.note_during(scanned=label_typed, generic=take_back)


@kind(
    "human",
    modes=("alert-fatigue-unowned",),
    also_modes=("sync-job-failing-unnoticed", "pos-inventory-stale"),
    shapes=RETAIL,
    days=(18, 34),
    mended=False,
)
def zither(f: Injection) -> None:
    """All alarms go to the compliance desk, whose one person has left: the reading fails most hours with the same error, and among a hundred such mails a week two nightly jobs fail for good."""
    site, connector = f.site, f.site.connector
    upper = site.place.code.upper()
    answer = connector.answer
    site.people["desk"] = Person(
        "desk", f"{upper}-P12", f"compliance desk {upper} (made)", "compliance coordinator", f"{upper}-E01012",
        f"{site.place.code}.desk", list(PERMISSIONS["worker"]), -390, trained_on=-388, key_issued=-118 * DAY,
        last_seen=-DAY, last_login=-DAY, has_key=False,
    )  # fmt: skip
    site.notes["more settings"] = f"alerts:\n  to: {upper}-P12\n  after_failed_runs: 1\n"

    def leave(now: int) -> None:
        person = site.people["desk"]
        person.terminated_on, person.own_active, person.own_closed = site.day(now), False, now
        person.last_login = now - 16 * HOUR

    def answer_some_hours(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        if method == "GET" and f.below(100, "fails", at // HOUR) < 65:
            return 500, "internal error"
        return answer(at, owner, method, endpoint, act)

    site.at(f.start, leave)
    f.set_during(connector, answer=answer_some_hours, broken_jobs={"finished": "crash", "items": "crash"})
