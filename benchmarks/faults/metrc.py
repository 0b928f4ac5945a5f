"""METRC as far as an integration meets it: what a licence holds there, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.faults.places import Item


class Refused(Exception):
    """METRC answers 400; the text is what it says."""


def refuse(why: str, at: int, user: str) -> None:
    """What METRC does with a call that it does not take."""
    raise Refused(why)


@dataclass
class Package:
    label: str
    package_id: int
    item: Item
    initial: int  # millionths of the item's unit
    quantity: int
    packaged_on: int
    created_at: int
    modified: int
    created_by: str | None = None
    received_from: str | None = None
    received_at: int | None = None
    state: str = "active"
    lab_state: str = "TestPassed"
    lab_state_on: int = 0
    expires_on: int | None = None
    finished_on: int | None = None
    is_on_hold: bool = False
    is_recalled: bool = False
    harvest: str | None = None
    production_batch: str | None = None
    location: str = "Vault"
    sold: bool = False
    is_testing_sample: bool = False


@dataclass(frozen=True)
class ReceiptLine:
    label: str
    item: Item
    quantity: int
    price: int


@dataclass
class Receipt:
    receipt_id: int
    external: str | None
    sold_at: int
    recorded_at: int
    customer_type: str
    patient: str | None
    lines: list[ReceiptLine]
    recorded_by: str
    modified: int
    voided_at: int | None = None


@dataclass
class Adjustment:
    adjustment_id: str
    label: str
    quantity: int
    unit: str
    reason: str
    note: str | None
    adjusted_on: int
    recorded_at: int
    recorded_by: str


@dataclass
class Transfer:
    manifest: str
    direction: str
    shipment_type: str
    other: str  # the licence on the other end
    created_at: int
    departs_at: int
    arrives_at: int
    departed_at: int | None
    packages: list[TransferPackage]
    received_at: int | None = None
    state: str = "created"
    truck: int = 1
    modified: int = 0
    imported: bool = False


@dataclass
class TransferPackage:
    package: Package
    shipped: int
    received: int | None = None
    price: int | None = None
    state: str = "shipped"


@dataclass
class Ledger:
    """What METRC holds under one licence."""

    packages: dict[str, Package] = field(default_factory=dict)
    receipts: dict[int, Receipt] = field(default_factory=dict)
    adjustments: list[Adjustment] = field(default_factory=list)
    transfers: dict[str, Transfer] = field(default_factory=dict)
    sources: list[tuple[str, str, int, str, int]] = field(
        default_factory=list
    )  # label, source, quantity, unit, at
    external: set[str] = field(default_factory=set)  # external numbers of receipts
    retired_reasons: set[str] = field(default_factory=set)  # reasons it no longer takes
    active: dict[str, Package] = field(default_factory=dict)  # in the order of their numbers
    plant_tags: list[str] = field(default_factory=list)  # spare ones, which no package may bear

    def add(self, package: Package) -> None:
        if package.label in self.packages:
            raise Refused("tag is already used")
        if package.label in self.plant_tags:
            raise Refused("tag is not of the right type")
        if not package.item.is_active or package.item.approval != "Approved":
            raise Refused("item is not approved")
        self.packages[package.label] = package
        self.active[package.label] = package

    def sell(self, receipt: Receipt) -> None:
        taken: dict[str, int] = {}
        for line in receipt.lines:
            package = self._sellable(line.label)
            taken[line.label] = taken.get(line.label, 0) + line.quantity
            if package.quantity < taken[line.label]:
                raise Refused("quantity is more than the package holds")
        for line in receipt.lines:
            self._move(self.packages[line.label], -line.quantity, receipt.recorded_at)
            self.packages[line.label].sold = True
            self.packages[line.label].location = "Sales Floor"
        self.receipts[receipt.receipt_id] = receipt
        if receipt.external:
            self.external.add(receipt.external)

    def void(self, receipt_id: int, at: int) -> None:
        receipt = self.receipts.get(receipt_id)
        if receipt is None or receipt.voided_at is not None:
            raise Refused("receipt is not found")
        receipt.voided_at = receipt.modified = at
        for line in receipt.lines:
            package = self.packages[line.label]
            self._move(package, line.quantity, at)
            if package.state == "inactive":
                package.state, package.finished_on = "active", None
                self.active[package.label] = package

    def changeable(self, label: str) -> Package:
        package = self.packages.get(label)
        if package is None or package.state == "inactive":
            raise Refused("package is not active")
        return package

    def adjust(self, adjustment: Adjustment) -> None:
        if adjustment.reason in self.retired_reasons:
            raise Refused("adjustment reason is not valid")
        package = self.changeable(adjustment.label)
        if package.quantity + adjustment.quantity < 0:
            raise Refused("quantity is more than the package holds")
        self.adjustments.append(adjustment)
        self._move(package, adjustment.quantity, adjustment.recorded_at)

    def finish(self, label: str, day: int, at: int) -> None:
        package = self.packages.get(label)
        if package is None or package.state != "active" or package.quantity:
            raise Refused("package is not empty or not active")
        package.state, package.finished_on, package.modified = "inactive", day, at
        self.active.pop(label, None)

    def take_out(self, label: str, quantity: int, at: int) -> None:
        """Use a quantity for a child or a shipment."""
        package = self._sellable(label)
        if package.quantity < quantity:
            raise Refused("quantity is more than the package holds")
        self._move(package, -quantity, at)

    def _sellable(self, label: str) -> Package:
        package = self.packages.get(label)
        if package is None:
            raise Refused(f"package {label} is not found")
        if package.state == "inactive":
            raise Refused(f"package {label} is finished")
        if package.is_on_hold:
            raise Refused(f"package {label} is on hold")
        return package

    def _move(self, package: Package, quantity: int, at: int) -> None:
        package.quantity += quantity
        package.modified = max(package.modified, at)
