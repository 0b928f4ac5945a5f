"""Where a name is defined: a rule in its file, a parameter in parameters.yaml, a setting in its mapping."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from rootlint.documents import KeyPath, parse_yaml
from rootlint.errors import UserError
from rootlint.lsp import sql
from rootlint.lsp.cursor import Cursor, read_at
from rootlint.lsp.documents import Document, Overlay
from rootlint.lsp.workspace import Rules, Workspace
from rootlint.snapshot.mapping import BUILT_IN


def definition(
    document: Document, position: types.Position, workspace: Workspace, overlay: Overlay, rules: Rules
) -> types.Location | None:
    """Where the name at a position of a rule's file is defined."""
    if workspace.kind_of(document) != "rule":
        return None
    offset = document.offset(position)
    cursor = read_at(document.text, offset)
    if cursor is None:
        return None
    if rule := _rule(cursor, rules):
        return _in_first((rules.files[rule],), ("name",), overlay)
    if setting := _setting(cursor):
        files = (*reversed(workspace.configuration.mappings), BUILT_IN)
        return _in_first(files, ("settings", setting), overlay)
    if parameter := _parameter(cursor):
        return _in_first(workspace.vocabularies(), ("parameters", parameter), overlay)
    return None


def _rule(cursor: Cursor, rules: Rules) -> str | None:
    match cursor.path:
        case ("leads_to", int(), "rule") | ("repair", int(), "like" | "undo"):
            name = rules.packs.names.get(cursor.text, cursor.text)
            return name if name in rules.files else None
    return None


def _setting(cursor: Cursor) -> str | None:
    is_setting = cursor.path[:2] == ("check", "setting") and not cursor.is_key
    return cursor.text if is_setting else None


def _parameter(cursor: Cursor) -> str | None:
    match cursor.path:
        case ("tests", int(), "parameters", str(name)) if cursor.is_key:
            return name
    word = sql.word_at(cursor.raw, cursor.at)
    return word.name if word is not None and word.parameter else None


def _in_first(files: Iterable[Path], path: KeyPath, overlay: Overlay) -> types.Location | None:
    """The key at a path of the first file that has it."""
    for file in files:
        try:
            document = overlay.document(file)
            span = parse_yaml(document.text, "").keys.get(path)
        except (OSError, UnicodeDecodeError, UserError):
            span = None
        if span is not None:
            return types.Location(document.uri, document.range(span.start, span.end))
    return None
