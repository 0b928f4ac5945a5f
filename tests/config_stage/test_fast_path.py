"""What a commit hook waits for: nothing heavy is imported, and rules are compiled once, whatever happens to the cache."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from made_operator import COLOUR_RULE, Ended, write
from rootlint import cache as cached
from rootlint.plugins import PackSource
from rootlint.rules.compiled import from_json, key_of

HEAVY = {"duckdb", "sqlglot", "pydantic", "pydantic_core", "rich", "jsonschema", "numpy", "hypothesis"}
METRC = {"config/metrc.yaml": "page_size: 50\n"}

SCRIPT = """
import sys
from rootlint.cli import root
try:
    root(sys.argv[1:], prog_name="rootlint")
except SystemExit as done:
    print(done.code, *sorted(sys.modules), file=sys.stderr)
"""


def imported(place: Path, environment: dict[str, str], *args: str) -> tuple[str, set[str]]:
    """The exit code of a check and the modules that it imported."""
    command = [sys.executable, "-c", SCRIPT, "check", "--stage", "config", "--hook", *args]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=True)
    code, *modules = done.stderr.split()
    return code, set(modules)


@pytest.mark.parametrize(
    "files",
    [
        METRC,
        {"config/.env": "METRC_PAGE_SIZE=50\n"},
        {"config/metrc.json": '{"page_size": 50}'},
        {"config/metrc.toml": "page_size = 50\n"},
        {
            "config/metrc.yaml": "page_size: 50 # rootlint: waive page-size-setting-above-cap until=2026-10-01 by=a approved=b reason=c\n",
            ".rootlint/waivers.yaml": "format: 1\nwaivers: [{id: W-1, rule: alerting-missing, all: true, reason: r, author: a, "
            "approver: b, opened: 2026-10-01, expires: 2026-10-02}]\n",
            ".rootlint/baseline.jsonl": '{"format": "rootlint-baseline/1", "packs": {}, "snapshot": ""}\n',
        },
    ],
    ids=lambda files: ", ".join(files),
)
def test_a_hook_imports_no_engine_no_parser_and_no_schema_library(
    place: Path, environment: dict[str, str], files: dict[str, str]
) -> None:
    write(place, files)
    names = [name for name in files if name.startswith("config/")]
    imported(place, environment, *names)  # compiles, if nobody has yet
    code, modules = imported(place, environment, *names)
    assert code == "1"
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
    others = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    others = {name for name in others if "cython" not in name}  # what the C parser of YAML brings
    others -= {"sitecustomize", "usercustomize"}  # what a system gives every interpreter
    assert others <= {"rootlint", "click", "pluggy", "yaml", "_yaml", "_distutils_hack", "__main__"}
    assert ("yaml" in modules) is any(name.endswith(".yaml") for name in files)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_rules_are_compiled_once_and_then_read(
    check: Callable[..., Ended], environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    del environment["ROOTLINT_CACHE"]
    first = check("config", files={**METRC, "rootlint.toml": f"cache = '{folder.as_posix()}'\n"})
    names = kept(folder)  # rules as they are loaded, and as the stage needs them
    before = [(folder / name).stat().st_ino for name in names]
    second = check("config")
    assert (second, kept(folder)) == (first, names)
    assert [(folder / name).stat().st_ino for name in names] == before


def test_without_a_cache_nothing_is_kept(
    check: Callable[..., Ended], environment: dict[str, str], tmp_path: Path
) -> None:
    environment["ROOTLINT_CACHE"] = str(tmp_path / "own")
    assert check("--no-cache", "config", files=METRC).code == 1
    assert not (tmp_path / "own").exists()


def test_a_cache_that_is_not_whole_is_made_anew(
    check: Callable[..., Ended], environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    environment["ROOTLINT_CACHE"] = str(folder)
    good = check("--hook", "config", files=METRC)
    damaged = {path: path.read_bytes()[:-1] + b"\0" for path in folder.iterdir()}
    for path, raw in damaged.items():
        path.write_bytes(raw)
    assert check("--hook", "config") == good
    assert [path for path, raw in damaged.items() if path.read_bytes() == raw] == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: b"",
        lambda kept: kept[: len(kept) // 2],
        lambda kept: kept.replace(b"pages", b"pagez"),
        lambda kept: b"rootlint 0 0\n[]",
        lambda kept: b"\x00" * 100,
    ],
    ids=["empty", "half", "altered", "foreign", "noise"],
)
def test_what_is_not_whole_is_not_read(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    cached.write(tmp_path, "k" * 64, b"some pages")
    assert cached.read(tmp_path, "k" * 64) == b"some pages"
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    assert cached.read(tmp_path, "k" * 64) is None


def test_a_whole_cache_of_something_else_is_no_rules() -> None:
    for text in (
        "[]",
        "{}",
        '["CompiledPacks"]',
        '["map",1]',
        '["PackHead","a","b","c",1]',
        "nonsense",
        '["os.system","x"]',
    ):
        with pytest.raises(ValueError, match=r".+"):
            from_json(text)


def test_two_runs_at_once_and_one_that_was_killed_leave_a_whole_cache(tmp_path: Path) -> None:
    (tmp_path / ".tmpkilled").write_text("rootlint half", encoding="utf-8")  # what a crash leaves
    script = (
        "import sys; from pathlib import Path; from rootlint import cache\n"
        "for n in range(200):\n"
        "    cache.write(Path(sys.argv[1]), 'k' * 64, sys.argv[2].encode() * 5000)\n"
        "    text = cache.read(Path(sys.argv[1]), 'k' * 64)\n"
        "    assert text in (b'a' * 5000, b'b' * 5000), text\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), sign]) for sign in "ab"]
    assert [run.wait() for run in runs] == [0, 0]
    assert cached.read(tmp_path, "k" * 64) in (b"a" * 5000, b"b" * 5000)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".tmpkilled", f"rules-{'k' * 32}"]


def test_where_nothing_can_be_written_a_run_goes_on(
    check: Callable[..., Ended], environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    environment["ROOTLINT_CACHE"] = str(tmp_path / "file" / "cache")
    assert check("--hook", "config", files=METRC).code == 1


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are those of Unix")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    limit = (
        "import resource, sys, signal; from pathlib import Path; from rootlint import cache\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "cache.write(Path(sys.argv[1]), 'k' * 64, b'a' * 100_000)\n"
        "assert cache.read(Path(sys.argv[1]), 'k' * 64) is None\n"
    )
    subprocess.run([sys.executable, "-c", limit, str(tmp_path / "cache")], check=True)
    assert kept(tmp_path) == []


def test_only_the_newest_files_are_kept(tmp_path: Path) -> None:
    for number in range(cached.MOST + 5):
        cached.write(tmp_path, f"{number:064}"[::-1], b"text")
        os.utime(tmp_path / f"rules-{f'{number:064}'[::-1][:32]}", (number, number))
    assert len(kept(tmp_path)) == cached.MOST
    assert cached.read(tmp_path, f"{cached.MOST + 4:064}"[::-1]) == b"text"
    assert cached.read(tmp_path, f"{0:064}") is None


def test_what_is_used_is_not_what_is_forgotten(tmp_path: Path) -> None:
    used, *others = (f"{number:064}"[::-1] for number in range(cached.MOST + 5))
    cached.write(tmp_path, used, b"text")
    for key in others:
        os.utime(tmp_path / f"rules-{used[:32]}", (1, 1))  # it was written long before all of them
        assert cached.read(tmp_path, used) == b"text"
        cached.write(tmp_path, key, b"other")


def test_the_key_follows_everything_that_rules_follow_from(tmp_path: Path) -> None:
    write(tmp_path, {"pack/a.yaml": "a: 1\n", "more.yaml": "m: 1\n"})
    pack, further = PackSource("made", tmp_path / "pack", "1"), [tmp_path / "more.yaml"]
    keys = [key_of([pack], further, []), key_of([pack], further, [])]
    assert keys[0] == keys[1]
    keys.append(key_of([PackSource("made", tmp_path / "pack", "2")], further, []))
    keys.append(key_of([pack], further, ["plugin 1.0"]))
    write(tmp_path, {"more.yaml": "m: 2\n"})
    keys.append(key_of([pack], further, []))
    write(tmp_path, {"pack/a.yaml": "a: 2\n"})
    keys.append(key_of([pack], further, []))
    write(tmp_path, {"pack/b.yaml": ""})
    keys.append(key_of([pack], further, []))
    assert len(set(keys)) == len(keys) - 1


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_CACHE_HOME": "/made/cache", "HOME": "/made"}, "/made/cache/rootlint"),
        ({}, None),
    ],
)
def test_the_cache_stands_where_programs_keep_such_things(
    environment: dict[str, str], folder: str | None
) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has other variables")
    found = cached.platform_folder(environment)
    assert (found and found.as_posix()) == folder


def test_a_changed_rule_is_compiled_anew(check: Callable[..., Ended]) -> None:
    files = {
        "made/pack.yaml": "name: made\n",
        "made/colour.yaml": COLOUR_RULE,
        "config/a.yaml": "colour: red\n",
    }
    args = ("--hook", "--pack", "made", "--rule", "made/colour", "config")
    assert check(*args, files=files).code == 1
    assert check(*args, files={"made/colour.yaml": COLOUR_RULE.replace("'blue'", "'red'")}).code == 0
    broken = check(*args, files={"made/colour.yaml": COLOUR_RULE.replace("value =", "valu =")})
    assert broken.code == 2
    assert "made/colour.yaml:14:11: error: no column 'valu' here" in broken.err
