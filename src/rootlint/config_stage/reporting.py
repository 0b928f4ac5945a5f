"""The report of a judged configuration."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

from rootlint import __version__
from rootlint.config_stage.loading import Loaded
from rootlint.model import Exceptions, Finding, Head, Outcome, Report, TableHead, Verdict
from rootlint.rules.compiled import TABLE, CompiledRule


def report_of(
    loaded: Loaded,
    rules: Sequence[CompiledRule],
    outcomes: Sequence[Outcome],
    findings: Sequence[Finding],
    exceptions: Exceptions,
) -> Report:
    """All that there is to say of a configuration, in the shape that a snapshot's report has."""
    config = loaded.config
    report = Report(
        head=_head(loaded),
        tables=(TableHead(TABLE, len(config.settings), 0, not config.problems, config.notes),),
        problems=config.problems,
        outcomes=tuple(outcomes),
        findings=tuple(findings),
        fail_on=loaded.options.fail_on,
        exit_code=0,
        rules=tuple(rule.head for rule in rules),
        exceptions=exceptions,
    )
    return replace(report, exit_code=_exit_code(report, loaded.options.allow_incomplete))


def _head(loaded: Loaded) -> Head:
    digest = hashlib.sha256()
    for name, raw in sorted(loaded.contents.items()):
        digest.update(f"{name}\0{hashlib.sha256(raw).hexdigest()}\n".encode())
    return Head(
        version=__version__,
        operator="configuration only",
        snapshot=Path(os.path.relpath(loaded.layout.base)).as_posix(),
        snapshot_digest=digest.hexdigest(),
        captured_at=datetime.combine(loaded.options.as_of, time(), UTC),
        as_of=loaded.options.as_of,
        facilities=(),
        packs=loaded.packs.heads,
        jurisdictions=(),
    )


def _exit_code(report: Report, allow_incomplete: bool) -> int:
    """As of a snapshot's run, but that a file that cannot be read is never nothing to do."""
    failing = any(finding.reaches(report.fail_on) for finding in report.findings)
    if failing or report.exceptions.reach(report.fail_on):
        return 1
    counts = report.counts()
    if not counts[Verdict.PASS] and not counts[Verdict.FAIL] and not report.problems:
        return 3
    return 4 if report.is_incomplete and not allow_incomplete else 0
