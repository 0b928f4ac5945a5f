"""What list, show and diff show."""

from datetime import date

from rootlint.jurisdictions.model import Jurisdiction, Vocabulary
from rootlint.jurisdictions.showing import (
    Difference,
    Listed,
    ShownValue,
    diff,
    list_jurisdictions,
    show_parameters,
)
from rootlint.model import Confidence


def test_the_list_says_how_much_each_jurisdiction_knows(shipped: dict[str, Jurisdiction]):
    assert list_jurisdictions(shipped) == (
        Listed(
            "ak",
            "Alaska",
            "Alcohol and Marijuana Control Office (AMCO), Marijuana Control Board",
            "2026-11-23",
            11,
            1,
            0,
            8,
        ),
        Listed("al", "Alabama", "Alabama Medical Cannabis Commission (AMCC)", "2026-11-23", 1, 0, 0, 3),
        Listed("ca", "California", "Department of Cannabis Control (DCC)", "2026-11-23", 47, 0, 4, 8),
        Listed(
            "co",
            "Colorado",
            "Marijuana Enforcement Division (MED), Department of Revenue",
            "2026-11-23",
            22,
            1,
            0,
            9,
        ),
        Listed(
            "dc",
            "District of Columbia",
            "Alcoholic Beverage and Cannabis Administration (ABCA) and Board",
            "2026-11-23",
            10,
            0,
            0,
            6,
        ),
        Listed(
            "gu",
            "Guam",
            "Cannabis Control Board; Department of Revenue and Taxation; Department of Public Health"
            " and Social Services (DPHSS)",
            "2026-11-23",
            0,
            0,
            0,
            1,
        ),
        Listed(
            "il",
            "Illinois",
            "Department of Agriculture (growers, infusers, transporters, laboratories); Department of Financial and"
            " Professional Regulation (dispensaries); Cannabis Regulation Oversight Office (owner of the system)",
            "2026-11-23",
            6,
            0,
            0,
            7,
        ),
        Listed(
            "ky",
            "Kentucky",
            "Office of Medical Cannabis, Cabinet for Health and Family Services",
            "2026-11-23",
            2,
            0,
            0,
            5,
        ),
        Listed(
            "la",
            "Louisiana",
            "Louisiana Department of Health (LDH); Board of Pharmacy for retail until 2024-12-31",
            "2026-11-23",
            5,
            0,
            0,
            7,
        ),
        Listed("ma", "Massachusetts", "Cannabis Control Commission (CCC)", "2026-11-23", 11, 1, 0, 8),
        Listed("md", "Maryland", "Maryland Cannabis Administration (MCA)", "2026-11-23", 64, 6, 0, 6),
        Listed(
            "me",
            "Maine",
            "Office of Cannabis Policy (OCP), Department of Administrative and Financial Services",
            "2026-11-23",
            5,
            2,
            1,
            7,
        ),
        Listed("mi", "Michigan", "Cannabis Regulatory Agency (CRA)", "2026-11-23", 51, 3, 0, 5),
        Listed("mn", "Minnesota", "Office of Cannabis Management (OCM)", "2026-11-23", 9, 0, 0, 6),
        Listed(
            "mo",
            "Missouri",
            "Division of Cannabis Regulation, Department of Health and Senior Services (DHSS)",
            "2026-11-23",
            13,
            1,
            1,
            6,
        ),
        Listed(
            "ms",
            "Mississippi",
            "Mississippi State Department of Health (cultivation, processing, testing, transport, disposal);"
            " Department of Revenue (dispensaries)",
            "2026-11-23",
            11,
            0,
            0,
            9,
        ),
        Listed(
            "mt", "Montana", "Department of Revenue, Cannabis Control Division", "2026-11-23", 19, 0, 1, 8
        ),
        Listed("nj", "New Jersey", "Cannabis Regulatory Commission (NJ-CRC)", "2026-11-23", 13, 1, 0, 9),
        Listed("nv", "Nevada", "Cannabis Compliance Board (CCB)", "2026-11-23", 10, 1, 1, 8),
        Listed(
            "ny",
            "New York",
            "Office of Cannabis Management (OCM) and Cannabis Control Board",
            "2026-11-23",
            21,
            2,
            0,
            8,
        ),
        Listed(
            "oh",
            "Ohio",
            "Division of Cannabis Control, Ohio Department of Commerce",
            "2026-11-23",
            13,
            0,
            0,
            7,
        ),
        Listed("ok", "Oklahoma", "Oklahoma Medical Marijuana Authority (OMMA)", "2026-11-23", 11, 1, 0, 5),
        Listed(
            "or",
            "Oregon",
            "Oregon Liquor and Cannabis Commission (OLCC); Oregon Health Authority for medical grow sites"
            " and testing",
            "2026-11-23",
            51,
            0,
            2,
            6,
        ),
        Listed(
            "ri",
            "Rhode Island",
            "Cannabis Control Commission (Department of Business Regulation before)",
            "2026-11-23",
            2,
            0,
            0,
            8,
        ),
        Listed(
            "sd", "South Dakota", "Department of Health, Medical Cannabis Program", "2026-11-23", 10, 0, 0, 7
        ),
        Listed("va", "Virginia", "Virginia Cannabis Control Authority (CCA)", "2026-11-23", 3, 0, 0, 7),
        Listed(
            "wv",
            "West Virginia",
            "Office of Medical Cannabis, Bureau for Public Health",
            "2026-11-23",
            8,
            1,
            0,
            7,
        ),
    )


def test_a_jurisdiction_is_shown_as_of_a_day(shipped: dict[str, Jurisdiction], vocabulary: Vocabulary):
    def weight(day: date | None) -> list[str]:
        parameters = show_parameters(shipped["or"], vocabulary, day)
        return [v.value for p in parameters if p.name == "harvest_batch_max_weight" for v in p.values]

    assert weight(date(2022, 6, 30)) == ["15 pounds"]
    assert weight(date(2022, 7, 1)) == ["50 pounds"]
    assert weight(None) == ["50 pounds", "15 pounds"]


def test_what_is_not_in_force_on_the_day_is_not_shown(
    shipped: dict[str, Jurisdiction], vocabulary: Vocabulary
):
    names = [p.name for p in show_parameters(shipped["ca"], vocabulary, date(2022, 11, 6))]
    assert "sales_report_deadline" not in names
    assert names == sorted(names)


def test_two_jurisdictions_are_shown_side_by_side(shipped: dict[str, Jurisdiction], vocabulary: Vocabulary):
    differences = {
        each.name: each for each in diff(shipped["ca"], shipped["or"], vocabulary, date(2026, 1, 1))
    }
    assert differences["theft_loss_report_deadline"].same
    assert differences["tag_order_deadline"].right == ()
    assert differences["retail_hours_open"] == Difference(
        name="retail_hours_open",
        meaning="Local time before which no sale may be made.",
        left=(
            ShownValue(
                "06:00",
                ("retailer",),
                None,
                None,
                None,
                "4 CCR 15403 (per summary)",
                "https://abizinaboxcannabis.com/abizinabox-cpas/lic-faq/retail/",
                Confidence.MEDIUM,
                "Sales and deliveries, from 06:00 to 22:00 Pacific time.",
            ),
        ),
        right=(
            ShownValue(
                "07:00",
                ("retailer",),
                None,
                None,
                None,
                "OAR 845-025-2800(2)(a)",
                "https://secure.sos.state.or.us/oard/viewSingleRule.action?ruleVrsnRsn=267047",
                Confidence.HIGH,
                "Local time.",
            ),
        ),
        same=False,
    )
    assert list(differences) == sorted(shipped["ca"].parameters.keys() | shipped["or"].parameters.keys())
