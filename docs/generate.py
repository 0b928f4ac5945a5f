"""Write the pages of this folder that the program knows by itself (`make docs`); tests hold them up to date."""

from __future__ import annotations

from pathlib import Path

from rootlint.snapshot.format import document_format

PAGES = {
    "snapshot-format.md": document_format,
}

for page, written in PAGES.items():
    Path(__file__).with_name(page).write_text(written(), encoding="utf-8", newline="\n")
