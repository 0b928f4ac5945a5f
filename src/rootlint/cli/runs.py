"""What the commands that judge a snapshot share: options of the engine, the run's settings, progress."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rootlint.cli.common import F, reading

if TYPE_CHECKING:
    from rootlint.assess import Options, Rulebook
    from rootlint.configuration import Configuration
    from rootlint.exceptions.loading import Sources
    from rootlint.model import Report
    from rootlint.rules.running import Switch


def _memory(text: str) -> str:
    from rootlint.configuration.kinds import Misfit, read_memory

    try:
        return read_memory(text)
    except Misfit as error:
        raise ValueError(f"'{text}' is not {error}") from None


def engine_options(command: F) -> F:
    """Add the options that say what runs the queries, and with how much."""
    engine = click.option("--engine", metavar="NAME", help="What runs the queries.")
    threads = click.option(
        "--threads", type=click.IntRange(min=1), metavar="N", help="Threads of the engine."
    )
    memory = click.option(
        "--memory-limit",
        callback=reading(_memory),
        metavar="AMOUNT",
        help="Memory of the engine, like 8GB; 4GB if not given.",
    )
    return engine(threads(memory(command)))


def options_of(
    configuration: Configuration, narrowed: Mapping[str, tuple[str, ...]] | None = None
) -> Options:
    """What a run is to do, by the configuration and the parts of rules that the command line narrows it to."""
    from rootlint.assess import Options
    from rootlint.rules.selecting import Selection

    return Options(
        snapshot=_snapshot(configuration),
        as_of=configuration.as_of or datetime.now(UTC).date(),
        selection=Selection(
            configuration.select, configuration.ignore, preview=configuration.preview, **(narrowed or {})
        ),
        packs=configuration.packs,
        jurisdiction_folders=configuration.jurisdictions,
        mappings=configuration.mappings,
        switches={rule: _switch(said) for rule, said in configuration.rules.items()},
        exceptions=exceptions_of(configuration),
        fail_on=configuration.threshold,
        samples=configuration.samples,
        cache=configuration.cache_folder,
        engine=configuration.engine,
        threads=configuration.threads,
        memory_limit=configuration.memory_limit,
    )


def exceptions_of(configuration: Configuration) -> Sources:
    """Where a run looks for exceptions."""
    from rootlint.exceptions.loading import Sources

    return Sources(
        configuration.file("waivers"),
        baseline=configuration.file("baseline"),
        parameters=configuration.file("parameters"),
    )


def assess(options: Options, quiet: bool, rulebook: Rulebook | None = None) -> Report:
    """Judge a snapshot, and say on a terminal how far it is; by a rulebook that may be loaded already."""
    from rootlint.assess import assess
    from rootlint.cli.terminal import progress

    with progress(quiet=quiet) as shown:
        return assess(options, shown, rulebook)


def _snapshot(configuration: Configuration) -> Path:
    from rootlint.errors import Problem, UserError

    if configuration.snapshot is None:
        raise UserError(
            Problem(
                "no snapshot is named", help='rootlint check FOLDER, or snapshot = "FOLDER" in rootlint.toml'
            )
        )
    return configuration.snapshot


def _switch(said: str) -> Switch:
    from rootlint.model import Severity
    from rootlint.rules.running import Switch

    if said == "off":
        return Switch(enabled=False, reason="switched off in the configuration")
    return Switch(severity=Severity(said))
