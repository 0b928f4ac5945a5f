"""What exceptions need to know of rules, whoever loaded them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rootlint.model import Severity

if TYPE_CHECKING:
    from rootlint.rules.compiled import CompiledPacks
    from rootlint.rules.loading import Packs

SETTINGS = "config_settings"  # the table of what configuration files say


@dataclass(frozen=True)
class RuleFacts:
    """A rule, as far as its findings can be excepted."""

    name: str
    severity: Severity  # the rule's own, whatever jurisdictions and the configuration say
    scope: tuple[str, ...]  # the keys that every scope of its findings has; none: one finding a facility
    refusal: str | None = None  # why its findings cannot be waived
    about_settings: bool = False  # whether it judges settings, beside which a comment can stand


def facts_of(packs: Packs) -> dict[str, RuleFacts]:
    """The facts of loaded rules, by every name and former name."""
    facts = {
        name: RuleFacts(
            name, rule.severity, rule.scope_keys, rule.no_waiver, loaded.candidates.table == SETTINGS
        )
        for name, loaded in packs.rules.items()
        for rule in (loaded.rule,)
    }
    return {alias: facts[name] for alias, name in packs.names.items()}


def facts_of_compiled(packs: CompiledPacks) -> dict[str, RuleFacts]:
    """The same of rules as the configuration stage has them."""
    facts = {
        name: RuleFacts(name, rule.severity, rule.scope, rule.no_waiver, rule.candidates is not None)
        for name, rule in packs.rules.items()
    }
    return {alias: facts[name] for alias, name in packs.names.items()}
