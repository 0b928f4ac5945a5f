"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.faults.activities import accept
from benchmarks.faults.connector import Action, Message, fingerprint
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.metrc import Receipt, Refused
from benchmarks.faults.places import MICRO, Item, Person
from benchmarks.faults.registry import ALL_SHAPES, GROW, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE, within

HUNDREDTH = MICRO // 100


@kind("technical", modes=("field-validation-silent-reject",), shapes=RETAIL, days=(12, 26))
def perch(f: Injection) -> None:
    """A finer scale shows four places, and the register takes them; METRC takes two, and refuses the receipt, which nobody is told."""
    site, sell = f.site, f.site.ledger.sell

    def weigh(sale_id: str, day: int) -> list[tuple[Item, int]]:
        """Some take a pinch of flower besides, by what the scale shows."""
        if f.below(100, "takes a pinch", sale_id) >= 35:
            return []
        return [(site.items[f.below(3, "jar", sale_id)], 200_000 + 100 * f.below(8000, "shows", sale_id))]

    def sell_two_places(receipt: Receipt) -> None:
        if any(line.item.unit == "Grams" and line.quantity % HUNDREDTH for line in receipt.lines):
            raise Refused("Quantity: no more than 2 decimal places")
        sell(receipt)

    f.note_during(extra_wishes=weigh)
    f.set_during(site.ledger, sell=sell_two_places)


@kind("technical", modes=("tag-burned-by-failed-create",), shapes=GROW, days=(28, 42))
def tench(f: Injection) -> None:
    """While lots are packaged METRC often answers nothing; the form keeps the lot as a draft, and it is entered anew with the next tag."""
    site, connector = f.site, f.site.connector
    send = connector.send
    burned = site.notes.setdefault("burned", [])

    def send_or_keep(at: int, message: Message) -> None:
        label = message.key
        is_lot = message.method == "POST" and message.endpoint == "/harvests/v2/packages"
        if not is_lot or f.below(100, "no answer", label) >= 65:
            send(at, message)
            return
        kept, entered = f"{label[:-2]}{label[-1]}0", f"{label[:-2]}{label[-1]}1"
        draft = Message(message.method, message.endpoint, message.kind, kept, message.author, lambda *_: None)
        draft.attempts = 1
        connector.log_write(at, draft, site.people[message.author], None, "timed out")
        burned.append(kept)
        stock = site.stock.pop(label)
        site.stock[kept], site.stock[entered] = replace(stock, label=kept), replace(stock, label=entered)
        site.shelf[kept], site.shelf[entered] = 0, site.shelf.pop(label)
        site.notes.setdefault("to test", []).append((entered, at))

        def create(now: int, user: str) -> None:
            message.act(now, user)
            package = site.ledger.packages.pop(label)
            site.ledger.active.pop(label)
            package.label = entered
            site.ledger.packages[entered] = site.ledger.active[entered] = package

        anew = Message(
            message.method, message.endpoint, message.kind, entered, message.author, create,
            exists=lambda: entered in site.ledger.packages,
        )  # fmt: skip
        site.at(at + 150 + f.below(240, "anew", label), lambda now: send(now, anew))

    f.set_during(connector, send=send_or_keep)


@kind(
    "technical",
    modes=("account-suspended-for-fees",),
    also_modes=("sync-job-failing-unnoticed",),
    shapes=ALL_SHAPES,
    days=(18, 30),
)
def bream(f: Injection) -> None:
    """METRC's fee is paid in parts, each when the account is closed again: for two days everybody is refused, on screen as well."""
    site, answer = f.site, f.site.connector.answer
    third = (f.end - f.start) // 3
    closed = []
    for nth in range(3):
        begins = f.start + nth * third + HOUR * f.below(9, "falls due", nth)
        closed.append((begins, begins + (38 + f.below(24, "is paid", nth)) * HOUR))

    def answer_payers(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        if within(closed, at) and not site.line_is_down(at):
            return 403, "account is suspended"
        return answer(at, owner, method, endpoint, act)

    def close(_: int) -> None:
        site.habits.receives_in_metrc = False

    def open_again(now: int) -> None:
        site.habits.receives_in_metrc = True
        for load in site.ledger.transfers.values():
            if load.direction == "incoming" and load.received_at is None and load.arrives_at < now:
                accept(site, now, load)

    f.set_during(site.connector, answer=answer_payers)
    for begins, ends in closed:
        site.at(begins, close)
        site.at(ends, open_again)
    break_more(f, 3200)


@kind(
    "technical",
    modes=("stale-cache",),
    also_modes=("direct-edit-not-mirrored",),
    shapes=RETAIL | frozenset({"distribution"}),
    days=(18, 32),
    mended=False,
)
def roach(f: Injection) -> None:
    """Lists are read every hour, but what is known of a single package is kept for days, each from when it was last fetched."""
    site, mirror = f.site, f.site._mirror

    def mirror_what_lapsed(at: int, read: list[str]) -> None:
        kept = {}
        for label, stock in site.stock.items():
            keeps = (3 + f.below(5, "keeps", label)) * DAY
            if stock.synced is None or at - stock.synced >= keeps:
                stock.synced = at + 6
            else:
                kept[label] = (stock.blocked, stock.modified, site.edits.pop(label, 0))
        mirror(at, read)
        for label, (blocked, modified, edit) in kept.items():
            site.stock[label].blocked, site.stock[label].modified = blocked, modified
            if edit:
                site.edits[label] = edit

    def write_off(now: int) -> None:
        """What spoils is written off on METRC's screen, and reading brings it to the own book."""
        there = [p for p in site.ledger.active.values() if p.quantity > 4 * MICRO and p.label in site.stock]
        for package in there[f.below(5, "spoils", site.day(now)) :: 5]:
            label = package.label
            if site.shelf.get(label, 0) <= 4 * MICRO:
                continue
            name = f"{site.place.code.upper()}-OUT-{site.day(now):03}-{label}"
            note = f"package {label[-6:]}: one spoilt, thrown away by two people"
            site.set_in_metrc(
                now, name, label, -MICRO, site.lead(site.day(now)), reason="Spoilage", note=note
            )
            site.shelf[label] -= MICRO
            site.edits[label] = site.edits.get(label, 0) - site.own(MICRO, package.item)

    f.set_for_good(site, _mirror=mirror_what_lapsed)
    for day in f.days[1::2]:
        site.at(site.local(day, 14 * HOUR + 60 * f.below(90, "write off", day)), write_off)


@kind("technical", modes=("rate-limit-storm",), shapes=RETAIL | frozenset({"distribution"}), days=(12, 24))
def pike(f: Injection) -> None:
    """A new report asks METRC for every package by itself, three times a day; the limit is used up, and the lists of the hour are refused."""
    site, connector = f.site, f.site.connector
    answer = connector.answer
    begins = {site.local(day, hour * HOUR + 45 * MINUTE) for day in f.days for hour in (10, 14, 18)}
    begins = {at for at in begins if f.start <= at < f.end}

    def answer_within_limit(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        since = at - (at // HOUR * HOUR + 45 * MINUTE)
        if method == "GET" and 0 <= since < 9 * MINUTE and at - since in begins:
            return 429, "too many requests"
        return answer(at, owner, method, endpoint, act)

    f.set_during(connector, answer=answer_within_limit)
    f.set_during(connector, retry_after=60)
    for at in sorted(begins):
        site.at(at, lambda now: _ask_for_each(f, now))


PASS = 12  # calls that METRC answers before the limit is reached


def _ask_for_each(f: Injection, now: int) -> None:
    site = f.site
    labels = list(site.ledger.active)
    run_id = f"{site.place.code.upper()}-details-{now}"
    endpoint = "/packages/v2/{id}"
    second = 0
    for nth, label in enumerate(labels):
        passes = nth < PASS
        for attempt in (1,) if passes else (1, 2, 3):
            site.log(
                "sync_calls", call_id=f"{run_id}-{nth}-{attempt}", run_id=run_id, method="GET", endpoint=endpoint,
                host=site.connector.host, at=now + second // 2, status=200 if passes else 429,
                duration_ms=120 + f.below(200, "ms", run_id, nth), attempt=attempt, retry_after_s=None if passes else 60,
                credential=fingerprint(site.people[site.connector.reader].metrc_user), object_count=int(passes),
                entity_kind="package", entity_key=label, error=None if passes else "too many requests",
            )  # fmt: skip
            second += 1
    is_cut = len(labels) > PASS
    site.log(
        "sync_runs", run_id=run_id, job="package details", endpoint=endpoint, started_at=now,
        finished_at=now + second // 2 + 1, records_expected=len(labels), records_fetched=min(PASS, len(labels)),
        records_written=min(PASS, len(labels)), status="partial" if is_cut else "ok",
        error="429 too many requests" if is_cut else None,
    )  # fmt: skip


@kind(
    "technical",
    modes=("retries-exhausted-and-dropped",),
    also_modes=("metrc-or-store-outage", "outage-backfill-missing"),
    shapes=ALL_SHAPES,
    days=(14, 28),
)
def zander(f: Injection) -> None:
    """METRC stumbles over writes for an hour, twice a day, and reads as ever; an update tries four times in three minutes, and lets go."""
    site, connector = f.site, f.site.connector
    answer = connector.answer
    stumbles = []
    for day in f.days:
        for hour in (13, 17):
            begins = site.local(day, hour * HOUR + 60 * f.below(25, "stumbles", day, hour))
            stumbles.append((begins, begins + MINUTE * (40 + f.below(35, "lasts", day, hour))))

    def answer_reads(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        if method != "GET" and within(stumbles, at):
            return 500, "internal error"
        return answer(at, owner, method, endpoint, act)

    f.set_during(connector, answer=answer_reads, retries=(60, 120, 180), keeps_queue=False)
    break_more(f, 3400)
