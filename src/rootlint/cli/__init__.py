"""The command line: arguments in, text out, exit code. The only place that prints, and reads the clock.

Commands are imported when they are used, so that ``--version`` and ``--help`` start at once.
"""

from __future__ import annotations

import click

from rootlint import __version__
from rootlint.cli.groups import Lazy, Root

COMMANDS = {
    "check": Lazy("rootlint.cli.check:check", "Judge a snapshot and report findings."),
    "explain": Lazy(
        "rootlint.cli.explain:explain",
        "Tell what a rule looks for, where a finding comes from, or why records are in order.",
    ),
    "plan": Lazy("rootlint.cli.plan:plan", "Order repairs, and hold a later snapshot against them."),
    "rules": Lazy("rootlint.cli.rules:rules", "List, show, write, check and test rules."),
    "jurisdictions": Lazy(
        "rootlint.cli.jurisdictions:jurisdictions", "List, show and compare jurisdictions."
    ),
    "baseline": Lazy(
        "rootlint.cli.baseline:baseline", "Take findings for inherited, and see what became of them."
    ),
    "waivers": Lazy("rootlint.cli.waivers:waivers", "Add, list and check waivers."),
    "snapshot": Lazy("rootlint.cli.snapshot:snapshot", "Describe, validate and import snapshots."),
    "schema": Lazy("rootlint.cli.schema:schema", "Print a JSON Schema."),
    "lsp": Lazy("rootlint.cli.lsp:lsp", "Answer an editor: the language server."),
    "config": Lazy("rootlint.cli.config:config", "Show every setting and where it comes from."),
    "completion": Lazy("rootlint.cli.completion:completion", "Print a shell's completion script."),
}

EXIT_CODES = {
    0: "every selected rule reached a verdict, no finding at the threshold",
    1: "findings at or above the threshold",
    2: "the command, configuration, pack or snapshot is not valid",
    3: "nothing was evaluated",
    4: "incomplete: not everything was evaluated, no finding at the threshold",
    5: "a fault of rootlint itself",
    130: "interrupted",
}
# click leaves lines as they are after a line with a backspace.
EPILOG = "\b\nExit codes of check:\n" + "".join(
    f"{code:>5}  {meaning}\n" for code, meaning in EXIT_CODES.items()
)


@click.group(cls=Root, lazy=COMMANDS, epilog=EPILOG)
@click.version_option(__version__, message="rootlint %(version)s")
def root() -> None:
    """A compliance linter for METRC integrations.

    It reads a snapshot of what METRC, the operator's systems and the integration between them hold, and judges
    it by rules and by the law of each facility's jurisdiction. It changes nothing and uses no network.
    """


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    root(prog_name="rootlint")
