"""The configuration file: ``rootlint.toml``, or ``pyproject.toml`` with a ``[tool.rootlint]``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rootlint.errors import Place, Problem, UserError

FILE = "rootlint.toml"
PROJECT_FILE = "pyproject.toml"
PROJECT_TABLE = ("tool", "rootlint")

KeyPath = tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A configuration file that was found."""

    path: Path
    table: KeyPath  # where the settings stand in it: (), or ("tool", "rootlint")
    data: Mapping[str, Any]
    text: str

    @property
    def settings(self) -> Any:
        """What stands in its table; None where it has none."""
        part: Any = self.data
        for key in self.table:
            part = part.get(key) if isinstance(part, dict) else None
        return part

    def line(self, *path: str) -> int:
        """The line of a setting: its own, that of a key below it, or that of the nearest table around it."""
        whole = (*self.table, *path)
        lines = _key_lines(self.text)
        for length in range(len(whole), 0, -1):
            for keys, number in lines:
                if keys[:length] == whole[:length]:
                    return number
        return 1


def find_file(start: Path) -> File | None:
    """The nearest configuration at or above a folder, not beyond the root of its repository."""
    for folder in (start, *start.parents):
        own, project = _read(folder / FILE, ()), _read(folder / PROJECT_FILE, PROJECT_TABLE)
        has_project_settings = project is not None and project.settings is not None
        if own and has_project_settings:
            place = Place(str(folder / PROJECT_FILE))
            raise UserError(Problem(f"[tool.rootlint] stands beside a {FILE}", place, "keep one of the two"))
        if own or has_project_settings:
            return own or project
        if (folder / ".git").exists():
            return None
    return None


def _read(path: Path, table: KeyPath) -> File | None:
    if not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8")
        return File(path, table, tomllib.loads(text), text)
    except UnicodeDecodeError as error:
        problem = Problem(f"byte {error.start} is not UTF-8", Place(str(path)), "save the file as UTF-8")
    except OSError as error:
        problem = Problem(f"cannot be read: {error.strerror}", Place(str(path)))
    except tomllib.TOMLDecodeError as error:
        problem = _syntax_problem(path, str(error))
    raise UserError(problem)


def _syntax_problem(path: Path, message: str) -> Problem:
    """The parser tells the place in its message only."""
    match = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL)
    if match is None:
        return Problem(f"not valid TOML: {message}", Place(str(path)))
    told = f"{match[1][:1].lower()}{match[1][1:]}"
    return Problem(f"not valid TOML: {told}", Place(str(path), int(match[2]), int(match[3])))


_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")


def _key_lines(text: str) -> list[tuple[KeyPath, int]]:
    """Where keys stand, by their whole path; the parser does not tell."""
    table: KeyPath = ()
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _keys(header[1])
            found.append((table, number))
        elif assignment := _ASSIGNMENT.match(line):
            found.append(((*table, *_keys(assignment[1])), number))
    return found


def _keys(dotted: str) -> KeyPath:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, dotted))
