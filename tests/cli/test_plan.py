"""``rootlint plan``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from made_operator import SHOP, Ended

Run = Callable[..., Ended]
OPTIONS = ("--pack", "made", "--as-of", "2026-11-20")


@pytest.fixture
def plan(rootlint: Run, place: Path) -> Run:
    """Plan with the made rules and no others."""
    (place / "rootlint.toml").write_text('select = ["made/*"]\n', encoding="utf-8")
    return lambda *args: rootlint("plan", *args, *OPTIONS)


def repair(place: Path) -> None:
    table = place / "snap/tables/metrc_packages.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("-2.5", "2.5"), encoding="utf-8")


def test_a_plan_is_told_step_by_step(plan: Run) -> None:
    ended = plan("snap")
    assert (ended.code, ended.err) == (0, "")
    *steps, head, open_ends = ended.out.splitlines()
    assert steps == [
        f"1. made/negative-quantity, {SHOP} [root cause, record]",
        "  what         METRC holds less than nothing of a package.",
        "  do           Count the package.",
        f"  done when    made/negative-quantity, {SHOP}: 1 gone",
        "",
    ]
    assert head.startswith("1 step for Made Operator, snap sha256:")
    assert open_ends == "1 verdict not reached: what these rules would find is in no step"
    assert plan("make", "snap") == ended


def test_a_plan_is_written_as_json_where_not_told_otherwise(plan: Run, place: Path) -> None:
    printed = plan("snap", "--format", "json").out
    assert json.loads(printed)["steps"][0]["rule"] == "made/negative-quantity"
    assert plan("snap", "--output", "plan.json") == Ended(0, "", "plan.json written, 1 step\n")
    assert (place / "plan.json").read_text(encoding="utf-8") == printed
    assert plan("--format", "markdown", "--output", "plan.md", "snap", "--quiet") == Ended(0, "", "")
    assert (place / "plan.md").read_text(encoding="utf-8") == plan("--format", "markdown", "snap").out


def test_a_later_snapshot_shows_what_is_done(plan: Run, place: Path) -> None:
    plan("snap", "--output", "plan.json")
    title = f"1. made/negative-quantity, {SHOP}"
    ended = plan("check", "plan.json", "snap")
    assert (ended.code, ended.out.splitlines()) == (
        1,
        [
            f"open  {title}",
            "  left         1 of 1 violation, none of them after the plan",
            "1 step: 0 done, 0 partly done, 1 open, 0 not seen",
        ],
    )
    repair(place)
    assert plan("check", "plan.json", "snap") == Ended(
        0, f"done  {title}\n1 step: 1 done, 0 partly done, 0 open, 0 not seen\n", ""
    )
    manifest = place / "snap/snapshot.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").partition("tables:")[0], encoding="utf-8")
    (place / "snap/tables/metrc_packages.csv").unlink()
    ended = plan("check", "plan.json", "snap")
    assert (ended.code, ended.out.splitlines()[:2]) == (
        4,
        [f"not seen  {title}", "  did not run  made/negative-quantity"],
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("check", "nowhere.json", "snap"), "nowhere.json: error: cannot be read: No such file"),
        (("check", "snap/snapshot.yaml", "snap"), "snap/snapshot.yaml:1:1: error: not valid JSON"),
        (("check", "made", "snap"), "invalid value for 'PLAN': file 'made' is a directory"),
        (("check",), "missing argument 'PLAN'"),
        (("--format", "txt", "snap"), "invalid value for '--format': 'txt' is not one of"),
        ((), "no snapshot is named"),
    ],
)
def test_what_cannot_be_planned_ends_with_2(plan: Run, args: tuple[str, ...], message: str) -> None:
    ended = plan(*args)
    assert (ended.code, ended.out) == (2, "")
    assert message.lower() in ended.err.lower()


def test_plan_alone_shows_its_help(rootlint: Run) -> None:
    assert rootlint("plan") == rootlint("plan", "--help")
