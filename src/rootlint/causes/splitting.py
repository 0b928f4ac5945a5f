"""Variances split among causes: what a variance shrinks by when a cause is repaired is that cause's part.

Proof by repair judges the violations that a cause may have brought about in the world without it. What is
left of a violation's variance there tells what the cause accounts for: a package that METRC overstates by ten
grams may be four grams off without the unposted sale, and six without the unrecorded waste. The cause
that a violation is blamed on takes its part first, the others what is then left, so that the parts and the
rest that nothing explains always add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rootlint.causes.evidence import NUMBERED
from rootlint.causes.explaining import ACTIVE_CAUSES, ASSIGNMENTS, Explanation
from rootlint.engine import Engine
from rootlint.model import Part, Role, Variance

TESTED = "tested_variances"  # violation id, cause group, what its repair takes off the variance
PARTS = "variance_parts"  # violation id, cause group, the part of the variance that it accounts for


def begin_splitting(engine: Engine) -> None:
    """Make the empty table of what repairs take off variances."""
    engine.run(f"CREATE OR REPLACE TEMP TABLE {TESTED} (id BIGINT, cause BIGINT, amount DECIMAL(18,6))")


def test_variances(cause: int, after: str, rules: str, same: str, engine: Engine) -> None:
    """Note what the repair of a cause takes off each variance that it may account for.

    ``after`` holds the violations of the repaired world, ``rules`` lists, as SQL, the rules judged there, and ``same``
    the columns by which a violation is known again.
    Violations that differ in nothing but their variance are left out: which is which cannot be told.
    """
    engine.run(
        f"INSERT INTO {TESTED} SELECT min(id), {cause}, greatest(sum(before) - coalesce(sum(left_over), 0), 0) FROM ("
        f"SELECT {same}, id, variance AS before, NULL AS left_over FROM {NUMBERED} JOIN {ASSIGNMENTS} a USING (id) "
        f"JOIN {ACTIVE_CAUSES} c USING (class) WHERE c.cause = {cause} AND group_id <> {cause} "
        f"AND variance IS NOT NULL AND rule IN ({rules}) "
        f"UNION ALL SELECT {same}, NULL, NULL, variance FROM {after}) GROUP BY {same} HAVING count(id) = 1"
    )


def split(engine: Engine) -> None:
    """Give every cause its part of each tested variance, the one that is blamed first."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {PARTS} AS SELECT id, cause, least(amount, greatest(variance - taken, 0)) AS amount FROM ("
        "SELECT t.id, t.cause, t.amount, v.variance, coalesce(sum(t.amount) OVER (PARTITION BY t.id "
        "ORDER BY t.cause = a.cause DESC, t.cause ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS taken "
        f"FROM {TESTED} t JOIN {NUMBERED} v USING (id) JOIN {ASSIGNMENTS} a USING (id))"
    )


def variances(
    identities: Mapping[tuple[int, int | None], str], explanation: Explanation, engine: Engine
) -> dict[str, tuple[Variance, ...]]:
    """By finding, the variances of its violations, one for each unit, split among causes."""
    roots = {number: identity for (number, cause), identity in identities.items() if cause in (number, None)}
    parts: dict[tuple[int, int | None, str], list[tuple[int, Decimal]]] = {}
    for group, blamed, unit, cause, amount in engine.rows(_BY_CAUSE):
        parts.setdefault((group, blamed, unit), []).append((cause, amount))
    found: dict[str, tuple[Variance, ...]] = {}
    for group, blamed, unit, role, total, tested in engine.rows(_BY_UNIT):
        shares = parts.get((group, blamed, unit), [])
        if role in (Role.ROOT, Role.ISOLATED):
            shares, tested = [(group, total)], total
        rest = total - tested
        untested = Decimal(0) if role == Role.UNKNOWN else rest
        told = Variance(
            unit,
            _text(total),
            tuple(_part(cause, amount, roots, explanation) for cause, amount in shares),
            unexplained=_text(total - untested - sum(amount for _, amount in shares)),
            untested=_text(untested),
        )
        identity = identities[group, blamed]
        found[identity] = (*found.get(identity, ()), told)
    return found


_BY_UNIT = f"""
    SELECT v.group_id, a.cause, v.variance_unit, a.role, sum(v.variance),
        coalesce(sum(v.variance) FILTER (WHERE v.id IN (SELECT id FROM {TESTED})), 0)
    FROM {NUMBERED} v JOIN {ASSIGNMENTS} a USING (id) WHERE v.variance IS NOT NULL AND v.variance_unit IS NOT NULL
    GROUP BY ALL ORDER BY 1, 2 NULLS FIRST, 3
"""
_BY_CAUSE = f"""
    SELECT v.group_id, a.cause, v.variance_unit, p.cause, sum(p.amount) AS amount
    FROM {PARTS} p JOIN {NUMBERED} v USING (id) JOIN {ASSIGNMENTS} a USING (id)
    WHERE p.amount > 0 AND v.variance_unit IS NOT NULL
    GROUP BY ALL ORDER BY 1, 2 NULLS FIRST, 3, amount DESC, 4
"""


def _part(cause: int, amount: Decimal, roots: Mapping[int, str], explanation: Explanation) -> Part:
    group = explanation.groups[cause]
    return Part(roots.get(cause, ""), group.rule, group.facility, _text(amount))


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
