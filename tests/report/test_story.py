"""The story of one finding, told to people."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from made_reports import FAILING, FINDING, RETAIL, ROOT, SAMPLE, SETTING, SYMPTOM, UNKNOWN

from rootlint.causes.story import Example, Story, Upstream, Week
from rootlint.model import Alternative, Role, Verdict
from rootlint.report.story import story_lines, why_not_lines
from rootlint.report.style import PLAIN, typeset
from rootlint.report.wording import zones
from rootlint.rules.asking import Answer, Ending, Judged
from rootlint.rules.clauses import Part

UNIT = Answer(
    Part.ORDER,
    "p.unit_of_measure = i.unit_of_measure",
    False,
    {"p.unit_of_measure": "Grams", "i.unit_of_measure": None},
)
ACTIVE = Answer(Part.SCOPE, "p.state = 'active'", True, {"p.state": "active"})
OLD = Answer(Part.SCOPE, "p.packaged_on is not null", None, {})
PLAIN_STORY = Story(FINDING, None, (), (), (), (), (), (), ())


def told(story: Story) -> dict[str, str]:
    """The parts of a story by their titles."""
    parts = typeset(story_lines(story, FAILING), PLAIN).split("\n\n")
    return {part.partition("\n")[0]: part.partition("\n")[2].rstrip("\n") for part in parts}


def test_a_symptom_is_told_tie_by_tie_with_an_example_of_each() -> None:
    setting = SETTING.samples[0]
    tie = Example(
        "sync-interval-too-long",
        setting,
        "unit-of-measure-mismatch",
        SAMPLE,
        "facility_time",
        "made",
        400,
        412,
    )
    rival = Alternative("key-expired", None, 12, 412, "it explains 12 of these 412")
    story = replace(PLAIN_STORY, finding=SYMPTOM, root=ROOT, examples=(tie,), considered=(rival,))
    parts = told(story)
    assert parts["cause"] == (
        "  from         sync-interval-too-long, whole integration (finding 00aa11bb22cc33dd)\n"
        "               1. sync-interval-too-long -> unit-of-measure-mismatch by facility and time, 400 of 412: made\n"
        "  one cause    sync.interval is 600 minutes (config/integration.yaml:14:3)\n"
        "  its effect   1A4FF0000000001: METRC counts Grams, the operator's system Each "
        "(tables/metrc_packages.csv row 12, 2026-08-03 23:30 PDT)"
    )
    assert parts["considered"] == (
        "  or else      key-expired, whole integration, could explain 12 of 412: it explains 12 of these 412"
    )
    assert parts["certainty"] == (
        "  proof        partly confirmed: without it 35 symptoms vanish, 2 stay, 0 are new\n"
        "  refuted by   late sales going on after the interval is shortened"
    )


def test_a_root_cause_lists_every_symptom_and_when_they_came() -> None:
    weeks = (Week(date(2026, 8, 3), 1200), Week(date(2026, 8, 10), 0), Week(date(2026, 8, 17), 1))
    story = replace(PLAIN_STORY, finding=ROOT, symptoms=(SYMPTOM,) * 12, symptom_weeks=weeks)
    parts = told(story)
    assert parts["cause"].startswith(
        "  from         nothing explains it; it is number 1 to fix\n"
        "  explains     37 violations\n"
        "               sale-reported-late: 31 of 40 records in its reach\n"
        "               unit-of-measure-mismatch: 6\n"
        "  symptoms     unit-of-measure-mismatch, "
    )
    assert parts["cause"].count("412 violations, by facility") == 12
    assert parts["time"] == (
        "  silent for   9 days before the first symptom\n"
        f"  symptoms     2026-08-03  1,200  {'#' * 40}\n"
        "               2026-08-10      0\n"
        "               2026-08-17      1  #"
    )


def test_what_nothing_explains_tells_what_might_have() -> None:
    upstream = (
        Upstream("key-expired", 0, (Verdict.NOT_EVALUATED,)),
        Upstream("page-truncated", 0, (Verdict.PASS,)),
        Upstream("queue-backlog", 7, (Verdict.FAIL,)),
        Upstream("retired", 0, ()),
    )
    parts = told(replace(PLAIN_STORY, finding=UNKNOWN, upstream=upstream))
    assert parts["considered"] == (
        "  upstream     key-expired: not evaluated\n"
        "  upstream     page-truncated: found nothing\n"
        "  upstream     queue-backlog: 7 violations, none tied to these\n"
        "  upstream     retired: did not run"
    )
    assert parts["certainty"] == "  did not run  key-expired, page-truncated"


@pytest.mark.parametrize(
    ("role", "begins"),
    [
        (Role.UNKNOWN, "  from         unknown: "),
        (Role.ISOLATED, "  from         nothing explains it, and it explains nothing else"),
    ],
)
def test_a_finding_without_a_cause_says_so(role: Role, begins: str) -> None:
    assert told(replace(PLAIN_STORY, finding=replace(FINDING, role=role)))["cause"].startswith(begins)


def test_each_record_says_why_it_matched() -> None:
    story = replace(PLAIN_STORY, matches=((ACTIVE, OLD, UNIT),))
    assert told(story)["records"] == (
        "  evidence     tables/metrc_packages.csv row 12, 2026-08-03 23:30 PDT\n"
        "               1A4FF0000000001: METRC counts Grams, the operator's system Each\n"
        "               item=Made Flower, label=1A4FF0000000001, quantity=8.000000, unit=none\n"
        "  in scope as  true   p.state = 'active'  [p.state = active]\n"
        "               null   p.packaged_on is not null\n"
        "  must hold    false  p.unit_of_measure = i.unit_of_measure  [p.unit_of_measure = Grams, i.unit_of_measure = null]\n"
        "               411 further violations not shown (--samples)"
    )


def test_the_rest_of_a_finding_is_told_too() -> None:
    story = replace(PLAIN_STORY, weeks=(Week(date(2026, 8, 3), 412),))
    text = typeset(story_lines(story, FAILING), PLAIN)
    assert text.startswith("error[unit-of-measure-mismatch] C10-0000001-LIC item=Made Flower: ")
    assert "  finding      3a9c41d2e5f60718, confidence high\n  why          Quantities in two units" in text
    assert told(story)["time"] == (
        "  first        2026-08-03 23:30 PDT\n"
        "  last         2026-09-11 12:00 PDT\n"
        f"  by week      2026-08-03  412  {'#' * 40}"
    )
    assert told(story)["what to do"] == (
        "  citation     24 hours (sales_report_deadline, ca), made reference 1(b), in force since 2023-01-01, "
        "reading not confirmed\n"
        "  remediation  Correct the item's unit.\n"
        "               Then count the packages again.\n"
        "  rule         rootlint explain unit-of-measure-mismatch"
    )


JUDGED = Judged(
    Ending.NOT_IN_SCOPE,
    "metrc_packages",
    RETAIL.facility,
    1,
    datetime(2026, 8, 4, 6, 30, tzinfo=UTC),
    {"label": "1A4FF0000000001"},
    (replace(ACTIVE, holds=False), OLD, replace(ACTIVE, text="p.label is not null"), UNIT),
)


@pytest.mark.parametrize(
    ("judged", "text"),
    [
        (
            JUDGED,
            "not in scope  metrc_packages, C10-0000001-LIC: 1 record, label=1A4FF0000000001\n"
            "  at           2026-08-03 23:30 PDT\n"
            "  in scope as  false  p.state = 'active'  [p.state = active]\n"
            "               null   p.packaged_on is not null\n",
        ),
        (
            replace(
                JUDGED,
                ending=Ending.ORDER,
                count=2,
                at=None,
                answers=(ACTIVE, replace(UNIT, holds=True, values={})),
            ),
            "in order  metrc_packages, C10-0000001-LIC: 2 records, one of them label=1A4FF0000000001\n"
            "  must hold    true   p.unit_of_measure = i.unit_of_measure\n",
        ),
        (
            replace(JUDGED, ending=Ending.NOT_JUDGED, at=None, answers=(ACTIVE, replace(UNIT, holds=None))),
            "not judged  metrc_packages, C10-0000001-LIC: 1 record, label=1A4FF0000000001\n"
            "  must hold    null   p.unit_of_measure = i.unit_of_measure  "
            "[p.unit_of_measure = Grams, i.unit_of_measure = null]\n",
        ),
        (
            replace(JUDGED, ending=Ending.PENDING, facility=None, at=None),
            "pending  metrc_packages, whole integration: 1 record, label=1A4FF0000000001\n",
        ),
    ],
)
def test_records_that_are_no_violation_tell_the_clauses_that_decided(judged: Judged, text: str) -> None:
    assert typeset(why_not_lines([judged], zones(FAILING)), PLAIN) == text
