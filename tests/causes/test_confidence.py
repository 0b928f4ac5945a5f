"""The probability of a root cause: which facts it goes by, where it is looked up, and how its table comes about."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rootlint.causes.confidence import TABLE, Calibration, Stratum, calibration, stratum_of, with_probability
from rootlint.model import Alternative, Cause, Confidence, Explained, Finding, Layer, Proof, Role, Severity

sys.path.insert(0, str(Path(__file__).parents[2]))  # the benchmarks lie beside the package

from benchmarks.faults import calibrate, plan

CAUSE = Cause(
    rank=1,
    explained=(Explained("sale-not-posted", 40, 60), Explained("inventory-drift", 9, None)),
    layers=(Layer.TECHNICAL,),
    facilities=(),
    silent_days=None,
    per_week=(),
    proof=Proof("confirmed", 49),
    alternatives=(),
    refuted_by="",
)
ROOT = Finding(
    id="a",
    fingerprint="a",
    rule="key-expired",
    summary="",
    layer=Layer.TECHNICAL,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    facility=None,
    jurisdiction=None,
    scope={},
    count=1,
    exposed=1,
    first_at=None,
    last_at=None,
    samples=(),
    citations=(),
    rationale="",
    remediation="",
    role=Role.ROOT,
    cause=CAUSE,
)
FACTS = ("root cause", "repair confirmed", "decided", "explains 5 to 49", "sure rule")
RIVAL = Alternative("outage", None, 3, 49, "")


def explaining(violations: int) -> Finding:
    return replace(ROOT, cause=replace(CAUSE, explained=(Explained("sale-not-posted", violations, None),)))


@pytest.mark.parametrize(
    ("finding", "facts"),
    [
        (ROOT, FACTS),
        (
            replace(ROOT, cause=replace(CAUSE, proof=Proof("not testable"))),
            ("root cause", "repair not testable", *FACTS[2:]),
        ),
        (replace(ROOT, cause=replace(CAUSE, alternatives=(RIVAL,))), FACTS),
        (
            replace(ROOT, cause=replace(CAUSE, alternatives=(RIVAL, replace(RIVAL, decided=False)))),
            (*FACTS[:2], "undecided", *FACTS[3:]),
        ),
        (explaining(4), (*FACTS[:3], "explains 1 to 4", "sure rule")),
        (explaining(5), FACTS),
        (explaining(49), FACTS),
        (explaining(50), (*FACTS[:3], "explains 50 or more", "sure rule")),
        (replace(ROOT, confidence=Confidence.MEDIUM), (*FACTS[:4], "unsure rule")),
        (
            replace(ROOT, role=Role.ISOLATED, cause=None, count=7),
            ("isolated", "no repair tried", "decided", "explains 5 to 49", "sure rule"),
        ),
    ],
)
def test_a_stratum_is_made_of_facts_that_the_report_has(finding: Finding, facts: Stratum) -> None:
    assert stratum_of(finding) == facts


def test_a_root_has_the_probability_of_its_stratum_and_says_how_many_worlds_it_comes_from() -> None:
    told = with_probability(ROOT, Calibration(40, {FACTS: 0.83, FACTS[:1]: 0.5}))
    assert told == replace(ROOT, cause=replace(CAUSE, probability=0.83, calibrated_on=40))


@pytest.mark.parametrize("known", range(1, 5))
def test_a_stratum_that_is_not_in_the_table_has_the_probability_of_its_nearest_parent(known: int) -> None:
    parents = {FACTS[:length]: length / 10 for length in range(1, known + 1)}
    assert Calibration(40, parents).probability(FACTS) == known / 10


def test_there_is_no_number_without_a_table_for_unknown_facts_or_for_a_finding_without_a_story() -> None:
    alone = replace(ROOT, role=Role.ISOLATED, cause=None)
    assert with_probability(ROOT, None) == ROOT
    assert with_probability(ROOT, Calibration(40, {("inferred",): 0.5})) == ROOT
    assert with_probability(alone, Calibration(40, {("isolated",): 0.5})) == alone


def test_without_a_file_there_is_no_table(tmp_path: Path) -> None:
    assert calibration(tmp_path / "calibration.yaml") is None


def test_what_is_written_is_what_is_read_whatever_the_order_of_the_counts(tmp_path: Path) -> None:
    counts = {FACTS: (17, 1), ("isolated",): (3, 5)}
    written = calibrate.written(counts, 40, "2026-01-02")
    assert written == calibrate.written(dict(reversed(counts.items())), 40, "2026-01-02")
    file = tmp_path / "table.yaml"
    file.write_text(written, encoding="utf-8")
    strata = {FACTS[:length]: 0.9 for length in range(1, 6)}  # they hold the same roots
    assert calibration(file) == Calibration(40, {**strata, ("isolated",): 0.4})


def test_a_stratum_holds_what_narrower_ones_beneath_it_hold() -> None:
    counts = {
        ("root", "confirmed", "small"): (8, 1),
        ("root", "confirmed", "large"): (5, 0),
        ("root", "refuted", "small"): (1, 3),
    }
    assert calibrate.pooled(counts) == {
        **counts,
        ("root",): (14, 4),
        ("root", "confirmed"): (13, 1),
        ("root", "refuted"): (1, 3),
    }


def test_a_role_that_is_too_thin_as_a_whole_gets_no_probability() -> None:
    assert calibrate.pooled({("inferred", "none"): (3, 4)}) == {}


@pytest.mark.parametrize(("right", "wrong", "share"), [(0, 0, 0.5), (8, 0, 0.9), (0, 8, 0.1), (5, 3, 0.6)])
def test_the_share_of_a_role_is_drawn_towards_a_half_by_two_roots(
    right: int, wrong: int, share: float
) -> None:
    assert calibrate.probabilities({("root",): (right, wrong)}) == {("root",): share}


@pytest.mark.parametrize(
    ("right", "wrong", "share"), [(8, 0, 0.95), (0, 2, 0.72), (0, 8, 0.45), (80, 0, 0.9909)]
)
def test_the_share_of_a_stratum_is_drawn_towards_the_others_of_the_wider_one_by_eight_roots(
    right: int, wrong: int, share: float
) -> None:
    strata = calibrate.pooled({("root", "confirmed"): (right, wrong), ("root", "refuted"): (17, 1)})
    shares = calibrate.probabilities(strata)
    assert shares[("root", "confirmed")] == pytest.approx(share, abs=1e-4)


def test_worlds_are_of_the_calibrate_part_alone_with_no_fault_of_another_part() -> None:
    split = plan.splits()
    worlds = list(calibrate.worlds(60))
    foreign = {fault.kind for world in worlds for fault in world.faults} - set(split.kinds["calibrate"])
    assert foreign == set()
    assert [world.name for world in worlds if world.seed not in split.seeds["calibrate"]] == []
    assert {world.control for world in worlds} == {None, "healthy", "noise", "rules unwritten"}


def test_of_every_22_worlds_two_of_the_26_faults_stand_for_causes_that_no_rule_knows() -> None:
    worlds = list(calibrate.worlds(22))
    unwritten = [world for world in worlds if world.control == "rules unwritten"]
    assert sum(bool(world.faults) for world in unwritten) == len(unwritten) == 2
    assert sum(len(world.faults) for world in worlds) == 26


def test_the_table_that_is_shipped_comes_from_the_split_that_is_committed() -> None:
    table = calibration()
    assert table is not None
    digest = calibrate.written({}, 0, "").split("part: ")[1].split("\n")[0]
    assert f"part: {digest}\n" in TABLE.read_text(encoding="utf-8")
