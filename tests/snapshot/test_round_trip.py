"""The same rows make the same relation, whatever kind of files they come in, and however many."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rootlint.engine.duckdb import DuckDBEngine, quote_name, quote_text
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.opening import open_snapshot

MANIFEST = """\
format: 1
operator: Made Operator
captured_at: 2026-11-01T13:00:00Z
facilities: [{facility: F, name: Made, jurisdiction: ca, timezone: America/Los_Angeles}]
tables: {metrc_packages: {}}
"""

# An empty text is null in CSV, so it cannot make the trip.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
quantities = st.decimals(-(10**12) + 1, 10**12 - 1, places=6)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "label": texts,
    "state": st.sampled_from(FORMAT.tables["metrc_packages"].columns["state"].values or ()),
    "item_id": st.integers(-(2**63), 2**63 - 1),
    "quantity": quantities,
    "packaged_on": st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    "is_on_hold": st.booleans(),
    "source_harvests": st.lists(texts, max_size=3),
    "last_modified": instants,
    "extra": texts,
}
rows = st.lists(st.fixed_dictionaries({name: st.none() | of for name, of in COLUMNS.items()}), max_size=6)
Row = dict[str, Any]


def number(row_list: list[Row]) -> list[Row]:
    return [
        {"facility": "F", "package_id": index, **{name: row[name] for name in COLUMNS}}
        for index, row in enumerate(row_list)
    ]


def text_of(value: Any) -> Any:
    """A value as text files write it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def as_csv(row_list: list[Row]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["facility", "package_id", *COLUMNS])
    for row in row_list:
        writer.writerow(
            json.dumps(value) if isinstance(value, list) else text_of(value) for value in row.values()
        )
    return stream.getvalue().encode()


def as_json_object(row: Row) -> str:
    """An object whose decimals are numbers with all their digits."""
    cells = (
        f"{json.dumps(name)}: {value if isinstance(value, Decimal) else json.dumps(text_of(value))}"
        for name, value in row.items()
    )
    return "{" + ", ".join(cells) + "}"


def as_ndjson(row_list: list[Row]) -> bytes:
    return "".join(as_json_object(row) + "\n" for row in row_list).encode()


def as_json(row_list: list[Row]) -> bytes:
    return f"[{', '.join(as_json_object(row) for row in row_list)}]".encode()


def as_parquet(row_list: list[Row]) -> bytes:
    columns = {
        name: column.type.sql.replace("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
        for name, column in FORMAT.tables["metrc_packages"].columns.items()
        if name in ("facility", "package_id", *COLUMNS)
    } | {"extra": "VARCHAR"}
    engine = DuckDBEngine()
    engine.load("made", columns, [[_aware(row[name]) for name in columns] for row in row_list])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.parquet")
        names = ", ".join(quote_name(name) for name in columns)
        engine.run(f"COPY (SELECT {names} FROM made) TO {quote_text(str(path))} (FORMAT parquet)")
        engine.close()
        return path.read_bytes()


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


WRITERS = {"csv": as_csv, "ndjson": as_ndjson, "json": as_json, "parquet": as_parquet}


def read(files: dict[str, bytes], threads: int) -> list[tuple[Any, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {"snapshot.yaml": MANIFEST.encode(), **files}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        engine = DuckDBEngine(threads=threads)
        state = open_snapshot(Path(folder), engine).open_table("metrc_packages")
        names = ", ".join(quote_name(name) for name in ("package_id", *COLUMNS) if name in state.columns)
        assert (state.problems, state.notes, state.complete) == ((), (), True)
        found = engine.rows(f"SELECT {names or 'NULL'} FROM {state.relation} ORDER BY package_id")
        engine.close()
        return found


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=25)
@given(rows)
def test_rows_come_back_as_they_were_written(kind: str, row_list: list[Row]) -> None:
    numbered = number(row_list)
    expected = [tuple(row.values())[1:] for row in numbered]
    half = len(numbered) // 2
    assert read({f"tables/metrc_packages.{kind}": WRITERS[kind](numbered)}, threads=1) == expected
    parts = {"a": numbered[:half], "b": numbered[half:]}
    files = {f"tables/metrc_packages/{name}.{kind}": WRITERS[kind](part) for name, part in parts.items()}
    assert read(files, threads=4) == expected
