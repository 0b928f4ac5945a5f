"""The tool as SARIF has it: rootlint as the driver, each rule pack as an extension with its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rootlint.model import PackHead, Report, RuleHead
from rootlint.report.escaping import sarif
from rootlint.report.sarif.law import Law
from rootlint.report.sarif.profiles import Profile

Reference = dict[str, Any]  # how results, notifications and rules refer to a rule

NOTICES = {
    "rule-in-error": "A rule failed to run; it says nothing of the data.",
    "rule-not-evaluated": "A rule was not evaluated: data that it needs are missing or partial.",
    "rule-judged-in-part": "A rule reached a verdict that leaves records open.",
    "table-read-in-part": "A table of the snapshot was not read whole.",
    "snapshot-problem": "The snapshot holds something that could not be read.",
    "exception-problem": "A waiver has expired, is not used or does not hold yet.",
    "left-out": "The log leaves out something that the report has.",
}


_NO_RULE = "What violations that nothing explains have in common. No rule was written for it."


@dataclass(frozen=True)
class Tool:
    """The components of a log, and where each rule stands in them."""

    driver: dict[str, Any]
    extensions: list[dict[str, Any]]
    rules: Mapping[str, Reference]


def tool_of(report: Report, law: Law, profile: Profile) -> Tool:
    """Driver and extensions; what no pack of the report has (an inferred cause) stands with the driver."""
    members = _members(report)
    references = _references(report, members)
    described = {
        pack: [_descriptor(name, report, references, law, profile) for name in names]
        for pack, names in members.items()
    }
    extensions = [_extension(pack, described.get(index, [])) for index, pack in enumerate(report.head.packs)]
    return Tool(_driver(report, law, described.get(None, [])), extensions, references)


def _members(report: Report) -> dict[int | None, list[str]]:
    """The rules of each pack, by its index; of none."""
    packs = {pack.name: index for index, pack in enumerate(report.head.packs)}
    pack_of = {head.name: packs.get(head.pack) for head in report.rules}
    named = {outcome.rule for outcome in report.outcomes} | {finding.rule for finding in report.findings}
    members: dict[int | None, list[str]] = {}
    for name in sorted(named | set(pack_of)):
        members.setdefault(pack_of.get(name), []).append(name)
    return members


def _references(report: Report, members: Mapping[int | None, list[str]]) -> dict[str, Reference]:
    references: dict[str, Reference] = {}
    for pack, names in members.items():
        component = (
            {} if pack is None else {"toolComponent": {"name": report.head.packs[pack].name, "index": pack}}
        )
        references |= {name: {"id": name, "index": index, **component} for index, name in enumerate(names)}
    return references


def _driver(report: Report, law: Law, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "rootlint",
        "version": report.head.version,
        "semanticVersion": report.head.version,
        "shortDescription": {"text": "A compliance linter for METRC integrations."},
        "rules": rules,
        "notifications": [{"id": name, **_meaning(text)} for name, text in NOTICES.items()],
        "supportedTaxonomies": law.references(),
    }


def _meaning(text: str) -> dict[str, Any]:
    """One text where a description, a longer one and help are asked for."""
    return {"shortDescription": {"text": text}, "fullDescription": {"text": text}, "help": {"text": text}}


def _extension(pack: PackHead, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": pack.name, "version": pack.version, "rules": rules, "properties": {"digest": pack.digest}}


def _descriptor(
    name: str, report: Report, references: Mapping[str, Reference], law: Law, profile: Profile
) -> dict[str, Any]:
    head = next((head for head in report.rules if head.name == name), None)
    ties = [*_causal_ties(name, report, references), *_legal_ties(name, report, law)]
    described = _description(head, profile) if head else {"id": name, **_meaning(_NO_RULE)}
    return {**described, **({"relationships": ties} if ties else {})}


def _causal_ties(name: str, report: Report, references: Mapping[str, Reference]) -> list[dict[str, Any]]:
    """What may follow from violations of a rule, and what they may follow from.

    A kind tells of both ends: with ``canFollow`` the target's violations can come from this rule's, with
    ``canPrecede`` this rule's can come from the target's.
    """
    ties = [(effect, "canFollow") for head in report.rules if head.name == name for effect in head.leads_to]
    ties += [(head.name, "canPrecede") for head in report.rules if name in head.leads_to]
    return [{"target": references[other], "kinds": [kind]} for other, kind in ties if other in references]


def _legal_ties(name: str, report: Report, law: Law) -> list[dict[str, Any]]:
    cited = [
        citation for finding in report.findings if finding.rule == name for citation in finding.citations
    ]
    return [{"target": taxon, "kinds": ["relevant"]} for taxon in law.taxa(cited)]


def tags_of(head: RuleHead) -> list[str]:
    """What a rule can be searched by: its layer, its tags, the failure modes it is a sign of."""
    return list(dict.fromkeys([head.layer.value, *head.tags, *head.modes]))


def _description(head: RuleHead, profile: Profile) -> dict[str, Any]:
    read = [f"{title}: {address}" for title, address in head.references]
    described = {
        "id": head.name,
        "shortDescription": {"text": sarif(head.summary)},
        "fullDescription": {"text": sarif(head.rationale)},
        "help": {"text": sarif("\n".join([head.remediation.strip(), *read]))},
        "defaultConfiguration": {"level": head.severity.value},
        "properties": {"tags": tags_of(head)[: profile.tags], "precision": head.confidence.value},
    }
    if head.aliases:
        described["deprecatedIds"] = list(dict.fromkeys(head.aliases))
    return described
