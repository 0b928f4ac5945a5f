"""The cases inside the built-in rules, each a test of its own (the same as rootlint rules test)."""

import functools

import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.jurisdictions.laws import Laws, load_laws
from rootlint.plugins import PackSource
from rootlint.rules.checks.python import Python
from rootlint.rules.deciding import deciding
from rootlint.rules.functions import FUNCTIONS
from rootlint.rules.language.types import OF_PARAMETER_KIND
from rootlint.rules.loading import Packs, load_packs
from rootlint.rules.made import Bench
from rootlint.rules.testing import run_case, uncovered
from rootlint.shipped import shipped_folder


@functools.cache
def _laws() -> Laws:
    return load_laws()


@functools.cache
def _packs() -> Packs:
    kinds = {name: OF_PARAMETER_KIND[of.kind] for name, of in _laws().vocabulary.parameters.items()}
    return load_packs([PackSource("rootlint", shipped_folder("rules"), "0", FUNCTIONS)], kinds)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        cases = [
            (name, index)
            for name, loaded in _packs().rules.items()
            for index in range(len(loaded.rule.tests))
        ]
        told = [f"{name}: {_packs().rules[name].rule.tests[index].name}" for name, index in cases]
        metafunc.parametrize("case", cases, ids=told)


@pytest.fixture(scope="module")
def bench(engine: DuckDBEngine) -> Bench:
    return Bench(engine, _laws().jurisdictions, _laws().vocabulary, _packs().functions)


def test_a_rule_keeps_its_word(case: tuple[str, int], bench: Bench) -> None:
    """What a case expects is what its rule finds: no more, no less."""
    name, index = case
    assert run_case(_packs().rules[name], index, bench).faults == ()


def test_every_rule_has_a_case_that_finds_one_that_does_not_and_one_without_data() -> None:
    assert uncovered(_packs().rules.values()) == []


def test_no_rule_says_that_it_can_do_without_what_it_only_shows() -> None:
    """That goes without saying, and one that says so hides what its author thought of."""
    idle = []
    for name, loaded in _packs().rules.items():
        if not isinstance(loaded.check, Python):
            decides = deciding(loaded.candidates, loaded.rule.scope_keys)
            known = {*decides, *(f"{table}.{column}" for table in decides for column in decides[table])}
            known |= loaded.parameters
            idle += [(name, optional) for optional in loaded.rule.optional if optional not in known]
    assert idle == []
