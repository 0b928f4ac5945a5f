"""Everything a run is told to let pass, read and checked before anything is judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rootlint.documents import Document, load_yaml
from rootlint.errors import Place, Problem, Problems, UserError
from rootlint.exceptions.comments import waivers_beside_settings
from rootlint.exceptions.rules import RuleFacts
from rootlint.exceptions.waivers import Waiver, read_waivers
from rootlint.jurisdictions.reading import digest_of
from rootlint.model import ExceptionFile


@dataclass(frozen=True)
class Sources:
    """Where a run looks for exceptions; a file that is named must be there."""

    waivers: Path | None = None
    comments: bool = True  # whether comments in configuration files can waive

    def without_waivers(self) -> Sources:
        """The same, with nothing waived."""
        return replace(self, waivers=None, comments=False)


@dataclass(frozen=True)
class Granted:
    """The exceptions of a run."""

    waivers: tuple[Waiver, ...] = ()
    files: tuple[ExceptionFile, ...] = ()


def load_exceptions(
    sources: Sources,
    rules: Mapping[str, RuleFacts],
    facilities: Collection[str] | None,
    config: Mapping[str, bytes],
    day: date,
) -> Granted:
    """Read all exceptions; raise with every fault of every file.

    ``facilities`` are those of the snapshot, None where there is none; ``config`` its configuration files by name.
    """
    problems = Problems()
    waivers: tuple[Waiver, ...] = ()
    files: list[ExceptionFile] = []
    if sources.waivers is not None:
        document = _document(sources.waivers, problems)
        if document is not None:
            waivers += read_waivers(document, rules, facilities, problems)
            files.append(ExceptionFile("waivers", document.file, digest_of(document.text)))
    if sources.comments:
        waivers += waivers_beside_settings(config, rules, day, problems)
    problems.found.sort(key=_position)
    problems.raise_if_any()
    return Granted(waivers, tuple(files))


def _position(problem: Problem) -> tuple[str, int, int]:
    place = problem.place or Place("")
    return place.file, place.line or 0, place.column or 0


def _document(path: Path, problems: Problems) -> Document | None:
    try:
        return load_yaml(path, shown_as=path.as_posix())
    except UserError as error:
        problems.found += error.problems
        return None
