"""Writes a new snapshot folder: whole, or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rootlint.engine import Engine
from rootlint.engine.duckdb import quote_name, quote_text
from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.format import ColumnType, load_format

# A Parquet time that names its zone needs no note when it is read.
_WRITTEN_TYPES = {ColumnType.INSTANT: "TIMESTAMP WITH TIME ZONE"}


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder beside the target; it becomes the target if the block succeeds, and is removed if not."""
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        help = "name a folder that does not exist; a snapshot is never changed"
        raise UserError(Problem("there is something here already", Place(str(target)), help))
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        finished = unfinished / "snapshot"
        finished.mkdir()
        yield finished
        if target.is_dir():
            target.rmdir()  # empty, as seen above; some systems rename onto nothing only
        finished.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def write_table(
    engine: Engine, folder: Path, table: str, relation: str, columns: Mapping[str, str]
) -> dict[str, Any]:
    """Write a relation as ``tables/<table>.parquet``, ordered by its key; give its checksum for the manifest.

    ``columns`` maps the columns to write to expressions over the relation; the format gives their types.
    """
    described = load_format().tables[table]
    file = folder / "tables" / f"{table}.parquet"
    file.parent.mkdir(exist_ok=True)
    written = []
    for name, expression in columns.items():
        column = described.columns.get(name)
        typed = (
            f"CAST({expression} AS {_WRITTEN_TYPES.get(column.type, column.type.sql)})"
            if column
            else expression
        )
        written.append(f"{typed} AS {quote_name(name)}")
    order = ", ".join(columns[key] for key in ("facility", *described.key))
    engine.run(
        f"COPY (SELECT {', '.join(written)} FROM {relation} ORDER BY {order}) "
        f"TO {quote_text(str(file))} (FORMAT parquet, COMPRESSION zstd)"
    )
    return {"sha256": _digest(file)}


def write_document(file: Path, data: Mapping[str, Any]) -> None:
    """Write a YAML file that reads the same to every reader."""
    import yaml

    text = yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=100)
    file.write_text(text, encoding="utf-8", newline="\n")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
