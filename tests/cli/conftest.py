"""The command line, tried in a made working folder."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from rootlint.cli import root

sys.path.insert(0, str(Path(__file__).parent))

from cli_made import PACKAGES, SNAPSHOT

from made_operator import RULE, SALES_RULE, Ended, environment, write


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a pack ``made`` and a snapshot ``snap``; no configuration stands above it."""
    (tmp_path / ".git").mkdir()
    files = {
        "made/pack.yaml": "name: made\nversion: 1.2.0\n",
        "made/data/negative-quantity.yaml": RULE,
        "made/sale-without-total.yaml": SALES_RULE,
        "snap/snapshot.yaml": SNAPSHOT,
        "snap/tables/metrc_packages.csv": PACKAGES,
    }
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    for variable in [name for name in os.environ if name.startswith("ROOTLINT_")]:
        monkeypatch.delenv(variable)
    for variable in ("HOME", "LOCALAPPDATA", "XDG_CACHE_HOME"):  # this process remembers what it loaded
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def rootlint(place: Path) -> Callable[..., Ended]:
    """Run a command in this process, in the made working folder."""

    def run(*args: str, env: Mapping[str, str] | None = None) -> Ended:
        result = CliRunner().invoke(root, args, env=env, prog_name="rootlint")
        return Ended(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def check(rootlint: Callable[..., Ended]) -> Callable[..., Ended]:
    """Check the made snapshot by the made rules."""

    def run(*args: str, rule: str = "made/*", env: Mapping[str, str] | None = None) -> Ended:
        given = ("check", "snap", "--pack", "made", "--rule", rule, "--as-of", "2026-11-20", *args)
        return rootlint(*given, env=env)

    return run


@pytest.fixture
def process(place: Path) -> Callable[..., Ended]:
    """Run a command in a process of its own."""

    def run(*args: str, **further: str) -> Ended:
        command = [sys.executable, "-m", "rootlint", *args]
        done = subprocess.run(
            command, capture_output=True, cwd=place, env=environment(**further), check=False
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
