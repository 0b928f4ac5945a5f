"""The fields that are read of each kind of METRC record, and how each is written in JSON.

Fields not named here are left alone: METRC adds some without notice, and an unknown one is no fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How METRC writes a value."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"  # a calendar day of the facility, as written
    INSTANT = "instant"  # with an offset, or without one in the facility's zone
    DAY = "day"  # an instant of which the facility's calendar day is wanted
    LIST = "list"  # one text of values with commas between them
    ARRAY = "array"  # an array of records


@dataclass(frozen=True)
class Entity:
    """One kind of record."""

    fields: Mapping[str, Kind]
    required: tuple[str, ...] = ()  # without these the record cannot be placed
    identity: tuple[str, ...] = ()  # tells two records of one list apart; empty: nothing does
    paths: Mapping[str, str] | None = None  # JSON paths of fields that are not named after theirs
    private: tuple[str, ...] = ()  # never shown in a message


def _fields(**kinds: str) -> dict[str, Kind]:
    return {name: Kind(kind) for kind, names in kinds.items() for name in names.split()}


_LAB = _fields(
    text="LabFacilityLicenseNumber TestTypeName",
    boolean="TestPassed TestInformationalOnly",
    decimal="TestResultLevel",
    date="TestPerformedDate",
    instant="ResultReleaseDateTime",
)
_PLANT_WASTE = _fields(
    text="PlantWasteNumber WasteMethodName WasteUnitOfMeasureName WasteReasonName",
    integer="PlantBatchId",
    decimal="WasteWeight",
    date="WasteDate",
)
_LEG = _fields(
    text="ManifestNumber RecipientFacilityLicenseNumber ShipmentTypeName",
    instant="EstimatedDepartureDateTime ActualDepartureDateTime EstimatedArrivalDateTime ReceivedDateTime",
)

ENTITIES: Mapping[str, Entity] = {
    "facilities": Entity(
        _fields(text="Name DisplayName License.Number License.LicenseType"),
        required=("License.Number",),
        identity=("License.Number",),
    ),
    "items": Entity(
        _fields(
            integer="Id",
            text=(
                "Name ProductCategoryName UnitOfMeasureName UnitWeightUnitOfMeasureName StrainName"
                " ApprovalStatus"
            ),
            decimal="UnitWeight UnitThcContent",
        ),
        required=("Id",),
        identity=("Id",),
    ),
    "locations": Entity(
        _fields(integer="Id", text="Name LocationTypeName"), required=("Id",), identity=("Id",)
    ),
    "tags": Entity(
        _fields(
            text="Label StatusName",
            boolean="IsUsed",
            day="CommissionedDateTime UsedDateTime",
            instant="LastModified",
        ),
        required=("Label",),
        identity=("Label",),
    ),
    "plant_batches": Entity(
        _fields(
            integer="Id UntrackedCount TrackedCount DestroyedCount",
            text="Name PlantBatchTypeName StrainName LocationName",
            date="PlantedDate",
            instant="LastModified",
        ),
        required=("Id",),
        identity=("Id",),
    ),
    "plants": Entity(
        _fields(
            integer="Id HarvestId",
            text="Label State StateName GrowthPhase PlantBatchName StrainName LocationName",
            boolean="IsOnHold",
            date="PlantedDate VegetativeDate FloweringDate HarvestedDate DestroyedDate",
            instant="LastModified",
        ),
        required=("Id",),
        identity=("Id",),
    ),
    "harvests": Entity(
        _fields(
            integer="Id PlantCount",
            text="Name HarvestType UnitOfWeightName",
            boolean="IsOnHold",
            decimal="TotalWetWeight TotalWasteWeight TotalPackagedWeight CurrentWeight",
            date="HarvestStartDate FinishedDate ArchivedDate",
            instant="LastModified",
        ),
        required=("Id",),
        identity=("Id",),
    ),
    "harvest_waste": Entity(
        _fields(integer="Id", text="UnitOfWeightName", decimal="WasteWeight", date="ActualDate"),
        required=("Id",),
        identity=("Id",),
    ),
    "plant_waste": Entity(_PLANT_WASTE, required=("PlantWasteNumber",), identity=("PlantWasteNumber",)),
    "plant_batch_waste": Entity(_PLANT_WASTE, required=("PlantWasteNumber",), identity=("PlantWasteNumber",)),
    # Lab samples are packages with one test result each, so a package stands there once for every test.
    "packages": Entity(
        _fields(
            integer="Id Item.Id",
            text=(
                "Label Item.Name Item.ProductCategoryName UnitOfMeasureName LabTestingState"
                " ProductionBatchNumber ReceivedFromFacilityLicenseNumber LocationName"
            ),
            decimal="Quantity OriginalPackageQuantity",
            boolean="IsOnHold IsOnRecall IsTradeSample IsTestingSample IsFinished",
            date="PackagedDate LabTestingStateDate FinishedDate ArchivedDate ExpirationDate",
            instant="ReceivedDateTime LastModified",
            list="SourceHarvestNames SourcePackageLabels",
            day="LabTestResultExpirationDateTime",
        )
        | _LAB,
        required=("Id", "Label"),
        identity=("Id", "TestTypeName"),
    ),
    "transferred": Entity(
        _fields(
            integer="Id PackageId",
            text=(
                "ManifestNumber PackageLabel ProductName ShippedUnitOfMeasureAbbreviation"
                " ShipmentPackageStateName"
            ),
            decimal=(
                "ShippedQuantity ReceivedQuantity ShipperWholesalePrice ReceiverWholesalePrice GrossWeight"
            ),
        ),
        required=("ManifestNumber", "PackageLabel"),
        identity=("Id",),
    ),
    "adjustments": Entity(
        _fields(
            integer="PackageId",
            text=(
                "PackageLabel AdjustmentUnitOfMeasureName AdjustmentReasonName AdjustmentNote"
                " AdjustedByUserName AdjustmentDateAsWritten"
            ),
            decimal="AdjustmentQuantity",
            day="AdjustmentDate",
        ),
        required=("PackageLabel",),
        paths={"AdjustmentDateAsWritten": "AdjustmentDate"},
    ),
    "transfers": Entity(
        _fields(
            integer="Id DeliveryId PackageCount ReceivedPackageCount",
            text="ShipperFacilityLicenseNumber DriverName VehicleLicensePlateNumber",
            boolean="IsVoided",
            instant="CreatedDateTime LastModified",
        )
        | _LEG,
        required=("Id", "ManifestNumber"),
        identity=("Id",),
        private=("DriverName",),
    ),
    "deliveries": Entity(_fields(integer="Id") | _LEG, required=("Id",), identity=("Id",)),
    "transporters": Entity(_fields(text="DriverName VehicleLicensePlateNumber"), private=("DriverName",)),
    "delivery_packages": Entity(
        _fields(
            integer="PackageId",
            text="PackageLabel ItemName ShippedUnitOfMeasureName ShipmentPackageState",
            decimal="ShippedQuantity ReceivedQuantity GrossWeight",
        ),
        required=("PackageLabel",),
        identity=("PackageLabel",),
    ),
    "wholesale": Entity(
        _fields(
            integer="PackageId", text="PackageLabel", decimal="ShipperWholesalePrice ReceiverWholesalePrice"
        ),
        required=("PackageLabel",),
        identity=("PackageLabel",),
    ),
    "receipts": Entity(
        _fields(
            integer="Id",
            text=(
                "ReceiptNumber ExternalReceiptNumber SalesCustomerType PatientLicenseNumber"
                " RecordedByUserName"
            ),
            decimal="TotalPrice",
            date="ArchivedDate",
            instant="SalesDateTime RecordedDateTime LastModified",
            array="Transactions",
        ),
        required=("Id",),
        identity=("Id",),
        private=("PatientLicenseNumber",),
    ),
    "receipt_lines": Entity(
        _fields(
            text="PackageLabel ProductName ProductCategoryName UnitOfMeasureName",
            decimal="QuantitySold TotalPrice",
        )
    ),
    "lab_results": Entity(
        _fields(
            integer="PackageId LabTestResultId",
            text="SourcePackageLabel",
            date="RevokedDate LabTestDetailRevokedDate",
            day="ExpirationDateTime",
        )
        | _LAB,
        required=("TestTypeName",),
        identity=("LabTestResultId", "TestTypeName"),
    ),
    "employees": Entity(
        _fields(
            text="FullName License.EmployeeLicenseNumber",
            boolean="IsOwner IsManager",
            date="License.EndDate",
        ),
        required=("FullName",),
        identity=("FullName", "License.EmployeeLicenseNumber"),
    ),
    # The one answer whose records are plain text: the names of one person's permissions.
    "permissions": Entity(_fields(text="Permission"), paths={"Permission": ""}),
}
