"""Syntax to typed tree: every name looked up, every type checked, every fault reported with its place.

Whatever is not listed here is not in the language; that is what makes a rule pack safe to run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from rootlint.errors import did_you_mean
from rootlint.rules.language import operators, tree
from rootlint.rules.language.parsing import (
    SyntaxFault,
    offset_of,
    parse_expression,
    parse_join,
    parse_query,
    parse_relation,
)
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import OF_COLUMN, Type, common, fits
from rootlint.snapshot.format import FORMAT

Report = Callable[[int, str, str | None], None]  # offset in the text, message, help

DEEPEST = 100  # levels of nesting


@dataclass(frozen=True)
class ColumnInfo:
    """A column that may be named in an expression."""

    type: Type
    table: str | None = None
    private: bool = False


Columns = Mapping[str, ColumnInfo]


@dataclass(frozen=True)
class Schema:
    """What expressions may name: tables with their columns, and parameters with their types."""

    tables: Mapping[str, Columns]
    parameters: Mapping[str, Type]

    def with_columns(self, extra: Mapping[str, Mapping[str, Type]]) -> Schema:
        """The schema with further columns that a rule says the operator's files have."""
        tables = dict(self.tables)
        for table, columns in extra.items():
            added = {name: ColumnInfo(kind, table) for name, kind in columns.items()}
            tables[table] = {**tables.get(table, {}), **added}
        return replace(self, tables=tables)


def format_schema(parameters: Mapping[str, Type]) -> Schema:
    """The schema of the snapshot format."""
    tables = {
        table.name: {
            column.name: ColumnInfo(OF_COLUMN[column.type], table.name, column.private)
            for column in table.columns.values()
        }
        for table in FORMAT.tables.values()
    }
    return Schema(tables, parameters)


@dataclass(frozen=True)
class Scope:
    """The relations an expression may name, innermost first."""

    relations: Mapping[str, Columns] = field(default_factory=dict)
    outer: Scope | None = None
    at: Node | None = None  # when the record happened: parameters are in force then
    parameters_need_at: bool = False

    def with_relation(self, alias: str, columns: Columns) -> Scope:
        return replace(self, relations={**self.relations, alias: columns})


class Checker:
    """Checks the expressions of one text; ``report`` hears of each fault and checking goes on."""

    def __init__(self, schema: Schema, report: Report) -> None:
        self._schema = schema
        self._report = report
        self._depth = 0

    # -- entry points: one for each kind of text a rule holds

    def expression(self, text: str, scope: Scope, wanted: Type | None = None, *, aggregates: bool = False) -> Node:
        """Check one expression; with ``wanted``, that it has that type."""
        try:
            node = self._node(parse_expression(text), scope, aggregates)
        except SyntaxFault as fault:
            return self._broken(fault)
        if wanted is not None and not fits(node.type, wanted):
            self._report(0, f"this is {_a(node.type)}; {_a(wanted)} must stand here", None)
        return node

    def relation(self, text: str, scope: Scope) -> tuple[tree.Relation | None, Scope]:
        """Check ``table alias`` and bring the alias into scope."""
        try:
            return self._relation(parse_relation(text), scope, {})
        except SyntaxFault as fault:
            self._broken(fault)
            return None, scope

    def join(self, text: str, scope: Scope) -> tuple[tree.Join | None, Scope]:
        """Check ``[left] table alias on condition`` and bring the alias into scope."""
        try:
            return self._join(parse_join(text), scope, {})
        except SyntaxFault as fault:
            self._broken(fault)
            return None, scope

    def query(self, text: str) -> tree.Select | tree.Union | None:
        """Check one whole SELECT."""
        try:
            return self._query(parse_query(text), {}, None)
        except SyntaxFault as fault:
            self._broken(fault)
            return None

    # -- queries

    def _query(
        self, syntax: exp.Expression, ctes: Mapping[str, tree.Select | tree.Union], outer: Scope | None
    ) -> tree.Select | tree.Union | None:
        with_ = syntax.args.get("with_")
        if with_ is not None:
            if with_.args.get("recursive"):
                self._fault(with_, "a query may not call itself", "lineage joins are a check kind: balance")
                return None
            ctes = dict(ctes)
            for cte in with_.expressions:
                checked = self._query(cte.this, ctes, None)
                if checked is not None:
                    ctes[cte.alias] = checked
        if isinstance(syntax, exp.Union):
            return self._union(syntax, ctes, outer)
        if isinstance(syntax, exp.Subquery) and not syntax.alias:
            return self._query(syntax.this, ctes, outer)
        if not isinstance(syntax, exp.Select):
            self._fault(syntax, f"{_spell(syntax)} is not part of the rule language", "use SELECT and UNION ALL")
            return None
        return self._select(syntax, ctes, outer)

    def _union(
        self, syntax: exp.Union, ctes: Mapping[str, tree.Select | tree.Union], outer: Scope | None
    ) -> tree.Union | None:
        if type(syntax) is not exp.Union or syntax.args.get("distinct") or syntax.args.get("by_name"):
            self._fault(syntax, "only UNION ALL is part of the rule language", "write UNION ALL")
        for clause in ("order", "limit", "offset"):
            if syntax.args.get(clause):
                self._fault(syntax, f"{clause.upper()} is not part of the rule language", "rows have no order in a rule")
        sides = [self._query(side, ctes, outer) for side in (syntax.this, syntax.expression)]
        parts: list[tree.Select] = []
        for side in sides:
            if side is None:
                return None
            parts.extend(side.parts if isinstance(side, tree.Union) else [side])
        first = parts[0].columns
        for part in parts[1:]:
            names = [name for name, _ in part.columns]
            if names != [name for name, _ in first]:
                self._fault(syntax, "the parts of a UNION ALL name different columns", "give all parts the same names in the same order")
                return None
            for (name, left), (_, right) in zip(first, part.columns, strict=True):
                if common(left.type, right.type) is None:
                    self._fault(syntax, f"column '{name}' is {left.type} in one part and {right.type} in another")
        return tree.Union(tuple(parts))

    def _select(
        self, syntax: exp.Select, ctes: Mapping[str, tree.Select | tree.Union], outer: Scope | None
    ) -> tree.Select | None:
        allowed = {"expressions", "from_", "joins", "where", "group", "having", "distinct", "with_", "kind", "hint"}
        for clause, value in syntax.args.items():
            if value and (clause not in allowed or clause in ("kind", "hint")):
                word = clause.rstrip("_").replace("_", " ").upper()
                self._fault(syntax, f"{word} is not part of the rule language", "rows have no order and no limit in a rule")
        scope = Scope(outer=outer, parameters_need_at=True)
        if syntax.args.get("from_") is None:
            self._fault(syntax, "a SELECT without FROM reads nothing")
            return None
        base, scope = self._relation(syntax.args["from_"].this, scope, ctes)
        joins: list[tree.Join] = []
        for join_syntax in syntax.args.get("joins") or ():
            join, scope = self._join(join_syntax, scope, ctes)
            if join is not None:
                joins.append(join)
        if base is None:
            return None
        where = syntax.args.get("where")
        group = syntax.args.get("group")
        having = syntax.args.get("having")
        if group is not None and any(value for name, value in group.args.items() if name != "expressions"):
            self._fault(group, "only plain GROUP BY is part of the rule language")
        return tree.Select(
            columns=tuple(self._column_of_select(item, scope) for item in syntax.expressions),
            source=tree.Source(base, tuple(joins)),
            where=self._condition(where.this, scope) if where is not None else None,
            group_by=tuple(self._node(item, scope) for item in group.expressions) if group is not None else (),
            having=self._condition(having.this, scope, aggregates=True) if having is not None else None,
            distinct=self._distinct(syntax.args.get("distinct")),
        )

    def _distinct(self, syntax: exp.Expression | None) -> bool:
        if syntax is not None and syntax.args.get("on"):
            self._fault(syntax, "DISTINCT ON is not part of the rule language", "use GROUP BY with min() or max()")
        return syntax is not None

    def _column_of_select(self, syntax: exp.Expression, scope: Scope) -> tuple[str, Node]:
        value = syntax.this if isinstance(syntax, exp.Alias) else syntax
        node = self._node(value, scope, aggregates=True)
        name = syntax.alias if isinstance(syntax, exp.Alias) else syntax.name if isinstance(syntax, exp.Column) else ""
        if not name:
            self._fault(syntax, "this column has no name", "add AS name")
        return name or "?", node

    def _relation(
        self, syntax: exp.Expression, scope: Scope, ctes: Mapping[str, tree.Select | tree.Union]
    ) -> tuple[tree.Relation | None, Scope]:
        if isinstance(syntax, exp.Subquery):
            query = self._query(syntax.this, ctes, None)
            alias = syntax.alias
            if not alias:
                self._fault(syntax, "a subquery in FROM needs an alias")
            return self._bring(query, alias, syntax, scope)
        if not isinstance(syntax, exp.Table) or not isinstance(syntax.this, exp.Identifier):
            self._fault(syntax, f"{_spell(syntax)} is not part of the rule language", "a rule reads tables of the snapshot by name")
            return None, scope
        extra = {name for name, value in syntax.args.items() if value} - {"this", "alias"}
        if extra or (syntax.args.get("alias") and syntax.args["alias"].args.get("columns")):
            self._fault(syntax, f"only a plain table name and an alias may stand here, not {syntax.sql()}")
            return None, scope
        name, alias = syntax.name, syntax.alias or syntax.name
        if name in ctes:
            return self._bring(ctes[name], alias, syntax, scope)
        if name not in self._schema.tables:
            self._fault(syntax, f"the snapshot format has no table '{name}'", did_you_mean(name, {*self._schema.tables, *ctes}))
            return None, scope
        return self._bring(name, alias, syntax, scope)

    def _bring(
        self, of: str | tree.Select | tree.Union | None, alias: str, syntax: exp.Expression, scope: Scope
    ) -> tuple[tree.Relation | None, Scope]:
        if of is None:
            return None, scope
        if not re.fullmatch(r"[a-z][a-z0-9_]*", alias):
            self._fault(syntax, f"'{alias}' cannot be an alias", "use small letters, digits and _")
        if alias in scope.relations:
            self._fault(syntax, f"alias '{alias}' stands twice")
        columns = self._schema.tables[of] if isinstance(of, str) else columns_of(of)
        return tree.Relation(of, alias), scope.with_relation(alias, columns)

    def _join(
        self, syntax: exp.Join, scope: Scope, ctes: Mapping[str, tree.Select | tree.Union]
    ) -> tuple[tree.Join | None, Scope]:
        before = set(scope.relations)
        relation, scope = self._relation(syntax.this, scope, ctes)
        if relation is None:
            return None, scope
        side, kind = (syntax.args.get("side") or "").upper(), (syntax.args.get("kind") or "").upper()
        used = {name for name, value in syntax.args.items() if value} - {"this", "on", "side", "kind"}
        if used or side not in ("", "LEFT") or kind not in ("", "INNER", "OUTER"):
            self._fault(syntax.this, "only JOIN … ON and LEFT JOIN … ON are part of the rule language")
        on = syntax.args.get("on")
        if on is None:
            self._fault(syntax.this, "a join needs ON with at least one equality", "join on facility and a key")
            return None, scope
        condition = self._condition(on, scope)
        if not _links(condition, relation.alias, before):
            self._fault(on, f"this join does not tie '{relation.alias}' to what stands before it", "add an equality between a column of each")
        return tree.Join("left" if side else "inner", relation, condition), scope

    # -- expressions

    def _condition(self, syntax: exp.Expression, scope: Scope, *, aggregates: bool = False) -> Node:
        node = self._node(syntax, scope, aggregates)
        if not fits(node.type, Type.BOOLEAN):
            self._fault(syntax, f"this is {_a(node.type)}; a condition must stand here")
        return node

    def _node(self, syntax: exp.Expression, scope: Scope, aggregates: bool = False) -> Node:
        rule = _RULES.get(type(syntax))
        if rule is None:
            return self._refuse(syntax)
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                raise SyntaxFault("nested too deeply", offset_of(syntax) or 0, "write it flatter")
            return rule(self, syntax, scope, aggregates)
        finally:
            self._depth -= 1

    def _refuse(self, syntax: exp.Expression) -> Node:
        help = _INSTEAD.get(type(syntax), "see the list of operators and functions: rootlint rules docs language")
        self._fault(syntax, f"{_spell(syntax)} is not part of the rule language", help)
        return _UNKNOWN

    def _paren(self, syntax: exp.Paren, scope: Scope, aggregates: bool) -> Node:
        return self._node(syntax.this, scope, aggregates)

    def _literal(self, syntax: exp.Literal, scope: Scope, aggregates: bool) -> Node:
        if syntax.is_string:
            return tree.Literal(syntax.this, Type.TEXT)
        try:
            number = Decimal(syntax.this)
        except InvalidOperation:
            return self._refuse(syntax)
        if re.fullmatch(r"[0-9]{1,18}", syntax.this):
            return tree.Literal(int(number), Type.INTEGER)
        if not re.fullmatch(r"[0-9]{1,12}\.[0-9]{1,9}|\.[0-9]{1,9}", syntax.this):
            self._fault(syntax, f"{syntax.this} has too many digits or an exponent", "at most 12 before and 9 after the point")
            return _UNKNOWN
        return tree.Literal(number, Type.DECIMAL)

    def _boolean(self, syntax: exp.Boolean, scope: Scope, aggregates: bool) -> Node:
        return tree.Literal(bool(syntax.this), Type.BOOLEAN)

    def _null(self, syntax: exp.Null, scope: Scope, aggregates: bool) -> Node:
        return tree.Literal(None, Type.NULL)

    def _column(self, syntax: exp.Column, scope: Scope, aggregates: bool) -> Node:
        if isinstance(syntax.this, exp.Star):
            self._fault(syntax, "'*' stands only in count(*)", "name the columns")
            return _UNKNOWN
        if syntax.args.get("db") or syntax.args.get("catalog"):
            self._fault(syntax, f"'{syntax.sql()}' has too many parts", "write alias.column")
            return _UNKNOWN
        name, alias = syntax.name, syntax.table
        return self._qualified(syntax, alias, name, scope) if alias else self._bare(syntax, name, scope)

    def _qualified(self, syntax: exp.Column, alias: str, name: str, scope: Scope) -> Node:
        level: Scope | None = scope
        aliases: set[str] = set()
        while level is not None:
            if alias in level.relations:
                return self._known(syntax, alias, name, level.relations[alias])
            aliases |= set(level.relations)
            level = level.outer
        self._fault(syntax, f"no table has the alias '{alias}' here", did_you_mean(alias, aliases, listing="aliases"))
        return _UNKNOWN

    def _bare(self, syntax: exp.Column, name: str, scope: Scope) -> Node:
        level: Scope | None = scope
        while level is not None:
            holders = [alias for alias, columns in level.relations.items() if name in columns]
            if len(holders) > 1:
                self._fault(syntax, f"'{name}' stands in {' and '.join(holders)}", f"write {holders[0]}.{name}")
                return _UNKNOWN
            if holders:
                return self._known(syntax, holders[0], name, level.relations[holders[0]])
            level = level.outer
        known = {column for columns in scope.relations.values() for column in columns}
        if name in operators.SCALAR_FUNCTIONS:
            self._fault(syntax, f"{name} is a function", f"write {name}(…)")
        else:
            self._fault(syntax, f"no column '{name}' here", did_you_mean(name, known, listing="columns"))
        return _UNKNOWN

    def _known(self, syntax: exp.Column, alias: str, name: str, columns: Columns) -> Node:
        if name not in columns:
            table = next((info.table for info in columns.values() if info.table), None) or alias
            self._fault(syntax.this, f"{table} has no column '{name}'", did_you_mean(name, columns, listing="columns"))
            return _UNKNOWN
        info = columns[name]
        return tree.Column(alias, name, info.type, info.table, info.private)

    def _logic(self, syntax: exp.Connector, scope: Scope, aggregates: bool) -> Node:
        key = "and" if isinstance(syntax, exp.And) else "or"
        parts = [self._condition(part, scope, aggregates=aggregates) for part in syntax.flatten()]
        return tree.Call(key, tuple(parts), Type.BOOLEAN)

    def _not(self, syntax: exp.Not, scope: Scope, aggregates: bool) -> Node:
        return tree.Call("not", (self._condition(syntax.this, scope, aggregates=aggregates),), Type.BOOLEAN)

    def _comparison(self, syntax: exp.Binary, scope: Scope, aggregates: bool) -> Node:
        left, right = self._sides(syntax, scope, aggregates)
        self._same_type(syntax, left, right)
        return tree.Call(_COMPARISONS[type(syntax)], (left, right), Type.BOOLEAN)

    def _null_safe(self, syntax: exp.Binary, scope: Scope, aggregates: bool) -> Node:
        left, right = self._sides(syntax, scope, aggregates)
        self._same_type(syntax, left, right)
        distinct = tree.Call("distinct", (left, right), Type.BOOLEAN)
        return distinct if isinstance(syntax, exp.NullSafeNEQ) else tree.Call("not", (distinct,), Type.BOOLEAN)

    def _same_type(self, syntax: exp.Expression, left: Node, right: Node) -> None:
        shared = common(left.type, right.type)
        if shared is None:
            self._fault(syntax, f"{_a(left.type)} cannot be compared with {_a(right.type)}", _comparison_help(left, right))
        elif shared in (Type.LIST, Type.DEADLINE):
            self._fault(syntax, f"a {shared} cannot be compared", "use has(list, text)" if shared is Type.LIST else "use due(event, deadline)")

    def _is(self, syntax: exp.Is, scope: Scope, aggregates: bool) -> Node:
        operand = self._node(syntax.this, scope, aggregates)
        if isinstance(syntax.expression, exp.Null):
            return tree.Call("is_null", (operand,), Type.BOOLEAN)
        if isinstance(syntax.expression, exp.Boolean) and fits(operand.type, Type.BOOLEAN):
            return tree.Call("is_true" if syntax.expression.this else "is_false", (operand,), Type.BOOLEAN)
        return self._refuse(syntax)

    def _arithmetic(self, syntax: exp.Binary, scope: Scope, aggregates: bool) -> Node:
        left, right = self._sides(syntax, scope, aggregates)
        if Type.UNKNOWN in (left.type, right.type):
            return _UNKNOWN
        kinds = (left.type, right.type)
        if all(kind.is_numeric or kind is Type.NULL for kind in kinds):
            shared = common(*kinds) or Type.DECIMAL
            return tree.Call(_ARITHMETIC[type(syntax)], (left, right), Type.DECIMAL if isinstance(syntax, exp.Div) else shared)
        moved = _TIME_ARITHMETIC.get((type(syntax), *kinds))
        if moved is not None:
            return tree.Call(moved, (left, right), left.type)
        self._fault(syntax, f"{_a(left.type)} and {_a(right.type)} cannot be combined with '{_SYMBOLS[type(syntax)]}'", _arithmetic_help(left, right))
        return _UNKNOWN

    def _negative(self, syntax: exp.Neg, scope: Scope, aggregates: bool) -> Node:
        operand = self._node(syntax.this, scope, aggregates)
        if not (operand.type.is_numeric or operand.type in (Type.NULL, Type.UNKNOWN)):
            self._fault(syntax, f"{_a(operand.type)} has no negative")
        return tree.Call("negative", (operand,), operand.type)

    def _concat(self, syntax: exp.DPipe, scope: Scope, aggregates: bool) -> Node:
        sides = self._sides(syntax, scope, aggregates)
        for side, part in zip(sides, (syntax.this, syntax.expression), strict=True):
            if not fits(side.type, Type.TEXT):
                self._fault(part, f"{_a(side.type)} cannot be joined to a text", "write text(…)")
        return tree.Call("concat", sides, Type.TEXT)

    def _like(self, syntax: exp.Like, scope: Scope, aggregates: bool) -> Node:
        operand, pattern = self._sides(syntax, scope, aggregates)
        if not isinstance(pattern, tree.Literal) or not isinstance(pattern.value, str):
            self._fault(syntax, "the pattern of LIKE must be written out")
        elif "\\" in pattern.value:
            self._fault(syntax, "a pattern has no escape character", "use contains(), starts_with() or matches()")
        if not fits(operand.type, Type.TEXT):
            self._fault(syntax, f"LIKE compares a text, not {_a(operand.type)}")
        return tree.Call("like", (operand, pattern), Type.BOOLEAN)

    def _between(self, syntax: exp.Between, scope: Scope, aggregates: bool) -> Node:
        operand, low, high = (self._node(syntax.args[name], scope, aggregates) for name in ("this", "low", "high"))
        self._same_type(syntax, operand, low)
        self._same_type(syntax, operand, high)
        bounds = (tree.Call("at_least", (operand, low), Type.BOOLEAN), tree.Call("at_most", (operand, high), Type.BOOLEAN))
        return tree.Call("and", bounds, Type.BOOLEAN)

    def _in(self, syntax: exp.In, scope: Scope, aggregates: bool) -> Node:
        if set(name for name, value in syntax.args.items() if value) - {"this", "expressions"}:
            self._fault(syntax, "IN takes a written list", "use EXISTS (SELECT …) for a query")
            return _UNKNOWN
        operand = self._node(syntax.this, scope, aggregates)
        options = [self._node(option, scope, aggregates) for option in syntax.expressions]
        for option in options:
            self._same_type(syntax, operand, option)
        return tree.Call("in", (operand, *options), Type.BOOLEAN)

    def _case(self, syntax: exp.Case, scope: Scope, aggregates: bool) -> Node:
        subject = self._node(syntax.this, scope, aggregates) if syntax.this is not None else None
        branches: list[tuple[Node, Node]] = []
        for branch in syntax.args["ifs"]:
            when = self._node(branch.this, scope, aggregates)
            if subject is not None:
                self._same_type(branch, subject, when)
                when = tree.Call("equal", (subject, when), Type.BOOLEAN)
            elif not fits(when.type, Type.BOOLEAN):
                self._fault(branch, f"this is {_a(when.type)}; a condition must stand here")
            branches.append((when, self._node(branch.args["true"], scope, aggregates)))
        otherwise = syntax.args.get("default")
        default = self._node(otherwise, scope, aggregates) if otherwise is not None else tree.Literal(None, Type.NULL)
        return tree.Case(tuple(branches), default, self._type_of_all(syntax, [value for _, value in branches] + [default]))

    def _type_of_all(self, syntax: exp.Expression, nodes: list[Node]) -> Type:
        shared: Type | None = Type.NULL
        for node in nodes:
            shared = common(shared, node.type) if shared is not None else None
        if shared is None:
            self._fault(syntax, f"these values differ in type: {', '.join(sorted({node.type for node in nodes}))}")
            return Type.UNKNOWN
        return shared

    def _exists(self, syntax: exp.Exists, scope: Scope, aggregates: bool) -> Node:
        query = self._query(syntax.this, {}, scope)
        if not isinstance(query, tree.Select):
            self._fault(syntax, "EXISTS takes one SELECT")
            return _UNKNOWN
        if query.group_by or query.having or query.distinct:
            self._fault(syntax, "EXISTS takes a SELECT without grouping")
        return tree.Exists(query)

    # -- functions

    def _call(self, syntax: exp.Anonymous, scope: Scope, aggregates: bool) -> Node:
        name = str(syntax.this)
        if name == "coalesce":
            return self._coalesce(syntax, scope, aggregates)
        if name == "param":
            return self._param(syntax, scope)
        if name in operators.AGGREGATE_FUNCTIONS:
            return self._aggregate(syntax, None, scope, aggregates)
        if name in operators.WINDOW_FUNCTIONS:
            self._fault(syntax, f"{name} needs OVER (PARTITION BY … ORDER BY …)")
            return _UNKNOWN
        if name not in operators.SCALAR_FUNCTIONS:
            known = {*operators.SCALAR_FUNCTIONS, *operators.AGGREGATE_FUNCTIONS, *operators.WINDOW_FUNCTIONS, "coalesce", "param"}
            self._fault(syntax, f"there is no function '{name}'", _RENAMED.get(name.lower()) or did_you_mean(name, known))
            return _UNKNOWN
        function = operators.SCALAR_FUNCTIONS[name]
        if name == "due" and len(syntax.expressions) == 2:
            event = self._node(syntax.expressions[0], scope, aggregates)
            scope = replace(scope, at=event, parameters_need_at=False)
        args = [self._node(arg, scope, aggregates) for arg in syntax.expressions]
        overload = self._overload(syntax, function, args)
        if overload is None:
            return _UNKNOWN
        self._literal_arguments(syntax, function, args)
        return tree.Call(overload.key, tuple(args), overload.result)

    def _overload(self, syntax: exp.Expression, function: operators.Function, args: list[Node]) -> operators.Overload | None:
        if any(arg.type is Type.UNKNOWN for arg in args):
            return None
        for exact in (True, False):
            for overload in function.overloads:
                if len(overload.args) == len(args) and all(
                    (arg.type is want if exact else fits(arg.type, want)) or want is Type.UNKNOWN
                    for arg, want in zip(args, overload.args, strict=True)
                ):
                    return overload
        given = ", ".join(arg.type for arg in args) or "nothing"
        ways = " or ".join(f"{function.name}({', '.join(overload.args)})" for overload in function.overloads)
        self._fault(syntax, f"{function.name} does not take {given}", f"it is {ways}")
        return None

    def _literal_arguments(self, syntax: exp.Expression, function: operators.Function, args: list[Node]) -> None:
        for index in function.literal_args:
            argument = args[index]
            if not isinstance(argument, tree.Literal):
                self._fault(syntax, f"argument {index + 1} of {function.name} must be written out")
                continue
            fault = _LITERAL_CHECKS[function.name](argument.value)
            if fault is not None:
                self._fault(syntax, fault[0], fault[1])

    def _coalesce(self, syntax: exp.Anonymous, scope: Scope, aggregates: bool) -> Node:
        args = [self._node(arg, scope, aggregates) for arg in syntax.expressions]
        if not args:
            self._fault(syntax, "coalesce needs at least one value")
            return _UNKNOWN
        return tree.Call("coalesce", tuple(args), self._type_of_all(syntax, args))

    def _param(self, syntax: exp.Anonymous, scope: Scope) -> Node:
        named = {arg.this.name: arg.expression for arg in syntax.expressions if isinstance(arg, exp.Kwarg)}
        plain = [arg for arg in syntax.expressions if not isinstance(arg, exp.Kwarg)]
        usage = "write param('name'), param('name', audience => …) or param('name', at => …)"
        if len(plain) != 1 or not (isinstance(plain[0], exp.Literal) and plain[0].is_string) or set(named) - {"at", "audience"}:
            self._fault(syntax, "param takes the written name of a parameter", usage)
            return _UNKNOWN
        name = plain[0].this
        kind = self._schema.parameters.get(name)
        if kind is None:
            self._fault(plain[0], f"no parameter '{name}' is known", did_you_mean(name, self._schema.parameters))
            return _UNKNOWN
        at = self._node(named["at"], scope) if "at" in named else scope.at
        if at is not None and not (fits(at.type, Type.INSTANT) or fits(at.type, Type.DATE)):
            self._fault(syntax, f"a parameter is in force at an instant or on a date, not {_a(at.type)}")
        if at is None and scope.parameters_need_at:
            self._fault(syntax, "in a query, param needs to know when", "write param('name', at => the record's instant or date)")
        audience = self._node(named["audience"], scope) if "audience" in named else None
        if audience is not None and not fits(audience.type, Type.TEXT):
            self._fault(syntax, f"an audience is a text, not {_a(audience.type)}", "use audience(customer_type)")
        return tree.Param(name, at, audience, kind)

    def _filter(self, syntax: exp.Filter, scope: Scope, aggregates: bool) -> Node:
        if not isinstance(syntax.this, exp.Anonymous):
            return self._refuse(syntax)
        return self._aggregate(syntax.this, syntax.expression.this, scope, aggregates)

    def _aggregate(self, syntax: exp.Anonymous, where: exp.Expression | None, scope: Scope, aggregates: bool) -> Node:
        name = str(syntax.this)
        if name not in operators.AGGREGATE_FUNCTIONS:
            self._fault(syntax, f"'{name}' is no aggregate", did_you_mean(name, operators.AGGREGATE_FUNCTIONS))
            return _UNKNOWN
        if not aggregates:
            self._fault(syntax, f"{name} stands only where rows are grouped", "in the columns or HAVING of a query, or in a check of kind limit or balance")
            return _UNKNOWN
        star = len(syntax.expressions) == 1 and isinstance(syntax.expressions[0], exp.Star)
        args = [] if star else [self._node(arg, scope) for arg in syntax.expressions]
        if (star and name != "count") or (not args and not star):
            self._fault(syntax, f"{name} needs a value", "count(*) counts rows")
            return _UNKNOWN
        overload = self._overload(syntax, operators.AGGREGATE_FUNCTIONS[name], args)
        condition = self._condition(where, scope) if where is not None else None
        if overload is None:
            return _UNKNOWN
        return tree.Aggregate(overload.key, tuple(args), condition, overload.result)

    def _window(self, syntax: exp.Window, scope: Scope, aggregates: bool) -> Node:
        call = syntax.this
        name = str(call.this) if isinstance(call, exp.Anonymous) else ""
        extra = {key for key, value in syntax.args.items() if value} - {"this", "partition_by", "order", "over"}
        if name not in operators.WINDOW_FUNCTIONS or extra:
            self._fault(syntax, "only the window functions of the rule language take OVER", did_you_mean(name, operators.WINDOW_FUNCTIONS))
            return _UNKNOWN
        order = syntax.args.get("order")
        if order is None:
            self._fault(syntax, f"{name} needs ORDER BY", "without an order the answer would change from run to run")
            return _UNKNOWN
        args = [self._node(arg, scope, aggregates) for arg in call.expressions]
        overload = self._overload(call, operators.WINDOW_FUNCTIONS[name], args)
        if overload is None:
            return _UNKNOWN
        return tree.Window(
            overload.key,
            tuple(args),
            tuple(self._node(part, scope, aggregates) for part in syntax.args.get("partition_by") or ()),
            tuple((self._node(item.this, scope, aggregates), bool(item.args.get("desc"))) for item in order.expressions),
            overload.result,
        )

    # -- faults

    def _sides(self, syntax: exp.Expression, scope: Scope, aggregates: bool) -> tuple[Node, Node]:
        return self._node(syntax.this, scope, aggregates), self._node(syntax.expression, scope, aggregates)

    def _fault(self, syntax: exp.Expression, message: str, help: str | None = None) -> None:
        self._report(offset_of(syntax) or 0, message, help)

    def _broken(self, fault: SyntaxFault) -> Node:
        self._report(fault.offset, fault.message, fault.help)
        return _UNKNOWN


def columns_of(query: tree.Select | tree.Union) -> dict[str, ColumnInfo]:
    """The columns a query offers to the one around it; what is private stays so under any name."""
    return {name: ColumnInfo(node.type, None, shows_private(node)) for name, node in query.columns}


def shows_private(node: Node) -> bool:
    """Whether a value would show a private column: counting one or asking whether it is null does not."""
    if isinstance(node, tree.Column):
        return node.private
    if isinstance(node, tree.Exists) or (isinstance(node, tree.Call) and node.key in ("is_null", "length", "size")):
        return False
    if isinstance(node, tree.Aggregate) and node.key in ("count", "count.value", "count_distinct"):
        return False
    if node.type is Type.BOOLEAN:
        return False
    children = [part for part in _children(node)]
    return any(shows_private(child) for child in children)


def _children(node: Node) -> list[Node]:
    if isinstance(node, tree.Call | tree.Aggregate | tree.Window):
        return list(node.args)
    if isinstance(node, tree.Case):
        return [value for _, value in node.branches] + [node.default]
    return []


def _links(condition: Node, alias: str, before: set[str]) -> bool:
    """Whether some conjunct equates something of the new relation with something before it."""
    if isinstance(condition, tree.Call) and condition.key == "and":
        return any(_links(part, alias, before) for part in condition.args)
    if not (isinstance(condition, tree.Call) and condition.key == "equal"):
        return condition.type is Type.UNKNOWN
    left, right = ({part.alias for part in tree.walk(side) if isinstance(part, tree.Column)} for side in condition.args)
    return (left == {alias} and bool(right) and right <= before) or (right == {alias} and bool(left) and left <= before)


def _a(kind: Type) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _spell(syntax: exp.Expression) -> str:
    words = _WORDS.get(type(syntax))
    if words is not None:
        return words
    try:
        text = " ".join(syntax.sql().split())
    except Exception:  # a node that cannot print itself is still refused by its class
        text = type(syntax).__name__
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"


def _comparison_help(left: Node, right: Node) -> str | None:
    kinds = {left.type, right.type}
    if kinds == {Type.INSTANT, Type.DATE}:
        return "compare days: local_date(instant)"
    if kinds == {Type.DATE, Type.TEXT}:
        return "write date('2026-11-01')"
    if kinds == {Type.INSTANT, Type.TEXT}:
        return "write instant('2026-11-01T13:00:00Z')"
    if Type.DURATION in kinds:
        return "write a duration: minutes(n), hours(n), days(n)"
    if Type.DEADLINE in kinds:
        return "use due(event, deadline)"
    if Type.TEXT in kinds and any(kind.is_numeric for kind in kinds):
        return "write number(text)"
    return None


def _arithmetic_help(left: Node, right: Node) -> str | None:
    kinds = (left.type, right.type)
    if kinds == (Type.INSTANT, Type.INSTANT):
        return "write elapsed(earlier, later)"
    if kinds == (Type.DATE, Type.DATE):
        return "write days_between(earlier, later)"
    if Type.DATE in kinds:
        return "write add_days(date, n)"
    if Type.INSTANT in kinds:
        return "add a duration: minutes(n), hours(n), days(n)"
    return None


def _text_of_instant(value: object) -> tuple[str, str | None] | None:
    try:
        if datetime.fromisoformat(str(value)).tzinfo is not None:
            return None
    except ValueError:
        pass
    return f"'{value}' is no instant", "write instant('2026-11-01T13:00:00Z'), with an offset"


def _text_of_date(value: object) -> tuple[str, str | None] | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            date.fromisoformat(str(value))
            return None
    except ValueError:
        pass
    return f"'{value}' is no date", "write date('2026-11-01')"


def _regular_expression(value: object) -> tuple[str, str | None] | None:
    text = str(value)
    if re.search(r"\(\?|\\[^.\\+*?()\[\]{}|^$/dsw-]", text):
        return f"'{text}' uses what engines read differently", "use characters, classes, groups, |, repetition, ^ and $"
    try:
        re.compile(text)
    except re.error as error:
        return f"'{text}' is no regular expression: {error}", None
    return None


def _places(value: object) -> tuple[str, str | None] | None:
    return None if isinstance(value, int) and 0 <= value <= 6 else ("round takes 0 to 6 places", None)


_LITERAL_CHECKS: dict[str, Callable[[object], tuple[str, str | None] | None]] = {
    "instant": _text_of_instant,
    "date": _text_of_date,
    "matches": _regular_expression,
    "round": _places,
}

_UNKNOWN = tree.Literal(None, Type.UNKNOWN)

_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "equal",
    exp.NEQ: "unequal",
    exp.LT: "less",
    exp.LTE: "at_most",
    exp.GT: "more",
    exp.GTE: "at_least",
}
_ARITHMETIC: dict[type[exp.Expression], str] = {exp.Add: "plus", exp.Sub: "minus", exp.Mul: "times", exp.Div: "divide"}
_SYMBOLS: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_TIME_ARITHMETIC = {
    (exp.Add, Type.INSTANT, Type.DURATION): "later",
    (exp.Sub, Type.INSTANT, Type.DURATION): "earlier",
    (exp.Add, Type.DURATION, Type.DURATION): "duration.plus",
    (exp.Sub, Type.DURATION, Type.DURATION): "duration.minus",
}

_WORDS: dict[type[exp.Expression], str] = {
    exp.Star: "'*'",
    exp.Subquery: "a query inside an expression",
    exp.Cast: "a cast",
    exp.Interval: "INTERVAL",
    exp.Mod: "'%'",
}
_INSTEAD: dict[type[exp.Expression], str] = {
    exp.Cast: "write date('…'), instant('…'), number(text), text(value)",
    exp.TryCast: "write number(text), text(value)",
    exp.Interval: "write minutes(n), hours(n), days(n)",
    exp.Mod: "write modulo(a, b)",
    exp.ILike: "write fold(text) like '…'",
    exp.RegexpLike: "write matches(text, '…')",
    exp.Subquery: "use EXISTS (SELECT …) or a join",
}
_RENAMED = {
    "now": "a rule reads no clock: use captured_at() or as_of()",
    "current_date": "a rule reads no clock: use as_of()",
    "current_timestamp": "a rule reads no clock: use captured_at()",
    "date_diff": "write elapsed(a, b) or days_between(a, b)",
    "datediff": "write elapsed(a, b) or days_between(a, b)",
    "lower": "write fold(text)",
    "upper": "write fold(text) and compare with small letters",
    "greatest": "write greater(a, b)",
    "least": "write lesser(a, b)",
    "lag": "write previous(x) over (…)",
    "lead": "write next(x) over (…)",
    "row_number": "write position() over (…)",
    "ceil": "write ceiling(x)",
    "mod": "write modulo(a, b)",
}

_RULES: dict[type[exp.Expression], Callable[..., Node]] = {
    exp.Paren: Checker._paren,
    exp.Literal: Checker._literal,
    exp.Boolean: Checker._boolean,
    exp.Null: Checker._null,
    exp.Column: Checker._column,
    exp.And: Checker._logic,
    exp.Or: Checker._logic,
    exp.Not: Checker._not,
    exp.Is: Checker._is,
    exp.NullSafeEQ: Checker._null_safe,
    exp.NullSafeNEQ: Checker._null_safe,
    exp.DPipe: Checker._concat,
    exp.Like: Checker._like,
    exp.Between: Checker._between,
    exp.In: Checker._in,
    exp.Case: Checker._case,
    exp.Neg: Checker._negative,
    exp.Exists: Checker._exists,
    exp.Anonymous: Checker._call,
    exp.Filter: Checker._filter,
    exp.Window: Checker._window,
    **dict.fromkeys(_COMPARISONS, Checker._comparison),
    **dict.fromkeys(_ARITHMETIC, Checker._arithmetic),
}
