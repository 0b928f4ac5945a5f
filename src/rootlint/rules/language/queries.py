"""Queries: SELECT, UNION ALL, WITH, FROM, JOIN, EXISTS."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from rootlint.errors import did_you_mean
from rootlint.rules.language import operators, tree
from rootlint.rules.language.advice import spelled
from rootlint.rules.language.grouping import is_grouped
from rootlint.rules.language.scope import Scope, columns_of
from rootlint.rules.language.tree import UNKNOWN, Node
from rootlint.rules.language.types import Type, common
from rootlint.snapshot.format import FORMAT

if TYPE_CHECKING:
    from rootlint.rules.language.checking import Checker

PLACE = "_place"
_ALIAS = re.compile(r"[a-z][a-z0-9_]*")
_NO_ORDER = "rows have no order and no limit in a rule"


def query(check: Checker, syntax: exp.Expr, scope: Scope) -> tree.Query | None:
    """Check a SELECT or UNION ALL; ``scope`` holds the queries named by WITH, and for EXISTS the row around it."""
    with check.inner_query(syntax):
        scope = _named(check, syntax, scope)
        if isinstance(syntax, exp.SetOperation):
            return _union(check, syntax, scope)
        if isinstance(syntax, exp.Subquery) and _only(syntax, {"this", "with_"}):
            return query(check, syntax.this, scope)
        if isinstance(syntax, exp.Select):
            return _select(check, syntax, scope)
        check.fault(syntax, f"{spelled(syntax)} is not part of the rule language", "use SELECT and UNION ALL")
        return None


def _only(syntax: exp.Expr, allowed: set[str]) -> bool:
    return not {name for name, value in syntax.args.items() if value} - allowed


def _named(check: Checker, syntax: exp.Expr, scope: Scope) -> Scope:
    """The scope with the queries that WITH names."""
    with_ = syntax.args.get("with_")
    if with_ is None:
        return scope
    if not _only(with_, {"expressions"}):
        check.fault(with_, "a query may not call itself", "lineage is a check kind: balance")
        return replace(scope, queries={**scope.queries, **{cte.alias: None for cte in with_.expressions}})
    for cte in with_.expressions:
        named = query(check, cte.this, Scope(queries=scope.queries))
        if not _only(cte, {"this", "alias"}) or cte.args["alias"].args.get("columns"):
            check.fault(cte, "only WITH name AS (SELECT …) is part of the rule language")
        if cte.alias in scope.queries or cte.alias in check.schema.tables:
            check.fault(cte.args["alias"], f"'{cte.alias}' is taken", "give the query another name")
        scope = replace(scope, queries={**scope.queries, cte.alias: named})
    return scope


# -- UNION ALL


def _union(check: Checker, syntax: exp.SetOperation, scope: Scope) -> tree.Union | None:
    if type(syntax) is not exp.Union or syntax.args.get("distinct"):
        check.fault(syntax, "only UNION ALL is part of the rule language", "write UNION ALL")
    elif not _only(syntax, {"this", "expression", "with_", "distinct"}):
        check.fault(syntax, "only UNION ALL itself is part of the rule language", _NO_ORDER)
    sides = [query(check, side, scope) for side in (syntax.this, syntax.expression)]
    parts: list[tree.Select] = []
    for side in sides:
        if side is None:
            return None
        parts.extend(side.parts if isinstance(side, tree.Union) else [side])
    return tree.Union(tuple(parts)) if _alike(check, syntax, parts) else None


def _alike(check: Checker, syntax: exp.SetOperation, parts: list[tree.Select]) -> bool:
    """Whether the parts have the same columns, of types that go together."""
    first, last = parts[0], parts[-1]
    if [name for name, _ in first.columns] != [name for name, _ in last.columns]:
        help = "give all parts the same names in the same order"
        check.fault(syntax, "the parts of a UNION ALL name different columns", help)
        return False
    for index, (name, node) in enumerate(last.columns):
        shared: Type | None = node.type
        for part in parts[:-1]:
            shared = common(shared, part.columns[index][1].type) if shared is not None else None
        if shared is None:
            message = (
                f"column '{name}' is {first.columns[index][1].type} in one part and {node.type} in another"
            )
            check.fault(syntax, message)
            return False
    return True


# -- SELECT

_CLAUSES = {"expressions", "from_", "joins", "where", "group", "having", "distinct", "with_"}


def _select(check: Checker, syntax: exp.Select, scope: Scope) -> tree.Select | None:
    _check_clauses(check, syntax)
    source, scope = _source(check, syntax, scope)
    if source is None:
        return None
    where, group, having = (syntax.args.get(name) for name in ("where", "group", "having"))
    inside = scope.inside("in WHERE")
    select = tree.Select(
        columns=_columns(check, syntax, scope.inside("here", aggregates=True, windows=True)),
        source=source,
        where=check.condition(where.this, inside) if where is not None else None,
        group_by=_group_by(check, group, scope.inside("in GROUP BY")) if group is not None else (),
        having=check.condition(having.this, scope.inside("in HAVING", aggregates=True))
        if having is not None
        else None,
        distinct=syntax.args.get("distinct") is not None,
    )
    if is_grouped(select):
        for node in (*(node for _, node in select.columns), select.having):
            if node is not None:
                check.grouped(node, select.group_by)
    return select


def _source(check: Checker, syntax: exp.Select, scope: Scope) -> tuple[tree.Source | None, Scope]:
    scope = Scope(outer=scope.outer, parameters_need_at=True, queries=scope.queries)
    if syntax.args.get("from_") is None:
        check.fault(syntax, "a SELECT without FROM reads nothing", "name a table of the snapshot")
        return None, scope
    base, scope = relation(check, syntax.args["from_"].this, scope)
    joins: list[tree.Join] = []
    for piece in syntax.args.get("joins") or ():
        joined, scope = join(check, piece, scope)
        joins += [joined] if joined is not None else []
    return (tree.Source(base, tuple(joins)) if base is not None else None), scope


def _check_clauses(check: Checker, syntax: exp.Select) -> None:
    for clause, value in syntax.args.items():
        if value and clause not in _CLAUSES:
            word = clause.rstrip("_").replace("_", " ").upper()
            check.fault(
                value if isinstance(value, exp.Expr) else syntax,
                f"{word} is not part of the rule language",
                _NO_ORDER,
            )
    distinct = syntax.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        check.fault(
            distinct, "DISTINCT ON is not part of the rule language", "use GROUP BY with min() or max()"
        )


def _columns(check: Checker, syntax: exp.Select, scope: Scope) -> tuple[tuple[str, Node], ...]:
    columns = [_column(check, item, scope) for item in syntax.expressions]
    if not columns:
        check.fault(syntax, "this SELECT has no columns", "name what it answers")
    names = [name for name, _ in columns]
    for item, name in zip(syntax.expressions, names, strict=True):
        if names.count(name) > 1 and name != "?":
            check.fault(item, f"two columns are named '{name}'", "give one another name: … AS name")
    return tuple(columns)


def _column(check: Checker, syntax: exp.Expr, scope: Scope) -> tuple[str, Node]:
    if syntax.alias_or_name == PLACE:
        return PLACE, _place(check, syntax.unalias(), scope)
    node = check.node(syntax.this if isinstance(syntax, exp.Alias) else syntax, scope)
    named = isinstance(syntax, exp.Alias | exp.Column) and not isinstance(syntax.this, exp.Star)
    name = syntax.alias_or_name if named else "?"
    if not named and node.type is not Type.UNKNOWN:
        check.fault(syntax, "this column has no name", "add AS name")
    elif named and not _ALIAS.fullmatch(name):
        check.fault(syntax, f"'{name}' cannot be the name of a column", "use small letters, digits and _")
    return name, node


def _place(check: Checker, syntax: exp.Expr, scope: Scope) -> Node:
    """Where a row stands in the files of its table: handed on from query to query, and good for nothing else."""
    if isinstance(syntax, exp.Null):
        return check.node(syntax, scope)
    columns = (
        scope.relations.get(syntax.table, {})
        if isinstance(syntax, exp.Column) and syntax.name == PLACE
        else {}
    )
    table = next((info.table for info in columns.values()), None)
    if PLACE not in columns and table not in FORMAT.tables:
        check.fault(
            syntax,
            f"{PLACE} is that of a table's row",
            f"write t.{PLACE} AS {PLACE}, t being a table or a query that has it",
        )
        return UNKNOWN
    return tree.Column(syntax.args["table"].name, PLACE, Type.INTEGER, table)


def _group_by(check: Checker, syntax: exp.Group, scope: Scope) -> tuple[Node, ...]:
    if not _only(syntax, {"expressions"}):
        check.fault(syntax, "only plain GROUP BY is part of the rule language")
    nodes = tuple(check.node(item, scope) for item in syntax.expressions)
    for item, node in zip(syntax.expressions, nodes, strict=True):
        if isinstance(node, tree.Literal) and node.type is not Type.UNKNOWN:
            check.fault(item, "a constant groups nothing", "name the column to group by")
    return nodes


def checked_columns(check: Checker, checked: tree.Query | None, syntax: exp.Expr) -> tree.Query | None:
    """A query whose every column has a type, else None: what is null throughout has none."""
    columns = columns_of(checked) if checked is not None else {}
    for name, info in columns.items():
        if info.type is Type.NULL:
            check.fault(syntax, f"column '{name}' is null throughout", "leave it out")
    # A column at fault was reported; speaking of it again where it is used would only repeat that.
    at_fault = any(info.type in (Type.NULL, Type.UNKNOWN) for info in columns.values())
    return None if at_fault else checked


# -- FROM and JOIN


def relation(check: Checker, syntax: exp.Expr, scope: Scope) -> tuple[tree.Relation | None, Scope]:
    """Check what stands in FROM, and bring its alias into scope."""
    alias = syntax.args.get("alias")
    if not _only(syntax, {"this", "alias"}) or (alias is not None and alias.args.get("columns")):
        message = f"only a plain table name and an alias may stand here, not {spelled(syntax)}"
        check.fault(syntax, message, "a rule reads tables of the snapshot by name")
        return None, scope
    if isinstance(syntax, exp.Subquery):
        inner = query(check, syntax.this, Scope(queries=scope.queries))
        if not syntax.alias:
            check.fault(syntax, "a query in FROM needs an alias", "write (SELECT …) AS name")
        return _bring(check, checked_columns(check, inner, syntax), syntax, scope)
    if not isinstance(syntax, exp.Table) or not isinstance(syntax.this, exp.Identifier):
        check.fault(
            syntax,
            f"{spelled(syntax)} is not part of the rule language",
            "a rule reads tables of the snapshot by name",
        )
        return None, scope
    if syntax.name in scope.queries:
        return _bring(check, checked_columns(check, scope.queries[syntax.name], syntax), syntax, scope)
    if syntax.name not in check.schema.tables:
        help = did_you_mean(syntax.name, {*check.schema.tables, *scope.queries})
        check.fault(syntax.this, f"the snapshot format has no table '{syntax.name}'", help)
        return _bring(check, None, syntax, scope)
    return _bring(check, syntax.name, syntax, scope)


def _bring(
    check: Checker, of: str | tree.Query | None, syntax: exp.Expr, scope: Scope
) -> tuple[tree.Relation | None, Scope]:
    alias = syntax.alias or syntax.name
    if of is None:
        return None, scope.with_fault(alias)
    if alias and not _ALIAS.fullmatch(alias):
        check.fault(syntax, f"'{alias}' cannot be an alias", "use small letters, digits and _")
    if any(alias in level.relations for level in scope.levels):
        # Within EXISTS too: what is said of the outer row must not come to mean the inner one.
        check.fault(syntax, f"alias '{alias}' stands twice", "give each table an alias of its own")
    columns = check.schema.tables[of] if isinstance(of, str) else columns_of(of)
    return tree.Relation(of, alias), scope.with_relation(alias, columns)


def join(check: Checker, syntax: exp.Join, scope: Scope) -> tuple[tree.Join | None, Scope]:
    """Check ``[LEFT] JOIN relation ON condition``, and bring the alias into scope."""
    side, kind = (str(syntax.args.get(name) or "").upper() for name in ("side", "kind"))
    if (
        not _only(syntax, {"this", "on", "side", "kind"})
        or side not in ("", "LEFT")
        or kind not in ("", "INNER", "OUTER")
    ):
        check.fault(syntax.this, "only JOIN … ON and LEFT JOIN … ON are part of the rule language")
    joined, inner = relation(check, syntax.this, scope)
    if joined is None:
        return None, inner
    on = syntax.args.get("on")
    if on is None:
        check.fault(syntax.this, "a join needs ON with at least one equality", "join on facility and a key")
        return None, inner
    condition = check.condition(on, inner.inside("in ON"))
    _check_tie(check, on, condition, joined.alias, scope)
    return tree.Join("left" if side else "inner", joined, condition), inner


def _check_tie(check: Checker, syntax: exp.Expr, condition: Node, alias: str, before: Scope) -> None:
    if not _ties(condition, alias, set(before.relations)):
        message = f"this join does not tie '{alias}' to what stands before it"
        check.fault(syntax, message, "add an equality between a column of each, outside of OR")
    known = {name for columns in before.relations.values() for name in columns}
    for node in tree.walk(condition):
        # What a parameter or the facility tells is joined before this table.
        if isinstance(node, tree.Param) and alias in aliases(node):
            check.fault(
                syntax,
                f"in ON, param cannot look at '{alias}', which is only being joined",
                "put it into WHERE",
            )
        elif isinstance(node, tree.Call | tree.Param) and _asks_facility(node) and "facility" not in known:
            check.fault(syntax, "no facility is known before this join", "put what asks for it into WHERE")


def _asks_facility(node: tree.Call | tree.Param) -> bool:
    return isinstance(node, tree.Param) or node.key in operators.FACILITY_KEYS


def _ties(condition: Node, alias: str, before: set[str]) -> bool:
    """Whether some part of a conjunction equates something of the new relation with something before it."""
    if isinstance(condition, tree.Call) and condition.key == "and":
        return any(_ties(part, alias, before) for part in condition.args)
    if not (isinstance(condition, tree.Call) and condition.key == "equal"):
        return condition.type is Type.UNKNOWN
    if any(part.type is Type.UNKNOWN for part in condition.args):
        return True
    left, right = (aliases(side) for side in condition.args)
    return (left == {alias} and bool(right) and right <= before) or (
        right == {alias} and bool(left) and left <= before
    )


def aliases(node: Node) -> set[str]:
    """The relations whose columns an expression names."""
    return {part.alias for part in tree.walk(node) if isinstance(part, tree.Column)}


# -- EXISTS


def exists(check: Checker, syntax: exp.Exists, scope: Scope) -> Node:
    """Check EXISTS (SELECT … FROM … WHERE …); what its SELECT lists does not matter."""
    select = syntax.this
    if scope.clause in ("in ON", "in param"):
        check.fault(syntax, f"EXISTS cannot stand {scope.clause}", "put it into WHERE")
        return UNKNOWN
    if not isinstance(select, exp.Select) or not _only(select, {"expressions", "from_", "joins", "where"}):
        check.fault(syntax, "EXISTS takes one plain SELECT", "write EXISTS (SELECT 1 FROM … WHERE …)")
        return UNKNOWN
    with check.inner_query(select):
        source, inner = _source(check, select, Scope(outer=scope, queries=scope.queries))
        if source is None:
            return UNKNOWN
        inner = replace(inner, at=scope.at, parameters_need_at=scope.parameters_need_at)
        where = select.args.get("where")
        condition = check.condition(where.this, inner.inside("in WHERE")) if where is not None else None
    return tree.Exists(tree.Select((), source, condition))
