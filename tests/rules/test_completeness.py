"""What the built-in pack promises as a whole: many rules, of every layer and kind, each complete."""

from pathlib import Path

import pytest
import yaml

from rootlint.jurisdictions.laws import Laws
from rootlint.model import Layer
from rootlint.plugins import PackSource
from rootlint.rules.checks import CheckKind
from rootlint.rules.language.types import OF_PARAMETER_KIND
from rootlint.rules.loading import Packs, check_kinds, load_packs, load_rules

MODES = Path(__file__).with_name("failure_modes.txt")  # one a line
PAGE = Path(__file__).parents[2] / "docs" / "check-kinds.md"
LEAST_RULES = 60
LEAST_REPAIRED = 0.8


@pytest.fixture(scope="module")
def packs(laws: Laws) -> Packs:
    return load_rules(laws)


def test_there_are_many_rules_in_every_layer_of_every_kind(packs: Packs) -> None:
    assert len(packs.rules) >= LEAST_RULES
    assert {rule.rule.layer for rule in packs.rules.values()} == set(Layer)
    # Holes between windows are asked for by a query, which tells a habit of the log beside them.
    assert {rule.check.kind for rule in packs.rules.values()} == set(check_kinds())


def test_a_rule_stands_in_the_folder_of_its_layer(packs: Packs) -> None:
    files = {rule.document.file: f"rules/{rule.rule.layer}/{name}.yaml" for name, rule in packs.rules.items()}
    assert list(files) == list(files.values())


def test_a_rule_names_only_known_failure_modes(packs: Packs) -> None:
    known = set(MODES.read_text(encoding="utf-8").splitlines())
    named = {mode for rule in packs.rules.values() for mode in rule.rule.modes}
    assert sorted(named - known) == []


@pytest.mark.parametrize("part", ["summary", "rationale", "remediation", "not_first"])
def test_what_a_rule_tells_people_ends_with_a_period(packs: Packs, part: str) -> None:
    told = {name: getattr(rule.rule, part) for name, rule in packs.rules.items()}
    assert [name for name, text in told.items() if text and not text.strip().endswith(".")] == []


def test_a_rule_that_has_a_repair_gives_no_reason_for_having_none(packs: Packs) -> None:
    both = [name for name, rule in packs.rules.items() if rule.rule.repair and rule.rule.no_repair]
    assert both == []


def test_most_rules_that_can_be_roots_have_a_repair_and_the_others_say_why_not(packs: Packs) -> None:
    """At least four in five: a cause without a repair cannot be put to the proof."""
    able = [rule.rule for rule in packs.rules.values() if rule.rule.can_be_root]
    assert [rule.name for rule in able if not rule.repair and not rule.no_repair] == []
    assert sum(bool(rule.repair) for rule in able) >= LEAST_REPAIRED * len(able)


def test_every_check_kind_has_its_section_of_the_page() -> None:
    headings = [line[3:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert headings == sorted(check_kinds())


@pytest.mark.parametrize("kind", check_kinds().values(), ids=lambda kind: kind.name)
def test_the_example_of_a_check_kind_is_a_check(kind: CheckKind, laws: Laws, tmp_path: Path) -> None:
    """What the page shows loads as it stands."""
    about = {"name": "made/made", "layer": "data", "severity": "note", "confidence": "low", "since": "0.1.0"}
    told = {"summary": "Made.", "rationale": "Made.", "remediation": "Made.", "can_be_root": False}
    rule = (
        yaml.safe_dump({**about, **told})
        + "check:\n"
        + "".join(f"  {line}\n" for line in kind.example.splitlines())
    )
    (tmp_path / "made.yaml").write_text(rule, encoding="utf-8")
    parameters = {name: OF_PARAMETER_KIND[of.kind] for name, of in laws.vocabulary.parameters.items()}
    functions = {"transposed_labels": lambda read: []}
    loaded = load_packs([PackSource("made", tmp_path, "0", functions)], parameters).rules["made/made"]
    assert loaded.check.kind == kind.name


def test_every_check_kind_has_tests_of_its_own() -> None:
    files = sorted((Path(__file__).parent / "checks").glob("test_*.py"))
    openings = [file.read_text(encoding="utf-8").splitlines()[0] for file in files]
    tested = {line.split("`")[1] for line in openings if line.startswith('"""Checks of kind `')}
    assert tested == set(check_kinds())
