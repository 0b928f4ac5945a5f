"""What a table of a snapshot is: its files, how far they are read, and what an opened table tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rootlint.errors import Place, Problem
from rootlint.snapshot.format import Table

if TYPE_CHECKING:
    from rootlint.engine import Engine

FILE_STEP = 1 << 40  # _place = file index * FILE_STEP + row
HIDDEN_COLUMNS = {  # of a cleaned table, not of its relation
    "_unreadable": "STRUCT(name VARCHAR, shown VARCHAR)[]",
    "_rounded": "BOOLEAN",
    "_local": "BOOLEAN",
}
RESERVED_COLUMNS = frozenset({"_place", *HIDDEN_COLUMNS})
ANSWERS = "_exists_"  # begins the columns that a query adds to the rows of a table


@dataclass(frozen=True)
class TableFile:
    """One file of a table."""

    path: Path
    name: str  # relative to the snapshot, with forward slashes: "tables/metrc_packages.csv"

    @property
    def extension(self) -> str:
        return self.path.suffix.lower().removeprefix(".")


@dataclass(frozen=True)
class TableState:
    """An opened table: where its rows are, what they cover, and what is wrong with them."""

    name: str  # "metrc_packages"
    relation: str  # SQL name of the checked rows, without those set aside
    columns: frozenset[str]  # those that at least one file has
    complete: bool
    captured_at: datetime  # UTC
    covers_from: datetime | None  # UTC
    covers_until: datetime | None  # UTC, the last moment covered
    rows: int
    set_aside: int  # rows, not counting files set aside whole
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...]  # relative to the snapshot; _place counts into these


@dataclass
class Reading:
    """One table while its files are read."""

    engine: Engine
    table: Table
    files: Sequence[TableFile]
    zones: dict[str, str]  # time zone of each facility of the manifest
    columns: set[str] = field(default_factory=set)  # of all files read so far, lower-cased
    problems: list[Problem] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    aside: set[int] = field(default_factory=set)  # files set aside whole, by index
    cut: bool = False  # rows after a broken place may be missing

    @property
    def relation(self) -> str:
        return f"snapshot_{self.table.name}"

    @property
    def left(self) -> list[int]:
        """The files not set aside, by index."""
        return [index for index in range(len(self.files)) if index not in self.aside]

    @property
    def extras(self) -> list[str]:
        """The columns that the format does not know, in the order of the relation."""
        return sorted(self.columns - set(self.table.columns) - self.reserved)

    @property
    def reserved(self) -> set[str]:
        """The columns whose names rootlint uses itself."""
        return {name for name in self.columns if name in RESERVED_COLUMNS or name.startswith(ANSWERS)}

    def set_file_aside(self, index: int, why: str, help: str | None = None) -> None:
        self.aside.add(index)
        help = help or "the file is set aside, and its table counts as incomplete"
        self.problems.append(Problem(why, Place(self.files[index].name), help))

    def note_cut(self, index: int, why: str) -> None:
        self.cut = True
        self.problems.append(Problem(why, Place(self.files[index].name), "its table counts as incomplete"))

    def missing_key(self, columns: Iterable[str]) -> str | None:
        """A column of the key that a file lacks, if it has columns at all."""
        present = set(columns)
        key = self.table.key if self.table.facility == "nullable" else ("facility", *self.table.key)
        return next((name for name in key if present and name not in present), None)


def split_place(place: int) -> tuple[int, int]:
    """Split a ``_place`` into the file's index and the row (from 1) in it."""
    return divmod(place, FILE_STEP)
