"""What jurisdictions publish as penalties for what findings are about: quoted beside them, never computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rootlint.jurisdictions.model import Penalty
from rootlint.model import Exposure, Finding

Published = Mapping[tuple[str, str], Sequence[Penalty]]  # (jurisdiction, rule)


def with_exposure(findings: Sequence[Finding], published: Published) -> list[Finding]:
    """The findings with the penalties published for them; a root cause also has those of its symptoms."""
    of_cause: dict[str, list[Finding]] = {finding.id: [finding] for finding in findings}
    for finding in findings:
        if finding.blame is not None and finding.blame.root in of_cause:
            of_cause[finding.blame.root].append(finding)
    return [replace(finding, exposure=_exposure(of_cause[finding.id], published)) for finding in findings]


def _exposure(findings: Sequence[Finding], published: Published) -> tuple[Exposure, ...]:
    exposed: dict[tuple[str, Penalty], list[Finding]] = {}
    for finding in findings:
        code = finding.jurisdiction or ""
        for penalty in published.get((code, finding.rule), ()):
            exposed.setdefault((code, penalty), []).append(finding)
    told = (_told(code, penalty, of) for (code, penalty), of in exposed.items())
    return tuple(sorted(told, key=lambda of: (-of.violations, of.jurisdiction, of.reference, of.breach)))


def _told(code: str, penalty: Penalty, findings: Sequence[Finding]) -> Exposure:
    return Exposure(
        jurisdiction=code,
        breach=penalty.violation,
        amount=penalty.amount,
        reference=penalty.citation,
        source=penalty.source,
        confidence=penalty.confidence,
        rules=tuple(sorted({finding.rule for finding in findings})),
        violations=sum(finding.count for finding in findings),
    )
