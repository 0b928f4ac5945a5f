"""Reading tables: values by their types, and what cannot be read set aside, counted and told."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.snapshot.opening import open_snapshot


def told(state) -> list[str]:
    return [str(problem) for problem in state.problems]


def ndjson(*rows: dict) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def read(open_files, engine):
    """Open one table of a snapshot with the given files; give its state and some columns of its rows."""

    def read_it(table: str, files: dict, *columns: str):
        state = open_files(files, f"tables: {{{table}: {{}}}}\n").open_table(table)
        names = ", ".join(f'"{name}"' for name in columns) or "_place"
        return state, engine.rows(f"SELECT {names} FROM {state.relation} ORDER BY _place")

    return read_it


@pytest.fixture
def parquet(tmp_path, engine):
    """The bytes of a Parquet file that holds the rows of a query."""

    def write(query: str) -> bytes:
        path = tmp_path / "written.parquet"
        engine.run(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()

    return write


# The relation


def test_a_relation_has_the_columns_of_the_format_then_extra_ones_then_the_place(read, engine):
    state, _ = read("metrc_tags", {"tables/metrc_tags.csv": "Zeta,TAG,facility,alpha\nz,T,F-CA,a\n"})
    described = [(name, kind) for name, kind, *_ in engine.rows(f"DESCRIBE {state.relation}")]
    assert described == [
        ("facility", "VARCHAR"),
        ("tag", "VARCHAR"),
        ("kind", "VARCHAR"),
        ("status", "VARCHAR"),
        ("received_on", "DATE"),
        ("used_on", "DATE"),
        ("alpha", "VARCHAR"),
        ("zeta", "VARCHAR"),
        ("_place", "BIGINT"),
    ]
    assert state.columns == {"facility", "tag", "alpha", "zeta"}


@pytest.mark.parametrize("name", ["_place", "_unreadable", "_exists_0"])
def test_a_column_that_has_a_name_of_rootlints_own_is_left_out_and_told(read, engine, name):
    state, _ = read("metrc_tags", {"tables/metrc_tags.csv": f"facility,tag,{name}\nF-CA,T,z\n"})
    assert [row for row in engine.rows(f"DESCRIBE {state.relation}") if row[0] == name] == (
        [(name, "BIGINT", "YES", None, None, None)] if name == "_place" else []
    )
    assert f"column '{name}' is left out: rootlint uses the name itself" in state.notes


def test_every_type_has_its_sql_type(read, engine, parquet):
    state, _ = read(
        "metrc_packages", {"tables/metrc_packages.parquet": parquet("SELECT 'F-CA' facility, 1 package_id")}
    )
    kinds = {name: kind for name, kind, *_ in engine.rows(f"DESCRIBE {state.relation}")}
    chosen = ("package_id", "label", "quantity", "is_on_hold", "created_at", "packaged_on", "source_harvests")
    assert [kinds[name] for name in chosen] == [
        "BIGINT",
        "VARCHAR",
        "DECIMAL(18,6)",
        "BOOLEAN",
        "TIMESTAMP",
        "DATE",
        "VARCHAR[]",
    ]


def test_a_place_is_the_file_and_the_row_in_it(read):
    files = {
        "tables/metrc_tags/b.csv": "facility,tag\nF-CA,T1\n",
        "tables/metrc_tags/a.csv": "facility,tag\nF-CA,T2\nF-CO,T3\n",
    }
    state, rows = read("metrc_tags", files, "tag", "_place")
    assert state.files == ("tables/metrc_tags/a.csv", "tables/metrc_tags/b.csv")
    assert rows == [("T2", 1), ("T3", 2), ("T1", 2**40 + 1)]


def test_files_may_differ_in_kind_and_columns(read):
    files = {
        "tables/metrc_tags/a.csv": "facility,tag,kind\nF-CA,T1,plant\n",
        "tables/metrc_tags/b.ndjson": ndjson({"facility": "F-CA", "tag": "T2", "status": "used", "more": 1}),
    }
    state, rows = read("metrc_tags", files, "tag", "kind", "status", "more")
    assert rows == [("T1", "plant", None, None), ("T2", None, "used", "1")]
    assert state.problems == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("csv", "facility,tag\n"),
        ("csv", "facility,tag"),
        ("ndjson", ""),
        ("ndjson", "\n\n"),
        ("json", "[]"),
    ],
)
def test_an_empty_table_was_captured_and_is_empty(read, name, content):
    state, rows = read("metrc_tags", {f"tables/metrc_tags.{name}": content})
    assert (rows, state.complete, state.problems, state.notes) == ([], True, (), ())


def test_parquet_of_the_right_types_is_not_copied(read, engine, parquet):
    query = (
        "SELECT 'F-CA' facility, 1::INTEGER package_id, 1.5::DECIMAL(10,2) quantity,"
        " TIMESTAMPTZ '2026-01-01 12:00:00+00' created_at, DATE '2026-01-01' packaged_on,"
        " ['H'] source_harvests"
    )
    columns = ("package_id", "quantity", "created_at", "packaged_on", "source_harvests")
    state, rows = read("metrc_packages", {"tables/metrc_packages.parquet": parquet(query)}, *columns)
    assert rows == [(1, Decimal("1.5"), datetime(2026, 1, 1, 12), date(2026, 1, 1), ["H"])]
    assert engine.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'snapshot%'") == [(0,)]
    assert state.notes == ()


def test_parquet_files_whose_extra_columns_differ_in_type_are_cleaned(read, parquet):
    files = {
        "tables/metrc_tags/a.parquet": parquet("SELECT 'F-CA' facility, 'A' tag, 1 more"),
        "tables/metrc_tags/b.parquet": parquet("SELECT 'F-CA' facility, 'B' tag, {'x': 2} more"),
    }
    state, rows = read("metrc_tags", files, "tag", "more")
    assert (rows, state.problems, state.complete) == ([("A", "1"), ("B", '{"x":2}')], (), True)


# Cells


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", Decimal("1")),
        ("-0.000001", Decimal("-0.000001")),
        ("123456789012.123456", Decimal("123456789012.123456")),
        ("1.5e3", Decimal("1500")),
        ("0.30000000000000004", Decimal("0.3")),
        ("1.0000005", Decimal("1.000001")),
        ("-1.0000005", Decimal("-1.000001")),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "ndjson", "json"])
def test_decimals_are_exact_and_rounded_half_away_from_zero_past_six_places(read, kind, cell, value):
    content = {
        "csv": f"facility,label,quantity\nF-CA,L,{cell}\n",
        "ndjson": f'{{"facility": "F-CA", "label": "L", "quantity": {cell}}}\n',
        "json": f'[{{"facility": "F-CA", "label": "L", "quantity": {cell}}}]',
    }
    state, rows = read("internal_inventory", {f"tables/internal_inventory.{kind}": content[kind]}, "quantity")
    assert rows == [(value,)]
    rounded = len(cell.partition(".")[2]) > 6
    assert state.notes == (
        ("numbers with more than six decimals were rounded to six (rows: 1)",) if rounded else ()
    )


@pytest.mark.parametrize(
    ("column", "cell", "wrong"),
    [
        ("quantity", "1,5", "is not a decimal number below 10^12"),
        ("quantity", "1_000", "is not a decimal number below 10^12"),
        ("quantity", "1000000000000", "is not a decimal number below 10^12"),
        ("quantity", "nan", "is not a decimal number below 10^12"),
        ("quantity", " 1", "is not a decimal number below 10^12"),
        ("stock_rows", "1.5", "is not a whole number of 64 bits"),
        ("stock_rows", "1e3", "is not a whole number of 64 bits"),
        ("stock_rows", "0x1F", "is not a whole number of 64 bits"),
        ("stock_rows", "9223372036854775808", "is not a whole number of 64 bits"),
        ("last_modified", "2026-01-01", "is not a time"),
        ("last_modified", "2026-02-30T00:00:00Z", "is not a time"),
        ("last_modified", "01/02/2026 10:00", "is not a time"),
        ("last_modified", "2026-01-01T00:00:00+15:00", "is not a time"),
    ],
)
def test_a_cell_that_cannot_be_read_sets_its_row_aside(read, column, cell, wrong):
    content = ndjson(
        {"facility": "F-CA", "label": "good", column: None},
        {"facility": "F-CA", "label": "bad", column: cell},
    )
    state, rows = read("internal_inventory", {"tables/internal_inventory.ndjson": content}, "label")
    assert (rows, state.rows, state.set_aside, state.complete) == ([("good",)], 1, 1, True)
    [problem] = state.problems
    assert problem.message == f"row 2, column '{column}': '{cell}' {wrong}"
    assert str(problem.place) == "tables/internal_inventory.ndjson"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("true", True), ("1", True), ("TRUE", True), ("False", False), ("0", False), ("", None)],
)
def test_booleans_are_true_false_1_and_0(read, cell, value):
    files = {"tables/metrc_locations.csv": f"facility,location_id,is_active\nF-CA,1,{cell}\n"}
    assert read("metrc_locations", files, "is_active")[1] == [(value,)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"[""a"", ""b; c""]"', ["a", "b; c"]),
        ("a; b", ["a", "b"]),
        ("a", ["a"]),
        ("[]", []),
        ("", None),
    ],
)
def test_lists_are_json_arrays_or_parted_by_semicolons(read, cell, value):
    files = {"tables/metrc_users.csv": f"facility,user,permissions\nF-CA,U,{cell}\n"}
    assert read("metrc_users", files, "permissions")[1] == [(value,)]


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("endpoint", "/packages/v2/active", "/packages/v2/active"),
        ("endpoint", "GET https://api-ca.metrc.com/packages/v2/active?page=2", "/packages/v2/active"),
        ("endpoint", "packages/active", "/packages/v2/active"),
        ("endpoint", "/sales/receipts/4711", "/sales/v2/receipts/{id}"),
        ("endpoint", "/items/v1/active", "/items/v1/active"),
        ("endpoint", "/packages/vendors", "/packages/v2/vendors"),
        ("endpoint", "/our/packages", "/our/packages"),
        ("endpoint", "api-ca.metrc.com/packages/v2/active/", "/packages/v2/active"),
        ("endpoint", "get API-CA.METRC.com:443/Packages/v2/active", "/packages/v2/active"),
        ("endpoint", "Sales/V2/Receipts/", "/sales/v2/receipts"),
        ("endpoint", "metrc:packages/v2/active", "/packages/v2/active"),
        ("endpoint", "/sales/v2/receipts/77812312", "/sales/v2/receipts/{id}"),
        (
            "endpoint",
            "/packages/v2/1A4060300000001000000123/source/harvests",
            "/packages/v2/{id}/source/harvests",
        ),
        ("endpoint", "", None),
        ("method", " post", "POST"),
        ("entity_kind", "Sales receipt", "sale"),
        ("entity_kind", "package-adjustments", "adjustment"),
        ("entity_kind", "Plant batch", "plant_batch"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_words_that_every_log_spells_in_its_own_way_are_read_alike(read, parquet, kind, column, cell, value):
    content = f"facility,call_id,{column}\nF-CA,C,{cell}\n"
    if kind == "parquet":
        content = parquet(f"SELECT 'F-CA' facility, 'C' call_id, '{cell}' AS {column}")
    assert read("sync_calls", {f"tables/sync_calls.{kind}": content}, column)[1] == [(value,)]


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ("/sales/v2/receipts", "sale"),
        ("PUT /packages/v2/adjust", "adjustment"),
        ("/packages/v1/change/item", "package"),
        ("/plantbatches/v2/split", "plant_batch"),
        ("/our/packages", None),
    ],
)
@pytest.mark.parametrize("file", ["csv", "parquet"])
def test_what_a_call_is_about_is_read_off_its_path_where_the_log_does_not_say(
    read, parquet, file, endpoint, kind
):
    rows = [("C1", endpoint, "K"), ("C2", endpoint, ""), ("C3", "/packages/v2/active", "K")]
    content = "facility,call_id,endpoint,entity_key\n" + "".join(f"F-CA,{','.join(row)}\n" for row in rows)
    if file == "parquet":
        values = ", ".join(f"('F-CA', '{call}', '{path}', nullif('{key}', ''))" for call, path, key in rows)
        content = parquet(f"SELECT * FROM (VALUES {values}) AS made(facility, call_id, endpoint, entity_key)")
    state, read_rows = read("sync_calls", {f"tables/sync_calls.{file}": content}, "call_id", "entity_kind")
    assert "entity_kind" in state.columns
    assert sorted(read_rows) == [("C1", kind), ("C2", None), ("C3", "package")]


@pytest.mark.parametrize("said", ["Package", "adjustments", ""])
@pytest.mark.parametrize(
    ("key", "kind"), [("1A4060300000001000000123", "package"), ("1A40603000000010000001234", "adjustment")]
)
def test_a_call_that_adjusts_is_about_what_its_key_names(read, said, key, kind):
    content = f"facility,call_id,endpoint,entity_kind,entity_key\nF-CA,C,/packages/v2/adjust,{said},{key}\n"
    assert read("sync_calls", {"tables/sync_calls.csv": content}, "entity_kind")[1] == [(kind,)]


def test_what_a_log_says_of_a_call_stands_and_without_records_nothing_is_told(read):
    said = "facility,call_id,endpoint,entity_kind,entity_key\nF-CA,C,/packages/v2/adjust,Order,K\n"
    assert read("sync_calls", {"tables/sync_calls.csv": said}, "entity_kind")[1] == [("sale",)]
    silent = "facility,call_id,endpoint\nF-CA,C,/packages/v2/adjust\n"
    assert (
        "entity_kind" not in read("sync_calls", {"tables/sync_calls.csv": silent}, "entity_kind")[0].columns
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Each", "Each"),
        ("ea", "Each"),
        (" PCS", "Each"),
        ("g", "Grams"),
        ("oz.", "Ounces"),
        ("Lbs", "Pounds"),
        ("fl. oz", "Fluid Ounces"),
        ("cases", "cases"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_units_go_by_metrcs_names(read, parquet, kind, cell, value):
    content = f'facility,label,unit_of_measure\nF-CA,L,"{cell}"\n'
    if kind == "parquet":
        content = parquet(f"SELECT 'F-CA' facility, 'L' AS label, '{cell}' AS unit_of_measure")
    files = {f"tables/internal_inventory.{kind}": content}
    assert read("internal_inventory", files, "unit_of_measure")[1] == [(value,)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-11-01T13:00:00Z", datetime(2026, 11, 1, 13)),
        ("2026-11-01T06:00:00-07:00", datetime(2026, 11, 1, 13)),
        ("2026-11-01 06:00-0700", datetime(2026, 11, 1, 13)),
        ("2026-11-01T13:00:00.123456Z", datetime(2026, 11, 1, 13, 0, 0, 123456)),
    ],
)
def test_times_with_an_offset_become_utc(read, cell, value):
    files = {"tables/internal_inventory.csv": f"facility,label,last_modified\nF-CA,L,{cell}\n"}
    state, rows = read("internal_inventory", files, "last_modified")
    assert (rows, state.notes) == ([(value,)], ())


def test_times_without_an_offset_are_facility_local_and_noted_once(read):
    """Across both clock changes: the repeated hour is its second pass, a skipped time moves on an hour."""
    times = {
        "2026-01-01T12:00:00": (datetime(2026, 1, 1, 20), datetime(2026, 1, 1, 19)),
        "2026-07-01T12:00:00": (datetime(2026, 7, 1, 19), datetime(2026, 7, 1, 18)),
        "2026-11-01T01:30:00": (datetime(2026, 11, 1, 9, 30), datetime(2026, 11, 1, 8, 30)),
        "2026-03-08T02:30:00": (datetime(2026, 3, 8, 10, 30), datetime(2026, 3, 8, 9, 30)),
    }
    lines = [f"{facility},{time},{time}\n" for time in times for facility in ("F-CA", "F-CO")]
    files = {"tables/internal_inventory.csv": "facility,label,last_modified\n" + "".join(lines)}
    state, rows = read("internal_inventory", files, "last_modified")
    assert rows == [(moment,) for pair in times.values() for moment in pair]
    assert state.notes == ("times without an offset were read in the facility's time zone (rows: 8)",)


def test_a_time_without_an_offset_and_without_a_facility_cannot_be_read(read):
    state, rows = read("outages", {"tables/outages.csv": "system,started_at\nmetrc,2026-01-01T12:00:00\n"})
    assert (rows, told(state)) == (
        [],
        [
            "tables/outages.csv: warning: row 1, column 'started_at': '2026-01-01T12:00:00' is not a time\n"
            "  help: write it as 2026-11-01T13:00:00Z"
        ],
    )


def test_a_date_may_carry_midnight_and_nothing_else(read):
    files = {
        "tables/metrc_tags.csv": "facility,tag,used_on\nF-CA,A,2026-01-02\nF-CA,B,2026-01-02T00:00:00\n"
        "F-CA,C,2026-01-02T10:00:00\n"
    }
    state, rows = read("metrc_tags", files, "used_on")
    assert rows == [(date(2026, 1, 2),), (date(2026, 1, 2),)]
    assert [problem.message for problem in state.problems] == [
        "row 3, column 'used_on': '2026-01-02T10:00:00' is not a day"
    ]


def test_parquet_floats_and_times_without_a_zone_are_read_and_noted(read, parquet):
    query = (
        "SELECT 'F-CA' facility, 'L' AS \"label\", 0.1::DOUBLE quantity,"
        " TIMESTAMP '2026-01-01 12:00:00' last_modified"
    )
    files = {"tables/internal_inventory.parquet": parquet(query)}
    state, rows = read("internal_inventory", files, "quantity", "last_modified")
    assert rows == [(Decimal("0.1"), datetime(2026, 1, 1, 12))]
    assert state.notes == (
        "binary floats were read by their shortest decimal form",
        "timestamps without a time zone were read as UTC",
    )


def test_numbers_in_json_text_survive_beside_strings_that_look_like_numbers(read):
    line = (
        r'{"facility":"F-CA","label":":\"1.5,-2e3\\","quantity":12345678901.123456,'
        r'"sku":":12345678901234567890"}'
    )
    _state, rows = read(
        "internal_inventory", {"tables/internal_inventory.ndjson": line + "\n"}, "label", "quantity", "sku"
    )
    assert rows == [(':"1.5,-2e3\\', Decimal("12345678901.123456"), ":12345678901234567890")]


# Values, keys and facilities


def test_unknown_values_keys_and_facilities_set_rows_aside_and_are_told_with_row_and_column(read):
    files = {
        "tables/metrc_tags.csv": "facility,tag,kind\n"
        "F-CA,T1,plant\nF-CA,T2,plants\nF-CA,,plant\nF-TX,T4,plant\n,T5,plant\nF-CA,T1,package\nF-CO,T1,\n"
    }
    state, rows = read("metrc_tags", files, "facility", "tag", "kind")
    assert rows == [("F-CA", "T1", "plant"), ("F-CO", "T1", None)]
    assert (state.rows, state.set_aside, state.complete) == (2, 5, True)
    assert told(state) == [
        "tables/metrc_tags.csv: warning: row 6 repeats the key of row 1 in tables/metrc_tags.csv\n"
        "  help: keep one row a key",
        "tables/metrc_tags.csv: warning: row 5, column 'facility': is empty, and it is part of the key\n"
        "  help: give every row its key",
        "tables/metrc_tags.csv: warning: row 4, column 'facility': 'F-TX' is no facility of snapshot.yaml\n"
        "  help: facilities: F-CA, F-CO",
        "tables/metrc_tags.csv: warning: row 2, column 'kind': unknown value 'plants'\n"
        "  help: did you mean 'plant'?",
        "tables/metrc_tags.csv: warning: row 3, column 'tag': is empty, and it is part of the key\n"
        "  help: give every row its key",
    ]


def test_parquet_rows_are_set_aside_without_a_copy(read, parquet):
    values = "('F-CA', 'A', 'plant'), ('F-CA', 'A', 'plant'), ('F-CA', 'B', 'tree')"
    query = f"SELECT * FROM (VALUES {values}) t(facility, tag, kind)"
    state, rows = read("metrc_tags", {"tables/metrc_tags.parquet": parquet(query)}, "tag", "_place")
    assert (rows, state.rows, state.set_aside) == ([("A", 1)], 1, 2)
    assert [problem.message for problem in state.problems] == [
        "row 2 repeats the key of row 1 in tables/metrc_tags.parquet",
        "row 3, column 'kind': unknown value 'tree'",
    ]


def test_a_key_may_repeat_over_files_only_once(read):
    files = {
        "tables/metrc_tags/a.csv": "facility,tag\nF-CA,A\n",
        "tables/metrc_tags/b.csv": "facility,tag\nF-CA,A\n",
    }
    state, rows = read("metrc_tags", files, "_place")
    assert rows == [(1,)]
    assert told(state) == [
        "tables/metrc_tags/b.csv: warning: row 1 repeats the key of row 1 in tables/metrc_tags/a.csv\n"
        "  help: keep one row a key"
    ]


def test_a_row_set_aside_for_its_cells_does_not_make_another_a_duplicate(read):
    files = {"tables/metrc_tags.csv": "facility,tag,used_on\nF-CA,A,never\nF-CA,A,2026-01-01\n"}
    state, rows = read("metrc_tags", files, "_place")
    assert (rows, state.set_aside) == ([(2,)], 1)


def test_rows_without_a_facility_are_kept_where_the_format_allows_it(read):
    files = {"tables/staff.csv": "facility,person\n,P1\nF-CA,P1\n,P1\n"}
    state, rows = read("staff", files, "facility", "person")
    assert rows == [(None, "P1"), ("F-CA", "P1")]
    assert [problem.message for problem in state.problems] == [
        "row 3 repeats the key of row 1 in tables/staff.csv"
    ]


def test_of_many_faults_twenty_are_listed_and_the_rest_is_counted(read):
    lines = [f"F-CA,T{row},never\n" for row in range(1, 51)]
    state, _ = read("metrc_tags", {"tables/metrc_tags.csv": "facility,tag,used_on\n" + "".join(lines)})
    assert state.set_aside == 50
    assert [problem.message for problem in state.problems] == [
        *(f"row {row}, column 'used_on': 'never' is not a day" for row in range(1, 21)),
        "metrc_tags: 30 more set aside (column 'used_on': unreadable)",
    ]


def test_a_file_without_a_key_column_is_set_aside_whole(read):
    files = {
        "tables/metrc_tags/a.csv": "facility,tags\nF-CA,A\n",
        "tables/metrc_tags/b.csv": "facility,tag\nF-CA,A\n",
    }
    state, rows = read("metrc_tags", files, "_place")
    assert (rows, state.complete, state.set_aside) == ([(2**40 + 1,)], False, 0)
    assert told(state) == [
        "tables/metrc_tags/a.csv: error: has no column 'tag', which is part of the key\n"
        "  help: the file is set aside, and its table counts as incomplete"
    ]


def test_a_misspelt_column_is_kept_and_noted(read):
    state, rows = read(
        "metrc_tags", {"tables/metrc_tags.csv": "facility,tag,recieved_on\nF-CA,A,x\n"}, "recieved_on"
    )
    assert rows == [("x",)]
    assert state.notes == ("column 'recieved_on' is not of the format: is it meant to be 'received_on'?",)


def test_private_values_are_not_told(read):
    """A patient's hash stands in no message, whatever is wrong with its row."""
    files = {"tables/metrc_sales.csv": "facility,receipt_id,patient,total\nF-CA,1,hash-of-a-patient,x\n"}
    state, _ = read("metrc_sales", files)
    assert [problem.message for problem in state.problems] == [
        "row 1, column 'total': 'x' is not a decimal number below 10^12"
    ]


# Broken files


def test_csv_lines_that_are_no_rows_are_told_by_line_and_rows_keep_their_numbers(read):
    content = (
        b'facility,tag,kind\nF-CA,"A\nB",plant\nF-CA,C\nF-CA,\xff,plant\nF-CA,D,plant\n'
        b"F-CA,E,plant,x\nF-CA,F,plant\n"
    )
    state, rows = read("metrc_tags", {"tables/metrc_tags.csv": content}, "tag", "_place")
    assert rows == [("A\nB", 1), ("D", 4), ("F", 6)]
    assert (state.rows, state.set_aside, state.complete) == (3, 3, True)
    assert told(state) == [
        "tables/metrc_tags.csv:5: warning: this line has bytes that are not UTF-8",
        "tables/metrc_tags.csv:4: warning: this line has fewer cells than the header",
        "tables/metrc_tags.csv:7: warning: this line has more cells than the header",
    ]


def test_an_open_quote_makes_a_csv_table_incomplete(read):
    content = 'facility,tag\nF-CA,A\nF-CA,"B\nF-CA,C\n'
    state, rows = read("metrc_tags", {"tables/metrc_tags.csv": content}, "tag")
    assert (rows, state.complete) == ([("A",)], False)
    assert told(state) == [
        "tables/metrc_tags.csv: error: rows that follow the open quote may be missing\n"
        "  help: its table counts as incomplete",
        "tables/metrc_tags.csv:3: warning: this line has a quote that is not closed where its cell ends",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("csv", "facility,tag,kind\nF-CA,A,plant\nF-CA,B"),
        ("ndjson", '{"facility":"F-CA","tag":"A","kind":"plant"}\n{"facility":"F-CA","ta'),
    ],
)
def test_a_text_file_cut_off_in_its_last_row_makes_its_table_incomplete(read, name, content):
    state, rows = read("metrc_tags", {f"tables/metrc_tags.{name}": content}, "tag")
    assert (rows, state.complete, state.set_aside) == ([("A",)], False, 1)
    assert state.problems[0].message == "ends in the middle of a row: rows may be missing"


def test_ndjson_lines_that_are_no_objects_are_told_by_line(read):
    content = (
        b'{"facility":"F-CA","tag":"A"}\n\nnope\n[1]\n{"facility":"F-CA","tag":"\xff"}\n'
        b'{"facility":"F-CA","tag":"B"}\n'
    )
    state, rows = read("metrc_tags", {"tables/metrc_tags.ndjson": content}, "tag", "_place")
    assert rows == [("A", 1), ("B", 6)]
    assert (state.set_aside, told(state)) == (
        3,
        [
            "tables/metrc_tags.ndjson:5: warning: this line has bytes that are not UTF-8",
            "tables/metrc_tags.ndjson:3: warning: this line is not JSON",
            "tables/metrc_tags.ndjson:4: warning: this line is not a JSON object",
        ],
    )


def test_json_elements_that_are_no_objects_are_told_by_row(read):
    content = '[{"facility":"F-CA","tag":"A"}, 5, {"facility":"F-CA","tag":"B"}]'
    state, rows = read("metrc_tags", {"tables/metrc_tags.json": content}, "tag", "_place")
    assert rows == [("A", 1), ("B", 3)]
    assert told(state) == ["tables/metrc_tags.json: warning: row 2 is not a JSON object"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("csv", b"", "is empty: not even a header"),
        ("csv", "facility,tag\n".encode("utf-16"), "byte 0 of the header is not UTF-8"),
        ("csv", b'facility,"tag\nx"\n', "a name in the header goes on over the end of its line"),
        ("csv", b"facility,tag,tag\nF-CA,A,B\n", "column 'tag' stands twice"),
        ("csv", b"facility,tag,Tag\nF-CA,A,B\n", "columns 'tag' and 'Tag' differ only in letter case"),
        (
            "ndjson",
            b'{"facility":"F-CA","tag":"A","Tag":"B"}\n',
            "columns 'Tag' and 'tag' differ only in letter case",
        ),
        ("json", b" ", "is empty: not even []"),
        ("json", b'[{"facility":"F-CA","tag":"A"},{"fac', "cannot be read: "),
        ("json", b'{"facility":"F-CA","tag":"A"}', "cannot be read: "),
        ("json", b'[{"facility":"F-CA","tag":"\xff"}]', "cannot be read: "),
        ("parquet", b"PAR1", "cannot be read: "),
    ],
)
def test_a_file_that_cannot_be_trusted_is_set_aside_whole(read, name, content, why):
    files = {f"tables/metrc_tags/a.{name}": content, "tables/metrc_tags/b.csv": "facility,tag\nF-CA,A\n"}
    state, rows = read("metrc_tags", files, "tag", "_place")
    assert (rows, state.complete) == ([("A", 2**40 + 1)], False)
    [problem] = state.problems
    assert problem.message.startswith(why)
    assert "/snapshot/" not in problem.message
    assert (problem.place.file, problem.severity) == (f"tables/metrc_tags/a.{name}", "error")


def test_a_truncated_parquet_file_among_good_ones_is_set_aside(read, parquet):
    good = parquet("SELECT 'F-CA' facility, 'A' tag")
    files = {
        f"tables/metrc_tags/{name}.parquet": content for name, content in {"a": good[:-20], "b": good}.items()
    }
    state, rows = read("metrc_tags", files, "tag", "_place")
    assert (rows, state.complete, state.rows) == ([("A", 2**40 + 1)], False, 1)
    assert [problem.place.file for problem in state.problems] == ["tables/metrc_tags/a.parquet"]


def test_a_parquet_file_with_broken_pages_is_set_aside(read, parquet):
    """The footer is whole, so only reading to the end shows it."""
    good = parquet("SELECT 'F-CA' facility, 'T' || hash(i) tag FROM range(5000) t(i)")
    broken = good[:200] + bytes(len(good) // 2) + good[200 + len(good) // 2 :]
    other = parquet("SELECT 'F-CA' facility, 'A' tag")
    files = {"tables/metrc_tags/a.parquet": broken, "tables/metrc_tags/b.parquet": other}
    state, rows = read("metrc_tags", files, "tag", "_place")
    assert (rows, state.complete) == ([("A", 2**40 + 1)], False)
    assert [problem.place.file for problem in state.problems] == ["tables/metrc_tags/a.parquet"]


def test_a_table_of_broken_files_only_is_empty_and_incomplete(read):
    state, rows = read("metrc_tags", {"tables/metrc_tags.parquet": b"not parquet"})
    assert (rows, state.complete, state.columns) == ([], False, frozenset())


# The same at any thread count


def test_one_thread_and_four_tell_the_same(open_files):
    bad = {5: "F-CA,B5\n", 11: "F-TX,B11,plant\n", 17: "F-CA,G1,plant\n", 23: "F-CA,B23,tree\n"}
    lines = [bad.get(row % 1000, f"F-CA,G{row},plant\n") for row in range(60_000)]
    folder = open_files({"tables/metrc_tags.csv": "facility,tag,kind\n" + "".join(lines)}).folder
    states = []
    for threads in (1, 4):
        engine = DuckDBEngine(threads=threads)
        state = open_snapshot(folder, engine).open_table("metrc_tags")
        states.append((state, engine.rows(f"SELECT tag, _place FROM {state.relation} ORDER BY _place")))
        engine.close()
    assert states[0] == states[1]
    assert (states[0][0].rows, states[0][0].set_aside) == (60_000 - 240, 240)
