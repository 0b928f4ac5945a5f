"""The closed set of functions and operators, with their written semantics.

One table drives type-checking, the documentation page and the test that every engine has an expansion
for every key. Unless its text says otherwise, a function answers null when any argument is null.
"""

from __future__ import annotations

from dataclasses import dataclass

from rootlint.rules.language.types import Type

TEXT, INTEGER, DECIMAL, BOOLEAN = Type.TEXT, Type.INTEGER, Type.DECIMAL, Type.BOOLEAN
INSTANT, DATE, DURATION, LIST, DEADLINE = Type.INSTANT, Type.DATE, Type.DURATION, Type.LIST, Type.DEADLINE


@dataclass(frozen=True)
class Overload:
    """One way to call a function: the types of its arguments, the type it answers, its expansion."""

    args: tuple[Type, ...]
    result: Type
    key: str


@dataclass(frozen=True)
class Function:
    """A function of the language."""

    name: str
    group: str
    meaning: str
    overloads: tuple[Overload, ...]
    literal_args: frozenset[int] = frozenset()  # arguments that must be written out, not computed


def _function(
    group: str, name: str, meaning: str, *ways: tuple[tuple[Type, ...], Type, str], literals: tuple[int, ...] = ()
) -> Function:
    return Function(name, group, meaning, tuple(Overload(*way) for way in ways), frozenset(literals))


def _one(args: tuple[Type, ...], result: Type, key: str) -> tuple[tuple[Type, ...], Type, str]:
    return (args, result, key)


SCALARS: tuple[Function, ...] = (
    # -- text
    _function("text", "trim", "The text without spaces at both ends.", _one((TEXT,), TEXT, "trim")),
    _function(
        "text", "fold", "The text trimmed, with A-Z made a-z; other letters stay. For comparing what people typed.",
        _one((TEXT,), TEXT, "fold"),
    ),
    _function("text", "length", "How many characters (code points) the text has.", _one((TEXT,), INTEGER, "length")),
    _function(
        "text", "substring", "`n` characters from position `start` (from 1); null when start < 1 or n < 0.",
        _one((TEXT, INTEGER, INTEGER), TEXT, "substring"),
    ),
    _function("text", "starts_with", "Whether the text begins with another, letter for letter.", _one((TEXT, TEXT), BOOLEAN, "starts_with")),
    _function("text", "ends_with", "Whether the text ends with another, letter for letter.", _one((TEXT, TEXT), BOOLEAN, "ends_with")),
    _function("text", "contains", "Whether the text holds another, letter for letter.", _one((TEXT, TEXT), BOOLEAN, "contains")),
    _function(
        "text", "matches",
        "Whether a regular expression matches anywhere in the text. The expression is written out and uses only what "
        "every engine reads alike: characters, classes, groups, alternation, repetition, ^ and $; no back-references, "
        "look-around or flags.",
        _one((TEXT, TEXT), BOOLEAN, "matches"), literals=(1,),
    ),
    _function("text", "replace", "The text with each occurrence of the second replaced by the third.", _one((TEXT, TEXT, TEXT), TEXT, "replace")),
    _function(
        "text", "text",
        "The value as text: decimals without trailing zeros, instants as 2026-11-01T13:00:00Z, durations in hours (\"26.5 h\").",
        _one((TEXT,), TEXT, "text.text"), _one((INTEGER,), TEXT, "text.integer"), _one((DECIMAL,), TEXT, "text.decimal"),
        _one((BOOLEAN,), TEXT, "text.boolean"), _one((INSTANT,), TEXT, "text.instant"), _one((DATE,), TEXT, "text.date"),
        _one((DURATION,), TEXT, "text.duration"), _one((LIST,), TEXT, "text.list"),
    ),
    # -- numbers
    _function(
        "numbers", "number", "The decimal a text spells (digits, one point, a sign); null when it spells none.",
        _one((TEXT,), DECIMAL, "number.text"), _one((INTEGER,), DECIMAL, "number.integer"),
    ),
    _function("numbers", "abs", "The size of a number without its sign.", _one((INTEGER,), INTEGER, "abs"), _one((DECIMAL,), DECIMAL, "abs")),
    _function(
        "numbers", "round", "The decimal rounded to `places` (written out, 0 to 6), half away from zero.",
        _one((DECIMAL, INTEGER), DECIMAL, "round"), literals=(1,),
    ),
    _function("numbers", "floor", "The largest integer not above.", _one((DECIMAL,), INTEGER, "floor")),
    _function("numbers", "ceiling", "The smallest integer not below.", _one((DECIMAL,), INTEGER, "ceiling")),
    _function("numbers", "modulo", "The rest of an integer division, with the sign of the first; null when the second is 0.", _one((INTEGER, INTEGER), INTEGER, "modulo")),
    _function(
        "numbers", "greater", "The greater of two values; null when either is null.",
        _one((INTEGER, INTEGER), INTEGER, "greater"), _one((DECIMAL, DECIMAL), DECIMAL, "greater"),
        _one((INSTANT, INSTANT), INSTANT, "greater"), _one((DATE, DATE), DATE, "greater"),
    ),
    _function(
        "numbers", "lesser", "The lesser of two values; null when either is null.",
        _one((INTEGER, INTEGER), INTEGER, "lesser"), _one((DECIMAL, DECIMAL), DECIMAL, "lesser"),
        _one((INSTANT, INSTANT), INSTANT, "lesser"), _one((DATE, DATE), DATE, "lesser"),
    ),
    # -- time
    _function("time", "instant", "The instant a written text names: instant('2026-11-01T13:00:00Z').", _one((TEXT,), INSTANT, "instant"), literals=(0,)),
    _function("time", "date", "The day a written text names: date('2026-11-01').", _one((TEXT,), DATE, "date"), literals=(0,)),
    _function("time", "seconds", "A duration of n seconds.", _one((DECIMAL,), DURATION, "seconds")),
    _function("time", "minutes", "A duration of n minutes.", _one((DECIMAL,), DURATION, "minutes")),
    _function("time", "hours", "A duration of n hours.", _one((DECIMAL,), DURATION, "hours")),
    _function("time", "days", "A duration of n times 24 hours (calendar days: add_days, days_between).", _one((DECIMAL,), DURATION, "days")),
    _function("time", "elapsed", "The time from the first instant to the second, exact; negative when the second is earlier.", _one((INSTANT, INSTANT), DURATION, "elapsed")),
    _function("time", "in_hours", "A duration in hours, to six places.", _one((DURATION,), DECIMAL, "in_hours")),
    _function("time", "local_date", "The calendar day of an instant in the facility's time zone.", _one((INSTANT,), DATE, "local_date")),
    _function("time", "local_hour", "The hour of the day (0-23) of an instant in the facility's time zone.", _one((INSTANT,), INTEGER, "local_hour")),
    _function("time", "minute_of_day", "Minutes since local midnight (0-1439) of an instant in the facility's time zone.", _one((INSTANT,), INTEGER, "minute_of_day")),
    _function("time", "local_midnight", "The instant at which a calendar day begins in the facility's time zone.", _one((DATE,), INSTANT, "local_midnight")),
    _function("time", "add_days", "The calendar day n days later (earlier when negative).", _one((DATE, INTEGER), DATE, "add_days")),
    _function("time", "add_months", "The same day n months later, or that month's last day where it has no such day.", _one((DATE, INTEGER), DATE, "add_months")),
    _function("time", "days_between", "Calendar days from the first day to the second; negative when the second is earlier.", _one((DATE, DATE), INTEGER, "days_between")),
    _function("time", "iso_weekday", "The day of the week, Monday 1 to Sunday 7.", _one((DATE,), INTEGER, "iso_weekday")),
    _function("time", "month", "The month of a day as text: '2026-11'.", _one((DATE,), TEXT, "month")),
    _function("time", "captured_at", "The instant the snapshot was captured.", _one((), INSTANT, "captured_at")),
    _function("time", "as_of", "The day the run judges by (--as-of).", _one((), DATE, "as_of")),
    _function(
        "time", "due",
        "The instant by which what happened at (or on) the first argument must be done, under a deadline parameter. "
        "Hours and minutes elapse from the instant, or from the end of the day when only a day is known; days, months "
        "and business days end with the local day; a wall clock ends at that time of the local day.",
        _one((INSTANT, DEADLINE), INSTANT, "due.instant"), _one((DATE, DEADLINE), INSTANT, "due.date"),
    ),
    # -- units
    _function(
        "units", "in_grams", "A quantity in grams by METRC's unit names (28.349523125 g an ounce, 453.59237 g a pound); null when the unit is no weight.",
        _one((DECIMAL, TEXT), DECIMAL, "in_grams"),
    ),
    _function("units", "unit_kind", "'weight', 'volume' or 'count' by METRC's unit names; null for an unknown unit.", _one((TEXT,), TEXT, "unit_kind")),
    # -- lists
    _function("lists", "has", "Whether the list holds the text.", _one((LIST, TEXT), BOOLEAN, "has")),
    _function("lists", "size", "How many texts the list holds.", _one((LIST,), INTEGER, "size")),
    # -- facility
    _function("facility", "jurisdiction", "The code of the facility's jurisdiction: 'ca'.", _one((), TEXT, "jurisdiction")),
    _function("facility", "license_kind", "The general kind of the facility's licence: 'retail', 'cultivation' and so on.", _one((), TEXT, "license_kind")),
    _function(
        "facility", "audience", "'adult_use' or 'medical' by METRC's customer type; null for another type.",
        _one((TEXT,), TEXT, "audience"),
    ),
)

AGGREGATES: tuple[Function, ...] = (
    _function("aggregates", "count", "count(*): the rows; count(x): the rows where x is not null.", _one((), INTEGER, "count"), _one((Type.UNKNOWN,), INTEGER, "count.value")),
    _function("aggregates", "count_distinct", "How many different values x takes, null not counted.", _one((Type.UNKNOWN,), INTEGER, "count_distinct")),
    _function(
        "aggregates", "sum", "The sum of the values that are not null; null when there is none.",
        _one((INTEGER,), INTEGER, "sum.integer"), _one((DECIMAL,), DECIMAL, "sum.decimal"),
    ),
    _function(
        "aggregates", "total", "The sum of the values that are not null; 0 when there is none.",
        _one((INTEGER,), INTEGER, "total.integer"), _one((DECIMAL,), DECIMAL, "total.decimal"),
    ),
    _function(
        "aggregates", "min", "The least value that is not null.",
        *(_one((kind,), kind, "min") for kind in (TEXT, INTEGER, DECIMAL, INSTANT, DATE, DURATION)),
    ),
    _function(
        "aggregates", "max", "The greatest value that is not null.",
        *(_one((kind,), kind, "max") for kind in (TEXT, INTEGER, DECIMAL, INSTANT, DATE, DURATION)),
    ),
    _function("aggregates", "any", "Whether a condition holds for some row; null when it is null for all.", _one((BOOLEAN,), BOOLEAN, "any")),
    _function("aggregates", "every", "Whether a condition holds for every row where it is not null; null when it is null for all.", _one((BOOLEAN,), BOOLEAN, "every")),
    _function("aggregates", "list_of", "The different texts that are not null, in order, joined by ', '.", _one((TEXT,), TEXT, "list_of")),
)

WINDOWS: tuple[Function, ...] = (
    _function(
        "windows", "previous", "The value in the row before, in order; null in the first row.",
        *(_one((kind,), kind, "previous") for kind in (TEXT, INTEGER, DECIMAL, BOOLEAN, INSTANT, DATE)),
    ),
    _function(
        "windows", "next", "The value in the row after, in order; null in the last row.",
        *(_one((kind,), kind, "next") for kind in (TEXT, INTEGER, DECIMAL, BOOLEAN, INSTANT, DATE)),
    ),
    _function("windows", "position", "The number of the row in its partition, from 1, in order.", _one((), INTEGER, "position")),
    _function(
        "windows", "running_sum", "The sum up to and with this row, in order.",
        _one((INTEGER,), INTEGER, "running_sum.integer"), _one((DECIMAL,), DECIMAL, "running_sum.decimal"),
    ),
    _function(
        "windows", "running_max", "The greatest value of the rows before and this one, in order.",
        *(_one((kind,), kind, "running_max") for kind in (INTEGER, DECIMAL, INSTANT, DATE)),
    ),
    _function(
        "windows", "running_max_before", "The greatest value of the rows before this one, in order; null in the first row.",
        *(_one((kind,), kind, "running_max_before") for kind in (INTEGER, DECIMAL, INSTANT, DATE)),
    ),
)

SCALAR_FUNCTIONS = {function.name: function for function in SCALARS}
AGGREGATE_FUNCTIONS = {function.name: function for function in AGGREGATES}
WINDOW_FUNCTIONS = {function.name: function for function in WINDOWS}

# Written as symbols or keywords; the meaning goes into the documentation page.
SYMBOLS: dict[str, tuple[str, ...]] = {
    "a = b, a <> b, a < b, a <= b, a > b, a >= b": ("equal", "unequal", "less", "at_most", "more", "at_least"),
    "a and b, a or b, not a": ("and", "or", "not"),
    "a + b, a - b, a * b, -a (numbers)": ("plus", "minus", "times", "negative"),
    "a / b": ("divide",),
    "instant + duration, instant - duration": ("later", "earlier"),
    "duration + duration, duration - duration": ("duration.plus", "duration.minus"),
    "a || b": ("concat",),
    "a is null, a is not null": ("is_null",),
    "a is true, a is false": ("is_true", "is_false"),
    "a is distinct from b": ("distinct",),
    "a in (…), a between b and c": ("in",),
    "a like 'pattern'": ("like",),
    "coalesce(a, b, …)": ("coalesce",),
}

SYMBOL_MEANINGS: dict[str, str] = {
    "a = b, a <> b, a < b, a <= b, a > b, a >= b": "Compare two values of one type; null when either is null. Text compares by code point, case counts. A date never compares with an instant: say local_date(instant).",
    "a and b, a or b, not a": "Three-valued logic: null is 'not known'.",
    "a + b, a - b, a * b, -a (numbers)": "Exact. An overflow ends the rule with an error, never with a wrong figure.",
    "a / b": "A decimal, rounded to six places, half away from zero; null when b is 0. Compare products rather than quotients where you can.",
    "instant + duration, instant - duration": "The instant that much later or earlier. Two instants are never subtracted: say elapsed(a, b).",
    "duration + duration, duration - duration": "Durations add up exactly.",
    "a || b": "The texts one after the other; null when either is null.",
    "a is null, a is not null": "True or false, never null.",
    "a is true, a is false": "True or false, never null.",
    "a is distinct from b": "As <>, but two nulls are the same and a null differs from a value: never null.",
    "a in (…), a between b and c": "Membership in a written list; both ends of between belong to it.",
    "a like 'pattern'": "% stands for any text, _ for one character; the pattern is written out, case counts, there is no escape character.",
    "coalesce(a, b, …)": "The first value that is not null.",
}


def all_keys() -> frozenset[str]:
    """Every expansion key an engine must have."""
    functions = (*SCALARS, *AGGREGATES, *WINDOWS)
    named = {overload.key for function in functions for overload in function.overloads}
    return frozenset(named | {key for keys in SYMBOLS.values() for key in keys})

