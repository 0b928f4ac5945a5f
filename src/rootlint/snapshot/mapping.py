"""Which setting a line of a configuration file is: many spellings, one name, one unit, one set of words.

``settings.yaml`` holds the spellings seen in public; a mapping of one's own adds to them and goes first.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from rootlint.documents import Document, KeyPath, load_yaml
from rootlint.errors import Problems, did_you_mean

BUILT_IN = Path(__file__).with_name("settings.yaml")
KINDS = ("text", "count", "duration", "switch", "words")
PRODUCTION = "production"
ABOUT = "metrc"  # what a file must speak of for its settings to be those of an integration


class Line(NamedTuple):
    """One value of a configuration file, as the mapping reads it."""

    file: str  # "config/sync.yaml"
    path: str  # dotted: "stores[0].license"
    value: str | None  # without secrets


class Meaning(NamedTuple):
    """What a line means to rules."""

    setting: str | None  # "page_size"; None for what no spelling fits
    means: str | None  # the value in the setting's unit and words; None where it has none
    environment: str  # "production" where nothing says otherwise


@dataclass(frozen=True)
class Spelling:
    """One way to write a setting's path."""

    parts: tuple[
        tuple[str, ...], ...
    ]  # of each part what stands between its stars; ("**",) for any number of parts
    unit: str | None = None
    reverse: bool = False

    @property
    def needle(self) -> str:
        """The longest text that a fitting path must hold."""
        pieces = [piece for part in self.parts if part != ANY for piece in part]
        return max(pieces, key=len, default="")


ANY = ("**",)


@dataclass(frozen=True)
class Canonical:
    """A setting that rules speak of."""

    name: str
    meaning: str
    kind: str
    spellings: tuple[Spelling, ...]
    but: tuple[Spelling, ...] = ()
    words: Mapping[str, str] | None = None  # word in files -> word of rules
    anywhere: bool = False


@dataclass(frozen=True)
class SettingMap:
    """All settings that rules speak of, in the order in which their spellings are tried."""

    settings: tuple[Canonical, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(setting.name for setting in self.settings)

    def read(self, lines: Sequence[Line]) -> list[Meaning]:
        """What each line of a whole configuration means."""
        about = _speaking(lines)
        found = [self._find(normal(line.path), line.file in about) for line in lines]
        stated = {
            line.file: means(of[0], of[1], line.path, line.value)
            for line, of in zip(lines, found, strict=True)
            if of is not None and of[0].name == "environment" and _environment_of_path(line.path) is None
        }
        return [_meaning(line, of, stated.get(line.file)) for line, of in zip(lines, found, strict=True)]

    def _find(self, path: str, about: bool) -> tuple[Canonical, Spelling] | None:
        parts = path.split(".")
        for needle, setting, spelling in self._needles():
            meant = needle in path and (about or setting.anywhere) and fits(spelling.parts, parts)
            if meant and not any(fits(other.parts, parts) for other in setting.but):
                return setting, spelling
        return None

    def _needles(self) -> list[tuple[str, Canonical, Spelling]]:
        """The spellings with what a path must hold, so that most are passed over at once."""
        cached: list[tuple[str, Canonical, Spelling]] | None = self.__dict__.get("_cached")
        if cached is None:
            cached = [(of.needle, setting, of) for setting in self.settings for of in setting.spellings]
            self.__dict__["_cached"] = cached
        return cached


def _speaking(lines: Iterable[Line]) -> set[str]:
    """The files that speak of METRC."""
    return {
        line.file
        for line in lines
        if ABOUT in line.path.lower()
        or ABOUT in (line.value or "").lower()
        or ABOUT in line.file.rpartition("/")[2].lower()
    }


def _meaning(line: Line, found: tuple[Canonical, Spelling] | None, stated: str | None) -> Meaning:
    environment = _environment_of_path(line.path) or _environment_of_file(line.file) or stated or PRODUCTION
    if found is None:
        return Meaning(None, None, environment)
    return Meaning(found[0].name, means(*found, line.path, line.value), environment)


# -- environments

_WORDS = {
    **dict.fromkeys(("dev", "develop", "development", "local"), "development"),
    **dict.fromkeys(("stag", "staging", "stage", "uat", "preprod"), "staging"),
    **dict.fromkeys(("test", "tests", "testing", "qa"), "test"),
    **dict.fromkeys(("sandbox", "sandboxes"), "sandbox"),
    **dict.fromkeys(("example", "examples", "sample", "template", "dist"), "example"),
}
_FILE_PARTS = re.compile(r"[/._-]+")


def _environment_of_file(file: str) -> str | None:
    words = (_WORDS.get(part) for part in _FILE_PARTS.split(file.lower()))
    return next((word for word in words if word is not None), None)


def _environment_of_path(path: str) -> str | None:
    """What a part around a setting says: staging.metrc.host."""
    for part in normal(path).split(".")[:-1]:
        word = _WORDS.get(part.removeprefix(f"{ABOUT}_").removesuffix(f"_{ABOUT}"))
        if word is not None:
            return word
    return None


# -- paths

_INDEX = re.compile(r"\[[0-9]+\]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def normal(path: str) -> str:
    """A dotted path as spellings are compared with it: ``Stores[0].pageSize`` is ``stores.page_size``."""
    path = _INDEX.sub("", path) if "[" in path else path
    if not path.islower():
        path = ".".join(part if part.isupper() else _HUMP.sub("_", part) for part in path.split("."))
    return path.lower().replace("-", "_")


def fits(pattern: Sequence[tuple[str, ...]], parts: Sequence[str]) -> bool:
    """Whether a path fits a spelling, part by part."""
    if not pattern:
        return not parts
    if pattern[0] == ANY:
        return any(fits(pattern[1:], parts[skip:]) for skip in range(len(parts) + 1))
    return bool(parts) and _part_fits(pattern[0], parts[0]) and fits(pattern[1:], parts[1:])


def _part_fits(pieces: tuple[str, ...], part: str) -> bool:
    if len(pieces) == 1:
        return part == pieces[0]
    first, *middle, last = pieces
    if not (part.startswith(first) and part.endswith(last) and len(part) >= len(first) + len(last)):
        return False
    at, end = len(first), len(part) - len(last)
    for piece in middle:
        at = part.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


# -- values

_SECONDS = {
    **dict.fromkeys(("ms", "millis", "millisecond", "milliseconds", "msec"), Decimal("0.001")),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Decimal(1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), Decimal(60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Decimal(3600)),
    **dict.fromkeys(("d", "day", "days"), Decimal(86400)),
    **dict.fromkeys(("w", "week", "weeks"), Decimal(604800)),
}
UNITS = tuple(_SECONDS)
_NUMBER = re.compile(r"[-+]?[0-9]{1,12}(?:\.[0-9]{1,6})?\Z")
_AMOUNT = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([a-z]+)\s*")
_SPAN = re.compile(r"(?:pt?)?((?:[0-9]{1,12}(?:\.[0-9]{1,6})?\s*[a-z]+\s*)+)\Z")
_ON = frozenset({"true", "yes", "on", "1", "enabled", "enable", "always", "y"})
_OFF = frozenset({"false", "no", "off", "0", "disabled", "disable", "never", "none", "n", "", "[]", "{}"})


def means(setting: Canonical, spelling: Spelling, path: str, value: str | None) -> str | None:
    """The value of a setting in its unit and words; None where it has none."""
    if value is None:
        return None
    word = _folded(value)
    match setting.kind:
        case "count":
            return word if _NUMBER.match(word) else None
        case "duration":
            return _seconds(path, word, spelling.unit)
        case "switch":
            return _switched(word, spelling.reverse)
        case "words":
            return (setting.words or {}).get(word, word)
        case _:
            return value


def _folded(value: str) -> str:
    return value.strip().lower()


def _switched(word: str, reverse: bool) -> str | None:
    if word in _ON:
        return "false" if reverse else "true"
    if word in _OFF:
        return "true" if reverse else "false"
    return None


def _seconds(path: str, word: str, unit: str | None) -> str | None:
    """A duration in seconds, by the unit beside the number, else that of the name; ``None`` without either."""
    if _NUMBER.match(word):
        factor = _SECONDS.get(unit or "") or _unit_of_name(path)
        return None if factor is None else _written(Decimal(word) * factor)
    span = _SPAN.match(word)
    parts = _AMOUNT.findall(span[1]) if span else []
    if not parts or any(name not in _SECONDS for _, name in parts):
        return None
    return _written(sum((Decimal(number) * _SECONDS[name] for number, name in parts), Decimal(0)))


def _unit_of_name(path: str) -> Decimal | None:
    words = re.split(r"[._]", normal(path))
    return _SECONDS.get(words[-1]) if len(words[-1]) > 1 else None


def _written(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# -- reading mappings


def load_mapping(files: Iterable[Path] = ()) -> SettingMap:
    """The built-in settings with what mappings of one's own add; theirs go first."""
    problems = Problems()
    settings = dict(_built_in())
    for file in reversed(list(files)):
        own = _settings(load_yaml(file), settings, problems)
        settings = {setting.name: setting for setting in own} | {
            name: setting for name, setting in settings.items() if name not in {of.name for of in own}
        }
    problems.raise_if_any()
    return SettingMap(tuple(settings.values()))


@functools.cache
def _built_in() -> Mapping[str, Canonical]:
    problems = Problems()
    settings = _settings(load_yaml(BUILT_IN, shown_as=BUILT_IN.name), {}, problems)
    problems.raise_if_any()
    return {setting.name: setting for setting in settings}


_KEYS = ("meaning", "kind", "spellings", "but", "words", "anywhere")


def _settings(document: Document, known: Mapping[str, Canonical], problems: Problems) -> list[Canonical]:
    listed = document.data.get("settings") if isinstance(document.data, dict) else None
    if not isinstance(listed, dict) or set(document.data) != {"settings"}:
        problems.add(
            "a mapping has one key, settings",
            document.place(),
            "settings: {page_size: {spellings: ['**.rows']}}",
        )
        return []
    return [_setting(document, name, raw, known.get(name), problems) for name, raw in listed.items()]


def _setting(
    document: Document, name: str, raw: Any, base: Canonical | None, problems: Problems
) -> Canonical:
    at: KeyPath = ("settings", name)
    if not isinstance(raw, dict):
        problems.add(f"{name} is no mapping of keys", document.place(at), f"keys: {', '.join(_KEYS)}")
        return base or Canonical(name, "", "text", ())
    for key in sorted(set(raw) - set(_KEYS)):
        problems.add(
            f"unknown key '{key}'",
            document.place((*at, key), key=True),
            did_you_mean(key, _KEYS, listing="keys"),
        )
    kind = raw.get("kind", base.kind if base else None)
    if kind not in KINDS:
        problems.add(
            f"{name} has no kind" if kind is None else f"'{kind}' is no kind",
            document.place((*at, "kind")),
            f"kinds: {', '.join(KINDS)}",
        )
    own = Canonical(
        name,
        str(raw.get("meaning", base.meaning if base else "")),
        str(kind),
        tuple(_spellings(document, (*at, "spellings"), raw.get("spellings"), problems)),
        tuple(_spellings(document, (*at, "but"), raw.get("but", []), problems)),
        {word: rule for rule, words in (raw.get("words") or {}).items() for word in (rule, *words)} or None,
        raw.get("anywhere") is True,
    )
    return own if base is None else _added(own, base)


def _added(own: Canonical, base: Canonical) -> Canonical:
    words = {**(base.words or {}), **(own.words or {})} or None
    return replace(
        own,
        spellings=own.spellings + base.spellings,
        but=own.but + base.but,
        words=words,
        anywhere=own.anywhere or base.anywhere,
    )


def _spellings(document: Document, at: KeyPath, raw: Any, problems: Problems) -> Iterator[Spelling]:
    if not isinstance(raw, list):
        problems.add("spellings is a list of dotted paths", document.place(at), "spellings: ['**.page_size']")
        return
    for index, entry in enumerate(raw):
        given = {"path": entry} if isinstance(entry, str) else entry
        place = document.place((*at, index))
        if (
            not isinstance(given, dict)
            or not isinstance(given.get("path"), str)
            or set(given) - {"path", "unit", "reverse"}
        ):
            problems.add("a spelling is a dotted path, or {path, unit, reverse}", place)
        elif given.get("unit") is not None and given["unit"] not in _SECONDS:
            problems.add(
                f"'{given['unit']}' is no unit of time", place, "units: ms, seconds, minutes, hours, days"
            )
        else:
            yield spelling(given["path"], given.get("unit"), given.get("reverse") is True)


def spelling(path: str, unit: str | None = None, reverse: bool = False) -> Spelling:
    """A spelling from its dotted path."""
    parts = [
        ANY if part == "**" else tuple(part.split("*")) for part in path.lower().replace("-", "_").split(".")
    ]
    return Spelling(tuple(parts), unit, reverse)
