"""Each call of METRC's API becomes the rows that it should. All data is made."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from tests.snapshot.importers.conftest import FARM, SHOP, Answers, envelope, utc

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.snapshot.opening import open_snapshot

LABEL = "1A4FF0000000001000000001"
OTHER = "1A4FF0000000001000000002"
MADE_SALT = "made salt, 16+ long"


def hashed(text: str) -> str:
    return hashlib.sha256((MADE_SALT + text).encode()).hexdigest()


def package(**fields: object) -> dict[str, object]:
    """A package as the lists answer it, with the item inside and its enums as numbers."""
    return {
        "Id": 9007199254740993,
        "Label": LABEL,
        "PackageType": "Product",
        "SourceHarvestNames": "Harvest A, Harvest B, ",
        "SourcePackageLabels": OTHER,
        "LocationName": "Vault",
        "Quantity": 12.3456,
        "OriginalPackageQuantity": 100.0,
        "UnitOfMeasureName": "Grams",
        "PackagedDate": "2026-02-01",
        "ExpirationDate": None,
        "LabTestingState": "TestPassed",
        "LabTestingStateDate": "2026-02-03",
        "ProductionBatchNumber": "",
        "IsTradeSample": False,
        "IsTestingSample": True,
        "ReceivedDateTime": "2026-02-05T10:00:00+00:00",
        "ReceivedFromFacilityLicenseNumber": FARM,
        "IsOnHold": False,
        "IsOnRecall": None,
        "ArchivedDate": None,
        "IsFinished": False,
        "FinishedDate": None,
        "LastModified": "2026-02-14T09:15:00-08:00",
        "Item": {"Id": 7, "Name": "Made Bud", "ProductCategoryName": "Buds", "UnitOfMeasureName": None},
        "AFieldNobodyDocumented": {"deep": [1]},
        **fields,
    }


PACKAGE_ROW = {
    "facility": SHOP,
    "package_id": 9007199254740993,
    "label": LABEL,
    "state": "active",
    "item_id": 7,
    "item": "Made Bud",
    "category": "Buds",
    "quantity": Decimal("12.345600"),
    "unit_of_measure": "Grams",
    "initial_quantity": Decimal("100.000000"),
    "packaged_on": date(2026, 2, 1),
    "lab_state": "TestPassed",
    "lab_state_on": date(2026, 2, 3),
    "is_on_hold": False,
    "is_recalled": None,
    "is_trade_sample": False,
    "is_testing_sample": True,
    "production_batch": None,
    "source_harvests": ["Harvest A", "Harvest B"],
    "received_from_facility": FARM,
    "received_at": utc(2026, 2, 5, 10),
    "finished_on": None,
    "expires_on": None,
    "location": "Vault",
    "last_modified": utc(2026, 2, 14, 17, 15),
}


def test_packages_of_all_lists_take_their_state_from_the_record_first(answers: Answers) -> None:
    answers.list(
        "packages/active",
        package(),
        package(Id=2, Label="B", FinishedDate="2026-02-13"),
        package(Id=3, Label="C", IsOnHold=True),
    )
    answers.list("packages/inactive", package(Id=4, Label="D"))
    answers.list(
        "packages/onhold", package(Id=5, Label="E"), package(Id=6, Label="F", ArchivedDate="2026-02-13")
    )
    answers.list("packages/intransit", package(Id=7, Label="G"))
    answers.load()
    rows = answers.rows("metrc_packages")
    assert rows[-1] == PACKAGE_ROW
    assert {row["label"]: row["state"] for row in rows} == {
        LABEL: "active",
        "B": "inactive",
        "C": "on_hold",
        "D": "inactive",
        "E": "on_hold",
        "F": "inactive",
        "G": "in_transit",
    }


def test_a_package_in_two_lists_is_one_row_and_the_newest_wins_as_an_instant_not_as_text(
    answers: Answers,
) -> None:
    answers.list("packages/active", package(Quantity=5, LastModified="2026-02-14T23:00:00+00:00"))
    answers.list(
        "packages/inactive",
        package(Quantity=0, FinishedDate="2026-02-14", LastModified="2026-02-14T16:00:00-08:00"),
    )
    answers.list("packages/onhold")
    answers.list("packages/intransit")
    result = answers.load()
    [row] = answers.rows("metrc_packages")
    assert row == PACKAGE_ROW | {
        "quantity": Decimal("0.000000"),
        "state": "inactive",
        "finished_on": date(2026, 2, 14),
        "last_modified": utc(2026, 2, 15),
    }
    assert [(t.merged, t.complete) for t in result.tables if t.name == "metrc_packages"] == [(1, True)]


def test_the_source_packages_of_a_package_become_rows_without_quantities(answers: Answers) -> None:
    answers.list(
        "packages/active",
        package(SourcePackageLabels="X, Y,"),
        package(Id=2, Label="B", SourcePackageLabels=""),
    )
    answers.load()
    assert answers.rows("metrc_package_sources") == [
        {"facility": SHOP, "label": LABEL, "source_label": "X"},
        {"facility": SHOP, "label": LABEL, "source_label": "Y"},
    ]


def test_lab_samples_give_one_package_and_a_result_for_each_test(answers: Answers) -> None:
    test = {
        "LabFacilityLicenseNumber": "C8-0000009-LIC",
        "TestPerformedDate": "2026-02-03",
        "ResultReleaseDateTime": "2026-02-04T08:00:00.1234567Z",
        "LabTestResultExpirationDateTime": "2027-02-04T00:00:00+00:00",
        "TestPassed": True,
        "TestInformationalOnly": False,
    }
    answers.list(
        "packages/labsamples",
        package(**test, TestTypeName="THC (%)", TestResultLevel=21.5),
        package(**test, TestTypeName="CBD (%)", TestResultLevel=0.1),
    )
    answers.load()
    assert answers.rows("metrc_packages") == [PACKAGE_ROW]
    row = {
        "facility": SHOP,
        "label": LABEL,
        "test_type": "CBD (%)",
        "lab_facility": "C8-0000009-LIC",
        "passed": True,
        "result": Decimal("0.100000"),
        "tested_on": date(2026, 2, 3),
        "released_at": utc(2026, 2, 4, 8, 0, 0, 123456),
        "expires_on": date(2027, 2, 4),
        "informational_only": False,
    }
    assert answers.rows("metrc_lab_results") == [
        row,
        row | {"test_type": "THC (%)", "result": Decimal("21.500000")},
    ]


def test_lab_results_take_the_label_of_the_package_asked_for_and_leave_revoked_and_older_ones_out(
    answers: Answers,
) -> None:
    def result(number: int, released: str, **fields: object) -> dict[str, object]:
        return {
            "PackageId": 9007199254740993,
            "LabTestResultId": number,
            "LabFacilityLicenseNumber": "C8-0000009-LIC",
            "SourcePackageLabel": OTHER,
            "TestPerformedDate": "2026-02-03",
            "RevokedDate": None,
            "ResultReleaseDateTime": released,
            "ExpirationDateTime": None,
            "TestTypeName": "Moisture (%)",
            "TestPassed": number > 1,
            "TestResultLevel": number,
            "TestInformationalOnly": False,
            "LabTestDetailRevokedDate": None,
            **fields,
        }

    answers.list("packages/active", package())
    answers.list(
        "labtests/results/9007199254740993",
        result(1, "2026-02-03T00:00:00Z"),
        result(2, "2026-02-04T00:00:00Z"),
        result(3, "2026-02-05T00:00:00Z", RevokedDate="2026-02-06"),
    )
    imported = answers.load()
    assert answers.rows("metrc_lab_results") == [
        {
            "facility": SHOP,
            "label": LABEL,
            "test_type": "Moisture (%)",
            "lab_facility": "C8-0000009-LIC",
            "passed": True,
            "result": Decimal("2.000000"),
            "tested_on": date(2026, 2, 3),
            "released_at": utc(2026, 2, 4),
            "expires_on": None,
            "informational_only": False,
        }
    ]
    [table] = [table for table in imported.tables if table.name == "metrc_lab_results"]
    assert table.notes == (
        "records that stood more than once, of which the newest was kept: 1",
        "1 results were left out: METRC has revoked them",
    )


def test_adjustments_get_a_key_and_equal_ones_of_one_walk_stay_two(answers: Answers) -> None:
    adjustment = {
        "PackageId": 9007199254740993,
        "PackageLabel": LABEL,
        "AdjustmentQuantity": -1.25,
        "AdjustmentUnitOfMeasureName": "Grams",
        "AdjustmentReasonName": "Waste",
        "AdjustmentNote": "",
        "AdjustmentDate": "2026-02-14T00:00:00+00:00",
        "AdjustedByUserName": "Made Person",
    }
    in_two_walks = envelope([adjustment])
    answers.write(f"{SHOP}/packages/adjustments/window-1/a.json", envelope([adjustment, adjustment]))
    answers.write(f"{SHOP}/packages/adjustments/window-2/a.json", in_two_walks)
    answers.load()
    rows = answers.rows("metrc_adjustments")
    keys = [row.pop("adjustment_id") for row in rows]
    assert keys[0].rpartition("-")[0] == keys[1].rpartition("-")[0]
    assert [key.rpartition("-")[2] for key in keys] == ["1", "2"]
    assert rows == 2 * [
        {
            "facility": SHOP,
            "label": LABEL,
            "quantity": Decimal("-1.250000"),
            "unit_of_measure": "Grams",
            "reason": "Waste",
            "note": None,
            "adjusted_on": date(2026, 2, 14),
            "recorded_by": "Made Person",
        }
    ]


def test_an_adjustment_late_in_the_day_belongs_to_the_day_of_the_facility(answers: Answers) -> None:
    answers.list("packages/adjustments", {"PackageLabel": LABEL, "AdjustmentDate": "2026-02-15T03:00:00Z"})
    answers.load()
    assert [row["adjusted_on"] for row in answers.rows("metrc_adjustments")] == [date(2026, 2, 14)]


def transfer(**fields: object) -> dict[str, object]:
    return {
        "Id": 11,
        "ManifestNumber": "0000000042",
        "ShipperFacilityLicenseNumber": FARM,
        "DriverName": "Made Driver",
        "VehicleLicensePlateNumber": "MADE1",
        "DeliveryCount": 1,
        "PackageCount": 2,
        "ReceivedPackageCount": 0,
        "IsVoided": False,
        "CreatedDateTime": "2026-02-10T08:00:00+00:00",
        "LastModified": "2026-02-10T09:00:00+00:00",
        "DeliveryId": 21,
        "RecipientFacilityLicenseNumber": SHOP,
        "ShipmentTypeName": "Wholesale",
        "EstimatedDepartureDateTime": "2026-02-11T08:00:00.000",
        "ActualDepartureDateTime": None,
        "EstimatedArrivalDateTime": "2026-02-11T12:00:00.000",
        "ReceivedDateTime": None,
        **fields,
    }


TRANSFER_ROW = {
    "facility": SHOP,
    "manifest": "0000000042",
    "direction": "incoming",
    "shipment_type": "Wholesale",
    "shipper_facility": FARM,
    "recipient_facility": SHOP,
    "created_at": utc(2026, 2, 10, 8),
    "departs_at": utc(2026, 2, 11, 16),
    "arrives_at": utc(2026, 2, 11, 20),
    "departed_at": None,
    "received_at": None,
    "state": "created",
    "driver": hashed("MADE DRIVER"),
    "vehicle": "MADE1",
    "last_modified": utc(2026, 2, 10, 9),
}


def test_an_incoming_transfer_says_everything_itself(answers: Answers) -> None:
    answers.list("transfers/incoming", transfer())
    answers.load()
    assert answers.rows("metrc_transfers") == [TRANSFER_ROW]


def test_the_state_of_a_transfer_follows_from_what_the_record_says(answers: Answers) -> None:
    answers.list(
        "transfers/incoming",
        transfer(Id=1, ManifestNumber="0000000001", ActualDepartureDateTime="2026-02-11T08:05:00.000"),
        transfer(Id=2, ManifestNumber="0000000002", ReceivedDateTime="2026-02-11T20:30:00+00:00"),
        transfer(Id=3, ManifestNumber="0000000003", ReceivedPackageCount=2),
        transfer(Id=4, ManifestNumber="0000000004", ReceivedPackageCount=1),
        transfer(
            Id=5, ManifestNumber="0000000005", IsVoided=True, ReceivedDateTime="2026-02-11T20:30:00+00:00"
        ),
        transfer(Id=6, ManifestNumber="0000000006", LastModified="2026-02-20T00:00:00Z"),
    )
    answers.list("transfers/rejected", transfer(Id=6, ManifestNumber="0000000006"))
    answers.load()
    assert {row["manifest"][-1]: row["state"] for row in answers.rows("metrc_transfers")} == {
        "1": "in_transit",
        "2": "received",
        "3": "received",
        "4": "in_transit",
        "5": "voided",
        "6": "rejected",
    }


OUTGOING = {
    "ShipperFacilityLicenseNumber": SHOP,
    "DriverName": None,
    "VehicleLicensePlateNumber": None,
    "DeliveryId": 0,
    "RecipientFacilityLicenseNumber": None,
    "ShipmentTypeName": None,
    "EstimatedDepartureDateTime": "0001-01-01T00:00:00",
    "EstimatedArrivalDateTime": "0001-01-01T00:00:00",
}


def delivery(number: int, recipient: str, received: str | None) -> dict[str, object]:
    return {
        "Id": number,
        "ManifestNumber": None,
        "RecipientFacilityLicenseNumber": recipient,
        "ShipmentTypeName": "Transfer",
        "EstimatedDepartureDateTime": "2026-02-11T08:00:00.000",
        "ActualDepartureDateTime": "2026-02-11T08:30:00.000",
        "EstimatedArrivalDateTime": "2026-02-11T20:00:00Z",
        "ReceivedDateTime": received,
    }


def test_an_outgoing_transfer_takes_recipient_times_and_driver_from_its_delivery(answers: Answers) -> None:
    answers.list("transfers/outgoing", transfer(**OUTGOING))
    answers.list("transfers/11/deliveries", delivery(31, FARM, "2026-02-11T21:00:00Z"))
    answers.list(
        "transfers/deliveries/31/transporters/details",
        {"DriverName": " made driver", "VehicleLicensePlateNumber": "MADE2"},
    )
    answers.load()
    assert answers.rows("metrc_transfers") == [
        TRANSFER_ROW
        | {
            "direction": "outgoing",
            "shipment_type": "Transfer",
            "shipper_facility": SHOP,
            "recipient_facility": FARM,
            "departed_at": utc(2026, 2, 11, 16, 30),
            "received_at": utc(2026, 2, 11, 21),
            "state": "received",
            "vehicle": "MADE2",
        }
    ]


def test_a_transfer_to_two_recipients_names_none_and_is_received_with_the_last(answers: Answers) -> None:
    answers.list("transfers/outgoing", transfer(**OUTGOING))
    answers.list(
        "transfers/11/deliveries", delivery(31, FARM, "2026-02-11T21:00:00Z"), delivery(32, "X", None)
    )
    answers.load()
    [row] = answers.rows("metrc_transfers")
    assert (row["recipient_facility"], row["shipment_type"]) == (None, "Transfer")
    assert (row["received_at"], row["state"]) == (None, "in_transit")


def shipped(**fields: object) -> dict[str, object]:
    return {
        "PackageId": 5,
        "PackageLabel": LABEL,
        "ItemName": "Made Bud",
        "ShipmentPackageState": "Accepted",
        "ShippedQuantity": 10,
        "ShippedUnitOfMeasureName": "Grams",
        "ReceivedQuantity": 9.5,
        **fields,
    }


def test_packages_of_deliveries_get_their_manifest_and_the_price_of_the_facilitys_own_side(
    answers: Answers,
) -> None:
    answers.list("transfers/incoming", transfer())
    answers.list("transfers/outgoing", transfer(**OUTGOING | {"Id": 12, "ManifestNumber": "0000000043"}))
    answers.list("transfers/12/deliveries", delivery(31, FARM, None))
    price = {
        "PackageId": 5,
        "PackageLabel": LABEL,
        "ShipperWholesalePrice": 100.10,
        "ReceiverWholesalePrice": 100.20,
    }
    for number in (21, 31):
        answers.list(f"transfers/deliveries/{number}/packages", shipped())
        answers.list(f"transfers/deliveries/{number}/packages/wholesale", price)
    answers.load()
    row = {
        "facility": SHOP,
        "manifest": "0000000042",
        "label": LABEL,
        "item": "Made Bud",
        "shipped_quantity": Decimal("10.000000"),
        "received_quantity": Decimal("9.500000"),
        "unit_of_measure": "Grams",
        "wholesale_price": Decimal("100.200000"),
        "state": "accepted",
    }
    assert answers.rows("metrc_transfer_packages") == [
        row,
        row | {"manifest": "0000000043", "wholesale_price": Decimal("100.100000")},
    ]


def test_transferred_packages_fill_what_no_delivery_told(answers: Answers) -> None:
    line = {
        "Id": 90,
        "PackageId": 5,
        "ManifestNumber": "0000000042",
        "PackageLabel": LABEL,
        "ProductName": "Made Bud",
        "ShippedQuantity": 10,
        "ShippedUnitOfMeasureAbbreviation": "g",
        "GrossWeight": 12.5,
        "ShipperWholesalePrice": 55,
        "ReceivedQuantity": 10,
        "ReceiverWholesalePrice": None,
        "ShipmentPackageStateName": "Shipped",
    }
    answers.list("packages/transferred", line, line | {"Id": 91, "PackageLabel": OTHER})
    answers.list("transfers/incoming", transfer())
    answers.list("transfers/deliveries/21/packages", shipped())
    answers.load()
    row = {
        "facility": SHOP,
        "manifest": "0000000042",
        "label": LABEL,
        "item": "Made Bud",
        "shipped_quantity": Decimal("10.000000"),
        "received_quantity": Decimal("9.500000"),
        "unit_of_measure": "Grams",
        "wholesale_price": Decimal("55.000000"),
        "state": "accepted",
        "gross_weight": None,
    }
    of_no_delivery = {
        "label": OTHER,
        "received_quantity": Decimal("10.000000"),
        "state": "shipped",
        "gross_weight": Decimal("12.500000"),
    }
    assert answers.rows("metrc_transfer_packages") == [row, row | of_no_delivery]


def receipt(**fields: object) -> dict[str, object]:
    return {
        "Id": 501,
        "ReceiptNumber": "0000000501",
        "ExternalReceiptNumber": "POS-1",
        "SalesDateTime": "2026-07-14T18:30:00.000",
        "SalesCustomerType": "Patient",
        "PatientLicenseNumber": "made-patient-1",
        "TotalPackages": 2,
        "TotalPrice": 25.50,
        "Transactions": [],
        "IsFinal": False,
        "ArchivedDate": None,
        "RecordedDateTime": "2026-07-15T02:00:00+00:00",
        "RecordedByUserName": "Made Person",
        "LastModified": "2026-07-15T02:00:00+00:00",
        **fields,
    }


RECEIPT_ROW = {
    "facility": SHOP,
    "receipt_id": 501,
    "receipt_number": "0000000501",
    "external_number": "POS-1",
    "sold_at": utc(2026, 7, 15, 1, 30),
    "recorded_at": utc(2026, 7, 15, 2),
    "customer_type": "Patient",
    "patient": hashed("MADE-PATIENT-1"),
    "total": Decimal("25.500000"),
    "state": "active",
    "recorded_by": "Made Person",
    "last_modified": utc(2026, 7, 15, 2),
}


def sold(label: str, quantity: float, price: float) -> dict[str, object]:
    return {
        "PackageId": 5,
        "PackageLabel": label,
        "ProductName": "Made Bud",
        "ProductCategoryName": "Buds",
        "QuantitySold": quantity,
        "UnitOfMeasureName": "Grams",
        "TotalPrice": price,
    }


def test_a_receipt_is_voided_when_it_is_archived_and_names_no_patient(answers: Answers) -> None:
    answers.list("sales/receipts/active", receipt(PatientLicenseNumber=""))
    answers.list(
        "sales/receipts/inactive", receipt(Id=502, IsFinal=True), receipt(Id=503, ArchivedDate="2026-07-16")
    )
    answers.load()
    assert answers.rows("metrc_sales") == [
        RECEIPT_ROW | {"patient": None},
        RECEIPT_ROW | {"receipt_id": 502},
        RECEIPT_ROW | {"receipt_id": 503, "state": "voided"},
    ]


def test_the_lines_of_a_receipt_are_those_of_its_newest_answer_as_a_whole(answers: Answers) -> None:
    answers.list("sales/receipts/active", receipt())
    answers.write(
        f"{SHOP}/sales/receipts/501.json",
        receipt(Transactions=[sold("A", 1, 9.99), sold("B", 2, 5), sold("C", 3, 5)]),
    )
    edited = receipt(
        Transactions=[sold("B", 2.5, 10), sold("A", 1, 15.50)], LastModified="2026-07-15T03:00:00Z"
    )
    answers.write(f"{SHOP}/sales/receipts/external/POS-1.json", edited)
    answers.load()
    line = {
        "facility": SHOP,
        "receipt_id": 501,
        "line": 1,
        "label": "B",
        "item": "Made Bud",
        "category": "Buds",
        "quantity": Decimal("2.500000"),
        "unit_of_measure": "Grams",
        "price": Decimal("10.000000"),
    }
    assert answers.rows("metrc_sale_lines") == [
        line,
        line | {"line": 2, "label": "A", "quantity": Decimal("1.000000"), "price": Decimal("15.500000")},
    ]
    assert answers.rows("metrc_sales") == [RECEIPT_ROW | {"last_modified": utc(2026, 7, 15, 3)}]


def test_items_and_locations_are_active_as_their_list_says(answers: Answers) -> None:
    item = {
        "Id": 7,
        "Name": "Made Bud",
        "ProductCategoryName": "Buds",
        "UnitOfMeasureName": "Grams",
        "ApprovalStatus": "Approved",
        "StrainName": None,
        "UnitWeight": 3.5,
        "UnitWeightUnitOfMeasureName": "Grams",
        "UnitThcContent": 100,
    }
    location = {"Id": 3, "Name": "Vault", "LocationTypeName": "Default"}
    answers.list("items/active", item)
    answers.list("items/inactive", item | {"Id": 8, "StrainName": "Made Strain"})
    answers.list("locations/active", location)
    answers.list("locations/inactive", location | {"Id": 4})
    answers.load()
    row = {
        "facility": SHOP,
        "item_id": 7,
        "name": "Made Bud",
        "category": "Buds",
        "unit_of_measure": "Grams",
        "unit_weight": Decimal("3.500000"),
        "unit_weight_uom": "Grams",
        "unit_thc_content": Decimal("100.000000"),
        "strain": None,
        "approval_status": "Approved",
        "is_active": True,
    }
    assert answers.rows("metrc_items") == [
        row,
        row | {"item_id": 8, "strain": "Made Strain", "is_active": False},
    ]
    place = {
        "facility": SHOP,
        "location_id": 3,
        "name": "Vault",
        "location_type": "Default",
        "is_active": True,
    }
    assert answers.rows("metrc_locations") == [place, place | {"location_id": 4, "is_active": False}]


def test_tags_are_bare_arrays_and_take_their_kind_from_the_call(answers: Answers) -> None:
    tag = {
        "Label": LABEL,
        "StatusName": "Received",
        "CommissionedDateTime": "2026-01-02T20:00:00Z",
        "IsUsed": False,
        "UsedDateTime": None,
        "LastModified": "2026-01-02T20:00:00Z",
    }
    answers.write(f"{SHOP}/tags/plant/available.json", [tag])
    answers.write(
        f"{SHOP}/tags/package/available.json",
        [tag | {"Label": OTHER, "IsUsed": True, "UsedDateTime": "2026-02-01T08:00:00Z"}],
    )
    answers.load()
    row = {
        "facility": SHOP,
        "tag": LABEL,
        "kind": "plant",
        "status": "available",
        "received_on": date(2026, 1, 2),
        "used_on": None,
    }
    assert answers.rows("metrc_tags") == [
        row,
        row | {"tag": OTHER, "kind": "package", "status": "used", "used_on": date(2026, 2, 1)},
    ]


def test_plant_batches_and_plants_of_all_lists(answers: Answers) -> None:
    batch = {
        "Id": 61,
        "Name": "Batch A",
        "PlantBatchTypeName": "Clone",
        "LocationName": "Room 1",
        "StrainName": "Made Strain",
        "UntrackedCount": 10,
        "TrackedCount": 5,
        "DestroyedCount": 1,
        "PlantedDate": "2026-01-01",
        "LastModified": "2026-01-02T00:00:00Z",
    }
    plant = {
        "Id": 71,
        "Label": LABEL,
        "State": "Tracked",
        "GrowthPhase": "Vegetative",
        "PlantBatchName": "Batch A",
        "StrainName": "Made Strain",
        "LocationName": "Room 1",
        "HarvestId": None,
        "IsOnHold": False,
        "PlantedDate": "2026-01-01",
        "VegetativeDate": "2026-01-15",
        "FloweringDate": None,
        "HarvestedDate": None,
        "DestroyedDate": "0001-01-01",
        "LastModified": "2026-01-15T00:00:00Z",
    }
    answers.list("plantbatches/active", batch)
    answers.list("plants/vegetative", plant)
    # A manicured plant has a harvest date and lives on; a destroyed one is inactive in whatever list.
    answers.list("plants/flowering", plant | {"Id": 72, "HarvestedDate": "2026-02-01", "HarvestId": 81})
    answers.list("plants/mother", plant | {"Id": 73, "State": None, "StateName": "Destroyed"})
    answers.list("plants/onhold", plant | {"Id": 74, "IsOnHold": True})
    answers.list("plants/mother/inactive", plant | {"Id": 75})
    answers.load()
    assert answers.rows("metrc_plant_batches") == [
        {
            "facility": SHOP,
            "plant_batch_id": 61,
            "name": "Batch A",
            "batch_type": "Clone",
            "strain": "Made Strain",
            "location": "Room 1",
            "untracked_count": 10,
            "tracked_count": 5,
            "destroyed_count": 1,
            "planted_on": date(2026, 1, 1),
            "last_modified": utc(2026, 1, 2),
        }
    ]
    row = {
        "facility": SHOP,
        "plant_id": 71,
        "label": LABEL,
        "state": "active",
        "growth_phase": "Vegetative",
        "plant_batch": "Batch A",
        "strain": "Made Strain",
        "location": "Room 1",
        "planted_on": date(2026, 1, 1),
        "vegetative_on": date(2026, 1, 15),
        "flowering_on": None,
        "harvested_on": None,
        "destroyed_on": None,
        "harvest_id": None,
        "last_modified": utc(2026, 1, 15),
    }
    assert answers.rows("metrc_plants") == [
        row,
        row | {"plant_id": 72, "harvested_on": date(2026, 2, 1), "harvest_id": 81},
        row | {"plant_id": 73, "state": "inactive"},
        row | {"plant_id": 74, "state": "on_hold"},
        row | {"plant_id": 75, "state": "inactive"},
    ]


def test_harvests_of_all_lists_and_the_waste_of_all_kinds(answers: Answers) -> None:
    harvest = {
        "Id": 81,
        "Name": "Harvest A",
        "HarvestType": "WholePlant",
        "CurrentWeight": 50,
        "TotalWasteWeight": 10,
        "PlantCount": 4,
        "TotalWetWeight": 100.1234,
        "TotalPackagedWeight": 40,
        "UnitOfWeightName": "Grams",
        "IsOnHold": False,
        "HarvestStartDate": "2026-02-01",
        "FinishedDate": None,
        "ArchivedDate": None,
        "LastModified": "2026-02-02T00:00:00Z",
    }
    waste = {
        "PlantWasteNumber": "W1",
        "WasteMethodName": "Compost",
        "WasteWeight": 2,
        "WasteUnitOfMeasureName": "Grams",
        "WasteReasonName": "Male Plants",
        "PlantBatchId": 61,
        "WasteDate": "2026-01-20",
    }
    answers.list("harvests/active", harvest, harvest | {"Id": 82, "FinishedDate": "2026-02-20"})
    answers.list("harvests/onhold", harvest | {"Id": 83})
    answers.list("harvests/inactive", harvest | {"Id": 84})
    answers.list("plants/waste", waste)
    answers.list("plantbatches/waste", waste)
    answers.list(
        "harvests/waste/81",
        {
            "Id": 9,
            "WasteTypeName": "Fibrous",
            "WasteWeight": 10,
            "UnitOfWeightName": "Grams",
            "ActualDate": "2026-02-02",
        },
    )
    answers.load()
    row = {
        "facility": SHOP,
        "harvest_id": 81,
        "name": "Harvest A",
        "harvest_type": "WholePlant",
        "state": "active",
        "wet_weight": Decimal("100.123400"),
        "waste_weight": Decimal("10.000000"),
        "packaged_weight": Decimal("40.000000"),
        "current_weight": Decimal("50.000000"),
        "unit_of_measure": "Grams",
        "plant_count": 4,
        "started_on": date(2026, 2, 1),
        "finished_on": None,
        "last_modified": utc(2026, 2, 2),
    }
    assert answers.rows("metrc_harvests") == [
        row,
        row | {"harvest_id": 82, "state": "inactive", "finished_on": date(2026, 2, 20)},
        row | {"harvest_id": 83, "state": "on_hold"},
        row | {"harvest_id": 84, "state": "inactive"},
    ]
    wasted = {
        "facility": SHOP,
        "waste_id": "harvest:9",
        "source_kind": "harvest",
        "source_key": "81",
        "weight": Decimal("10.000000"),
        "unit_of_measure": "Grams",
        "reason": None,
        "method": None,
        "wasted_on": date(2026, 2, 2),
    }
    of_plants = {
        "weight": Decimal("2.000000"),
        "reason": "Male Plants",
        "method": "Compost",
        "wasted_on": date(2026, 1, 20),
    }
    assert answers.rows("metrc_waste") == [
        wasted,
        wasted | of_plants | {"waste_id": "plant:W1", "source_kind": "plant", "source_key": None},
        wasted | of_plants | {"waste_id": "plant_batch:W1", "source_kind": "plant_batch", "source_key": "61"},
    ]


def test_employees_carry_their_permissions_and_no_answer_differs_from_an_empty_one(answers: Answers) -> None:
    def employee(number: str | None, name: str) -> dict[str, object]:
        license = {"EmployeeLicenseNumber": number, "EndDate": "2027-01-01"}
        return {"FullName": name, "License": license, "IsOwner": False, "IsManager": True}

    answers.list(
        "employees", employee("E1", "Made One"), employee("E2", "Made Two"), employee("", "Made Three")
    )
    answers.write(f"{SHOP}/employees/permissions/E1.json", ["view packages", "manage items"])
    answers.write(f"{SHOP}/employees/permissions/E2.json", [])
    answers.load()
    row = {
        "facility": SHOP,
        "user": "E1",
        "name": "Made One",
        "employee_license": "E1",
        "is_owner": False,
        "is_manager": True,
        "permissions": ["manage items", "view packages"],
        "license_expires_on": date(2027, 1, 1),
    }
    assert answers.rows("metrc_users") == [
        row,
        row | {"user": "E2", "name": "Made Two", "employee_license": "E2", "permissions": []},
        row | {"user": "Made Three", "name": "Made Three", "employee_license": None, "permissions": None},
    ]


def test_the_manifest_takes_names_and_license_types_from_facilities_and_the_rest_from_capture_yaml(
    answers: Answers,
) -> None:
    answers.write(
        "facilities/all.json",
        [
            {"Name": "Made Shop", "License": {"Number": SHOP, "LicenseType": "Retail"}},
            {"Name": "Made Farm", "License": {"Number": FARM, "LicenseType": "Cultivation"}},
        ],
    )
    answers.list("items/active")
    result = answers.load()
    assert answers.manifest()["facilities"] == [
        {
            "facility": SHOP,
            "name": "Made Shop",
            "jurisdiction": "ca",
            "timezone": "America/Los_Angeles",
            "license_type": "Retail",
        }
    ]
    assert [problem.message for problem in result.warnings] == [
        f"METRC lists licence {FARM} among the facilities, and nothing of it was captured"
    ]


def test_the_snapshot_opens_without_a_problem_or_a_note(answers: Answers) -> None:
    answers.list("packages/active", package())
    answers.list("transfers/incoming", transfer())
    answers.list("sales/receipts/active", receipt())
    answers.load()
    engine = DuckDBEngine()
    try:
        snapshot = open_snapshot(answers.target, engine)
        opened = [snapshot.open_table(name) for name in snapshot.tables]
        assert [
            (table.name, table.rows, table.set_aside, table.problems, table.notes) for table in opened
        ] == [
            (name, rows, 0, (), ())
            for name, rows in (
                ("facilities", 1),
                ("metrc_packages", 1),
                ("metrc_package_sources", 1),
                ("metrc_transfers", 1),
                ("metrc_sales", 1),
            )
        ]
    finally:
        engine.close()
