"""Write the demonstration snapshot: three facilities of an operator that does not exist, ninety days.

    python demo/generate.py TARGET [--seed 7] [--clean]

The world is made by the SQL files in world/, in their order; faults.py changes it on the way. The same seed
gives the same bytes. With --clean there is nothing to find.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Template

import click
import duckdb
from faults import FAULTS

HERE = Path(__file__).parent
OPERATOR = "Made Operator (a demonstration, nothing in it is real)"
CAPTURED_AT = "2026-11-01T13:00:00Z"
COVERED_FROM = "2026-08-03T00:00:00Z"

# Each table in the kind of file that such data tends to come in. A trailing slash: one file a facility.
FILES = {
    "metrc_items": "csv",
    "metrc_locations": "csv",
    "metrc_tags": "csv",
    "metrc_plant_batches": "json",
    "metrc_plants": "parquet",
    "metrc_harvests": "json",
    "metrc_waste": "ndjson",
    "metrc_packages": "ndjson",
    "metrc_package_sources": "csv",
    "metrc_adjustments": "ndjson",
    "metrc_transfers": "json",
    "metrc_transfer_packages": "ndjson",
    "metrc_sales": "parquet",
    "metrc_sale_lines": "parquet/",
    "metrc_lab_results": "csv",
    "metrc_users": "json",
    "internal_items": "csv",
    "item_map": "csv",
    "value_map": "csv",
    "internal_stock": "csv",
    "internal_inventory": "csv",
    "internal_plants": "csv",
    "internal_harvests": "csv",
    "internal_sales": "parquet",
    "internal_sale_lines": "parquet/",
    "internal_adjustments": "csv",
    "internal_receipts": "csv",
    "internal_conversions": "ndjson",
    "internal_shipments": "csv",
    "internal_lab_results": "csv",
    "internal_users": "json",
    "physical_counts": "parquet",
    "sync_runs": "parquet",
    "sync_calls": "parquet/",
    "sync_queue": "csv",
    "sync_watermarks": "ndjson",
    "outages": "csv",
    "credentials": "csv",
    "staff": "csv",
    "access_events": "ndjson",
}

# Tables of what happened, which reach back to the first of the ninety days and no further.
COVERED = {
    "metrc_adjustments",
    "metrc_sales",
    "metrc_sale_lines",
    "internal_sales",
    "internal_sale_lines",
    "internal_adjustments",
    "physical_counts",
    "sync_runs",
    "sync_calls",
    "sync_watermarks",
    "access_events",
}

COPY_OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880",
    "csv": "FORMAT csv, HEADER true",
    "ndjson": "FORMAT json",
    "json": "FORMAT json, ARRAY true",
}

README = """# A made snapshot

Everything in this folder is made: the operator, its facilities and license numbers, its people, packages,
receipts and keys' fingerprints. It was written by rootlint's demo/generate.py ($kind) to show
what a snapshot holds and what rootlint says about it. No person, business or regulator is meant.
"""


@click.command(help="Write the demonstration snapshot into the folder TARGET.")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=7, show_default=True, help="Another seed, another ninety days.")
@click.option("--clean", is_flag=True, help="Leave the faults out.")
def main(target: Path, seed: int, clean: bool) -> None:
    rows = generate(target, seed=seed, clean=clean)
    click.echo(
        f"{target}: {len(FILES)} tables, {rows:,} rows, seed {seed}, {'no' if clean else len(FAULTS)} faults"
    )


def generate(target: Path, *, seed: int = 7, clean: bool = False) -> int:
    """Write the snapshot and return how many rows it has; a snapshot of an earlier call is replaced."""
    _refuse_what_is_not_ours(target)
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    rows = _write(
        make_world(seed, clean=clean), unfinished, kind=f"seed {seed}, {'clean' if clean else 'with faults'}"
    )
    shutil.rmtree(target, ignore_errors=True)
    unfinished.rename(target)
    return rows


def _write(world: duckdb.DuckDBPyConnection, folder: Path, *, kind: str) -> int:
    for name in ("tables", "config"):
        (folder / name).mkdir(parents=True)
    rows = sum(_write_table(world, table, folder / "tables") for table in FILES)
    _write_config(world, folder / "config")
    _write_text(folder / "README.md", Template(README).substitute(kind=kind))
    _write_text(folder / "snapshot.yaml", "\n".join(_manifest(world, folder)) + "\n")
    world.close()
    return rows


def make_world(seed: int, *, clean: bool) -> duckdb.DuckDBPyConnection:
    """Make operator, stores and grow, put the faults in, and derive books, log and tables from them."""
    # One thread, because the order in which threads finish would show in the files.
    world = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})
    world.execute(f"SET TimeZone = 'UTC'; SET VARIABLE seed = {seed}")
    for script in sorted((HERE / "world").glob("[123]*.sql")):
        world.execute(script.read_text(encoding="utf-8"))
    for fault in () if clean else FAULTS:
        fault(world)
    for script in sorted((HERE / "world").glob("[456]*.sql")):
        world.execute(script.read_text(encoding="utf-8"))
    return world


def _refuse_what_is_not_ours(target: Path) -> None:
    manifest = target / "snapshot.yaml"
    ours = manifest.is_file() and OPERATOR in manifest.read_text(encoding="utf-8")
    if target.is_dir() and any(target.iterdir()) and not ours:
        raise click.UsageError(f"{target} holds something else; name an empty or a new folder")


def _write_table(world: duckdb.DuckDBPyConnection, table: str, folder: Path) -> int:
    kind = FILES[table]
    columns = ", ".join(
        _written(name, type_, kind) for name, type_, *_ in world.sql(f"DESCRIBE snapshot.{table}").fetchall()
    )
    if not kind.endswith("/"):
        return _copy(
            world, f"SELECT {columns} FROM snapshot.{table} ORDER BY ALL", folder / f"{table}.{kind}", kind
        )
    kind = kind.rstrip("/")
    (folder / table).mkdir()
    facilities = world.sql(
        f"SELECT DISTINCT code, facility FROM snapshot.{table} JOIN facility USING (facility) ORDER BY ALL"
    ).fetchall()
    return sum(
        _copy(
            world,
            f"SELECT {columns} FROM snapshot.{table} WHERE facility = '{facility}' ORDER BY ALL",
            folder / table / f"{code}.{kind}",
            kind,
        )
        for code, facility in facilities
    )


def _written(name: str, type_: str, kind: str) -> str:
    """A column as its file holds it: instants carry their offset, in Parquet by type, else in the text."""
    column = f'"{name}"'
    if type_ != "TIMESTAMP":
        return column
    instant = (
        f"{column} AT TIME ZONE 'UTC'"
        if kind.startswith("parquet")
        else f"strftime({column}, '%Y-%m-%dT%H:%M:%SZ')"
    )
    return f"{instant} AS {column}"


def _copy(world: duckdb.DuckDBPyConnection, query: str, file: Path, kind: str) -> int:
    written = world.execute(
        f"COPY ({query}) TO '{str(file).replace(chr(39), chr(39) * 2)}' ({COPY_OPTIONS[kind]})"
    ).fetchone()
    return int(written[0]) if written else 0


def _write_config(world: duckdb.DuckDBPyConnection, folder: Path) -> None:
    (folder / "stores").mkdir()
    templates = {path.name: path.read_text(encoding="utf-8") for path in (HERE / "config").iterdir()}
    _write_text(folder / "integration.yaml", templates["integration.yaml"])
    _write_text(folder / ".env", templates["env"])
    store = Template(templates["store.yaml"])
    for code, settings in _store_settings(world):
        _write_text(folder / "stores" / f"{code}.yaml", store.substitute(settings))


def _store_settings(world: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, dict[str, str]]]:
    connectors = world.execute("""
        SELECT code, facility, host, zone, page_size, looks_before_resending, store_key_owner IS NULL, person
        FROM connector JOIN facility USING (code)
        JOIN reading_key USING (code) JOIN person USING (code, metrc_user)
        WHERE until_at > TIMESTAMP '2026-11-01' ORDER BY code
    """).fetchall()
    for code, facility, host, zone, page_size, looks, per_person, owner in connectors:
        settings = {
            "code": code,
            "upper": code.upper(),
            "facility": facility,
            "host": host,
            "zone": zone,
            "page_size": str(page_size),
            "methods": "GET, PUT, DELETE" if looks else "GET, PUT, DELETE, POST",
            "looks": str(looks).lower(),
            "per_person": str(per_person).lower(),
            "owner": owner,
        }
        yield code, settings


def _manifest(world: duckdb.DuckDBPyConnection, target: Path) -> Iterator[str]:
    yield "# Everything in this snapshot is made; see README.md beside it."
    yield "format: 1"
    yield f"operator: {OPERATOR}"
    yield f"captured_at: {CAPTURED_AT}"
    yield "facilities:"
    yield from _manifest_facilities(world)
    yield "tables:"
    for table in FILES:
        yield from _manifest_table(table, target)


def _manifest_facilities(world: duckdb.DuckDBPyConnection) -> Iterator[str]:
    columns = "facility, name, code AS jurisdiction, zone AS timezone, license_type, opened_on"
    found = world.execute(f"SELECT {columns} FROM facility ORDER BY code")
    names = [column[0] for column in found.description]
    for row in found.fetchall():
        yield "  - {" + ", ".join(f"{name}: {value}" for name, value in zip(names, row, strict=True)) + "}"


def _manifest_table(table: str, target: Path) -> Iterator[str]:
    yield f"  {table}:"
    yield f"    source: {_source(table)}"
    if table in COVERED:
        yield f"    from: {COVERED_FROM}"
    yield "    sha256:"
    yield from (f"      {file.name}: {_digest(file)}" for file in _files(target, table))


def _source(table: str) -> str:
    if table.startswith("metrc_"):
        return "made, as from METRC's API"
    return "made, as from the operator's own systems"


def _files(target: Path, table: str) -> list[Path]:
    kind = FILES[table]
    if kind.endswith("/"):
        return sorted((target / "tables" / table).iterdir())
    return [target / "tables" / f"{table}.{kind}"]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _write_text(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
