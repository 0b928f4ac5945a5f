"""``rootlint plan``: in which order to repair, and how a later snapshot stands against that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, pack_options
from rootlint.cli.groups import HelpfulGroup
from rootlint.cli.runs import assess, engine_options, options_of
from rootlint.cli.terminal import read_file
from rootlint.report.wording import counted

if TYPE_CHECKING:
    from rootlint.causes.plan import Plan, StepState

FILE = click.Path(dir_okay=False, path_type=Path)
OPEN, UNSEEN = 1, 4  # exit codes of a plan that is held against a snapshot
NOTHING = 3  # exit code: nothing was evaluated


class PlanGroup(HelpfulGroup):
    """A group whose first command goes without its name: ``rootlint plan SNAPSHOT``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help", "-h"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=PlanGroup)
def plan() -> None:
    """Order repairs, and hold a later snapshot against them.

    rootlint plan SNAPSHOT is short for rootlint plan make SNAPSHOT.
    """


@plan.command()
@click.argument("snapshot", required=False, type=FOLDER)
@as_of_option("Judge by this day; today, in UTC, if not given.")
@click.option(
    "--format",
    type=click.Choice(["text", "markdown", "json"]),
    help="How to write the plan; text if not given.",
)
@click.option(
    "--output", type=FILE, metavar="FILE", help="Write the plan to a file, as JSON if not told otherwise."
)
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@pack_options
@engine_options
def make(format: str | None, output: Path | None, quiet: bool, **given: Any) -> int:
    """Say what to repair in which order.

    No step that writes a quantity comes before the causes upstream of it. Each step says what to do, the tempting
    fix that must not come first, the steps before it, and what the next run must no longer show. Exit code 3: nothing
    was evaluated, and there is nothing to order.
    """
    from rootlint.assess import order_repairs
    from rootlint.cli import terminal

    with terminal.progress(quiet=quiet) as shown:
        report, made = order_repairs(options_of(configure(**given)), shown)
    text = _written(made, format or ("text" if output is None else "json"), to_file=output is not None)
    if output is None:
        terminal.say(text)
    else:
        terminal.write_file(output, text)
        if not quiet:
            terminal.note(f"{output} written, {counted(len(made.steps), 'step')}")
    return NOTHING if report.exit_code == NOTHING else 0


@plan.command()
@click.argument("file", metavar="PLAN", type=FILE)
@click.argument("snapshot", required=False, type=FOLDER)
@as_of_option("Judge by this day; today, in UTC, if not given.")
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@pack_options
@engine_options
def check(file: Path, quiet: bool, **given: Any) -> int:
    """Say which steps of a plan a later snapshot shows as done.

    PLAN is what rootlint plan --output wrote. A step is done when its rules ran and found nothing of it; partly done
    when some of it is left; open when all of it is; not seen when nothing is left but a rule of it did not run. Exit
    code 0: all steps are done, 1: some are not, 3: nothing was evaluated, 4: some were not seen.
    """
    from rootlint.causes.plan import check_plan
    from rootlint.cli import terminal
    from rootlint.report.plan import check_lines

    wanted = _read(file)
    report = assess(options_of(configure(**given)), quiet)
    states = check_plan(wanted, report.findings, report.outcomes)
    terminal.show(check_lines(wanted, states))
    return _exit_code(states) or (NOTHING if report.exit_code == NOTHING else 0)


def _read(file: Path) -> Plan:
    from rootlint.report.plan_json import parse

    return parse(read_file(file), str(file))


def _written(made: Plan, format: str, *, to_file: bool) -> str:
    from rootlint.cli import terminal
    from rootlint.report import plan, plan_json
    from rootlint.report.style import typeset

    if format == "json":
        return plan_json.render(made)
    if format == "markdown":
        return plan.markdown(made)
    return typeset(plan.plan_lines(made), terminal.style("auto", to_file=to_file))


def _exit_code(states: Sequence[StepState]) -> int:
    from rootlint.causes.plan import State

    found = {state.state for state in states}
    if found & {State.OPEN, State.PARTLY}:
        return OPEN
    return UNSEEN if State.UNSEEN in found else 0
