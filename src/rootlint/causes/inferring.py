"""Causes nobody wrote a rule for, inferred from what unexplained violations share and healthy records do not.

A cell is one value of one attribute (a user, an item, an hour of the day …) at one facility, for one rule. Under
no common cause each violation of the rule falls into a cell as often as any record it judged does, so the number in
the cell is binomial. Cells are tested together, false discovery held at `FALSE_DISCOVERY` over every cell that has
records (Benjamini-Hochberg), with a least support and a least risk ratio. The most significant cell takes its
violations, and the rest is tested anew, so that a user is not accused for the item they happen to sell. What is
found is "shared by", never "caused by".

Besides the keys that violations offer, the following is tried: the hour and the day they fall on, the first day from
which they all come, and, for rules that compare two values, a known ratio of quantities or a constant shift in time.
Days on which a known root of the facility was at work are not accused, nor is a first day shortly after one began,
nor are the last days of the records: what is read or sent with the next run is always of the last day.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rootlint.causes.evidence import NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS, CLASSES
from rootlint.causes.reach import Records
from rootlint.engine import Engine
from rootlint.model import Role
from rootlint.rules.model import LoadedRule

ATTRIBUTES = (
    "item",
    "sku",
    "user",
    "register",
    "credential",
    "endpoint",
    "location",
    "unit",
    "reason",
    "job",
    "system",
)
FALSE_DISCOVERY = 0.01
LEAST_SUPPORT = 5
LEAST_RATIO = 3.0
LEAST_SHARE = 0.5  # of the unexplained violations of a rule and facility that a cell must hold to be a cause
MOST_CAUSES = 20
SOON = 7  # days after a known root began in which it is the likelier beginning of whatever begins
SETTLED = 2  # days before a rule's last record from which on what is wrong may only not have settled yet

POOL = "unexplained"
AT_WORK = "days_of_roots"
HITS = "unexplained_cells"
CELLS = "exposure_cells"
BY_HOUR = "judged_by_hour"

HOUR = "hour (UTC)"
DAY = "day (UTC)"
FIRST_DAY = "first day"
RATIO = "ratio"
SHIFT = "shift in hours"

# Units taken for one another, and things done twice: an ounce in grams by three reckonings, its eighth, a pound, a
# thousandth. A ratio within two thousandths of one of them, or of its inverse, counts as it.
_RATIOS = ("2", "3.5", "7", "14", "28", "28.349523125", "453.59237", "1000")
_CLOSE = "0.002"

# What is read off a violation besides its keys.
_TIMES = {HOUR: "strftime(\"at\", '%H')", DAY: "strftime(\"at\", '%Y-%m-%d')"}
_NUMBERS = [
    f"TRY_CAST(json_extract_string(evidence, '$.\"{side} value\"') AS DOUBLE)" for side in ("left", "right")
]
_INSTANTS = [
    f"TRY_CAST(json_extract_string(evidence, '$.\"{name}\"') AS TIMESTAMP)" for name in ("due", "done")
]
_LATE = f"epoch({_INSTANTS[1]} - {_INSTANTS[0]})"
_COMPARED = {
    RATIO: "CASE "
    + " ".join(
        f"WHEN abs({one} - {ratio} * {other}) <= {_CLOSE} * abs({one}) AND {other} <> 0 THEN '{ratio}'"
        for ratio in _RATIOS
        for one, other in (_NUMBERS, _NUMBERS[::-1])
    )
    + " END",
    # What is late by minutes is late by chance: a deadline that is just missed is missed by about as much each time.
    SHIFT: f"CASE WHEN abs({_LATE}) >= 1800 THEN CAST(round({_LATE} / 900) / 4 AS VARCHAR) END",
}
_TRIED = (*ATTRIBUTES, *_TIMES, FIRST_DAY, *_COMPARED)


# What violates a rule by itself. Calls for one record are tries of one thing, however often it is sent and however many
# lines it has: they fall into a cell together.
_RECORD = "CASE WHEN v.call IS NULL THEN CAST(v.id AS VARCHAR) ELSE coalesce(v.sale, v.adjustment, v.label, v.call) END"

# Unexplained violations by cell.
_COUNTED = " UNION ALL ".join(
    f"SELECT rule, facility, '{name}' AS attribute, \"{name}\" AS value, count(DISTINCT record) AS k, min(day) AS begun FROM {POOL} "
    f'WHERE "{name}" IS NOT NULL GROUP BY rule, facility, "{name}"'
    for name in _TRIED
)


# The risk of a violation with the value over the risk without it; a half and a whole record keep it finite.
_RISK_RATIO = "(h.k * (c.records - c.exposed + 1)::DOUBLE / (c.exposed * (p.k_all - h.k + 0.5)::DOUBLE))"


@dataclass(frozen=True)
class Inferred:
    """What unexplained violations share."""

    number: int  # negative, so that it is no group
    facility: str | None
    attribute: str  # "user"
    value: str
    rule: str
    violations: int  # calls for one record count once
    exposed: int  # records with the value
    elsewhere: int  # violations of the rule at the facility without it
    records_elsewhere: int
    ratio: float  # the risk with the value over the risk without
    p_value: float

    @property
    def shared(self) -> str:
        """What they have in common, as the end of a sentence."""
        if self.attribute == FIRST_DAY:
            return f"come from {self.value} on"
        return f"share the {self.attribute} {self.value}"


def infer(rules: Mapping[str, LoadedRule], engine: Engine, records: Records) -> list[Inferred]:
    """Mine the violations whose cause is unknown, and assign those that share something to what they share."""
    _pool(engine)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {HITS} AS {_COUNTED}")
    if not engine.rows(f"SELECT 1 FROM {HITS} WHERE k >= {LEAST_SUPPORT} LIMIT 1"):
        return []  # whatever is exposed, no cell has enough
    _expose(rules, engine, records)
    inferred: list[Inferred] = []
    while len(inferred) < MOST_CAUSES:
        best = _most_significant(engine, -1 - len(inferred))
        if best is None:
            break
        _claim(best, engine)
        inferred.append(best)
    return inferred


def _pool(engine: Engine) -> None:
    """The violations nothing explains, with the attributes that may be accused."""
    listed = ", ".join(f'v."{name}"' for name in ATTRIBUTES)
    # What is tried again fails at the hours of trying: only the first try tells when it went wrong.
    is_first = f'v."at" = min(v."at") OVER (PARTITION BY v.rule, v.facility, {_RECORD})'
    times = {name: f"CASE WHEN {is_first} THEN {text} END" for name, text in _TIMES.items()}
    read = ", ".join(f'{text} AS "{name}"' for name, text in (times | _COMPARED).items())
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {POOL} AS SELECT v.id, v.rule, v.facility, {_RECORD} AS record, {_TIMES[DAY]} AS day, {listed}, {read}, "
        f'min({_TIMES[DAY]}) OVER (PARTITION BY v.rule, v.facility) AS "{FIRST_DAY}" FROM {NUMBERED} v '
        f"JOIN {ASSIGNMENTS} a USING (id) WHERE a.role = '{Role.UNKNOWN}'"
    )
    _excuse_days_of_roots(engine)


def _excuse_days_of_roots(engine: Engine) -> None:
    """Take back the days on which a known root of the facility was at work, and first days shortly after one began."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {AT_WORK} AS SELECT DISTINCT v.facility, {_TIMES[DAY]} AS day, "
        f"min({_TIMES[DAY]}) OVER (PARTITION BY v.facility, v.group_id) AS begun FROM {NUMBERED} v "
        f"JOIN {ASSIGNMENTS} a USING (id) WHERE a.role = '{Role.ROOT}' AND v.\"at\" IS NOT NULL"
    )
    near = "w.facility IS NOT DISTINCT FROM p.facility"
    soon = f"date_diff('day', CAST(w.begun AS DATE), CAST(p.\"{FIRST_DAY}\" AS DATE)) BETWEEN 0 AND {SOON}"
    engine.run(
        f'UPDATE {POOL} AS p SET "{DAY}" = NULL WHERE EXISTS (FROM {AT_WORK} w WHERE {near} AND w.day = p."{DAY}")'
    )
    engine.run(
        f'UPDATE {POOL} AS p SET "{FIRST_DAY}" = NULL WHERE EXISTS (FROM {AT_WORK} w WHERE {near} AND {soon})'
    )


def attributes_of(rule: LoadedRule) -> list[str]:
    """The keys of a rule that its violations may be found to share."""
    return [name for name, _ in rule.candidates.keys if name in ATTRIBUTES]


def _expose(rules: Mapping[str, LoadedRule], engine: Engine, records: Records) -> None:
    """How many records each cell exposed, and how many there are, for every rule that has enough unexplained violations."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {CELLS} "
        "(rule VARCHAR, facility VARCHAR, attribute VARCHAR, value VARCHAR, exposed BIGINT, records BIGINT)"
    )
    counted = engine.rows(f"SELECT rule, count(*) FROM {POOL} GROUP BY rule ORDER BY rule")
    for rule in (name for name, count in counted if count >= LEAST_SUPPORT):
        offered = attributes_of(rules[rule])
        judged = records(rule)
        if judged is None:
            continue
        engine.run(  # hours and days are read off the few hours that there are, not off every record
            f'CREATE OR REPLACE TEMP TABLE {BY_HOUR} AS SELECT facility, date_trunc(\'hour\', "at") AS "at", '
            f"count(*) AS records FROM {judged} GROUP BY ALL"
        )
        for cells in _cells_of(rule, judged, offered):
            engine.run(f"INSERT INTO {CELLS} {cells}")


def _cells_of(rule: str, judged: str, offered: Sequence[str]) -> Iterator[str]:
    """Queries for the cells of a rule's records: facility, attribute, value, records with the value and records in all."""
    for name in offered:
        yield _counted(rule, name, f'"{name}"', f"(SELECT *, 1 AS records FROM {judged})")
    for name, value in _TIMES.items():
        yield _counted(rule, name, value, BY_HOUR)
    yield (  # each day might have been the first one
        f"SELECT rule, facility, '{FIRST_DAY}', value, CAST(sum(exposed) OVER (PARTITION BY facility ORDER BY value DESC) AS BIGINT), "
        f"records FROM {CELLS} WHERE rule = '{rule}' AND attribute = '{DAY}'"
    )
    for name in _COMPARED:  # records in order agree: none of them has the ratio or the shift
        yield (
            f"SELECT p.rule, p.facility, '{name}', p.\"{name}\", count(*), any_value(j.records) FROM {POOL} p JOIN "
            f"(SELECT facility, count(*) AS records FROM {judged} GROUP BY facility) j ON j.facility IS NOT DISTINCT FROM p.facility "
            f'WHERE p.rule = \'{rule}\' AND p."{name}" IS NOT NULL GROUP BY p.rule, p.facility, p."{name}"'
        )


def _counted(rule: str, name: str, value: str, records: str) -> str:
    """A query for the cells of one attribute."""
    return (
        f"SELECT '{rule}', facility, '{name}', {value}, CAST(sum(records) AS BIGINT), "
        "CAST(sum(sum(records)) OVER (PARTITION BY facility) AS BIGINT) "
        f"FROM {records} WHERE {value} IS NOT NULL GROUP BY facility, {value}"
    )


def _most_significant(engine: Engine, number: int) -> Inferred | None:
    """The most significant cell of those left, if any passes."""
    rows = engine.rows(
        f"WITH pool AS (SELECT rule, facility, count(DISTINCT record) AS k_all FROM {POOL} GROUP BY ALL), "
        f"latest AS (SELECT rule, facility, max(CAST(value AS DATE)) AS day FROM {CELLS} WHERE attribute = '{DAY}' GROUP BY ALL) "
        f"SELECT c.rule, c.facility, c.attribute, c.value, h.k, c.exposed, p.k_all - h.k, c.records - c.exposed, {_RISK_RATIO} "
        f"FROM {CELLS} c JOIN {HITS} h ON h.rule = c.rule AND h.facility IS NOT DISTINCT FROM c.facility "
        "AND h.attribute = c.attribute AND h.value = c.value "
        "JOIN pool p ON p.rule = c.rule AND p.facility IS NOT DISTINCT FROM c.facility "
        "LEFT JOIN latest l ON l.rule = c.rule AND l.facility IS NOT DISTINCT FROM c.facility "
        # What is not clearly more frequent in the cell need not be tested.
        f"WHERE h.k >= {LEAST_SUPPORT} AND {_RISK_RATIO} >= {LEAST_RATIO} "
        f"AND coalesce(CAST(h.begun AS DATE) <= l.day - {SETTLED}, true) ORDER BY 1, 2, 3, 4"
    )
    tested = engine.rows(f"SELECT count(*) FROM {CELLS}")[0][0]
    cells = [_cell(number, row) for row in rows]
    passing = [cell for cell in _discovered(cells, tested) if _holds_enough(cell)]
    return min(
        passing,
        key=lambda cell: (cell.p_value, -cell.violations, cell.rule, cell.attribute, cell.value),
        default=None,
    )


def _cell(number: int, row: tuple[str, str | None, str, str, int, int, int, int, float]) -> Inferred:
    rule, facility, attribute, value, hits, exposed, elsewhere, records_elsewhere, ratio = row
    share = exposed / (exposed + records_elsewhere)
    p_value = binomial_tail(hits, hits + elsewhere, share)
    return Inferred(
        number, facility, attribute, value, rule, hits, exposed, elsewhere, records_elsewhere, ratio, p_value
    )


def _holds_enough(cell: Inferred) -> bool:
    return cell.violations >= LEAST_SHARE * (cell.violations + cell.elsewhere) and cell.records_elsewhere > 0


def _discovered(cells: Sequence[Inferred], tested: int) -> list[Inferred]:
    """Benjamini-Hochberg: the cells whose p-value is small enough for their rank among all that were tested."""
    ordered = sorted(cells, key=lambda cell: (cell.p_value, cell.rule, cell.attribute, cell.value))
    passed = 0
    for rank, cell in enumerate(ordered, start=1):
        if cell.p_value <= FALSE_DISCOVERY * rank / max(tested, 1):
            passed = rank
    return ordered[:passed]


def _claim(cell: Inferred, engine: Engine) -> None:
    """Give a cell the unexplained violations that have its value, and what hung on groups that it takes as a whole."""
    value = cell.value.replace("'", "''")
    facility = (
        "facility IS NULL"
        if cell.facility is None
        else f"facility = '{cell.facility.replace(chr(39), chr(39) * 2)}'"
    )
    where = f"rule = '{cell.rule}' AND {facility}"
    hits = f"SELECT record FROM {POOL} WHERE {where} AND \"{cell.attribute}\" = '{value}'"
    chosen = f"SELECT id FROM {POOL} WHERE {where} AND record IN ({hits})"
    engine.run(
        f"UPDATE {ASSIGNMENTS} SET cause = {cell.number}, role = '{Role.SYMPTOM}' WHERE id IN ({chosen})"
    )
    engine.run(
        f"UPDATE {ASSIGNMENTS} SET cause = {cell.number}, role = '{Role.SYMPTOM}' WHERE cause IN ("
        f"SELECT group_id FROM {CLASSES} JOIN {ASSIGNMENTS} USING (class) WHERE cause = {cell.number} EXCEPT "
        f"SELECT group_id FROM {CLASSES} JOIN {ASSIGNMENTS} USING (class) WHERE cause = group_id)"
    )
    engine.run(f"DELETE FROM {POOL} WHERE id IN ({chosen})")
    engine.run(f"DELETE FROM {HITS} WHERE {where}")
    engine.run(f"INSERT INTO {HITS} SELECT * FROM ({_COUNTED}) WHERE {where}")


def binomial_tail(at_least: int, of: int, share: float) -> float:
    """The probability that so many or more of a number fall into a share of the records by chance."""
    if not 0 < share < 1:
        return 1.0 if share >= 1 or at_least == 0 else 0.0
    term = math.exp(
        math.lgamma(of + 1) - math.lgamma(at_least + 1) - math.lgamma(of - at_least + 1)
        + at_least * math.log(share) + (of - at_least) * math.log1p(-share)
    )  # fmt: skip
    total, number = 0.0, at_least
    while number <= of and term > 0 and (number < of * share or term > total * 1e-17):
        total += term
        term *= (of - number) / (number + 1) * share / (1 - share)
        number += 1
    return min(total, 1.0)
