"""Faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.faults import activities, making
from benchmarks.faults.connector import Action, Job, Message
from benchmarks.faults.metrc import Package, Transfer
from benchmarks.faults.places import Person
from benchmarks.faults.registry import ALL_SHAPES, MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE, within

_NOT_IN_METRC = (
    "sale-not-posted",
    "sale-posted-late",
    "sales-total-mismatch",
    "tax-return-mismatch",
    "metrc-onhand-overstated",
    "void-not-mirrored",
    "physical-count-mismatch",
    "package-in-metrc-missing-in-pos",
    "unfinished-zero-package",
    "close-out-skipped",
)


def break_more(f: Injection, base: int) -> None:
    """Something breaks every day, so that there is something to see."""
    site = f.site
    for day in f.days:
        when = site.local(day, 15 * HOUR + MINUTE * f.below(150, "breaks", day))
        if f.start < when < f.end:
            site.at(when, partial(_break, f, base + day))


def _break(f: Injection, number: int, now: int) -> None:
    activities.mishap(f.site, now, number)


@kind(
    "technical",
    modes=("sync-job-failing-unnoticed",),
    also_modes=(
        *_NOT_IN_METRC,
        "adjustment-not-posted",
        "conversion-not-mirrored",
        "package-in-pos-missing-in-metrc",
        "retry-queue-backlog",
        "accepted-locally-before-ack",
        "sale-rejected-by-metrc",
        "alert-fatigue-unowned",
        "backdated-entries",
        "untagged-product",
    ),
    shapes=ALL_SHAPES,
    days=(3, 8),
)
def panama(f: Injection) -> None:
    """The process that sends dies and nobody is told, since lists are read as ever by another; days later it is started again and sends what has gathered."""
    site, connector = f.site, f.site.connector
    send, work, again = connector.send, connector.work_queue, connector._try
    gathered: dict[tuple[str, str, str], Message] = {}

    def gather(at: int, message: Message) -> None:
        if f.start <= at < f.end:
            gathered.setdefault((message.method, message.endpoint, message.key), message)
        else:
            send(at, message)

    def try_again(at: int, message: Message) -> None:
        if f.start <= at < f.end:
            gathered.setdefault((message.method, message.endpoint, message.key), message)
        else:
            again(at, message)

    def send_now(message: Message, at: int) -> None:
        again(at, message)

    def start_again(now: int) -> None:
        for nth, message in enumerate(gathered.values()):
            sale = site.sales.get(message.key)
            if sale is None or sale["status"] != "voided" or message.method == "DELETE":
                site.at(now + 90 + 2 * nth, partial(send_now, message))

    def work_queue(at: int) -> None:
        if not f.start <= at < f.end:
            work(at)

    f.set_at_once(connector, send=gather, _try=try_again, work_queue=work_queue)
    site.at(f.end, start_again)


@kind(
    "technical",
    modes=("retries-exhausted-and-dropped",),
    also_modes=(*_NOT_IN_METRC, "metrc-or-store-outage", "outage-backfill-missing", "retry-queue-backlog"),
    shapes=RETAIL,
    days=(14, 30),
    mended=False,
)
def pillbox(f: Injection) -> None:
    """What METRC does not answer waits in the memory of the service, and the service is started anew every night; after evenings on which METRC is unwell the last sales are gone, and wait for ever."""
    site, connector = f.site, f.site.connector
    answer, again, send = connector.answer, connector._try, connector.send
    lost: set[int] = set()
    waiting: list[Message] = []
    unwell = [
        (begins, site.local(day, 23 * HOUR + 20 * MINUTE))
        for day in f.days
        if f.below(100, "unwell", day) < 45
        for begins in [site.local(day, 18 * HOUR + 30 * MINUTE + MINUTE * f.below(80, "from", day))]
        if f.start <= begins < f.end
    ]

    def answer_reads(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        if endpoint.startswith("/sales") and within(unwell, at):
            return 503, "service unavailable"
        return answer(at, owner, method, endpoint, act)

    def keep_in_mind(at: int, message: Message) -> None:
        if message.kind == "sale" and f.start <= at < f.end:
            message.failed = lambda _: None  # it waits, as the register has it
            waiting.append(message)
        send(at, message)

    def try_what_is_known(at: int, message: Message) -> None:
        if id(message) not in lost:
            again(at, message)

    def start_anew(_: int) -> None:
        for message in waiting:
            entry = connector.entries.get(message.key + message.endpoint)
            if entry is not None and entry.state == "pending":
                del connector.entries[message.key + message.endpoint]
                lost.add(id(message))

    f.set_at_once(connector, answer=answer_reads, send=keep_in_mind, _try=try_what_is_known)
    for day in f.days:
        site.at(site.local(day, 23 * HOUR + 10 * MINUTE), start_anew)


@kind(
    "technical",
    modes=("non-idempotent-post-retried",),
    also_modes=(
        "sale-posted-twice",
        "sale-rejected-by-metrc",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "metrc-onhand-understated",
        "receipt-only-in-metrc",
        "void-not-mirrored",
        "purchase-limit-false-oversale",
        "finished-too-early",
        "sale-quantity-mismatch",
        "physical-count-mismatch",
        "sale-posted-late",
    ),
    shapes=RETAIL,
    days=(14, 30),
)
def porkpie(f: Injection) -> None:
    """METRC's answer comes while the register's database is busy, and is not written down; what still counts as unsent in the evening is sent once more."""
    site, connector = f.site, f.site.connector
    send = connector.send

    def send_and_forget(at: int, message: Message) -> None:
        is_new = message.kind == "sale" and message.method == "POST"
        if not is_new or not f.start <= at < f.end or f.below(100, "is busy", message.key) >= 6:
            send(at, message)
            return
        done, message.done = message.done, lambda _: None
        send(at, message)
        again = Message(
            message.method, message.endpoint, message.kind, message.key, message.author, message.act, done, message.failed
        )  # fmt: skip
        evening = site.local(site.day(at), 21 * HOUR + 40 * MINUTE) + f.below(240, "sweep", message.key)
        site.at(evening, partial(sweep, again))

    def sweep(again: Message, now: int) -> None:
        sale = site.sales[again.key]
        if sale["status"] == "completed" and sale["state"] == "queued":
            send(now, again)

    f.set_at_once(connector, send=send_and_forget)


@kind(
    "technical",
    modes=("tag-burned-by-failed-create", "non-idempotent-post-retried"),
    also_modes=(
        "package-in-metrc-missing-in-pos",
        "metrc-onhand-understated",
        "metrc-onhand-overstated",
        "conversion-not-mirrored",
        "accepted-locally-before-ack",
        "aged-package",
        "lab-result-missing",
        "test-sample-residue-open",
        "partial-split-mismatch",
        "sale-rejected-by-metrc",
        "physical-count-mismatch",
    ),
    shapes=MAKE,
    days=(24, 42),
)
def sombrero(f: Injection) -> None:
    """METRC makes the package and its answer does not arrive; who packs takes it for failed, gives the lot the next tag and enters it anew, so METRC has it twice."""
    site, connector = f.site, f.site.connector
    send = connector.send

    def send_or_lose(at: int, message: Message) -> None:
        is_lot = message.method == "POST" and message.endpoint == "/packages/v2" and message.key[-1] == "0"
        if not is_lot or f.below(100, "no answer", message.key) >= 55:
            send(at, message)
            return
        owner = site.people[message.author]
        message.attempts = 1
        status, error = connector.answer(at, owner, message.method, message.endpoint, message.act)
        if status != 200:
            connector.log_write(at, message, owner, status, error)
            return
        connector.log_write(at, message, owner, None, "timeout")
        site.at(at + MINUTE * (6 + f.below(25, "anew", message.key)), partial(_enter_anew, f, message.key))

    f.set_during(connector, send=send_or_lose)


def _enter_anew(f: Injection, label: str, now: int) -> None:
    site = f.site
    if label not in site.stock:
        return
    first, tag = site.ledger.packages[label], f"{label[:-1]}1"
    source, taken = next((s, quantity) for made, s, quantity, _, _ in site.ledger.sources if made == label)
    site.stock[tag] = replace(site.stock.pop(label), label=tag, modified=now)
    site.shelf[tag] = site.shelf.pop(label)
    for row in site.world.logs["internal_conversions"]:
        if row["label"] == label:
            row["label"] = tag  # the lot's card is written anew
    waiting = site.notes.get("to test", [])
    site.notes["to test"] = [(tag if made == label else made, at) for made, at in waiting]
    part = replace(first, label=tag, package_id=first.package_id + 1, quantity=first.initial)
    making.enter_part(site, now, part, site.ledger.packages[source], taken)


@kind(
    "technical",
    modes=("timezone-or-clock-misconfig",),
    also_modes=("sale-posted-late", "sale-wrong-datetime", "sale-outside-hours", "rule-change-not-adopted"),
    shapes=RETAIL,
    days=(14, 36),
)
def stetson(f: Injection) -> None:
    """The battery of the second register's board is flat, and its clock is most of an hour slow: all it sells bears that time, in both books."""
    slow = (24 + f.below(18, "slow")) * MINUTE

    def stamp(sale: dict[str, Any]) -> int:
        if sale["register"].endswith("R2"):
            sale["sold_at"] -= slow
        return 0

    f.note_during(generic=stamp)


@kind(
    "technical",
    modes=("timezone-or-clock-misconfig",),
    also_modes=("backdated-entries", "waste-late", "month-end-spike"),
    shapes=ALL_SHAPES,
    days=(24, 46),
)
def tam(f: Injection) -> None:
    """A release reads dates without a time as midnight in Greenwich and writes them by the local clock: every date that goes to METRC is the day before."""
    site = f.site
    add = site.ledger.add

    def add_with_that_date(package: Package) -> None:
        if f.start <= site.world.now < f.end and package.received_at is None:
            package.packaged_on -= 1
        add(package)

    f.set_during(site.habits, backdates=1)
    f.set_at_once(site.ledger, add=add_with_that_date)
    break_more(f, 5200)


@kind(
    "technical",
    modes=("lastmodified-window-gap",),
    also_modes=(
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "package-in-metrc-missing-in-pos",
        "pos-inventory-stale",
        "physical-count-mismatch",
        "item-map-missing",
        "aged-package",
        "metrc-onhand-overstated",
        "pos-onhand-understated",
    ),
    shapes=STOCKED,
    days=(16, 34),
    mended=False,
)
def trilby(f: Injection) -> None:
    """METRC's lists show what has changed up to half an hour late on busy days; each run asks for the hour since the last one and five minutes more, so what came in just before it is never listed."""
    site, connector = f.site, f.site.connector
    own = connector._listed

    def listed(at: int, job: Job) -> list[str]:
        labels = own(at, job)
        if job.name != "packages" or at < f.start:
            return labels
        busy = f.below(100, "is busy", site.day(at)) < 65
        behind = (24 + f.below(12, "behind", at)) * MINUTE if busy else MINUTE
        return [label for label in labels if site.ledger.packages[label].modified <= at - behind]

    def window(at: int) -> tuple[int | None, int | None]:
        since_the_last = at >= f.start and at % HOUR >= 40 * MINUTE  # what is read once a night is read whole
        return (at - 65 * MINUTE if since_the_last else -240 * DAY, at)

    f.set_at_once(connector, _listed=listed, _window=window)
    f.set_for_good(connector, window="recent", look_back=65 * MINUTE)


@kind(
    "technical",
    modes=("overlapping-windows-duplicate-rows",),
    also_modes=(
        "metrc-onhand-understated",
        "physical-count-mismatch",
        "finished-package-still-sellable",
        "pos-inventory-stale",
        "oversell-block-or-negative",
        "unfinished-zero-package",
        "package-in-pos-missing-in-metrc",
        "close-out-skipped",
        "recurring-variance",
    ),
    shapes=frozenset({"retail", "distribution"}),
    days=(16, 34),
    mended=False,
)
def toque(f: Injection) -> None:
    """What has come in is read by windows that overlap, and a manifest that stands in two of them is taken into stock by both, as a second row for each tag."""
    site = f.site

    def begin(_: int) -> None:
        take = site.take_into_stock

        def take_again(now: int, transfer: Transfer) -> None:
            take(now, transfer)
            if now < f.end and f.below(100, "in both", transfer.manifest) < 55:
                site.at(now + HOUR + 4 * MINUTE, partial(_insert, f, transfer))

        setattr(site, "take_into_stock", take_again)  # noqa: B010

    site.at(f.start, begin)


def _insert(f: Injection, transfer: Transfer, now: int) -> None:
    site = f.site
    for entry in transfer.packages:
        stock = site.stock.get(entry.package.label)
        if stock is not None:
            again = site.own(entry.package.initial, stock.item)
            stock.on_hand += again
            stock.modified = now
            site.notes.setdefault("second rows", {})[stock.label] = again


@kind(
    "technical",
    modes=("chunk-failure-reported-as-success",),
    also_modes=(
        *_NOT_IN_METRC,
        "batch-mode-in-realtime-state",
        "sale-rejected-by-metrc",
        "batch-poisoned-by-one-line",
        "attribution-wrong-fallback-key",
        "shared-login-or-key",
        "accountability-lost",
    ),
    shapes=RETAIL,
    days=(12, 28),
)
def topper(f: Injection) -> None:
    """Sales go out every four hours in one call, whose body is cut off after the tenth; METRC takes the ten, and the run counts all of them as sent."""
    site, connector = f.site, f.site.connector
    send, held = connector.send, list[Message]()

    def hold(at: int, message: Message) -> None:
        if message.kind == "sale" and message.method == "POST" and f.start <= at < f.end:
            held.append(message)
        else:
            send(at, message)

    def flush(now: int) -> None:
        due, held[:] = list(held), []
        if not due:
            return
        run = f"{site.place.code.upper()}-upload-{now}"
        owner = site.people["asst"]
        taken = due[:10]
        call = Message(
            "POST", "/sales/v2/receipts", "sale", due[0].key, "asst", due[0].act, objects=len(taken), run=run
        )
        call.attempts = 1
        said = [connector.answer(now, owner, m.method, m.endpoint, m.act) for m in taken]
        connector.log_write(now, call, owner, *next((a for a in said if a[0] != 200), said[0]))
        for message in due:
            if message.exists():
                message.done(now + 1)
            else:
                site.sales[message.key].update(posted_at=now, state="reported", modified=now + 1)
        site.log(
            "sync_runs", run_id=run, job="sales upload", endpoint="/sales/v2/receipts", started_at=now,
            finished_at=now + 3, records_written=len(due), status="ok",
        )  # fmt: skip

    f.set_at_once(connector, send=hold)
    for day in f.days:
        for hour in (13, 17, 21):
            site.at(site.local(day, hour * HOUR + 12 * MINUTE), flush)
    site.at(f.end + 1, flush)


@kind(
    "technical",
    modes=("field-validation-silent-reject",),
    also_modes=(
        "adjustment-not-posted",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "package-in-metrc-missing-in-pos",
        "close-out-skipped",
        "accepted-locally-before-ack",
    ),
    shapes=STOCKED,
    days=(24, 44),
)
def ushanka(f: Injection) -> None:
    """The connector can not encode what stands in some notes, an ampersand or half a gram as one letter; such changes of stock stay in the own system as failed, and no call is made."""
    site, change = f.site, f.site.change_stock
    said = ("lid & jar cracked", "½ g spilt at the scale", "wet & stood by the sink", "seal torn, ¼ g short")

    def with_such_a_note(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        if not f.start <= at < f.end or f.below(100, "writes so", name) >= 45:
            change(at, name, label, quantity, reason, **more)
            return
        note = f"{said[f.below(4, 'what', name)]}, tag {label[-6:]}"
        change(at, name, label, quantity, reason, **{**more, "note": note, "metrc": False})
        if name in site.changes:
            site.changes[name]["sent"] = "failed"

    f.set_at_once(site, change_stock=with_such_a_note)
    break_more(f, 6100)


@kind(
    "technical",
    modes=("attribution-wrong-fallback-key",),
    also_modes=(
        "shared-login-or-key",
        "accountability-lost",
        "single-metrc-person",
        "pos-user-without-metrc-key",
        "self-approved-adjustments",
        "regulator-flag-adjustment-pattern",
    ),
    shapes=ALL_SHAPES,
    days=(24, 46),
)
def tricorne(f: Injection) -> None:
    """A new release sends changes of stock and new packages with the store's own key, whoever enters them: METRC has them all under the manager who made that key."""
    connector, own = f.site.connector, f.site.connector._key_owner

    def of_the_store(message: Message) -> Person | None:
        if message.endpoint.startswith(("/packages", "/harvests")):
            return f.site.people["gm"]
        return own(message)

    f.set_during(connector, _key_owner=of_the_store)
    break_more(f, 7300)


@kind(
    "technical",
    modes=("batch-mode-in-realtime-state",),
    also_modes=(
        "sale-posted-late",
        "sale-rejected-by-metrc",
        "void-not-mirrored",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "rule-change-not-adopted",
        "unfinished-zero-package",
    ),
    shapes=RETAIL,
    days=(18, 38),
    states=("co", "md", "mi"),
    mended=False,
)
def turban(f: Injection) -> None:
    """The web shop's orders do not go through the register: a job of their own reports the day's orders after closing, in one go."""
    site, connector = f.site, f.site.connector
    send = connector.send

    def at_night(at: int, message: Message) -> None:
        sale = site.sales.get(message.key)
        if (
            message.method != "POST"
            or message.kind != "sale"
            or at < f.start
            or sale is None
            or sale["via"] != "online"
        ):
            send(at, message)
            return
        night = site.local(site.day(at), 21 * HOUR + 45 * MINUTE) + f.below(200, "nth", message.key)
        site.at(night, lambda now: send(now, message))

    f.set_at_once(connector, send=at_night)


@kind(
    "technical",
    modes=("user-key-revoked",),
    also_modes=(
        *_NOT_IN_METRC,
        "sync-job-failing-unnoticed",
        "pos-inventory-stale",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "finished-package-still-sellable",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "adjustment-not-posted",
        "conversion-not-mirrored",
        "package-in-pos-missing-in-metrc",
        "shared-login-or-key",
        "attribution-wrong-fallback-key",
        "accountability-lost",
        "key-owner-departed",
        "single-metrc-person",
        "untagged-product",
        "backdated-entries",
        "item-map-missing",
    ),
    shapes=ALL_SHAPES,
    days=(4, 11),
)
def tyrolean(f: Injection) -> None:
    """The assistant manager's account is taken off this licence in METRC, as she is thought to work at a sister store only; the integration ran on her key, and is refused everything until another is put in."""
    connector, owner = f.site.connector, f.site.people["asst"]
    f.set_at_once(connector, shared_key="asst", reader="asst")

    def take_off(_: int) -> None:
        owner.key_expires = f.start - owner.key_issued
        f.site.notes.setdefault("removed", {})["asst"] = True
        f.site.habits.leads = ("inv", "gm")  # whom the screen lets in

    def another(now: int) -> None:
        connector.shared_key = connector.reader = "gm"
        f.site.people["gm"].key_rotated = now

    f.site.at(f.start, take_off)
    f.site.at(f.end, another)
    assert f.end - f.start >= DAY
