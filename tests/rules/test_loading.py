"""Folders of YAML become checked rules; every fault in every file is told at once, with its place."""

from pathlib import Path

import pytest
from rules_made import ABOUT, Workbench

from rootlint.errors import UserError
from rootlint.model import PackHead
from rootlint.plugins import PackSource
from rootlint.rules.loading import Packs, folder_pack, load_packs

CHECK = "check: {kind: expect, table: metrc_packages p, expect: p.quantity > 0, keys: {label: p.label}, message: made}\n"


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


def _load(*folders: Path) -> Packs:
    return load_packs([folder_pack(folder) for folder in folders], {})


def _faults(*folders: Path) -> list[str]:
    with pytest.raises(UserError) as caught:
        _load(*folders)
    place = f"{folders[0].parent.as_posix()}/"
    return [str(problem).replace(place, "") for problem in caught.value.problems]


def test_a_folder_of_yaml_is_a_pack_by_its_own_name(tmp_path: Path) -> None:
    folder = _write(tmp_path / "acme", stale=f"name: acme/stale\n{ABOUT}{CHECK}")
    packs = _load(folder)
    assert list(packs.rules) == ["acme/stale"]
    assert packs.heads == (PackHead("acme", "0", packs.heads[0].digest, 1),)


def test_a_pack_may_say_its_name_and_version(tmp_path: Path) -> None:
    folder = _write(
        tmp_path / "rules", pack="name: acme\nversion: 1.2.0\n", stale=f"name: acme/stale\n{ABOUT}{CHECK}"
    )
    packs = _load(folder)
    assert [(head.name, head.version, head.rules) for head in packs.heads] == [("acme", "1.2.0", 1)]


def test_a_pack_is_the_same_by_what_its_files_hold_and_how_they_are_named(tmp_path: Path) -> None:
    def digest(name: str, **files: str) -> str:
        return _load(_write(tmp_path / name / "acme", **files)).heads[0].digest

    for name in ("one", "same", "other_text", "other_name"):
        (tmp_path / name).mkdir()
    text = f"name: acme/stale\n{ABOUT}{CHECK}"
    one = digest("one", stale=text)
    assert digest("same", stale=text) == one
    assert digest("other_text", stale=f"{text}\n# a comment") != one
    assert digest("other_name", old=text.replace("stale", "old")) != one


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder = _write(
        tmp_path / "acme",
        list="- a rule",
        misnamed=f"name: acme/other\n{ABOUT}{CHECK}",
        not_yaml="name: [",
        unknown_key=f"name: acme/unknown-key\n{ABOUT}{CHECK}severty: error\n",
        wrong_value=f"name: acme/wrong-value\n{ABOUT.replace('warning', 'fatal')}{CHECK}",
    )
    assert _faults(folder) == [
        "acme/list.yaml:1:1: error: a rule is a mapping of keys\n  help: rootlint rules new writes one to start from",
        "acme/misnamed.yaml:1:7: error: the rule is named 'acme/other'\n  help: by its file it is 'acme/misnamed'",
        "acme/not-yaml.yaml:2:1: error: not valid YAML: while parsing a flow node did not find expected node content",
        "acme/unknown-key.yaml:11:1: error: unknown key 'severty'\n  help: did you mean 'severity'?",
        "acme/wrong-value.yaml:3:11: error: 'fatal' cannot stand here\n  help: allowed: note, warning or error",
    ]


def test_a_name_stands_for_one_rule_and_is_never_used_again(tmp_path: Path) -> None:
    rule = f"name: acme/stale\n{ABOUT}{CHECK}"
    one = _write(
        tmp_path / "acme", stale=rule, fresh=f"name: acme/fresh\naliases: [acme/stale]\n{ABOUT}{CHECK}"
    )
    other = _write(tmp_path / "other", pack="name: acme\n", stale=rule)
    assert _faults(one, other) == [
        "other/stale.yaml:1:7: error: rule 'acme/stale' stands in acme/stale.yaml too\n  help: a name stands for one rule",
        "acme/fresh.yaml:2:11: error: alias 'acme/stale' is the name of a rule\n  help: a name is never reused",
    ]


def test_links_lead_to_other_rules_that_there_are_by_name_or_former_name(tmp_path: Path) -> None:
    link = "leads_to: [{rule: %s, via: label, strength: strong, mechanism: made}]\n"
    old = f"name: acme/stale\naliases: [acme/old]\n{ABOUT}{CHECK}"
    good = _write(tmp_path / "acme", stale=old, cause=f"name: acme/cause\n{ABOUT}{CHECK}{link % 'acme/old'}")
    assert list(_load(good).rules) == ["acme/cause", "acme/stale"]
    bad = _write(
        tmp_path / "acme",
        cause=f"name: acme/cause\n{ABOUT}{CHECK}{link % 'acme/stall'}",
        stale=old + link % "acme/stale",
    )
    assert _faults(bad) == [
        "acme/cause.yaml:11:19: error: no rule is named 'acme/stall'\n  help: did you mean 'acme/stale'?",
        "acme/stale.yaml:12:19: error: a rule cannot lead to itself",
    ]


def test_a_pack_says_what_is_wrong_with_itself(tmp_path: Path) -> None:
    assert _faults(_write(tmp_path / "empty")) == [
        "empty: error: no rule stands in this folder\n  help: a rule is a .yaml file; see rootlint rules new"
    ]
    assert _faults(_write(tmp_path / "acme", pack="versions: 1\n")) == [
        "acme/pack.yaml:1:1: error: unknown key 'versions'\n  help: keys: name, version",
        "acme/pack.yaml:1:1: error: key 'name' is missing\n  help: it goes before the name of each rule: acme/…",
    ]
    assert _faults(tmp_path / "nowhere") == ["nowhere: error: there is no such folder of rules"]


def test_a_check_is_of_a_known_kind(made: Workbench) -> None:
    assert (
        made.faults("kind: expct")
        == "made.yaml:2:9: error: there is no check kind 'expct'\n  help: did you mean 'expect'?"
    )
    assert made.faults("table: metrc_sales s") == (
        "made.yaml:2:3: error: key 'kind' is missing\n"
        "  help: kinds: balance, coverage, deadline, expect, limit, match, python, query, reference, sequence, setting, unique"
    )


def test_functions_come_from_plugins_and_never_from_a_folder(tmp_path: Path) -> None:
    python = "check: {kind: python, function: f, reads: {metrc_packages: [label]}, gives: {label: text}, keys: {label: label}, message: made}\n"
    folder = _write(tmp_path / "acme", clever=f"name: acme/clever\n{ABOUT}{python}")
    assert _faults(folder) == [
        "acme/clever.yaml:10:33: error: pack 'acme' registers no function 'f'\n"
        "  help: only a plugin can bring functions; a folder of YAML has none"
    ]
    offered = PackSource("acme", folder, "1", {"f": lambda read: []})
    assert list(load_packs([offered], {}).rules) == ["acme/clever"]


def test_what_a_rule_needs_is_all_it_reads_but_for_what_it_only_shows(made: Workbench) -> None:
    rule = made.rule(
        """
        kind: expect
        table: metrc_packages p
        join: [internal_inventory i on i.facility = p.facility and i.label = p.label]
        where: p.state = 'active'
        expect: p.quantity = i.quantity or p.extra
        keys: {label: p.label}
        at: p.last_modified
        evidence: {location: p.location}
        message: "{p.item}"
        """,
        further="columns: {metrc_packages: {extra: boolean}}\noptional: [internal_inventory.quantity]",
    )
    assert rule.needs == {
        "internal_inventory": {"facility", "label"},
        "metrc_packages": {"extra", "facility", "label", "last_modified", "quantity", "state"},
    }


def test_a_rule_whose_own_file_has_faults_is_there_for_those_that_name_it(tmp_path: Path) -> None:
    links = "leads_to: [{rule: acme/stale, via: facility, strength: weak, mechanism: made}]\n"
    folder = _write(
        tmp_path / "acme",
        stale=f"name: acme/stale\n{ABOUT}{CHECK.replace('p.quantity', 'p.quantities')}",
        cause=f"name: acme/cause\n{ABOUT}{CHECK}{links}",
    )
    assert _faults(folder) == [
        "acme/stale.yaml:10:58: error: metrc_packages has no column 'quantities'\n  help: did you mean 'quantity'?"
    ]
