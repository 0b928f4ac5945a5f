"""Says of each table whether everything arrived, and if not, what is missing and how that shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rootlint.engine import Engine
from rootlint.engine.duckdb import quote_name
from rootlint.snapshot.importers.metrc.capture import Capture
from rootlint.snapshot.importers.metrc.layout import ENDPOINTS
from rootlint.snapshot.importers.metrc.pages import Page, walks
from rootlint.snapshot.importers.metrc.records import ENTITIES
from rootlint.snapshot.importers.metrc.tables import TableImport

_BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}


def gaps(engine: Engine, table: TableImport, pages: tuple[Page, ...], capture: Capture) -> tuple[str, ...]:
    """Name everything that keeps a table from being complete; nothing: it is."""
    own = [page for page in pages if page.answer.endpoint.path in (*table.endpoints, *table.parents)]
    found = [
        *_uncaptured_lists(table, own, capture),
        *_missing_windows(own, capture),
        *_broken_walks(engine, own),
        *_uncovered(engine, table, own),
    ]
    for aside in table.set_aside:
        [(count,)] = engine.rows(aside.sql)
        found += [aside.why.format(count)] if count and aside.is_gap else []
    return (*found, table.never_complete) if table.never_complete else tuple(found)


def _uncaptured_lists(table: TableImport, pages: Iterable[Page], capture: Capture) -> Iterator[str]:
    captured = {(page.answer.license, page.answer.endpoint.path) for page in pages}
    for place in capture.places:
        missing = [
            p
            for p in (*table.lists, *table.parents)
            if (place.license, p) not in captured and place.is_open(p)
        ]
        if missing:
            yield f"{place.license}: {', '.join(missing)} not captured"


def _missing_windows(pages: Iterable[Page], capture: Capture) -> Iterator[str]:
    windowed = {page.answer.endpoint.path for page in pages if page.answer.endpoint.windowed}
    for path in sorted(windowed):
        if capture.window_of(path) is None:
            yield f"{path}: no window is stated, and without one METRC answers only what changed lately"


def _broken_walks(engine: Engine, pages: Iterable[Page]) -> Iterator[str]:
    arrived = _distinct_records(engine, {page.answer.endpoint.entity for page in pages})
    for walk in walks(pages):
        yield from _faults_of_walk(walk, sum(page.records for page in walk), arrived)


def _faults_of_walk(walk: list[Page], rows: int, arrived: dict[tuple[str | None, ...], int]) -> Iterator[str]:
    answer = walk[0].answer
    if answer.endpoint.body != "paged":
        return
    where = "/".join(filter(None, (answer.license, answer.endpoint.path, answer.walk)))
    where = where.replace("{id}", answer.parent or "").replace("{text}", answer.parent or "")
    for page in walk:
        if page.records_on_page is not None and page.records_on_page != page.records:
            yield f"{where}: a page says it has {page.records_on_page} records and holds {page.records}"
    last = max(walk, key=lambda page: (page.page or 0, page.number))
    if last.total_records is None:
        yield f"{where}: no TotalRecords, so nobody can tell whether pages are missing"
        return
    numbers = {page.page for page in walk if page.page is not None}
    missing = sorted(set(range(1, (last.total_pages or 0) + 1)) - numbers)
    if missing:
        yield f"{where}: page {_ranges(missing)} of {last.total_pages} not captured"
    key = (answer.license, answer.endpoint.path, answer.parent, answer.walk)
    distinct = arrived.get(key, rows if rows == 0 else 0)
    if distinct < last.total_records:
        yield f"{where}: {distinct} of {last.total_records} records arrived"


def _ranges(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:10])
    return shown if len(numbers) <= 10 else f"{shown} and {len(numbers) - 10} more"


def _distinct_records(engine: Engine, entities: Iterable[str]) -> dict[tuple[str | None, ...], int]:
    """Count the records of each walk, one that stands on two pages once."""
    counts: dict[tuple[str | None, ...], int] = {}
    for name in sorted(entities):
        identity = ", ".join(quote_name(field) for field in ENTITIES[name].identity)
        counted = f"count(DISTINCT ({identity}))" if identity else "count(*)"
        rows = engine.rows(
            f"SELECT facility, endpoint, parent, walk, {counted} FROM {name} "
            "GROUP BY facility, endpoint, parent, walk"
        )
        counts.update({(facility, path, parent, walk): count for facility, path, parent, walk, count in rows})
    return counts


def _uncovered(engine: Engine, table: TableImport, pages: Iterable[Page]) -> Iterator[str]:
    captured = {page.answer.endpoint.path for page in pages}
    for coverage in table.coverage:
        if coverage.only_if is not None and coverage.only_if not in captured:
            continue
        [(needed, had)] = engine.rows(coverage.sql)
        if had < needed:
            yield coverage.what.format(had, needed)


def covered_time(table: TableImport, pages: Iterable[Page], capture: Capture) -> dict[str, str]:
    """The time that all windowed answers of a table cover, as the manifest says it."""
    paths = {page.answer.endpoint.path for page in pages} & {*table.endpoints, *table.parents}
    windows = [capture.window_of(path) for path in paths if _BY_PATH[path].windowed]
    known = [window for window in windows if window is not None]
    if not known:
        return {}
    begins, ends = max(window.begins for window in known), min(window.ends for window in known)
    return {"from": f"{begins:%Y-%m-%dT%H:%M:%SZ}", "to": f"{ends:%Y-%m-%dT%H:%M:%SZ}"}
