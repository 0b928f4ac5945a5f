"""What is written by hand: its links lead somewhere, and its commands can be given."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from rootlint.cli import root

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/*.md")])
BY_HAND = [page for page in PAGES if page.name != "command-line.md"]
DEFAULT = "make"  # rootlint plan SNAPSHOT is short for rootlint plan make SNAPSHOT


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _prose(page: Path) -> str:
    return re.sub(r"^( *)(```+).*?^\1\2$", "", _text(page), flags=re.DOTALL | re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    """The names that code hosts give to headings."""
    titles = re.findall(r"^#+ (.*)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def _broken(page: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", _prose(page)):
        if re.match("[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_something(page: Path) -> None:
    assert list(_broken(page)) == []


def _commands(page: Path) -> Iterator[str]:
    """The lines of its examples that call rootlint, and what it calls so in a sentence."""
    yield from re.findall(r"^ *(?:- )?(rootlint [a-z].*?)(?:  +#.*| [|>].*)?$", _text(page), re.MULTILINE)
    yield from (re.sub(r"\s+", " ", text) for text in re.findall(r"`(rootlint [a-z][^`]*)`", _prose(page)))


def _unknown(said: str) -> Iterator[str]:
    """What of a command line does not exist."""
    command: click.Command = root
    words = shlex.split(re.sub("[…|].*", "", said))[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        context, name = click.Context(command), words.pop(0)
        found = command.get_command(context, name) or command.get_command(context, DEFAULT)
        if found is None:
            yield name
            return
        command = found
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    yield from (
        word for word in words if word.startswith("--") and word.split("=")[0] not in {*known, "--help"}
    )


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_is_named_can_be_given(page: Path) -> None:
    commands = list(_commands(page))
    assert [(said, word) for said in commands for word in _unknown(said)] == []
