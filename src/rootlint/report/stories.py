"""Findings in the order in which to fix them: causes first, each with the symptoms that go away with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rootlint.model import Finding, Report, Role

_ORDER = (Role.ROOT, Role.INFERRED, Role.UNKNOWN, Role.ISOLATED, Role.SYMPTOM)


@dataclass(frozen=True)
class Story:
    """A finding that stands for itself, with the symptoms blamed on it."""

    finding: Finding
    symptoms: tuple[Finding, ...] = ()


def stories(report: Report) -> list[Story]:
    """Every finding once: at the head of a story, or under its cause.

    A symptom whose cause the report does not have stands for itself.
    """
    own = {finding.id: finding for finding in reversed(report.findings) if finding.blame is None}
    symptoms: dict[str, list[Finding]] = {}
    heads = []
    for finding in report.findings:
        if finding.blame is not None and finding.blame.root in own:
            symptoms.setdefault(finding.blame.root, []).append(finding)
        else:
            heads.append(finding)
    heads.sort(key=lambda finding: _ORDER.index(finding.role))
    # The first of an id has the symptoms; ids are unique in every report that a run writes.
    return [Story(finding, tuple(symptoms.pop(finding.id, ()))) for finding in heads]


def findings_of(told: Sequence[Story]) -> list[Finding]:
    """The findings of stories, those that stand for themselves first."""
    return [story.finding for story in told] + [symptom for story in told for symptom in story.symptoms]


def numbered(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    """Each finding with its number among those of the same fingerprint, from 1.

    One fingerprint has several findings where its violations have several explanations.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.fingerprint] += 1
        yield finding, seen[finding.fingerprint]
