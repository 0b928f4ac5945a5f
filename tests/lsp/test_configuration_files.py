"""Configuration files in an editor: judged as they are written, explained, and put right where that is certain."""

import subprocess
import sys
from pathlib import Path

import pytest
from editor_made import CURSOR, Editor, applied
from lsprotocol import types

from made_operator import environment, write

ERROR, WARNING = types.DiagnosticSeverity.Error, types.DiagnosticSeverity.Warning

# One setting in every kind of file, at a place of its own.
FILES = {
    "formats/yaml/config/metrc.yaml": "# read by the sync\npage_size: 50  # rows\n",
    "formats/env/config/.env": "METRC_PAGE_SIZE=50\n",
    "formats/json/config/metrc.json": '{\n  "page_size": 50\n}\n',
    "formats/toml/config/metrc.toml": "[metrc]\npage_size = 50\n",
}


def at(line: int, start: int, end: int) -> types.Range:
    return types.Range(types.Position(line, start), types.Position(line, end))


def judged(range: types.Range, rule: str, message: str, **further: object) -> types.Diagnostic:
    return types.Diagnostic(
        range,
        message,
        **{"severity": ERROR, "code": rule, "source": "rootlint", **further},  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module", autouse=True)
def _files(folder: Path) -> None:
    write(folder, FILES)
    write(folder, {"config/metrc.yaml": "page_size: 20\n"})


def edit_of(editor: Editor, name: str, range: types.Range) -> types.TextEdit:
    """The one quick fix of a range."""
    (action,) = editor.actions(name, range)
    assert (action.kind, action.is_preferred) == (types.CodeActionKind.QuickFix, True)
    assert action.edit is not None
    assert action.edit.changes is not None
    (edit,) = action.edit.changes[editor.uri(name)]
    return edit


@pytest.mark.parametrize("name", FILES)
def test_a_setting_is_judged_and_put_right_as_the_command_line_does(
    editor: Editor, folder: Path, name: str
) -> None:
    (told,) = editor.open(name)
    path = "metrc.page_size" if name.endswith("toml") else "METRC_PAGE_SIZE" if "env" in name else "page_size"
    message = f"{path} is 50, and METRC gives at most 20 rows a page"
    assert told == judged(told.range, "page-size-setting-above-cap", message)
    fixed = applied(FILES[name], edit_of(editor, name, told.range))

    command = [sys.executable, "-m", "rootlint", "check", "--stage", "config", "--format", "concise", name]
    cached = {"ROOTLINT_CACHE": str(folder.parent / "cache")}
    done = subprocess.run(
        [*command, "--fix"],
        cwd=folder,
        env=environment(**cached),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (folder / name).read_text(encoding="utf-8") == fixed
    assert editor.open(name, fixed) == []
    editor.close(name)


def test_a_setting_is_explained_with_what_its_rules_say(editor: Editor) -> None:
    sound = editor.hover("config/metrc.yaml", "page_size: 2¦0\n")
    wrong = editor.hover("config/metrc.yaml", "page_¦size: 50\n")
    assert sound is not None
    assert sound.split("\n\n") == [
        "**page_size** (setting, count)",
        "how many rows a page are asked for",
        "means 20, in production",
        "judged by **page-size-setting-above-cap** (error): "
        "The configuration asks METRC for more rows a page than METRC gives.",
    ]
    assert wrong is not None
    said = wrong.split("\n\n")
    assert said[2:4] == [
        "means 50, in production",
        "**page-size-setting-above-cap** (error): page_size is 50, and METRC gives at most 20 rows a page",
    ]
    assert said[-1].startswith("To do: Set the page size to 20, ")
    assert editor.hover("config/metrc.yaml", "# page ¦size\npage_size: 20\n") is None


def test_what_is_not_saved_counts_for_other_files_too(editor: Editor, folder: Path) -> None:
    one, other = "pair/config/a-metrc.yaml", "pair/config/b-metrc.yaml"
    write(folder, {one: "license: C10-0000123-LIC\n", other: "license: C10-0000124-LIC\n"})
    assert (editor.open(one), editor.open(other)) == ([], [])
    assert editor.open(other, "# main store\nlicense: C10-0000123-LIC\n") != []
    (told,) = editor.diagnostics(one)
    assert told.code == "licence-stands-twice"
    assert told.related_information == (
        types.DiagnosticRelatedInformation(
            types.Location(editor.uri(other), at(1, 9, 24)), "because license is C10-0000123-LIC"
        ),
    )
    for name in (one, other):
        editor.close(name)


def test_a_key_in_plain_text_is_told_and_never_shown(editor: Editor) -> None:
    secret = "made-8f3b2c1d9e7a6f5b4c3d2e1f"
    text = f"metrc:\n  api_key: {secret}\n"
    told = editor.open("config/metrc.yaml", text)
    assert [each.code for each in told] == ["secret-in-plain-text"]
    shown = (
        *(each.message for each in told),
        editor.hover("config/metrc.yaml", text.replace(secret, f"{CURSOR}{secret}")),
    )
    assert not any(secret in str(each) for each in shown)
    assert editor.actions("config/metrc.yaml", told[0].range) == []


def test_a_file_that_cannot_be_read_is_told_where_it_breaks(editor: Editor) -> None:
    (told,) = editor.open("config/metrc.yaml", "page_size: 20\nhosts: [a\n")
    assert (told.severity, told.range.start.line) == (ERROR, 2)
    assert told.message.startswith("not valid YAML: ")


def test_a_rule_with_faults_is_said_not_to_judge(editor: Editor) -> None:
    name = "made/sale-without-total.yaml"
    editor.open("config/metrc.yaml", "page_size: 20\n")
    editor.open(name, (editor.folder / name).read_text(encoding="utf-8").replace("s.total is", "s.totl is"))
    (told,) = editor.diagnostics("config/metrc.yaml")
    assert (told.severity, told.message) == (
        WARNING,
        "rules with faults do not judge this file: made/sale-without-total",
    )
    editor.open(name, (editor.folder / name).read_text(encoding="utf-8"))
    assert editor.diagnostics("config/metrc.yaml") == []
