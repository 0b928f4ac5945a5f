"""The GitHub Action: what it declares, and its scripts, run in bash as GitHub's runner runs them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
EXPRESSION = re.compile(r"\$\{\{ *(\S+)\.(\S+) *\}\}")

# -- what is declared, held to what GitHub documents of an action's metadata

STEP_KEYS = {
    "run", "shell", "if", "name", "id", "env", "working-directory", "uses", "with", "continue-on-error",
}  # fmt: skip


def test_every_key_is_one_that_github_knows() -> None:
    assert set(ACTION) == {"name", "description", "author", "branding", "inputs", "outputs", "runs"}
    assert {key for given in ACTION["inputs"].values() for key in given} == {"description", "default"}
    assert {key for given in ACTION["outputs"].values() for key in given} == {"description", "value"}
    assert (set(ACTION["runs"]), ACTION["runs"]["using"]) == ({"using", "steps"}, "composite")
    assert {key for step in STEPS.values() for key in step} <= STEP_KEYS
    assert {name: ("run" in step, "shell" in step, "uses" in step) for name, step in STEPS.items()} == {
        "python": (False, False, True),
        "install": (True, True, False),
        "check": (True, True, False),
    }


def test_every_default_is_text() -> None:
    """Without quotes, Python 3.10 would be the number 3.1."""
    assert [name for name, given in ACTION["inputs"].items() if not isinstance(given["default"], str)] == []


def test_every_expression_names_what_there_is_and_every_input_is_used() -> None:
    there = {("inputs", name) for name in ACTION["inputs"]} | {("steps.python.outputs", "python-path")}
    for step in ("install", "check"):
        written = re.findall(r'echo "([a-z-]+)=', STEPS[step]["run"])
        there |= {(f"steps.{step}.outputs", name) for name in written}
    assert set(EXPRESSION.findall((ROOT / "action.yml").read_text(encoding="utf-8"))) == there


def test_no_expression_is_pasted_into_a_script() -> None:
    """What stands between the braces is put in before bash reads it: a branch named `a;b` would be two commands."""
    assert [name for name, step in STEPS.items() if "${{" in step.get("run", "")] == []


def test_the_page_about_it_names_every_input_and_output_and_nothing_else() -> None:
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE)
    assert [name for row in tables for name in re.findall("`([^`]+)`", row)] == [
        *sorted(ACTION["inputs"], key=list(ACTION["inputs"]).index),
        *ACTION["outputs"],
    ]
    (workflow, *_), examples = re.findall(r"```yaml\n(jobs:.*?)```", page, re.DOTALL), "with:\n(.*?)```"
    steps = yaml.safe_load(workflow)["jobs"]["compliance"]["steps"]
    used = {name for step in steps if "rootlint" in step["uses"] for name in step["with"]}
    assert used | set(
        re.findall(r"^          ([a-z-]+):", re.findall(examples, page, re.DOTALL)[-1], re.M)
    ) <= set(ACTION["inputs"])
    assert set(re.findall(r"steps\.rootlint\.outputs\.([a-z-]+)", page)) <= set(ACTION["outputs"])


# -- the scripts

MANIFEST = """\
format: 1
operator: Made Operator
captured_at: 2026-11-01T13:00:00Z
facilities:
  - {facility: C10-0000001-LIC, name: Made Store, jurisdiction: ca, timezone: America/Los_Angeles, license_type: retailer}
"""
DEFAULTS = {
    name.upper().replace("-", "_"): given["default"]
    for name, given in ACTION["inputs"].items()
    if name != "python-version"
}
PAGE_SIZE = "--rule=page-size-setting-above-cap"
CREDENTIALS = "--rule=key-owner-departed"  # the made snapshot has none


@dataclass(frozen=True)
class Ended:
    """How a step ended."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@dataclass(frozen=True)
class Runner:
    """A workspace, and bash in it."""

    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def run(self, step: str, env: Mapping[str, str]) -> Ended:
        told = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in told.values():
            path.write_bytes(b"")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]],
            cwd=self.workspace,
            env={**self._environment(), **{name: str(path) for name, path in told.items()}, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        output, summary = (path.read_text(encoding="utf-8") for path in told.values())
        outputs = dict(line.split("=", 1) for line in output.splitlines())
        return Ended(done.returncode, done.stdout, outputs, summary)

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("ROOTLINT_", "PIP_"))
        }
        # pip finds everything that the lock names beside the tests, and needs no network.
        found = {"PYTHONPATH": get_path("purelib"), "PIP_NO_INDEX": "1"}
        return {**kept, **found, "RUNNER_TEMP": str(self.folder), "GITHUB_ACTION_PATH": str(ROOT)}


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    if sys.platform == "win32":
        pytest.skip("`bash` may be another system's here; the workflow tries the action on Windows")
    runner = Runner(tmp_path_factory.mktemp("runner"))
    for name, text in {
        ".git/x": "",
        "good/snapshot.yaml": MANIFEST,
        "good/config/metrc.yaml": "page_size: 20\n",
        "bad/snapshot.yaml": MANIFEST,
        "bad/config/metrc.yaml": "page_size: 50\n",
        # Whatever a checkout holds, it must not be imported.
        "pip.py": "raise SystemExit('imported from the workspace')",
        "secrets.py": "raise SystemExit('imported from the workspace')",
    }.items():
        path = runner.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return runner


@pytest.fixture(scope="module")
def programs(runner: Runner) -> str:
    """Where the install step put rootlint."""
    ended = runner.run("install", {"PYTHON": sys.executable})
    assert (ended.code, ended.log) == (0, "")
    assert set(ended.outputs) == {"programs"}
    return ended.outputs["programs"]


@pytest.fixture(scope="module")
def check(runner: Runner, programs: str) -> Callable[..., Ended]:
    """Run the check step with some inputs, the others as they are declared."""

    def run(*args: str, **inputs: str) -> Ended:
        given = {"PROGRAMS": programs, "ARGS": "\n".join(("--as-of=2026-11-01", *args))}
        return runner.run("check", {**DEFAULTS, **given, **inputs})

    return run


def test_what_is_installed_is_the_action_s_own_checkout(runner: Runner, programs: str) -> None:
    command = [f"{programs}/python", "-P", "-c", "import rootlint; print(rootlint.__file__)"]
    done = subprocess.run(command, env=runner._environment(), capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(runner.folder / "rootlint")


SHAPE = re.compile("::stop-commands::([0-9a-f]{32})\n(.*)::([0-9a-f]{32})::\n(.*)", re.DOTALL)


@pytest.mark.parametrize(
    ("code", "inputs", "args", "annotations"),
    [
        (0, {"SNAPSHOT": "good"}, [PAGE_SIZE], ["::notice"]),
        (1, {"STAGE": "config", "PATHS": "good/config\nbad/config"}, [PAGE_SIZE], ["::notice", "::error"]),
        (
            0,
            {"STAGE": "config", "PATHS": "bad/config", "FAIL_ON": "never"},
            [PAGE_SIZE],
            ["::notice", "::error"],
        ),
        (3, {"SNAPSHOT": "good"}, [CREDENTIALS], ["::notice", "::warning"]),
        (4, {"SNAPSHOT": "good"}, [PAGE_SIZE, CREDENTIALS], ["::notice", "::warning"]),
    ],
)
def test_the_exit_code_is_rootlint_s_own_and_the_report_is_in_the_log_the_summary_and_the_files(
    check: Callable[..., Ended], code: int, inputs: dict[str, str], args: list[str], annotations: list[str]
) -> None:
    """Commands of the workflow are off while the report is printed, under a word that nobody can guess."""
    ended = check(*args, **inputs, FORMATS="junit")
    assert (ended.code, ended.outputs["exit-code"]) == (code, str(code))
    shape = SHAPE.fullmatch(ended.log)
    assert shape is not None, ended.log
    off, report, on, annotated = shape.groups()
    assert (off, [line.split(" ")[0] for line in annotated.splitlines()]) == (on, annotations)
    closing = next(line for line in report.splitlines() if line.startswith(f"exit code {code}: "))
    assert f"\n{closing}\n```\n" in ended.summary
    assert ended.summary == Path(ended.outputs["markdown"]).read_text(encoding="utf-8")
    sarif = json.loads(Path(ended.outputs["sarif"]).read_text(encoding="utf-8"))
    assert sarif["runs"][0]["invocations"][0]["exitCode"] == code
    assert sorted(path.name for path in Path(ended.outputs["reports"]).iterdir()) == [
        f"rootlint.{name}" for name in ("github", "junit", "markdown", "sarif")
    ]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"SNAPSHOT": "nowhere"}, "nowhere: error: is not a folder"),
        ({"SNAPSHOT": "good", "PATHS": "bad"}, "error: one snapshot at a time"),
        ({"STAGE": "settings"}, "error: invalid value for '--stage'"),
        ({"FORMATS": "sariff"}, "error: no report format is named 'sariff'"),
        ({"FAIL_ON": "fatal"}, "error: invalid value for '--fail-on'"),
    ],
)
def test_what_is_not_valid_fails_the_step_and_is_told(
    check: Callable[..., Ended], inputs: dict[str, str], message: str
) -> None:
    ended = check(**inputs)
    assert (ended.code, set(ended.outputs), ended.outputs["exit-code"]) == (2, {"exit-code", "reports"}, "2")
    assert message in ended.log.splitlines()[1]
    assert ended.summary == (
        "**rootlint did not get as far as a report: exit code 2.** The log of the step says why.\n"
    )


def test_no_input_becomes_a_command(check: Callable[..., Ended], runner: Runner) -> None:
    before = sorted(runner.workspace.rglob("*"))
    text = "\"; touch made; $(touch made) `touch made` * '; touch made; "
    ended = check(**dict.fromkeys(DEFAULTS, text))
    assert (ended.code, ended.log.splitlines()[1]) == (
        2,
        f"error: invalid value for '--stage': {text!r} is not one of 'snapshot', 'config'",
    )
    assert sorted(runner.workspace.rglob("*")) == before
