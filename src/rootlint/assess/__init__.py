"""The use cases, as a table of contents: judge a snapshot, order repairs, take what is found for inherited."""

from __future__ import annotations

from rootlint.assess.asking import WhyNot, plan_of, story_of, why_not_of
from rootlint.assess.judging import Assessed, assessed
from rootlint.assess.options import Options, Progress, in_silence
from rootlint.assess.preparing import Rulebook
from rootlint.causes.plan import Plan, make_plan
from rootlint.causes.violations import write_violations
from rootlint.exceptions.baseline import Baseline
from rootlint.exceptions.comparing import entries_of
from rootlint.exceptions.violations import evidence_of
from rootlint.model import Report

__all__ = [
    "Assessed",
    "Options",
    "Progress",
    "Rulebook",
    "WhyNot",
    "assess",
    "assessed",
    "inherit",
    "order_repairs",
    "plan_of",
    "story_of",
    "why_not_of",
]


def assess(options: Options, progress: Progress = in_silence, rulebook: Rulebook | None = None) -> Report:
    """Judge a snapshot: every selected rule, for every selected facility, by a rulebook if it is loaded already."""
    with assessed(options, progress, rulebook) as judged:
        if options.violations is not None:
            write_violations(options.violations, judged.identities, judged.run.engine)
        return judged.report


def order_repairs(options: Options, progress: Progress = in_silence) -> tuple[Report, Plan]:
    """Judge a snapshot, and say what to repair in which order."""
    with assessed(options, progress) as judged:
        report = judged.report
        rules = {name: loaded.rule for name, loaded in judged.rules.items()}
        return report, make_plan(report.head, report.findings, rules, report.open_ends)


def inherit(
    options: Options, before: Baseline | None = None, progress: Progress = in_silence
) -> tuple[Report, Baseline]:
    """Judge a snapshot, and take what it finds for inherited; ``before`` knows since when some of that was there."""
    with assessed(options, progress) as judged:
        report = judged.report
        entries = entries_of(report.findings, evidence_of(judged.run.engine), options.as_of, before)
        packs = {pack.name: pack.digest for pack in report.head.packs}
        return report, Baseline(packs, report.head.snapshot_digest, entries)
