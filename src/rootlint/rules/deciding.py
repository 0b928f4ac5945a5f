"""What decides what a rule finds; a column that is only shown, as key, evidence or message, may be absent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from rootlint.rules.candidates import Candidates
from rootlint.rules.language import tree


def deciding(candidates: Candidates, scope: Collection[str]) -> dict[str, frozenset[str]]:
    """The tables, and their columns, that decide which records are violations, when, and in which finding.

    ``scope`` names the keys by which violations are gathered into findings. A left join decides nothing when no
    column of it does.
    """
    read = _Read()
    found = candidates
    judged = (found.violated, found.exposed, found.at, found.since, found.until, found.settle)
    amounts = (found.variance, found.variance_unit, found.root_where)
    keys = tuple(node for name, node in found.keys if name in scope)
    read.source(found.source, read.columns((judged, amounts, keys)))
    return {table: frozenset(columns) for table, columns in read.tables.items()}


_Wanted = set[tuple[str, str]]  # (alias, column)


class _Read:
    """Gathers tables and columns, from the values that are wanted back to where they come from."""

    def __init__(self) -> None:
        self.tables: dict[str, set[str]] = {}

    def columns(self, nodes: Any) -> _Wanted:
        """The columns of relations in scope that nodes are made of; queries within are read on the way."""
        wanted: _Wanted = set()
        waiting = [nodes]
        while waiting:
            part = waiting.pop()
            if isinstance(part, tree.Column):
                wanted.add((part.alias, part.name))
            elif isinstance(part, tree.Exists):
                wanted |= self._select(part.select, ())
            else:
                waiting.extend(tree.parts_of(part))
        return wanted

    def source(self, source: tree.Source, wanted: _Wanted) -> _Wanted:
        """Read the relations of a source for the columns wanted of them; what is left belongs outside."""
        wanted = set(wanted)
        for join in reversed(source.joins):
            if join.kind != "left" or any(alias == join.relation.alias for alias, _ in wanted):
                wanted |= self.columns(join.on)
                self._relation(join.relation, wanted)
        self._relation(source.base, wanted)
        inside = {relation.alias for relation in source.relations}
        return {(alias, name) for alias, name in wanted if alias not in inside}

    def _relation(self, relation: tree.Relation, wanted: _Wanted) -> None:
        names = {name for alias, name in wanted if alias == relation.alias}
        if isinstance(relation.of, str):
            self.tables.setdefault(relation.of, set()).update(names)
        else:
            self._query(relation.of, names)

    def _query(self, query: tree.Query, names: Collection[str]) -> None:
        places = [index for index, (name, _) in enumerate(query.columns) if name in names]
        for part in query.parts if isinstance(query, tree.Union) else (query,):
            self._select(part, places)

    def _select(self, select: tree.Select, places: Iterable[int]) -> _Wanted:
        """Read a query for some of its columns; returns what it looks at outside itself."""
        if select.distinct:
            places = range(len(select.columns))
        values = tuple(select.columns[place][1] for place in places)
        return self.source(
            select.source, self.columns((values, select.where, select.group_by, select.having))
        )
