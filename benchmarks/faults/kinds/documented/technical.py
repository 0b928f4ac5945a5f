"""Faults of the technical layer, from the list of documented failure modes."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.connector import fingerprint
from benchmarks.faults.kinds.technical import STORE_KEY, break_more
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind("technical", modes=("user-key-regenerated-elsewhere",), also=STORE_KEY)
def another_product_takes_the_key_over(f: Injection) -> None:
    """One manager's key serves the place; for another product a new one is generated, which ends the first."""
    connector, owner = f.site.connector, f.site.people["asst"]
    connector.shared_key = "asst"
    owner.key_expires = f.start - owner.key_issued

    def put_in(_: int) -> None:
        owner.key_rotated, owner.key_expires = f.end, 400 * DAY

    f.site.at(f.end, put_in)


@kind("technical", modes=("account-suspended-for-fees",), shapes=RETAIL, days=(3, 9))
def a_bill_is_not_paid(f: Injection) -> None:
    """METRC suspends the licence's account over a bill; every key is refused until it is paid."""
    for person in f.site.people.values():
        f.set_during(person, key_expires=f.start - person.key_issued)


@kind("technical", modes=("batch-mode-in-realtime-state",), shapes=RETAIL, days=(14, 35), states=("co",))
def the_day_is_sent_at_night(f: Injection) -> None:
    """After an update the register sends the day's sales in one go after midnight."""
    f.set_during(f.site.connector, sends_at=30 * MINUTE)


@kind("technical", modes=("overlapping-windows-duplicate-rows",), days=(14, 30))
def a_loader_inserts_what_it_has(f: Injection) -> None:
    """Changes of stock are read back from METRC by windows that overlap, and each is inserted once more."""
    site, change = f.site, f.site.change_stock

    def load(now: int, name: str) -> None:
        row = site.changes.get(name)
        if row is not None:
            site.changes[f"{name}-L"] = {**row, "adjustment_id": f"{name}-L"}
            stock = site.stock[row["label"]]
            stock.on_hand = max(0, stock.on_hand + site.own(row["quantity"], stock.item))
            stock.modified = now

    def change_and_load(at: int, name: str, *what: Any, **how: Any) -> None:
        change(at, name, *what, **how)
        site.at(at + 70 * MINUTE, lambda now: load(now, name))

    f.set_during(site, change_stock=change_and_load)
    break_more(f)


@kind("technical", modes=("initial-load-too-short",), shapes=RETAIL, days=(14, 30), mended=False)
def a_new_connector_begins_today(f: Injection) -> None:
    """A new connector takes over; its first load reaches back a day, and the log begins with it."""
    site = f.site

    def take_over(now: int) -> None:
        for name in ("sync_runs", "sync_calls", "sync_watermarks"):
            rows = site.world.logs[name]
            rows[:] = [row for row in rows if row["facility"] != site.place.licence]
        site.connector.window, site.connector.look_back = "recent", DAY
        site.notes["listed"] = set()

    site.at(f.start, take_over)


@kind(
    "technical",
    shapes=RETAIL,
    days=(20, 35),
    mended=False,
    also=(
        "finished-too-early",
        "adjust-to-match",
        "adjustment-generic-reason",
        "sync-job-failing-unnoticed",
    ),
    modes=("inactive-and-transferred-not-read",),
)
def only_the_active_list_is_read(f: Injection) -> None:
    """The new version reads active packages only; what somebody closes on METRC's screen stays on sale."""
    site = f.site
    f.set_for_good(site.connector, skips=frozenset({"finished"}))
    f.set_for_good(site.habits, blocks=False)

    def clear_up(now: int) -> None:
        for label in sorted(label for label, p in site.ledger.active.items() if p.sold)[:4]:
            quantity = site.ledger.packages[label].quantity
            if quantity:
                name = f"{site.place.code.upper()}-CLEAR-{label}"
                site.set_in_metrc(now, name, label, -quantity, "inv", reason="Damage", note="closed by list")
            site.ledger.finish(label, site.day(now), now + 60)

    for day in list(f.days)[2::6]:
        site.at(site.local(day, 20 * HOUR), clear_up)


@kind("technical", modes=("field-validation-silent-reject",), days=(20, 40))
def long_notes_are_not_sent(f: Injection) -> None:
    """The form takes any note, the connector none over 200 characters; such changes stay in the own system."""
    site, change = f.site, f.site.change_stock
    story = (
        "seen at opening by the shift lead, set aside, weighed twice, written on the sheet, shown on camera; "
    )

    def change_at_length(at: int, name: str, *what: Any, **how: Any) -> None:
        if how.get("own", True) is False or f.below(5, "short", name) < 2:
            change(at, name, *what, **how)
            return
        change(at, name, *what, **{**how, "metrc": False, "note": story * 3})
        site.changes[name]["sent"] = "sent"

    f.set_during(site, change_stock=change_at_length)
    break_more(f)


@kind("technical", modes=("capability-not-on-licence",), shapes=STOCKED, also=("sync-job-failing-unnoticed",))
def every_licence_is_asked_for_plants(f: Injection) -> None:
    """The nightly job asks every licence for its plants, is refused, and ends before the other lists."""
    site = f.site
    f.set_during(site.connector, skips=frozenset({"finished", "items", "locations"}))

    def ask(now: int) -> None:
        run_id = f"{site.place.code.upper()}-plants-{now}"
        endpoint = "/plants/v2/flowering"
        site.log(
            "sync_runs", run_id=run_id, job="plants", endpoint=endpoint, started_at=now, finished_at=now + 2,
            window_start=now - 240 * DAY, window_end=now, pages_fetched=0, records_fetched=0, records_written=0,
            status="failed", error="401 unauthorized",
        )  # fmt: skip
        site.log(
            "sync_calls", call_id=f"{run_id}-1", run_id=run_id, method="GET", endpoint=endpoint,
            host=site.connector.host, at=now, status=401, duration_ms=320, attempt=1, page=1, page_size=20,
            credential=fingerprint(site.people[site.connector.reader].metrc_user), object_count=0,
            error="unauthorized",
        )  # fmt: skip

    for day in f.days:
        site.at(day * DAY + 11 * HOUR + 15 * MINUTE, lambda now: ask(now) if f.start <= now < f.end else None)


@kind("technical", modes=("endpoint-permission-missing",), shapes=RETAIL, days=(12, 25), mended=False)
def the_reader_may_not_see_transfers(f: Injection) -> None:
    """The account that reads gets another role in METRC, without the right to view transfers."""
    reader = f.site.people[f.site.connector.reader]
    f.set_for_good(reader, permissions=[p for p in reader.permissions if p != "view transfers"])


OUNCE = 28_349_523  # millionths of a gram


@kind("technical", modes=("rounding-drift",), shapes=RETAIL, days=(20, 40))
def grams_go_through_ounces(f: Injection) -> None:
    """After an update weights are sent by way of ounces, cut off after the third place."""
    f.note_during(
        sent=lambda item, quantity: (
            quantity if item.unit != "Grams" else quantity * 1000 // OUNCE * OUNCE // 1000 // 1000 * 1000
        )
    )
