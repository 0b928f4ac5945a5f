"""The jurisdictions that ship."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rootlint.documents import load_yaml
from rootlint.jurisdictions.builtin import rootlint_jurisdictions
from rootlint.jurisdictions.in_force import license_types
from rootlint.jurisdictions.model import Jurisdiction, Quantity, Vocabulary, shown
from rootlint.model import Confidence
from rootlint.shipped import shipped_folder

STATES = {
    "ak": "Alaska",
    "al": "Alabama",
    "ca": "California",
    "co": "Colorado",
    "dc": "District of Columbia",
    "gu": "Guam",
    "il": "Illinois",
    "ky": "Kentucky",
    "la": "Louisiana",
    "ma": "Massachusetts",
    "md": "Maryland",
    "me": "Maine",
    "mi": "Michigan",
    "mn": "Minnesota",
    "mo": "Missouri",
    "ms": "Mississippi",
    "mt": "Montana",
    "nj": "New Jersey",
    "nv": "Nevada",
    "ny": "New York",
    "oh": "Ohio",
    "ok": "Oklahoma",
    "or": "Oregon",
    "ri": "Rhode Island",
    "sd": "South Dakota",
    "va": "Virginia",
    "wv": "West Virginia",
}
CODES = sorted(STATES)
CARRIED = load_yaml(Path(__file__).with_name("carried.yaml")).data


def test_the_shipped_folder_comes_in_through_the_hook():
    assert list(rootlint_jurisdictions()) == [shipped_folder("jurisdictions")]


def test_the_states_load(shipped: dict[str, Jurisdiction]):
    assert {code: j.name for code, j in shipped.items()} == STATES


@pytest.mark.parametrize("code", CODES)
def test_every_value_of_the_state_is_carried(code: str, shipped: dict[str, Jurisdiction]):
    found = {name: [shown(v.value) for v in values] for name, values in shipped[code].parameters.items()}
    assert found == CARRIED[code]


@pytest.mark.parametrize("code", CODES)
def test_every_value_has_a_citation_and_a_source(code: str, shipped: dict[str, Jurisdiction]):
    values = [value for values in shipped[code].parameters.values() for value in values]
    assert [v.parameter for v in values if not v.citation.strip() or not v.source.strip()] == []


def test_every_word_of_the_vocabulary_is_used(shipped: dict[str, Jurisdiction], vocabulary: Vocabulary):
    used = {name for jurisdiction in shipped.values() for name in jurisdiction.parameters}
    assert set(vocabulary.parameters) == used


def test_sources_are_given_in_full_and_each_is_used():
    for code in CODES:
        document = load_yaml(shipped_folder("jurisdictions") / f"{code}.yaml").data
        entries = [entry for values in document["parameters"].values() for entry in values]
        lists = ("penalties", "integration_notes", "pending_changes")
        entries += [entry for key in lists for entry in document[key]]
        assert {entry["source"] for entry in entries} == set(document["sources"])


def test_an_ounce_is_converted_exactly_and_shown_as_stated(shipped: dict[str, Jurisdiction]):
    [value] = [v for v in shipped["ca"].parameters["purchase_limit_flower"] if v.audience == "medical"]
    assert value.value == Quantity(Decimal(8), "ounces", Decimal("226.796185000"))
    assert shown(value.value) == "8 ounces"


def test_a_pound_is_converted_exactly(shipped: dict[str, Jurisdiction]):
    [value] = shipped["mi"].parameters["harvest_batch_max_weight"]
    assert value.value == Quantity(Decimal(50), "pounds", Decimal("22679.618500"))


def test_what_changed_by_law_has_a_period_for_each_value(shipped: dict[str, Jurisdiction]):
    values = shipped["or"].parameters["harvest_batch_max_weight"]
    assert {(shown(v.value), v.in_force.first, v.in_force.last) for v in values} == {
        ("15 pounds", None, date(2022, 6, 30)),
        ("50 pounds", date(2022, 7, 1), None),
    }


def test_what_nobody_could_confirm_stays_marked(shipped: dict[str, Jurisdiction]):
    low = {
        (code, value.parameter)
        for code, jurisdiction in shipped.items()
        for values in jurisdiction.parameters.values()
        for value in values
        if value.confidence == Confidence.LOW
    }
    assert low == {
        ("ca", "immature_batch_max_count"),
        ("ca", "outage_backfill_deadline"),
        ("ca", "outage_transfer_prohibited"),
        ("ca", "wholesale_price_required"),
        ("me", "purchase_limit_concentrate_per_transaction"),
        ("mo", "purchase_limit_flower_30_days"),
        ("mt", "package_max_thc_edible"),
        ("nv", "plant_tag_trigger_phase"),
        ("or", "purchase_limit_concentrate"),
        ("or", "transfer_manifest_advance_notice"),
    }


@pytest.mark.parametrize(
    ("stated", "kind", "codes"),
    [
        ("Retailer", "retail", "ak al dc gu il ky me mn mo mt ri sd va wv"),
        ("dispensary", "retail", "ak al dc gu il ky me mn mo mt ri sd va wv"),
        ("processor", "manufacturing", "ak al dc gu il ky me mn mo mt ri sd wv"),
        ("Cultivator", "cultivation", "ak al dc gu il ky me mn mo mt ri sd va wv"),
        ("testing laboratory", "testing", "ak al dc gu il ky me mn mo mt ri sd wv"),
        ("transporter", "transport", "al il mn mo mt"),
        ("courier", "delivery", "dc mn"),
        ("distributor", "distribution", "mn"),
        ("consumption lounge", "consumption", "ak"),
    ],
)
def test_plain_words_tell_the_kind_of_business(
    stated: str, kind: str, codes: str, shipped: dict[str, Jurisdiction], vocabulary: Vocabulary
):
    for code in codes.split():
        types = license_types(shipped[code], stated, vocabulary)
        assert {shipped[code].license_types[name].kind for name in types} == {kind}, code


def test_metrc_customer_types_tell_the_audience(vocabulary: Vocabulary):
    assert vocabulary.customer_types == {
        "Consumer": "adult_use",
        "Patient": "medical",
        "Caregiver": "medical",
        "ExternalPatient": "medical",
    }


def test_what_else_each_file_holds(shipped: dict[str, Jurisdiction]):
    found = {
        code: {
            "notes": [note.topic for note in j.integration_notes],
            "pending": [change.source for change in j.pending_changes],
            "numbers": [number.pattern for number in j.license_numbers],
            "penalties": [penalty.citation for penalty in j.penalties],
        }
        for code, j in shipped.items()
    }
    assert found == load_yaml(Path(__file__).with_name("held.yaml")).data
