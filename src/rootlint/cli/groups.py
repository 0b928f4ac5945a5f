"""Groups whose commands are imported when they are used, and the one that turns all ends into exit codes."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import click


class Lazy(NamedTuple):
    """A command that is not imported yet."""

    target: str  # "rootlint.cli.check:check"
    summary: str  # as the command itself gives it; a test compares


class HelpfulGroup(click.Group):
    """A group that shows its help when no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)


class LazyGroup(HelpfulGroup):
    """A group that knows names and summaries of its commands without importing them."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazy:
            return None
        module, _, name = self.lazy[cmd_name].target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.lazy:
            from rootlint.errors import Problem, UserError, did_you_mean

            known = did_you_mean(args[0], self.lazy, listing="commands")
            raise UserError(Problem(f"{ctx.command_path} has no command '{args[0]}'", help=known))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.lazy.items()])


class Root(LazyGroup):
    """The outermost group: whatever happens below it ends in a message and an exit code."""

    def main(self, args: Sequence[str] | None = None, **settings: Any) -> Any:  # type: ignore[override]
        try:
            code = super().main(args, **{**settings, "standalone_mode": False})
        except Exception as error:
            from rootlint.cli.faults import tell

            code = tell(error)
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if not _is_closed_pipe(error):
                raise
            # Whoever read the output has seen enough; nothing is left to say, not even on the way out.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return BROKEN_PIPE


def _is_closed_pipe(error: OSError) -> bool:
    """Windows has another name for it."""
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)


BROKEN_PIPE = 141  # as a program that a closed pipe ended
