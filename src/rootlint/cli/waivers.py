"""``rootlint waivers``: failures that somebody answers for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, load, pack_options, reading
from rootlint.cli.groups import HelpfulGroup
from rootlint.cli.runs import exceptions_of
from rootlint.cli.terminal import note, read_file, show, write_file
from rootlint.cli.words import columns
from rootlint.report.style import line
from rootlint.report.wording import counted, pairs, problem_line

if TYPE_CHECKING:
    from rootlint.configuration import Configuration
    from rootlint.errors import Problem
    from rootlint.exceptions.rules import RuleFacts
    from rootlint.exceptions.waivers import Waiver

TO_LOOK_AFTER = 1  # exit code: the file is sound, and some of its waivers are not needed or no longer hold

snapshot_argument = click.argument("snapshot", required=False, type=FOLDER)
waivers_option = click.option(
    "--waivers", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="The file of waivers; .rootlint/waivers.yaml if not given.",
)  # fmt: skip


@click.group(cls=HelpfulGroup)
def waivers() -> None:
    """Add, list and check waivers."""


@waivers.command("list")
@snapshot_argument
@as_of_option("The day to count from; today, in UTC, if not given.")
@waivers_option
@pack_options
def list_all(snapshot: Path | None, as_of: date | None, **given: Any) -> None:
    """List the waivers: whom for, until when, who answers for them.

    With SNAPSHOT, those beside the settings of its configuration too.
    """
    configuration = configure(as_of=as_of, **given)
    day = _day(configuration)
    found = _read(configuration, snapshot, day)
    if found:
        show(columns([_row(waiver, day) for waiver in found]))
    show([line(counted(len(found), "waiver"))])


@waivers.command()
@snapshot_argument
@as_of_option("The day to judge by; today, in UTC, if not given.")
@waivers_option
@pack_options
def lint(snapshot: Path | None, as_of: date | None, **given: Any) -> int:
    """Check the waivers, the baseline and the stricter parameters.

    A fault of one of these files ends with exit code 2, and so does a parameter that is looser than the law; a waiver
    that has expired ends with 1. With SNAPSHOT, the rules that are waived are run, comments beside settings are checked
    too, and a waiver that nothing needs ends with 1 as well. A parameter for one licence is held against the law only
    where a snapshot says which law that is: rootlint check does.
    """
    configuration = configure(as_of=as_of, **given)
    found = _read(configuration, snapshot, _day(configuration))
    problems = _problems(configuration, found, snapshot)
    show([*map(line, map(problem_line, problems)), line(_ended(found, problems))])
    return TO_LOOK_AFTER if any(problem.severity != "note" for problem in problems) else 0


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise ValueError(f"'{text}' is no KEY=VALUE")
    return key, value


@waivers.command()
@click.option("--rule", required=True, metavar="NAME", help="The rule whose findings are waived.")
@click.option("--facility", metavar="LICENCE", help="The licence; none for the integration as a whole.")
@click.option(
    "--scope", multiple=True, callback=reading(_pair), metavar="KEY=VALUE",
    help="What the finding is about; every key of the rule's scope (repeatable).",
)  # fmt: skip
@click.option(
    "--all", "everything", is_flag=True, help="Every finding of the rule there, whatever its scope."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why the failure may stand until then.")
@click.option("--author", required=True, metavar="NAME", help="Who asks for it.")
@click.option("--approver", required=True, metavar="NAME", help="Who answers for it; never the author.")
@click.option("--expires", required=True, metavar="DAY", help="The last day it holds.")
@click.option("--ticket", metavar="NAME", help="Where the work is tracked.")
@click.option("--id", "name", metavar="NAME", help="Its name; the next of the year if not given.")
@as_of_option("The day it is opened; today, in UTC, if not given.")
@waivers_option
@pack_options
def add(
    rule: str,
    facility: str | None,
    scope: tuple[tuple[str, str], ...],
    everything: bool,
    reason: str,
    author: str,
    approver: str,
    expires: str,
    ticket: str | None,
    name: str | None,
    as_of: date | None,
    **given: Any,
) -> None:
    """Add a waiver to the file.

    Nothing is written unless the whole file is sound with it. Its comments and layout stay. The first line of a new
    file names the schema for editors, which is written to .rootlint/schemas.
    """
    configuration = configure(as_of=as_of, **given)
    path, day = configuration.waivers, _day(configuration)
    text = read_file(path) if path.exists() else _beginning(path)
    fields = {
        "id": name or _next_id(text, path, day), "rule": rule, "facility": facility, "scope": dict(scope),
        "all": everything, "reason": reason, "author": author, "approver": approver, "opened": str(day),
        "expires": expires, "ticket": ticket,
    }  # fmt: skip
    _write(path, text, fields, _rules(configuration))
    note(f"{path.as_posix()}: {fields['id']} added")


def _write(path: Path, text: str, fields: dict[str, Any], rules: dict[str, RuleFacts]) -> None:
    from rootlint.documents import parse_yaml
    from rootlint.errors import Problems
    from rootlint.exceptions.waivers import read_waivers
    from rootlint.exceptions.writing import with_waiver

    after = with_waiver(text, path.as_posix(), fields)
    problems = Problems()
    read_waivers(parse_yaml(after, path.as_posix()), rules, None, problems)
    problems.raise_if_any()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, after)


def _beginning(path: Path) -> str:
    from rootlint.cli.schema import schema_line
    from rootlint.exceptions.writing import START

    return schema_line("waivers", path) + START


def _next_id(text: str, path: Path, day: date) -> str:
    from rootlint.documents import parse_yaml
    from rootlint.exceptions.writing import next_id

    data = parse_yaml(text, path.as_posix()).data
    listed = data.get("waivers") if isinstance(data, dict) else None
    ids = [str(each.get("id")) for each in listed or () if isinstance(each, dict)]
    return next_id(ids, day.year)


def _day(configuration: Configuration) -> date:
    return configuration.as_of or datetime.now(UTC).date()


def _rules(configuration: Configuration) -> dict[str, RuleFacts]:
    from rootlint.exceptions.rules import facts_of

    return facts_of(load(configuration)[1])


def _read(configuration: Configuration, snapshot: Path | None, day: date) -> tuple[Waiver, ...]:
    """The waivers of the file, and those beside settings; every fault of any exception at once."""
    from rootlint.exceptions.loading import World, load_exceptions
    from rootlint.exceptions.rules import facts_of
    from rootlint.snapshot.files import config_contents

    laws, packs = load(configuration)
    config = config_contents(snapshot) if snapshot is not None else {}
    world = World(facts_of(packs), day, config, laws=laws)
    return load_exceptions(exceptions_of(configuration), world).waivers


def _problems(
    configuration: Configuration, found: Sequence[Waiver], snapshot: Path | None
) -> Sequence[Problem]:
    """What is wrong with waivers that are well written."""
    from rootlint.exceptions.applying import unheld

    if snapshot is None or not found:
        return unheld(found, _day(configuration))
    return _judged(configuration, found, snapshot)


def _judged(configuration: Configuration, found: Sequence[Waiver], snapshot: Path) -> Sequence[Problem]:
    import dataclasses

    from rootlint.cli.runs import assess, options_of
    from rootlint.rules.selecting import Selection

    options = options_of(dataclasses.replace(configuration, snapshot=snapshot))
    waived = tuple(sorted({waiver.rule for waiver in found}))
    return assess(dataclasses.replace(options, selection=Selection(waived)), quiet=False).exceptions.problems


def _ended(found: Sequence[Waiver], problems: Sequence[Problem]) -> str:
    wrong = sum(problem.severity != "note" for problem in problems)
    return f"{counted(len(found), 'waiver')}: {f'{wrong:,} to look after' if wrong else 'no fault'}"


def _row(waiver: Waiver, day: date) -> Sequence[str]:
    where = waiver.facility or "whole integration"
    return (
        waiver.id,
        _state(waiver, day),
        waiver.rule,
        where,
        _scope(waiver),
        f"{waiver.approver}: {waiver.reason}",
    )


def _scope(waiver: Waiver) -> str:
    if waiver.inline:
        return ", ".join(path for _, path in sorted(waiver.settings))
    return "everything" if waiver.scope is None else pairs(waiver.scope)


def _state(waiver: Waiver, day: date) -> str:
    if waiver.has_expired(day):
        return f"expired on {waiver.expires}"
    if not waiver.is_open(day):
        return f"from {waiver.opened}"
    return f"until {waiver.expires} ({counted((waiver.expires - day).days, 'day')} left)"
