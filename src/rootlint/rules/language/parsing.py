"""Text to syntax, by sqlglot's parser with every function, keyword and statement of its own taken away."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp, parser
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

LONGEST = 20_000  # characters; a rule longer than that is no rule


class ClosedSql(Dialect):
    """SQL in which no function has a built-in meaning: all are looked up in our own table."""

    class Parser(parser.Parser):
        FUNCTIONS = {}  # noqa: RUF012 - sqlglot's own way to configure a dialect
        FUNCTION_PARSERS = {}  # noqa: RUF012
        NO_PAREN_FUNCTIONS = {}  # noqa: RUF012
        NO_PAREN_FUNCTION_PARSERS = {"CASE": lambda self: self._parse_case()}  # noqa: RUF012


@dataclass
class SyntaxFault(Exception):
    """What cannot be read as SQL, and at which character of the text."""

    message: str
    offset: int
    help: str | None = None


def parse_expression(text: str) -> exp.Expression:
    """Parse one expression."""
    head = "SELECT "
    select = _parse_one(head + text, len(head))
    if not isinstance(select, exp.Select) or len(select.expressions) != 1 or _clauses(select) - {"expressions"}:
        raise SyntaxFault("this is not one expression", 0, "write a condition or a value, without SELECT or ';'")
    expression: exp.Expression = select.expressions[0]
    if isinstance(expression, exp.Alias):
        raise SyntaxFault("an expression has no AS", offset_of(expression) or 0)
    return _shifted(expression, -len(head))


def parse_relation(text: str) -> exp.Expression:
    """Parse ``table alias``."""
    head = "SELECT 1 FROM "
    select = _parse_one(head + text, len(head))
    if not isinstance(select, exp.Select) or _clauses(select) - {"expressions", "from_"}:
        raise SyntaxFault("this is not one table", 0, "write the table and a short alias: 'metrc_packages p'")
    relation: exp.Expression = select.args["from_"].this
    return _shifted(relation, -len(head))


def parse_join(text: str) -> exp.Join:
    """Parse ``[left] table alias on condition``."""
    stripped = text.lstrip()
    word = "LEFT " if stripped[:5].lower() == "left " else ""
    rest = stripped[5:] if word else stripped
    head = f"SELECT 1 FROM x {word}JOIN "
    select = _parse_one(head + rest, len(head))
    joins = select.args.get("joins") if isinstance(select, exp.Select) else None
    if not joins or len(joins) != 1 or _clauses(select) - {"expressions", "from_", "joins"}:
        raise SyntaxFault(
            "this is not one join", 0, "write '[left] table alias on condition': 'internal_inventory i on i.label = p.label'"
        )
    join: exp.Join = joins[0]
    return _shifted(join, len(text) - len(rest) - len(head))  # type: ignore[return-value]


def parse_query(text: str) -> exp.Expression:
    """Parse one whole SELECT (or UNION ALL of them, or WITH … SELECT)."""
    query = _parse_one(text, 0)
    if not isinstance(query, exp.Select | exp.Union):
        raise SyntaxFault("this is not a SELECT", 0, "a rule reads; it has one SELECT and no other statement")
    return query


def offset_of(node: exp.Expression) -> int | None:
    """The first character of a node, from what sqlglot remembers of its names and literals."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    return min(starts) if starts else None


def _parse_one(text: str, head: int) -> exp.Expression:
    if len(text) - head > LONGEST:
        raise SyntaxFault(f"longer than {LONGEST} characters", 0, "split the rule")
    try:
        statements = ClosedSql().parse(text)
    except RecursionError:
        raise SyntaxFault("nested too deeply", 0, "write it flatter") from None
    except SqlglotError as error:
        raise _syntax_fault(error, text, head) from None
    if len(statements) != 1 or statements[0] is None:
        raise SyntaxFault(
            "nothing stands here" if not text[head:].strip() else "more than one statement stands here", 0,
            "a rule has one expression or one SELECT, without ';'",
        )
    return statements[0]


def _syntax_fault(error: SqlglotError, text: str, head: int) -> SyntaxFault:
    details = (getattr(error, "errors", None) or [{}])[0]
    line, column = details.get("line"), details.get("col")
    if line is None or column is None:
        return SyntaxFault("cannot be read as SQL", 0)
    start = sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1
    near = details.get("highlight") or ""
    return SyntaxFault(f"cannot be read as SQL near '{near}'" if near else "cannot be read as SQL", max(start - head, 0))


def _clauses(select: exp.Expression) -> set[str]:
    return {name for name, value in select.args.items() if value}


def _shifted(node: exp.Expression, by: int) -> exp.Expression:
    for part in node.walk():
        if "start" in part.meta:
            part.meta["start"] += by
    return node
