"""A made workspace with a pack, a configuration and a server that all tests of a module talk to."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from editor_made import RULE, Editor

from made_operator import SALES_RULE, write

FILES = {
    ".git/x": "",
    "made/pack.yaml": "name: made\n",
    "made/data/negative-quantity.yaml": RULE,
    "made/sale-without-total.yaml": SALES_RULE,
    "rootlint.toml": "packs = ['made']\nas_of = '2026-11-20'\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place") / "workspace"
    write(folder, FILES)
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    editor = Editor(folder)
    yield editor
    assert editor.end() == 0
