"""The container recipe: no container engine runs in the tests, so its text is held, and its commands are run without one."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from sysconfig import get_path

import pytest

ROOT = Path(__file__).parents[2]
LINES = [
    line.split(" ", 1)
    for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
SNAPSHOT = """\
format: 1
operator: Made Operator
captured_at: 2026-11-01T13:00:00Z
facilities:
  - {facility: C10-0000001-LIC, name: Made Store, jurisdiction: ca, timezone: America/Los_Angeles, license_type: retailer}
"""
RULE = "page-size-setting-above-cap"
CLOSING = "exit code 0: no finding at or above warning, every selected rule reached a verdict"


def said(instruction: str) -> list[str]:
    return [rest for name, rest in LINES if name == instruction]


def copied() -> list[str]:
    """What is copied out of the checkout."""
    return [path for rest in said("COPY") if not rest.startswith("--from=") for path in rest.split()[:-1]]


def test_both_stages_start_from_one_slim_python_named_by_its_version() -> None:
    bases = [rest.removesuffix(" AS build") for rest in said("FROM")]
    assert bases == [bases[0]] * 2
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", bases[0])


def test_it_runs_as_somebody_who_is_not_root_and_starts_rootlint() -> None:
    after = [name for name, _ in LINES[LINES.index(["USER", "10001:10001"]) :]]
    assert after == ["USER", "WORKDIR", "ENTRYPOINT", "CMD"]
    assert [json.loads(rest) for rest in said("ENTRYPOINT")] == [["rootlint"]]
    assert said("ENV")[-1].split()[0] == "PATH=/opt/rootlint/bin:$PATH"


def test_everything_is_locked_by_hash_but_the_wheel_that_is_built_there() -> None:
    installs = [rest for rest in said("RUN") if " pip install " in rest]
    assert [re.sub(r".* pip install ", "", rest) for rest in installs] == [
        "--require-hashes --requirement requirements/build.txt",
        "--require-hashes --requirement requirements/runtime.txt",
        "--no-deps /opt/wheel/*.whl",
    ]


def test_what_is_copied_is_there_and_is_sent_to_the_builder() -> None:
    assert [path for path in copied() if not (ROOT / path).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert (ignored[1], sent) == ("*", {path.split("/")[0] for path in copied()})


@pytest.mark.skipif(sys.platform == "win32", reason="the image is a Linux")
def test_its_commands_make_a_rootlint_that_runs_where_nothing_can_be_kept(tmp_path: Path) -> None:
    source, opt = tmp_path / "source", tmp_path / "opt"
    for path in copied():
        target = source / path
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy2
        copy(ROOT / path, target)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ROOTLINT_", "PIP_"))}
    # pip finds everything that the lock names beside the tests, and needs no network.
    environment = {**kept, "PYTHONPATH": get_path("purelib"), "PIP_NO_INDEX": "1"}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    for command in said("RUN"):
        done = subprocess.run(
            ["sh", "-c", command.replace("/opt/", f"{opt}/")], cwd=source, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    shutil.rmtree(source)
    (tmp_path / "snapshot.yaml").write_text(SNAPSHOT, encoding="utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config/metrc.yaml").write_text("page_size: 20\n", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    for stage in ("snapshot", "config"):
        done = subprocess.run(
            [str(opt / "rootlint/bin/rootlint"), "check", ".", "--stage", stage, "--rule", RULE],
            cwd=tmp_path, env={**environment, "HOME": "/", "ROOTLINT_CACHE": "/proc/none"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1] == CLOSING
    assert sorted(tmp_path.iterdir()) == before
