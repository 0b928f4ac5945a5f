"""Business days by the calendar of the United States' federal government."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rootlint.documents import load_yaml
from rootlint.errors import Problems
from rootlint.jurisdictions.calendars import closed_days, due_days, read_calendar
from rootlint.jurisdictions.model import Calendar
from rootlint.shipped import shipped_folder

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last(year: int, month: int, weekday: int) -> date:
    end = date(year, month + 1, 1) - timedelta(days=1)
    return end - timedelta(days=(end.weekday() - weekday) % 7)


def _in_lieu(day: date) -> date:
    """5 U.S.C. 6103(b)(1): for a Saturday the day before; Executive Order 11582, section 3: for a Sunday the next."""
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


def _holidays(year: int) -> set[date]:
    """The legal public holidays of 5 U.S.C. 6103(a), each where it is observed; Juneteenth by Public Law 117-17."""
    moving = {
        _nth(year, 1, MONDAY, 3),
        _nth(year, 2, MONDAY, 3),
        _last(year, 5, MONDAY),
        _nth(year, 9, MONDAY, 1),
        _nth(year, 10, MONDAY, 2),
        _nth(year, 11, THURSDAY, 4),
    }
    juneteenth = [(6, 19)] if year >= 2021 else []
    fixed = [(1, 1), *juneteenth, (7, 4), (11, 11), (12, 25)]
    return moving | {_in_lieu(date(year, month, day)) for month, day in fixed}


@pytest.fixture(scope="module")
def federal() -> Calendar:
    return read_calendar(
        load_yaml(shipped_folder("jurisdictions") / "calendars" / "us-federal.yaml"), Problems()
    )


@pytest.mark.parametrize("year", range(2011, 2041))
def test_holidays_are_observed_on_the_days_of_the_statute(federal: Calendar, year: int):
    # New Year's Day of the next year may be observed in this one.
    statutory = {day for of in (year, year + 1) for day in _holidays(of) if day.year == year}
    assert closed_days(federal, year, year) == statutory


def test_every_year_from_2015_to_2035_closes_on_ten_or_eleven_holidays_none_on_a_weekend(federal: Calendar):
    closed = closed_days(federal, 2015, 2035)
    assert [day for day in closed if day.weekday() >= 5] == []
    # Ten a year until 2020, eleven since Juneteenth; new year's days slip from one year into another.
    new_year_2036 = 0  # a Tuesday, observed in its own year
    assert len(closed) == 6 * 10 + 15 * 11 + new_year_2036


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-28", 0, "2026-11-28"),  # 0 is the day itself, business day or not
        ("2026-11-23", 3, "2026-11-27"),  # Thanksgiving is Thursday the 26th
        ("2026-11-25", 1, "2026-11-27"),
        ("2026-11-26", 1, "2026-11-27"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-25", 7, "2026-12-07"),
        ("2026-12-30", 1, "2026-12-31"),
        ("2026-12-31", 1, "2027-01-04"),  # New Year is a Friday
        ("2021-12-30", 1, "2022-01-03"),  # New Year 2022 is a Saturday, observed on the Friday before
        ("2022-12-30", 1, "2023-01-03"),  # New Year 2023 is a Sunday, observed on the Monday after
        ("2026-01-02", 30, "2026-02-17"),
    ],
)
def test_business_days_skip_weekends_and_holidays(federal: Calendar, day: str, days: int, due: str):
    event = date.fromisoformat(day)
    assert list(due_days(federal, [days], event, event)) == [(event, days, date.fromisoformat(due))]


@given(
    first=st.dates(date(2010, 1, 1), date(2040, 12, 1)),
    length=st.integers(0, 40),
    counts=st.sets(st.integers(0, 40), min_size=1, max_size=3),
)
def test_between_an_event_and_its_due_day_lie_as_many_business_days_as_counted(
    federal: Calendar, first: date, length: int, counts: set[int]
):
    rows = list(due_days(federal, counts, first, first + timedelta(days=length)))
    closed = closed_days(federal, first.year, first.year + 1)
    for day, n, due in rows:
        between = (day + timedelta(days=passed) for passed in range(1, (due - day).days + 1))
        assert sum(each.weekday() < 5 and each not in closed for each in between) == n
        assert n == 0 or (due.weekday() < 5 and due not in closed)
    assert len(rows) == (length + 1) * len(counts)
