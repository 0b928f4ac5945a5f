"""The default engine: DuckDB, embedded, no server, no network, spilling to a folder of its own."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from rootlint.engine import EngineError
from rootlint.engine.duckdb_expansions import EXPANSIONS, MACROS
from rootlint.errors import Place, Problem, UserError

USUAL_MEMORY = "4GB"  # what is beyond goes to the disk; enough for ten million sale lines


class DuckDBEngine:
    """One in-memory database for one run.

    ``memory_limit`` bounds what it holds in memory, like "4GB"; the rest is spilled. None: ``USUAL_MEMORY``, or four
    fifths of the machine's where that is less.
    """

    name = "duckdb"
    expansions: Mapping[str, str] = EXPANSIONS

    def __init__(self, *, threads: int | None = None, memory_limit: str | None = None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="rootlint-", ignore_cleanup_errors=True)
        self._connection = duckdb.connect(":memory:")
        settings = {
            "TimeZone": "'UTC'",
            "temp_directory": quote_text(self._spill.name),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "enable_progress_bar": "false",
            # Joins run in the order in which a rule writes them. The optimizer would join two tables on the few
            # facilities alone, because equality carries over, and fill the memory with their pairs.
            "disabled_optimizers": "'join_order'",
            "python_enable_replacements": "false",  # a query must not see Python's variables as tables
        }
        if threads is not None:
            settings["threads"] = str(threads)
        settings["memory_limit"] = quote_text(memory_limit or self._usual_memory())
        for name, value in settings.items():
            self.run(f"SET {name} = {value}")
        for macro in MACROS:
            self.run(macro)

    def _usual_memory(self) -> str:
        # The engine's own choice is four fifths of the machine's memory.
        bounds = ("current_setting('memory_limit')", quote_text(USUAL_MEMORY))
        [(amount,)] = self.rows(
            f"SELECT least({', '.join(f'parse_formatted_bytes({each})' for each in bounds)})"
        )
        return f"{amount}B"

    def run(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except duckdb.Error as error:
            raise EngineError(str(error)) from None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise EngineError(str(error)) from None

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        described = ", ".join(f"{quote_name(name)} {kind}" for name, kind in columns.items())
        self.run(f"CREATE OR REPLACE TABLE {quote_name(table)} ({described})")
        marks = f"({', '.join('?' for _ in columns)})"
        for batch in _batches(rows):
            values = [value for row in batch for value in row]
            sql = f"INSERT INTO {quote_name(table)} VALUES {', '.join([marks] * len(batch))}"
            try:
                self._connection.execute(sql, values)
            except duckdb.Error as error:
                raise EngineError(str(error)) from None

    def write_parquet(self, query: str, target: Path) -> None:
        # A locked engine writes only where it spills; the finished file is moved from there.
        draft = Path(self._spill.name) / "export.parquet"
        self.run(f"COPY ({query}) TO {quote_text(str(draft))} (FORMAT parquet)")
        try:
            shutil.move(draft, target)
        except OSError as error:
            raise UserError(Problem(f"cannot be written: {error.strerror}", Place(str(target)))) from None

    def lock(self, readable: Sequence[Path]) -> None:
        folders = ", ".join(quote_text(str(folder)) for folder in (*readable, Path(self._spill.name)))
        self.run(f"SET allowed_directories = [{folders}]")
        self.run("SET enable_external_access = false")
        self.run("SET lock_configuration = true")

    def close(self) -> None:
        self._connection.close()
        self._spill.cleanup()


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """Rows by the few hundred: one statement for each row would cost more than the rows."""
    left = iter(rows)
    while batch := list(itertools.islice(left, 500)):
        yield batch


def quote_text(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quote_name(name: str) -> str:
    """Write a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
