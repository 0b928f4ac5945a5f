"""``rootlint check``."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, pack_options, reading
from rootlint.cli.words import LAYERS, SEVERITIES
from rootlint.model import Severity

if TYPE_CHECKING:
    from rootlint.assess import Options
    from rootlint.configuration import Configuration
    from rootlint.model import Report
    from rootlint.plugins import Named


def _memory(text: str) -> str:
    from rootlint.configuration.kinds import Misfit, read_memory

    try:
        return read_memory(text)
    except Misfit as error:
        raise ValueError(f"'{text}' is not {error}") from None


@click.command()
@click.argument("snapshot", required=False, type=FOLDER)
@click.option(
    "--rule",
    "select",
    multiple=True,
    metavar="NAME",
    help="Run this rule; 'sale-*' for several (repeatable).",
)
@click.option(
    "--ignore", multiple=True, metavar="NAME", help="Do not run this rule (repeatable; patterns too)."
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(LAYERS),
    help="Run rules of this layer (repeatable).",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Run rules with this tag (repeatable).")
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice(SEVERITIES),
    help="Run rules of this severity (repeatable).",
)
@click.option("--preview/--no-preview", default=None, help="Run preview rules too.")
@click.option(
    "--facility", "facilities", multiple=True, metavar="LICENCE", help="Judge this facility (repeatable)."
)
@click.option(
    "--jurisdiction",
    "codes",
    multiple=True,
    metavar="CODE",
    help="Judge the facilities of this jurisdiction (repeatable).",
)
@as_of_option("Judge by this day; today, in UTC, if not given.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    help="The mildest severity that makes the exit code 1.",
)
@click.option(
    "--allow-incomplete", is_flag=True, help="Exit with 0, not 4, when not everything was evaluated."
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found or not evaluated.")
@click.option("--format", metavar="FORMAT", help="text, concise, json, or what a plugin offers.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report to a file.",
)
@click.option(
    "--violations",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write every violation, with what it is blamed on, to a Parquet file.",
)
@click.option(
    "--samples", type=click.IntRange(min=0), metavar="N", help="How many violations of a finding to show."
)
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Whether to use colour."
)
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@pack_options
@click.option("--engine", metavar="NAME", help="What runs the queries.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads of the engine.")
@click.option(
    "--memory-limit", callback=reading(_memory), metavar="AMOUNT", help="Memory of the engine, like 4GB."
)
def check(
    layers: tuple[str, ...],
    tags: tuple[str, ...],
    severities: tuple[str, ...],
    facilities: tuple[str, ...],
    codes: tuple[str, ...],
    allow_incomplete: bool,
    exit_zero: bool,
    output: Path | None,
    violations: Path | None,
    color: str,
    quiet: bool,
    **given: Any,
) -> int:
    """Judge a snapshot and report findings.

    SNAPSHOT is a folder with a snapshot.yaml. Findings go to standard output, all else to stderr. Lists given here
    stand in place of those of the configuration (see rootlint config show).
    """
    configuration = configure(**given)
    format = _format(configuration.format)
    narrowed = {"layers": layers, "tags": tags, "severities": severities}
    options = dataclasses.replace(
        _options(configuration, narrowed),
        facilities=facilities,
        jurisdictions=codes,
        allow_incomplete=allow_incomplete,
        violations=violations,
    )
    report = _assess(options, quiet)
    if exit_zero:
        report = dataclasses.replace(report, exit_code=0)
    _show(report, format, color, output, quiet)
    return report.exit_code


def _format(name: str) -> Named:
    from rootlint.cli.common import known
    from rootlint.plugins import collect, plugin_manager

    offered = plugin_manager().hook.rootlint_report_formats()
    format: Named = known(
        name, collect(offered, lambda format: format.name, "report format"), "report format"
    )
    return format


def _options(configuration: Configuration, narrowed: dict[str, tuple[str, ...]]) -> Options:
    from rootlint.assess import Options
    from rootlint.rules.selecting import Selection

    return Options(
        snapshot=_snapshot(configuration),
        as_of=configuration.as_of or datetime.now(UTC).date(),
        selection=Selection(
            configuration.select, configuration.ignore, preview=configuration.preview, **narrowed
        ),
        packs=configuration.packs,
        jurisdiction_folders=configuration.jurisdictions,
        switches={rule: _switch(said) for rule, said in configuration.rules.items()},
        fail_on=configuration.threshold,
        samples=configuration.samples,
        engine=configuration.engine,
        threads=configuration.threads,
        memory_limit=configuration.memory_limit,
    )


def _snapshot(configuration: Configuration) -> Path:
    from rootlint.errors import Problem, UserError

    if configuration.snapshot is None:
        raise UserError(
            Problem(
                "no snapshot is named", help='rootlint check FOLDER, or snapshot = "FOLDER" in rootlint.toml'
            )
        )
    return configuration.snapshot


def _switch(said: str) -> Any:
    from rootlint.rules.running import Switch

    if said == "off":
        return Switch(enabled=False, reason="switched off in the configuration")
    return Switch(severity=Severity(said))


def _assess(options: Options, quiet: bool) -> Report:
    from rootlint.assess import assess
    from rootlint.cli.terminal import progress

    with progress(quiet=quiet) as shown:
        return assess(options, shown)


def _show(report: Report, format: Named, color: str, output: Path | None, quiet: bool) -> None:
    from rootlint.cli import terminal
    from rootlint.report.closing import exit_meaning

    text = format.load()(report, terminal.style(color, to_file=output is not None))
    if output is None:
        terminal.say(text)
        return
    terminal.write_file(output, text)
    if not quiet:
        terminal.note(f"{output} written; exit code {report.exit_code}: {exit_meaning(report)}")
