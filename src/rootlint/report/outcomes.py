"""What was not evaluated, failed to run or was judged in part: said on every run, never left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TypeVar

from rootlint.model import Outcome, Report, Verdict
from rootlint.report.style import Line, Span, Tone, line
from rootlint.report.wording import counted, facility_name

K = TypeVar("K", str, tuple[str, tuple[str, ...]])


def not_evaluated(report: Report) -> Iterator[Line]:
    """What no verdict was reached on, by reason, with the data it would take."""
    found = [outcome for outcome in report.outcomes if outcome.verdict is Verdict.NOT_EVALUATED]
    yield from _heading("not evaluated", found, "warning")
    for (reason, needs), outcomes in _grouped(found, lambda outcome: (outcome.reason or "", outcome.needs)):
        yield line(reason or "no reason given", lead="  ")
        if needs:
            yield line(Span("needs  ", "faint"), ", ".join(needs), lead="    ")
        yield from _rules_and_facilities(outcomes, report)


def errors(report: Report) -> Iterator[Line]:
    """The rules that failed to run, with what the engine or the plugin said."""
    found = [outcome for outcome in report.outcomes if outcome.verdict is Verdict.ERROR]
    yield from _heading("rules in error", found, "error")
    for reason, outcomes in _grouped(found, lambda outcome: outcome.reason or ""):
        yield line(reason or "no reason given", lead="  ")
        yield from _rules_and_facilities(outcomes, report)


def judged_in_part(report: Report) -> Iterator[Line]:
    """Records that a verdict leaves open: a null kept them from being judged, or they are too young."""
    found = [outcome for outcome in report.outcomes if is_partial(outcome)]
    yield from _heading("judged in part", found, "note")
    for rule, outcomes in _grouped(found, lambda outcome: outcome.rule):
        for outcome in outcomes:
            whom = facility_name(outcome.facility)
            yield line(f"{rule}  ", Span(f"{whom}: {left_open(outcome)}", "faint"), lead="  ")


def is_partial(outcome: Outcome) -> bool:
    """Whether a verdict was reached that leaves records open."""
    reached = outcome.verdict in (Verdict.PASS, Verdict.FAIL)
    return reached and any((outcome.undetermined, outcome.pending, outcome.uncovered))


def left_open(outcome: Outcome) -> str:
    """How many records a verdict leaves open, and why."""
    parts = []
    if outcome.undetermined:
        records = counted(outcome.exposed, "record")
        parts.append(f"{outcome.undetermined:,} of {records} could not be judged, a value is null")
    if outcome.pending:
        parts.append(f"{outcome.pending:,} pending, younger than the lag granted")
    if outcome.uncovered:
        parts.append(f"{outcome.uncovered:,} of a time that was not captured")
    return "; ".join(parts)


def _heading(title: str, outcomes: list[Outcome], tone: Tone) -> Iterator[Line]:
    if outcomes:
        rules = len({outcome.rule for outcome in outcomes})
        yield line()
        yield line(Span(title, tone), f": {counted(rules, 'rule')}")


def _rules_and_facilities(outcomes: Iterable[Outcome], report: Report) -> Iterator[Line]:
    """The rules, those of the same facilities together."""
    facilities: dict[str, list[str]] = {}
    for outcome in outcomes:
        facilities.setdefault(outcome.rule, []).append(facility_name(outcome.facility))
    together: dict[str, list[str]] = {}
    for rule, names in sorted(facilities.items()):
        together.setdefault(_whom(names, report), []).append(rule)
    for whom, rules in sorted(together.items()):
        yield line(Span("rules  ", "faint"), ", ".join(rules), Span(f" ({whom})", "faint"), lead="    ")


def _whom(names: list[str], report: Report) -> str:
    everybody = {facility.facility for facility in report.head.facilities}
    if len(everybody) > 1 and set(names) == everybody:
        return f"all {counted(len(everybody), 'facility')}"
    return ", ".join(sorted(names))


def _grouped(outcomes: list[Outcome], key: Callable[[Outcome], K]) -> Iterator[tuple[K, list[Outcome]]]:
    for value, group in groupby(sorted(outcomes, key=key), key):
        yield value, list(group)
