"""``rootlint config``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rootlint.cli.common import configure
from rootlint.cli.groups import HelpfulGroup
from rootlint.cli.terminal import show as show_lines
from rootlint.cli.words import columns


@click.group(cls=HelpfulGroup)
def config() -> None:
    """Show every setting and where it comes from."""


@config.command()
def show() -> None:
    """Show every setting with its value and origin.

    The command line goes before the environment (ROOTLINT_SAMPLES=3), that before the file (rootlint.toml, or
    [tool.rootlint] in pyproject.toml, here or in the nearest folder above within the repository).
    """
    from rootlint.configuration import show as settings

    rows = [(each.name, _told(each.value), each.origin, each.meaning) for each in settings(configure())]
    show_lines(columns(rows))


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={said}" for name, said in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(_told, value)) or "none"
    if isinstance(value, Path):
        return value.as_posix()
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)
