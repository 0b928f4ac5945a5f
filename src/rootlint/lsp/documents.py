"""Documents as an editor holds them: their text, and places in it as the protocol counts them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lsprotocol import types
from pygls.workspace import PositionCodec

from rootlint.errors import Place, Problem


def real(path: Path) -> str:
    """A path with all links followed, by which files are known; a system may not tell small letters from capitals."""
    return os.path.normcase(os.path.realpath(path))


@dataclass(frozen=True)
class Document:
    """The text of one file, saved or not."""

    uri: str
    path: Path
    text: str  # with \n line ends
    version: int | None = None
    codec: PositionCodec = field(default_factory=PositionCodec, compare=False)

    @cached_property
    def real(self) -> str:
        """Its path with all links followed, by which files are known."""
        return real(self.path)

    def holds(self, problem: Problem) -> bool:
        """Whether a problem has its place in it."""
        return problem.place is not None and real(Path(problem.place.file)) == self.real

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def offset(self, position: types.Position) -> int:
        """How many signs stand before a position; one beyond the end of its line is that end."""
        number = min(position.line, len(self.lines) - 1)
        line = self.lines[number]
        units = min(position.character, self.codec.client_num_units(line))
        at = self.codec.position_from_client_units([line], types.Position(0, units))
        return sum(len(before) + 1 for before in self.lines[:number]) + at.character

    def position(self, offset: int) -> types.Position:
        """The position before which so many signs stand."""
        before = self.text[:offset]
        line = before.count("\n")
        column = offset - (before.rfind("\n") + 1)
        return self.codec.position_to_client_units(self.lines, types.Position(line, column))

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(self.position(start), self.position(end))

    def offset_of(self, place: Place) -> int:
        """The offset of a place of ours, which counts lines and signs from 1."""
        number = min(max((place.line or 1) - 1, 0), len(self.lines) - 1)
        column = min((place.column or 1) - 1, len(self.lines[number]))
        return sum(len(before) + 1 for before in self.lines[:number]) + column


class Overlay:
    """The files of the machine, but for those that an editor holds open: these are as they stand there."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._open: Mapping[str, Document] = {each.real: each for each in documents}

    @property
    def documents(self) -> Iterable[Document]:
        return self._open.values()

    def document(self, path: Path) -> Document:
        """A file as a document; raises ``OSError`` and ``UnicodeDecodeError`` where it is not open and cannot be read."""
        held = self._open.get(real(path))
        return held or Document(path.resolve().as_uri(), path, path.read_text(encoding="utf-8-sig"))

    def text(self, path: Path) -> str | None:
        """The text of a file that is open."""
        held = self._open.get(real(path))
        return None if held is None else held.text

    def content(self, path: Path) -> bytes:
        """What a file holds, or would hold were it saved."""
        text = self.text(path)
        return path.read_bytes() if text is None else text.encode()
