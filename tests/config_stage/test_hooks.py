"""The hooks, run by pre-commit itself in a real repository."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from made_operator import COLOUR_RULE, MANIFEST, Ended, write

HOOK_FILE = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load(HOOK_FILE.read_text("utf-8"))}

GOOD = {"config/metrc.yaml": "page_size: 20\n", "config/alerts.yaml": "alerts: {to: desk}\n"}
RULE = f"""\
{COLOUR_RULE}tests:
  - name: red
    given: {{config_settings: [{{file: a.yaml, path: colour, value: red}}]}}
    finds: [{{setting: colour, file: a.yaml}}]
"""
WAIVERS = """\
format: 1
waivers:
  - id: W-1
    rule: page-size-setting-above-cap
    all: true
    reason: agreed
    author: a.author
    approver: b.other
    opened: 2026-11-01
    expires: 2026-12-05
"""


def local(hook: dict[str, object]) -> dict[str, object]:
    """A hook of the manifest, run by this checkout instead of an installed copy."""
    program, *rest = shlex.split(str(hook["entry"]))
    assert program == "rootlint"
    command = shlex.join([sys.executable, "-m", "rootlint", *rest])
    return {**hook, "language": "system", "entry": command}


@pytest.fixture
def repository(place: Path, environment: dict[str, str], tmp_path: Path) -> Callable[..., Ended]:
    """A repository with every hook installed, and git to run in it."""
    (place / ".git").rmdir()
    made = {"user.name": "Made", "user.email": "made@example.com", "commit.gpgsign": "false"}
    environment |= {
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])

    def run(*command: str) -> Ended:
        done = subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    assert run("git", "init", "--quiet", "--initial-branch=main").code == 0
    for name, value in made.items():
        run("git", "config", name, value)
    config = {"repos": [{"repo": "local", "hooks": [local(hook) for hook in HOOKS.values()]}]}
    write(place, {".pre-commit-config.yaml": yaml.safe_dump(config, sort_keys=False)})
    installed = run(sys.executable, "-m", "pre_commit", "install", "-t", "pre-commit", "-t", "pre-push")
    assert installed.code == 0, installed
    return run


def commit(run: Callable[..., Ended], place: Path, files: dict[str, str]) -> Ended:
    write(place, files)
    run("git", "add", "--all")
    return run("git", "commit", "--quiet", "-m", "Made")


def test_the_manifest_is_valid() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOK_FILE)], check=False
    )
    assert done.returncode == 0
    assert list(HOOKS) == [
        "rootlint-config",
        "rootlint-rules",
        "rootlint-rules-test",
        "rootlint-waivers",
        "rootlint-snapshot",
    ]
    assert {hook["require_serial"] for hook in HOOKS.values()} == {True}


def test_a_commit_that_would_break_reporting_is_stopped(
    repository: Callable[..., Ended], place: Path
) -> None:
    assert commit(repository, place, GOOD).code == 0
    stopped = commit(repository, place, {"config/metrc.yaml": "page_size: 50\n"})
    assert stopped.code == 1
    told = stopped.out + stopped.err
    assert "config/metrc.yaml:1:12: error[page-size-setting-above-cap]" in told
    assert commit(repository, place, {"config/metrc.yaml": "page_size: 10\n"}).code == 0


def test_files_that_have_nothing_to_do_with_it_are_let_through(
    repository: Callable[..., Ended], place: Path
) -> None:
    done = commit(repository, place, {"readme.md": "metrc", "config/shop.yaml": "page_size: 50\n"})
    assert done.code == 0, done
    assert "rootlint (integration configuration)" in done.out + done.err


def test_all_files_of_a_commit_are_judged_in_one_run_and_against_the_whole(
    repository: Callable[..., Ended], place: Path
) -> None:
    assert commit(repository, place, {**GOOD, "config/a-metrc.yaml": "license: C10-0000123-LIC\n"}).code == 0
    files = {f"config/stores/{number}-metrc.yaml": "page_size: 20\n" for number in range(30)}
    stopped = commit(repository, place, {**files, "config/b-metrc.yaml": "license: C10-0000123-LIC\n"})
    told = stopped.out + stopped.err
    assert told.count("rootlint: exit code") == 1
    assert "because      config/a-metrc.yaml:1:10: license is C10-0000123-LIC" in told


def test_a_rule_that_breaks_its_own_case_is_stopped(repository: Callable[..., Ended], place: Path) -> None:
    files = {"rules/pack.yaml": "name: made\n", "rules/colour.yaml": RULE}
    assert commit(repository, place, files).code == 0
    stopped = commit(repository, place, {"rules/colour.yaml": RULE.replace("= 'blue'", "= 'red'")})
    assert stopped.code == 1
    assert "case 'red'" in stopped.out + stopped.err
    stopped = commit(repository, place, {"rules/colour.yaml": RULE.replace("value =", "valu =")})
    assert "no column 'valu' here" in stopped.out + stopped.err


def test_a_waiver_that_one_person_asks_for_and_approves_and_a_torn_baseline_are_stopped(
    repository: Callable[..., Ended], place: Path
) -> None:
    torn = {
        ".rootlint/waivers.yaml": WAIVERS.replace("b.other", "a.author"),
        ".rootlint/baseline.jsonl": "{\n",
    }
    stopped = commit(repository, place, torn)
    told = stopped.out + stopped.err
    assert stopped.code == 1
    assert ".rootlint/waivers.yaml:8:15: error: 'a.author' is author and approver" in told
    assert ".rootlint/baseline.jsonl:1" in told
    repository("git", "rm", "--quiet", "--force", ".rootlint/baseline.jsonl")
    assert commit(repository, place, {".rootlint/waivers.yaml": WAIVERS}).code == 0


def test_a_parameter_looser_than_the_law_is_stopped_with_the_citation(
    repository: Callable[..., Ended], place: Path
) -> None:
    stricter = """\
format: 1
parameters:
  - {jurisdiction: ca, parameter: sales_report_deadline, value: {hours: 8}, reason: within the shift}
  - {facility: C10-0000001-LIC, parameter: sales_report_deadline, value: {hours: 4}, reason: online}
"""
    assert commit(repository, place, {".rootlint/parameters.yaml": stricter}).code == 0
    stopped = commit(
        repository, place, {".rootlint/parameters.yaml": stricter.replace("hours: 8", "hours: 25")}
    )
    assert stopped.code == 1
    told = stopped.out + stopped.err
    assert ".rootlint/parameters.yaml:3:65: error: 25 hours is looser than the law: 24 hours (" in told


def test_a_change_of_the_pack_itself_checks_and_tests_all_of_its_rules(
    repository: Callable[..., Ended], place: Path
) -> None:
    assert commit(repository, place, {"rules/pack.yaml": "name: made\n", "rules/colour.yaml": RULE}).code == 0
    stopped = commit(repository, place, {"rules/pack.yaml": "name: other\n"})
    assert stopped.code == 1
    assert "rules/colour.yaml:1:7: error: the rule is named 'made/colour'" in stopped.out + stopped.err


def test_a_rule_that_nobody_would_read_or_test_is_stopped(
    repository: Callable[..., Ended], place: Path
) -> None:
    stopped = commit(repository, place, {"rules/pack.yaml": "name: made\n", "rules/colour.yml": RULE})
    assert stopped.code == 1
    assert "rules/colour.yml: error: the files of a pack end in .yaml" in stopped.out + stopped.err
    (place / "rules/colour.yml").unlink()
    stopped = commit(repository, place, {"rules/colour.yaml": RULE.partition("tests:")[0]})
    assert stopped.code == 1
    assert "1 rule, 0 cases: nothing was tested" in stopped.out + stopped.err


def test_a_push_judges_the_whole_snapshot(
    repository: Callable[..., Ended], place: Path, tmp_path: Path
) -> None:
    repository("git", "init", "--quiet", "--bare", str(tmp_path / "remote"))
    files = {
        "rootlint.toml": 'snapshot = "snapshot"\nselect = ["page-size-setting-above-cap"]\n',
        "snapshot/snapshot.yaml": MANIFEST,
        "snapshot/config/metrc.yaml": "page_size: 20\n",
    }
    assert commit(repository, place, files).code == 0
    pushed = repository("git", "push", "--quiet", str(tmp_path / "remote"), "main")
    assert pushed.code == 0, pushed.out
    write(place, {"snapshot/config/metrc.yaml": "page_size: 50\n"})
    repository("git", "commit", "--quiet", "--no-verify", "--all", "-m", "Made")
    pushed = repository("git", "push", "--quiet", str(tmp_path / "remote"), "main")
    assert pushed.code == 1
    assert "page-size-setting-above-cap" in pushed.out + pushed.err
