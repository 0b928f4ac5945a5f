"""The records of this room: what a parameter means, what a jurisdiction says, and where that stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from rootlint.errors import Place
from rootlint.model import Citation, Confidence, Severity

END_OF_DAY = 1440  # minutes
FIRST_DAY = date(1, 1, 1)  # stands for "since always"
LAST_DAY = date(9999, 12, 31)  # stands for "until further notice"

_SPELLED = {"thc": "THC", "usd": "USD"}

Stricter = Literal["lower", "higher"]
DeadlineUnit = Literal["minutes", "hours", "days", "business_days", "months", "years", "by"]


class ParameterKind(StrEnum):
    """What sort of value a parameter has."""

    DEADLINE = "deadline"
    QUANTITY = "quantity"
    NUMBER = "number"
    PERCENT = "percent"
    COUNT = "count"
    MONEY = "money"
    FLAG = "flag"
    CLOCK = "clock"
    TEXT = "text"
    LIST = "list"


@dataclass(frozen=True)
class Deadline:
    """A time allowed after an event, or an interval between two.

    ``minutes`` and ``hours`` are elapsed time. ``days``, ``business_days``, ``months`` and ``years`` end with
    the local day they reach. ``by`` ends at a minute of the same or the next local day.
    """

    unit: DeadlineUnit
    amount: int  # for "by": the minute of the local day, 480 for 08:00
    next_day: bool = False  # for "by" only

    def __str__(self) -> str:
        if self.unit == "by":
            return f"by {_clock(self.amount)} on the {'next' if self.next_day else 'same'} day"
        if self.unit != "minutes" and self.unit != "hours" and self.amount == 0:
            return "by the end of the same day"
        words = self.unit.replace("_", " ")
        return f"{self.amount} {words.removesuffix('s') if self.amount == 1 else words}"


@dataclass(frozen=True)
class Quantity:
    """A number with a unit (or a percentage): as the citation states it, and in the parameter's own unit."""

    stated: Decimal  # 8
    unit: str  # "ounces"
    amount: Decimal  # 226.796185 (grams)

    def __str__(self) -> str:
        first, *rest = (_SPELLED.get(word, word) for word in self.unit.split("_"))
        if self.stated == 1:
            first = {"inches": "inch", "feet": "foot"}.get(first, first.removesuffix("s"))
        return " ".join((f"{self.stated:f}", first, *rest))


@dataclass(frozen=True)
class Clock:
    """A wall-clock time of the local day."""

    minute: int  # 1320 for 22:00

    def __str__(self) -> str:
        return _clock(self.minute)


Value = None | Deadline | Quantity | Clock | Decimal | bool | str | tuple[str, ...]


def shown(value: Value) -> str:
    """A value as people read it: "24 hours", "1.5 ounces", "yes"."""
    if value is None:
        return "no number known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def end_minute(minute: int) -> int:
    """Laws write the end of a day as 23:59; what happens within its last minute is in time."""
    return END_OF_DAY if minute == END_OF_DAY - 1 else minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True)
class Parameter:
    """A name that rules may ask for, with what it means in every jurisdiction."""

    name: str
    kind: ParameterKind
    meaning: str
    unit: str | None = None  # what quantities and money are kept in: "grams"
    stricter: Stricter | None = None  # which way a value is stricter; None: not the same everywhere


@dataclass(frozen=True)
class Vocabulary:
    """The closed words of jurisdiction files."""

    parameters: Mapping[str, Parameter]
    units: Mapping[str, Mapping[str, Decimal]]  # {"grams": {"grams": 1, "ounces": 28.349523125}}
    audiences: Mapping[str, str]  # {"medical": "Sales to patients and caregivers"}
    customer_types: Mapping[str, str]  # METRC's customer type -> audience: {"Patient": "medical"}
    license_kinds: Mapping[str, tuple[str, ...]]  # {"retail": ("retailer", "dispensary", …)}
    digest: str = ""

    def kind_named(self, name: str) -> str | None:
        """The kind of licence that a general name like "dispensary" stands for."""
        kinds = (kind for kind, names in self.license_kinds.items() if name == kind or name in names)
        return next(kinds, None)


@dataclass(frozen=True)
class Period:
    """The days a value is in force, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def meets(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.from_day < other.until_day and other.from_day < self.until_day

    @property
    def from_day(self) -> date:
        return self.first or FIRST_DAY

    @property
    def until_day(self) -> date:
        """The day after the last one in force."""
        return self.last + timedelta(days=1) if self.last else LAST_DAY


@dataclass(frozen=True)
class OwnValue:
    """A stricter value than the law's that somebody chose to be judged by."""

    value: Value
    reason: str


@dataclass(frozen=True)
class ParameterValue:
    """What one jurisdiction says of one parameter, for whom, since when, and where that stands."""

    parameter: str
    value: Value  # None: no number is known, and what rests on it is not evaluated
    citation: str  # "4 CCR 15049(b)(8)"
    source: str  # where the text was read
    confidence: Confidence
    applies_to: tuple[str, ...] = ()  # licence types, their groups or kinds; empty: every licensee
    audience: str | None = None  # None: every audience
    in_force: Period = Period()
    note: str | None = None
    own: OwnValue | None = None
    place: Place | None = field(default=None, compare=False)

    @property
    def applied(self) -> Value:
        """What records are judged by."""
        return self.value if self.own is None else self.own.value

    def cited(self, jurisdiction: str) -> Citation:
        """The record a finding carries."""
        return Citation(
            jurisdiction=jurisdiction,
            parameter=self.parameter,
            value=shown(self.value),
            reference=self.citation,
            source=self.source,
            confidence=self.confidence,
            in_force_from=self.in_force.first,
            in_force_until=self.in_force.last,
            note=self.note,
            own_value=None if self.own is None else shown(self.own.value),
            own_reason=None if self.own is None else self.own.reason,
        )


@dataclass(frozen=True)
class LicenseType:
    """A licence type of a jurisdiction; one that covers several kinds of business has no kind."""

    name: str
    kind: str | None = None
    also: tuple[str, ...] = ()  # groups that parameters apply to: ("dispensary",)
    note: str | None = None


@dataclass(frozen=True)
class LicenseNumber:
    """How a licence number is written; the example is made up."""

    pattern: str
    example: str
    meaning: str
    confidence: Confidence
    note: str | None = None


@dataclass(frozen=True)
class RuleSwitch:
    """A rule that a jurisdiction turns on, off or to another severity; None leaves as it is."""

    rule: str
    enabled: bool | None = None
    severity: Severity | None = None
    note: str | None = None
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Penalty:
    """What the citation foresees; quoted, never computed."""

    violation: str
    amount: str
    citation: str
    source: str
    confidence: Confidence
    rules: tuple[str, ...] = ()  # whose findings it is published for
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class IntegrationNote:
    """What an integrator should know of METRC in this jurisdiction."""

    topic: str
    detail: str
    citation: str
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class PendingChange:
    """A change that is proposed or adopted and not yet in the parameters."""

    change: str
    status: str
    source: str
    confidence: Confidence


@dataclass(frozen=True)
class Holiday:
    """A holiday by date ("december 25") or by weekday ("fourth thursday of november")."""

    name: str
    month: int
    day: int | None = None
    weekday: int | None = None  # 0 is Monday
    nth: int | None = None  # 1 to 4; -1 is the last
    since: int | None = None  # the first year it is kept


@dataclass(frozen=True)
class Calendar:
    """Which days are business days."""

    name: str
    source: str
    holidays: tuple[Holiday, ...]
    weekend: frozenset[int]  # 0 is Monday
    observed: Mapping[int, int]  # weekday a dated holiday falls on -> days to shift its observance
    digest: str = ""


@dataclass(frozen=True)
class Jurisdiction:
    """Everything that is on file for one jurisdiction, its base included."""

    code: str
    name: str
    regulator: str
    retrieved: date  # the day its sources were read; its version
    timezones: tuple[str, ...]
    calendar: Calendar
    digest: str
    system: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)  # {"api": …, "sandbox": …}
    programs: tuple[str, ...] = ()
    license_types: Mapping[str, LicenseType] = field(default_factory=dict)
    license_numbers: tuple[LicenseNumber, ...] = ()
    parameters: Mapping[str, tuple[ParameterValue, ...]] = field(default_factory=dict)
    rules: Mapping[str, RuleSwitch] = field(default_factory=dict)
    penalties: tuple[Penalty, ...] = ()
    integration_notes: tuple[IntegrationNote, ...] = ()
    pending_changes: tuple[PendingChange, ...] = ()
    not_known: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        return self.retrieved.isoformat()

    def types_named(self, name: str) -> frozenset[str]:
        """The licence types that a type, group or kind name covers."""
        types = self.license_types.values()
        return frozenset(t.name for t in types if name in (t.name, t.kind, *t.also))

    def types_of(self, value: ParameterValue) -> frozenset[str]:
        """The licence types that a value applies to."""
        if not value.applies_to:
            return frozenset(self.license_types)
        return frozenset().union(*(self.types_named(name) for name in value.applies_to))
