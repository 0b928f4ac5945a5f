"""``rootlint baseline``: findings that were inherited, and what became of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, load, pack_options
from rootlint.cli.groups import HelpfulGroup
from rootlint.cli.runs import engine_options, options_of
from rootlint.cli.terminal import progress, read_file, show, write_file
from rootlint.cli.words import columns
from rootlint.report.excepted import states_told
from rootlint.report.style import Line, line
from rootlint.report.wording import counted, facility_name, pairs, short

if TYPE_CHECKING:
    from rootlint.assess import Options
    from rootlint.configuration import Configuration
    from rootlint.exceptions.baseline import Baseline
    from rootlint.model import Finding, Report

snapshot_argument = click.argument("snapshot", required=False, type=FOLDER)
baseline_option = click.option(
    "--baseline", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="The file of inherited findings; .rootlint/baseline.jsonl if not given.",
)  # fmt: skip
Row = Sequence[str]


@click.group(cls=HelpfulGroup)
def baseline() -> None:
    """Take findings for inherited, and see what became of them."""


@baseline.command()
@snapshot_argument
@as_of_option("The day that findings are entered; today, in UTC, if not given.")
@click.option(
    "--accept-roots", is_flag=True, help="Enter root causes of severity error that have symptoms too."
)
@click.option(
    "--replace", "anew", is_flag=True, help="Make the file anew; what it had keeps the day it was first seen."
)
@baseline_option
@pack_options
@engine_options
def create(accept_roots: bool, anew: bool, **given: Any) -> None:
    """Enter every finding of a snapshot as inherited.

    Checks then fail for what is new or has grown. Findings that a waiver is for are left out, since a waiver ends one
    day. Root causes of severity error that have symptoms are refused: repair them, or say --accept-roots.
    """
    from rootlint.assess import inherit

    configuration = configure(**given)
    path = configuration.baseline
    before = _before(configuration, path, anew)
    with progress(quiet=False) as shown:
        report, made = inherit(_without_baseline(options_of(configuration)), before, shown)
    if not accept_roots:
        _refuse_roots(report, made, before)
    _write(path, made)
    show(map(line, _told_made(path, report, made)))


@baseline.command("show")
@snapshot_argument
@as_of_option("The day to judge by; today, in UTC, if not given.")
@baseline_option
@pack_options
@engine_options
def show_all(snapshot: Path | None, **given: Any) -> None:
    """Show what is inherited.

    With SNAPSHOT, what became of it there: unchanged, updated, fixed or not seen and why, and what is new.
    """
    configuration = configure(snapshot=snapshot, **given)
    if snapshot is None:
        show(_entries(_existing(configuration, configuration.baseline)))
        return
    report = _judged(configuration)
    found, beside = _found_rows(report), report.exceptions.baseline
    gone = (
        [(of.state.value, *_whom(of.rule, of.facility, of.scope), "", of.reason or "") for of in beside.gone]
        if beside
        else []
    )
    rows = [*found, *gone]
    show([*(columns(rows) if rows else ()), line(states_told(beside) if beside else "no baseline")])


@baseline.command()
@snapshot_argument
@as_of_option("The day to judge by; today, in UTC, if not given.")
@baseline_option
@pack_options
@engine_options
def prune(**given: Any) -> None:
    """Take out what is fixed.

    An entry is fixed when its rule reached a verdict for its facility on data that cover it, and found nothing. What
    was not seen stays.
    """
    from rootlint.exceptions.baseline import without
    from rootlint.model import State

    configuration = configure(**given)
    path = configuration.baseline
    before = _existing(configuration, path)
    beside = _judged(configuration).exceptions.baseline
    gone = beside.gone if beside is not None else ()
    fixed = {of.fingerprint for of in gone if of.state is State.FIXED}
    if fixed:
        _write(path, without(before, fixed))
    unseen = f" ({len(gone) - len(fixed):,} not seen)" if len(gone) > len(fixed) else ""
    show(
        [
            line(
                f"{path.as_posix()}: {len(fixed):,} fixed and taken out, {len(before.entries) - len(fixed):,} stay{unseen}"
            )
        ]
    )


def _existing(configuration: Configuration, path: Path) -> Baseline:
    from rootlint.errors import Problems
    from rootlint.exceptions.baseline import read_baseline
    from rootlint.exceptions.rules import facts_of

    problems = Problems()
    found = read_baseline(read_file(path), path.as_posix(), facts_of(load(configuration)[1]), problems)
    problems.raise_if_any()
    return found


def _before(configuration: Configuration, path: Path, anew: bool) -> Baseline | None:
    from rootlint.errors import Place, Problem, UserError

    if not path.exists():
        return None
    if not anew:
        help = "take out what is fixed with rootlint baseline prune, or make it anew with --replace"
        raise UserError(Problem("there is a baseline already", Place(path.as_posix()), help))
    return _existing(configuration, path)


def _without_baseline(options: Options) -> Options:
    return dataclasses.replace(options, exceptions=options.exceptions.without(baseline=True))


def _judged(configuration: Configuration) -> Report:
    """The snapshot beside the baseline, which must be there."""
    from rootlint.cli.runs import assess

    options = options_of(configuration)
    sources = dataclasses.replace(options.exceptions, baseline=configuration.baseline)
    return assess(dataclasses.replace(options, exceptions=sources), quiet=False)


def _refuse_roots(report: Report, made: Baseline, before: Baseline | None) -> None:
    from rootlint.errors import Problem, UserError

    known = {entry.fingerprint for entry in before.entries} if before else set()
    entered = {entry.fingerprint for entry in made.entries} - known
    roots = [of for of in report.findings if _is_root(of) and of.fingerprint in entered]
    if roots:
        raise UserError(
            *(Problem(f"{_named(of)} is a root cause of severity error", help=_ROOT_HELP) for of in roots)
        )


_ROOT_HELP = "repair it, and its symptoms go with it; or enter it with --accept-roots"


def _is_root(finding: Finding) -> bool:
    """Whether others would come back with it: what has no symptoms may be debt like any other."""
    from rootlint.model import Severity

    return finding.cause is not None and bool(finding.cause.explained) and finding.severity is Severity.ERROR


def _named(finding: Finding) -> str:
    return ", ".join(part for part in (finding.rule, *_whom("", finding.facility, finding.scope)) if part)


def _write(path: Path, made: Baseline) -> None:
    from rootlint.exceptions.baseline import write_baseline

    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, write_baseline(made))


def _told_made(path: Path, report: Report, made: Baseline) -> Iterator[str]:
    yield f"{path.as_posix()}: {counted(len(made.entries), 'finding')} entered"
    waived = len({of.fingerprint for of in report.findings if of.waiver is not None})
    if waived:
        yield f"{counted(waived, 'finding')} left out: a waiver is for each"
    if report.open_ends:
        yield f"{counted(report.open_ends, 'verdict')} not reached: what these rules would find will be new"


def _entries(found: Baseline) -> Iterator[Line]:
    rows = [
        (
            *_whom(of.rule, of.facility, of.scope),
            counted(of.evidence.count, "violation"),
            f"since {of.first_seen}",
        )
        for of in sorted(found.entries, key=lambda of: (of.rule, of.facility or "", of.fingerprint))
    ]
    yield from columns(rows) if rows else ()
    packs = ", ".join(f"{name} {short(digest)}" for name, digest in sorted(found.packs.items()))
    yield line(
        f"{counted(len(rows), 'finding')} of snapshot {short(found.snapshot)}, by {packs or 'no pack'}"
    )


def _found_rows(report: Report) -> list[Row]:
    """Each finding once, however many explanations it has."""
    found = {of.fingerprint: of for of in report.findings if of.baseline is not None}
    return [
        _found(of)
        for of in sorted(found.values(), key=lambda of: (of.rule, of.facility or "", of.fingerprint))
    ]


def _found(finding: Finding) -> Row:
    beside = finding.baseline
    assert beside is not None, "only findings beside a baseline are shown"
    before = (
        ""
        if beside.count is None
        else f"{counted(beside.count, 'violation')} before, since {beside.first_seen}"
    )
    return (
        beside.state.value,
        *_whom(finding.rule, finding.facility, finding.scope),
        before,
        "grown" if beside.grown else "",
    )


def _whom(rule: str, facility: str | None, scope: Any) -> tuple[str, str, str]:
    return rule, facility_name(facility), pairs(scope)
