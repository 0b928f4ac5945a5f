"""Calls: scalar functions, parameters, aggregates, windows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rootlint.errors import did_you_mean
from rootlint.rules.language import operators, tree
from rootlint.rules.language.advice import RENAMED, a
from rootlint.rules.language.expressions import Rule, type_of_all
from rootlint.rules.language.operators import Function, Overload
from rootlint.rules.language.parsing import offset_of
from rootlint.rules.language.scope import Scope
from rootlint.rules.language.tree import UNKNOWN, Node
from rootlint.rules.language.types import Type, fits
from rootlint.rules.language.written import LITERALS

if TYPE_CHECKING:
    from rootlint.rules.language.checking import Checker

_NAMES = {
    *operators.SCALAR_FUNCTIONS,
    *operators.AGGREGATE_FUNCTIONS,
    *operators.WINDOW_FUNCTIONS,
    "coalesce",
    "param",
}


def whole(check: Checker, syntax: exp.Expr, scope: Scope) -> Node:
    """Check what is a whole expression: there, a parameter may be a deadline that the check kind makes use of."""
    if isinstance(syntax, exp.Anonymous) and _name(syntax) == "param":
        return _param(check, syntax, scope, deadline=True)
    return check.node(syntax, scope)


def _name(syntax: exp.Expr) -> str:
    return syntax.name.lower()


def _call(check: Checker, syntax: exp.Anonymous, scope: Scope) -> Node:
    name = _name(syntax)
    if name in _OWN:
        return _OWN[name](check, syntax, scope)
    if name in operators.AGGREGATE_FUNCTIONS:
        return _aggregate(check, syntax, None, scope)
    if name in operators.WINDOW_FUNCTIONS:
        check.fault(syntax, f"{name} needs OVER", f"write {name}(…) over (partition by … order by …)")
        return UNKNOWN
    if name not in operators.SCALAR_FUNCTIONS:
        help = RENAMED.get(name) or did_you_mean(name, _NAMES)
        check.fault(syntax, f"there is no function '{name}'", help)
        return UNKNOWN
    function = operators.SCALAR_FUNCTIONS[name]
    return _applied(check, syntax, function, [check.node(arg, scope) for arg in syntax.expressions])


def _applied(check: Checker, syntax: exp.Anonymous, function: Function, args: list[Node]) -> Node:
    overload = _overload(check, syntax, function, args)
    if overload is None:
        return UNKNOWN
    args = _as_written(check, syntax, function, args)
    return tree.Call(overload.key, _typed(args, overload), overload.result, offset_of(syntax) or 0)


def _overload(check: Checker, syntax: exp.Expr, function: Function, args: list[Node]) -> Overload | None:
    """The way a function is called: by the exact types, else by types that fit."""
    if any(arg.type is Type.UNKNOWN for arg in args):
        return None
    for matches in (lambda given, wanted: given is wanted, fits):
        for overload in function.overloads:
            if len(overload.args) == len(args) and all(
                wanted is Type.UNKNOWN or matches(arg.type, wanted)
                for arg, wanted in zip(args, overload.args, strict=True)
            ):
                return overload
    given = ", ".join(arg.type for arg in args) or "nothing"
    ways = " or ".join(f"{function.name}({', '.join(overload.args)})" for overload in function.overloads)
    check.fault(syntax, f"{function.name} does not take {given}", f"it is {ways}")
    return None


def _typed(args: list[Node], overload: Overload) -> tuple[Node, ...]:
    """The arguments, a bare NULL with the type that it stands for: engines choose functions by type."""
    return tuple(
        tree.Literal(None, wanted) if arg.type is Type.NULL and wanted is not Type.UNKNOWN else arg
        for arg, wanted in zip(args, overload.args, strict=True)
    )


def _as_written(check: Checker, syntax: exp.Anonymous, function: Function, args: list[Node]) -> list[Node]:
    """The arguments, those that must be written out as every engine reads them."""
    args = list(args)
    for index in function.literal_args:
        argument, piece = args[index], syntax.expressions[index]
        if not isinstance(argument, tree.Literal) or argument.value is None:
            check.fault(piece, f"argument {index + 1} of {function.name} must be written out")
            continue
        read = LITERALS[function.name](argument.value)
        if isinstance(read, tuple):
            check.fault(piece, *read)
        else:
            args[index] = tree.Literal(read, argument.type)
    return args


def _coalesce(check: Checker, syntax: exp.Anonymous, scope: Scope) -> Node:
    args = [check.node(arg, scope) for arg in syntax.expressions]
    if not args:
        check.fault(syntax, "coalesce needs at least one value")
        return UNKNOWN
    return tree.Call("coalesce", tuple(args), type_of_all(check, syntax, args))


# -- parameters


def _due(check: Checker, syntax: exp.Anonymous, scope: Scope) -> Node:
    if len(syntax.expressions) != 2 or _name(syntax.expressions[1]) != "param":
        check.fault(syntax, "due takes an event and a deadline parameter", "write due(event, param('name'))")
        return UNKNOWN
    event = check.node(syntax.expressions[0], scope)
    at_event = replace(scope, at=event, parameters_need_at=False)
    deadline = _param(check, syntax.expressions[1], at_event, deadline=True)
    return _applied(check, syntax, operators.SCALAR_FUNCTIONS["due"], [event, deadline])


def _param(check: Checker, syntax: exp.Anonymous, scope: Scope, *, deadline: bool = False) -> Node:
    named = {_name(arg.this): arg.expression for arg in syntax.expressions if isinstance(arg, exp.Kwarg)}
    plain = [arg for arg in syntax.expressions if not isinstance(arg, exp.Kwarg)]
    written_out = len(plain) == 1 and isinstance(plain[0], exp.Literal) and plain[0].is_string
    if not written_out or set(named) - {"at", "audience"} or len(named) + 1 != len(syntax.expressions):
        usage = "write param('name'), param('name', audience => …) or param('name', at => …)"
        check.fault(syntax, "param takes the written name of a parameter", usage)
        return UNKNOWN
    kind = check.schema.parameters.get(plain[0].name)
    if kind is None:
        help = did_you_mean(plain[0].name, check.schema.parameters, listing="parameters")
        check.fault(plain[0], f"no parameter '{plain[0].name}' is known", help)
        return UNKNOWN
    if kind is Type.DEADLINE and not deadline:
        check.fault(syntax, f"'{plain[0].name}' is a deadline", f"write due(event, param('{plain[0].name}'))")
        return UNKNOWN
    at = _in_force(check, syntax, named.get("at"), scope)
    audience = _audience(check, named.get("audience"), scope)
    return tree.Param(plain[0].name, at, audience, kind, offset_of(syntax) or 0)


def _in_force(check: Checker, syntax: exp.Expr, written: exp.Expr | None, scope: Scope) -> Node | None:
    at = scope.at if written is None else check.node(written, scope.inside("in param"))
    if at is None and scope.parameters_need_at:
        help = "write param('name', at => the record's instant or date)"
        check.fault(syntax, "in a query, param needs to know when", help)
    if at is not None and not (fits(at.type, Type.INSTANT) or fits(at.type, Type.DATE)):
        piece = syntax if written is None else written
        check.fault(piece, f"a parameter is in force at an instant or on a date, not at {a(at.type)}")
    return at


def _audience(check: Checker, written: exp.Expr | None, scope: Scope) -> Node | None:
    if written is None:
        return None
    audience = check.node(written, scope.inside("in param"))
    if not fits(audience.type, Type.TEXT):
        check.fault(written, f"an audience is a text, not {a(audience.type)}", "use audience(customer_type)")
    return audience


# -- aggregates and windows


def _filter(check: Checker, syntax: exp.Filter, scope: Scope) -> Node:
    if not isinstance(syntax.this, exp.Anonymous):
        return check.refuse(syntax)
    return _aggregate(check, syntax.this, syntax.expression.this, scope)


def _aggregate(check: Checker, syntax: exp.Anonymous, where: exp.Expr | None, scope: Scope) -> Node:
    name = _name(syntax)
    function = operators.AGGREGATE_FUNCTIONS.get(name)
    if function is None:
        help = did_you_mean(name, operators.AGGREGATE_FUNCTIONS, listing="aggregates")
        check.fault(syntax, f"'{name}' is no aggregate", help)
        return UNKNOWN
    if not scope.aggregates:
        help = "it stands in the columns or HAVING of a query, and where a check measures a group"
        check.fault(syntax, f"{name} cannot stand {scope.clause}", help)
        return UNKNOWN
    inside = scope.inside("inside an aggregate")
    star = any(isinstance(arg, exp.Star) for arg in syntax.expressions)
    if not syntax.expressions or (star and (name != "count" or len(syntax.expressions) > 1)):
        check.fault(syntax, f"{name} needs a value", "count(*) counts rows")
        return UNKNOWN
    args = [] if star else [check.node(arg, inside) for arg in syntax.expressions]
    overload = _overload(check, syntax, function, args)
    condition = None if where is None else check.condition(where, inside)
    if overload is None:
        return UNKNOWN
    return tree.Aggregate(
        overload.key, _typed(args, overload), condition, overload.result, offset_of(syntax) or 0
    )


def _window(check: Checker, syntax: exp.Window, scope: Scope) -> Node:
    name = _name(syntax.this) if isinstance(syntax.this, exp.Anonymous) else ""
    if name not in operators.WINDOW_FUNCTIONS:
        help = RENAMED.get(name) or did_you_mean(name, operators.WINDOW_FUNCTIONS, listing="windows")
        check.fault(syntax, "only the window functions of the rule language take OVER", help)
        return UNKNOWN
    if not scope.windows:
        help = "it stands in the columns of a query without groups"
        check.fault(syntax, f"{name} over (…) cannot stand {scope.clause}", help)
        return UNKNOWN
    inside = scope.inside("inside a window")
    order = _order(check, syntax, name, inside)
    args = [check.node(arg, inside) for arg in syntax.this.expressions]
    overload = _overload(check, syntax, operators.WINDOW_FUNCTIONS[name], args)
    if overload is None or order is None:
        return UNKNOWN
    partition = tuple(check.node(part, inside) for part in syntax.args.get("partition_by") or ())
    return tree.Window(
        overload.key, _typed(args, overload), partition, order, overload.result, offset_of(syntax) or 0
    )


def _order(
    check: Checker, syntax: exp.Window, name: str, scope: Scope
) -> tuple[tuple[Node, bool], ...] | None:
    if {key for key, value in syntax.args.items() if value} - {"this", "partition_by", "order", "over"}:
        help = "write over (partition by … order by …): frames and named windows are not part of it"
        check.fault(syntax, f"this OVER of {name} is not part of the rule language", help)
        return None
    order = syntax.args.get("order")
    if order is None:
        check.fault(
            syntax, f"{name} needs ORDER BY", "without an order the answer would change from run to run"
        )
        return None
    for item in order.expressions:
        if {key for key, value in item.args.items() if value} - {"this", "desc", "nulls_first"}:
            check.refuse(item)
    values = [check.node(item.this, scope) for item in order.expressions]
    for item, value in zip(order.expressions, values, strict=True):
        if isinstance(value, tree.Literal) and value.type is not Type.UNKNOWN:
            check.fault(item, "a constant orders nothing", "name the column to order by")
    return tuple(
        (value, bool(item.args.get("desc"))) for item, value in zip(order.expressions, values, strict=True)
    )


_OWN: dict[str, Callable[[Checker, exp.Anonymous, Scope], Node]] = {
    "coalesce": _coalesce,
    "param": _param,
    "due": _due,
}

RULES: dict[type[exp.Expr], Rule] = {
    exp.Anonymous: Rule(_call, frozenset({"this", "expressions"})),
    exp.Filter: Rule(_filter, frozenset({"this", "expression"})),
    exp.Window: Rule(_window, frozenset({"this", "partition_by", "order", "over", "spec", "alias"})),
}
