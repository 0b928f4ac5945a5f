"""How a command ends when something is wrong: what is said on stderr, and the exit code."""

from __future__ import annotations

import os
import traceback

import click

from rootlint import __version__
from rootlint.errors import Problem, UserError
from rootlint.report.wording import visible

INVALID, OUR_FAULT, INTERRUPTED = 2, 5, 130
DEBUG = "ROOTLINT_DEBUG"


def tell(error: Exception) -> int:
    """Say what is wrong, and what to do next; return the exit code."""
    if isinstance(error, UserError):
        if error.__cause__ is not None:  # what a plugin raised
            _trace(error.__cause__)
        return _invalid(*error.problems)
    if isinstance(error, click.ClickException):
        return _invalid(_usage(error))
    if isinstance(error, click.Abort):
        return INTERRUPTED
    return _our_fault(error)


def show(problem: Problem) -> None:
    """Print a problem on stderr; what it quotes cannot steer the terminal."""
    for line in str(problem).split("\n"):
        click.echo(visible(line), err=True)


def _invalid(*problems: Problem) -> int:
    for problem in problems:
        show(problem)
    return INVALID


def _usage(error: click.ClickException) -> Problem:
    context, near = getattr(error, "ctx", None), getattr(error, "possibilities", None)
    message = (error.message if near else error.format_message()).rstrip(".")
    # An option without its value is told without a context.
    where = f"see {context.command_path} --help" if context else "the command's own --help tells how"
    help = f"did you mean '{near[0]}'?" if near else where
    return Problem(f"{message[:1].lower()}{message[1:]}", help=help)


def _trace(error: BaseException) -> None:
    if os.environ.get(DEBUG):
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)


def _our_fault(error: Exception) -> int:
    _trace(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    show(
        Problem(
            f"this is a fault of rootlint itself, not of your data: {type(error).__name__} at {place}",
            help=f"please report it with the command and the version (rootlint {__version__}); "
            f"{DEBUG}=1 shows the traceback, which may quote your data",
        )
    )
    return OUR_FAULT
