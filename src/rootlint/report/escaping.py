"""What data must not do to those who read a report: one place for the escapes of every format.

Each function takes text as it is and returns text that is safe in its place. None of them is reversible for a
program; programs read ``json`` and ``jsonl``.
"""

from __future__ import annotations

import re
from urllib.parse import quote
from xml.sax.saxutils import escape

from rootlint.report.wording import visible

# A cell that begins so is a formula to a spreadsheet; the wide forms are, where the system writes Chinese or Japanese.
_FORMULA = "=+\\-@\t\r\n＝＋－＠"  # noqa: RUF001
# Where the system's list separator is a semicolon, a new cell begins after each.
_BEGINS_FORMULA = re.compile(rf'(^|;)(?=[ "]*[{_FORMULA}])')

_MARKUP = str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>\\`*_[]|~#$"})
# Before these places a code host would see a mention, a reference or an address, were the signs left together.
_REFERENCE = re.compile(r"(?<=[@#!$%~&^])(?=\w)|(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"  # joins words, is not seen, and is in no name, number or address


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: what would begin one gets an apostrophe before it."""
    return visible(_BEGINS_FORMULA.sub(r"\1'", text))


def markdown(text: str) -> str:
    """Text for one line or table cell of Markdown: no markup, no HTML, no mention, no link."""
    return _REFERENCE.sub(_JOINER, visible(text)).translate(_MARKUP)


def workflow_message(*lines: str) -> str:
    """The message of a GitHub workflow command, of one line or several."""
    return "\n".join(visible(line) for line in lines).replace("%", "%25").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """A property of a GitHub workflow command."""
    return workflow_message(text).replace(":", "%3A").replace(",", "%2C")


def xml(*lines: str) -> str:
    """Text of an XML 1.0 element, or of an attribute if it is one line; XML cannot write most control characters."""
    return escape("\n".join(visible(line) for line in lines), {'"': "&quot;"})


def sarif(text: str) -> str:
    """Plain text of a SARIF message: no placeholder and no link but those that a view itself sets."""
    shown = "\n".join(visible(line) for line in text.strip().split("\n"))
    return shown.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def uri(path: str) -> str:
    """A relative path as a URI reference."""
    return quote(path, safe="/", errors="replace")
