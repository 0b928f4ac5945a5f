"""What can be written at the cursor of a rule's file: its keys, the names that stand as values, and the rule language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lsprotocol import types

from rootlint.documents import KeyPath
from rootlint.lsp import language
from rootlint.lsp.cursor import written_at
from rootlint.lsp.documents import Document
from rootlint.lsp.offers import KIND, Asked, Offer, columns, columns_of, parameters, tables
from rootlint.lsp.shape import Shape, shape_at
from rootlint.lsp.workspace import Rules, Workspace
from rootlint.rules.keys import KEYS
from rootlint.snapshot.format import FORMAT

Names = Mapping[str, tuple[str, str | None]]  # each with its meaning and a detail

_BEGUN = re.compile(r"[\w./-]*\Z")


def complete(
    document: Document, position: types.Position, workspace: Workspace, rules: Rules
) -> list[types.CompletionItem]:
    """Everything that can be written at a position, in the order in which it is offered."""
    offset = document.offset(position)
    cursor = written_at(document.text, offset)
    if cursor is None:
        return []
    begun, offers = _offered(Asked(cursor, workspace, rules))
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


def _offered(asked: Asked) -> tuple[str, list[Offer]]:
    """The name that is begun, and everything that it can become."""
    cursor = asked.cursor
    begun = _begun(cursor.before)
    if cursor.is_key:
        return begun, list(_keys(asked, cursor.path[:-1]))
    shape = shape_at(asked.workspace.rule_schema, cursor.path, cursor.data)
    if shape.is_sql:
        return language.offered(asked)
    if shape.keys:
        return begun, list(_keys(asked, cursor.path))
    return begun, list(_values(asked, shape))


def _begun(before: str) -> str:
    """The name that is being written at the end of a text."""
    found = _BEGUN.search(before)
    return found[0] if found else ""


# -- keys


def _keys(asked: Asked, path: KeyPath) -> Iterator[Offer]:
    """The keys that a mapping can have and has not yet."""
    there = asked.value(*path)
    others = set(there) - {asked.cursor.path[-1]} if isinstance(there, dict) else set()
    ending = "" if asked.cursor.has_colon else ": "
    for name, (told, detail) in (_names_for_keys(asked, path) or _keys_of_schema(asked, path)).items():
        if name not in others:
            yield Offer(name, KIND.Property, detail, told or None, ending)


def _keys_of_schema(asked: Asked, path: KeyPath) -> Names:
    shape = shape_at(asked.workspace.rule_schema, path, asked.cursor.data)
    return {name: (told, None) for name, told in shape.keys.items()}


def _names_for_keys(asked: Asked, path: KeyPath) -> Names:
    """What a mapping takes as keys that are names of something else."""
    match path:
        case ("tests", int(), "given" | "tables") | ("columns",):
            return {name: (table.doc, None) for name, table in FORMAT.tables.items()}
        case ("tests", int(), "given", str(table), int()) if table in FORMAT.tables:
            known = FORMAT.tables[table].columns
            return {name: (column.doc, str(column.type)) for name, column in known.items()}
        case ("tests", int(), "parameters"):
            return {name: (of.meaning, str(of.kind)) for name, of in parameters(asked).items()}
        case ("tests", int(), "finds", int()):
            return {name: (KEYS.get(name, ""), None) for name in _own_keys(asked)}
        case ("check", *_, "keys" | "key" | "by"):
            return {name: (meaning, None) for name, meaning in KEYS.items()}
        case ("repair", int(), "set"):
            table = str(asked.value(*path[:-1], "table")).partition(" ")[0]
            return {name: ("", str(of.type)) for name, of in columns(asked, table).items()}
    return {}


def _own_keys(asked: Asked) -> list[str]:
    """The keys of the rule's violations."""
    own = asked.value("check", "keys")
    return list(own) if isinstance(own, dict) else []


# -- values


def _values(asked: Asked, shape: Shape) -> Iterator[Offer]:
    match asked.cursor.path:
        case ("leads_to", int(), "rule") | ("repair", int(), "like" | "undo"):
            yield from _rules(asked)
        case ("leads_to", int(), "via"):
            yield from (Offer(name, KIND.EnumMember, None, KEYS.get(name)) for name in shape.choices)
        case ("check", "setting") | ("check", "setting", int()):
            for setting in asked.workspace.mapping.settings:
                yield Offer(setting.name, KIND.Constant, setting.kind, setting.meaning)
        case ("check", "rests_on", int()) | ("tests", int(), "not_evaluated"):
            yield from tables()
        case ("optional", int()) | ("tests", int(), "without", int()):
            yield from _tables_or_columns(asked)
        case ("scope",) | ("scope", int()):
            for name in ("facility", *_own_keys(asked)):
                yield Offer(name, KIND.EnumMember, None, KEYS.get(name))
        case ("check", "kind"):
            for name, kind in asked.workspace.kinds.items():
                yield Offer(name, KIND.EnumMember, None, kind.meaning)
        case _:
            yield from (Offer(name, KIND.EnumMember) for name in shape.choices)


def _rules(asked: Asked) -> Iterator[Offer]:
    """All rules but the one that is written."""
    for name, loaded in asked.rules.packs.rules.items():
        if name != asked.value("name"):
            detail = f"{loaded.rule.severity}, {loaded.rule.layer}"
            yield Offer(name, KIND.Reference, detail, loaded.rule.summary)


def _tables_or_columns(asked: Asked) -> Iterator[Offer]:
    """A table; behind its name and a point its columns, and the whole name is written."""
    table, point, _ = _begun(asked.cursor.before).rpartition(".")
    if not point:
        yield from tables()
    for offer in columns_of(asked, table):
        yield Offer(f"{table}.{offer.name}", offer.kind, offer.detail, offer.meaning)
