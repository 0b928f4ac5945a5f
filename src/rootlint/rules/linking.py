"""Links between rules, checked when the packs are loaded: both sides offer the keys, and no circle is undeclared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rootlint.errors import Problems, did_you_mean
from rootlint.rules.keys import BY_FACILITY, joined_keys
from rootlint.rules.model import Link, LoadedRule


def check_links(rules: Mapping[str, LoadedRule], names: Mapping[str, str], problems: Problems) -> None:
    """Report links that can never tie anything, and circles that no link declares with `loop: true`."""
    for loaded in rules.values():
        for index, link in enumerate(loaded.rule.leads_to):
            if link.rule in names:
                _check_keys(loaded, index, link, rules[names[link.rule]], problems)
    for circle in _circles(rules, names):
        first = rules[circle[0]]
        problems.add(
            f"links go round in a circle: {' -> '.join(circle)}",
            first.document.place(("leads_to",), key=True),
            "mark the link that closes it with 'loop: true', or leave it out",
        )


def _check_keys(cause: LoadedRule, index: int, link: Link, effect: LoadedRule, problems: Problems) -> None:
    if link.via in BY_FACILITY:
        return
    for loaded, key in zip((cause, effect), joined_keys(link.via), strict=True):
        offered = [name for name, _ in loaded.candidates.keys]
        if key not in offered:
            place = cause.document.place(("leads_to", index, "via"))
            problems.add(
                f"violations of {loaded.name} have no key '{key}', so 'via: {link.via}' ties nothing",
                place,
                did_you_mean(key, offered, listing=f"keys of {loaded.name}"),
            )


def _circles(rules: Mapping[str, LoadedRule], names: Mapping[str, str]) -> Iterator[list[str]]:
    """Each circle that a walk along links meets first, in the order of names.

    Declared loops do not count, nor does a rule that leads to itself, which is told where it is written.
    """
    done: set[str] = set()

    def walk(rule: str, way: list[str]) -> Iterator[list[str]]:
        if rule in way:
            yield [*way[way.index(rule) :], rule]
        elif rule not in done:
            for link in rules[rule].rule.leads_to:
                if not link.loop and link.rule in names and names[link.rule] != rule:
                    yield from walk(names[link.rule], [*way, rule])
            done.add(rule)

    for rule in sorted(rules):
        yield from walk(rule, [])
