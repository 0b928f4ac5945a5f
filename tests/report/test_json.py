"""The view for programs, held to the published schema."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_reports import CLEAN, FAILING, ROOT, SYMPTOM, UNKNOWN

from rootlint import model
from rootlint.errors import Place, Problem
from rootlint.report.json_report import FORMAT, render, schema
from rootlint.report.style import PLAIN, Style

VALIDATOR = jsonschema.Draft202012Validator(schema())

COUNT = st.integers(0, 10**12)
INSTANT = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
TEXTS = st.dictionaries(st.text(), st.text(), max_size=2)
st.register_type_strategy(datetime, INSTANT)
st.register_type_strategy(date, st.dates())
LINE = st.none() | st.integers(1)


def some(of: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=2).map(tuple)


PLACES = st.builds(model.RecordPlace, key=TEXTS, row=LINE, line=LINE, column=LINE)
SAMPLES = st.builds(
    model.Sample,
    keys=TEXTS,
    evidence=st.dictionaries(st.text(), st.none() | st.text(), max_size=2),
    place=PLACES,
)
CAUSES = st.builds(
    model.Cause,
    rank=st.integers(1),
    explained=some(st.builds(model.Explained, violations=COUNT, exposed=st.none() | COUNT)),
    facilities=some(st.text()),
    layers=some(st.sampled_from(model.Layer)),
    per_week=some(COUNT),
    proof=st.builds(model.Proof, cleared=COUNT, stayed=COUNT, new=COUNT),
    alternatives=some(st.builds(model.Alternative, explains=COUNT, of=COUNT, scope=TEXTS)),
    probability=st.none() | st.floats(0, 1),
)
STEPS = st.builds(model.ChainStep, tied=COUNT, of=COUNT)
INHERITED = st.builds(
    model.Inherited,
    state=st.sampled_from(list(model.State)[:3]),
    count=st.none() | st.integers(1, 10**12),
    first_seen=st.none() | st.dates(),
)
COMPARED = st.builds(
    model.Compared,
    states=st.just({state.value: 1 for state in model.State}),
    gone=some(st.builds(model.Gone, scope=TEXTS, state=st.sampled_from(list(model.State)[3:]))),
)
FINDINGS = st.builds(
    model.Finding,
    blame=st.none() | st.builds(model.Blame, chain=some(STEPS)),
    cause=st.none() | CAUSES,
    unseen_causes=some(st.text()),
    exposure=some(st.builds(model.Exposure, rules=some(st.text()), violations=COUNT)),
    variances=some(st.builds(model.Variance, parts=some(st.builds(model.Part)))),
    scope=TEXTS,
    count=st.integers(1, 10**12),
    exposed=COUNT,
    samples=some(SAMPLES),
    citations=some(st.builds(model.Citation)),
    waiver=st.none() | st.builds(model.Waived),
    baseline=st.none() | INHERITED,
    references=some(st.tuples(st.text(), st.text())),
    modes=some(st.text()),
)
OUTCOMES = st.builds(
    model.Outcome,
    exposed=COUNT,
    violations=COUNT,
    undetermined=COUNT,
    pending=COUNT,
    uncovered=COUNT,
    needs=some(st.text()),
)
PROBLEMS = st.builds(Problem, place=st.none() | st.builds(Place, line=LINE, column=LINE))
HEADS = st.builds(
    model.Head,
    facilities=some(st.builds(model.Facility)),
    packs=some(st.builds(model.PackHead, rules=COUNT)),
    jurisdictions=some(st.builds(model.JurisdictionHead)),
)
RULES = st.builds(
    model.RuleHead,
    aliases=some(st.text()),
    references=some(st.tuples(st.text(), st.text())),
    tags=some(st.text()),
    modes=some(st.text()),
    leads_to=some(st.text()),
)
REPORTS = st.builds(
    model.Report,
    head=HEADS,
    tables=some(st.builds(model.TableHead, rows=COUNT, set_aside=COUNT, notes=some(st.text()))),
    problems=some(PROBLEMS),
    outcomes=some(OUTCOMES),
    findings=some(FINDINGS),
    edges=some(st.builds(model.Edge, tied=COUNT, of=COUNT)),
    exit_code=st.sampled_from([0, 1, 3, 4]),
    rules=some(RULES),
    exceptions=st.builds(
        model.Exceptions,
        files=some(st.builds(model.ExceptionFile)),
        problems=some(PROBLEMS),
        baseline=st.none() | COMPARED,
    ),
)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("report", [FAILING, CLEAN, replace(FAILING, findings=(ROOT, SYMPTOM, UNKNOWN))])
def test_reports_keep_to_the_published_schema(report: model.Report) -> None:
    VALIDATOR.validate(json.loads(render(report, PLAIN)))


@given(REPORTS)
def test_any_report_keeps_to_the_schema_and_is_safe_to_print(report: model.Report) -> None:
    text = render(report, PLAIN)
    VALIDATOR.validate(json.loads(text))
    assert all(" " <= sign <= "~" or sign == "\n" for sign in text)
    assert text == render(report, Style(color=True, width=40))


@given(REPORTS)
def test_any_report_can_be_told_to_people(report: model.Report) -> None:
    """Whatever data hold, the text is printable and ends in the exit code."""
    from rootlint.report import concise, text

    for view in (text.render(report, PLAIN), concise.render(report, PLAIN)):
        assert {sign for sign in view if not sign.isprintable()} == {"\n"}
        assert view.splitlines()[-1].startswith(f"exit code {report.exit_code}: ")


PARTS = {
    "": model.Report,
    "alternative": model.Alternative,
    "blame": model.Blame,
    "cause": model.Cause,
    "chain_step": model.ChainStep,
    "compared": model.Compared,
    "exception_file": model.ExceptionFile,
    "exceptions": model.Exceptions,
    "explained": model.Explained,
    "exposure": model.Exposure,
    "proof": model.Proof,
    "citation": model.Citation,
    "edge": model.Edge,
    "facility": model.Facility,
    "finding": model.Finding,
    "gone": model.Gone,
    "head": model.Head,
    "inherited": model.Inherited,
    "jurisdiction": model.JurisdictionHead,
    "outcome": model.Outcome,
    "pack": model.PackHead,
    "part": model.Part,
    "place": Place,
    "problem": Problem,
    "record_place": model.RecordPlace,
    "rule": model.RuleHead,
    "sample": model.Sample,
    "table": model.TableHead,
    "variance": model.Variance,
    "waived": model.Waived,
}


@pytest.mark.parametrize(("part", "record"), PARTS.items())
def test_the_schema_has_every_field_of_every_record_and_no_other(part: str, record: type) -> None:
    described = schema() if part == "" else schema()["$defs"][part]
    assert is_dataclass(record)
    ours, elsewhere = ({"format", "summary", "graph"}, {"edges"}) if part == "" else (set(), set())
    assert set(described["properties"]) - ours == {field.name for field in fields(record)} - elsewhere
    assert set(described["required"]) == set(described["properties"])
    assert described["additionalProperties"] is False


@pytest.mark.parametrize(
    ("path", "word"),
    [("severity", model.Severity), ("confidence", model.Confidence)],
)
def test_the_schema_allows_the_words_of_the_model(path: str, word: Any) -> None:
    assert schema()["$defs"][path]["enum"] == [each.value for each in word]


def test_instants_and_days_are_written_in_one_way() -> None:
    document = json.loads(render(FAILING, PLAIN))
    assert document["format"] == FORMAT
    assert document["head"]["captured_at"] == "2026-11-01T13:00:00Z"
    assert document["head"]["as_of"] == "2026-11-20"
    assert document["findings"][0]["first_at"] == "2026-08-04T06:30:00Z"
    assert document["findings"][0]["references"] == [
        {"title": "Made guide", "address": "https://example.org/units"}
    ]


def test_the_summary_counts_findings_and_verdicts() -> None:
    assert json.loads(render(FAILING, PLAIN))["summary"] == {
        "findings": {"error": 1, "warning": 1, "note": 0},
        "verdicts": {"pass": 1, "fail": 2, "not applicable": 1, "not evaluated": 1, "error": 1},
        "violations": 413,
    }


def test_the_graph_has_every_finding_and_every_tie() -> None:
    tie = model.Edge(ROOT.id, SYMPTOM.id, "facility", "made", 400, 412)
    document = json.loads(render(replace(FAILING, findings=(ROOT, SYMPTOM), edges=(tie,)), PLAIN))
    assert document["graph"] == {
        "nodes": [
            {
                "finding": "00aa11bb22cc33dd",
                "role": "root cause",
                "rule": "sync-interval-too-long",
                "facility": None,
                "count": 1,
            },
            {
                "finding": "3a9c41d2e5f60718.7",
                "role": "symptom",
                "rule": "unit-of-measure-mismatch",
                "facility": "C10-0000001-LIC",
                "count": 412,
            },
        ],
        "edges": [
            {
                "cause": "00aa11bb22cc33dd",
                "effect": "3a9c41d2e5f60718.7",
                "via": "facility",
                "mechanism": "made",
                "tied": 400,
                "of": 412,
            }
        ],
    }
    assert "edges" not in document


def test_keys_stand_in_one_order() -> None:
    text = render(FAILING, PLAIN)
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2) + "\n"
