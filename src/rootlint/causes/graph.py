"""The graph of findings: every tie between two of them, counted in the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rootlint.causes.evidence import MEMBERS, NUMBERED, TIES
from rootlint.causes.explaining import ASSIGNMENTS, Explanation
from rootlint.causes.inferring import Inferred
from rootlint.causes.telling import inferred_id
from rootlint.engine import Engine
from rootlint.model import Edge
from rootlint.rules.findings import Gathered

# A finding is the violations of one group with one explanation.
Identities = Mapping[tuple[int, int | None], str]

# Ties point at islands; an island has few explanations, however many violations it has.
_EDGES = f"""
    WITH explained AS (
        SELECT DISTINCT m.island, v.group_id, a.cause FROM {MEMBERS} m JOIN {NUMBERED} v USING (id) JOIN {ASSIGNMENTS} a USING (id)
    )
    SELECT c.group_id, c.cause, t.link, v.group_id, a.cause, count(DISTINCT t.id)
    FROM {TIES} t JOIN explained c USING (island) JOIN {NUMBERED} v ON v.id = t.id JOIN {ASSIGNMENTS} a ON a.id = t.id
    GROUP BY ALL ORDER BY 1, 2 NULLS FIRST, 3, 4, 5 NULLS FIRST
"""


def edges(
    gathered: Sequence[Gathered],
    identities: Identities,
    explanation: Explanation,
    inferred: Sequence[Inferred],
    engine: Engine,
) -> tuple[Edge, ...]:
    """All ties between findings, of declared links first, then to what was inferred."""
    sizes = {
        identity: item.finding.count for identity, item in zip(identities.values(), gathered, strict=True)
    }
    links = {step.link.number: step.link for step in explanation.steps}
    declared = [
        Edge(
            identities[cause, blamed],
            identities[effect, on],
            links[link].via,
            links[link].mechanism,
            tied,
            sizes[identities[effect, on]],
        )
        for cause, blamed, link, effect, on, tied in engine.rows(_EDGES)
    ]
    shared = [
        Edge(
            inferred_id(cell),
            identity,
            cell.attribute,
            "they share it; that it caused them is not known",
            sizes[identity],
            sizes[identity],
        )
        for cell in inferred
        for (_, blamed), identity in identities.items()
        if blamed == cell.number
    ]
    return (*declared, *shared)
