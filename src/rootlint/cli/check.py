"""``rootlint check``."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, known, pack_options, reading
from rootlint.cli.config_stage import NOTHING, Wishes, check_settings, refuse, stage_options, the_snapshot
from rootlint.cli.runs import assess, engine_options, options_of
from rootlint.cli.words import LAYERS, SEVERITIES
from rootlint.report.style import Show

if TYPE_CHECKING:
    from rootlint.cli.config_stage import Render
    from rootlint.configuration import Configuration
    from rootlint.model import Report
    from rootlint.plugins import Named


class Output(NamedTuple):
    """Where a report goes, and in which format; without one it is that of --format."""

    file: str
    format: str | None = None

    @property
    def printed(self) -> bool:
        return self.file == "-"


def _output(text: str) -> Output:
    """Read ``json=report.json`` or ``report.json``; a file with = in its name is written ./a=b."""
    format, sign, file = text.partition("=")
    if not sign or not re.fullmatch(r"[a-z][a-z0-9-]*", format):
        format, file = "", text
    if not file:
        raise ValueError(f"'{text}' names no file; write {format}=FILE")
    return Output(file, format or None)


EXISTING = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("paths", nargs=-1, type=FOLDER, metavar="[SNAPSHOT | PATH...]")
@stage_options
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
@click.option(
    "--waivers",
    type=EXISTING,
    metavar="FILE",
    help="The file of waivers; .rootlint/waivers.yaml if it is there.",
)
@click.option("--no-waivers", is_flag=True, help="Let nothing be waived, by file or by comment.")
@click.option(
    "--baseline",
    type=EXISTING,
    metavar="FILE",
    help="The file of inherited findings; .rootlint/baseline.jsonl if it is there.",
)
@click.option("--no-baseline", is_flag=True, help="Take no finding for inherited.")
@click.option(
    "--parameters",
    type=EXISTING,
    metavar="FILE",
    help="The file of parameters stricter than the law; .rootlint/parameters.yaml if it is there.",
)
@click.option("--no-parameters", is_flag=True, help="Judge by the law alone.")
@click.option("--format", metavar="FORMAT", help="text, concise, json, or what a plugin offers.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    callback=reading(_output),
    metavar="[FORMAT=]FILE",
    help="Write the report to a file, in a format of its own (repeatable; - is standard output).",
)
@click.option(
    "--show",
    type=click.Choice(get_args(Show)),
    default="roots",
    help="What the text tells in full: all but symptoms (roots), symptoms too (all), what nothing explains.",
)
@click.option(
    "--max-symptoms",
    type=click.IntRange(min=0),
    default=10,
    metavar="N",
    help="How many symptoms the text lists beneath a cause; the rest is counted.",
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
@engine_options
def check(
    paths: tuple[Path, ...],
    stage: str,
    wishes: Wishes,
    layers: tuple[str, ...],
    tags: tuple[str, ...],
    severities: tuple[str, ...],
    facilities: tuple[str, ...],
    codes: tuple[str, ...],
    allow_incomplete: bool,
    exit_zero: bool,
    no_waivers: bool,
    no_baseline: bool,
    no_parameters: bool,
    outputs: tuple[Output, ...],
    violations: Path | None,
    color: str,
    quiet: bool,
    show: Show,
    max_symptoms: int,
    **given: Any,
) -> int:
    """Judge a snapshot and report findings.

    SNAPSHOT is a folder with a snapshot.yaml. With --stage config, PATHs are configuration files or their folder:
    rules see the whole configuration, and what is reported is about these files. Findings go to standard output, all
    else to stderr. Lists given here stand in place of those of the configuration (see rootlint config show).
    """
    narrowed = {"layers": layers, "tags": tags, "severities": severities}
    telling = Telling(outputs or (Output("-"),), color, show, max_symptoms, quiet, exit_zero)
    looking_away = {"waivers": no_waivers, "baseline": no_baseline, "parameters": no_parameters}
    if stage == "config":
        refuse(facility=facilities, jurisdiction=codes, violations=violations, parameters=given["parameters"])
        return check_settings(paths, given, narrowed, wishes, looking_away, allow_incomplete, telling.deliver)
    configuration = configure(snapshot=the_snapshot(paths, wishes), **given)
    wanted = telling.wanted(configuration)
    if violations is not None:
        from rootlint.cli.terminal import expect_writable

        expect_writable(violations)
    options = dataclasses.replace(
        options_of(configuration, narrowed),
        facilities=facilities,
        jurisdictions=codes,
        allow_incomplete=allow_incomplete,
        violations=violations,
    )
    exceptions = options.exceptions.without(**looking_away)
    options = dataclasses.replace(
        options, exceptions=exceptions, cache=options.cache if wishes.cached else None
    )
    return telling.tell(assess(options, quiet or wishes.hook), wanted, hook=wishes.hook)


Wanted = list[tuple[Output, "Named"]]  # which formats go where


@dataclasses.dataclass(frozen=True)
class Telling:
    """How and where to a report is told."""

    outputs: tuple[Output, ...]
    color: str
    show: Show
    max_symptoms: int
    quiet: bool
    exit_zero: bool

    def wanted(self, configuration: Configuration) -> Wanted:
        """The formats that are asked for; an unknown one, or no place for it, stops the run before it begins."""
        from rootlint.cli.terminal import expect_writable

        for output in self.outputs:
            if not output.printed:
                expect_writable(Path(output.file))
        return [(output, _format(output.format or configuration.format)) for output in self.outputs]

    def tell(self, report: Report, wanted: Wanted, text: Render | None = None, *, hook: bool = False) -> int:
        """Write a report in every format and give the exit code; ``text`` writes it for people in another way."""
        nothing_to_judge = report.exit_code == NOTHING and not report.open_ends
        if self.exit_zero or (hook and nothing_to_judge):
            report = dataclasses.replace(report, exit_code=0)
        _deliver(report, self._written(report, wanted, text), self.quiet)
        return report.exit_code

    def deliver(self, configuration: Configuration, report: Report, text: Render, hook: bool) -> int:
        """Write the report of the configuration stage."""
        return self.tell(report, self.wanted(configuration), text, hook=hook)

    def _written(self, report: Report, wanted: Wanted, text: Render | None) -> list[tuple[Output, str]]:
        """The report in every format that is asked for, before any of it is written."""
        from rootlint.cli import terminal

        texts = []
        for output, format in wanted:
            style = terminal.style(self.color, to_file=not output.printed)
            telling = dataclasses.replace(style, show=self.show, max_symptoms=self.max_symptoms)
            render = text if text is not None and format.name == "text" else format.call
            texts.append((output, render(report, telling)))
        return texts


def _format(name: str) -> Named:
    from rootlint.plugins import collect

    format: Named = known(name, collect("rootlint_report_formats", "report format"), "report format")
    return format


def _deliver(report: Report, written: list[tuple[Output, str]], quiet: bool) -> None:
    from rootlint.cli import terminal
    from rootlint.report.closing import exit_meaning

    for output, text in written:
        if output.printed:
            terminal.say(text)
        else:
            terminal.write_file(Path(output.file), text)
    files = [output.file for output, _ in written if not output.printed]
    if files and not quiet:
        ended = f"exit code {report.exit_code}: {exit_meaning(report)}"
        terminal.note(f"{', '.join(files)} written; {ended}")
