"""Evidence for declared links, computed set-wise in the engine.

Violations of one rule, facility and scope are a *group*: what may be called a cause. For each declared link
the violations on the cause's side are merged into *islands*: stretches of one group and key that lie so close
together that their windows of effect touch. An effect is tied to islands, not to each violation of them, so a
thousand refused calls and ten thousand unposted sales make ten thousand ties and not ten million. Ancestors
then follow ties from effect to cause over at most `DEPTH` steps, each step weighted by the link's strength and
by the share of the island that the ancestor itself explains.

One event may be listed several times, under each of its keys: a refused sale with each tag it sells from. What
ties one of these listings ties them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rootlint.engine import Engine
from rootlint.rules.keys import BY_FACILITY, KEYS, joined_keys
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import VIOLATIONS
from rootlint.rules.running import Tables

NUMBERED = "violations_numbered"  # id, group_id and the columns of the table of violations
GROUPS = "violation_groups"
ISLANDS = "cause_islands"
MEMBERS = "island_members"
TIES = "ties"  # effect violation -> island
ANCESTRY = "ancestry"  # effect violation -> group that may have caused it, directly or through others
WEIGHTS_TABLE = "tie_weights"  # link, cause -> parts per million
LINEAGE = (
    "label_lineage"  # label of a cause -> itself, what was made from it at any depth, what it was made from
)

DEPTH = 5
MILLION = 1_000_000  # weights are whole parts per million: sums of them do not depend on the order of rows
WEIGHTS = {"strong": 900_000, "medium": 600_000, "weak": 300_000}
ACROSS_FACILITIES = frozenset({"label", "lineage", "tag_label", "manifest", "credential", "user", "person"})

_MICROSECONDS = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


@dataclass(frozen=True)
class DeclaredLink:
    """A link as a rule declares it, ready to be looked for."""

    number: int
    cause: str
    effect: str
    via: str
    earliest_us: int  # the effect comes at least so much later
    latest_us: int  # and at most so much
    weight: int  # parts per million
    loop: bool
    mechanism: str


def declared_links(rules: Mapping[str, LoadedRule], names: Mapping[str, str]) -> list[DeclaredLink]:
    """All links between the rules, in a stable order."""
    links: list[DeclaredLink] = []
    for name, loaded in sorted(rules.items()):
        for link in loaded.rule.leads_to:
            effect = names[link.rule]
            if effect not in rules:
                continue
            low, high = (_lag(part) for part in link.lag.split(".."))
            links.append(
                DeclaredLink(
                    len(links),
                    name,
                    effect,
                    link.via,
                    low,
                    high,
                    WEIGHTS[link.strength],
                    link.loop,
                    link.mechanism,
                )
            )
    return links


def number_violations(engine: Engine) -> None:
    """Give every violation an id and a group, in an order that does not depend on how they were found."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {GROUPS} AS SELECT "
        "dense_rank() OVER (ORDER BY rule, coalesce(facility, ''), scope) AS group_id, * FROM ("
        "SELECT rule, facility, scope, count(*) AS size, 2 * count(*) FILTER (WHERE may_root IS NOT FALSE) >= count(*) AS may_root, "
        f'min("at") AS first_at, max(coalesce(until, "at")) AS last_at FROM {VIOLATIONS} GROUP BY rule, facility, scope)'
    )
    # Only what decides the order is sorted; the rest, which is far wider, is fetched afterwards.
    engine.run(
        "CREATE OR REPLACE TEMP TABLE violation_order AS SELECT "
        'row_number() OVER (ORDER BY g.group_id, w."at" NULLS LAST, w.subject, w.message, w.place, w.evidence) AS id, '
        f"g.group_id, w.rowid AS stands_at FROM {VIOLATIONS} w JOIN {GROUPS} g "
        "ON g.rule = w.rule AND g.facility IS NOT DISTINCT FROM w.facility AND g.scope = w.scope"
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {NUMBERED} AS SELECT o.id, o.group_id, v.* "
        f"FROM {VIOLATIONS} v JOIN violation_order o ON o.stands_at = v.rowid"
    )
    engine.run("DROP TABLE violation_order")


def tie(links: Iterable[DeclaredLink], engine: Engine, snapshot: Tables) -> None:
    """Look for every declared link among the violations."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {ISLANDS} (island BIGINT, link INTEGER, group_id BIGINT, facility VARCHAR, key VARCHAR, starts TIMESTAMP, ends TIMESTAMP, size BIGINT)"
    )
    engine.run(f"CREATE OR REPLACE TEMP TABLE {MEMBERS} (island BIGINT, id BIGINT)")
    engine.run(f"CREATE OR REPLACE TEMP TABLE {TIES} (id BIGINT, island BIGINT, link INTEGER, cause BIGINT)")
    found = {rule for (rule,) in engine.rows(f"SELECT DISTINCT rule FROM {GROUPS}")}
    present = [link for link in links if link.cause in found and link.effect in found]
    _build_lineage(present, engine, snapshot)
    for link in present:
        _build_islands(link, engine)
        _tie_effects(link, engine)


def trace(engine: Engine) -> None:
    """Follow ties from every violation to the groups that may have caused it, directly or through others.

    Needs the table of weights that ``reach.weigh`` makes: one for each link and cause.
    """
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {ANCESTRY} AS SELECT t.id, t.cause AS group_id, max(w.weight) AS weight, 1 AS hops "
        f"FROM {TIES} t JOIN {WEIGHTS_TABLE} w ON w.link = t.link AND w.cause = t.cause GROUP BY t.id, t.cause"
    )
    for hops in range(2, DEPTH + 1):
        before = engine.rows(f"SELECT count(*) FROM {ANCESTRY}")[0][0]
        _step_further(hops, engine)
        if engine.rows(f"SELECT count(*) FROM {ANCESTRY}")[0][0] == before:
            break


def spread(engine: Engine) -> None:
    """Tie all listings of one event (rule, facility, subject and time) to what any of them is tied to."""
    engine.run(
        f'CREATE OR REPLACE TEMP TABLE listings AS SELECT id, rule, facility, subject, "at" FROM {NUMBERED} '
        'WHERE "at" IS NOT NULL QUALIFY count(*) OVER (PARTITION BY rule, facility, subject, "at") > 1'
    )
    same = 'e.rule = x.rule AND e.facility IS NOT DISTINCT FROM x.facility AND e.subject = x.subject AND e."at" = x."at"'
    engine.run(
        f"INSERT INTO {TIES} WITH shared AS ("
        f'  SELECT rule, facility, subject, "at", link, cause, min(island) AS island FROM {TIES} JOIN listings USING (id) GROUP BY ALL'
        f") SELECT e.id, x.island, x.link, x.cause FROM shared x JOIN listings e ON {same} "
        f"ANTI JOIN {TIES} t ON t.id = e.id AND t.link = x.link AND t.cause = x.cause"
    )


def _lag(text: str) -> int:
    return int(text[:-1]) * _MICROSECONDS[text[-1]]


def effect_key(via: str) -> str:
    """The key of the effect that a join compares."""
    return "facility" if via in BY_FACILITY else joined_keys(via)[1]


def at_one_facility(link: DeclaredLink, records: str) -> str:
    """That an island ``i`` and records of the effect are of one facility, where the key alone does not say so."""
    if link.via in ACROSS_FACILITIES | BY_FACILITY:
        return "TRUE"
    return f"(i.facility IS NULL OR {records}.facility IS NULL OR i.facility = {records}.facility)"


def _key(link: DeclaredLink, side: str) -> str:
    """What cause and effect share, as a column of the numbered violations."""
    if link.via in BY_FACILITY:
        return "facility"
    column = joined_keys(link.via)[side == "effect"]
    assert column in KEYS
    return f'"{column}"'


def _build_islands(link: DeclaredLink, engine: Engine) -> None:
    key = _key(link, "cause")
    present = "" if link.via in BY_FACILITY else f"AND {key} IS NOT NULL"
    reach = max(link.latest_us - link.earliest_us, 0)
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE island_draft AS WITH placed AS ("
        f'  SELECT id, group_id, facility, {key} AS key, "at" AS starts, coalesce(until, "at") AS ends, '
        f'  max(coalesce(until, "at")) OVER (PARTITION BY group_id, {key} ORDER BY "at" NULLS FIRST, id '
        f"  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM {NUMBERED} WHERE rule = {_text(link.cause)} {present}"
        "), marked AS ("
        f"  SELECT *, CASE WHEN reached IS NULL OR starts > reached + to_microseconds({reach}) THEN 1 ELSE 0 END AS opens FROM placed"
        "), numbered AS ("
        "  SELECT *, sum(opens) OVER (ORDER BY group_id, key NULLS FIRST, starts NULLS FIRST, id) AS nth FROM marked"
        f") SELECT (SELECT coalesce(max(island), 0) FROM {ISLANDS}) + nth AS island, * EXCLUDE (reached, opens, nth) FROM numbered"
    )
    engine.run(
        f"INSERT INTO {ISLANDS} SELECT island, {link.number}, any_value(group_id), any_value(facility), any_value(key), "
        "min(starts), max(ends), count(*) FROM island_draft GROUP BY island"
    )
    engine.run(f"INSERT INTO {MEMBERS} SELECT island, id FROM island_draft")


def _tie_effects(link: DeclaredLink, engine: Engine) -> None:
    key = _key(link, "effect")
    conditions = [
        f"i.link = {link.number}",
        f"e.rule = {_text(link.effect)}",
        "e.group_id <> i.group_id",
        _in_time(link),
        at_one_facility(link, "e"),
    ]
    others = " AND ".join(conditions)
    select = f"INSERT INTO {TIES} SELECT DISTINCT e.id, i.island, i.link, i.group_id FROM {NUMBERED} e"
    if link.via == "lineage":
        engine.run(
            f"{select} JOIN {LINEAGE} l ON l.descendant = e.label JOIN {ISLANDS} i ON i.key = l.ancestor WHERE {others}"
        )
    else:
        engine.run(f"{select} JOIN {ISLANDS} i ON i.key = e.{key} WHERE {others}")
    if link.via in BY_FACILITY:
        # What belongs to no facility (a setting, a key of the whole company) reaches all of them, and the reverse.
        engine.run(f"{select} JOIN {ISLANDS} i ON (i.key IS NULL OR e.facility IS NULL) WHERE {others}")


def _in_time(link: DeclaredLink) -> str:
    """A time that is not known excludes nothing; what has no time of its own (a setting) was there all along.

    On a link that closes a loop the cause must have come first, which an unknown time does not show.
    """
    within = f'e."at" >= i.starts + to_microseconds({link.earliest_us}) AND e."at" <= i.ends + to_microseconds({link.latest_us})'
    if link.loop:
        return f'(e."at" >= i.starts AND {within})'
    return f'(i.starts IS NULL OR e."at" IS NULL OR ({within}))'


def _step_further(hops: int, engine: Engine) -> None:
    """Add the ancestors of the islands an effect is tied to, weighted by the share of the island they explain."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE island_ancestry AS SELECT m.island, a.group_id, CAST(sum(a.weight) // any_value(i.size) AS BIGINT) AS weight "
        f"FROM {MEMBERS} m JOIN {ANCESTRY} a ON a.id = m.id JOIN {ISLANDS} i ON i.island = m.island GROUP BY m.island, a.group_id"
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {ANCESTRY} AS WITH further AS ("
        f"  SELECT t.id, a.group_id, max(w.weight * a.weight // {MILLION}) AS weight, {hops} AS hops FROM {TIES} t "
        f"  JOIN island_ancestry a ON a.island = t.island JOIN {WEIGHTS_TABLE} w ON w.link = t.link AND w.cause = t.cause "
        f"  JOIN {NUMBERED} e ON e.id = t.id WHERE a.group_id <> e.group_id GROUP BY t.id, a.group_id"
        f") SELECT id, group_id, max(weight) AS weight, min(hops) AS hops FROM "
        f"(SELECT * FROM {ANCESTRY} UNION ALL SELECT * FROM further) GROUP BY id, group_id"
    )


def _build_lineage(links: Iterable[DeclaredLink], engine: Engine, snapshot: Tables) -> None:
    """The labels that violations of the causes are about: their own, what was made from it, and the parent they name."""
    causes = ", ".join(sorted({_text(link.cause) for link in links if link.via == "lineage"}))
    of_causes = f"FROM {NUMBERED} WHERE label IS NOT NULL AND rule IN ({causes or 'NULL'})"
    made_from = "SELECT CAST(NULL AS VARCHAR) AS label, CAST(NULL AS VARCHAR) AS source_label WHERE FALSE"
    if causes and "metrc_package_sources" in snapshot.tables:
        made_from = f"SELECT label, source_label FROM {snapshot.open_table('metrc_package_sources').relation}"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {LINEAGE} AS WITH RECURSIVE made AS ("
        f"  SELECT DISTINCT label AS ancestor, label AS descendant {of_causes}"
        f"  UNION SELECT m.ancestor, s.label FROM made m JOIN ({made_from}) s ON s.source_label = m.descendant"
        f") SELECT * FROM made UNION SELECT label, parent {of_causes} AND parent IS NOT NULL"
    )


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
