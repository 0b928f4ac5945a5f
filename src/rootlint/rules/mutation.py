"""Mutating rules: change an operator, shift a bound, drop a clause. A mutant no case catches shows a gap."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlglot import TokenType, exp

from rootlint.documents import KeyPath
from rootlint.errors import Place, Problems
from rootlint.plugins import PackSource
from rootlint.rules.checks import CheckKind
from rootlint.rules.language.checking import Schema
from rootlint.rules.language.parsing import ClosedSql, SyntaxFault, offset_of, parse_expression
from rootlint.rules.loading import compile_rule
from rootlint.rules.made import Bench, drop_tables, make_run
from rootlint.rules.model import LoadedRule
from rootlint.rules.running import Run
from rootlint.rules.testing import judge

# What a mutation of a text would not show in what a rule finds, or would only rename.
_UNTOUCHED = {
    "kind",
    "keys",
    "message",
    "evidence",
    "table",
    "collect",
    "key",
    "function",
    "reads",
    "gives",
    "fix",
    "variance",
}

_SWAPS = {
    TokenType.EQ: "<>",
    TokenType.NEQ: "=",
    TokenType.LT: "<=",
    TokenType.LTE: "<",
    TokenType.GT: ">=",
    TokenType.GTE: ">",
    TokenType.AND: "or",
    TokenType.OR: "and",
    TokenType.PLUS: "-",
}


@dataclass(frozen=True)
class Mutant:
    """One changed text of a rule's check."""

    rule: str
    place: Place
    change: str  # "'<' became '<='"
    path: KeyPath
    text: str


@dataclass(frozen=True)
class MutationResult:
    """How many mutants of a rule its cases caught, and those they did not."""

    rule: str
    caught: int
    survivors: tuple[Mutant, ...]


def mutate_rule(
    rule: LoadedRule, source: PackSource, kinds: Mapping[str, CheckKind], schema: Schema, bench: Bench
) -> MutationResult:
    """Run the cases of a rule on each of its mutants."""
    problems = Problems()
    runs = [make_run(rule, index, bench, problems) for index in range(len(rule.rule.tests))]
    survivors: list[Mutant] = []
    caught = 0
    for mutant in mutants(rule):
        changed = _compiled(rule, mutant, source, kinds, schema)
        if changed is None:
            continue  # it does not even load
        if _is_caught(changed, runs):
            caught += 1
        else:
            survivors.append(mutant)
    for run in runs:
        if run is not None:
            drop_tables(run)
    return MutationResult(rule.name, caught, tuple(survivors))


def mutants(rule: LoadedRule) -> Iterator[Mutant]:
    """All single changes of the texts that decide what a rule finds."""
    for path, text in _texts(rule.rule.check, ("check",)):
        for offset, change, changed in (*_swapped(text), *_dropped(text)):
            yield Mutant(rule.name, rule.document.place_in(path, text, offset), change, path, changed)


def _texts(part: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(part, str):
        yield path, part
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(part, dict):
        items = ((key, value) for key, value in part.items() if key not in _UNTOUCHED)
    elif isinstance(part, list):
        items = enumerate(part)
    for key, value in items:
        yield from _texts(value, (*path, key))


def _swapped(text: str) -> Iterator[tuple[int, str, str]]:
    """Operators exchanged and numbers shifted, one at a time."""
    for token in ClosedSql().tokenize(text):
        became = _SWAPS.get(token.token_type)
        if token.token_type is TokenType.NUMBER:
            became = str(Decimal(token.text) + 1)
        if became is not None:
            changed = f"{text[: token.start]} {became} {text[token.end + 1 :]}"
            yield token.start, f"'{token.text}' became '{became}'", changed


def _dropped(text: str) -> Iterator[tuple[int, str, str]]:
    """Each clause of a conjunction left out."""
    try:
        syntax = parse_expression(text)
    except SyntaxFault:
        return
    if not isinstance(syntax, exp.And):
        return
    parts = list(syntax.flatten())
    for index, part in enumerate(parts):
        rest = " and ".join(
            f"({other.sql(ClosedSql)})" for number, other in enumerate(parts) if number != index
        )
        yield offset_of(part) or 0, f"'{part.sql(ClosedSql)}' was left out", rest


def _compiled(
    rule: LoadedRule, mutant: Mutant, source: PackSource, kinds: Mapping[str, CheckKind], schema: Schema
) -> LoadedRule | None:
    data = copy.deepcopy(rule.document.data)
    holder = data
    for part in mutant.path[:-1]:
        holder = holder[part]
    holder[mutant.path[-1]] = mutant.text
    document = replace(rule.document, data=data)
    problems = Problems()
    changed = rule.rule.model_copy(update={"check": data["check"]})
    compiled = compile_rule(changed, document, source, kinds, schema, problems)
    return None if problems.found else compiled


def _is_caught(rule: LoadedRule, runs: list[Run | None]) -> bool:
    return any(
        judge(rule, case, run) for case, run in zip(rule.rule.tests, runs, strict=True) if run is not None
    )
