"""Repairs: the snapshot as it would be, had the violations of a rule not happened.

A repair never touches data. It is written into a query where a table stands, so that rules can be run on the
repaired world and on the real one side by side. Its texts are in the rule language; `cause` is a table of
the violations to undo, with their facility, keys, `at` and `until`. A step may add rows to it as well: the
records that were in reach, for the steps that follow. Two steps speak of other rules: `like` takes over the steps
of another rule's repair, and `undo` undoes what violations of another rule this cause brought about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from rootlint.documents import Document
from rootlint.errors import Problems, did_you_mean
from rootlint.rules.checks import Builder
from rootlint.rules.keys import KEYS
from rootlint.rules.language import tree
from rootlint.rules.language.checking import ColumnInfo, Schema
from rootlint.rules.language.printing import Context, Printer, print_query, quoted
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type, fits
from rootlint.rules.model import Repair

CAUSE = "cause"


@dataclass(frozen=True)
class CompiledRepair:
    """One step of a repair, checked."""

    table: str
    source: tree.Source | None  # of the rows to change or drop
    where: Node | None
    changes: tuple[tuple[str, Node], ...]
    drop: bool
    add: tree.Select | tree.Union | None

    @property
    def reads(self) -> frozenset[str]:
        """The tables of the snapshot that the step changes or looks at."""
        return frozenset({self.table, *tree.tables_and_columns(self)}) - {CAUSE}


@dataclass(frozen=True)
class Borrowed:
    """A step that speaks of another rule, which may not be loaded yet."""

    rule: str
    undo: bool  # that rule's violations that the cause brought about; else that rule's steps, for the cause itself
    index: int  # of the step, for messages


@dataclass(frozen=True)
class Undo:
    """A step that undoes the violations of another rule that the cause brought about, by that rule's repair."""

    rule: str
    steps: tuple[Step, ...]


Step: TypeAlias = CompiledRepair | Borrowed | Undo
Keep = Callable[
    [str, str], str
]  # the table that a step is about, a query -> the relation that holds what it answers
Undone = Callable[
    [str | None], str
]  # a rule, or None for the cause's own: the relation of what to undo of it


def compile_repairs(
    repairs: Sequence[Repair], document: Document, schema: Schema, problems: Problems
) -> tuple[Step, ...]:
    """Check the repairs of a rule."""
    extended = replace(schema, tables={**schema.tables, CAUSE: cause_columns()})
    compiled = (
        _compile(repair, Builder(document, ("repair", index), extended, problems), extended, index)
        for index, repair in enumerate(repairs)
    )
    return tuple(repair for repair in compiled if repair is not None)


def settled(
    rule: str, repairs: Mapping[str, tuple[Step, ...]], within: tuple[str, ...] = ()
) -> tuple[Step, ...]:
    """The steps of a rule's repair with those of the rules they speak of in place; what leads back to itself is left out."""
    steps: list[Step] = []
    for step in repairs.get(rule, ()):
        if not isinstance(step, Borrowed):
            steps.append(step)
        elif step.rule not in (rule, *within):
            others = settled(step.rule, repairs, (*within, rule))
            steps += [Undo(step.rule, others)] if step.undo and others else others
    return tuple(steps)


def overlaid(
    steps: Sequence[Step], undone: Undone, context: Context, keep: Keep = lambda table, query: query
) -> Context:
    """The context in which rules see the repaired tables.

    A step about a table that no rule of the run opened, or that was not captured, is left out. ``keep`` may
    store the rows that a step changes: a step that is read many times would be computed as often.
    """
    context = _with(context, CAUSE, undone(None))
    for step in steps:
        if isinstance(step, Undo):
            context = _undo(step, undone, context, keep)
        elif isinstance(step, CompiledRepair) and step.reads <= context.relations.keys():
            context = _with(context, step.table, _overlay(step, context, keep))
    return context


def _undo(step: Undo, undone: Undone, context: Context, keep: Keep) -> Context:
    def of_that(rule: str | None) -> str:
        return undone(step.rule if rule is None else rule)

    return _with(overlaid(step.steps, of_that, context, keep), CAUSE, context.relation(CAUSE))


def _with(context: Context, table: str, relation: str) -> Context:
    return replace(context, relations={**context.relations, table: relation})


def cause_columns() -> Mapping[str, ColumnInfo]:
    """The columns of the table of violations to undo."""
    columns = {
        "facility": Type.TEXT,
        **dict.fromkeys(KEYS, Type.TEXT),
        "at": Type.INSTANT,
        "until": Type.INSTANT,
    }
    return {name: ColumnInfo(kind, CAUSE) for name, kind in columns.items()}


def _compile(repair: Repair, builder: Builder, schema: Schema, index: int) -> Step | None:
    if repair.table is None:
        return Borrowed(str(repair.undo or repair.like), repair.undo is not None, index)
    table = repair.table.split()[0]
    if repair.add is not None:
        return _compile_addition(repair, table, builder, schema)
    source, scope = builder.source(repair.table, repair.join, ())
    if source is None:
        return None
    for place, joined in enumerate(source.joins):
        if joined.kind == "inner":
            builder.fault(
                ("join", place),
                "rows that this joins to nothing would be lost",
                "write left before the table",
            )
    where = builder.condition(("where",), repair.where, scope)
    changes: list[tuple[str, Node]] = []
    for name, text in repair.set.items():
        node = builder.expression(("set", name), text, scope)
        _check_column(builder, table, name, node, ("set", name), schema)
        changes.append((name, node))
    return CompiledRepair(table, source, where, tuple(changes), repair.drop, None)


def _compile_addition(repair: Repair, table: str, builder: Builder, schema: Schema) -> CompiledRepair | None:
    query = builder.query(("add",), str(repair.add))
    if query is None:
        return None
    for name, node in query.columns:
        _check_column(builder, table, name, node, ("add",), schema)
    return CompiledRepair(table, None, None, (), False, query)


def _check_column(
    builder: Builder, table: str, name: str, node: Node, path: tuple[str, ...], schema: Schema
) -> None:
    known = schema.tables.get(table, {})
    if name not in known:
        builder.fault(path, f"{table} has no column '{name}'", did_you_mean(name, known, listing="columns"))
    elif not fits(node.type, known[name].type):
        builder.fault(path, f"{table}.{name} is {known[name].type}, this is {node.type}")


def _overlay(repair: CompiledRepair, context: Context, keep: Keep) -> str:
    """The table after a step. Only the rows that the step changes, drops or adds are kept; the others are where they were."""
    before = context.relation(repair.table)
    if repair.add is not None:
        added = keep(repair.table, _added(print_query(repair.add, context, "r"), before))
        return f"(SELECT * FROM {before} UNION ALL BY NAME SELECT * FROM {added})"
    assert repair.source is not None
    printer = Printer(context, repair.source, "r")
    alias = quoted(repair.source.base.alias)
    where = printer.expression(repair.where) if repair.where is not None else "TRUE"
    changes = [f"{printer.expression(node)} AS {quoted(name)}" for name, node in repair.changes]
    rows = f"FROM {printer.from_clause()} WHERE {where}"
    if repair.drop:
        dropped = keep(repair.table, f"(SELECT {alias}.{_PLACE} {rows})")
        return f"(SELECT * FROM {before} ANTI JOIN {dropped} USING ({_PLACE}))"
    changed = keep(repair.table, _as_in(before, f"SELECT {alias}.* REPLACE ({', '.join(changes)}) {rows}"))
    others = f"SELECT * FROM {before} ANTI JOIN {changed} USING ({_PLACE})"
    return f"({others} UNION ALL BY NAME SELECT * FROM {changed})"


_PLACE = '"_place"'  # what tells the rows of a table apart


def _as_in(before: str, query: str) -> str:
    """Rows with the columns of a table, and of their types: a null that is written has none by itself."""
    return f"(SELECT * FROM {before} WHERE FALSE UNION ALL BY NAME ({query}))"


def _added(query: str, before: str) -> str:
    """New rows of a table, with places that no row of it has."""
    numbered = f"(SELECT least(min({_PLACE}), 0) FROM {before}) - row_number() OVER ()"
    return f"(SELECT * REPLACE ({numbered} AS {_PLACE}) FROM (SELECT * FROM {_as_in(before, query)} ORDER BY ALL))"
