"""What a user may see when something is wrong: each with its place, what was found and what to do next."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, order=True)
class Place:
    """Where in the user's files something stands: ``rules/x.yaml:12:14``."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


@dataclass(frozen=True)
class Problem:
    """One fault in a file or a command (a finding speaks of the operator, a problem of the input)."""

    message: str  # lower case, no full stop: "metrc_packages has no column 'unit'"
    place: Place | None = None
    help: str | None = None  # the next step: "did you mean 'unit_of_measure'?"
    severity: Literal["error", "warning", "note"] = "error"

    def reached_by(self, paths: Mapping[str, str]) -> Problem:
        """The problem with its file named as ``paths`` says it is reached, if it says so."""
        if self.place is None or self.place.file not in paths:
            return self
        return replace(self, place=replace(self.place, file=paths[self.place.file]))

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        tail = f"\n  help: {self.help}" if self.help else ""
        return f"{head}{self.severity}: {self.message}{tail}"


class UserError(Exception):
    """Bad input, with every fault that was found; the command line turns it into exit code 2."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def did_you_mean(name: str, known: Iterable[str], *, listing: str = "known") -> str | None:
    """Offer the nearest known name, or the list of all when none is near and the list is short."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    if names and len(names) <= 16:
        return f"{listing}: {', '.join(names)}"
    return None


def nearest_in(help: str | None) -> str | None:
    """The name that ``did_you_mean`` offered in a help; None where it offered none."""
    offered = re.match(r"did you mean '(.+?)'\?", help or "")
    return offered[1] if offered else None


@dataclass
class Problems:
    """Collects faults so that all of them are reported at once, not one a run."""

    found: list[Problem] = field(default_factory=list)

    def add(self, message: str, place: Place | None = None, help: str | None = None) -> None:
        self.found.append(Problem(message, place, help))

    def raise_if_any(self) -> None:
        if self.found:
            raise UserError(*self.found)
