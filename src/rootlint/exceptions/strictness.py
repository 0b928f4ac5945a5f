"""Which of two values of a parameter is stricter; where that is not so in every case, nobody says it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from rootlint.jurisdictions.model import Clock, Deadline, Parameter, Quantity, Value, end_minute

_DAY = 24 * 60  # minutes
_SHIFT = 60  # minutes that the clocks of a state go forward or back
_SKIPPED = range(1, 5 * 60)  # minutes of the day that may be skipped then, and are read as an hour later
_ELAPSED = {"minutes": 1, "hours": 60}  # in minutes
_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31  # days


@dataclass(frozen=True)
class Span:
    """The least and the most that a value can come to."""

    least: Decimal | float
    most: Decimal | float


def is_no_looser(parameter: Parameter, own: Value, law: Value) -> bool | None:
    """Whether a value is at least as strict as the law's: True in every case, False in none, None in some."""
    if parameter.stricter is None or own is None or law is None:
        return None
    if own == law:
        return True
    spans = _span(own, law), _span(law, own)
    low, high = spans if parameter.stricter == "lower" else reversed(spans)
    if low.most <= high.least:
        return True
    return False if low.least > high.most else None


def _span(value: Value, other: Value) -> Span:
    if isinstance(value, Deadline) and isinstance(other, Deadline):
        return _deadline(_in_months(value), _in_months(other))
    number = _number(value)
    return Span(number, number)


def _number(value: Value) -> Decimal:
    match value:
        case Quantity():
            return value.amount
        case Clock():
            return Decimal(end_minute(value.minute))
        case bool() | Decimal():
            return Decimal(value)
        case _:
            raise TypeError(f"{value!r} is neither lower nor higher than another value")


def _in_months(deadline: Deadline) -> Deadline:
    return (
        replace(deadline, unit="months", amount=12 * deadline.amount)
        if deadline.unit == "years"
        else deadline
    )


def _deadline(deadline: Deadline, other: Deadline) -> Span:
    """When it ends, beside another that is measured alike: from the event, or from the midnight before it."""
    if deadline.unit in _ELAPSED:
        return _exactly(deadline.amount * _ELAPSED[deadline.unit])
    if deadline.unit == other.unit and deadline.unit != "by":
        return _exactly(deadline.amount)
    ends = _end_of_day(deadline)
    return _from_the_event(ends) if other.unit in _ELAPSED else ends


def _end_of_day(deadline: Deadline) -> Span:
    """In minutes of local days, from the midnight before the event."""
    amount = deadline.amount
    match deadline.unit:
        case "by":
            minute = deadline.next_day * _DAY + end_minute(amount)
            return Span(minute, minute + (_SHIFT if amount in _SKIPPED else 0))
        case "business_days" if amount:
            return Span((amount + 1) * _DAY, math.inf)
        case "months":
            return Span((_SHORTEST_MONTH * amount + 1) * _DAY, (_LONGEST_MONTH * amount + 1) * _DAY)
        case _:
            return _exactly((amount + 1) * _DAY)


def _from_the_event(ends: Span) -> Span:
    """In minutes elapsed: the day of the event may have just begun or ended, and the clocks may change meanwhile."""
    soonest = ends.least - _DAY - _SHIFT
    return Span(max(soonest, 0) if ends.least >= _DAY else soonest, ends.most + _SHIFT)


def _exactly(number: int) -> Span:
    return Span(number, number)
