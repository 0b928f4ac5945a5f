"""Every shipped rule as it would be written: what stands in it is offered, and half of it never stops the server."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_operator import CACHES
from rootlint.configuration import Configuration
from rootlint.lsp import completion, definition, diagnostics, hover
from rootlint.lsp.actions import actions
from rootlint.lsp.documents import Document, Overlay
from rootlint.lsp.workspace import Workspace
from rootlint.shipped import shipped_folder

FILES = sorted(shipped_folder("rules").rglob("*.yaml"))
NAMED = re.compile(r"(?<![\w.'/-])(?:[a-z]\w*\.(?!_)|param\(')([a-z_]\w+)")


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(lambda: Configuration(cache=CACHES), lambda: date(2026, 11, 20))


def test_rules_that_any_command_loaded_are_not_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = workspace.rules(Overlay())
    monkeypatch.setattr("rootlint.lsp.workspace.check_rule", None)  # reading a rule would be seen
    monkeypatch.setattr("rootlint.rules.loading.check_rule", None)
    again = Workspace(lambda: Configuration(cache=CACHES), lambda: date(2026, 11, 20)).rules(Overlay())
    assert (again.packs.rules, again.problems) == (known.packs.rules, ())


def document(path: Path, text: str) -> Document:
    return Document(path.resolve().as_uri(), path.resolve(), text)


def names(text: str) -> Iterator[re.Match[str]]:
    """The columns and parameters that a check names, but in comments."""
    begin, end = text.find("\ncheck:"), text.find("\nleads_to:")
    for found in NAMED.finditer(text, begin, end if end > begin else text.find("\ntests:")):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if "#" not in line:
            yield found


@pytest.mark.parametrize("path", FILES[::4], ids=lambda path: path.stem)  # every fourth stands for all
def test_a_name_that_stands_in_a_rule_is_offered_where_it_is_missing(
    workspace: Workspace, path: Path
) -> None:
    text = path.read_text(encoding="utf-8")
    rules = workspace.rules(Overlay())
    found = [*names(text)]
    for each in found[len(found) // 2 :][:1]:  # one from the middle
        missing = document(path, text[: each.start(1)] + text[each.end(1) :])
        position = missing.position(each.start(1))
        offered = [item.label for item in completion.complete(missing, position, workspace, rules)]
        assert each[1] in offered, text[each.start() - 60 : each.end()]


@settings(max_examples=40)
@given(path=st.sampled_from(FILES), share=st.floats(0, 1), cut=st.integers(0, 20), put=st.text(max_size=3))
def test_whatever_stands_at_the_cursor_everything_is_answered(
    workspace: Workspace, path: Path, share: float, cut: int, put: str
) -> None:
    text = path.read_text(encoding="utf-8")
    at = int(share * len(text))
    put = put.encode("utf-16-le", "ignore").decode("utf-16-le")  # no half of a sign
    held = document(path, text[:at] + put + text[at + cut :])
    overlay = Overlay([held])
    rules = workspace.rules(overlay)
    position = held.position(at)
    assert held.offset(position) == at
    told = diagnostics.diagnose(held, workspace, overlay, rules)
    completion.complete(held, position, workspace, rules)
    hover.hover(held, position, workspace, overlay, rules)
    definition.definition(held, position, workspace, overlay, rules)
    for each in told:
        assert len(actions(held, told, each.diagnostic.range)) >= (each.fix is not None)
