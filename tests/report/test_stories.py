"""Findings in the order in which to fix them."""

from dataclasses import replace

from hypothesis import given
from made_by_chance import reports
from made_reports import CLEAN, FAILING, FINDING, OUTCOMES, RETAIL, ROOT, SETTING, SYMPTOM, UNKNOWN

from rootlint.model import Outcome, Report, Role, Verdict
from rootlint.report.gaps import Gap, GapKind, gaps
from rootlint.report.stories import Story, findings_of, numbered, stories


def test_causes_come_first_with_their_symptoms() -> None:
    inferred = replace(SETTING, id="i", role=Role.INFERRED)
    shuffled = replace(FAILING, findings=(SYMPTOM, FINDING, UNKNOWN, inferred, ROOT))
    assert stories(shuffled) == [
        Story(ROOT, (SYMPTOM,)),
        Story(inferred),
        Story(UNKNOWN),
        Story(FINDING),
    ]


def test_a_symptom_of_a_cause_that_is_not_there_stands_for_itself() -> None:
    assert stories(replace(FAILING, findings=(SYMPTOM,))) == [Story(SYMPTOM)]


@given(reports())
def test_no_finding_is_lost_or_told_twice(report: Report) -> None:
    told = findings_of(stories(report))
    assert sorted(finding.id for finding in told) == sorted(finding.id for finding in report.findings)


def test_findings_of_one_fingerprint_are_numbered() -> None:
    other = replace(FINDING, id="other")
    assert [number for _, number in numbered((FINDING, SETTING, other))] == [1, 1, 2]


def test_gaps_are_told_by_kind_worst_first() -> None:
    assert [(gap.kind, gap.subject) for gap in gaps(FAILING)] == [
        (GapKind.IN_ERROR, "wet-weight-changed"),
        (GapKind.NOT_EVALUATED, "sale-reported-late"),
        (GapKind.JUDGED_IN_PART, "unit-of-measure-mismatch"),
        (GapKind.READ_IN_PART, "metrc_packages"),
    ]
    assert gaps(CLEAN) == []
    assert gaps(replace(FAILING, outcomes=OUTCOMES[::-1])) == gaps(FAILING)


def test_one_reason_at_several_facilities_is_one_gap() -> None:
    lacking = Outcome("a-rule", RETAIL.facility, Verdict.NOT_EVALUATED, None, ("x", "y"))
    found = gaps(replace(CLEAN, outcomes=(lacking, replace(lacking, facility=None))))
    facilities = (RETAIL.facility, None)
    assert found == [Gap(GapKind.NOT_EVALUATED, "a-rule", "no reason given", ("x", "y"), facilities)]
    assert str(found[0]) == (
        "a-rule not evaluated (C10-0000001-LIC, whole integration): no reason given (needs x, y)"
    )
