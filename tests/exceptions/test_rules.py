"""What exceptions know of rules."""

from pathlib import Path

import pytest

from rootlint.errors import UserError
from rootlint.exceptions.rules import RuleFacts, facts_of, facts_of_compiled
from rootlint.jurisdictions.laws import load_laws
from rootlint.model import Severity
from rootlint.rules.compiled import compile_packs
from rootlint.rules.loading import load_rules
from rootlint.snapshot.mapping import load_mapping

RULE = """\
name: made/late
aliases: [made/too-late]
layer: process
severity: warning
confidence: high
since: 0.1.0
summary: Made.
rationale: Made.
remediation: Made.
scope: [receipt, facility]
can_be_root: true
check: {kind: expect, table: metrc_sales s, expect: s.total is not null, keys: {receipt: s.receipt_id}, message: made}
"""


def made_rules(folder: Path, text: str = RULE) -> dict[str, RuleFacts]:
    """The facts of a pack with one rule; the configuration stage has the same."""
    (folder / "pack.yaml").write_text("name: made\n", encoding="utf-8")
    (folder / "late.yaml").write_text(text, encoding="utf-8")
    packs = load_rules(load_laws(), [folder])
    facts = facts_of(packs)
    assert facts_of_compiled(compile_packs(packs, load_mapping())) == facts
    return {name: rule for name, rule in facts.items() if name.startswith("made/")}


def test_a_rule_is_known_by_every_name_with_the_keys_of_its_scope(tmp_path: Path) -> None:
    late = RuleFacts("made/late", Severity.WARNING, ("receipt",))
    assert made_rules(tmp_path) == {"made/late": late, "made/too-late": late}


def test_a_rule_about_settings_is_known_as_one() -> None:
    facts = facts_of(load_rules(load_laws()))
    assert {
        name for name in ("sync-interval-too-long", "sale-posted-late") if facts[name].about_settings
    } == {"sync-interval-too-long"}


def test_a_rule_that_cannot_be_waived_says_why(tmp_path: Path) -> None:
    text = f"{RULE}waivable: false\nno_waiver: the law leaves no room\n"
    assert made_rules(tmp_path, text)["made/late"].refusal == "the law leaves no room"


@pytest.mark.parametrize("line", ["waivable: false", "no_waiver: because"])
def test_one_without_the_other_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(UserError, match="waivable: false and no_waiver, which says why, stand together"):
        made_rules(tmp_path, f"{RULE}{line}\n")
