"""The formats as a Markdown page, for docs/formats.md: what each carries and for what, with an example."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

from rootlint.model import (
    Blame,
    Cause,
    ChainStep,
    Citation,
    Confidence,
    Explained,
    Facility,
    Finding,
    Head,
    JurisdictionHead,
    Layer,
    Outcome,
    PackHead,
    Proof,
    RecordPlace,
    Report,
    Role,
    RuleHead,
    Sample,
    Severity,
    TableHead,
    Verdict,
)
from rootlint.report.builtin import rootlint_report_formats
from rootlint.report.csv_report import COLUMNS
from rootlint.report.style import PLAIN

_FACILITY = Facility("C10-0000001-LIC", "Made Retail", "ca", "America/Los_Angeles", "retailer")
_LAW = Citation(
    jurisdiction="ca",
    parameter="sales_report_deadline",
    value="24 hours",
    reference="made reference 1(b)",
    source="made source",
    confidence=Confidence.HIGH,
    in_force_from=date(2023, 1, 1),
)
_CAUSE = Finding(
    id="00aa11bb22cc33dd",
    fingerprint="00aa11bb22cc33dd",
    rule="sync-interval-too-long",
    summary="The integration asks METRC for changes less often than its deadlines allow.",
    layer=Layer.TECHNICAL,
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    facility=None,
    jurisdiction=None,
    scope={},
    count=1,
    exposed=1,
    first_at=None,
    last_at=None,
    samples=(
        Sample(
            subject="sync.interval",
            message="sync.interval is 600 minutes",
            at=None,
            keys={},
            evidence={},
            place=RecordPlace(
                "config_settings", {"setting": "sync.interval"}, "config/store.yaml", None, 14, 3
            ),
        ),
    ),
    citations=(),
    rationale="Late answers make late reports.",
    remediation="Shorten the interval.",
    role=Role.ROOT,
    cause=Cause(
        rank=1,
        explained=(Explained("sale-reported-late", 37, 40),),
        layers=(Layer.PROCESS,),
        facilities=(_FACILITY.facility,),
        silent_days=9,
        per_week=(30, 7),
        proof=Proof("confirmed", cleared=37),
        alternatives=(),
        refuted_by="late sales going on after the interval is shortened",
    ),
)
_SYMPTOM = Finding(
    id="3a9c41d2e5f60718",
    fingerprint="3a9c41d2e5f60718",
    rule="sale-reported-late",
    summary="A sale was reported to METRC later than the law allows.",
    layer=Layer.PROCESS,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    facility=_FACILITY.facility,
    jurisdiction="ca",
    scope={"item": "Made Flower"},
    count=37,
    exposed=9310,
    first_at=datetime(2026, 8, 4, 6, 30, tzinfo=UTC),
    last_at=datetime(2026, 8, 14, 19, 0, tzinfo=UTC),
    samples=(
        Sample(
            subject="R-100",
            message="R-100 was sold at 06:30 and reported 31 hours later",
            at=datetime(2026, 8, 4, 6, 30, tzinfo=UTC),
            keys={"receipt": "R-100"},
            evidence={"hours": "31"},
            place=RecordPlace("metrc_sales", {"receipt": "R-100"}, "tables/metrc_sales.csv", 12),
        ),
    ),
    citations=(_LAW,),
    rationale="The state reads its register, not the till.",
    remediation="Repair what holds sales back.",
    role=Role.SYMPTOM,
    blame=Blame(
        root=_CAUSE.id,
        rule=_CAUSE.rule,
        facility=None,
        chain=(
            ChainStep(
                _CAUSE.rule, "sale-reported-late", "facility_time", "a sale waits for the next run", 37, 37
            ),
        ),
    ),
)


def _rule(finding: Finding, *leads_to: str) -> RuleHead:
    return RuleHead(
        name=finding.rule,
        aliases=(),
        pack="rootlint",
        layer=finding.layer,
        severity=finding.severity,
        confidence=finding.confidence,
        summary=finding.summary,
        rationale=finding.rationale,
        remediation=finding.remediation,
        references=(),
        tags=(),
        modes=(),
        leads_to=leads_to,
    )


EXAMPLE = Report(
    head=Head(
        version="1.0.0",
        operator="Made Operator",
        snapshot="snapshots/made",
        snapshot_digest="77fe" * 16,
        captured_at=datetime(2026, 11, 1, 13, 0, tzinfo=UTC),
        as_of=date(2026, 11, 20),
        facilities=(_FACILITY,),
        packs=(PackHead("rootlint", "1.0.0", "ab12" * 16, 3),),
        jurisdictions=(JurisdictionHead("ca", "California", "2026-05-01", "ca00" * 16),),
    ),
    tables=(TableHead("metrc_sales", 9310, 0, True),),
    problems=(),
    outcomes=(
        Outcome("key-expired", None, Verdict.NOT_EVALUATED, "not captured: credentials", ("credentials",)),
        Outcome("sale-reported-late", _FACILITY.facility, Verdict.FAIL, exposed=9310, violations=37),
        Outcome("sync-interval-too-long", None, Verdict.FAIL, exposed=1, violations=1),
    ),
    findings=(_CAUSE, _SYMPTOM),
    fail_on=Severity.WARNING,
    exit_code=1,
    rules=(_rule(_SYMPTOM), _rule(_CAUSE, "sale-reported-late")),
)

SEVERITIES = """\
## Severities

| rootlint | SARIF | GitHub annotation | GitLab | JUnit |
| --- | --- | --- | --- | --- |
| error | error | error; notice for what stands in data | critical | failure of type error |
| warning | warning | warning; notice for what stands in data | major | failure of type warning |
| note | note | notice | minor | failure of type note |
| rule in error | notification, error | error | major | error |
| not evaluated | notification, warning | warning | minor | skipped |
| not applicable | result of kind notApplicable (sarif-full) | | | skipped |
| judged in part | notification, note | notice | info | system-out of the case |
| read in part | notification, warning | warning | minor | system-out of the last suite |

No format changes the exit code. Every format tells what was not judged and how the run ended.
"""

_INTRO = """\
# Report formats

<!-- Written by make docs from the formats; change those, not this page. -->

`rootlint check SNAPSHOT --format NAME` prints one format; `--output NAME=FILE`, which may be repeated, writes several
in one run (`NAME=-` prints). Each is a view of the same report. Plugins offer further ones.

Files are named from where rootlint ran if the snapshot lies below that place, else from the snapshot's folder. The row
of a CSV or NDJSON file is shown as the line it stands in, if no cell above it holds a line break; other files have no
lines, and line 1 stands for them. What is in no file stands at the snapshot's `snapshot.yaml`.
"""

_ABOUT = {
    "text": """\
For people, on a terminal or in a file: every cause with its story, evidence, law and remediation, its symptoms folded
beneath it.
""",
    "concise": """\
One line a finding and a table read in part, to be searched or counted, and the closing lines.
""",
    "json": """\
For programs: the whole report, in the shape that `rootlint schema report` prints. Keys are sorted, decimals are text,
instants are UTC.
""",
    "jsonl": """\
The same, one record a line: `record` says what a line is (`head`, `exceptions`, `rule`, `table`, `problem`, `outcome`,
`finding`, `edge`, `end`). The last line has the counts and the exit code; a file without it was cut short.
""",
    "sarif": """\
SARIF 2.1.0 for code hosts (`github/codeql-action/upload-sarif` and the like). GitHub takes every result for an alert,
whatever its kind and whether suppressed or not, so that only failures have a result. A cause has one result for
itself and its symptoms, as bad as the worst of them; its message links to each symptom's place, and a code flow shows
each chain. GitHub keeps 5,000 results, 100 places and 1,000 steps of a result, 10 tags of a rule, and takes 10 MB
compressed: the log stays within, and a notification says what it leaves out. GitHub tells alerts apart by
`primaryLocationLineHash`, made from rule, facility and scope: rows that move and files that are renamed change no
alert. Where one problem has several explanations, they are numbered.

Rules stand with their pack in `tool.extensions`; `canFollow` names the rules whose violations can come from this one's,
`canPrecede` those that this one's can come from. Law stands in `taxonomies`, one for each jurisdiction. A rule that
crashed is a notification of level error, and then `executionSuccessful` is false, as the standard has it: nobody may
take the results for all there is. No path of the machine and no clock reaches the log.
""",
    "sarif-full": """\
SARIF 2.1.0 with everything, for the archive and for viewers: every symptom is a result with its own chain, every
verdict a result of its kind (`pass`, `notApplicable`; `open` where a rule was not evaluated or crashed), and
`properties` hold the records of the JSON report.
""",
    "junit": """\
For what shows tests (Jenkins, GitLab, Azure and others): a suite for each facility, a case for each rule. Not
evaluated and not applicable are skipped, with the reason; a crash is an error; a failure holds every finding with its
samples. What no case can say stands in `system-out` of the last suite.
""",
    "github": """\
For a step of a GitHub workflow, printed to its log: settings are annotated at their line, as bad as their severity.
What stands in data belongs to no line of a change and is a notice. GitHub shows ten annotations of a kind for a
step: the run and what was not judged come first, then causes, each with its symptoms.
""",
    "gitlab": """\
For `artifacts:reports:codequality`: an issue for each finding and for each thing not judged, and one for the run. GitLab
wants a file and a line of each: settings have theirs, all else stands at the first line of the snapshot's
`snapshot.yaml`, and the description says where. Fingerprints are those of findings, so that the widget shows what a
merge request brings and what it removes.
""",
    "csv": """\
For spreadsheets, by RFC 4180, in UTF-8: a row for each finding, causes first, then one for each thing not judged, last
one for the run; `record` says which. Text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`,
a tab or a line end, or does so after a semicolon) has an apostrophe before it, and what is not printable is written
out, so that a cell is one line. Programs that want the bytes as they are read `json`.
""",
    "markdown": """\
For the comment on a pull or merge request: a table of what stands for itself, each finding with its symptoms folded
below, at most 60,000 signs. Data cannot make markup, HTML, a link, a mention or a reference: such signs are written
as entities, and an invisible word joiner stands after `@`, `#` and their like. The first line is a comment by which a
workflow finds what it wrote before.
""",
}


def document_formats() -> str:
    """Every built-in format with its example, and how severities are mapped."""
    return "\n".join([_INTRO, SEVERITIES, *_formats()])


def _formats() -> Iterator[str]:
    for named in rootlint_report_formats():
        yield f"## {named.name}\n\n{_ABOUT[named.name]}"
        if named.name == "csv":
            yield "\n".join(["| column | meaning |", "| --- | --- |", *_columns()]) + "\n"
        language, excerpt = _EXCERPTS.get(named.name, ("text", str))
        fence = "````" if named.name == "markdown" else "```"
        yield f"{fence}{language}\n{excerpt(named.load()(EXAMPLE, PLAIN)).rstrip()}\n{fence}\n"


def _columns() -> Iterator[str]:
    return (f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items())


def _summary(text: str) -> str:
    return json.dumps({"summary": json.loads(text)["summary"]}, indent=2)


def _first_result(text: str) -> str:
    return json.dumps(json.loads(text)["runs"][0]["results"][0], indent=2)


def _last_results(text: str) -> str:
    return json.dumps(json.loads(text)["runs"][0]["results"][2:], indent=2)


def _first_issue(text: str) -> str:
    return json.dumps(json.loads(text)[:1], indent=2)


def _lines(text: str) -> str:
    return "\n".join(text.splitlines())


def _last_lines(text: str) -> str:
    return "\n".join(text.splitlines()[-2:])


# How an example is marked up, and what of it is shown where the whole is long.
_EXCERPTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "json": ("json", _summary),
    "jsonl": ("json", _last_lines),
    "sarif": ("json", _first_result),
    "sarif-full": ("json", _last_results),
    "junit": ("xml", str),
    "gitlab": ("json", _first_issue),
    "csv": ("csv", _lines),
    "markdown": ("markdown", str),
}
