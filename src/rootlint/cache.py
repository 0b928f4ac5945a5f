"""Texts kept between runs, each under a key made of everything it follows from. A cache can be deleted at any time.

A text is written beside its place and then moved there, so that neither a crash nor a second run nor a full disk
leaves half of one. What does not carry its own key and digest is not read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

MOST = 20  # files kept


def platform_folder(environment: Mapping[str, str]) -> Path | None:
    """Where programs keep such things on this system; None where nobody knows a home."""
    if sys.platform == "win32":
        base = environment.get("LOCALAPPDATA")
        return Path(base) / "rootlint" / "cache" if base else None
    if environment.get("XDG_CACHE_HOME"):
        return Path(environment["XDG_CACHE_HOME"]) / "rootlint"
    home = environment.get("HOME")
    if not home:
        return None
    return Path(home) / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "rootlint"


def read(folder: Path, key: str) -> str | None:
    """The text under a key; None where there is none, or where what there is was not written whole for this key."""
    try:
        head, _, text = _file(folder, key).read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if head == _head(key, text) else None


def write(folder: Path, key: str, text: str) -> None:
    """Keep a text; where that is not possible, nothing is kept and nothing is left behind."""
    temporary = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=folder, prefix=".", delete=False
        ) as file:
            temporary = file.name
            file.write(f"{_head(key, text)}\n{text}")
        os.replace(temporary, _file(folder, key))
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        return
    _forget_oldest(folder)


def _file(folder: Path, key: str) -> Path:
    return folder / f"rules-{key[:32]}.json"


def _head(key: str, text: str) -> str:
    return f"rootlint {key} {hashlib.sha256(text.encode()).hexdigest()}"


def _forget_oldest(folder: Path) -> None:
    """Another run may delete the same files."""
    with contextlib.suppress(OSError):
        kept = sorted(folder.glob("rules-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[MOST:]:
            path.unlink()
