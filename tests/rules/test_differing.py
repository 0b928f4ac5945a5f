"""What is another in a newer version of a pack."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rules_made import ABOUT

from rootlint.errors import UserError
from rootlint.model import Severity
from rootlint.plugins import PackSource
from rootlint.rules.differing import PARTS, Change, Part, RuleChange, compare_rules
from rootlint.rules.loading import folder_pack, load_packs
from rootlint.rules.model import LoadedRule, Rule
from rootlint.rules.sources import installed_packs, pack_at

CHECK = "check: {kind: expect, table: metrc_packages p, expect: p.quantity > 0, keys: {label: p.label}, message: made}\n"
Changes = Callable[..., tuple[RuleChange, ...]]

STALE = f"name: acme/stale\n{ABOUT}{CHECK}"
FRESH = f"name: acme/fresh\n{ABOUT}{CHECK}"


def load(folder: Path, *texts: str) -> dict[str, LoadedRule]:
    """The rules of a pack ``acme`` with these files."""
    write(folder, *texts)
    return dict(load_packs([folder_pack(folder / "acme")], {}).rules)


def write(folder: Path, *texts: str) -> None:
    (folder / "acme").mkdir(parents=True)
    for text in texts:
        name = text.splitlines()[0].partition("/")[2] or text.splitlines()[0].partition(": ")[2]
        (folder / "acme" / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def changes(tmp_path: Path) -> Changes:
    """What became of the rules of one version in another."""

    def compare(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[RuleChange, ...]:
        return compare_rules(load(tmp_path / "old", *old), load(tmp_path / "new", *new))

    return compare


def about(text: str) -> tuple[Severity, str]:
    lines = dict(line.split(": ", 1) for line in ABOUT.splitlines() if ": " in line)
    return Severity(lines["severity"]), lines["summary"]


SEVERITY, SUMMARY = about(ABOUT)


def change(
    name: str, what: Change, *parts: Part, former_name: str | None = None, severity: Severity = SEVERITY
) -> RuleChange:
    return RuleChange(name, what, severity, SUMMARY, former_name, parts)


def test_the_same_rules_are_no_change(changes: Changes) -> None:
    assert changes((STALE, FRESH), (FRESH, STALE)) == ()


def test_a_rule_is_new_or_gone(changes: Changes) -> None:
    assert changes((STALE,), (FRESH,)) == (
        change("acme/fresh", Change.NEW),
        change("acme/stale", Change.GONE),
    )


def test_a_rule_is_renamed_where_the_newer_one_has_its_name_among_its_aliases(changes: Changes) -> None:
    renamed = FRESH + "aliases: [acme/stale]\n"
    assert changes((STALE,), (renamed,)) == (
        change("acme/fresh", Change.RENAMED, Part("text"), former_name="acme/stale"),
    )


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        (f"severity: {SEVERITY}", "severity: note", Part("severity", SEVERITY.value, "note")),
        ("p.quantity > 0", "p.quantity >= 0", Part("check")),
        ("message: made", "message: other", Part("text")),
        (f"summary: {SUMMARY}", "summary: Other words.", Part("text")),
        ("name: acme/stale\n", "name: acme/stale\nscope: label\n", Part("scope", "facility", "label")),
        ("name: acme/stale\n", "name: acme/stale\nstatus: preview\n", Part("status", "stable", "preview")),
        ("name: acme/stale\n", "name: acme/stale\nno_repair: made\n", Part("repair")),
        ("name: acme/stale\n", "name: acme/stale\ntests: [{name: none, given: {}, finds: []}]\n", Part("cases")),
        (
            "name: acme/stale\n",
            "name: acme/stale\nleads_to: [{rule: acme/fresh, via: label, strength: weak, mechanism: made}]\n",
            Part("links"),
        ),
    ],
)  # fmt: skip
def test_a_changed_rule_says_in_what(changes: Changes, before: str, after: str, part: Part) -> None:
    assert before in STALE
    newer = STALE.replace(before, after)
    told = [(of.rule, of.change, of.former_name, of.parts) for of in changes((STALE, FRESH), (newer, FRESH))]
    assert told == [("acme/stale", Change.CHANGED, None, (part,))]


def test_only_what_is_told_and_tested_in_other_words_is_text_only() -> None:
    parts = [(Part("text"),), (Part("text"), Part("cases")), (Part("text"), Part("check"))]
    assert [change("acme/a", Change.CHANGED, *of).is_text_only for of in parts] == [True, True, False]


def test_every_key_of_a_rule_belongs_to_a_part() -> None:
    assert set(PARTS) == set(Rule.model_fields) - {"name"}


def test_a_comment_or_another_order_of_keys_is_no_change(changes: Changes) -> None:
    name, *others = STALE.splitlines(keepends=True)
    assert changes((STALE,), (f"{name}# a comment\n{''.join(reversed(others))}",)) == ()


def test_a_pack_is_named_by_its_folder_or_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, STALE)
    assert pack_at(tmp_path / "acme") == PackSource("acme", tmp_path / "acme")
    [builtin] = [pack for pack in installed_packs() if pack.name == "rootlint"]
    assert pack_at(Path("rootlint")) == builtin


def test_a_folder_of_rules_that_no_packs_name_goes_before_is_another_version_of_the_built_in_ones(
    tmp_path: Path,
) -> None:
    write(tmp_path, STALE.replace("acme/stale", "stale"))
    [builtin] = [pack for pack in installed_packs() if pack.name == "rootlint"]
    found = pack_at(tmp_path / "acme")
    assert found == PackSource("rootlint", tmp_path / "acme", "0", builtin.functions)
    assert list(load_packs([found], {}).rules) == ["stale"]


def test_what_is_neither_a_folder_nor_an_installed_pack_is_told_with_those_that_are() -> None:
    with pytest.raises(UserError) as caught:
        pack_at(Path("rootlin"))
    assert str(caught.value) == (
        "rootlin: error: there is no such folder of rules, and no such pack\n  help: did you mean 'rootlint'?"
    )
