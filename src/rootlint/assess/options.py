"""What a user asks of a run over a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rootlint.exceptions.loading import Sources
from rootlint.model import Severity
from rootlint.rules.running import Switch
from rootlint.rules.selecting import Selection

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


def in_silence(*_: object) -> None:
    """Progress that nobody is told of."""


@dataclass(frozen=True)
class Options:
    """What a user asks of a run."""

    snapshot: Path
    as_of: date
    selection: Selection = field(default_factory=Selection)
    facilities: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    packs: tuple[Path, ...] = ()  # folders of rules beside the installed packs
    jurisdiction_folders: tuple[Path, ...] = ()
    mappings: tuple[Path, ...] = ()  # files that say how the operator's configuration spells settings
    switches: Mapping[str, Switch] = field(default_factory=dict)  # by rule, from the configuration
    exceptions: Sources = field(default_factory=Sources)
    fail_on: Severity | None = Severity.WARNING
    allow_incomplete: bool = False
    samples: int = 5
    cache: Path | None = None  # a folder for packs that were found sound; None: load them anew
    violations: Path | None = None  # a Parquet file for every violation, with what it is blamed on
    engine: str = "duckdb"
    threads: int | None = None
    memory_limit: str | None = None
