"""The typed tree in plain Python: for the few rows of a configuration, where starting an engine takes longest.

Scalar operators only, with the written semantics: exact decimals, three-valued logic, errors in place of wrong
figures. The conformance corpus holds it to the same answers as every engine.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type

Row = Mapping[str, Any]
Rows = Mapping[str, Row]  # by alias: the record of each relation in scope
Value = Callable[[Rows], Any]


class EvaluationError(Exception):
    """A value left the range of its type; the engine fails there too."""


_EXACT = Context(prec=120)
_LARGEST = 2**63
_WIDEST = Decimal(10) ** 38
_SIX = Decimal("0.000001")


@dataclass
class Evaluator:
    """Answers expressions and queries over rows in memory."""

    tables: Mapping[str, Sequence[Row]]
    captured_at: datetime | None = None  # UTC, without a zone
    as_of: date | None = None
    witnesses: list[Row] = field(default_factory=list)  # rows that EXISTS found, since this was last emptied

    def rows(self, query: tree.Query) -> list[Row]:
        """The rows of a query over one relation each."""
        if isinstance(query, tree.Union):
            return [row for part in query.parts for row in self.rows(part)]
        base = query.source.base
        found = [{base.alias: row} for row in self._relation(base)]
        if query.where is not None:
            holds = self.value(query.where)
            found = [row for row in found if holds(row) is True]
        if query.having is not None:
            holds = self.value(self._counted(query.having, found))
            return [self._named(query, {})] if holds({}) is True else []
        return [self._named(query, row) for row in found]

    def _relation(self, relation: tree.Relation) -> Sequence[Row]:
        return self.tables[relation.of] if isinstance(relation.of, str) else self.rows(relation.of)

    def _named(self, query: tree.Select, row: Rows) -> Row:
        columns = self.__dict__.setdefault("_columns", {})
        if id(query) not in columns:  # the tree outlives the evaluator
            columns[id(query)] = [(name, self.value(node)) for name, node in query.columns]
        return {name: value(row) for name, value in columns[id(query)]}

    def _counted(self, node: Node, group: Sequence[Rows]) -> Node:
        """A condition on all rows together, with what it counts put in place."""
        if isinstance(node, tree.Aggregate):
            holds = self.value(node.where) if node.where is not None else lambda _: True
            return tree.Literal(sum(holds(row) is True for row in group), Type.INTEGER)
        if isinstance(node, tree.Call):
            return replace(node, args=tuple(self._counted(arg, group) for arg in node.args))
        return node

    def value(self, node: Node) -> Value:
        """A function that answers an expression for a record."""
        match node:
            case tree.Literal(value=constant):
                return lambda _: constant
            case tree.Column(alias=alias, name=name):
                return lambda row: row[alias].get(name)
            case tree.Case():
                return self._case(node)
            case tree.Exists():
                return self._exists(node)
            case tree.Call():
                return self._call(node)
        raise EvaluationError(f"{type(node).__name__} cannot be answered without an engine")

    def _call(self, call: tree.Call) -> Value:
        args = [self.value(arg) for arg in call.args]
        if call.key in ("and", "or"):
            return _all(args) if call.key == "and" else _any(args)
        if call.key in ("captured_at", "as_of"):
            known = self.captured_at if call.key == "captured_at" else self.as_of
            return lambda _: known
        if call.key == "captured":
            (table,) = args
            return lambda row: table(row) in self.tables
        if call.key == "matches" and isinstance(call.args[1], tree.Literal):
            return _matcher(args[0], str(call.args[1].value))
        apply = OPERATORS[call.key]
        if len(args) == 1:
            (only,) = args
            return lambda row: apply(only(row))
        if len(args) == 2:
            first, second = args
            return lambda row: apply(first(row), second(row))
        return lambda row: apply(*[arg(row) for arg in args])

    def _case(self, case: tree.Case) -> Value:
        branches = [(self.value(when), self.value(then)) for when, then in case.branches]
        default = self.value(case.default)
        if case.subject is None:
            return lambda row: next((then for when, then in branches if when(row) is True), default)(row)
        subject = self.value(case.subject)

        def chosen(row: Rows) -> Any:
            value = subject(row)
            equal = (then for when, then in branches if value is not None and when(row) == value)
            return next(equal, default)(row)

        return chosen

    def _exists(self, exists: tree.Exists) -> Value:
        base = exists.select.source.base
        records = self._relation(base)
        holds = self.value(exists.select.where) if exists.select.where is not None else lambda _: True

        def found(row: Rows) -> bool:
            for record in records:
                if holds({**row, base.alias: record}) is True:
                    self.witnesses.append(record)
                    return True
            return False

        return found


def can_answer(item: Any, tables: Iterable[str]) -> bool:
    """Whether everything in a tree is within reach of an ``Evaluator`` over the tables."""
    known = frozenset(tables)
    return all(_within_reach(part, known) for part in tree.walk(item))


def _within_reach(part: Any, tables: frozenset[str]) -> bool:
    match part:
        case tree.Param() | tree.Window() | tree.Join():
            return False
        case tree.Call(key=key):
            return key in OPERATORS or key in OWN
        case tree.Aggregate(key=key):
            return key == "count"
        case tree.Relation(of=str() as table):
            return table in tables
        case tree.Select():
            return not part.group_by and not part.distinct
    return True


# Operators that no function of values can be.
OWN = frozenset({"and", "or", "captured", "captured_at", "as_of"})


# -- logic


def _all(args: Sequence[Value]) -> Value:
    def holds(row: Rows) -> bool | None:
        known: bool | None = True
        for arg in args:
            value = arg(row)
            if value is False:
                return False
            if value is None:
                known = None
        return known

    return holds


def _any(args: Sequence[Value]) -> Value:
    def holds(row: Rows) -> bool | None:
        known: bool | None = False
        for arg in args:
            value = arg(row)
            if value is True:
                return True
            if value is None:
                known = None
        return known

    return holds


def _in(value: Any, *options: Any) -> bool | None:
    if value is None:
        return None
    if any(option is not None and option == value for option in options):
        return True
    return None if None in options else False


def _between(value: Any, low: Any, high: Any) -> bool | None:
    above = None if value is None or low is None else value >= low
    below = None if value is None or high is None else value <= high
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def _distinct(left: Any, right: Any) -> bool:
    return (left is None) is not (right is None) if left is None or right is None else left != right


# -- text

_SPACE = r"\t\n\f\r "
_RE2_PIECE = re.compile(r"\\z|\\[sS]|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.", re.DOTALL)


@functools.cache
def regular_expression(pattern: str) -> re.Pattern[str]:
    """The language's subset of regular expressions, as Python reads it."""
    return re.compile("".join(map(_piece, _RE2_PIECE.findall(pattern))), re.ASCII)


def _piece(piece: str) -> str:
    if piece == r"\z":
        return r"\Z"
    if piece in (r"\s", r"\S"):
        return f"[{_SPACE}]" if piece == r"\s" else f"[^{_SPACE}]"
    return piece.replace(r"\s", _SPACE) if piece[0] == "[" else piece


def _matcher(text: Value, pattern: str) -> Value:
    compiled: list[re.Pattern[str]] = []  # made when first asked: most patterns never are

    def matches(row: Rows) -> bool | None:
        value = text(row)
        if value is None:
            return None
        if not compiled:
            compiled.append(regular_expression(pattern))
        return compiled[0].search(value) is not None

    return matches


@functools.cache
def _like(pattern: str) -> re.Pattern[str]:
    signs = {"%": ".*", "_": "."}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in pattern), re.DOTALL)


_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def _fold(text: str) -> str:
    return text.strip(" ").translate(_LOWER)


def _substring(text: str, start: int, length: int) -> str | None:
    return text[start - 1 : start - 1 + length] if start >= 1 and length >= 0 else None


# -- numbers


def _integer(number: int) -> int:
    if not -_LARGEST <= number < _LARGEST:
        raise EvaluationError("an integer is out of range")
    return number


def _decimal(number: Decimal) -> Decimal:
    """A decimal within the 38 digits that one has, its places counted."""
    places = -int(number.as_tuple().exponent)
    if abs(number).scaleb(max(places, 0), _EXACT) >= _WIDEST:
        raise EvaluationError("a decimal is out of range")
    return number


def _rounded(number: Any, places: int = 6) -> Decimal:
    return Decimal(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)


def _six(number: Any) -> Decimal:
    """A factor: rounded to six places where it has more."""
    value = Decimal(number)
    return _rounded(value) if int(value.as_tuple().exponent) < -6 else value


def _times(left: Any, right: Any) -> Decimal:
    return _decimal(_rounded(_EXACT.multiply(_six(left), _six(right)), 12))


def _divided(left: Any, right: Any) -> Decimal | None:
    by = _six(right)
    if not by:
        return None
    # Cut off one place too late, so that rounding to six is right.
    quotient = _EXACT.divide(_six(left), by).quantize(Decimal("1e-7"), ROUND_DOWN, _EXACT)
    return _rounded(quotient)


def _modulo(left: int, right: int) -> int | None:
    return (abs(left) % abs(right)) * (-1 if left < 0 else 1) if right else None


_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")


def _number(text: str) -> Decimal | None:
    if not _NUMBER.match(text):
        return None
    number = _rounded(text)
    return number if abs(number) < Decimal(10) ** 32 else None


def _text_of_decimal(number: Decimal) -> str:
    text = f"{_rounded(number):f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


# -- time: instants are UTC without a zone, durations microseconds


def _duration(microseconds: int) -> Callable[[Any], int]:
    def made(number: Any) -> int:
        return _integer(
            int(
                _EXACT.multiply(_six(number), Decimal(microseconds)).quantize(
                    Decimal(1), ROUND_HALF_UP, _EXACT
                )
            )
        )

    return made


def _elapsed(start: datetime, end: datetime) -> int:
    return (end - start) // timedelta(microseconds=1)


def _in_hours(duration: int, places: int = 6) -> Decimal:
    exact = _EXACT.divide(Decimal(duration), Decimal(3_600_000_000))
    return _rounded(exact.quantize(Decimal(1).scaleb(-places - 1), ROUND_DOWN, _EXACT), places)


def _hours_as_text(duration: int) -> str:
    return _text_of_decimal(_in_hours(duration, 2)) + " h"


def _add_days(day: date, number: int) -> date:
    try:
        return day + timedelta(days=number)
    except OverflowError:
        raise EvaluationError("a day is out of range") from None


def _add_months(day: date, number: int) -> date:
    months = day.year * 12 + day.month - 1 + number
    year, month = divmod(months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


# -- units

_GRAMS = {
    "Grams": Decimal(1),
    "Milligrams": Decimal("0.001"),
    "Kilograms": Decimal(1000),
    "Ounces": Decimal("28.349523125"),
    "Pounds": Decimal("453.59237"),
}
_UNIT_KINDS = {
    **dict.fromkeys(_GRAMS, "weight"),
    **dict.fromkeys(("Milliliters", "Liters", "Fluid Ounces", "Gallons", "Pints", "Quarts"), "volume"),
    "Each": "count",
}
_AUDIENCES = {
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
        "adult_use",
    ),
    **dict.fromkeys(("patient", "caregiver", "externalpatient", "medical", "med"), "medical"),
}


def _in_grams(quantity: Any, unit: str) -> Decimal | None:
    return _EXACT.multiply(_six(quantity), _GRAMS[unit]) if unit in _GRAMS else None


# -- the operators


def _strict(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Null when any argument is null, as nearly all operators have it."""

    def answer(*args: Any) -> Any:
        return None if None in args else apply(*args)

    return answer


_STRICT: dict[str, Callable[..., Any]] = {
    "equal": operator.eq,
    "unequal": operator.ne,
    "less": operator.lt,
    "at_most": operator.le,
    "more": operator.gt,
    "at_least": operator.ge,
    "not": operator.not_,
    "plus": lambda a, b: _decimal(_EXACT.add(Decimal(a), Decimal(b))),
    "minus": lambda a, b: _decimal(_EXACT.subtract(Decimal(a), Decimal(b))),
    "plus.integer": lambda a, b: _integer(a + b),
    "minus.integer": lambda a, b: _integer(a - b),
    "times": _times,
    "times.integer": lambda a, b: _integer(a * b),
    "negative": operator.neg,
    "divide": _divided,
    "abs": abs,
    "round": _rounded,
    "floor": lambda a: int(Decimal(a).to_integral_value(ROUND_FLOOR)),
    "ceiling": lambda a: int(Decimal(a).to_integral_value(ROUND_CEILING)),
    "modulo": _modulo,
    "greater": max,
    "lesser": min,
    "number.text": _number,
    "number.integer": lambda a: _rounded(a),
    "concat": operator.add,
    "like": lambda text, pattern: _like(pattern).fullmatch(text) is not None,
    "trim": lambda text: text.strip(" "),
    "fold": _fold,
    "length": len,
    "substring": _substring,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": operator.contains,
    "matches": lambda text, pattern: regular_expression(pattern).search(text) is not None,
    "replace": lambda text, old, new: text.replace(old, new) if old else text,
    "text.text": str,
    "text.integer": str,
    "text.decimal": _text_of_decimal,
    "text.boolean": lambda value: "true" if value else "false",
    "text.instant": lambda value: f"{value:%Y-%m-%dT%H:%M:%S}Z",
    "text.date": date.isoformat,
    "text.duration": _hours_as_text,
    "text.list": ", ".join,
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "seconds": _duration(1_000_000),
    "minutes": _duration(60_000_000),
    "hours": _duration(3_600_000_000),
    "days": _duration(86_400_000_000),
    "elapsed": _elapsed,
    "later": lambda instant, duration: instant + timedelta(microseconds=duration),
    "earlier": lambda instant, duration: instant - timedelta(microseconds=duration),
    "duration.plus": lambda a, b: _integer(a + b),
    "duration.minus": lambda a, b: _integer(a - b),
    "in_hours": _in_hours,
    "add_days": _add_days,
    "add_months": _add_months,
    "days_between": lambda start, end: (end - start).days,
    "iso_weekday": date.isoweekday,
    "month": lambda day: f"{day:%Y-%m}",
    "in_grams": _in_grams,
    "unit_kind": _UNIT_KINDS.get,
    "has": operator.contains,
    "size": len,
    "audience": lambda text: _AUDIENCES.get(_fold(text)),
}

OPERATORS: dict[str, Callable[..., Any]] = {
    **{key: _strict(apply) for key, apply in _STRICT.items()},
    "is_null": lambda value: value is None,
    "is_true": lambda value: value is True,
    "is_false": lambda value: value is False,
    "distinct": _distinct,
    "same": lambda left, right: not _distinct(left, right),
    "in": _in,
    "between": _between,
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    **{f"null.{kind}": lambda: None for kind in Type if kind not in (Type.DEADLINE, Type.NULL, Type.UNKNOWN)},
}
