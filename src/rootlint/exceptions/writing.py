"""A further waiver in a file of waivers, whose comments and layout stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from rootlint.documents import parse_yaml, plain_scalar
from rootlint.errors import Place, Problem, UserError
from rootlint.exceptions.waivers import FORMAT, KEYS

START = f"""\
# Failures that somebody answers for. A waived failure is still told and counted; it does not fail the run.
format: {FORMAT}
waivers:
"""

# What YAML reads as the same text without quotes.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@()-]+)*")


def with_waiver(text: str, file: str, fields: Mapping[str, Any]) -> str:
    """The text of a file with one waiver more at its end; an empty text begins a file.

    Raises ``UserError`` where the file is written in a way that nothing can be put behind.
    """
    before = text if text.strip() else START
    listed = _listed(before, file)
    indent = _indent(before, file) if listed else "  "
    after = before + ("" if before.endswith("\n") else "\n") + entry(fields, indent)
    try:
        fits = _listed(after, file) == [*listed, _as_read(fields)]
    except UserError:
        fits = False
    if not fits:
        written = entry(fields, "  ").rstrip()
        raise UserError(
            Problem("waivers is not the last list of the file", Place(file), f"write it by hand:\n{written}")
        )
    return after


def entry(fields: Mapping[str, Any], indent: str) -> str:
    """One waiver as YAML; keys in the order of the reference, those that say nothing left out."""
    given = [(key, fields[key]) for key in KEYS if fields.get(key) not in (None, {}, False)]
    lines = [f"{key}: {_written(value)}" for key, value in given]
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def next_id(ids: Collection[str], year: int) -> str:
    """The first number of the year that no waiver has had: ``W-2026-014``."""
    numbers = [int(name[7:]) for name in ids if re.fullmatch(rf"W-{year}-[0-9]+", name)]
    return f"W-{year}-{max(numbers, default=0) + 1:03}"


def _listed(text: str, file: str) -> list[Any]:
    data = parse_yaml(text, file).data
    waivers = data.get("waivers") if isinstance(data, dict) else None
    return waivers if isinstance(waivers, list) else []


def _indent(text: str, file: str) -> str:
    """How far the dashes of the list stand in."""
    span = parse_yaml(text, file).values[("waivers", 0)]
    line = text.splitlines()[span.line - 1]
    return line[: len(line) - len(line.lstrip())]


def _as_read(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: fields[key] for key in KEYS if fields.get(key) not in (None, {}, False)}


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(name)}: {_text(of)}" for name, of in value.items()) + "}"
    return "true" if value is True else _text(str(value))


def _text(text: str) -> str:
    """Text as YAML reads it back; what is plain in both block and flow style stays without quotes."""
    is_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    plain = is_day or (_PLAIN.fullmatch(text) and plain_scalar(text) == text)
    return text if plain else json.dumps(text, ensure_ascii=False)
