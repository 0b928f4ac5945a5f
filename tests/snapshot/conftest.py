"""A made snapshot of two made facilities, and an engine to open it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.snapshot.opening import Snapshot, open_snapshot

MANIFEST = """\
format: 1
operator: Made Operator
captured_at: 2026-11-01T13:00:00Z
facilities:
  - {facility: F-CA, name: Made West, jurisdiction: ca, timezone: America/Los_Angeles}
  - {facility: F-CO, name: Made East, jurisdiction: co, timezone: America/Denver, opened_on: 2023-02-01}
"""

Open = Callable[..., Snapshot]


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(threads=2)
    yield engine
    engine.close()


@pytest.fixture
def open_files(tmp_path: Path, engine: DuckDBEngine) -> Open:
    """Write files (by name relative to the snapshot) beside a manifest, and open the snapshot.

    ``tables`` is what the manifest says of tables.
    """

    def open_them(files: dict[str, str | bytes], tables: str = "") -> Snapshot:
        for name, content in {"snapshot.yaml": MANIFEST + tables, **files}.items():
            path = tmp_path / "snapshot" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return open_snapshot(tmp_path / "snapshot", engine)

    return open_them
