"""``rootlint lsp``: the language server."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO

import click

from rootlint.cli.common import configure, pack_options


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output; there is no other way.")
@pack_options
def lsp(stdio: bool, **given: Any) -> None:
    """Answer an editor: the language server.

    It speaks the Language Server Protocol over standard input and output, and judges rule files and configuration as
    they are written; docs/editor.md tells how editors start it. It needs the extra lsp: pip install 'rootlint[lsp]'.
    """
    from rootlint.errors import Problem, UserError

    try:
        import pygls  # noqa: F401
    except ModuleNotFoundError as error:
        help = "install rootlint with the extra lsp: pip install 'rootlint[lsp]'"
        raise UserError(Problem(f"the language server needs {error.name}", help=help)) from None
    from rootlint.lsp.server import Server

    server = Server(partial(configure, **given), lambda: datetime.now(UTC).date())
    server.serve(sys.stdin.buffer, _protocol_only())


def _protocol_only() -> BinaryIO:
    """Standard output for the protocol alone: whatever else is printed, by us or by a plugin, goes to stderr."""
    sys.stdout.flush()
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return protocol
