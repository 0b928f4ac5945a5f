"""Lines of styled words, and how they become plain or coloured text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rootlint.report.wording import visible

Tone = Literal["plain", "strong", "faint", "error", "warning", "note", "good"]


Show = Literal["roots", "all", "unexplained"]


@dataclass(frozen=True)
class Style:
    """Where a report goes: to a terminal with colour and a width, or to a pipe or file without; and how much is told."""

    color: bool = False
    width: int | None = None  # columns; None: lines are never broken, so that they can be searched
    show: Show = "roots"  # what is told in full: all but symptoms, everything, or what nothing explains
    max_symptoms: int | None = 10  # lines of symptoms beneath a cause, the rest is counted; None: all of them


PLAIN = Style()


@dataclass(frozen=True)
class Span:
    """Words in one tone."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Line:
    """One line; where it is too long for the terminal it goes on below its own words, not below its lead."""

    spans: tuple[Span, ...] = ()
    lead: str = ""  # indent and label, ASCII: "  citation     "


def line(*parts: str | Span, lead: str = "") -> Line:
    """Make a line of words; what cannot be printed is written out, so data never steers a terminal."""
    spans = (part if isinstance(part, Span) else Span(part) for part in parts)
    return Line(tuple(Span(visible(span.text), span.tone) for span in spans), lead)


def labelled(label: str, *parts: str | Span) -> Line:
    """A line below a finding, its label in a column of its own."""
    return line(*parts, lead=f"  {label:<13}")


def typeset(lines: Iterable[Line], style: Style) -> str:
    """Write lines as text: the same words in every style."""
    if not style.color and style.width is None:
        return "".join(f"{text_of(each)}\n" for each in lines)
    return _typeset_for_terminal(lines, style)


def text_of(each: Line) -> str:
    """A line as plain text."""
    return (each.lead + "".join(span.text for span in each.spans)).rstrip()


def told(each: Line) -> str:
    """A line without its columns: "proof: confirmed …"."""
    label, words = each.lead.strip(), "".join(span.text for span in each.spans)
    return f"{label}: {words}" if label else words


_TONES = {
    "plain": "",
    "strong": "bold",
    "faint": "dim",
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold cyan",
    "good": "bold green",
}


def _typeset_for_terminal(lines: Iterable[Line], style: Style) -> str:
    import io

    from rich.console import Console
    from rich.text import Text

    console = Console(
        file=io.StringIO(),
        force_terminal=style.color,
        color_system="standard" if style.color else None,
        no_color=not style.color,
        width=style.width or 1_000_000,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for each in lines:
        words = Text.assemble(*((span.text, _TONES[span.tone]) for span in each.spans))
        room = max(console.width - len(each.lead), 20)
        for index, row in enumerate(words.wrap(console, room) or [words]):
            lead = each.lead if index == 0 else " " * len(each.lead)
            row.rstrip()
            console.print(Text.assemble((lead, "dim"), row) if row.plain else "", soft_wrap=True)
    return str(console.file.getvalue())  # type: ignore[attr-defined]
