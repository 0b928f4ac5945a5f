"""Faults of the data layer; their names say nothing on purpose."""

from __future__ import annotations

from functools import partial

from benchmarks.faults.activities import DELIVERY_WEEKDAYS
from benchmarks.faults.connector import Message
from benchmarks.faults.metrc import Package, Receipt, refuse
from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import MAKE, RETAIL, Injection, kind
from benchmarks.faults.times import DAY, HOUR, MINUTE


@kind(
    "data",
    modes=("expired-test-or-product-sold",),
    also_modes=("aged-package",),
    shapes=RETAIL,
    days=(16, 36),
)
def pinnace(f: Injection) -> None:
    """The buyer takes old lots at a discount with days left on them, and the register, which looks at no date, goes on selling them."""
    for day in f.days[1:]:
        if day % 7 in DELIVERY_WEEKDAYS:
            f.site.at(f.site.local(day, 6 * HOUR), partial(_old_lots, f, day=day))


def _old_lots(f: Injection, now: int, *, day: int) -> None:
    if now >= f.end:
        return
    for package in f.site.notes.get("coming", {}).values():
        is_todays = package.expires_on == day + 353
        if is_todays and f.below(100, "discount", day, package.item.sku) < 40:
            older = 353 - 4 - f.below(5, "left", package.label)
            package.packaged_on -= older
            package.created_at -= older * DAY
            package.lab_state_on -= older
            package.expires_on -= older


@kind(
    "data",
    modes=("finished-too-early",),
    also_modes=(
        "sale-of-inactive-package",
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "return-not-mirrored",
        "finished-package-still-sellable",
        "package-in-pos-missing-in-metrc",
        "metrc-onhand-understated",
        "physical-count-mismatch",
        "direct-edit-not-mirrored",
        "adjustment-generic-reason",
        "regulator-flag-adjustment-pattern",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "untagged-product",
    ),
    shapes=RETAIL,
    days=(14, 32),
)
def schooner(f: Injection) -> None:
    """Whoever tidies METRC's list in the afternoon takes packages with a few left for empty ones, sets them to nothing and finishes them, while the last units are still on sale."""
    site = f.site
    for day in f.days:
        when = site.local(day, 16 * HOUR + 53 * MINUTE)
        if f.start <= when < f.end and f.below(100, "tidies", day) < 65:
            site.at(when, partial(_tidy, f, day=day))


def _tidy(f: Injection, now: int, *, day: int) -> None:
    site = f.site
    few = [
        p
        for p in site.ledger.active.values()
        if p.sold and 0 < p.quantity <= (6 if p.item.unit == "Each" else 12) * MICRO and not p.is_on_hold
    ]
    for nth, package in enumerate(sorted(few, key=lambda p: (p.quantity, p.label))[:4]):
        name = f"{site.place.code.upper()}-ADJ-F{day:03}-{nth}"
        at = now + 30 * nth
        note = f"package {package.label[-6:]} closed out"
        site.set_in_metrc(at, name, package.label, -package.quantity, site.lead(day), note=note)
        site.ledger.finish(package.label, day, at + 15)


@kind(
    "data",
    modes=("production-batch-number-missing-or-duplicate",),
    also_modes=("recall-scope-wrong",),
    shapes=MAKE,
    days=(22, 44),
)
def wherry(f: Injection) -> None:
    """The form for a new package keeps the production batch number of the last one, and who fills it changes that about every fifth time."""
    site = f.site

    def begin(_: int) -> None:
        add = site.ledger.add
        made: list[str] = []

        def with_number(package: Package) -> None:
            add(package)
            if package.received_from is None and site.world.now < f.end:
                made.append(package.label)
                package.production_batch = f"{site.place.code.upper()}-PB-{1 + len(made) // 5:03}"

        setattr(site.ledger, "add", with_number)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "data",
    modes=("receipt-external-number-missing",),
    also_modes=("sale-posted-twice", "false-clean-reconciliation", "receipt-only-in-metrc"),
    shapes=RETAIL,
    days=(8, 26),
)
def sampan(f: Injection) -> None:
    """After an update of the register its receipts go to METRC without their own number, since the field may be left empty."""
    f.set_during(f.site.connector, sends_number=False)


@kind(
    "data",
    modes=("patient-id-invalid",),
    also_modes=(
        "sale-rejected-by-metrc",
        "sale-not-posted",
        "purchase-limit-true-oversale",
        "metrc-onhand-overstated",
        "physical-count-mismatch",
        "unfinished-zero-package",
        "package-in-metrc-missing-in-pos",
        "sales-total-mismatch",
        "tax-return-mismatch",
        "close-out-skipped",
    ),
    shapes=RETAIL,
    days=(16, 34),
    states=("co", "md", "mi"),
)
def trimaran(f: Injection) -> None:
    """Patients' numbers are typed from the card and looked up nowhere, so METRC refuses many of these sales when the patient is long gone."""
    site = f.site

    def begin(_: int) -> None:
        send = site.connector.send

        def as_typed(at: int, message: Message) -> None:
            sale = site.sales.get(message.key)
            is_new = message.kind == "sale" and message.method == "POST" and f.start <= at < f.end
            is_medical = sale is not None and sale["customer"] == "Patient"
            if is_new and is_medical and f.below(100, "typed", message.key) < 50:
                message.act = partial(refuse, "patient license number is not valid")
            send(at, message)

        setattr(site.connector, "send", as_typed)  # noqa: B010

    site.at(f.start, begin)


@kind(
    "data",
    modes=("location-map-wrong",),
    also_modes=("inspection-location-finding", "physical-count-mismatch", "recurring-variance"),
    shapes=frozenset({"retail", "distribution"}),
    days=(18, 36),
    mended=False,
)
def barque(f: Injection) -> None:
    """Deliveries are accepted into the receiving room in METRC, and nobody books the move when they are put away and sold from."""
    ledger = f.site.ledger
    stay: set[str] = set()

    def begin(_: int) -> None:
        add, sell = ledger.add, ledger.sell

        def into_receiving(package: Package) -> None:
            add(package)
            if package.received_from is not None:
                package.location = "Receiving"
                stay.add(package.label)

        def without_a_move(receipt: Receipt) -> None:
            sell(receipt)
            for line in receipt.lines:
                if line.label in stay:
                    ledger.packages[line.label].location = "Receiving"

        setattr(ledger, "add", into_receiving)  # noqa: B010
        setattr(ledger, "sell", without_a_move)  # noqa: B010

    f.site.at(f.start, begin)
