"""Everything a run is told to let pass, read and checked before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rootlint.documents import Document, parse_yaml
from rootlint.errors import Place, Problem, Problems, UserError
from rootlint.exceptions.baseline import Baseline, read_baseline
from rootlint.exceptions.comments import waivers_beside_settings
from rootlint.exceptions.rules import RuleFacts
from rootlint.exceptions.waivers import Waiver, read_waivers
from rootlint.jurisdictions.reading import digest_of
from rootlint.model import ExceptionFile, Facility

if TYPE_CHECKING:
    from rootlint.exceptions.parameters import OwnParameters
    from rootlint.jurisdictions.laws import Laws


@dataclass(frozen=True)
class Sources:
    """Where a run looks for exceptions; a file that is named must be there."""

    waivers: Path | None = None
    comments: bool = True  # whether comments in configuration files can waive
    baseline: Path | None = None
    parameters: Path | None = None

    def without(self, *, waivers: bool = False, baseline: bool = False, parameters: bool = False) -> Sources:
        """The same, but for some of them."""
        return Sources(
            waivers=None if waivers else self.waivers,
            comments=self.comments and not waivers,
            baseline=None if baseline else self.baseline,
            parameters=None if parameters else self.parameters,
        )


@dataclass(frozen=True)
class World:
    """What exceptions are checked against."""

    rules: Mapping[str, RuleFacts]  # by every name
    day: date
    config: Mapping[str, bytes]  # configuration files by name
    facilities: Sequence[Facility] | None = None  # of the snapshot; None: there is none at hand
    laws: Laws | None = None


@dataclass(frozen=True)
class Granted:
    """The exceptions of a run."""

    waivers: tuple[Waiver, ...] = ()
    baseline: Baseline | None = None
    files: tuple[ExceptionFile, ...] = ()
    own: OwnParameters | None = None


def load_exceptions(sources: Sources, world: World) -> Granted:
    """Read all exceptions; raise with every fault of every file."""
    reading = _Reading(world, Problems(), [])
    waivers = reading.waivers(sources.waivers)
    if sources.comments:
        waivers += waivers_beside_settings(world.config, world.rules, world.day, reading.problems)
    granted = Granted(waivers, reading.baseline(sources.baseline), (), reading.parameters(sources.parameters))
    reading.problems.found.sort(key=_position)
    reading.problems.raise_if_any()
    return replace(granted, files=tuple(reading.files))


@dataclass(frozen=True)
class _Reading:
    """Reads files one after the other, and notes the faults of all of them."""

    world: World
    problems: Problems
    files: list[ExceptionFile]

    def waivers(self, path: Path | None) -> tuple[Waiver, ...]:
        document = self._document("waivers", path)
        if document is None:
            return ()
        facilities = self.world.facilities
        known = None if facilities is None else [facility.facility for facility in facilities]
        return read_waivers(document, self.world.rules, known, self.problems)

    def baseline(self, path: Path | None) -> Baseline | None:
        text = self._text("baseline", path)
        if text is None or path is None:
            return None
        return read_baseline(text, path.as_posix(), self.world.rules, self.problems)

    def parameters(self, path: Path | None) -> OwnParameters | None:
        document = self._document("parameters", path)
        if document is None or self.world.laws is None:
            return None
        # Where settings are judged by themselves there is no law, and no time to import how it is read.
        from rootlint.exceptions.parameters import read_parameters

        return read_parameters(
            document, self.world.laws, self.world.facilities, self.world.day, self.problems
        )

    def _document(self, kind: str, path: Path | None) -> Document | None:
        text = self._text(kind, path)
        if text is None or path is None:
            return None
        try:
            return parse_yaml(text, path.as_posix())
        except UserError as error:
            self.problems.found += error.problems
            return None

    def _text(self, kind: str, path: Path | None) -> str | None:
        if path is None:
            return None
        place = Place(path.as_posix())
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            self.problems.add(f"cannot be read: {error.strerror}", place)
            return None
        except UnicodeDecodeError as error:
            self.problems.add(f"byte {error.start} is not UTF-8", place, "save the file as UTF-8")
            return None
        self.files.append(ExceptionFile(kind, path.as_posix(), digest_of(text)))
        return text


def _position(problem: Problem) -> tuple[str, int, int]:
    place = problem.place or Place("")
    return place.file, place.line or 0, place.column or 0
