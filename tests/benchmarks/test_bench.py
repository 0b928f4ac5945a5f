"""The benchmark compares like with like: a rule and its hand-written twin find as many violations."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.jurisdictions.in_force import in_force
from rootlint.jurisdictions.laws import load_laws
from rootlint.rules.loading import load_rules
from rootlint.rules.running import Run, evaluate
from rootlint.rules.selecting import Selection, select
from rootlint.snapshot.opening import open_snapshot

pytest.importorskip("resource", reason="what a run takes is measured by POSIX")

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LINES = 20_000

# So few lines hold hardly a fault of their own: one more for every rule that has a twin.
FAULTS = {
    "metrc_sales": """SELECT * REPLACE (
            CASE WHEN pick(receipt_id, 2) THEN sold_at - INTERVAL 11 HOUR ELSE sold_at END AS sold_at,
            CASE WHEN pick(receipt_id, 3) THEN recorded_at + INTERVAL 3 DAY ELSE recorded_at END AS recorded_at,
            CASE WHEN pick(receipt_id, 4) THEN 'Patient' ELSE customer_type END AS customer_type,
            CASE WHEN pick(receipt_id, 5) THEN (total * 3)::DECIMAL(18, 6) ELSE total END AS total,
            CASE WHEN pick(receipt_id, 6) THEN NULL
                 WHEN pick(receipt_id, 7) THEN lag(external_number) OVER (ORDER BY receipt_id)
                 ELSE external_number END AS external_number)
        FROM was WHERE NOT pick(receipt_id, 8)
        UNION ALL BY NAME SELECT * REPLACE (-receipt_id AS receipt_id) FROM was WHERE pick(receipt_id, 11)""",
    "metrc_sale_lines": """SELECT * REPLACE (
            CASE WHEN pick(receipt_id, 9) THEN (quantity * 2)::DECIMAL(18, 6) ELSE quantity END AS quantity,
            CASE WHEN pick(receipt_id, 10) THEN (price + 5)::DECIMAL(18, 6) ELSE price END AS price) FROM was
        UNION ALL BY NAME SELECT * REPLACE (-receipt_id AS receipt_id) FROM was WHERE pick(receipt_id, 11)""",
    "internal_sales": """SELECT * REPLACE (
            CASE WHEN pick(sale_id, 12) THEN 'voided' ELSE status END AS status,
            CASE WHEN pick(sale_id, 13) THEN NULL ELSE metrc_receipt_id END AS metrc_receipt_id)
        FROM was WHERE NOT pick(sale_id, 14)""",
    "metrc_packages": """SELECT * REPLACE (
            CASE WHEN pick(label, 15) THEN 'TestFailed' ELSE lab_state END AS lab_state,
            CASE WHEN pick(label, 16) THEN true ELSE is_on_hold END AS is_on_hold,
            CASE WHEN pick(label, 16) OR pick(label, 17) THEN last_modified - INTERVAL 1 DAY ELSE last_modified END AS last_modified,
            CASE WHEN pick(label, 17) THEN 'inactive' ELSE state END AS state,
            CASE WHEN pick(label, 18) THEN expires_on - 280 ELSE expires_on END AS expires_on,
            CASE WHEN pick(label, 19) THEN (quantity + 20)::DECIMAL(18, 6) ELSE quantity END AS quantity) FROM was
        UNION ALL BY NAME SELECT * REPLACE (-package_id AS package_id, label || 'X' AS label,
            7::DECIMAL(18, 6) AS quantity, 'active' AS state) FROM was WHERE pick(label, 20)""",
    "metrc_lab_results": """SELECT * REPLACE (
            CASE WHEN pick(label, 21) THEN expires_on - 280 ELSE expires_on END AS expires_on) FROM was""",
    "sync_runs": """SELECT * REPLACE (
            CASE WHEN pick(run_id, 22) THEN 'timeout' ELSE error END AS error) FROM was""",
    "sync_queue": """FROM was UNION ALL BY NAME SELECT facility, 'Q' || sale_id AS entry_id, 'POST' AS operation,
            '/sales/v2/receipts' AS endpoint, 'sale' AS entity_kind, sale_id AS entity_key, sold_at AS first_failed_at,
            sold_at AS last_attempt_at, 1 AS attempts, 'dead' AS state
        FROM read_parquet('{folder}/internal_sales.parquet') WHERE pick(sale_id, 23)""",
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made snapshot with about one record in forty broken, in every way that a rule with a twin looks for."""
    snapshot = tmp_path_factory.mktemp("bench") / "snapshot"
    generate = [sys.executable, str(BENCHMARKS / "generate.py"), str(snapshot), "--sale-lines", str(LINES)]
    subprocess.run(generate, check=True, capture_output=True)
    folder = snapshot / "tables"
    for table, query in FAULTS.items():
        with duckdb.connect() as connection:
            connection.execute(
                "SET TimeZone = 'UTC'; CREATE MACRO pick(key, salt) AS hash(key, salt) % 40 = 0"
            )
            connection.execute(f"CREATE TABLE was AS FROM read_parquet('{folder}/{table}.parquet')")
            connection.execute(
                f"COPY ({query.format(folder=folder)}) TO '{folder}/{table}.parquet' (FORMAT parquet)"
            )
    return snapshot


def _bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench", BENCHMARKS / "bench.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _by_rules(snapshot: Path, names: tuple[str, ...]) -> dict[str, int]:
    """What the rules find, without asking why."""
    laws = load_laws(())
    packs = load_rules(laws)
    with closing(DuckDBEngine()) as engine:
        opened = open_snapshot(snapshot, engine)
        parameters = in_force(laws.jurisdictions, opened.facilities, laws.vocabulary)
        facilities = tuple(sorted(facility.facility for facility in opened.facilities))
        run = Run(engine, opened, parameters, date(2026, 11, 1), facilities, packs.functions, {})
        found: Counter[str] = Counter()
        for outcome in evaluate(select(packs, Selection(names)), run).outcomes:
            found[outcome.rule] += outcome.violations
        return dict(found)


def _by_hand(snapshot: Path) -> dict[str, int]:
    command = [sys.executable, str(BENCHMARKS / "bench.py"), "--measure", "handwritten", str(snapshot)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(done.stdout)["violations"]
    return found


def test_every_twin_finds_as_many_violations_as_its_rule_and_none_finds_nothing(faulty: Path) -> None:
    bench, twins = _bench(), _by_hand(faulty)
    rules = _by_rules(faulty, bench.twins())
    assert bench.differences(rules, twins) == []
    assert sorted(rule for rule, found in twins.items() if not found) == []


def test_a_rule_and_a_twin_that_disagree_are_named_with_what_each_found() -> None:
    differ = _bench().differences({"same": 2, "less": 1, "gone": 4}, {"same": 2, "less": 3})
    assert differ == ["gone: rootlint 4, by hand None", "less: rootlint 1, by hand 3"]
