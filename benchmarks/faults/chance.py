"""Chance that depends on what it is for, and on nothing else.

Every draw is a hash of the seed and of the thing it is about, never the next number of a stream. So two worlds
of one seed differ only where a fault made them differ, and what a fault did can be told by comparing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")


class Chance:
    def __init__(self, seed: int) -> None:
        self._seed = seed

    def below(self, most: int, *about: object) -> int:
        """A whole number from 0 to one less than `most`."""
        mixed = crc32(repr((self._seed, about)).encode())
        mixed = ((mixed >> 16) ^ mixed) * 0x45D9F3B & 0xFFFFFFFF
        mixed = ((mixed >> 16) ^ mixed) * 0x45D9F3B & 0xFFFFFFFF
        return ((mixed >> 16) ^ mixed) % most

    def choice(self, of: Sequence[T], *about: object) -> T:
        return of[self.below(len(of), *about)]
