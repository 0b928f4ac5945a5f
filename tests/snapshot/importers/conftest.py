"""Made answers of METRC's API, in the shapes that it documents; no value comes from a real operator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rootlint.documents import load_yaml
from rootlint.snapshot.importers import ImportOptions, ImportResult
from rootlint.snapshot.importers.metrc import import_folder

SHOP = "C10-0000001-LIC"
FARM = "CCL00-0000002"

CAPTURE = f"""\
captured_at: 2026-11-01T13:00:00Z
operator: Made Operator
window: {{from: 2020-01-01T00:00:00Z, to: 2026-11-01T13:00:00Z}}
facilities:
  {SHOP}: {{jurisdiction: ca, timezone: America/Los_Angeles}}
"""


def envelope(
    records: list[Any], *, page: int = 1, pages: int | None = None, total: int | None = None
) -> dict[str, Any]:
    """One page as a paged call answers it; an empty list has no pages at all."""
    return {
        "Data": records,
        "Total": len(records) if total is None else total,
        "TotalRecords": len(records) if total is None else total,
        "PageSize": 20 if records else 0,
        "RecordsOnPage": len(records),
        "Page": page,
        "CurrentPage": page,
        "TotalPages": pages if pages is not None else int(bool(records)),
    }


@dataclass
class Answers:
    """A folder of answers that a test fills, and the snapshot made of it."""

    source: Path
    target: Path

    def write(self, path: str, body: Any) -> None:
        """Write a file below the source; a text is written as it is, all else as JSON."""
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")

    def list(self, path: str, *records: Any) -> None:
        """Write a whole list of the shop in one page."""
        self.write(f"{SHOP}/{path}/page-1.json", envelope(list(records)))

    def load(self, **options: Any) -> ImportResult:
        return import_folder(self.source, self.target, ImportOptions(salt="made salt, 16+ long", **options))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a written table, with instants as naive UTC."""
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            file = self.target / "tables" / f"{table}.parquet"
            described = connection.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()
            columns = ", ".join(
                f'CAST("{name}" AS TIMESTAMP) AS "{name}"'
                if kind == "TIMESTAMP WITH TIME ZONE"
                else f'"{name}"'
                for name, kind, *_ in described
            )
            cursor = connection.execute(f"SELECT {columns} FROM '{file}'")
            names = [name for name, *_ in described]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def manifest(self) -> Any:
        return load_yaml(self.target / "snapshot.yaml").data


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    made = Answers(tmp_path / "answers", tmp_path / "snapshot")
    made.write("capture.yaml", CAPTURE)
    return made


def utc(*parts: int) -> datetime:
    """A naive instant in UTC, as rows hold it."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)
