"""Made rules, waivers and findings of an operator that does not exist."""

from datetime import UTC, date, datetime
from typing import Any

from rootlint.documents import parse_yaml
from rootlint.errors import Place, Problem, Problems
from rootlint.exceptions.coverage import Coverage, Read
from rootlint.exceptions.rules import RuleFacts
from rootlint.exceptions.waivers import Waiver, read_waivers
from rootlint.model import Confidence, Finding, Layer, Outcome, Severity, Verdict
from rootlint.rules.findings import fingerprint

SHOP, FARM = "C10-0000001-LIC", "402R-00002"
DAY = date(2026, 11, 20)

UNITS = RuleFacts("unit-differs", Severity.ERROR, ("item",))
LATE = RuleFacts("sale-late", Severity.WARNING, ())
INTERVAL = RuleFacts("interval-long", Severity.NOTE, ("file",), about_settings=True)
RECALL = RuleFacts("recalled-sold", Severity.ERROR, (), refusal="recalled goods may not be sold")
RULES = {rule.name: rule for rule in (UNITS, LATE, INTERVAL, RECALL)} | {"unit-mismatch": UNITS}

WAIVERS = f"""\
format: 1
waivers:
  - id: W-2026-001
    rule: unit-differs
    facility: {SHOP}
    scope: {{item: Made Flower}}
    reason: recount booked
    author: a.author
    approver: b.other
    opened: 2026-11-18
    expires: 2026-12-05
    ticket: OPS-311
  - id: W-2026-002
    rule: sale-late
    all: true
    reason: the till is replaced
    author: a.author
    approver: b.other
    opened: 2026-11-18
    expires: 2026-12-06
"""


def read(text: str, facilities: Any = None) -> tuple[tuple[Waiver, ...], list[str]]:
    """The waivers of a text, and what is wrong with it."""
    problems = Problems()
    found = read_waivers(parse_yaml(text, "waivers.yaml"), RULES, facilities, problems)
    return found, list(map(str, problems.found))


def waiver(**given: Any) -> Waiver:
    """A waiver like the first of the file."""
    fields = {
        "id": "W-1", "rule": "unit-differs", "facility": SHOP, "scope": {"item": "Made Flower"},
        "reason": "recount booked", "author": "a.author", "approver": "b.other", "opened": date(2026, 11, 18),
        "expires": date(2026, 12, 5), "ticket": None, "place": Place("waivers.yaml", 3, 5),
    }  # fmt: skip
    return Waiver(**{**fields, **given})


def comment(line: int, path: str, expires: date = date(2026, 12, 5), file: str = "config/a.yaml") -> Waiver:
    """A waiver beside a setting."""
    return waiver(
        id=f"{file}:{line}", rule="interval-long", facility=None, scope=None, opened=None, expires=expires,
        place=Place(file, line, 1), settings=frozenset({(file, path)}),
    )  # fmt: skip


def finding(rule: RuleFacts = UNITS, facility: str | None = SHOP, **scope: str) -> Finding:
    """A finding of a rule."""
    identity = fingerprint(rule.name, facility, scope)
    return Finding(
        id=identity,
        fingerprint=identity,
        rule=rule.name,
        summary="Made.",
        layer=Layer.DATA,
        severity=rule.severity,
        confidence=Confidence.HIGH,
        facility=facility,
        jurisdiction="ca",
        scope=scope,
        count=3,
        exposed=9,
        first_at=datetime(2026, 10, 1, 12, tzinfo=UTC),
        last_at=datetime(2026, 10, 3, 12, tzinfo=UTC),
        samples=(),
        citations=(),
        rationale="Made.",
        remediation="Made.",
    )


FLOWER = finding(item="Made Flower")
OIL = finding(item="Made Oil")
LATE_SALES = finding(LATE)
SLOW = finding(INTERVAL, None, file="config/a.yaml")


def outcome(rule: str, facility: str | None = SHOP, **given: Any) -> Outcome:
    """How a rule ended; passed, if not told otherwise."""
    return Outcome(rule, facility, **{"verdict": Verdict.PASS, "exposed": 9, **given})


def coverage(*outcomes: Outcome, **tables: Any) -> Coverage:
    """What the rules of some outcomes had looked at."""
    read = {each.rule: [Read("metrc_packages", **tables)] for each in outcomes}
    return Coverage({(each.rule, each.facility): each for each in outcomes}, read)


EVERYTHING = coverage(
    *(
        outcome(rule, facility)
        for rule in ("unit-differs", "sale-late", "interval-long")
        for facility in (SHOP, None)
    )
)


def told(problems: list[Problem] | tuple[Problem, ...]) -> list[str]:
    """Problems as people read them."""
    return list(map(str, problems))
