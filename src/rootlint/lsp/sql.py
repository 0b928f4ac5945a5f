"""The rule language at the cursor: which name stands there, and which tables have which alias, also in half a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rootlint.documents import KeyPath
from rootlint.lsp.cursor import value_at
from rootlint.rules.repairs import CAUSE

_ALIASED = r"([a-z_]\w*)\s+(?:as\s+)?(?!on\b|where\b|join\b|left\b)([a-z_]\w*)"
_TABLE = re.compile(rf"\s*(?:left\s+)?{_ALIASED}", re.IGNORECASE)
_FROM = re.compile(rf"\b(?:from|join)\s+{_ALIASED}", re.IGNORECASE)

# What is written before the cursor, by what it begins. A quote may be doubled, inside a quoted text of YAML.
_PARAMETER = re.compile(r"\bparam\s*\(\s*'{1,2}(\w*)$")
_COMPARED = re.compile(r"\b(\w+)\.(\w+)\s*(?:=|<>|!=|(?:not\s+)?in\s*\([^()]*)\s*'{1,2}(\w*)$", re.IGNORECASE)
_COLUMN = re.compile(r"\b(\w+)\.(\w*)$")
_RELATION = re.compile(r"\b(?:from|join)\s+(\w*)$", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.'])(\w*)$")

What = Literal["parameter", "value", "column", "table", "name"]


@dataclass(frozen=True)
class Sought:
    """What a name that is being written would be."""

    what: What
    begun: str  # of the name
    alias: str = ""  # of columns, and of values the column they are compared with
    column: str = ""


def sought(before: str, is_relation: bool) -> Sought | None:
    """What is being written behind a text; ``is_relation``: it begins with a table's name, as in `table` and `join`."""
    text = before.lstrip("\"'|> \n")
    if is_relation and re.fullmatch(r"(?:left\s+)?\w*", text, re.IGNORECASE):
        return Sought("table", text.split()[-1] if text and not text[-1].isspace() else "")
    if found := _PARAMETER.search(text):
        return Sought("parameter", found[1])
    if found := _COMPARED.search(text):
        return Sought("value", found[3], found[1], found[2])
    if found := _COLUMN.search(text):
        return Sought("column", found[2], found[1])
    if found := _RELATION.search(text):
        return Sought("table", found[1])
    found = _NAME.search(text)
    return Sought("name", found[1]) if found else None


def in_message(before: str) -> str | None:
    """The part of a message that is in the rule language: what stands in its last open brace."""
    _, brace, inside = before.rpartition("{")
    return inside if brace and "}" not in inside else None


def aliases(data: Any, path: KeyPath) -> dict[str, str]:
    """The tables that a text may name, by alias: those of the mappings around it, and those of the text itself."""
    found: dict[str, str] = {CAUSE: CAUSE} if path[:1] == ("repair",) else {}
    for length in range(1, len(path)):
        around = value_at(data, path[:length])
        if isinstance(around, dict):
            found |= _relations(around)
    text = value_at(data, path)
    if isinstance(text, str):
        found |= {alias: table for table, alias in _FROM.findall(text)}
    return found


def _relations(around: dict[str, Any]) -> dict[str, str]:
    joins = around.get("join")
    texts = [around.get("table"), *(joins if isinstance(joins, list) else ())]
    found = (_TABLE.match(text) for text in texts if isinstance(text, str))
    return {each[2]: each[1] for each in found if each}


@dataclass(frozen=True)
class Word:
    """A name in a text, with what stands around it."""

    name: str
    alias: str = ""
    called: bool = False  # a bracket follows
    parameter: bool = False


_WORD = re.compile(r"(?:(\w+)\.)?(\w+)(\s*\()?")
_PARAMETER_BEFORE = re.compile(r"\bparam\s*\(\s*'{1,2}$")


def word_at(text: str, offset: int) -> Word | None:
    """The name at an offset of a text."""
    for found in _words(text):
        if found.start() <= offset <= found.end(2):
            on_alias = found[1] is not None and offset <= found.end(1)
            if on_alias:
                return Word(found[1])
            parameter = _PARAMETER_BEFORE.search(text[: found.start()]) is not None
            return Word(found[2], found[1] or "", found[3] is not None, parameter)
    return None


def _words(text: str) -> Iterator[re.Match[str]]:
    return _WORD.finditer(text)
