"""Business days: weekends and the holidays of ``jurisdictions/calendars/<name>.yaml``."""

from __future__ import annotations

import calendar as weekdays
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from rootlint.documents import Document
from rootlint.errors import Problems
from rootlint.jurisdictions.model import Calendar, Holiday
from rootlint.jurisdictions.reading import Section, digest_of, found

WEEKDAYS = {name.lower(): number for number, name in enumerate(weekdays.day_name)}
MONTHS = {name.lower(): number for number, name in enumerate(weekdays.month_name) if name}
NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

_BY_WEEKDAY = re.compile(rf"({'|'.join(NTH)}) ({'|'.join(WEEKDAYS)}) of ({'|'.join(MONTHS)})\Z")
_BY_DATE = re.compile(rf"({'|'.join(MONTHS)}) (\d\d?)\Z")


def read_calendar(document: Document, problems: Problems) -> Calendar:
    """Read one calendar file."""
    section = Section.top(document, problems)
    section.allow("name", "source", "weekend", "observed", "holidays")
    return Calendar(
        name=section.text("name"),
        source=section.text("source"),
        holidays=tuple(_holiday(entry) for entry in section.sections("holidays")),
        weekend=frozenset(WEEKDAYS[name] for name in section.choices("weekend", WEEKDAYS)),
        observed=_observed(section),
        digest=digest_of(document.text),
    )


def _observed(section: Section) -> dict[int, int]:
    moves = section.section("observed")
    moves.allow(*WEEKDAYS)
    return {
        WEEKDAYS[day]: {"day before": -1, "day after": 1}[moves.choice(day, ("day before", "day after"))]
        for day in moves.data
        if day in WEEKDAYS
    }


def _holiday(section: Section) -> Holiday:
    section.allow("name", "on", "since")
    name, on, since = section.text("name"), section.text("on"), _year(section)
    if match := _BY_WEEKDAY.match(on):
        nth, weekday, month = match.groups()
        return Holiday(name, MONTHS[month], weekday=WEEKDAYS[weekday], nth=NTH[nth], since=since)
    if (match := _BY_DATE.match(on)) and 1 <= int(match[2]) <= weekdays.monthrange(2001, MONTHS[match[1]])[1]:
        return Holiday(name, MONTHS[match[1]], day=int(match[2]), since=since)
    if on:
        section.fault("on", f"'{on}' is no day of the year", "write 'july 4' or 'third monday of january'")
    return Holiday(name, 1, day=1)


def _year(section: Section) -> int | None:
    year = section.data.get("since")
    if year is not None and (not isinstance(year, int) or not 1 <= year <= 9999):
        section.fault("since", f"since must be a year, found {found(year)}")
        return None
    return year


def closed_days(calendar: Calendar, first_year: int, last_year: int) -> frozenset[date]:
    """The days on which holidays are observed, for whole years."""
    # The next year counts: a first of January on a Saturday is observed on the last of December.
    years = range(first_year, last_year + 2)
    kept = ((each, year) for each in calendar.holidays for year in years if year >= (each.since or 1))
    days = (_observance(calendar, holiday, year) for holiday, year in kept)
    return frozenset(day for day in days if first_year <= day.year <= last_year)


def _observance(calendar: Calendar, holiday: Holiday, year: int) -> date:
    if holiday.day is not None:
        day = date(year, holiday.month, holiday.day)
        return day + timedelta(days=calendar.observed.get(day.weekday(), 0))
    month = weekdays.monthcalendar(year, holiday.month)
    days = [week[holiday.weekday or 0] for week in month if week[holiday.weekday or 0]]
    nth = holiday.nth or 1
    return date(year, holiday.month, days[nth - 1 if nth > 0 else nth])


def due_days(
    calendar: Calendar, counts: Iterable[int], first: date, last: date
) -> Iterator[tuple[date, int, date]]:
    """For each day and each count n, the n-th business day after the day (0: the day itself)."""
    ns = sorted(set(counts))
    end = last + timedelta(days=2 * max(ns, default=0) + 31)  # weekends and holidays take less than half
    business = list(_business_days(calendar, first, end))
    passed = 0
    for day in _days(first, last):
        if passed < len(business) and business[passed] == day:
            passed += 1
        for n in ns:
            yield day, n, business[passed + n - 1] if n else day


def _business_days(calendar: Calendar, first: date, last: date) -> Iterator[date]:
    closed = closed_days(calendar, first.year, last.year)
    return (day for day in _days(first, last) if day.weekday() not in calendar.weekend and day not in closed)


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
