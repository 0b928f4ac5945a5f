"""What exceptions need to know of rules, whoever loaded them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rootlint.jurisdictions.model import Jurisdiction
from rootlint.model import Severity
from rootlint.rules.loading import Packs
from rootlint.rules.model import LoadedRule

SETTINGS = "config_settings"  # the table of what configuration files say


@dataclass(frozen=True)
class RuleFacts:
    """A rule, as far as its findings can be excepted."""

    name: str
    severity: Severity  # the worst that it is in any jurisdiction; what the configuration says does not count
    scope: tuple[str, ...]  # the keys that every scope of its findings has; none: one finding a facility
    refusal: str | None = None  # why its findings cannot be waived
    about_settings: bool = False  # whether it judges settings, beside which a comment can stand


def facts_of(packs: Packs, jurisdictions: Mapping[str, Jurisdiction]) -> dict[str, RuleFacts]:
    """The facts of all rules, by every name and former name."""
    facts = {name: _facts(loaded, jurisdictions) for name, loaded in packs.rules.items()}
    return {alias: facts[name] for alias, name in packs.names.items()}


def _facts(loaded: LoadedRule, jurisdictions: Mapping[str, Jurisdiction]) -> RuleFacts:
    rule = loaded.rule
    names = {rule.name, *rule.aliases}
    switches = [
        switch for each in jurisdictions.values() for switch in each.rules.values() if switch.rule in names
    ]
    severities = [rule.severity, *(switch.severity for switch in switches if switch.severity)]
    worst = max(severities, key=lambda severity: severity.rank)
    return RuleFacts(rule.name, worst, rule.scope_keys, rule.no_waiver, loaded.candidates.table == SETTINGS)
