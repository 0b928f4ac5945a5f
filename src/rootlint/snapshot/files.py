"""The files of a snapshot: which there are, whether the manifest means them, and their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rootlint.errors import Place, Problems, did_you_mean
from rootlint.snapshot.format import EXTENSIONS
from rootlint.snapshot.manifest import MANIFEST, Manifest, TableEntry, unknown_table
from rootlint.snapshot.tables import TableFile

TableFiles = Mapping[str, tuple[TableFile, ...]]


def find_table_files(folder: Path, problems: Problems) -> TableFiles:
    """The files in tables/ by table name, each table's in the order of their names."""
    found: dict[str, list[TableFile]] = {}
    for entry in _visible(folder / "tables"):
        name = entry.name if entry.is_dir() else entry.name.partition(".")[0]
        if problem := unknown_table(name):
            problems.add(problem.message, Place(_relative(folder, entry)), problem.help)
            continue
        if name in found:
            problems.add(f"{name} stands twice in tables/", Place(_relative(folder, entry)), "keep one")
        found.setdefault(name, [])
        paths = _visible(entry) if entry.is_dir() else [entry]
        if not paths:
            place = Place(_relative(folder, entry))
            problems.add("holds no file", place, "an empty table is a file without rows")
        found[name] += [_table_file(folder, path, problems) for path in paths]
    return {name: tuple(files) for name, files in sorted(found.items())}


def _table_file(folder: Path, path: Path, problems: Problems) -> TableFile:
    file = TableFile(path, _relative(folder, path))
    if not path.is_file():
        problems.add("is not a file", Place(file.name), "a table's folder holds files only")
    elif file.extension not in EXTENSIONS or (path.name.count(".") > 1 and path.parent.name == "tables"):
        problems.add(
            "is not a kind of file that a table can be in",
            Place(file.name),
            f"convert it to one of: {', '.join(EXTENSIONS)}",
        )
    return file


def config_contents(folder: Path) -> dict[str, bytes]:
    """The configuration files of a snapshot, by their names in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in find_config_files(folder)}


def find_config_files(folder: Path) -> tuple[Path, ...]:
    """The files under config/, in the order of their names relative to it."""
    files = (path for path in (folder / "config").rglob("*") if path.is_file())
    return tuple(sorted(files, key=lambda path: _relative(folder, path)))


def digest_files(folder: Path, tables: TableFiles, config: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of every file of the snapshot, by its name relative to it, streamed."""
    paths = [folder / MANIFEST, *config, *(file.path for files in tables.values() for file in files)]
    return {_relative(folder, path): _sha256(path) for path in paths if path.is_file()}


def digest_snapshot(digests: Mapping[str, str]) -> str:
    """One digest for the whole snapshot: SHA-256 over its files' names and digests."""
    whole = hashlib.sha256()
    for name, digest in sorted(digests.items()):
        whole.update(f"{name}\0{digest}\n".encode())
    return whole.hexdigest()


def check_files(
    manifest: Manifest, tables: TableFiles, digests: Mapping[str, str], problems: Problems
) -> None:
    """Compare the files with what the manifest names, and their checksums with what it states."""
    for name, entry in manifest.tables.items():
        if not tables.get(name):
            problems.add(
                f"{name} is named, and there is no file of it in tables/",
                manifest.table_places[name],
                "add its file, or take it out of the manifest if it was not captured",
            )
        elif entry.sha256 is not None:
            _check_digests(name, entry, tables[name], digests, problems)


def _check_digests(
    name: str, entry: TableEntry, files: tuple[TableFile, ...], digests: Mapping[str, str], problems: Problems
) -> None:
    by_name = {file.path.name: file for file in files}
    stated = entry.sha256
    if isinstance(stated, str):
        if len(files) > 1:
            found = f"one checksum for the {len(files)} files of {name}"
            problems.add(found, entry.places[""], "give one by file name")
            return
        stated = {file.path.name: stated for file in files}
    for file_name, digest in (stated or {}).items():
        place = entry.places.get(file_name, entry.places[""])
        file = by_name.get(Path(file_name).name)
        if file is None:
            problems.add(f"{name} has no file '{file_name}'", place, did_you_mean(file_name, by_name))
        elif digests[file.name] != digest:
            problems.add(
                f"the checksum of {file.name} does not match",
                place,
                f"the file has {digests[file.name]}; capture it again, or correct the manifest",
            )


def unlisted_files(entry: TableEntry | None, files: Sequence[TableFile]) -> list[str]:
    """The files of a table that have no checksum although others of it have one."""
    if entry is None or not isinstance(entry.sha256, Mapping):
        return []
    listed = {Path(name).name for name in entry.sha256}
    return [file.name for file in files if file.path.name not in listed]


def _visible(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    visible = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(visible, key=lambda path: path.name)


def _relative(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
