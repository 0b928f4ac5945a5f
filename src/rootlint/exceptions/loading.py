"""Everything a run is told to let pass, read and checked before anything is judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rootlint.documents import parse_yaml
from rootlint.errors import Place, Problem, Problems, UserError
from rootlint.exceptions.baseline import Baseline, read_baseline
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
    baseline: Path | None = None

    def without(self, *, waivers: bool = False, baseline: bool = False) -> Sources:
        """The same, but for waivers, or but for the baseline."""
        unwaived = replace(self, waivers=None, comments=False) if waivers else self
        return replace(unwaived, baseline=None) if baseline else unwaived


@dataclass(frozen=True)
class Granted:
    """The exceptions of a run."""

    waivers: tuple[Waiver, ...] = ()
    baseline: Baseline | None = None
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
    baseline, files = None, []
    if sources.waivers is not None and (text := _text(sources.waivers, problems)) is not None:
        waivers += _of_file(text, sources.waivers.as_posix(), rules, facilities, problems)
        files.append(ExceptionFile("waivers", sources.waivers.as_posix(), digest_of(text)))
    if sources.comments:
        waivers += waivers_beside_settings(config, rules, day, problems)
    if sources.baseline is not None and (text := _text(sources.baseline, problems)) is not None:
        baseline = read_baseline(text, sources.baseline.as_posix(), rules, problems)
        files.append(ExceptionFile("baseline", sources.baseline.as_posix(), digest_of(text)))
    problems.found.sort(key=_position)
    problems.raise_if_any()
    return Granted(waivers, baseline, tuple(files))


def _of_file(
    text: str,
    file: str,
    rules: Mapping[str, RuleFacts],
    facilities: Collection[str] | None,
    problems: Problems,
) -> tuple[Waiver, ...]:
    try:
        return read_waivers(parse_yaml(text, file), rules, facilities, problems)
    except UserError as error:
        problems.found += error.problems
        return ()


def _position(problem: Problem) -> tuple[str, int, int]:
    place = problem.place or Place("")
    return place.file, place.line or 0, place.column or 0


def _text(path: Path, problems: Problems) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problems.add(f"cannot be read: {error.strerror}", Place(path.as_posix()))
    except UnicodeDecodeError as error:
        problems.add(f"byte {error.start} is not UTF-8", Place(path.as_posix()), "save the file as UTF-8")
    return None
