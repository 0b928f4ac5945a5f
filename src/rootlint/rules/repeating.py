"""One row of a case that stands for many: numbered, and each later than the one before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from rootlint.rules.model import Repeat, Row

_NUMBER = re.compile(r"\{n(?::0(\d+))?\}")  # {n}, or {n:03} with zeros before it
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def repeated(row: Row, kinds: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """The rows that a row stands for; ``kinds`` are the SQL types of its table's columns.

    Days move on by the whole days that have gone by: of rows twelve hours apart, two fall on each.
    """
    if row.repeat is None:
        yield row.values
        return
    steps = _steps(row.repeat, kinds)
    for nth in range(row.repeat.times):
        yield {
            name: _moved(
                _numbered(value, row.repeat.first + nth), kinds.get(name), nth * steps.get(name, timedelta(0))
            )
            for name, value in row.values.items()
        }


def _steps(repeat: Repeat, columns: Iterable[str]) -> Mapping[str, timedelta]:
    """By how much each column moves on from row to row."""
    every = dict.fromkeys(columns, repeat.every) if isinstance(repeat.every, str) else repeat.every or {}
    return {name: timedelta(**{_UNITS[text[-1]]: int(text[:-1])}) for name, text in every.items()}


def _numbered(value: Any, number: int) -> Any:
    if not isinstance(value, str):
        return value
    return _NUMBER.sub(lambda found: str(number).zfill(int(found[1] or 0)), value)


def _moved(value: Any, kind: str | None, later: timedelta) -> Any:
    """A time or a day, so much later; whatever is none stays, and is refused where the table is made."""
    read = {"TIMESTAMP": datetime.fromisoformat, "DATE": date.fromisoformat}.get(kind or "")
    if value is None or read is None or not later:
        return value
    try:
        return (read(str(value)) + later).isoformat()
    except ValueError:
        return value
