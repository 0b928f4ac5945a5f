"""What METRC's answers do not say of themselves: when, for whom, where and over which time they were fetched.

It stands in ``capture.yaml`` beside the answers, or on the command line, which goes first. Nothing is
guessed: not from the files' own dates, and not from the licence number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rootlint.documents import Document, KeyPath, load_yaml
from rootlint.errors import Problem, Problems, did_you_mean
from rootlint.snapshot.importers import ImportOptions
from rootlint.snapshot.importers.metrc.layout import ENDPOINTS

FILE = "capture.yaml"

_KEYS = ("captured_at", "operator", "window", "windows", "facilities")
_FACILITY_KEYS = ("name", "jurisdiction", "timezone", "license_type", "opened_on", "not_open")


@dataclass(frozen=True)
class Window:
    """The changes that were asked for: lastModifiedStart and lastModifiedEnd, or the like."""

    begins: datetime  # UTC
    ends: datetime


@dataclass(frozen=True)
class LicenseFacts:
    """What is known of one licence."""

    license: str
    jurisdiction: str
    timezone: str
    name: str | None = None
    license_type: str | None = None
    opened_on: str | None = None
    not_open: tuple[str, ...] = ()  # beginnings of API paths that METRC refuses to this licence

    def is_open(self, endpoint: str) -> bool:
        return not any(_begins(endpoint, path) for path in self.not_open)


@dataclass(frozen=True)
class Capture:
    """How the answers were fetched."""

    captured_at: datetime  # UTC
    operator: str
    places: tuple[LicenseFacts, ...]
    windows: tuple[tuple[str, Window], ...]  # by the beginning of the API path, the longest first

    def window_of(self, endpoint: str) -> Window | None:
        return next((window for path, window in self.windows if _begins(endpoint, path)), None)


def _begins(endpoint: str, path: str) -> bool:
    return not path or endpoint == path or endpoint.startswith(f"{path}/")


def load_capture(
    source: Path, licenses: Iterable[str], zones: Collection[str], options: ImportOptions, problems: Problems
) -> Capture | None:
    """Read ``capture.yaml``, if there is one, under the options; add every fault to ``problems``."""
    reader = _Reader(_document(source), options, problems)
    before = len(problems.found)
    capture = reader.capture(set(licenses), zones)
    return capture if len(problems.found) == before else None


def _document(source: Path) -> Document:
    file = source / FILE
    if file.exists():
        return load_yaml(file)
    return Document(str(file), "", {})


class _Reader:
    """One file under the options, with one list of faults."""

    def __init__(self, document: Document, options: ImportOptions, problems: Problems) -> None:
        self.document, self.options, self.problems = document, options, problems
        self.data = self._mapping((), document.data or {}, _KEYS)

    def capture(self, licenses: set[str], zones: Collection[str]) -> Capture:
        facilities = self._mapping(("facilities",), self.data.get("facilities") or {}, None)
        return Capture(
            self._captured_at(),
            self._operator(),
            tuple(self._place(license, facilities, zones) for license in sorted(licenses | set(facilities))),
            tuple(sorted(self._windows(), key=lambda of: (-len(of[0]), of[0]))),
        )

    def _captured_at(self) -> datetime:
        help = f"pass --captured-at, or write into {FILE}: captured_at: 2026-11-01T13:00:00Z"
        if self.options.captured_at:
            return self._aware(self.options.captured_at, "--captured-at")
        if "captured_at" not in self.data:
            self.problems.add("nobody says when the answers were captured", None, help)
            return datetime.min
        return self._instant(("captured_at",), self.data["captured_at"])

    def _operator(self) -> str:
        operator = self.options.operator or self._text(("operator",), self.data.get("operator"))
        if not operator:
            help = f"pass --operator, or write into {FILE}: operator: Green Mesa Holdings"
            self.problems.add("nobody says whose answers these are", None, help)
        return operator or ""

    def _windows(self) -> Iterable[tuple[str, Window]]:
        if self.options.window_from and self.options.window_to:
            begins = self._aware(self.options.window_from, "--window-from")
            yield "", Window(begins, self._aware(self.options.window_to, "--window-to"))
            return
        if bool(self.options.window_from) != bool(self.options.window_to):
            self.problems.add("a window needs both its ends", None, "pass both --window-from and --window-to")
        if "window" in self.data:
            yield "", self._window(("window",), self.data["window"])
        paths = self._mapping(("windows",), self.data.get("windows") or {}, None)
        for path, value in paths.items():
            self._known_path(("windows", path), path)
            yield path.strip("/"), self._window(("windows", path), value)

    def _window(self, at: KeyPath, value: Any) -> Window:
        window = self._mapping(at, value, ("from", "to"))
        missing = [key for key in ("from", "to") if key not in window]
        if missing:
            self._fault(at, f"the window has no '{missing[0]}'", "write {from: 2026-08-01T00:00:00Z, to: …}")
            return Window(datetime.min, datetime.max)
        begins, ends = (self._instant((*at, key), window[key]) for key in ("from", "to"))
        if begins.replace(tzinfo=None) >= ends.replace(tzinfo=None):
            self._fault((*at, "to"), "the window ends before it begins", None)
        return Window(begins, ends)

    def _place(self, license: str, facilities: Mapping[str, Any], zones: Collection[str]) -> LicenseFacts:
        at = ("facilities", license)
        facts = self._mapping(at, facilities.get(license) or {}, _FACILITY_KEYS)
        jurisdiction = self.options.jurisdictions.get(license) or facts.get("jurisdiction")
        timezone = self.options.timezones.get(license) or facts.get("timezone")
        self._required(license, jurisdiction, timezone)
        if timezone and timezone not in zones:
            help = did_you_mean(str(timezone), zones) or "use a name like America/Los_Angeles"
            self._fault((*at, "timezone"), f"no time zone is called '{timezone}'", help)
        if jurisdiction and not re.fullmatch(r"[a-z][a-z0-9-]*", str(jurisdiction)):
            help = "write the code in lower case: ca"
            self._fault((*at, "jurisdiction"), f"'{jurisdiction}' is not a jurisdiction's code", help)
        return LicenseFacts(
            license,
            str(jurisdiction),
            str(timezone),
            name=self._text((*at, "name"), facts.get("name")),
            license_type=self._text((*at, "license_type"), facts.get("license_type")),
            opened_on=self._day((*at, "opened_on"), facts.get("opened_on")),
            not_open=self._not_open(at, facts.get("not_open") or []),
        )

    def _required(self, license: str, jurisdiction: Any, timezone: Any) -> None:
        missing = [
            what for what, value in (("jurisdiction", jurisdiction), ("timezone", timezone)) if not value
        ]
        if missing:
            facts = "{jurisdiction: ca, timezone: America/Los_Angeles}"
            write = f"write into {FILE}: facilities: {{{license}: {facts}}}"
            self.problems.add(
                f"nobody says the {' and the '.join(missing)} of licence {license}", None, write
            )

    def _not_open(self, at: KeyPath, paths: Any) -> tuple[str, ...]:
        if not isinstance(paths, list):
            self._fault((*at, "not_open"), "not a list", "write [plants, harvests]")
            return ()
        for nth, path in enumerate(paths):
            self._known_path((*at, "not_open", nth), str(path))
        return tuple(str(path).strip("/") for path in paths)

    def _known_path(self, at: KeyPath, path: str) -> None:
        if not any(_begins(endpoint.path, path.strip("/")) for endpoint in ENDPOINTS):
            known = {endpoint.path for endpoint in ENDPOINTS} | {e.path.split("/")[0] for e in ENDPOINTS}
            self._fault(at, f"no call that is imported begins with '{path}'", did_you_mean(path, known))

    def _mapping(self, at: KeyPath, value: Any, known: tuple[str, ...] | None) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._fault(at, "not a mapping of keys to values", None)
            return {}
        for key in value:
            if known is not None and key not in known:
                place = self.document.place((*at, key), key=True)
                self.problems.add(f"'{key}' is not a key here", place, did_you_mean(key, known))
        return value

    def _text(self, at: KeyPath, value: Any) -> str | None:
        if value is not None and not isinstance(value, str):
            self._fault(at, "not text", None)
        return value if isinstance(value, str) else None

    def _day(self, at: KeyPath, value: Any) -> str | None:
        text = self._text(at, value)
        try:
            return date.fromisoformat(text).isoformat() if text else None
        except ValueError:
            self._fault(at, f"'{text}' is not a date", "write 2023-02-01")
            return None

    def _instant(self, at: KeyPath, value: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(str(value))
        except ValueError:
            instant = datetime.min
        if instant.tzinfo is None:
            self._fault(at, f"'{value}' is not a time with an offset", "write 2026-11-01T13:00:00Z")
            return instant
        return instant.astimezone(UTC)

    def _aware(self, instant: datetime, option: str) -> datetime:
        if instant.tzinfo is None:
            self.problems.add(f"{option} names no offset", None, "write 2026-11-01T13:00:00Z")
            return instant
        return instant.astimezone(UTC)

    def _fault(self, at: KeyPath, message: str, help: str | None) -> None:
        self.problems.found.append(Problem(message, self.document.place(at), help))
