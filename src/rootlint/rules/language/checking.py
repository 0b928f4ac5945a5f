"""Syntax to typed tree: every name looked up, every type checked, every fault reported with its place.

What is not listed in ``expressions``, ``functions`` and ``queries`` is not in the language; that is what
makes a rule pack safe to run. This module holds the entry points and what the three share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlglot import exp

from rootlint.rules.language import expressions, functions, limits, queries, tree
from rootlint.rules.language.advice import INSTEAD, a, spelled
from rootlint.rules.language.expressions import Rule
from rootlint.rules.language.grouping import has_aggregate, ungrouped
from rootlint.rules.language.parsing import (
    SyntaxFault,
    offset_of,
    parse_expression,
    parse_join,
    parse_query,
    parse_relation,
)
from rootlint.rules.language.scope import (
    ColumnInfo,
    Columns,
    Schema,
    Scope,
    columns_of,
    format_schema,
    shows_private,
)
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type, fits

__all__ = [
    "Checker",
    "ColumnInfo",
    "Columns",
    "Report",
    "Schema",
    "Scope",
    "columns_of",
    "format_schema",
    "shows_private",
]

Report = Callable[[int, str, str | None], None]  # offset in the text, message, help

RULES: Mapping[type[exp.Expr], Rule] = {
    **expressions.RULES,
    **functions.RULES,
    exp.Exists: Rule(queries.exists, frozenset({"this"})),
}


class Checker:
    """Checks the expressions of one text; ``report`` hears of each fault and checking goes on."""

    def __init__(self, schema: Schema, report: Report) -> None:
        self.schema = schema
        self._report = report
        self._depth = 0
        self._queries = 0

    # -- entry points: one for each kind of text a rule holds

    def expression(
        self, text: str, scope: Scope, wanted: Type | None = None, *, aggregates: bool = False
    ) -> Node:
        """Check one expression; with ``wanted``, that it has that type; with ``aggregates``, it may be one of a group."""
        try:
            node = functions.whole(self, parse_expression(text), scope.inside("here", aggregates=aggregates))
            self._measure(node)
        except SyntaxFault as fault:
            return self._broken(fault)
        if has_aggregate(node):
            self.grouped(node, ())
        if wanted is not None and not fits(node.type, wanted):
            self._report(0, f"this is {a(node.type)}; {_wanted(wanted)} must stand here", None)
        return node

    def relation(self, text: str, scope: Scope) -> tuple[tree.Relation | None, Scope]:
        """Check ``table alias`` and bring the alias into scope."""
        try:
            return queries.relation(self, parse_relation(text), scope)
        except SyntaxFault as fault:
            self._broken(fault)
            return None, scope

    def join(self, text: str, scope: Scope) -> tuple[tree.Join | None, Scope]:
        """Check ``[left] table alias on condition`` and bring the alias into scope."""
        try:
            join, joined = queries.join(self, parse_join(text), scope)
            self._measure(join)
        except SyntaxFault as fault:
            self._broken(fault)
            return None, scope
        return join, joined

    def query(self, text: str) -> tree.Query | None:
        """Check one whole SELECT."""
        try:
            syntax = parse_query(text)
            query = queries.query(self, syntax, Scope())
            self._measure(query)
        except SyntaxFault as fault:
            self._broken(fault)
            return None
        return queries.checked_columns(self, query, syntax)

    def _broken(self, fault: SyntaxFault) -> Node:
        self._report(fault.offset, fault.message, fault.help)
        return tree.UNKNOWN

    def _measure(self, checked: Any) -> None:
        if limits.written_size(checked) > limits.LARGEST:
            raise SyntaxFault("far too large once it is written out", 0, "use fewer queries inside queries")

    # -- what expressions, functions and queries share

    def node(self, syntax: exp.Expr, scope: Scope) -> Node:
        """Check one piece of an expression."""
        rule = RULES.get(type(syntax))
        if rule is None or {name for name, value in syntax.args.items() if value} - rule.parts:
            return self.refuse(syntax)
        self._depth += 1
        try:
            if self._depth > limits.DEEPEST:
                raise SyntaxFault("nested too deeply", offset_of(syntax) or 0, "write it flatter")
            return rule.check(self, syntax, scope)
        finally:
            self._depth -= 1

    @contextmanager
    def inner_query(self, syntax: exp.Expr) -> Iterator[None]:
        """Count how deeply queries nest."""
        self._queries += 1
        if self._queries > limits.MOST_QUERIES:
            raise SyntaxFault(
                "queries nest too deeply", offset_of(syntax) or 0, "name inner queries: WITH … AS"
            )
        try:
            yield
        finally:
            self._queries -= 1

    def condition(self, syntax: exp.Expr, scope: Scope) -> Node:
        """Check a piece that must be a condition."""
        node = self.node(syntax, scope)
        if not fits(node.type, Type.BOOLEAN):
            self.fault(syntax, f"this is {a(node.type)}; a condition must stand here")
        return node

    def grouped(self, node: Node, keys: tuple[Node, ...]) -> None:
        """Check that a value is the same for all rows of a group."""
        for offset, message, help in ungrouped(node, keys):
            self._report(offset, message, help)

    def refuse(self, syntax: exp.Expr) -> Node:
        """Report what the language has not."""
        help = INSTEAD.get(type(syntax), "docs/language.md lists all operators and functions")
        self.fault(syntax, f"{spelled(syntax)} is not part of the rule language", help)
        return tree.UNKNOWN

    def fault(self, syntax: exp.Expr, message: str, help: str | None = None) -> None:
        """Report a fault at a piece of the text."""
        self._report(offset_of(syntax) or 0, message, help)


def _wanted(kind: Type) -> str:
    return "a condition" if kind is Type.BOOLEAN else a(kind)
