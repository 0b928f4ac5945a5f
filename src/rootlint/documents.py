"""YAML and the like, read in one place, with the line and column of every key and value.

Scalars follow the YAML 1.2 core schema, not 1.1: only ``true`` and ``false`` are booleans, a bare date
stays text, and a number with a point is an exact ``Decimal``. Duplicate keys, anchors, aliases and
tags are refused: a rule or a law file must read the same to every reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from rootlint.errors import Place, Problem, UserError

KeyPath = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)\Z")


@dataclass(frozen=True)
class Span:
    """Where a key or a value stands in its file (lines and columns from 1)."""

    line: int
    column: int
    start: int = 0  # offsets of the raw text
    end: int = 0


@dataclass(frozen=True)
class Document:
    """A parsed file: its data, and the span of every key and value by its path."""

    file: str
    text: str
    data: Any

    @property
    def values(self) -> dict[KeyPath, Span]:
        """Where each value stands."""
        return self._spans[0]

    @property
    def keys(self) -> dict[KeyPath, Span]:
        """Where each key stands, by the path of its value."""
        return self._spans[1]

    @cached_property
    def _spans(self) -> tuple[dict[KeyPath, Span], dict[KeyPath, Span]]:
        # Looked for when a place is asked for: a document without faults is asked for none.
        values: dict[KeyPath, Span] = {}
        keys: dict[KeyPath, Span] = {}
        root = _composed(self.text, self.file)
        if root is not None:
            _note_spans(root, (), values, keys)
        return values, keys

    def place(self, path: KeyPath = (), *, key: bool = False) -> Place:
        """The place of the value (or the key) at a path, or of its nearest known parent."""
        table = self.keys if key else self.values
        while path and path not in table:
            path = path[:-1]
        span = table.get(path) or self.values.get(path) or Span(1, 1)
        return Place(self.file, span.line, span.column)

    def place_in(self, path: KeyPath, value: str, offset: int) -> Place:
        """The place of a character of a text value, whatever style the text is written in.

        Folding, indenting and quoting only change white space and the frame of a scalar, so the n-th
        visible character of the value is the n-th visible character of what was written.
        """
        span = self.values.get(path)
        if span is None:
            return self.place(path)
        raw = self.text[span.start : span.end]
        begin = _content_start(raw)
        nth = sum(not character.isspace() for character in value[:offset])
        for index in range(begin, len(raw)):
            if raw[index].isspace():
                continue
            if nth == 0:
                before = self.text[: span.start + index]
                return Place(self.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
            nth -= 1
        return self.place(path)


def _content_start(raw: str) -> int:
    if raw[:1] in ("|", ">"):
        return raw.find("\n") + 1
    return 1 if raw[:1] in ("'", '"') else 0


def load_yaml(path: Path, *, shown_as: str | None = None) -> Document:
    """Read one YAML file; undecodable bytes and syntax errors come back as a ``UserError``."""
    file = shown_as or str(path)
    return parse_yaml(read_text(path, file), file)


def read_text(path: Path, file: str) -> str:
    """The text of a file of ours; what cannot be read comes back as a ``UserError``."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(Problem(f"cannot be read: {error.strerror}", Place(file))) from None
    except UnicodeDecodeError as error:
        raise UserError(
            Problem(f"byte {error.start} is not UTF-8", Place(file), "save the file as UTF-8")
        ) from None


def parse_yaml(text: str, file: str) -> Document:
    """Parse the text of one YAML document into plain data with places."""
    root = _composed(text, file)
    faults: list[Problem] = []
    data = _construct(root, file, faults, set()) if root is not None else None
    if faults:
        raise UserError(*faults)
    return Document(file, text, data)


def _composed(text: str, file: str) -> Any:
    """The root node of a YAML document; None for an empty one."""
    import yaml  # kept off the paths that read no documents

    if not hasattr(yaml, "CSafeLoader"):
        raise UserError(
            Problem(
                "PyYAML was built without its C parser",
                help="install PyYAML from a wheel, or with libyaml present",
            )
        )
    try:
        loader = yaml.CSafeLoader(text)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        detail = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise UserError(Problem(f"not valid YAML: {detail}", place)) from None
    except yaml.YAMLError as error:
        raise UserError(Problem(f"not valid YAML: {error}", Place(file))) from None


def _construct(node: Any, file: str, faults: list[Problem], seen: set[int]) -> Any:
    if id(node) in seen:
        faults.append(
            Problem("YAML anchors and aliases are not allowed", _place(node, file), "write the value out")
        )
        return None
    seen.add(id(node))
    if not node.tag.startswith("tag:yaml.org,2002:"):
        faults.append(Problem(f"YAML tag {node.tag} is not allowed", _place(node, file)))
        return None
    if node.id == "scalar":
        return _scalar(node)
    if node.id == "sequence":
        return [_construct(item, file, faults, seen) for item in node.value]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if key_node.id == "scalar" else None
        if key is None:
            faults.append(Problem("a key must be plain text", _place(key_node, file)))
        elif key in result:
            faults.append(Problem(f"key '{key}' stands twice", _place(key_node, file), "keep one of the two"))
        else:
            result[key] = _construct(value_node, file, faults, seen)
    return result


def _place(node: Any, file: str) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _note_spans(node: Any, path: KeyPath, values: dict[KeyPath, Span], keys: dict[KeyPath, Span]) -> None:
    values[path] = _span(node)
    if node.id == "sequence":
        for index, item in enumerate(node.value):
            _note_spans(item, (*path, index), values, keys)
    elif node.id == "mapping":
        for key_node, value_node in node.value:
            keys[(*path, key_node.value)] = _span(key_node)
            _note_spans(value_node, (*path, key_node.value), values, keys)


def _scalar(node: Any) -> Any:
    return node.value if node.style in ("'", '"', "|", ">") else plain_scalar(node.value)


def plain_scalar(text: str) -> Any:
    """The value of an unquoted scalar, by the YAML 1.2 core schema."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    return text


def _span(node: Any) -> Span:
    start, end = node.start_mark, node.end_mark
    return Span(start.line + 1, start.column + 1, start.index, end.index)
