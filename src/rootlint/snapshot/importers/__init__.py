"""Importers turn files that an operator already has into a snapshot; each comes in through the hook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rootlint.errors import Problem
from rootlint.plugins import Named, hookimpl


@dataclass(frozen=True)
class ImportOptions:
    """What a person says on the command line; it goes before what the source folder says of itself."""

    captured_at: datetime | None = None  # aware; when the files were fetched
    operator: str | None = None
    jurisdictions: Mapping[str, str] = field(default_factory=dict)  # licence -> "ca"
    timezones: Mapping[str, str] = field(default_factory=dict)  # licence -> "America/Los_Angeles"
    window_from: datetime | None = None  # aware; the records' changes that were asked for
    window_to: datetime | None = None
    salt: str | None = None  # at least 16 characters; None: a new random one


@dataclass(frozen=True)
class ImportedTable:
    """One table of the new snapshot, and what a reader must know about it."""

    name: str
    rows: int
    merged: int  # records that stood more than once, in two lists or on two pages
    complete: bool
    incomplete_because: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportResult:
    """What an import wrote, and what it could not use."""

    target: Path
    tables: tuple[ImportedTable, ...]
    warnings: tuple[Problem, ...]  # files nobody could place, licences nobody captured
    salt_fingerprint: str  # names the salt without telling it


@hookimpl
def rootlint_importers() -> Iterable[Named]:
    """Offer the importers that ship with rootlint."""
    return [
        Named(
            "metrc-api",
            "rootlint.snapshot.importers.metrc:import_folder",
            "a folder of JSON answers exactly as METRC's API v2 returns them",
        )
    ]
