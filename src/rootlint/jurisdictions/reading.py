"""Reads the parts of a YAML document, noting every fault with its place instead of stopping at one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from rootlint.documents import Document, KeyPath
from rootlint.errors import Place, Problems, did_you_mean

T = TypeVar("T")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def digest_of(*texts: str) -> str:
    """A digest of texts, in their order."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


@dataclass(frozen=True)
class Section:
    """One mapping of a document. A missing or wrong value is noted as a fault, and a stand-in is returned."""

    document: Document
    path: KeyPath
    data: dict[str, Any]
    problems: Problems

    @classmethod
    def top(cls, document: Document, problems: Problems) -> Section:
        return cls._of(document, (), document.data, problems)

    @classmethod
    def _of(cls, document: Document, path: KeyPath, data: Any, problems: Problems) -> Section:
        if not isinstance(data, dict):
            problems.add(f"needs 'key: value' lines, found {found(data)}", document.place(path))
            data = {}
        return cls(document, path, data, problems)

    def place(self) -> Place:
        return self.document.place(self.path)

    def fault(self, key: str | None, message: str, help: str | None = None, *, on_key: bool = False) -> None:
        """Note a fault at a key's value (or the key itself), or at the section."""
        path = self.path if key is None else (*self.path, key)
        self.problems.add(message, self.document.place(path, key=on_key), help)

    def allow(self, *keys: str) -> None:
        """Note every key that is not one of these."""
        for key in self.data:
            if key not in keys:
                self.fault(key, f"unknown key '{key}'", did_you_mean(key, keys), on_key=True)

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.optional_text(key)
        if value is None and self.data.get(key) is None:
            self.fault(None, f"{key} is missing")
        return value or ""

    def optional_text(self, key: str) -> str | None:
        text = self._typed(key, str, "text")
        if text is not None and not text.strip():
            self.fault(key, f"{key} is empty")
        return text

    def flag(self, key: str) -> bool | None:
        return self._typed(key, bool, "true or false")

    def day(self, key: str) -> date | None:
        text = self._typed(key, str, "a day like 2026-01-31")
        if text is None:
            return None
        try:
            # Python reads other notations too, and newer versions read more of them.
            return date.fromisoformat(text if _DAY.match(text) else "")
        except ValueError:
            self.fault(key, f"{key} '{text}' is no day", "write year-month-day: 2026-01-31")
            return None

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        """One of the allowed words, which must be there; the first of them stands in for a fault."""
        return self.optional_choice(key, allowed, required=True) or next(iter(allowed), "")

    def optional_choice(self, key: str, allowed: Iterable[str], *, required: bool = False) -> str | None:
        value = self.text(key) if required else self.optional_text(key)
        if value and value not in allowed:
            self.fault(key, f"unknown {key} '{value}'", did_you_mean(value, allowed))
            return None
        return value or None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; absent is empty."""
        values = self._typed(key, list, "a list") or []
        for index, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                place = self.document.place((*self.path, key, index))
                self.problems.add(f"{key} lists texts, found {found(value)}", place)
        return tuple(value for value in values if isinstance(value, str))

    def choices(self, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """A list of allowed words; absent is empty."""
        values = self.texts(key)
        for value in values:
            if value not in allowed:
                index = self.data[key].index(value)
                place = self.document.place((*self.path, key, index))
                self.problems.add(f"unknown {key} '{value}'", place, did_you_mean(value, allowed))
        return tuple(value for value in values if value in allowed)

    def section(self, key: str) -> Section:
        """The mapping at a key; absent is empty."""
        value = {} if self.data.get(key) is None else self.data[key]
        return self._of(self.document, (*self.path, key), value, self.problems)

    def sections(self, key: str) -> list[Section]:
        """The mappings listed at a key; absent is empty, and what is no mapping is a fault."""
        values = self._typed(key, list, "a list") or []
        path = (*self.path, key)
        parts = [
            self._of(self.document, (*path, at), value, self.problems) for at, value in enumerate(values)
        ]
        return [part for part, value in zip(parts, values, strict=True) if isinstance(value, dict)]

    def _typed(self, key: str, wanted: type[T], name: str) -> T | None:
        value = self.data.get(key)
        if value is None or isinstance(value, wanted):
            return value
        self.fault(key, f"{key} must be {name}, found {found(value)}")
        return None


def found(value: Any) -> str:
    """A wrong value as a message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'"
