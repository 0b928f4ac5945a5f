"""``rootlint rules list`` and ``show``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import configure, find_rule, load, pack_options
from rootlint.cli.terminal import say
from rootlint.cli.terminal import show as show_lines
from rootlint.cli.words import LAYERS, SEVERITIES, columns
from rootlint.report.wording import visible

if TYPE_CHECKING:
    from rootlint.rules.model import LoadedRule


@click.command("list")
@click.option(
    "--rule", "names", multiple=True, metavar="NAME", help="This rule; 'sale-*' for several (repeatable)."
)
@click.option(
    "--layer", "layers", multiple=True, type=click.Choice(LAYERS), help="Rules of this layer (repeatable)."
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Rules with this tag (repeatable).")
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice(SEVERITIES),
    help="Rules of this severity (repeatable).",
)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How to print them.")
@pack_options
def list_rules(
    format: str, names: tuple[str, ...], packs: Any, jurisdictions: Any, **narrowed: tuple[str, ...]
) -> None:
    """List the rules."""
    from rootlint.rules.selecting import Selection, select

    _, loaded = load(configure(packs=packs, jurisdictions=jurisdictions))
    found = select(loaded, Selection(names, preview=True, **narrowed))
    if format == "json":
        say(json.dumps([_facts(rule) for rule in found], indent=2, sort_keys=True) + "\n")
    else:
        show_lines(columns([_row(rule) for rule in found]))


def _row(loaded: LoadedRule) -> tuple[str, ...]:
    rule = loaded.rule
    status = "" if rule.status == "stable" else rule.status
    return (rule.name, rule.layer, rule.severity, status, rule.summary.strip())


def _facts(loaded: LoadedRule) -> dict[str, Any]:
    facts = loaded.rule.model_dump(mode="json", exclude={"check", "tests"})
    needs = {table: sorted(names) for table, names in loaded.needs.items()}
    return {**facts, "check_kind": loaded.check.kind, "pack": loaded.pack, "needs": needs}


@click.command()
@click.argument("name")
@pack_options
def show(name: str, **given: Any) -> None:
    """Print a rule's file."""
    _, packs = load(configure(**given))
    for text in find_rule(packs, name).document.text.splitlines():
        say(f"{visible(text)}\n")
