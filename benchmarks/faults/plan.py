"""Which worlds are measured: drawn from a part's kinds and seeds, with controls among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from benchmarks.faults import registry
from benchmarks.faults.chance import Chance
from benchmarks.faults.decoys import DECOYS
from benchmarks.faults.places import LICENSE_TYPES, Place, place
from benchmarks.faults.registry import Kind
from benchmarks.faults.simulation import Planned, WorldSpec
from benchmarks.faults.times import DAYS

PARTS = ("design", "calibrate", "sealed")
SPLITS = Path(__file__).parent / "splits.yaml"

# What every twenty worlds consist of: number of faults, or a control.
CYCLE: tuple[int | str, ...] = (
    1,
    2,
    1,
    3,
    "healthy",
    1,
    2,
    1,
    1,
    "noise",
    2,
    1,
    3,
    1,
    "healthy",
    "link undeclared",
    2,
    "keys lost",
    1,
    "ambiguous",
)

# Pairs of a part's own kinds that hide the same goods from the own system, where either would be enough. In the part
# without any, their place in the cycle goes to a world with one fault.
TWINS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "design": (
        ("only-the-first-page-is-read", "lists-are-read-without-a-window"),
        ("another-job-eats-the-limit", "the-reading-worker-crashes"),
        ("the-reader-may-not-see-transfers", "the-state-renames-items"),
        ("the-counter-scale-is-off", "jars-get-lighter"),
        ("cases-hold-less-than-they-say", "a-piece-goes-from-each-case"),
    ),
}

# Tables that are withheld, one at a time, in the runs with a table missing.
WITHHELD = ("sync_calls", "sync_runs", "sync_queue", "credentials", "staff", "physical_counts", "internal_receipts", "internal_adjustments", "outages", "access_events", "metrc_transfers", "item_map")  # fmt: skip


@dataclass(frozen=True)
class Splits:
    seeds: Mapping[str, range]
    kinds: Mapping[str, tuple[str, ...]]


def splits() -> Splits:
    """The split of kinds and seeds, as it is committed."""
    said = yaml.safe_load(SPLITS.read_text(encoding="utf-8"))
    seeds = {part: range(said["seeds"][part]["from"], said["seeds"][part]["below"]) for part in PARTS}
    return Splits(seeds, {part: tuple(said["kinds"][part]) for part in PARTS})


def worlds(part: str, count: int, *, withhold: bool = False) -> Iterator[WorldSpec]:
    """The first worlds of a part, always the same; each with one table withheld when that is asked for."""
    split = splits()
    kinds = [registry.load()[name] for name in split.kinds[part]]
    for number, seed in zip(range(count if kinds else 0), split.seeds[part], strict=False):
        yield _world(f"{part}-{number:03}", seed, number, kinds, TWINS.get(part, ()), withhold)


def placebos(part: str, count: int) -> Iterator[WorldSpec]:
    """One in five of the worlds with one fault, once more without it: nothing may be found there."""
    single = [spec for spec in worlds(part, count) if len(spec.faults) == 1 and spec.control is None]
    for spec in single[::5]:
        yield replace(spec, name=f"{spec.name} without its fault", faults=(), control="placebo")


def _world(
    name: str,
    seed: int,
    number: int,
    kinds: Sequence[Kind],
    twins: Sequence[tuple[str, str]],
    withhold: bool,
) -> WorldSpec:
    chance = Chance(seed)
    form = CYCLE[number % len(CYCLE)]
    if form == "ambiguous" and not twins:
        form = 1
    # Every kind comes first in a world equally often; kinds that go round as the cycle does would always meet the same form.
    later = number // len(CYCLE) if len(kinds) % len(CYCLE) == 0 else 0
    leading = kinds[(number * 7 + later) % len(kinds)]
    places = _places(chance, leading)
    faults: tuple[Planned, ...] = ()
    if isinstance(form, int):
        faults = _faults(chance, leading, kinds, places, form)
    elif form == "ambiguous":
        places, faults = _twins(chance, twins[number // len(CYCLE) % len(twins)])
    elif form in ("keys lost", "link undeclared"):
        faults = _faults(chance, leading, kinds, places, 1)
    decoys = (
        ()
        if form == "healthy"
        else _decoys(chance, places, 3 if form == "noise" else chance.below(3, "decoys"), faults)
    )
    withheld = (WITHHELD[(number * 5) % len(WITHHELD)],) if withhold else ()
    return WorldSpec(name, seed, places, faults, decoys, withheld, form if isinstance(form, str) else None)


def _places(chance: Chance, leading: Kind) -> tuple[Place, ...]:
    """One to four licences, the first one where the leading fault can happen."""
    everywhere = [(shape, state) for shape in sorted(LICENSE_TYPES) for state in sorted(LICENSE_TYPES[shape])]
    suitable = [at for at in everywhere if leading.fits(*at)]
    many = (1, 1, 2, 2, 3, 4)[chance.below(6, "places")]
    chosen = [
        chance.choice(suitable, "place"),
        *(chance.choice(everywhere, "place", n) for n in range(1, many)),
    ]
    return tuple(place(n, *at, 30 + chance.below(40, "receipts", n)) for n, at in enumerate(chosen, 1))


def _faults(
    chance: Chance, leading: Kind, kinds: Sequence[Kind], places: Sequence[Place], count: int
) -> tuple[Planned, ...]:
    """The leading fault, and others of any place; half of the others fall into the first one's days and place."""
    planned = [_plan(chance, leading, places[0], 0)]
    for n in range(1, count):
        overlaps = chance.below(2, "overlaps", n) == 0
        where = places[0] if overlaps else chance.choice(places, "where", n)
        taken = {fault.kind for fault in planned}
        possible = [
            kind for kind in kinds if kind.fits(where.shape, where.jurisdiction) and kind.name not in taken
        ]
        if possible:
            kind = chance.choice(possible, "kind", n)
            chosen = _plan(chance, kind, where, n)
            planned.append(
                _moved(chosen, planned[0].day + chance.below(4, "later", n))
                if overlaps and kind.mended
                else chosen
            )
    return tuple(planned)


def _moved(planned: Planned, day: int) -> Planned:
    return Planned(planned.kind, planned.place, day, planned.days)


def _plan(chance: Chance, kind: Kind, where: Place, nth: int) -> Planned:
    shortest, longest = kind.days
    days = min(shortest + chance.below(longest - shortest + 1, "days", nth), DAYS - 9)
    latest = max(DAYS - days - 2, 8)
    day = 7 + chance.below(latest - 6, "day", nth) if kind.mended else DAYS - days
    return Planned(kind.name, where.code, day, days if kind.mended else days + 2)


def _twins(chance: Chance, pair: tuple[str, str]) -> tuple[tuple[Place, ...], tuple[Planned, ...]]:
    where = place(1, "retail", chance.choice(sorted(LICENSE_TYPES["retail"]), "state"), 40)
    return (where,), tuple(Planned(kind, where.code, 20, 12) for kind in pair)


def _decoys(
    chance: Chance, places: Sequence[Place], count: int, faults: Sequence[Planned]
) -> tuple[Planned, ...]:
    names = sorted(DECOYS, key=lambda name: chance.below(1000, "order", name))[:count]
    planned = []
    for n, name in enumerate(names):
        where = chance.choice(places, "decoy", n)
        if _fits(name, where, faults):
            planned.append(Planned(name, where.code, 6 + chance.below(48, "decoy day", n), 7))
    return tuple(planned)


def _fits(name: str, where: Place, faults: Sequence[Planned]) -> bool:
    """A decoy touches nothing that a fault of the same place turns on: it would not be harmless any more."""
    touched = {fault.kind for fault in faults if fault.place == where.code}
    if name in ("somebody-leaves-in-good-order", "a-planned-rotation-of-a-key"):
        return not touched
    if name == "a-unit-that-is-converted-rightly":
        return where.shape == "retail" and "ounces-are-taken-for-grams" not in touched
    return name != "an-outage-that-is-made-good" or not touched
