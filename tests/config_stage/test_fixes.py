"""`--fix` and `--diff`: only what is certainly right, only the signs of the value, all files or none."""

import json
import os
import stat
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from made_operator import Ended, write
from rootlint.config_stage.fixes import find_fixes
from rootlint.config_stage.judging import check_configuration
from rootlint.config_stage.options import Options
from rootlint.documents import load_yaml
from rootlint.errors import UserError
from rootlint.rules.selecting import Selection
from rootlint.shipped import shipped_folder
from rootlint.snapshot.rewriting import replace_files, rewritten
from rootlint.snapshot.settings import Setting, decode, settings_of

Check = Callable[..., Ended]

DAY = date(2026, 11, 1)

LAYOUTS = {
    "config/metrc.yaml": (
        "# kept\nmetrc:   {page_size: 50,  api_version: v1}   # both\nbase_url:  'http://api-ca.metrc.com/packages/v1'  # old\n",
        "# kept\nmetrc:   {page_size: 20,  api_version: v2}   # both\nbase_url:  'https://api-ca.metrc.com/packages/v2'  # old\n",
    ),
    "config/metrc.json": (
        '{ // kept\n  "page_size" : 50 ,\n  "metrc": {"verify_ssl": false, "url": "http://api-ca.metrc.com"},\n}\n',
        '{ // kept\n  "page_size" : 20 ,\n  "metrc": {"verify_ssl": true, "url": "https://api-ca.metrc.com"},\n}\n',
    ),
    "config/metrc.toml": (
        "[metrc] # kept\npage_size=50 # rows\nverify_ssl   =   false\n",
        "[metrc] # kept\npage_size=20 # rows\nverify_ssl   =   true\n",
    ),
    "config/.env": (
        "# kept\nexport METRC_PAGE_SIZE = \"50\" # rows\nMETRC_API_URL=http://api-ca.metrc.com\n",
        "# kept\nexport METRC_PAGE_SIZE = \"20\" # rows\nMETRC_API_URL=https://api-ca.metrc.com\n",
    ),
    "config/crlf.yaml": (
        "\ufeff# kept\r\nmetrc:\r\n  page_size: 50\r\n\r\n  items: {page_size: 100}\r\n",
        "\ufeff# kept\r\nmetrc:\r\n  page_size: 20\r\n\r\n  items: {page_size: 20}\r\n",
    ),
    "config/mixed.yaml": (
        "metrc:\r\n  é: ü\n  page_size: 50\r\n  end: é\n",
        "metrc:\r\n  é: ü\n  page_size: 20\r\n  end: é\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_only_the_signs_of_the_value_change(check: Check, place: Path, name: str) -> None:
    before, after = LAYOUTS[name]
    ended = check("--fix", name, files={name: before})
    assert (place / name).read_bytes().decode() == after
    assert "--fix" not in ended.out
    assert "put right in" in ended.err
    again = check("--fix", name)
    assert (place / name).read_bytes().decode() == after
    assert "put right" not in again.err


def test_without_fix_a_difference_is_shown_and_nothing_changed(check: Check, place: Path) -> None:
    before = LAYOUTS["config/metrc.toml"][0]
    ended = check("--diff", "--hook", "config/metrc.toml", files={"config/metrc.toml": before})
    assert ended.out.splitlines()[:7] == [
        "--- a/config/metrc.toml",
        "+++ b/config/metrc.toml",
        "@@ -1,3 +1,3 @@",
        " [metrc] # kept",
        "-page_size=50 # rows",
        "-verify_ssl   =   false",
        "+page_size=20 # rows",
    ]
    assert (place / "config/metrc.toml").read_text() == before
    assert ended.code == 1


def test_only_the_files_named_are_put_right(check: Check, place: Path) -> None:
    files = {"config/a-metrc.yaml": "page_size: 50\n", "config/b-metrc.yaml": "page_size: 50\n"}
    check("--fix", "config/a-metrc.yaml", files=files)
    assert (place / "config/a-metrc.yaml").read_text() == "page_size: 20\n"
    assert (place / "config/b-metrc.yaml").read_text() == "page_size: 50\n"


@pytest.mark.parametrize(
    "text",
    [
        "metrc: {user_key: 'made-up', url: 'http://u:made@api-ca.metrc.com'}\n",  # its value is not shown whole
        "metrc: {api_version: 1.0}\n",
        "metrc: {host: 'http://proxy.example'}\n",
        "metrc:\n  url: >-\n    http://api-ca.metrc.com\n",
        "metrc: {verify_ssl: 'never'}\n",
    ],
)
def test_what_is_not_certain_stays(check: Check, place: Path, text: str) -> None:
    ended = check("--fix", "config/a.yaml", files={"config/a.yaml": text})
    assert (place / "config/a.yaml").read_text() == text
    assert ended.code == 1


def test_one_value_that_two_names_share_is_put_right_once(check: Check, place: Path) -> None:
    text = "base: &base {page_size: 50}\nmetrc: {<<: *base, x: 1}\n"
    check("--fix", "config/a.yaml", files={"config/a.yaml": text})
    assert (place / "config/a.yaml").read_text() == text.replace("50", "20")


def test_a_snapshot_is_never_changed(check: Check) -> None:
    ended = check("--stage", "snapshot", "--fix", ".")
    assert (ended.code, ended.err.splitlines()[0]) == (
        2,
        "error: --fix and --diff go with --stage config: a snapshot is never changed",
    )


def _one(text: str, file: str = "a.yaml") -> Setting:
    return settings_of(text, file)[0]


def test_a_value_that_would_read_back_as_another_is_refused() -> None:
    for text, value in (
        ("a: 1\n", "b: 2"),
        ("a: 1\n", "x"),
        ("a: '1'\n", "it's"),
        ("a: true\n", "1"),
        ("a: 1\n", ""),
    ):
        assert rewritten(text.encode(), "a.yaml", [(_one(text), value)]) is None
    assert rewritten(b"a: 1\n", "a.yaml", [(_one("a: 1\n"), "2")]) == b"a: 2\n"


def test_two_wishes_for_one_value_are_refused() -> None:
    setting = _one("a: 1\n")
    assert rewritten(b"a: 1\n", "a.yaml", [(setting, "2"), (setting, "3")]) is None
    assert rewritten(b"a: 1\n", "a.yaml", [(setting, "2"), (setting, "2")]) == b"a: 2\n"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_files_keep_their_permissions_and_a_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    replace_files({link: b"new"})
    assert (target.read_bytes(), link.is_symlink(), stat.S_IMODE(target.stat().st_mode)) == (
        b"new",
        True,
        0o640,
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "target"]


def test_when_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    first, gone = tmp_path / "first", tmp_path / "gone" / "second"
    first.write_bytes(b"old")
    with pytest.raises(UserError, match="cannot be written"):
        replace_files({first: b"new", gone: b"new"})
    assert first.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["first"]


FIXING = {
    path.stem: path
    for path in sorted(shipped_folder("rules").rglob("*.yaml"))
    if "\n  fix:" in path.read_text("utf-8")
}


def wrong_files(rule: Path) -> dict[str, str]:
    """The settings of the cases of a rule in which it finds something, as JSON files."""
    cases = load_yaml(rule).data["tests"]
    files: dict[str, dict[str, Any]] = {}
    for index, case in enumerate(cases):
        for row in case["given"]["config_settings"] if case.get("finds") else ():
            *around, last = row["path"].replace("[0]", "").split(".")
            part = files.setdefault(f"config/metrc-{index}-{row['file'].rpartition('/')[2]}.json", {})
            for name in around:
                part = part.setdefault(name, {})
            part[last] = row.get("value")
    return {name: json.dumps(settings, indent=1, default=str) for name, settings in files.items()}


@pytest.mark.parametrize("name", FIXING)
def test_every_fix_clears_what_its_rule_found(place: Path, cache: Path, name: str) -> None:
    write(place, wrong_files(FIXING[name]))
    options = Options((place,), as_of=DAY, selection=Selection((name,)), cache=cache)
    before = check_configuration(options)
    fixes = find_fixes(before, options)
    wished = {(of.setting.file, of.setting.path) for of in before.violations if of.fix and of.setting}
    left = {(of.setting.file, of.setting.path) for of in fixes.after.violations if of.setting}
    assert fixes.values == len(wished) > 0
    assert wished & left == set()
    fixes.write(before.layout)
    assert check_configuration(options).violations == fixes.after.violations


def test_the_rules_that_put_right_are_these() -> None:
    assert sorted(FIXING) == [
        "certificate-check-off",
        "log-holds-patients",
        "page-size-setting-above-cap",
        "plain-http-host",
        "retired-api-version-setting",
        "retry-after-ignored",
        "write-objects-above-cap",
    ]


def test_offsets_are_those_of_the_text_as_it_is_read() -> None:
    for name, (before, _) in LAYOUTS.items():
        text = decode(before.encode(), name)
        for setting in settings_of(text, name):
            assert setting.value is not None
            assert setting.value in text[setting.start : setting.end]


def test_what_is_uncertain_keeps_nothing_else_from_being_put_right(check: Check, place: Path) -> None:
    text = "metrc:\n  url: >-\n    http://api-ca.metrc.com\n  page_size: 50\n"
    check("--fix", "config/a.yaml", files={"config/a.yaml": text})
    assert (place / "config/a.yaml").read_text() == text.replace("50", "20")
