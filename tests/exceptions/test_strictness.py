"""Which of two values is stricter, held against what the engine makes of them at any time of any day."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.errors import Place
from rootlint.exceptions.parameters import OwnParameter, OwnParameters
from rootlint.exceptions.strictness import is_no_looser
from rootlint.jurisdictions.in_force import BUSINESS_DAYS_COLUMNS, COLUMNS, in_force
from rootlint.jurisdictions.loading import load_jurisdictions
from rootlint.jurisdictions.model import (
    Clock,
    Deadline,
    Jurisdiction,
    Parameter,
    ParameterKind,
    ParameterValue,
    Quantity,
    Stricter,
    Value,
    Vocabulary,
)
from rootlint.model import Confidence, Facility
from rootlint.shipped import shipped_folder

CALENDAR = load_jurisdictions([shipped_folder("jurisdictions")])["ca"].calendar
ZONES = (
    "America/Adak", "America/Anchorage", "America/Chicago", "America/Denver", "America/Detroit", "America/Los_Angeles",
    "America/New_York", "America/Phoenix", "America/Puerto_Rico", "Pacific/Guam", "Pacific/Honolulu",
)  # fmt: skip
UNITS = ("minutes", "hours", "days", "business_days", "months", "years")

minutes_of_the_day = st.one_of(
    st.integers(0, 1440), st.sampled_from([0, 1, 119, 120, 150, 179, 180, 1439, 1440])
)
deadlines = st.one_of(
    st.builds(Deadline, st.sampled_from(UNITS), st.integers(0, 4)),
    st.builds(Deadline, st.just("hours"), st.integers(0, 80)),
    st.builds(Deadline, st.just("minutes"), st.integers(0, 3200)),
    st.builds(Deadline, st.just("days"), st.integers(26, 32)),
    st.builds(Deadline, st.just("by"), minutes_of_the_day, st.booleans()),
)  # fmt: skip
# Any time of seven years, and the days about the changes of the clocks, the ends of months and the leap day.
instants = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)),
    st.builds(
        lambda near, minutes: near + timedelta(minutes=minutes),
        st.sampled_from(
            [datetime(2026, 3, 8), datetime(2026, 11, 1), datetime(2028, 2, 29), datetime(2027, 1, 31)]
        ),
        st.integers(-3 * 1440, 3 * 1440),
    ),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    """An engine that knows which day is how many business days after which."""
    found = in_force(
        {"xx": _jurisdiction(Deadline("hours", 1))}, [_facility("UTC")], Vocabulary({}, {}, {}, {}, {})
    )
    engine = DuckDBEngine()
    days = found.business_day_rows(range(5), date(2023, 12, 1), date(2031, 2, 1))
    engine.load("business_days", BUSINESS_DAYS_COLUMNS, days)
    yield engine
    engine.close()


def _facility(zone: str) -> Facility:
    return Facility("F1", "Made Store", "xx", zone)


def _jurisdiction(law: Value) -> Jurisdiction:
    value = ParameterValue("made", law, "made 1", "made", Confidence.HIGH)
    return Jurisdiction(
        "xx", "Made", "Made", date(2026, 1, 1), ("UTC",), CALENDAR, "", parameters={"made": (value,)}
    )


def _parameter(stricter: Stricter | None, kind: ParameterKind = ParameterKind.DEADLINE) -> Parameter:
    return Parameter("made", kind, "Made.", stricter=stricter)


def _due(event: str, columns: Mapping[str, Any], local_day: str) -> str:
    """The engine's own expression for when something is due."""
    written = {name: "NULL" if value is None else str(value) for name, value in columns.items()}
    counted = f"SELECT b.due_day FROM business_days b WHERE b.day = {local_day} AND b.days = {written['business_days']}"
    key = "due.date" if event == "e.day" else "due.instant"
    return DuckDBEngine.expansions[key].format(event, zone="e.zone", due_day=f"({counted})", **written)


def dues(
    engine: DuckDBEngine, values: tuple[Value, Value], zone: str, stricter: Stricter, at: list[datetime]
) -> list[tuple[datetime, datetime]]:
    """When events are due, as far as the law says and as they are judged: the instants, then the same as days."""
    own, law = values
    entry = OwnParameter("xx", _parameter(stricter), None, own, "made", Place("p.yaml"))
    adjust = OwnParameters({("xx", "made"): (entry,)}).adjust
    made = {"xx": _jurisdiction(law)}, [_facility(zone)], Vocabulary({}, {}, {}, {}, {})
    rows = [dict(zip(COLUMNS, *in_force(*made, how).rows(["made"]), strict=True)) for how in (None, adjust)]
    events = ", ".join(f"(TIMESTAMP '{each}', DATE '{each.date()}', '{zone}')" for each in at)
    local = "CAST(timezone(e.zone, timezone('UTC', e.moment)) AS DATE)"
    queries = [
        f"SELECT {', '.join(_due(event, row, day) for row in rows)} FROM (VALUES {events}) e(moment, day, zone)"
        for event, day in (("e.moment", local), ("e.day", "e.day"))
    ]  # fmt: skip
    return [pair for query in queries for pair in engine.rows(query)]  # type: ignore[misc]


@settings(max_examples=300)
@given(deadlines, deadlines, st.sampled_from(ZONES), st.sampled_from(["lower", "higher"]), st.lists(instants, min_size=12, max_size=12))  # fmt: skip
@example(
    # 02:30 is skipped that night and read as 03:30, which is after 03:00.
    Deadline("by", 150, next_day=True), Deadline("by", 180, next_day=True), "America/New_York", "lower",
    [datetime(2026, 3, 7, 12)],
)  # fmt: skip
@example(
    # A day of 25 hours: its end lies more than 24 hours after its beginning.
    Deadline("days", 0), Deadline("hours", 24), "America/New_York", "lower", [datetime(2026, 11, 1, 4)],
)  # fmt: skip
@example(Deadline("hours", 24), Deadline("days", 1), "America/Denver", "lower", [datetime(2026, 3, 8, 6, 30)])
def test_no_value_of_ones_own_ever_lets_pass_what_the_law_does_not(
    engine: DuckDBEngine, own: Deadline, law: Deadline, zone: str, stricter: Stricter, at: list[datetime]
) -> None:
    for by_law, judged in dues(engine, (own, law), zone, stricter, at):
        assert judged <= by_law if stricter == "lower" else judged >= by_law


@settings(max_examples=150)
@given(deadlines, deadlines, st.sampled_from(ZONES), st.sampled_from(["lower", "higher"]), st.lists(instants, min_size=12, max_size=12))  # fmt: skip
def test_what_is_called_looser_always_is(
    engine: DuckDBEngine, own: Deadline, law: Deadline, zone: str, stricter: Stricter, at: list[datetime]
) -> None:
    assume(is_no_looser(_parameter(stricter), own, law) is False)
    # The other way about, the law is the stricter of the two.
    for by_own, by_law in dues(engine, (law, own), zone, stricter, at):
        assert by_law < by_own if stricter == "lower" else by_law > by_own


def hours(amount: int) -> Deadline:
    return Deadline("hours", amount)


def days(amount: int) -> Deadline:
    return Deadline("days", amount)


def by(clock: str, *, next_day: bool = False) -> Deadline:
    return Deadline("by", int(clock[:2]) * 60 + int(clock[3:]), next_day)


@pytest.mark.parametrize(
    ("own", "law", "expected"),
    [
        (hours(4), hours(24), True),
        (hours(24), hours(24), True),
        (hours(25), hours(24), False),
        (Deadline("minutes", 1440), hours(24), True),
        (by("08:00", next_day=True), by("09:00", next_day=True), True),
        (by("09:01", next_day=True), by("09:00", next_day=True), False),
        (by("23:59"), days(0), True),
        (days(0), by("23:59"), True),
        (days(0), by("08:00", next_day=True), True),
        (by("22:00"), hours(24), True),
        (days(0), hours(24), None),
        (days(1), hours(24), None),
        (days(2), hours(24), False),
        (hours(0), by("23:59"), True),
        (hours(1), by("23:59"), None),
        (days(3), Deadline("business_days", 3), True),
        (Deadline("business_days", 3), days(3), None),
        (Deadline("business_days", 3), days(2), False),
        (Deadline("business_days", 2), Deadline("business_days", 3), True),
        (Deadline("months", 12), Deadline("years", 1), True),
        (days(28), Deadline("months", 1), True),
        (days(30), Deadline("months", 1), None),
    ],
    ids=str,
)  # fmt: skip
def test_a_shorter_deadline_is_stricter_where_it_is_in_every_case(
    own: Deadline, law: Deadline, expected: bool | None
) -> None:
    assert is_no_looser(_parameter("lower"), own, law) is expected


def grams(number: str) -> Quantity:
    return Quantity(Decimal(number), "grams", Decimal(number))


@pytest.mark.parametrize(
    ("stricter", "own", "law", "expected"),
    [
        ("lower", grams("28"), Quantity(Decimal(1), "ounces", Decimal("28.349523125")), True),
        ("lower", grams("28.349524"), Quantity(Decimal(1), "ounces", Decimal("28.349523125")), False),
        ("lower", Decimal(99), Decimal(100), True),
        ("higher", Decimal(2), Decimal(1), True),
        ("higher", Decimal(1), Decimal(2), False),
        ("higher", True, False, True),
        ("higher", False, True, False),
        ("lower", False, True, True),
        ("lower", Clock(21 * 60), Clock(22 * 60), True),
        ("higher", Clock(7 * 60), Clock(6 * 60), True),
        ("lower", Clock(1440), Clock(1439), True),
        ("higher", Deadline("years", 7), Deadline("years", 4), True),
        ("higher", Deadline("months", 47), Deadline("years", 4), False),
        ("lower", None, Decimal(1), None),
        ("lower", Decimal(1), None, None),
        (None, Decimal(1), Decimal(2), None),
    ],
)  # fmt: skip
def test_a_value_is_stricter_the_way_its_parameter_says(
    stricter: Stricter | None, own: Value, law: Value, expected: bool | None
) -> None:
    assert is_no_looser(_parameter(stricter, ParameterKind.NUMBER), own, law) is expected
