"""Causes as SARIF has them: a code flow for each chain, a graph of all ties, and a walk through it for each chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rootlint.model import ChainStep, Edge, Finding
from rootlint.report.causes import chain_step
from rootlint.report.escaping import sarif
from rootlint.report.sarif.locations import Places
from rootlint.report.stories import Story, findings_of
from rootlint.report.wording import facility_name, subject


@dataclass(frozen=True)
class Tie:
    """Two findings, cause and effect, as one step of a chain."""

    cause: Finding
    effect: Finding
    via: str
    mechanism: str
    tied: int
    of: int

    @property
    def id(self) -> str:
        return f"{self.cause.id} -> {self.effect.id} by {self.via}"


@dataclass(frozen=True)
class Chain:
    """The way from a cause to one of its symptoms; between them, findings where the report has them."""

    root: Finding
    symptom: Finding
    steps: tuple[tuple[ChainStep, Finding | None], ...]  # each with the finding it leads to

    @property
    def length(self) -> int:
        """How many places the chain has, both ends counted."""
        return len(self.steps) + 1

    def ties(self) -> list[Tie]:
        """The steps from finding to finding; steps over what is no finding are told as one."""
        ties, cause = [], self.root
        for step, effect in self.steps:
            if effect is not None:
                ties.append(Tie(cause, effect, step.via, step.mechanism, step.tied, step.of))
                cause = effect
        return ties


def chains(story: Story) -> list[Chain]:
    """The chain of each symptom of a story."""
    return [chain(story, symptom) for symptom in story.symptoms]


def chain(story: Story, symptom: Finding) -> Chain:
    """How a symptom comes from the cause at the head of its story."""
    steps = (symptom.blame.chain if symptom.blame else ()) or (_shared(story.finding, symptom),)
    between = [(step, _between(step.effect_rule, story, symptom)) for step in steps[:-1]]
    return Chain(story.finding, symptom, (*between, (steps[-1], symptom)))


def _shared(cause: Finding, symptom: Finding) -> ChainStep:
    """The one step from an inferred cause: no rule declares what leads from it."""
    mechanism = "the violations have it in common, which need not be why"
    return ChainStep(cause.rule, symptom.rule, "what they share", mechanism, symptom.count, symptom.count)


def _between(rule: str, story: Story, symptom: Finding) -> Finding | None:
    """The finding of a rule on the way to a symptom: of the same facility, if there is one."""
    of_rule = [finding for finding in story.symptoms if finding.rule == rule and finding is not symptom]
    same = [finding for finding in of_rule if finding.facility == symptom.facility]
    return next(iter(same or of_rule), None)


def code_flow(way: Chain, places: Places) -> dict[str, Any]:
    """A chain as the path that the trouble took, from the cause to the symptom."""
    stops = [_stop(way.root, way.root.summary, "essential", places)]
    for step, effect in way.steps:
        importance = "essential" if effect is way.symptom else "important"
        stops.append(_stop(effect, chain_step(step), importance, places))
    ordered = [{**stop, "executionOrder": order} for order, stop in enumerate(stops, start=1)]
    return {"threadFlows": [{"locations": ordered}]}


def _stop(finding: Finding | None, text: str, importance: str, places: Places) -> dict[str, Any]:
    if finding is None:
        return {"location": {"message": {"text": sarif(text)}}, "importance": importance}
    at = {"executionTimeUtc": instant(finding.first_at)} if finding.first_at else {}
    return {"location": places.of(finding, text), "importance": importance, **at}


def instant(at: datetime) -> str:
    """An instant as SARIF writes it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


@dataclass(frozen=True)
class Graph:
    """Findings and the ties between them."""

    nodes: Mapping[str, Finding]
    ties: Mapping[str, Tie]
    proofs: Mapping[str, str]  # of causes, by finding: what became of the symptoms without it

    def told(self, places: Places) -> dict[str, Any]:
        """The graph as a log has it."""
        return {
            "description": {"text": "Findings, and which of them come from which."},
            "nodes": [_node(finding, places) for finding in self.nodes.values()],
            "edges": [self._edge(tie) for tie in self.ties.values()],
        }

    def _edge(self, tie: Tie) -> dict[str, Any]:
        proof = self.proofs.get(tie.cause.id, "not tested")
        return {
            "id": tie.id,
            "label": {"text": "causes"},
            "sourceNodeId": tie.cause.id,
            "targetNodeId": tie.effect.id,
            "properties": {
                "via": tie.via,
                "mechanism": tie.mechanism,
                "tied": tie.tied,
                "of": tie.of,
                "confidence": tie.cause.confidence.value,
                "proof": proof,
                "verified": proof == "confirmed",
            },
        }


def graph_of(told: Sequence[Story], edges: Iterable[Edge]) -> Graph:
    """The graph of all findings that a log tells of; an edge to any other is not in it."""
    findings = findings_of(told)
    nodes = {finding.id: finding for finding in findings}
    proofs = {finding.id: finding.cause.proof.standing for finding in findings if finding.cause}
    ways = [tie for story in told for way in chains(story) for tie in way.ties()]
    ties = {tie.id: tie for tie in [*ways, *_seen(edges, nodes)]}
    return Graph(nodes, ties, proofs)


def _seen(edges: Iterable[Edge], nodes: Mapping[str, Finding]) -> Iterator[Tie]:
    for edge in edges:
        if edge.cause in nodes and edge.effect in nodes:
            yield Tie(nodes[edge.cause], nodes[edge.effect], edge.via, edge.mechanism, edge.tied, edge.of)


def _node(finding: Finding, places: Places) -> dict[str, Any]:
    return {
        "id": finding.id,
        "label": {"text": sarif(f"{finding.rule}, {subject(finding)}")},
        "location": places.of(finding),
        "properties": {"role": finding.role.value, "facility": facility_name(finding.facility)},
    }


def traversal(way: Chain) -> dict[str, Any]:
    """A chain as a walk through the log's graph."""
    return {"runGraphIndex": 0, "edgeTraversals": [{"edgeId": tie.id} for tie in way.ties()]}
