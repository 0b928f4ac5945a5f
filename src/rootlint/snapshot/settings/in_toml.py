"""Settings in TOML: tomllib gives the values, a scan of the same text (known to be valid by then) the places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rootlint.documents import KeyPath
from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.settings.setting import Setting, place_of, setting_at, too_deep

_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r'[ \t]*(?:(?P<bare>[A-Za-z0-9_-]+)|(?P<quoted>"(?:[^"\\]|\\.)*"|\'[^\']*\'))[ \t]*')
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
_ATOM = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+")
_ERROR = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)\Z", re.DOTALL)


def parse_toml(text: str, file: str) -> Iterator[Setting]:
    """The settings of a TOML text."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UserError(_problem(str(error), text, file)) from None
    except RecursionError:
        raise too_deep(file, 1, 1) from None
    places = _Places(text)
    places.scan()
    settings = [
        setting_at(text, places.values[path], path, value)
        for path, value in _flat(data, ())
        if path in places.values
    ]
    yield from sorted(settings, key=lambda setting: setting.start)


def _problem(error: str, text: str, file: str) -> Problem:
    found = _ERROR.match(error)
    if found is None:
        return Problem(f"not valid TOML: {error}", Place(file))
    line, column = (int(found[2]), int(found[3])) if found[2] else place_of(text, len(text))
    return Problem(f"not valid TOML: {found[1].lower()}", Place(file, line, column))


def _flat(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _flat(item, (*path, index))
    else:
        yield path, value


class _Places:
    """Where each value of a valid TOML text stands, by its path: (start, end)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[KeyPath, tuple[int, int]] = {}
        self._tables: dict[KeyPath, int] = {}  # arrays of tables: how many there are so far

    def scan(self) -> None:
        table: KeyPath = ()
        at = self._blank(0)
        while at < len(self.text):
            if self.text.startswith("[", at):
                table, at = self._header(at)
            else:
                at = self._pair(at, table)
            at = self._blank(at)

    def _header(self, start: int) -> tuple[KeyPath, int]:
        is_array = self.text.startswith("[[", start)
        keys, at = self._keys(start + (2 if is_array else 1))
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._latest((*path, key))
        path = (*path, keys[-1])
        if is_array:
            self._tables[path] = self._tables.get(path, 0) + 1
        path = self._latest(path)
        self.values.setdefault(path, (start, at))  # where an empty table is shown
        return path, at + (2 if is_array else 1)

    def _latest(self, path: KeyPath) -> KeyPath:
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, start: int, table: KeyPath) -> int:
        keys, at = self._keys(start)
        return self._value(self._blank(at + 1), (*table, *keys))

    def _keys(self, at: int) -> tuple[list[str], int]:
        keys: list[str] = []
        while found := _KEY.match(self.text, at):
            keys.append(found["bare"] or next(iter(tomllib.loads(f"{found['quoted']} = 0"))))
            at = found.end()
            if not self.text.startswith(".", at):
                break
            at += 1
        return keys, at

    def _value(self, start: int, path: KeyPath) -> int:
        if self.text.startswith(("[", "{"), start):
            end = self._items(start, path)
        else:
            found = _STRING.match(self.text, start) or _ATOM.match(self.text, start)
            end = found.end() if found else len(self.text)
        self.values[path] = (start, end)
        return end

    def _items(self, start: int, path: KeyPath) -> int:
        closing = "]" if self.text[start] == "[" else "}"
        at, nth = self._blank(start + 1), 0
        while at < len(self.text) and not self.text.startswith(closing, at):
            at = self._value(at, (*path, nth)) if closing == "]" else self._pair(at, path)
            at, nth = self._blank(at), nth + 1
            if self.text.startswith(",", at):
                at = self._blank(at + 1)
        return at + 1

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at
