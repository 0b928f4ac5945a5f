"""The view for programs: the whole report, in the shape that ``schema/report-1.schema.json`` publishes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from rootlint.model import Report, Severity
from rootlint.report.published import published_schema
from rootlint.report.style import Style

FORMAT = "rootlint-report/1"


def render(report: Report, style: Style) -> str:
    """Write a report as JSON: sorted keys, ASCII, decimals as text, instants in UTC ending in Z."""
    return json.dumps(document(report), sort_keys=True, indent=2, allow_nan=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """A report as the published schema has it."""
    whole = {"format": FORMAT, "summary": _summary(report), "graph": _graph(report), **plain(report)}
    del whole["edges"]  # they stand in the graph
    return whole


def schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    return published_schema("report-1")


def _summary(report: Report) -> dict[str, Any]:
    severities = [finding.severity for finding in report.findings]
    return {
        "findings": {severity.value: severities.count(severity) for severity in Severity},
        "verdicts": {verdict.value: number for verdict, number in report.counts().items()},
        "violations": sum(finding.count for finding in report.findings),
    }


def _graph(report: Report) -> dict[str, Any]:
    """Findings and the ties between them, for programs that draw or search."""
    nodes = [
        {"finding": of.id, "role": of.role, "rule": of.rule, "facility": of.facility, "count": of.count}
        for of in report.findings
    ]
    return {"nodes": nodes, "edges": plain(report.edges)}


def _field(name: str, value: Any) -> Any:
    if name == "references":
        return [{"title": title, "address": address} for title, address in value]
    return plain(value)


def plain(value: Any) -> Any:
    """A record as JSON has it: fields by name, nothing left out."""
    if is_dataclass(value):
        return {field.name: _field(field.name, getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(of) for key, of in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date | Decimal):
        return str(value)
    return value
