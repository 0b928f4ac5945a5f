"""The engines that rootlint itself brings."""

from __future__ import annotations

from collections.abc import Iterable

from rootlint.plugins import Named, hookimpl


@hookimpl
def rootlint_engines() -> Iterable[Named]:
    """DuckDB, embedded."""
    return [Named("duckdb", "rootlint.engine.duckdb:DuckDBEngine", "embedded, needs no server")]
