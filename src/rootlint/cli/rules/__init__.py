"""``rootlint rules``: what rule authors need."""

from __future__ import annotations

import click

from rootlint.cli.groups import Lazy, LazyGroup

COMMANDS = {
    "list": Lazy("rootlint.cli.rules.listing:list_rules", "List the rules."),
    "show": Lazy("rootlint.cli.rules.listing:show", "Print a rule's file."),
    "explain": Lazy("rootlint.cli.rules.explaining:explain", "Tell how a rule is evaluated."),
    "check": Lazy("rootlint.cli.rules.verifying:check", "Check rule files without running them."),
    "test": Lazy("rootlint.cli.rules.verifying:test", "Run the cases inside rules."),
    "diff": Lazy("rootlint.cli.rules.differing:diff", "Compare two versions of a pack."),
    "new": Lazy("rootlint.cli.rules.writing:new", "Write a rule to start from."),
    "schema": Lazy("rootlint.cli.rules.writing:schema", "Print the JSON Schema of rule files."),
    "docs": Lazy("rootlint.cli.rules.writing:docs", "Print a reference page for rule authors, as Markdown."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def rules() -> None:
    """List, show, write, check and test rules."""
