"""Lines of configuration files as they may be shown: every secret as a fingerprint, and what a rule is about marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rootlint.snapshot.config_files import ConfigFiles, Known
from rootlint.snapshot.secrets import keep_secrets_out_of_text

BEFORE, MARKED, AFTER = 60, 80, 40  # signs shown of a long line
CUT = "…"


@dataclass(frozen=True)
class Excerpt:
    """One line of a file in three parts, the middle one marked."""

    line: int
    before: str
    marked: str
    after: str


def excerpt(config: ConfigFiles, known: Known) -> Excerpt:
    """The line on which a setting's value begins, with the value marked."""
    text, at = config.texts[known.file], known.at
    begin = text.rfind("\n", 0, at.start) + 1
    end = text.find("\n", at.start)
    end = len(text) if end < 0 else end
    masked = list(_masked(config, known.file))
    before = _shown(text, begin, at.start, masked)
    marked = (known.value or "") if known.is_masked else text[at.start : min(at.end, end)]
    after = _shown(text, at.end, end, masked) if at.end < end else ""
    return Excerpt(
        at.line,
        before if len(before) <= BEFORE else CUT + before[-BEFORE:],
        marked if len(marked) <= MARKED else marked[:MARKED] + CUT,
        after if len(after) <= AFTER else after[:AFTER] + CUT,
    )


def without_secrets(config: ConfigFiles, file: str) -> str:
    """The whole text of a file as it may be shown."""
    text = config.texts[file]
    return _shown(text, 0, len(text), list(_masked(config, file)))


Span = tuple[int, int, str]  # from, to, what is shown in its place


def _masked(config: ConfigFiles, file: str) -> Iterator[Span]:
    seen: set[int] = set()
    for known in sorted(config.settings, key=lambda known: known.at.start):
        if known.file == file and known.is_masked and known.at.start not in seen:
            seen.add(known.at.start)
            yield known.at.start, known.at.end, known.value or ""


def _shown(text: str, begin: int, end: int, masked: Iterable[Span]) -> str:
    """A piece of text with its secrets replaced; a secret that begins before it is left out."""
    parts: list[str] = []
    at = begin
    for start, stop, shown in masked:
        if stop <= at or start >= end:
            continue
        if start >= at:
            parts += [keep_secrets_out_of_text(text[at:start]), shown]
        at = min(stop, end)
    parts.append(keep_secrets_out_of_text(text[at:end]))
    return "".join(parts)
