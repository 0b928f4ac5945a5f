"""Write the pages of this folder, and the schemas, that the program knows by itself (`make docs`); tests hold them up to date."""

from __future__ import annotations

from pathlib import Path

from rootlint.cli.documenting import document_command_line
from rootlint.cli.schema import WRITTEN, schema_text
from rootlint.report.reference import document_formats
from rootlint.rules.language.documenting import document_language
from rootlint.rules.loading import check_kinds
from rootlint.rules.reference import document_kinds, document_rule_file
from rootlint.snapshot.format import document_format
from rootlint.snapshot.settings_page import document_settings

PAGES = {
    "check-kinds.md": lambda: document_kinds(check_kinds()),
    "command-line.md": document_command_line,
    "formats.md": document_formats,
    "language.md": document_language,
    "rule-file.md": document_rule_file,
    "settings.md": document_settings,
    "snapshot-format.md": document_format,
}

for page, written in PAGES.items():
    Path(__file__).with_name(page).write_text(written(), encoding="utf-8", newline="\n")

for name, schema in WRITTEN.items():
    path = Path(__file__).parents[1] / "schemas" / f"{name}.schema.json"
    path.write_text(schema_text(schema()), encoding="utf-8", newline="\n")
