"""``rootlint explain``: a rule, a finding, or why records are not in violation, for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, find_rule, load, pack_options
from rootlint.cli.law import heading, value_lines
from rootlint.cli.runs import engine_options, options_of
from rootlint.cli.terminal import progress, show
from rootlint.cli.words import labelled, paragraphs
from rootlint.report.style import Line, Span, line
from rootlint.report.wording import facility_name

if TYPE_CHECKING:
    from rootlint.assess import WhyNot
    from rootlint.configuration import Configuration
    from rootlint.jurisdictions.laws import Laws
    from rootlint.model import Outcome
    from rootlint.rules.model import LoadedRule
    from rootlint.rules.planning import Bounds


@click.command()
@click.argument("name", metavar="RULE|FINDING")
@click.option(
    "--snapshot", type=FOLDER, metavar="SNAPSHOT", help="Tell of a finding, or of records, in this snapshot."
)
@click.option(
    "--why-not",
    metavar="KEY[=VALUE]",
    help="Tell why records of the snapshot with this key are not violations of the rule.",
)
@click.option(
    "--samples", type=click.IntRange(min=0), metavar="N", help="How many violations of a finding to show."
)
@as_of_option("The day to judge by; today, in UTC, if not given.")
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@pack_options
@engine_options
def explain(name: str, snapshot: Path | None, why_not: str | None, quiet: bool, **given: Any) -> None:
    """Tell what a rule looks for, where a finding comes from, or why records are in order.

    A RULE alone: what it looks for, why, and by which law, for each jurisdiction that is loaded, as it is in force on
    a day. A FINDING with --snapshot: its story; an id that check printed, or how it begins. A RULE with --snapshot and
    --why-not label=1A4FF0000000001: how the records with that key ended, and by which clause of the rule.
    """
    configuration = configure(snapshot=snapshot, **given)
    if why_not is not None:
        _records(name, why_not, configuration, quiet)
    elif snapshot is not None or re.fullmatch(r"[0-9a-f]{4,16}([.]-?[0-9]+)?", name):
        _finding(name, configuration, quiet)
    else:
        _rule(name, configuration)


def _rule(name: str, configuration: Configuration) -> None:
    laws, packs = load(configuration)
    day = configuration.as_of or datetime.now(UTC).date()
    show(_lines(find_rule(packs, name), laws, day))


def _finding(wanted: str, configuration: Configuration, quiet: bool) -> None:
    from rootlint.assess import story_of
    from rootlint.report.story import story_lines

    with progress(quiet=quiet) as shown:
        story, report = story_of(options_of(configuration), wanted, shown)
    show(story_lines(story, report))


def _records(name: str, wanted: str, configuration: Configuration, quiet: bool) -> None:
    from rootlint.assess import why_not_of

    with progress(quiet=quiet) as shown:
        answer = why_not_of(options_of(configuration), name, wanted, shown)
    show(_why_not(answer))


def _why_not(answer: WhyNot) -> Iterator[Line]:
    from rootlint.report.story import why_not_lines
    from rootlint.report.wording import zones_of

    yield line(Span(answer.rule.name, "strong"), f", {answer.key}={answer.value}")
    yield from why_not_lines(answer.judged, zones_of(answer.facilities))
    if not answer.judged and answer.bounds is not None:
        yield line(f"no record that the rule reads has {answer.key}={answer.value}")
    if answer.bounds is not None:
        yield from labelled("covered", _coverage(answer.bounds))
    yield from labelled("facilities", *(_verdict(outcome) for outcome in answer.outcomes if outcome.reason))


def _coverage(bounds: Bounds) -> str:
    """What of time the snapshot covers, for the tables that the rule reads."""
    first = (
        "the beginning"
        if bounds.covers_from is None
        else f"{bounds.covers_from.isoformat(' ', 'minutes')} UTC"
    )
    last = (
        "the capture"
        if bounds.covers_until is None
        else f"{bounds.covers_until.isoformat(' ', 'minutes')} UTC"
    )
    captured = (
        "" if bounds.captured_at is None else f", captured {bounds.captured_at.isoformat(' ', 'minutes')} UTC"
    )
    return f"{first} to {last}{captured}"


def _verdict(outcome: Outcome) -> str:
    return f"{facility_name(outcome.facility)} {outcome.verdict}: {outcome.reason}"


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
