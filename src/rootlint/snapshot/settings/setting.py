"""One setting, and how the readers of every kind of file make one from what they read and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rootlint.documents import KeyPath, plain_scalar
from rootlint.errors import Place, Problem, UserError

DEEPEST = 100  # levels of nesting; what goes deeper is no configuration

_KINDS = {int: "integer", float: "decimal", Decimal: "decimal", list: "list", dict: "mapping"}


@dataclass(frozen=True)
class Setting:
    """One value of a configuration file."""

    path: KeyPath  # ("stores", 0, "license")
    value: str | None  # as text
    kind: str  # text | integer | decimal | boolean | null | list | mapping (the last two: empty ones)
    line: int
    column: int
    start: int = field(
        default=0, compare=False
    )  # what is written, quotes and all: offsets into the text with \n line ends
    end: int = field(default=0, compare=False)

    @property
    def names(self) -> list[str]:
        """The names that lead to it, without the positions in lists."""
        return [part for part in self.path if isinstance(part, str)]


def setting_at(text: str, span: tuple[int, int], path: KeyPath, value: Any) -> Setting:
    """A setting from a parsed value and where it is written in the text."""
    return setting_of(path, value, text[slice(*span)], place_of(text, span[0]), span)


def setting_of(path: KeyPath, value: Any, raw: str, place: tuple[int, int], span: tuple[int, int]) -> Setting:
    """A setting from a parsed value, the way it is written, its line and column, and its offsets."""
    if value is None:
        return Setting(path, None, "null", *place, *span)
    if isinstance(value, bool):
        return Setting(path, str(value).lower(), "boolean", *place, *span)
    kind = _KINDS.get(type(value), "text")
    text = {"decimal": raw, "list": "[]", "mapping": "{}"}.get(kind, str(value))
    return Setting(path, text, kind, *place, *span)


def plain(raw: str) -> Any:
    """What a value without quotes means: a number, true, false, or the text itself."""
    value = plain_scalar(raw) if raw else None
    return raw if value is None else value


def place_of(text: str, at: int) -> tuple[int, int]:
    """Line and column of an offset into a text, from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def too_deep(file: str, line: int, column: int) -> UserError:
    """What is said of nesting that no configuration has."""
    return UserError(Problem(f"nests deeper than {DEEPEST} levels", Place(file, line, column)))
