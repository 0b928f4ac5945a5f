"""The simulated operators: healthy ones are sound by themselves, and every fault leaves its trace and no other seed's."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.faults import plan, registry
from benchmarks.faults.decoys import DECOYS
from benchmarks.faults.judging import Named, silent_on, without_rules
from benchmarks.faults.places import LICENSE_TYPES, Place, place
from benchmarks.faults.scoring import calibration_error, error_by_chance, score
from benchmarks.faults.simulation import Injected, Planned, Truth, WorldSpec, difference, run, simulate
from benchmarks.faults.tables import tables
from benchmarks.faults.times import aware

from rootlint.assess import Options, assess
from rootlint.engine.duckdb import DuckDBEngine
from rootlint.jurisdictions.laws import load_laws
from rootlint.rules.loading import load_rules
from rootlint.rules.repairs import Undo
from rootlint.snapshot.opening import open_snapshot

STATES = {"retail": "ca", "cultivation": "or", "manufacturing": "md", "distribution": "or"}
KINDS = registry.load()

# What is never so in a healthy operator: a query over the snapshot's files that gives nothing.
NEVER = {
    "METRC holds what came in less what went out": """
        SELECT label FROM metrc_packages p
        LEFT JOIN (SELECT l.label, sum(l.quantity) AS sold FROM metrc_sale_lines l JOIN metrc_sales s USING (facility, receipt_id)
              WHERE s.state = 'active' GROUP BY l.label) USING (label)
        LEFT JOIN (SELECT label, sum(quantity) AS adjusted FROM metrc_adjustments GROUP BY label) USING (label)
        LEFT JOIN (SELECT source_label AS label, sum(quantity) AS used FROM metrc_package_sources GROUP BY ALL) USING (label)
        WHERE p.state = 'active' AND p.initial_quantity - coalesce(sold, 0) + coalesce(adjusted, 0) - coalesce(used, 0) <> p.quantity""",
    "both books agree": """
        SELECT label FROM (FROM metrc_packages WHERE state = 'active' AND quantity > 0) p
        FULL JOIN internal_inventory i USING (facility, label) WHERE p.quantity IS DISTINCT FROM i.quantity""",
    "every sale has its receipt, line by line": """
        SELECT sale_id FROM (SELECT s.facility, s.metrc_receipt_id AS receipt_id, sale_id, line, label, quantity, price
              FROM internal_sale_lines JOIN internal_sales s USING (facility, sale_id)) i
        FULL JOIN metrc_sale_lines m USING (facility, receipt_id, line)
        WHERE (i.label, i.quantity, i.price) IS DISTINCT FROM (m.label, m.quantity, m.price)""",
    "counts find what is expected": "SELECT label FROM physical_counts WHERE counted_quantity <> expected_quantity",
    "every write goes through at once": "SELECT call_id FROM sync_calls WHERE status <> 200 UNION ALL SELECT entry_id FROM sync_queue",
    "every run reads everything": "SELECT run_id FROM sync_runs WHERE status <> 'ok' OR records_fetched <> records_expected",
    "harvests hold what was not taken out of them": """
        SELECT name FROM metrc_harvests
        WHERE state = 'active' AND current_weight <> wet_weight - waste_weight - packaged_weight OR current_weight < 0""",
    "goods are received in both systems within hours": """
        SELECT label FROM (FROM metrc_packages WHERE received_at IS NOT NULL) p FULL JOIN internal_receipts r USING (facility, label)
        WHERE r.quantity IS DISTINCT FROM p.initial_quantity OR r.received_at - p.received_at > INTERVAL 2 HOUR""",
}


def healthy(shape: str) -> WorldSpec:
    return WorldSpec(f"healthy {shape}", 5, (place(1, shape, STATES[shape], 35),))


def where(kind: registry.Kind) -> tuple[str, str]:
    """A shape and a state in which a fault can happen."""
    everywhere = [(shape, state) for shape in sorted(LICENSE_TYPES) for state in sorted(LICENSE_TYPES[shape])]
    return next(at for at in reversed(everywhere) if kind.fits(*at))


def with_fault(kind: registry.Kind) -> WorldSpec:
    at = where(kind)
    day = 15 if kind.mended else 63 - kind.days[1]
    return WorldSpec(
        kind.name, 11, (place(1, *at, 14),), (Planned(kind.name, f"{at[1]}1", day, kind.days[1] + 2),)
    )


@functools.cache
def without_fault(places: tuple[Place, ...]) -> dict[str, list[dict[str, Any]]]:
    """The world of `with_fault` as it goes without the fault, which is the same for all kinds at a place."""
    return tables(run(WorldSpec("without", 11, places)))


@pytest.fixture(scope="module", params=sorted(LICENSE_TYPES))
def snapshot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("worlds") / request.param
    simulate(healthy(request.param), folder)
    return folder


@pytest.fixture(scope="module")
def files(snapshot: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot's files, read by DuckDB alone."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for file in sorted((snapshot / "tables").iterdir()):
            connection.execute(f"CREATE TABLE {file.stem} AS FROM read_csv('{file}', all_varchar = true)")
            for column in (
                "quantity",
                "initial_quantity",
                "counted_quantity",
                "expected_quantity",
                "price",
                "wet_weight",
                "waste_weight",
                "packaged_weight",
                "current_weight",
            ):
                if column in [row[0] for row in connection.execute(f"DESCRIBE {file.stem}").fetchall()]:
                    connection.execute(f"ALTER TABLE {file.stem} ALTER {column} TYPE DECIMAL(18, 6)")
            for column in ("received_at", "line", "records_fetched", "records_expected", "status"):
                kind = {"received_at": "TIMESTAMPTZ", "status": "VARCHAR"}.get(column, "BIGINT")
                if column in [row[0] for row in connection.execute(f"DESCRIBE {file.stem}").fetchall()]:
                    connection.execute(f"ALTER TABLE {file.stem} ALTER {column} TYPE {kind}")
        yield connection


@pytest.mark.parametrize("query", NEVER.values(), ids=NEVER)
def test_a_healthy_operator_is_sound_by_itself(files: duckdb.DuckDBPyConnection, query: str) -> None:
    """Without faults both books and METRC agree with each other and with themselves."""
    assert files.execute(query).fetchall() == []


def test_rootlint_reads_every_row_and_finds_nothing_in_a_healthy_operator(snapshot: Path) -> None:
    """No row is set aside, and no rule has anything to say."""
    with closing(DuckDBEngine()) as engine:
        opened = open_snapshot(snapshot, engine)
        states = [opened.open_table(name) for name in opened.tables]
        faults = [
            (state.name, state.problems, state.notes) for state in states if state.problems or state.notes
        ]
    assert faults == []
    report = assess(Options(snapshot, date(2026, 10, 28)))
    assert [(finding.rule, finding.count) for finding in report.findings] == []


def test_the_same_world_has_the_same_bytes(tmp_path: Path) -> None:
    """A world is decided by its specification alone; another seed is another world."""
    spec = with_fault(KINDS["store-key-expires"])
    for name in ("first", "second"):
        simulate(spec, tmp_path / name)
    simulate(WorldSpec(spec.name, spec.seed + 1, spec.places, spec.faults), tmp_path / "third")
    assert _content(tmp_path / "first") == _content(tmp_path / "second") != _content(tmp_path / "third")


def _content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("kind", list(KINDS.values())[::4], ids=list(KINDS)[::4])
def test_each_fault_leaves_a_trace(kind: registry.Kind) -> None:
    """A fault changes some row of some table; otherwise nobody could be asked to find it.

    Every fourth kind stands for all, which take minutes; the benchmark counts the faults without a trace in each world it makes.
    """
    spec = with_fault(kind)
    rows, _, _ = difference(tables(run(spec)), without_fault(spec.places))
    assert rows != {}


@pytest.mark.parametrize("name", sorted(DECOYS))
def test_each_decoy_changes_something_harmless(name: str) -> None:
    """A decoy that changed nothing would prove nothing."""
    site = place(1, "retail", "ca", 35)
    plain = WorldSpec(name, 5, (site,))
    rows, _, _ = difference(
        tables(run(plain)), tables(run(WorldSpec(name, 5, (site,), (), (Planned(name, "ca1", 12, 7),))))
    )
    assert rows != {}


def test_every_kind_of_fault_belongs_to_one_part() -> None:
    """The split of the kinds leaves none out and holds none twice, and the parts share no seed."""
    split = plan.splits()
    assert sorted(name for names in split.kinds.values() for name in names) == sorted(KINDS)
    seeds = [seed for part in plan.PARTS for seed in (split.seeds[part][0], split.seeds[part][-1])]
    assert seeds == sorted(set(seeds))


def test_what_is_sealed_stands_apart() -> None:
    """Who tunes can leave the sealed kinds unread: they are in modules of their own, and nothing else is."""
    apart = {
        name
        for name, kind in KINDS.items()
        if kind.inject.__module__.startswith("benchmarks.faults.kinds.sealed")
    }
    assert apart == set(plan.splits().kinds["sealed"])


@pytest.mark.parametrize("part", plan.PARTS)
def test_a_world_holds_faults_of_its_part_only(part: str) -> None:
    """No kind of another part is ever in a measured world."""
    known = set(plan.splits().kinds[part])
    assert {fault.kind for world in plan.worlds(part, 40) for fault in world.faults} <= known


def test_placebos_are_worlds_of_the_part_without_their_fault() -> None:
    """Same seed, places and decoys, and nothing wrong."""
    worlds = {spec.name: spec for spec in plan.worlds("design", 20)}
    placebos = list(plan.placebos("design", 20))
    assert [spec.name for spec in placebos] == [
        "design-000 without its fault",
        "design-011 without its fault",
    ]
    for placebo in placebos:
        whole = worlds[placebo.name.removesuffix(" without its fault")]
        assert placebo == replace(whole, name=placebo.name, faults=(), control="placebo")


def _fault(rule: str, facility: str = "F1") -> Injected:
    return Injected(
        "made",
        "data",
        frozenset({rule}),
        frozenset(),
        facility,
        10 * 86_400,
        20 * 86_400,
        {"t": 1},
        {"label": frozenset({"L1"})},
    )


def _named(rule: str, facility: str | None = "F1", day: int = 12, rank: int = 1) -> Named:
    return Named(rule, facility, aware(day * 86_400), aware(day * 86_400), rank, {})


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([_named("right")], (1, 0, 1, True)),
        ([_named("wrong"), _named("right", rank=2)], (1, 1, 1, False)),
        ([_named("right", facility="F2")], (0, 1, 0, False)),
        ([_named("right", day=50)], (0, 1, 0, False)),
        ([_named("right", facility=None)], (1, 0, 1, True)),
        ([], (0, 0, 0, False)),
    ],
    ids=["right", "second place", "other facility", "other time", "no facility of its own", "nothing"],
)
def test_a_root_is_right_by_rule_facility_and_time(
    named: list[Named], expected: tuple[int, int, int, bool]
) -> None:
    """All three must fit, and only a rule about the whole operator needs no facility."""
    result = score(Truth(healthy("retail"), (_fault("right"),), ()), named)
    assert (result.right, result.wrong, result.found, result.first) == expected


def _ambiguous(*named: Named, shared: str = "none") -> bool | None:
    world = replace(healthy("retail"), control="ambiguous")
    faults = [replace(_fault(rule), roots=frozenset({rule, shared})) for rule in ("one", "other")]
    return score(Truth(world, tuple(faults), ()), named).said


def test_of_two_faults_that_leave_the_same_marks_the_answer_is_that_nothing_decides() -> None:
    """A root that names the one must leave the other open; naming both, or one alone, says more than the data."""
    open_ = replace(_named("one"), undecided=frozenset({"other"}))
    assert _ambiguous(open_) is True
    assert _ambiguous(_named("one")) is False
    assert _ambiguous(_named("one"), _named("other", rank=2)) is False
    assert _ambiguous(replace(_named("one"), undecided=frozenset({"third"}))) is False
    assert _ambiguous(_named("either"), shared="either") is True
    assert _ambiguous(_named("one"), shared="either") is False
    assert score(Truth(healthy("retail"), (_fault("one"),), ()), [open_]).said is None


def test_confidence_is_wrong_by_what_it_is_off() -> None:
    """Nine in ten said and five in ten right: off by four tenths."""
    assert calibration_error([(0.9, True), (0.9, False)]) == pytest.approx(0.4)
    assert calibration_error([]) is None


def test_few_roots_look_wrong_by_chance_alone() -> None:
    """Of one root at one half either nothing or all is right, which is off by one half either way; many even out."""
    assert error_by_chance([(0.5, True)]) == pytest.approx(0.5)
    assert error_by_chance([(1.0, False)] * 3) == 0.0
    assert error_by_chance([(0.5, True)] * 400) == pytest.approx(0.02, abs=0.01)
    assert error_by_chance([]) is None


def test_rules_that_nobody_wrote_are_spoken_of_by_no_link_and_no_repair() -> None:
    packs = load_rules(load_laws(()), ())
    held_back = {"item-map-missing", "user-key-expired"}
    left = without_rules(packs, held_back).rules
    assert left.keys() == packs.rules.keys() - held_back
    for loaded in left.values():
        assert held_back.isdisjoint(link.rule for link in loaded.rule.leads_to)
        assert held_back.isdisjoint(step.rule for step in loaded.repairs if isinstance(step, Undo))


def test_no_law_speaks_of_a_rule_that_nobody_wrote() -> None:
    laws = load_laws(())
    named = {
        rule for law in laws.jurisdictions.values() for penalty in law.penalties for rule in penalty.rules
    }
    held_back = {"immature-batch-overfull"}
    assert held_back < named
    silent = silent_on(laws, held_back).jurisdictions
    assert {
        rule for law in silent.values() for penalty in law.penalties for rule in penalty.rules
    } == named - held_back
    assert [len(law.penalties) for law in silent.values()] == [
        len(law.penalties) for law in laws.jurisdictions.values()
    ]
