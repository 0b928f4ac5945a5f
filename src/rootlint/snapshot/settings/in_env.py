"""Settings in .env files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.settings.setting import Setting, place_of, plain, setting_at

_BLANK = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:#[^\n]*\Z)?")
_LINE = re.compile(
    r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*"
    r"(?:=[ \t]*(?P<value>\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?![\"'])[^\n]*?))?[ \t]*"
    r"(?:(?<=[ \t\"'])#[^\n]*)?(?:\n|\Z)",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def parse_env(text: str, file: str) -> Iterator[Setting]:
    """The settings of an .env file; of a name that stands twice the last, as programs read it."""
    found: dict[str, Setting] = {}
    faults = []
    at = _blank(text, 0)
    while at < len(text):
        line = _LINE.match(text, at)
        if line is None:
            place = Place(file, *place_of(text, at))
            faults.append(Problem("not a NAME=value line", place, "correct it, or make it a comment with #"))
            at = text.find("\n", at) + 1 or len(text)
        else:
            found.pop(line["name"], None)
            found[line["name"]] = _setting(text, line)
            at = line.end()
        at = _blank(text, at)
    if faults:
        raise UserError(*faults)
    yield from found.values()


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _setting(text: str, line: re.Match[str]) -> Setting:
    raw = line["value"]
    if raw is None:
        return setting_at(text, line.span("name"), (line["name"],), None)
    value: Any = raw
    if raw[:1] == '"':
        value = _ESCAPED.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), raw[1:-1])
    elif raw[:1] == "'":
        value = raw[1:-1]
    else:
        value = plain(raw)
    return setting_at(text, line.span("value"), (line["name"],), value)
