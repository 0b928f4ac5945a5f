"""A simulated operator: its places, a calendar of events, and what was logged."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.faults import activities, growing, making, shipping
from benchmarks.faults.chance import Chance
from benchmarks.faults.places import Place
from benchmarks.faults.site import Site
from benchmarks.faults.times import CAPTURED

_SHAPES = {
    "retail": (),
    "cultivation": (growing.schedule, shipping.schedule),
    "manufacturing": (making.schedule, shipping.schedule),
    "distribution": (shipping.schedule,),
}


class World:
    """Everything that happens from the first day until the capture."""

    def __init__(self, seed: int, places: Sequence[Place]) -> None:
        self.chance = Chance(seed)
        self.logs: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._calendar: list[tuple[int, int, Callable[[int], None]]] = []
        self._number = 0
        self.now = 0
        self.sites = {place.code: Site(self, place) for place in places}

    def schedule(self, when: int, act: Callable[[int], None]) -> None:
        """Have something happen at a time; what falls together happens in the order it was planned."""
        self._number += 1
        heapq.heappush(self._calendar, (when, self._number, act))

    def run(self) -> None:
        """Let the days go by."""
        for site in self.sites.values():
            activities.schedule(site)
            for schedule in _SHAPES[site.place.shape]:
                schedule(site)
        while self._calendar and self._calendar[0][0] < CAPTURED:
            self.now, _, act = heapq.heappop(self._calendar)
            act(self.now)
