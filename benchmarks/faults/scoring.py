"""Scoring what a method names against what was injected, and the intervals of the scores over worlds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks.faults.judging import INFERRED, Blamed, Named
from benchmarks.faults.simulation import Injected, Truth
from benchmarks.faults.times import aware

from rootlint.causes.confidence import Stratum
from rootlint.rules.keys import KEYS

# How far outside the days of a fault's records a root may lie.
EARLY, LATE = timedelta(days=1), timedelta(days=3)


@dataclass
class Score:
    """How one method did in one world."""

    right: int = 0  # roots named that are there
    wrong: int = 0  # roots named that are not
    found: int = 0  # faults that were named
    asked: int = 0  # faults that could be
    said: bool | None = (
        None  # that nothing tells one of two faults from the other; None: not a world of such two
    )
    first: bool | None = None  # the first root named is there; None: no fault to find, or nothing named
    first_three: bool | None = None
    missed: list[tuple[str, tuple[str, ...]]] = field(
        default_factory=list
    )  # fault, what was named at its place
    false: list[str] = field(default_factory=list)
    certain: list[tuple[float, bool]] = field(default_factory=list)  # probability, right
    proved: list[tuple[str, bool]] = field(default_factory=list)  # standing, right
    strata: list[tuple[Stratum, bool]] = field(default_factory=list)  # facts, right


def score(truth: Truth, named: Sequence[Named]) -> Score:
    """Compare the roots named in a world with those injected; one rule at one facility counts once."""
    result = Score(asked=sum(bool(fault.roots) for fault in truth.faults))
    judged = [(one, _verdict(one, truth)) for one in _distinct(named)]
    counted = [(one, verdict) for one, verdict in judged if verdict is not None]
    result.right = sum(verdict for _, verdict in counted)
    result.wrong = len(counted) - result.right
    result.false = [one.rule for one, verdict in counted if not verdict]
    result.certain = [(one.probability, verdict) for one, verdict in counted if one.probability is not None]
    result.proved = [(one.proof, verdict) for one, verdict in counted if one.proof is not None]
    result.strata = [(one.stratum, verdict) for one, verdict in counted]
    if result.asked:
        result.first = bool(counted) and counted[0][1]
        result.first_three = any(verdict for _, verdict in counted[:3])
    if truth.spec.control == "ambiguous" and result.asked > 1:
        result.said = any(_is_left_open(fault, named, truth) for fault in truth.faults)
    for fault in truth.faults:
        if any(is_named(fault, one) for one in named):
            result.found += bool(fault.roots)
        elif fault.roots:
            there = tuple(sorted({one.rule for one in named if one.facility in (None, fault.facility)}))
            result.missed.append((fault.kind, there))
    return result


def _is_left_open(fault: Injected, named: Iterable[Named], truth: Truth) -> bool:
    """Whether a root that names a fault says that the data do not tell it from another fault of the world.

    It names the other as undecided beside it, or its rule stands for either, as "short at the first count" does.
    """
    others = [other for other in truth.faults if other is not fault]
    apart = frozenset[str]().union(*(other.roots for other in others)) - fault.roots
    return any(
        is_named(fault, one) and (one.undecided & apart or any(is_named(other, one) for other in others))
        for one in named
    )


def is_named(fault: Injected, named: Named) -> bool:
    """Right rule, right facility, overlapping period."""
    return named.rule in fault.roots and _is_near(fault, named)


def _is_near(fault: Injected, named: Named) -> bool:
    if named.facility not in (None, fault.facility):
        return False
    if named.first_at is None:
        return True
    last = named.last_at or named.first_at
    return named.first_at <= aware(fault.last_at) + LATE and last >= aware(fault.first_at) - EARLY


def _verdict(named: Named, truth: Truth) -> bool | None:
    """Whether a root is there; None where it is neither right nor wrong to name it."""
    if any(is_named(fault, named) for fault in truth.faults):
        return True
    if any(named.rule in fault.also and named.facility in (None, fault.facility) for fault in truth.faults):
        return None
    if named.rule == INFERRED and any(_shares(fault, named) for fault in truth.faults):
        return None
    return False


def _shares(fault: Injected, named: Named) -> bool:
    """What an inferred cause points at was touched by the fault."""
    values = {value for values in fault.touched.values() for value in values}
    shared = [value for attribute, value in named.scope.items() if attribute != "of"]
    # A time or a size that violations share is no record's own: there the facility and the period must do.
    return _is_near(fault, named) and (
        not named.scope.keys() <= {"of", *KEYS} or any(value in values for value in shared)
    )


def _distinct(named: Iterable[Named]) -> list[Named]:
    seen: dict[tuple[str, str | None], Named] = {}
    for one in named:
        seen.setdefault((one.rule, one.facility), one)
    return list(seen.values())


# Attribution: keys that name a record come before those that name many.
NARROW = ("sale", "receipt", "label", "manifest", "adjustment", "call", "entry", "run", "harvest", "plant_batch", "plant", "waste", "conversion", "shipment", "count", "event", "tag")  # fmt: skip
WIDE = ("item", "sku", "user", "person", "credential", "job", "endpoint", "reason", "register")


def attribution(truth: Truth, blamed: Iterable[Blamed]) -> tuple[int, int]:
    """Of the violations that faults brought about, how many are blamed on one of those; and how many there are."""
    right = total = 0
    for one in blamed:
        causes = _causes(truth, one)
        if not causes:
            continue
        total += 1
        right += any(_is_blamed(fault, one) for fault in causes)
    return right, total


def _causes(truth: Truth, one: Blamed) -> list[Injected]:
    """The faults that touched the record a violation is about."""
    for keys in (NARROW, WIDE):
        present = [(key, value) for key, value in one.keys.items() if key in keys]
        touched = [
            fault for fault in truth.faults if any(_is_touched(fault, key, value) for key, value in present)
        ]
        if touched:
            return touched
    return [fault for fault in truth.faults if one.facility in (None, fault.facility)]


def _is_touched(fault: Injected, key: str, value: str) -> bool:
    touched = fault.touched
    return value in touched.get(key, ()) or value in touched.get("entity", ())


def _is_blamed(fault: Injected, one: Blamed) -> bool:
    if not fault.roots:
        return one.cause is None or one.cause[0] == INFERRED
    if one.cause is None:
        return False
    rule, facility = one.cause
    return rule in (fault.roots | fault.also) and facility in (None, fault.facility)


# Over many worlds


@dataclass(frozen=True)
class Interval:
    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        return "    -" if self.value is None else f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def interval(
    items: Sequence[object], statistic: Callable[[Sequence[object]], float | None], draws: int = 500
) -> Interval:
    """A statistic with its 95 % interval, by drawing worlds anew."""
    chance = random.Random(0)
    values = []
    for _ in range(draws):
        value = statistic([items[chance.randrange(len(items))] for _ in items])
        if value is not None:
            values.append(value)
    values.sort()
    if not values:
        return Interval(None, None, None)
    return Interval(
        statistic(items),
        values[int(0.025 * len(values))],
        values[min(int(0.975 * len(values)), len(values) - 1)],
    )


def calibration_error(certain: Sequence[tuple[float, bool]], bins: int = 10) -> float | None:
    """Expected calibration error: how far stated probability and observed share lie apart, weighted."""
    if not certain:
        return None
    error = 0.0
    for number in range(bins):
        inside = [(p, right) for p, right in certain if min(int(p * bins), bins - 1) == number]
        if inside:
            stated = sum(p for p, _ in inside) / len(inside)
            observed = sum(right for _, right in inside) / len(inside)
            error += len(inside) / len(certain) * abs(stated - observed)
    return error


def error_by_chance(certain: Sequence[tuple[float, bool]], draws: int = 500) -> float | None:
    """The calibration error to expect of these roots were every probability exactly as stated."""
    chance = random.Random(0)
    drawn = [[(p, chance.random() < p) for p, _ in certain] for _ in range(draws)]
    errors = [error for error in map(calibration_error, drawn) if error is not None]
    return sum(errors) / len(errors) if errors else None
