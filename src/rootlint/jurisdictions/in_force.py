"""Which parameters are in force where, for whom and when: one small table, and a status for each."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rootlint.jurisdictions.calendars import due_days
from rootlint.jurisdictions.model import (
    END_OF_DAY,
    FIRST_DAY,
    LAST_DAY,
    Clock,
    Deadline,
    Jurisdiction,
    ParameterValue,
    Quantity,
    Vocabulary,
    end_minute,
)
from rootlint.model import Citation, Facility

TABLE = "parameters_in_force"
COLUMNS: Mapping[str, str] = {
    "facility": "VARCHAR",
    "parameter": "VARCHAR",
    "audience": "VARCHAR",  # null: every audience
    "from_day": "DATE",
    "until_day": "DATE",  # exclusive
    "from_at": "TIMESTAMP",  # UTC, the local midnight that begins from_day
    "until_at": "TIMESTAMP",  # UTC, exclusive
    "number": "DECIMAL(18,6)",  # in the parameter's unit
    "flag": "BOOLEAN",
    "text": "VARCHAR",
    "list": "VARCHAR[]",
    # A deadline has exactly one of the next four, and by_minute with the last three.
    "elapse_us": "BIGINT",
    "day_offset": "INTEGER",
    "months": "INTEGER",
    "business_days": "INTEGER",
    "by_minute": "INTEGER",  # of the local day; 1440 is its end
    "calendar": "VARCHAR",
    "citation": "INTEGER",  # index into `citations`
}

BUSINESS_DAYS_TABLE = "business_days"
BUSINESS_DAYS_COLUMNS: Mapping[str, str] = {
    "calendar": "VARCHAR",
    "day": "DATE",
    "days": "INTEGER",
    "due_day": "DATE",
}

Adjust = Callable[[Facility, ParameterValue], ParameterValue]

_MICROSECONDS = {"minutes": 60_000_000, "hours": 3_600_000_000}


@dataclass(frozen=True)
class Known:
    """At least one value is known; what varies by audience or day is in the rows."""


@dataclass(frozen=True)
class Unknown:
    """No value can be given; what rests on it is not evaluated."""

    reason: str
    citation: int | None = None


@dataclass(frozen=True)
class NotApplicable:
    """The jurisdiction has the parameter, for other licence types only."""

    reason: str


Status = Known | Unknown | NotApplicable


class InForce:
    """The parameters of a run's facilities. Build it with ``in_force``."""

    def __init__(
        self,
        jurisdictions: Mapping[str, Jurisdiction],
        facilities: Sequence[Facility],
        vocabulary: Vocabulary,
        adjust: Adjust | None = None,
    ) -> None:
        self._facilities = {facility.facility: facility for facility in facilities}
        used = sorted({facility.jurisdiction for facility in facilities} & set(jurisdictions))
        self._jurisdictions = {code: jurisdictions[code] for code in used}
        self._vocabulary = vocabulary
        self._adjust = adjust or (lambda _, value: value)
        cited = dict.fromkeys((code, value) for code in used for value in self._cited(code))
        self._citation = {pair: index for index, pair in enumerate(cited)}
        self.citations: tuple[Citation, ...] = tuple(value.cited(code) for code, value in cited)
        self._status = functools.cache(self._find_status)

    def rows(self, parameters: Iterable[str]) -> list[tuple[Any, ...]]:
        """The rows of the table, in the order of ``COLUMNS``; an unknown value keeps its row, with nulls."""
        names = sorted(set(parameters))
        return [
            self._row(facility, value)
            for facility in sorted(self._facilities.values(), key=lambda facility: facility.facility)
            for name in names
            for value in self._values(facility.facility, name)
        ]

    def status(self, facility: str, parameter: str) -> Status:
        """Whether a parameter can be judged by at a facility, and if not, why."""
        return self._status(facility, parameter)[0]

    def varies(self, parameter: str) -> bool:
        """Whether some facility has more than one period of a parameter, or one that is bounded."""
        values = (value for facility in self._facilities for value in self._values(facility, parameter))
        return any(value.in_force.first or value.in_force.last for value in values)

    def kind(self, facility: str) -> str | None:
        """What sort of business a facility is; None when it is several, or the snapshot does not tell."""
        jurisdiction = self._jurisdiction(facility)
        if jurisdiction is not None:
            kinds = {jurisdiction.license_types[name].kind for name in self._types(facility, jurisdiction)}
            if len(kinds) == 1:
                return kinds.pop()
        # A plain word tells the kind of business though no list of the jurisdiction has it as a type.
        return self._vocabulary.kind_named(_plain(self._facilities[facility].license_type))

    def uses_business_days(self, parameters: Iterable[str]) -> frozenset[int]:
        """The numbers of business days that the deadlines among some parameters count."""
        names = sorted(set(parameters))
        pairs = ((facility, name) for facility in self._facilities for name in names)
        values = (value.applied for pair in pairs for value in self._values(*pair))
        return frozenset(d.amount for d in values if isinstance(d, Deadline) and d.unit == "business_days")

    def business_day_rows(
        self, counts: Iterable[int], first: date = date(2010, 1, 1), last: date = date(2040, 12, 31)
    ) -> list[tuple[str, date, int, date]]:
        """Rows (calendar, day, days, due_day): with ``due_day`` that many business days after ``day`` end."""
        ns = sorted(set(counts))
        calendars = {j.calendar.name: j.calendar for j in self._jurisdictions.values()}
        return [
            (name, day, n, due)
            for name, calendar in sorted(calendars.items())
            for day, n, due in due_days(calendar, ns, first, last)
        ]

    def citations_of(self, facility: str, parameter: str) -> list[Citation]:
        """What stands behind a parameter at a facility, whatever the audience and the day."""
        code = self._facilities[facility].jurisdiction
        return [self.citations[self._citation[code, value]] for value in self._values(facility, parameter)]

    def values(self, facility: str, parameter: str) -> tuple[ParameterValue, ...]:
        """What the law says to a facility, whatever the audience and the day."""
        return self._status(facility, parameter)[1]

    def _values(self, facility: str, parameter: str) -> tuple[ParameterValue, ...]:
        """The same, as records are judged by it."""
        who = self._facilities[facility]
        return tuple(self._adjust(who, value) for value in self.values(facility, parameter))

    def _cited(self, code: str) -> Iterable[ParameterValue]:
        """All that records may be judged by: the law, then what a facility adjusts of it."""
        yield from _all_values(self._jurisdictions[code])
        for facility in self._facilities.values():
            if facility.jurisdiction == code:
                yield from (self._adjust(facility, value) for value in _all_values(self._jurisdictions[code]))

    def _jurisdiction(self, facility: str) -> Jurisdiction | None:
        return self._jurisdictions.get(self._facilities[facility].jurisdiction)

    def _types(self, facility: str, jurisdiction: Jurisdiction) -> frozenset[str]:
        return license_types(jurisdiction, self._facilities[facility].license_type, self._vocabulary)

    def _find_status(self, facility: str, parameter: str) -> tuple[Status, tuple[ParameterValue, ...]]:
        jurisdiction = self._jurisdiction(facility)
        if jurisdiction is None:
            code = self._facilities[facility].jurisdiction
            return Unknown(f"no jurisdiction '{code}' is loaded, so {parameter} is not known"), ()
        if parameter not in jurisdiction.parameters:
            return Unknown(f"{jurisdiction.code} has no {parameter} on file"), ()
        per_type = _per_type(jurisdiction, self._types(facility, jurisdiction), parameter)
        if len({_sense(values) for values in per_type.values()}) > 1:
            return Unknown(self._ambiguous(jurisdiction, facility, parameter, sorted(per_type))), ()
        values = next(iter(per_type.values()))
        return self._judged(jurisdiction, parameter, values, sorted(per_type)), values

    def _judged(
        self, jurisdiction: Jurisdiction, parameter: str, values: tuple[ParameterValue, ...], types: list[str]
    ) -> Status:
        code = jurisdiction.code
        if not values:
            all_values = jurisdiction.parameters[parameter]
            others = ", ".join(sorted({name for value in all_values for name in value.applies_to}))
            return NotApplicable(f"{parameter} applies in {code} to {others}, and not to {', '.join(types)}")
        if any(value.value is not None for value in values):
            return Known()
        citation = self._citation[code, values[0]]
        return Unknown(f"no number known for {parameter} in {code} ({values[0].citation})", citation)

    def _ambiguous(self, jurisdiction: Jurisdiction, facility: str, parameter: str, types: list[str]) -> str:
        stated = self._facilities[facility].license_type
        why = f"'{stated}' may be any of {', '.join(types)}"
        if stated is None:
            why = f"the snapshot gives none for {facility}"
        elif len(types) == len(jurisdiction.license_types):
            why = f"'{stated}' is not one that {jurisdiction.code} knows"
        known = ", ".join(sorted(jurisdiction.license_types))
        return (
            f"{parameter} depends on the license type in {jurisdiction.code}, and {why}"
            f" (license types of {jurisdiction.code}: {known})"
        )

    def _row(self, facility: Facility, value: ParameterValue) -> tuple[Any, ...]:
        period, jurisdiction = value.in_force, self._jurisdictions[facility.jurisdiction]
        columns: dict[str, Any] = {
            "facility": facility.facility,
            "parameter": value.parameter,
            "audience": value.audience,
            "from_day": period.from_day,
            "until_day": period.until_day,
            "from_at": _local_midnight(period.from_day, facility.timezone),
            "until_at": _local_midnight(period.until_day, facility.timezone),
            "calendar": jurisdiction.calendar.name,
            "citation": self._citation[facility.jurisdiction, value],
            **_columns_of(value.applied),
        }
        return tuple(columns.get(name) for name in COLUMNS)


def in_force(
    jurisdictions: Mapping[str, Jurisdiction],
    facilities: Sequence[Facility],
    vocabulary: Vocabulary,
    adjust: Adjust | None = None,
) -> InForce:
    """The parameters in force for some facilities, each judged by its own jurisdiction and licence type.

    ``adjust`` puts a stricter value of one's own beside the law's.
    """
    return InForce(jurisdictions, facilities, vocabulary, adjust)


def _plain(stated: str | None) -> str:
    """A licence type as jurisdiction files spell it: "Testing Laboratory" is testing_laboratory."""
    return re.sub(r"[^a-z0-9]+", "_", (stated or "").lower()).strip("_")


def license_types(jurisdiction: Jurisdiction, stated: str | None, vocabulary: Vocabulary) -> frozenset[str]:
    """The licence types that a facility may have, given what its snapshot says.

    The exact type wins, then a group of the jurisdiction, then a general name like "dispensary"; when the
    snapshot says nothing, or nothing known, it may be any.
    """
    every = frozenset(jurisdiction.license_types)
    name = _plain(stated)
    if name in every:
        return frozenset((name,))
    kind = vocabulary.kind_named(name) or name
    return jurisdiction.types_named(name) or jurisdiction.types_named(kind) or every


def _per_type(
    jurisdiction: Jurisdiction, types: frozenset[str], parameter: str
) -> dict[str, tuple[ParameterValue, ...]]:
    """What a parameter says to each licence type, by audience and day."""
    values = jurisdiction.parameters[parameter]
    ordered = sorted(values, key=lambda value: (value.audience or "", value.in_force.from_day))
    if not types:  # a jurisdiction that lists no licence types speaks to everybody
        return {"every licensee": tuple(ordered)}
    return {name: tuple(v for v in ordered if name in jurisdiction.types_of(v)) for name in sorted(types)}


def _all_values(jurisdiction: Jurisdiction) -> Iterable[ParameterValue]:
    for name in sorted(jurisdiction.parameters):
        yield from dict.fromkeys(jurisdiction.parameters[name])


def _sense(values: tuple[ParameterValue, ...]) -> tuple[Any, ...]:
    """What values say, wherever it is written: two types under the same number agree."""
    return tuple((value.value, value.audience, value.in_force) for value in values)


def _columns_of(value: Any) -> dict[str, Any]:
    match value:
        case Deadline():
            return _deadline_columns(value)
        case Quantity():
            return {"number": _six_places(value.amount)}
        case Decimal():
            return {"number": _six_places(value)}
        case Clock():
            return {"by_minute": end_minute(value.minute)}
        case bool():
            return {"flag": value}
        case str():
            return {"text": value}
        case tuple():
            return {"list": list(value)}
        case _:
            return {}


def _deadline_columns(deadline: Deadline) -> dict[str, int]:
    match deadline.unit:
        case "minutes" | "hours" as unit:
            return {"elapse_us": deadline.amount * _MICROSECONDS[unit]}
        case "by":
            return {"day_offset": int(deadline.next_day), "by_minute": end_minute(deadline.amount)}
        case "days":
            return {"day_offset": deadline.amount, "by_minute": END_OF_DAY}
        case "business_days":
            return {"business_days": deadline.amount, "by_minute": END_OF_DAY}
        case "months":
            return {"months": deadline.amount, "by_minute": END_OF_DAY}
        case "years":
            return {"months": 12 * deadline.amount, "by_minute": END_OF_DAY}


def _six_places(number: Decimal) -> Decimal:
    """As the engine rounds quantities: half away from zero."""
    return number.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _local_midnight(day: date, zone: str) -> datetime:
    """The instant a local day begins, in UTC; the open ends stay as they are, in every zone."""
    midnight = datetime.combine(day, time())
    if day in (FIRST_DAY, LAST_DAY):
        return midnight
    return midnight.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
