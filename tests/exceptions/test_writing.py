"""Adding a waiver: the file's comments and layout stay, and what cannot be added to is left alone."""

import json
from typing import Any

import jsonschema
import pytest
from exceptions_made import SHOP, WAIVERS, read
from hypothesis import given
from hypothesis import strategies as st

from rootlint.documents import parse_yaml
from rootlint.errors import UserError
from rootlint.exceptions.schemas import waivers_schema
from rootlint.exceptions.writing import START, next_id, with_waiver

FIELDS: dict[str, Any] = {
    "id": "W-2026-003", "rule": "unit-differs", "facility": SHOP, "scope": {"item": "Made Oil"}, "all": False,
    "reason": "recount booked: see the plan", "author": "a.author", "approver": "b.other",
    "opened": "2026-11-20", "expires": "2026-12-05", "ticket": None,
}  # fmt: skip
ENTRY = f"""\
  - id: W-2026-003
    rule: unit-differs
    facility: {SHOP}
    scope: {{item: Made Oil}}
    reason: "recount booked: see the plan"
    author: a.author
    approver: b.other
    opened: 2026-11-20
    expires: 2026-12-05
"""
VALIDATOR = jsonschema.Draft202012Validator(waivers_schema())


def test_the_first_waiver_begins_the_file() -> None:
    assert with_waiver("", "w.yaml", FIELDS) == START + ENTRY


@pytest.mark.parametrize("tail", ["", "\n", "  # the end\n", "# the end"])
def test_a_further_one_goes_to_the_end_and_all_else_stays(tail: str) -> None:
    before = "# Who answers for what.\n" + WAIVERS + tail
    after = with_waiver(before, "w.yaml", FIELDS)
    assert after == before + ("" if before.endswith("\n") else "\n") + ENTRY
    assert read(after)[1] == []


def test_it_stands_in_as_far_as_the_others() -> None:
    flat = "\n".join(line.removeprefix("  ") for line in WAIVERS.splitlines()) + "\n"
    entry = "\n".join(line.removeprefix("  ") for line in ENTRY.splitlines()) + "\n"
    assert with_waiver(flat, "w.yaml", FIELDS) == flat + entry


@pytest.mark.parametrize(
    "text", ["waivers: []\nformat: 1\n", "format: 1\nwaivers: [{id: W-1}]\n", WAIVERS + "other: 1\n"]
)
def test_where_nothing_can_be_put_behind_the_file_it_is_to_be_written_by_hand(text: str) -> None:
    with pytest.raises(UserError) as caught:
        with_waiver(text, "w.yaml", FIELDS)
    [problem] = caught.value.problems
    assert (problem.message, problem.help) == (
        "waivers is not the last list of the file",
        f"write it by hand:\n{ENTRY.rstrip()}",
    )


@given(
    st.dictionaries(st.sampled_from(["reason", "author", "ticket"]), st.text(min_size=1)),
    st.dictionaries(st.text(min_size=1), st.text(), min_size=1),
)
def test_whatever_it_says_is_read_back(words: dict[str, str], scope: dict[str, str]) -> None:
    fields = {**FIELDS, **words, "scope": scope}
    try:
        after = with_waiver(WAIVERS, "w.yaml", fields)
    except UserError:
        signs = "".join([*words.values(), *scope, *scope.values()])
        assert not signs.isprintable()  # YAML takes some signs in no notation
        return
    expected = {key: value for key, value in fields.items() if value not in (None, False)}
    assert parse_yaml(after, "w.yaml").data["waivers"][-1] == expected


def test_numbers_are_never_used_again() -> None:
    assert next_id([], 2026) == "W-2026-001"
    assert next_id(["W-2026-009", "W-2026-002", "W-2025-040", "W-2026-x", "OPS-7"], 2026) == "W-2026-010"


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(waivers_schema())


@pytest.mark.parametrize(
    ("text", "is_sound"),
    [
        (WAIVERS, True),
        ("format: 1\nwaivers:\n", True),
        (WAIVERS.replace("format: 1", "format: 2"), False),
        (WAIVERS.replace("    all: true\n", ""), False),
        (WAIVERS.replace("all: true", "all: false"), False),
        (WAIVERS.replace("all: true", "all: true\n    scope: {item: x}"), False),
        (WAIVERS.replace("{item: Made Flower}", "{}"), False),
        (WAIVERS.replace("{item: Made Flower}", "{item: 8}"), False),
        (WAIVERS.replace("reason: recount", "reasn: recount"), False),
        (WAIVERS.replace("expires: 2026-12-05", "expires: soon"), False),
        (WAIVERS.replace("    approver: b.other\n", ""), False),
    ],
)
def test_the_schema_and_the_program_agree_on_what_can_stand(text: str, is_sound: bool) -> None:
    data = json.loads(json.dumps(parse_yaml(text, "w.yaml").data))
    assert (VALIDATOR.is_valid(data), read(text)[1] == []) == (is_sound, is_sound)
