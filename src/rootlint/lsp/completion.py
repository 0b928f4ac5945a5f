"""What can be written at the cursor of a rule's file: keys, names, and the words of the rule language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lsprotocol import types

from rootlint.jurisdictions.model import Parameter
from rootlint.lsp import meanings, sql
from rootlint.lsp.cursor import Cursor, value_at, written_at
from rootlint.lsp.documents import Document
from rootlint.lsp.shape import Shape, shape_at
from rootlint.lsp.workspace import Rules, Workspace
from rootlint.rules.checks.setting import SHOWN as OF_A_SETTING
from rootlint.rules.keys import KEYS
from rootlint.rules.language.scope import Columns, columns_of
from rootlint.rules.language.types import Type
from rootlint.rules.repairs import CAUSE, cause_columns
from rootlint.snapshot.format import FORMAT

KIND = types.CompletionItemKind
_BEGUN = re.compile(r"[\w./-]*\Z")


@dataclass(frozen=True)
class Offer:
    """One thing that can be written."""

    name: str
    kind: types.CompletionItemKind
    detail: str | None = None
    meaning: str | None = None
    ending: str = ""  # written behind the name


def complete(
    document: Document, position: types.Position, workspace: Workspace, rules: Rules
) -> list[types.CompletionItem]:
    """Everything that can be written at a position, in the order in which it is offered."""
    offset = document.offset(position)
    cursor = written_at(document.text, offset)
    if cursor is None:
        return []
    begun, offers = _Offers(cursor, workspace, rules).found()
    range = document.range(offset - len(begun), offset)
    return [_item(offer, number, range) for number, offer in enumerate(offers)]


def _item(offer: Offer, number: int, range: types.Range) -> types.CompletionItem:
    meaning = types.MarkupContent(types.MarkupKind.Markdown, offer.meaning) if offer.meaning else None
    return types.CompletionItem(
        label=offer.name,
        kind=offer.kind,
        detail=offer.detail,
        documentation=meaning,
        sort_text=f"{number:04}",
        filter_text=offer.name,
        text_edit=types.TextEdit(range, offer.name + offer.ending),
    )


class _Offers:
    """What can be written at one cursor."""

    def __init__(self, cursor: Cursor, workspace: Workspace, rules: Rules) -> None:
        self._cursor = cursor
        self._workspace = workspace
        self._rules = rules

    @property
    def _shape(self) -> Shape:
        return shape_at(self._workspace.rule_schema, self._cursor.path, self._cursor.data)

    def found(self) -> tuple[str, list[Offer]]:
        """What is begun, and everything that it can become."""
        begun = _begun(self._cursor.before)
        if self._cursor.is_key:
            return begun, list(self._keys(self._cursor.path[:-1]))
        shape = self._shape
        if shape.is_sql:
            return self._sql()
        if shape.keys:
            return begun, list(self._keys(self._cursor.path))
        return begun, list(self._values(shape))

    # -- keys

    def _keys(self, path: tuple[str | int, ...]) -> Iterator[Offer]:
        """The keys that a mapping can have and has not yet."""
        data = self._cursor.data
        known = self._names_for_keys(path) or {
            name: (told, None)
            for name, told in shape_at(self._workspace.rule_schema, path, data).keys.items()
        }
        there = value_at(data, path)
        others = set(there) - {self._cursor.path[-1]} if isinstance(there, dict) else set()
        for name, (told, detail) in known.items():
            if name not in others:
                yield Offer(name, KIND.Property, detail, told or None, self._ending())

    def _ending(self) -> str:
        """What stands behind a key that is written anew; one that is there has its colon."""
        return "" if self._cursor.has_colon else ": "

    def _names_for_keys(self, path: tuple[str | int, ...]) -> Mapping[str, tuple[str, str | None]]:
        """The names that a mapping of names takes as keys, each with its meaning and detail."""
        match path:
            case ("tests", int(), "given" | "tables") | ("columns",):
                return {name: (table.doc, None) for name, table in FORMAT.tables.items()}
            case ("tests", int(), "given", str(table), int()) if table in FORMAT.tables:
                return {
                    name: (column.doc, str(column.type))
                    for name, column in FORMAT.tables[table].columns.items()
                }
            case ("tests", int(), "parameters"):
                return {name: (of.meaning, str(of.kind)) for name, of in self._parameters().items()}
            case ("tests", int(), "finds", int()):
                own = value_at(self._cursor.data, ("check", "keys"))
                return {name: (KEYS.get(name, ""), None) for name in own} if isinstance(own, dict) else {}
            case ("check", *_, "keys" | "key" | "by" | "collect") if path[-1] != "collect":
                return {name: (meaning, None) for name, meaning in KEYS.items()}
            case ("repair", int(), "set"):
                return {name: ("", str(of.type)) for name, of in self._columns(self._repaired(path)).items()}
        return {}

    def _repaired(self, path: tuple[str | int, ...]) -> str:
        table = value_at(self._cursor.data, (*path[:-1], "table"))
        return str(table).split()[0] if table else ""

    # -- values

    def _values(self, shape: Shape) -> Iterator[Offer]:
        match self._cursor.path:
            case ("leads_to", int(), "rule") | ("repair", int(), "like" | "undo"):
                yield from self._rule_names()
            case ("leads_to", int(), "via"):
                for name in shape.choices:
                    yield Offer(name, KIND.EnumMember, None, KEYS.get(name))
            case ("check", "setting") | ("check", "setting", int()):
                for setting in self._workspace.mapping.settings:
                    yield Offer(setting.name, KIND.Constant, setting.kind, setting.meaning)
            case ("check", "rests_on", int()) | ("optional", int()) | ("tests", int(), "without", int()):
                yield from self._tables_or_columns()
            case ("tests", int(), "not_evaluated"):
                yield from self._tables()
            case ("scope",) | ("scope", int()):
                own = value_at(self._cursor.data, ("check", "keys"))
                for name in ("facility", *(own if isinstance(own, dict) else KEYS)):
                    yield Offer(name, KIND.EnumMember, None, KEYS.get(name))
            case _:
                for name in shape.choices:
                    yield Offer(name, KIND.EnumMember, None, self._of_choice(name))

    def _of_choice(self, name: str) -> str | None:
        """What a check kind judges."""
        kind = self._workspace.kinds.get(name)
        return kind.meaning if kind is not None and self._cursor.path == ("check", "kind") else None

    def _rule_names(self) -> Iterator[Offer]:
        own = self._cursor.data.get("name") if isinstance(self._cursor.data, dict) else None
        for name, loaded in self._rules.packs.rules.items():
            if name != own:
                yield Offer(
                    name, KIND.Reference, f"{loaded.rule.severity}, {loaded.rule.layer}", loaded.rule.summary
                )

    def _tables(self) -> Iterator[Offer]:
        for name, table in FORMAT.tables.items():
            yield Offer(name, KIND.Struct, table.group, table.doc)

    def _tables_or_columns(self) -> Iterator[Offer]:
        """A table; behind its name and a point its columns, and the whole name is written."""
        table = _begun(self._cursor.before).rpartition(".")[0]
        if self._cursor.path[:1] == ("check",) or not table:
            yield from self._tables()
            return
        for offer in self._columns_of(table):
            yield Offer(f"{table}.{offer.name}", offer.kind, offer.detail, offer.meaning)

    # -- the rule language

    def _sql(self) -> tuple[str, list[Offer]]:
        before: str | None = self._cursor.before
        if self._cursor.path[-1] == "message":
            before = sql.in_message(self._cursor.before)
        is_relation = self._cursor.path[-1] == "table" or self._cursor.path[-2:-1] == ("join",)
        sought = sql.sought(before, is_relation) if before is not None else None
        if sought is None:
            return "", []
        return sought.begun, list(self._of_language(sought))

    def _of_language(self, sought: sql.Sought) -> Iterator[Offer]:
        aliases = sql.aliases(self._cursor)
        named = aliases.get(sought.alias, sql.Relation())
        match sought.what:
            case "parameter":
                for name, of in self._parameters().items():
                    yield Offer(name, KIND.Constant, str(of.kind), of.meaning)
            case "table":
                yield from self._tables()
            case "column":
                yield from self._columns_of(named.table)
                yield from (Offer(name, KIND.Field) for name in named.columns)
            case "value":
                for value in _values_of(named.table, sought.column):
                    yield Offer(value, KIND.EnumMember)
            case "name":
                yield from self._names(aliases)

    def _names(self, aliases: Mapping[str, sql.Relation]) -> Iterator[Offer]:
        for alias, of in aliases.items():
            yield Offer(alias, KIND.Variable, of.table or "a query", meanings.table(of.table))
        if value_at(self._cursor.data, ("check", "kind")) == "setting" and self._cursor.path[:1] == (
            "check",
        ):
            for name in OF_A_SETTING:
                yield Offer(name, KIND.Field)
        for name in meanings.CALLED:
            yield Offer(name, KIND.Function, meanings.answers(name), meanings.function(name), "(")

    def _computed(self) -> Iterator[tuple[str, str]]:
        """The names that a check kind itself gives, each with its type: of settings, or as the rule was last sound."""
        kind = value_at(self._cursor.data, ("check", "kind"))
        if kind == "setting":
            yield from ((name, str(Type.TEXT)) for name in OF_A_SETTING)
            return
        last = self._workspace.last_sound(value_at(self._cursor.data, ("name",)))
        of = last.candidates.source.base.of if last is not None and last.check.kind == kind else ""
        for name, column in ({} if isinstance(of, str) else columns_of(of)).items():
            if not name.startswith("_"):
                yield name, str(column.type)

    def _parameters(self) -> Mapping[str, Parameter]:
        return self._workspace.laws.vocabulary.parameters

    def _columns(self, table: str) -> Columns:
        if table == CAUSE:
            return cause_columns()
        own = value_at(self._cursor.data, ("columns",))
        given = {
            name: {column: Type(kind) for column, kind in columns.items()}
            for name, columns in (own.items() if isinstance(own, dict) else ())
            if isinstance(columns, dict) and all(kind in list(Type) for kind in columns.values())
        }
        return self._workspace.schema.with_columns(given).tables.get(table, {})

    def _columns_of(self, table: str) -> Iterator[Offer]:
        for name, of in self._columns(table).items():
            yield Offer(name, KIND.Field, str(of.type), meanings.column(table, name))


def _values_of(table: str, column: str) -> Iterable[str]:
    """The closed set of values that a column has, where there is one."""
    of = FORMAT.tables.get(table)
    known = of.columns.get(column) if of is not None else None
    return known.values or () if known is not None else ()


def _begun(before: str) -> str:
    """The name that is being written at the end of a text."""
    found = _BEGUN.search(before)
    return found[0] if found else ""
