"""The file of waivers: what it says, and everything that can be wrong with it."""

from datetime import date

import pytest
from exceptions_made import DAY, FARM, SHOP, WAIVERS, read, waiver

from rootlint.errors import Place
from rootlint.exceptions.waivers import MAXIMUM_DAYS
from rootlint.model import Severity

MANY_FAULTS = f"""\
format: 2
wavers: []
waivers:
  - id: W-1
    rule: unit-difers
    facility: {SHOP[:-1]}
    scope: {{itm: Made Flower, item: 8}}
    reason: ""
    author: a.author
    approver: " A.Author"
    opened: 2026-11-18
    expires: 2027-11-18
  - id: W-1
    rule: unit-mismatch
    scope: {{itm: Made Flower, item: 8}}
    reasn: recount
    author: a.author
    approver: " A.Author"
    opened: 2026-11-18
    expires: 2027-11-18
  - rule: sale-late
    facility: {SHOP}
    reason: r
    author: a
    approver: b
    opened: 18.11.2026
  - id: W-3
    rule: recalled-sold
    facility: {SHOP}
    all: true
    scope: {{item: x}}
    reason: r
    author: a
    approver: b
    opened: 2026-11-18
    expires: 2026-11-17
  - W-4
"""


def test_a_file_gives_every_waiver() -> None:
    assert read(WAIVERS, [SHOP]) == (
        (
            waiver(id="W-2026-001", ticket="OPS-311"),
            waiver(
                id="W-2026-002",
                rule="sale-late",
                facility=None,
                scope=None,
                reason="the till is replaced",
                expires=date(2026, 12, 6),
                place=Place("waivers.yaml", 13, 5),
            ),
        ),
        [],
    )


def test_every_fault_is_told_at_once_with_its_place() -> None:
    found, faults = read(MANY_FAULTS, [SHOP])
    assert found == ()
    assert faults == [
        "waivers.yaml:2:1: error: unknown key 'wavers'\n  help: did you mean 'waivers'?",
        "waivers.yaml:1:9: error: format is '2'\n  help: write format: 1",
        "waivers.yaml:37:5: error: needs 'key: value' lines, found 'W-4'",
        "waivers.yaml:5:11: error: no rule is named 'unit-difers'\n  help: did you mean 'unit-differs'?",
        f"waivers.yaml:6:15: error: the snapshot has no facility '{SHOP[:-1]}'\n  help: did you mean '{SHOP}'?",
        "waivers.yaml:7:37: error: item must be text, found '8'\n  help: write \"8\"",
        "waivers.yaml:8:13: error: reason is empty",
        "waivers.yaml:10:15: error: ' A.Author' is author and approver\n  help: somebody else has to approve it",
        "waivers.yaml:16:5: error: unknown key 'reasn'\n  help: did you mean 'reason'?",
        "waivers.yaml:15:13: error: findings of 'unit-differs' have no 'itm' in their scope\n  help: did you mean 'item'?",
        "waivers.yaml:15:37: error: item must be text, found '8'\n  help: write \"8\"",
        "waivers.yaml:13:5: error: reason is missing",
        "waivers.yaml:18:15: error: ' A.Author' is author and approver\n  help: somebody else has to approve it",
        "waivers.yaml:20:14: error: 365 days are too long; a waiver of severity error holds 90 days at most"
        "\n  help: the latest day is 2027-02-16",
        "waivers.yaml:21:5: error: the waiver is for everything, and does not say so\n  help: write all: true",
        "waivers.yaml:26:13: error: opened '18.11.2026' is no day\n  help: write year-month-day: 2026-01-31",
        "waivers.yaml:21:5: error: expires is missing\n  help: write a day: 2026-01-31",
        "waivers.yaml:21:5: error: id is missing",
        "waivers.yaml:28:11: error: findings of 'recalled-sold' cannot be waived: recalled goods may not be sold"
        "\n  help: repair what it finds",
        "waivers.yaml:30:10: error: all: true and a scope contradict each other\n  help: keep one of the two",
        "waivers.yaml:36:14: error: expires 2026-11-17 is before opened 2026-11-18",
        "waivers.yaml:13:9: error: 'W-1' is the id of two waivers\n  help: ids are never reused",
    ]


@pytest.mark.parametrize(
    ("scope", "fault"),
    [
        ("", "the waiver is for everything, and does not say so\n  help: name what it is for by item, or write all: true"),
        ("    all: false\n", "the waiver is for everything, and does not say so\n  help: name what it is for by item, or write all: true"),
        ("    scope: {}\n", "the waiver is for everything, and does not say so\n  help: name what it is for by item, or write all: true"),
        (
            "    scope: {label: A}\n",
            "findings of 'unit-differs' have no 'label' in their scope\n  help: known: item",
        ),
    ],
)  # fmt: skip
def test_a_waiver_is_never_wider_than_it_says(scope: str, fault: str) -> None:
    text = WAIVERS.replace("    scope: {item: Made Flower}\n", scope)
    found, faults = read(text)
    assert [each.id for each in found] == ["W-2026-002"]
    assert fault in faults[0]


def test_a_scope_that_leaves_out_a_key_of_its_rule_is_not_exact() -> None:
    _, faults = read(WAIVERS.replace("{item: Made Flower}", "{label: A}"))
    assert faults[1] == (
        "waivers.yaml:6:12: error: the scope is not exact: item is missing"
        "\n  help: the scope of 'unit-differs' is item; all: true waives every finding"
    )


def test_a_facility_that_no_snapshot_is_at_hand_to_know_is_no_fault() -> None:
    assert read(WAIVERS.replace(SHOP, FARM))[1] == []


@pytest.mark.parametrize(("severity", "days"), MAXIMUM_DAYS.items())
def test_the_longest_term_depends_on_the_severity(severity: Severity, days: int) -> None:
    from rootlint.exceptions.rules import RuleFacts
    from rootlint.exceptions.waivers import too_long

    rule = RuleFacts("made", severity, ())
    last = date.fromordinal(DAY.toordinal() + days)
    assert too_long(rule, DAY, last) is None
    assert too_long(rule, DAY, date.fromordinal(last.toordinal() + 1)) == (
        f"{days + 1} days are too long; a waiver of severity {severity} holds {days} days at most",
        f"the latest day is {last}",
    )


def test_a_former_name_of_a_rule_stands_for_the_rule() -> None:
    found, faults = read(WAIVERS.replace("unit-differs", "unit-mismatch"))
    assert ([each.rule for each in found], faults) == (["unit-differs", "sale-late"], [])


@pytest.mark.parametrize(
    "text", ["", "- a\n", "format: 1\nwaivers: none\n", "format: 1\nwaivers: [1, [2]]\n"]
)
def test_what_is_no_file_of_waivers_is_told_and_never_crashes(text: str) -> None:
    found, faults = read(text)
    assert found == ()
    assert faults != []


def test_an_empty_list_is_no_fault() -> None:
    assert read("format: 1\nwaivers: []\n") == read("format: 1\nwaivers:\n") == ((), [])
