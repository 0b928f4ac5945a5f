"""Where the YAML that ships with rootlint stands: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path


def shipped_folder(name: str) -> Path:
    """The folder ``rules`` or ``jurisdictions`` as it was shipped."""
    package = Path(__file__).parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent.parent / name
