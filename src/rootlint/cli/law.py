"""Values of parameters, told the same way by every command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rootlint.cli.words import labelled
from rootlint.model import Confidence
from rootlint.report.style import Line, Span, line
from rootlint.report.wording import in_force

if TYPE_CHECKING:
    from rootlint.jurisdictions.showing import ShownValue


def value_lines(code: str, values: Sequence[ShownValue]) -> Iterator[Line]:
    """The values of one parameter in one jurisdiction."""
    yield from labelled(code, *(map(told, values) if values else ["not on file"]), indent="  ")


def heading(name: str, meaning: str) -> Line:
    """A parameter and what it means."""
    return line(Span(name, "strong"), f": {meaning.rstrip('.')}")


def told(value: ShownValue) -> str:
    """A value, whom it is for, where it stands, when it is in force and how sure that is."""
    parts = [
        value.value,
        f"for {', '.join(value.applies_to)}" if value.applies_to else None,
        f"{value.audience} only" if value.audience else None,
        value.citation,
        in_force(value.in_force_from, value.in_force_until),
        None if value.confidence is Confidence.HIGH else "reading not confirmed",
        value.note,
    ]
    return ", ".join(part for part in parts if part)
