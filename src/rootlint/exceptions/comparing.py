"""What became of inherited findings: every one, and every new one, is in exactly one state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rootlint.exceptions.baseline import Baseline, Entry, Evidence
from rootlint.exceptions.coverage import Coverage
from rootlint.model import Compared, Finding, Gone, Inherited, Role, Severity, State


def compared(
    baseline: Baseline, findings: Sequence[Finding], evidence: Mapping[str, Evidence], coverage: Coverage
) -> tuple[tuple[Finding, ...], Compared]:
    """The same findings in the same order with their states, and how many entries are in each state.

    ``evidence`` is that of all findings, by fingerprint. What was inferred is no rule's finding and has no state.
    """
    entries = {entry.fingerprint: entry for entry in baseline.entries}
    states: dict[str, Inherited] = {}
    for finding in findings:
        if finding.role is not Role.INFERRED:
            entry = entries.get(finding.fingerprint)
            states[finding.fingerprint] = _state(entry, evidence[finding.fingerprint], finding.severity)
    gone = tuple(_gone(entry, coverage) for entry in baseline.entries if entry.fingerprint not in states)
    marked = tuple(
        finding if finding.role is Role.INFERRED else replace(finding, baseline=states[finding.fingerprint])
        for finding in findings
    )
    return marked, Compared(
        _counts([*(of.state for of in states.values()), *(of.state for of in gone)]), gone
    )


def _counts(states: Collection[State]) -> dict[str, int]:
    found = list(states)
    return {state.value: found.count(state) for state in State}


def _state(entry: Entry | None, now: Evidence, severity: Severity) -> Inherited:
    if entry is None:
        return Inherited(State.NEW)
    grown = now.count > entry.evidence.count or severity.rank > entry.severity.rank
    same = (now.count, now.digest) == (entry.evidence.count, entry.evidence.digest)
    state = State.UNCHANGED if same and not grown else State.UPDATED
    return Inherited(state, entry.evidence.count, entry.first_seen, grown)


def _gone(entry: Entry, coverage: Coverage) -> Gone:
    """An entry without a finding: repaired, or not looked at."""
    times = entry.evidence.first_at, entry.evidence.last_at
    gap = coverage.gap(entry.rule, entry.facility, entry.scope, *times)
    state = State.FIXED if gap is None else State.NOT_SEEN
    return Gone(entry.rule, entry.facility, entry.scope, entry.fingerprint, state, entry.first_seen, gap)


def entries_of(
    findings: Sequence[Finding], evidence: Mapping[str, Evidence], day: date, before: Baseline | None = None
) -> tuple[Entry, ...]:
    """The entries of a new baseline: what was inferred has none, and what a waiver is for has none.

    A waiver ends one day; nobody is to be let off that by a baseline. ``before`` knows since when a finding was there.
    """
    known = {entry.fingerprint: entry.first_seen for entry in before.entries} if before else {}
    entries = {
        finding.fingerprint: Entry(
            finding.rule,
            finding.facility,
            finding.scope,
            finding.severity,
            evidence[finding.fingerprint],
            known.get(finding.fingerprint, day),
        )
        for finding in findings
        if finding.role is not Role.INFERRED and finding.waiver is None
    }
    return tuple(entries.values())
