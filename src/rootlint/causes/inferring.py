"""Causes nobody wrote a rule for, inferred from what unexplained violations share and healthy records do not.

A cell is one value of one attribute (a user, an item, an hour of the day …) at one facility, for one rule. Under
no common cause, a cell's violations follow a Poisson distribution with the facility's background rate outside
the cell times the records the cell exposed. Cells are tested together, false discovery held at `FALSE_DISCOVERY`
over every cell that has records (Benjamini-Hochberg), with a least support and a least risk ratio. The most
significant cell takes its violations, and the rest is tested anew, so that a user is not accused for the item
they happen to sell. What is found is "shared by", never "caused by".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rootlint.causes.evidence import NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS
from rootlint.causes.reach import JUDGED, Records
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

POOL = "unexplained"
CELLS = "exposure_cells"


@dataclass(frozen=True)
class Inferred:
    """What unexplained violations share."""

    number: int  # negative, so that it is no group
    facility: str | None
    attribute: str  # "user"
    value: str
    rule: str
    violations: int
    exposed: int  # records with the value
    elsewhere: int  # violations of the rule at the facility without it
    records_elsewhere: int
    ratio: float  # the risk with the value over the risk without
    p_value: float


def infer(rules: Mapping[str, LoadedRule], engine: Engine, records: Records) -> list[Inferred]:
    """Mine the violations whose cause is unknown, and assign those that share something to what they share."""
    _pool(engine)
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
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {POOL} AS SELECT v.id, v.rule, v.facility, {listed} FROM {NUMBERED} v "
        f"JOIN {ASSIGNMENTS} a USING (id) WHERE a.role = '{Role.UNKNOWN}'"
    )


def _expose(rules: Mapping[str, LoadedRule], engine: Engine, records: Records) -> None:
    """How many records each cell exposed, for every rule that has enough unexplained violations."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {CELLS} (rule VARCHAR, facility VARCHAR, attribute VARCHAR, value VARCHAR, exposed BIGINT)"
    )
    counted = engine.rows(f"SELECT rule, count(*) FROM {POOL} GROUP BY rule ORDER BY rule")
    for rule in (name for name, count in counted if count >= LEAST_SUPPORT):
        offered = [name for name, _ in rules[rule].candidates.keys if name in ATTRIBUTES]
        query = records(rule, offered) if offered else None
        if query is None:
            continue
        engine.run(f"CREATE OR REPLACE TEMP TABLE {JUDGED} AS SELECT * FROM ({query})")
        for name in offered:
            engine.run(
                f"INSERT INTO {CELLS} SELECT '{rule}', facility, '{name}', \"{name}\", count(*) FROM {JUDGED} "
                f'WHERE "{name}" IS NOT NULL GROUP BY facility, "{name}"'
            )


def _most_significant(engine: Engine, number: int) -> Inferred | None:
    """The most significant cell of those left, if any passes."""
    unpivoted = " UNION ALL ".join(
        f'SELECT rule, facility, \'{name}\' AS attribute, "{name}" AS value FROM {POOL} WHERE "{name}" IS NOT NULL'
        for name in ATTRIBUTES
    )
    rows = engine.rows(
        f"WITH hits AS (SELECT rule, facility, attribute, value, count(*) AS k FROM ({unpivoted}) GROUP BY ALL), "
        f"totals AS (SELECT rule, facility, attribute, sum(exposed) AS n_all FROM {CELLS} GROUP BY ALL), "
        f"pool AS (SELECT rule, facility, count(*) AS k_all FROM {POOL} GROUP BY ALL) "
        "SELECT c.rule, c.facility, c.attribute, c.value, h.k, c.exposed, p.k_all - h.k, CAST(t.n_all - c.exposed AS BIGINT) "
        f"FROM {CELLS} c JOIN hits h ON h.rule = c.rule AND h.facility IS NOT DISTINCT FROM c.facility "
        "AND h.attribute = c.attribute AND h.value = c.value "
        "JOIN totals t ON t.rule = c.rule AND t.facility IS NOT DISTINCT FROM c.facility AND t.attribute = c.attribute "
        "JOIN pool p ON p.rule = c.rule AND p.facility IS NOT DISTINCT FROM c.facility "
        f"WHERE h.k >= {LEAST_SUPPORT} ORDER BY 1, 2, 3, 4"
    )
    tested = engine.rows(f"SELECT count(*) FROM {CELLS}")[0][0]
    cells = [_cell(number, row) for row in rows]
    passing = [
        cell for cell in _discovered(cells, tested) if cell.ratio >= LEAST_RATIO and _holds_enough(cell)
    ]
    return min(
        passing,
        key=lambda cell: (cell.p_value, -cell.violations, cell.rule, cell.attribute, cell.value),
        default=None,
    )


def _cell(number: int, row: tuple[str, str | None, str, str, int, int, int, int]) -> Inferred:
    rule, facility, attribute, value, hits, exposed, elsewhere, records_elsewhere = row
    background = (elsewhere + 0.5) / (records_elsewhere + 1)
    expected = max(exposed * background, 1e-9)
    return Inferred(
        number, facility, attribute, value, rule, hits, exposed, elsewhere, records_elsewhere, hits / expected,
        poisson_tail(hits, expected),
    )  # fmt: skip


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
    """Give a cell the unexplained violations that have its value."""
    value = cell.value.replace("'", "''")
    facility = (
        "facility IS NULL"
        if cell.facility is None
        else f"facility = '{cell.facility.replace(chr(39), chr(39) * 2)}'"
    )
    chosen = f"SELECT id FROM {POOL} WHERE rule = '{cell.rule}' AND {facility} AND \"{cell.attribute}\" = '{value}'"
    engine.run(
        f"UPDATE {ASSIGNMENTS} SET cause = {cell.number}, role = '{Role.SYMPTOM}' WHERE id IN ({chosen})"
    )
    engine.run(f"DELETE FROM {POOL} WHERE id IN ({chosen})")


def poisson_tail(at_least: int, expected: float) -> float:
    """The probability of so many or more under a Poisson distribution, by its series."""
    term = math.exp(-expected + at_least * math.log(expected) - math.lgamma(at_least + 1))
    total, number = 0.0, at_least
    while term > 0 and (number < expected or term > total * 1e-17):
        total += term
        number += 1
        term *= expected / number
    return min(total, 1.0)
