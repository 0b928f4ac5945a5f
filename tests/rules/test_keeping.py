"""Sound packs are kept between runs and read back whole; what is kept can make rules and nothing else."""

import pickle
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from rules_made import ABOUT

from rootlint import cache
from rootlint.errors import UserError
from rootlint.jurisdictions.laws import Laws
from rootlint.plugins import PackSource
from rootlint.rules.checks import Check
from rootlint.rules.keeping import Kept
from rootlint.rules.language.types import Type
from rootlint.rules.loading import folder_pack, load_packs, load_rules

CHECK = "check: {kind: expect, table: metrc_packages p, expect: p.quantity > 0, keys: {label: p.label}, message: made}\n"
STALE = f"name: acme/stale\n{ABOUT}{CHECK}"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "stale.yaml").write_text(STALE, encoding="utf-8")
    return folder


def _kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("*"))


def test_all_shipped_rules_come_back_as_they_were(laws: Laws, tmp_path: Path) -> None:
    first = load_rules(laws, cache=tmp_path)
    again = load_rules(laws, cache=tmp_path)
    assert (again.rules, again.heads) == (first.rules, first.heads)


def test_a_pack_is_read_from_its_files_once(
    acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_packs([folder_pack(acme)], {}, cache=tmp_path / "kept")
    (file,) = _kept(tmp_path / "kept")
    monkeypatch.setattr("rootlint.rules.loading.load_rule", None)  # reading a file would be seen
    assert load_packs([folder_pack(acme)], {}, cache=tmp_path / "kept") == first
    assert _kept(tmp_path / "kept") == [file]


def test_a_changed_rule_is_read_anew(acme: Path, tmp_path: Path) -> None:
    load_packs([folder_pack(acme)], {}, cache=tmp_path / "kept")
    (acme / "stale.yaml").write_text(STALE.replace("> 0", "> 1"), encoding="utf-8")
    changed = load_packs([folder_pack(acme)], {}, cache=tmp_path / "kept")
    assert changed.rules == load_packs([folder_pack(acme)], {}).rules


def test_a_pack_with_a_fault_is_not_kept(acme: Path, tmp_path: Path) -> None:
    (acme / "other.yaml").write_text("name: acme/other\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UserError, match="acme"):
            load_packs([folder_pack(acme)], {}, cache=tmp_path / "kept")
    assert _kept(tmp_path / "kept") == []


def test_rules_of_a_plugin_s_own_kind_are_not_kept(acme: Path, tmp_path: Path) -> None:
    class Own(Check):
        pass

    source = folder_pack(acme)
    rule = load_packs([source], {}).rules["acme/stale"]
    Kept(tmp_path / "kept", {}, None).write(source, "digest", [replace(rule, check=Own.model_construct())])
    assert _kept(tmp_path / "kept") == []


def test_the_key_follows_everything_that_loaded_rules_follow_from(
    acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, source = tmp_path / "kept", folder_pack(acme)
    Kept(folder, {}, None).write(source, "digest", [])
    assert Kept(folder, {}, None).read(source, "digest") == []
    others = [
        (Kept(folder, {"limit": Type.DECIMAL}, None), source, "digest"),
        (Kept(folder, {}, frozenset({"made.setting"})), source, "digest"),
        (Kept(folder, {}, frozenset()), source, "digest"),
        (Kept(folder, {}, None), source, "another digest"),
        (Kept(folder, {}, None), PackSource("acme", acme, "2"), "digest"),
        (Kept(folder, {}, None), PackSource("other", acme), "digest"),
        (Kept(folder, {}, None), PackSource("acme", tmp_path), "digest"),
        (Kept(folder, {}, None), PackSource("acme", acme, functions={"made": print}), "digest"),
    ]
    assert [kept.read(pack, digest) for kept, pack, digest in others] == [None] * len(others)
    monkeypatch.setattr("rootlint.rules.keeping.installed_versions", lambda: ["made 1.0"])
    assert Kept(folder, {}, None).read(source, "digest") is None


def _call(module: str, name: str, *given: str) -> bytes:
    """A pickle that calls something: harm, where it is allowed."""
    texts = b"".join(b"V" + text.encode() + b"\n" for text in given)
    return b"\x80\x04c" + f"{module}\n{name}\n".encode() + b"(" + texts + b"tR."


@pytest.mark.parametrize(
    "harm",
    [
        _call("os", "mkdir", "harm"),
        _call("builtins", "open", "harm", "w"),
        _call("rootlint.cache", "Path.mkdir", "harm"),
        _call("rootlint.rules.keeping", "io.FileIO", "harm", "w"),
        _call("rootlint.rules.loading", "load_yaml", "harm"),
        _call("rootlint.rules.loading", "Path", "harm"),
        _call("decimal", "Context.copy", "harm"),
        pickle.dumps([Decimal(1)]),
        b"nonsense",
        b"",
    ],
)
def test_what_somebody_else_kept_makes_nothing_but_rules(
    acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "kept"
    good = load_packs([folder_pack(acme)], {}, cache=folder)
    (file,) = _kept(folder)
    key = file.read_bytes().split(b" ")[1].decode()
    for kept in (harm, zlib.compress(harm)):
        cache.write(folder, key, kept)
        assert load_packs([folder_pack(acme)], {}, cache=folder) == good
    assert not (tmp_path / "harm").exists()
