"""What exceptions ask of the violations themselves, which stay in the engine."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from rootlint.engine import Engine
from rootlint.exceptions.baseline import Evidence
from rootlint.rules.findings import texts
from rootlint.rules.identity import fingerprint
from rootlint.rules.keys import KEYS
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


# What shows a violation: not its wording, and not the file and row where it stands.
_SHOWN = ("subject", '"at"', "until", "evidence", *(f'"{key}"' for key in KEYS))


def evidence_of(engine: Engine) -> dict[str, Evidence]:
    """The evidence of every finding by fingerprint: the same violations have the same digest in any order."""
    shown = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '\u2400')" for column in _SHOWN)
    rows = engine.rows(
        f"SELECT rule, facility, scope, count(*), sum(md5_number_lower(concat_ws('\u241f', {shown}))), "
        f'min("at"), max(coalesce(until, "at")) FROM {VIOLATIONS} GROUP BY rule, facility, scope'
    )
    return {
        fingerprint(rule, facility, texts(scope)): Evidence(
            count, f"{int(total) % 2**64:016x}", _aware(first), _aware(last)
        )
        for rule, facility, scope, count, total, first, last in rows
    }


def _aware(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant is not None else None
