"""What a setting may be: how a file gives it, how an environment variable does, and its JSON Schema."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rootlint.model import Severity

FAIL_ON = (*(severity.value for severity in reversed(Severity)), "never")
SWITCHES = ("off", *(severity.value for severity in Severity))
MEMORY = r"\d+(\.\d+)?\s*[KMGT]i?B"


class Misfit(ValueError):
    """A value that cannot stand for a setting; ``parts`` are those at fault, where it is a table."""

    def __init__(self, allowed: str, parts: Mapping[str, Any] | None = None) -> None:
        super().__init__(allowed)
        self.parts = parts or {}


Read = Callable[[Any, Path], Any]  # raw value, folder that paths start from -> value; may raise Misfit


@dataclass(frozen=True)
class Kind:
    """A kind of setting."""

    read: Read
    split: Callable[[str], Any]  # an environment variable's text, as TOML would give it
    schema: Mapping[str, Any]


def _text(value: Any, _: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Misfit("a text")
    return value


def _path(value: Any, folder: Path) -> Path:
    return folder / _text(value, folder)


def _list_of(read: Read) -> Read:
    def read_all(value: Any, folder: Path) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Misfit("a list of texts")
        return tuple(read(each, folder) for each in value)

    return read_all


def _one_of(*allowed: str) -> Read:
    def read(value: Any, _: Path) -> str:
        if value not in allowed:
            raise Misfit(", ".join(allowed))
        return str(value)

    return read


def _at_least(least: int) -> Read:
    def read(value: Any, _: Path) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise Misfit(f"a whole number, {least} or more")
        return value

    return read


def _flag(value: Any, _: Path) -> bool:
    if not isinstance(value, bool):
        raise Misfit("true or false")
    return value


def read_day(value: Any, _: Path = Path()) -> date:
    """A calendar day, as a TOML date or as text."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Misfit("a day: 2026-11-20") from None


def read_memory(value: Any, _: Path = Path()) -> str:
    """An amount of memory, as the engine takes it."""
    if not isinstance(value, str) or not re.fullmatch(MEMORY, value):
        raise Misfit("an amount of memory: 4GB")
    return value


def _switches(value: Any, _: Path) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Misfit("a table of rule names")
    wrong = {rule: said for rule, said in value.items() if said not in SWITCHES}
    if wrong:
        raise Misfit(", ".join(SWITCHES), wrong)
    return value


def _whole(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else text


def _boolean(text: str) -> Any:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    return words.get(text.lower(), text)


def _items(separator: str) -> Callable[[str], list[str]]:
    return lambda text: [part.strip() for part in text.split(separator) if part.strip()]


_TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}

PATH = Kind(_path, str, {"type": "string", "minLength": 1})
PATHS = Kind(_list_of(_path), _items(os.pathsep), _TEXTS)
NAMES = Kind(_list_of(_text), _items(","), _TEXTS)
WORD = Kind(_text, str, {"type": "string", "minLength": 1})
THRESHOLD = Kind(_one_of(*FAIL_ON), str, {"enum": list(FAIL_ON)})
COUNT = Kind(_at_least(0), _whole, {"type": "integer", "minimum": 0})
POSITIVE = Kind(_at_least(1), _whole, {"type": "integer", "minimum": 1})
FLAG = Kind(_flag, _boolean, {"type": "boolean"})
DAY = Kind(read_day, str, {"type": "string", "format": "date"})
AMOUNT = Kind(read_memory, str, {"type": "string", "pattern": f"^{MEMORY}$"})
RULES = Kind(_switches, str, {"type": "object", "additionalProperties": {"enum": list(SWITCHES)}})
