"""One simulated world: what it is made of, its snapshot, and the truth about it.

The truth is found by leaving out: the world is run once as it is, and once without each of its faults. What
differs is what that fault did, whatever the other faults did besides. A fault whose absence changes nothing is
masked by the others and cannot be asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.faults import registry
from benchmarks.faults.decoys import DECOYS
from benchmarks.faults.places import Place
from benchmarks.faults.registry import Injection
from benchmarks.faults.tables import Row, Tables, tables
from benchmarks.faults.times import CAPTURED, DAY
from benchmarks.faults.world import World
from benchmarks.faults.writing import write

from rootlint.snapshot.format import FORMAT

Facility = str | None


@dataclass(frozen=True)
class Planned:
    """A fault or a decoy on the plan of a world."""

    kind: str
    place: str  # the place's code
    day: int
    days: int


@dataclass(frozen=True)
class WorldSpec:
    """All that a world is made from."""

    name: str
    seed: int
    places: tuple[Place, ...]
    faults: tuple[Planned, ...] = ()
    decoys: tuple[Planned, ...] = ()
    withheld: tuple[str, ...] = ()
    control: str | None = None  # what it is a control of


@dataclass(frozen=True)
class Injected:
    """What is true about one fault of a world."""

    kind: str
    layer: str
    roots: frozenset[str]  # rules that name it rightly
    also: frozenset[str]
    facility: str
    first_at: int  # seconds since the first day
    last_at: int
    rows: Mapping[str, int]  # table -> rows that differ without it
    touched: Mapping[str, frozenset[str]]  # key -> values of the records that differ


@dataclass(frozen=True)
class Truth:
    spec: WorldSpec
    faults: tuple[Injected, ...]  # those that left a trace
    masked: tuple[Planned, ...]  # those that left none


def simulate(spec: WorldSpec, target: Path) -> Truth:
    """Write the world's snapshot into a new folder, and tell what is wrong in it."""
    world = run(spec)
    held = tables(world)
    truth = _truth(spec, world, held)
    if spec.control == "keys lost":
        held = _lose_keys(world, held)
    write(world, held, target, withheld=spec.withheld)
    return truth


def run(spec: WorldSpec, *, without: Planned | None = None) -> World:
    """Let the world run, with all its faults or without one of them."""
    world = World(spec.seed, spec.places)
    kinds = registry.load()
    for planned in spec.decoys:
        DECOYS[planned.kind](_injection(world, planned))
    for planned in spec.faults:
        if planned != without:
            kinds[planned.kind].inject(_injection(world, planned))
    world.run()
    return world


def _injection(world: World, planned: Planned) -> Injection:
    site = world.sites[planned.place]
    start = site.local(planned.day, 9 * 3600)
    return Injection(
        site,
        start,
        min(start + planned.days * 86_400, CAPTURED),
        world.chance,
        f"{planned.kind} {planned.place} {planned.day}",
    )


def _truth(spec: WorldSpec, world: World, held: Tables) -> Truth:
    kinds = registry.load()
    found, masked = [], []
    for planned in spec.faults:
        others = tables(run(spec, without=planned))
        rows, touched, (earliest, latest) = difference(held, others)
        if not rows:
            masked.append(planned)
            continue
        kind, place = kinds[planned.kind], world.sites[planned.place].place
        injection = _injection(world, planned)
        found.append(
            Injected(
                planned.kind,
                kind.layer,
                kind.roots,
                kind.also,
                place.licence,
                min(injection.start, earliest),
                max(injection.end, latest),
                rows,
                touched,
            )
        )
    return Truth(spec, tuple(found), tuple(masked))


def difference(
    one: Tables, other: Tables
) -> tuple[dict[str, int], dict[str, frozenset[str]], tuple[int, int]]:
    """How many rows of each table differ, what the differing rows are about, and the first and last time in them."""
    rows: dict[str, int] = {}
    touched: dict[str, set[str]] = defaultdict(set)
    earliest, latest = CAPTURED, 0
    for name in one:
        differing = list(_differing(name, one[name], other[name]))
        if differing:
            rows[name] = len(differing)
        for row in differing:
            earliest = min([earliest, *_times(name, row)])
            latest = max([latest, *_times(name, row), row.get("last_modified") or 0])
            for key, value in _keys(name, row):
                touched[key].add(value)
    return rows, {key: frozenset(values) for key, values in sorted(touched.items())}, (earliest, latest)


def _differing(name: str, one: Iterable[Row], other: Iterable[Row]) -> Iterable[Row]:
    key = ("facility", *FORMAT.tables[name].key)
    left = {tuple(row.get(column) for column in key): row for row in one}
    right = {tuple(row.get(column) for column in key): row for row in other}
    for identity, row in left.items():
        if right.get(identity) != row:
            yield row
    for identity, row in right.items():
        if identity not in left:
            yield row


# Under which names the keys of violations stand in the tables.
_COLUMNS = {
    "label": "label", "source_label": "label", "item": "item", "sku": "sku", "receipt_id": "receipt",
    "metrc_receipt_id": "receipt", "sale_id": "sale", "external_number": "sale", "manifest": "manifest",
    "plant_batch": "plant_batch", "tag": "tag", "adjustment_id": "adjustment", "count_id": "count",
    "conversion_id": "conversion", "shipment_id": "shipment", "user": "user", "recorded_by": "user",
    "adjusted_by": "user", "sold_by": "user", "metrc_user": "user", "internal_user": "user", "person": "person",
    "credential": "credential", "run_id": "run", "job": "job", "endpoint": "endpoint", "call_id": "call",
    "entry_id": "entry", "entity_key": "entity", "waste_id": "waste", "event_id": "event", "reason": "reason",
    "source_key": "harvest", "metrc_item": "item",
}  # fmt: skip
_NAMES = {
    "metrc_items": "item",
    "metrc_harvests": "harvest",
    "internal_harvests": "harvest",
    "metrc_plant_batches": "plant_batch",
}


def _keys(table: str, row: Row) -> Iterable[tuple[str, str]]:
    for column, key in _COLUMNS.items():
        if row.get(column) is not None:
            yield key, str(row[column])
    if table in _NAMES:
        yield _NAMES[table], row["name"]


_TIMES = ("at", "sold_at", "recorded_at", "started_at", "received_at", "adjusted_at", "counted_at", "first_failed_at", "issued_at")  # fmt: skip
_FACTS = frozenset({"metrc_items", "item_map", "internal_items"})  # which are as old as they say


def _times(table: str, row: Row) -> Iterable[int]:
    columns = (*_TIMES, "last_modified") if table in _FACTS else _TIMES
    times = [row[column] for column in columns if row.get(column) is not None]
    # What is late about a harvest is late since the day it was cut.
    return [*times, row["started_on"] * DAY] if table == "metrc_harvests" else times


def _lose_keys(world: World, held: Tables) -> Tables:
    """One in twenty of the keys that tie the log to what it is about is lost."""
    lost: Mapping[str, Collection[str]] = {
        "sync_calls": ("entity_key", "credential", "run_id"),
        "sync_queue": ("entity_key",),
    }
    return {
        name: [_without_some(world, row, lost[name]) for row in rows] if name in lost else rows
        for name, rows in held.items()
    }


def _without_some(world: World, row: Row, columns: Collection[str]) -> Row:
    identity = row.get("call_id") or row.get("entry_id")
    changed: dict[str, Any] = {
        column: None for column in columns if world.chance.below(20, "lost", identity, column) == 0
    }
    return row | changed
