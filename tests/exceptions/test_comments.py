"""Waivers beside settings: where they may stand, what they must say, and that nothing malformed waives."""

import json
from datetime import date

import pytest
from exceptions_made import DAY, RULES, comment, told
from hypothesis import given
from hypothesis import strategies as st

from rootlint.errors import Problems, UserError
from rootlint.exceptions.comments import read_comments, waivers_beside_settings
from rootlint.exceptions.waivers import Waiver
from rootlint.snapshot.settings import parser_of

GOOD = 'rootlint: waive interval-long until=2026-12-05 by=a.author approved=b.other reason="recount booked"'


def read(text: str, name: str = "a.yaml") -> tuple[list[Waiver], list[str]]:
    """The waivers beside the settings of a text, and what is wrong with them."""
    problems, parse = Problems(), parser_of(name)
    assert parse is not None
    found = list(read_comments(text, f"config/{name}", parse, RULES, DAY, problems))
    return found, told(problems.found)


@pytest.mark.parametrize(
    ("name", "text", "line", "column", "path"),
    [
        ("a.yaml", f"sync:\n  interval: 9  # {GOOD}\n", 2, 16, "sync.interval"),
        ("a.yaml", f"sync:\n  # {GOOD}\n  interval: 9\n", 2, 3, "sync.interval"),
        ("a.toml", f"[sync]\ninterval = 9 # {GOOD}\n", 2, 14, "sync.interval"),
        ("a.toml", f"# {GOOD}\nsync.interval = 9\n", 1, 1, "sync.interval"),
        (".env", f"SYNC_INTERVAL=9 # {GOOD}\n", 1, 17, "SYNC_INTERVAL"),
        (".env", f"# {GOOD}\nexport SYNC_INTERVAL=9\n", 1, 1, "SYNC_INTERVAL"),
        ("a.json", f'{{"sync": {{\n  "interval": 9 // {GOOD}\n}}}}\n', 2, 17, "sync.interval"),
        ("a.jsonc", f'{{"sync": {{\n  // {GOOD}\n  "interval": 9\n}}}}\n', 2, 3, "sync.interval"),
    ],
)
def test_it_stands_on_the_settings_line_or_on_the_line_above(
    name: str, text: str, line: int, column: int, path: str
) -> None:
    found, faults = read(text, name)
    assert faults == []
    [waiver] = found
    expected = comment(line, path, file=f"config/{name}")
    assert waiver == Waiver(**{**vars(expected), "place": waiver.place})
    assert str(waiver.place) == f"config/{name}:{line}:{column}"


def test_several_may_stand_above_one_setting_and_one_beside_several() -> None:
    other = GOOD.replace("2026-12-05", "2026-12-04").replace("by=a.author", "ticket=OPS-1 by=a.author")
    found, faults = read(f"# {GOOD}\n# {other}\nsync: {{interval: 9, every: 8}}\n")
    assert faults == []
    both = frozenset({("config/a.yaml", "sync.interval"), ("config/a.yaml", "sync.every")})
    assert [(each.id, each.settings, each.expires, each.ticket) for each in found] == [
        ("config/a.yaml:1", both, date(2026, 12, 5), None),
        ("config/a.yaml:2", both, date(2026, 12, 4), "OPS-1"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", f"note: {json.dumps(f'# {GOOD}')}\n"),
        ("a.yaml", f"note: |\n  # {GOOD}\n  more\n"),
        ("a.toml", f"note = '# {GOOD}'\n"),
        ("a.toml", f'note = """\n# {GOOD}\n"""\n'),
        ("a.json", json.dumps({"note": f"// {GOOD}"})),
        (".env", f"NOTE='# {GOOD}'\n"),
        (".env", f"NOTE=x#{GOOD}\n"),
    ],
)
def test_the_same_signs_inside_a_value_are_no_comment(name: str, text: str) -> None:
    assert read(text, name) == ([], [])


SHAPE = 'write # rootlint: waive RULE until=2026-01-31 by=NAME approved=NAME reason="…"'


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        ("rootlint:", [f"a comment for rootlint says nothing, where 'waive' is all that it can say\n  help: {SHAPE}"]),
        (
            "rootlint: disable interval-long",
            [f"a comment for rootlint says 'disable', where 'waive' is all that it can say\n  help: {SHAPE}"],
        ),
        (
            "rootlint waive",
            [
                *(f"{key} is missing\n  help: {SHAPE}" for key in ("until", "by", "approved", "reason")),
                f"the waiver names no rule\n  help: {SHAPE}",
            ],
        ),
        (GOOD.replace("interval-long", "intervall-long"), ["no rule is named 'intervall-long'\n  help: did you mean 'interval-long'?"]),
        (GOOD.replace("interval-long", "sale-late"), ["'sale-late' is not about settings\n  help: waive it in the file of waivers"]),
        (
            GOOD.replace("interval-long", "recalled-sold"),
            [
                "findings of 'recalled-sold' cannot be waived: recalled goods may not be sold\n  help: repair what it finds",
                "'recalled-sold' is not about settings\n  help: waive it in the file of waivers",
            ],
        ),
        (GOOD.replace("until=2026-12-05", "until=5.12.2026"), ["until '5.12.2026' is no day\n  help: write year-month-day: 2026-01-31"]),
        (
            GOOD.replace("until=2026-12-05", "until=2027-11-21"),
            ["366 days are too long; a waiver of severity note holds 365 days at most\n  help: the latest day is 2027-11-20"],
        ),
        (GOOD.replace("b.other", "A.author"), ["'A.author' is author and approver\n  help: somebody else has to approve it"]),
        (GOOD.replace('"recount booked"', '""'), [f"reason is missing\n  help: {SHAPE}"]),
        (GOOD.replace("reason=", "reson="), ["unknown key 'reson'\n  help: did you mean 'reason'?", f"reason is missing\n  help: {SHAPE}"]),
        (GOOD.replace('"recount booked"', "recount booked"), [f"'booked' is more than a waiver says\n  help: {SHAPE}"]),
        (GOOD.replace('booked"', "booked"), [f"'reason=\"recount' is more than a waiver says\n  help: {SHAPE}", f"'booked' is more than a waiver says\n  help: {SHAPE}", f"reason is missing\n  help: {SHAPE}"]),
        (GOOD + " until=2026-12-06", [f"'until=2026-12-06' is more than a waiver says\n  help: {SHAPE}"]),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told_with_its_place_and_waives_nothing(words: str, faults: list[str]) -> None:
    assert read(f"sync:\n  interval: 9  # {words}\n") == (
        [],
        [f"config/a.yaml:2:16: error: {fault}" for fault in faults],
    )


def test_a_waiver_beside_no_setting_is_a_fault() -> None:
    assert read(f"sync:\n  interval: 9\n\n# {GOOD}\n\nother: 1\n") == (
        [],
        [
            "config/a.yaml:4:1: error: the waiver stands beside no setting"
            "\n  help: write it on the setting's line, or on the line above"
        ],
    )


@pytest.mark.parametrize(
    "words", ["see the page of rootlint", "rootlinted: x", "checked by rootlint", "rootlint"]
)
def test_a_comment_that_only_speaks_of_rootlint_says_nothing_to_it(words: str) -> None:
    assert read(f"interval: 9  # {words}\n") == ([], [])


def test_files_are_read_in_order_and_broken_ones_waive_nothing() -> None:
    contents = {
        "config/a.toml": f"interval = 9  # {GOOD}\n",
        "config/b.yaml": f"interval: 9  # {GOOD}\n",
        "config/broken.yaml": f"a: [  # {GOOD}\n",
        "config/notes.txt": f"# {GOOD}\n",
    }
    problems = Problems()
    found = waivers_beside_settings(
        {file: text.encode() for file, text in contents.items()}, RULES, DAY, problems
    )
    assert ([each.id for each in found], problems.found) == (["config/a.toml:1", "config/b.yaml:1"], [])


@given(st.text(), st.sampled_from(["a.yaml", "a.toml", ".env", "a.json"]))
def test_any_words_are_told_or_waive_and_never_crash(words: str, name: str) -> None:
    sign = "//" if name == "a.json" else "#"
    line = "".join(words.splitlines())
    text = {"a.yaml": "a: 1", "a.toml": "a = 1", ".env": "A=1", "a.json": '{"a": 1}'}[name]
    try:
        found, faults = read(f"{text} {sign} rootlint: {line}\n", name)
    except UserError:
        return  # signs that the file's own format forbids
    assert len(found) + bool(faults) == 1
