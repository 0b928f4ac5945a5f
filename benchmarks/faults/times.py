"""Time in a simulated world: whole seconds since its first day began in UTC, and local days by number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

FIRST_DAY = date(2026, 8, 26)
DAYS = 63
MINUTE, HOUR, DAY = 60, 3600, 86_400
CAPTURED = DAYS * DAY + 12 * HOUR  # before anybody opens on the last day, in every state
EPOCH = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)

# Daylight-saving time holds in all of them from the first day to the last.
OFFSETS = {
    "America/Los_Angeles": -7 * HOUR,
    "America/Denver": -6 * HOUR,
    "America/Detroit": -4 * HOUR,
    "America/New_York": -4 * HOUR,
}


def instant(seconds: int) -> str:
    """A point in time as a snapshot's file writes it."""
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def aware(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def within(spells: Iterable[tuple[int, int]], at: int) -> bool:
    """Whether a moment lies in one of the spells, the end of each left out."""
    return any(begins <= at < ends for begins, ends in spells)


def calendar(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)
