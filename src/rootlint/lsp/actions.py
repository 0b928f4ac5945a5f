"""Quick fixes: the nearest known name for one that is misspelt, and the right value of a setting where it is certain."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from rootlint.lsp.diagnostics import Told, with_overlap
from rootlint.lsp.documents import Document


def actions(document: Document, told: Iterable[Told], range: types.Range) -> list[types.CodeAction]:
    """What can be put right in a range of a document."""
    return [
        types.CodeAction(
            title=each.fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[each.diagnostic],
            is_preferred=True,
            edit=types.WorkspaceEdit(changes={document.uri: [each.fix.edit]}),
        )
        for each in with_overlap(told, range)
        if each.fix is not None
    ]
