"""What a run did not judge, or not whole, as facts: every view tells them, each in its own way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rootlint.model import Report, Verdict
from rootlint.report.outcomes import is_partial, left_open
from rootlint.report.tables import is_partly_read, remarks
from rootlint.report.wording import facility_name


class GapKind(StrEnum):
    """What kept a rule or a table from being judged whole."""

    NOT_EVALUATED = "not evaluated"
    IN_ERROR = "rule in error"
    JUDGED_IN_PART = "judged in part"
    READ_IN_PART = "read in part"


@dataclass(frozen=True)
class Gap:
    """One reason why something was not judged, with whom it concerns."""

    kind: GapKind
    subject: str  # the rule's name; of what was read in part, the table's
    reason: str
    needs: tuple[str, ...] = ()  # the data it would take
    facilities: tuple[str | None, ...] = ()

    def __str__(self) -> str:
        """``sale-reported-late not evaluated (C10-0000001-LIC): not captured: metrc_sales``."""
        whom = f" ({', '.join(map(facility_name, self.facilities))})" if self.facilities else ""
        needs = f" (needs {', '.join(self.needs)})" if self.needs else ""
        return f"{self.subject} {self.kind}{whom}: {self.reason}{needs}"


_OPEN = {Verdict.ERROR: GapKind.IN_ERROR, Verdict.NOT_EVALUATED: GapKind.NOT_EVALUATED}


def gaps(report: Report) -> list[Gap]:
    """Every gap of a run, worst kind first, then by rule: errors, not evaluated, judged in part, read in part."""
    return [*_without_verdict(report), *_in_part(report), *_tables(report)]


def _without_verdict(report: Report) -> Iterator[Gap]:
    facilities: dict[tuple[Verdict, str, str, tuple[str, ...]], list[str | None]] = {}
    for outcome in report.outcomes:
        if outcome.verdict in _OPEN:
            key = (outcome.verdict, outcome.rule, outcome.reason or "no reason given", outcome.needs)
            facilities.setdefault(key, []).append(outcome.facility)
    for verdict, kind in _OPEN.items():
        for key in sorted(key for key in facilities if key[0] is verdict):
            whom = tuple(sorted(facilities[key], key=facility_name))
            yield Gap(kind, key[1], key[2], key[3], whom)


def _in_part(report: Report) -> Iterator[Gap]:
    found = (outcome for outcome in report.outcomes if is_partial(outcome))
    for outcome in sorted(found, key=lambda outcome: (outcome.rule, facility_name(outcome.facility))):
        yield Gap(GapKind.JUDGED_IN_PART, outcome.rule, left_open(outcome), (), (outcome.facility,))


def _tables(report: Report) -> Iterator[Gap]:
    for table in report.tables:
        if is_partly_read(table):
            yield Gap(GapKind.READ_IN_PART, table.table, "; ".join(remarks(table)))
