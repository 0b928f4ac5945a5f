"""The one place that talks to an engine. Nothing above it knows which engine runs.

An engine runs the SQL that rules compile to. Records stay in its tables; only findings, counts and
samples come back to Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol


class EngineError(Exception):
    """The engine refused or failed a query; the message is the engine's own."""


class Engine(Protocol):
    """What every engine offers."""

    name: str
    expansions: Mapping[str, str]  # operator of the rule language -> SQL template of this engine

    def run(self, sql: str) -> None:
        """Run a statement for its effect; raise ``EngineError`` when it fails."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query and fetch its (few) rows."""

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Create a small table from Python rows; ``columns`` gives the SQL type of each."""

    def write_parquet(self, query: str, target: Path) -> None:
        """Write the rows of a query to a Parquet file, whole or not at all."""

    def lock(self, readable: Sequence[Path]) -> None:
        """Shut external access to all but the given folders, and lock the configuration."""

    def close(self) -> None:
        """Free everything, spilled files included."""
