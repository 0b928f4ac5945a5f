"""Waivers as comments beside a setting: ``# rootlint: waive RULE until=2026-12-05 by=… approved=… reason="…"``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rootlint.errors import Place, Problems, UserError, did_you_mean
from rootlint.exceptions.rules import RuleFacts
from rootlint.exceptions.waivers import Fault, Waiver, cannot_be_waived, same_person, too_long
from rootlint.snapshot.config_files import dotted
from rootlint.snapshot.settings import Setting, decode, parser_of

VERB = "waive"
KEYS = ("until", "by", "approved", "reason", "ticket")
REQUIRED = KEYS[:4]
SHAPE = '# rootlint: waive RULE until=2026-01-31 by=NAME approved=NAME reason="…"'

# What looks like a comment for rootlint, well written or not; the sign may turn out to stand inside a text.
_MARK = re.compile(
    r"(?P<sign>#+|//+)[ \t]*rootlint[ \t]*(?::|(?=waive\b))[ \t]*(?P<words>[^\n]*)", re.IGNORECASE
)
_WORD = re.compile(
    r'\s*(?:(?P<key>[A-Za-z_]+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))(?=\s|\Z)|(?P<other>\S+))'
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Parse = Callable[[str, str], Iterable[Setting]]


@dataclass(frozen=True)
class Comment:
    """A comment for rootlint in a configuration file."""

    words: str
    line: int
    column: int
    alone: bool  # on its line, so that it is about the next


def waivers_beside_settings(
    contents: Mapping[str, bytes], rules: Mapping[str, RuleFacts], day: date, problems: Problems
) -> tuple[Waiver, ...]:
    """The waivers in configuration files, by name; every fault is noted, and what has one waives nothing."""
    waivers: list[Waiver] = []
    for file, raw in contents.items():
        parse = parser_of(file.rpartition("/")[2])
        if parse is None:
            continue
        try:
            waivers += read_comments(decode(raw, file), file, parse, rules, day, problems)
        except UserError:
            continue  # a file that cannot be read is told, and judged by no rule
    return tuple(waivers)


def read_comments(
    text: str, file: str, parse: Parse, rules: Mapping[str, RuleFacts], day: date, problems: Problems
) -> Iterator[Waiver]:
    """The waivers in the text of one configuration file."""
    marks = list(_MARK.finditer(text))
    if not marks:
        return
    settings = list(parse(text, file))
    comments = [_comment(text, mark) for mark in marks if _is_comment(text, mark, file, parse, settings)]
    lines = {comment.line for comment in comments if comment.alone}
    for comment in comments:
        line = comment.line
        while line in lines:  # several may stand above one setting
            line += 1
        beside = [dotted(setting.path) for setting in settings if setting.line == line]
        waiver = _waiver(comment, Place(file, comment.line, comment.column), beside, rules, day, problems)
        if waiver is not None:
            yield waiver


def _is_comment(text: str, mark: re.Match[str], file: str, parse: Parse, settings: list[Setting]) -> bool:
    """A comment is what a file can do without: the same signs inside a value would change it."""
    without = text[: mark.start()] + " " * (mark.end() - mark.start()) + text[mark.end() :]
    try:
        return list(parse(without, file)) == settings
    except UserError:
        return False


def _comment(text: str, mark: re.Match[str]) -> Comment:
    begins = text.rfind("\n", 0, mark.start()) + 1
    alone = not text[begins : mark.start()].strip()
    return Comment(mark["words"], text.count("\n", 0, mark.start()) + 1, mark.start() - begins + 1, alone)


def _waiver(
    comment: Comment,
    place: Place,
    beside: list[str],
    rules: Mapping[str, RuleFacts],
    day: date,
    problems: Problems,
) -> Waiver | None:
    others, given = _words(comment.words)
    faults = list(_faults(others, given, beside, rules, day))
    for message, help in faults:
        problems.add(message, place, help)
    if faults:
        return None
    return Waiver(
        id=f"{place.file}:{place.line}",
        rule=rules[others[1]].name,
        facility=None,  # a setting belongs to the integration as a whole
        scope=None,
        reason=given["reason"],
        author=given["by"],
        approver=given["approved"],
        opened=None,
        expires=date.fromisoformat(given["until"]),
        ticket=given.get("ticket"),
        place=place,
        settings=frozenset((place.file, path) for path in beside),
    )


def _words(text: str) -> tuple[list[str], dict[str, str]]:
    """The plain words of a comment, and its key=value pairs; a key that stands twice is a plain word too many."""
    others: list[str] = []
    given: dict[str, str] = {}
    for word in _WORD.finditer(text.strip()):
        key, value = word["key"], word["quoted"] if word["quoted"] is not None else word["bare"]
        if key is None or key in given:
            others.append(word[0].strip())
        else:
            given[key] = value
    return others, given


def _faults(
    others: list[str], given: Mapping[str, str], beside: list[str], rules: Mapping[str, RuleFacts], day: date
) -> Iterator[Fault]:
    if others[:1] != [VERB]:
        said = f"'{others[0]}'" if others else "nothing"
        yield f"a comment for rootlint says {said}, where 'waive' is all that it can say", f"write {SHAPE}"
        return
    yield from ((f"'{word}' is more than a waiver says", f"write {SHAPE}") for word in others[2:])
    yield from (
        (f"unknown key '{key}'", did_you_mean(key, KEYS, listing="keys")) for key in given if key not in KEYS
    )
    yield from ((f"{key} is missing", f"write {SHAPE}") for key in REQUIRED if not given.get(key, "").strip())
    if fault := same_person(given.get("by", ""), given.get("approved", "")):
        yield fault
    yield from _faults_of_rule(others[1] if len(others) > 1 else "", given.get("until", ""), rules, day)
    if not beside:
        yield "the waiver stands beside no setting", "write it on the setting's line, or on the line above"


def _faults_of_rule(name: str, until: str, rules: Mapping[str, RuleFacts], day: date) -> Iterator[Fault]:
    fault = cannot_be_waived(name, rules) if name else ("the waiver names no rule", f"write {SHAPE}")
    if fault is not None:
        yield fault
    rule = rules.get(name)
    if rule is not None and not rule.about_settings:
        yield f"'{rule.name}' is not about settings", "waive it in the file of waivers"
    expires = _read_day(until)
    if until and expires is None:
        yield f"until '{until}' is no day", "write year-month-day: 2026-01-31"
    if rule is not None and expires is not None and (long := too_long(rule, day, expires)):
        yield long


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        return None
