"""Published penalties beside findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from plan_made import finding
from worlds_made import healthy, judge

from rootlint.assess import Options, assess
from rootlint.causes.exposure import with_exposure
from rootlint.errors import UserError
from rootlint.jurisdictions.model import Penalty
from rootlint.model import Confidence, Exposure, Finding

LATE = Penalty("Sale told late", "$10 for each sale", "made rule 1", "made source", Confidence.HIGH)
LIMIT = Penalty("Sold too much", "$20 for each sale", "made rule 2", "made source", Confidence.MEDIUM)
PUBLISHED = {("ca", "sale-late"): [LATE], ("ca", "limit"): [LIMIT, LATE], ("or", "limit"): [LIMIT]}


def found(name: str, count: int, jurisdiction: str | None = "ca", of: Finding | None = None) -> Finding:
    return replace(finding(name, count=count, of=of), jurisdiction=jurisdiction)


def told(penalty: Penalty, rules: tuple[str, ...], violations: int) -> Exposure:
    return Exposure(
        "ca",
        penalty.violation,
        penalty.amount,
        penalty.citation,
        "made source",
        penalty.confidence,
        rules,
        violations,
    )


def test_a_root_cause_has_the_penalties_of_its_symptoms_too() -> None:
    root, alone = found("key-lost", 1, jurisdiction=None), found("other", 9)
    late, limit = found("sale-late", 5, of=root), found("limit", 2, of=root)
    exposures = [of.exposure for of in with_exposure([root, late, limit, alone], PUBLISHED)]
    assert exposures == [
        (told(LATE, ("limit", "sale-late"), 7), told(LIMIT, ("limit",), 2)),
        (told(LATE, ("sale-late",), 5),),
        (told(LATE, ("limit",), 2), told(LIMIT, ("limit",), 2)),
        (),
    ]


def test_no_penalty_is_taken_from_another_jurisdiction() -> None:
    (elsewhere,) = with_exposure([found("sale-late", 5, jurisdiction="or")], PUBLISHED)
    assert elsewhere.exposure == ()


def test_a_penalty_for_a_rule_that_is_not_there_is_told_with_its_place(tmp_path: Path) -> None:
    judge(tmp_path / "made", healthy())
    law = tmp_path / "law"
    law.mkdir()
    (law / "zz.yaml").write_text(LAW, encoding="utf-8")
    with pytest.raises(UserError) as raised:
        assess(Options(tmp_path / "made", date(2026, 6, 15), jurisdiction_folders=(law,)))
    (problem,) = raised.value.problems
    assert problem.message == "no rule is named 'sale-not-postd'"
    assert problem.place is not None
    assert problem.place.line == LAW.splitlines().index("  - violation: made") + 1
    assert problem.help == "did you mean 'sale-not-posted'?"


LAW = """\
code: zz
name: Made
extends: base
regulator: made
system: metrc
retrieved: 2026-01-01
timezones: [America/Denver]
programs: [adult_use]
sources: {made: made}
penalties:
  - violation: made
    amount: made
    citation: made
    source: made
    confidence: low
    rules: [sale-not-postd]
"""
