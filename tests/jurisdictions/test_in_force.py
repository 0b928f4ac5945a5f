"""Which parameter is in force where, for whom and when."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.errors import UserError
from rootlint.jurisdictions.in_force import (
    BUSINESS_DAYS_COLUMNS,
    COLUMNS,
    InForce,
    Known,
    NotApplicable,
    Unknown,
    in_force,
)
from rootlint.jurisdictions.model import Jurisdiction, Vocabulary
from rootlint.model import Citation, Confidence, Facility

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
FIRST_AT, LAST_AT = datetime(1, 1, 1), datetime(9999, 12, 31)
ZONES = {
    "ca": "America/Los_Angeles",
    "co": "America/Denver",
    "or": "America/Los_Angeles",
    "mi": "America/Detroit",
    "md": "America/New_York",
    "la": "America/Chicago",
    "ma": "America/New_York",
    "ms": "America/Chicago",
    "nj": "America/New_York",
    "nv": "America/Los_Angeles",
    "ny": "America/New_York",
    "oh": "America/New_York",
    "ok": "America/Chicago",
}

NO_WORDS = Vocabulary({}, {}, {}, {}, {})

Build = Callable[..., InForce]


def facility(code: str, license_type: str | None, name: str = "F1", zone: str | None = None) -> Facility:
    return Facility(name, "Made up", code, zone or ZONES[code], license_type)


@pytest.fixture
def build(shipped: dict[str, Jurisdiction], vocabulary: Vocabulary) -> Build:
    return lambda *facilities: in_force(shipped, facilities, vocabulary)


def records(found: InForce, *parameters: str) -> list[dict[str, Any]]:
    """The rows as records, without what is null."""
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in found.rows(parameters))
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def test_a_row_has_period_value_calendar_and_citation(build: Build):
    found = build(facility("ca", "retailer"))
    [row] = records(found, "sales_report_deadline")
    assert row == {
        "facility": "F1",
        "parameter": "sales_report_deadline",
        "from_day": date(2022, 11, 7),
        "until_day": LAST,
        "from_at": datetime(2022, 11, 7, 8),  # midnight of Los Angeles, standard time
        "until_at": LAST_AT,
        "elapse_us": 86_400_000_000,
        "calendar": "us-federal",
        "citation": row["citation"],
    }
    assert found.citations[row["citation"]] == Citation(
        jurisdiction="ca",
        parameter="sales_report_deadline",
        value="24 hours",
        reference="4 CCR 15049(b)(8)",
        source="https://govt.westlaw.com/calregs/Document/I931AD1E0699711ED8358CF708F292824",
        confidence=Confidence.HIGH,
        in_force_from=date(2022, 11, 7),
        in_force_until=None,
        note="Sales and donations, from when they happen. Not a real-time rule.",
    )


@pytest.mark.parametrize(
    ("code", "license_type", "parameter", "value"),
    [
        ("mi", "retailer", "transfer_receipt_start_deadline", {"elapse_us": 1_800_000_000}),
        ("or", "retailer", "sales_report_deadline", {"day_offset": 1, "by_minute": 480}),
        ("co", "retail_store", "sales_report_deadline", {"day_offset": 0, "by_minute": 1440}),
        ("co", "medical_store", "sales_report_deadline", {"elapse_us": 0}),
        ("ca", "cultivator", "harvest_report_deadline", {"day_offset": 3, "by_minute": 1440}),
        ("ca", "retailer", "user_removal_deadline", {"day_offset": 0, "by_minute": 1440}),
        ("mi", "retailer", "user_removal_deadline", {"business_days": 7, "by_minute": 1440}),
        ("md", "standard_grower", "reconciliation_interval", {"months": 1, "by_minute": 1440}),
        ("ca", "retailer", "record_retention", {"months": 84, "by_minute": 1440}),
        ("or", "retailer", "retail_hours_open", {"by_minute": 420}),
        ("mi", "processor", "harvest_batch_max_weight", None),
        ("mi", "excess_grower", "harvest_batch_max_weight", {"number": Decimal("22679.618500")}),
        ("ca", "cultivator", "immature_batch_max_count", {"number": Decimal(100)}),
        ("md", "standard_dispensary", "discrepancy_threshold_percent", {"number": Decimal("0.5")}),
        ("or", "retailer", "tag_reuse_prohibited", {"flag": True}),
        ("ca", "retailer", "purchase_limits_combinable", {"flag": False}),
        ("or", "producer", "plant_tag_trigger_phase", {"text": "flowering"}),
        ("md", "standard_dispensary", "sales_report_deadline", {}),
    ],
)
def test_each_kind_of_value_has_its_columns(
    build: Build, code: str, license_type: str, parameter: str, value: dict[str, Any] | None
):
    general = ("facility", "parameter", "audience", "from_", "until_", "calendar", "citation")
    found = [
        {name: cell for name, cell in row.items() if not name.startswith(general)}
        for row in records(build(facility(code, license_type)), parameter)
    ]
    assert found == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("stated", "grams"),
    [("{ounces: 1}", "28.349523"), ("{ounces: 4}", "113.398093"), ("{grams: 28.5}", "28.5")],
)
def test_a_quantity_is_rounded_to_six_places_half_away_from_zero(
    load: Callable[..., Jurisdiction], stated: str, grams: str
):
    law = "citation: Code 1, source: made up, confidence: high"
    jurisdiction = load(f"  limit: [{{value: {stated}, {law}}}]\n")
    found = in_force({"xx": jurisdiction}, [facility("xx", "shop", zone=ZONES["ca"])], NO_WORDS)
    assert [row["number"] for row in records(found, "limit")] == [Decimal(grams)]


def test_a_list_keeps_its_order(build: Build):
    [row] = records(build(facility("md", "micro_grower")), "transfer_manifest_fields_required")
    assert row["list"] == [
        "shipper_name_address",
        "shipment_id",
        "package_weight_and_description",
        "package_count",
        "preparing_agent",
        "receiver_name_address",
        "handling_instructions",
    ]


def test_each_audience_has_its_row(build: Build):
    rows = records(build(facility("co", "medical_store")), "purchase_limit_concentrate")
    assert [(row["audience"], row["number"], row["from_day"]) for row in rows] == [
        ("adult_use", Decimal(8), date(2022, 1, 1)),
        ("medical", Decimal(8), date(2022, 1, 1)),
        ("medical_18_to_20", Decimal(2), date(2022, 1, 1)),
    ]


def test_each_period_has_its_row_and_the_next_begins_where_one_ends(build: Build):
    rows = records(build(facility("or", "outdoor_producer")), "harvest_batch_max_weight")
    assert [(r["from_day"], r["until_day"], r["from_at"], r["until_at"], r["number"]) for r in rows] == [
        (FIRST, date(2022, 7, 1), FIRST_AT, datetime(2022, 7, 1, 7), Decimal("6803.885550")),
        (date(2022, 7, 1), LAST, datetime(2022, 7, 1, 7), LAST_AT, Decimal("22679.618500")),
    ]


def test_many_facilities_in_many_states_come_in_one_table_in_order(build: Build):
    found = build(
        facility("or", "retailer", "B"), facility("ca", "retailer", "A"), facility("mi", "processor", "C")
    )
    rows = records(found, "sales_report_deadline", "record_retention")
    assert [(row["facility"], row["parameter"]) for row in rows] == [
        ("A", "record_retention"),
        ("A", "sales_report_deadline"),
        ("B", "record_retention"),
        ("B", "sales_report_deadline"),
        ("C", "record_retention"),
    ]
    assert [found.citations[row["citation"]].jurisdiction for row in rows] == ["ca", "ca", "or", "or", "mi"]


@pytest.mark.parametrize(
    ("from_day", "until_day", "from_at", "until_at"),
    [
        ("2026-03-08", "2026-03-08", datetime(2026, 3, 8, 8), datetime(2026, 3, 9, 7)),  # 23 hours long
        ("2026-11-01", "2026-11-01", datetime(2026, 11, 1, 7), datetime(2026, 11, 2, 8)),  # 25 hours long
        ("2026-03-07", "2026-03-07", datetime(2026, 3, 7, 8), datetime(2026, 3, 8, 8)),
        ("2026-11-02", "2026-11-02", datetime(2026, 11, 2, 8), datetime(2026, 11, 3, 8)),
    ],
)
def test_a_day_in_force_begins_and_ends_at_local_midnight_on_both_changes_of_the_clocks(
    load: Callable[..., Jurisdiction],
    from_day: str,
    until_day: str,
    from_at: datetime,
    until_at: datetime,
):
    days = f"in_force: {{from: {from_day}, until: {until_day}}}"
    law = "citation: Code 1, source: made up, confidence: high"
    jurisdiction = load(f"  sales_deadline: [{{value: {{by: 08:00, day: next}}, {days}, {law}}}]\n")
    found = in_force({"xx": jurisdiction}, [facility("xx", "shop", zone=ZONES["ca"])], NO_WORDS)
    [row] = records(found, "sales_deadline")
    assert (row["from_at"], row["until_at"]) == (from_at, until_at)


def test_a_midnight_that_the_clocks_skip_is_the_first_instant_of_the_day(load: Callable[..., Jurisdiction]):
    # In Havana the clocks go from 00:00 to 01:00 on 2026-03-08, which is 05:00 UTC.
    law = "in_force: {from: 2026-03-08}, citation: Code 1, source: made up, confidence: high"
    jurisdiction = load(f"  plants: [{{value: 1, {law}}}]\n")
    found = in_force({"xx": jurisdiction}, [facility("xx", "shop", zone="America/Havana")], NO_WORDS)
    assert records(found, "plants")[0]["from_at"] == datetime(2026, 3, 8, 5)


@pytest.mark.parametrize(
    ("code", "license_type", "parameter", "status"),
    [
        ("ca", "retailer", "sales_report_deadline", Known()),
        ("ca", "Retailer - Non-Storefront", "sales_report_deadline", Known()),
        ("ca", "store", "sales_report_deadline", Known()),
        ("md", "dispensary", "retail_hours_close", Known()),
        ("mi", "grower_class_a", "harvest_batch_max_weight", Known()),
        ("mi", "lab", "lab_result_report_deadline", Known()),
        ("or", "grower", "harvest_finish_deadline", Known()),
        ("ca", None, "transfer_receipt_deadline", Known()),
        ("ca", "something else", "transfer_receipt_deadline", Known()),
        (
            "ca",
            "testing_laboratory",
            "sales_report_deadline",
            NotApplicable(
                "sales_report_deadline applies in ca to microbusiness, retailer, and not to"
                " testing_laboratory"
            ),
        ),
        (
            "ca",
            "retailer",
            "plant_count_limit",
            Unknown("ca has no plant_count_limit on file"),
        ),
        (
            "or",
            "producer",
            "harvest_schedule_required",
            Unknown(
                "harvest_schedule_required depends on the license type in or, and 'producer' may be any of"
                " indoor_producer, mixed_producer, outdoor_producer (license types of or: hemp_certificate,"
                " indoor_producer, laboratory, medical_dispensary, medical_processing_site, mixed_producer,"
                " outdoor_producer, processor, research_certificate, retailer, tracked_medical_grow_site,"
                " wholesaler)"
            ),
        ),
        (
            "md",
            None,
            "retail_hours_close",
            Unknown(
                "retail_hours_close depends on the license type in md, and the snapshot gives none for F1"
                " (license types of md: incubator_space, micro_dispensary, micro_grower, micro_processor,"
                " on_site_consumption, security_guard_company, standard_dispensary, standard_grower,"
                " standard_processor, testing_laboratory, transporter, waste_disposal_company)"
            ),
        ),
        (
            "co",
            "shop floor",
            "sales_report_deadline",
            Unknown(
                "sales_report_deadline depends on the license type in co, and 'shop floor' is not one that co"
                " knows (license types of co: accelerator_variants, delivery_permit, hospitality,"
                " hospitality_and_sales, medical_cultivation, medical_products_manufacturer, medical_store,"
                " research_and_development, retail_cultivation, retail_products_manufacturer, retail_store,"
                " testing_facility, transporter)"
            ),
        ),
    ],
)
def test_the_license_type_decides_what_is_known(
    build: Build, code: str, license_type: str | None, parameter: str, status: Known | Unknown | NotApplicable
):
    found = build(facility(code, license_type))
    assert found.status("F1", parameter) == status
    assert bool(found.rows([parameter])) == isinstance(status, Known)


def test_no_number_known_is_said_with_its_citation_and_keeps_its_row(build: Build):
    found = build(facility("co", "retail_store"))
    [row] = records(found, "waste_report_deadline")
    status = found.status("F1", "waste_report_deadline")
    assert status == Unknown(
        "no number known for waste_report_deadline in co (1 CCR 212-3, Rule 3-230)", row["citation"]
    )
    assert found.citations[row["citation"]].value == "no number known"


def test_a_jurisdiction_that_is_not_loaded_makes_its_law_unknown_and_a_plain_word_still_tells_the_kind(
    build: Build,
):
    found = build(Facility("F1", "Made up", "zz", "UTC", "retailer"))
    assert found.status("F1", "record_retention") == Unknown(
        "no jurisdiction 'zz' is loaded, so record_retention is not known"
    )
    assert (found.rows(["record_retention"]), found.kind("F1"), found.citations) == ([], "retail", ())
    assert build(Facility("F1", "Made up", "zz", "UTC", "made word")).kind("F1") is None


@pytest.mark.parametrize(
    ("code", "license_type", "kind"),
    [
        ("ca", "retailer", "retail"),
        ("or", "producer", "cultivation"),
        ("md", "dispensary", "retail"),
        ("mi", "laboratory", "testing"),
        ("nv", "producer", "cultivation"),
        ("nv", "production", "manufacturing"),
        ("nv", "dispensary", "retail"),
        ("ny", "retailer", "retail"),
        ("ny", "delivery", "delivery"),
        ("nj", "wholesaler", "distribution"),
        ("nj", "alternative treatment center", None),
        ("oh", "cultivator", "cultivation"),
        ("ok", "retailer", "retail"),
        ("ma", "processor", "manufacturing"),
        ("ma", "delivery", "delivery"),
        ("la", "dispensary", "retail"),
        ("la", "cultivator", None),  # several kinds under one license
        ("ms", "transporter", "transport"),
        ("co", "Distributor", "distribution"),  # a kind of which the state's list has no type
        ("ca", "microbusiness", None),  # several kinds under one license
        ("co", "unheard of", None),
        ("co", None, None),
    ],
)
def test_the_kind_of_a_facility_follows_from_its_license_type(
    build: Build, code: str, license_type: str | None, kind: str | None
):
    assert build(facility(code, license_type)).kind("F1") == kind


def test_a_parameter_varies_when_a_period_is_bounded_for_one_of_the_facilities(build: Build):
    oregon, california = facility("or", "retailer", "A"), facility("ca", "retailer", "B")
    assert not build(oregon).varies("sales_report_deadline")
    assert build(oregon, california).varies("sales_report_deadline")


def test_the_numbers_of_business_days_are_those_of_the_facilities(build: Build):
    names = ["user_removal_deadline", "discrepancy_report_deadline", "theft_loss_report_deadline"]
    assert build(facility("ca", "retailer")).uses_business_days(names) == frozenset()
    found = build(facility("mi", "retailer", "A"), facility("md", "standard_dispensary", "B"))
    assert found.uses_business_days(names) == {1, 7, 30}


def test_business_days_come_as_rows_for_every_calendar_in_use(build: Build):
    found = build(facility("mi", "retailer"))
    assert found.business_day_rows([1, 0], date(2026, 11, 25), date(2026, 11, 26)) == [
        ("us-federal", date(2026, 11, 25), 0, date(2026, 11, 25)),
        ("us-federal", date(2026, 11, 25), 1, date(2026, 11, 27)),
        ("us-federal", date(2026, 11, 26), 0, date(2026, 11, 26)),
        ("us-federal", date(2026, 11, 26), 1, date(2026, 11, 27)),
    ]


def test_all_days_from_2010_to_2040_are_covered(build: Build):
    rows = build(facility("mi", "retailer")).business_day_rows([7])
    assert (len(rows), rows[0], rows[-1]) == (
        (date(2041, 1, 1) - date(2010, 1, 1)).days,
        ("us-federal", date(2010, 1, 1), 7, date(2010, 1, 12)),
        ("us-federal", date(2040, 12, 31), 7, date(2041, 1, 10)),
    )


def test_the_engine_takes_the_tables(build: Build, vocabulary: Vocabulary):
    found = build(*(facility(code, None, code) for code in ZONES), facility("md", "micro_grower", "grower"))
    rows = found.rows(vocabulary.parameters)
    days = found.business_day_rows([1, 7], date(2026, 12, 20), date(2027, 1, 9))
    engine = DuckDBEngine(threads=1)
    engine.load("parameters_in_force", COLUMNS, rows)
    engine.load("business_days", BUSINESS_DAYS_COLUMNS, days)
    stored = [
        engine.rows(f"SELECT * FROM {t} ORDER BY rowid") for t in ("parameters_in_force", "business_days")
    ]
    engine.close()
    assert stored == [rows, days]


SOME_DAYS = (date(2020, 1, 1), date(2020, 3, 31))
DAYS = st.none() | st.dates(*SOME_DAYS)
PERIODS = st.tuples(DAYS, DAYS).filter(lambda days: None in days or days[0] <= days[1])
ENTRIES = st.lists(
    st.tuples(
        PERIODS,
        st.sampled_from([None, "adult_use", "medical"]),
        st.sampled_from([None, "shop", "small_shop", "bench", "seller", "retail"]),
    ),
    min_size=1,
    max_size=5,
)


def covered(entries: list[Any]) -> list[tuple[str, str, date]]:
    """Every (licence type, audience, day) that the entries speak to, as often as they do."""
    types = {
        None: ["shop", "small_shop", "bench"],
        "seller": ["shop", "small_shop"],
        "retail": ["shop", "small_shop"],
    }
    return [
        (license_type, audience, date.fromordinal(day))
        for (first, last), whom, name in entries
        for license_type in types.get(name, [name])
        for audience in ([whom] if whom else ["adult_use", "medical", "anybody else"])
        for day in range((first or SOME_DAYS[0]).toordinal(), (last or SOME_DAYS[1]).toordinal() + 1)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(entries=ENTRIES)
def test_a_file_loads_exactly_when_no_day_has_two_values_and_then_rows_never_overlap(
    load: Callable[..., Jurisdiction], entries: list[Any]
):
    told = covered(entries)
    text = "  plants:\n" + "".join(written(*entry) for entry in entries)
    if len(told) != len(set(told)):
        with pytest.raises(UserError, match="two values on the same days"):
            load(text)
        return
    facilities = [facility("xx", name, name, ZONES["ca"]) for name in ("shop", "small_shop", "bench")]
    rows = records(in_force({"xx": load(text)}, facilities, NO_WORDS), "plants")
    in_rows = [
        (row["facility"], audience, date.fromordinal(day))
        for row in rows
        for audience in ([row["audience"]] if "audience" in row else ["adult_use", "medical", "anybody else"])
        for day in range(
            max(row["from_day"], SOME_DAYS[0]).toordinal(),
            min(row["until_day"], date(2020, 4, 1)).toordinal(),
        )
    ]
    assert sorted(in_rows) == sorted(told)


def written(period: tuple[date | None, date | None], audience: str | None, applies_to: str | None) -> str:
    first, last = period
    days = [f"from: {first}"] * bool(first) + [f"until: {last}"] * bool(last)
    keys = [f"in_force: {{{', '.join(days)}}}", "citation: Code 1", "source: made up", "confidence: high"]
    keys += [f"audience: {audience}"] * bool(audience) + [f"applies_to: [{applies_to}]"] * bool(applies_to)
    return f"    - {{value: 1, {', '.join(keys)}}}\n"
