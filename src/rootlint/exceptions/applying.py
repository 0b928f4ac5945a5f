"""Waivers on findings: a waived finding is marked, never taken away, and no waiver goes unnoticed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rootlint.errors import Problem
from rootlint.exceptions.baseline import Evidence
from rootlint.exceptions.comparing import compared
from rootlint.exceptions.coverage import Coverage
from rootlint.exceptions.loading import Granted
from rootlint.exceptions.waivers import Waiver
from rootlint.model import Exceptions, Finding, Waived

Settings = Mapping[
    str, frozenset[tuple[str, str]]
]  # what findings are about, as file and path, by fingerprint


@dataclass(frozen=True)
class Facts:
    """What a run has to tell whether an exception is for a finding."""

    coverage: Coverage
    settings: Settings  # of the findings of rules that comments beside settings waive
    evidence: Mapping[str, Evidence]  # of all findings, where there is a baseline; by fingerprint


def excepted(
    granted: Granted, findings: Sequence[Finding], facts: Facts, day: date
) -> tuple[tuple[Finding, ...], Exceptions]:
    """The findings with their exceptions, and what there is to say of these: no finding goes, none changes place."""
    matching = Matching(granted.waivers, facts.settings, day)
    problems = tuple(look_after(matching, findings, facts.coverage))
    marked = tuple(map(matching.marked, findings))
    if granted.baseline is None:
        return marked, Exceptions(granted.files, problems)
    marked, beside = compared(granted.baseline, marked, facts.evidence, facts.coverage)
    return marked, Exceptions(granted.files, problems, beside)


@dataclass(frozen=True)
class Matching:
    """Which waiver is for which finding, on a day."""

    waivers: Sequence[Waiver]
    settings: Settings
    day: date

    def marked(self, finding: Finding) -> Finding:
        """The finding with its waiver, of several the one that holds longest."""
        best = max(self._covering(finding), key=lambda waiver: (waiver.expires, waiver.id), default=None)
        return replace(finding, waiver=None if best is None else _waived(best, self.day))

    def is_for(self, waiver: Waiver, finding: Finding) -> bool:
        """Whether a waiver is for a finding or for a part of it."""
        return waiver.covers(finding) or (
            waiver.rule == finding.rule and bool(waiver.settings & self._about(finding))
        )

    def not_waived(self, finding: Finding) -> frozenset[tuple[str, str]]:
        """The settings a finding is about that no comment is beside."""
        return self._about(finding).difference(*(of.settings for of in self._comments(finding)))

    def _covering(self, finding: Finding) -> Iterator[Waiver]:
        yield from (waiver for waiver in self._opened() if waiver.covers(finding))
        about = self._about(finding)
        if about and not self.not_waived(finding):
            # A finding holds no longer than the first of the settings that it is about.
            comments = self._comments(finding)
            last = (
                max((of for of in comments if each in of.settings), key=lambda of: (of.expires, of.id))
                for each in about
            )
            yield min(last, key=lambda of: (of.expires, of.id))

    def _about(self, finding: Finding) -> frozenset[tuple[str, str]]:
        return self.settings.get(finding.fingerprint, frozenset())

    def _opened(self) -> list[Waiver]:
        return [waiver for waiver in self.waivers if waiver.is_open(self.day)]

    def _comments(self, finding: Finding) -> list[Waiver]:
        return [waiver for waiver in self.waivers if waiver.inline and waiver.rule == finding.rule]


def _waived(waiver: Waiver, day: date) -> Waived:
    return Waived(
        id=waiver.id,
        reason=waiver.reason,
        author=waiver.author,
        approver=waiver.approver,
        expires=waiver.expires,
        ticket=waiver.ticket,
        inline=waiver.inline,
        expired=waiver.has_expired(day),
    )


def unheld(waivers: Collection[Waiver], day: date) -> list[Problem]:
    """The waivers that do not hold on a day, whatever was found: expired, or not open yet."""
    return [problem for waiver in _in_order(waivers) for problem in _unheld(waiver, day, "")]


def look_after(matching: Matching, findings: Sequence[Finding], coverage: Coverage) -> list[Problem]:
    """The waivers that somebody must look at: expired, not needed any more, not open yet, or not enough."""
    problems: list[Problem] = []
    for waiver in _in_order(matching.waivers):
        needing = [finding for finding in findings if matching.is_for(waiver, finding)]
        problems += _unheld(waiver, matching.day, _consequence(waiver, needing, coverage)) or (
            _not_enough(waiver, needing, matching) if needing else _unused(waiver, coverage)
        )
    return problems


def _in_order(waivers: Collection[Waiver]) -> list[Waiver]:
    return sorted(waivers, key=lambda waiver: (waiver.place, waiver.id))


def _unheld(waiver: Waiver, day: date, consequence: str) -> list[Problem]:
    if waiver.has_expired(day):
        told = f"waiver {waiver.id} expired on {waiver.expires}{consequence}"
        help = f"repair what {waiver.rule} finds, or have another waiver approved; then delete this one"
        return [Problem(told, waiver.place, help, "warning")]
    if not waiver.is_open(day):
        return [
            Problem(f"waiver {waiver.id} does not hold before {waiver.opened}", waiver.place, None, "note")
        ]
    return []


def _consequence(waiver: Waiver, needing: Sequence[Finding], coverage: Coverage) -> str:
    if needing:
        return ", and its finding counts again"
    looked = coverage.gap(waiver.rule, waiver.facility, waiver.subject) is None
    return ", and nothing needs it any more" if looked else ""


def _unused(waiver: Waiver, coverage: Coverage) -> Iterator[Problem]:
    """A waiver that nothing needs would let the same failure pass if it came back."""
    if coverage.gap(waiver.rule, waiver.facility, waiver.subject) is None:
        where = waiver.facility or "the integration as a whole"
        told = f"waiver {waiver.id} is not used: {waiver.rule} finds nothing that it is for, at {where}"
        yield Problem(told, waiver.place, "delete it", "warning")


def _not_enough(waiver: Waiver, needing: Sequence[Finding], matching: Matching) -> Iterator[Problem]:
    """A finding about several settings is waived when all of them are."""
    for finding in needing if waiver.inline else ():
        others = ", ".join(f"{path} in {file}" for file, path in sorted(matching.not_waived(finding)))
        if others:
            told = f"waiver {waiver.id} is not enough: the finding of {waiver.rule} is about {others} too"
            yield Problem(told, waiver.place, "waive these too, or correct them", "note")
