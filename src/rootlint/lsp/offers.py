"""What can be written, and the names that are offered in more than one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lsprotocol import types

from rootlint.jurisdictions.model import Parameter
from rootlint.lsp import meanings
from rootlint.lsp.cursor import Cursor, value_at
from rootlint.lsp.workspace import Rules, Workspace
from rootlint.rules.language.scope import Columns
from rootlint.rules.language.types import Type
from rootlint.rules.repairs import CAUSE, cause_columns
from rootlint.snapshot.format import FORMAT

KIND = types.CompletionItemKind


@dataclass(frozen=True)
class Offer:
    """One thing that can be written."""

    name: str
    kind: types.CompletionItemKind
    detail: str | None = None
    meaning: str | None = None
    ending: str = ""  # written behind the name


@dataclass(frozen=True)
class Asked:
    """A cursor, and what is known where it stands."""

    cursor: Cursor
    workspace: Workspace
    rules: Rules

    def value(self, *path: str | int) -> object:
        """What the file has at a path."""
        return value_at(self.cursor.data, path)


def tables() -> Iterator[Offer]:
    """The tables of the snapshot format."""
    for name, table in FORMAT.tables.items():
        yield Offer(name, KIND.Struct, table.group, table.doc)


def parameters(asked: Asked) -> Mapping[str, Parameter]:
    """What jurisdictions say something of."""
    return asked.workspace.laws.vocabulary.parameters


def columns(asked: Asked, table: str) -> Columns:
    """The columns of a table, with those that the rule says the operator's files have."""
    if table == CAUSE:
        return cause_columns()
    own = asked.value("columns")
    given = {
        name: {column: Type(kind) for column, kind in of.items()}
        for name, of in (own.items() if isinstance(own, dict) else ())
        if isinstance(of, dict) and all(kind in list(Type) for kind in of.values())
    }
    return asked.workspace.schema.with_columns(given).tables.get(table, {})


def columns_of(asked: Asked, table: str) -> Iterator[Offer]:
    """The columns of a table, each with what it holds."""
    for name, of in columns(asked, table).items():
        yield Offer(name, KIND.Field, str(of.type), meanings.column(table, name))
