"""What a user asks of a run over configuration files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rootlint.exceptions.loading import Sources
from rootlint.model import Severity
from rootlint.rules.selecting import Selection

if TYPE_CHECKING:
    from rootlint.configuration import Configuration


@dataclass(frozen=True)
class Options:
    """What a user asks of a run."""

    paths: tuple[Path, ...]
    as_of: date
    selection: Selection = field(default_factory=Selection)
    packs: tuple[Path, ...] = ()
    jurisdictions: tuple[Path, ...] = ()
    mappings: tuple[Path, ...] = ()
    switches: Mapping[str, Severity | None] = field(
        default_factory=dict
    )  # by rule: another severity, None: off
    exceptions: Sources = field(default_factory=Sources)
    fail_on: Severity | None = Severity.WARNING
    allow_incomplete: bool = False
    samples: int = 5
    cache: Path | None = None  # a folder for compiled rules; None: compile them anew

    @property
    def off(self) -> frozenset[str]:
        """The rules that are switched off."""
        return frozenset(rule for rule, severity in self.switches.items() if severity is None)

    @property
    def severities(self) -> dict[str, Severity]:
        """The rules that have another severity."""
        return {rule: severity for rule, severity in self.switches.items() if severity is not None}


def options_of(
    configuration: Configuration,
    paths: tuple[Path, ...],
    today: date,
    narrowed: Mapping[str, tuple[str, ...]] | None = None,
) -> Options:
    """What the configuration asks of a run over some files; ``narrowed`` are further parts of the selection."""
    selection = Selection(
        configuration.select, configuration.ignore, preview=configuration.preview, **narrowed or {}
    )
    switches = {rule: None if said == "off" else Severity(said) for rule, said in configuration.rules.items()}
    return Options(
        paths=paths,
        as_of=configuration.as_of or today,
        selection=selection,
        packs=configuration.packs,
        jurisdictions=configuration.jurisdictions,
        mappings=configuration.mappings,
        switches=switches,
        exceptions=Sources(configuration.file("waivers"), baseline=configuration.file("baseline")),
        fail_on=configuration.threshold,
        samples=configuration.samples,
    )
