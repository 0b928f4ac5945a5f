"""How much a text may ask for: what is small to write can be enormous once it is written out."""

from __future__ import annotations

from typing import Any

from rootlint.rules.language import tree

DEEPEST = 100  # levels of nesting of expressions
MOST_QUERIES = 10  # levels of nesting of queries
LARGEST = 20_000  # nodes, once queries named by WITH stand where they are used

# How often an engine writes the arguments of a call at most; the rest write each once.
COPIES = {
    "greater": 2,
    "lesser": 2,
    "fold": 4,
    "substring": 2,
    "number.text": 2,
    "list_of": 3,
    "due.instant": 5,
    "due.date": 5,
}


def written_size(item: Any) -> int:
    """How many nodes an engine has to write for a tree."""
    return _size(item, {})


def _size(item: Any, known: dict[int, int]) -> int:
    if isinstance(item, tuple):
        return sum(_size(part, known) for part in item)
    names = tree.field_names(item)
    if not names:
        return 0
    if id(item) not in known:  # a query named by WITH is one object in many places
        within = sum(_size(getattr(item, name), known) for name in names)
        known[id(item)] = 1 + _copies(item) * within
    return known[id(item)]


def _copies(item: Any) -> int:
    if isinstance(item, tree.Param):
        return 2  # its time, in a period that has two ends
    return COPIES.get(item.key, 1) if isinstance(item, tree.Call | tree.Aggregate) else 1
