"""The file of the baseline: what it holds, that it merges, and everything that can be wrong with it."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest
from exceptions_made import RULES, SHOP, told
from hypothesis import given
from hypothesis import strategies as st

from rootlint.errors import Place, Problems
from rootlint.exceptions.baseline import (
    KEYS,
    Baseline,
    Entry,
    Evidence,
    read_baseline,
    without,
    write_baseline,
)
from rootlint.exceptions.schemas import baseline_schema
from rootlint.model import Severity
from rootlint.rules.identity import fingerprint

EVIDENCE = Evidence(
    3, "9a3c41d2e5f60718", datetime(2026, 10, 1, 12, tzinfo=UTC), datetime(2026, 10, 3, 12, 30, tzinfo=UTC)
)
FLOWER = Entry("unit-differs", SHOP, {"item": "Made Flower"}, Severity.ERROR, EVIDENCE, date(2026, 11, 20))
SLOW = Entry(
    "interval-long", None, {"file": "config/a.yaml"}, Severity.NOTE, Evidence(1, "00"), date(2026, 11, 1)
)
MADE = Baseline({"rootlint": "ab12", "made": "cd34"}, "77fe", (FLOWER, SLOW))
TEXT = (
    '{"format": "rootlint-baseline/1", "packs": {"made": "cd34", "rootlint": "ab12"}, "snapshot": "77fe"}\n'
    '{"rule": "interval-long", "facility": null, "scope": {"file": "config/a.yaml"}, '
    f'"fingerprint": "{SLOW.fingerprint}", "severity": "note", "count": 1, "evidence": "00", '
    '"first_at": null, "last_at": null, "first_seen": "2026-11-01"}\n'
    f'{{"rule": "unit-differs", "facility": "{SHOP}", "scope": {{"item": "Made Flower"}}, '
    f'"fingerprint": "{FLOWER.fingerprint}", "severity": "error", "count": 3, "evidence": "9a3c41d2e5f60718", '
    '"first_at": "2026-10-01T12:00:00Z", "last_at": "2026-10-03T12:30:00Z", "first_seen": "2026-11-20"}\n'
)
VALIDATOR = jsonschema.Draft202012Validator(baseline_schema())


def read(text: str) -> tuple[Baseline, list[str]]:
    problems = Problems()
    return read_baseline(text, "b.jsonl", RULES, problems), told(problems.found)


def test_the_file_has_a_header_and_one_line_a_finding_in_order() -> None:
    assert write_baseline(MADE) == TEXT
    assert write_baseline(replace(MADE, entries=(SLOW, FLOWER))) == TEXT


def test_it_is_read_as_it_was_written() -> None:
    found, faults = read(TEXT)
    assert faults == []
    assert found == replace(MADE, entries=(SLOW, FLOWER))
    assert [str(entry.place) for entry in found.entries] == ["b.jsonl:2", "b.jsonl:3"]


ENTRIES = st.builds(
    Entry,
    rule=st.text(min_size=1),
    facility=st.none() | st.text(min_size=1),
    scope=st.dictionaries(st.text(), st.text(), max_size=2),
    severity=st.sampled_from(Severity),
    evidence=st.builds(
        Evidence,
        count=st.integers(1),
        digest=st.text("0123456789abcdef", min_size=16, max_size=16),
        first_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        last_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    first_seen=st.dates(),
    place=st.none(),
)


@given(st.lists(ENTRIES, unique_by=lambda entry: entry.fingerprint))
def test_any_baseline_is_read_as_it_was_written_and_keeps_to_the_schema(entries: list[Entry]) -> None:
    text = write_baseline(replace(MADE, entries=tuple(entries)))
    found, faults = read(text)
    assert faults == []
    assert {entry.fingerprint: entry for entry in found.entries} == {
        entry.fingerprint: entry for entry in entries
    }
    assert write_baseline(found) == text
    for line in text.splitlines():
        VALIDATOR.validate(json.loads(line))


def line(**given: object) -> str:
    return json.dumps({**json.loads(TEXT.splitlines()[2]), **given})


HEADER = TEXT.splitlines()[0]
BY_PROGRAM = "\n  help: rootlint baseline create writes the file"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["b.jsonl:1: error: the first line must say the format rootlint-baseline/1" + BY_PROGRAM]),
        (TEXT.replace("baseline/1", "baseline/2"), ["b.jsonl:1: error: the first line must say the format rootlint-baseline/1" + BY_PROGRAM]),
        (TEXT.replace('"snapshot"', '"snapshots"'), ["b.jsonl:1: error: unknown key 'snapshots'\n  help: did you mean 'snapshot'?", "b.jsonl:1: error: key 'snapshot' is missing"]),
        (f"{HEADER}\n[]\nnull\n", ["b.jsonl:2: error: a line must be a JSON object", "b.jsonl:3: error: a line must be a JSON object"]),
        (f"{HEADER}\n{{'rule'\n", ["b.jsonl:2:2: error: not valid JSON" + BY_PROGRAM]),
        (
            f"{HEADER}\n<<<<<<< ours\n{line()}\n=======\n>>>>>>> theirs\n",
            [f"b.jsonl:{number}: error: a conflict of a merge is left here\n  help: keep the lines of both sides, without the marks" for number in (2, 4, 5)],
        ),
        (f"{HEADER}\n{line()}\n\n{line(count=4)}\n", ["b.jsonl:4: error: the finding stands on line 2 too\n  help: keep one of the two"]),
        (f"{HEADER}\n{line(facility='402R-00002')}\n", ["b.jsonl:2: error: the fingerprint is not that of rule, facility and scope\n  help: never write a line by hand"]),
        (
            f"{HEADER}\n{line(count=0, severity='bad', scope={'item': 1}, first_seen='soon', first_at='2026-10-01T12:00:00')}\n",
            [
                f'b.jsonl:2: error: {key} cannot be {found}\n  help: {KEYS[key]}'
                for key, found in (("scope", '{"item": 1}'), ("severity", '"bad"'), ("count", "0"), ("first_at", '"2026-10-01T12:00:00"'), ("first_seen", '"soon"'))
            ],
        ),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_line(text: str, faults: list[str]) -> None:
    assert read(text)[1] == faults


@given(st.text(), st.integers(0, 5))
def test_any_text_is_told_or_read_and_never_crashes(noise: str, where: int) -> None:
    lines = TEXT.splitlines()
    lines.insert(where, noise)
    for text in (noise, "\n".join(lines)):
        read(text)


def test_a_former_name_stands_for_the_rule_and_an_unknown_rule_is_no_fault() -> None:
    def entry(rule: str) -> str:
        return line(rule=rule, fingerprint=fingerprint(rule, SHOP, {"item": "Made Flower"}))

    found, faults = read(f"{HEADER}\n{entry('unit-mismatch')}\n{entry('gone-rule')}\n")
    assert faults == []
    assert [each.rule for each in found.entries] == ["unit-differs", "gone-rule"]
    assert found.entries[0].fingerprint == FLOWER.fingerprint


def test_what_is_taken_out_leaves_every_other_line_as_it_is() -> None:
    lines = write_baseline(without(MADE, {FLOWER.fingerprint})).splitlines()
    assert lines == TEXT.splitlines()[:2]


def merged(folder: Path, base: str, ours: str, theirs: str) -> tuple[int, str]:
    for name, text in {"base": base, "ours": ours, "theirs": theirs}.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_two_branches_that_repair_different_findings_merge(tmp_path: Path) -> None:
    entries = [replace(FLOWER, scope={"item": f"Made {letter}"}) for letter in "ABCDEFG"]
    base = replace(MADE, entries=tuple(entries))
    ours, theirs = without(base, {entries[1].fingerprint}), without(base, {entries[5].fingerprint})
    code, text = merged(tmp_path, *map(write_baseline, (base, ours, theirs)))
    kept = [entry for index, entry in enumerate(entries) if index not in (1, 5)]
    assert (code, text) == (0, write_baseline(replace(MADE, entries=tuple(kept))))


def test_a_place_is_no_part_of_an_entry() -> None:
    assert replace(FLOWER, place=Place("b.jsonl", 9)) == FLOWER


@pytest.mark.parametrize(
    ("text", "is_sound"),
    [
        (line(), True),
        (line(facility=None), True),
        (HEADER, True),
        (line(count=0), False),
        (line(severity="bad"), False),
        (line(more=1), False),
        (line(facility=""), False),
        ('{"format": "rootlint-baseline/2", "packs": {}, "snapshot": "x"}', False),
    ],
)
def test_the_schema_knows_what_a_line_can_be(text: str, is_sound: bool) -> None:
    assert VALIDATOR.is_valid(json.loads(text)) is is_sound
