"""A working folder with a made configuration, and the command line tried in it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from made_operator import SOURCES, Ended, write


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that all tests share, so that rules are compiled once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def environment(cache: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROOTLINT_", "GIT_"))}
    return {**kept, "PYTHONPATH": str(SOURCES), "ROOTLINT_CACHE": str(cache)}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder above which no configuration of rootlint stands."""
    folder = tmp_path / "place"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def check(place: Path, environment: dict[str, str]) -> Callable[..., Ended]:
    """Write files into the working folder, then run ``rootlint check --stage config`` there."""

    def run(*args: str, files: Mapping[str, str] | None = None) -> Ended:
        write(place, files or {})
        command = [
            sys.executable,
            "-m",
            "rootlint",
            "check",
            "--stage",
            "config",
            "--as-of",
            "2026-11-01",
            *args,
        ]
        done = subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run
