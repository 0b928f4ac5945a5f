"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.connector import Action, Message
from benchmarks.faults.kinds.technical import break_more
from benchmarks.faults.places import Person
from benchmarks.faults.registry import ALL_SHAPES, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE

DELIVERIES = "/sales/v2/deliveries"


@kind(
    "technical",
    modes=("capability-not-on-licence", "endpoint-permission-missing"),
    shapes=RETAIL,
    days=(10, 24),
)
def egret(f: Injection) -> None:
    """A setting is copied from a shop that delivers: online orders go to a path that this licence may not use."""
    site, send = f.site, f.site.connector.send
    # The licence never had the right; only the setting is mended.
    site.at(f.start, lambda _: site.connector.answers.update({f"POST {DELIVERIES}": 401}))

    def send_as_delivery(at: int, message: Message) -> None:
        is_sale = message.kind == "sale" and message.method == "POST"
        if is_sale and site.sales[message.key]["via"] == "online":
            message.endpoint = DELIVERIES
        send(at, message)

    f.set_during(site.connector, send=send_as_delivery)


@kind("technical", modes=("accepted-locally-before-ack",), shapes=ALL_SHAPES, days=(14, 30))
def jay(f: Injection) -> None:
    """A handheld books a write-off when it is typed, sends it when it has a signal, and forgets it when it is switched off."""
    site = f.site
    send = site._send_change

    def send_with_signal(at: int, name: str, row: dict[str, Any], author: str, day: int) -> None:
        if f.below(100, "no signal", name) >= 60:
            send(at, name, row, author, day)

    f.set_during(site, _send_change=send_with_signal)
    break_more(f, 800)


@kind("technical", modes=("rate-limit-storm",), shapes=RETAIL, days=(14, 28))
def grebe(f: Injection) -> None:
    """All shops of the integrator sell most from Friday to Sunday, and on those evenings METRC takes few of their sales."""
    site, answer = f.site, f.site.connector.answer

    def answer_few(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        day = site.day(at)
        is_evening = day % 7 in (2, 3, 4) and 17 * HOUR <= at - site.local(day, 0) < 20 * HOUR
        is_sale = method == "POST" and endpoint.startswith("/sales")
        if is_evening and is_sale and f.below(100, "over the limit", at, owner.handle) < 80:
            return 429, "too many requests"
        return answer(at, owner, method, endpoint, act)

    f.set_during(site.connector, answer=answer_few)


@kind(
    "technical",
    modes=("user-key-regenerated-elsewhere", "user-key-expired"),
    also_modes=("sync-job-failing-unnoticed",),
    shapes=STOCKED,
    days=(21, 35),
)
def falcon(f: Injection) -> None:
    """The accountant's tool asks for a new key of the account that reads whenever it is set up, which ends the one put in here."""
    owner = f.site.people[f.site.connector.reader]

    def end(now: int) -> None:
        owner.key_expires = now - owner.key_issued

    def put_in(now: int) -> None:
        owner.key_expires, owner.key_rotated = 400 * DAY, now

    for third in range(3):
        begins = f.start + third * (f.end - f.start) // 3 + HOUR * f.below(9, "set up", third)
        f.site.at(begins, end)
        f.site.at(begins + (30 + f.below(24, "noticed", third)) * HOUR, put_in)


@kind("technical", modes=("overlapping-windows-duplicate-rows",), shapes=RETAIL, days=(12, 26))
def osprey(f: Injection) -> None:
    """Receipts are read back into the own ledger by the hour and six minutes; those of the six minutes stand there twice."""
    site = f.site

    def read_back(now: int) -> None:
        again = [
            sale
            for sale in site.sales.values()
            if sale["state"] == "reported"
            and sale["status"] == "completed"
            and not sale["sale_id"].startswith("L")
            and now - 66 * MINUTE < sale["posted_at"] <= now - 60 * MINUTE
        ]
        for sale in again:
            name = f"L{sale['sale_id']}"
            site.sales[name] = {**sale, "sale_id": name, "modified": now}
            for label, _, _, own, _ in sale["drawn"]:
                stock = site.stock[label]
                stock.on_hand, stock.modified = max(0, stock.on_hand - own), now

    for hour in range(f.start // HOUR + 1, f.end // HOUR):
        site.at(hour * HOUR + 7 * MINUTE, read_back)
