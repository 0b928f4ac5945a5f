"""Where violations of a match stand, when a balance is judged, and which tables must have been captured whole."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.errors import Problems, UserError
from rootlint.jurisdictions.loading import load_jurisdictions
from rootlint.jurisdictions.vocabulary import load_vocabulary
from rootlint.plugins import PackSource
from rootlint.rules.findings import violation_rows
from rootlint.rules.loading import load_packs
from rootlint.rules.made import Bench, make_run
from rootlint.rules.model import LoadedRule
from rootlint.rules.running import evaluate
from rootlint.shipped import shipped_folder

ABOUT = {
    "layer": "data", "severity": "note", "confidence": "low", "since": "0.1.0", "summary": "made", "rationale": "made",
    "remediation": "Made.", "can_be_root": False,
}  # fmt: skip
PACKAGES = {"table": "metrc_packages p", "key": {"label": "p.label"}, "value": "p.quantity"}
STOCK = {"table": "internal_inventory i", "key": {"label": "i.label"}, "value": "i.quantity"}


def _rule(folder: Path, check: Mapping[str, Any], **case: Any) -> LoadedRule:
    rule = {
        "name": "made/made",
        **ABOUT,
        "check": {"message": "made", **check},
        "tests": [{"name": "made", **case}],
    }
    (folder / "made.yaml").write_text(json.dumps(rule), encoding="utf-8")
    return load_packs([PackSource("made", folder, "0", {})], {}).rules["made/made"]


def _evaluated(rule: LoadedRule) -> tuple[list[tuple[Any, ...]], str]:
    """The label and place of each violation, and the reason of the outcome."""
    folders = (shipped_folder("jurisdictions"),)
    vocabulary = load_vocabulary(folders)
    engine = DuckDBEngine(threads=1)
    bench = Bench(engine, load_jurisdictions(list(folders), vocabulary), vocabulary, {})
    run = make_run(rule, 0, bench, Problems())
    assert run is not None
    outcomes = evaluate([rule], run).outcomes
    found = violation_rows(engine, ["label", "place"])
    engine.close()
    return found, outcomes[0].reason or ""


@pytest.mark.parametrize(
    ("missing", "place", "table"), [("left", 2, "internal_inventory"), ("both", None, "metrc_packages")]
)
def test_what_the_left_side_lacks_stands_in_no_file_of_the_left_side(
    tmp_path: Path, missing: str, place: int | None, table: str
) -> None:
    rule = _rule(
        tmp_path,
        {"kind": "match", "left": PACKAGES, "right": STOCK, "missing": missing},
        given={"metrc_packages": [{"label": "L1"}], "internal_inventory": [{"label": "L1"}, {"label": "L2"}]},
        finds=[],
    )
    assert (_evaluated(rule)[0], rule.candidates.table) == ([("L2", place)], table)


def test_a_side_whose_value_adds_rows_up_must_have_been_captured_whole(tmp_path: Path) -> None:
    left = {**PACKAGES, "value": "sum(p.quantity)"}
    rule = _rule(tmp_path, {"kind": "match", "left": left, "right": STOCK}, finds=[])
    assert rule.candidates.rests_on == frozenset({"metrc_packages"})


def test_values_of_single_rows_rest_on_nothing_else(tmp_path: Path) -> None:
    rule = _rule(tmp_path, {"kind": "match", "left": PACKAGES, "right": STOCK}, finds=[])
    assert rule.candidates.rests_on == frozenset()


def test_what_is_collected_may_bear_the_name_of_what_a_side_has_of_its_own(tmp_path: Path) -> None:
    right = {**STOCK, "collect": {"unit": "i.unit_of_measure"}}
    rule = _rule(
        tmp_path,
        {"kind": "match", "left": PACKAGES, "right": right, "keys": {"unit": "unit"}, "tolerance": 1},
        given={
            "metrc_packages": [{"label": "L1", "quantity": 3}],
            "internal_inventory": [{"label": "L1", "quantity": 1, "unit_of_measure": "Each"}],
        },
        finds=[],
    )
    assert _evaluated(rule)[0] == [("L1", 1)]


def test_a_name_collected_twice_or_taken_already_is_refused(tmp_path: Path) -> None:
    left = {**PACKAGES, "collect": {"label": "p.item", "item": "p.item"}}
    right = {**STOCK, "collect": {"item": "i.sku", "left_unit": "i.sku"}}
    with pytest.raises(UserError) as caught:
        _rule(tmp_path, {"kind": "match", "left": left, "right": right}, finds=[])
    assert [problem.message for problem in caught.value.problems] == [
        "'label' already stands for something else",
        "'item' already stands for something else",
        "'left_unit' already stands for something else",
    ]


def test_a_table_that_a_check_rests_on_must_exist(tmp_path: Path) -> None:
    check = {"kind": "match", "left": PACKAGES, "right": STOCK, "rests_on": ["metrc_package"]}
    with pytest.raises(UserError) as caught:
        _rule(tmp_path, check, finds=[])
    assert [(problem.message, problem.help) for problem in caught.value.problems] == [
        ("the snapshot format has no table 'metrc_package'", "did you mean 'metrc_packages'?")
    ]


def test_a_balance_that_began_before_what_is_covered_is_not_judged(tmp_path: Path) -> None:
    on_hand = {**PACKAGES, "since": "p.created_at"}
    term = {"table": "metrc_packages p", "key": {"label": "p.label"}, "add": "p.initial_quantity"}
    packages = [
        {"label": "L1", "quantity": 1, "initial_quantity": 2, "created_at": "2026-05-31T23:59:59Z"},
        {"label": "L2", "quantity": 1, "initial_quantity": 2, "created_at": "2026-06-01T00:00:00Z"},
        {"label": "L3", "quantity": 1, "initial_quantity": 2},
    ]
    rule = _rule(
        tmp_path,
        {"kind": "balance", "on_hand": on_hand, "terms": [term]},
        given={"metrc_packages": packages},
        tables={"metrc_packages": {"from": "2026-06-01T00:00:00Z"}},
        finds=[],
    )
    assert _evaluated(rule)[0] == [("L2", 2)]


def test_what_a_rule_can_do_without_must_be_something_it_reads(tmp_path: Path) -> None:
    (tmp_path / "made.yaml").write_text(
        json.dumps(
            {
                "name": "made/made",
                **ABOUT,
                "optional": ["metrc_packages.quantit"],
                "check": {"kind": "match", "left": PACKAGES, "right": STOCK, "message": "made"},
            }
        ),
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        load_packs([PackSource("made", tmp_path, "0", {})], {})
    assert [(problem.message, problem.help) for problem in caught.value.problems] == [
        ("this rule does not read 'metrc_packages.quantit'", "did you mean 'metrc_packages.quantity'?")
    ]


def test_a_table_that_a_root_needs_must_be_one_of_the_format(tmp_path: Path) -> None:
    (tmp_path / "made.yaml").write_text(
        json.dumps(
            {
                "name": "made/made",
                **ABOUT,
                "root_needs": ["sync_calls", "sync_call"],
                "check": {"kind": "match", "left": PACKAGES, "right": STOCK, "message": "made"},
            }
        ),
        encoding="utf-8",
    )
    with pytest.raises(UserError) as caught:
        load_packs([PackSource("made", tmp_path, "0", {})], {})
    assert [(problem.message, problem.help) for problem in caught.value.problems] == [
        ("there is no table 'sync_call'", "did you mean 'sync_calls'?")
    ]
