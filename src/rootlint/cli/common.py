"""What several commands share: options, the configuration, and loading rules and jurisdictions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rootlint.configuration import Configuration
    from rootlint.engine import Engine
    from rootlint.jurisdictions.laws import Laws
    from rootlint.rules.loading import Packs
    from rootlint.rules.model import LoadedRule

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def reading(read: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A callback that reads an option's text, or each of its texts; ``read`` says in a ``ValueError`` what is wrong."""

    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
        try:
            if isinstance(value, tuple):
                return tuple(map(read, value))
            return None if value is None else read(value)
        except ValueError as error:
            raise click.BadParameter(str(error), context, parameter) from None

    return callback


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no day like 2026-11-20") from None


def as_of_option(help: str) -> Callable[[F], F]:
    """Add the option that names a day."""
    return click.option("--as-of", callback=reading(_day), metavar="DAY", help=help)


FOLDER = click.Path(path_type=Path)


def pack_options(command: F) -> F:
    """Add the options that say which rules and jurisdictions there are."""
    packs = click.option(
        "--pack", "packs", multiple=True, type=FOLDER, metavar="FOLDER",
        help="A folder of rules, beside the installed packs (repeatable).",
    )  # fmt: skip
    jurisdictions = click.option(
        "--jurisdictions", multiple=True, type=FOLDER, metavar="FOLDER",
        help="A folder of jurisdictions, beside the installed ones (repeatable).",
    )  # fmt: skip
    return packs(jurisdictions(command))


def configure(**given: Any) -> Configuration:
    """The configuration, with what the command line gives before all else; None and () were not given."""
    from rootlint.configuration import load_configuration

    command_line = {name: value for name, value in given.items() if value is not None and value != ()}
    return load_configuration(Path.cwd(), os.environ, command_line)


def load(configuration: Configuration) -> tuple[Laws, Packs]:
    """All jurisdictions and rules."""
    from rootlint.jurisdictions.laws import load_laws
    from rootlint.rules.loading import load_rules

    laws = load_laws(configuration.jurisdictions)
    return laws, load_rules(
        laws, configuration.packs, configuration.mappings, cache=configuration.cache_folder
    )


def make_engine(configuration: Configuration) -> Engine:
    """The configured engine."""
    from rootlint.plugins import collect

    chosen = known(configuration.engine, collect("rootlint_engines", "engine"), "engine")
    engine: Engine = chosen.call(threads=configuration.threads, memory_limit=configuration.memory_limit)
    return engine


def find_rule(packs: Packs, name: str) -> LoadedRule:
    """The rule of a name or former name."""
    return packs.rules[known(name, packs.names, "rule")]


def known(name: str, names: Mapping[str, T], what: str) -> T:
    """What a name stands for; ``UserError`` with the nearest known name when it stands for nothing."""
    from rootlint.errors import Problem, UserError, did_you_mean

    if name not in names:
        raise UserError(Problem(f"no {what} is named '{name}'", help=did_you_mean(name, names)))
    return names[name]
