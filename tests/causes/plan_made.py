"""Made rules and findings for tests of the plan."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from rootlint.model import Blame, Confidence, Finding, Head, Layer, Role, Severity
from rootlint.rules.model import Link, Rule

HEAD = Head(
    "0.1.0",
    "Made Operator",
    "made",
    "77fe" * 16,
    datetime(2026, 11, 1, 13, tzinfo=UTC),
    date(2026, 11, 20),
    (),
    (),
    (),
)


def rule(
    name: str, stage: str = "record", *, leads_to: Iterable[str] = (), loops_to: Iterable[str] = ()
) -> Rule:
    """A rule that repairs at a stage and leads to others."""
    links = [(effect, False) for effect in leads_to] + [(effect, True) for effect in loops_to]
    return Rule(
        name=name,
        layer=Layer.DATA,
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        since="0.1.0",
        summary=f"Made {name}.",
        rationale="Made.",
        remediation=f"Repair {name}.",
        not_first=f"Hiding {name}.",
        repairs_at=stage,
        can_be_root=True,
        check={"kind": "expect"},
        leads_to=[
            Link(rule=effect, via="facility", strength="strong", mechanism="made", loop=loop)
            for effect, loop in links
        ],
    )


def finding(
    name: str,
    facility: str | None = "F1",
    *,
    role: Role = Role.ISOLATED,
    count: int = 1,
    of: Finding | None = None,
) -> Finding:
    """A finding of a rule; ``of`` makes it a symptom of another."""
    made = Finding(
        id=f"{name} {facility}",
        fingerprint=f"{name} {facility}",
        rule=name,
        summary=f"Made {name}.",
        layer=Layer.DATA,
        severity=Severity.ERROR,
        confidence=Confidence.HIGH,
        facility=facility,
        jurisdiction=None,
        scope={},
        count=count,
        exposed=count,
        first_at=None,
        last_at=None,
        samples=(),
        citations=(),
        rationale="Made.",
        remediation=f"Repair {name}.",
        role=role,
    )
    if of is None:
        return made
    return replace(
        made, id=f"{made.id} of {of.id}", role=Role.SYMPTOM, blame=Blame(of.id, of.rule, of.facility, ())
    )
