"""What each snapshot table is made of: the records it is read from, and METRC's fields in our columns.

A column is listed only if METRC's API has something that fills it. Names in double quotes are METRC's
fields; a column whose fields no record had is left out of the file, so that a rule which needs it is not
evaluated instead of passing on nulls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rootlint.snapshot.cells import named
from rootlint.snapshot.format import UNITS

_LATEST = '"LastModified" DESC NULLS LAST'

MACROS = f"""
CREATE MACRO hashed(value) AS
  CASE WHEN value IS NOT NULL THEN sha256((SELECT salt FROM salt) || upper(trim(value))) END;
CREATE MACRO same(value) AS CASE WHEN count(DISTINCT value) = 1 THEN min(value) END;
CREATE MACRO unit_name(abbreviation) AS {named("abbreviation", UNITS, otherwise="abbreviation")};
"""


@dataclass(frozen=True)
class Coverage:
    """Answers that METRC gives for one record at a time: were they fetched for all of them?"""

    what: str  # "{} of {} outgoing transfers have their deliveries"
    sql: str  # two numbers: records that need the answer, records that have it
    only_if: str | None = None  # asked only when this endpoint was captured at all


@dataclass(frozen=True)
class SetAside:
    """Records that the table cannot take, and why."""

    why: str  # "{} results were left out: METRC has revoked them"
    sql: str  # one number
    is_gap: bool = False  # the table is the less complete for it


@dataclass(frozen=True)
class TableImport:
    """How one snapshot table is made."""

    name: str
    entities: tuple[str, ...]
    columns: Mapping[str, str]
    source: str  # a query that gives facility, rank, page, row and the fields that the columns name
    lists: tuple[str, ...]  # endpoints that hold all records only together
    also: tuple[str, ...] = ()  # endpoints that add to it
    parents: tuple[str, ...] = ()  # lists of the records that its answers were fetched for, one by one
    newest: str = _LATEST  # which of several records of one key is kept
    coverage: tuple[Coverage, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    never_complete: str | None = None
    rests_on: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # where the column alone does not tell

    @property
    def endpoints(self) -> tuple[str, ...]:
        return (*self.lists, *self.also)

    def fields_of(self, column: str) -> tuple[str, ...]:
        """METRC's fields that fill a column; empty for one that is derived and never left out."""
        if column in self.rests_on:
            return self.rests_on[column]
        plain = re.fullmatch(r'(?:hashed\(|lower\()?"([^"]+)"\)?', self.columns[column])
        return (plain[1],) if plain else ()


def _latest_of(records: str) -> str:
    return (
        f"SELECT * FROM {records} QUALIFY row_number() OVER "
        f'(PARTITION BY facility, "Id" ORDER BY {_LATEST}, rank, page, row) = 1'
    )


# Which transfer a delivery belongs to: the folder of an outgoing one says so, an incoming row names it.
_DELIVERY_OF = """
    SELECT d.facility, d."Id" AS delivery, min(d.parent) AS transfer,
      min(coalesce(t."ManifestNumber", d."ManifestNumber")) AS manifest, 'outgoing' AS direction
    FROM deliveries d LEFT JOIN transfers t
      ON t.facility = d.facility AND CAST(t."Id" AS VARCHAR) = d.parent AND t.endpoint <> 'transfers/incoming'
    GROUP BY d.facility, d."Id"
    UNION ALL
    SELECT facility, "DeliveryId", min(CAST("Id" AS VARCHAR)), min("ManifestNumber"), 'incoming'
    FROM transfers WHERE endpoint = 'transfers/incoming' AND "DeliveryId" > 0
    GROUP BY facility, "DeliveryId" """

# Outgoing rows name neither recipient nor times, since one transfer may have many deliveries. What all
# deliveries share is the transfer's; the transfer is received when the last of them is.
_TRANSFERS = f"""
    WITH delivery_of AS ({_DELIVERY_OF}),
    legs AS (
      SELECT facility, parent AS transfer, same("RecipientFacilityLicenseNumber") AS recipient,
        same("ShipmentTypeName") AS shipment_type, min("EstimatedDepartureDateTime") AS departs_at,
        max("EstimatedArrivalDateTime") AS arrives_at, min("ActualDepartureDateTime") AS departed_at,
        CASE WHEN count(*) = count("ReceivedDateTime") THEN max("ReceivedDateTime") END AS received_at
      FROM deliveries GROUP BY facility, parent),
    drivers AS (
      SELECT o.facility, o.transfer, o.direction, same(d."DriverName") AS driver,
        same(d."VehicleLicensePlateNumber") AS vehicle
      FROM transporters d JOIN delivery_of o
        ON o.facility = d.facility AND CAST(o.delivery AS VARCHAR) = d.parent
      GROUP BY o.facility, o.transfer, o.direction),
    directed AS (
      SELECT *, CASE WHEN endpoint = 'transfers/incoming' THEN 'incoming'
          WHEN endpoint = 'transfers/outgoing' OR "ShipperFacilityLicenseNumber" = facility THEN 'outgoing'
          ELSE 'incoming' END AS direction
      FROM transfers)
    SELECT t.* REPLACE (
        coalesce(t."RecipientFacilityLicenseNumber", l.recipient) AS "RecipientFacilityLicenseNumber",
        coalesce(t."ShipmentTypeName", l.shipment_type) AS "ShipmentTypeName",
        coalesce(t."EstimatedDepartureDateTime", l.departs_at) AS "EstimatedDepartureDateTime",
        coalesce(t."EstimatedArrivalDateTime", l.arrives_at) AS "EstimatedArrivalDateTime",
        coalesce(t."ActualDepartureDateTime", l.departed_at) AS "ActualDepartureDateTime",
        coalesce(t."ReceivedDateTime", l.received_at) AS "ReceivedDateTime",
        coalesce(t."DriverName", d.driver) AS "DriverName",
        coalesce(t."VehicleLicensePlateNumber", d.vehicle) AS "VehicleLicensePlateNumber"),
      bool_or(t.endpoint = 'transfers/rejected')
        OVER (PARTITION BY t.facility, t."Id", t.direction) AS rejected
    FROM directed t
    LEFT JOIN legs l ON t.direction = 'outgoing' AND l.facility = t.facility
      AND l.transfer = CAST(t."Id" AS VARCHAR)
    LEFT JOIN drivers d ON d.facility = t.facility AND d.transfer = CAST(t."Id" AS VARCHAR)
      AND d.direction = t.direction"""

# Prices stand in an answer of their own; of the two sides' prices a facility's own goes first. A package of
# packages/transferred has the shape of a shipment line, and yields to the delivery's own line.
_TRANSFER_PACKAGES = f"""
    WITH delivery_of AS ({_DELIVERY_OF}),
    prices AS (
      SELECT facility, parent, "PackageLabel", max("ShipperWholesalePrice") AS "ShipperWholesalePrice",
        max("ReceiverWholesalePrice") AS "ReceiverWholesalePrice"
      FROM wholesale GROUP BY facility, parent, "PackageLabel"),
    shipped AS (
      SELECT p.facility, o.manifest, p."PackageLabel", p."ItemName" AS item, p."ShippedQuantity",
        p."ReceivedQuantity", p."ShippedUnitOfMeasureName" AS unit, p."ShipmentPackageState" AS state,
        p."GrossWeight",
        CASE WHEN o.direction = 'incoming'
          THEN coalesce(w."ReceiverWholesalePrice", w."ShipperWholesalePrice")
          ELSE coalesce(w."ShipperWholesalePrice", w."ReceiverWholesalePrice") END AS price,
        p.rank, p.page, p.row
      FROM delivery_packages p
      JOIN delivery_of o ON o.facility = p.facility AND CAST(o.delivery AS VARCHAR) = p.parent
        AND o.manifest IS NOT NULL
      LEFT JOIN prices w ON w.facility = p.facility AND w.parent = p.parent
        AND w."PackageLabel" = p."PackageLabel"
      UNION ALL
      SELECT facility, "ManifestNumber", "PackageLabel", "ProductName", "ShippedQuantity", "ReceivedQuantity",
        unit_name("ShippedUnitOfMeasureAbbreviation"), "ShipmentPackageStateName", "GrossWeight",
        coalesce("ShipperWholesalePrice", "ReceiverWholesalePrice"), rank + 1000, page, row
      FROM transferred)
    SELECT * REPLACE (
      coalesce(price, max(price) OVER (PARTITION BY facility, manifest, "PackageLabel")) AS price)
    FROM shipped"""

_SALE_LINES = f"""
    SELECT l.*, r."Id" AS "ReceiptId" FROM receipt_lines l JOIN (
      SELECT page, row, "Id" FROM ({_latest_of('(SELECT * FROM receipts WHERE len("Transactions") > 0)')})
    ) r ON r.page = l.page AND r.row = l.row"""

_PACKAGES = """
    SELECT * FROM packages QUALIFY endpoint <> 'packages/labsamples'
      OR row_number() OVER (PARTITION BY facility, endpoint, "Id" ORDER BY page, row) = 1"""

_PACKAGE_SOURCES = f"""
    SELECT facility, rank, page, row, "LastModified", "Label", unnest("SourcePackageLabels") AS source_label
    FROM ({_latest_of("packages")})"""

# Nothing in an adjustment tells two equal ones apart, so equal ones of one walk are numbered.
_ADJUSTED = """concat_ws('|', coalesce(CAST("PackageId" AS VARCHAR), "PackageLabel"),
      coalesce("AdjustmentDateAsWritten", ''), coalesce(CAST("AdjustmentQuantity" AS VARCHAR), ''),
      coalesce("AdjustmentReasonName", ''), coalesce("AdjustedByUserName", ''))"""
_ADJUSTMENTS = f"""
    SELECT *, left(sha256({_ADJUSTED}), 20) || '-' || row_number() OVER (
      PARTITION BY facility, walk, {_ADJUSTED} ORDER BY page, row) AS adjustment_id
    FROM adjustments"""

_LAB_RESULTS = """
    SELECT r.facility, r.rank, r.page, r.row, coalesce(p.label, r."SourcePackageLabel") AS label,
      r."TestTypeName", r."LabFacilityLicenseNumber", r."TestPassed", r."TestResultLevel",
      r."TestPerformedDate", r."ResultReleaseDateTime", r."ExpirationDateTime", r."TestInformationalOnly",
      r."LabTestResultId"
    FROM lab_results r LEFT JOIN (SELECT facility, "Id", min("Label") AS label FROM packages GROUP BY ALL) p
      ON p.facility = r.facility
      AND CAST(p."Id" AS VARCHAR) = coalesce(CAST(r."PackageId" AS VARCHAR), r.parent)
    WHERE r."RevokedDate" IS NULL AND r."LabTestDetailRevokedDate" IS NULL
      AND coalesce(p.label, r."SourcePackageLabel") IS NOT NULL
    UNION ALL
    SELECT facility, rank, page, row, "Label", "TestTypeName", "LabFacilityLicenseNumber", "TestPassed",
      "TestResultLevel", "TestPerformedDate", "ResultReleaseDateTime", "LabTestResultExpirationDateTime",
      "TestInformationalOnly", NULL
    FROM packages WHERE endpoint = 'packages/labsamples' AND "TestTypeName" IS NOT NULL"""

_WASTE = """
    SELECT facility, rank, page, row, 'plant:' || "PlantWasteNumber" AS waste_id, 'plant' AS source_kind,
      NULL AS source_key, "WasteWeight", "WasteUnitOfMeasureName" AS unit, "WasteReasonName",
      "WasteMethodName", "WasteDate" FROM plant_waste
    UNION ALL
    SELECT facility, rank, page, row, 'plant_batch:' || "PlantWasteNumber", 'plant_batch',
      CAST("PlantBatchId" AS VARCHAR), "WasteWeight", "WasteUnitOfMeasureName", "WasteReasonName",
      "WasteMethodName", "WasteDate" FROM plant_batch_waste
    UNION ALL
    SELECT facility, rank, page, row, 'harvest:' || "Id", 'harvest', parent, "WasteWeight",
      "UnitOfWeightName", NULL, NULL, "ActualDate" FROM harvest_waste"""

_USERS = """
    SELECT e.*, p.permissions FROM employees e LEFT JOIN (
      SELECT pages.facility, pages.parent, coalesce(list_sort(list_distinct(
        list("Permission") FILTER (WHERE "Permission" IS NOT NULL))), []) AS permissions
      FROM pages LEFT JOIN permissions USING (page) WHERE pages.endpoint = 'employees/permissions/{text}'
      GROUP BY pages.facility, pages.parent
    ) p ON p.facility = e.facility AND p.parent = e."License.EmployeeLicenseNumber" """


def _answered(records: str, endpoint: str, parent: str) -> str:
    """Count the records, and those for which an answer was captured."""
    return (
        "SELECT count(*), count(*) FILTER (WHERE EXISTS ("
        f"SELECT 1 FROM pages p WHERE p.endpoint = '{endpoint}' AND p.facility = r.facility "
        f"AND p.parent = CAST(r.{parent} AS VARCHAR))) FROM ({records}) r"
    )


def _state(*, inactive: str, on_hold: str, otherwise: str = "") -> str:
    """Tell the state from the record; the list that it stood in only adds to that."""
    return (
        f"CASE WHEN {inactive} THEN 'inactive' {otherwise} "
        f"WHEN coalesce(\"IsOnHold\", false) OR {on_hold} THEN 'on_hold' ELSE 'active' END"
    )


_PACKAGE_LISTS = ("packages/active", "packages/inactive", "packages/onhold", "packages/intransit")

TABLES = (
    TableImport(
        "metrc_items",
        ("items",),
        {
            "item_id": '"Id"',
            "name": '"Name"',
            "category": '"ProductCategoryName"',
            "unit_of_measure": '"UnitOfMeasureName"',
            "unit_weight": '"UnitWeight"',
            "unit_weight_uom": '"UnitWeightUnitOfMeasureName"',
            "unit_thc_content": '"UnitThcContent"',
            "strain": '"StrainName"',
            "approval_status": '"ApprovalStatus"',
            "is_active": "endpoint = 'items/active'",
        },
        "SELECT * FROM items",
        lists=("items/active", "items/inactive"),
        newest="rank",
    ),
    TableImport(
        "metrc_locations",
        ("locations",),
        {
            "location_id": '"Id"',
            "name": '"Name"',
            "location_type": '"LocationTypeName"',
            "is_active": "endpoint = 'locations/active'",
        },
        "SELECT * FROM locations",
        lists=("locations/active", "locations/inactive"),
        newest="rank",
    ),
    TableImport(
        "metrc_tags",
        ("tags",),
        {
            "tag": '"Label"',
            "kind": "CASE endpoint WHEN 'tags/plant/available' THEN 'plant' ELSE 'package' END",
            "status": (
                "CASE WHEN lower(\"StatusName\") = 'voided' THEN 'voided' "
                "WHEN \"IsUsed\" OR \"UsedDateTime\" IS NOT NULL THEN 'used' ELSE 'available' END"
            ),
            "received_on": '"CommissionedDateTime"',
            "used_on": '"UsedDateTime"',
        },
        "SELECT * FROM tags",
        lists=("tags/plant/available", "tags/package/available"),
        never_complete="METRC's API lists available tags only; used and voided ones stand in its web pages",
    ),
    TableImport(
        "metrc_plant_batches",
        ("plant_batches",),
        {
            "plant_batch_id": '"Id"',
            "name": '"Name"',
            "batch_type": '"PlantBatchTypeName"',
            "strain": '"StrainName"',
            "location": '"LocationName"',
            "untracked_count": '"UntrackedCount"',
            "tracked_count": '"TrackedCount"',
            "destroyed_count": '"DestroyedCount"',
            "planted_on": '"PlantedDate"',
            "last_modified": '"LastModified"',
        },
        "SELECT * FROM plant_batches",
        lists=("plantbatches/active", "plantbatches/inactive"),
    ),
    TableImport(
        "metrc_plants",
        ("plants",),
        {
            "plant_id": '"Id"',
            "label": '"Label"',
            "state": _state(
                inactive=(
                    "coalesce(\"State\", \"StateName\", '') IN ('Harvested', 'Destroyed') "
                    'OR "DestroyedDate" IS NOT NULL '
                    "OR endpoint IN ('plants/inactive', 'plants/mother/inactive')"
                ),
                on_hold="endpoint IN ('plants/onhold', 'plants/mother/onhold')",
            ),
            "growth_phase": '"GrowthPhase"',
            "plant_batch": '"PlantBatchName"',
            "strain": '"StrainName"',
            "location": '"LocationName"',
            "planted_on": '"PlantedDate"',
            "vegetative_on": '"VegetativeDate"',
            "flowering_on": '"FloweringDate"',
            "harvested_on": '"HarvestedDate"',
            "destroyed_on": '"DestroyedDate"',
            "harvest_id": '"HarvestId"',
            "last_modified": '"LastModified"',
        },
        "SELECT * FROM plants",
        lists=("plants/vegetative", "plants/flowering", "plants/onhold", "plants/inactive"),
        also=("plants/mother", "plants/mother/onhold", "plants/mother/inactive"),
    ),
    TableImport(
        "metrc_harvests",
        ("harvests",),
        {
            "harvest_id": '"Id"',
            "name": '"Name"',
            "harvest_type": '"HarvestType"',
            "state": _state(
                inactive=(
                    '"FinishedDate" IS NOT NULL OR "ArchivedDate" IS NOT NULL '
                    "OR endpoint = 'harvests/inactive'"
                ),
                on_hold="endpoint = 'harvests/onhold'",
            ),
            "wet_weight": '"TotalWetWeight"',
            "waste_weight": '"TotalWasteWeight"',
            "packaged_weight": '"TotalPackagedWeight"',
            "current_weight": '"CurrentWeight"',
            "unit_of_measure": '"UnitOfWeightName"',
            "plant_count": '"PlantCount"',
            "started_on": '"HarvestStartDate"',
            "finished_on": '"FinishedDate"',
            "last_modified": '"LastModified"',
        },
        "SELECT * FROM harvests",
        lists=("harvests/active", "harvests/onhold", "harvests/inactive"),
    ),
    TableImport(
        "metrc_waste",
        ("plant_waste", "plant_batch_waste", "harvest_waste"),
        {
            "waste_id": "waste_id",
            "source_kind": "source_kind",
            "source_key": "source_key",
            "weight": '"WasteWeight"',
            "unit_of_measure": "unit",
            "reason": '"WasteReasonName"',
            "method": '"WasteMethodName"',
            "wasted_on": '"WasteDate"',
        },
        _WASTE,
        rests_on={"wasted_on": ("WasteDate", "ActualDate")},
        lists=("plants/waste", "plantbatches/waste"),
        also=("harvests/waste/{id}",),
        newest="rank",
        coverage=(
            Coverage(
                "the waste of {} of {} harvests that report some was captured",
                _answered(
                    f'SELECT * FROM ({_latest_of("harvests")}) WHERE "TotalWasteWeight" > 0',
                    "harvests/waste/{id}",
                    '"Id"',
                ),
            ),
        ),
    ),
    TableImport(
        "metrc_packages",
        ("packages",),
        {
            "package_id": '"Id"',
            "label": '"Label"',
            "state": _state(
                inactive=(
                    'coalesce("IsFinished", false) OR "FinishedDate" IS NOT NULL '
                    "OR \"ArchivedDate\" IS NOT NULL OR endpoint = 'packages/inactive'"
                ),
                otherwise="WHEN endpoint = 'packages/intransit' THEN 'in_transit'",
                on_hold="endpoint = 'packages/onhold'",
            ),
            "item_id": '"Item.Id"',
            "item": '"Item.Name"',
            "category": '"Item.ProductCategoryName"',
            "quantity": '"Quantity"',
            "unit_of_measure": '"UnitOfMeasureName"',
            "initial_quantity": '"OriginalPackageQuantity"',
            "packaged_on": '"PackagedDate"',
            "lab_state": '"LabTestingState"',
            "lab_state_on": '"LabTestingStateDate"',
            "is_on_hold": '"IsOnHold"',
            "is_recalled": '"IsOnRecall"',
            "is_trade_sample": '"IsTradeSample"',
            "is_testing_sample": '"IsTestingSample"',
            "production_batch": '"ProductionBatchNumber"',
            "source_harvests": '"SourceHarvestNames"',
            "received_from_facility": '"ReceivedFromFacilityLicenseNumber"',
            "received_at": '"ReceivedDateTime"',
            "finished_on": '"FinishedDate"',
            "expires_on": '"ExpirationDate"',
            "location": '"LocationName"',
            "last_modified": '"LastModified"',
        },
        _PACKAGES,
        lists=_PACKAGE_LISTS,
        also=("packages/labsamples",),
    ),
    TableImport(
        "metrc_package_sources",
        ("packages",),
        {"label": '"Label"', "source_label": "source_label"},
        _PACKAGE_SOURCES,
        lists=_PACKAGE_LISTS,
        also=("packages/labsamples",),
    ),
    TableImport(
        "metrc_adjustments",
        ("adjustments",),
        {
            "adjustment_id": "adjustment_id",
            "label": '"PackageLabel"',
            "quantity": '"AdjustmentQuantity"',
            "unit_of_measure": '"AdjustmentUnitOfMeasureName"',
            "reason": '"AdjustmentReasonName"',
            "note": '"AdjustmentNote"',
            "adjusted_on": '"AdjustmentDate"',
            "recorded_by": '"AdjustedByUserName"',
        },
        _ADJUSTMENTS,
        lists=("packages/adjustments",),
        newest="rank",
    ),
    TableImport(
        "metrc_transfers",
        ("transfers", "deliveries", "transporters"),
        {
            "manifest": '"ManifestNumber"',
            "direction": "direction",
            "shipment_type": '"ShipmentTypeName"',
            "shipper_facility": '"ShipperFacilityLicenseNumber"',
            "recipient_facility": '"RecipientFacilityLicenseNumber"',
            "created_at": '"CreatedDateTime"',
            "departs_at": '"EstimatedDepartureDateTime"',
            "arrives_at": '"EstimatedArrivalDateTime"',
            "departed_at": '"ActualDepartureDateTime"',
            "received_at": '"ReceivedDateTime"',
            "state": (
                "CASE WHEN \"IsVoided\" THEN 'voided' WHEN rejected THEN 'rejected' "
                'WHEN "ReceivedDateTime" IS NOT NULL '
                'OR ("PackageCount" > 0 AND "ReceivedPackageCount" >= "PackageCount") THEN \'received\' '
                'WHEN "ActualDepartureDateTime" IS NOT NULL OR "ReceivedPackageCount" > 0 '
                "THEN 'in_transit' ELSE 'created' END"
            ),
            "driver": 'hashed("DriverName")',
            "vehicle": '"VehicleLicensePlateNumber"',
            "last_modified": '"LastModified"',
        },
        _TRANSFERS,
        lists=("transfers/incoming", "transfers/outgoing", "transfers/rejected"),
        also=("transfers/{id}/deliveries", "transfers/deliveries/{id}/transporters/details"),
        coverage=(
            Coverage(
                "the deliveries of {} of {} outgoing transfers were captured",
                _answered(
                    "SELECT DISTINCT facility, \"Id\" FROM transfers WHERE endpoint = 'transfers/outgoing'",
                    "transfers/{id}/deliveries",
                    '"Id"',
                ),
            ),
        ),
    ),
    TableImport(
        "metrc_transfer_packages",
        ("delivery_packages", "wholesale", "transferred"),
        {
            "manifest": "manifest",
            "label": '"PackageLabel"',
            "item": "item",
            "shipped_quantity": '"ShippedQuantity"',
            "received_quantity": '"ReceivedQuantity"',
            "unit_of_measure": "unit",
            "wholesale_price": "price",
            "state": "lower(state)",
            "gross_weight": '"GrossWeight"',
        },
        _TRANSFER_PACKAGES,
        rests_on={
            "item": ("ItemName", "ProductName"),
            "unit_of_measure": ("ShippedUnitOfMeasureName", "ShippedUnitOfMeasureAbbreviation"),
            "wholesale_price": ("ShipperWholesalePrice", "ReceiverWholesalePrice"),
            "state": ("ShipmentPackageState", "ShipmentPackageStateName"),
        },
        lists=(),
        also=(
            "transfers/deliveries/{id}/packages",
            "transfers/deliveries/{id}/packages/wholesale",
            "packages/transferred",
        ),
        parents=("transfers/incoming", "transfers/outgoing"),
        newest="rank",
        coverage=(
            Coverage(
                "the packages of {} of {} deliveries were captured",
                _answered(
                    f"SELECT * FROM ({_DELIVERY_OF})", "transfers/deliveries/{id}/packages", "delivery"
                ),
            ),
            Coverage(
                "the wholesale prices of {} of {} deliveries were captured",
                _answered(
                    f"SELECT * FROM ({_DELIVERY_OF})",
                    "transfers/deliveries/{id}/packages/wholesale",
                    "delivery",
                ),
                only_if="transfers/deliveries/{id}/packages/wholesale",
            ),
        ),
        set_aside=(
            SetAside(
                "{} packages were set aside: no captured transfer or delivery tells their manifest",
                "SELECT count(*) FROM delivery_packages p WHERE NOT EXISTS ("
                f"SELECT 1 FROM ({_DELIVERY_OF}) o WHERE o.facility = p.facility "
                "AND CAST(o.delivery AS VARCHAR) = p.parent AND o.manifest IS NOT NULL)",
                is_gap=True,
            ),
        ),
    ),
    TableImport(
        "metrc_sales",
        ("receipts",),
        {
            "receipt_id": '"Id"',
            "receipt_number": '"ReceiptNumber"',
            "external_number": '"ExternalReceiptNumber"',
            "sold_at": '"SalesDateTime"',
            "recorded_at": '"RecordedDateTime"',
            "customer_type": '"SalesCustomerType"',
            "patient": 'hashed("PatientLicenseNumber")',
            "total": '"TotalPrice"',
            "state": "CASE WHEN \"ArchivedDate\" IS NULL THEN 'active' ELSE 'voided' END",
            "recorded_by": '"RecordedByUserName"',
            "last_modified": '"LastModified"',
        },
        "SELECT * FROM receipts",
        lists=("sales/receipts/active", "sales/receipts/inactive"),
        also=("sales/receipts/{id}", "sales/receipts/external/{text}"),
    ),
    TableImport(
        "metrc_sale_lines",
        ("receipt_lines",),
        {
            "receipt_id": '"ReceiptId"',
            "line": "line",
            "label": '"PackageLabel"',
            "item": '"ProductName"',
            "category": '"ProductCategoryName"',
            "quantity": '"QuantitySold"',
            "unit_of_measure": '"UnitOfMeasureName"',
            "price": '"TotalPrice"',
        },
        _SALE_LINES,
        lists=(),
        also=("sales/receipts/{id}", "sales/receipts/external/{text}"),
        parents=("sales/receipts/active", "sales/receipts/inactive"),
        newest="rank",
        coverage=(
            Coverage(
                "the lines of {} of {} receipts were captured",
                "SELECT count(*), count(*) FILTER (WHERE read) FROM ("
                'SELECT facility, "Id", bool_or(len("Transactions") > 0 OR '
                "endpoint IN ('sales/receipts/{id}', 'sales/receipts/external/{text}')) AS read "
                "FROM receipts GROUP BY ALL)",
            ),
        ),
    ),
    TableImport(
        "metrc_lab_results",
        ("lab_results", "packages"),
        {
            "label": "label",
            "test_type": '"TestTypeName"',
            "lab_facility": '"LabFacilityLicenseNumber"',
            "passed": '"TestPassed"',
            "result": '"TestResultLevel"',
            "tested_on": '"TestPerformedDate"',
            "released_at": '"ResultReleaseDateTime"',
            "expires_on": '"ExpirationDateTime"',
            "informational_only": '"TestInformationalOnly"',
        },
        _LAB_RESULTS,
        rests_on={"expires_on": ("ExpirationDateTime", "LabTestResultExpirationDateTime")},
        lists=(),
        also=("labtests/results/{id}", "packages/labsamples"),
        parents=_PACKAGE_LISTS,
        newest=(
            '"ResultReleaseDateTime" DESC NULLS LAST, "TestPerformedDate" DESC NULLS LAST, '
            '"LabTestResultId" DESC NULLS LAST'
        ),
        coverage=(
            Coverage(
                "the lab results of {} of {} packages that were tested were captured",
                _answered(
                    "SELECT DISTINCT facility, \"Id\" FROM packages WHERE endpoint <> 'packages/labsamples' "
                    "AND \"LabTestingState\" NOT IN ('NotSubmitted', 'NotRequired', 'SubmittedForTesting')",
                    "labtests/results/{id}",
                    '"Id"',
                ),
            ),
        ),
        set_aside=(
            SetAside(
                "{} results were left out: METRC has revoked them",
                'SELECT count(*) FROM lab_results WHERE "RevokedDate" IS NOT NULL '
                'OR "LabTestDetailRevokedDate" IS NOT NULL',
            ),
            SetAside(
                "{} results were set aside: neither they nor a captured package tell the label",
                'SELECT count(*) FROM lab_results r WHERE "SourcePackageLabel" IS NULL AND NOT EXISTS ('
                'SELECT 1 FROM packages p WHERE p.facility = r.facility AND CAST(p."Id" AS VARCHAR) = '
                'coalesce(CAST(r."PackageId" AS VARCHAR), r.parent))',
                is_gap=True,
            ),
        ),
    ),
    TableImport(
        "metrc_users",
        ("employees", "permissions"),
        {
            "user": 'coalesce("License.EmployeeLicenseNumber", "FullName")',
            "name": '"FullName"',
            "employee_license": '"License.EmployeeLicenseNumber"',
            "is_owner": '"IsOwner"',
            "is_manager": '"IsManager"',
            "permissions": "permissions",
            "license_expires_on": '"License.EndDate"',
        },
        _USERS,
        rests_on={"permissions": ("Permission",)},
        lists=("employees",),
        also=("employees/permissions/{text}",),
        newest="rank",
        coverage=(
            Coverage(
                "the permissions of {} of {} employees were captured",
                _answered(
                    "SELECT * FROM employees",
                    "employees/permissions/{text}",
                    '"License.EmployeeLicenseNumber"',
                ),
                only_if="employees/permissions/{text}",
            ),
        ),
    ),
)
