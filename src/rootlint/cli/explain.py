"""``rootlint explain``: a rule, for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import as_of_option, configure, find_rule, load, pack_options
from rootlint.cli.law import heading, value_lines
from rootlint.cli.terminal import show
from rootlint.cli.words import labelled, paragraphs
from rootlint.report.style import Line, Span, line

if TYPE_CHECKING:
    from rootlint.jurisdictions.laws import Laws
    from rootlint.rules.model import LoadedRule


@click.command()
@click.argument("name")
@as_of_option("The day to tell the law of; today, in UTC, if not given.")
@pack_options
def explain(name: str, as_of: date | None, **given: Any) -> None:
    """Tell what a rule looks for, why, and by which law.

    The law is told for each jurisdiction that is loaded, as it is in force on a day.
    """
    configuration = configure(as_of=as_of, **given)
    laws, packs = load(configuration)
    day = configuration.as_of or datetime.now(UTC).date()
    show(_lines(find_rule(packs, name), laws, day))


def _lines(loaded: LoadedRule, laws: Laws, day: date) -> Iterator[Line]:
    rule = loaded.rule
    yield line(
        Span(rule.name, "strong"), f": {rule.severity}, layer {rule.layer}, confidence {rule.confidence}"
    )
    yield line(f"pack {loaded.pack}, {rule.status} since {rule.since}")
    yield line()
    yield from labelled("what", *paragraphs(rule.summary))
    yield from labelled("why", *paragraphs(rule.rationale))
    yield from labelled("remediation", *paragraphs(rule.remediation))
    yield from labelled("applies to", ", ".join(rule.applies_to) or "every kind of licence")
    yield from labelled(
        "needs", *(f"{table}: {', '.join(sorted(of))}" for table, of in sorted(loaded.needs.items()))
    )
    yield from labelled("modes", *rule.modes)
    yield from labelled("former names", *rule.aliases)
    yield from labelled("leads to", *(f"{link.rule}: {link.mechanism}" for link in rule.leads_to))
    yield from labelled("see", *(f"{reference.title}: {reference.url}" for reference in rule.references))
    yield from _law(loaded, laws, day)


def _law(loaded: LoadedRule, laws: Laws, day: date) -> Iterator[Line]:
    """The values of each parameter in each jurisdiction, on a day."""
    from rootlint.jurisdictions.showing import show_parameters

    if loaded.parameters:
        yield line()
        yield line(Span(f"the law on {day}", "strong"))
    for name in sorted(loaded.parameters):
        yield line()
        yield heading(name, laws.vocabulary.parameters[name].meaning)
        for code, jurisdiction in sorted(laws.jurisdictions.items()):
            found = [
                each for each in show_parameters(jurisdiction, laws.vocabulary, day) if each.name == name
            ]
            values = found[0].values if found else ()
            yield from value_lines(code, values)
