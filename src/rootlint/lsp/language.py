"""What can be written in a text of the rule language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rootlint.lsp import meanings, sql
from rootlint.lsp.offers import KIND, Asked, Offer, columns_of, parameters, tables
from rootlint.rules.checks.setting import SHOWN as OF_A_SETTING
from rootlint.rules.language import scope
from rootlint.rules.language.types import Type
from rootlint.snapshot.format import FORMAT


def offered(asked: Asked) -> tuple[str, list[Offer]]:
    """The name that is begun, and everything that it can become."""
    path, before = asked.cursor.path, asked.cursor.before
    if path[-1] == "message":
        inside = sql.in_message(before)
        if inside is None:
            return "", []
        before = inside
    is_relation = path[-1] in ("table", "refers_to") or path[-2:-1] == ("join",)
    sought = sql.sought(before, is_relation)
    return ("", []) if sought is None else (sought.begun, list(_names(asked, sought)))


def _names(asked: Asked, sought: sql.Sought) -> Iterator[Offer]:
    aliases = sql.aliases(asked.cursor)
    named = aliases.get(sought.alias, sql.Relation())
    match sought.what:
        case "parameter":
            for name, of in parameters(asked).items():
                yield Offer(name, KIND.Constant, str(of.kind), of.meaning)
        case "table":
            yield from tables()
        case "column":
            yield from columns_of(asked, named.table)
            yield from (Offer(name, KIND.Field) for name in named.columns)
        case "value":
            yield from (Offer(value, KIND.EnumMember) for value in _values_of(named.table, sought.column))
        case "name":
            yield from _aliases(aliases)
            yield from _given(asked)
            yield from _functions()


def _values_of(table: str, column: str) -> Iterable[str]:
    """The closed set of values that a column has, where there is one."""
    of = FORMAT.tables.get(table)
    known = of.columns.get(column) if of is not None else None
    return known.values or () if known is not None else ()


def _aliases(aliases: Mapping[str, sql.Relation]) -> Iterator[Offer]:
    for alias, of in aliases.items():
        yield Offer(alias, KIND.Variable, of.table or "a query", meanings.table(of.table))


def _given(asked: Asked) -> Iterator[Offer]:
    """The names that a check kind itself gives: those of settings, else those of the rule as it was last sound."""
    kind = asked.value("check", "kind")
    if asked.cursor.path[0] != "check":
        return
    if kind == "setting":
        yield from (Offer(name, KIND.Field, str(Type.TEXT)) for name in OF_A_SETTING)
        return
    last = asked.workspace.last_sound(asked.value("name"))
    if last is not None and last.check.kind == kind and not isinstance(last.candidates.source.base.of, str):
        for name, column in scope.columns_of(last.candidates.source.base.of).items():
            if not name.startswith("_"):
                yield Offer(name, KIND.Field, str(column.type))


def _functions() -> Iterator[Offer]:
    for name in meanings.CALLED:
        yield Offer(name, KIND.Function, meanings.answers(name), meanings.function(name), "(")
