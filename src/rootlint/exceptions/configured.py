"""What exceptions ask of violations that were found without an engine: the same as of those in one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from rootlint.exceptions.baseline import Evidence
from rootlint.rules.configured import Violation
from rootlint.rules.keys import KEYS

_SEPARATOR, _NOTHING = "\u241f", "\u2400"  # as the engine's digest has them


def settings_of(violations: Iterable[Violation]) -> dict[str, frozenset[tuple[str, str]]]:
    """The settings that findings are about, as file and path, by the findings' fingerprints."""
    settings: dict[str, set[tuple[str, str]]] = {}
    for violation in violations:
        file, path = violation.keys.get("file"), violation.keys.get("setting")
        if file is not None and path is not None:
            settings.setdefault(violation.fingerprint, set()).add((file, path))
    return {finding: frozenset(about) for finding, about in settings.items()}


def evidence_of(violations: Iterable[Violation]) -> dict[str, Evidence]:
    """The evidence of every finding by fingerprint, with the digest that the engine gives."""
    groups: dict[str, list[Violation]] = {}
    for violation in violations:
        groups.setdefault(violation.fingerprint, []).append(violation)
    return {finding: Evidence(len(group), _digest(group)) for finding, group in groups.items()}


def _digest(violations: Sequence[Violation]) -> str:
    return f"{sum(map(_number, violations)) % 2**64:016x}"


def _number(violation: Violation) -> int:
    """The lower half of a digest of what shows a violation: what is about a setting has no time."""
    subject = next(iter(violation.keys.values()), None) or ""
    evidence = json.dumps(dict(violation.evidence), separators=(",", ":"), ensure_ascii=False)
    keys = (violation.keys.get(key) for key in KEYS)
    shown = (subject, None, None, evidence, *keys)
    text = _SEPARATOR.join(_NOTHING if part is None else part for part in shown)
    return int.from_bytes(hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little")
