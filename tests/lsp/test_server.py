"""The server as a process: it says nothing but the protocol, and goes on after whatever fails."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from editor_made import RULE, Editor
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from made_operator import environment, write

NEGATIVE = "made/data/negative-quantity.yaml"

# A plugin that prints when it is loaded. Its check kind fails when it is used, and cannot even be explained while a
# file stands in the way.
PLUGIN = """\
import os
from typing import Literal

from rootlint.plugins import hookimpl

print("a plugin prints")
os.write(1, b"and writes to the file itself")

@hookimpl
def rootlint_check_kinds():
    from rootlint.rules.checks import Check, CheckKind

    class Failing(Check):
        kind: Literal["failing"]

    def compile(check, builder):
        print("this one prints too")
        raise RuntimeError("made to fail")

    class Kind(CheckKind):
        def __getattribute__(self, name):
            if name == "meaning" and os.path.exists("in-the-way"):
                raise RuntimeError("made to fail")
            return super().__getattribute__(name)

    return [Kind("failing", Failing, compile, "Fails.", "kind: failing")]
"""

CRASHING = RULE.partition("check:")[0] + "check: {kind: failing, keys: {label: a}, message: made}\n"


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installed plugin."""
    folder = tmp_path_factory.mktemp("plugins")
    write(
        folder,
        {
            "made_plugin.py": PLUGIN,
            "made_plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: made-plugin\nVersion: 1.0\n",
            "made_plugin-1.0.dist-info/entry_points.txt": "[rootlint]\nmade = made_plugin\n",
        },
    )
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path, plugins: Path) -> Iterator[Editor]:
    editor = Editor(folder, PYTHONPATH=str(plugins))
    yield editor
    assert editor.end() == 0


def test_what_others_print_does_not_come_between(editor: Editor) -> None:
    assert editor.open(NEGATIVE) == []


def test_after_a_request_that_crashes_the_next_is_answered(editor: Editor, folder: Path) -> None:
    asked = CRASHING.replace("kind: failing", "kind: fail¦ing")
    write(folder, {"in-the-way": ""})
    with pytest.raises(JsonRpcException, match="made to fail"):
        editor.hover(NEGATIVE, asked)
    (folder / "in-the-way").unlink()
    assert editor.hover(NEGATIVE, asked) == "Fails."


def test_a_rule_that_cannot_be_checked_is_told_and_no_other_suffers(editor: Editor) -> None:
    other = "made/sale-without-total.yaml"
    (told,) = editor.open(NEGATIVE, CRASHING)
    assert (told.range.start, told.severity) == (types.Position(0, 0), types.DiagnosticSeverity.Error)
    assert "made to fail" in told.message
    assert editor.open(other) == []
    assert editor.open(NEGATIVE, RULE) == []


def test_a_file_that_is_not_open_is_nothing_to_speak_of(editor: Editor) -> None:
    assert editor.hover_at("made/nowhere.yaml", types.Position(0, 0)) is None


def test_rootlints_other_files_and_foreign_ones_are_left_alone(editor: Editor, folder: Path) -> None:
    write(folder, {"notes.txt": "page_size: 50", ".rootlint/more.yaml": "metrc_page_size: 50\n"})
    assert [editor.open(name) for name in ("notes.txt", ".rootlint/more.yaml", "rootlint.toml")] == [
        [],
        [],
        [],
    ]


def test_a_fault_of_the_configuration_is_shown_and_what_is_saved_counts_at_once(
    editor: Editor, folder: Path
) -> None:
    text = "metrc_page_size: 50\n"
    write(folder, {"config/metrc.yaml": text})
    (told,) = editor.open("config/metrc.yaml")
    assert told.severity == types.DiagnosticSeverity.Error
    sound = (folder / "rootlint.toml").read_text(encoding="utf-8")

    write(folder, {"rootlint.toml": sound + "rules = {page-size-setting-above-cap = 'note'}\n"})
    editor.save("rootlint.toml")
    (told,) = editor.diagnostics("config/metrc.yaml")
    assert told.severity == types.DiagnosticSeverity.Information

    write(folder, {"rootlint.toml": sound + "smaples = 3\n"})
    editor.save("rootlint.toml")
    editor.diagnostics("config/metrc.yaml")
    assert editor.messages == [
        "rootlint: rootlint.toml:3: error: unknown key 'smaples'\n  help: did you mean 'samples'?"
    ]

    write(folder, {"rootlint.toml": sound})
    editor.save("rootlint.toml")
    (told,) = editor.diagnostics("config/metrc.yaml")
    assert told.severity == types.DiagnosticSeverity.Error


def test_a_rule_beside_no_pack_is_judged_in_its_own_folder(editor: Editor, folder: Path) -> None:
    text = RULE.replace("made/negative", "loose/negative")
    write(folder, {"loose/negative-quantity.yaml": text})
    assert editor.open("loose/negative-quantity.yaml") == []
    (told,) = editor.open("loose/negative-quantity.yaml", RULE)
    assert told.message == (
        "the rule is named 'made/negative-quantity'\nby its file it is 'loose/negative-quantity'"
    )
    editor.close("loose/negative-quantity.yaml")


def test_a_pack_that_cannot_be_read_is_no_pass_for_its_rules(editor: Editor, folder: Path) -> None:
    write(folder, {"half/pack.yaml": "nam: half\n", "half/negative-quantity.yaml": RULE})
    told = [each.message for each in editor.open("half/negative-quantity.yaml")]
    pack = (folder / "half/pack.yaml").as_posix()
    assert told == [
        f"not read: {pack}:1:1: error: key 'name' is missing\n"
        "  help: it goes before the name of each rule: acme/…",
        f"not read: {pack}:1:1: error: unknown key 'nam'\n  help: keys: name, version",
    ]
    editor.close("half/negative-quantity.yaml")


def test_without_the_extra_it_is_said_what_to_install(tmp_path: Path) -> None:
    write(tmp_path, {"pygls.py": "raise ModuleNotFoundError('none', name='pygls')\n"})
    command = [sys.executable, "-m", "rootlint", "lsp"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(tmp_path)),
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "error: the language server needs pygls\n"
        "  help: install rootlint with the extra lsp: pip install 'rootlint[lsp]'\n",
    )
