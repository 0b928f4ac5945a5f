"""The evaluator in plain Python answers every probe that needs no table of its own, like every engine."""

import pytest

from rootlint.engine.duckdb_expansions import EXPANSIONS
from rootlint.rules.language import operators, tree
from rootlint.rules.language.checking import Checker
from rootlint.rules.language.evaluating import OPERATORS, OWN, EvaluationError, Evaluator, can_answer
from rootlint.rules.language.grouping import has_aggregate

from . import conformance
from .conformance import Probe


def _asked(probe: Probe) -> tree.Node:
    """The expression that a probe asks about; one over groups or tables counts as none."""
    node = conformance.compiled(probe).columns[2][1]
    return tree.Param("", None, None, node.type) if has_aggregate(node) else node


SCALAR = [probe for probe in conformance.probes() if len(probe.rows) == 1 and can_answer(_asked(probe), [])]


def _answer(probe: Probe) -> object:
    (given,) = probe.rows
    columns = {
        name: conformance.read(kind, given.get(name)) for name, (kind, _) in conformance.PROBED.items()
    }
    evaluator = Evaluator(dict.fromkeys(conformance.CAPTURED, ()), conformance.CAPTURED_AT, conformance.AS_OF)
    return evaluator.value(_asked(probe))({"p": columns})


@pytest.mark.parametrize("probe", [probe for probe in SCALAR if not probe.fails], ids=str)
def test_it_answers_as_the_semantics_say(probe: Probe) -> None:
    answer = _answer(probe)
    assert answer == probe.value
    assert (answer is None) is (probe.value is None)


@pytest.mark.parametrize("probe", [probe for probe in SCALAR if probe.fails], ids=str)
def test_it_fails_where_an_engine_does(probe: Probe) -> None:
    with pytest.raises(EvaluationError):
        _answer(probe)


def test_it_has_every_scalar_operator_that_asks_no_facility() -> None:
    others = {
        way.key for function in (*operators.AGGREGATES, *operators.WINDOWS) for way in function.overloads
    }
    assert {*OPERATORS, *OWN} == set(EXPANSIONS) - others - operators.FACILITY_KEYS
    assert {probe.key for probe in SCALAR} >= {
        key for key in {*OPERATORS, *OWN} if not key.startswith("null.")
    }


@pytest.mark.parametrize(
    "expression",
    ["sum(n)", "previous(n) over (order by n)", "local_date(x) = d", "param('limit', at => x) > 1"],
)
def test_what_needs_groups_facilities_or_parameters_is_left_to_an_engine(expression: str) -> None:
    faults: list[tuple[object, ...]] = []
    checker = Checker(conformance.SCHEMA, lambda *fault: faults.append(fault))
    query = checker.query(f"SELECT {expression} AS value FROM probes p")
    assert faults == []
    assert not can_answer(query, ["probes"])
    assert can_answer(checker.query("SELECT n + 1 AS value FROM probes p"), ["probes"])
    assert not can_answer(checker.query("SELECT n + 1 AS value FROM probes p"), ["others"])
