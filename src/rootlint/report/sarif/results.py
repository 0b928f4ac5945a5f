"""Findings and verdicts as SARIF results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from rootlint.model import Finding, Outcome, Severity, State, Verdict, Waived
from rootlint.report.causes import assurance_lines, story_lines
from rootlint.report.escaping import sarif
from rootlint.report.excepted import waiver_lines
from rootlint.report.json_report import plain
from rootlint.report.sarif.causes import Chain, chain, chains, code_flow, traversal
from rootlint.report.sarif.law import Law, guid
from rootlint.report.sarif.locations import Places
from rootlint.report.sarif.profiles import Profile
from rootlint.report.sarif.tools import Tool
from rootlint.report.stories import Story, numbered
from rootlint.report.style import told
from rootlint.report.wording import citation, counted, extent, facility_name, subject

Result = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """What results refer to."""

    tool: Tool
    law: Law
    places: Places
    zones: dict[str | None, tzinfo]
    profile: Profile
    has_baseline: bool = False


@dataclass(frozen=True)
class Telling:
    """A result to be: a finding with what is told beside it."""

    finding: Finding
    folded: tuple[Finding, ...] = ()  # symptoms that have no result of their own
    root: Finding | None = None  # of a symptom
    ways: tuple[Chain, ...] = ()  # from a cause to a symptom

    @property
    def level(self) -> Severity:
        """The worst of what the result stands for."""
        return max((each.severity for each in (self.finding, *self.folded)), key=lambda of: of.rank)


@dataclass(frozen=True)
class Related:
    """A further place of a result, with the words that link to it."""

    kind: str  # what the message calls places of its kind
    words: str
    location: dict[str, Any]
    ties: tuple[str, str] | None = None  # what it is to the result's own place, and what that is to it


def finding_results(stories: Sequence[Story], parts: Parts) -> list[Result]:
    """A result for each finding, causes first; in the profile for code hosts a cause stands for its symptoms."""
    tellings = list(_tellings(stories, parts.profile.whole))
    numbers = [number for _, number in numbered(telling.finding for telling in tellings)]
    return [_result(telling, number, parts) for telling, number in zip(tellings, numbers, strict=True)]


def _tellings(stories: Sequence[Story], whole: bool) -> Iterator[Telling]:
    if not whole:
        yield from (Telling(of.finding, folded=of.symptoms, ways=tuple(chains(of))) for of in stories)
        return
    yield from (Telling(of.finding) for of in stories)
    for of in stories:
        yield from (Telling(each, root=of.finding, ways=(chain(of, each),)) for each in of.symptoms)


def _result(telling: Telling, number: int, parts: Parts) -> Result:
    finding = telling.finding
    related = list(_related(telling, parts))
    most = parts.profile.locations
    linked = related if most is None else related[: most - 1]
    ways = _within(telling.ways, parts.profile.flow_steps)
    hidden = _hidden(len(related) - len(linked), len(telling.ways) - len(ways))
    return {
        "ruleId": finding.rule,
        "rule": parts.tool.rules[finding.rule],
        "kind": "fail",
        "level": telling.level.value,
        "message": {"text": _message(telling, linked, hidden, parts)},
        "locations": [_own_place(finding, linked, parts)],
        "relatedLocations": [_linked(place, id) for id, place in enumerate(linked, start=1)],
        **_causal(ways, parts.places),
        **_beside_baseline((finding, *telling.folded), parts.has_baseline),
        **_suppressed((finding, *telling.folded)),
        "taxa": parts.law.taxa(finding.citations),
        "occurrenceCount": finding.count,
        "correlationGuid": guid("finding", finding.fingerprint),
        "fingerprints": {"rootlint/v1": finding.fingerprint},
        "partialFingerprints": {
            "primaryLocationLineHash": f"{_digest(finding.fingerprint)}:{number}",
            "rootlint/identity/v1": finding.fingerprint,
            "rootlint/evidence/v1": evidence_digest(finding),
        },
        "properties": {"finding": plain(finding)} if parts.profile.whole else _facts(finding),
    }


def _hidden(places: int, ways: int) -> list[str]:
    parts = [counted(places, "further place")] if places else []
    parts += [counted(ways, "further chain")] if ways else []
    return [f"not shown here: {', '.join(parts)}; the format sarif-full has all"] if parts else []


def _beside_baseline(findings: Sequence[Finding], has_baseline: bool) -> dict[str, Any]:
    """The state of what a result stands for, by the newest of it: on every result of a run, or on none."""
    if not has_baseline:
        return {}
    states = {finding.baseline.state if finding.baseline else State.NEW for finding in findings} or {
        State.NEW
    }
    return {
        "baselineState": next(
            state.value for state in (State.NEW, State.UPDATED, State.UNCHANGED) if state in states
        )
    }


def _suppressed(findings: Sequence[Finding]) -> dict[str, Any]:
    """The waivers of what a result stands for, if every one of it has one; code hosts show the result all the same."""
    waivers = [finding.waiver for finding in findings if finding.waiver is not None]
    if len(waivers) < len(findings):
        return {}
    return {"suppressions": [_suppression(waiver) for waiver in dict.fromkeys(waivers)]}


def _suppression(waiver: Waived) -> dict[str, Any]:
    return {
        "kind": "inSource" if waiver.inline else "external",
        "status": "rejected" if waiver.expired else "accepted",
        "justification": sarif(waiver.reason),
        "properties": plain(waiver),
    }


def _causal(ways: Sequence[Chain], places: Places) -> dict[str, Any]:
    if not ways:
        return {}
    return {
        "codeFlows": [code_flow(way, places) for way in ways],
        "graphTraversals": list({json.dumps(walk): walk for walk in map(traversal, ways)}.values()),
    }


def _within(ways: Sequence[Chain], steps: int | None) -> list[Chain]:
    """The first chains, of no more steps than a result may have."""
    kept: list[Chain] = []
    for way in ways:
        if steps is not None and sum(of.length for of in (*kept, way)) > steps:
            break
        kept.append(way)
    return kept


def _related(telling: Telling, parts: Parts) -> Iterator[Related]:
    """What the message links to: the cause of a symptom, further evidence, the symptoms of a cause."""
    finding, places = telling.finding, parts.places
    if telling.root is not None:
        words = f"{telling.root.rule}, {subject(telling.root)}"
        yield Related("cause", words, places.of(telling.root, telling.root.summary), ("causes", "causedBy"))
    for sample in finding.samples[1:]:
        yield Related("more evidence", sample.message, places.location(sample.place, sample.message))
    for symptom in telling.folded:
        words = f"{symptom.rule}, {subject(symptom)}, {counted(symptom.count, 'violation')}"
        yield Related("symptoms", words, places.of(symptom, symptom.summary), ("causedBy", "causes"))


def _message(telling: Telling, linked: Sequence[Related], hidden: Sequence[str], parts: Parts) -> str:
    finding = telling.finding
    size = extent(finding, parts.zones.get(finding.facility, UTC))
    lines = [sarif(f"{finding.summary.strip().rstrip('.')} ({subject(finding)}: {size}).")]
    lines += [sarif(f"evidence: {sample.message}") for sample in finding.samples[:1]]
    lines += [
        sarif(told(line))
        for line in (*waiver_lines(finding), *story_lines(finding), *assurance_lines(finding))
    ]
    for kind in dict.fromkeys(place.kind for place in linked):
        links = (_link(place, id) for id, place in enumerate(linked, start=1) if place.kind == kind)
        lines.append(f"{kind}: {', '.join(links)}")
    lines += hidden
    lines += [sarif(f"citation: {citation(cited)}") for cited in finding.citations]
    return "\n".join(lines)


def _link(place: Related, id: int) -> str:
    words = sarif(place.words).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"[{words}]({id})"


def _linked(place: Related, id: int) -> dict[str, Any]:
    ties = {"relationships": [{"target": 0, "kinds": [place.ties[0]]}]} if place.ties else {}
    return {"id": id, **place.location, **ties}


def _own_place(finding: Finding, linked: Sequence[Related], parts: Parts) -> dict[str, Any]:
    text = finding.samples[0].message if finding.samples else None
    tied = enumerate((place.ties for place in linked), start=1)
    ties = [{"target": id, "kinds": [kinds[1]]} for id, kinds in tied if kinds]
    return {"id": 0, **parts.places.of(finding, text), **({"relationships": ties} if ties else {})}


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "role": finding.role.value,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "layer": finding.layer.value,
        "facility": finding.facility,
        "jurisdiction": finding.jurisdiction,
        "violations": finding.count,
        "exposed": finding.exposed,
    }


def evidence_digest(finding: Finding) -> str:
    """What tells a finding from the same one on other evidence: how much, when, and the samples' values."""
    samples = [[dict(sample.keys), dict(sample.evidence), plain(sample.at)] for sample in finding.samples]
    evidence = [finding.count, plain(finding.first_at), plain(finding.last_at), samples]
    return _digest(json.dumps(evidence, sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


# A failure is told by its findings. `open` is what SARIF calls a rule that could not decide.
_KINDS = {
    Verdict.PASS: "pass",
    Verdict.NOT_APPLICABLE: "notApplicable",
    Verdict.NOT_EVALUATED: "open",
    Verdict.ERROR: "open",
}


def verdict_results(outcomes: Sequence[Outcome], parts: Parts) -> list[Result]:
    """A result for each rule and facility that has no finding: passed, not applicable, or open."""
    return [_verdict(outcome, parts) for outcome in outcomes if outcome.verdict in _KINDS]


def _verdict(outcome: Outcome, parts: Parts) -> Result:
    whom = facility_name(outcome.facility)
    why = outcome.reason or f"{counted(outcome.exposed, 'record')} judged"
    return {
        "ruleId": outcome.rule,
        "rule": parts.tool.rules[outcome.rule],
        "kind": _KINDS[outcome.verdict],
        "level": "none",
        # A baseline holds failures only, so that any other result is new beside it.
        **_beside_baseline((), parts.has_baseline),
        "message": {"text": sarif(f"{outcome.rule}, {whom}: {outcome.verdict}, {why}.")},
        "locations": [{"logicalLocations": [{"name": whom, "kind": "facility"}]}],
        "properties": {"outcome": plain(outcome)},
    }
