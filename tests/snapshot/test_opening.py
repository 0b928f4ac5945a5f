"""Opening a snapshot: which tables are captured, whether the files are the ones meant, and the digest."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rootlint.errors import UserError
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.opening import describe, open_snapshot

ITEMS = "facility,item_id,name\nF-CA,1,Made Flower\n"


def faults(opening) -> list[str]:
    with pytest.raises(UserError) as caught:
        opening()
    return [str(problem) for problem in caught.value.problems]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_only_captured_tables_are_there_and_the_manifest_brings_the_facilities(open_files):
    snapshot = open_files({"tables/metrc_items.csv": ITEMS})
    assert list(snapshot.tables) == ["facilities", "metrc_items"]
    assert "metrc_sales" not in snapshot.tables
    with pytest.raises(KeyError):
        snapshot.open_table("metrc_sales")


def test_the_facilities_are_a_table_like_the_others(open_files, engine):
    state = open_files({}).open_table("facilities")
    assert engine.rows(f"SELECT * FROM {state.relation} ORDER BY _place") == [
        ("F-CA", "Made West", "ca", "America/Los_Angeles", None, None, 1),
        ("F-CO", "Made East", "co", "America/Denver", None, date(2023, 2, 1), 2),
    ]
    assert state.files == ("snapshot.yaml",)


def test_a_table_is_read_when_it_is_first_used_and_then_kept(open_files, engine):
    snapshot = open_files({"tables/metrc_items.csv": ITEMS})
    relations = "SELECT view_name FROM duckdb_views() WHERE view_name LIKE 'snapshot%'"
    assert engine.rows(relations) == []
    state = snapshot.open_table("metrc_items")
    assert engine.rows(relations) == [("snapshot_metrc_items",)]
    assert snapshot.open_table("metrc_items") is state


def test_tables_can_be_read_after_the_engine_was_locked(open_files, engine):
    snapshot = open_files(
        {"tables/metrc_items.csv": ITEMS, "tables/metrc_tags.ndjson": '{"facility":"F-CA","tag":"T"}\n'}
    )
    engine.lock([snapshot.folder])
    assert [(state.name, state.rows, state.problems) for state in describe(snapshot).tables] == [
        ("facilities", 2, ()),
        ("metrc_items", 1, ()),
        ("metrc_tags", 1, ()),
    ]


def test_a_table_covers_what_the_manifest_says(open_files):
    tables = (
        "tables:\n  metrc_items: {captured_at: 2026-10-31T12:00:00Z, from: 2026-08-01, complete: false}\n"
    )
    state = open_files({"tables/metrc_items.csv": ITEMS}, tables).open_table("metrc_items")
    assert (state.captured_at, state.covers_from, state.covers_until, state.complete, state.notes) == (
        datetime(2026, 10, 31, 12, tzinfo=UTC),
        datetime(2026, 8, 1, tzinfo=UTC),
        None,
        False,
        (),
    )


def test_a_table_that_the_manifest_does_not_name_is_captured_and_noted(open_files):
    state = open_files({"tables/metrc_items.csv": ITEMS}).open_table("metrc_items")
    assert state.captured_at == datetime(2026, 11, 1, 13, tzinfo=UTC)
    assert state.notes == (
        "snapshot.yaml does not name this table: taken as captured with the rest, and complete",
    )


def test_a_table_that_the_manifest_names_needs_a_file(open_files):
    tables = "tables:\n  metrc_items: {}\n"
    assert faults(lambda: open_files({}, tables)) == [
        "snapshot.yaml:8:3: error: metrc_items is named, and there is no file of it in tables/\n"
        "  help: add its file, or take it out of the manifest if it was not captured"
    ]


def test_files_that_are_no_tables_are_refused_all_at_once(open_files):
    files = {
        "tables/metrc_item.csv": ITEMS,
        "tables/metrc_sales.xlsx": "",
        "tables/metrc_tags.csv": "",
        "tables/metrc_tags/part.csv": "",
        "tables/config_settings.csv": "",
        "tables/.hidden": "",
    }
    assert faults(lambda: open_files(files)) == [
        "tables/config_settings.csv: error: 'config_settings' is not captured as a table\n"
        "  help: rootlint builds it from the files in config/",
        "tables/metrc_item.csv: error: the format has no table 'metrc_item'\n"
        "  help: did you mean 'metrc_items'?",
        "tables/metrc_sales.xlsx: error: is not a kind of file that a table can be in\n"
        "  help: convert it to one of: parquet, csv, ndjson, json",
        "tables/metrc_tags.csv: error: metrc_tags stands twice in tables/\n  help: keep one",
    ]


def test_a_checksum_that_matches_passes(open_files):
    tables = f"tables:\n  metrc_items: {{sha256: {digest(ITEMS).upper()}}}\n"
    assert open_files({"tables/metrc_items.csv": ITEMS}, tables).open_table("metrc_items").rows == 1


def test_a_checksum_that_does_not_match_is_an_error(open_files):
    tables = f"tables:\n  metrc_items: {{sha256: {'0' * 64}}}\n"
    assert faults(lambda: open_files({"tables/metrc_items.csv": ITEMS}, tables)) == [
        "snapshot.yaml:8:25: error: the checksum of tables/metrc_items.csv does not match\n"
        f"  help: the file has {digest(ITEMS)}; capture it again, or correct the manifest"
    ]


def test_checksums_by_file_name_find_wrong_and_missing_files(open_files):
    tables = (
        "tables:\n  metrc_items:\n    sha256:\n"
        f"      a.csv: {digest(ITEMS)}\n      b.csv: {'0' * 64}\n      d.csv: {'0' * 64}\n"
    )
    files = {f"tables/metrc_items/{name}.csv": ITEMS for name in "abc"}
    assert faults(lambda: open_files(files, tables)) == [
        "snapshot.yaml:11:14: error: the checksum of tables/metrc_items/b.csv does not match\n"
        f"  help: the file has {digest(ITEMS)}; capture it again, or correct the manifest",
        "snapshot.yaml:12:14: error: metrc_items has no file 'd.csv'\n  help: did you mean 'c.csv'?",
    ]


def test_a_file_without_a_checksum_beside_files_with_one_is_noted(open_files):
    tables = f"tables:\n  metrc_items:\n    sha256: {{a.csv: {digest(ITEMS)}}}\n"
    files = {"tables/metrc_items/a.csv": ITEMS, "tables/metrc_items/b.csv": ITEMS.replace(",1,", ",2,")}
    state = open_files(files, tables).open_table("metrc_items")
    assert (state.notes, state.rows) == (("tables/metrc_items/b.csv has no checksum in snapshot.yaml",), 2)


def test_one_checksum_cannot_stand_for_many_files(open_files):
    tables = f"tables:\n  metrc_items: {{sha256: {digest(ITEMS)}}}\n"
    files = {"tables/metrc_items/a.csv": ITEMS, "tables/metrc_items/b.csv": ITEMS}
    assert faults(lambda: open_files(files, tables)) == [
        "snapshot.yaml:8:25: error: one checksum for the 2 files of metrc_items\n"
        "  help: give one by file name"
    ]


def test_the_digest_is_made_of_names_and_contents(open_files):
    snapshot = open_files(
        {"tables/metrc_items.csv": ITEMS, "config/sync.yaml": "a: 1\n", "notes.txt": "not part of it"}
    )
    manifest = (snapshot.folder / "snapshot.yaml").read_text(encoding="utf-8")
    lines = [("config/sync.yaml", "a: 1\n"), ("snapshot.yaml", manifest), ("tables/metrc_items.csv", ITEMS)]
    assert snapshot.digest == digest("".join(f"{name}\0{digest(text)}\n" for name, text in lines))


def test_a_folder_without_a_manifest_is_no_snapshot(tmp_path, engine):
    assert faults(lambda: open_snapshot(tmp_path, engine)) == [
        f"{tmp_path}: error: holds no snapshot.yaml\n  help: docs/snapshot-format.md tells what a snapshot is"
    ]
    assert faults(lambda: open_snapshot(tmp_path / "none", engine)) == [
        f"{tmp_path / 'none'}: error: is not a folder\n  help: name the folder that holds snapshot.yaml"
    ]


def test_a_folder_may_have_any_name(open_files, engine):
    """Brackets and quotes in a path are no patterns and end no text."""
    folder = open_files({"tables/metrc_items.csv": ITEMS}).folder
    renamed = folder.rename(folder.with_name("it's [1] of {2}"))
    assert open_snapshot(renamed, engine).open_table("metrc_items").rows == 1


def test_a_description_names_every_table_of_the_format(open_files):
    description = describe(open_files({"tables/metrc_items.csv": ITEMS + "F-CA,x,\n"}))
    assert [(state.name, state.rows, state.set_aside) for state in description.tables] == [
        ("facilities", 2, 0),
        ("metrc_items", 1, 1),
    ]
    assert set(description.not_captured) == set(FORMAT.tables) - {"facilities", "metrc_items"}
    assert [str(problem.place) for problem in description.problems] == ["tables/metrc_items.csv"]


STOCK = """\
facility,stock_id,label,sku,location,on_hand,unit_of_measure,last_modified
F-CA,1,A,S1,Vault,1.5,Grams,2026-01-01T00:00:00Z
F-CA,2,A,S1,Floor,2,Grams,2026-01-02T00:00:00Z
F-CA,3,B,S2,Vault,1,Grams,
F-CA,4,B,S2,Vault,1,Each,
F-CA,5,,S3,Vault,9,Each,
F-CO,6,A,S4,Vault,7,Each,
"""


def test_the_inventory_follows_from_stock_where_only_that_was_captured(open_files, engine):
    state = open_files({"tables/internal_stock.csv": STOCK}).open_table("internal_inventory")
    shown = "facility, label, sku, quantity, unit_of_measure, location, stock_rows, last_synced_at, _place"
    assert engine.rows(f"SELECT {shown} FROM {state.relation} ORDER BY facility, label") == [
        ("F-CA", "A", "S1", Decimal("3.5"), "Grams", None, 2, None, 1),
        ("F-CA", "B", "S2", None, None, "Vault", 2, None, 3),
        ("F-CO", "A", "S4", Decimal("7"), "Each", "Vault", 1, None, 6),
    ]
    assert (state.rows, state.complete, state.notes) == (3, True, ("summed up from internal_stock",))
    assert "last_synced_at" not in state.columns
    assert "quantity" in state.columns


def test_an_inventory_from_stock_in_part_is_one_in_part(open_files):
    state = open_files({"tables/internal_stock.csv": STOCK + "F-CA,7,C,S5,Vault,many,Each,\n"}).open_table(
        "internal_inventory"
    )
    assert (state.complete, state.set_aside) == (False, 0)


def test_an_inventory_that_was_captured_is_not_made_from_stock(open_files):
    files = {
        "tables/internal_stock.csv": STOCK,
        "tables/internal_inventory.csv": "facility,label,quantity\nF-CA,Z,1\n",
    }
    assert open_files(files).open_table("internal_inventory").rows == 1
