"""Our own workflow, held to what GitHub documents of workflows."""

from pathlib import Path
from typing import Any

import yaml

# BaseLoader: everything is text, so that `on` is a key and no truth value.
FILE = Path(__file__).parents[2] / ".github/workflows/ci.yml"
WORKFLOW: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), yaml.BaseLoader)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS = [(name, step) for name, job in JOBS.items() for step in job["steps"]]

KEYS = {"name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"}
JOB_KEYS = {
    "name", "permissions", "needs", "if", "runs-on", "environment", "concurrency", "outputs", "env", "defaults",
    "steps", "timeout-minutes", "strategy", "continue-on-error", "container", "services",
}  # fmt: skip
STEP_KEYS = {
    "id", "if", "name", "uses", "run", "working-directory", "shell", "with", "env", "continue-on-error",
    "timeout-minutes",
}  # fmt: skip


def test_every_key_is_one_that_github_knows() -> None:
    assert set(WORKFLOW) <= KEYS
    assert {key for job in JOBS.values() for key in job} <= JOB_KEYS
    assert {key for job in JOBS.values() for key in job.get("strategy", ())} <= {
        "fail-fast",
        "matrix",
        "max-parallel",
    }
    assert {key for _, step in STEPS for key in step} <= STEP_KEYS
    assert [step for _, step in STEPS if ("run" in step) == ("uses" in step)] == []


def test_it_may_only_read() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert [name for name, job in JOBS.items() if "permissions" in job] == []


def test_no_expression_is_pasted_into_a_script() -> None:
    assert [(name, step["run"]) for name, step in STEPS if "${{" in step.get("run", "")] == []


def test_every_job_ends_some_day() -> None:
    assert {
        name: job.get("timeout-minutes", "never").isdigit() for name, job in JOBS.items()
    } == dict.fromkeys(JOBS, True)


def test_what_we_offer_for_ci_is_tried_there() -> None:
    """The action on every system, and the container, which no test can build."""
    used = [step["uses"] for _, step in STEPS if step.get("uses") == "./"]
    built = [step["run"] for _, step in STEPS if "--file Containerfile" in step.get("run", "")]
    assert (len(used), len(built)) == (2, 1)
