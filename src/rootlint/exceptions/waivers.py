"""Waivers: failures that somebody answers for, each with its exact scope, its reason and its last day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rootlint.documents import Document
from rootlint.errors import Place, Problems, did_you_mean
from rootlint.exceptions.rules import RuleFacts
from rootlint.jurisdictions.reading import Section, found
from rootlint.model import Finding, Severity

FORMAT = 1
MAXIMUM_DAYS = {Severity.ERROR: 90, Severity.WARNING: 180, Severity.NOTE: 365}  # from opened to expires

KEYS: Mapping[str, str] = {
    "id": "its name, for reports: W-2026-014",
    "rule": "the rule whose findings it is for",
    "facility": "the licence that it is for; left out: the integration as a whole",
    "scope": "the finding that it is for, by every key of the rule's scope: {item: Blue Dream 3.5 g}",
    "all": "true: every finding of the rule there, whatever its scope",
    "reason": "why the failure may stand until then",
    "author": "who asks for it",
    "approver": "who answers for it; never the author",
    "opened": "the day it was approved",
    "expires": "the last day it holds",
    "ticket": "where the work is tracked",
}
OPTIONAL = ("facility", "scope", "all", "ticket")


@dataclass(frozen=True)
class Waiver:
    """One waiver, from the file of waivers or from a comment in a configuration file."""

    id: str
    rule: str  # the rule's present name
    facility: str | None  # None: the integration as a whole
    scope: Mapping[str, str] | None  # the finding it is for; None: whatever the scope
    reason: str
    author: str
    approver: str
    opened: date | None  # a comment does not say it
    expires: date  # the last day it holds
    ticket: str | None
    place: Place
    settings: frozenset[tuple[str, str]] = (
        frozenset()
    )  # of a comment: the settings beside it, as file and path

    @property
    def inline(self) -> bool:
        """Whether it is a comment in a configuration file, which is for settings and not for findings."""
        return bool(self.settings)

    @property
    def subject(self) -> Mapping[str, str]:
        """What is known of the scope of the findings that it is for."""
        return {"file": self.place.file} if self.inline else self.scope or {}

    def covers(self, finding: Finding) -> bool:
        """Whether it is for a finding as a whole."""
        same = (finding.rule, finding.facility) == (self.rule, self.facility)
        return same and not self.inline and (self.scope is None or finding.scope == self.scope)

    def is_open(self, day: date) -> bool:
        """Whether it was approved by a day."""
        return self.opened is None or self.opened <= day

    def has_expired(self, day: date) -> bool:
        """Whether its last day has passed."""
        return day > self.expires


def read_waivers(
    document: Document, rules: Mapping[str, RuleFacts], facilities: Collection[str] | None, problems: Problems
) -> tuple[Waiver, ...]:
    """The waivers of a file. ``facilities`` are those of the snapshot, where one is at hand.

    Every fault is noted with its place; a waiver with a fault is not among those that come back.
    """
    top = Section.top(document, problems)
    top.allow("format", "waivers")
    if isinstance(document.data, dict) and document.data.get("format") != FORMAT:
        top.fault("format", f"format is {found(document.data.get('format'))}", f"write format: {FORMAT}")
    sections = top.sections("waivers")
    read = [_waiver(section, rules, facilities) for section in sections]
    _check_ids(sections)
    return tuple(waiver for waiver in read if waiver is not None)


def _waiver(
    section: Section, rules: Mapping[str, RuleFacts], facilities: Collection[str] | None
) -> Waiver | None:
    faults = len(section.problems.found)
    section.allow(*KEYS)
    rule = _rule(section, rules)
    facility = section.optional_text("facility")
    if facility is not None and facilities is not None and facility not in facilities:
        section.fault(
            "facility", f"the snapshot has no facility '{facility}'", did_you_mean(facility, facilities)
        )
    scope = _scope(section, rule)
    opened, expires = _day(section, "opened"), _day(section, "expires")
    author, approver = section.text("author"), section.text("approver")
    name, reason, ticket = section.text("id"), section.text("reason"), section.optional_text("ticket")
    for key, fault in (
        ("facility", _of_no_facility(rule, facility)),
        ("approver", same_person(author, approver)),
        ("expires", _term(rule, opened, expires)),
    ):
        if fault is not None:
            section.fault(key, *fault)
    if len(section.problems.found) > faults or rule is None or expires is None:
        return None
    return Waiver(
        name, rule.name, facility, scope, reason, author, approver, opened, expires, ticket, section.place()
    )


def _rule(section: Section, rules: Mapping[str, RuleFacts]) -> RuleFacts | None:
    name = section.text("rule")
    if not name:
        return None
    fault = cannot_be_waived(name, rules)
    if fault is not None:
        section.fault("rule", *fault)
    return rules.get(name)


Fault = tuple[str, str | None]  # what is wrong, and the next step


def cannot_be_waived(name: str, rules: Mapping[str, RuleFacts]) -> Fault | None:
    """Why a rule, by its name, cannot be waived: nobody knows it, or it leaves no room."""
    if name not in rules:
        return f"no rule is named '{name}'", did_you_mean(name, rules)
    refusal = rules[name].refusal
    return (f"findings of '{name}' cannot be waived: {refusal}", "repair what it finds") if refusal else None


def _of_no_facility(rule: RuleFacts | None, facility: str | None) -> Fault | None:
    if rule is None or facility is None or not rule.about_settings:
        return None
    told = f"'{rule.name}' is about settings, which belong to the integration as a whole"
    return told, "leave the facility out: with it, the waiver is for nothing"


def same_person(author: str, approver: str) -> Fault | None:
    """What is wrong where somebody approves what they ask for."""
    same = author.strip().casefold() == approver.strip().casefold()
    return (
        (f"'{approver}' is author and approver", "somebody else has to approve it")
        if author and same
        else None
    )


def too_long(rule: RuleFacts, first: date, last: date) -> Fault | None:
    """What is wrong with a term of more days than the rule's severity allows."""
    days, most = (last - first).days, MAXIMUM_DAYS[rule.severity]
    if days <= most:
        return None
    return (
        f"{days} days are too long; a waiver of severity {rule.severity} holds {most} days at most",
        _latest(first, most),
    )


def _latest(first: date, days: int) -> str | None:
    latest = first.toordinal() + days
    return f"the latest day is {date.fromordinal(latest)}" if latest <= date.max.toordinal() else None


def _term(rule: RuleFacts | None, opened: date | None, expires: date | None) -> Fault | None:
    if opened is None or expires is None:
        return None
    if expires < opened:
        return f"expires {expires} is before opened {opened}", None
    return None if rule is None else too_long(rule, opened, expires)


def _day(section: Section, key: str) -> date | None:
    if section.data.get(key) is None:
        section.fault(None, f"{key} is missing", "write a day: 2026-01-31")
        return None
    return section.day(key)


def _scope(section: Section, rule: RuleFacts | None) -> Mapping[str, str] | None:
    """What the waiver is for: never everything by accident."""
    everything, scope = section.flag("all"), section.section("scope")
    if everything and section.data.get("scope") is not None:
        section.fault("all", "all: true and a scope contradict each other", "keep one of the two")
    elif everything:
        return None
    elif not scope.data:
        keys = ", ".join(rule.scope) if rule and rule.scope else None
        named = f"name what it is for by {keys}, or write all: true" if keys else "write all: true"
        section.fault(None, "the waiver is for everything, and does not say so", named)
    else:
        _check_scope(scope, rule)
    return scope.data


def _check_scope(scope: Section, rule: RuleFacts | None) -> None:
    for key, value in scope.data.items():
        if not isinstance(value, str):
            scope.fault(key, f"{key} must be text, found {found(value)}", _quoted(value))
        if rule is not None and key not in rule.scope:
            scope.fault(
                key,
                f"findings of '{rule.name}' have no '{key}' in their scope",
                _known(key, rule),
                on_key=True,
            )
    missing = [key for key in rule.scope if key not in scope.data] if rule is not None else []
    if missing and rule is not None:
        section_help = (
            f"the scope of '{rule.name}' is {', '.join(rule.scope)}; all: true waives every finding"
        )
        scope.fault(None, f"the scope is not exact: {', '.join(missing)} is missing", section_help)


def _quoted(value: Any) -> str | None:
    is_plain = value is not None and not isinstance(value, dict | list)
    return 'write "{}"'.format(found(value).strip("'")) if is_plain else None


def _known(key: str, rule: RuleFacts) -> str | None:
    return did_you_mean(key, rule.scope) if rule.scope else "write all: true: it has one finding a facility"


def _check_ids(sections: Collection[Section]) -> None:
    """A report names waivers by their id, so that no two may share it."""
    seen: set[str] = set()
    for section in sections:
        name = section.data.get("id")
        if isinstance(name, str) and name in seen:
            section.fault("id", f"'{name}' is the id of two waivers", "ids are never reused")
        seen.add(str(name))
