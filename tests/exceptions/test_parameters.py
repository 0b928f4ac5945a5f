"""The file of stricter parameters: what it says, everything that can be wrong with it, and what is judged by."""

from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest
from exceptions_made import DAY, told

from rootlint.documents import parse_yaml
from rootlint.errors import Problems
from rootlint.exceptions.parameters import KEYS, OwnParameters, read_parameters
from rootlint.exceptions.schemas import parameters_schema
from rootlint.jurisdictions.in_force import COLUMNS, InForce, in_force
from rootlint.jurisdictions.laws import Laws, load_laws
from rootlint.model import Facility

SHOP = Facility("C10-0000001-LIC", "Made Store", "ca", "America/Los_Angeles", "retailer")
FARM = Facility("CCL-0000002-LIC", "Made Farm", "ca", "America/Los_Angeles", "cultivator")
STORE = Facility("402R-00003", "Made Store", "co", "America/Denver", "retail_store")
FACILITIES = (SHOP, FARM, STORE)

PARAMETERS = f"""\
format: 1
parameters:
  - jurisdiction: ca
    parameter: sales_report_deadline
    value: {{hours: 8}}
    reason: within the shift
  - facility: {SHOP.facility}
    parameter: sales_report_deadline
    value: {{hours: 4}}
    reason: this store is online
  - jurisdiction: ca
    parameter: purchase_limit_flower
    audience: medical
    value: {{ounces: 4}}
    reason: house rule 7
  - jurisdiction: ca
    parameter: purchase_limit_flower
    value: {{grams: 28}}
    reason: a whole number for the tills
"""

MANY_FAULTS = f"""\
format: 2
parametres: []
parameters:
  - jurisdiction: ca
    parameter: sales_report_deadline
    value: {{hours: 25}}
    reason: nobody reads it sooner
  - facility: {SHOP.facility}
    parameter: retail_hours_open
    value: "05:30"
    reason: early birds
  - jurisdiction: ca
    parameter: sales_report_deadlin
    value: {{hours: 4}}
    reason: r
  - jurisdiction: ca
    parameter: plant_tag_unit
    value: plant
    reason: r
  - facility: C10-0000009-LIC
    parameter: sales_report_deadline
    value: {{hours: 4}}
    reason: r
  - jurisdiction: cal
    facility: {SHOP.facility}
    parameter: sales_report_deadline
    value: 4
    reason: r
  - jurisdiction: cx
    parameter: sales_report_deadline
    reson: r
  - facility: {FARM.facility}
    parameter: sales_report_deadline
    value: {{hours: 4}}
    reason: r
  - jurisdiction: mi
    parameter: waste_report_deadline
    value: {{hours: 4}}
    reason: r
  - jurisdiction: ca
    parameter: sales_report_deadline
    value: {{days: 0}}
    reason: by the end of the day
  - jurisdiction: ca
    parameter: sales_report_deadline
    audience: medical
    value: {{hours: 4}}
    reason: r
  - jurisdiction: ca
    parameter: wholesale_price_required
    value: true
    reason: r
  - jurisdiction: ca
    parameter: wholesale_price_required
    value: true
    reason: r
  - jurisdiction: ca
    parameter: weighing_device_registered
    value: false
    reason: r
  - {{}}
  - sales_report_deadline
"""


@pytest.fixture(scope="module")
def laws() -> Laws:
    return load_laws()


def read(laws: Laws, text: str, day: date = DAY) -> tuple[OwnParameters, list[str]]:
    """The parameters of a text, and what is wrong with it."""
    problems = Problems()
    found = read_parameters(parse_yaml(text, "parameters.yaml"), laws, FACILITIES, day, problems)
    return found, told(sorted(problems.found, key=lambda problem: (problem.place, problem.message)))


def adjusted(laws: Laws, text: str) -> InForce:
    own, faults = read(laws, text)
    assert faults == []
    return in_force(laws.jurisdictions, FACILITIES, laws.vocabulary, own.adjust)


def columns(found: InForce, parameter: str, *names: str) -> list[tuple[Any, ...]]:
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in found.rows([parameter]))
    return [tuple(row[name] for name in ("facility", *names)) for row in rows]


def test_every_fault_is_told_at_once_with_its_place_and_the_citation(laws: Laws) -> None:
    assert read(laws, MANY_FAULTS)[1] == [
        "parameters.yaml:1:9: error: format is '2'\n  help: write format: 1",
        "parameters.yaml:2:1: error: unknown key 'parametres'\n  help: did you mean 'parameters'?",
        "parameters.yaml:6:12: error: 25 hours is looser than the law: 24 hours (4 CCR 15049(b)(8))\n  help: write at most 24 hours; parameters may be stricter than the law, never looser",
        "parameters.yaml:10:12: error: 05:30 is looser than the law: 06:00 (4 CCR 15403 (per summary))\n  help: write at least 06:00; parameters may be stricter than the law, never looser",
        "parameters.yaml:13:16: error: there is no parameter 'sales_report_deadlin'\n  help: did you mean 'sales_report_deadline'?",
        "parameters.yaml:17:16: error: no value of plant_tag_unit is stricter than another in every jurisdiction\n  help: leave it to the law",
        "parameters.yaml:20:15: error: the snapshot has no facility 'C10-0000009-LIC'\n  help: did you mean 'C10-0000001-LIC'?",
        "parameters.yaml:24:5: error: it is for one of jurisdiction and facility\n  help: write one of the two",
        "parameters.yaml:27:12: error: sales_report_deadline is a deadline, found '4'\n  help: write {hours: 24}, {business_days: 3} or {by: \"08:00\", day: next}",
        "parameters.yaml:29:5: error: reason is missing",
        "parameters.yaml:29:5: error: value is missing\n  help: say what is to be judged by",
        "parameters.yaml:29:19: error: there is no jurisdiction 'cx'\n  help: rootlint jurisdictions list names them all",
        "parameters.yaml:31:5: error: unknown key 'reson'\n  help: did you mean 'reason'?",
        "parameters.yaml:33:16: error: sales_report_deadline applies in ca to microbusiness, retailer, and not to cultivator\n  help: leave it to the law",
        "parameters.yaml:37:16: error: no number of the law is known (R 420.211(4), (8)), so none is known to be stricter\n  help: leave it to the law",
        "parameters.yaml:42:12: error: by the end of the same day can be looser than the law: 24 hours (4 CCR 15049(b)(8))\n  help: write at most 24 hours; parameters may be stricter than the law, never looser",
        "parameters.yaml:46:15: error: the law of ca does not tell medical apart here\n  help: leave the audience out",
        "parameters.yaml:53:5: error: wholesale_price_required for ca stands on line 49 too\n  help: keep one of the two",
        "parameters.yaml:59:12: error: no is looser than the law: yes (4 CCR 17221(a))\n  help: write true; parameters may be stricter than the law, never looser",
        "parameters.yaml:61:5: error: it is for one of jurisdiction and facility\n  help: write one of the two",
        "parameters.yaml:61:5: error: parameter is missing",
        "parameters.yaml:61:5: error: reason is missing",
        "parameters.yaml:61:5: error: value is missing\n  help: say what is to be judged by",
        "parameters.yaml:62:5: error: needs 'key: value' lines, found 'sales_report_deadline'",
    ]


HOUR = 3_600_000_000  # microseconds


def test_records_are_joined_with_the_stricter_value_and_the_law_stands_beside_it(laws: Laws) -> None:
    found = adjusted(laws, PARAMETERS)
    [cited] = found.citations_of(SHOP.facility, "sales_report_deadline")
    [row] = [row for row in columns(found, "sales_report_deadline", "elapse_us", "citation") if row[1]]
    assert row == (SHOP.facility, 4 * HOUR, found.citations.index(cited))
    assert (cited.value, cited.reference, cited.own_value, cited.own_reason) == (
        "24 hours",
        "4 CCR 15049(b)(8)",
        "4 hours",
        "this store is online",
    )


def test_what_is_said_of_a_licence_goes_before_what_is_said_of_its_jurisdiction(laws: Laws) -> None:
    other = replace(SHOP, facility="C10-0000004-LIC")
    own, _ = read(laws, PARAMETERS)
    found = in_force(laws.jurisdictions, (*FACILITIES, other), laws.vocabulary, own.adjust)
    assert columns(found, "sales_report_deadline", "elapse_us") == [
        (STORE.facility, None),
        (SHOP.facility, 4 * HOUR),
        (other.facility, 8 * HOUR),
    ]


def test_an_audience_goes_before_all_of_them(laws: Laws) -> None:
    limits = columns(adjusted(laws, PARAMETERS), "purchase_limit_flower", "audience", "number")
    assert [
        (audience, float(number)) for facility, audience, number in limits if facility == SHOP.facility
    ] == [
        ("adult_use", 28.0),
        ("medical", 113.398093),
    ]


def test_other_jurisdictions_and_other_parameters_stay_as_the_law_has_them(laws: Laws) -> None:
    own, by_law = adjusted(laws, PARAMETERS), in_force(laws.jurisdictions, FACILITIES, laws.vocabulary)
    for facility, parameter in ((SHOP, "reconciliation_interval"), (STORE, "sales_report_deadline")):
        assert own.citations_of(facility.facility, parameter) == by_law.citations_of(
            facility.facility, parameter
        )


def test_a_value_that_is_the_laws_own_is_the_law(laws: Laws) -> None:
    same = PARAMETERS.replace("hours: 8", "hours: 24").replace("hours: 4", "hours: 24")
    [cited] = adjusted(laws, same).citations_of(SHOP.facility, "sales_report_deadline")
    assert (cited.value, cited.own_value, cited.own_reason) == ("24 hours", None, None)


def test_where_the_law_was_stricter_on_other_days_it_stays_as_it_was(laws: Laws) -> None:
    """The law of Oregon allowed 15 pounds until 2022-06-30, and allows 50 since."""
    grower = Facility("030-0000005", "Made Farm", "or", "America/Los_Angeles", "producer")
    text = """\
format: 1
parameters:
  - {jurisdiction: or, parameter: harvest_batch_max_weight, value: {pounds: 20}, reason: r}
"""
    own, faults = read(laws, text)
    found = in_force(laws.jurisdictions, [grower], laws.vocabulary, own.adjust)
    cited = found.citations_of(grower.facility, "harvest_batch_max_weight")
    assert ([(of.value, of.own_value) for of in cited], faults) == (
        [("15 pounds", None), ("50 pounds", "20 pounds")],
        [],
    )


def test_an_empty_file_changes_nothing_and_is_sound(laws: Laws) -> None:
    assert read(laws, "format: 1\nparameters: []\n") == (OwnParameters({}), [])


SOUND = {"jurisdiction": "ca", "parameter": "retail_hours_close", "value": "21:00", "reason": "r"}


@pytest.mark.parametrize(
    ("change", "is_sound"),
    [
        ({}, True),
        ({"audience": "medical"}, True),
        ({"value": {"hours": 4}}, True),
        ({"facility": "C10-0000001-LIC"}, False),
        ({"jurisdiction": ""}, False),
        ({"reason": None}, False),
        ({"value": None}, False),
        ({"reasn": "r"}, False),
    ],
)
def test_the_schema_knows_what_an_entry_can_be(change: dict[str, Any], is_sound: bool) -> None:
    validator = jsonschema.Draft202012Validator(parameters_schema())
    assert validator.is_valid({"format": 1, "parameters": [SOUND | change]}) is is_sound
    assert validator.is_valid({"format": 1, "parameters": [{"jurisdiction": "ca"}]}) is False


def test_the_schema_names_every_key() -> None:
    assert set(parameters_schema()["properties"]["parameters"]["items"]["properties"]) == set(KEYS)


def test_without_a_snapshot_only_what_is_for_a_licence_is_not_held_against_the_law(laws: Laws) -> None:
    text = PARAMETERS.replace("hours: 8", "hours: 25").replace("hours: 4", "hours: 48")
    problems = Problems()
    read_parameters(parse_yaml(text, "parameters.yaml"), laws, None, DAY, problems)
    assert [str(problem.place) for problem in problems.found] == ["parameters.yaml:5:12"]
