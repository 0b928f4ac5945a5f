"""What every format must say, and the page about them."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_reports import CLEAN, FAILING, HEAD

from rootlint.model import Report
from rootlint.plugins import Named
from rootlint.report.builtin import rootlint_report_formats
from rootlint.report.reference import document_formats
from rootlint.report.style import PLAIN, Style

FORMATS = list(rootlint_report_formats())
PAGE = Path(__file__).parents[2] / "docs/formats.md"
each_format = pytest.mark.parametrize("named", FORMATS, ids=lambda named: named.name)


def told(named: Named, report: Report) -> str:
    """What a format says, with the escapes of Markdown and JSON undone as far as these words go."""
    render: Callable[[Report, Style], str] = named.load()
    return render(report, PLAIN).replace("&#95;", "_")


@each_format
def test_every_format_says_what_was_not_judged(named: Named) -> None:
    if named.name == "concise":
        assert "1 NOT EVALUATED, 1 ERROR" in told(named, FAILING)
        assert "metrc_packages read in part: 2 of 9,612 rows set aside" in told(named, FAILING)
        return
    words = (
        "sale-reported-late",
        "not captured: metrc_sales",
        "wet-weight-changed",
        "the number is too large",
    )
    assert [word for word in words if word not in told(named, FAILING)] == []
    partly = ("could not be judged, a value is null", '"undetermined": 12')
    assert any(word in told(named, FAILING) for word in partly)
    aside = ("2 of 9,612 rows set aside", '"set_aside": 2')
    assert any(word in told(named, FAILING) for word in aside)


@each_format
@pytest.mark.parametrize(("report", "code"), [(FAILING, 1), (CLEAN, 0), (replace(CLEAN, exit_code=4), 4)])
def test_every_format_says_how_the_run_ended_and_what_it_judged(
    named: Named, report: Report, code: int
) -> None:
    text = told(named, report)
    assert re.search(rf'exit[ _]?code"?:? ?{code}\b', text, re.IGNORECASE)
    assert "77fe77fe77fe" in text
    assert "2026-11-20" in text


@each_format
def test_no_format_reads_the_width_or_colour_but_those_for_people(named: Named) -> None:
    if named.name not in ("text", "concise"):
        assert named.load()(FAILING, Style(color=True, width=40)) == named.load()(FAILING, PLAIN)


@each_format
def test_every_format_ends_its_last_line(named: Named) -> None:
    assert named.load()(replace(FAILING, head=HEAD), PLAIN).endswith("\n")


def test_the_page_about_formats_is_up_to_date() -> None:
    """`make docs` writes it; its examples are what the formats write."""
    assert PAGE.read_text(encoding="utf-8") == document_formats()
