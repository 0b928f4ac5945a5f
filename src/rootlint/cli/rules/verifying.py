"""``rootlint rules check`` and ``test``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, configure, make_engine, pack_options
from rootlint.cli.terminal import show
from rootlint.report.style import line
from rootlint.report.wording import counted

if TYPE_CHECKING:
    from rootlint.cli.rules.at import RulesAt
    from rootlint.rules.made import Bench

FAULTS = 1  # exit code: the rules load, and their cases say otherwise than they do
NOTHING = 3  # exit code: there was no case to run

paths_argument = click.argument("paths", nargs=-1, type=FOLDER, metavar="[PATH]...")


@click.command()
@paths_argument
@pack_options
def check(paths: tuple[Path, ...], **given: Any) -> None:
    """Check rule files without running them.

    PATH is a folder of rules or one rule file; without one, the rules of all packs are checked. Every fault of every
    file is told at once, with its place.
    """
    from rootlint.cli.rules.at import rules_at

    found = rules_at(paths, configure(**given))
    show([line(f"{counted(len(found.rules), 'rule')}: no fault")])


@click.command()
@paths_argument
@click.option(
    "--coverage", is_flag=True, help="Ask for a case that finds, one that does not, and one without data."
)
@click.option("--mutate", is_flag=True, help="Change each rule in small ways, and ask that a case notices.")
@pack_options
def test(paths: tuple[Path, ...], coverage: bool, mutate: bool, **given: Any) -> int:
    """Run the cases inside rules.

    PATH is a folder of rules or one rule file; without one, the rules of all packs are tested. The exit code is 1
    when a case fails, or when --coverage or --mutate find that one is missing, and 3 when there is no case at all.
    """
    from rootlint.cli.rules.at import rules_at
    from rootlint.rules.made import Bench

    configuration = configure(**given)
    found = rules_at(paths, configuration)
    with closing(make_engine(configuration)) as engine:
        engine.lock([])
        bench = Bench(engine, found.laws.jurisdictions, found.laws.vocabulary, found.packs.functions)
        faults = [*_failures(found, bench)]
        faults += _gaps(found) if coverage else ()
        faults += _survivors(found, bench) if mutate else ()
    cases = sum(len(rule.rule.tests) for rule in found.rules)
    show(
        map(
            line,
            [
                *faults,
                f"{counted(len(found.rules), 'rule')}, {counted(cases, 'case')}: {_told(faults, cases)}",
            ],
        )
    )
    return FAULTS if faults else NOTHING if cases == 0 else 0


def _told(faults: list[str], cases: int) -> str:
    if faults:
        return counted(len(faults), "fault")
    return "no fault" if cases else "nothing was tested"


def _failures(found: RulesAt, bench: Bench) -> Iterator[str]:
    from rootlint.rules.testing import test_rule

    for rule in found.rules:
        for result in test_rule(rule, bench):
            for fault in result.faults:
                yield f"{result.place}: error: {result.rule}, case '{result.case}': {fault}"


def _gaps(found: RulesAt) -> Iterator[str]:
    from rootlint.rules.testing import uncovered

    for problem in uncovered(found.rules):
        yield from str(problem).splitlines()


def _survivors(found: RulesAt, bench: Bench) -> Iterator[str]:
    from rootlint.rules.language.checking import format_schema
    from rootlint.rules.language.types import OF_PARAMETER_KIND
    from rootlint.rules.loading import check_kinds
    from rootlint.rules.mutation import mutate_rule

    kinds, sources = check_kinds(), {source.name: source for source in found.sources}
    parameters = found.laws.vocabulary.parameters
    schema = format_schema({name: OF_PARAMETER_KIND[of.kind] for name, of in parameters.items()})
    for rule in found.rules:
        for mutant in mutate_rule(rule, sources[rule.pack], kinds, schema, bench).survivors:
            yield f"{mutant.place}: error: {mutant.rule}: {mutant.change}, and no case noticed"
