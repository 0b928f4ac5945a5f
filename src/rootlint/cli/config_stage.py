"""``rootlint check --stage config``: the settings of some files, without a snapshot."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from rootlint.cli.common import F, configure

if TYPE_CHECKING:
    from rootlint.config_stage.fixes import Fixes
    from rootlint.config_stage.judging import Checked
    from rootlint.configuration import Configuration
    from rootlint.model import Report
    from rootlint.report.style import Style

DEFAULT_FOLDER = "config"
NOTHING = 3  # the exit code of a run in which nothing was evaluated
STAGES = ("snapshot", "config")

Render = Callable[["Report", "Style"], str]
Deliver = Callable[["Configuration", "Report", Render, bool], int]


@dataclasses.dataclass(frozen=True)
class Wishes:
    """How a run behaves."""

    fix: bool = False
    diff: bool = False
    hook: bool = False
    cached: bool = True


def stage_options(command: F) -> F:
    """Add the options that say what is judged, and what only the configuration stage can do."""

    @functools.wraps(command)
    def with_wishes(
        *args: Any, fix: bool, diff: bool, hook: bool, no_cache: bool, stage: str, **given: Any
    ) -> Any:
        wishes = Wishes(fix, diff, hook, cached=not no_cache)
        if stage != "config" and (fix or diff):
            raise click.UsageError("--fix and --diff go with --stage config: a snapshot is never changed")
        return command(*args, stage=stage, wishes=wishes, **given)

    options = (
        click.option(
            "--stage",
            type=click.Choice(STAGES),
            default=STAGES[0],
            help="What is judged: a snapshot, or configuration files alone.",
        ),
        click.option("--fix", is_flag=True, help="Put values right where that is certain (--stage config)."),
        click.option(
            "--diff",
            is_flag=True,
            help="Show what --fix changes (--stage config); without it, nothing is changed.",
        ),
        click.option(
            "--hook",
            is_flag=True,
            help="For commit hooks: say little, and exit with 0, not 3, when there is nothing to judge.",
        ),
        click.option("--no-cache", is_flag=True, help="Load rules anew, and keep nothing."),
    )
    wrapped: Any = with_wishes
    for option in reversed(options):
        wrapped = option(wrapped)
    return cast(F, wrapped)


def refuse(**given: Any) -> None:
    """Refuse options that mean nothing without a snapshot: what is ignored looks like what was done."""
    for name, value in given.items():
        if value:
            raise click.UsageError(f"--{name} needs a snapshot; it does not go with --stage config")


def the_snapshot(paths: tuple[Path, ...], wishes: Wishes) -> Path | None:
    """The one snapshot that is named; None where none is."""
    if len(paths) > 1:
        raise click.UsageError(f"one snapshot at a time; several files go with --stage config: {paths[1]}")
    return paths[0] if paths else None


def check_settings(
    paths: tuple[Path, ...],
    given: Mapping[str, Any],
    narrowed: Mapping[str, tuple[str, ...]],
    wishes: Wishes,
    looking_away: Mapping[str, bool],
    allow_incomplete: bool,
    deliver: Deliver,
) -> int:
    """Judge, put right what is wished, tell; give the exit code. ``looking_away`` says from which exceptions."""
    from rootlint.config_stage.fixes import find_fixes
    from rootlint.config_stage.judging import check_configuration
    from rootlint.config_stage.options import options_of

    configuration = configure(**given)
    options = options_of(configuration, paths or (_default(),), datetime.now(UTC).date(), narrowed)
    options = dataclasses.replace(
        options,
        exceptions=options.exceptions.without(**looking_away),
        allow_incomplete=allow_incomplete,
        cache=configuration.cache_folder if wishes.cached else None,
    )
    checked = check_configuration(options)
    if wishes.fix or wishes.diff:
        fixes = find_fixes(checked, options)
        if wishes.diff:
            _show_differences(checked, fixes)
        if wishes.fix:
            fixes.write(checked.layout)
            checked = fixes.after
            _tell_fixed(fixes)
    return deliver(configuration, checked.report, _text(checked, hook=wishes.hook), wishes.hook)


def _default() -> Path:
    from rootlint.errors import Problem, UserError

    folder = Path(DEFAULT_FOLDER)
    if not folder.is_dir():
        raise UserError(Problem("no configuration is named", help="rootlint check --stage config PATH…"))
    return folder


def _text(checked: Checked, *, hook: bool) -> Render:
    """How to write the report for people."""
    from rootlint.report.config_text import ConfigView, render, render_terse

    named = checked.layout.paths
    view = ConfigView(checked.report, checked.config, named, checked.violations, checked.elsewhere)
    write = render_terse if hook else render
    return lambda report, style: write(dataclasses.replace(view, report=report), style)


# -- fixes


def _tell_fixed(fixes: Fixes) -> None:
    from rootlint.cli.terminal import note
    from rootlint.report.wording import counted

    if fixes.values:
        note(f"{counted(fixes.values, 'value')} put right in {', '.join(fixes.contents)}")


def _show_differences(checked: Checked, fixes: Fixes) -> None:
    """Print what fixes change as a unified diff; secrets are fingerprints there as everywhere."""
    from rootlint.cli.terminal import say

    say("".join(_differences(checked, fixes)))


def _differences(checked: Checked, fixes: Fixes) -> Iterator[str]:
    import difflib

    from rootlint.report.wording import visible
    from rootlint.snapshot.config_files import read_files
    from rootlint.snapshot.excerpts import without_secrets
    from rootlint.snapshot.mapping import SettingMap

    for file, raw in fixes.contents.items():
        after = read_files({file: raw}, SettingMap(()))
        before = read_files({file: checked.contents[file]}, SettingMap(()))
        name = checked.layout.files[file].as_posix()
        old, new = (without_secrets(config, file).splitlines() for config in (before, after))
        for each in difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""):
            yield f"{visible(each)}\n"
