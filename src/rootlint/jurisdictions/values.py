"""Reads one parameter value in the notation of its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

from rootlint.errors import did_you_mean
from rootlint.jurisdictions.model import (
    Clock,
    Deadline,
    DeadlineUnit,
    Parameter,
    ParameterKind,
    Quantity,
    Value,
    Vocabulary,
)
from rootlint.jurisdictions.reading import Section, found

EXAMPLES = {
    ParameterKind.DEADLINE: '{hours: 24}, {business_days: 3} or {by: "08:00", day: next}',
    ParameterKind.QUANTITY: "{grams: 28.5}",
    ParameterKind.NUMBER: "1.5",
    ParameterKind.PERCENT: "0.5",
    ParameterKind.COUNT: "6",
    ParameterKind.MONEY: "{usd: 5000}",
    ParameterKind.FLAG: "true or false",
    ParameterKind.CLOCK: '"22:00"',
    ParameterKind.TEXT: "a word like plant_batch",
    ParameterKind.LIST: "[one, two]",
}
DEADLINE_UNITS = get_args(DeadlineUnit)

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z|24:00\Z")


def read_value(section: Section, parameter: Parameter, vocabulary: Vocabulary) -> Value:
    """Read ``value``; ``null`` says that no number is known, a key left out says nothing and is a fault."""
    if "value" not in section.data:
        section.fault(None, "value is missing", "write null when no number is known")
        return None
    if section.data["value"] is None:
        return None
    return read_known_value(section, parameter, vocabulary, ", or null when no number is known")


def read_known_value(
    section: Section, parameter: Parameter, vocabulary: Vocabulary, otherwise: str = ""
) -> Value:
    """Read ``value``, which is there; ``otherwise`` says what else might stand in place of a wrong one."""
    if parameter.kind in (ParameterKind.QUANTITY, ParameterKind.MONEY):
        return _quantity(section, parameter, vocabulary, otherwise)
    raw = section.data["value"]
    value = _READERS[parameter.kind](raw)
    if value is None:
        wrong = f"{parameter.name} is a {parameter.kind}, found {found(raw)}"
        section.fault("value", wrong, f"write {EXAMPLES[parameter.kind]}{otherwise}")
    return value


def _quantity(
    section: Section, parameter: Parameter, vocabulary: Vocabulary, otherwise: str
) -> Quantity | None:
    raw, canonical = section.data["value"], parameter.unit or ""
    if not isinstance(raw, dict) or len(raw) != 1:
        message = f"{parameter.name} needs one number with its unit, found {found(raw)}"
        section.fault("value", message, f"write {{{canonical}: …}}{otherwise}")
        return None
    [(unit, stated)] = raw.items()
    part, factors = section.section("value"), vocabulary.units[canonical]
    if unit not in factors:
        message = f"{parameter.name} is kept in {canonical}, and '{unit}' cannot be converted to it"
        part.fault(unit, message, did_you_mean(unit, factors), on_key=True)
    elif _number(stated) is None:
        part.fault(unit, f"{unit} must be a number of 0 or more, found {found(stated)}")
    else:
        return Quantity(Decimal(stated), unit, Decimal(stated) * factors[unit])
    return None


def _deadline(raw: Any) -> Deadline | None:
    if not isinstance(raw, dict):
        return None
    if "by" in raw:
        return _by(raw)
    if len(raw) != 1:
        return None
    [(unit, amount)] = raw.items()
    return Deadline(unit, int(amount)) if unit in DEADLINE_UNITS and _whole(amount) is not None else None


def _by(raw: dict[str, Any]) -> Deadline | None:
    minute = _minute(raw["by"])
    if minute is None or raw.get("day") not in ("same", "next") or len(raw) != 2:
        return None
    return Deadline("by", minute, next_day=raw["day"] == "next")


def _clock(raw: Any) -> Clock | None:
    minute = _minute(raw)
    return None if minute is None else Clock(minute)


def _minute(raw: Any) -> int | None:
    if not isinstance(raw, str) or not _CLOCK.match(raw):
        return None
    return int(raw[:2]) * 60 + int(raw[3:])


def _number(raw: Any) -> Decimal | None:
    fits = isinstance(raw, int | Decimal) and not isinstance(raw, bool) and raw >= 0
    return Decimal(raw) if fits else None


def _percent(raw: Any) -> Quantity | None:
    number = _number(raw)
    return None if number is None else Quantity(number, "percent", number)


def _whole(raw: Any) -> Decimal | None:
    return _number(raw) if isinstance(raw, int) else None


def _flag(raw: Any) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and raw.strip() else None


def _list(raw: Any) -> tuple[str, ...] | None:
    fits = isinstance(raw, list) and raw and all(_text(item) for item in raw)
    return tuple(raw) if fits else None


_READERS: dict[ParameterKind, Callable[[Any], Value]] = {
    ParameterKind.DEADLINE: _deadline,
    ParameterKind.NUMBER: _number,
    ParameterKind.PERCENT: _percent,
    ParameterKind.COUNT: _whole,
    ParameterKind.FLAG: _flag,
    ParameterKind.CLOCK: _clock,
    ParameterKind.TEXT: _text,
    ParameterKind.LIST: _list,
}
