"""Where in a rule's file the cursor stands, also while the file is being written and is no valid YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rootlint.documents import Document, KeyPath, Span, parse_yaml
from rootlint.errors import UserError

MARK = "rootlintcursor"  # a word that stands in no rule
_COLON = re.compile(r"[\w-]*['\"]?[ \t]*:")
ENDINGS = ("", ":", '"', "'", "}", "]", '"}', "'}", ": }")  # what a half-written line may lack


@dataclass(frozen=True)
class Cursor:
    """A key or a value of a rule's file, and the cursor in it."""

    path: KeyPath
    is_key: bool
    data: Any  # the whole file
    text: str  # the key or value, without quotes
    raw: str  # as it is written, quotes and all
    at: int  # where in that the cursor stands
    has_colon: bool = True  # of a key: whether it has its colon

    @property
    def before(self) -> str:
        """What is written before the cursor."""
        return self.raw[: self.at]


def written_at(text: str, offset: int) -> Cursor | None:
    """What is being written at an offset; None where nobody can tell.

    The file is read with a mark in place of the cursor; if need be, with the line closed, or without what follows.
    """
    head, rest = text[:offset], text[offset:]
    line = rest.partition("\n")[0]
    for tail in dict.fromkeys((rest, line)):
        for ending in ENDINGS:
            document = _parsed(head + MARK + ending + tail)
            if document is not None:
                return _marked(document, offset, has_colon=_COLON.match(rest) is not None)
    return None


def _marked(document: Document, offset: int, *, has_colon: bool) -> Cursor | None:
    data = _without_mark(document.data)
    for path, span in document.keys.items():
        if MARK in str(path[-1]):
            own = _plain(path[-1])
            return Cursor((*path[:-1], own), True, data, own, *_written(document, span, offset), has_colon)
    for path, value in _texts(document.data, ()):
        if MARK in value:
            written = _written(document, document.values[path], offset)
            return Cursor(path, False, data, _plain(value), *written, has_colon)
    return None


def _written(document: Document, span: Span, offset: int) -> tuple[str, int]:
    return _plain(document.text[span.start : span.end]), offset - span.start


def read_at(text: str, offset: int) -> Cursor | None:
    """The key or the value that stands at an offset; None where there is none, or the file cannot be read."""
    end = text.find("\n", offset)
    document = _parsed(text) or _parsed(text if end < 0 else text[:end])
    if document is None:
        return None
    for path, span in document.keys.items():
        if _holds(span, offset):
            return Cursor(path, True, document.data, str(path[-1]), *_written(document, span, offset))
    for path, span in document.values.items():
        value = value_at(document.data, path)
        if not isinstance(value, dict | list) and _holds(span, offset):
            return Cursor(path, False, document.data, str(value), *_written(document, span, offset))
    return None


def value_at(data: Any, path: KeyPath) -> Any:
    """The value at a path of plain data; None where there is none."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _parsed(text: str) -> Document | None:
    try:
        return parse_yaml(text, "")
    except UserError:
        return None


def _texts(data: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _texts(value, (*path, key))


def _without_mark(data: Any) -> Any:
    if isinstance(data, dict):
        return {_plain(key): _without_mark(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_without_mark(value) for value in data]
    return _plain(data) if isinstance(data, str) else data


def _plain(value: Any) -> str:
    return str(value).replace(MARK, "")
