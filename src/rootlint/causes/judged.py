"""The records that rules judged, violations and those in order: what a cause should have broken is counted among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from rootlint.causes.evidence import declared_links, effect_key
from rootlint.causes.inferring import attributes_of
from rootlint.causes.reach import Records
from rootlint.engine import Engine
from rootlint.rules.language.printing import quoted
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import exposed_records
from rootlint.rules.running import Evaluation


@contextmanager
def judged_records(
    rules: Mapping[str, LoadedRule], names: Mapping[str, str], engine: Engine, evaluation: Evaluation
) -> Iterator[Records]:
    """Offer the records of every rule that was evaluated, each read when first asked for, and drop them in the end.

    To read them costs about as much as to judge them, so they are kept with all keys that anybody asks for.
    """
    keys = _asked_for(rules, names)
    kept: list[str] = []

    @cache
    def records(rule: str) -> str | None:
        if rule not in evaluation.bounds:
            return None
        query = exposed_records(rules[rule], keys[rule], evaluation.context, evaluation.bounds[rule])
        relation = quoted(f"judged_{rule}")
        engine.run(f"CREATE TEMP TABLE {relation} AS {query}")
        kept.append(relation)
        return relation

    yield records
    for relation in kept:
        engine.run(f"DROP TABLE {relation}")


def _asked_for(rules: Mapping[str, LoadedRule], names: Mapping[str, str]) -> dict[str, list[str]]:
    """The keys by which links reach a rule's records, and what they may be found to share."""
    keys = {name: set(attributes_of(rule)) for name, rule in rules.items()}
    for link in declared_links(rules, names):
        if link.via != "lineage":
            keys[link.effect].add(effect_key(link.via))
    return {name: sorted(of) for name, of in keys.items()}
