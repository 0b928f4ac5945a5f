"""What must be written out: instants in UTC, days, and regular expressions of the subset engines read alike."""

import re

import pytest

from rootlint.rules.language import written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01T13:00:00Z", "2026-11-01 13:00:00.000000"),
        ("2026-11-01T13:00:00+02:00", "2026-11-01 11:00:00.000000"),
        ("2026-11-01 13:00:00.5-08:00", "2026-11-01 21:00:00.500000"),
        ("2026-01-01T00:00:00+14:00", "2025-12-31 10:00:00.000000"),
    ],
)
def test_an_instant_is_read_with_its_offset(text, expected):
    assert written.instant(text) == expected


@pytest.mark.parametrize(
    "text", ["2026-11-01T13:00:00", "2026-11-01", "yesterday", "", "9999-12-31T23:00:00-23:00"]
)
def test_what_is_no_instant_is_told(text):
    fault = (f"'{text}' is no instant", "write instant('2026-11-01T13:00:00Z'), with an offset")
    assert written.instant(text) == fault


@pytest.mark.parametrize(
    "text", ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "20260101", "", "٢٠٢٦-01-01"]
)
def test_what_is_no_day_is_told(text):
    assert written.day(text) == (f"'{text}' is no date", "write date('2026-11-01')")


PATTERNS = [
    "abc",
    "^[0-9A-F]{24}$",
    "^1A4[0-9A-F]{21}$",
    "a|b|",
    "(ab)+c?",
    "a{2}b{2,}c{2,3}d{0,1}?",
    r"^\d+\.\d\d$",
    r"[\d.-]+",
    "[^a-c]",
    "[]a]",
    "[$^.]",
    "[äöü]",
    "a.*?b",
    r"\(\)\[\]\{\}\|\*\+\?\^\$\.\\",
    r"\S\W\D",
    "",
]


@pytest.mark.parametrize("text", PATTERNS)
def test_a_regular_expression_of_the_subset_is_kept(text):
    kept = written.regular_expression(text)
    assert isinstance(kept, str)
    assert kept.replace(r"\z", "$") == text
    re.compile(text)


def test_the_end_of_a_regular_expression_is_the_very_end():
    assert written.regular_expression("^a$|[$]") == r"^a\z|[$]"


REFUSED = [
    ("(?i)a", "(?i)a"),
    ("a(?=b)", "(?=b)"),
    ("(?P<n>a)", "(?P<n>a)"),
    (r"(a)\1", r"\1"),
    (r"\bword\b", r"\bword\b"),
    (r"\p{L}", r"\p{L}"),
    (r"\x41", r"\x41"),
    (r"\A", r"\A"),
    ("a++", "++"),
    ("a*+", "*+"),
    ("a{,3}", "{,3}"),
    ("a{b", "{b"),
    ("a}", "}"),
    ("a]", "]"),
    ("[[:alpha:]]", "[[:alpha:]"),
    ("[a-z&&[^b]]", "[a-z&&[^b]"),
    ("[a", "[a"),
    ("a{1001}", "{1001}"),
    (r"a\Q.\E", r"\Q.\E"),
]


@pytest.mark.parametrize(("text", "rest"), REFUSED)
def test_what_engines_read_differently_is_refused(text, rest):
    expected = (
        f"engines read '{rest}' differently",
        "use characters, classes, groups, |, repetition, ^ and $",
    )
    assert written.regular_expression(text) == expected


@pytest.mark.parametrize("text", ["(a", "a)", "[b-a]", "a{3,2}"])
def test_what_is_no_regular_expression_is_told(text):
    assert written.regular_expression(text)[0].startswith(f"'{text}' is no regular expression: ")


def test_repetitions_multiply():
    assert isinstance(written.regular_expression("(a{10}){100}"), str)
    assert written.regular_expression("((a{10}){10}){11}") == (
        "'((a{10}){10}){11}' repeats too often",
        "counted repetitions multiply to 1000 at most",
    )


def test_a_table_is_one_of_the_format():
    assert written.table("outages") == "outages"
    assert written.table("outage") == (
        "the snapshot format has no table 'outage'",
        "did you mean 'outages'?",
    )
