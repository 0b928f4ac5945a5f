"""``rootlint jurisdictions``: the law that facilities are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, known
from rootlint.cli.groups import HelpfulGroup
from rootlint.cli.law import heading, told, value_lines
from rootlint.cli.terminal import show as show_lines
from rootlint.cli.words import columns, labelled
from rootlint.report.style import Line, Span, line
from rootlint.report.wording import counted

if TYPE_CHECKING:
    from rootlint.jurisdictions.laws import Laws
    from rootlint.jurisdictions.model import Jurisdiction
    from rootlint.jurisdictions.showing import Difference, Listed, ShownParameter

folders_option = click.option(
    "--jurisdictions", multiple=True, type=FOLDER, metavar="FOLDER",
    help="A folder of jurisdictions, beside the installed ones (repeatable).",
)  # fmt: skip


@click.group(cls=HelpfulGroup)
def jurisdictions() -> None:
    """List, show and compare jurisdictions."""


@jurisdictions.command("list")
@folders_option
def list_all(jurisdictions: tuple[Path, ...]) -> None:
    """List the jurisdictions, with the day their sources were read."""
    from rootlint.jurisdictions.showing import list_jurisdictions

    show_lines(columns([_row(each) for each in list_jurisdictions(_laws(jurisdictions).jurisdictions)]))


@jurisdictions.command()
@click.argument("code")
@as_of_option("Only what is in force on a day; all of all days if not given.")
@folders_option
def show(code: str, as_of: date | None, jurisdictions: tuple[Path, ...]) -> None:
    """Show a jurisdiction: every parameter with value, citation, and the days it is in force."""
    from rootlint.jurisdictions.showing import show_parameters

    laws = _laws(jurisdictions)
    found = known(code, laws.jurisdictions, "jurisdiction")
    show_lines(
        [*_head(found), *_parameters(show_parameters(found, laws.vocabulary, as_of)), *_not_known(found)]
    )


@jurisdictions.command()
@click.argument("left", metavar="CODE")
@click.argument("right", metavar="CODE")
@as_of_option("The day to compare; today, in UTC, if not given.")
@click.option("--all", "everything", is_flag=True, help="Show what is the same in both, too.")
@folders_option
def diff(
    left: str, right: str, as_of: date | None, everything: bool, jurisdictions: tuple[Path, ...]
) -> None:
    """Compare two jurisdictions, parameter by parameter."""
    from rootlint.jurisdictions import showing

    laws = _laws(jurisdictions)
    one, other = (known(code, laws.jurisdictions, "jurisdiction") for code in (left, right))
    found = showing.diff(one, other, laws.vocabulary, as_of or datetime.now(UTC).date())
    show_lines(_differences(left, right, found, everything))


def _laws(folders: tuple[Path, ...]) -> Laws:
    from rootlint.jurisdictions.laws import load_laws

    return load_laws(configure(jurisdictions=folders).jurisdictions)


def _row(each: Listed) -> tuple[str, ...]:
    notes = [
        f"{each.without_number} without a number" if each.without_number else "",
        f"{each.uncertain} resting on an uncertain reading" if each.uncertain else "",
        counted(each.not_known, "open question") if each.not_known else "",
    ]
    told = ", ".join([counted(each.parameters, "parameter"), *filter(None, notes)])
    return (each.code, each.name, str(each.version), told)


def _head(found: Jurisdiction) -> Iterator[Line]:
    yield line(Span(f"{found.name} ({found.code})", "strong"), f", sources read {found.version}")
    yield from labelled("regulator", found.regulator)
    yield from labelled("time zones", ", ".join(found.timezones))
    yield from labelled("calendar", found.calendar.name)
    for change in found.pending_changes:
        yield from labelled("pending", f"{change.change} ({change.status})")


def _parameters(parameters: tuple[ShownParameter, ...]) -> Iterator[Line]:
    for parameter in parameters:
        yield line()
        yield heading(parameter.name, parameter.meaning)
        yield from (line(told(value), lead="  ") for value in parameter.values)


def _not_known(found: Jurisdiction) -> Iterator[Line]:
    if found.not_known:
        yield line()
        yield from labelled("not known", *found.not_known)


def _differences(left: str, right: str, found: tuple[Difference, ...], everything: bool) -> Iterator[Line]:
    for each in found:
        if everything or not each.same:
            yield heading(each.name, each.meaning)
            yield from value_lines(left, each.left)
            yield from value_lines(right, each.right)
    same = sum(each.same for each in found)
    yield line(f"{counted(len(found), 'parameter')}: {same} the same, {len(found) - same} not")
