"""The format is one file, and everything else is derived from it."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from rootlint.snapshot.format import FORMAT, Column, ColumnType, document_format, load_format, manifest_schema

ROOT = Path(__file__).parents[2]


def test_the_format_is_loaded_once():
    assert FORMAT is load_format()


def test_a_table_begins_with_facility_and_carries_key_types_values_and_privacy():
    transfers = FORMAT.tables["metrc_transfers"]
    assert transfers.key == ("manifest", "direction")
    assert next(iter(transfers.columns)) == "facility"
    direction = transfers.columns["direction"]
    assert direction == Column(
        "direction", ColumnType.TEXT, ("incoming", "outgoing"), doc="as seen from facility"
    )


def test_what_names_a_patient_or_a_driver_is_private():
    private = {
        f"{table.name}.{column.name}"
        for table in FORMAT.tables.values()
        for column in table.columns.values()
        if column.private
    }
    assert private == {
        "metrc_transfers.driver",
        "internal_shipments.driver",
        "metrc_sales.patient",
        "internal_sales.patient",
    }


def test_only_these_tables_may_have_rows_without_a_facility():
    nullable = {name for name, table in FORMAT.tables.items() if table.facility == "nullable"}
    assert nullable == {"outages", "staff", "config_settings"}


@pytest.mark.parametrize("table", FORMAT.tables.values(), ids=lambda table: table.name)
def test_every_table_has_one_sentence_of_documentation_and_a_key_of_its_columns(table):
    assert table.doc.endswith(".")
    assert set(table.key) <= set(table.columns)


def test_the_documentation_is_up_to_date():
    """Run ``document_format`` and write its text to the page to bring it up to date."""
    assert (ROOT / "docs/snapshot-format.md").read_text(encoding="utf-8") == document_format()


def test_the_schema_of_the_manifest_is_valid_and_describes_every_key():
    schema = manifest_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    parts = [schema, schema["$defs"]["facility"], schema["$defs"]["table"]]
    assert [
        key for part in parts for key, value in part["properties"].items() if not value["description"]
    ] == []


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"tables": {"metrc_sales": {"from": "2026-08-01", "complete": False, "sha256": "0" * 64}}}, True),
        ({"tables": {"metrc_sales": None}}, True),
        ({"tables": {"metrc_sale": {}}}, False),
        ({"tables": {"facilities": {}}}, False),
        ({"facilities": []}, False),
        ({"format": 2}, False),
        ({"owner": "x"}, False),
    ],
)
def test_the_schema_takes_what_the_reader_takes(change, valid):
    manifest = {
        **yaml.safe_load("{format: 1, operator: Made, captured_at: '2026-11-01T13:00:00Z'}"),
        "facilities": [
            {"facility": "F", "name": "Made", "jurisdiction": "ca", "timezone": "America/Los_Angeles"}
        ],
        **change,
    }
    assert jsonschema.Draft202012Validator(manifest_schema()).is_valid(manifest) is valid
