"""JSON lines."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from made_by_chance import reports
from made_reports import CLEAN, FAILING, STORY

from rootlint.model import Report
from rootlint.report import json_report
from rootlint.report.jsonl import FORMAT, RECORDS, render
from rootlint.report.style import PLAIN


def lines(report: Report) -> list[dict[str, Any]]:
    return [json.loads(line) for line in render(report, PLAIN).splitlines()]


def of(record: str, read: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({k: v for k, v in line.items() if k != "record"} for line in read if line["record"] == record)


def test_lines_say_what_they_are_head_first_and_end_last() -> None:
    kinds = [line["record"] for line in lines(STORY)]
    assert list(dict.fromkeys(kinds)) == [
        "head",
        "exceptions",
        "rule",
        "table",
        "problem",
        "outcome",
        "finding",
        "end",
    ]
    assert lines(STORY)[0]["format"] == FORMAT
    assert lines(STORY)[-1]["exit_code"] == 1


@pytest.mark.parametrize("report", [FAILING, CLEAN, STORY])
def test_made_reports_are_the_json_report_in_lines(report: Report) -> None:
    _check_same(report)


@given(reports())
def test_any_report_is_the_json_report_in_lines(report: Report) -> None:
    _check_same(report)
    assert all(" " <= sign <= "~" or sign == "\n" for sign in render(report, PLAIN))


def _check_same(report: Report) -> None:
    whole, read = json.loads(json_report.render(report, PLAIN)), lines(report)
    head = next(of("head", read))
    assert head == {"format": FORMAT, **whole["head"]}
    assert {many: list(of(one, read)) for many, one in RECORDS.items()} == {
        many: whole[many] for many in RECORDS
    }
    assert list(of("edge", read)) == whole["graph"]["edges"]
    assert list(of("end", read)) == [{key: whole[key] for key in ("summary", "fail_on", "exit_code")}]
