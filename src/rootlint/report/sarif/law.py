"""The law that findings are judged by, as SARIF taxonomies: one for each jurisdiction, one taxon a citation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rootlint.model import Citation, Finding, Report
from rootlint.report.escaping import sarif
from rootlint.report.json_report import plain
from rootlint.report.wording import in_force

_NAMESPACE = uuid.UUID("6c0a37f2-7a0b-5f0e-9c55-3f7d5f5a7b01")  # ours; any fixed one would do


def guid(*names: str) -> str:
    """The same GUID for the same names, on every run."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(names)))


@dataclass(frozen=True)
class Law:
    """The taxonomies of a log, and how its rules and results refer to them."""

    taxonomies: list[dict[str, Any]]

    def references(self) -> list[dict[str, Any]]:
        """The taxonomies, as the driver names what it supports."""
        return [{"name": each["name"], "guid": each["guid"]} for each in self.taxonomies]

    def taxa(self, citations: Iterable[Citation]) -> list[dict[str, Any]]:
        """What a result or a rule falls under: each citation once."""
        cited = dict.fromkeys((citation.jurisdiction, _taxon_id(citation)) for citation in citations)
        return [
            {"id": taxon, "toolComponent": {"name": code, "guid": guid("law", code)}} for code, taxon in cited
        ]


def law_of(report: Report, findings: Iterable[Finding]) -> Law:
    """The law that findings cite, in the order of jurisdictions and references."""
    cited: dict[str, dict[str, list[Citation]]] = {}
    for citation in (citation for finding in findings for citation in finding.citations):
        of = cited.setdefault(citation.jurisdiction, {}).setdefault(_taxon_id(citation), [])
        if citation not in of:
            of.append(citation)
    return Law([_taxonomy(code, cited[code], report) for code in sorted(cited)])


def _taxon_id(citation: Citation) -> str:
    return citation.reference or citation.parameter


def _taxonomy(code: str, taxa: Mapping[str, list[Citation]], report: Report) -> dict[str, Any]:
    head = next((head for head in report.head.jurisdictions if head.code == code), None)
    known = (
        {"fullName": head.name, "version": head.version, "properties": {"digest": head.digest}}
        if head
        else {}
    )
    return {
        "name": code,
        "guid": guid("law", code),
        **known,
        "shortDescription": {
            "text": sarif(f"Law that findings in {head.name if head else code} are judged by.")
        },
        "isComprehensive": False,
        "taxa": [_taxon(code, name, taxa[name]) for name in sorted(taxa)],
    }


def _taxon(code: str, name: str, citations: list[Citation]) -> dict[str, Any]:
    return {
        "id": name,
        "guid": guid("law", code, name),
        "shortDescription": {"text": sarif("; ".join(dict.fromkeys(map(_meaning, citations))))},
        "properties": {"citations": [plain(citation) for citation in citations]},
    }


def _meaning(citation: Citation) -> str:
    since = in_force(citation.in_force_from, citation.in_force_until)
    return f"{citation.parameter}: {citation.value}" + (f", {since}" if since else "")
