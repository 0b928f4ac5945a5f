"""What to write instead: the words of messages about what the language has not, or has under another name."""

from __future__ import annotations

from sqlglot import exp

from rootlint.rules.language.types import Type


def spelled(syntax: exp.Expr) -> str:
    """How a message speaks of a piece of SQL that cannot stand where it does."""
    if type(syntax) in WORDS:
        return WORDS[type(syntax)]
    try:
        text = " ".join(syntax.sql().split())
    except Exception:  # a node that cannot print itself is still refused
        text = type(syntax).__name__
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"


def a(kind: Type) -> str:
    """A type with its article."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def comparison_help(left: Type, right: Type) -> str | None:
    """What to write so that two values of these types compare."""
    kinds = {left, right}
    for pair, help in _COMPARE.items():
        if kinds == pair:
            return help
    if Type.DURATION in kinds:
        return "write a duration: minutes(n), hours(n), days(n)"
    if Type.TEXT in kinds and any(kind.is_numeric for kind in kinds):
        return "write number(text)"
    return None


def arithmetic_help(left: Type, right: Type) -> str | None:
    """What to write so that two values of these types combine."""
    kinds = (left, right)
    if kinds == (Type.INSTANT, Type.INSTANT):
        return "write elapsed(earlier, later)"
    if kinds == (Type.DATE, Type.DATE):
        return "write days_between(earlier, later)"
    if Type.DATE in kinds:
        return "write add_days(date, n)"
    if Type.INSTANT in kinds:
        return "add a duration: minutes(n), hours(n), days(n)"
    if Type.TEXT in kinds:
        return "write number(text), or join texts with ||"
    return None


_COMPARE: dict[frozenset[Type], str] = {
    frozenset({Type.INSTANT, Type.DATE}): "compare days: local_date(instant)",
    frozenset({Type.DATE, Type.TEXT}): "write date('2026-11-01')",
    frozenset({Type.INSTANT, Type.TEXT}): "write instant('2026-11-01T13:00:00Z')",
    frozenset({Type.LIST, Type.TEXT}): "write has(list, text)",
    frozenset({Type.BOOLEAN, Type.TEXT}): "write true or false, without quotes",
}

WORDS: dict[type[exp.Expr], str] = {
    exp.Star: "'*'",
    exp.Subquery: "a query inside an expression",
    exp.Cast: "a cast",
    exp.Interval: "INTERVAL",
    exp.Mod: "'%'",
    exp.Distinct: "DISTINCT inside a function",
    exp.Order: "ORDER BY inside a function",
    exp.Placeholder: "a placeholder",
    exp.Parameter: "a variable",
    exp.Lambda: "a lambda",
    exp.Escape: "ESCAPE",
}

INSTEAD: dict[type[exp.Expr], str] = {
    exp.Cast: "write date('…'), instant('…'), number(text), text(value)",
    exp.TryCast: "write number(text), text(value)",
    exp.Interval: "write minutes(n), hours(n), days(n)",
    exp.Mod: "write modulo(a, b)",
    exp.ILike: "write fold(text) like '…'",
    exp.RegexpLike: "write matches(text, '…')",
    exp.SimilarTo: "write matches(text, '…')",
    exp.Escape: "use contains(), starts_with() or matches()",
    exp.Subquery: "use EXISTS (SELECT …) or a join",
    exp.Select: "use EXISTS (SELECT …) or a join",
    exp.Distinct: "write count_distinct(x)",
    exp.Order: "list_of is in order by itself",
    exp.AtTimeZone: "write local_date(t), local_hour(t), minute_of_day(t)",
    exp.Star: "name the columns; only count(*) takes '*'",
    exp.Tuple: "compare the values one by one, joined by AND",
    exp.Xor: "write a <> b",
    exp.Column: "write alias.column",
}

# Names that other SQL has, and what says the same here.
RENAMED: dict[str, str] = {
    "age": "write elapsed(a, b) or days_between(a, b)",
    "array_contains": "write has(list, text)",
    "array_length": "write size(list)",
    "avg": "write sum(x) / count(x)",
    "cast": "write date('…'), instant('…'), number(text), text(value)",
    "ceil": "write ceiling(x)",
    "char_length": "write length(text)",
    "concat": "write a || b",
    "current_date": "a rule reads no clock: use as_of()",
    "current_timestamp": "a rule reads no clock: use captured_at()",
    "date_add": "write add_days(date, n)",
    "date_diff": "write elapsed(a, b) or days_between(a, b)",
    "date_part": "write iso_weekday(d), month(d), local_hour(t)",
    "date_trunc": "write local_date(t) or month(d)",
    "datediff": "write elapsed(a, b) or days_between(a, b)",
    "extract": "write iso_weekday(d), month(d), local_hour(t)",
    "greatest": "write greater(a, b)",
    "if": "write CASE WHEN … THEN … ELSE … END",
    "ifnull": "write coalesce(a, b)",
    "iif": "write CASE WHEN … THEN … ELSE … END",
    "lag": "write previous(x) over (…)",
    "lead": "write next(x) over (…)",
    "least": "write lesser(a, b)",
    "len": "write length(text) or size(list)",
    "list_contains": "write has(list, text)",
    "lower": "write fold(text)",
    "mod": "write modulo(a, b)",
    "now": "a rule reads no clock: use captured_at() or as_of()",
    "nullif": "write CASE WHEN a <> b THEN a END",
    "rank": "write position() over (…), which numbers equal rows too",
    "regexp_matches": "write matches(text, '…')",
    "row_number": "write position() over (…)",
    "string_agg": "write list_of(text)",
    "substr": "write substring(text, start, n)",
    "today": "a rule reads no clock: use as_of()",
    "upper": "write fold(text) and compare with small letters",
}
