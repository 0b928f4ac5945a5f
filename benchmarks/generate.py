"""Write a big made snapshot: thirty stores in five states, and as many sale lines as asked for.

    python benchmarks/generate.py TARGET --sale-lines 1000000 [--seed 7]

Every value is a hash of a row number, so that the time grows with the size and the memory hardly does. About
one receipt in two thousand is broken (or in as many as ``--broken-one-in`` says), in seven ways (tables.sql says
which), and so are some packages, runs and manifests.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
import duckdb

HERE = Path(__file__).parent
ONE_IN = 2_000  # receipts, of which one is broken


@click.command(help="Write a made snapshot of the size asked for into the folder TARGET.")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--sale-lines", default=1_000_000, show_default=True, type=click.IntRange(min=1_000))
@click.option("--seed", default=7, show_default=True)
@click.option("--broken-one-in", default=ONE_IN, show_default=True, type=click.IntRange(min=1))
def main(target: Path, sale_lines: int, seed: int, broken_one_in: int) -> None:
    generate(target, sale_lines, seed, broken_one_in)
    click.echo(f"{target}: {sale_lines:,} sale lines, seed {seed}, one receipt in {broken_one_in:,} broken")


def generate(target: Path, sale_lines: int, seed: int, broken_one_in: int = ONE_IN) -> None:
    """Write a snapshot with that many sale lines in the operator's own books into a new or empty folder."""
    (target / "tables").mkdir(parents=True)
    # The world is kept on disk beside the snapshot: memory stays bounded at any size.
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        world = duckdb.connect(f"{scratch}/world.duckdb", config={"memory_limit": "2GB"})
        world.execute(f"SET TimeZone = 'UTC'; SET VARIABLE seed = {seed}; SET VARIABLE lines = {sale_lines}")
        world.execute(f"SET VARIABLE one_in = {broken_one_in}")
        for script in ("world.sql", "tables.sql"):
            world.execute((HERE / script).read_text(encoding="utf-8"))
        for table in _tables(world):
            _write_table(world, table, target / "tables" / f"{table}.parquet")
        _write_manifest(world, target / "snapshot.yaml")
        world.close()


def _tables(world: duckdb.DuckDBPyConnection) -> list[str]:
    views = (
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'snapshot' ORDER BY table_name"
    )
    return [table for (table,) in world.execute(views).fetchall()]


def _write_table(world: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    described = world.execute(f"DESCRIBE snapshot.{table}").fetchall()
    columns = ", ".join(_written(name, type_) for name, type_, *_ in described)
    quoted = str(file).replace("'", "''")
    world.execute(
        f"COPY (SELECT {columns} FROM snapshot.{table}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)"
    )


def _written(name: str, type_: str) -> str:
    """A column as Parquet holds it: instants are marked as UTC."""
    return f"""\"{name}\" AT TIME ZONE 'UTC' AS \"{name}\"""" if type_ == "TIMESTAMP" else f'"{name}"'


def _write_manifest(world: duckdb.DuckDBPyConnection, file: Path) -> None:
    lines = [
        "# Made for a benchmark: nothing in this snapshot is real.",
        "format: 1",
        "operator: Made Operator (a benchmark, nothing in it is real)",
        "captured_at: 2026-11-01T13:00:00Z",
        "facilities:",
    ]
    columns = "facility, name, jurisdiction, zone AS timezone, license_type, opened_on"
    found = world.execute(f"SELECT {columns} FROM facility ORDER BY n")
    names = [column[0] for column in found.description]
    for row in found.fetchall():
        lines.append(
            "  - {" + ", ".join(f"{name}: {value}" for name, value in zip(names, row, strict=True)) + "}"
        )
    lines.append("tables:")
    lines += [f"  {table}: {{source: made}}" for table in _tables(world)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
