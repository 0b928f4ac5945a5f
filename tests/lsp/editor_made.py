"""An editor for tests: it speaks the protocol to the real process, over standard input and output."""

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

import made_operator
from made_operator import environment

PATIENCE = 120  # seconds: a machine may be busy
CURSOR = "¦"  # stands where the cursor is, in the texts of tests

T = TypeVar("T")

# Without what may be left out, so that there is something left to write.
RULE = (
    made_operator.RULE.partition("tests:")[0].replace("tags: [made]\n", "").replace("scope: facility\n", "")
)


class Editor:
    """An editor with one folder open."""

    def __init__(self, folder: Path, **further: str) -> None:
        self.folder = folder
        self.messages: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._client = LanguageClient("made", "0")
        self._published: dict[str, types.PublishDiagnosticsParams] = {}
        self._versions: dict[str, int] = {}
        self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._take(params))
        self._client.feature(types.WINDOW_SHOW_MESSAGE)(lambda told: self.messages.append(told.message))
        self._run(self._start(further))

    async def _start(self, further: Mapping[str, str]) -> None:
        command = (sys.executable, "-m", "rootlint", "lsp", "--stdio")
        await self._client.start_io(*command, cwd=self.folder.parent, env=environment(**further))
        uri = self.folder.as_uri()
        params = types.InitializeParams(
            types.ClientCapabilities(), root_uri=uri, workspace_folders=[types.WorkspaceFolder(uri, "made")]
        )
        await self._client.initialize_async(params)
        self._client.initialized(types.InitializedParams())

    def _run(self, wanted: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(asyncio.wait_for(wanted, PATIENCE))

    def _take(self, params: types.PublishDiagnosticsParams) -> None:
        self._published[params.uri] = params

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    # -- what a person does

    def open(self, name: str, text: str | None = None) -> list[types.Diagnostic]:
        """Open a file, or write another text into one that is open; what is then wrong with it."""
        self.type(name, text)
        return self.diagnostics(name)

    def type(self, name: str, text: str | None = None) -> None:
        """Open a file, or write another text into one that is open, and do not wait; no text: as on the disk."""
        uri = self.uri(name)
        text = (self.folder / name).read_text(encoding="utf-8") if text is None else text
        version = self._versions.get(uri, 0) + 1
        if uri not in self._versions:
            document = types.TextDocumentItem(uri, "yaml", version, text)
            self._client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        else:
            changed = types.VersionedTextDocumentIdentifier(version, uri)
            whole = types.TextDocumentContentChangeWholeDocument(text)
            self._client.text_document_did_change(types.DidChangeTextDocumentParams(changed, [whole]))
        self._versions[uri] = version

    def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What is wrong with a file as it now stands in the editor."""
        uri = self.uri(name)

        async def published() -> list[types.Diagnostic]:
            while (known := self._published.get(uri)) is None or known.version != self._versions.get(uri):
                await asyncio.sleep(0.01)
            return list(known.diagnostics)

        return self._run(published())

    def save(self, name: str) -> None:
        """Tell that a file is saved, as it stands on the disk."""
        for told in self._published.values():
            told.version = -1
        document = types.TextDocumentIdentifier(self.uri(name))
        self._client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def close(self, name: str) -> None:
        document = types.TextDocumentIdentifier(self.uri(name))
        self._client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        del self._versions[self.uri(name)]

    # -- what a person asks; the text has the cursor in it

    def complete(self, name: str, text: str) -> list[types.CompletionItem]:
        """What can be written where the cursor stands."""
        where = self._at(name, text)
        params = types.CompletionParams(types.TextDocumentIdentifier(self.uri(name)), where)
        answer = self._run(self._client.text_document_completion_async(params))
        assert isinstance(answer, types.CompletionList)
        return list(answer.items)

    def hover(self, name: str, text: str) -> str | None:
        """What is said of the place where the cursor stands."""
        return self.hover_at(name, self._at(name, text))

    def hover_at(self, name: str, where: types.Position) -> str | None:
        """What is said of a place in a file, be it open or not."""
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), where)
        answer = self._run(self._client.text_document_hover_async(params))
        if answer is None:
            return None
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    def definition(self, name: str, text: str) -> types.Location | None:
        """Where what stands at the cursor is defined."""
        where = self._at(name, text)
        params = types.DefinitionParams(types.TextDocumentIdentifier(self.uri(name)), where)
        answer = self._run(self._client.text_document_definition_async(params))
        assert answer is None or isinstance(answer, types.Location)
        return answer

    def actions(self, name: str, range: types.Range) -> list[types.CodeAction]:
        """What is offered to put a range of an open file right."""
        document = types.TextDocumentIdentifier(self.uri(name))
        params = types.CodeActionParams(document, range, types.CodeActionContext([]))
        answer = self._run(self._client.text_document_code_action_async(params))
        return [action for action in answer or () if isinstance(action, types.CodeAction)]

    def _at(self, name: str, text: str) -> types.Position:
        before, _, after = text.partition(CURSOR)
        self.type(name, before + after)
        line = before.rpartition("\n")[2]
        return types.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)

    def end(self) -> int | None:
        """Close the editor; the exit code of the server."""

        async def ended() -> int | None:
            await self._client.shutdown_async(None)
            self._client.exit(None)
            await self._client.stop()
            return self._client._server.returncode if self._client._server else None

        code = self._run(ended())
        self._loop.close()
        return code


def applied(text: str, edit: types.TextEdit) -> str:
    """A text after an edit."""

    def offset(position: types.Position) -> int:
        lines = text.split("\n")
        units = lines[position.line].encode("utf-16-le")[: 2 * position.character]
        return sum(len(line) + 1 for line in lines[: position.line]) + len(units.decode("utf-16-le"))

    return text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
