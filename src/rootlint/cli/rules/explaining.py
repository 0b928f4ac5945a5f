"""``rootlint rules explain``: how a rule is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import as_of_option, configure, find_rule, load, pack_options
from rootlint.cli.runs import options_of
from rootlint.cli.terminal import say, show
from rootlint.cli.words import labelled
from rootlint.report.style import Line, Span, line

if TYPE_CHECKING:
    from rootlint.configuration import Configuration
    from rootlint.rules.model import LoadedRule
    from rootlint.rules.planning import ScanSql


@click.command()
@click.argument("name")
@click.option(
    "--plan",
    "snapshot",
    is_flag=False,
    flag_value="",
    metavar="[SNAPSHOT]",
    help="Print the SQL that would run on a snapshot; on the configured one where none is named.",
)
@as_of_option("The day to judge by; today, in UTC, if not given.")
@pack_options
def explain(name: str, snapshot: str | None, **given: Any) -> None:
    """Tell how a rule is evaluated.

    What it needs, by which keys its violations are told apart, what they lead to; with --plan the SQL itself.
    """
    configuration = configure(snapshot=Path(snapshot) if snapshot else None, **given)
    _, packs = load(configuration)
    rule = find_rule(packs, name)
    if snapshot is None:
        show(_lines(rule))
    else:
        for text in _statements(_plan(rule, configuration)):
            say(f"{text}\n")


def _lines(loaded: LoadedRule) -> Iterator[Line]:
    rule, check = loaded.rule, loaded.check
    yield line(Span(rule.name, "strong"), f" ({loaded.document.file})")
    yield from labelled("check", f"{check.kind} (rootlint rules docs kinds tells what it judges)")
    yield from labelled(
        "needs", *(f"{table}: {', '.join(sorted(of))}" for table, of in sorted(loaded.needs.items()))
    )
    yield from labelled("parameters", *sorted(loaded.parameters))
    yield from labelled("keys", *(f"{key}: {text}" for key, text in check.keys.items()))
    yield from labelled("scope", ", ".join(rule.scope_keys) or "facility")
    links = (
        f"{link.rule} by {link.via}, {link.lag}, {link.strength}: {link.mechanism}" for link in rule.leads_to
    )
    yield from labelled("leads to", *links)
    yield from labelled("cases", *(case.name for case in rule.tests))


def _plan(loaded: LoadedRule, configuration: Configuration) -> list[ScanSql]:
    from rootlint.assess import plan_of
    from rootlint.rules.selecting import Selection

    return plan_of(replace(options_of(configuration), selection=Selection((loaded.name,))))


def _statements(plan: list[ScanSql]) -> Iterator[str]:
    if not plan:
        yield "-- nothing would run: the snapshot lacks what the rule needs (rootlint check says what)"
    for scan in plan:
        for title, sql in (
            ("the scan: a row a facility with counts, and the violating records", scan.scan),
            ("the violating records", scan.carried),
            ("the counts", scan.counts),
            *((f"the violations of {rule}", insert) for rule, insert in scan.violations.items()),
        ):
            yield f"-- {scan.name}: {title}"
            yield from f"{sql};".splitlines()
            yield ""
