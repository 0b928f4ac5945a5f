"""What is wrong with a case before it runs: each fault with its place, so that the other cases still run."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rootlint.documents import KeyPath
from rootlint.errors import Problems, did_you_mean
from rootlint.model import Facility
from rootlint.rules.model import Case, LoadedRule
from rootlint.snapshot.format import FORMAT

_FACTS = [field.name for field in fields(Facility)]


def check_case(rule: LoadedRule, index: int, problems: Problems) -> None:
    """Report what a case names that is not there, and the times, days and zones in it that are none."""
    case = rule.rule.tests[index]
    names = (*_of_rows(rule, case), *_of_facilities(case), *_of_tables(rule, case))
    for path, what, name, known in names:
        if name not in known:
            place = rule.document.place(("tests", index, *path), key=isinstance(path[-1], str))
            listing = "columns" if "column" in what else "known"
            problems.add(f"{what} '{name}'", place, did_you_mean(name, known, listing=listing))
    for path, text, kind in _times(case):
        if not _is(kind, text):
            problems.add(f"'{text}' is no {kind}", rule.document.place(("tests", index, *path)), _LIKE[kind])


Named = tuple[
    KeyPath, str, str, Collection[str]
]  # where in the case, what is wrong of a name, the name, the known


def _of_rows(rule: LoadedRule, case: Case) -> Iterator[Named]:
    for table, rows in case.given.items():
        yield ("given", table), "the snapshot format has no table", table, FORMAT.tables
        known = _columns(rule, table)
        for number, row in enumerate(rows if known else []):
            for name in sorted(row.values):
                yield ("given", table, number, name), f"{table} has no column", name, known


def _of_facilities(case: Case) -> Iterator[Named]:
    for number, given in enumerate(case.facilities):
        for name in given:
            yield ("facilities", number, name), "a facility has no fact", name, _FACTS


def _of_tables(rule: LoadedRule, case: Case) -> Iterator[Named]:
    for table in case.tables:
        yield ("tables", table), "no rows are given of the table", table, case.given
    for number, name in enumerate(case.without):
        table, _, column = name.partition(".")
        yield ("without", number), "no rows are given of the table", table, case.given
        yield ("without", number), f"{table} has no column", column, _columns(rule, table) or [column]


def _columns(rule: LoadedRule, table: str) -> set[str]:
    of_format = FORMAT.tables[table].columns if table in FORMAT.tables else ()
    return {*of_format, *rule.rule.columns.get(table, {})}


def _times(case: Case) -> Iterator[tuple[KeyPath, str, str]]:
    """Every text that must be a time, a day or a zone, with its path in the case."""
    yield ("captured_at",), case.captured_at, "time"
    if case.as_of is not None:
        yield ("as_of",), case.as_of, "day"
    for number, given in enumerate(case.facilities):
        kinds = {"timezone": "time zone", "opened_on": "day"}
        yield from (
            (("facilities", number, name), str(given[name]), kinds[name]) for name in kinds if given.get(name)
        )
    for table, facts in case.tables.items():
        times = {"captured_at": facts.captured_at, "from": facts.covers_from, "to": facts.covers_until}
        yield from (
            (("tables", table, name), text, "time") for name, text in times.items() if text is not None
        )


_READ = {"time": datetime.fromisoformat, "day": date.fromisoformat, "time zone": ZoneInfo}
_LIKE = {"time": "like 2026-06-15T12:00:00Z", "day": "like 2026-06-15", "time zone": "like America/Denver"}


def _is(kind: str, text: str) -> bool:
    try:
        _READ[kind](text)
    except (ValueError, KeyError, OSError):  # a zone's name may be no key, no file or a folder
        return False
    return True
