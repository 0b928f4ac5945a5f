"""The view for spreadsheets."""

import csv
import io
from dataclasses import replace

from hypothesis import given
from made_by_chance import reports
from made_reports import CLEAN, FAILING, FINDING, STORY

from rootlint.model import Report
from rootlint.report.csv_report import COLUMNS, render
from rootlint.report.style import PLAIN

CLOSING = (
    "3 findings: 2 errors, 1 warning, 0 notes (416 violations); 1 cause, 1 symptom, 1 unexplained, 0 isolated; "
    "4 rules x 2 facilities (1 of them once, for the whole integration): 1 pass, 2 fail, 1 not applicable, "
    "1 NOT EVALUATED, 1 ERROR; rootlint: 0.1.0, as of 2026-11-20; packs: rootlint 0.1.0 sha256:ab12ab12ab12 (3 rules); "
    "jurisdictions: ca 2026-05-01 sha256:ca00ca00ca00, co 2026-05-02 sha256:c000c000c000; "
    "snapshot: made sha256:77fe77fe77fe, Made Operator, captured 2026-11-01 13:00 UTC; "
    "exit code 1: findings at or above warning, not everything was evaluated"
)


def rows(report: Report) -> list[dict[str, str]]:
    """The filled cells of each row."""
    read = csv.DictReader(io.StringIO(render(report, PLAIN), newline=""), strict=True)
    return [{name: value for name, value in row.items() if value} for row in read]


def test_a_row_tells_a_finding_and_its_part_in_the_story() -> None:
    cause, unknown, symptom = rows(STORY)[:3]
    assert cause == {
        "record": "finding",
        "id": "00aa11bb22cc33dd",
        "fingerprint": "00aa11bb22cc33dd",
        "severity": "warning",
        "role": "root cause",
        "rule": "sync-interval-too-long",
        "layer": "technical",
        "confidence": "medium",
        "summary": "The integration asks METRC for changes less often than its deadlines allow.",
        "violations": "1",
        "judged": "1",
        "rank": "1",
        "explains": "37",
        "proof": "partly confirmed: without it 35 symptoms vanish, 2 stay, 0 are new",
        "table": "config_settings",
        "file": "made/config/integration.yaml",
        "line": "14",
        "evidence": "sync.interval is 600 minutes",
        "remediation": "Shorten the interval.",
    }
    assert unknown["role"] == "cause unknown"
    assert symptom == {
        "record": "finding",
        "id": "3a9c41d2e5f60718.7",
        "fingerprint": "3a9c41d2e5f60718",
        "severity": "error",
        "role": "symptom",
        "rule": "unit-of-measure-mismatch",
        "layer": "data",
        "confidence": "high",
        "jurisdiction": "ca",
        "facility": "C10-0000001-LIC",
        "scope": "item=Made Flower",
        "summary": "The operator's system counts a package in another unit than METRC does.",
        "violations": "412",
        "judged": "9310",
        "first_at": "2026-08-04T06:30:00Z",
        "last_at": "2026-09-11T19:00:00Z",
        "cause": "sync-interval-too-long",
        "cause_id": "00aa11bb22cc33dd",
        "table": "metrc_packages",
        "file": "made/tables/metrc_packages.csv",
        "line": "13",
        "evidence": "1A4FF0000000001: METRC counts Grams, the operator's system Each",
        "citations": "24 hours (sales_report_deadline, ca), made reference 1(b), in force since 2023-01-01, "
        "reading not confirmed",
        "remediation": "Correct the item's unit. Then count the packages again.",
    }


def test_what_was_not_judged_has_rows_and_the_run_has_the_last() -> None:
    assert rows(STORY)[3:] == [
        {
            "record": "rule in error",
            "rule": "wet-weight-changed",
            "facility": "402R-00002",
            "reason": "the number is too large",
        },
        {
            "record": "not evaluated",
            "rule": "sale-reported-late",
            "facility": "C10-0000001-LIC",
            "reason": "not captured: metrc_sales",
            "needs": "metrc_sales",
        },
        {
            "record": "judged in part",
            "rule": "unit-of-measure-mismatch",
            "facility": "402R-00002",
            "reason": "12 of 300 records could not be judged, a value is null; 3 pending, younger than the lag granted",
        },
        {
            "record": "read in part",
            "table": "metrc_packages",
            "reason": "2 of 9,612 rows set aside; not captured whole; times without an offset were read in the "
            "facility's zone",
        },
        {
            "record": "problem",
            "severity": "warning",
            "file": "made/tables/metrc_packages.csv",
            "line": "14",
            "remediation": "write 8",
            "reason": "quantity 'eight' is no number",
        },
        {
            "record": "problem",
            "severity": "error",
            "file": "made/tables/metrc_packages.csv",
            "line": "15",
            "reason": "the label stands twice",
        },
        {
            "record": "run",
            "summary": CLOSING,
            "reason": "exit code 1: findings at or above warning, not everything was evaluated",
        },
    ]


def test_a_clean_run_has_its_row_all_the_same() -> None:
    assert [row["record"] for row in rows(CLEAN)] == ["run"]


def test_lines_end_and_cells_are_quoted_as_the_standard_has_it() -> None:
    finding = replace(FINDING, scope={"item": 'Made "Flower", 3.5 g'})
    text = render(replace(FAILING, findings=(finding,)), PLAIN)
    assert text.count("\r\n") == text.count("\n") == len(text.split("\r\n")) - 1
    assert '"item=Made ""Flower"", 3.5 g"' in text
    assert text.splitlines()[0] == ",".join(COLUMNS)


@given(reports())
def test_no_report_makes_a_formula_or_a_further_row(report: Report) -> None:
    text = render(report, PLAIN)
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(text.split("\r\n")) == len(read) + 1, "a row is a line"
    assert {len(row) for row in read} == {len(COLUMNS)}
    for cell in (cell for row in read for cell in row):
        assert not cell.lstrip(' "').startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell.isprintable()
    assert [row[0] for row in read].count("finding") == len(report.findings)
