"""A check taken apart into its clauses, so that each can be answered for one record.

What must all be true for a record to be in scope, and what then decides whether it is in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import as_text
from rootlint.rules.language import operators, tree
from rootlint.rules.language.checking import shows_private
from rootlint.rules.language.spelling import Speller
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type

PRIVATE = tree.Literal("(private)", Type.TEXT)  # stands for a value that must not reach a report


class Part(StrEnum):
    """What a clause is for."""

    SCOPE = "in scope"  # all of them must be true for a record to be judged
    ORDER = "in order"  # all of them must be true, or the record is a violation
    VIOLATION = "violation"  # what makes a violation, taken apart; how they combine is the check kind's


@dataclass(frozen=True)
class Clause:
    """One condition of a check, and the values that stand in it."""

    part: Part
    text: str  # as people write it
    node: Node
    values: tuple[tuple[str, Node], ...]  # what it is called, the node that gives it as text


def clauses(candidates: Candidates) -> tuple[Clause, ...]:
    """The clauses of a check, those of its scope first."""
    computed = frozenset(r.alias for r in candidates.source.relations if not isinstance(r.of, str))
    speller = Speller(computed, candidates.at)
    found = [(Part.SCOPE, node) for node in _conjuncts(candidates.exposed)] + list(
        _deciding(candidates.violated)
    )
    return tuple(Clause(part, speller.spell(node), node, _values(node, speller)) for part, node in found)


def _deciding(violated: Node) -> Iterator[tuple[Part, Node]]:
    if isinstance(violated, tree.Call) and violated.key == "not":
        for node in _conjuncts(violated.args[0]):
            yield Part.ORDER, node
        return
    for node in _pieces(violated):
        yield Part.VIOLATION, node


def _conjuncts(node: Node | None) -> Iterator[Node]:
    if isinstance(node, tree.Call) and node.key == "and":
        for arg in node.args:
            yield from _conjuncts(arg)
    elif node is not None:
        yield node


def _pieces(node: Node) -> Iterator[Node]:
    """The conditions that a condition is made of; what is written out (true, null) is none."""
    if isinstance(node, tree.Call) and node.key in ("and", "or", "not"):
        for arg in node.args:
            yield from _pieces(arg)
    elif isinstance(node, tree.Case) and node.subject is None:
        for when, then in node.branches:
            yield from _pieces(when)
            yield from _pieces(then)
        yield from _pieces(node.default)
    elif not isinstance(node, tree.Literal):
        yield node


def _values(node: Node, speller: Speller) -> tuple[tuple[str, Node], ...]:
    """The columns, parameters and the like in a condition, each once, as text; what is private is not shown."""
    named: dict[str, Node] = {}
    for leaf in _leaves(node):
        if f"text.{leaf.type}" in operators.all_keys():
            named.setdefault(speller.spell(leaf), PRIVATE if shows_private(leaf) else as_text(leaf))
    return tuple(named.items())


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case tree.Column() | tree.Param() | tree.Window() | tree.Aggregate():
            yield node
        case tree.Call(args=()):
            yield node
        case tree.Call(args=(event, tree.Param(type=Type.DEADLINE))):
            yield node  # what is due when is a value that people look for
            yield from _leaves(event)
        case tree.Call():
            for arg in node.args:
                yield from _leaves(arg)
        case tree.Case():
            for part in (*(piece for branch in node.branches for piece in branch), node.default):
                yield from _leaves(part)
        case _:
            return
