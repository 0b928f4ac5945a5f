"""Reads METRC's answers page by page: what the envelope says, and the records as text that keeps every digit.

Records are not looked at here. Each page becomes one line of JSON in which every number is written as
text, digit for digit, so that no quantity ever passes through a binary float.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rootlint.errors import Place, Problem, Problems, UserError
from rootlint.snapshot.importers.metrc.layout import Answer


@dataclass(frozen=True)
class Page:
    """One file: what it answers, and what its envelope says about the whole list."""

    number: int  # the file's, from 1 in the order of all files
    file: str  # as the user would name it
    answer: Answer
    records: int
    page: int | None = None  # these four as the envelope has them; None for a bare array
    total_pages: int | None = None
    total_records: int | None = None
    records_on_page: int | None = None


@dataclass(frozen=True)
class Staged:
    """The pages, and the folder with one file of records for each entity, for the engine to read."""

    pages: tuple[Page, ...]
    folder: Path
    longest: int  # bytes of the longest line


def stage_pages(files: Iterable[tuple[Path, Answer]], folder: Path, problems: Problems) -> Staged:
    """Read every file; add to ``problems`` each that is not what METRC answers."""
    pages: list[Page] = []
    longest = 0
    with ExitStack() as stack:
        written: dict[str, IO[bytes]] = {}
        for number, (file, answer) in enumerate(files, start=1):
            try:
                page, line = _read_page(number, file, answer)
            except UserError as error:
                problems.found.extend(error.problems)
                continue
            if answer.endpoint.entity not in written:
                path = folder / f"{answer.endpoint.entity}.ndjson"
                written[answer.endpoint.entity] = stack.enter_context(path.open("wb"))
            written[answer.endpoint.entity].write(line)
            pages.append(page)
            longest = max(longest, len(line))
    return Staged(tuple(pages), folder, longest)


def _read_page(number: int, file: Path, answer: Answer) -> tuple[Page, bytes]:
    body = _parse(file)
    records, envelope = _records(body, file, answer)
    page = Page(
        number,
        file.as_posix(),
        answer,
        len(records),
        page=_count(envelope, "CurrentPage", "Page"),
        total_pages=_count(envelope, "TotalPages"),
        total_records=_count(envelope, "TotalRecords", "Total"),
        records_on_page=_count(envelope, "RecordsOnPage"),
    )
    try:
        line = json.dumps({"page": number, "records": records}, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        raise UserError(Problem("a text holds half of a surrogate pair", Place(file.as_posix()))) from None
    return page, line


def _parse(file: Path) -> Any:
    place = Place(file.as_posix())
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        help = "save the answer's bytes as they came: `curl --output FILE`, not `> FILE` in PowerShell"
        raise UserError(Problem(f"byte {error.start} is not UTF-8", place, help)) from None
    except OSError as error:
        raise UserError(Problem(f"cannot be read: {error.strerror}", place)) from None
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        found = "the file is empty" if not text.strip() else f"not JSON: {error.msg.lower()}"
        place = Place(file.as_posix(), error.lineno, error.colno)
        raise UserError(Problem(found, place, "fetch the page again; it may be cut off")) from None
    except RecursionError:
        raise UserError(Problem("not an answer of METRC: nested too deeply", place)) from None


def _records(body: Any, file: Path, answer: Answer) -> tuple[list[Any], dict[str, Any]]:
    """The records of any of the three shapes, and the envelope around them if there is one."""
    if isinstance(body, list) and answer.endpoint.body != "object":
        return body, {}
    if isinstance(body, dict) and answer.endpoint.body == "object" and "Id" in body:
        return [body], {}
    if isinstance(body, dict) and answer.endpoint.body != "object" and isinstance(body.get("Data"), list):
        return body["Data"], body
    wanted = (
        "one record with an Id" if answer.endpoint.body == "object" else "an array, nor an object with 'Data'"
    )
    said = body.get("Message") if isinstance(body, dict) else None
    help = f"METRC answered with an error: {str(said)[:200]}" if said else None
    raise UserError(Problem(f"not {wanted}, as {answer.endpoint.path} answers", Place(file.as_posix()), help))


def _count(envelope: dict[str, Any], *names: str) -> int | None:
    for name in names:
        value = envelope.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value)
    return None


def walks(pages: Iterable[Page]) -> Iterator[list[Page]]:
    """Group the pages that were counted together: one call, walked from its first page to its last."""
    groups: dict[tuple[str, ...], list[Page]] = {}
    for page in pages:
        answer = page.answer
        key = (answer.license or "", answer.endpoint.path, answer.parent or "", answer.walk)
        groups.setdefault(key, []).append(page)
    yield from groups.values()
