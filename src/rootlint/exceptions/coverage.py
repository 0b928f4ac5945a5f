"""Whether a rule looked: only then does a finding that is no longer there mean that it is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rootlint.model import Outcome
from rootlint.snapshot.tables import TableState


@dataclass(frozen=True)
class Coverage:
    """How rules ended, and what there was of the tables that they read."""

    outcomes: Mapping[tuple[str, str | None], Outcome]
    tables: Mapping[str, Sequence[TableState]]  # by rule

    def gap(
        self, rule: str, facility: str | None, first: datetime | None = None, last: datetime | None = None
    ) -> str | None:
        """Why a finding of a rule that is not there proves nothing; None: it is gone.

        ``first`` and ``last`` are the times of its violations: data of other days do not show what became of them.
        """
        outcome = self.outcomes.get((rule, facility))
        if outcome is None or not outcome.looked:
            reason = outcome.reason if outcome is not None else None
            return f"{rule} reached no verdict" + (f": {reason}" if reason else "")
        if outcome.undetermined:
            return f"{outcome.undetermined} records could not be judged"
        gaps = (_gap(table, first, last) for table in self.tables.get(rule, ()))
        return next((gap for gap in gaps if gap), None)


def _gap(table: TableState, first: datetime | None, last: datetime | None) -> str | None:
    if not table.complete:
        return f"{table.name} was not captured whole"
    if table.set_aside:
        return f"{table.set_aside} rows of {table.name} were set aside"
    if first is not None and table.covers_from is not None and first < table.covers_from:
        return f"{table.name} begins on {table.covers_from.date()}"
    if last is not None and table.covers_until is not None and last > table.covers_until:
        return f"{table.name} ends on {table.covers_until.date()}"
    return None
