"""The page about exceptions says what the program does."""

import re
from datetime import date
from pathlib import Path

import pytest

from rootlint.documents import parse_yaml
from rootlint.errors import Problems
from rootlint.exceptions import parameters
from rootlint.exceptions.comments import read_comments
from rootlint.exceptions.parameters import read_parameters
from rootlint.exceptions.rules import RuleFacts, facts_of
from rootlint.exceptions.waivers import KEYS, MAXIMUM_DAYS, read_waivers
from rootlint.jurisdictions.laws import Laws, load_laws
from rootlint.model import Facility
from rootlint.rules.loading import load_rules
from rootlint.snapshot.settings import settings_of

PAGE = (Path(__file__).parents[2] / "docs" / "exceptions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def laws() -> Laws:
    return load_laws()


@pytest.fixture(scope="module")
def rules(laws: Laws) -> dict[str, RuleFacts]:
    return facts_of(load_rules(laws))


def test_the_file_of_the_page_is_sound_and_has_every_key_but_all(rules: dict[str, RuleFacts]) -> None:
    problems, document = Problems(), parse_yaml(EXAMPLES[0], "waivers.yaml")
    assert [each.id for each in read_waivers(document, rules, None, problems)] == ["W-2026-014"]
    assert problems.found == []
    assert set(document.data["waivers"][0]) == set(KEYS) - {"all"}


def test_the_comment_of_the_page_is_sound(rules: dict[str, RuleFacts]) -> None:
    problems = Problems()
    found = list(
        read_comments(EXAMPLES[1], "config/a.yaml", settings_of, rules, date(2026, 11, 20), problems)
    )
    assert ([each.settings for each in found], problems.found) == (
        [frozenset({("config/a.yaml", "sync.interval_minutes")})],
        [],
    )


def test_the_parameters_of_the_page_are_sound_and_have_every_key(laws: Laws) -> None:
    problems, document = Problems(), parse_yaml(EXAMPLES[2], "parameters.yaml")
    shop = Facility("C10-0000001-LIC", "Made Store", "ca", "America/Los_Angeles", "retailer")
    own = read_parameters(document, laws, [shop], date(2026, 11, 20), problems)
    assert problems.found == []
    assert set(own.entries) == {("ca", "sales_report_deadline"), (shop.facility, "purchase_limit_flower")}
    assert {key for entry in document.data["parameters"] for key in entry} == set(parameters.KEYS)


def test_the_longest_terms_of_the_page_are_those_in_force() -> None:
    rows = dict(re.findall(r"^\| (error|warning|note) \| (\d+) \|$", PAGE, re.MULTILINE))
    assert rows == {severity.value: str(days) for severity, days in MAXIMUM_DAYS.items()}


def test_the_rules_that_cannot_be_waived_say_why(rules: dict[str, RuleFacts]) -> None:
    refused = {name for name, rule in rules.items() if rule.refusal}
    assert refused == {
        "failed-lot-not-quarantined",
        "failed-lot-shipped",
        "purchase-limit-exceeded",
        "purchase-limit-per-transaction-exceeded",
        "purchase-limit-total-exceeded",
        "recall-scope-wrong",
        "sale-of-failed-or-untested",
        "sale-of-onhold-or-recalled",
    }
