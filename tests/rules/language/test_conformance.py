"""Every engine answers every probe of the corpus as the written semantics say."""

import pytest

from rootlint.engine import EngineError
from rootlint.engine.duckdb import DuckDBEngine
from rootlint.rules.language import operators, tree
from rootlint.rules.language.limits import COPIES

from . import conformance
from .conformance import Probe

PROBES = conformance.probes()
ENGINES = [DuckDBEngine]  # an engine is supported when it is in this list


@pytest.fixture(scope="module", params=ENGINES, ids=lambda engine: engine.name)
def engine(request):
    with_threads = request.param(threads=2)
    yield with_threads
    with_threads.close()


@pytest.fixture(scope="module")
def answers(engine):
    return conformance.answer(engine, [probe for probe in PROBES if not probe.fails])


@pytest.mark.parametrize("probe", [probe for probe in PROBES if not probe.fails], ids=str)
def test_an_engine_answers_as_the_semantics_say(probe: Probe, answers):
    assert answers[probe.number] == probe.value


@pytest.mark.parametrize("probe", [probe for probe in PROBES if probe.fails], ids=str)
def test_an_engine_fails_rather_than_answer_wrong(probe: Probe, engine):
    conformance.prepare(engine, [probe])
    with pytest.raises(EngineError):
        engine.rows(conformance.statement(engine, probe))


def test_every_operator_is_probed():
    reached = {
        part.key
        for probe in PROBES
        for part in tree.walk(conformance.compiled(probe))
        if isinstance(part, tree.Call | tree.Aggregate | tree.Window)
    }
    nulls = {
        f"null.{part.type}"
        for probe in PROBES
        for part in tree.walk(conformance.compiled(probe))
        if isinstance(part, tree.Literal) and part.value is None
    }
    # What no text can say is tested where groups over facilities are.
    assert operators.all_keys() - reached - nulls == {operators.SELECTED}


def test_every_probe_reaches_the_operator_it_stands_under():
    strays = []
    for probe in PROBES:
        parts = list(tree.walk(conformance.compiled(probe)))
        keys = {part.key for part in parts if hasattr(part, "key")}
        keys |= {
            f"null.{part.type}" for part in parts if isinstance(part, tree.Literal) and part.value is None
        }
        keys |= {"case"} if any(isinstance(part, tree.Case) for part in parts) else set()
        keys |= {"param"} if any(isinstance(part, tree.Param | tree.Exists) for part in parts) else set()
        if probe.key not in keys:
            strays.append(str(probe))
    assert strays == []


def test_the_corpus_has_several_hundred_probes_and_at_least_three_an_operator():
    counts = {key: sum(probe.key == key for probe in PROBES) for key in operators.all_keys()}
    thin = {key for key, count in counts.items() if count < (1 if key.startswith("null.") else 2)}
    assert thin == {operators.SELECTED}
    assert len(PROBES) >= 400


@pytest.mark.parametrize("kind", ENGINES, ids=lambda engine: engine.name)
def test_every_engine_has_an_expansion_for_every_operator(kind):
    assert set(kind.expansions) == operators.all_keys()


@pytest.mark.parametrize("kind", ENGINES, ids=lambda engine: engine.name)
def test_no_engine_writes_an_argument_more_often_than_the_limit_of_size_counts_with(kind):
    beyond = {
        key: template
        for key, template in kind.expansions.items()
        for index in range(3)
        if template.count(f"{{{index}}}") > COPIES.get(key, 1)
    }
    assert beyond == {}


@pytest.mark.parametrize("kind", ENGINES, ids=lambda engine: engine.name)
def test_exactly_the_functions_that_ask_the_facility_are_known_to_ask_it(kind):
    asking = {
        key
        for key, template in kind.expansions.items()
        if any(
            name in template
            for name in ("{zone}", "{jurisdiction}", "{license_kind}", "{selected}", "{by_minute}")
        )
    }
    assert asking == operators.FACILITY_KEYS
