"""Data must not do anything to those who read a report."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rootlint.report.escaping import (
    csv_cell,
    markdown,
    sarif,
    uri,
    workflow_message,
    workflow_property,
    xml,
)
from rootlint.report.wording import visible

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\t=1"),
        ("\r=1", "'\\r=1"),
        ("\n=1", "'\\n=1"),
        ("＝1", "'＝1"),  # noqa: RUF001
        ("  =1", "'  =1"),
        ('"=1"', '\'"=1"'),
        ("a;=1", "a;'=1"),
        ('a;"=1', "a;'\"=1"),
        ("a, -1 = b", "a, -1 = b"),
        ("label=1A4, item=x", "label=1A4, item=x"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert csv_cell(text) == cell


@given(st.text(alphabet="=+-@;\"' \t\r\nab"))
def test_no_part_of_a_cell_between_semicolons_is_a_formula(text: str) -> None:
    for part in csv_cell(text).split(";"):
        assert not part.lstrip(' "').startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def rendered(text: str) -> str:
    """The words of a table cell, as a renderer with all of GitHub's syntax shows them."""
    page = f"| a |\n| --- |\n| {text} |\n"
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(page)
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 2, "one cell of the head, one of the body"
    children = cells[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}, children
    return "".join(child.content for child in children)


@given(st.text(alphabet="\\`*_{}[]()<>#+-.!|~&$^:/@aw1 \n\x00") | st.text())
def test_markdown_shows_data_as_they_are_and_makes_nothing_of_them(text: str) -> None:
    assert rendered(f"x{markdown(text)}x").replace(JOINER, "") == f"x{visible(text)}x"


@pytest.mark.parametrize(
    "text",
    [
        "@team",
        "a@b.example",
        "#12",
        "!12",
        "%12",
        "~bug",
        "http://x.example",
        "www.x.example",
        "WWW.x.example",
    ],
)
def test_code_hosts_find_no_mention_reference_or_address(text: str) -> None:
    """Neither before rendering nor after, where hosts look again."""
    assert text not in markdown(text)
    assert text not in rendered(markdown(text))
    assert rendered(markdown(text)).replace(JOINER, "") == text


def test_a_workflow_message_is_one_line() -> None:
    assert workflow_message("50%\r\nnext", "second") == "50%25\\r\\nnext%0Asecond"
    assert workflow_property("a: b, c%\n") == "a%3A b%2C c%25\\n"


@given(st.text(), st.text())
def test_no_data_begin_a_workflow_command(value: str, text: str) -> None:
    command = f"::notice title={workflow_property(value)}::{workflow_message(text)}"
    assert command.splitlines() == [command]
    assert command.split("::", 2)[2] == workflow_message(text)


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_xml_holds_any_text(lines: list[str]) -> None:
    element = ElementTree.fromstring(f'<a b="{xml(lines[0])}">{xml(*lines)}</a>')
    assert (element.text or "") == "\n".join(visible(line) for line in lines)
    assert element.get("b") == visible(lines[0])


def test_sarif_text_has_no_placeholder_and_no_link() -> None:
    assert sarif("{0} [a](1) \x1b\nb") == "{{0}} [a] (1) \\x1b\nb"


def test_a_path_is_a_relative_uri() -> None:
    assert uri("a:b/ü ?#%.csv") == "a%3Ab/%C3%BC%20%3F%23%25.csv"
