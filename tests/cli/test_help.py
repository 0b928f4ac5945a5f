"""Every command and option says what it is for; nothing that is misspelt passes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from made_operator import Ended
from rootlint.cli import root
from rootlint.cli.documenting import document_command_line
from rootlint.cli.groups import LazyGroup
from rootlint.rules.loading import check_kinds
from rootlint.rules.reference import document_kinds, document_rule_file

Run = Callable[..., Ended]
DOCS = Path(__file__).parents[2] / "docs"


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = dict(commands(root))


def test_the_commands_are_these() -> None:
    assert {" ".join(path) for path in ALL} >= {
        "check",
        "completion",
        "config show",
        "explain",
        "jurisdictions diff",
        "jurisdictions list",
        "jurisdictions show",
        "plan check",
        "plan make",
        "rules check",
        "rules diff",
        "rules docs",
        "rules explain",
        "rules list",
        "rules new",
        "rules schema",
        "rules show",
        "rules test",
        "schema",
        "snapshot import",
        "snapshot info",
        "snapshot validate",
    }


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert (command.help or "").strip().partition("\n")[0].endswith(".")
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [each.name for each in options if not (each.help or "").endswith(".")] == []


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_help_is_printed_and_nothing_else_done(rootlint: Run, path: tuple[str, ...]) -> None:
    ended = rootlint(*path, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: rootlint {' '.join(path)} ")


@pytest.mark.parametrize(
    "path", [(), *(path for path, command in ALL.items() if isinstance(command, LazyGroup))]
)
def test_the_summaries_known_without_importing_are_those_of_the_commands(path: tuple[str, ...]) -> None:
    group = ALL[path] if path else root
    assert isinstance(group, LazyGroup)
    for name, lazy in group.lazy.items():
        assert ALL[*path, name].get_short_help_str(200) == lazy.summary


@pytest.mark.parametrize("args", [(), ("plan",), ("rules",), ("snapshot",), ("jurisdictions",), ("config",)])
def test_a_group_alone_shows_its_help(rootlint: Run, args: tuple[str, ...]) -> None:
    assert rootlint(*args) == rootlint(*args, "--help")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("chek",), "error: rootlint has no command 'chek'\n  help: did you mean 'check'?\n"),
        (("rules", "lst"), "error: rootlint rules has no command 'lst'\n  help: did you mean 'list'?\n"),
        (("snapshot", "xyz"), "error: no such command 'xyz'\n  help: see rootlint snapshot --help\n"),
        (("--versio",), "error: no such option '--versio'\n  help: did you mean '--version'?\n"),
        (("explain",), "error: missing argument 'RULE|FINDING'\n  help: see rootlint explain --help\n"),
        (("schema", "reprt"), "error: no schema is named 'reprt'\n  help: did you mean 'report'?\n"),
        (("completion", "zhs"), "error: no shell is named 'zhs'\n  help: did you mean 'zsh'?\n"),
        (("rules", "docs", "kind"), "error: no page is named 'kind'\n  help: did you mean 'kinds'?\n"),
        (
            ("jurisdictions", "show", "cal"),
            "error: no jurisdiction is named 'cal'\n  help: did you mean 'ca'?\n",
        ),
        (
            ("snapshot", "import", "a", "b", "--from", "metrc"),
            "error: no importer is named 'metrc'\n  help: did you mean 'metrc-api'?\n",
        ),
    ],
)
def test_what_is_misspelt_ends_with_2_and_the_nearest_name(
    rootlint: Run, args: tuple[str, ...], message: str
) -> None:
    assert rootlint(*args) == Ended(2, "", message)


@pytest.mark.parametrize(
    ("page", "written"),
    [
        ("command-line.md", document_command_line),
        ("check-kinds.md", lambda: document_kinds(check_kinds())),
        ("rule-file.md", document_rule_file),
    ],
)
def test_the_pages_are_those_that_the_program_writes(page: str, written: Callable[[], str]) -> None:
    """make docs writes them."""
    assert (DOCS / page).read_text(encoding="utf-8") == written()
