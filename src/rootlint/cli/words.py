"""The words that options are chosen from, and texts in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rootlint.model import Layer, Severity
from rootlint.report.style import Line, line
from rootlint.report.wording import visible

SEVERITIES = [severity.value for severity in reversed(Severity)]
LAYERS = [layer.value for layer in Layer]


def columns(rows: Sequence[Sequence[str]], indent: str = "") -> Iterator[Line]:
    """Rows whose texts stand below each other; columns in which nothing stands are left out."""
    shown = [[visible(text) for text in row] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(*shown, strict=True)]
    for row in shown:
        fitted = [f"{text:<{width}}  " for text, width in zip(row[:-1], widths, strict=False) if width]
        yield line(row[-1], lead=indent + "".join(fitted))


def labelled(label: str, *texts: str, indent: str = "") -> Iterator[Line]:
    """Texts below each other, with a label before the first."""
    for index, text in enumerate(texts):
        yield line(text, lead=f"{indent}{label if index == 0 else '':<13}")


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [part.strip() for part in text.splitlines() if part.strip()]
