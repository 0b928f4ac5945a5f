"""Every violation as a row of a file: where it belongs, what it is blamed on, by how much, and what came second."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rootlint.causes.evidence import GROUPS, NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS
from rootlint.causes.splitting import PARTS, TESTED
from rootlint.engine import Engine
from rootlint.rules.keys import KEYS

_FINDINGS = "finding_ids"  # group, what it is blamed on -> id of the finding


def write_violations(target: Path, identities: Mapping[tuple[int, int | None], str], engine: Engine) -> None:
    """Write all violations, in a stable order, as Parquet.

    ``share`` is what the cause accounts for: of the variance, where its repair was tested on that; otherwise by
    the chances of all active causes in whose reach the violation lies; null where no cause is known.
    """
    engine.load(
        _FINDINGS,
        {"group_id": "BIGINT", "cause": "BIGINT", "finding": "VARCHAR"},
        [(group, cause, identity) for (group, cause), identity in identities.items()],
    )
    keys = ", ".join(f'v."{key}"' for key in KEYS)
    tested = f"v.id IN (SELECT id FROM {TESTED}) AND v.variance > 0"
    share = f"CASE WHEN {tested} THEN coalesce(p.amount, 0) / v.variance ELSE a.share END"
    engine.write_parquet(
        f'SELECT v.rule, v.facility, v.subject, v."at", v.until, v.scope, v.message, v.evidence, {keys}, '
        "v.variance, v.variance_unit, f.finding, a.role, c.rule AS cause_rule, c.facility AS cause_facility, "
        f"c.scope AS cause_scope, CAST({share} AS DECIMAL(7,6)) AS share, r.rule AS runner_up_rule "
        f"FROM {NUMBERED} v JOIN {ASSIGNMENTS} a USING (id) "
        f"JOIN {_FINDINGS} f ON f.group_id = v.group_id AND f.cause IS NOT DISTINCT FROM a.cause "
        f"LEFT JOIN {PARTS} p ON p.id = v.id AND p.cause = a.cause "
        f"LEFT JOIN {GROUPS} c ON c.group_id = a.cause LEFT JOIN {GROUPS} r ON r.group_id = a.runner_up ORDER BY v.id",
        target,
    )
