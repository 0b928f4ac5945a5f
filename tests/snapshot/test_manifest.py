"""The manifest says what a snapshot is; all its faults are told at once, each with its place."""

from datetime import UTC, date, datetime

import pytest

from rootlint.documents import parse_yaml
from rootlint.errors import Place, Problem, UserError
from rootlint.model import Facility
from rootlint.snapshot.manifest import Manifest, read_manifest

GOOD = """\
format: 1
operator: Made Operator
captured_at: 2026-11-01T06:00:00-07:00
facilities:
  - {facility: F-CA, name: Made West, jurisdiction: CA, timezone: America/Los_Angeles,
     license_type: retailer, opened_on: 2023-02-01}
tables:
  metrc_sales: {captured_at: 2026-11-01T12:40:00Z, source: made, complete: false,
    from: 2026-08-01, to: 2026-10-31}
  metrc_items:
"""


def read(text: str) -> Manifest:
    return read_manifest(parse_yaml(text, "snapshot.yaml"))


def faults(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_a_manifest_is_read_into_records():
    manifest = read(GOOD)
    assert manifest.operator == "Made Operator"
    assert manifest.captured_at == datetime(2026, 11, 1, 13, tzinfo=UTC)
    assert manifest.facilities == (
        Facility("F-CA", "Made West", "ca", "America/Los_Angeles", "retailer", date(2023, 2, 1)),
    )


def test_days_cover_from_their_start_to_their_end_in_utc():
    sales = read(GOOD).tables["metrc_sales"]
    assert sales.covers_from == datetime(2026, 8, 1, tzinfo=UTC)
    assert sales.covers_until == datetime(2026, 10, 31, 23, 59, 59, 999999, tzinfo=UTC)


def test_instants_cover_exactly_what_they_say():
    text = GOOD.replace("from: 2026-08-01", "from: 2026-08-01T06:00:00-07:00").replace(
        "2026-10-31", "2026-10-31T00:00:00Z"
    )
    sales = read(text).tables["metrc_sales"]
    assert (sales.covers_from, sales.covers_until) == (
        datetime(2026, 8, 1, 13, tzinfo=UTC),
        datetime(2026, 10, 31, tzinfo=UTC),
    )


def test_a_table_is_complete_unless_the_manifest_says_otherwise():
    tables = read(GOOD).tables
    assert (tables["metrc_sales"].complete, tables["metrc_items"].complete) == (False, True)


def test_a_manifest_may_be_written_as_json():
    text = (
        '{"format": 1, "operator": "Made", "captured_at": "2026-11-01T13:00:00Z",\n'
        ' "facilities": [{"facility": "F", "name": "M", "jurisdiction": "or", "timezone": "America/Boise"}]}'
    )
    assert read(text).facilities == (Facility("F", "M", "or", "America/Boise"),)


def test_all_faults_are_told_at_once_with_place_and_nearest_name():
    text = """\
format: 2
opperator: Made
captured_at: 2026-11-01T13:00:00
facilities:
  - {facility: F, name: A, jurisdiction: C A, timezone: America/Los_Angelos}
  - {facility: F, name: B, jurisdiction: ca, timezone: America/Denver, opened_on: 2026-02-30}
tables:
  metrc_pakages: {}
  facilities: {}
  metrc_sales: {complete: maybe, from: 2026-09-01, to: 2026-08-01, sha256: abc, colour: red}
"""
    assert faults(text) == [
        "snapshot.yaml:2:1: error: unknown key 'opperator'\n  help: did you mean 'operator'?",
        "snapshot.yaml:1:9: error: 'format' is 2; this version of rootlint reads format 1",
        "snapshot.yaml:1:1: error: the manifest has no 'operator'",
        "snapshot.yaml:3:14: error: 'captured_at' is '2026-11-01T13:00:00', without an offset;"
        " write it as 2026-11-01T13:00:00Z",
        "snapshot.yaml:5:42: error: 'jurisdiction' is 'C A', not a code such as ca",
        "snapshot.yaml:5:57: error: 'timezone' is 'America/Los_Angelos', which is no IANA time zone;"
        " did you mean 'America/Los_Angeles'?",
        "snapshot.yaml:6:83: error: 'opened_on' is '2026-02-30', not a day such as 2026-11-01",
        "snapshot.yaml:6:16: error: facility 'F' stands twice\n"
        "  help: the first is at snapshot.yaml:5:16; keep one of the two",
        "snapshot.yaml:8:3: error: the format has no table 'metrc_pakages'\n"
        "  help: did you mean 'metrc_packages'?",
        "snapshot.yaml:9:3: error: 'facilities' is not captured as a table\n"
        "  help: rootlint builds it from the list of facilities in snapshot.yaml",
        "snapshot.yaml:10:81: error: unknown key 'colour'\n"
        "  help: known: captured_at, complete, from, sha256, source, to",
        "snapshot.yaml:10:56: error: 'to' of metrc_sales is before its 'from'",
        "snapshot.yaml:10:27: error: 'complete' is maybe, not true or false",
        "snapshot.yaml:10:76: error: 'sha256' is not a SHA-256 digest: 64 hexadecimal digits",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[]",
            Problem(
                "the manifest is not a mapping", Place("snapshot.yaml", 1, 1), "see docs/snapshot-format.md"
            ),
        ),
        (
            "",
            Problem(
                "the manifest is not a mapping", Place("snapshot.yaml", 1, 1), "see docs/snapshot-format.md"
            ),
        ),
    ],
)
def test_a_manifest_that_is_no_mapping_is_one_fault(text, problem):
    with pytest.raises(UserError) as caught:
        read(text)
    assert caught.value.problems == (problem,)


def test_a_manifest_needs_its_facilities():
    text = "format: 1\noperator: Made\ncaptured_at: 2026-11-01T13:00:00Z\nfacilities: []\n"
    assert faults(text) == [
        "snapshot.yaml:4:13: error: the manifest has no list of 'facilities'\n"
        "  help: name each licence of the operator"
    ]


def test_a_facility_needs_name_jurisdiction_and_time_zone():
    text = "format: 1\noperator: Made\ncaptured_at: 2026-11-01T13:00:00Z\nfacilities: [{facility: F}, 5]\n"
    assert faults(text) == [
        "snapshot.yaml:4:14: error: facility 1 has no 'name'",
        "snapshot.yaml:4:14: error: facility 1 has no 'jurisdiction'",
        "snapshot.yaml:4:14: error: facility 1 has no 'timezone'",
        "snapshot.yaml:4:29: error: facility 2 is not a mapping\n"
        "  help: keys it may have: facility, name, jurisdiction, timezone, license_type, opened_on",
    ]
