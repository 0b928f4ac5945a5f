"""Asking a rule about records: why some are violations, and why others are not. All judging is the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from rootlint.engine import Engine
from rootlint.errors import Problem, UserError, did_you_mean
from rootlint.model import Sample
from rootlint.rules.candidates import Candidates
from rootlint.rules.clauses import Clause, Part, clauses
from rootlint.rules.keys import KEYS
from rootlint.rules.language import tree
from rootlint.rules.language.printing import Context
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import (
    IN_ORDER,
    OUTSIDE,
    PENDING,
    UNCOVERED,
    UNDETERMINED,
    VIOLATED,
    Bounds,
    judged_records,
)


class Ending(StrEnum):
    """How records ended for a rule."""

    VIOLATION = "violation"
    ORDER = "in order"
    NOT_JUDGED = "not judged"  # a value it needs is null
    PENDING = "pending"  # younger than the lag that the two systems are granted
    NOT_COVERED = "outside coverage"
    NOT_IN_SCOPE = "not in scope"
    LEFT_OUT = "facility not judged"
    TAKES_PART = "takes part"  # of a table below a computed relation: the record goes into what is judged


@dataclass(frozen=True)
class Answer:
    """What a clause says of a record."""

    part: Part
    text: str
    holds: bool | None  # None: a value it needs is null
    values: Mapping[str, str | None]


@dataclass(frozen=True)
class Judged:
    """Records that ended in the same way, by the same answers; one of them is shown."""

    ending: Ending
    table: str  # whose records they are
    facility: str | None
    count: int
    at: datetime | None  # UTC, of the one that is shown
    keys: Mapping[str, str]  # of the one that is shown
    answers: tuple[Answer, ...]


def why_matched(
    rule: LoadedRule,
    facility: str | None,
    samples: Sequence[Sample],
    engine: Engine,
    context: Context,
    bounds: Bounds,
) -> list[tuple[Answer, ...]]:
    """The answers to a rule's clauses for each of its violations that are shown; none where it is not found again."""
    if not samples:
        return []
    asked = clauses(rule.candidates)
    wanted = " OR ".join(f"({_same_keys(sample.keys)})" for sample in samples)
    rows = engine.rows(
        f'SELECT {_listed(KEYS)}, answers, "values" FROM ({judged_records(rule.candidates, asked, context, bounds)}) '
        f"WHERE state = {VIOLATED} AND facility IS NOT DISTINCT FROM {_text(facility)} AND ({wanted}) ORDER BY ALL"
    )
    found = {tuple(row[: len(KEYS)]): _answers(asked, *row[len(KEYS) :]) for row in reversed(rows)}
    return [found.get(tuple(sample.keys.get(key) for key in KEYS), ()) for sample in samples]


def key_of(rule: LoadedRule, wanted: str) -> tuple[str, str]:
    """Read ``label=1A4…``, or a value of the first key: what violations of the rule are about."""
    offered = [name for name, _ in rule.candidates.keys]
    name, sign, value = wanted.partition("=")
    if sign and name in offered:
        return name, value
    if name in KEYS and sign:
        known = did_you_mean(name, offered, listing="keys")
        raise UserError(Problem(f"violations of {rule.name} have no key '{name}'", help=known))
    if wanted in offered:
        raise UserError(Problem(f"'{wanted}' names no value", help=f"write {wanted}=VALUE"))
    return offered[0], wanted


def why_not(
    rule: LoadedRule, key: str, value: str, engine: Engine, context: Context, bounds: Bounds
) -> list[Judged]:
    """How the records with a key ended, those that go into a computed relation after those it is made of."""
    stages = [*_below(rule.candidates, key), (rule.candidates.table or rule.check.kind, rule.candidates)]
    found: list[Judged] = []
    for table, candidates in stages:
        computed = candidates is not rule.candidates
        found += _ask(
            table, candidates, key, value, engine, context, Bounds() if computed else bounds, computed
        )
    return found


def _ask(
    table: str,
    candidates: Candidates,
    key: str,
    value: str,
    engine: Engine,
    context: Context,
    bounds: Bounds,
    computed: bool,
) -> list[Judged]:
    asked = clauses(candidates)
    alike = "facility, state, answers"
    rows = engine.rows(
        f"WITH judged AS ({judged_records(candidates, asked, context, bounds)}) SELECT {alike}, count(*) OVER (PARTITION BY {alike}), "
        f'"values", "at", {_listed(KEYS)} FROM judged WHERE {_listed([key])} = {_text(value)} QUALIFY row_number() OVER '
        f'(PARTITION BY {alike} ORDER BY "at" NULLS LAST, {_listed(KEYS)}, "values", place) = 1 '
        f"ORDER BY facility NULLS FIRST, state, answers"
    )
    return [_judged(table, row, asked, bounds, computed) for row in rows]


def _judged(
    table: str, row: tuple[Any, ...], asked: Sequence[Clause], bounds: Bounds, computed: bool
) -> Judged:
    facility, state, answers, count, values, at, *keys = row
    shown = {name: key for name, key in zip(KEYS, keys, strict=True) if key is not None}
    ending = _ending(state, _is_left_out(facility, bounds), computed)
    when = at.replace(tzinfo=UTC) if at is not None else None
    return Judged(ending, table, facility, count, when, shown, _answers(asked, answers, values))


def _is_left_out(facility: str | None, bounds: Bounds) -> bool:
    return facility is not None and bounds.judged is not None and facility not in bounds.judged


def _ending(state: int, left_out: bool, computed: bool) -> Ending:
    if state == OUTSIDE:
        return Ending.LEFT_OUT if left_out else Ending.NOT_IN_SCOPE
    if computed:
        return Ending.TAKES_PART
    return {
        UNCOVERED: Ending.NOT_COVERED,
        PENDING: Ending.PENDING,
        UNDETERMINED: Ending.NOT_JUDGED,
        VIOLATED: Ending.VIOLATION,
        IN_ORDER: Ending.ORDER,
    }[state]


def _answers(
    asked: Sequence[Clause], answers: Sequence[bool | None], values: Sequence[str | None]
) -> tuple[Answer, ...]:
    """The engine's answers beside the clauses they are to."""
    left = iter(values)
    return tuple(
        Answer(clause.part, clause.text, holds, {name: next(left) for name, _ in clause.values})
        for clause, holds in zip(asked, answers, strict=True)
    )


def _below(candidates: Candidates, key: str) -> Iterator[tuple[str, Candidates]]:
    """The tables that a computed relation reads, where the key can be followed into them."""
    node = dict(candidates.keys).get(key)
    if node is not None and not isinstance(candidates.source.base.of, str):
        for select, found in _followed(node, candidates.source):
            facility_table = str(select.source.base.of)
            never = tree.Literal(False, Type.BOOLEAN)
            yield facility_table, Candidates(select.source, never, select.where, keys=((key, found),))


def _followed(node: Node, source: tree.Source) -> Iterator[tuple[tree.Select, Node]]:
    """The selects over tables that a value comes from, each with what it is there."""
    for column in _columns(node):
        query = next(relation.of for relation in source.relations if relation.alias == column.alias)
        for select in _selects(query):
            found = dict(select.columns).get(column.name)
            if found is None:
                continue
            if isinstance(select.source.base.of, str):
                yield select, found
            else:
                yield from _followed(found, select.source)


def _columns(node: Node) -> Iterator[tree.Column]:
    """The columns that a value is taken from as it is: by a function of one value, or as the first that is known."""
    if isinstance(node, tree.Column):
        yield node
    elif isinstance(node, tree.Call | tree.Aggregate) and (len(node.args) == 1 or node.key == "coalesce"):
        for arg in node.args:
            yield from _columns(arg)


def _selects(query: str | tree.Query) -> tuple[tree.Select, ...]:
    match query:
        case tree.Select():
            return (query,)
        case tree.Union():
            return query.parts
        case _:
            return ()


def _same_keys(keys: Mapping[str, str]) -> str:
    return " AND ".join(f"{_listed([key])} IS NOT DISTINCT FROM {_text(keys.get(key))}" for key in KEYS)


def _listed(keys: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def _text(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
