"""Waivers on findings: marked, never taken away; and no waiver goes unnoticed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from exceptions_made import (
    DAY,
    EVERYTHING,
    FLOWER,
    INTERVAL,
    LATE_SALES,
    OIL,
    SHOP,
    SLOW,
    comment,
    coverage,
    finding,
    outcome,
    told,
    waiver,
)
from hypothesis import given
from hypothesis import strategies as st

from rootlint.exceptions.applying import Facts, excepted, unheld
from rootlint.exceptions.coverage import Coverage
from rootlint.exceptions.loading import Granted
from rootlint.exceptions.waivers import Waiver
from rootlint.model import Finding, Role, Severity, Verdict, Waived

WAIVED = Waived("W-1", "recount booked", "a.author", "b.other", date(2026, 12, 5))
SETTINGS = {
    SLOW.fingerprint: frozenset({("config/a.yaml", "sync.interval"), ("config/a.yaml", "poll.interval")})
}


def apply(
    findings: Sequence[Finding], *waivers: Waiver, seen: Coverage = EVERYTHING, day: date = DAY
) -> tuple[tuple[Finding, ...], list[str]]:
    """The findings with their waivers, and what is said of these."""
    marked, exceptions = excepted(Granted(waivers), findings, Facts(seen, SETTINGS, {}), day)
    return marked, told(exceptions.problems)


def test_exactly_the_finding_that_a_waiver_names_is_waived() -> None:
    elsewhere = finding(facility="402R-00002", item="Made Flower")
    marked, problems = apply([FLOWER, OIL, elsewhere, LATE_SALES], waiver())
    assert marked == (replace(FLOWER, waiver=WAIVED), OIL, elsewhere, LATE_SALES)
    assert problems == []


def test_every_finding_of_a_rule_at_a_facility_is_waived_where_that_is_written_out() -> None:
    elsewhere = finding(facility="402R-00002", item="Made Flower")
    marked, problems = apply([FLOWER, OIL, elsewhere], waiver(scope=None))
    assert marked == (replace(FLOWER, waiver=WAIVED), replace(OIL, waiver=WAIVED), elsewhere)
    assert problems == []


def test_a_waived_finding_does_not_reach_the_threshold_and_stays_what_it_is() -> None:
    [marked], _ = apply([FLOWER], waiver())
    assert replace(marked, waiver=None) == FLOWER
    assert [each.reaches(Severity.NOTE) for each in (FLOWER, marked)] == [True, False]


@pytest.mark.parametrize(
    ("day", "expired"), [(date(2026, 12, 5), False), (date(2026, 12, 6), True), (date(2027, 6, 1), True)]
)
def test_it_holds_through_its_last_day_and_the_finding_counts_again_after_it(
    day: date, expired: bool
) -> None:
    [marked], problems = apply([FLOWER], waiver(), day=day)
    assert marked == replace(FLOWER, waiver=replace(WAIVED, expired=expired))
    assert marked.reaches(Severity.ERROR) is expired
    said = (
        "waivers.yaml:3:5: warning: waiver W-1 expired on 2026-12-05, and its finding counts again"
        "\n  help: repair what unit-differs finds, or have another waiver approved; then delete this one"
    )
    assert problems == ([said] if expired else [])


def test_an_expired_waiver_is_told_even_where_nothing_needs_it() -> None:
    _, problems = apply([], waiver(), day=date(2026, 12, 6))
    assert problems[0].startswith(
        "waivers.yaml:3:5: warning: waiver W-1 expired on 2026-12-05, and nothing needs it any more"
    )


def test_a_waiver_that_is_not_open_yet_waives_nothing_and_says_so() -> None:
    marked, problems = apply([FLOWER], waiver(opened=date(2026, 11, 21)))
    assert marked == (FLOWER,)
    assert problems == ["waivers.yaml:3:5: note: waiver W-1 does not hold before 2026-11-21"]


def test_a_waiver_that_nothing_needs_is_told() -> None:
    _, problems = apply([OIL, LATE_SALES], waiver())
    assert problems == [
        f"waivers.yaml:3:5: warning: waiver W-1 is not used: unit-differs finds nothing that it is for, at {SHOP}"
        "\n  help: delete it"
    ]


@pytest.mark.parametrize(
    "seen",
    [
        coverage(),
        coverage(outcome("unit-differs", verdict=Verdict.NOT_EVALUATED)),
        coverage(outcome("unit-differs", verdict=Verdict.ERROR)),
        coverage(outcome("unit-differs", verdict=Verdict.NOT_APPLICABLE, reason="switched off")),
        coverage(outcome("unit-differs", undetermined=1)),
        coverage(outcome("unit-differs"), complete=False),
        coverage(outcome("unit-differs"), set_aside=1),
    ],
)
def test_nothing_is_called_unused_where_its_rule_did_not_see_everything(seen: Coverage) -> None:
    assert apply([], waiver(), seen=seen) == ((), [])


def test_of_several_waivers_the_longest_holds_and_all_are_used() -> None:
    short, long = waiver(id="W-1"), waiver(id="W-2", expires=date(2026, 12, 24))
    [marked], problems = apply([FLOWER], long, short)
    assert marked.waiver == replace(WAIVED, id="W-2", expires=date(2026, 12, 24))
    assert problems == []


def test_an_expired_waiver_does_not_undo_one_that_holds() -> None:
    [marked], problems = apply([FLOWER], waiver(id="W-0", expires=date(2026, 11, 19)), waiver())
    assert marked.waiver == WAIVED
    assert len(problems) == 1


def test_a_finding_about_settings_is_waived_when_a_comment_is_beside_each() -> None:
    first, second = comment(3, "sync.interval"), comment(9, "poll.interval", date(2026, 12, 1))
    [marked], problems = apply([SLOW], first, second)
    assert marked.waiver == replace(WAIVED, id="config/a.yaml:9", expires=date(2026, 12, 1), inline=True)
    assert problems == []


def test_a_finding_about_two_settings_is_not_waived_by_a_comment_beside_one() -> None:
    marked, problems = apply([SLOW], comment(3, "sync.interval"))
    assert marked == (SLOW,)
    assert problems == [
        "config/a.yaml:3:1: note: waiver config/a.yaml:3 is not enough: "
        "the finding of interval-long is about poll.interval in config/a.yaml too"
        "\n  help: waive these too, or correct them"
    ]


def test_a_finding_counts_again_when_the_comment_beside_one_of_its_settings_expired() -> None:
    expired = comment(3, "sync.interval", date(2026, 11, 19))
    [marked], problems = apply([SLOW], expired, comment(9, "poll.interval"))
    assert marked.waiver == replace(
        WAIVED, id="config/a.yaml:3", expires=date(2026, 11, 19), inline=True, expired=True
    )
    assert marked.reaches(Severity.NOTE)
    assert len(problems) == 1


def test_a_comment_beside_a_setting_that_is_right_is_told() -> None:
    _, problems = apply(
        [SLOW], comment(3, "sync.interval"), comment(5, "other.interval"), comment(9, "poll.interval")
    )
    assert problems == [
        "config/a.yaml:5:1: warning: waiver config/a.yaml:5 is not used: "
        "interval-long finds nothing that it is for, at the integration as a whole\n  help: delete it"
    ]


def test_waivers_can_be_checked_for_their_days_alone() -> None:
    held, expired, later = (
        waiver(),
        waiver(id="W-2", expires=date(2026, 11, 19)),
        waiver(id="W-3", opened=date(2027, 1, 1)),
    )
    assert told(unheld([held, later, expired], DAY)) == [
        "waivers.yaml:3:5: warning: waiver W-2 expired on 2026-11-19"
        "\n  help: repair what unit-differs finds, or have another waiver approved; then delete this one",
        "waivers.yaml:3:5: note: waiver W-3 does not hold before 2027-01-01",
    ]


@pytest.mark.parametrize(
    ("times", "gap"),
    [
        ((None, None), None),
        ((datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC)), None),
        (
            (datetime(2026, 8, 31, tzinfo=UTC), datetime(2026, 9, 2, tzinfo=UTC)),
            "metrc_packages begins on 2026-09-01",
        ),
        (
            (datetime(2026, 9, 30, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)),
            "metrc_packages ends on 2026-10-01",
        ),
    ],
)
def test_data_of_other_days_do_not_show_what_became_of_a_violation(
    times: tuple[datetime | None, datetime | None], gap: str | None
) -> None:
    days = {
        "covers_from": datetime(2026, 9, 1, tzinfo=UTC),
        "covers_until": datetime(2026, 10, 1, tzinfo=UTC),
    }
    assert coverage(outcome("unit-differs"), **days).gap("unit-differs", SHOP, {}, *times) == gap


DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 31))
FINDINGS = st.lists(
    st.builds(
        replace,
        st.sampled_from([FLOWER, OIL, LATE_SALES, SLOW, finding(INTERVAL, None, file="config/b.yaml")]),
        id=st.text(max_size=3),
        count=st.integers(1, 5),
        role=st.sampled_from(Role),
    )
)
WAIVERS = st.lists(
    st.one_of(
        st.builds(
            lambda expires, opened, scope, rule: waiver(expires=expires, opened=opened, scope=scope, rule=rule),
            DAYS, DAYS, st.none() | st.just({"item": "Made Flower"}), st.sampled_from(["unit-differs", "sale-late"]),
        ),
        st.builds(lambda day, path: comment(3, path, day), DAYS, st.sampled_from(["sync.interval", "poll.interval"])),
    )
)  # fmt: skip


@given(FINDINGS, WAIVERS, DAYS)
def test_waivers_change_nothing_of_findings_but_their_marks(
    findings: list[Finding], waivers: list[Waiver], day: date
) -> None:
    """Counts, roles, order: everything but the waiver is as it was."""
    marked, problems = apply(findings, *waivers, day=day)
    assert [replace(each, waiver=None) for each in marked] == findings
    held = {each.id for each in waivers if not each.has_expired(day) and each.is_open(day)}
    assert {each.waiver.id for each in marked if each.is_excused and each.waiver} <= held
    assert sum(" expired on " in problem for problem in problems) == sum(
        each.has_expired(day) for each in waivers
    )
