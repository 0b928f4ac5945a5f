"""The configuration stage finds what the engine finds: the same rules, the same settings, two ways to judge them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Template

import pytest

from made_operator import MANIFEST, write
from rootlint.assess import Options as SnapshotOptions
from rootlint.assess import assess
from rootlint.config_stage.judging import check_configuration
from rootlint.config_stage.options import Options
from rootlint.documents import load_yaml
from rootlint.engine.duckdb import DuckDBEngine
from rootlint.errors import Problems
from rootlint.jurisdictions.laws import load_laws
from rootlint.model import Finding
from rootlint.rules.compiled import compile_packs, from_json, to_json
from rootlint.rules.configured import Subject, judge
from rootlint.rules.findings import violation_rows
from rootlint.rules.loading import load_rules
from rootlint.rules.made import Bench, make_run
from rootlint.rules.running import evaluate
from rootlint.rules.selecting import Selection
from rootlint.shipped import shipped_folder
from rootlint.snapshot.config_files import ConfigFiles, Known
from rootlint.snapshot.mapping import Line, load_mapping
from rootlint.snapshot.settings import Setting

DEMO = Path(__file__).parents[2] / "demo" / "config"
DAY = date(2026, 11, 1)
LAWS = load_laws()
PACKS = load_rules(LAWS)
COMPILED = from_json(to_json(compile_packs(PACKS, load_mapping())))
ABOUT_SETTINGS = [name for name, rule in COMPILED.rules.items() if rule.candidates is not None]

STORE = {
    "code": "ca",
    "upper": "CA",
    "facility": "C10-0000123-LIC",
    "host": "api-ca.metrc.com",
    "zone": "America/Los_Angeles",
}
GOOD = {
    "page_size": "20",
    "methods": "GET, PUT, DELETE",
    "looks": "true",
    "per_person": "true",
    "owner": "CA-P02",
}
WRONG = {
    "page_size": "50",
    "methods": "GET, POST",
    "looks": "false",
    "per_person": "false",
    "owner": "shared",
}


def demo_config(*stores: dict[str, str]) -> dict[str, str]:
    """The demonstration's configuration, with stores as they are given."""
    store = Template((DEMO / "store.yaml").read_text("utf-8"))
    return {
        "snapshot.yaml": MANIFEST,
        "config/.env": (DEMO / "env").read_text("utf-8"),
        "config/integration.yaml": (DEMO / "integration.yaml").read_text("utf-8"),
        **{
            f"config/stores/{index}.yaml": store.substitute({**STORE, **given})
            for index, given in enumerate(stores)
        },
    }


def told(findings: Iterable[Finding]) -> list[tuple[object, ...]]:
    """A finding, as far as it does not hang on what else a snapshot has."""
    return [
        (
            of.rule,
            of.fingerprint,
            of.scope,
            of.severity,
            of.count,
            of.exposed,
            of.samples,
            of.summary,
            of.remediation,
        )
        for of in sorted(findings, key=lambda of: (of.rule, of.fingerprint))
    ]


@pytest.mark.parametrize(
    "stores", [(GOOD,), (WRONG, {**GOOD, "facility": "C10-0000124-LIC"})], ids=["clean", "faulty"]
)
def test_the_same_findings_and_outcomes_as_in_a_snapshot(
    place: Path, stores: tuple[dict[str, str], ...]
) -> None:
    write(place, demo_config(*stores))
    selection = Selection(tuple(ABOUT_SETTINGS))
    report = assess(SnapshotOptions(place, DAY, selection, samples=50))
    alone = check_configuration(Options((place / "config",), DAY, selection, samples=50)).report
    assert told(alone.findings) == told(report.findings)
    assert alone.outcomes == report.outcomes
    assert bool(alone.findings) is (len(stores) > 1)


def test_a_clean_and_an_empty_configuration_have_no_finding(place: Path) -> None:
    write(place, demo_config(GOOD))
    assert check_configuration(Options((place / "config",), DAY)).report.findings == ()
    write(place, {"empty/config/metrc.yaml": ""})
    assert check_configuration(Options((place / "empty",), DAY)).report.findings == ()


@pytest.fixture(scope="module")
def bench() -> Iterable[Bench]:
    engine = DuckDBEngine(threads=1)
    yield Bench(engine, LAWS.jurisdictions, LAWS.vocabulary, PACKS.functions)
    engine.close()


@pytest.mark.parametrize("name", ABOUT_SETTINGS)
def test_the_cases_of_rules_end_alike(name: str, bench: Bench) -> None:
    """Rows of a rule's own cases, judged by the engine and without it."""
    loaded, problems = PACKS.rules[name], Problems()
    for index, case in enumerate(loaded.rule.tests):
        if case.not_evaluated is not None:
            continue
        run = make_run(loaded, index, bench, problems)
        assert run is not None
        outcomes = evaluate([loaded], run).outcomes
        found = violation_rows(run.engine, ("setting", "file", "message"))
        (judged,) = judge(
            [COMPILED.rules[name]], _subject([row.values for row in case.given["config_settings"]])
        )
        mine = sorted((of.keys["setting"], of.keys["file"], of.message) for of in judged.violations)
        assert mine == sorted(found, key=lambda row: tuple(map(str, row)))
        assert (judged.outcome,) == outcomes


def _subject(rows: Sequence[Mapping[str, object]]) -> Subject:
    lines = [
        Line(str(row["file"]), str(row["path"]), None if row.get("value") is None else str(row["value"]))
        for row in rows
    ]
    read = load_mapping().read(lines)
    known = [
        Known(
            line.file, line.path, line.value, Setting((line.path,), line.value, "text", 1, 1), meant, number
        )
        for number, (line, meant) in enumerate(zip(lines, read, strict=True))
    ]
    return Subject(ConfigFiles(tuple(known), {}), frozenset(line.file for line in lines), True)


def test_compiled_rules_survive_being_written_down() -> None:
    compiled = compile_packs(PACKS, load_mapping())
    assert compiled == COMPILED
    assert to_json(COMPILED) == to_json(compiled)


def test_there_are_at_least_twenty_five_rules_about_settings() -> None:
    kinds = {path.stem: load_yaml(path).data for path in sorted(shipped_folder("rules").rglob("*.yaml"))}
    about = [name for name, rule in kinds.items() if rule["check"]["kind"] == "setting"]
    assert len(about) >= 25
    assert sorted(about) == sorted(ABOUT_SETTINGS)
    assert [name for name in about if COMPILED.rules[name].why_not] == []
