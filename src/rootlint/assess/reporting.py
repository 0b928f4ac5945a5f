"""The report of a judged snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rootlint import __version__
from rootlint.assess.options import Options
from rootlint.assess.preparing import Rulebook
from rootlint.model import (
    Edge,
    Exceptions,
    Finding,
    Head,
    JurisdictionHead,
    Outcome,
    Report,
    RuleHead,
    TableHead,
    Verdict,
)
from rootlint.rules.model import LoadedRule
from rootlint.rules.running import open_tables
from rootlint.snapshot.opening import Snapshot


def report_of(
    options: Options,
    snapshot: Snapshot,
    rulebook: Rulebook,
    rules: Sequence[LoadedRule],
    outcomes: Sequence[Outcome],
    findings: Sequence[Finding],
    edges: Sequence[Edge],
    exceptions: Exceptions,
) -> Report:
    """All that there is to say of a snapshot."""
    read = list(open_tables(rules, snapshot).values())
    tables = tuple(
        TableHead(state.name, state.rows, state.set_aside, state.complete, state.notes) for state in read
    )
    report = Report(
        head=_head(options, snapshot, rulebook),
        tables=tables,
        problems=tuple(problem for state in read for problem in state.problems),
        outcomes=tuple(outcomes),
        findings=tuple(findings),
        fail_on=options.fail_on,
        exit_code=0,
        edges=tuple(edges),
        rules=tuple(
            sorted((_rule_head(rule, rulebook.packs.names) for rule in rules), key=lambda head: head.name)
        ),
        exceptions=exceptions,
    )
    return replace(report, exit_code=_exit_code(options, report))


def _head(options: Options, snapshot: Snapshot, rulebook: Rulebook) -> Head:
    known = rulebook.laws.jurisdictions
    used = sorted({facility.jurisdiction for facility in snapshot.facilities} & set(known))
    jurisdictions = [known[code] for code in used]
    return Head(
        version=__version__,
        operator=snapshot.operator,
        snapshot=options.snapshot.as_posix(),
        snapshot_digest=snapshot.digest,
        captured_at=snapshot.captured_at,
        as_of=options.as_of,
        facilities=snapshot.facilities,
        packs=rulebook.packs.heads,
        jurisdictions=tuple(
            JurisdictionHead(of.code, of.name, of.version, of.digest) for of in jurisdictions
        ),
    )


def _rule_head(loaded: LoadedRule, names: Mapping[str, str]) -> RuleHead:
    rule = loaded.rule
    return RuleHead(
        name=rule.name,
        aliases=tuple(rule.aliases),
        pack=loaded.pack,
        layer=rule.layer,
        severity=rule.severity,
        confidence=rule.confidence,
        summary=rule.summary,
        rationale=rule.rationale,
        remediation=rule.remediation,
        references=tuple((reference.title, reference.url) for reference in rule.references),
        tags=tuple(rule.tags),
        modes=tuple(rule.modes),
        leads_to=tuple(sorted({names.get(link.rule, link.rule) for link in rule.leads_to})),
    )


def _exit_code(options: Options, report: Report) -> int:
    """0 all well, 1 findings, 3 nothing was evaluated, 4 incomplete without findings."""
    counts = report.counts()
    if not counts[Verdict.PASS] and not counts[Verdict.FAIL]:
        return 3
    failing = any(finding.reaches(options.fail_on) for finding in report.findings)
    if failing or report.exceptions.reach(options.fail_on):
        return 1
    return 4 if report.is_incomplete and not options.allow_incomplete else 0
