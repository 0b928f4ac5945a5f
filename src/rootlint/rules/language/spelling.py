"""The typed tree, written back as people write rules: what a report shows of a condition."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from rootlint.rules.language import operators, tree
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type

# How tightly what is written binds; what binds less than its place asks for goes into brackets.
OR, AND, NOT, COMPARISON, SUM, PRODUCT, ATOM = range(7)

_INFIX = {
    **{
        "equal": "=",
        "unequal": "<>",
        "less": "<",
        "at_most": "<=",
        "more": ">",
        "at_least": ">=",
        "like": "like",
    },
    **{"plus": "+", "plus.integer": "+", "later": "+", "duration.plus": "+", "concat": "||"},
    **{"minus": "-", "minus.integer": "-", "earlier": "-", "duration.minus": "-"},
    **{"times": "*", "times.integer": "*", "divide": "/"},
}
_BINDING = {"+": SUM, "-": SUM, "||": SUM, "*": PRODUCT, "/": PRODUCT}
_SPECIAL = {
    "in": "in",
    "between": "between",
    "distinct": "is distinct from",
    "same": "is not distinct from",
}
_AFTER = {"is_null": "is null", "is_true": "is true", "is_false": "is false"}
_NEGATED = {
    "is_null": "is not null",
    "in": "not in",
    "between": "not between",
    "like": "not like",
}
_NAMES = {
    overload.key: function.name
    for function in (*operators.SCALARS, *operators.AGGREGATES, *operators.WINDOWS)
    for overload in function.overloads
}


@dataclass(frozen=True)
class Speller:
    """Writes nodes; columns of a computed relation go by their names alone, parameters by the record's time."""

    bare: frozenset[str] = frozenset()  # aliases that are not written
    at: Node | None = None

    def spell(self, node: Node, least: int = OR) -> str:
        """Write a node where something must bind at least so tightly."""
        text, binding = self._written(node)
        return text if binding >= least else f"({text})"

    def _written(self, node: Node) -> tuple[str, int]:
        match node:
            case tree.Literal():
                return _literal(node), ATOM
            case tree.Column():
                return (node.name if node.alias in self.bare else f"{node.alias}.{node.name}"), ATOM
            case tree.Call():
                return self._call(node)
            case tree.Case():
                return self._case(node), ATOM
            case tree.Param():
                return self._param(node), ATOM
            case tree.Aggregate():
                where = f" filter (where {self.spell(node.where)})" if node.where is not None else ""
                return f"{_name(node.key)}({self._list(node.args) or '*'}){where}", ATOM
            case tree.Window():
                return self._window(node), ATOM
            case tree.Exists():
                return f"exists ({self._select(node.select)})", ATOM

    def _call(self, call: tree.Call) -> tuple[str, int]:
        key, args = call.key, call.args
        if key in ("and", "or"):
            binding = AND if key == "and" else OR
            return f" {key} ".join(self.spell(arg, binding + 1) for arg in args), binding
        if key == "not":
            return self._not(args[0])
        if key in _AFTER:
            return f"{self.spell(args[0], SUM)} {_AFTER[key]}", COMPARISON
        if key in _SPECIAL:
            return self._special(call, _SPECIAL[key]), COMPARISON
        if key in _INFIX:
            return self._infix(_INFIX[key], args)
        if key == "negative":
            return f"-{self.spell(args[0], ATOM)}", PRODUCT
        return self._function(call), ATOM

    def _infix(self, sign: str, args: tuple[Node, ...]) -> tuple[str, int]:
        binding = _BINDING.get(sign, COMPARISON)
        left = self.spell(args[0], binding if binding > COMPARISON else SUM)
        return f"{left} {sign} {self.spell(args[1], binding + 1)}", binding

    def _not(self, node: Node) -> tuple[str, int]:
        if isinstance(node, tree.Call) and node.key in _NEGATED:
            return self._special(node, _NEGATED[node.key]), COMPARISON
        return f"not {self.spell(node, COMPARISON)}", NOT

    def _special(self, call: tree.Call, words: str) -> str:
        operand, *rest = (self.spell(arg, SUM) for arg in call.args)
        if call.key == "is_null":
            return f"{operand} {words}"
        shown = f"({', '.join(rest)})" if call.key == "in" else " and ".join(rest)
        return f"{operand} {words} {shown}"

    def _function(self, call: tree.Call) -> str:
        return f"{_name(call.key)}({self._list(_as_written(call))})"

    def _list(self, nodes: Iterable[Node]) -> str:
        return ", ".join(map(self.spell, nodes))

    def _case(self, case: tree.Case) -> str:
        subject = f" {self.spell(case.subject)}" if case.subject is not None else ""
        branches = " ".join(
            f"when {self.spell(when)} then {self.spell(then)}" for when, then in case.branches
        )
        return f"case{subject} {branches} else {self.spell(case.default)} end"

    def _param(self, param: tree.Param) -> str:
        at = f", at => {self.spell(param.at)}" if param.at is not None and param.at != self.at else ""
        audience = f", audience => {self.spell(param.audience)}" if param.audience is not None else ""
        return f"param('{param.name}'{at}{audience})"

    def _window(self, window: tree.Window) -> str:
        partition = f"partition by {self._list(window.partition)} " if window.partition else ""
        order = ", ".join(f"{self.spell(value)}{' desc' if down else ''}" for value, down in window.order)
        return f"{_name(window.key)}({self._list(window.args)}) over ({partition}order by {order})"

    def _select(self, select: tree.Select) -> str:
        inside = replace(self, bare=frozenset())
        columns = ", ".join(f"{inside.spell(node)} as {name}" for name, node in select.columns) or "1 as x"
        parts = [f"select {columns} from {_relation(select.source.base)}"]
        for join in select.source.joins:
            word = "left join" if join.kind == "left" else "join"
            parts.append(f"{word} {_relation(join.relation)} on {inside.spell(join.on)}")
        if select.where is not None:
            parts.append(f"where {inside.spell(select.where)}")
        return " ".join(parts)


def _relation(relation: tree.Relation) -> str:
    return f"{relation.of if isinstance(relation.of, str) else '(…)'} {relation.alias}"


def _as_written(call: tree.Call) -> tuple[Node, ...]:
    """The arguments as they are written: an instant with its offset, the end of a pattern as ``$``."""
    last = call.args[-1] if call.args else None
    if call.key not in ("instant", "matches") or not isinstance(last, tree.Literal):
        return call.args
    text = str(last.value)
    if call.key == "instant":
        return (tree.Literal(f"{text.replace(' ', 'T')}Z", Type.TEXT),)
    return (
        *call.args[:-1],
        tree.Literal(re.sub(r"\\(.)", lambda pair: "$" if pair[1] == "z" else pair[0], text), Type.TEXT),
    )


def _name(key: str) -> str:
    return _NAMES.get(key, key)


def _literal(literal: tree.Literal) -> str:
    value = literal.value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
