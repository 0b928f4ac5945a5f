"""Words that all views share: numbers, times, places, and what a terminal may be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo

from rootlint.errors import Problem
from rootlint.model import Citation, Confidence, Facility, Finding, RecordPlace, Report


def visible(text: str) -> str:
    """Write out what is not printable (``\\x1b``, ``\\u202e``): data must not steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text
    )


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 record", "9,310 records"."""
    return f"{number:,} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"


def pairs(values: Mapping[str, str | None]) -> str:
    """Names with values, in the order of names: "item=Blue Dream, label=1A4…01"."""
    return ", ".join(f"{name}={'none' if value is None else value}" for name, value in sorted(values.items()))


def place(where: RecordPlace) -> str:
    """Where a record or a setting stands: "tables/x.csv row 12", "config/x.yaml:14:3"."""
    if where.file is None:
        return f"{where.table}[{pairs(where.key)}]"
    if where.line is not None:
        return ":".join(str(part) for part in (where.file, where.line, where.column) if part is not None)
    return where.file if where.row is None else f"{where.file} row {where.row}"


def problem_line(problem: Problem) -> str:
    """A problem of the snapshot in one line."""
    head = f"{problem.place}: " if problem.place else ""
    tail = f"; {problem.help}" if problem.help else ""
    return f"{head}{problem.severity}: {problem.message}{tail}"


def short(digest: str) -> str:
    """The first digits of a digest, enough to compare by eye."""
    return f"sha256:{digest.removeprefix('sha256:')[:12]}"


def zones(report: Report) -> dict[str | None, tzinfo]:
    """The time zone of each facility of a report."""
    return zones_of(report.head.facilities)


def zones_of(facilities: Iterable[Facility]) -> dict[str | None, tzinfo]:
    """The time zone of each facility; where the system does not know it, UTC."""
    return {facility.facility: _zone(facility.timezone) for facility in facilities}


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # slow to import, and not needed to print help

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local(instant: datetime, zone: tzinfo) -> datetime:
    """An instant by a facility's clock; at the ends of the calendar, where no clock reaches, by UTC."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant


def moment(instant: datetime, zone: tzinfo) -> str:
    """An instant by the minute: "2026-08-03 14:22 PDT"."""
    there = local(instant, zone)
    return f"{there.replace(tzinfo=None).isoformat(' ', 'minutes')} {there.tzname()}"


def period(first: datetime | None, last: datetime | None, zone: tzinfo) -> str | None:
    """The local days from the first instant to the last: "2026-08-03 to 2026-09-11"."""
    days = [local(instant, zone).date().isoformat() for instant in (first, last) if instant is not None]
    return " to ".join(dict.fromkeys(days)) or None


def in_force(first: date | None, last: date | None) -> str | None:
    """When a value was the law: "in force since 2023-01-01"."""
    if first and last:
        return f"in force {first} to {last}"
    if first:
        return f"in force since {first}"
    return f"in force until {last}" if last else None


def citation(cited: Citation) -> str:
    """The law a finding was judged by, in one line."""
    parts = [
        f"{cited.value} ({cited.parameter}, {cited.jurisdiction})",
        cited.reference,
        in_force(cited.in_force_from, cited.in_force_until),
        None if cited.confidence is Confidence.HIGH else "reading not confirmed",
        None if cited.own_value is None else own_told(cited),
    ]
    return ", ".join(part for part in parts if part)


def own_told(cited: Citation) -> str:
    """What records were judged by instead: "judged by 4 hours, stricter than the law's 24 hours: house rule 7"."""
    return f"judged by {cited.own_value}, stricter than the law's {cited.value}: {cited.own_reason}"


def facility_name(facility: str | None) -> str:
    """Whom an outcome or a finding is about."""
    return "whole integration" if facility is None else facility


def subject(finding: Finding) -> str:
    """Facility and scope of a finding."""
    return " ".join(part for part in (facility_name(finding.facility), pairs(finding.scope)) if part)


def extent(finding: Finding, zone: tzinfo) -> str:
    """How many records, of how many, when: "412 of 9,310 records, 2026-08-03 to 2026-09-11"."""
    if finding.count <= finding.exposed:
        size = f"{finding.count:,} of {counted(finding.exposed, 'record')}"
    else:
        size = counted(finding.count, "violation")
    return ", ".join(part for part in (size, period(finding.first_at, finding.last_at, zone)) if part)
