"""The view for spreadsheets: RFC 4180, one row a finding, then what was not judged, then the run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from rootlint.model import Finding, Report
from rootlint.report.causes import proof_told
from rootlint.report.closing import closing_lines, exit_meaning
from rootlint.report.escaping import csv_cell
from rootlint.report.excepted import waiver_told
from rootlint.report.gaps import Gap, GapKind, gaps
from rootlint.report.json_report import plain
from rootlint.report.places import place_of, snapshot_file
from rootlint.report.stories import findings_of, stories
from rootlint.report.style import Style, told
from rootlint.report.wording import citation, pairs

COLUMNS = {
    "record": "finding; not evaluated, rule in error, judged in part, read in part; problem; run",
    "id": "the finding",
    "fingerprint": "the same for the same problem in another run",
    "severity": "error, warning, note",
    "role": "root cause, symptom, inferred cause, isolated, cause unknown",
    "rule": "its name",
    "layer": "technical, data, process, human",
    "confidence": "high, medium, low",
    "jurisdiction": "its code",
    "facility": "the licence; empty: the integration as a whole",
    "scope": "what the violations share",
    "summary": "what is wrong; of the run, its closing lines",
    "violations": "how many",
    "judged": "of how many records",
    "first_at": "the first violation, UTC",
    "last_at": "the last violation, UTC",
    "rank": "of a root cause: which to fix first",
    "explains": "of a root cause: how many violations",
    "proof": "of a root cause: what its repair clears",
    "cause": "of a symptom: the rule of its root cause",
    "cause_id": "of a symptom: the finding of its root cause",
    "table": "where the first violation stands",
    "file": "its file",
    "line": "its line in the file; 1 where a file has no lines",
    "evidence": "the first violation",
    "citations": "the law it was judged by",
    "remediation": "what to do",
    "waiver": "who answers for it, until when and why",
    "baseline": "new, unchanged, updated; empty where there is no baseline",
    "reason": "why something was not judged; of the run, the exit code",
    "needs": "the data it would take",
}  # fmt: skip


def render(report: Report, style: Style) -> str:
    """Write a row for each finding and for each thing not judged, and one for the run."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({name: csv_cell("" if value is None else str(value)) for name, value in row.items()})
    return file.getvalue()


def _rows(report: Report) -> Iterator[Mapping[str, Any]]:
    yield from (_finding(finding, report) for finding in findings_of(stories(report)))
    for gap in gaps(report):
        yield from _gap(gap)
    yield from _problems(report)
    yield {
        "record": "run",
        "summary": "; ".join(map(told, closing_lines(report))),
        "reason": f"exit code {report.exit_code}: {exit_meaning(report)}",
    }


def _finding(finding: Finding, report: Report) -> dict[str, Any]:
    where = place_of(report.head, finding)
    sample = next(iter(finding.samples), None)
    return {
        "record": "finding",
        "id": finding.id,
        "fingerprint": finding.fingerprint,
        "severity": finding.severity.value,
        "role": finding.role.value,
        "rule": finding.rule,
        "layer": finding.layer.value,
        "confidence": finding.confidence.value,
        "jurisdiction": finding.jurisdiction,
        "facility": finding.facility,
        "scope": pairs(finding.scope),
        "summary": finding.summary,
        "violations": finding.count,
        "judged": finding.exposed,
        "first_at": plain(finding.first_at),
        "last_at": plain(finding.last_at),
        **_story(finding),
        "table": sample.place.table if sample else None,
        "file": where.path,
        "line": where.line,
        "evidence": sample.message if sample else None,
        "citations": "; ".join(citation(cited) for cited in finding.citations),
        "remediation": " ".join(finding.remediation.split()),
        "waiver": waiver_told(finding),
        "baseline": finding.baseline.state.value if finding.baseline else None,
    }


def _story(finding: Finding) -> dict[str, Any]:
    cause, blame = finding.cause, finding.blame
    if cause is not None:
        return {"rank": cause.rank, "explains": cause.violations, "proof": proof_told(cause.proof)}
    return {} if blame is None else {"cause": blame.rule, "cause_id": blame.root}


def _gap(gap: Gap) -> Iterator[dict[str, Any]]:
    """A row for each facility that the gap concerns."""
    subject = "table" if gap.kind is GapKind.READ_IN_PART else "rule"
    for facility in gap.facilities or (None,):
        yield {
            "record": gap.kind.value,
            subject: gap.subject,
            "facility": facility,
            "reason": gap.reason,
            "needs": ", ".join(gap.needs),
        }


def _problems(report: Report) -> Iterator[dict[str, Any]]:
    for problem in report.problems:
        file = snapshot_file(report.head, problem.place.file) if problem.place else None
        yield {
            "record": "problem",
            "severity": problem.severity,
            "file": file,
            "line": problem.place.line if problem.place else None,
            "reason": problem.message,
            "remediation": problem.help,
        }
