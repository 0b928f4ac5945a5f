"""Settings in JSON, with the comments and trailing commas that configuration files have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rootlint.documents import KeyPath
from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.settings.setting import DEEPEST, Setting, place_of, setting_at, too_deep

_BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_ATOM = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")


def parse_json(text: str, file: str) -> Iterator[Setting]:
    """The settings of a JSON text."""
    scanner = _Scanner(text, file)
    found, end = scanner.value(scanner.blank(0), ())
    if scanner.blank(end) < len(text):
        raise scanner.fault(scanner.blank(end), "expected the end of the file")
    yield from found


@dataclass(frozen=True)
class _Scanner:
    """Reads JSON from a position on; every method gives the position after what it read."""

    text: str
    file: str

    def fault(self, at: int, expected: str) -> UserError:
        return UserError(Problem(f"not valid JSON: {expected}", Place(self.file, *place_of(self.text, at))))

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, path: KeyPath) -> tuple[list[Setting], int]:
        if len(path) > DEEPEST:
            raise too_deep(self.file, *place_of(self.text, at))
        opening = self.text[at : at + 1]
        if opening and opening in "{[":
            return self.items(at, path, is_object=opening == "{")
        if opening == '"':
            text, end = self.string(at)
            return [setting_at(self.text, (at, end), path, text)], end
        atom = _ATOM.match(self.text, at)
        if atom is None:
            raise self.fault(at, "expected a value")
        value = json.loads(atom[0], parse_float=Decimal)
        return [setting_at(self.text, atom.span(), path, value)], atom.end()

    def items(self, start: int, path: KeyPath, *, is_object: bool) -> tuple[list[Setting], int]:
        closing = "}" if is_object else "]"
        found: dict[str | int, list[Setting]] = {}
        at = self.blank(start + 1)
        while self.text[at : at + 1] != closing:
            key, at = self.key(at) if is_object else (len(found), at)
            found[key], at = self.value(at, (*path, key))
            at = self.blank(at)
            if self.text[at : at + 1] == ",":
                at = self.blank(at + 1)
            elif self.text[at : at + 1] != closing:
                raise self.fault(at, f"expected ',' or '{closing}'")
        if not found:
            empty: Any = {} if is_object else []
            return [setting_at(self.text, (start, at + 1), path, empty)], at + 1
        return [setting for settings in found.values() for setting in settings], at + 1

    def key(self, at: int) -> tuple[str, int]:
        if self.text[at : at + 1] != '"':
            raise self.fault(at, "expected a key in double quotes")
        key, end = self.string(at)
        end = self.blank(end)
        if self.text[end : end + 1] != ":":
            raise self.fault(end, "expected ':'")
        return key, self.blank(end + 1)

    def string(self, at: int) -> tuple[str, int]:
        try:
            return json.decoder.scanstring(self.text, at + 1, True)  # type: ignore[attr-defined, no-any-return]
        except json.JSONDecodeError as error:
            raise self.fault(error.pos, error.msg.lower()) from None
