"""Reads the keys of a jurisdiction file; ``READERS`` is the one table of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from rootlint.errors import did_you_mean
from rootlint.jurisdictions.model import (
    IntegrationNote,
    LicenseNumber,
    LicenseType,
    ParameterValue,
    Penalty,
    PendingChange,
    Period,
    RuleSwitch,
    Vocabulary,
)
from rootlint.jurisdictions.reading import Section
from rootlint.jurisdictions.values import read_value
from rootlint.model import Confidence, Severity


@dataclass(frozen=True)
class Words:
    """What a file may refer to: the shared vocabulary, and its own table of sources."""

    vocabulary: Vocabulary
    sources: Mapping[str, str]


def read_sources(section: Section) -> dict[str, str]:
    """The file's table of sources: short name -> address or description."""
    return _named_texts(section, "sources")


def _named_texts(section: Section, key: str) -> dict[str, str]:
    part = section.section(key)
    return {name: part.text(name) for name in part.data}


def _timezones(section: Section, key: str) -> tuple[str, ...]:
    zones = section.texts(key)
    if not section.data[key]:
        section.fault(key, "timezones names no time zone", "write [America/Denver]")
    for zone in zones:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):  # unknown, malformed, or a folder of the zone database
            section.fault(key, f"no time zone '{zone}'", "write a name like America/Denver")
    return zones


def _programs(section: Section, words: Words) -> tuple[str, ...]:
    return section.choices("programs", words.vocabulary.audiences)


def _confidence(section: Section) -> Confidence:
    return Confidence(section.choice("confidence", list(Confidence)))


def _source(section: Section, words: Words) -> str:
    """A name of the table of sources, or the source itself: an address or a description of several words."""
    source = section.text("source")
    if source in words.sources or " " in source or "://" in source or not source:
        return words.sources.get(source, source)
    nearest = did_you_mean(source, words.sources, listing="sources")
    section.fault("source", f"unknown source '{source}'", nearest)
    return source


def _license_types(section: Section, words: Words) -> dict[str, LicenseType]:
    types = section.section("license_types")
    return {name: _license_type(types.section(name), name, words) for name in types.data}


def _license_type(section: Section, name: str, words: Words) -> LicenseType:
    section.allow("kind", "also", "note")
    kind = section.optional_choice("kind", words.vocabulary.license_kinds)
    return LicenseType(name, kind, section.texts("also"), section.optional_text("note"))


def _license_number(section: Section, words: Words) -> LicenseNumber:
    section.allow("pattern", "example", "meaning", "confidence", "note")
    pattern, example = section.text("pattern"), section.text("example")
    try:
        if not re.fullmatch(pattern, example):
            section.fault("example", f"'{example}' does not fit its own pattern")
    except re.error as error:
        section.fault("pattern", f"not a regular expression: {error}")
    return LicenseNumber(
        pattern, example, section.text("meaning"), _confidence(section), section.optional_text("note")
    )


def _parameters(section: Section, words: Words) -> dict[str, tuple[ParameterValue, ...]]:
    parameters = section.section("parameters")
    for name in parameters.data:
        if name not in words.vocabulary.parameters:
            nearest = did_you_mean(name, words.vocabulary.parameters) or "add it to parameters.yaml"
            parameters.fault(name, f"unknown parameter '{name}'", nearest, on_key=True)
    known = [name for name in parameters.data if name in words.vocabulary.parameters]
    return {name: tuple(_value(part, name, words) for part in _values(parameters, name)) for name in known}


def _values(parameters: Section, name: str) -> list[Section]:
    if not parameters.data[name]:
        parameters.fault(name, f"{name} has no entry", "give at least one, with its citation")
        return []
    return parameters.sections(name)


def _value(section: Section, name: str, words: Words) -> ParameterValue:
    section.allow("value", "applies_to", "audience", "in_force", "citation", "source", "confidence", "note")
    return ParameterValue(
        parameter=name,
        value=read_value(section, words.vocabulary.parameters[name], words.vocabulary),
        citation=section.text("citation"),
        source=_source(section, words),
        confidence=_confidence(section),
        applies_to=section.texts("applies_to"),
        audience=section.optional_choice("audience", words.vocabulary.audiences),
        in_force=_period(section),
        note=section.optional_text("note"),
        place=section.place(),
    )


def _period(section: Section) -> Period:
    days = section.section("in_force")
    days.allow("from", "until")
    period = Period(days.day("from"), days.day("until"))
    if period.first and period.last and period.last < period.first:
        days.fault("until", f"until {period.last} is before from {period.first}")
        return Period()
    return period


def _rules(section: Section, words: Words) -> dict[str, RuleSwitch]:
    rules = section.section("rules")
    return {name: _switch(rules.section(name), name) for name in rules.data}


def _switch(section: Section, name: str) -> RuleSwitch:
    section.allow("enabled", "severity", "note")
    severity = section.optional_choice("severity", list(Severity))
    return RuleSwitch(
        rule=name,
        enabled=section.flag("enabled"),
        severity=Severity(severity) if severity else None,
        note=section.optional_text("note"),
        place=section.place(),
    )


def _penalty(section: Section, words: Words) -> Penalty:
    section.allow("violation", "amount", "citation", "source", "confidence", "rules")
    return Penalty(
        violation=section.text("violation"),
        amount=section.text("amount"),
        citation=section.text("citation"),
        source=_source(section, words),
        confidence=_confidence(section),
        rules=section.texts("rules"),
        place=section.place(),
    )


def _integration_note(section: Section, words: Words) -> IntegrationNote:
    section.allow("topic", "detail", "citation", "source", "confidence")
    return IntegrationNote(
        topic=section.text("topic"),
        detail=section.text("detail"),
        citation=section.text("citation"),
        source=_source(section, words),
        confidence=_confidence(section),
    )


def _pending_change(section: Section, words: Words) -> PendingChange:
    section.allow("change", "status", "source", "confidence")
    return PendingChange(
        change=section.text("change"),
        status=section.text("status"),
        source=_source(section, words),
        confidence=_confidence(section),
    )


def _text(section: Section, key: str, words: Words) -> str:
    return section.text(key)


def _day(section: Section, key: str, words: Words) -> date | None:
    if section.data[key] is None:
        section.fault(None, f"{key} is missing")
    return section.day(key)


def _listed(read: Callable[[Section, Words], Any]) -> Callable[[Section, str, Words], tuple[Any, ...]]:
    return lambda section, key, words: tuple(read(part, words) for part in section.sections(key))


READERS: dict[str, Callable[[Section, str, Words], Any]] = {
    "name": _text,
    "regulator": _text,
    "system": _text,
    "retrieved": _day,
    "hosts": lambda section, key, words: _named_texts(section, key),
    "timezones": lambda section, key, words: _timezones(section, key),
    "programs": lambda section, key, words: _programs(section, words),
    "calendar": _text,
    "license_types": lambda section, key, words: _license_types(section, words),
    "license_numbers": _listed(_license_number),
    "parameters": lambda section, key, words: _parameters(section, words),
    "rules": lambda section, key, words: _rules(section, words),
    "penalties": _listed(_penalty),
    "integration_notes": _listed(_integration_note),
    "pending_changes": _listed(_pending_change),
    "not_known": lambda section, key, words: section.texts(key),
}
