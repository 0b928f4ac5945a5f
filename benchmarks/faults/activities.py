"""What people do every day, in whatever kind of place: receive, sell, write off, count, close."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package, Receipt, ReceiptLine, Transfer, TransferPackage
from benchmarks.faults.places import MICRO, Item
from benchmarks.faults.site import Site, Stock
from benchmarks.faults.times import CAPTURED, DAY, DAYS, HOUR, MINUTE

SUPPLIERS = ("C11-0009001-LIC", "C11-0009002-LIC")
LAB = "C8-0009001-LIC"
DELIVERY_WEEKDAYS = (0, 3)


def schedule(site: Site) -> None:
    """Put a place's whole period on the calendar."""
    site.take_into_stock = lambda now, transfer: take_into_stock(site, now, transfer)
    for hour in range(DAYS * 24 + 12):
        site.at(hour * HOUR + 50 * MINUTE, site.connector.read_hourly)
    for day in range(DAYS):
        if site.receives and day % 7 in DELIVERY_WEEKDAYS:
            _schedule_deliveries(site, day)
        if site.place.shape == "retail" and day > 0:
            _schedule_selling(site, day)
        else:
            _schedule_shift(site, day)
        site.at(site.local(day, site.habits.closes + 30 * MINUTE), lambda now, day=day: count(site, now, day))
        site.at(site.local(day, site.habits.closes + 75 * MINUTE), lambda now, day=day: close(site, now, day))
        if day % 7 in (2, 5) and day > 2:
            second = 11 * HOUR + MINUTE * site.chance.below(200, "mishap", site.place.code, day)
            site.at(site.local(day, second), lambda now, day=day: mishap(site, now, day))
        if day % 7 == 4:
            site.at(site.local(day, 10 * HOUR), lambda now, day=day: match_books(site, now, day))


# Receiving


def _schedule_deliveries(site: Site, day: int) -> None:
    for vendor in (0, 1):
        site.at(site.local(day, 5 * HOUR + vendor), lambda now, vendor=vendor: order(site, now, day, vendor))


def order(site: Site, now: int, day: int, vendor: int) -> None:
    """What the shelf lacks is put on a manifest; it comes the same morning."""
    packages = [
        _case(site, item, number, day, nth)
        for number, item in enumerate(site.items)
        if number % 2 == vendor
        for nth in range(_cases(site, item))
    ]
    if packages:
        deliver(site, day, vendor, packages)


def _cases(site: Site, item: Item) -> int:
    """Cases of a product to order: what two weeks sell, once there is less than nine days' worth."""
    if not item.case or site.place.shape == "manufacturing":
        return 0
    if site.place.shape == "distribution":
        return 1
    there = sum(site.shelf[label] for label, stock in site.stock.items() if stock.item is item)
    there += sum(p.quantity for p in site.notes.get("coming", {}).values() if p.item is item)
    return 0 if there > 9 * item.rate else max(0, -(-(14 * item.rate - there) // item.case))


def _case(site: Site, item: Item, number: int, day: int, nth: int) -> Package:
    label = (
        f"{site.place.tag_stem}1{number:02}{day:03}{nth:02}{(number * 37 + day * 11 + nth) % 9000 + 1000:04}"
    )
    package_id = site.place.first_id // 10 + (day * 200 + number * 8 + nth) * 2
    made = day - 12
    return Package(
        label, package_id, item, item.case, item.case, made, site.local(made, 13 * HOUR), 0,
        received_from=SUPPLIERS[number % 2], lab_state_on=day - 6, expires_on=day + 353,
    )  # fmt: skip


def deliver(site: Site, day: int, vendor: int, packages: list[Package], *, lost: bool = False) -> Transfer:
    """A truck with a manifest comes, is unloaded and taken in."""
    manifest = f"{site.place.first_id // 1000 + day * 4 + vendor:010}"
    leaves = site.local(day, 8 * HOUR + 60 * site.chance.below(12, "leaves", manifest))
    transfer = Transfer(
        manifest, "incoming", "Wholesale", SUPPLIERS[vendor % 2], site.local(day - 1, 15 * HOUR + vendor * 7 * MINUTE),
        site.local(day, 8 * HOUR), site.local(day, 10 * HOUR + 30 * MINUTE + vendor * 40 * MINUTE), leaves,
        [TransferPackage(p, p.quantity, price=_wholesale(site, p)) for p in packages],
        state="in_transit", truck=1 + site.chance.below(3, "truck", manifest), modified=leaves,
    )  # fmt: skip
    site.ledger.transfers[manifest] = transfer
    coming = site.notes.setdefault("coming", {})
    coming.update({p.label: p for p in packages})
    if not lost:
        docked = transfer.arrives_at + 5 * MINUTE + MINUTE * site.chance.below(15, "dock", manifest)
        site.at(docked, lambda now: receive(site, now, transfer))
    return transfer


def _wholesale(site: Site, package: Package) -> int:
    return (
        MICRO // 100
        if site.habits.wholesale == "zero"
        else package.item.price * 45 // 100 * package.quantity // MICRO
    )


def receive(site: Site, now: int, transfer: Transfer) -> None:
    """The goods are there; the lead accepts them on METRC's screen."""
    shortage = site.notes.get("shortage", 0)
    for entry in transfer.packages:
        package = entry.package
        site.notes["coming"].pop(package.label, None)
        site.shelf[package.label] = package.quantity - (package.quantity * shortage // 100 // MICRO * MICRO)
        site.shelf[package.label] -= site.notes.get("packed less", lambda package: 0)(package)
    if site.notes.get("astray", lambda manifest: False)(transfer.manifest):
        del site.ledger.transfers[transfer.manifest]  # it stands under another licence
        take_into_stock(site, now, transfer)
        return
    if site.habits.shelves_at_once and not transfer.imported:
        take_into_stock(site, now, transfer)
    if not site.habits.receives_in_metrc:
        return
    accept(site, now, transfer)


def accept(site: Site, now: int, transfer: Transfer) -> None:
    """Accept a manifest in METRC: its packages are the licence's from now on."""
    checks = site.notes.get("checks_shortage", False)
    for entry in transfer.packages:
        package = entry.package
        if checks:
            package.quantity = package.initial = site.shelf[package.label]
        entry.received, entry.state = package.quantity, "accepted"
        package.received_at = package.modified = now
        site.ledger.add(package)
    transfer.received_at = transfer.modified = now
    transfer.state = "received"
    who = site.people[site.lead(site.day(now))]
    who.last_seen = now
    site.log(
        "access_events",
        event_id=f"{site.place.code.upper()}-EV-{transfer.manifest}",
        system="metrc",
        user=who.metrc_user,
        at=now,
        action="receive",
        entity_kind="transfer",
        entity_key=transfer.manifest,
    )


def take_into_stock(site: Site, now: int, transfer: Transfer) -> None:
    """The own system has imported a manifest; the lead confirms it, package by package."""
    transfer.imported = True
    for nth, entry in enumerate(transfer.packages):
        if site.notes.get("taken for", lambda item: item)(entry.package.item).is_known:
            site.at(now + 3 * MINUTE + nth, lambda at, entry=entry: _confirm(site, at, transfer, entry))


def _confirm(site: Site, now: int, transfer: Transfer, entry: TransferPackage) -> None:
    package, item = entry.package, entry.package.item
    listed = site.notes.get("listed", set())
    if package.label in site.ledger.active and package.label not in listed:
        if now + HOUR < CAPTURED:  # the list that was read does not have it yet
            site.at(now + HOUR, lambda at: _confirm(site, at, transfer, entry))
        return
    item = site.notes.get("taken for", lambda item: item)(item)
    label = site.notes.get("typed", lambda label: label)(package.label)
    if label != package.label:
        site.shelf[label] = site.shelf.pop(package.label)
    there = site.shelf.get(label, package.initial)  # as it was counted at the dock
    quantity = site.own(package.initial if site.notes.get("unseen") else there, item)
    cost = round(item.price * 0.45 / item.per_metrc_unit)
    site.stock[label] = Stock(label, item, quantity, site.day(now), now, unit_cost=cost, seen=label in listed)
    who = site.people[site.lead(site.day(now))]
    who.last_login = now
    site.log(
        "internal_receipts",
        manifest=transfer.manifest,
        label=label,
        quantity=quantity,
        unit_of_measure=item.own_unit,
        received_at=now,
        received_by=who.internal_user,
        unit_cost=cost,
    )


# Selling


def _schedule_selling(site: Site, day: int) -> None:
    receipts = site.place.receipts + site.chance.below(12, "traffic", site.place.code, day)
    opens, closes = site.habits.opens, site.habits.closes
    span = closes - opens - 10 * MINUTE
    for nth in range(receipts):
        second = (
            opens
            + 2 * MINUTE
            + (nth * 1000 + site.chance.below(1000, "minute", site.place.code, day, nth))
            * span
            // (receipts * 1000)
        )
        site.at(
            site.local(day, second), lambda now, nth=nth, second=second: sell(site, now, day, nth, second)
        )
    for shift in (0, 1):
        for author in dict.fromkeys(seller(site, day, register, shift) for register in (1, 2)):
            _log_shift(
                site,
                author,
                day,
                opens - 6 * MINUTE if not shift else 14 * HOUR + 50 * MINUTE,
                closes + 4 * MINUTE if shift else 15 * HOUR + 5 * MINUTE,
            )


def seller(site: Site, day: int, register: int, shift: int) -> str:
    """Who works a register in a shift: six people in turn, each at one register a day."""
    override = site.notes.get("seller")
    return (
        override(day, register, shift) or _in_turn(day, register, shift)
        if override
        else _in_turn(day, register, shift)
    )


def _in_turn(day: int, register: int, shift: int) -> str:
    return f"bud{(register - 1 + 2 * shift + day) % 6 + 1}"


def _schedule_shift(site: Site, day: int) -> None:
    for handle in site.people:
        if handle not in ("gm", "asst", "inv"):
            _log_shift(site, handle, day, site.habits.opens - 6 * MINUTE, site.habits.closes + 4 * MINUTE)


def _log_shift(site: Site, handle: str, day: int, begins: int, ends: int) -> None:
    person = site.people.get(handle)
    user = person.internal_user if person else handle
    for action, second in (("login", begins), ("logout", ends)):
        site.at(
            site.local(day, second), lambda now, action=action: _log_login(site, now, handle, user, action)
        )


def _log_login(site: Site, now: int, handle: str, user: str, action: str) -> None:
    if handle in site.people:
        site.people[handle].last_login = now
    site.log(
        "access_events",
        event_id=f"{site.place.code.upper()}-EV-{user}-{now}",
        system="internal",
        user=user,
        at=now,
        action=action,
    )


def wishes(site: Site, sale_id: str) -> list[tuple[Item, int]]:
    """What a customer asks for: one to three products, far below every limit."""
    many = (1, 1, 2, 2, 3)[site.chance.below(5, "many", sale_id)]
    start = site.chance.below(12, "first", sale_id)
    asked = []
    for line in range(many):
        number = (start + 7 * line) % 12
        item = site.items[number]
        grams = (MICRO, 2 * MICRO, 7 * MICRO // 2)[site.chance.below(3, "grams", sale_id, line)]
        asked.append(
            (item, grams if number < 3 else MICRO * (1 + (site.chance.below(5, "units", sale_id, line) == 0)))
        )
    return asked


def sell(site: Site, now: int, day: int, nth: int, second: int) -> None:
    """Ring up a cart from what the register offers and the shelf holds, and report it."""
    sale_id = f"{site.place.code.upper()}-{day:03}-{nth:04}"
    register = nth % 2 + 1
    author = seller(site, day, register, int(second > 15 * HOUR))
    drawn: list[tuple[Stock, int]] = []
    weighed = site.notes.get("weighed", lambda item, quantity, sale_id: quantity)
    for item, quantity in wishes(site, sale_id) + site.notes.get("extra_wishes", lambda *_: [])(sale_id, day):
        drawn += _draw(site, item, weighed(item, quantity, sale_id))
    if not drawn:
        return
    for stock, quantity in drawn:
        _book_sale(site, stock, -quantity, now)
        site.notes.get("handed out", lambda *_: None)(stock, quantity, sale_id)
    sale = _sale(site, now, sale_id, register, author, drawn)
    site.sales[sale_id] = sale
    share = site.notes.get("generic", lambda _: 0)(sale)
    if site.chance.below(100, "generic", sale_id) < share:
        sale["generic"], sale["state"] = True, "excluded"
        return
    report(site, now, sale)
    if site.chance.below(250, "void", sale_id) == 0:
        later = now + 240 + site.chance.below(300, "void after", sale_id)
        site.at(later, lambda at: void(site, at, sale))


def _draw(site: Site, item: Item, quantity: int) -> list[tuple[Stock, int]]:
    drawn = []
    for stock in site.sellable(item, quantity):
        here = site.shelf.get(stock.label, 0)
        if item.per_metrc_unit == 1.0:
            here = min(here, stock.on_hand)
        taken = min(quantity, here)
        if taken > 0:
            drawn.append((stock, taken))
            quantity -= taken
        if quantity <= 0:
            break
    return drawn


def _book_sale(site: Site, stock: Stock, quantity: int, now: int) -> None:
    site.shelf[stock.label] += quantity
    stock.on_hand += site.own(quantity, stock.item)
    if site.shelf[stock.label] == 0 and abs(stock.on_hand) < 1000:
        stock.on_hand = 0  # what is left over is rounding
    stock.modified = now
    stock.location = "Sales Floor"


def _sale(
    site: Site, now: int, sale_id: str, register: int, author: str, drawn: list[tuple[Stock, int]]
) -> dict[str, Any]:
    nth = site.chance.below(900, "patient", sale_id)
    is_patient = site.chance.below(12, "medical", sale_id) == 0
    person = site.people.get(author)
    return {
        "sale_id": sale_id, "sold_at": now, "register": f"{site.place.code.upper()}-R{register}", "author": author,
        "sold_by": person.internal_user if person else author, "customer": "Patient" if is_patient else "Consumer",
        # nobody comes twice: the number is the sale's own
        "patient": hashlib.sha256(f"made patient {sale_id} {nth}".encode()).hexdigest() if is_patient else None,
        "via": "online" if site.chance.below(100, "via", sale_id) < 18 else "counter",
        "drawn": [(stock.label, stock.item, quantity, site.own(quantity, stock.item), stock.item.price * quantity // MICRO) for stock, quantity in drawn],
        "status": "completed", "voided_at": None, "posted_at": None, "receipt_id": None, "state": "queued",
        "offline": site.line_is_down(now), "generic": False, "modified": now + 2, "wrong": None,
    }  # fmt: skip


def report(site: Site, now: int, sale: dict[str, Any]) -> None:
    """Send a sale to METRC, as the register's user."""
    author = sale["author"] if sale["author"] in site.people else site.connector.shared_key or "asst"
    message = Message(
        "POST",
        "/sales/v2/receipts",
        "sale",
        sale["sale_id"],
        author,
        _recorder(site, sale),
        lambda at: _reported(site, at, sale),
        lambda at: _unreported(site, at, sale),
        lambda: sale["sale_id"] in site.ledger.external,
    )
    if site.connector.swallow_chunks:
        site.notes.setdefault("bulk", []).append((sale, message))
        return
    after = 15 + site.chance.below(75, "post", sale["sale_id"])
    when = now
    if site.connector.sends_at is not None:
        when = site.local(site.day(now), site.connector.sends_at)
        when += DAY if when <= now else 0
    site.at(when + after, lambda at: site.connector.send(at, message))


def upload(site: Site, now: int) -> None:
    """Send the sales of the hour in one run; what fails in it is taken for done."""
    run = f"{site.place.code.upper()}-upload-{now}"
    bulk = site.notes.pop("bulk", [])
    for nth, (sale, message) in enumerate(bulk):
        message.run = run
        if site.chance.below(100, "chunk", sale["sale_id"]) < site.connector.swallow_chunks:
            _swallow(site, now + nth, sale, message)
        else:
            site.connector.send(now + nth, message)
    if bulk:
        site.log(
            "sync_runs", run_id=run, job="sales upload", endpoint="/sales/v2/receipts", started_at=now,
            finished_at=now + len(bulk), records_written=len(bulk), status="ok",
        )  # fmt: skip


def _recorder(site: Site, sale: dict[str, Any]) -> Any:
    base = site.place.first_id + 7 * (int(sale["sale_id"][-8:-5]) * 1000 + int(sale["sale_id"][-4:]))
    times: list[int] = []

    def record(now: int, user: str) -> None:
        habits, connector = site.habits, site.connector
        lines = [
            ReceiptLine(
                label,
                site.metrc_item(label, item),
                round(
                    site.notes.get("sent", lambda _, quantity: quantity)(item, quantity) * item.sent_factor
                ),
                price * habits.price_factor // MICRO,
            )
            for label, item, quantity, _, price in sale["drawn"]
        ]
        wrong = site.notes.get("scanned", lambda sale: None)(sale)
        if wrong:
            lines = [replace(line, label=wrong) for line in lines]
        number = sale["sale_id"] if connector.sends_number else None
        customer = habits.posts_type or sale["customer"]
        site.ledger.sell(
            Receipt(
                base + len(times),
                number,
                site.notes.get("stamp", lambda sale, now: sale["sold_at"])(sale, now) + connector.shift,
                now + 1,
                customer,
                sale["patient"],
                lines,
                user,
                now + 1,
            )
        )
        times.append(now)
        sale["made"] = base

    return record


def _reported(site: Site, now: int, sale: dict[str, Any]) -> None:
    sale["posted_at"], sale["state"], sale["modified"] = now - 1, "reported", now + 1
    sale["receipt_id"] = sale.get("made") or site.place.first_id + 5_000_000 + int(
        sale["sale_id"][-8:-5]
    ) * 1000 + int(sale["sale_id"][-4:])


def _unreported(site: Site, now: int, sale: dict[str, Any]) -> None:
    sale["state"], sale["modified"] = "failed", now


def _swallow(site: Site, now: int, sale: dict[str, Any], message: Message) -> None:
    """A part of a bulk write fails, and the sale counts as reported all the same."""
    owner = site.people[site.connector.shared_key or message.author]
    message.attempts = 1
    site.connector.log_write(now, message, owner, 400, "object is not valid")
    sale["posted_at"], sale["state"], sale["modified"] = now, "reported", now + 1


def void(site: Site, now: int, sale: dict[str, Any]) -> None:
    """Take a sale back at the register, and in METRC."""
    sale["status"], sale["voided_at"], sale["modified"] = "voided", now, now
    for label, _, quantity, _, _ in sale["drawn"]:
        _book_sale(site, site.stock[label], quantity, now)
    if not site.habits.voids_in_metrc or sale["state"] not in ("reported",):
        if sale["state"] != "reported":
            sale["state"] = "excluded"
        return
    number = sale["receipt_id"]
    author = sale["author"] if sale["author"] in site.people else "asst"
    message = Message(
        "DELETE",
        "/sales/v2/receipts/{id}",
        "sale",
        sale["sale_id"],
        author,
        lambda at, user: site.ledger.void(number, at + 1),
    )
    site.at(now + 30, lambda at: site.connector.send(at, message))


# Stock


def mishap(site: Site, now: int, day: int) -> None:
    """Something broke or spoilt, and is written off the same day."""
    number = site.chance.below(len(site.items), "mishap product", site.place.code, day)
    candidates = [
        s
        for item in (*site.items[number:], *site.items[:number])
        for s in site.sellable(item, 0)
        if site.shelf.get(s.label, 0) >= 2 * MICRO and s.received_on < site.day(now)
    ]
    if not candidates:
        return
    stock = candidates[0]
    amount = MICRO if stock.item.unit == "Each" else MICRO // 2
    reason = site.habits.reasons[site.chance.below(len(site.habits.reasons), "why", site.place.code, day)]
    site.change_stock(now, f"{site.place.code.upper()}-ADJ-{day:03}", stock.label, -amount, reason)


def count(site: Site, now: int, day: int) -> None:
    """Count the shelf, by two people, and compare it with the own system; an empty one is one line."""
    if not site.habits.counts or not (site.place.counts_daily or day % 7 == 6):
        return
    count_id = f"{site.place.code.upper()}-CNT-{day:03}"
    first = site.people["inv"].internal_user
    handles = [h for h in site.people if h not in ("gm", "asst", "inv")]
    second = site.people[handles[day % min(2, len(handles))]].internal_user

    def write(line: int, **found: Any) -> None:
        site.log(
            "physical_counts",
            count_id=count_id,
            line=line,
            **found,
            location="Vault",
            counted_at=now + 10 * line,
            counted_by=first,
            second_counter=second if site.habits.counts_by_two else first,
            reconciled_at=now + 40 * MINUTE,
            adjusted_in="none",
        )

    there = [label for label in sorted(site.shelf) if site.shelf[label] > 0 and label in site.stock]
    there = site.notes.get("counted", lambda labels: labels)(there)
    if not there:
        write(1, counted_quantity=0, expected_quantity=0, unit_of_measure="Each")
    for line, label in enumerate(there, 1):
        stock = site.stock[label]
        write(
            line,
            label=label,
            counted_quantity=site.own(
                site.notes.get("scale", lambda _, quantity: quantity)(stock.item, site.shelf[label]),
                stock.item,
            ),
            unit_of_measure=stock.item.own_unit,
            expected_quantity=site.notes.get("printed", {}).get(label, stock.on_hand) if stock.listed else 0,
        )


def close(site: Site, now: int, day: int) -> None:
    """Close the tags that are empty on both sides, as METRC wants it."""
    who = site.lead(day)
    user = site.people[who].metrc_user
    name = f"{site.place.code.upper()}-EV-MOVE-{day:03}"
    site.log(
        "access_events",
        event_id=name,
        system="metrc",
        user=user,
        at=now,
        action="move",
        entity_kind="package",
    )
    if not site.habits.finishes:
        return
    for label in [p.label for p in site.ledger.active.values() if p.quantity == 0 and p.state == "active"]:
        if label in site.stock and site.stock[label].on_hand == 0:
            site.connector.send(now, finish_message(site, label, day, who))


def finish_message(site: Site, label: str, day: int, who: str) -> Message:
    """The call that closes a package in METRC, a second after it is taken."""
    return Message(
        "PUT", "/packages/v2/finish", "package", label, who, lambda at, user: site.ledger.finish(label, day, at + 1)
    )  # fmt: skip


def match_books(site: Site, now: int, day: int) -> None:
    """The weekly look at both books; a place with the habit sets METRC to its own number."""
    if not site.habits.matches_books:
        return
    for label, stock in sorted(site.stock.items()):
        package = site.ledger.packages.get(label)
        if package is None or package.state != "active" or not stock.listed:
            continue
        gap = round(stock.on_hand / stock.item.per_metrc_unit) - package.quantity
        if abs(gap) >= MICRO // 100 and package.quantity + gap >= 0:
            site.set_in_metrc(
                now,
                f"{site.place.code.upper()}-FIX-{day:03}-{label}",
                label,
                gap,
                site.lead(day),
                reason="Entry Error",
                note="match own system",
            )
