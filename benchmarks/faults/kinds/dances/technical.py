"""Faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.faults.connector import Action, Job, Message
from benchmarks.faults.places import LICENCES, Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

_NOTHING_COMES_IN = (
    "sync-job-failing-unnoticed",
    "pos-inventory-stale",
    "transfer-not-imported",
    "received-in-metrc-not-in-pos",
    "package-in-metrc-missing-in-pos",
    "physical-count-mismatch",
    "finished-package-still-sellable",
)


@kind(
    "technical",
    modes=("retired-api-version",),
    also_modes=(
        *_NOTHING_COMES_IN,
        "partial-sync-reported-as-success",
        "item-map-missing",
        "location-map-wrong",
        "alert-fatigue-unowned",
    ),
    shapes=ALL_SHAPES,
    days=(6, 16),
)
def tarantella(f: Injection) -> None:
    """The reading jobs still ask version 1, METRC takes it away on the date that it announced, and lists answer 404 until a new release comes."""
    connector = f.site.connector
    f.set_at_once(connector, api="v1")
    gone = {f"GET /{group}/v1": 404 for group in ("packages", "transfers", "items", "locations")}
    f.site.at(f.start, lambda _: connector.answers.update(gone))

    def release(_: int) -> None:
        connector.api = "v2"
        for prefix in gone:
            connector.answers.pop(prefix, None)

    f.site.at(f.end, release)


@kind(
    "technical",
    modes=("batch-mode-in-realtime-state",),
    also_modes=(
        "sale-posted-late",
        "purchase-limit-true-oversale",
        "sale-rejected-by-metrc",
        "void-not-mirrored",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "rule-change-not-adopted",
    ),
    shapes=RETAIL,
    days=(14, 34),
    states=("co", "md", "mi"),
    mended=False,
)
def quickstep(f: Injection) -> None:
    """To be rid of METRC's slow answers at the register somebody sets the store to batch, and the day's sales go out after closing."""
    f.set_for_good(f.site.connector, sends_at=21 * HOUR + 40 * MINUTE)
    f.note_during(**{"more settings": "reporting:\n  mode: batch\n"})


@kind(
    "technical",
    modes=("licence-number-map-wrong",),
    also_modes=(
        "facility-not-in-integration",
        "licence-changed-not-remapped",
        "package-in-pos-missing-in-metrc",
        "package-in-metrc-missing-in-pos",
        "sale-not-posted",
        "sale-rejected-by-metrc",
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "adjustment-not-posted",
        "conversion-not-mirrored",
        "void-not-mirrored",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
        "close-out-skipped",
        "pos-inventory-stale",
        "physical-count-mismatch",
        "queue-poison-message",
    ),
    shapes=STOCKED,
    days=(5, 11),
    mended=False,
)
def paso_doble(f: Injection) -> None:
    """Settings are copied from a sister store whose licence the same key reaches; from then on reading and writing go to that licence, and nothing is refused but what it does not hold."""
    site = f.site
    place = site.place
    near = [
        s for s in site.world.sites.values() if s is not site and s.place.jurisdiction == place.jurisdiction
    ]
    sister = near[0] if near else None
    licence = (
        sister.place.licence
        if sister
        else LICENCES[place.jurisdiction][place.shape].format(n=700 + place.number)
    )

    def begin(_: int) -> None:
        connector, take_in = site.connector, site.take_in
        site.notes["settings"] = {**site.notes.get("settings", {}), "licence": f'"{licence}"'}
        site.habits.blocks = False  # what it misses is shown in red, and stays on offer
        own_list = connector._listed

        def listed(at: int, job: Job) -> list[str]:
            if job.name in ("items", "locations"):
                return own_list(at, job)
            if sister is not None:
                return sister.connector._listed(at, job)
            many = {"packages": 31, "finished": 64}.get(job.name, 5)
            return [f"1A40{60 + place.number:02}0300001{n:011}" for n in range(many)]

        def refused(at: int, owner: Person, act: Action) -> tuple[int, str | None]:
            return 400, "package is not found at this licence"

        def take_theirs(at: int, job: str, read: list[str]) -> None:
            if job != "transfers":
                take_in(at, job, [label for label in read if label not in site.stock])

        setattr(connector, "_listed", listed)  # noqa: B010
        setattr(connector, "_act", refused)  # noqa: B010
        setattr(site, "take_in", take_theirs)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "technical",
    modes=("duplicate-adjustment",),
    also_modes=(
        "metrc-onhand-understated",
        "oscillating-adjustments",
        "direct-edit-not-mirrored",
        "two-integrations-one-licence",
        "untrained-user-errors",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "oversell-block-or-negative",
        "physical-count-mismatch",
        "finished-too-early",
        "finished-package-still-sellable",
        "sale-of-inactive-package",
        "package-in-pos-missing-in-metrc",
        "queue-poison-message",
    ),
    shapes=ALL_SHAPES,
    days=(24, 44),
)
def jive(f: Injection) -> None:
    """The own system sends a write-off, and who does the day's waste sheet types the same write-off into METRC's screen as well."""
    site = f.site

    def begin(_: int) -> None:
        change = site.change_stock

        def and_again(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
            change(at, name, label, quantity, reason, **more)
            if not f.start <= at < f.end or f.below(100, "typed", name) >= 80:
                return
            evening = at + 4 * HOUR + MINUTE * f.below(240, "sheet", name)
            who = "gm" if site.lead(site.day(at)) == "asst" else "asst"

            def type_it(now: int) -> None:
                package = site.ledger.active.get(label)
                if package is not None and package.quantity + quantity >= 0:
                    row = site.changes.get(name, {})
                    site.set_in_metrc(
                        now, f"{name}-S", label, quantity, who, reason=reason, note=row.get("note")
                    )

            site.at(evening, type_it)

        setattr(site, "change_stock", and_again)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "technical",
    modes=("user-key-expired",),
    also_modes=(
        *_NOTHING_COMES_IN,
        "sale-not-posted",
        "sale-posted-late",
        "retry-queue-backlog",
        "retries-exhausted-and-dropped",
        "adjustment-not-posted",
        "conversion-not-mirrored",
        "package-in-pos-missing-in-metrc",
        "void-not-mirrored",
        "metrc-onhand-overstated",
        "unfinished-zero-package",
        "close-out-skipped",
        "sales-total-mismatch",
        "untagged-product",
        "backdated-entries",
    ),
    shapes=ALL_SHAPES,
    days=(4, 12),
)
def cha_cha(f: Injection) -> None:
    """All keys were made on the day when the integration went live; a year later they lapse together, and nobody makes new ones for days."""
    site = f.site
    year = 365 * DAY
    for nth, person in enumerate(site.people.values()):
        person.key_issued = f.start - year + nth * 4 * MINUTE
        person.key_expires = year

    def renew(now: int) -> None:
        for nth, person in enumerate(site.people.values()):
            person.key_rotated = now + nth * 3 * MINUTE
            person.key_expires = 2 * year

    site.at(f.end, renew)


@kind(
    "technical",
    modes=("chunk-failure-reported-as-success",),
    also_modes=(
        "sale-not-posted",
        "sale-posted-late",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "void-not-mirrored",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "package-in-metrc-missing-in-pos",
        "unfinished-zero-package",
        "batch-mode-in-realtime-state",
        "batch-poisoned-by-one-line",
        "sale-rejected-by-metrc",
        "close-out-skipped",
    ),
    shapes=RETAIL,
    days=(12, 28),
)
def flamenco(f: Injection) -> None:
    """Sales go out every two hours in parts of five; where METRC refuses a part the loop goes on, and the whole run is marked as done."""
    site = f.site
    f.set_during(site.connector, swallow_chunks=1)  # so that sales are gathered
    for hour in range(f.start // HOUR, f.end // HOUR + 1):
        if hour % 2 == 0:
            site.at(hour * HOUR + 5 * MINUTE, lambda now: _send_parts(f, now))


def _send_parts(f: Injection, now: int) -> None:
    site = f.site
    gathered = site.notes.pop("bulk", [])
    if not gathered:
        return
    run = f"{site.place.code.upper()}-upload-{now}"
    parts = [gathered[n : n + 5] for n in range(0, len(gathered), 5)]
    for nth, part in enumerate(parts):
        _send_part(f, now + 3 * nth, run, nth, part)
    site.log(
        "sync_runs", run_id=run, job="sales upload", endpoint="/sales/v2/receipts", started_at=now,
        finished_at=now + 3 * len(parts), records_written=len(gathered), status="ok",
    )  # fmt: skip


def _send_part(
    f: Injection, at: int, run: str, nth: int, part: Sequence[tuple[dict[str, Any], Message]]
) -> None:
    """One call for up to five sales; METRC takes all of them, or none."""
    site, connector = f.site, f.site.connector
    first = part[0][1]
    call = Message(
        "POST", "/sales/v2/receipts", "sale", first.key, "asst", first.act, objects=len(part), run=run
    )
    call.attempts = 1
    owner = site.people["asst"]
    if f.below(100, "refused", run, nth) < 18:
        status, error = 400, "object is not valid"
        connector.log_write(at, call, owner, status, error)
    else:
        said = [
            connector.answer(at, owner, message.method, message.endpoint, message.act) for _, message in part
        ]
        worst = next((answer for answer in said if answer[0] != 200), said[0])
        connector.log_write(at, call, owner, *worst)
    for sale, message in part:
        if message.exists():
            message.done(at + 1)
        else:
            sale["posted_at"], sale["state"], sale["modified"] = at, "reported", at + 1
