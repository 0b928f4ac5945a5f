"""Whether a rule looked: only then does a finding that is no longer there mean that it is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rootlint.model import Outcome


@dataclass(frozen=True)
class Read:
    """What a run had of a table."""

    name: str
    complete: bool = True
    set_aside: int = 0
    covers_from: datetime | None = None
    covers_until: datetime | None = None

    def gap(self, first: datetime | None, last: datetime | None) -> str | None:
        """Why it does not show all that was between two times; None: it does."""
        if not self.complete:
            return f"{self.name} was not captured whole"
        if self.set_aside:
            return f"{self.set_aside} rows of {self.name} were set aside"
        if first is not None and self.covers_from is not None and first < self.covers_from:
            return f"{self.name} begins on {self.covers_from.date()}"
        if last is not None and self.covers_until is not None and last > self.covers_until:
            return f"{self.name} ends on {self.covers_until.date()}"
        return None


@dataclass(frozen=True)
class Coverage:
    """How rules ended, and what there was of the tables that they read."""

    outcomes: Mapping[tuple[str, str | None], Outcome]
    tables: Mapping[str, Sequence[Read]]  # by rule
    files: frozenset[str] | None = None  # of the configuration, that the run is about; None: all of it

    def concerns(self, rule: str, facility: str | None, subject: Mapping[str, str]) -> bool:
        """Whether the run was to judge all that a finding can be about of whose scope ``subject`` is known."""
        return (rule, facility) in self.outcomes and self._is_about(subject)

    def _is_about(self, subject: Mapping[str, str]) -> bool:
        return self.files is None or subject.get("file") in self.files

    def gap(
        self,
        rule: str,
        facility: str | None,
        subject: Mapping[str, str],
        first: datetime | None = None,
        last: datetime | None = None,
    ) -> str | None:
        """Why a finding of a rule that is not there proves nothing; None: it is gone.

        ``subject`` is what is known of its scope, ``first`` and ``last`` are the times of its violations: other files
        and data of other days do not show what became of them.
        """
        outcome = self.outcomes.get((rule, facility))
        if outcome is None or not outcome.looked:
            reason = outcome.reason if outcome is not None else None
            return f"{rule} reached no verdict" + (f": {reason}" if reason else "")
        if outcome.undetermined:
            return f"{outcome.undetermined} records could not be judged"
        if not self._is_about(subject):
            return "only some files of the configuration were to be judged"
        gaps = (table.gap(first, last) for table in self.tables.get(rule, ()))
        return next((gap for gap in gaps if gap), None)
