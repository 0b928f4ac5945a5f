"""What must be written out, and how: instants, dates, patterns, places, tables. Every engine then reads it alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

from rootlint.errors import did_you_mean
from rootlint.snapshot.format import FORMAT

Fault = tuple[str, str | None]  # message, help


def instant(text: str) -> str | Fault:
    """The instant in UTC, as the engines read it."""
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is not None:
            return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    except (ValueError, OverflowError):
        pass
    return f"'{text}' is no instant", "write instant('2026-11-01T13:00:00Z'), with an offset"


def day(text: str) -> str | Fault:
    """The day as it stands."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    return f"'{text}' is no date", "write date('2026-11-01')"


def places(number: int) -> int | Fault:
    """How many places to round to."""
    return number if 0 <= number <= 6 else (f"round takes 0 to 6 places, not {number}", None)


def pattern(text: str) -> str | Fault:
    """A pattern of LIKE."""
    if "\\" in text:
        return "a pattern has no escape character", "use contains(), starts_with() or matches()"
    return text


def table(name: str) -> str | Fault:
    """The name of a table of the snapshot format."""
    if name not in FORMAT.tables:
        return f"the snapshot format has no table '{name}'", did_you_mean(name, FORMAT.tables)
    return name


# One piece of a regular expression: an escape, a class, the beginning of a group, a repetition, one character.
_PIECE = re.compile(
    r"\\[dswDSW]|\\[^A-Za-z0-9\s]"
    r"|\[\^?\]?(?:\\[dsw]|\\[^A-Za-z0-9\s]|[^\\\[\]&~|])+\]"
    r"|\((?!\?)"
    r"|(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??(?![*+?{])"
    r"|[^\\\[\](*+?{}]"
)
_MOST_REPEATED = 1000


def regular_expression(text: str) -> str | Fault:
    """A regular expression of the subset that engines read alike, with ``$`` as the very end of the text."""
    pieces: list[str] = []
    place = 0
    while place < len(text):
        match = _PIECE.match(text, place)
        if match is None:
            rest = text[place : place + 10]
            return (
                f"engines read '{rest}' differently",
                "use characters, classes, groups, |, repetition, ^ and $",
            )
        pieces.append(match[0])
        place = match.end()
    try:
        re.compile(text)
    except (re.error, OverflowError) as error:
        return f"'{text}' is no regular expression: {error}", None
    if _repetitions(pieces) > _MOST_REPEATED:
        return f"'{text}' repeats too often", f"counted repetitions multiply to {_MOST_REPEATED} at most"
    return "".join(r"\z" if piece == "$" else piece for piece in pieces)


def _repetitions(pieces: list[str]) -> int:
    product = 1
    for piece in pieces:
        if piece[0] == "{":
            product *= max(int(number) for number in re.findall("[0-9]+", piece)) or 1
    return product


LITERALS: dict[str, Callable[..., str | int | Fault]] = {
    "instant": instant,
    "date": day,
    "matches": regular_expression,
    "round": places,
    "captured": table,
}
