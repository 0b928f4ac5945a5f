"""The benchmark's snapshot: as big as asked for, readable, and broken only where it says so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.snapshot.opening import Snapshot, open_snapshot

GENERATE = Path(__file__).parents[2] / "benchmarks" / "generate.py"
LINES = 60_000


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, engine: DuckDBEngine) -> Snapshot:
    target = tmp_path_factory.mktemp("benchmark") / "snapshot"
    subprocess.run(
        [sys.executable, str(GENERATE), str(target), "--sale-lines", str(LINES)],
        check=True,
        capture_output=True,
    )
    return open_snapshot(target, engine)


def test_every_table_is_read_without_a_problem(snapshot: Snapshot) -> None:
    """No row of the benchmark is set aside or read differently than it was meant."""
    tables = [snapshot.open_table(name) for name in snapshot.tables]
    assert [(t.name, t.set_aside, t.problems, t.notes) for t in tables if t.problems or t.notes] == []


def test_the_snapshot_has_as_many_sale_lines_as_asked_for(snapshot: Snapshot) -> None:
    """The size is that of the operator's own books, which no fault changes."""
    assert snapshot.open_table("internal_sale_lines").rows == LINES


def test_sound_receipts_agree_on_both_sides(snapshot: Snapshot, engine: DuckDBEngine) -> None:
    """About one receipt in two thousand differs between the books, and the others match to the cent."""
    internal, metrc = (snapshot.open_table(name).relation for name in ("internal_sales", "metrc_sales"))
    differing = engine.rows(f"""
        SELECT count(*) FILTER (
            m.receipt_id IS NULL OR m.total <> i.total OR m.recorded_at > i.sold_at + INTERVAL 5 MINUTE
            OR (m.state = 'voided') <> (i.status = 'voided')) / count(*)
        FROM {internal} i LEFT JOIN {metrc} m ON m.facility = i.facility AND m.receipt_id = i.metrc_receipt_id
    """)[0][0]
    assert 0.0001 < differing < 0.001


def test_as_many_receipts_are_broken_as_asked_for(tmp_path: Path, engine: DuckDBEngine) -> None:
    """Where all are, three ways in seven show in receipt, total or state: not posted, another total, a void not mirrored."""
    command = [
        sys.executable,
        str(GENERATE),
        str(tmp_path / "s"),
        "--sale-lines",
        "6000",
        "--broken-one-in",
        "1",
    ]
    subprocess.run(command, check=True, capture_output=True)
    snapshot = open_snapshot(tmp_path / "s", engine)
    internal, metrc = (snapshot.open_table(name).relation for name in ("internal_sales", "metrc_sales"))
    differing = engine.rows(f"""
        SELECT count(*) FILTER (m.receipt_id IS NULL OR m.total <> i.total OR (m.state = 'voided') <> (i.status = 'voided')) / count(*)
        FROM {internal} i LEFT JOIN {metrc} m ON m.facility = i.facility AND m.receipt_id = i.metrc_receipt_id
    """)[0][0]
    assert 3 / 7 - 0.05 < differing < 3 / 7 + 0.05


def test_packages_were_received_before_they_were_sold(snapshot: Snapshot, engine: DuckDBEngine) -> None:
    """Even a broken receipt sells from a package that exists and had come."""
    sales, lines, packages = (
        snapshot.open_table(name).relation for name in ("metrc_sales", "metrc_sale_lines", "metrc_packages")
    )
    assert (
        engine.rows(f"""
        SELECT receipt_id, label FROM {lines} JOIN {sales} USING (facility, receipt_id)
        LEFT JOIN {packages} USING (facility, label) WHERE (received_at < sold_at) IS NOT TRUE
    """)
        == []
    )
