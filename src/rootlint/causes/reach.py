"""How far a cause reaches: of the records it should have broken, how many it did.

For each link and cause: the records of the effect's rule that share its key and fall into its windows are its
reach, those of them that are violations are its hits. The chance that the cause breaks a record is
estimated from both, shrunk to what the link declares (a Beta prior), from all its hits and never from what
another cause leaves over. Where records within reach are hardly more often violations than those outside, the
two only happened at the same time, and the ties are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rootlint.causes.evidence import (
    ACROSS_FACILITIES,
    GROUPS,
    ISLANDS,
    MILLION,
    NUMBERED,
    TIES,
    WEIGHTS,
    WEIGHTS_TABLE,
    DeclaredLink,
    at_one_facility,
    effect_key,
)
from rootlint.engine import Engine
from rootlint.model import Outcome
from rootlint.rules.keys import BY_FACILITY

LEAST_LIFT = 2.0  # the odds of a violation within reach, in terms of those outside, at least
LEAST_OUTSIDE = 20  # records outside, below which nothing can be said of them

# Hits and misses that a declared strength counts for.
_PRIORS = {WEIGHTS["strong"]: (9, 1), WEIGHTS["medium"]: (3, 2), WEIGHTS["weak"]: (3, 7)}

# Rule -> the relation of the records it judged (facility, at, keys that may be asked for), if it can be asked.
Records = Callable[[str], str | None]


@dataclass(frozen=True)
class Reach:
    """What one cause did to the records of one rule within its reach."""

    link: int
    cause: int  # group
    effect: str  # rule
    hits: int
    exposed: int | None  # None: cannot be counted, only the declared strength speaks
    weight: int  # parts per million


def weigh(
    links: Iterable[DeclaredLink], engine: Engine, records: Records, outcomes: Sequence[Outcome]
) -> list[Reach]:
    """Count hits and reach of every cause, drop chance ties, and leave the weights in a table for tracing."""
    by_number = {link.number: link for link in links}
    hits = engine.rows(
        f"SELECT link, cause, count(DISTINCT id) FROM {TIES} GROUP BY link, cause ORDER BY link, cause"
    )
    reached = _reached([by_number[number] for number in sorted({row[0] for row in hits})], engine, records)
    found = [
        _reach(by_number[link], cause, count, reached.get(link, {}).get(cause)) for link, cause, count in hits
    ]
    totals = _totals(outcomes)
    facilities = dict(engine.rows(f"SELECT group_id, facility FROM {GROUPS}"))
    broken = _broken(engine)
    told = [
        reach
        for reach in found
        if not _is_chance(
            reach, by_number[reach.link], facilities[reach.cause], totals, broken[reach.cause, reach.effect]
        )
    ]
    engine.load(
        WEIGHTS_TABLE,
        {"link": "INTEGER", "cause": "BIGINT", "weight": "BIGINT"},
        [(reach.link, reach.cause, reach.weight) for reach in told],
    )
    engine.run(f"DELETE FROM {TIES} WHERE (link, cause) NOT IN (SELECT (link, cause) FROM {WEIGHTS_TABLE})")
    return told


Totals = Mapping[
    tuple[str, str | None], tuple[int, int]
]  # rule and facility (None: all) -> records, violations


def _totals(outcomes: Sequence[Outcome]) -> Totals:
    totals: dict[tuple[str, str | None], tuple[int, int]] = {}
    for outcome in outcomes:
        for facility in {outcome.facility, None}:
            exposed, violations = totals.get((outcome.rule, facility), (0, 0))
            totals[outcome.rule, facility] = (exposed + outcome.exposed, violations + outcome.violations)
    return totals


def _broken(engine: Engine) -> dict[tuple[int, str], int]:
    """How many violations of a rule a cause is tied to, by any of its links."""
    rows = engine.rows(
        f"SELECT t.cause, e.rule, count(DISTINCT t.id) FROM {TIES} t JOIN {NUMBERED} e USING (id) GROUP BY ALL"
    )
    return {(cause, effect): count for cause, effect, count in rows}


def _is_chance(reach: Reach, link: DeclaredLink, facility: str | None, totals: Totals, broken: int) -> bool:
    """Whether records in a cause's reach are hardly more often violations than those it did not break otherwise."""
    if reach.exposed is None:
        return False
    where = None if link.via in ACROSS_FACILITIES else facility
    records, violations = totals.get((reach.effect, where), (0, 0))
    outside = records - reach.exposed
    if outside < LEAST_OUTSIDE:
        return False
    background = max(violations - broken, 0)
    return _odds(reach.hits, reach.exposed) < LEAST_LIFT * _odds(background, outside)


def _odds(broken: int, records: int) -> float:
    """The odds that a record is broken; half a record is added to each side, so that none and all can be compared.

    Shares would not do: where half of everything is broken, no share is twice as large.
    """
    return (broken + 0.5) / (max(records - broken, 0) + 0.5)


def _reach(link: DeclaredLink, cause: int, hits: int, exposed: int | None) -> Reach:
    if exposed is None:
        return Reach(link.number, cause, link.effect, hits, None, link.weight)
    exposed = max(exposed, hits)
    good, bad = _PRIORS[link.weight]
    return Reach(
        link.number, cause, link.effect, hits, exposed, MILLION * (hits + good) // (exposed + good + bad)
    )


def _reached(links: Sequence[DeclaredLink], engine: Engine, records: Records) -> dict[int, Mapping[int, int]]:
    """Records of each link's effect within the windows of each of its causes."""
    reached: dict[int, Mapping[int, int]] = {}
    for link in links:
        judged = records(link.effect) if link.via != "lineage" else None
        if judged is not None:
            reached[link.number] = _exposed(link, judged, engine)
    return reached


def _exposed(link: DeclaredLink, judged: str, engine: Engine) -> Mapping[int, int]:
    """Records of the effect's rule within the windows of each cause of a link.

    A cause that belongs to no facility (a setting of one store's file, say) does not tell which facilities it
    governs: only those count where it broke something. One without a time was seen when the snapshot was captured,
    and does not tell since when it is so: what came before it first broke something says nothing.
    """
    key = f'x."{effect_key(link.via)}"'
    same = (
        f"({key} = i.key OR i.key IS NULL AND {key} IS NOT DISTINCT FROM h.facility)"
        if link.via in BY_FACILITY
        else f"{key} = i.key AND {at_one_facility(link, 'x')}"
    )
    window = (
        f'(i.starts IS NULL AND x."at" >= b.first_at OR x."at" IS NULL OR (x."at" >= i.starts + to_microseconds({link.earliest_us}) '
        f'AND x."at" <= i.ends + to_microseconds({link.latest_us})))'
    )
    rows = engine.rows(
        f'WITH hit AS (SELECT t.cause, e.facility, min(e."at") AS first_at FROM {TIES} t JOIN {NUMBERED} e USING (id) '
        f"WHERE t.link = {link.number} GROUP BY ALL), "
        "begun AS (SELECT cause, coalesce(min(first_at), TIMESTAMP '-infinity') AS first_at FROM hit GROUP BY cause) "
        f"SELECT i.group_id, count(*) FROM {ISLANDS} i JOIN begun b ON b.cause = i.group_id "
        "LEFT JOIN hit h ON i.key IS NULL AND h.cause = i.group_id "
        f"JOIN {judged} x ON {same} AND {window} WHERE i.link = {link.number} GROUP BY i.group_id ORDER BY i.group_id"
    )
    return dict(rows)
