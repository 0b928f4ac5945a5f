"""Opening a snapshot: the manifest and the files are checked at once, each table when it is first used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rootlint.engine import Engine
from rootlint.errors import Place, Problem, Problems, UserError
from rootlint.model import Facility
from rootlint.snapshot.configuration import read_config
from rootlint.snapshot.derived import derive_inventory
from rootlint.snapshot.files import (
    TableFiles,
    check_files,
    digest_files,
    digest_snapshot,
    find_config_files,
    find_table_files,
)
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.manifest import MANIFEST, Manifest, load_manifest
from rootlint.snapshot.mapping import SettingMap
from rootlint.snapshot.reading import read_table
from rootlint.snapshot.tables import TableState

__all__ = ["Description", "Snapshot", "TableState", "describe", "open_snapshot"]


class Tables(Mapping[str, TableState]):
    """The captured tables by name; each is opened when it is first asked for."""

    def __init__(self, openers: Mapping[str, Callable[[], TableState]]) -> None:
        self._openers = openers
        self._opened: dict[str, TableState] = {}

    def __getitem__(self, name: str) -> TableState:
        if name not in self._opened:
            self._opened[name] = self._openers[name]()
        return self._opened[name]

    def __contains__(self, name: object) -> bool:  # without opening it
        return name in self._openers

    def __iter__(self) -> Iterator[str]:
        return iter(self._openers)

    def __len__(self) -> int:
        return len(self._openers)


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot."""

    folder: Path  # absolute; what the engine must be allowed to read
    operator: str
    captured_at: datetime  # UTC
    facilities: tuple[Facility, ...]
    digest: str  # SHA-256 over the names and contents of its files
    tables: Mapping[str, TableState]  # the captured ones

    def open_table(self, name: str) -> TableState:
        """The table's state, its relation made on first use; ``KeyError`` when it was not captured."""
        return self.tables[name]


def open_snapshot(folder: Path, engine: Engine, mapping: SettingMap | None = None) -> Snapshot:
    """Open a snapshot; a ``UserError`` carries every fault of its manifest and of its set of files.

    ``mapping`` says how its configuration spells settings; None: as is usual.
    """
    folder = folder.resolve()
    _expect_snapshot(folder)
    manifest = load_manifest(folder)
    problems = Problems()
    files = find_table_files(folder, problems)
    config = find_config_files(folder)
    digests = digest_files(folder, files, config)
    check_files(manifest, files, digests, problems)
    problems.raise_if_any()
    return Snapshot(
        folder,
        manifest.operator,
        manifest.captured_at,
        manifest.facilities,
        digest_snapshot(digests),
        _tables(engine, folder, manifest, files, mapping),
    )


def _expect_snapshot(folder: Path) -> None:
    if not folder.is_dir():
        help = "name the folder that holds snapshot.yaml"
        raise UserError(Problem("is not a folder", Place(str(folder)), help))
    if not (folder / MANIFEST).is_file():
        help = "docs/snapshot-format.md tells what a snapshot is"
        raise UserError(Problem(f"holds no {MANIFEST}", Place(str(folder)), help))


def _tables(
    engine: Engine, folder: Path, manifest: Manifest, files: TableFiles, mapping: SettingMap | None
) -> Tables:
    """The captured tables, and those that follow from them."""

    def table_opener(name: str) -> Callable[[], TableState]:
        return lambda: read_table(engine, FORMAT.tables[name], files[name], manifest)

    openers = {name: table_opener(name) for name in files}
    if "internal_stock" in files and "internal_inventory" not in files:
        openers["internal_inventory"] = lambda: derive_inventory(engine, tables["internal_stock"])
    openers["facilities"] = lambda: _load_facilities(engine, manifest)
    if (folder / "config").is_dir():
        openers["config_settings"] = lambda: read_config(engine, folder, manifest.captured_at, mapping)
    tables = Tables({name: openers[name] for name in FORMAT.tables if name in openers})
    return tables


def _load_facilities(engine: Engine, manifest: Manifest) -> TableState:
    table = FORMAT.tables["facilities"]
    kinds = table.sql_types | {"_place": "BIGINT"}
    rows = [
        (of.facility, of.name, of.jurisdiction, of.timezone, of.license_type, of.opened_on, row)
        for row, of in enumerate(manifest.facilities, start=1)
    ]
    engine.load("snapshot_facilities", kinds, rows)
    return TableState(
        name="facilities",
        relation="snapshot_facilities",
        columns=frozenset(table.columns),
        complete=True,
        captured_at=manifest.captured_at,
        covers_from=None,
        covers_until=None,
        rows=len(rows),
        set_aside=0,
        problems=(),
        notes=(),
        files=(MANIFEST,),
    )


@dataclass(frozen=True)
class Description:
    """What there is to say of a snapshot when every table of it has been read."""

    operator: str
    captured_at: datetime
    digest: str
    facilities: tuple[Facility, ...]
    tables: tuple[TableState, ...]  # in the order of the format
    not_captured: tuple[str, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all tables."""
        return tuple(problem for table in self.tables for problem in table.problems)


def describe(snapshot: Snapshot) -> Description:
    """Read every captured table and gather what is known of it."""
    return Description(
        snapshot.operator,
        snapshot.captured_at,
        snapshot.digest,
        snapshot.facilities,
        tuple(snapshot.open_table(name) for name in snapshot.tables),
        tuple(name for name in FORMAT.tables if name not in snapshot.tables),
    )
