"""How DuckDB writes each operator of the rule language. Ours, since translators disagree in silence.

``{0}``, ``{1}`` are the arguments; ``{zone}`` the facility's time zone; ``{over}`` a window's
partition and order; ``{filter}`` the condition on the rows of an aggregate. Durations are microseconds
in a BIGINT; instants are TIMESTAMP in UTC.
"""

GRAMS = {
    "Grams": "1",
    "Milligrams": "0.001",
    "Kilograms": "1000",
    "Ounces": "28.349523125",
    "Pounds": "453.59237",
}
VOLUMES = ("Milliliters", "Liters", "Fluid Ounces", "Gallons", "Pints", "Quarts")
COUNTS = ("Each",)
AUDIENCES = {
    **dict.fromkeys(
        (
            "consumer",
            "nonresidentconsumer",
            "adult",
            "adult use",
            "adult-use",
            "adult_use",
            "recreational",
            "rec",
        ),
        "'adult_use'",
    ),
    **dict.fromkeys(("patient", "caregiver", "externalpatient", "medical", "med"), "'medical'"),
}


# Only the letters of ASCII are folded, since engines disagree about all others. Where a text has no others (it has as
# many bytes as characters), what DuckDB has for any letter does the same in a tenth of the time.
MACROS = (
    "CREATE MACRO fold_letters(t) AS CASE WHEN strlen(t) = length(t) THEN lower(trim(t, ' '))"
    " ELSE translate(trim(t, ' '), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END",
)


def _cases(pairs: dict[str, str], subject: str) -> str:
    whens = " ".join(f"WHEN '{name}' THEN {value}" for name, value in pairs.items())
    return f"CASE {subject} {whens} END"


def _local(instant: str) -> str:
    return f"timezone({{zone}}, timezone('UTC', {instant}))"


def _utc(local: str) -> str:
    return f"timezone('UTC', timezone({{zone}}, {local}))"


def _end_of_day(day: str) -> str:
    """The instant that ends the day a deadline names; null when no deadline is known (by_minute is null)."""
    counted = f"CAST({day} + to_months(coalesce({{months}}, 0)) AS DATE) + coalesce({{day_offset}}, 0)"
    return _utc(f"CAST(coalesce({{due_day}}, {counted}) AS TIMESTAMP) + to_minutes({{by_minute}})")


def _due(start: str, day: str) -> str:
    elapsed = f"{start} + to_microseconds({{elapse_us}})"
    return f"CASE WHEN {{elapse_us}} IS NOT NULL THEN {elapsed} ELSE {_end_of_day(day)} END"


def _millionths(decimal: str) -> str:
    return f"CAST(CAST({decimal} AS DECIMAL(38, 6)) * 1000000 AS HUGEINT)"


def _quotient(number: str, by: str, unit: str) -> str:
    """An exact quotient of integers: cut off one place too late, so that rounding to the wanted places is right."""
    return f"CAST({number} // {by} AS DECIMAL(38, 0)) * CAST('{unit}' AS DECIMAL(7, 7))"


_SIX_PLACES = "CAST({0} AS DECIMAL(38, 6))"
_FACTORS = {unit: f"CAST('{grams}' AS DECIMAL(13, 9))" for unit, grams in GRAMS.items()}
_LOCAL_DATE = f"CAST({_local('{0}')} AS DATE)"

# Sorted once it is whole: an aggregate with DISTINCT and ORDER BY would hash and sort the rows of every group. Most
# groups are of one row, and a list of one is as it should be.
_LISTED = "list(CAST({0} AS VARCHAR)){filter}"
_LIST_OF = (
    f"CASE WHEN len({_LISTED}) = 1 THEN ({_LISTED})[1] "
    f"ELSE list_aggregate(list_sort(list_distinct({_LISTED})), 'string_agg', ', ') END"
)

_UNIT_KINDS = {
    **dict.fromkeys(GRAMS, "'weight'"),
    **dict.fromkeys(VOLUMES, "'volume'"),
    **dict.fromkeys(COUNTS, "'count'"),
}

EXPANSIONS: dict[str, str] = {
    # comparison and logic
    "equal": "({0} = {1})",
    "unequal": "({0} <> {1})",
    "less": "({0} < {1})",
    "at_most": "({0} <= {1})",
    "more": "({0} > {1})",
    "at_least": "({0} >= {1})",
    "distinct": "({0} IS DISTINCT FROM {1})",
    "same": "({0} IS NOT DISTINCT FROM {1})",  # not NOT of the other: an outer join would compare all pairs
    "not": "(NOT {0})",
    "is_null": "({0} IS NULL)",
    "is_true": "({0} IS TRUE)",
    "is_false": "({0} IS FALSE)",
    "and": "({all: AND })",
    "or": "({all: OR })",
    "in": "({0} IN ({rest}))",
    "between": "({0} BETWEEN {1} AND {2})",
    "coalesce": "coalesce({all:, })",
    # numbers: casts to BIGINT keep two literals from being 32-bit; casts to DECIMAL are free until places go
    "plus": "({0} + {1})",
    "minus": "({0} - {1})",
    "plus.integer": "(CAST({0} AS BIGINT) + {1})",
    "minus.integer": "(CAST({0} AS BIGINT) - {1})",
    "times": f"({_SIX_PLACES} * CAST({{1}} AS DECIMAL(32, 6)))",
    "times.integer": "(CAST({0} AS BIGINT) * {1})",
    "negative": "(- {0})",
    "divide": "CAST("
    + _quotient(f"{_millionths('{0}')} * 10000000", f"nullif({_millionths('{1}')}, 0)", "0.0000001")
    + " AS DECIMAL(38, 6))",
    "abs": "abs({0})",
    "round": f"CAST(round({_SIX_PLACES}, {{1}}) AS DECIMAL(38, 6))",
    "floor": f"CAST(floor({_SIX_PLACES}) AS BIGINT)",
    "ceiling": f"CAST(ceil({_SIX_PLACES}) AS BIGINT)",
    "modulo": "(CAST({0} AS BIGINT) % nullif({1}, 0))",
    "greater": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN greatest({0}, {1}) END",
    "lesser": "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN least({0}, {1}) END",
    "number.text": "CASE WHEN regexp_matches({0}, '^[-+]?[0-9]+([.][0-9]+)?$') THEN TRY_CAST({0} AS DECIMAL(38, 6)) END",
    "number.integer": _SIX_PLACES,
    # text
    "concat": "({0} || {1})",
    "like": "({0} LIKE {1})",
    "trim": "trim({0}, ' ')",
    "fold": "fold_letters({0})",
    "length": "length({0})",
    "substring": "CASE WHEN {1} >= 1 AND {2} >= 0 THEN substring({0}, {1}, {2}) END",
    "starts_with": "starts_with({0}, {1})",
    "ends_with": "ends_with({0}, {1})",
    "contains": "contains({0}, {1})",
    "matches": "regexp_matches({0}, {1})",
    "replace": "replace({0}, {1}, {2})",
    "text.text": "{0}",
    "text.integer": "CAST({0} AS VARCHAR)",
    "text.decimal": f"rtrim(rtrim(CAST({_SIX_PLACES} AS VARCHAR), '0'), '.')",
    "text.boolean": "CASE {0} WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END",
    "text.instant": "strftime({0}, '%Y-%m-%dT%H:%M:%SZ')",
    "text.date": "CAST({0} AS VARCHAR)",
    "text.duration": f"rtrim(rtrim(CAST(CAST({_quotient('{0}', '3600000', '0.001')} AS DECIMAL(38, 2)) AS VARCHAR), '0'), '.') || ' h'",
    "text.list": "array_to_string({0}, ', ')",
    # time
    "instant": "CAST({0} AS TIMESTAMP)",
    "date": "CAST({0} AS DATE)",
    "seconds": "CAST({0} * CAST(1000000 AS BIGINT) AS BIGINT)",
    "minutes": "CAST({0} * CAST(60000000 AS BIGINT) AS BIGINT)",
    "hours": "CAST({0} * CAST(3600000000 AS BIGINT) AS BIGINT)",
    "days": "CAST({0} * CAST(86400000000 AS BIGINT) AS BIGINT)",
    "elapsed": "(epoch_us({1}) - epoch_us({0}))",
    "later": "({0} + to_microseconds({1}))",
    "earlier": "({0} - to_microseconds({1}))",
    "duration.plus": "({0} + {1})",
    "duration.minus": "({0} - {1})",
    "in_hours": f"CAST({_quotient('{0}', '360', '0.0000001')} AS DECIMAL(38, 6))",
    "local_date": _LOCAL_DATE,
    "local_hour": f"hour({_local('{0}')})",
    "minute_of_day": f"date_diff('minute', TIME '00:00:00', CAST({_local('{0}')} AS TIME))",
    "local_midnight": _utc("CAST({0} AS TIMESTAMP)"),
    "add_days": "({0} + CAST({1} AS INTEGER))",
    "add_months": "CAST({0} + to_months(CAST({1} AS INTEGER)) AS DATE)",
    "days_between": "({1} - {0})",
    "iso_weekday": "isodow({0})",
    "month": "strftime({0}, '%Y-%m')",
    "captured_at": "{captured_at}",
    "as_of": "{as_of}",
    # A deadline is either elapsed time or the end of a local day (or a wall clock of it), never both.
    "due.instant": _due("{0}", _LOCAL_DATE),
    "due.date": _due(_utc("CAST({0} + 1 AS TIMESTAMP)"), "{0}"),
    # units (38 digits: DuckDB keeps a product of two shorter decimals within 18, and 36 ounces overflow them)
    "in_grams": f"({_SIX_PLACES} * {_cases(_FACTORS, '{1}')})",
    "unit_kind": _cases(_UNIT_KINDS, "{0}"),
    # lists
    "has": "list_contains({0}, {1})",
    "size": "len({0})",
    # snapshot
    "captured": "list_contains([{captured}], {0})",
    # facility
    "jurisdiction": "{jurisdiction}",
    "license_kind": "{license_kind}",
    "selected": "coalesce({selected}, TRUE)",
    "audience": _cases(AUDIENCES, "fold_letters({0})"),
    # aggregates
    "count": "count(*){filter}",
    "count.value": "count({0}){filter}",
    "count_distinct": "count(DISTINCT {0}){filter}",
    "sum.integer": "CAST(sum({0}){filter} AS BIGINT)",
    "sum.decimal": "sum({0}){filter}",
    "total.integer": "coalesce(CAST(sum({0}){filter} AS BIGINT), 0)",
    "total.decimal": "coalesce(sum({0}){filter}, 0)",
    "min": "min({0}){filter}",
    "max": "max({0}){filter}",
    "any": "bool_or({0}){filter}",
    "every": "bool_and({0}){filter}",
    "list_of": _LIST_OF,
    # windows
    "previous": "lag({0}) OVER ({over})",
    "next": "lead({0}) OVER ({over})",
    "position": "row_number() OVER ({over})",
    "running_sum.integer": "CAST(sum({0}) OVER ({over} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT)",
    "running_sum.decimal": "sum({0}) OVER ({over} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
    "running_max": "max({0}) OVER ({over} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
    "running_max_before": "max({0}) OVER ({over} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)",
    # null
    "null.text": "CAST(NULL AS VARCHAR)",
    "null.integer": "CAST(NULL AS BIGINT)",
    "null.decimal": "CAST(NULL AS DECIMAL(18, 6))",
    "null.boolean": "CAST(NULL AS BOOLEAN)",
    "null.instant": "CAST(NULL AS TIMESTAMP)",
    "null.date": "CAST(NULL AS DATE)",
    "null.duration": "CAST(NULL AS BIGINT)",
    "null.list": "CAST(NULL AS VARCHAR[])",
}
