"""What is another in a newer version of a pack: which rules are new, gone, renamed or changed, and in what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rootlint.model import Severity
from rootlint.rules.model import LoadedRule


class Change(StrEnum):
    """What became of a rule."""

    NEW = "new"
    GONE = "gone"
    RENAMED = "renamed"  # the newer rule has the older name among its aliases
    CHANGED = "changed"


@dataclass(frozen=True)
class Part:
    """A part of a rule that differs; a part that fits no line has no values."""

    name: str  # "severity", "check", "text"
    before: str | None = None  # "warning"
    after: str | None = None


@dataclass(frozen=True)
class RuleChange:
    """What became of one rule."""

    rule: str  # its newer name, where it has one
    change: Change
    severity: Severity  # the newer one, where it has one
    summary: str
    former_name: str | None = None
    parts: tuple[Part, ...] = ()

    @property
    def is_text_only(self) -> bool:
        """Whether everything is found as before, and told in other words."""
        return self.change is Change.CHANGED and {part.name for part in self.parts} <= {"text", "cases"}


# Which part of a rule each key of its file belongs to, in the order in which parts are told.
PARTS: Mapping[str, str] = {
    "severity": "severity",
    "confidence": "confidence",
    "status": "status",
    "layer": "layer",
    "scope": "scope",
    "check": "check",
    "columns": "check",
    "optional": "check",
    "applies_to": "check",
    "leads_to": "links",
    "can_be_root": "links",
    "root_needs": "links",
    "harmless_alone": "links",
    "repair": "repair",
    "no_repair": "repair",
    "repairs_at": "repair",
    "waivable": "waivers",
    "no_waiver": "waivers",
    "summary": "text",
    "rationale": "text",
    "remediation": "text",
    "not_first": "text",
    "references": "text",
    "tags": "text",
    "modes": "text",
    "since": "text",
    "aliases": "text",
    "tests": "cases",
}
SHORT = ("severity", "confidence", "status", "layer", "scope")  # parts whose values are told


def compare_rules(old: Mapping[str, LoadedRule], new: Mapping[str, LoadedRule]) -> tuple[RuleChange, ...]:
    """What became of every rule of two versions of a pack that is not the same in both, by name."""
    names = {name: _newer_name(name, new) for name in old}
    changes = [*_of_the_older(old, new, names), *_added(new, set(names.values()))]
    return tuple(sorted(changes, key=lambda change: (change.rule, change.former_name or "")))


def _newer_name(name: str, new: Mapping[str, LoadedRule]) -> str | None:
    heirs = (newer for newer, loaded in new.items() if name in loaded.rule.aliases)
    return name if name in new else next(heirs, None)


def _of_the_older(
    old: Mapping[str, LoadedRule], new: Mapping[str, LoadedRule], names: Mapping[str, str | None]
) -> Iterator[RuleChange]:
    for name, newer in names.items():
        if newer is None:
            yield _change(old[name], Change.GONE)
            continue
        parts = tuple(_parts(old[name], new[newer]))
        if newer != name:
            yield _change(new[newer], Change.RENAMED, name, parts)
        elif parts:
            yield _change(new[newer], Change.CHANGED, parts=parts)


def _added(new: Mapping[str, LoadedRule], known: set[str | None]) -> Iterator[RuleChange]:
    return (_change(loaded, Change.NEW) for name, loaded in new.items() if name not in known)


def _change(
    loaded: LoadedRule, change: Change, former_name: str | None = None, parts: tuple[Part, ...] = ()
) -> RuleChange:
    rule = loaded.rule
    return RuleChange(rule.name, change, rule.severity, rule.summary.strip(), former_name, parts)


def _parts(old: LoadedRule, new: LoadedRule) -> Iterator[Part]:
    before, after = _by_part(old), _by_part(new)
    for name in dict.fromkeys(PARTS.values()):
        if before[name] != after[name]:
            told = (_told(before[name]), _told(after[name])) if name in SHORT else ()
            yield Part(name, *told)


def _by_part(loaded: LoadedRule) -> dict[str, list[Any]]:
    values = loaded.rule.model_dump(mode="json", exclude={"name"})
    message = values["check"].pop("message", None)  # the words of a check are text
    parts: dict[str, list[Any]] = {part: [] for part in PARTS.values()}
    for key, part in PARTS.items():
        parts[part].append(values[key])
    parts["text"].append(message)
    return parts


def _told(values: list[Any]) -> str:
    [value] = values
    return ", ".join(value) if isinstance(value, list) else str(value)
