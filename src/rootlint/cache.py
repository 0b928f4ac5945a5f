"""What is kept between runs, each under a key made of everything it follows from. A cache can be deleted at any time.

It is written beside its place and then moved there, so that neither a crash nor a second run nor a full disk
leaves half of one. What does not carry its own key and digest is not read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

MOST = 20  # files kept: those used last


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


def read(folder: Path, key: str) -> bytes | None:
    """What is under a key; None where there is none, or where what there is was not written whole for this key."""
    file = _file(folder, key)
    try:
        head, _, kept = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    with contextlib.suppress(OSError):
        os.utime(file)  # what is used is not what is forgotten
    return kept if head == _head(key, kept) else None


def write(folder: Path, key: str, kept: bytes) -> None:
    """Keep this; where that is not possible, nothing is kept and nothing is left behind."""
    temporary = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
            temporary = file.name
            file.write(_head(key, kept) + b"\n" + kept)
        os.replace(temporary, _file(folder, key))
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        return
    _forget_oldest(folder)


def add_files(digest: Any, base: Path, paths: Iterable[Path]) -> None:
    """Add the names (below ``base``) and the contents of files to what will be a key."""
    for path in sorted(paths):
        raw = path.read_bytes()
        digest.update(f"{path.relative_to(base).as_posix()}\0{len(raw)}\0".encode() + raw)


def _file(folder: Path, key: str) -> Path:
    return folder / f"rules-{key[:32]}"


def _head(key: str, kept: bytes) -> bytes:
    return f"rootlint {key} {hashlib.sha256(kept).hexdigest()}".encode()


def _forget_oldest(folder: Path) -> None:
    """Another run may delete the same files."""
    with contextlib.suppress(OSError):
        kept = sorted(folder.glob("rules-*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[MOST:]:
            path.unlink()
