"""What every check comes down to: a relation of records in scope and a condition that each must satisfy."""

from __future__ import annotations

from dataclasses import dataclass

from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node


@dataclass(frozen=True)
class Candidates:
    """The records (or groups, pairs, holes) that a rule judges, and how.

    ``violated`` is true for a violation, false for a record in order, null where the record cannot be
    judged. Rules with equal ``source`` are evaluated in one scan.
    """

    source: tree.Source
    violated: Node
    exposed: Node | None = None  # None: every row of the source is in scope
    keys: tuple[tuple[str, Node], ...] = ()
    at: Node | None = None  # when it happened: an instant or a date
    since: Node | None = (
        None  # for what adds up over time, when that began: nothing before may be outside what is covered
    )
    until: Node | None = None  # for periods, when it ended
    evidence: tuple[tuple[str, Node], ...] = ()
    message: tuple[str | Node, ...] = ()
    variance: Node | None = None  # by how much a violation is off, never negative
    variance_unit: Node | None = None  # as text
    root_where: Node | None = None  # whether a violation can be where a chain begins; None: as its rule can
    settle: Node | None = None  # younger than this when the tables were captured: pending, not violated
    place: str | None = None  # the alias whose row is the violation's place in the snapshot
    table: str = ""  # the table that the keys point into
    fix: Node | None = None  # what a wrong value may be replaced by, as text; settings only
    rests_on: frozenset[str] = (
        frozenset()
    )  # tables that must be complete: the violation says something is missing
