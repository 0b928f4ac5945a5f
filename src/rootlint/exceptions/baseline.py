"""The baseline: failures that were inherited, one line a finding, so that a change shows as the lines it changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from rootlint.errors import Place, Problems, did_you_mean
from rootlint.exceptions.rules import RuleFacts
from rootlint.model import Severity
from rootlint.rules.identity import fingerprint

FORMAT = "rootlint-baseline/1"

HEADER: Mapping[str, str] = {
    "format": "the version of this format",
    "packs": "the digest of each rule pack that it was made by",
    "snapshot": "the digest of the snapshot that it was made from",
}
KEYS: Mapping[str, str] = {
    "rule": "the rule",
    "facility": "the licence; null: the integration as a whole",
    "scope": "what the violations share",
    "fingerprint": "of rule, facility and scope",
    "severity": "how bad it was",
    "count": "how many violations there were",
    "evidence": "a digest of what showed them",
    "first_at": "the first violation, UTC; null: it has no time",
    "last_at": "the last violation",
    "first_seen": "the day that it was first entered",
}


@dataclass(frozen=True)
class Evidence:
    """What there is of a finding: of all its violations, whatever they are blamed on."""

    count: int
    digest: str
    first_at: datetime | None = None  # UTC
    last_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One inherited finding."""

    rule: str  # its present name
    facility: str | None
    scope: Mapping[str, str]
    severity: Severity
    evidence: Evidence
    first_seen: date
    place: Place | None = field(default=None, compare=False)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.rule, self.facility, self.scope)


@dataclass(frozen=True)
class Baseline:
    """All of them, and what they were taken from."""

    packs: Mapping[str, str]  # name -> digest
    snapshot: str
    entries: tuple[Entry, ...] = ()


def write_baseline(baseline: Baseline) -> str:
    """The text of the file: a header, then the lines in order, so that the same debt is the same text."""
    header = {"format": FORMAT, "packs": dict(sorted(baseline.packs.items())), "snapshot": baseline.snapshot}
    lines = sorted(json.dumps(_written(entry)) for entry in baseline.entries)
    return "".join(f"{line}\n" for line in [json.dumps(header), *lines])


def _written(entry: Entry) -> dict[str, Any]:
    return {
        "rule": entry.rule,
        "facility": entry.facility,
        "scope": dict(sorted(entry.scope.items())),
        "fingerprint": entry.fingerprint,
        "severity": entry.severity.value,
        "count": entry.evidence.count,
        "evidence": entry.evidence.digest,
        "first_at": _instant(entry.evidence.first_at),
        "last_at": _instant(entry.evidence.last_at),
        "first_seen": entry.first_seen.isoformat(),
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def read_baseline(text: str, file: str, rules: Mapping[str, RuleFacts], problems: Problems) -> Baseline:
    """The baseline of a file's text; every fault is noted with its line.

    A rule's former name stands for the rule. A rule that nobody knows any more is no fault: its entries are not seen.
    """
    lines = [
        (Place(file, number), line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    read = [(place, _parsed(line, place, problems)) for place, line in lines]
    header = _header(read[0] if read else (Place(file, 1), {}), problems)
    entries = [_entry(data, place, rules, problems) for place, data in read[1:] if data is not None]
    found = tuple(entry for entry in entries if entry is not None)
    _check_once(found, problems)
    return Baseline(header.get("packs", {}), header.get("snapshot", ""), found)


def _parsed(line: str, place: Place, problems: Problems) -> dict[str, Any] | None:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        problems.add(
            "a conflict of a merge is left here", place, "keep the lines of both sides, without the marks"
        )
        return None
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        column = error.colno if isinstance(error, json.JSONDecodeError) else 1
        problems.add(
            "not valid JSON",
            Place(place.file, place.line, column),
            "rootlint baseline create writes the file",
        )
        return None
    if not isinstance(data, dict):
        problems.add("a line must be a JSON object", place)
        return None
    return data


def _header(first: tuple[Place, dict[str, Any] | None], problems: Problems) -> dict[str, Any]:
    place, data = first
    if data is None:
        return {}
    if data.get("format") != FORMAT:
        problems.add(
            f"the first line must say the format {FORMAT}", place, "rootlint baseline create writes the file"
        )
        return {}
    _check_keys(data, HEADER, place, problems)
    packs = data.get("packs")
    if not isinstance(packs, dict) or not all(isinstance(digest, str) for digest in packs.values()):
        problems.add("packs must hold a digest for each pack", place)
        return {}
    return {"packs": packs, "snapshot": str(data.get("snapshot", ""))}


def _check_keys(data: Mapping[str, Any], known: Mapping[str, str], place: Place, problems: Problems) -> None:
    for key in data:
        if key not in known:
            problems.add(f"unknown key '{key}'", place, did_you_mean(key, known))
    for key in known:
        if key not in data:
            problems.add(f"key '{key}' is missing", place)


def _entry(
    data: dict[str, Any], place: Place, rules: Mapping[str, RuleFacts], problems: Problems
) -> Entry | None:
    faults = len(problems.found)
    _check_keys(data, KEYS, place, problems)
    if len(problems.found) > faults:
        return None
    for key, fits in _FITS.items():
        if not fits(data[key]):
            problems.add(f"{key} cannot be {json.dumps(data[key])[:60]}", place, KEYS[key])
    if len(problems.found) > faults:
        return None
    if data["fingerprint"] != fingerprint(data["rule"], data["facility"], data["scope"]):
        problems.add(
            "the fingerprint is not that of rule, facility and scope", place, "never write a line by hand"
        )
        return None
    return _made(data, place, rules)


def _made(data: dict[str, Any], place: Place, rules: Mapping[str, RuleFacts]) -> Entry:
    times = [_read_instant(data[key]) for key in ("first_at", "last_at")]
    return Entry(
        rule=rules[data["rule"]].name if data["rule"] in rules else data["rule"],
        facility=data["facility"],
        scope=data["scope"],
        severity=Severity(data["severity"]),
        evidence=Evidence(data["count"], data["evidence"], *times),
        first_seen=date.fromisoformat(data["first_seen"]),
        place=place,
    )


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_instant(value: Any) -> bool:
    if value is None:
        return True
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


_FITS = {
    "rule": _is_text,
    "facility": lambda value: value is None or _is_text(value),
    "scope": lambda value: isinstance(value, dict) and all(isinstance(each, str) for each in value.values()),
    "fingerprint": _is_text,
    "severity": lambda value: value in list(Severity),
    "count": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
    "evidence": _is_text,
    "first_at": _is_instant,
    "last_at": _is_instant,
    "first_seen": _is_day,
}


def _check_once(entries: Iterable[Entry], problems: Problems) -> None:
    seen: dict[str, Entry] = {}
    for entry in entries:
        other = seen.setdefault(entry.fingerprint, entry)
        if other is not entry and entry.place and other.place:
            problems.add(
                f"the finding stands on line {other.place.line} too", entry.place, "keep one of the two"
            )


def without(baseline: Baseline, gone: Collection[str]) -> Baseline:
    """The baseline without the entries of some fingerprints; its header stays, since what it was made from does."""
    kept = tuple(entry for entry in baseline.entries if entry.fingerprint not in gone)
    return Baseline(baseline.packs, baseline.snapshot, kept)
