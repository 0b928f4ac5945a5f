"""The view for people."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from made_reports import (
    CLEAN,
    FAILING,
    FINDING,
    GROWER,
    HEAD,
    LATE,
    OUTCOMES,
    RETAIL,
    ROOT,
    SAMPLE,
    SETTING,
    SYMPTOM,
    UNKNOWN,
)

from rootlint.model import (
    ChainStep,
    Citation,
    Confidence,
    Exposure,
    Facility,
    Outcome,
    Part,
    Proof,
    RecordPlace,
    Report,
    Role,
    Variance,
    Verdict,
)
from rootlint.report.style import PLAIN, Style
from rootlint.report.text import render
from rootlint.report.wording import citation, extent, place, visible

FAILING_TEXT = """\
error[unit-of-measure-mismatch] C10-0000001-LIC item=Made Flower: The operator's system counts a package in \
another unit than METRC does (412 of 9,310 records, 2026-08-03 to 2026-09-11)
  evidence     tables/metrc_packages.csv row 12, 2026-08-03 23:30 PDT
               1A4FF0000000001: METRC counts Grams, the operator's system Each
               item=Made Flower, label=1A4FF0000000001, quantity=8.000000, unit=none
               411 further violations not shown (--samples)
  citation     24 hours (sales_report_deadline, ca), made reference 1(b), in force since 2023-01-01, \
reading not confirmed
  remediation  Correct the item's unit.
               Then count the packages again.
  more         rootlint explain 3a9c41d2e5f60718 --snapshot made

warning[sync-interval-too-long] whole integration: The integration asks METRC for changes less often than \
its deadlines allow (1 of 1 record)
  evidence     config/integration.yaml:14:3
               sync.interval is 600 minutes
  confidence   medium: what the rule matches can have another reason
  remediation  Shorten the interval.
  more         rootlint explain 00aa11bb22cc33dd --snapshot made

not evaluated: 1 rule
  not captured: metrc_sales
    needs  metrc_sales
    rules  sale-reported-late (C10-0000001-LIC)

rules in error: 1 rule
  the number is too large
    rules  wet-weight-changed (402R-00002)

judged in part: 1 rule
  unit-of-measure-mismatch  402R-00002: 12 of 300 records could not be judged, a value is null; 3 pending, \
younger than the lag granted

snapshot: 2 rows set aside in 1 table, 2 problems
  metrc_packages  2 of 9,612 rows set aside; not captured whole; times without an offset were read in the \
facility's zone
  tables/metrc_packages.csv:14:3: warning: quantity 'eight' is no number; write 8
  tables/metrc_packages.csv:15: error: the label stands twice

2 findings: 1 error, 1 warning, 0 notes (413 violations)
0 causes, 0 symptoms, 0 unexplained, 2 isolated
4 rules x 2 facilities (1 of them once, for the whole integration): 1 pass, 2 fail, 1 not applicable, \
1 NOT EVALUATED, 1 ERROR
rootlint       0.1.0, as of 2026-11-20
packs          rootlint 0.1.0 sha256:ab12ab12ab12 (3 rules)
jurisdictions  ca 2026-05-01 sha256:ca00ca00ca00, co 2026-05-02 sha256:c000c000c000
snapshot       made sha256:77fe77fe77fe, Made Operator, captured 2026-11-01 13:00 UTC
exit code 1: findings at or above warning, not everything was evaluated
"""

CLEAN_TEXT = """\
0 findings: 0 errors, 0 warnings, 0 notes (0 violations)
1 rule x 2 facilities: 2 pass, 0 fail, 0 not applicable, 0 not evaluated, 0 error
rootlint       0.1.0, as of 2026-11-20
packs          rootlint 0.1.0 sha256:ab12ab12ab12 (3 rules)
jurisdictions  ca 2026-05-01 sha256:ca00ca00ca00, co 2026-05-02 sha256:c000c000c000
snapshot       made sha256:77fe77fe77fe, Made Operator, captured 2026-11-01 13:00 UTC
exit code 0: no finding at or above warning, every selected rule reached a verdict
"""

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def words(text: str) -> list[str]:
    return ANSI.sub("", text).split()


def test_a_report_tells_findings_then_what_is_open_then_the_closing_lines() -> None:
    assert render(FAILING, PLAIN) == FAILING_TEXT


def test_a_clean_run_still_says_what_it_judged_and_by_what() -> None:
    assert render(CLEAN, PLAIN) == CLEAN_TEXT


@pytest.mark.parametrize("style", [Style(color=True, width=60), Style(width=60), Style(color=True)])
@pytest.mark.parametrize("report", [FAILING, CLEAN])
def test_a_terminal_is_told_the_same_words(report: Report, style: Style) -> None:
    assert words(render(report, style)) == words(render(report, PLAIN))


def test_a_terminal_gets_lines_of_its_width_and_colour_only_where_asked() -> None:
    colored, plain = render(FAILING, Style(color=True, width=60)), render(FAILING, Style(width=60))
    assert max(len(line) for line in plain.splitlines()) <= 60
    assert ANSI.sub("", colored) == plain
    assert colored.startswith("\x1b[1;31merror[unit-of-measure-mismatch]\x1b[0m")


def test_a_broken_line_goes_on_below_its_own_words() -> None:
    lines = render(FAILING, Style(width=60)).splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("  citation"))
    assert lines[first : first + 4] == [
        "  citation     24 hours (sales_report_deadline, ca), made",
        "               reference 1(b), in force since 2023-01-01,",
        "               reading not confirmed",
        "  remediation  Correct the item's unit.",
    ]


def test_data_cannot_steer_a_terminal() -> None:
    """Escapes, bidirectional overrides and line ends in data are written out, in every style."""
    evil = "\x1b[2J\x9b31m\u202eabc\r\nerror[forged] all\x00\x7f"
    sample = replace(SAMPLE, message=evil, evidence={"note": evil}, place=RecordPlace("t", {"k": evil}))
    finding = replace(FINDING, scope={"item": evil}, samples=(sample,), remediation=evil)
    report = replace(FAILING, findings=(finding,), head=replace(HEAD, operator=evil))
    for style in (PLAIN, Style(color=True, width=80), Style(width=80)):
        text = ANSI.sub("", render(report, style))
        assert {sign for sign in text if not sign.isprintable()} == {"\n"}
        assert not any(line.startswith("error[forged]") for line in text.splitlines())


def test_what_is_printable_stays_as_it_is() -> None:
    assert visible("Café № 5 · 草") == "Café № 5 · 草"
    assert visible("a\tb\u202e\ud800") == "a\\tb\\u202e\\ud800"


def test_dates_are_those_of_the_facilitys_clock() -> None:
    """06:30 UTC is the evening before in California; a facility whose zone is not known is told in UTC."""
    nowhere = replace(RETAIL, timezone="Nowhere/Land")
    assert "2026-08-03 23:30 PDT" in render(replace(FAILING, findings=(FINDING,)), PLAIN)
    report = replace(FAILING, head=replace(HEAD, facilities=(nowhere, GROWER)), findings=(FINDING,))
    assert "2026-08-04 06:30 UTC" in render(report, PLAIN)
    assert "2026-08-04 to 2026-09-11" in render(report, PLAIN)


def test_the_ends_of_the_calendar_are_told_in_utc() -> None:
    """METRC writes the year 1 for a day that was never set."""
    first = datetime(1, 1, 1, tzinfo=UTC)
    report = replace(FAILING, findings=(replace(FINDING, first_at=first),))
    assert "(412 of 9,310 records, 0001-01-01 to 2026-09-11)" in render(report, PLAIN)


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (FINDING, "412 of 9,310 records, 2026-08-04 to 2026-09-11"),
        (SETTING, "1 of 1 record"),
        (replace(FINDING, last_at=FINDING.first_at), "412 of 9,310 records, 2026-08-04"),
        (replace(FINDING, exposed=0, first_at=None, last_at=None), "412 violations"),
    ],
)
def test_a_finding_says_how_many_of_how_many_and_when(finding: object, expected: str) -> None:
    assert extent(finding, UTC) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (RecordPlace("t", {"k": "1"}, "tables/t.csv", 12), "tables/t.csv row 12"),
        (RecordPlace("t", {"k": "1"}, "config/x.yaml", None, 14, 3), "config/x.yaml:14:3"),
        (RecordPlace("t", {"k": "1"}, "config/x.env", None, 14), "config/x.env:14"),
        (RecordPlace("t", {"k": "1"}, "tables/t.csv"), "tables/t.csv"),
        (RecordPlace("t", {"k": "1", "a": "2"}), "t[a=2, k=1]"),
    ],
)
def test_a_place_says_where_to_look(where: RecordPlace, expected: str) -> None:
    assert place(where) == expected


@pytest.mark.parametrize(
    ("first", "last", "confidence", "end"),
    [
        (date(2023, 1, 1), None, Confidence.HIGH, ", in force since 2023-01-01"),
        (None, date(2024, 1, 1), Confidence.HIGH, ", in force until 2024-01-01"),
        (date(2023, 1, 1), date(2024, 1, 1), Confidence.HIGH, ", in force 2023-01-01 to 2024-01-01"),
        (None, None, Confidence.HIGH, ""),
        (None, None, Confidence.LOW, ", reading not confirmed"),
    ],
)
def test_a_citation_says_since_when_and_whether_it_is_confirmed(
    first: date | None, last: date | None, confidence: Confidence, end: str
) -> None:
    cited: Citation = replace(LATE, in_force_from=first, in_force_until=last, confidence=confidence)
    assert citation(cited) == f"24 hours (sales_report_deadline, ca), made reference 1(b){end}"


def test_rules_not_evaluated_for_one_reason_stand_together() -> None:
    """Grouped by reason and data; rules of the same facilities share a line; all of them are called all."""
    lacking = Outcome("a-late-sale", RETAIL.facility, Verdict.NOT_EVALUATED, "not captured: x", ("x",))
    outcomes = (
        lacking,
        replace(lacking, facility=GROWER.facility),
        replace(lacking, rule="b-late-sale"),
        replace(lacking, rule="b-late-sale", facility=GROWER.facility),
        replace(lacking, rule="c-late-sale"),
        replace(
            lacking, rule="no-setting", facility=None, reason="no file has the column: y.z", needs=("y.z",)
        ),
    )
    text = render(replace(CLEAN, outcomes=outcomes, exit_code=3), PLAIN)
    assert text.split("\n\n")[0] == (
        "not evaluated: 4 rules\n"
        "  no file has the column: y.z\n"
        "    needs  y.z\n"
        "    rules  no-setting (whole integration)\n"
        "  not captured: x\n"
        "    needs  x\n"
        "    rules  c-late-sale (C10-0000001-LIC)\n"
        "    rules  a-late-sale, b-late-sale (all 2 facilities)"
    )


def test_the_order_of_outcomes_does_not_change_a_byte() -> None:
    assert render(replace(FAILING, outcomes=OUTCOMES[::-1]), PLAIN) == FAILING_TEXT


def test_a_facility_without_data_of_its_own_is_still_counted() -> None:
    facility = Facility("X1", "Made", "or", "America/Los_Angeles")
    outcome = Outcome("unit-of-measure-mismatch", "X1", Verdict.NOT_APPLICABLE, "no record in scope")
    report = replace(
        CLEAN,
        head=replace(HEAD, facilities=(*HEAD.facilities, facility)),
        outcomes=(*CLEAN.outcomes, outcome),
    )
    assert render(report, PLAIN).splitlines()[1] == (
        "1 rule x 3 facilities: 2 pass, 0 fail, 1 not applicable, 0 not evaluated, 0 error"
    )


def story(report: Report) -> str:
    """The lines of the first finding that tell its part in the story."""
    lines = render(report, PLAIN).splitlines()
    return "\n".join(
        lines[1 : next(index for index, line in enumerate(lines) if line.startswith("  evidence"))]
    )


def test_a_root_cause_tells_what_it_explains_and_how_sure_that_is() -> None:
    report = replace(FAILING, findings=(ROOT,))
    assert render(report, PLAIN).splitlines()[0].endswith("(1 of 1 record) [root cause]")
    assert story(report) == (
        "  cause        number 1 to fix, explains 37 violations, silent for 9 days\n"
        "  proof        partly confirmed: without it 35 symptoms vanish, 2 stay, 0 are new\n"
        "  or else      key-expired, C10-0000001-LIC, could explain 5 of 37: it explains 5 of these 37\n"
        "  refuted by   late sales going on after the interval is shortened"
    )


def test_what_the_data_do_not_decide_and_what_was_not_tested_is_said() -> None:
    assert ROOT.cause is not None
    rival = replace(ROOT.cause.alternatives[0], decided=False, facility=None, why="nothing decides")
    proof = Proof("not testable", reason="its rule describes no repair")
    cause = replace(ROOT.cause, alternatives=(rival,), proof=proof, silent_days=None, probability=0.83)
    cause = replace(cause, calibrated_on=60)
    report = replace(FAILING, findings=(replace(ROOT, cause=cause),))
    assert render(report, PLAIN).splitlines()[0].endswith("(1 of 1 record) [root cause, ambiguous]")
    told = story(report)
    assert (
        "  cause        number 1 to fix, explains 37 violations, probability 0.83 (calibrated on 60 made worlds)\n"
        in told
    )
    assert "  proof        not testable: its rule describes no repair\n" in told
    assert told.startswith(
        "  ambiguous    key-expired, whole integration, could explain 5 of 37: nothing decides\n"
    )
    assert "or else" not in told


def test_a_symptom_names_its_cause_and_the_chain_from_it() -> None:
    report = replace(FAILING, findings=(SYMPTOM,))
    assert render(report, PLAIN).splitlines()[0].endswith("2026-09-11) [symptom of sync-interval-too-long]")
    assert story(report) == (
        "  cause        sync-interval-too-long, whole integration (finding 00aa11bb22cc33dd)\n"
        "               sync-interval-too-long -> unit-of-measure-mismatch by facility, 400 of 412: made\n"
        "  or else      key-expired"
    )


def test_a_finding_says_by_how_much_it_is_off_and_whose_doing_that_is() -> None:
    parts = (
        Part(ROOT.id, ROOT.rule, None, "5.5"),
        Part("77ee66dd55cc44bb", "sale-reported-late", RETAIL.facility, "4"),
    )
    variances = (
        Variance("Grams", "14", parts, unexplained="3", untested="1.5"),
        Variance("Each", "2", (), unexplained="2", untested="0"),
    )
    text = story(replace(FAILING, findings=(replace(SYMPTOM, variances=variances),)))
    assert text.splitlines()[-2:] == [
        "  variance     14 Grams: 5.5 by sync-interval-too-long, 4 by sale-reported-late, 3 by nothing known, 1.5 not tested",
        "               2 Each: 2 by nothing known",
    ]
    own = Variance("Each", "2", (Part(ROOT.id, ROOT.rule, None, "2"),), unexplained="0", untested="0")
    assert "  variance     2 Each\n" in story(replace(FAILING, findings=(replace(ROOT, variances=(own,)),)))


def test_a_published_penalty_is_quoted_and_not_taken_for_what_is_owed() -> None:
    sure = Exposure("ca", "Sold late", "$10 a sale", "made 1", "made", Confidence.HIGH, ("a",), 31)
    unsure = replace(sure, breach="Sold too much", confidence=Confidence.LOW, violations=1)
    text = story(replace(FAILING, findings=(replace(ROOT, exposure=(sure, unsure)),)))
    assert (
        "  exposure     as published, not computed: $10 a sale (ca: Sold late, made 1), 31 violations\n"
        "               as published, not computed: $10 a sale (ca: Sold too much, made 1, reading not confirmed), 1 violation\n"
    ) in text


def test_a_finding_of_unknown_cause_says_which_causes_were_not_looked_for() -> None:
    report = replace(FAILING, findings=(UNKNOWN,))
    assert render(report, PLAIN).splitlines()[0].endswith("2026-09-11) [cause unknown]")
    assert story(report) == (
        "  cause        unknown; not evaluated, and might have told: key-expired, page-truncated"
    )
    assert story(replace(report, findings=(replace(UNKNOWN, unseen_causes=()),))) == (
        "  cause        unknown; no rule that was evaluated explains it"
    )


LATE_SALES = replace(
    SYMPTOM,
    id="5b5b5b5b5b5b5b5b",
    rule="sale-reported-late",
    count=31,
    scope={},
    blame=replace(
        SYMPTOM.blame,
        chain=(
            ChainStep("sync-interval-too-long", "queue-backlog", "facility_time", "made", 9, 9),
            ChainStep("queue-backlog", "sale-reported-late", "sale", "made", 31, 31),
        ),
    ),
)
FOLDED = replace(FAILING, findings=(ROOT, UNKNOWN, SETTING, SYMPTOM, LATE_SALES))


def heads(text: str) -> list[str]:
    """The rules of the findings that are told in full, with their roles."""
    firsts = [line for line in text.splitlines() if line.startswith(("error[", "warning["))]
    return [line.partition("]")[0] + line.rpartition(")")[2] for line in firsts]


def test_symptoms_are_folded_beneath_their_cause_a_line_each() -> None:
    """The unexplained come next, then what stands alone; every finding is counted at the end."""
    text = render(FOLDED, PLAIN)
    assert heads(text) == [
        "warning[sync-interval-too-long [root cause]",
        "error[unit-of-measure-mismatch [cause unknown]",
        "warning[sync-interval-too-long",
    ]
    assert (
        "silent for 9 days\n"
        "  symptoms     unit-of-measure-mismatch, C10-0000001-LIC item=Made Flower: 412 violations, by facility\n"
        "               sale-reported-late, C10-0000001-LIC: 31 of 40 records in its reach, through queue-backlog\n"
        "  proof "
    ) in text
    assert "\n1 cause, 2 symptoms folded, 1 unexplained, 1 isolated\n" in text


@pytest.mark.parametrize(
    ("most", "folded"),
    [
        (
            1,
            "  symptoms     unit-of-measure-mismatch, C10-0000001-LIC item=Made Flower: 412 violations, by facility\n"
            "               1 more symptom with 31 violations folded (--max-symptoms)\n",
        ),
        (0, "  symptoms     2 symptoms with 443 violations folded (--max-symptoms)\n"),
    ],
)
def test_symptoms_that_are_not_listed_are_counted(most: int, folded: str) -> None:
    assert f"silent for 9 days\n{folded}  proof " in render(FOLDED, Style(max_symptoms=most))


def test_all_shows_symptoms_in_full_with_their_chains() -> None:
    text = render(FOLDED, Style(show="all"))
    assert heads(text) == [
        "warning[sync-interval-too-long [root cause]",
        "error[unit-of-measure-mismatch [symptom of sync-interval-too-long]",
        "error[sale-reported-late [symptom of sync-interval-too-long]",
        "error[unit-of-measure-mismatch [cause unknown]",
        "warning[sync-interval-too-long",
    ]
    assert (
        "  cause        sync-interval-too-long, whole integration (finding 00aa11bb22cc33dd)\n"
        "               sync-interval-too-long -> queue-backlog by facility and time, 9 of 9: made\n"
        "               queue-backlog -> sale-reported-late by sale, 31 of 31: made\n"
    ) in text
    assert "\n1 cause, 2 symptoms, 1 unexplained, 1 isolated\n" in text


def test_the_unexplained_can_be_shown_alone_and_the_rest_is_counted() -> None:
    text = render(FOLDED, Style(show="unexplained"))
    assert heads(text) == ["error[unit-of-measure-mismatch [cause unknown]"]
    assert "\n\n4 further findings not shown (--show unexplained)\n\n" in text


def test_alternatives_with_the_same_words_say_their_scope() -> None:
    assert ROOT.cause is not None
    one = replace(ROOT.cause.alternatives[0], scope={"credential": "a"})
    other = replace(one, scope={"credential": "b"})
    alone = replace(one, facility=GROWER.facility)
    cause = replace(ROOT.cause, alternatives=(one, other, alone))
    lines = story(replace(FAILING, findings=(replace(ROOT, cause=cause),))).splitlines()
    assert [line.partition(", could")[0] for line in lines if "or else" in line] == [
        "  or else      key-expired, C10-0000001-LIC credential=a",
        "  or else      key-expired, C10-0000001-LIC credential=b",
        "  or else      key-expired, 402R-00002",
    ]


def test_an_inferred_cause_tells_the_numbers_it_rests_on() -> None:
    inferred = replace(
        FINDING, role=Role.INFERRED, rationale="40 of 41 records with this user are violations."
    )
    assert story(replace(FAILING, findings=(inferred,))) == (
        "  cause        40 of 41 records with this user are violations."
    )


def test_long_remediation_is_wrapped_on_a_terminal() -> None:
    long = replace(FINDING, remediation=" ".join(["word"] * 40))
    lines = render(replace(FAILING, findings=(long,)), Style(width=60)).splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("  remediation"))
    assert lines[first : first + 2] == [f"  remediation  {'word ' * 8}word", f"{' ' * 15}{'word ' * 8}word"]
