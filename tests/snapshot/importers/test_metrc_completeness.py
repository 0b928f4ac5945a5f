"""A table whose pages do not add up says so, and why. All data is made."""

from __future__ import annotations

from typing import Any

from tests.snapshot.importers.conftest import CAPTURE, FARM, SHOP, Answers, envelope

from rootlint.snapshot.importers import ImportedTable, ImportResult

WINDOWLESS = CAPTURE.replace("window: {from: 2020-01-01T00:00:00Z, to: 2026-11-01T13:00:00Z}\n", "")


def item(number: int) -> dict[str, Any]:
    return {"Id": number, "Name": f"Made {number}"}


def table(result: ImportResult, name: str) -> ImportedTable:
    [found] = [table for table in result.tables if table.name == name]
    return found


def gaps(answers: Answers, name: str) -> tuple[str, ...]:
    found = table(answers.load(), name)
    assert found.complete is (not found.incomplete_because)
    assert answers.manifest()["tables"][name]["complete"] is found.complete
    return found.incomplete_because


def test_two_whole_pages_of_all_lists_in_a_stated_window_are_complete(answers: Answers) -> None:
    first = envelope([item(n) for n in range(20)], page=1, pages=2, total=21)
    answers.write(f"{SHOP}/items/active/1.json", first)
    answers.write(f"{SHOP}/items/active/2.json", envelope([item(20)], page=2, pages=2, total=21))
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == ()
    entry = answers.manifest()["tables"]["metrc_items"]
    assert (entry["from"], entry["to"]) == ("2020-01-01T00:00:00Z", "2026-11-01T13:00:00Z")


def test_a_missing_page_is_named(answers: Answers) -> None:
    first = envelope([item(n) for n in range(20)], page=1, pages=3, total=41)
    answers.write(f"{SHOP}/items/active/1.json", first)
    answers.write(f"{SHOP}/items/active/3.json", envelope([item(40)], page=3, pages=3, total=41))
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == (
        f"{SHOP}/items/active: page 2 of 3 not captured",
        f"{SHOP}/items/active: 21 of 41 records arrived",
    )


def test_only_the_first_page_is_the_classic_fault(answers: Answers) -> None:
    answers.write(f"{SHOP}/items/active/1.json", envelope([item(n) for n in range(20)], pages=30, total=600))
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == (
        f"{SHOP}/items/active: page 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 19 more of 30 not captured",
        f"{SHOP}/items/active: 20 of 600 records arrived",
    )


def test_a_page_with_fewer_records_than_it_says_is_seen(answers: Answers) -> None:
    page = envelope([item(1), item(2)], total=2)
    page["Data"].pop()
    answers.write(f"{SHOP}/items/active/1.json", page)
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == (
        f"{SHOP}/items/active: a page says it has 2 records and holds 1",
        f"{SHOP}/items/active: 1 of 2 records arrived",
    )


def test_a_record_on_two_pages_counts_once_against_the_total_of_the_last_page(answers: Answers) -> None:
    answers.write(f"{SHOP}/items/active/1.json", envelope([item(1), item(2)], page=1, pages=2, total=3))
    answers.write(f"{SHOP}/items/active/2.json", envelope([item(2), item(3)], page=2, pages=2, total=4))
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == (f"{SHOP}/items/active: 3 of 4 records arrived",)


def test_windows_are_counted_each_for_itself(answers: Answers) -> None:
    answers.write(f"{SHOP}/items/active/window-1/1.json", envelope([item(1), item(2)]))
    answers.write(f"{SHOP}/items/active/window-2/1.json", envelope([item(2)], total=2))
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == (f"{SHOP}/items/active/window-2: 1 of 2 records arrived",)


def test_a_bare_array_where_an_envelope_belongs_cannot_prove_that_it_is_whole(answers: Answers) -> None:
    answers.write(f"{SHOP}/items/active.json", [item(1)])
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == (
        f"{SHOP}/items/active: no TotalRecords, so nobody can tell whether pages are missing",
    )


def test_without_a_stated_window_an_answer_may_be_yesterdays_changes_only(answers: Answers) -> None:
    answers.write("capture.yaml", WINDOWLESS)
    answers.list("items/active", item(1))
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == (
        "items/active: no window is stated, and without one METRC answers only what changed lately",
    )


def test_a_call_may_have_a_window_of_its_own(answers: Answers) -> None:
    own = "windows: {items/active: {from: 2026-08-01T00:00:00+00:00, to: 2026-11-01T05:00:00-08:00}}\n"
    answers.write("capture.yaml", WINDOWLESS + own)
    answers.list("items/active", item(1))
    answers.list("items/inactive")
    assert gaps(answers, "metrc_items") == ()
    entry = answers.manifest()["tables"]["metrc_items"]
    assert (entry["from"], entry["to"]) == ("2026-08-01T00:00:00Z", "2026-11-01T13:00:00Z")


def test_a_list_that_was_not_captured_is_named_for_every_license(answers: Answers) -> None:
    answers.write(
        "capture.yaml", CAPTURE + f"  {FARM}: {{jurisdiction: ca, timezone: America/Los_Angeles}}\n"
    )
    answers.list("packages/active")
    assert gaps(answers, "metrc_packages") == (
        f"{SHOP}: packages/inactive, packages/onhold, packages/intransit not captured",
        f"{FARM}: packages/active, packages/inactive, packages/onhold, packages/intransit not captured",
    )


def test_what_metrc_does_not_open_to_a_license_is_not_missing(answers: Answers) -> None:
    facts = "jurisdiction: ca, timezone: America/Los_Angeles, not_open: [harvests]"
    answers.write("capture.yaml", CAPTURE + f"  {FARM}: {{{facts}}}\n")
    for name in ("active", "onhold", "inactive"):
        answers.list(f"harvests/{name}")
    assert gaps(answers, "metrc_harvests") == ()


def test_answers_for_one_record_at_a_time_are_counted_against_the_records(answers: Answers) -> None:
    receipt = {"Id": 501, "SalesDateTime": "2026-07-14T18:30:00", "Transactions": []}
    answers.list("sales/receipts/active", receipt, receipt | {"Id": 502})
    answers.list("sales/receipts/inactive")
    answers.write(f"{SHOP}/sales/receipts/501.json", receipt)
    assert gaps(answers, "metrc_sale_lines") == ("the lines of 1 of 2 receipts were captured",)


def test_packages_of_a_delivery_that_nobody_names_are_set_aside_and_counted(answers: Answers) -> None:
    answers.list("transfers/deliveries/99/packages", {"PackageLabel": "A"})
    for name in ("incoming", "outgoing", "rejected"):
        answers.list(f"transfers/{name}")
    assert gaps(answers, "metrc_transfer_packages") == (
        "1 packages were set aside: no captured transfer or delivery tells their manifest",
    )
    assert answers.rows("metrc_transfer_packages") == []


def test_deliveries_and_their_packages_are_asked_of_every_transfer(answers: Answers) -> None:
    row = {"Id": 11, "ManifestNumber": "0000000042", "DeliveryId": 0}
    answers.list("transfers/outgoing", row, row | {"Id": 12, "ManifestNumber": "0000000043"})
    answers.list("transfers/incoming", row | {"Id": 13, "ManifestNumber": "0000000044", "DeliveryId": 21})
    answers.list("transfers/rejected")
    answers.list("transfers/11/deliveries", {"Id": 31})
    answers.list("transfers/deliveries/31/packages", {"PackageLabel": "A"})
    result = answers.load()
    assert table(result, "metrc_transfers").incomplete_because == (
        "the deliveries of 1 of 2 outgoing transfers were captured",
    )
    assert table(result, "metrc_transfer_packages").incomplete_because == (
        "the packages of 1 of 2 deliveries were captured",
    )


def test_an_empty_list_is_captured_and_complete_and_a_list_nobody_saved_is_no_table(answers: Answers) -> None:
    answers.list("plantbatches/active")
    answers.list("plantbatches/inactive")
    result = answers.load()
    assert [(table.name, table.rows, table.complete) for table in result.tables] == [
        ("metrc_plant_batches", 0, True)
    ]
    assert set(answers.manifest()["tables"]) == {"metrc_plant_batches"}


def test_a_column_whose_field_no_record_has_is_left_out_and_named(answers: Answers) -> None:
    answers.list("locations/active", {"Id": 3, "Name": None})
    answers.list("locations/inactive")
    result = answers.load()
    assert answers.rows("metrc_locations") == [
        {"facility": SHOP, "location_id": 3, "name": None, "is_active": True}
    ]
    assert table(result, "metrc_locations").notes == (
        "left out, since no record has the field: location_type",
    )


def test_times_without_offsets_and_rounded_numbers_are_noted_once_a_table(answers: Answers) -> None:
    receipt = {"SalesDateTime": "2026-07-14T18:30:00", "LastModified": "2026-07-14T18:30:00Z"}
    answers.list("sales/receipts/active", receipt | {"Id": 1, "TotalPrice": 1.2345678}, receipt | {"Id": 2})
    notes = table(answers.load(), "metrc_sales").notes
    assert notes[:2] == (
        "times without an offset were read in the facility's time zone: SalesDateTime",
        "numbers were rounded to six decimals: TotalPrice",
    )
