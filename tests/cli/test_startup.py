"""What the paths that everybody waits on import: nothing but click and the standard library."""

import subprocess
import sys

import pytest

from made_operator import environment

SCRIPT = """
import sys
bare = set(sys.modules)
from rootlint.cli import root
try:
    root(sys.argv[1:], prog_name="rootlint")
except SystemExit as done:
    assert done.code == 0, done.code
print(*sorted(set(sys.modules) - bare), file=sys.stderr)
"""


def imported(*args: str) -> set[str]:
    """The modules that a command imports into an interpreter of its own."""
    command = [sys.executable, "-c", SCRIPT, *args]
    done = subprocess.run(command, capture_output=True, env=environment(), check=True, text=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("args", [("--version",), ("--help",), (), ("rules",), ("check", "--help")])
def test_nothing_but_click_is_imported_before_there_is_work(args: tuple[str, ...]) -> None:
    packages = {name.partition(".")[0] for name in imported(*args)}
    assert packages - sys.stdlib_module_names == {"rootlint", "click"}


@pytest.mark.parametrize("args", [("--version",), ("--help",), ()])
def test_no_room_but_the_command_line_is_imported_for_version_and_help(args: tuple[str, ...]) -> None:
    assert {name for name in imported(*args) if name.startswith("rootlint")} == {
        "rootlint",
        "rootlint.cli",
        "rootlint.cli.groups",
    }
