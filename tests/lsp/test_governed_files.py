"""Waivers, stricter parameters, manifests and jurisdictions in an editor: the faults that the command line would tell."""

import subprocess
import sys
from pathlib import Path

import pytest
from editor_made import Editor, applied
from lsprotocol import types

from made_operator import MANIFEST, environment, write

WAIVERS = ".rootlint/waivers.yaml"
FILES = {
    WAIVERS: """\
format: 1
waivers:
  - id: W-1
    rule: made/negative-quantity
    facility: C10-0000001-LIC
    all: true
    reason: recount booked
    author: a.author
    approver: b.other
    opened: 2026-11-01
    expires: 2026-12-05
""",
    ".rootlint/parameters.yaml": """\
format: 1
parameters:
  - {jurisdiction: ca, parameter: sales_report_deadline, value: {hours: 8}, reason: within the shift}
""",
    "snap/snapshot.yaml": MANIFEST,
    "law/zz.yaml": """\
code: zz
name: Made
regulator: Made Office
retrieved: 2026-11-01
timezones: [America/Denver]
calendar: us-federal
""",
}


@pytest.fixture(scope="module", autouse=True)
def _files(folder: Path) -> None:
    write(folder, FILES)
    write(folder, {"rootlint.toml": "packs = ['made']\njurisdictions = ['law']\nas_of = '2026-11-20'\n"})


def told(found: list[types.Diagnostic]) -> list[tuple[int, str, str]]:
    """Line, severity and first line of every diagnostic."""
    return [
        (
            each.range.start.line + 1,
            str(each.severity and each.severity.name),
            each.message.partition("\n")[0],
        )
        for each in found
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_sound_file_has_no_fault(editor: Editor, name: str) -> None:
    assert told(editor.open(name)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (WAIVERS, "b.other", "a.author", [(9, "Error", "'a.author' is author and approver")]),
        (WAIVERS, "2026-12-05", "2026-11-19", [(3, "Warning", "waiver W-1 expired on 2026-11-19")]),
        (WAIVERS, "format: 1", "format: [", [(3, "Error", None)]),
        (
            ".rootlint/parameters.yaml",
            "hours: 8",
            "hours: 25",
            [(3, "Error", "25 hours is looser than the law: 24 hours (4 CCR 15049(b)(8))")],
        ),
        ("snap/snapshot.yaml", "operator:", "operater:", [(1, "Error", "the manifest has no 'operator'"), (2, "Error", "unknown key 'operater'")]),
        ("law/zz.yaml", "us-federal", "us-federel", [(6, "Error", "no calendar 'us-federel'")]),
    ],
)  # fmt: skip
def test_a_fault_is_told_as_it_is_typed(
    editor: Editor, name: str, old: str, new: str, expected: list[tuple[int, str, str | None]]
) -> None:
    found = told(editor.open(name, FILES[name].replace(old, new)))
    assert [(line, severity) for line, severity, _ in found] == [each[:2] for each in expected]
    assert [message for _, _, message in found if expected[0][2]] == [each[2] for each in expected if each[2]]
    assert told(editor.open(name, FILES[name])) == []


def test_a_misspelt_rule_of_a_waiver_can_be_put_right(editor: Editor) -> None:
    text = FILES[WAIVERS].replace("negative-quantity", "negative-quantiti")
    (fault,) = editor.open(WAIVERS, text)
    (action,) = editor.actions(WAIVERS, fault.range)
    assert action.edit is not None
    assert action.edit.changes is not None
    (edit,) = action.edit.changes[editor.uri(WAIVERS)]
    assert applied(text, edit) == FILES[WAIVERS]
    assert editor.open(WAIVERS, FILES[WAIVERS]) == []


def test_the_command_line_tells_the_same_of_what_is_saved(editor: Editor, folder: Path) -> None:
    text = FILES[WAIVERS].replace("all: true", "x: 1").replace("b.other", "a.author")
    found = editor.open(WAIVERS, text)
    write(folder, {WAIVERS: text})
    command = [sys.executable, "-m", "rootlint", "waivers", "lint"]
    ended = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    lines = [line for line in ended.stderr.splitlines() if "error: " in line]
    assert [line.partition("error: ")[2] for line in lines] == [message for _, _, message in told(found)]
    write(folder, {WAIVERS: FILES[WAIVERS]})
    assert editor.open(WAIVERS, FILES[WAIVERS]) == []


COMMENT = '# rootlint: waive page-size-setting-above-cap until=2026-12-05 by=a approved=b reason="agreed"\n'


def test_a_waived_setting_is_told_as_one_and_a_malformed_comment_where_it_stands(
    editor: Editor, folder: Path
) -> None:
    write(folder, {"config/metrc.yaml": "page_size: 50\n"})
    assert told(editor.open("config/metrc.yaml", COMMENT + "page_size: 50\n")) == [
        (
            2,
            "Information",
            "page_size is 50, and METRC gives at most 20 rows a page [waived until 2026-12-05]",
        )
    ]
    malformed = COMMENT.replace("approved=b", "approved=a") + "page_size: 50\n"
    assert told(editor.open("config/metrc.yaml", malformed)) == [(1, "Error", "'a' is author and approver")]
