"""What a newer version of a pack makes of a snapshot: findings that appear, vanish or change, and other verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from rootlint.model import Finding, Outcome, PackHead, Report, Role, Severity, Verdict
from rootlint.report.json_report import plain
from rootlint.report.published import published_schema
from rootlint.report.style import Line, Span, line
from rootlint.report.wording import counted, facility_name, pairs, short
from rootlint.rules.differing import Change, Part, RuleChange
from rootlint.rules.findings import fingerprint

FORMAT = "rootlint-rules-diff/1"
OPEN = (Verdict.NOT_EVALUATED, Verdict.ERROR)


class Fate(StrEnum):
    """What becomes of a finding."""

    APPEARS = "appears"
    VANISHES = "vanishes"
    CHANGES = "changes"
    NOT_SEEN = "not seen"  # it is not found, and its rule did not look


@dataclass(frozen=True)
class Seen:
    """A finding as one version sees it, with all explanations that it has there."""

    severity: Severity
    count: int
    roles: tuple[Role, ...]

    def reaches(self, threshold: Severity | None) -> bool:
        """Whether it makes a run fail; what was inferred never does."""
        is_ours = set(self.roles) != {Role.INFERRED}
        return threshold is not None and self.severity.rank >= threshold.rank and is_ours


@dataclass(frozen=True)
class FindingChange:
    """What becomes of one finding."""

    fate: Fate
    rule: str  # the newer name
    facility: str | None
    scope: Mapping[str, str]
    fingerprint: str
    before: Seen | None
    after: Seen | None
    reason: str | None = None

    def fails(self, threshold: Severity | None) -> bool:
        """Whether it makes a run fail that did not fail by it: it is there, or there is more of it, or it is worse."""
        if self.after is None or not self.after.reaches(threshold):
            return False
        return (
            self.before is None or not self.before.reaches(threshold) or self.after.count > self.before.count
        )


@dataclass(frozen=True)
class VerdictChange:
    """A verdict that is another; a rule that was not there before has none."""

    rule: str
    facility: str | None
    before: Verdict | None
    after: Verdict | None
    reason: str | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the older version reached a verdict, and the newer one does not."""
        return self.after in OPEN and self.before not in (*OPEN, None)


@dataclass(frozen=True)
class Outlook:
    """A snapshot as two versions judge it."""

    snapshot: str
    digest: str
    findings: tuple[FindingChange, ...]
    unchanged: int  # findings that are the same
    verdicts: tuple[VerdictChange, ...]


@dataclass(frozen=True)
class Upgrade:
    """Two versions of a pack, what is another in them, and what that makes of a snapshot, if one is at hand."""

    old: PackHead
    new: PackHead
    rules: tuple[RuleChange, ...]
    outlook: Outlook | None = None


def compare_reports(old: Report, new: Report, changes: Sequence[RuleChange]) -> Outlook:
    """What becomes of every finding and every verdict of a snapshot; a renamed rule is the same rule."""
    newer = {change.former_name: change.rule for change in changes if change.former_name is not None}
    before = _seen(replace(of, rule=newer.get(of.rule, of.rule)) for of in old.findings)
    after = _seen(new.findings)
    judging = _Judging(
        {(newer.get(of.rule, of.rule), of.facility): of for of in old.outcomes},
        {(of.rule, of.facility): of for of in new.outcomes},
        {change.rule: change.change for change in changes},
    )
    known = {**before, **after}
    named = sorted(known, key=lambda print: _order(known[print].finding))
    found = [
        judging.change(known[print].finding, print, _state(before, print), _state(after, print))
        for print in named
        if _state(before, print) != _state(after, print)
    ]
    verdicts = tuple(judging.verdicts())
    return Outlook(
        new.head.snapshot, new.head.snapshot_digest, tuple(found), len(named) - len(found), verdicts
    )


@dataclass(frozen=True)
class _Known:
    """A finding, whose explanations are one, and what is seen of it."""

    finding: Finding
    seen: Seen


def _order(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.facility or "", pairs(finding.scope)


def _state(known: Mapping[str, _Known], print: str) -> Seen | None:
    return known[print].seen if print in known else None


def _seen(findings: Iterable[Finding]) -> dict[str, _Known]:
    """Each finding once, however many explanations it has, by rule, facility and scope."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(fingerprint(finding.rule, finding.facility, finding.scope), []).append(finding)
    return {print: _Known(group[0], _together(group)) for print, group in groups.items()}


def _together(group: Sequence[Finding]) -> Seen:
    roles = sorted({finding.role for finding in group}, key=list(Role).index)
    severity = max((finding.severity for finding in group), key=lambda severity: severity.rank)
    return Seen(severity, sum(finding.count for finding in group), tuple(roles))


Outcomes = Mapping[tuple[str, str | None], Outcome]


@dataclass(frozen=True)
class _Judging:
    """How rules ended by both versions: what nobody looked for is neither gone nor new."""

    before: Outcomes
    after: Outcomes
    changes: Mapping[str, Change]  # what became of rules

    def change(self, finding: Finding, print: str, was: Seen | None, now: Seen | None) -> FindingChange:
        """What becomes of a finding that is not the same."""
        fate, reason = self._fate(finding, was, now)
        return FindingChange(fate, finding.rule, finding.facility, finding.scope, print, was, now, reason)

    def _fate(self, finding: Finding, was: Seen | None, now: Seen | None) -> tuple[Fate, str | None]:
        where, change = (finding.rule, finding.facility), self.changes.get(finding.rule)
        if was and now:
            return Fate.CHANGES, None
        if now and change is Change.NEW:
            return Fate.APPEARS, "its rule is new"
        if now:
            return Fate.APPEARS, _unless_looked(
                self.before.get(where), finding, "its rule did not run before"
            )
        if change is Change.GONE:
            return Fate.VANISHES, "its rule is gone"
        reason = _unless_looked(self.after.get(where), finding, "its rule does not run")
        return (Fate.VANISHES if reason is None else Fate.NOT_SEEN), reason

    def verdicts(self) -> Iterator[VerdictChange]:
        """Every verdict of a rule that is another; of rules that run now only, those that are not reached."""
        for where in sorted({*self.before, *self.after}, key=lambda where: (where[0], where[1] or "")):
            before, after = self.before.get(where), self.after.get(where)
            was, now = before.verdict if before else None, after.verdict if after else None
            is_gone = self.changes.get(where[0]) is Change.GONE
            if now in OPEN if was is None else was != now and not is_gone:
                reason = after.reason if after else "the rule does not run"
                yield VerdictChange(*where, was, now, reason)


def _unless_looked(outcome: Outcome | None, finding: Finding, otherwise: str) -> str | None:
    """Why a version did not look for a finding; None: it looked, or no rule looks for what is inferred."""
    if finding.role is Role.INFERRED:
        return None
    if outcome is None:
        return otherwise
    return None if outcome.looked else f"{outcome.verdict}: {outcome.reason}"


def render_json(upgrade: Upgrade) -> str:
    """Write it for programs, as reports are written."""
    return json.dumps({"format": FORMAT, **plain(upgrade)}, sort_keys=True, indent=2, allow_nan=False) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of what programs read."""
    return published_schema("rules-diff-1")


def upgrade_lines(upgrade: Upgrade) -> Iterator[Line]:
    """Tell it to people: the rules, then the findings and verdicts that are others, then how many there are."""
    yield line(Span(f"{_version(upgrade.old)} -> {_version(upgrade.new)}", "strong"))
    for change in upgrade.rules:
        yield _told(change.change.value, change.rule, _rule_told(change))
    outlook = upgrade.outlook
    if outlook is not None:
        yield line()
        for finding in outlook.findings:
            yield _told(
                finding.fate.value, _whom(finding.rule, finding.facility, finding.scope), _seen_told(finding)
            )
        for verdict in outlook.verdicts:
            yield _told("verdict", _whom(verdict.rule, verdict.facility, {}), _verdict_told(verdict))
        if outlook.findings or outlook.verdicts:
            yield line()
    yield from map(line, _closing(upgrade))


def _told(what: str, whom: str, words: str) -> Line:
    return line(Span(whom, "strong"), f": {words}", lead=f"{what:<10}")


def _whom(rule: str, facility: str | None, scope: Mapping[str, str]) -> str:
    return " ".join(part for part in (rule, facility_name(facility), pairs(scope)) if part)


def _version(pack: PackHead) -> str:
    return f"{pack.name} {pack.version} {short(pack.digest)} ({counted(pack.rules, 'rule')})"


def _rule_told(change: RuleChange) -> str:
    if change.change in (Change.NEW, Change.GONE):
        return f"{change.severity}, {change.summary}"
    told = [_part_told(part) for part in change.parts]
    was = [f"was {change.former_name}"] if change.former_name is not None else []
    return f"{', '.join([*was, *told])}{' only' if change.is_text_only else ''}"


def _part_told(part: Part) -> str:
    return part.name if part.before is None else f"{part.name} {part.before} -> {part.after}"


def _seen_told(change: FindingChange) -> str:
    before, after = change.before, change.after
    if before and after:
        both = zip(_seen_parts(before), _seen_parts(after), strict=True)
        told = ", ".join(one if one == other else f"{one} -> {other}" for one, other in both)
    else:
        told = ", ".join(part for seen in (before, after) if seen for part in _seen_parts(seen))
    return told + (f"; {change.reason}" if change.reason else "")


def _seen_parts(seen: Seen) -> tuple[str, str, str]:
    return (
        seen.severity.value,
        counted(seen.count, "violation"),
        " and ".join(role.value for role in seen.roles),
    )


def _verdict_told(change: VerdictChange) -> str:
    before, after = (
        "none" if verdict is None else verdict.value for verdict in (change.before, change.after)
    )
    return f"{before} -> {after}" + (f" ({change.reason})" if change.reason else "")


_FATES = {
    Fate.APPEARS: "appearing",
    Fate.VANISHES: "vanishing",
    Fate.CHANGES: "changing",
    Fate.NOT_SEEN: "not seen",
}


def _closing(upgrade: Upgrade) -> Iterator[str]:
    kinds = [change.change for change in upgrade.rules]
    same = upgrade.new.rules - sum(kind is not Change.GONE for kind in kinds)
    counts = [f"{kinds.count(kind):,} {kind.value}" for kind in Change]
    yield f"rules: {', '.join(counts)}, {same:,} the same"
    outlook = upgrade.outlook
    if outlook is not None:
        fates = [change.fate for change in outlook.findings]
        counts = [f"{fates.count(fate):,} {words}" for fate, words in _FATES.items()]
        yield f"findings: {', '.join(counts)}, {outlook.unchanged:,} the same"
        lost = sum(change.is_lost for change in outlook.verdicts)
        yield f"verdicts: {len(outlook.verdicts):,} other than before, {lost:,} of them no longer reached"
