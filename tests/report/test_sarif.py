"""SARIF, held to the standard's schema, to its rules that no schema can say, and to what code hosts take."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_by_chance import reports
from made_reports import CLEAN, FAILING, FINDING, HEAD, RETAIL, ROOT, SAMPLE, SETTING, STORY, SYMPTOM, UNITS

from rootlint.model import (
    Blame,
    ChainStep,
    Edge,
    Finding,
    Outcome,
    RecordPlace,
    Report,
    Role,
    Severity,
    Verdict,
)
from rootlint.report.sarif.log import render, render_full, render_within
from rootlint.report.sarif.profiles import CODE_HOST
from rootlint.report.style import PLAIN, Style

SCHEMA = json.loads((Path(__file__).parent / "data/sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
RENDERERS = st.sampled_from([render, render_full])


def run_of(text: str) -> dict[str, Any]:
    return dict(json.loads(text)["runs"][0])


def told(report: Report) -> dict[str, Any]:
    return run_of(render(report, PLAIN))


def told_whole(report: Report) -> dict[str, Any]:
    return run_of(render_full(report, PLAIN))


def parts(value: Any, key: str) -> Iterator[Any]:
    """Every value that stands under a key, at any depth; what is in property bags is not SARIF's."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == key:
                yield each
            if name != "properties":
                yield from parts(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from parts(each, key)


@pytest.mark.parametrize("report", [FAILING, CLEAN, STORY])
def test_made_reports_keep_to_the_schema(report: Report) -> None:
    for text in (render(report, PLAIN), render_full(report, PLAIN)):
        VALIDATOR.validate(json.loads(text))


@given(reports(), RENDERERS)
def test_any_report_keeps_to_the_standard(report: Report, renderer: Any) -> None:
    text = renderer(report, PLAIN)
    log = json.loads(text)
    VALIDATOR.validate(log)
    run = log["runs"][0]
    _check_rules(run)
    _check_places(run)
    _check_graph(run)
    _check_kinds(run)
    assert text == renderer(report, Style(color=True, width=40))
    assert text.isascii()


def _check_rules(run: dict[str, Any]) -> None:
    """Every reference to a rule, notification or taxon finds what it names."""
    driver, extensions = run["tool"]["driver"], run["tool"]["extensions"]
    taxonomies = {each["guid"]: each for each in run["taxonomies"]}
    references = [*parts(run["results"], "rule"), *parts(run["invocations"], "associatedRule")]
    references += [tie for tie in parts(run["tool"], "target") if "guid" not in tie.get("toolComponent", {})]
    for reference in references:
        component = reference.get("toolComponent")
        holder = extensions[component["index"]] if component else driver
        assert holder["rules"][reference["index"]]["id"] == reference["id"]
    for notification in parts(run["invocations"], "descriptor"):
        assert driver["notifications"][notification["index"]]["id"] == notification["id"]
    cited = [taxon for taxa in parts(run["results"], "taxa") for taxon in taxa]
    for taxon in cited:
        assert taxon["id"] in {each["id"] for each in taxonomies[taxon["toolComponent"]["guid"]]["taxa"]}


def _check_places(run: dict[str, Any]) -> None:
    """Paths are relative and inside; each names its artifact, and each link of a message its place."""
    for place in parts(run["results"], "artifactLocation"):
        assert run["artifacts"][place["index"]]["location"] == {
            k: v for k, v in place.items() if k != "index"
        }
    for uri in parts(run, "uri"):
        assert not re.match(r"/|[A-Za-z]:|.*//", uri), uri
        assert ".." not in uri.split("/")
    assert all(region.get("startLine", 0) >= 1 for region in parts(run, "region"))
    for result in run["results"]:
        ids = [
            place["id"]
            for place in (*result["locations"], *result.get("relatedLocations", ()))
            if "id" in place
        ]
        assert ids == list(range(len(ids)))
        assert {int(link) for link in re.findall(r"\]\((.*?)\)", result["message"]["text"])} <= set(ids[1:])


def _check_graph(run: dict[str, Any]) -> None:
    """Edges join nodes, walks go from end to end."""
    graph = run["graphs"][0]
    nodes = [node["id"] for node in graph["nodes"]]
    edges = {edge["id"]: edge for edge in graph["edges"]}
    assert len(nodes) == len(set(nodes))
    assert len(edges) == len(graph["edges"])
    assert {edge[end] for edge in edges.values() for end in ("sourceNodeId", "targetNodeId")} <= set(nodes)
    for walks in parts(run["results"], "graphTraversals"):
        for walk in walks:
            steps = [edges[step["edgeId"]] for step in walk["edgeTraversals"]]
            assert all(a["targetNodeId"] == b["sourceNodeId"] for a, b in pairwise(steps))


def _check_kinds(run: dict[str, Any]) -> None:
    for result in run["results"]:
        assert (result["level"] == "none") == (result["kind"] != "fail")
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    failed = any(notification["level"] == "error" for notification in notifications)
    assert run["invocations"][0]["executionSuccessful"] is not failed


@given(reports())
def test_a_log_for_code_hosts_stays_within_their_limits(report: Report) -> None:
    run = told(report)
    _check_limits(run)
    assert {result["kind"] for result in run["results"]} <= {"fail"}


def _check_limits(run: dict[str, Any]) -> None:
    assert len(run["results"]) <= 5_000
    for result in run["results"]:
        assert len(result["locations"]) == 1, "hosts want a place of every result, and show the first"
        assert "physicalLocation" in result["locations"][0]
        assert len(result["locations"]) + len(result["relatedLocations"]) <= 100
        flows = result.get("codeFlows", [])
        assert sum(len(thread["locations"]) for flow in flows for thread in flow["threadFlows"]) <= 1_000
    assert all(
        len(tags) <= 10 for rule in parts(run["tool"], "rules") for tags in parts_of_bags(rule, "tags")
    )


def parts_of_bags(rules: list[dict[str, Any]], key: str) -> Iterator[Any]:
    return (rule["properties"][key] for rule in rules if key in rule.get("properties", {}))


def test_a_rule_names_what_follows_from_it_and_what_it_follows_from() -> None:
    """The kind is read from this rule to the target: the target can follow, or can precede."""
    rules = {rule["id"]: rule for rule in told(STORY)["tool"]["extensions"][0]["rules"]}
    ties = {
        (name, tie["target"]["id"], *tie["kinds"])
        for name, rule in rules.items()
        for tie in rule.get("relationships", ())
    }
    cause, between, effect = "sync-interval-too-long", "unit-of-measure-mismatch", "sale-reported-late"
    assert ties == {
        (cause, between, "canFollow"),
        (cause, effect, "canFollow"),
        (between, effect, "canFollow"),
        (between, cause, "canPrecede"),
        (effect, cause, "canPrecede"),
        (effect, between, "canPrecede"),
        (between, "made reference 1(b)", "relevant"),
        (effect, "made reference 1(b)", "relevant"),
    }


def test_a_rule_stands_with_its_pack_under_its_former_names() -> None:
    extension = told(FAILING)["tool"]["extensions"][0]
    assert (extension["name"], extension["version"]) == ("rootlint", "0.1.0")
    assert extension["properties"] == {"digest": HEAD.packs[0].digest}
    rule = extension["rules"][2]
    assert rule["id"] == UNITS.name
    assert rule["deprecatedIds"] == ["unit-differs"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"] == {
        "tags": ["data", "packages", "uom-mismatch-weight-units"],
        "precision": "high",
    }


def test_a_cause_stands_for_its_symptoms_and_is_as_bad_as_the_worst() -> None:
    results = told(STORY)["results"]
    assert [(result["ruleId"], result["level"]) for result in results] == [
        ("sync-interval-too-long", "error"),
        ("sale-reported-late", "error"),
    ]
    assert results[0]["message"]["text"] == (
        "The integration asks METRC for changes less often than its deadlines allow (whole integration: 1 of 1 record).\n"
        "evidence: sync.interval is 600 minutes\n"
        "cause: number 1 to fix, explains 37 violations, silent for 9 days\n"
        "proof: partly confirmed: without it 35 symptoms vanish, 2 stay, 0 are new\n"
        "or else: key-expired, C10-0000001-LIC, could explain 5 of 37: it explains 5 of these 37\n"
        "refuted by: late sales going on after the interval is shortened\n"
        "symptoms: [unit-of-measure-mismatch, C10-0000001-LIC item=Made Flower, 412 violations](1)"
    )
    own, related = results[0]["locations"][0], results[0]["relatedLocations"][0]
    assert own["physicalLocation"]["artifactLocation"]["uri"] == "made/config/integration.yaml"
    assert own["physicalLocation"]["region"] == {"startLine": 14, "startColumn": 3}
    assert own["logicalLocations"] == [
        {"fullyQualifiedName": "config_settings[path=sync.interval]", "kind": "property"}
    ]
    assert own["relationships"] == [{"target": 1, "kinds": ["causes"]}]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "made/tables/metrc_packages.csv"
    assert related["physicalLocation"]["region"] == {"startLine": 13}
    assert related["logicalLocations"] == [
        {"fullyQualifiedName": "metrc_packages[label=1A4FF0000000001]", "kind": "row"}
    ]
    assert related["relationships"] == [{"target": 0, "kinds": ["causedBy"]}]


def test_in_the_whole_log_a_symptom_has_a_result_that_links_to_its_cause() -> None:
    result = told_whole(STORY)["results"][2]
    assert result["ruleId"] == "unit-of-measure-mismatch"
    assert "\ncause: [sync-interval-too-long, whole integration](1)\n" in result["message"]["text"]
    assert result["locations"][0]["relationships"] == [{"target": 1, "kinds": ["causedBy"]}]
    assert result["relatedLocations"][0]["relationships"] == [{"target": 0, "kinds": ["causes"]}]
    assert result["properties"]["finding"]["samples"][0]["evidence"] == {"quantity": "8.000000", "unit": None}


# Cause, what comes between at two facilities, and the symptom.
BETWEEN = replace(
    SYMPTOM,
    id="b",
    fingerprint="b",
    rule="sale-reported-late",
    blame=Blame(
        ROOT.id, ROOT.rule, None, (ChainStep(ROOT.rule, "sale-reported-late", "facility", "waits", 9, 9),)
    ),
)
ELSEWHERE = replace(BETWEEN, id="e", fingerprint="e", facility="402R-00002")
LAST = replace(
    SYMPTOM,
    id="c",
    fingerprint="c",
    blame=Blame(
        ROOT.id,
        ROOT.rule,
        None,
        (
            ChainStep(ROOT.rule, "sale-reported-late", "facility", "waits", 9, 9),
            ChainStep("sale-reported-late", FINDING.rule, "item", "weighs", 7, 8),
        ),
    ),
)
CHAINED = replace(FAILING, findings=(ROOT, ELSEWHERE, BETWEEN, LAST))


def test_a_chain_is_a_code_flow_in_order_and_time() -> None:
    flow = told_whole(CHAINED)["results"][3]["codeFlows"]
    stops = flow[0]["threadFlows"][0]["locations"]
    assert len(flow) == 1
    assert [stop["location"]["message"]["text"] for stop in stops] == [
        ROOT.summary,
        "sync-interval-too-long -> sale-reported-late by facility, 9 of 9: waits",
        "sale-reported-late -> unit-of-measure-mismatch by item, 7 of 8: weighs",
    ]
    assert [(stop["executionOrder"], stop["importance"], stop.get("executionTimeUtc")) for stop in stops] == [
        (1, "essential", None),
        (2, "important", "2026-08-04T06:30:00Z"),
        (3, "essential", "2026-08-04T06:30:00Z"),
    ]


def test_what_comes_between_at_the_same_facility_is_on_the_way() -> None:
    walks = told_whole(CHAINED)["results"][3]["graphTraversals"]
    root, between, last = ROOT.id, BETWEEN.id, LAST.id
    edges = [f"{root} -> {between} by facility", f"{between} -> {last} by item"]
    assert walks == [{"runGraphIndex": 0, "edgeTraversals": [{"edgeId": edge} for edge in edges]}]


def test_a_step_over_what_is_no_finding_is_told_and_not_drawn() -> None:
    run = told_whole(replace(FAILING, findings=(ROOT, LAST)))
    result = run["results"][1]
    assert [stop["executionOrder"] for stop in result["codeFlows"][0]["threadFlows"][0]["locations"]] == [
        1,
        2,
        3,
    ]
    assert [edge["id"] for edge in run["graphs"][0]["edges"]] == [f"{ROOT.id} -> {LAST.id} by item"]


def test_the_graph_has_every_finding_and_every_tie() -> None:
    tie = Edge(BETWEEN.id, LAST.id, "label", "shares", 1, 2)
    beyond = replace(tie, effect="a finding that is not told")
    graph = told(replace(CHAINED, edges=(tie, beyond)))["graphs"][0]
    assert [node["id"] for node in graph["nodes"]] == [ROOT.id, ELSEWHERE.id, BETWEEN.id, LAST.id]
    edges = {(e["sourceNodeId"], e["targetNodeId"], e["properties"]["via"]) for e in graph["edges"]}
    assert edges == {
        (ROOT.id, ELSEWHERE.id, "facility"),
        (ROOT.id, BETWEEN.id, "facility"),
        (BETWEEN.id, LAST.id, "item"),
        (BETWEEN.id, LAST.id, "label"),
    }
    assert graph["edges"][0]["label"] == {"text": "causes"}
    assert graph["edges"][0]["properties"] == {
        "via": "facility",
        "mechanism": "waits",
        "tied": 9,
        "of": 9,
        "confidence": "medium",
        "proof": "partly confirmed",
        "verified": False,
    }


def test_only_a_confirmed_cause_is_called_verified() -> None:
    assert ROOT.cause is not None
    sure = replace(ROOT, cause=replace(ROOT.cause, proof=replace(ROOT.cause.proof, standing="confirmed")))
    edges = told(replace(FAILING, findings=(sure, SYMPTOM)))["graphs"][0]["edges"]
    assert [edge["properties"]["verified"] for edge in edges] == [True]


def test_law_is_a_taxonomy_for_each_jurisdiction() -> None:
    run = told(FAILING)
    assert [(each["name"], each["fullName"], each["version"]) for each in run["taxonomies"]] == [
        ("ca", "California", "2026-05-01")
    ]
    assert run["taxonomies"][0]["taxa"][0]["id"] == "made reference 1(b)"
    assert run["taxonomies"][0]["taxa"][0]["shortDescription"] == {
        "text": "sales_report_deadline: 24 hours, in force since 2023-01-01"
    }
    guid = run["taxonomies"][0]["guid"]
    assert run["tool"]["driver"]["supportedTaxonomies"] == [{"name": "ca", "guid": guid}]
    cited = {result["ruleId"]: [taxon["id"] for taxon in result["taxa"]] for result in run["results"]}
    assert cited == {"unit-of-measure-mismatch": ["made reference 1(b)"], "sync-interval-too-long": []}


def test_a_problem_is_known_again_by_rule_facility_and_scope() -> None:
    """Other rows, other files, other words: the same problem; other evidence shows as such."""
    moved = replace(SAMPLE, place=replace(SAMPLE.place, file="tables/elsewhere.csv", row=99))
    later = replace(FINDING, summary="In other words.", samples=(moved,))
    more = replace(FINDING, count=413)
    found = [told(replace(FAILING, findings=(each,)))["results"][0] for each in (FINDING, later, more)]
    prints = [result["partialFingerprints"] for result in found]
    assert prints[0] == prints[1]
    assert prints[0]["rootlint/evidence/v1"] != prints[2]["rootlint/evidence/v1"]
    assert {each["primaryLocationLineHash"] for each in prints} == {prints[0]["primaryLocationLineHash"]}
    assert re.fullmatch(r"[0-9a-f]{16}:1", prints[0]["primaryLocationLineHash"])
    assert {each["rootlint/identity/v1"] for each in prints} == {FINDING.fingerprint}
    assert [result["fingerprints"] for result in found] == [{"rootlint/v1": FINDING.fingerprint}] * 3
    assert len({result["correlationGuid"] for result in found}) == 1


def test_two_explanations_of_one_problem_are_two_alerts() -> None:
    other = replace(FINDING, id=f"{FINDING.id}.9", role=Role.UNKNOWN, count=1)
    results = told(replace(FAILING, findings=(FINDING, other)))["results"]
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert [number for _, number in (each.split(":") for each in hashes)] == ["1", "2"]
    assert len({digits for digits, _ in (each.split(":") for each in hashes)}) == 1


def test_every_verdict_is_a_kind_in_the_whole_log() -> None:
    results = told_whole(FAILING)["results"]
    assert [(r["ruleId"], r["kind"], r["level"], r["message"]["text"]) for r in results[2:]] == [
        (
            "sale-reported-late",
            "notApplicable",
            "none",
            "sale-reported-late, 402R-00002: not applicable, about retail, this is cultivation.",
        ),
        (
            "sale-reported-late",
            "open",
            "none",
            "sale-reported-late, C10-0000001-LIC: not evaluated, not captured: metrc_sales.",
        ),
        (
            "unit-of-measure-mismatch",
            "pass",
            "none",
            "unit-of-measure-mismatch, 402R-00002: pass, 300 records judged.",
        ),
        (
            "wet-weight-changed",
            "open",
            "none",
            "wet-weight-changed, 402R-00002: error, the number is too large.",
        ),
    ]
    assert [(r["ruleId"], r["kind"], r["level"]) for r in results[:2]] == [
        ("unit-of-measure-mismatch", "fail", "error"),
        ("sync-interval-too-long", "fail", "warning"),
    ]


NOTICES = [
    ("rule-in-error", "error", "wet-weight-changed"),
    ("rule-not-evaluated", "warning", "sale-reported-late"),
    ("rule-judged-in-part", "note", "unit-of-measure-mismatch"),
    ("table-read-in-part", "warning", None),
    ("snapshot-problem", "warning", None),
    ("snapshot-problem", "warning", None),
]


def notices(run: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [
        (each["descriptor"]["id"], each["level"], each.get("associatedRule", {}).get("id"))
        for each in run["invocations"][0]["toolExecutionNotifications"]
    ]


def test_what_was_not_judged_is_a_notification() -> None:
    assert notices(told_whole(FAILING)) == NOTICES
    assert notices(told(FAILING)) == [*NOTICES, ("left-out", "note", None)]
    told_first = told(FAILING)["invocations"][0]["toolExecutionNotifications"][1]
    assert told_first["properties"] == {
        "reason": "not captured: metrc_sales",
        "needs": ["metrc_sales"],
        "facilities": [RETAIL.facility],
    }


def test_a_run_with_a_crashed_rule_is_no_success() -> None:
    """The standard: with a notification of level error the run failed, and its results may not be all there is."""
    crashed = told(FAILING)["invocations"][0]
    assert (crashed["executionSuccessful"], crashed["exitCode"]) == (False, 1)
    assert crashed["exitCodeDescription"] == "findings at or above warning, not everything was evaluated"
    whole = told(CLEAN)["invocations"][0]
    assert (whole["executionSuccessful"], whole["exitCode"], notices(told_whole(CLEAN))) == (True, 0, [])


def test_the_log_says_what_it_leaves_out() -> None:
    said = [
        each["message"]["text"] for each in told(STORY)["invocations"][0]["toolExecutionNotifications"][-2:]
    ]
    assert said == [
        "1 symptom: each is told in the result of its cause; the format sarif-full has all",
        "4 verdicts that are no failure: code hosts take every result for one; the format sarif-full has all",
    ]


def many(number: int, **changes: Any) -> tuple[Finding, ...]:
    return tuple(
        replace(FINDING, id=f"{index:016x}", fingerprint=f"{index:016x}", **changes)
        for index in range(number)
    )


@cache
def crowd() -> dict[str, Any]:
    return told(replace(FAILING, findings=(*many(5_001, samples=(), citations=()), ROOT)))


def test_a_log_keeps_as_many_results_as_hosts_keep_causes_first() -> None:
    _check_limits(crowd())
    assert len(crowd()["results"]) == 5_000
    assert crowd()["results"][0]["ruleId"] == ROOT.rule
    said = crowd()["invocations"][0]["toolExecutionNotifications"][-2]["message"]["text"]
    assert said == "2 findings of 5,002: more than code hosts keep; the format sarif-full has all"


def test_a_cause_links_to_as_many_places_as_hosts_keep() -> None:
    symptoms = tuple(replace(each, role=Role.SYMPTOM, blame=SYMPTOM.blame) for each in many(600))
    run = told(replace(FAILING, findings=(ROOT, *symptoms)))
    _check_limits(run)
    result = run["results"][0]
    assert len(result["relatedLocations"]) == 99
    assert len(result["codeFlows"]) == 500
    said = "not shown here: 501 further places, 100 further chains; the format sarif-full has all"
    assert said in result["message"]["text"].splitlines()
    assert len(told_whole(replace(FAILING, findings=(ROOT, *symptoms)))["results"]) == 601 + 4


def test_a_rule_has_as_many_tags_as_hosts_keep() -> None:
    tagged = replace(UNITS, tags=tuple(f"tag-{index}" for index in range(12)))
    run = told(replace(CLEAN, rules=(tagged,)))
    assert run["tool"]["extensions"][0]["rules"][0]["properties"]["tags"] == [
        "data",
        *(f"tag-{index}" for index in range(9)),
    ]
    said = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert "some tags of 1 rule: more than code hosts keep; the format sarif-full has all" in said


def test_a_log_has_as_many_results_as_fit_compressed() -> None:
    report = replace(CLEAN, findings=many(64))
    most = len(gzip.compress(render(report, PLAIN).encode())) - 1_000
    text = render_within(report, CODE_HOST, most)
    assert len(run_of(text)["results"]) == 32
    assert len(gzip.compress(text.encode())) <= most
    said = [each["message"]["text"] for each in run_of(text)["invocations"][0]["toolExecutionNotifications"]]
    assert "32 findings of 64: more than code hosts keep; the format sarif-full has all" in said


@pytest.mark.parametrize("named", ["/home/someone/made", "C:\\Users\\someone\\made", "../elsewhere/made"])
@pytest.mark.parametrize("renderer", [render, render_full])
def test_no_path_of_the_machine_reaches_a_log(named: str, renderer: Any) -> None:
    text = renderer(replace(STORY, head=replace(HEAD, snapshot=named)), PLAIN)
    assert not any(word in text for word in ("someone", "elsewhere"))
    run = run_of(text)
    assert run["originalUriBaseIds"] == {"SNAPSHOT": {"description": {"text": "The folder of the snapshot."}}}
    assert [each["location"]["uri"] for each in run["artifacts"]] == [
        "./",
        "config/integration.yaml",
        "snapshot.yaml",
        "tables/metrc_packages.csv",
    ]


@pytest.mark.parametrize(("named", "folder"), [("made", "made/"), ("./a/made/", "a/made/"), (".", "./")])
def test_paths_start_from_where_rootlint_ran(named: str, folder: str) -> None:
    run = told(replace(STORY, head=replace(HEAD, snapshot=named)))
    assert list(run["originalUriBaseIds"]) == ["SRCROOT"]
    assert run["artifacts"][0]["location"] == {"uri": folder, "uriBaseId": "SRCROOT"}
    assert run["artifacts"][2]["location"]["uri"] == f"{folder.removeprefix('./')}snapshot.yaml"
    assert run["artifacts"][0]["hashes"] == {"rootlint-snapshot-sha-256": HEAD.snapshot_digest}


def test_a_run_is_of_the_series_of_its_jurisdictions() -> None:
    assert told(FAILING)["automationDetails"]["id"] == "rootlint/ca+co/2026-11-20"
    assert told(replace(FAILING, head=replace(HEAD, jurisdictions=())))["automationDetails"]["id"] == (
        "rootlint/none/2026-11-20"
    )


def test_data_cannot_make_a_link_or_a_placeholder() -> None:
    evil = "{0} [click](http://x.example) \x1b[31m\u202e"
    sample = replace(SAMPLE, message=evil, place=RecordPlace("t", {evil: evil}, f"tables/{evil}.csv", 1))
    finding = replace(FINDING, summary=evil, samples=(sample, sample), remediation=evil)
    for run in (
        told(replace(FAILING, findings=(finding,))),
        told_whole(replace(FAILING, findings=(finding,))),
    ):
        texts = [text for text in (*parts(run, "text"),) if "click" in text]
        assert texts
        assert not any(
            "](http" in text or "{0}" in text.replace("{{0}}", "") or "\x1b" in text for text in texts
        )


def test_a_profile_for_code_hosts_shows_no_values_but_those_of_the_message() -> None:
    assert "8.000000" not in render(FAILING, PLAIN)
    assert "8.000000" in render_full(FAILING, PLAIN)


def test_a_symptom_without_its_cause_stands_for_itself() -> None:
    run = told(replace(FAILING, findings=(SYMPTOM,)))
    assert [result["ruleId"] for result in run["results"]] == [SYMPTOM.rule]
    assert "codeFlows" not in run["results"][0]


def test_an_inferred_cause_is_described_and_tied_to_what_it_was_inferred_from() -> None:
    inferred = replace(SETTING, rule="inferred-cause", role=Role.INFERRED, severity=Severity.NOTE)
    symptom = replace(SYMPTOM, blame=Blame(inferred.id, "inferred-cause", None, ()))
    run = told(replace(FAILING, findings=(inferred, symptom)))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["inferred-cause"]
    stops = run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert stops[1]["location"]["message"]["text"] == (
        "inferred-cause -> unit-of-measure-mismatch by what they share, 412 of 412: "
        "the violations have it in common, which need not be why"
    )


def test_a_rule_that_no_pack_has_stands_with_the_driver() -> None:
    outcome = Outcome("of-no-pack", RETAIL.facility, Verdict.PASS, exposed=1)
    run = told_whole(replace(CLEAN, outcomes=(outcome,), rules=()))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["of-no-pack"]
    assert run["results"][0]["rule"] == {"id": "of-no-pack", "index": 0}
