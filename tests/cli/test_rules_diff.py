"""``rootlint rules diff``: two versions of a pack, and what they make of a snapshot."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from made_operator import SHOP, Ended
from rootlint.model import Role, Severity, Verdict
from rootlint.report.upgrade import Fate, schema
from rootlint.rules.differing import Change

Run = Callable[..., Ended]

OVERFULL = """\
name: made/overfull
layer: data
severity: error
confidence: high
since: 0.1.0
summary: A package holds too much.
rationale: Made for a test.
remediation: Split the package.
scope: label
can_be_root: true
check:
  kind: expect
  table: metrc_packages p
  expect: p.quantity < 8
  keys: {label: p.label}
  at: p.last_modified
  message: "{p.label} is overfull"
"""

TAGGED = "exists (select 1 as x from metrc_tags t)"


@pytest.fixture
def newer(place: Path) -> Path:
    """A newer version ``next/made`` of the made pack, as yet the same."""
    shutil.copytree(place / "made", place / "next/made")
    return place / "next/made"


@pytest.fixture
def diff(rootlint: Run, newer: Path) -> Run:
    """Compare both versions, on the made snapshot if it is named; only rules of the made pack run."""
    (newer.parents[1] / "rootlint.toml").write_text(
        'select = ["made/*"]\npacks = ["made"]\n', encoding="utf-8"
    )

    def run(*args: str) -> Ended:
        return rootlint("rules", "diff", "made", "next/made", *args, "--as-of", "2026-11-20")

    return run


def rewrite(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text, encoding="utf-8")


def bodies(ended: Ended) -> list[str]:
    """What is told, without the line that names the packs with their digests."""
    return ended.out.splitlines()[1:]


def test_a_finding_that_comes_in_is_told_and_makes_the_exit_code_1(diff: Run, newer: Path) -> None:
    (newer / "overfull.yaml").write_text(OVERFULL, encoding="utf-8")
    ended = diff("snap")
    assert bodies(ended) == [
        "new       made/overfull: error, A package holds too much.",
        "",
        f"appears   made/overfull {SHOP} label=1A4FF0000000001: error, 1 violation, root cause; its rule is new",
        "",
        "rules: 1 new, 0 gone, 0 renamed, 0 changed, 2 the same",
        "findings: 1 appearing, 0 vanishing, 0 changing, 0 not seen, 1 the same",
        "verdicts: 0 other than before, 0 of them no longer reached",
    ]
    assert ended.code == 1


def test_a_rule_that_is_not_evaluated_any_more_does_not_look_like_one_that_finds_nothing(
    diff: Run, newer: Path, place: Path
) -> None:
    for folder in (place / "made", newer):
        (folder / "overfull.yaml").write_text(OVERFULL, encoding="utf-8")
    rewrite(newer / "data/negative-quantity.yaml", ("p.state = 'active'", f"p.state = 'active' and {TAGGED}"))
    (newer / "sale-without-total.yaml").unlink()
    published = jsonschema.Draft202012Validator(schema())
    for args in ((), ("snap",)):
        published.validate(json.loads(diff(*args, "--format", "json").out))
    ended = diff("snap")
    assert bodies(ended) == [
        "changed   made/negative-quantity: check",
        "gone      made/sale-without-total: error, A sale has no total.",
        "",
        f"not seen  made/negative-quantity {SHOP}: warning, 1 violation, root cause;"
        " not evaluated: not captured: metrc_tags",
        f"verdict   made/negative-quantity {SHOP}: fail -> not evaluated (not captured: metrc_tags)",
        "",
        "rules: 0 new, 1 gone, 0 renamed, 1 changed, 1 the same",
        "findings: 0 appearing, 0 vanishing, 0 changing, 1 not seen, 1 the same",
        "verdicts: 1 other than before, 1 of them no longer reached",
    ]
    assert ended.code == 4


def test_programs_read_the_same_and_the_configuration_may_speak_of_a_rule_that_only_one_version_has(
    diff: Run, newer: Path, place: Path
) -> None:
    (newer / "overfull.yaml").write_text(OVERFULL, encoding="utf-8")
    with (place / "rootlint.toml").open("a", encoding="utf-8") as settings:
        settings.write('[rules]\n"made/overfull" = "note"\n')
    ended = diff("snap", "--format", "json")
    document: dict[str, Any] = json.loads(ended.out)
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert (ended.code, document["format"]) == (0, "rootlint-rules-diff/1")
    assert document["rules"] == [
        {
            "rule": "made/overfull",
            "change": "new",
            "severity": "error",
            "summary": "A package holds too much.",
            "former_name": None,
            "parts": [],
        }
    ]
    [finding] = document["outlook"]["findings"]
    del finding["fingerprint"]
    assert finding == {
        "fate": "appears",
        "rule": "made/overfull",
        "facility": SHOP,
        "scope": {"label": "1A4FF0000000001"},
        "before": None,
        "after": {"severity": "note", "count": 1, "roles": ["root cause"]},
        "reason": "its rule is new",
    }


def test_faults_of_both_versions_are_told_at_once(diff: Run, newer: Path, place: Path) -> None:
    rewrite(place / "made/sale-without-total.yaml", ("s.total", "s.totl"))
    rewrite(newer / "data/negative-quantity.yaml", ("severity: warning", "severity: bad"))
    ended = diff("snap")
    assert ended.code == 2
    assert [line.partition(":")[0] for line in ended.err.splitlines() if "error:" in line] == [
        "made/sale-without-total.yaml",
        "next/made/data/negative-quantity.yaml",
    ]


def test_the_published_schema_has_the_words_of_the_program() -> None:
    known = schema()["$defs"]
    assert known["severity"]["enum"] == [of.value for of in Severity]
    assert known["verdict"]["enum"] == [*(of.value for of in Verdict), None]
    assert known["seen"]["properties"]["roles"]["items"]["enum"] == [of.value for of in Role]
    assert known["finding_change"]["properties"]["fate"]["enum"] == [of.value for of in Fate]
    assert known["rule_change"]["properties"]["change"]["enum"] == [of.value for of in Change]
