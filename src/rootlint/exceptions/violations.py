"""What exceptions ask of the violations themselves, which stay in the engine."""

from __future__ import annotations

from collections.abc import Collection

from rootlint.engine import Engine
from rootlint.rules.findings import fingerprint, texts
from rootlint.rules.planning import VIOLATIONS


def settings_found(engine: Engine, rules: Collection[str]) -> dict[str, frozenset[tuple[str, str]]]:
    """The settings that findings of some rules are about, as file and path, by the findings' fingerprints."""
    if not rules:
        return {}
    named = ", ".join(f"'{rule}'" for rule in sorted(rules))
    rows = engine.rows(
        f"SELECT rule, facility, scope, list(DISTINCT [file, setting]) FROM {VIOLATIONS} "
        f"WHERE rule IN ({named}) AND file IS NOT NULL GROUP BY rule, facility, scope"
    )
    return {
        fingerprint(rule, facility, texts(scope)): frozenset((file, path) for file, path in settings)
        for rule, facility, scope, settings in rows
    }
