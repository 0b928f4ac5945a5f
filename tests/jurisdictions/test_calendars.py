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

# As published by the Office of Personnel Management for these years.
HOLIDAYS = {
    2015: "01-01 01-19 02-16 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
    2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
    2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
    2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
}


@pytest.fixture(scope="module")
def federal() -> Calendar:
    return read_calendar(
        load_yaml(shipped_folder("jurisdictions") / "calendars" / "us-federal.yaml"), Problems()
    )


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_holidays_of_known_years_are_observed_on_the_published_days(federal: Calendar, year: int):
    published = {date.fromisoformat(f"{year}-{day}") for day in HOLIDAYS[year].split()}
    assert closed_days(federal, year, year) == published


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
