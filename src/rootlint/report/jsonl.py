"""The JSON report, one record a line, for programs that read along or look for one thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rootlint.model import Report
from rootlint.report.json_report import document
from rootlint.report.style import Style

FORMAT = "rootlint-lines/1"

# The lists of the JSON report whose records have a line each, and what each line is called.
RECORDS = {
    "rules": "rule",
    "tables": "table",
    "problems": "problem",
    "outcomes": "outcome",
    "findings": "finding",
}


def render(report: Report, style: Style) -> str:
    """Write the head, then every record, and last a line with the counts and the exit code."""
    lines = (json.dumps(line, sort_keys=True, allow_nan=False) for line in _lines(document(report)))
    return "".join(f"{line}\n" for line in lines)


def _lines(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every line says in ``record`` what it is; a file that was cut short lacks the last."""
    yield {"record": "head", "format": FORMAT, **whole["head"]}
    yield {"record": "exceptions", **whole["exceptions"]}
    for many, one in RECORDS.items():
        yield from ({"record": one, **each} for each in whole[many])
    yield from ({"record": "edge", **edge} for edge in whole["graph"]["edges"])
    yield {"record": "end", **{key: whole[key] for key in ("summary", "fail_on", "exit_code")}}
