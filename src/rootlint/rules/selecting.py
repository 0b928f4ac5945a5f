"""Which of the loaded rules a run evaluates."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from rootlint.errors import Problems, did_you_mean
from rootlint.model import Layer, Severity

R = TypeVar("R", bound="Selectable", covariant=True)


class Selectable(Protocol):
    """What selecting asks of a rule, be it loaded or compiled."""

    @property
    def name(self) -> str: ...

    @property
    def rule(self) -> Any: ...  # with status, layer, severity and tags


class AllRules(Protocol[R]):
    """The rules of a run by name, and by every name that they had."""

    @property
    def rules(self) -> Mapping[str, R]: ...

    @property
    def names(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class Selection:
    """What a user asked for; an empty part asks for everything."""

    rules: tuple[str, ...] = ()  # names, former names or patterns: 'sale-*'
    ignore: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    preview: bool = False  # preview rules too, not only those named


def check_switches(switched: Iterable[str], names: Mapping[str, str], problems: Problems) -> None:
    """A switch in the configuration for a rule that nobody knows is an error."""
    for name in switched:
        if name not in names:
            problems.add(
                f"the configuration switches rule '{name}', which is not loaded",
                help=did_you_mean(name, names),
            )


def select(packs: AllRules[R], selection: Selection) -> list[R]:
    """Choose rules; a name or a tag that nothing bears is an error, since it would silently choose less."""
    problems = Problems()
    named = _matching(packs, selection.rules, "rule", problems)
    ignored = _matching(packs, selection.ignore, "rule to ignore", problems)
    _check_words(selection.layers, list(Layer), "layer", problems)
    _check_words(selection.severities, list(Severity), "severity", problems)
    _check_words(
        selection.tags, {tag for rule in packs.rules.values() for tag in rule.rule.tags}, "tag", problems
    )
    problems.raise_if_any()
    return [
        rule
        for name, rule in packs.rules.items()
        if name not in ignored and _wanted(rule, selection, named if selection.rules else None)
    ]


def _matching(packs: AllRules[Any], patterns: Sequence[str], what: str, problems: Problems) -> set[str]:
    names = packs.names
    found: set[str] = set()
    for pattern in patterns:
        hits = {names[name] for name in fnmatch.filter(names, pattern)}
        if not hits:
            near = did_you_mean(pattern, names) or "rootlint rules list names them all"
            problems.add(f"no {what} is named '{pattern}'", help=near)
        found |= hits
    return found


def _check_words(words: Iterable[str], known: Iterable[str], what: str, problems: Problems) -> None:
    allowed = sorted(known)
    for word in words:
        if word not in allowed:
            problems.add(f"there is no {what} '{word}'", help=did_you_mean(word, allowed))


def _wanted(rule: Selectable, selection: Selection, named: set[str] | None) -> bool:
    about = rule.rule
    if named is not None and rule.name not in named:
        return False
    if about.status == "preview" and named is None and not selection.preview:
        return False
    return (
        (not selection.layers or about.layer in selection.layers)
        and (not selection.severities or about.severity in selection.severities)
        and (not selection.tags or bool(set(about.tags) & set(selection.tags)))
    )
