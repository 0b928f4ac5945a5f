"""Imports a folder of METRC's own answers, as API v2 returns them, into a snapshot (docs/import-metrc.md)."""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from rootlint.engine import Engine
from rootlint.engine.duckdb import DuckDBEngine, quote_text
from rootlint.errors import Place, Problem, Problems, UserError, did_you_mean
from rootlint.snapshot.format import load_format
from rootlint.snapshot.importers import ImportedTable, ImportOptions, ImportResult
from rootlint.snapshot.importers.metrc import tables, values
from rootlint.snapshot.importers.metrc.capture import FILE, Capture, load_capture
from rootlint.snapshot.importers.metrc.completeness import covered_time, gaps
from rootlint.snapshot.importers.metrc.layout import RANKS, Answer, answer_at
from rootlint.snapshot.importers.metrc.pages import Staged, stage_pages
from rootlint.snapshot.importers.metrc.records import ENTITIES
from rootlint.snapshot.importers.metrc.tables import TABLES, TableImport
from rootlint.snapshot.importers.metrc.values import Survey
from rootlint.snapshot.importers.writing import new_folder, write_document, write_table

_SALT_LENGTH = 16


@dataclass(frozen=True)
class _Loaded:
    """Everything in the engine, and what is known of it."""

    engine: Engine
    staged: Staged
    surveys: dict[str, Survey]
    capture: Capture


def import_folder(source: Path, target: Path, options: ImportOptions) -> ImportResult:
    """Read the answers below ``source`` and write the snapshot ``target``.

    Raises ``UserError`` with every fault: what capture.yaml lacks, pages that are no answers, and values
    that are not of METRC's types, each with file and row. Nothing is written then.
    """
    salt = _salt(options)
    with new_folder(target) as folder, tempfile.TemporaryDirectory() as scratch:
        engine = DuckDBEngine()
        try:
            loaded, warnings = _load(engine, source, Path(scratch), options, salt)
            written = [_write(loaded, folder, table) for table in TABLES if _is_captured(loaded, table)]
            result = ImportResult(target, tuple(table for table, _ in written), warnings, _fingerprint(salt))
            _write_documents(loaded, folder, result, {table.name: entry for table, entry in written})
        finally:
            engine.close()
    return result


def _salt(options: ImportOptions) -> str:
    if options.salt is not None and len(options.salt) < _SALT_LENGTH:
        help = "patient numbers are few enough to try them all; a long salt prevents that"
        raise UserError(Problem(f"the salt is shorter than {_SALT_LENGTH} characters", help=help))
    return options.salt or secrets.token_hex(32)


def _fingerprint(salt: str) -> str:
    return hashlib.sha256(f"rootlint salt {salt}".encode()).hexdigest()[:16]


# Reading


def _load(
    engine: Engine, source: Path, scratch: Path, options: ImportOptions, salt: str
) -> tuple[_Loaded, tuple[Problem, ...]]:
    for statement in filter(str.strip, (values.MACROS + tables.MACROS).split(";")):
        engine.run(statement)
    engine.load("salt", {"salt": "VARCHAR"}, [[salt]])
    problems = Problems()
    answers, unread = _find_answers(source)
    zones = {zone for (zone,) in engine.rows("SELECT name FROM pg_timezone_names()")}
    licenses = {answer.license for _, answer in answers if answer.license}
    capture = load_capture(source, licenses, zones, options, problems)
    staged = stage_pages(answers, scratch, problems)
    _load_pages(engine, staged, capture)
    surveys = _load_records(engine, staged, problems)
    problems.raise_if_any()
    assert capture is not None  # else there were problems
    loaded = _Loaded(engine, staged, surveys, capture)
    return loaded, (*unread, *_uncaptured_licenses(loaded))


def _find_answers(source: Path) -> tuple[list[tuple[Path, Answer]], tuple[Problem, ...]]:
    """Place every file below the source; those that answer no call we know are told, not ignored."""
    if not source.is_dir():
        raise UserError(Problem("there is no such folder", Place(source.as_posix())))
    answers: list[tuple[Path, Answer]] = []
    unread: list[Problem] = []
    for file in sorted(path for path in source.rglob("*") if path.is_file() and path != source / FILE):
        below = PurePosixPath(*file.relative_to(source).parts)
        answer = answer_at(below)
        if answer:
            answers.append((file, answer))
        else:
            unread.append(_unread(file, below))
    if not answers:
        help = "see docs/import-metrc.md: <licence>/packages/active/page-1.json, and so on"
        raise UserError(
            Problem("no answer of METRC is in this folder", Place(source.as_posix()), help), *unread
        )
    return answers, tuple(unread)


def _unread(file: Path, below: PurePosixPath) -> Problem:
    call = "/".join(below.parts[1:-1])
    help = did_you_mean(call, RANKS) if call and below.suffix == ".json" else None
    message = "not read: its folder is no call that is imported"
    return Problem(message, Place(file.as_posix()), help, severity="warning")


def _load_pages(engine: Engine, staged: Staged, capture: Capture | None) -> None:
    """Create ``pages``, which gives each record its licence, call and time zone."""
    zones = {place.license: place.timezone for place in capture.places} if capture else {}
    file = staged.folder / "pages.ndjson"
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        for page in staged.pages:
            path = page.answer.endpoint.path
            row = [page.number, page.answer.license, path, RANKS[path], page.answer.parent, page.answer.walk]
            zone = zones.get(page.answer.license or "", "UTC")
            stream.write(json.dumps(dict(zip(_PAGE_COLUMNS, [*row, zone], strict=True))) + "\n")
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _PAGE_COLUMNS.items())
    engine.run(
        f"CREATE TABLE pages AS SELECT * FROM read_json({quote_text(str(file))}, "
        f"format = 'newline_delimited', columns = {{{columns}}})"
    )


_PAGE_COLUMNS = {
    "page": "INTEGER",
    "facility": "VARCHAR",
    "endpoint": "VARCHAR",
    "rank": "INTEGER",
    "parent": "VARCHAR",
    "walk": "VARCHAR",
    "zone": "VARCHAR",
}


def _load_records(engine: Engine, staged: Staged, problems: Problems) -> dict[str, Survey]:
    surveys = {name: values.load_entity(engine, name, staged) for name in ENTITIES if name != "receipt_lines"}
    surveys["receipt_lines"] = values.load_receipt_lines(engine)
    files = {page.number: page.file for page in staged.pages}
    for name, survey in surveys.items():
        if survey.records:
            problems.found += values.faults(engine, name, files)
            engine.run(f"DROP TABLE {name}_raw")
    return surveys


def _uncaptured_licenses(loaded: _Loaded) -> list[Problem]:
    captured = {place.license for place in loaded.capture.places}
    listed = loaded.engine.rows('SELECT DISTINCT "License.Number" FROM facilities ORDER BY ALL')
    message = "METRC lists licence {} among the facilities, and nothing of it was captured"
    return [
        Problem(message.format(number), severity="warning") for (number,) in listed if number not in captured
    ]


# Writing


def _is_captured(loaded: _Loaded, table: TableImport) -> bool:
    paths = {page.answer.endpoint.path for page in loaded.staged.pages}
    return bool(paths & set(table.endpoints))


def _write(loaded: _Loaded, folder: Path, table: TableImport) -> tuple[ImportedTable, dict[str, Any]]:
    """Write one table; give what is known of it, and its entry in the manifest."""
    key = ", ".join(("facility", *(table.columns[column] for column in load_format().tables[table.name].key)))
    order = f"{table.newest}, rank, page, row"
    loaded.engine.run(
        f"CREATE TABLE {table.name} AS SELECT *, count(*) OVER (PARTITION BY {key}) - 1 AS merged "
        f"FROM ({table.source}) QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"
    )
    [(rows, merged)] = loaded.engine.rows(
        f"SELECT count(*), CAST(coalesce(sum(merged), 0) AS BIGINT) FROM {table.name}"
    )
    columns = {column: of for column, of in table.columns.items() if _is_filled(loaded, table, column)}
    entry = write_table(loaded.engine, folder, table.name, table.name, {"facility": "facility", **columns})
    missing = gaps(loaded.engine, table, loaded.staged.pages, loaded.capture)
    imported = ImportedTable(
        table.name, rows, merged, not missing, missing, tuple(_notes(loaded, table, merged, set(columns)))
    )
    covered = covered_time(table, loaded.staged.pages, loaded.capture)
    return imported, {"source": "metrc-api-v2", "complete": imported.complete, **covered, **entry}


def _is_filled(loaded: _Loaded, table: TableImport, column: str) -> bool:
    """Whether any record had a field that fills the column; of no records nothing can be told."""
    fields = set(table.fields_of(column))
    return (
        not fields
        or column in load_format().tables[table.name].key
        or any(
            fields & (survey.present if survey.records else set(ENTITIES[name].fields))
            for name, survey in _captured_surveys(loaded, table)
        )
    )


def _captured_surveys(loaded: _Loaded, table: TableImport) -> list[tuple[str, Survey]]:
    captured = {page.answer.endpoint.entity for page in loaded.staged.pages}
    if "receipts" in captured:
        captured.add("receipt_lines")
    return [(name, loaded.surveys[name]) for name in table.entities if name in captured]


def _notes(loaded: _Loaded, table: TableImport, merged: int, written: set[str]) -> list[str]:
    fields = {field for column in written for field in table.fields_of(column)}
    surveys = [survey for _, survey in _captured_surveys(loaded, table)]
    local = sorted(fields & {field for survey in surveys for field in survey.without_offset})
    rounded = sorted(fields & {field for survey in surveys for field in survey.rounded})
    left_out = [column for column in table.columns if column not in written]
    notes = [f"records that stood more than once, of which the newest was kept: {merged}"] if merged else []
    notes += (
        [f"times without an offset were read in the facility's time zone: {', '.join(local)}"]
        if local
        else []
    )
    notes += [f"numbers were rounded to six decimals: {', '.join(rounded)}"] if rounded else []
    notes += [f"left out, since no record has the field: {', '.join(left_out)}"] if left_out else []
    for aside in table.set_aside:
        [(count,)] = loaded.engine.rows(aside.sql)
        notes += [aside.why.format(count)] if count and not aside.is_gap else []
    return notes


def _write_documents(
    loaded: _Loaded, folder: Path, result: ImportResult, entries: dict[str, dict[str, Any]]
) -> None:
    """Write the manifest, and beside it what the import has to say, for which the manifest has no room."""
    manifest = {
        "format": load_format().version,
        "operator": loaded.capture.operator,
        "captured_at": f"{loaded.capture.captured_at:%Y-%m-%dT%H:%M:%SZ}",
        "facilities": _facilities(loaded),
        "tables": entries,
    }
    write_document(folder / "snapshot.yaml", manifest)
    said = {
        table.name: {
            "rows": table.rows,
            "merged": table.merged,
            "incomplete_because": list(table.incomplete_because),
            "notes": list(table.notes),
        }
        for table in result.tables
    }
    report = {
        "importer": "metrc-api",
        "salt_fingerprint": result.salt_fingerprint,
        "tables": said,
        "warnings": [problem.message for problem in result.warnings],
    }
    write_document(folder / "import.yaml", report)


def _facilities(loaded: _Loaded) -> list[dict[str, str]]:
    rows = loaded.engine.rows(
        'SELECT "License.Number", min(coalesce("Name", "DisplayName")), min("License.LicenseType") '
        "FROM facilities GROUP BY ALL"
    )
    said = {number: (name, kind) for number, name, kind in rows}
    facilities = []
    for place in loaded.capture.places:
        name, kind = said.get(place.license, (None, None))
        facts = {
            "facility": place.license,
            "name": place.name or name or place.license,
            "jurisdiction": place.jurisdiction,
            "timezone": place.timezone,
            "license_type": place.license_type or kind,
            "opened_on": place.opened_on,
        }
        facilities.append({key: value for key, value in facts.items() if value is not None})
    return facilities
