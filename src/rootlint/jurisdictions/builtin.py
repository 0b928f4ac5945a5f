"""The jurisdictions that ship with rootlint, offered through the same hook as everybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rootlint.plugins import hookimpl
from rootlint.shipped import shipped_folder


@hookimpl
def rootlint_jurisdictions() -> Iterable[Path]:
    """Offer the shipped folder."""
    return [shipped_folder("jurisdictions")]
