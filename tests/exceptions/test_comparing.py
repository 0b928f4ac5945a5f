"""A run beside the baseline: every finding and every entry in exactly one state, and nothing else changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from exceptions_made import (
    DAY,
    FLOWER,
    INTERVAL,
    LATE_SALES,
    OIL,
    SHOP,
    SLOW,
    coverage,
    finding,
    outcome,
    waiver,
)
from hypothesis import given
from hypothesis import strategies as st

from rootlint.exceptions.applying import Facts, excepted
from rootlint.exceptions.baseline import Baseline, Entry, Evidence
from rootlint.exceptions.comparing import compared, entries_of
from rootlint.exceptions.coverage import Coverage
from rootlint.exceptions.loading import Granted
from rootlint.model import Compared, Finding, Gone, Inherited, Role, Severity, State, Verdict, Waived

SINCE = date(2026, 8, 1)
TIMES = (datetime(2026, 10, 1, 12, tzinfo=UTC), datetime(2026, 10, 3, 12, tzinfo=UTC))
NOW = Evidence(3, "aa", *TIMES)
SAW = coverage(outcome("unit-differs"), outcome("sale-late"), outcome("interval-long", None))


def entry(of: Finding, count: int = 3, digest: str = "aa", severity: Severity | None = None) -> Entry:
    evidence = Evidence(count, digest, *TIMES)
    return Entry(of.rule, of.facility, of.scope, severity or of.severity, evidence, SINCE)


def beside(
    findings: Sequence[Finding], *entries: Entry, seen: Coverage = SAW
) -> tuple[tuple[Finding, ...], Compared]:
    evidence = {each.fingerprint: NOW for each in findings}
    return compared(Baseline({}, "", entries), findings, evidence, seen)


def counts(**numbers: int) -> dict[str, int]:
    return {state.value: numbers.get(state.name.lower(), 0) for state in State}


@pytest.mark.parametrize(
    ("before", "inherited", "counts_again"),
    [
        (None, Inherited(State.NEW), True),
        (entry(FLOWER), Inherited(State.UNCHANGED, 3, SINCE), False),
        (entry(FLOWER, digest="bb"), Inherited(State.UPDATED, 3, SINCE), False),
        (entry(FLOWER, count=4), Inherited(State.UPDATED, 4, SINCE), False),
        (entry(FLOWER, count=2), Inherited(State.UPDATED, 2, SINCE, grown=True), True),
        (entry(FLOWER, severity=Severity.WARNING), Inherited(State.UPDATED, 3, SINCE, grown=True), True),
    ],
)
def test_a_finding_counts_when_it_is_new_or_has_grown(
    before: Entry | None, inherited: Inherited, counts_again: bool
) -> None:
    [marked], result = beside([FLOWER], *([before] if before else []))
    assert marked == replace(FLOWER, baseline=inherited)
    assert marked.reaches(Severity.ERROR) is counts_again
    assert result == Compared(counts(**{inherited.state.name.lower(): 1}))


def test_an_entry_is_fixed_when_its_rule_looked_at_data_that_cover_it() -> None:
    _, result = beside([OIL], entry(FLOWER))
    gone = Gone("unit-differs", SHOP, {"item": "Made Flower"}, FLOWER.fingerprint, State.FIXED, SINCE)
    assert result == Compared(counts(new=1, fixed=1), (gone,))


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (coverage(), "unit-differs reached no verdict"),
        (
            coverage(
                outcome("unit-differs", verdict=Verdict.NOT_EVALUATED, reason="not captured: metrc_sales")
            ),
            "unit-differs reached no verdict: not captured: metrc_sales",
        ),
        (
            coverage(outcome("unit-differs", verdict=Verdict.NOT_APPLICABLE, reason="switched off")),
            "unit-differs reached no verdict: switched off",
        ),
        (coverage(outcome("unit-differs", "402R-00002")), "unit-differs reached no verdict"),
        (coverage(outcome("unit-differs", undetermined=2)), "2 records could not be judged"),
        (coverage(outcome("unit-differs"), complete=False), "metrc_packages was not captured whole"),
        (coverage(outcome("unit-differs"), set_aside=4), "4 rows of metrc_packages were set aside"),
        (
            coverage(outcome("unit-differs"), covers_from=datetime(2026, 10, 2, tzinfo=UTC)),
            "metrc_packages begins on 2026-10-02",
        ),
        (
            coverage(outcome("unit-differs"), covers_until=datetime(2026, 10, 3, tzinfo=UTC)),
            "metrc_packages ends on 2026-10-03",
        ),
    ],
)
def test_an_entry_is_not_seen_where_its_rule_did_not_look_at_all_of_that(seen: Coverage, reason: str) -> None:
    _, result = beside([], entry(FLOWER), seen=seen)
    gone = Gone(
        "unit-differs", SHOP, {"item": "Made Flower"}, FLOWER.fingerprint, State.NOT_SEEN, SINCE, reason
    )
    assert result == Compared(counts(not_seen=1), (gone,))


def test_one_repaired_and_one_new_do_not_cancel_out() -> None:
    """A count for each rule would be the same before and after."""
    marked, result = beside([OIL], entry(FLOWER))
    assert result.states == counts(new=1, fixed=1)
    assert marked[0].reaches(Severity.ERROR)


def test_findings_of_one_fingerprint_are_one_entry_whatever_explains_them() -> None:
    other = replace(FLOWER, id=f"{FLOWER.id}.7", role=Role.SYMPTOM)
    marked, result = beside([FLOWER, other], entry(FLOWER))
    assert [each.baseline for each in marked] == [Inherited(State.UNCHANGED, 3, SINCE)] * 2
    assert result == Compared(counts(unchanged=1))


def test_what_was_inferred_has_no_state() -> None:
    inferred = replace(FLOWER, role=Role.INFERRED)
    assert beside([inferred]) == ((inferred,), Compared(counts()))


def test_a_new_baseline_has_every_finding_but_the_inferred_and_those_a_waiver_is_for() -> None:
    waived = replace(OIL, waiver=Waived("W-1", "r", "a", "b", date(2026, 12, 5)))
    expired = replace(LATE_SALES, waiver=Waived("W-2", "r", "a", "b", date(2026, 11, 1), expired=True))
    inferred = replace(finding(item="x"), role=Role.INFERRED)
    findings = [FLOWER, replace(FLOWER, id="other"), waived, expired, inferred, SLOW]
    evidence = {each.fingerprint: NOW for each in findings}
    assert entries_of(findings, evidence, DAY, Baseline({}, "", (entry(FLOWER),))) == (
        replace(entry(FLOWER), first_seen=SINCE),
        replace(entry(SLOW), first_seen=DAY),
    )


def test_a_waiver_and_a_baseline_stand_beside_each_other() -> None:
    granted = Granted((waiver(),), Baseline({}, "", (entry(FLOWER),)))
    [marked], exceptions = excepted(granted, [FLOWER], Facts(SAW, {}, {FLOWER.fingerprint: NOW}), DAY)
    assert (marked.is_waived, marked.is_inherited) == (True, True)
    assert exceptions.baseline == Compared(counts(unchanged=1))


POOL = [
    FLOWER,
    OIL,
    LATE_SALES,
    SLOW,
    finding(INTERVAL, None, file="config/b.yaml"),
    finding(facility=None, item="x"),
]
FINDINGS = st.lists(
    st.builds(
        replace,
        st.sampled_from(POOL),
        id=st.text(max_size=3),
        count=st.integers(1, 5),
        role=st.sampled_from(Role),
    )
)
ENTRIES = st.lists(
    st.builds(entry, st.sampled_from(POOL), st.integers(1, 4), st.sampled_from(["aa", "bb"])),
    unique_by=lambda each: each.fingerprint,
)


@given(FINDINGS, ENTRIES, st.sampled_from([SAW, coverage(), coverage(outcome("unit-differs"))]))
def test_a_baseline_changes_nothing_but_marks_and_states_partition_entries(
    findings: list[Finding], entries: list[Entry], seen: Coverage
) -> None:
    """Counts, roles and order stay; every fingerprint of either side is in one state."""
    marked, result = beside(findings, *entries, seen=seen)
    assert [replace(each, baseline=None) for each in marked] == findings
    told = {each.fingerprint for each in findings if each.role is not Role.INFERRED}
    known = {each.fingerprint for each in entries}
    assert sum(result.states.values()) == len(told | known)
    assert {each.fingerprint for each in result.gone} == known - told
    assert result.states["new"] == len(told - known)
    assert result.states["unchanged"] + result.states["updated"] == len(told & known)
    assert result.states["fixed"] + result.states["not seen"] == len(known - told)
