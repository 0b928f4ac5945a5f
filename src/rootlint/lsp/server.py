"""The server: requests in, answers out. A fault in one of them is told, and the next is answered all the same."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from rootlint import __version__
from rootlint.configuration import Configuration
from rootlint.errors import UserError
from rootlint.lsp import actions, completion, definition, hover
from rootlint.lsp.diagnostics import SOURCE, Told, diagnose
from rootlint.lsp.documents import Document, Overlay
from rootlint.lsp.workspace import Rules, Workspace

PAUSE = 0.15  # seconds without a keystroke before a document is judged anew
WATCHED = ("**/*.{yaml,yml,json,jsonc,toml,ini,cfg,env}", "**/.env*")

log = logging.getLogger(__name__)


class Server:
    """A language server over one workspace folder."""

    def __init__(self, configure: Callable[[], Configuration], today: Callable[[], date]) -> None:
        self._configure = configure
        self._today = today
        self._known: Workspace | None = None
        self._before: Workspace | None = None
        self._pending: asyncio.TimerHandle | None = None
        # Whole texts: what counts as the end of a line is then nobody's question.
        self._client = LanguageServer("rootlint", __version__, types.TextDocumentSyncKind.Full)
        self._register()

    def serve(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        """Answer until the editor says that it ends."""
        self._client.start_io(stdin, stdout)

    def _register(self) -> None:
        triggers = types.CompletionOptions(trigger_characters=[".", "'", "{", " "])
        kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
        for name, answer, options in (
            (types.INITIALIZED, self._initialized, None),
            (types.TEXT_DOCUMENT_DID_OPEN, self._opened, None),
            (types.TEXT_DOCUMENT_DID_CHANGE, self._changed, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self._saved, None),
            (types.TEXT_DOCUMENT_DID_CLOSE, self._closed, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._changed_on_disk, None),
            (types.TEXT_DOCUMENT_COMPLETION, self._complete, triggers),
            (types.TEXT_DOCUMENT_HOVER, self._hover, None),
            (types.TEXT_DOCUMENT_DEFINITION, self._define, None),
            (types.TEXT_DOCUMENT_CODE_ACTION, self._act, kinds),
        ):
            # pygls marks what it registers, which a bound method does not allow.
            self._client.feature(name, options)(partial(answer))

    # -- what is known

    @property
    def _workspace(self) -> Workspace:
        if self._known is None:
            self._known = Workspace(self._configure, self._today, self._before)
            for problem in self._known.problems:
                message = types.ShowMessageParams(types.MessageType.Error, f"rootlint: {problem}")
                self._client.window_show_message(message)
        return self._known

    def _overlay(self) -> Overlay:
        return Overlay(
            document for uri in self._client.workspace.text_documents if (document := self._document(uri))
        )

    def _document(self, uri: str) -> Document | None:
        """An open document; None for one that is not, or that stands in no file."""
        held = self._client.workspace.text_documents.get(uri)
        path = to_fs_path(uri) if uri.startswith("file:") else None
        if held is None or path is None:
            return None
        text = held.source.replace("\r\n", "\n")
        return Document(uri, Path(path), text, held.version, self._client.workspace.position_codec)

    def _asked(self, uri: str) -> tuple[Document, Overlay, Rules] | None:
        """A document that something is asked about, with everything that the answer rests on."""
        document = self._document(uri)
        if document is None or self._workspace.kind_of(document) is None:
            return None
        overlay = self._overlay()
        return document, overlay, self._workspace.rules(overlay)

    # -- what the editor tells

    def _initialized(self, params: types.InitializedParams) -> None:
        """Work in the folder that is open, as the command line does in the one it is called in."""
        folders = [folder.uri for folder in self._client.workspace.folders.values()]
        root = next((path for uri in folders if (path := to_fs_path(uri))), self._client.workspace.root_path)
        if root and os.path.isdir(root):
            os.chdir(root)
        watching = self._client.client_capabilities.workspace
        if (
            watching
            and watching.did_change_watched_files
            and watching.did_change_watched_files.dynamic_registration
        ):
            self._client.client_register_capability(types.RegistrationParams([_watched()]))

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        self._judge_soon(0)

    def _changed(self, params: types.DidChangeTextDocumentParams) -> None:
        self._judge_soon(PAUSE)

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        self._read_anew(params.text_document.uri)

    def _changed_on_disk(self, params: types.DidChangeWatchedFilesParams) -> None:
        for change in params.changes:
            self._read_anew(change.uri)

    def _read_anew(self, uri: str) -> None:
        path = to_fs_path(uri)
        if path and self._workspace.rests_on(Path(path)):
            self._known, self._before = None, self._known
        self._judge_soon(PAUSE)

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        self._publish(params.text_document.uri, None, [])
        self._judge_soon(PAUSE)

    # -- diagnostics

    def _judge_soon(self, pause: float) -> None:
        """Judge all open documents once nothing more has come for a while: one says something of the others."""
        if self._pending is not None:
            self._pending.cancel()
        self._pending = asyncio.get_running_loop().call_later(pause, self._judge)

    def _judge(self) -> None:
        for document in (overlay := self._overlay()).documents:
            self._publish(
                document.uri, document.version, [told.diagnostic for told in self._told(document, overlay)]
            )

    def _told(self, document: Document, overlay: Overlay) -> list[Told]:
        try:
            if self._workspace.kind_of(document) is None:
                return []
            return diagnose(document, self._workspace, overlay, self._workspace.rules(overlay))
        except Exception as error:  # of ours or of a plugin: silence would look like a pass
            log.exception("cannot judge %s", document.path)
            what = error if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            text = f"this file could not be judged: {what}"
            return [
                Told(
                    types.Diagnostic(
                        document.range(0, 0), text, types.DiagnosticSeverity.Error, source=SOURCE
                    )
                )
            ]

    def _publish(self, uri: str, version: int | None, found: list[types.Diagnostic]) -> None:
        params = types.PublishDiagnosticsParams(uri, found, version)
        self._client.text_document_publish_diagnostics(params)

    # -- what the editor asks

    def _complete(self, params: types.CompletionParams) -> types.CompletionList | None:
        asked = self._asked(params.text_document.uri)
        if asked is None or self._workspace.kind_of(asked[0]) != "rule":
            return None
        document, _, rules = asked
        items = completion.complete(document, params.position, self._workspace, rules)
        return types.CompletionList(is_incomplete=False, items=items)

    def _hover(self, params: types.HoverParams) -> types.Hover | None:
        asked = self._asked(params.text_document.uri)
        if asked is None:
            return None
        document, overlay, rules = asked
        return hover.hover(document, params.position, self._workspace, overlay, rules)

    def _define(self, params: types.DefinitionParams) -> types.Location | None:
        asked = self._asked(params.text_document.uri)
        if asked is None:
            return None
        document, overlay, rules = asked
        return definition.definition(document, params.position, self._workspace, overlay, rules)

    def _act(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        asked = self._asked(params.text_document.uri)
        if asked is None:
            return None
        document, overlay, rules = asked
        told = diagnose(document, self._workspace, overlay, rules)
        return actions.actions(document, told, params.range)


def _watched() -> types.Registration:
    watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    return types.Registration("rootlint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
