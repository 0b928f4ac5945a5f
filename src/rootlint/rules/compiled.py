"""Rules as the configuration stage needs them: loaded and checked once, then read from a cache in milliseconds.

What is kept is JSON and names its classes by a closed list, so that a cache somebody else wrote can make nothing
but rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rootlint import __version__, cache
from rootlint.model import Confidence, Layer, PackHead, RuleHead, Severity
from rootlint.rules.candidates import Candidates
from rootlint.rules.language import tree
from rootlint.rules.language.evaluating import can_answer
from rootlint.rules.language.types import Type
from rootlint.snapshot.mapping import Canonical, SettingMap, Spelling

if TYPE_CHECKING:
    from rootlint.plugins import PackSource
    from rootlint.rules.loading import Packs
    from rootlint.rules.model import LoadedRule

FORMAT = 1  # of what is kept
TABLE = "config_settings"


@dataclass(frozen=True)
class CompiledRule:
    """A rule, as far as the configuration stage needs it; other rules have their name and little more."""

    head: RuleHead
    status: str
    scope: tuple[str, ...]  # keys that make violations one finding
    candidates: Candidates | None = None  # of rules about settings
    why_not: str | None = None  # what a rule about settings needs that only a snapshot has
    needs: tuple[str, ...] = ()
    no_waiver: str | None = None  # why its findings cannot be waived

    @property
    def name(self) -> str:
        return self.head.name

    @property
    def rule(self) -> CompiledRule:
        """Itself: what selecting asks of a loaded rule."""
        return self

    @property
    def layer(self) -> Layer:
        return self.head.layer

    @property
    def severity(self) -> Severity:
        return self.head.severity

    @property
    def tags(self) -> tuple[str, ...]:
        return self.head.tags


@dataclass(frozen=True)
class CompiledPacks:
    """All rules of a run, by name, and the packs they came from."""

    rules: Mapping[str, CompiledRule]
    heads: tuple[PackHead, ...]
    mapping: SettingMap  # how files spell the settings that rules speak of

    @property
    def names(self) -> dict[str, str]:
        """Every name and former name, with the name it stands for."""
        known = {name: name for name in self.rules}
        for name, rule in self.rules.items():
            known |= dict.fromkeys(rule.head.aliases, name)
        return known


def compile_packs(packs: Packs, mapping: SettingMap) -> CompiledPacks:
    """What the configuration stage needs of loaded packs."""
    names = packs.names
    return CompiledPacks(
        {name: _compiled(rule, names) for name, rule in packs.rules.items()}, packs.heads, mapping
    )


def _compiled(loaded: LoadedRule, names: Mapping[str, str]) -> CompiledRule:
    rule = loaded.rule
    about_settings = loaded.candidates.table == TABLE
    head = RuleHead(
        name=rule.name,
        aliases=tuple(rule.aliases),
        pack=loaded.pack,
        layer=rule.layer,
        severity=rule.severity,
        confidence=rule.confidence,
        summary=rule.summary if about_settings else "",
        rationale=rule.rationale if about_settings else "",
        remediation=rule.remediation if about_settings else "",
        references=tuple((reference.title, reference.url) for reference in rule.references)
        if about_settings
        else (),
        tags=tuple(rule.tags),
        modes=tuple(rule.modes),
        leads_to=tuple(sorted({names.get(link.rule, link.rule) for link in rule.leads_to})),
    )
    if not about_settings:
        return CompiledRule(head, rule.status, rule.scope_keys, no_waiver=rule.no_waiver)
    tables = tuple(sorted(set(loaded.needs) - {TABLE}))
    parameters = tuple(f"param {name}" for name in sorted(loaded.parameters))
    why_not = None
    if tables or parameters or not can_answer(loaded.candidates, [TABLE]):
        why_not = f"needs a snapshot: {', '.join((*tables, *parameters)) or 'an engine'}"
    needs = (*tables, *parameters)
    return CompiledRule(head, rule.status, rule.scope_keys, loaded.candidates, why_not, needs, rule.no_waiver)


# -- what a cache is keyed by


def key_of(sources: Iterable[PackSource], further: Iterable[Path], plugins: Iterable[str]) -> str:
    """A digest of everything that compiled rules follow from: rules, mappings, parameters, and the program itself."""
    digest = hashlib.sha256(f"{__version__}\0{FORMAT}\0".encode())
    for text in plugins:
        digest.update(f"{text}\0".encode())
    for source in sources:
        digest.update(f"{source.name}\0{source.version}\0{source.folder}\0".encode())
        cache.add_files(digest, source.folder, source.folder.rglob("*.yaml"))
    for path in further:
        cache.add_files(digest, path.parent, [path])
    program = Path(__file__).parent
    cache.add_files(digest, program, program.rglob("*.py"))
    return digest.hexdigest()


# -- JSON

_CLASSES: dict[str, Any] = {
    of.__name__: of
    for of in (
        tree.Literal,
        tree.Column,
        tree.Call,
        tree.Case,
        tree.Param,
        tree.Aggregate,
        tree.Window,
        tree.Exists,
        tree.Relation,
        tree.Join,
        tree.Source,
        tree.Select,
        tree.Union,
        Candidates,
        RuleHead,
        PackHead,
        CompiledRule,
        CompiledPacks,
        SettingMap,
        Canonical,
        Spelling,
    )
}
_ENUMS: dict[str, Any] = {of.__name__: of for of in (Type, Layer, Severity, Confidence)}


def to_json(packs: CompiledPacks) -> str:
    """Compiled rules as text."""
    return json.dumps(_plain(packs), separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> CompiledPacks:
    """The rules of such a text; ``ValueError`` for any other."""
    try:
        made = _made(json.loads(text))
    except (TypeError, KeyError, IndexError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"not compiled rules: {error}") from None
    if not isinstance(made, CompiledPacks):
        raise ValueError("not compiled rules")
    return made


def _plain(value: Any) -> Any:
    """Scalars stand for themselves; anything else is a list that begins with what it is."""
    kind = type(value).__name__
    if kind in _ENUMS:
        return [kind, value.value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return ["decimal", str(value)]
    if isinstance(value, tuple):
        return ["tuple", *map(_plain, value)]
    if isinstance(value, frozenset):
        return ["set", *map(_plain, sorted(value))]
    if isinstance(value, Mapping):
        return ["map", *([_plain(key), _plain(item)] for key, item in value.items())]
    return [kind, *(_plain(getattr(value, name)) for name in _kept(_CLASSES[kind]))]


def _kept(of: Any) -> list[str]:
    """The fields that make a thing what it is; where a node stood in its text is no such."""
    cached: list[str] | None = _KEPT.get(of)
    if cached is None:
        cached = _KEPT[of] = [field.name for field in fields(of) if field.compare or field.default is MISSING]
    return cached


_KEPT: dict[Any, list[str]] = {}


def _made(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind = value[0]
    if kind in _CLASSES:
        return _CLASSES[kind](*map(_made, value[1:]))
    if kind in _ENUMS:
        return _ENUMS[kind](value[1])
    return _CONTAINERS[kind](value[1:])


_CONTAINERS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": lambda items: tuple(map(_made, items)),
    "set": lambda items: frozenset(map(_made, items)),
    "map": lambda items: {_made(key): _made(item) for key, item in items},
    "decimal": lambda items: Decimal(items[0]),
}
