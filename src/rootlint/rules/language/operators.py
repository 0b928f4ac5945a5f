"""The closed set of functions and operators, with their written semantics.

One table drives type-checking, the documentation page and the tests that every engine has an expansion
for every key and that the conformance corpus probes each. Unless its text says otherwise, a function
answers null when any argument is null.
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
    example: str
    overloads: tuple[Overload, ...]
    literal_args: frozenset[int] = frozenset()  # arguments that must be written out, not computed
    asks_facility: bool = False  # what it answers depends on the record's facility


@dataclass(frozen=True)
class Symbol:
    """What is written with signs and keywords."""

    form: str
    keys: tuple[str, ...]
    meaning: str
    example: str


Way = tuple[tuple[Type, ...], Type, str]  # the types of the arguments, the type of the answer, the key


def _function(
    group: str,
    name: str,
    example: str,
    meaning: str,
    *ways: Way,
    literals: tuple[int, ...] = (),
    asks_facility: bool = False,
) -> Function:
    overloads = tuple(Overload(*way) for way in ways)
    return Function(name, group, meaning, example, overloads, frozenset(literals), asks_facility)


def _each(key: str, count: int, *kinds: Type) -> tuple[Way, ...]:
    """One way for each type: as many arguments of it, an answer of it."""
    return tuple(((kind,) * count, kind, key) for kind in kinds)


SCALARS: tuple[Function, ...] = (
    # -- text
    _function(
        "text",
        "trim",
        "trim(s.receipt_number)",
        "The text without spaces at both ends.",
        ((TEXT,), TEXT, "trim"),
    ),
    _function(
        "text",
        "fold",
        "fold(a.reason) = 'scale variance'",
        "The text without spaces at both ends and with A-Z made a-z; other letters stay as they are. For comparing "
        "what people typed.",
        ((TEXT,), TEXT, "fold"),
    ),
    _function(
        "text",
        "length",
        "length(p.label) = 24",
        "How many characters (code points) the text has.",
        ((TEXT,), INTEGER, "length"),
    ),
    _function(
        "text",
        "substring",
        "substring(p.label, 1, 3) = '1A4'",
        "Up to `n` characters from position `start` (from 1); null when `start` is below 1 or `n` below 0.",
        ((TEXT, INTEGER, INTEGER), TEXT, "substring"),
    ),
    _function(
        "text",
        "starts_with",
        "starts_with(c.endpoint, '/packages/')",
        "Whether the text begins with another, letter for letter.",
        ((TEXT, TEXT), BOOLEAN, "starts_with"),
    ),
    _function(
        "text",
        "ends_with",
        "ends_with(i.name, ' 3.5g')",
        "Whether the text ends with another, letter for letter.",
        ((TEXT, TEXT), BOOLEAN, "ends_with"),
    ),
    _function(
        "text",
        "contains",
        "contains(c.error, 'timed out')",
        "Whether the text holds another, letter for letter.",
        ((TEXT, TEXT), BOOLEAN, "contains"),
    ),
    _function(
        "text",
        "matches",
        "matches(p.label, '^[0-9A-F]{24}$')",
        "Whether a regular expression matches anywhere in the text. It is written out and uses only what every engine "
        "reads alike: characters, `.`, classes, `\\d \\w \\s` (ASCII) and their capitals, groups, `|`, repetition, "
        "and `^` and `$` for the very beginning and end of the text. There are no back-references, look-around, flags "
        "or possessive repetition; counted repetitions multiply to 1000 at most.",
        ((TEXT, TEXT), BOOLEAN, "matches"),
        literals=(1,),
    ),
    _function(
        "text",
        "replace",
        "replace(p.label, ' ', '')",
        "The text with each occurrence of the second replaced by the third; as it is when the second is empty.",
        ((TEXT, TEXT, TEXT), TEXT, "replace"),
    ),
    _function(
        "text",
        "text",
        "'batch ' || text(b.plant_batch_id)",
        "The value as text: decimals rounded to six places and without zeros at the end, instants to the second as "
        "`2026-11-01T13:00:00Z`, days as `2026-11-01`, durations in hours rounded to two places as `26.5 h`, lists "
        "joined by `, `.",
        ((TEXT,), TEXT, "text.text"),
        ((INTEGER,), TEXT, "text.integer"),
        ((DECIMAL,), TEXT, "text.decimal"),
        ((BOOLEAN,), TEXT, "text.boolean"),
        ((INSTANT,), TEXT, "text.instant"),
        ((DATE,), TEXT, "text.date"),
        ((DURATION,), TEXT, "text.duration"),
        ((LIST,), TEXT, "text.list"),
    ),
    # -- numbers
    _function(
        "numbers",
        "number",
        "number(c.value) > 500",
        "The decimal that a text spells: a sign or none, digits, and a point with digits or none; null when it spells "
        "none. Places beyond six are rounded.",
        ((TEXT,), DECIMAL, "number.text"),
        ((INTEGER,), DECIMAL, "number.integer"),
    ),
    _function(
        "numbers",
        "abs",
        "abs(p.quantity - i.quantity) > 0.01",
        "The size of a number without its sign.",
        *_each("abs", 1, INTEGER, DECIMAL),
    ),
    _function(
        "numbers",
        "round",
        "round(l.price, 2)",
        "The decimal rounded to `places` (written out, 0 to 6), half away from zero.",
        ((DECIMAL, INTEGER), DECIMAL, "round"),
        literals=(1,),
    ),
    _function(
        "numbers",
        "floor",
        "floor(p.quantity) = p.quantity",
        "The largest integer not above.",
        ((DECIMAL,), INTEGER, "floor"),
    ),
    _function(
        "numbers",
        "ceiling",
        "ceiling(p.quantity)",
        "The smallest integer not below.",
        ((DECIMAL,), INTEGER, "ceiling"),
    ),
    _function(
        "numbers",
        "modulo",
        "modulo(h.plant_count, 10) = 0",
        "The rest of an integer division, with the sign of the first; null when the second is 0.",
        ((INTEGER, INTEGER), INTEGER, "modulo"),
    ),
    _function(
        "numbers",
        "greater",
        "greater(s.sold_at, s.recorded_at)",
        "The greater of two values; null when either is null.",
        *_each("greater", 2, INTEGER, DECIMAL, INSTANT, DATE, DURATION),
    ),
    _function(
        "numbers",
        "lesser",
        "lesser(p.quantity, p.initial_quantity)",
        "The lesser of two values; null when either is null.",
        *_each("lesser", 2, INTEGER, DECIMAL, INSTANT, DATE, DURATION),
    ),
    # -- time
    _function(
        "time",
        "instant",
        "s.sold_at < instant('2026-01-01T00:00:00-08:00')",
        "The instant that a written text names, with its offset.",
        ((TEXT,), INSTANT, "instant"),
        literals=(0,),
    ),
    _function(
        "time",
        "date",
        "p.packaged_on >= date('2026-01-01')",
        "The day that a written text names.",
        ((TEXT,), DATE, "date"),
        literals=(0,),
    ),
    _function(
        "time", "seconds", "seconds(90)", "A duration of n seconds.", ((DECIMAL,), DURATION, "seconds")
    ),
    _function(
        "time", "minutes", "minutes(15)", "A duration of n minutes.", ((DECIMAL,), DURATION, "minutes")
    ),
    _function("time", "hours", "hours(24)", "A duration of n hours.", ((DECIMAL,), DURATION, "hours")),
    _function(
        "time",
        "days",
        "days(3)",
        "A duration of n times 24 hours. For calendar days there are add_days and days_between.",
        ((DECIMAL,), DURATION, "days"),
    ),
    _function(
        "time",
        "elapsed",
        "elapsed(s.sold_at, s.recorded_at) > hours(24)",
        "The time from the first instant to the second, exact; negative when the second is earlier.",
        ((INSTANT, INSTANT), DURATION, "elapsed"),
    ),
    _function(
        "time",
        "in_hours",
        "round(in_hours(elapsed(s.sold_at, s.recorded_at)), 1)",
        "A duration in hours, rounded to six places, half away from zero.",
        ((DURATION,), DECIMAL, "in_hours"),
    ),
    _function(
        "time",
        "local_date",
        "local_date(s.sold_at) = date('2026-11-01')",
        "The calendar day of an instant in the facility's time zone.",
        ((INSTANT,), DATE, "local_date"),
        asks_facility=True,
    ),
    _function(
        "time",
        "local_hour",
        "local_hour(s.sold_at) between 9 and 20",
        "The hour of the day (0 to 23) of an instant on the facility's clock.",
        ((INSTANT,), INTEGER, "local_hour"),
        asks_facility=True,
    ),
    _function(
        "time",
        "minute_of_day",
        "minute_of_day(s.sold_at) < 540",
        "The minutes since midnight (0 to 1439) that the facility's clock shows at an instant.",
        ((INSTANT,), INTEGER, "minute_of_day"),
        asks_facility=True,
    ),
    _function(
        "time",
        "local_midnight",
        "local_midnight(p.packaged_on)",
        "The instant at which a calendar day begins in the facility's time zone.",
        ((DATE,), INSTANT, "local_midnight"),
        asks_facility=True,
    ),
    _function(
        "time",
        "add_days",
        "add_days(p.packaged_on, 30)",
        "The calendar day n days later (earlier when negative).",
        ((DATE, INTEGER), DATE, "add_days"),
    ),
    _function(
        "time",
        "add_months",
        "add_months(r.tested_on, 12)",
        "The same day n months later, or that month's last day where it has no such day.",
        ((DATE, INTEGER), DATE, "add_months"),
    ),
    _function(
        "time",
        "days_between",
        "days_between(p.packaged_on, p.finished_on) > 365",
        "Calendar days from the first day to the second; negative when the second is earlier.",
        ((DATE, DATE), INTEGER, "days_between"),
    ),
    _function(
        "time",
        "iso_weekday",
        "iso_weekday(a.adjusted_on) >= 6",
        "The day of the week, Monday 1 to Sunday 7.",
        ((DATE,), INTEGER, "iso_weekday"),
    ),
    _function(
        "time",
        "month",
        "month(local_date(s.sold_at)) = '2026-11'",
        "The month of a day as text.",
        ((DATE,), TEXT, "month"),
    ),
    _function(
        "time",
        "captured_at",
        "elapsed(q.first_failed_at, captured_at()) > days(2)",
        "The instant the snapshot was captured.",
        ((), INSTANT, "captured_at"),
    ),
    _function(
        "time",
        "as_of",
        "p.expires_on < as_of()",
        "The day the run judges by (`--as-of`).",
        ((), DATE, "as_of"),
    ),
    _function(
        "time",
        "due",
        "s.recorded_at > due(s.sold_at, param('sales_report_deadline'))",
        "The instant by which what happened at (or on) the first argument must be done, under a deadline parameter "
        "in force then. Hours and minutes elapse from the instant, or from the end of the day when only a day is "
        "known; days, months and business days end with the local day; a wall clock ends at that time of the local "
        "day. A clock time that the spring change skips is as far past the change as it is past the hour before; one "
        "that the autumn change repeats is the later of the two.",
        ((INSTANT, DEADLINE), INSTANT, "due.instant"),
        ((DATE, DEADLINE), INSTANT, "due.date"),
        asks_facility=True,
    ),
    # -- units
    _function(
        "units",
        "in_grams",
        "in_grams(p.quantity, p.unit_of_measure)",
        "A quantity in grams, by METRC's names of weights: Grams, Milligrams, Kilograms, Ounces (28.349523125 g), "
        "Pounds (453.59237 g). The quantity has six places and the product is exact. Null for any other unit.",
        ((DECIMAL, TEXT), DECIMAL, "in_grams"),
    ),
    _function(
        "units",
        "unit_kind",
        "unit_kind(p.unit_of_measure) <> unit_kind(i.unit_of_measure)",
        "`weight` (Grams, Milligrams, Kilograms, Ounces, Pounds), `volume` (Milliliters, Liters, Fluid Ounces, "
        "Gallons, Pints, Quarts) or `count` (Each) by METRC's names; null for any other name.",
        ((TEXT,), TEXT, "unit_kind"),
    ),
    # -- lists
    _function(
        "lists",
        "has",
        "has(u.permissions, 'Packages')",
        "Whether the list holds the text, letter for letter.",
        ((LIST, TEXT), BOOLEAN, "has"),
    ),
    _function(
        "lists",
        "size",
        "size(u.permissions) = 0",
        "How many texts the list holds.",
        ((LIST,), INTEGER, "size"),
    ),
    # -- snapshot
    _function(
        "snapshot",
        "captured",
        "not captured('outages')",
        "Whether the snapshot has the table at all: a table named in `optional` is empty where it has not.",
        ((TEXT,), BOOLEAN, "captured"),
        literals=(0,),
    ),
    # -- facility
    _function(
        "facility",
        "jurisdiction",
        "jurisdiction() = 'ca'",
        "The code of the facility's jurisdiction.",
        ((), TEXT, "jurisdiction"),
        asks_facility=True,
    ),
    _function(
        "facility",
        "license_kind",
        "license_kind() = 'retail'",
        "The general kind of the facility's license; null when the snapshot does not tell.",
        ((), TEXT, "license_kind"),
        asks_facility=True,
    ),
    _function(
        "facility",
        "audience",
        "param('purchase_limit', audience => audience(s.customer_type))",
        "`adult_use` (Consumer, NonResidentConsumer, and operators' words: adult, adult use, recreational, rec) or `medical` "
        "(Patient, Caregiver, ExternalPatient, medical, med) by the customer type, whatever its case; null for any other.",
        ((TEXT,), TEXT, "audience"),
    ),
)

_ORDERED = (TEXT, INTEGER, DECIMAL, INSTANT, DATE, DURATION)

AGGREGATES: tuple[Function, ...] = (
    _function(
        "aggregates",
        "count",
        "count(*)",
        "`count(*)`: the rows; `count(x)`: the rows where x is not null.",
        ((), INTEGER, "count"),
        ((Type.UNKNOWN,), INTEGER, "count.value"),
    ),
    _function(
        "aggregates",
        "count_distinct",
        "count_distinct(l.label)",
        "How many different values x takes, null not counted.",
        ((Type.UNKNOWN,), INTEGER, "count_distinct"),
    ),
    _function(
        "aggregates",
        "sum",
        "sum(l.quantity)",
        "The sum of the values that are not null; null when there is none.",
        ((INTEGER,), INTEGER, "sum.integer"),
        ((DECIMAL,), DECIMAL, "sum.decimal"),
    ),
    _function(
        "aggregates",
        "total",
        "total(l.quantity)",
        "The sum of the values that are not null; 0 when there is none.",
        ((INTEGER,), INTEGER, "total.integer"),
        ((DECIMAL,), DECIMAL, "total.decimal"),
    ),
    _function(
        "aggregates",
        "min",
        "min(s.sold_at)",
        "The least value that is not null.",
        *_each("min", 1, *_ORDERED),
    ),
    _function(
        "aggregates",
        "max",
        "max(s.sold_at)",
        "The greatest value that is not null.",
        *_each("max", 1, *_ORDERED),
    ),
    _function(
        "aggregates",
        "any",
        "any(c.status >= 500)",
        "Whether a condition holds for some row; null when it is null for all, or there is no row.",
        ((BOOLEAN,), BOOLEAN, "any"),
    ),
    _function(
        "aggregates",
        "every",
        "every(r.passed)",
        "Whether a condition holds for every row where it is not null; null when it is null for all, or there is no row.",
        ((BOOLEAN,), BOOLEAN, "every"),
    ),
    _function(
        "aggregates",
        "list_of",
        "list_of(s.register)",
        "The different texts that are not null, in order, joined by `, `; null when there is none.",
        ((TEXT,), TEXT, "list_of"),
    ),
)

WINDOWS: tuple[Function, ...] = (
    _function(
        "windows",
        "previous",
        "previous(w.value) over (partition by w.facility, w.job order by w.recorded_at)",
        "The value in the row before, in order; null in the first row.",
        *_each("previous", 1, TEXT, INTEGER, DECIMAL, BOOLEAN, INSTANT, DATE),
    ),
    _function(
        "windows",
        "next",
        "next(r.started_at) over (partition by r.facility order by r.started_at)",
        "The value in the row after, in order; null in the last row.",
        *_each("next", 1, TEXT, INTEGER, DECIMAL, BOOLEAN, INSTANT, DATE),
    ),
    _function(
        "windows",
        "position",
        "position() over (partition by l.receipt_id order by l.line)",
        "The number of the row in its partition, from 1, in order.",
        ((), INTEGER, "position"),
    ),
    _function(
        "windows",
        "running_sum",
        "running_sum(a.quantity) over (partition by a.label order by a.recorded_at)",
        "The sum of the values up to and with this row, in order; null while all are null.",
        ((INTEGER,), INTEGER, "running_sum.integer"),
        ((DECIMAL,), DECIMAL, "running_sum.decimal"),
    ),
    _function(
        "windows",
        "running_max",
        "running_max(r.window_end) over (partition by r.job order by r.started_at)",
        "The greatest value of the rows before and this one, in order; null while all are null.",
        *_each("running_max", 1, INTEGER, DECIMAL, INSTANT, DATE),
    ),
    _function(
        "windows",
        "running_max_before",
        "running_max_before(r.window_end) over (partition by r.job order by r.window_start)",
        "The greatest value of the rows before this one, in order; null in the first row.",
        *_each("running_max_before", 1, INTEGER, DECIMAL, INSTANT, DATE),
    ),
)

SYMBOLS: tuple[Symbol, ...] = (
    Symbol(
        "a = b, a <> b, a < b, a <= b, a > b, a >= b",
        ("equal", "unequal", "less", "at_most", "more", "at_least"),
        "Compare two values of one type; an integer compares with a decimal. Null when either is null. Text compares "
        "by code point, so case counts; false is less than true. A date never compares with an instant: say "
        "local_date(instant).",
        "p.quantity <= 0",
    ),
    Symbol(
        "a and b, a or b, not a",
        ("and", "or", "not"),
        "Three-valued logic: null is 'not known'. False and null is false, true or null is true, anything else with "
        "null is null.",
        "p.state = 'active' and not p.is_on_hold",
    ),
    Symbol(
        "a + b, a - b",
        ("plus", "minus", "plus.integer", "minus.integer"),
        "Exact. Integers give an integer, else a decimal.",
        "p.initial_quantity - p.quantity",
    ),
    Symbol(
        "a * b",
        ("times", "times.integer"),
        "Exact. Integers give an integer, else a decimal: each factor is first rounded to six places where it has "
        "more, half away from zero, and the product has twelve.",
        "l.quantity * i.unit_weight",
    ),
    Symbol(
        "a / b",
        ("divide",),
        "A decimal of six places, rounded half away from zero; null when b is 0. Both are first rounded to six places "
        "where they have more. Compare products rather than quotients where you can.",
        "p.quantity / p.initial_quantity",
    ),
    Symbol("-a", ("negative",), "The number with the other sign.", "-a.quantity"),
    Symbol(
        "instant + duration, instant - duration",
        ("later", "earlier"),
        "The instant that much later or earlier. Two instants are never subtracted: say elapsed(a, b).",
        "s.sold_at + minutes(5)",
    ),
    Symbol(
        "duration + duration, duration - duration",
        ("duration.plus", "duration.minus"),
        "Durations add up exactly.",
        "days(1) + hours(2)",
    ),
    Symbol(
        "a || b",
        ("concat",),
        "The texts one after the other; null when either is null.",
        "u.name || ' (' || u.user || ')'",
    ),
    Symbol("a is null, a is not null", ("is_null",), "True or false, never null.", "t.received_at is null"),
    Symbol(
        "a is true, a is false", ("is_true", "is_false"), "True or false, never null.", "p.is_on_hold is true"
    ),
    Symbol(
        "a is distinct from b, a is not distinct from b",
        ("distinct", "same"),
        "As <> and =, but two nulls are the same and a null differs from a value: never null.",
        "p.location is distinct from i.location",
    ),
    Symbol(
        "a in (x, y, …)",
        ("in",),
        "Whether a equals one of a written list; null when none equals and one is null.",
        "p.state in ('active', 'on_hold')",
    ),
    Symbol(
        "a between b and c",
        ("between",),
        "a >= b and a <= c: both ends belong to it.",
        "c.status between 500 and 599",
    ),
    Symbol(
        "a like 'pattern'",
        ("like",),
        "% stands for any text, _ for one character, all else for itself; the whole text must fit. The pattern is "
        "written out, case counts, there is no escape character.",
        "c.endpoint like '/sales/%'",
    ),
    Symbol(
        "coalesce(a, b, …)",
        ("coalesce",),
        "The first value that is not null.",
        "coalesce(p.location, 'none')",
    ),
    Symbol(
        "null",
        tuple(f"null.{kind}" for kind in (TEXT, INTEGER, DECIMAL, BOOLEAN, INSTANT, DATE, DURATION, LIST)),
        "What is not known, of any type.",
        "null",
    ),
)

SCALAR_FUNCTIONS = {function.name: function for function in SCALARS}
AGGREGATE_FUNCTIONS = {function.name: function for function in AGGREGATES}
WINDOW_FUNCTIONS = {function.name: function for function in WINDOWS}

# Whether the facility is selected: asked by checks that group over facilities, no text of a rule can name it.
SELECTED = "selected"

# What can only be answered for one facility, and so never beside aggregates.
FACILITY_KEYS = frozenset(
    {SELECTED}
    | {overload.key for function in SCALARS if function.asks_facility for overload in function.overloads}
)


def all_keys() -> frozenset[str]:
    """Every expansion key an engine must have."""
    functions = (*SCALARS, *AGGREGATES, *WINDOWS)
    named = {overload.key for function in functions for overload in function.overloads}
    return frozenset({SELECTED} | named | {key for symbol in SYMBOLS for key in symbol.keys})
