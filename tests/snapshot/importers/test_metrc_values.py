"""Values become what METRC means by them, whatever form it writes them in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rootlint.engine.duckdb import DuckDBEngine, quote_text
from rootlint.snapshot.importers.metrc.values import MACROS

ZONE = "America/Los_Angeles"
Ask = Any


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Evaluate one macro over one JSON value."""
    engine = DuckDBEngine(threads=1)
    for statement in filter(str.strip, MACROS.split(";")):
        engine.run(statement)

    def evaluate(macro: str, value: object) -> Any:
        zone = f", {quote_text(ZONE)}" if macro in ("instant_of", "day_of") else ""
        [(result,)] = engine.rows(f"SELECT {macro}(CAST({quote_text(json.dumps(value))} AS JSON){zone})")
        return result

    yield evaluate
    engine.close()


moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1))
offsets = st.integers(-14 * 60 + 1, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
per_value = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@per_value
@given(moments, offsets, st.integers(0, 7), st.booleans())
def test_an_instant_with_any_offset_and_up_to_seven_digits_is_that_instant_in_utc(
    ask: Ask, moment: datetime, offset: timezone, digits: int, colon: bool
) -> None:
    fraction = f"{moment.microsecond:06d}7"[:digits]
    written = f"{moment:%Y-%m-%dT%H:%M:%S}" + (f".{fraction}" if fraction else "")
    suffix = datetime(2000, 1, 1, tzinfo=offset).strftime("%z")
    suffix = f"{suffix[:3]}:{suffix[3:]}" if colon else suffix
    kept = moment.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    expected = kept.replace(tzinfo=offset).astimezone(UTC).replace(tzinfo=None)
    assert ask("instant_of", written + suffix) == expected


@per_value
@given(moments)
def test_a_time_without_an_offset_is_the_facilitys_own_and_a_repeated_hour_its_second_pass(
    ask: Ask, moment: datetime
) -> None:
    local = moment.replace(tzinfo=ZoneInfo(ZONE), fold=1)
    if local.astimezone(UTC).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None, fold=0) != moment.replace(
        fold=0
    ):
        return  # a time that clocks skip; the next test
    expected = local.astimezone(UTC).replace(tzinfo=None)
    assert ask("instant_of", moment.isoformat()) == expected


def test_the_hours_that_clocks_repeat_and_skip(ask: Ask) -> None:
    assert ask("instant_of", "2026-11-01T01:30:00") == datetime(2026, 11, 1, 9, 30)
    assert ask("instant_of", "2026-03-08T02:30:00.000") == datetime(2026, 3, 8, 10, 30)


@per_value
@given(
    st.dates(min_value=date(1990, 1, 1)),
    st.sampled_from(["", "T00:00:00", "T00:00:00Z", "T00:00:00.000-08:00"]),
)
def test_a_day_is_the_one_that_is_written(ask: Ask, day: date, suffix: str) -> None:
    assert ask("date_of", day.isoformat() + suffix) == day
    assert ask("day_of", day.isoformat() + suffix) == day


def test_a_day_with_a_time_of_day_is_the_facilitys(ask: Ask) -> None:
    assert ask("day_of", "2026-02-15T03:00:00Z") == date(2026, 2, 14)
    assert ask("day_of", "2026-02-15T03:00:00") == date(2026, 2, 15)


@pytest.mark.parametrize(
    "unset",
    [
        None,
        "",
        "  ",
        "0001-01-01",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00.0000000-08:00",
    ],
)
@pytest.mark.parametrize("macro", ["instant_of", "date_of", "day_of"])
def test_what_is_unset_is_null(ask: Ask, macro: str, unset: str | None) -> None:
    assert ask(macro, unset) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-02-30",
        "2026-13-01T00:00:00Z",
        "14/02/2026",
        "2026-02-14T25:00:00Z",
        "2026-02-14T09:15:00+99:00",
        "x",
    ],
)
@pytest.mark.parametrize("macro", ["instant_of", "date_of", "day_of"])
def test_what_is_no_date_is_not_bent_into_one(ask: Ask, macro: str, wrong: str) -> None:
    assert ask(macro, wrong) is None


@per_value
@given(st.decimals(min_value=-(10**11), max_value=10**11, places=6, allow_nan=False))
def test_a_decimal_keeps_every_digit(ask: Ask, number: Decimal) -> None:
    assert ask("decimal_of", str(number)) == number


@per_value
@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_has_64_bits(ask: Ask, number: int) -> None:
    assert ask("integer_of", str(number)) == number


@pytest.mark.parametrize("wrong", ["12.5", "9223372036854775808", "1_000", "", "12x"])
def test_what_is_no_integer_is_not_rounded_to_one(ask: Ask, wrong: str) -> None:
    assert ask("integer_of", wrong) is None


@pytest.mark.parametrize("wrong", ["1_0", "1,5", "NaN", "Infinity", "1234567890123", "", "1."])
def test_what_is_no_decimal_is_not_bent_into_one(ask: Ask, wrong: str) -> None:
    assert ask("decimal_of", wrong) is None


def test_a_decimal_beyond_six_places_is_rounded_and_seen_to_be(ask: Ask) -> None:
    assert ask("decimal_of", "1.2345675") == Decimal("1.234568")
    assert ask("is_rounded", "1.2345675") is True
    assert ask("is_rounded", "1.2345670") is False


def test_a_text_list_is_split_on_commas_without_an_empty_tail(ask: Ask) -> None:
    assert ask("list_of", "Harvest A, Harvest B, ") == ["Harvest A", "Harvest B"]
    assert ask("list_of", "") is None
