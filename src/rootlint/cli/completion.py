"""``rootlint completion``."""

from __future__ import annotations

import click

from rootlint.cli.common import known
from rootlint.cli.terminal import say

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", metavar="SHELL")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a shell's completion script.

    SHELL is bash, zsh or fish: eval "$(rootlint completion bash)" in ~/.bashrc, say. There is none for PowerShell.
    """
    from click.shell_completion import get_completion_class

    name = known(shell, {each: each for each in SHELLS}, "shell")
    make = get_completion_class(name)
    assert make is not None, "click knows these shells"
    say(make(context.find_root().command, {}, "rootlint", "_ROOTLINT_COMPLETE").source() + "\n")
