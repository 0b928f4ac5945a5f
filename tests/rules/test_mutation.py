"""Mutating rules: a change that no case notices is told with its place."""

import pytest
from rules_made import Workbench

from rootlint.plugins import PackSource
from rootlint.rules.language.checking import format_schema
from rootlint.rules.loading import check_kinds
from rootlint.rules.made import Bench
from rootlint.rules.mutation import MutationResult, mutants, mutate_rule

CHECK = """\
check:
  kind: expect
  table: metrc_packages p
  where: >-
    p.state = 'active'
    and p.initial_quantity < 9
  expect: p.quantity >= 0
  keys: {label: p.label}
  message: "{p.quantity + 1}"
tests:
"""
CASE = "  - {{name: made, given: {{metrc_packages: [{{label: A, state: {}, initial_quantity: {}, quantity: {}}}]}}, finds: [{}]}}\n"
FOUND = CASE.format("active", 8, -1, "{label: A}")
ZERO = CASE.format("active", 8, 0, "")
INACTIVE = CASE.format("inactive", 8, -1, "")
NINE = CASE.format("active", 9, -1, "")
ALL = (FOUND, ZERO, INACTIVE, NINE)


def _mutated(made: Workbench, *cases: str) -> MutationResult:
    rule = made.load(made=CHECK + "".join(cases))["made/made"]
    bench = Bench(made.engine, made.laws.jurisdictions, made.laws.vocabulary, {})
    source = PackSource("made", made.folder, "0", {})
    return mutate_rule(rule, source, check_kinds(), format_schema({}), bench)


def _told(made: Workbench, result: MutationResult) -> list[str]:
    folder = f"{made.folder.as_posix()}/"
    return [f"{mutant.place}: {mutant.change}".replace(folder, "") for mutant in result.survivors]


def test_every_single_change_of_what_decides_is_tried(made: Workbench) -> None:
    """Operators, numbers and clauses of the conditions; not what is only shown."""
    rule = made.load(made=CHECK + FOUND)["made/made"]
    everything = MutationResult(rule.name, 0, tuple(mutants(rule)))
    assert _told(made, everything) == [
        "made.yaml:5:13: '=' became '<>'",
        "made.yaml:6:5: 'and' became 'or'",
        "made.yaml:6:28: '<' became '<='",
        "made.yaml:6:30: '9' became '10'",
        "made.yaml:5:5: 'p.state = 'active'' was left out",
        "made.yaml:6:9: 'p.initial_quantity < 9' was left out",
        "made.yaml:7:22: '>=' became '>'",
        "made.yaml:7:25: '0' became '1'",
    ]


def test_a_rule_whose_cases_need_every_clause_has_no_survivor(made: Workbench) -> None:
    result = _mutated(made, *ALL)
    assert (result.caught, _told(made, result)) == (8, [])


@pytest.mark.parametrize(
    ("without", "survivors"),
    [
        (ZERO, ["made.yaml:7:22: '>=' became '>'", "made.yaml:7:25: '0' became '1'"]),
        (INACTIVE, ["made.yaml:5:5: 'p.state = 'active'' was left out"]),
        (
            NINE,
            [
                "made.yaml:6:28: '<' became '<='",
                "made.yaml:6:30: '9' became '10'",
                "made.yaml:6:9: 'p.initial_quantity < 9' was left out",
            ],
        ),
    ],
    ids=["the bound of what is expected", "a clause", "a bound and its clause"],
)
def test_what_no_case_needs_survives_and_is_told_with_its_place(
    made: Workbench, without: str, survivors: list[str]
) -> None:
    result = _mutated(made, *(case for case in ALL if case != without))
    assert sorted(_told(made, result)) == survivors
    assert result.caught == 8 - len(survivors)
