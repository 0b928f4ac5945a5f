"""The manifest of a snapshot, snapshot.yaml: read, checked, and all its faults told at once."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

from rootlint.documents import Document, KeyPath, load_yaml
from rootlint.errors import Place, Problem, Problems, UserError, did_you_mean
from rootlint.model import Facility
from rootlint.snapshot.format import BUILT_TABLES, FORMAT, manifest_schema

MANIFEST = "snapshot.yaml"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}\Z")
_CODE = re.compile(r"[a-z][a-z0-9-]*\Z")
_ALMOST_A_DAY = timedelta(days=1) - timedelta(microseconds=1)

T = TypeVar("T")


@dataclass(frozen=True)
class TableEntry:
    """What the manifest says of one table."""

    captured_at: datetime | None = None  # UTC; None: when the snapshot was
    source: str | None = None
    complete: bool = True
    covers_from: datetime | None = None  # UTC
    covers_until: datetime | None = None  # UTC, the last moment covered
    sha256: str | Mapping[str, str] | None = None  # of the one file, or by file name; lower case
    places: Mapping[str, Place] = field(default_factory=dict)  # of sha256 and of each file named in it


@dataclass(frozen=True)
class Manifest:
    """A manifest without faults."""

    operator: str
    captured_at: datetime  # UTC
    facilities: tuple[Facility, ...]
    tables: Mapping[str, TableEntry]
    table_places: Mapping[str, Place]
    facility_places: Mapping[str, Place]


def load_manifest(folder: Path) -> Manifest:
    """Read snapshot.yaml of a folder; a ``UserError`` carries every fault in it."""
    document = load_yaml(folder / MANIFEST, shown_as=MANIFEST)
    return read_manifest(document)


def read_manifest(document: Document) -> Manifest:
    """Check a parsed manifest and turn it into records."""
    reader = _Reader(document, Problems())
    manifest = _manifest(reader)
    reader.problems.raise_if_any()
    return manifest


@dataclass(frozen=True)
class _Reader:
    """Takes typed values out of a document and collects what does not fit."""

    document: Document
    problems: Problems

    def fault(self, path: KeyPath, message: str, help: str | None = None, *, key: bool = False) -> None:
        self.problems.add(message, self.document.place(path, key=key), help)

    def mapping(self, path: KeyPath, value: Any, known: Collection[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fault(path, f"{_shown(path)} is not a mapping", f"keys it may have: {', '.join(known)}")
            return {}
        for name in value:
            if name not in known:
                self.fault((*path, name), f"unknown key '{name}'", did_you_mean(name, known), key=True)
        return value

    def take(self, path: KeyPath, mapping: dict[str, Any], key: str, parse: Callable[[Any], T]) -> T | None:
        """The parsed value of an optional key; ``parse`` raises ValueError with what is wrong."""
        value = mapping.get(key)
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError as error:
            self.fault((*path, key), f"'{key}' {error}")
            return None

    def require(
        self, path: KeyPath, mapping: dict[str, Any], key: str, parse: Callable[[Any], T], default: T
    ) -> T:
        if mapping.get(key) is None:
            where = f"{_shown(path)} has" if path else "the manifest has"
            self.fault((*path, key) if key in mapping else path, f"{where} no '{key}'")
        taken = self.take(path, mapping, key, parse)
        return default if taken is None else taken


_NEVER = datetime.min.replace(tzinfo=UTC)  # stands in for a faulty time until the faults are raised


def _manifest(reader: _Reader) -> Manifest:
    schema = manifest_schema()
    data = reader.document.data
    if not isinstance(data, dict):
        place = reader.document.place()
        raise UserError(Problem("the manifest is not a mapping", place, "see docs/snapshot-format.md"))
    reader.mapping((), data, schema["properties"])
    reader.require((), data, "format", _format_version, 0)
    operator = reader.require((), data, "operator", _text, "")
    captured_at = reader.require((), data, "captured_at", _instant, _NEVER)
    facilities = _facilities(reader, data)
    tables = _tables(reader, data)
    return Manifest(
        operator,
        captured_at,
        tuple(facilities.values()),
        tables,
        {name: reader.document.place(("tables", name), key=True) for name in tables},
        {facility.facility: reader.document.place(path) for path, facility in facilities.items()},
    )


def _facilities(reader: _Reader, data: dict[str, Any]) -> dict[KeyPath, Facility]:
    listed = data.get("facilities")
    if not isinstance(listed, list) or not listed:
        found = "the manifest has no list of 'facilities'"
        reader.fault(("facilities",), found, "name each licence of the operator")
        return {}
    known = manifest_schema()["$defs"]["facility"]["properties"]
    facilities: dict[KeyPath, Facility] = {}
    for index, raw in enumerate(listed):
        path: KeyPath = ("facilities", index)
        mapping = reader.mapping(path, raw, known)
        if not isinstance(raw, dict):
            continue
        facility = _facility(reader, path, mapping)
        earlier = next((at for at, other in facilities.items() if other.facility == facility.facility), None)
        if earlier is not None and facility.facility:
            reader.fault(
                (*path, "facility"),
                f"facility '{facility.facility}' stands twice",
                f"the first is at {reader.document.place((*earlier, 'facility'))}; keep one of the two",
            )
        facilities[path] = facility
    return facilities


def _facility(reader: _Reader, path: KeyPath, raw: dict[str, Any]) -> Facility:
    return Facility(
        facility=reader.require(path, raw, "facility", _text, ""),
        name=reader.require(path, raw, "name", _text, ""),
        jurisdiction=reader.require(path, raw, "jurisdiction", _jurisdiction, ""),
        timezone=reader.require(path, raw, "timezone", _timezone, "UTC"),
        license_type=reader.take(path, raw, "license_type", _text),
        opened_on=reader.take(path, raw, "opened_on", _day),
    )


def _tables(reader: _Reader, data: dict[str, Any]) -> dict[str, TableEntry]:
    raw = data.get("tables")
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        reader.fault(("tables",), "'tables' is not a mapping of table names")
        return {}
    for name in raw:
        if problem := unknown_table(name):
            reader.fault(("tables", name), problem.message, problem.help, key=True)
    return {name: _table(reader, name, entry) for name, entry in raw.items()}


def unknown_table(name: str) -> Problem | None:
    """What is wrong with a table name, if anything is."""
    if name in BUILT_TABLES:
        source = "the list of facilities in snapshot.yaml" if name == "facilities" else "the files in config/"
        return Problem(f"'{name}' is not captured as a table", help=f"rootlint builds it from {source}")
    if name not in FORMAT.tables:
        return Problem(
            f"the format has no table '{name}'",
            help=did_you_mean(name, FORMAT.tables) or "docs/snapshot-format.md lists the tables",
        )
    return None


def _table(reader: _Reader, name: str, raw: Any) -> TableEntry:
    path: KeyPath = ("tables", name)
    known = manifest_schema()["$defs"]["table"]["properties"]
    entry = reader.mapping(path, {} if raw is None else raw, known)
    covers_from = reader.take(path, entry, "from", _start)
    covers_until = reader.take(path, entry, "to", _end)
    if covers_from and covers_until and covers_from > covers_until:
        reader.fault((*path, "to"), f"'to' of {name} is before its 'from'")
    complete = reader.take(path, entry, "complete", _boolean)
    return TableEntry(
        reader.take(path, entry, "captured_at", _instant),
        reader.take(path, entry, "source", _text),
        complete is not False,
        covers_from,
        covers_until,
        reader.take(path, entry, "sha256", _digests),
        _digest_places(reader, (*path, "sha256"), entry.get("sha256")),
    )


def _digest_places(reader: _Reader, path: KeyPath, value: Any) -> dict[str, Place]:
    names = value if isinstance(value, dict) else ()
    return {"": reader.document.place(path), **{name: reader.document.place((*path, name)) for name in names}}


def _shown(path: KeyPath) -> str:
    if path and path[0] == "facilities" and len(path) > 1:
        return f"facility {int(path[1]) + 1}"
    return " ".join(f"'{part}'" for part in path[-1:]) or "the manifest"


# Values: each raises ValueError with what is wrong, to be read after the key's name


def _text(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise ValueError("is not text")
    text = str(value).strip()
    if not text:
        raise ValueError("is empty")
    return text


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {value}, not true or false")
    return value


def _format_version(value: Any) -> int:
    if value != FORMAT.version or isinstance(value, bool):
        raise ValueError(f"is {value}; this version of rootlint reads format {FORMAT.version}")
    return FORMAT.version


def _jurisdiction(value: Any) -> str:
    code = _text(value).lower()
    if not _CODE.match(code):
        raise ValueError(f"is '{value}', not a code such as ca")
    return code


def _timezone(value: Any) -> str:
    name = _text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(name, zoneinfo.available_timezones()) or "write it as America/Los_Angeles"
        raise ValueError(f"is '{name}', which is no IANA time zone; {near}") from None
    return name


def _day(value: Any) -> date:
    text = _text(value)
    try:
        if _DAY.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # 2026-02-30 looks like a day and is none
    raise ValueError(f"is '{text}', not a day such as 2026-11-01")


def _instant(value: Any) -> datetime:
    text = _text(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"is '{text}', not a time such as 2026-11-01T13:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"is '{text}', without an offset; write it as 2026-11-01T13:00:00Z")
    return moment.astimezone(UTC)


def _start(value: Any) -> datetime:
    if _DAY.match(_text(value)):
        return datetime.combine(_day(value), time(), UTC)
    return _instant(value)


def _end(value: Any) -> datetime:
    if _DAY.match(_text(value)):
        return datetime.combine(_day(value), time(), UTC) + _ALMOST_A_DAY
    return _instant(value)


def _digests(value: Any) -> str | dict[str, str]:
    if isinstance(value, dict):
        return {name: _digest(digest) for name, digest in value.items()}
    return _digest(value)


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _DIGEST.match(value):
        raise ValueError("is not a SHA-256 digest: 64 hexadecimal digits")
    return value.lower()
