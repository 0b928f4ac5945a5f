"""Values and conditions: literals, columns, comparison, logic, arithmetic, CASE."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from rootlint.errors import did_you_mean
from rootlint.rules.language import operators, tree, written
from rootlint.rules.language.advice import RENAMED, a, arithmetic_help, comparison_help
from rootlint.rules.language.parsing import offset_of
from rootlint.rules.language.scope import Columns, Scope
from rootlint.rules.language.tree import UNKNOWN, Node
from rootlint.rules.language.types import Type, common, fits

if TYPE_CHECKING:
    from rootlint.rules.language.checking import Checker


@dataclass(frozen=True)
class Rule:
    """How one kind of syntax is checked, and the parts it may have: what the parser reads besides is refused."""

    check: Callable[[Checker, Any, Scope], Node]
    parts: frozenset[str]


def _paren(check: Checker, syntax: exp.Paren, scope: Scope) -> Node:
    return check.node(syntax.this, scope)


# -- literals


def _literal(check: Checker, syntax: exp.Literal, scope: Scope) -> Node:
    text = str(syntax.this)
    if syntax.is_string:
        return tree.Literal(text, Type.TEXT)
    if re.fullmatch(r"[0-9]{1,18}", text):
        return tree.Literal(int(text), Type.INTEGER)
    if re.fullmatch(r"[0-9]{0,12}\.[0-9]{1,6}", text):
        return tree.Literal(Decimal(text), Type.DECIMAL)
    check.fault(
        syntax, f"{text} is no number here", "18 digits, or 12 before and 6 after a point, no exponent"
    )
    return UNKNOWN


def _boolean(check: Checker, syntax: exp.Boolean, scope: Scope) -> Node:
    return tree.Literal(bool(syntax.this), Type.BOOLEAN)


def _null(check: Checker, syntax: exp.Null, scope: Scope) -> Node:
    return tree.Literal(None, Type.NULL)


# -- columns


def _column(check: Checker, syntax: exp.Column, scope: Scope) -> Node:
    if isinstance(syntax.this, exp.Star):
        return check.refuse(syntax.this)
    return _qualified(check, syntax, scope) if syntax.table else _bare(check, syntax, scope)


def _qualified(check: Checker, syntax: exp.Column, scope: Scope) -> Node:
    aliases: set[str] = set()
    for level in scope.levels:
        if syntax.table in level.relations:
            return _known(check, syntax, syntax.table, level.relations[syntax.table])
        if syntax.table in level.at_fault:
            return UNKNOWN
        aliases |= set(level.relations)
    help = did_you_mean(syntax.table, aliases, listing="aliases")
    check.fault(syntax, f"no table has the alias '{syntax.table}' here", help)
    return UNKNOWN


def _bare(check: Checker, syntax: exp.Column, scope: Scope) -> Node:
    for level in scope.levels:
        holders = [alias for alias, columns in level.relations.items() if syntax.name in columns]
        if len(holders) > 1:
            check.fault(
                syntax,
                f"'{syntax.name}' stands in {' and '.join(holders)}",
                f"write {holders[0]}.{syntax.name}",
            )
            return UNKNOWN
        if holders:
            return _known(check, syntax, holders[0], level.relations[holders[0]])
        if level.at_fault:
            return UNKNOWN
    if syntax.name in operators.SCALAR_FUNCTIONS:
        check.fault(syntax, f"{syntax.name} is a function", f"write {syntax.name}(…)")
        return UNKNOWN
    known = {column for columns in scope.relations.values() for column in columns}
    help = RENAMED.get(syntax.name.lower()) or did_you_mean(syntax.name, known, listing="columns")
    if syntax.this.args.get("quoted"):
        help = f"a text stands in single quotes: '{syntax.name}'"
    check.fault(syntax, f"no column '{syntax.name}' here", help)
    return UNKNOWN


def _known(check: Checker, syntax: exp.Column, alias: str, columns: Columns) -> Node:
    name = syntax.name
    if name not in columns:
        table = next((info.table for info in columns.values() if info.table), alias)
        check.fault(
            syntax.this, f"{table} has no column '{name}'", did_you_mean(name, columns, listing="columns")
        )
        return UNKNOWN
    info = columns[name]
    return tree.Column(alias, name, info.type, info.table, info.private, offset_of(syntax) or 0)


# -- logic and comparison


def _logic(check: Checker, syntax: exp.Connector, scope: Scope) -> Node:
    parts = [check.condition(part, scope) for part in syntax.flatten()]
    return tree.Call("and" if isinstance(syntax, exp.And) else "or", tuple(parts), Type.BOOLEAN)


def _not(check: Checker, syntax: exp.Not, scope: Scope) -> Node:
    return tree.Call("not", (check.condition(syntax.this, scope),), Type.BOOLEAN)


def _comparison(check: Checker, syntax: exp.Binary, scope: Scope) -> Node:
    return tree.Call(_COMPARISONS[type(syntax)], _comparable(check, syntax, scope), Type.BOOLEAN)


def _null_safe(check: Checker, syntax: exp.Binary, scope: Scope) -> Node:
    key = "distinct" if isinstance(syntax, exp.NullSafeNEQ) else "same"
    return tree.Call(key, _comparable(check, syntax, scope), Type.BOOLEAN)


def _comparable(check: Checker, syntax: exp.Binary, scope: Scope) -> tuple[Node, Node]:
    _bracketed(check, syntax.this, syntax.expression)
    left, right = check.node(syntax.this, scope), check.node(syntax.expression, scope)
    _same_type(check, syntax, left, right)
    return left, right


def _bracketed(check: Checker, *pieces: exp.Expr) -> None:
    """Refuse what readers of SQL disagree on: ``a = b is null`` is ``(a = b) is null`` to some, not to others."""
    for piece in pieces:
        if isinstance(piece, _CONDITIONS):
            check.fault(piece, "this can be read in two ways", "put the inner condition in brackets")


def _same_type(check: Checker, syntax: exp.Expr, left: Node, right: Node) -> None:
    shared = common(left.type, right.type)
    if shared is None:
        message = f"{a(left.type)} cannot be compared with {a(right.type)}"
        check.fault(syntax, message, comparison_help(left.type, right.type))
    elif shared is Type.LIST:
        check.fault(syntax, "a list cannot be compared", "use has(list, text)")


def _is(check: Checker, syntax: exp.Is, scope: Scope) -> Node:
    _bracketed(check, syntax.this)
    operand = check.node(syntax.this, scope)
    if isinstance(syntax.expression, exp.Null):
        return tree.Call("is_null", (operand,), Type.BOOLEAN)
    if not isinstance(syntax.expression, exp.Boolean):
        return check.refuse(syntax)
    if not fits(operand.type, Type.BOOLEAN):
        check.fault(syntax, f"this is {a(operand.type)}; a condition must stand here")
    return tree.Call("is_true" if syntax.expression.this else "is_false", (operand,), Type.BOOLEAN)


def _between(check: Checker, syntax: exp.Between, scope: Scope) -> Node:
    _bracketed(check, *(syntax.args[name] for name in ("this", "low", "high")))
    operand, low, high = (check.node(syntax.args[name], scope) for name in ("this", "low", "high"))
    _same_type(check, syntax.args["low"], operand, low)
    _same_type(check, syntax.args["high"], operand, high)
    return tree.Call("between", (operand, low, high), Type.BOOLEAN)


def _in(check: Checker, syntax: exp.In, scope: Scope) -> Node:
    _bracketed(check, syntax.this)
    operand = check.node(syntax.this, scope)
    if {name for name, value in syntax.args.items() if value} != {"this", "expressions"}:
        check.fault(syntax, "IN takes a written list", "use EXISTS (SELECT …) for a query")
        return UNKNOWN
    options = [check.node(option, scope) for option in syntax.expressions]
    for piece, option in zip(syntax.expressions, options, strict=True):
        _same_type(check, piece, operand, option)
    return tree.Call("in", (operand, *options), Type.BOOLEAN)


def _like(check: Checker, syntax: exp.Like, scope: Scope) -> Node:
    _bracketed(check, syntax.this)
    operand = check.node(syntax.this, scope)
    if not fits(operand.type, Type.TEXT):
        check.fault(syntax.this, f"LIKE compares a text, not {a(operand.type)}")
    if not (isinstance(syntax.expression, exp.Literal) and syntax.expression.is_string):
        check.fault(syntax.expression, "the pattern of LIKE must be written out")
        return UNKNOWN
    pattern = written.pattern(str(syntax.expression.this))
    if isinstance(pattern, tuple):
        check.fault(syntax.expression, *pattern)
        return UNKNOWN
    like = tree.Call("like", (operand, tree.Literal(pattern, Type.TEXT)), Type.BOOLEAN)
    # The parser keeps the NOT of NOT LIKE inside, unlike that of NOT IN and NOT BETWEEN.
    return tree.Call("not", (like,), Type.BOOLEAN) if syntax.args.get("negate") else like


# -- arithmetic


def _arithmetic(check: Checker, syntax: exp.Binary, scope: Scope) -> Node:
    left, right = check.node(syntax.this, scope), check.node(syntax.expression, scope)
    if Type.UNKNOWN in (left.type, right.type):
        return UNKNOWN
    kinds = (left.type, right.type)
    if all(kind.is_numeric or kind is Type.NULL for kind in kinds):
        return _numeric(_ARITHMETIC[type(syntax)], left, right)
    moved = _TIME_ARITHMETIC.get((type(syntax), *kinds))
    if moved is not None:
        return tree.Call(moved, (left, right), left.type)
    message = f"{a(left.type)} and {a(right.type)} cannot be combined with '{_SYMBOLS[type(syntax)]}'"
    check.fault(syntax, message, arithmetic_help(*kinds))
    return UNKNOWN


def _numeric(key: str, left: Node, right: Node) -> Node:
    kind = common(left.type, right.type)
    if key == "divide":
        kind = Type.DECIMAL
    elif kind is Type.INTEGER:
        key = f"{key}.integer"
    return tree.Call(key, (left, right), kind or Type.DECIMAL)


def _negative(check: Checker, syntax: exp.Neg, scope: Scope) -> Node:
    operand = check.node(syntax.this, scope)
    if (
        isinstance(operand, tree.Literal)
        and isinstance(operand.value, int | Decimal)
        and operand.type.is_numeric
    ):
        return tree.Literal(-operand.value, operand.type)
    if not (operand.type.is_numeric or operand.type in (Type.NULL, Type.UNKNOWN)):
        check.fault(syntax, f"{a(operand.type)} has no negative")
    return tree.Call("negative", (operand,), operand.type)


def _concat(check: Checker, syntax: exp.DPipe, scope: Scope) -> Node:
    pieces = (syntax.this, syntax.expression)
    sides = [check.node(piece, scope) for piece in pieces]
    for side, piece in zip(sides, pieces, strict=True):
        if not fits(side.type, Type.TEXT):
            check.fault(piece, f"{a(side.type)} cannot be joined to a text", "write text(…)")
    return tree.Call("concat", tuple(sides), Type.TEXT)


# -- CASE


def _case(check: Checker, syntax: exp.Case, scope: Scope) -> Node:
    subject = check.node(syntax.this, scope) if syntax.this is not None else None
    branches = tuple(_branch(check, piece, subject, scope) for piece in syntax.args["ifs"])
    otherwise = syntax.args.get("default")
    default = check.node(otherwise, scope) if otherwise is not None else tree.Literal(None, Type.NULL)
    kind = type_of_all(check, syntax, [value for _, value in branches] + [default])
    return tree.Case(branches, default, kind, subject)


def _branch(check: Checker, syntax: exp.If, subject: Node | None, scope: Scope) -> tuple[Node, Node]:
    if subject is None:
        when = check.condition(syntax.this, scope)
    else:
        when = check.node(syntax.this, scope)
        _same_type(check, syntax.this, subject, when)
    return when, check.node(syntax.args["true"], scope)


def type_of_all(check: Checker, syntax: exp.Expr, nodes: list[Node]) -> Type:
    """The type that values standing side by side share."""
    shared: Type | None = Type.NULL
    for node in nodes:
        shared = common(shared, node.type) if shared is not None else None
    if shared is None:
        check.fault(
            syntax, f"these values differ in type: {', '.join(sorted({node.type for node in nodes}))}"
        )
    return shared or Type.UNKNOWN


_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "equal",
    exp.NEQ: "unequal",
    exp.LT: "less",
    exp.LTE: "at_most",
    exp.GT: "more",
    exp.GTE: "at_least",
}
_CONDITIONS = (
    *_COMPARISONS,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Is,
    exp.Between,
    exp.In,
    exp.Like,
    exp.Not,
    exp.And,
    exp.Or,
)
_ARITHMETIC: dict[type[exp.Expr], str] = {
    exp.Add: "plus",
    exp.Sub: "minus",
    exp.Mul: "times",
    exp.Div: "divide",
}
_SYMBOLS: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_TIME_ARITHMETIC = {
    (exp.Add, Type.INSTANT, Type.DURATION): "later",
    (exp.Sub, Type.INSTANT, Type.DURATION): "earlier",
    (exp.Add, Type.DURATION, Type.DURATION): "duration.plus",
    (exp.Sub, Type.DURATION, Type.DURATION): "duration.minus",
}


def _rule(check: Callable[[Checker, Any, Scope], Node], *parts: str) -> Rule:
    return Rule(check, frozenset(parts))


RULES: dict[type[exp.Expr], Rule] = {
    exp.Paren: _rule(_paren, "this"),
    exp.Literal: _rule(_literal, "this", "is_string"),
    exp.Boolean: _rule(_boolean, "this"),
    exp.Null: _rule(_null),
    exp.Column: _rule(_column, "this", "table"),
    exp.And: _rule(_logic, "this", "expression"),
    exp.Or: _rule(_logic, "this", "expression"),
    exp.Not: _rule(_not, "this"),
    exp.Is: _rule(_is, "this", "expression"),
    exp.NullSafeEQ: _rule(_null_safe, "this", "expression"),
    exp.NullSafeNEQ: _rule(_null_safe, "this", "expression"),
    exp.Between: _rule(_between, "this", "low", "high"),
    exp.In: _rule(_in, "this", "expressions", "query", "unnest", "field"),
    exp.Like: _rule(_like, "this", "expression", "negate"),
    exp.DPipe: _rule(_concat, "this", "expression", "safe"),
    exp.Neg: _rule(_negative, "this"),
    exp.Case: _rule(_case, "this", "ifs", "default"),
    **dict.fromkeys(_COMPARISONS, _rule(_comparison, "this", "expression")),
    **dict.fromkeys(_ARITHMETIC, _rule(_arithmetic, "this", "expression", "typed", "safe")),
}
