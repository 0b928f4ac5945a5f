"""A report as a SARIF 2.1.0 log."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rootlint.model import Report, Verdict
from rootlint.report.closing import findings_told, verdicts_told
from rootlint.report.json_report import plain
from rootlint.report.sarif.causes import graph_of
from rootlint.report.sarif.law import guid, law_of
from rootlint.report.sarif.locations import bases, places_of
from rootlint.report.sarif.notifications import invocation
from rootlint.report.sarif.profiles import ARCHIVE, CODE_HOST, MOST_BYTES, Profile
from rootlint.report.sarif.results import Parts, finding_results, verdict_results
from rootlint.report.sarif.tools import tags_of, tool_of
from rootlint.report.stories import Story, findings_of, stories
from rootlint.report.style import Style
from rootlint.report.wording import counted, zones

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report, style: Style) -> str:
    """Write what code hosts take: failures only, causes first, each with its symptoms in one result."""
    return render_within(report, CODE_HOST, MOST_BYTES)


def render_full(report: Report, style: Style) -> str:
    """Write the whole report: every finding and every verdict."""
    return _log(report, ARCHIVE)


def render_within(report: Report, profile: Profile, most: int) -> str:
    """Write as many results as fit in so many compressed bytes."""
    text = _log(report, profile)
    told = min(len(stories(report)), profile.results or 0)
    while told > 1 and len(text) > most and len(gzip.compress(text.encode())) > most:
        told //= 2
        text = _log(report, replace(profile, results=told))
    return text


def _log(report: Report, profile: Profile) -> str:
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, profile)]}
    return json.dumps(log, indent=2, allow_nan=False) + "\n"


def _run(report: Report, profile: Profile) -> dict[str, Any]:
    kept = stories(report)[: profile.results]
    findings = findings_of(kept)
    law = law_of(report, findings)
    tool = tool_of(replace(report, findings=tuple(findings)), law, profile)
    places = places_of(report.head, findings)
    parts = Parts(tool, law, places, zones(report), profile, report.exceptions.baseline is not None)
    verdicts = verdict_results(report.outcomes, parts) if profile.whole else []
    return {
        "tool": {"driver": tool.driver, "extensions": tool.extensions},
        "automationDetails": _automation(report),
        "invocations": [invocation(report, tool, _left_out(report, kept, profile))],
        "originalUriBaseIds": bases(report.head),
        "artifacts": places.artifacts(),
        "taxonomies": law.taxonomies,
        "graphs": [graph_of(kept, report.edges).told(places)],
        "results": [*finding_results(kept, parts), *verdicts],
        "columnKind": "unicodeCodePoints",
        "language": "en-US",
        "properties": _facts(report, profile),
    }


def _automation(report: Report) -> dict[str, Any]:
    """Which run of which series: what stands before the last slash is the series (GitHub's category)."""
    codes = sorted({head.code.replace("/", "-") for head in report.head.jurisdictions})
    series = f"rootlint/{'+'.join(codes) or 'none'}"
    return {"id": f"{series}/{report.head.as_of}", "correlationGuid": guid("series", series)}


def _left_out(report: Report, kept: Sequence[Story], profile: Profile) -> list[str]:
    """What the report has and the log has not, or only inside another result."""
    if profile.whole:
        return []
    missing = len(report.findings) - len(findings_of(kept))
    folded = sum(len(story.symptoms) for story in kept)
    silent = sum(outcome.verdict is not Verdict.FAIL for outcome in report.outcomes)
    untagged = sum(len(tags_of(head)) > (profile.tags or 0) for head in report.rules)
    told = {
        f"{counted(missing, 'finding')} of {len(report.findings):,}: more than code hosts keep": missing,
        f"{counted(folded, 'symptom')}: each is told in the result of its cause": folded,
        f"{counted(silent, 'verdict')} that are no failure: code hosts take every result for one": silent,
        f"some tags of {counted(untagged, 'rule')}: more than code hosts keep": untagged,
    }
    return [f"{text}; the format sarif-full has all" for text, number in told.items() if number]


def _facts(report: Report, profile: Profile) -> dict[str, Any]:
    head = report.head
    facts = {
        "profile": profile.name,
        "findings": findings_told(report),
        "verdicts": verdicts_told(report),
        "operator": head.operator,
        "snapshotDigest": head.snapshot_digest,
        "capturedAt": plain(head.captured_at),
        "asOf": plain(head.as_of),
        "facilities": [plain(facility) for facility in head.facilities],
        "jurisdictions": [plain(jurisdiction) for jurisdiction in head.jurisdictions],
        "failOn": plain(report.fail_on),
    }
    return {**facts, "tables": [plain(table) for table in report.tables]} if profile.whole else facts
