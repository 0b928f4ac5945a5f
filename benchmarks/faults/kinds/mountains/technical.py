"""Further faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

from benchmarks.faults.connector import Job, Message
from benchmarks.faults.metrc import Refused, refuse
from benchmarks.faults.places import LICENCES, MICRO, Item
from benchmarks.faults.registry import MAKE, RETAIL, STOCKED, Injection, kind
from benchmarks.faults.site import Site, Stock
from benchmarks.faults.times import CAPTURED, HOUR, MINUTE


@kind(
    "technical",
    modes=("duplicate-adjustment",),
    also_modes=("direct-edit-not-mirrored",),
    shapes=STOCKED,
    days=(28, 46),
)
def eiger(f: Injection) -> None:
    """Who closes takes the day's sheet of what was thrown away to METRC's screen and enters it, as before there was an integration, which has sent it at noon."""
    site, before = f.site, f.site.change_stock

    def enter(name: str, now: int) -> None:
        row = site.changes[name]
        who = "inv" if row["adjusted_by"] == site.people["asst"].internal_user else "asst"
        with suppress(Refused):  # the screen says why, and the line of the sheet is left
            site.set_in_metrc(
                now, f"{name}-S", row["label"], row["quantity"], who, reason=row["reason"], note=row["note"]
            )

    def change_stock(at: int, name: str, label: str, quantity: int, reason: str, **more: Any) -> None:
        before(at, name, label, quantity, reason, **more)
        if f.start <= at < f.end and name in site.changes:
            closed = site.local(site.day(at), site.habits.closes + 25 * MINUTE)
            site.at(max(closed, at + HOUR), partial(enter, name))

    f.set_at_once(site, change_stock=change_stock)


@kind(
    "technical",
    modes=("tag-burned-by-failed-create",),
    also_modes=("accepted-locally-before-ack",),
    shapes=MAKE,
    days=(26, 44),
)
def lhotse(f: Injection) -> None:
    """A field of the form is empty and METRC refuses the package; the draft keeps the tag, so the form is filled in once more with the next tag of the roll."""
    site = f.site

    def keep(draft: str, good: str, now: int) -> None:
        if good in site.stock:
            item = site.stock[good].item
            site.stock[draft] = Stock(draft, item, 150 * MICRO, site.day(now), now, unit_cost=900_000)
            site.shelf[draft] = 0

    def tag(label: str, day: int) -> str:
        if f.below(100, "is left empty", day) >= 75:
            return label
        now = site.world.now
        message = Message(
            "POST", "/packages/v2", "package", label, "asst", partial(refuse, "unit of measure is required")
        )
        site.connector.send(now, message)
        site.notes.setdefault("burned", []).append(label)
        good = f"{label[:-1]}1"
        site.at(now + 1, partial(keep, label, good))
        return good

    f.note_during(tag=tag)


@kind(
    "technical",
    modes=("chunk-failure-reported-as-success",),
    also_modes=("batch-mode-in-realtime-state",),
    shapes=RETAIL,
    days=(9, 18),
    states=("ca", "or", "mi", "md"),
)
def elbrus(f: Injection) -> None:
    """Receipts go out every three hours, ten a call; where METRC refuses a call for one of its ten, the loop goes on to the next, and at the end all of them count as sent."""
    site, before, held = f.site, f.site.connector.send, list[Message]()

    def send(at: int, message: Message) -> None:
        if message.kind == "sale" and message.method == "POST" and f.start <= at < f.end:
            held.append(message)
        else:
            before(at, message)

    def swallow(now: int, message: Message) -> None:
        message.attempts = 1
        owner = site.people[site.connector.shared_key or message.author]
        site.connector.log_write(now, message, owner, 400, "one of the objects is not valid")
        sale = site.sales[message.key]
        sale["posted_at"], sale["state"], sale["modified"] = now, "reported", now + 1

    def upload(now: int) -> None:
        sent = [m for m in held if site.sales[m.key]["status"] == "completed"]
        held.clear()
        run = f"{site.place.code.upper()}-upload-{now}"
        for nth, message in enumerate(sent):
            message.run = run
            chunk, at = nth // 10, now + 5 * (nth // 10)
            fails = f.below(100, "chunk", run, chunk) < 22 and not site.line_is_down(at)
            if fails:
                swallow(at, message)
            else:
                before(at, message)
        if sent:
            site.log(
                "sync_runs", run_id=run, job="sales upload", endpoint="/sales/v2/receipts", started_at=now,
                finished_at=now + 5 * len(sent), records_written=len(sent), status="ok",
            )  # fmt: skip

    for day in f.days:
        for second in (12 * HOUR, 15 * HOUR, 18 * HOUR, site.habits.closes + 5 * MINUTE):
            site.at(site.local(day, second + 4 * MINUTE), upload)
    site.at(f.end, upload)
    f.set_at_once(site.connector, send=send)


@kind("technical", modes=("stale-cache",), shapes=RETAIL, days=(16, 30), mended=False)
def ararat(f: Injection) -> None:
    """The screens show a copy of METRC's list that is made anew only when somebody presses for it, which is done once a week; the jobs read every hour as before."""
    site, before, filled = f.site, f.site.take_in, set[int]()
    step = 5 + f.below(3, "step")
    last = site.day(CAPTURED) - 3 - f.below(2, "last")
    presses = {last - step * n for n in range(12)}

    def take_in(at: int, job: str, read: list[str]) -> None:
        if job != "packages" or at < f.start:
            before(at, job, read)
            return
        day = site.day(at)
        if day in presses and day not in filled and at >= site.local(day, 8 * HOUR) and read:
            filled.add(day)
            site.notes["cached at"] = at + 6
            before(at, job, read)

    f.set_at_once(site, take_in=take_in)
    site.at(f.start, lambda _: site.notes.update({"cached at": site.connector.last_good_read + 6}))


@kind("technical", modes=("lastmodified-window-missing",), shapes=STOCKED, days=(9, 18))
def denali(f: Injection) -> None:
    """The reader is written anew after an example that names no bounds, so every list holds what was changed since yesterday; the old one is put back when shelves look empty."""
    f.set_during(f.site.connector, window="none")


@kind(
    "technical",
    modes=("licence-number-map-wrong",),
    also_modes=("facility-not-in-integration", "licence-changed-not-remapped"),
    shapes=RETAIL,
    days=(7, 13),
    mended=False,
)
def makalu(f: Injection) -> None:
    """A second store is added to the table of stores and its number is put into the row of the first: lists are the other store's, and METRC finds none of the packages that are sold."""
    site, connector = f.site, f.site.connector
    list_own, take_in_own, send_own = connector._listed, site.take_in, connector.send
    sister = _sister(site)
    number = (
        sister.place.licence
        if sister
        else LICENCES[site.place.jurisdiction][site.place.shape].format(n=300 + site.place.number)
    )
    made = _made_packages(f)

    def theirs() -> dict[str, tuple[Item, int]]:
        if sister is None:
            return made
        named = {item.name: item for item in site.items}
        return {
            p.label: (named[p.item.name], p.quantity)
            for p in sister.ledger.active.values()
            if p.item.name in named
        }

    def listed(at: int, job: Job) -> list[str]:
        if at < f.start or job.name not in ("packages", "transfers"):
            return list_own(at, job)
        if job.name == "packages":
            return list(theirs())
        return [f"their manifest {n}" for n in range(6)]

    def take_in(at: int, job: str, read: list[str]) -> None:
        if at < f.start:
            take_in_own(at, job, read)
        elif job == "packages":
            packages = theirs()
            for label in read:
                item, quantity = packages[label]
                stock = site.stock.setdefault(
                    label, Stock(label, item, 0, site.day(at), at + 5, seen=True, unit_cost=item.price * 45 // 100)
                )  # fmt: skip
                site.shelf.setdefault(label, 0)
                own = site.own(quantity, item)
                if stock.on_hand != own:
                    stock.on_hand, stock.modified = own, at + 5

    def send(at: int, message: Message) -> None:
        if at >= f.start:
            what = "receipt" if message.method == "DELETE" else "package"
            message.act = partial(refuse, f"{what} is not found in license {number}")
        send_own(at, message)

    f.set_at_once(connector, _listed=listed, send=send)
    f.set_at_once(site, take_in=take_in)
    said = {"licence": f'"{number}"'}
    site.at(f.start, lambda _: site.notes.update(settings=site.notes.get("settings", {}) | said))


def _sister(site: Site) -> Site | None:
    """Another store of the operator in the same state."""
    for other in site.world.sites.values():
        if (
            other is not site
            and other.place.shape == "retail"
            and other.place.jurisdiction == site.place.jurisdiction
        ):
            return other
    return None


def _made_packages(f: Injection) -> dict[str, tuple[Item, int]]:
    """What a store holds that is not among those of the snapshot."""
    site = f.site
    stem = f"1A40{60 + site.place.number:02}030000"
    packages = {}
    for number, item in enumerate(site.items):
        for nth in range(1 + f.below(3, "cases", number)):
            day = site.day(f.start) - 2 - 3 * nth - f.below(3, "came", number)
            label = f"{stem}1{number:02}{max(day, 0):03}{nth:02}{(number * 41 + nth * 17) % 9000 + 1000:04}"
            left = item.case - MICRO * f.below(item.case // MICRO - 2, "left", number, nth)
            packages[label] = (item, left)
    return packages
