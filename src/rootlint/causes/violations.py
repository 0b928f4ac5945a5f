"""Every violation as a row of a file: where it belongs, what it is blamed on, and what came second."""

from __future__ import annotations

from pathlib import Path

from rootlint.causes.evidence import GROUPS, NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS
from rootlint.engine import Engine
from rootlint.rules.keys import KEYS


def write_violations(target: Path, engine: Engine) -> None:
    """Write all violations, in a stable order, as Parquet."""
    keys = ", ".join(f'v."{key}"' for key in KEYS)
    engine.write_parquet(
        f'SELECT v.rule, v.facility, v.subject, v."at", v.until, v.scope, v.message, v.evidence, {keys}, a.role, '
        "c.rule AS cause_rule, c.facility AS cause_facility, c.scope AS cause_scope, r.rule AS runner_up_rule "
        f"FROM {NUMBERED} v JOIN {ASSIGNMENTS} a USING (id) "
        f"LEFT JOIN {GROUPS} c ON c.group_id = a.cause LEFT JOIN {GROUPS} r ON r.group_id = a.runner_up ORDER BY v.id",
        target,
    )
