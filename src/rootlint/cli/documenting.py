"""The command line as a Markdown page, for docs/command-line.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from rootlint.cli import EXIT_CODES, root
from rootlint.configuration import NOT_IN_ENVIRONMENT, PREFIX, settings


def document_command_line() -> str:
    """Every command with its options, then the settings."""
    lines = [
        "# Command line",
        "",
        "<!-- Written by make docs from the commands; change those, not this page. -->",
    ]
    context = click.Context(root, info_name="rootlint")
    lines += [*_command(context), *_settings()]
    return "\n".join(lines) + "\n"


def _command(context: click.Context) -> Iterator[str]:
    command = context.command
    yield from ("", f"## {context.command_path}", "")
    yield from (f"    {' '.join((context.command_path, *command.collect_usage_pieces(context)))}", "")
    yield inspect.cleandoc(command.help or "")
    if command is root:
        yield from ("", "| exit code | meaning |", "| --- | --- |")
        yield from (f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    options = [each for each in command.params if isinstance(each, click.Option)]
    if options:
        yield from ("", "| option | meaning |", "| --- | --- |")
        yield from (_option(each, context) for each in options)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, "a group knows the commands that it lists"
            yield from _command(click.Context(below, info_name=name, parent=context))


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" {option.make_metavar(context)}".replace("|", "\\|")
    return f"| {names}{value} | {option.help} |"


def _settings() -> Iterator[str]:
    yield from ("", "## Settings", "", inspect.cleandoc(SETTINGS), "")
    yield from ("| key | environment | meaning |", "| --- | --- | --- |")
    for name, setting in settings().items():
        variable = "" if name in NOT_IN_ENVIRONMENT else f"`{PREFIX}{name.upper()}`"
        yield f"| `{name}` | {variable} | {setting.meaning} |"


SETTINGS = """
    Settings stand in `rootlint.toml`, or in `pyproject.toml` under `[tool.rootlint]`, in the working folder or the
    nearest one above it within the repository. Paths in them start from their file's folder. The command line goes
    before the environment, the environment before the file. `rootlint config show` tells every setting with its
    value and where that comes from.

        snapshot = "snapshots/latest"
        packs = ["compliance/rules"]
        fail_on = "error"

        [rules]
        sale-posted-twice = "warning"
        item-map-ambiguous = "off"
"""
