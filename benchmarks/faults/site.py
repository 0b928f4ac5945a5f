"""One licence at work: what lies on its shelves, what its own system believes, and how its people work.

A fault changes a habit, a key, a setting, an item or a number in the mechanism; everything after follows by
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.faults.chance import Chance
from benchmarks.faults.connector import Connector, Message
from benchmarks.faults.metrc import Adjustment, Ledger, Transfer
from benchmarks.faults.places import MICRO, Item, Person, Place, people, products
from benchmarks.faults.times import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from benchmarks.faults.world import World


@dataclass(frozen=True)
class Outage:
    """A time in which METRC, or the way to it, did not answer; `listed` when somebody wrote it down."""

    system: str
    started: int
    ended: int
    listed: bool = True
    saves: int = 0  # of a hundred writes METRC keeps although it answers with an error


@dataclass
class Stock:
    """What the operator's own system holds under one tag, in its own unit."""

    label: str
    item: Item
    on_hand: int
    received_on: int
    modified: int
    location: str = "Vault"
    listed: bool = True  # in METRC's list when it was last read
    seen: bool = False  # ever read from METRC
    blocked: bool = False  # finished, held or failed, as read from METRC
    unit_cost: int = 0
    synced: int | None = None  # with METRC, where that is not as for all


@dataclass
class Habits:
    """How the people of a place work. These are the good ones; faults change them."""

    receives_in_metrc: bool = True
    receives_in_own: bool = True
    shelves_at_once: bool = False  # goods are put on sale from the paper, before METRC has them
    voids_in_metrc: bool = True
    finishes: bool = True
    counts: bool = True
    counts_by_two: bool = True
    matches_books: bool = False  # METRC is set to the own number once a week
    blocks: bool = True  # what METRC closed or holds is not sold
    bypasses: bool = False  # changes of stock are kept from METRC
    reasons: tuple[str, ...] = ("Damage", "Spoilage", "Mandatory State Destruction")
    notes: str = "full"  # full | none
    approves: bool = True  # somebody else approves a change of stock
    mirrors_conversions: bool = True
    leads: tuple[str, ...] = ("inv", "asst")  # who minds the stock, day by day in turn
    opens: int = 9 * HOUR
    closes: int = 21 * HOUR
    sends_samples: bool = True
    waste_delay: int = 40 * MINUTE
    waste_is_complete: bool = True
    harvest_delay: int = 0  # days until a harvest is entered
    finishes_harvests: bool = True
    batch_size: int = 12
    price_factor: int = MICRO  # of what METRC is told of a sale's price
    posts_type: str | None = None  # the customer type that is sent, whatever is right
    wholesale: str = "full"  # full | zero | unit
    backdates: int = 0  # days before its entry that an adjustment is dated
    resends_adjustments: bool = False


class Site:
    """One licence of the simulated operator."""

    def __init__(self, world: World, place: Place) -> None:
        self.world = world
        self.place = place
        self.chance: Chance = world.chance
        self.items: list[Item] = products(place)
        self.people: dict[str, Person] = people(place)
        self.ledger = Ledger()
        self.connector = Connector(self, place.host)
        self.habits = Habits()
        self.stock: dict[str, Stock] = {}
        self.shelf: dict[str, int] = {}  # what really lies there, in METRC's unit
        self.outages: list[Outage] = []
        self.notes: dict[str, Any] = {}  # what activities keep for themselves
        self.sales: dict[str, Any] = {}
        self.changes: dict[str, Any] = {}
        self.shared_accounts: dict[str, int] = {}
        self.edits: dict[
            str, int
        ] = {}  # changes on METRC's screen that reading has yet to bring, in own units
        self.take_into_stock: Callable[[int, Transfer], None] = lambda at, transfer: None

    @property
    def receives(self) -> bool:
        return self.place.shape != "cultivation"

    # Time and records

    def at(self, when: int, act: Callable[[int], None]) -> None:
        self.world.schedule(when, act)

    def local(self, day: int, second: int) -> int:
        """When it is that second of a local day."""
        return day * DAY + second - self.place.offset

    def day(self, at: int) -> int:
        return (at + self.place.offset) // DAY

    def log(self, table: str, **row: Any) -> None:
        row["facility"] = self.place.licence
        self.world.logs[table].append(row)

    def log_work(
        self,
        at: int,
        name: str,
        side: str,
        label: str,
        item: Item,
        quantity: int,
        line: int = 1,
        by: str = "asst",
    ) -> None:
        """One line of a piece of work in the own system: what went in or came out, in the own unit."""
        self.log(
            "internal_conversions", conversion_id=name, side=side, line=line, label=label, sku=item.sku, quantity=quantity,
            unit_of_measure=item.own_unit, at=at, by=self.people[by].internal_user,
        )  # fmt: skip

    # Keys and lines

    def key_works(self, person: Person, at: int) -> bool:
        revoked = person.key_revoked is not None and at >= person.key_revoked
        return not revoked and not person.is_locked and at < person.key_issued + person.key_expires

    def line_is_down(self, at: int) -> bool:
        return any(o.system == "integration" and o.started <= at < o.ended for o in self.outages)

    def metrc_outage(self, at: int) -> Outage | None:
        return next((o for o in self.outages if o.system == "metrc" and o.started <= at < o.ended), None)

    # The own system

    def own(self, quantity: int, item: Item) -> int:
        """A quantity in METRC's unit, as the own system counts it."""
        return round(quantity * item.per_metrc_unit)

    def metrc_item(self, label: str, item: Item) -> Item:
        """What METRC holds under a label, whatever the own system takes it for."""
        package = self.ledger.packages.get(label)
        return package.item if package is not None else item

    def sellable(self, item: Item, quantity: int) -> list[Stock]:
        """Tags of a product that the register offers, oldest first."""
        return [
            s for s in self.stock.values() if s.item is item and s.listed and not s.blocked and s.on_hand > 0
        ]

    def take_in(self, at: int, job: str, read: list[str]) -> None:
        """What a reading job brought: the own system learns what METRC lists, and what has arrived."""
        if job == "packages" and read:
            self._mirror(at, read)
        elif job == "transfers":
            for manifest in read:
                transfer = self.ledger.transfers[manifest]
                if not transfer.imported and self.habits.receives_in_own:
                    self.take_into_stock(at, transfer)

    def _mirror(self, at: int, read: list[str]) -> None:
        listed = set(read)
        if self.connector.window in ("recent", "dates"):  # changes only: what was read before still stands
            listed |= {label for label in self.notes.get("listed", ()) if label in self.ledger.active}
        self.notes["listed"] = listed
        for label, stock in self.stock.items():
            package = self.ledger.packages.get(label)
            if label in listed:
                assert package is not None
                stock.seen = stock.listed = True
                if self.connector.caches:
                    continue
                stock.on_hand += self.edits.pop(label, 0)
                stock.blocked = self.habits.blocks and (
                    package.is_on_hold or package.is_recalled or package.lab_state == "TestFailed"
                )
                if package.modified > stock.modified:
                    stock.modified = at + 5
            elif stock.seen and stock.listed and self.habits.blocks:
                stock.listed = False

    # People

    def lead(self, day: int) -> str:
        """Who minds the stock that day."""
        return self.habits.leads[day % len(self.habits.leads)]

    def change_stock(
        self,
        at: int,
        name: str,
        label: str,
        quantity: int,
        reason: str,
        *,
        by: str | None = None,
        own: bool = True,
        metrc: bool = True,
        note: str | None = "",
        approve: bool = True,
    ) -> None:
        """Write stock off or on, in the own system and in METRC; quantity in METRC's unit, signed."""
        day = self.day(at)
        who = by or self.lead(day)
        approver = "gm" if who != "gm" else "inv"
        if note == "":
            note = (
                None
                if self.habits.notes == "none"
                else f"package {label[-6:]} on day {day}: {reason.lower()}, seen by {self.people.get(who, self.people['inv']).person}"
            )
        row = {
            "adjustment_id": name,
            "label": label,
            "quantity": quantity,
            "reason": reason,
            "adjusted_at": at,
            "adjusted_by": self.people[who].internal_user if who in self.people else who,
            "posted_at": None,
            "note": note,
            "sent": "pending",
            "approved_by": None,
            "own": own,
        }
        if approve and self.habits.approves:
            row["approved_by"] = self.people[approver].internal_user
        elif approve:
            row["approved_by"] = row["adjusted_by"]
        if own:
            self.changes[name] = row
            stock = self.stock[label]
            stock.on_hand += self.own(quantity, stock.item)
            stock.modified = at
            self.shelf[label] = self.shelf.get(label, 0) + quantity
            self.log(
                "access_events",
                event_id=f"{self.place.code.upper()}-EV-{name}",
                system="internal",
                user=row["adjusted_by"],
                at=at,
                action="adjust",
                entity_kind="package",
                entity_key=label,
            )
        if not metrc or (self.habits.bypasses and own):
            row["sent"] = "bypassed"
            return
        self._send_change(at, name, row, who if who in self.people else self.lead(day), day)

    def change_message(self, name: str, row: dict[str, Any], author: str) -> Message:
        """The call that tells METRC of a change of stock which the own book has."""
        package = self.ledger.packages.get(row["label"])
        unit = package.item.unit if package else "Each"
        times: list[int] = []

        def record(now: int, user: str) -> None:
            suffix = "" if not times else f"-{len(times) + 1}"
            self.ledger.adjust(
                Adjustment(
                    name + suffix,
                    row["label"],
                    row["quantity"],
                    unit,
                    row["reason"],
                    row["note"],
                    self.day(row["adjusted_at"]) - self.habits.backdates,
                    now,
                    user,
                )
            )
            times.append(now)

        return Message(
            "POST", "/packages/v2/adjust", "adjustment", name, author, record, exists=lambda: bool(times)
        )

    def _send_change(self, at: int, name: str, row: dict[str, Any], author: str, day: int) -> None:
        def done(now: int) -> None:
            row["posted_at"], row["sent"] = now - 1, "sent"

        def failed(now: int) -> None:
            row["sent"] = "failed"

        when = at + 40
        message = self.change_message(name, row, author)
        message.done, message.failed = done, failed
        self.at(when, lambda now: self.connector.send(now, message))
        if self.habits.resends_adjustments:
            again = Message("POST", "/packages/v2/adjust", "adjustment", name, author, message.act)
            self.at(when + 95, lambda now: self.connector.send(now, again))

    def set_in_metrc(
        self,
        at: int,
        name: str,
        label: str,
        quantity: int,
        who: str,
        *,
        reason: str = "Entry Error",
        note: str | None = "set to own system",
    ) -> None:
        """Change a quantity on METRC's own screen, past the integration."""
        package = self.ledger.changeable(label)
        person = self.people[who]
        self.ledger.adjust(
            Adjustment(
                name, label, quantity, package.item.unit, reason, note, self.day(at), at, person.metrc_user
            )
        )
        self.log(
            "access_events",
            event_id=f"{self.place.code.upper()}-EV-{name}",
            system="metrc",
            user=person.metrc_user,
            at=at,
            action="adjust",
            entity_kind="package",
            entity_key=label,
        )
