"""The demonstration snapshot: clean without its faults, each visible with them, always the same bytes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.opening import open_snapshot

GENERATE = Path(__file__).parents[2] / "demo" / "generate.py"
SQL_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "quantity": "DECIMAL(18, 6)",
    "money": "DECIMAL(18, 6)",
    "boolean": "BOOLEAN",
    "instant": "TIMESTAMPTZ",
    "date": "DATE",
    "list": "VARCHAR[]",
}

# What a faultless operator's books never show: each query gives what is wrong.
NEVER = {
    "METRC's quantity is what came in less what went out": """
        WITH movement AS (
            SELECT l.facility, label, -quantity AS quantity FROM metrc_sale_lines l
            JOIN metrc_sales USING (facility, receipt_id)
            WHERE state = 'active'
            UNION ALL SELECT facility, label, quantity FROM metrc_adjustments
            UNION ALL SELECT facility, source_label, -quantity FROM metrc_package_sources
            UNION ALL SELECT p.facility, label, -shipped_quantity FROM metrc_transfer_packages p
            JOIN metrc_transfers USING (facility, manifest) WHERE direction = 'outgoing'
        )
        SELECT label, quantity, initial_quantity + coalesce(moved, 0) FROM metrc_packages
        LEFT JOIN (SELECT facility, label, sum(quantity) AS moved FROM movement GROUP BY ALL) USING (facility,
        label)
        WHERE quantity <> initial_quantity + coalesce(moved, 0) OR quantity < 0""",
    "the own on-hand is what came in less what went out": """
        WITH movement AS (
            SELECT facility, label, quantity FROM internal_receipts
            UNION ALL SELECT facility, label, initial_quantity FROM metrc_packages
            WHERE received_at IS NULL AND label NOT IN (SELECT label FROM metrc_package_sources)
            UNION ALL SELECT l.facility, label, -quantity FROM internal_sale_lines l
            JOIN internal_sales USING (facility, sale_id)
            WHERE status = 'completed'
            UNION ALL SELECT facility, label, quantity FROM internal_adjustments
            UNION ALL SELECT facility, label, CASE side WHEN 'output' THEN quantity ELSE -quantity END
            FROM internal_conversions
            UNION ALL SELECT facility, label, -quantity FROM internal_shipments
        )
        SELECT label, on_hand, quantity
        FROM (SELECT facility, label, sum(quantity) AS on_hand FROM movement GROUP BY ALL)
        FULL JOIN internal_inventory USING (facility, label)
        WHERE coalesce(on_hand, 0) <> coalesce(quantity, 0)""",
    "both books hold the same packages, quantities and units": """
        SELECT label, p.quantity, i.quantity
        FROM (FROM metrc_packages WHERE quantity > 0) p FULL JOIN internal_inventory i USING (facility, label)
        WHERE p.quantity IS DISTINCT
        FROM i.quantity OR p.unit_of_measure <> i.unit_of_measure OR p.location <> i.location""",
    "stock rows add up to the inventory": """
        SELECT label, quantity, on_hand FROM internal_inventory FULL
        JOIN internal_stock USING (facility, label)
        WHERE quantity IS DISTINCT FROM on_hand OR on_hand <> available + allocated""",
    "what children took is what conversions put in and gave out": """
        SELECT conversion_id FROM internal_conversions GROUP BY conversion_id
        HAVING sum(CASE side WHEN 'input' THEN quantity ELSE -quantity END) <> 0""",
    "a package is inactive exactly when it is empty, and finished after its last sale": """
        SELECT label FROM metrc_packages
        WHERE (state = 'inactive') <> (quantity = 0) OR (finished_on IS NULL) <> (quantity > 0)
        UNION ALL
        SELECT label FROM metrc_sale_lines JOIN metrc_sales USING (facility, receipt_id)
        JOIN metrc_packages p USING (facility, label)
        JOIN zone USING (facility) WHERE (sold_at AT TIME ZONE zone)::DATE > finished_on""",
    "counts find what is expected": """
        SELECT count_id, line FROM physical_counts WHERE counted_quantity <> expected_quantity""",
    "every receipt has its sale and every sale its receipt": """
        SELECT sale_id, m.receipt_id FROM internal_sales i
        FULL JOIN metrc_sales m ON m.facility = i.facility AND m.receipt_id = i.metrc_receipt_id
        WHERE i.sale_id IS DISTINCT FROM m.external_number OR i.total <> m.total OR i.sold_at <> m.sold_at
           OR i.customer_type <> m.customer_type OR i.patient IS DISTINCT FROM m.patient
           OR (i.status = 'voided') <> (m.state = 'voided')""",
    "every line has its twin": """
        SELECT i.sale_id, m.receipt_id, line FROM (
            SELECT facility, metrc_receipt_id AS receipt_id, sale_id, line, label, quantity, price
            FROM internal_sale_lines JOIN internal_sales USING (facility, sale_id)
        ) i FULL JOIN metrc_sale_lines m USING (facility, receipt_id, line)
        WHERE (i.label, i.quantity, i.price) IS DISTINCT FROM (m.label, m.quantity, m.price)""",
    "totals are the sums of their lines": """
        SELECT sale_id FROM internal_sales JOIN internal_sale_lines USING (facility, sale_id)
        GROUP BY facility, sale_id, total HAVING total <> sum(price)
        UNION ALL SELECT receipt_id::TEXT FROM metrc_sales JOIN metrc_sale_lines USING (facility, receipt_id)
        GROUP BY facility, receipt_id, total HAVING total <> sum(price)""",
    "receipts are recorded within minutes of the sale": """
        SELECT receipt_id FROM metrc_sales
        WHERE recorded_at < sold_at OR recorded_at > sold_at + INTERVAL 5 MINUTE""",
    "adjustments are in both books": """
        SELECT adjustment_id FROM metrc_adjustments m FULL
        JOIN internal_adjustments i USING (facility, adjustment_id)
        WHERE (m.label, m.quantity, m.reason) IS DISTINCT FROM (i.label, i.quantity, i.reason)
           OR adjusted_by = approved_by OR recorded_at <> posted_at""",
    "goods are received in both systems before they are sold, tested before they come": """
        SELECT label FROM metrc_sale_lines JOIN metrc_sales USING (facility, receipt_id)
        LEFT JOIN metrc_packages p USING (facility, label)
        WHERE sold_at < received_at IS NOT FALSE OR lab_state <> 'TestPassed' OR sold_at::DATE > expires_on
        UNION ALL
        SELECT label FROM internal_receipts r FULL
        JOIN (FROM metrc_packages WHERE received_at IS NOT NULL) p USING (facility, label)
        WHERE r.quantity IS DISTINCT FROM p.initial_quantity
        UNION ALL SELECT label FROM metrc_lab_results JOIN metrc_packages USING (facility, label)
        WHERE NOT passed OR released_at > received_at OR sampled_on > tested_on
            OR tested_on > released_at::DATE""",
    "shipments leave tested": """
        SELECT label FROM metrc_transfer_packages JOIN metrc_transfers t USING (facility, manifest)
        LEFT JOIN metrc_lab_results USING (facility, label)
        WHERE shipment_type <> 'Lab' AND released_at < departed_at IS NOT TRUE""",
    "transfers run in order": """
        SELECT manifest FROM metrc_transfers
        WHERE (created_at < departed_at AND departed_at < arrives_at
            AND arrives_at <= received_at) IS NOT TRUE""",
    "harvests balance": """
        SELECT name FROM metrc_harvests JOIN (
            SELECT facility, harvest_id, count(*) AS plants FROM metrc_plants WHERE harvested_on IS NOT NULL
            GROUP BY ALL
        ) USING (facility, harvest_id)
        WHERE plants <> plant_count
            OR (state = 'active' AND current_weight <> wet_weight - waste_weight - packaged_weight)
           OR packaged_weight + waste_weight > wet_weight
        UNION ALL
        SELECT name FROM metrc_harvests h JOIN (
            SELECT facility, source_harvests[1] AS name, sum(initial_quantity) AS made FROM metrc_packages
            WHERE label NOT IN (SELECT label FROM metrc_package_sources) AND len(source_harvests) > 0
            GROUP BY ALL
        ) USING (facility, name) WHERE made <> packaged_weight""",
    "carts stay below every purchase limit, and patients come once a day": """
        SELECT sale_id FROM internal_sale_lines GROUP BY facility, sale_id
        HAVING sum(grams) > 28 OR sum(grams) FILTER (category ILIKE '%concentrate%') > 8
        UNION ALL
        SELECT patient FROM internal_sales JOIN zone USING (facility) WHERE patient IS NOT NULL
        GROUP BY patient, (sold_at AT TIME ZONE zone)::DATE HAVING count(*) > 1""",
    "stores sell in their opening hours": """
        SELECT sale_id FROM internal_sales JOIN zone USING (facility)
        WHERE hour(sold_at AT TIME ZONE zone) NOT BETWEEN 9 AND 21""",
    "people work trained, at one register a day, and under their own names": """
        SELECT sold_by FROM internal_sales i LEFT JOIN staff s ON s.internal_user = i.sold_by
        LEFT JOIN metrc_sales m ON m.facility = i.facility AND m.receipt_id = i.metrc_receipt_id
        WHERE (trained_on >= hired_on AND i.sold_at::DATE > trained_on
            AND recorded_by = metrc_user) IS NOT TRUE
           OR terminated_on <= i.sold_at::DATE
        UNION ALL SELECT sold_by FROM internal_sales JOIN zone USING (facility)
        GROUP BY sold_by, (sold_at AT TIME ZONE zone)::DATE HAVING count(DISTINCT register) > 1""",
    "keys are used between issue and revocation": """
        SELECT credential FROM credentials WHERE last_used_at > revoked_at OR last_used_at < issued_at
        UNION ALL SELECT call_id FROM sync_calls LEFT JOIN credentials USING (facility, credential)
        WHERE ("at" < coalesce(revoked_at, TIMESTAMPTZ '2099-01-01 00:00Z')) IS NOT TRUE""",
    "the connector reads everything at the first attempt": """
        SELECT run_id FROM sync_runs
        WHERE status <> 'ok' OR pages_fetched < pages_expected OR records_fetched <> records_expected
        UNION ALL SELECT call_id FROM sync_calls WHERE status <> 200 OR attempt <> 1 OR page_size > 20
        UNION ALL SELECT entry_id FROM sync_queue""",
    "labels look like METRC's": """
        SELECT label FROM metrc_packages WHERE NOT regexp_full_match(label, '1A4[0-9A-F]{21}')
        UNION ALL SELECT label FROM metrc_plants WHERE NOT regexp_full_match(label, '1A4[0-9A-F]{21}')""",
    "nothing happens after the capture": """
        SELECT facility FROM metrc_packages WHERE last_modified > TIMESTAMPTZ '2026-11-01 13:00Z'
        UNION ALL SELECT facility FROM internal_sales WHERE last_modified > TIMESTAMPTZ '2026-11-01 13:00Z'
        UNION ALL SELECT facility FROM sync_runs WHERE finished_at > TIMESTAMPTZ '2026-11-01 13:00Z'
        UNION ALL SELECT facility FROM physical_counts
        WHERE reconciled_at > TIMESTAMPTZ '2026-11-01 13:00Z'""",
}

# What each fault must leave behind: a query and all it gives.
TRACES: dict[str, tuple[str, list[tuple[object, ...]]]] = {
    "a revoked key answers 401 from its revocation until the repair, and nowhere else": (
        """SELECT DISTINCT c.facility, c.metrc_user, s."at" > c.revoked_at,
        s."at" < TIMESTAMPTZ '2026-10-11 16:00Z'
           FROM sync_calls s JOIN credentials c USING (facility, credential) WHERE status = 401""",
        [("402R-00123", "CO-E01001", True, True)],
    ),
    "of the sales of those days the older never post and the younger post late": (
        """SELECT report_state, min(sold_at) >= TIMESTAMPTZ '2026-10-08 15:58Z',
        max(sold_at) < TIMESTAMPTZ '2026-10-08 16:00Z'
           FROM internal_sales s JOIN sync_queue ON entity_key = sale_id
           WHERE s.facility LIKE '402R%' GROUP BY report_state ORDER BY report_state""",
        [("failed", False, True), ("reported", True, False)],
    ),
    "receipts are doubled on one evening in California": (
        """SELECT DISTINCT facility, (recorded_at AT TIME ZONE 'America/Los_Angeles')::DATE::TEXT
        FROM metrc_sales
           QUALIFY count(*) OVER (PARTITION BY facility, external_number) > 1""",
        [("C10-0000123-LIC", "2026-10-09")],
    ),
    "one item is counted in ounces": (
        """SELECT DISTINCT sku, round(p.quantity / i.quantity, 3)::TEXT FROM metrc_packages p
           JOIN internal_inventory i USING (facility, label) WHERE p.unit_of_measure <> i.unit_of_measure""",
        [("CA-FL-03", "28.35")],
    ),
    "a delivery is on the shelf and in transit": (
        """SELECT DISTINCT t.state, p.state, i.status FROM metrc_transfers t
        JOIN metrc_transfer_packages p USING (facility, manifest)
           JOIN internal_inventory i USING (facility, label) WHERE t.received_at IS NULL""",
        [("in_transit", "shipped", "available")],
    ),
    "a shared account adjusts on three nights": (
        """SELECT (adjusted_at AT TIME ZONE 'America/Los_Angeles')::DATE::TEXT, count(DISTINCT label),
        any_value(note)
           FROM internal_adjustments WHERE adjusted_by IN (SELECT "user" FROM internal_users WHERE is_shared)
           GROUP BY ALL ORDER BY ALL""",
        [("2026-10-24", 12, None), ("2026-10-27", 12, None), ("2026-10-29", 12, None)],
    ),
    "Michigan's runs stop at twenty and say ok, and the rest is missing in its inventory": (
        """SELECT max(records_fetched), max(pages_fetched), bool_and(status = 'ok'),
                  (SELECT count(*) FROM internal_inventory WHERE facility LIKE 'AU%')
           FROM sync_runs WHERE facility LIKE 'AU%' AND job = 'packages'""",
        [(20, 1, True, 20)],
    ),
}


def run_generator(target: Path, *options: str) -> Path:
    subprocess.run([sys.executable, str(GENERATE), str(target), *options], check=True, capture_output=True)
    return target


def open_files(folder: Path) -> duckdb.DuckDBPyConnection:
    """Read the snapshot's files with DuckDB alone: the generator is judged by other code than rootlint's."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        "CREATE TABLE zone AS FROM (VALUES ('C10-0000123-LIC', 'America/Los_Angeles'), "
        "('402R-00123', 'America/Denver'), ('AU-G-C-000123', 'America/Detroit')) t (facility, zone)"
    )
    for entry in (folder / "tables").iterdir():
        table = entry.name.partition(".")[0]
        kind, files = (entry.suffix[1:], str(entry)) if entry.is_file() else ("parquet", f"{entry}/*.parquet")
        columns = {name: SQL_TYPES[column.type] for name, column in FORMAT.tables[table].columns.items()}
        source = {
            "parquet": f"read_parquet('{files}')",
            "csv": f"read_csv('{files}', all_varchar = true)",
        }.get(kind, f"read_json('{files}', columns = {columns})")
        present = [row[0] for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()]
        casts = ", ".join(f'"{name}"::{columns[name]} AS "{name}"' for name in present)
        connection.execute(f"CREATE TABLE {table} AS SELECT {casts} FROM {source}")
    return connection


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_files(run_generator(tmp_path_factory.mktemp("demo") / "clean", "--clean")) as connection:
        yield connection


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_files(run_generator(tmp_path_factory.mktemp("demo") / "faulty")) as connection:
        yield connection


@pytest.mark.parametrize("query", NEVER.values(), ids=NEVER)
def test_the_clean_operator(clean: duckdb.DuckDBPyConnection, query: str) -> None:
    """An operator without faults keeps books that agree with METRC's and with themselves."""
    assert clean.execute(query).fetchall() == []


@pytest.mark.parametrize(("query", "trace"), TRACES.values(), ids=TRACES)
def test_each_fault_leaves_its_trace(
    faulty: duckdb.DuckDBPyConnection, query: str, trace: list[tuple[object, ...]]
) -> None:
    """A fault is there when it is put in."""
    assert faulty.execute(query).fetchall() == trace


@pytest.mark.parametrize("query", [query for query, _ in TRACES.values()], ids=TRACES)
def test_no_fault_leaves_a_trace_in_the_clean_operator(
    clean: duckdb.DuckDBPyConnection, faulty: duckdb.DuckDBPyConnection, query: str
) -> None:
    """What a fault's trace shows is not there without it."""
    assert clean.execute(query).fetchall() != faulty.execute(query).fetchall()


def test_metrc_never_goes_below_zero_under_any_fault(faulty: duckdb.DuckDBPyConnection) -> None:
    """METRC refuses what a package does not hold, so even a faulty operator's METRC quantities balance."""
    assert faulty.execute(NEVER["METRC's quantity is what came in less what went out"]).fetchall() == []


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two runs write the same files, byte for byte; another seed does not."""
    first = content(run_generator(tmp_path / "first"))
    assert content(run_generator(tmp_path / "second")) == first
    assert content(run_generator(tmp_path / "third", "--seed", "8")) != first


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    """The generator replaces its own snapshots and nothing else."""
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run([sys.executable, str(GENERATE), str(tmp_path)], capture_output=True, text=True)
    assert (done.returncode, content(tmp_path)) == (2, {"mine.txt": b"mine"})


@pytest.mark.parametrize("options", [["--clean"], []], ids=["clean", "faulty"])
def test_rootlint_reads_every_table_without_a_problem(tmp_path: Path, options: list[str]) -> None:
    """Every row of the demonstration is read, and none is set aside or read differently than it was meant."""
    engine = DuckDBEngine()
    snapshot = open_snapshot(run_generator(tmp_path / "demo", *options), engine)
    tables = [snapshot.open_table(name) for name in snapshot.tables]
    assert [(t.name, t.set_aside, t.problems, t.notes) for t in tables if t.problems or t.notes] == []
    engine.close()
