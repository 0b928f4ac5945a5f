"""What a fault is, and the list of all kinds of faults."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from benchmarks.faults.chance import Chance
from benchmarks.faults.site import Site

from rootlint.jurisdictions.laws import load_laws
from rootlint.rules.loading import load_rules

Inject = Callable[["Injection"], None]

ALL_SHAPES = frozenset({"retail", "cultivation", "manufacturing", "distribution"})
RETAIL = frozenset({"retail"})
GROW = frozenset({"cultivation"})
MAKE = frozenset({"manufacturing"})
STOCKED = frozenset({"retail", "manufacturing", "distribution"})  # places that receive goods
SHIPS = frozenset({"cultivation", "manufacturing", "distribution"})


@dataclass(frozen=True)
class Injection:
    """One fault in one place: from when to when the mechanism is broken."""

    site: Site
    start: int
    end: int
    chance: Chance
    name: str  # of the fault in its world, for everything random about it

    def during(self, on: Callable[[], None], off: Callable[[], None]) -> None:
        """Break something at the start, and mend it at the end."""
        self.site.at(self.start, lambda _: on())
        self.site.at(self.end, lambda _: off())

    def set_during(self, of: object, **broken: object) -> None:
        """Hold attributes at other values meanwhile."""
        before = {name: getattr(of, name) for name in broken}
        self.during(lambda: _set(of, broken), lambda: _set(of, before))

    def set_for_good(self, of: object, **broken: object) -> None:
        """Change attributes at the start, and leave them so."""
        self.site.at(self.start, lambda _: _set(of, broken))

    def set_at_once(self, of: object, **instead: object) -> None:
        """Change attributes from the first moment on; what is put there tells by the time when the fault begins."""
        _set(of, instead)

    def note_during(self, **broken: object) -> None:
        """Hold notes of the place meanwhile; they are gone afterwards."""

        def off() -> None:
            for name in broken:
                self.site.notes.pop(name.replace("_", " ") if name in _SPACED else name, None)

        def on() -> None:
            self.site.notes.update(
                {name.replace("_", " ") if name in _SPACED else name: value for name, value in broken.items()}
            )

        self.during(on, off)

    @property
    def days(self) -> range:
        """The local days in which it holds."""
        return range(self.site.day(self.start), self.site.day(self.end - 1) + 1)

    def below(self, most: int, *about: object) -> int:
        return self.chance.below(most, self.name, *about)


_SPACED = {"lab_delay", "reason_map", "location_map"}


def _set(of: object, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(of, name, value)


@dataclass(frozen=True)
class Kind:
    """A kind of fault: what it breaks, where it can happen, and which rules name it rightly."""

    name: str
    layer: str
    mechanism: str
    inject: Inject
    shapes: frozenset[str]
    days: tuple[int, int]  # shortest and longest duration
    states: frozenset[str]  # where the law has a number for it; empty: everywhere
    mended: bool  # false: it lasts until the capture, since only what is there then shows it
    modes: frozenset[str]  # the failure modes that name it rightly
    # Rules and failure modes that rightly show on the same mechanism, and are neither asked for nor wrong.
    also: frozenset[str]
    also_modes: frozenset[str]
    # Rules that may be named as its root, by its modes. None: the right answer is that the cause is unknown.
    roots: frozenset[str] = frozenset()

    def fits(self, shape: str, state: str) -> bool:
        return shape in self.shapes and (not self.states or state in self.states)


KINDS: dict[str, Kind] = {}


def kind(
    layer: str,
    *,
    modes: tuple[str, ...] = (),
    shapes: frozenset[str] = ALL_SHAPES,
    days: tuple[int, int] = (8, 20),
    states: tuple[str, ...] = (),
    mended: bool = True,
    also: tuple[str, ...] = (),
    also_modes: tuple[str, ...] = (),
) -> Callable[[Inject], Inject]:
    """Register a fault; its name is the function's, its mechanism the first line of its docstring."""

    def register(inject: Inject) -> Inject:
        name = inject.__name__.replace("_", "-")
        mechanism = (inject.__doc__ or "").strip().splitlines()[0]
        assert name not in KINDS, name
        KINDS[name] = Kind(
            name,
            layer,
            mechanism,
            inject,
            shapes,
            days,
            frozenset(states),
            mended,
            frozenset(modes),
            frozenset(also),
            frozenset(also_modes),
        )
        return inject

    return register


@cache
def load() -> Mapping[str, Kind]:
    """All kinds of faults, in the order of their names; what is named by failure mode is resolved to rules."""
    for module in (
        "technical",
        "data",
        "process",
        "human",
        "documented",
        "trees",
        "everyday",
        "birds",
        "stones",
        "fishes",
        "winds",
        "rivers",
        "stars",
        "mountains",
        "instruments",
        "spices",
        "fabrics",
        "breads",
        "cheeses",
        "dances",
        "hats",
        "boats",
        "shoes",
        "cakes",
        "sealed",
    ):
        importlib.import_module(f"benchmarks.faults.kinds.{module}")
    rules = _rules_by_mode()
    return {name: _resolved(kind, rules) for name, kind in sorted(KINDS.items())}


def _rules_by_mode() -> Mapping[str, frozenset[str]]:
    """The rules that name a failure mode, as far as they can be named as a root."""
    found: dict[str, frozenset[str]] = {}
    for name, loaded in load_rules(load_laws()).rules.items():
        for mode in loaded.rule.modes if loaded.rule.can_be_root else ():
            found[mode] = found.get(mode, frozenset()) | {name}
    return found


def _resolved(kind: Kind, rules: Mapping[str, frozenset[str]]) -> Kind:
    roots = frozenset[str]().union(*(rules.get(mode, ()) for mode in kind.modes))
    also = kind.also.union(*(rules.get(mode, ()) for mode in kind.also_modes))
    return replace(kind, roots=roots, also=also - roots)
