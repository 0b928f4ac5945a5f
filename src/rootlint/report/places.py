"""Where the files of a snapshot are, for tools that show a file: always relative, never outside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from rootlint.model import Finding, Head, RecordPlace

MANIFEST = "snapshot.yaml"


@dataclass(frozen=True)
class FilePlace:
    """A place in a file, as editors count: the path relative, lines and columns from 1."""

    path: str
    line: int = 1
    column: int | None = None


def snapshot_folder(head: Head) -> str | None:
    """The snapshot's folder from where the run stood ("" for that place itself); None if it lies elsewhere."""
    named = head.snapshot
    if PurePosixPath(named).is_absolute() or PureWindowsPath(named).anchor or ".." in _parts(named, ()):
        return None
    return _relative(named)


def file_place(head: Head, place: RecordPlace) -> FilePlace:
    """Where a record or setting stands; the snapshot's manifest stands for what has no file."""
    path = snapshot_file(head, place.file or "")
    if path is None:
        return manifest_place(head)
    return FilePlace(path, place.line or _line_of_row(path, place.row), place.column)


def snapshot_file(head: Head, file: str) -> str | None:
    """The path of a file of the snapshot; None if the name is of no file inside it."""
    path = _relative(file)
    return _inside(head, path) if path else None


def manifest_place(head: Head) -> FilePlace:
    """The first line of the snapshot's manifest."""
    return FilePlace(_inside(head, MANIFEST))


def place_of(head: Head, finding: Finding) -> FilePlace:
    """Where to look first for a finding."""
    return file_place(head, finding.samples[0].place) if finding.samples else manifest_place(head)


def setting_place(head: Head, finding: Finding) -> FilePlace | None:
    """Where a finding stands in a configuration file; None for what stands in data."""
    at_line = (sample.place for sample in finding.samples if sample.place.line is not None)
    return next((file_place(head, place) for place in at_line), None)


def _line_of_row(path: str, row: int | None) -> int:
    """The line of a row in files of lines (in CSV if no cell holds a line break); else 1."""
    if row is None:
        return 1
    kind = PurePosixPath(path).suffix.lower()
    return {".csv": row + 1, ".ndjson": row}.get(kind, 1)


def _inside(head: Head, path: str) -> str:
    folder = snapshot_folder(head)
    return f"{folder}/{path}" if folder else path


def _relative(path: str) -> str:
    return "/".join(_parts(path, ("..",)))


def _parts(path: str, but: tuple[str, ...]) -> list[str]:
    parts = re.split(r"[/\\]", re.sub(r"^[A-Za-z]:", "", path))
    return [part for part in parts if part not in ("", ".", *but)]
