"""Loads jurisdiction files: every fault of every file at once, each with its place."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rootlint.documents import Document, load_yaml
from rootlint.errors import Place, Problem, Problems, UserError, did_you_mean
from rootlint.jurisdictions import entries
from rootlint.jurisdictions.calendars import read_calendar
from rootlint.jurisdictions.model import Calendar, Jurisdiction, ParameterValue, Vocabulary
from rootlint.jurisdictions.reading import Section, digest_of
from rootlint.jurisdictions.vocabulary import FILE as VOCABULARY_FILE
from rootlint.jurisdictions.vocabulary import load_vocabulary

REQUIRED = ("name", "regulator", "retrieved", "timezones", "calendar")


@dataclass(frozen=True)
class Draft:
    """What one file says, before its base is added."""

    code: str
    document: Document
    extends: str | None
    abstract: bool  # a base that others extend, and no jurisdiction itself
    given: dict[str, Any]  # fields of Jurisdiction


def load_jurisdictions(
    folders: Iterable[Path],
    vocabulary: Vocabulary | None = None,
    load: Callable[[Path], Document] = load_yaml,
) -> dict[str, Jurisdiction]:
    """Load every jurisdiction of the folders, by code.

    A folder holds ``<code>.yaml`` files, ``calendars/<name>.yaml`` and perhaps a ``parameters.yaml``; names
    are shared by all folders. ``load`` reads one file: an editor knows of what is not saved yet. Raises ``UserError``
    with every fault.
    """
    places = tuple(folders)
    words = vocabulary or load_vocabulary(places)
    problems = Problems()
    calendars = _by_name(places, "calendars/*.yaml", load, read_calendar, problems)
    drafts = _by_name(
        places, "*.yaml", load, lambda document, faults: _draft(document, words, faults), problems
    )
    concrete = [draft for _, draft in sorted(drafts.items()) if not draft.abstract]
    built = [_build(draft, drafts, calendars, words, problems) for draft in concrete]
    problems.found = list(dict.fromkeys(problems.found))  # a fault of a base shows in each of its heirs
    problems.raise_if_any()
    return {jurisdiction.code: jurisdiction for jurisdiction in built if jurisdiction}


def _by_name(
    folders: Iterable[Path],
    pattern: str,
    load: Callable[[Path], Document],
    read: Callable[[Document, Problems], Any],
    problems: Problems,
) -> dict[str, Any]:
    """Read the matching files of all folders, by file name; a name in two folders is a fault."""
    found: dict[str, Any] = {}
    places: dict[str, str] = {}
    for path in _files(folders, pattern, problems):
        name = path.stem
        if name in found:
            message = f"'{name}' is already defined in {places[name]}"
            problems.add(message, Place(str(path)), "choose another name")
            continue
        try:
            document = load(path)
        except UserError as error:
            problems.found += error.problems
            continue
        found[name], places[name] = read(document, problems), str(path)
    return found


def _files(folders: Iterable[Path], pattern: str, problems: Problems) -> Iterable[Path]:
    for folder in folders:
        if not folder.is_dir():
            problems.add("no such folder of jurisdictions", Place(str(folder)))
        elif not any(folder.rglob("*.yaml")):
            problems.add(
                "no jurisdiction stands in this folder",
                Place(str(folder)),
                "a jurisdiction is a <code>.yaml file",
            )
        for path in sorted(folder.rglob("*.yml")):
            problems.add(
                "files of law end in .yaml", Place(path.as_posix()), f"rename it to {path.stem}.yaml"
            )
        yield from (path for path in sorted(folder.glob(pattern)) if path.name != VOCABULARY_FILE)


def _draft(document: Document, vocabulary: Vocabulary, problems: Problems) -> Draft:
    section = Section.top(document, problems)
    section.allow("code", "abstract", "extends", "sources", *entries.READERS)
    words = entries.Words(vocabulary, entries.read_sources(section))
    stem, code = Path(document.file).stem, section.text("code")
    if code and code != stem:
        message = f"code '{code}' differs from the file's name"
        section.fault("code", message, f"write 'code: {stem}' or rename the file")
    return Draft(
        code=stem,
        document=document,
        extends=section.optional_text("extends"),
        abstract=bool(section.flag("abstract")),
        given={
            key: read(section, key, words) for key, read in entries.READERS.items() if key in section.data
        },
    )


def _build(
    draft: Draft,
    drafts: Mapping[str, Draft],
    calendars: Mapping[str, Calendar],
    vocabulary: Vocabulary,
    problems: Problems,
) -> Jurisdiction | None:
    line = _lineage(draft, drafts, problems)
    merged = _merge(ancestor.given for ancestor in line)
    section = Section.top(draft.document, problems)
    for key in REQUIRED:
        if key not in merged:
            section.fault(None, f"{key} is missing")
    name = merged.get("calendar", "")
    if name and name not in calendars:
        section.fault("calendar", f"no calendar '{name}'", did_you_mean(name, calendars))
    if name not in calendars or not all(merged.get(key) for key in REQUIRED):
        return None
    calendar = calendars[name]
    digest = digest_of(vocabulary.digest, calendar.digest, *(ancestor.document.text for ancestor in line))
    jurisdiction = Jurisdiction(**{**merged, "code": draft.code, "calendar": calendar, "digest": digest})
    _check(jurisdiction, problems)
    return jurisdiction


def _lineage(draft: Draft, drafts: Mapping[str, Draft], problems: Problems) -> list[Draft]:
    """A draft and what it extends, the farthest first."""
    line = [draft]
    while (name := line[-1].extends) is not None:
        parent, child = drafts.get(name), line[-1].document
        if parent is None:
            message = f"no jurisdiction '{name}' to extend"
            problems.add(message, child.place(("extends",)), did_you_mean(name, drafts))
            break
        if parent in line:
            message = f"extends goes in a circle, back to '{name}'"
            problems.add(message, child.place(("extends",)), "extend a base instead")
            break
        line.append(parent)
    return line[::-1]


def _merge(layers: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Later layers win; what is kept by name (parameters, licence types, rules, hosts) wins name by name."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


def _check(jurisdiction: Jurisdiction, problems: Problems) -> None:
    """What can only be judged with the base added: whom a value applies to, and that no two meet."""
    known = {name for t in jurisdiction.license_types.values() for name in (t.name, t.kind, *t.also) if name}
    for values in jurisdiction.parameters.values():
        for value in values:
            for name in value.applies_to:
                if name not in known:
                    message = (
                        f"{value.parameter} applies to '{name}', which is no license type, group or kind"
                    )
                    problems.add(message, value.place, did_you_mean(name, known))
        problems.found += _overlaps(jurisdiction, values)


def _overlaps(jurisdiction: Jurisdiction, values: tuple[ParameterValue, ...]) -> Iterable[Problem]:
    for earlier, later in itertools.combinations(values, 2):
        if not _share_days_and_audience(earlier, later):
            continue
        shared = sorted(jurisdiction.types_of(earlier) & jurisdiction.types_of(later))
        if shared or not (earlier.applies_to or later.applies_to):
            whom = ", ".join(shared) or "every licensee"
            line = earlier.place.line if earlier.place else "?"
            message = (
                f"{later.parameter} has two values on the same days for {whom}, the other on line {line}"
            )
            yield Problem(message, later.place, "end one period the day before the other begins")


def _share_days_and_audience(one: ParameterValue, other: ParameterValue) -> bool:
    same_audience = one.audience == other.audience or None in (one.audience, other.audience)
    return same_audience and one.in_force.meets(other.in_force)


# A misspelt field in the readers' table would be a crash on a user's machine.
assert set(entries.READERS) <= {field.name for field in fields(Jurisdiction)}
