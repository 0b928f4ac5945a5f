"""The rule language at the cursor: which name stands there, and which tables have which alias, also in half a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlglot import exp

from rootlint.lsp.cursor import Cursor, value_at
from rootlint.rules.checks.setting import SHOWN as OF_A_SETTING
from rootlint.rules.language.parsing import SyntaxFault, parse_query
from rootlint.rules.repairs import CAUSE

_ALIASED = r"([a-z_]\w*)\s+(?:as\s+)?(?!on\b|where\b|join\b|left\b)([a-z_]\w*)"
_TABLE = re.compile(rf"\s*(?:left\s+)?{_ALIASED}", re.IGNORECASE)
_FROM = re.compile(rf"\b(?:from|join)\s+{_ALIASED}", re.IGNORECASE)
_BRACKETS = re.compile(r"'[^']*'|[()]")
_SELECT = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)
_NAMED = re.compile(r"(\w+)\s+as\s*$", re.IGNORECASE)
_ALIAS = re.compile(r"\s*(?:as\s+)?(?!on\b|and\b|or\b|then\b|end\b)([a-z_]\w*)", re.IGNORECASE)

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


@dataclass(frozen=True)
class Relation:
    """What an alias stands for."""

    table: str = ""  # of the snapshot format, or `cause`
    columns: tuple[str, ...] = ()  # of a query that is named or written in its place


def aliases(cursor: Cursor) -> dict[str, Relation]:
    """What a text may name, by alias: the tables of the mappings around it, and what it reads from itself."""
    found = {CAUSE: Relation(CAUSE)} if cursor.path[:1] == ("repair",) else {}
    for length in range(1, len(cursor.path)):
        around = value_at(cursor.data, cursor.path[:length])
        if isinstance(around, dict):
            found |= _relations(around)
    return found | _within(cursor.raw, cursor.at)


def _relations(around: dict[str, Any]) -> dict[str, Relation]:
    joins = around.get("join")
    texts = [around.get("table"), around.get("refers_to"), *(joins if isinstance(joins, list) else ())]
    found = {"s": Relation(columns=OF_A_SETTING)} if around.get("kind") == "setting" else {}
    for text in texts:
        if isinstance(text, str):
            found |= _within(text, len(text)) | _at_start(text)
    return found


def _at_start(text: str) -> dict[str, Relation]:
    begun = _TABLE.match(text)
    return {begun[2]: Relation(begun[1])} if begun else {}


def _within(text: str, at: int) -> dict[str, Relation]:
    """The relations that a text reads from where they can be named, the innermost last."""
    groups = [(0, len(text)), *_groups(text)]
    queries = {name: Relation(columns=columns) for name, columns in _queries(text)}
    seen: list[tuple[int, str, Relation]] = [(0, alias, of) for alias, of in queries.items()]
    for found in _FROM.finditer(text):
        start, end = max(group for group in groups if group[0] <= found.start() < group[1])
        if start <= at <= end:
            seen.append((start, found[2], queries.get(found[1], Relation(found[1]))))
    return {alias: of for _, alias, of in sorted(seen, key=lambda each: each[0])}


def _groups(text: str) -> Iterator[tuple[int, int]]:
    """Where brackets open and close; one that is not closed goes to the end."""
    opened: list[int] = []
    for found in _BRACKETS.finditer(text):
        if found[0] == "(":
            opened.append(found.end())
        elif found[0] == ")" and opened:
            yield opened.pop(), found.start()
    yield from ((start, len(text)) for start in opened)


def _queries(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The queries that a text names (WITH … AS) or writes in place of a table, each with its columns."""
    for start, end in _groups(text):
        named = _NAMED.search(text[: start - 1]) or _ALIAS.match(text[end + 1 :])
        if named and _SELECT.match(text, start):
            yield named[1], _columns(text[start:end])


def _columns(query: str) -> tuple[str, ...]:
    try:
        parsed = parse_query(query)
    except SyntaxFault:  # half written
        return ()
    return tuple(parsed.named_selects) if isinstance(parsed, exp.Query) else ()


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
