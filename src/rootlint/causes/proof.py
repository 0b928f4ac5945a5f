"""Proof by repair: run the rules of a cause's symptoms on the world in which the cause did not happen.

The repair of the cause's rule is laid over the tables in the query; the symptoms' rules run again; what is
gone was its doing, what stays was not (or not its alone), what is new the repair itself would break. A
cause whose symptoms all stay fails its own repair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from rootlint.causes.evidence import NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS, Explanation
from rootlint.causes.splitting import test_variances
from rootlint.engine import Engine, EngineError
from rootlint.model import Proof
from rootlint.rules.keys import KEYS
from rootlint.rules.language.printing import Context, quoted
from rootlint.rules.locality import repair_stays, rule_stays
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import Bounds, plan
from rootlint.rules.repairs import overlaid
from rootlint.rules.running import create_violations, run_scan

AFTER = "violations_after_repair"
CLEARED = 0.9  # of the symptoms must be gone for a cause to count as confirmed
HARM = 0.05  # as many new violations, in relation, are tolerated


CONFIRMED, PARTLY, REFUTED, NOT_TESTABLE = "confirmed", "partly confirmed", "not confirmed", "not testable"


def prove(
    cause: int,
    explanation: Explanation,
    rules: Mapping[str, LoadedRule],
    engine: Engine,
    context: Context,
    bounds: Mapping[str, Bounds],
) -> Proof:
    """Test one cause by its repair."""
    rule = rules[explanation.groups[cause].rule]
    if not rule.repairs:
        return Proof(NOT_TESTABLE, reason=rule.rule.no_repair or "its rule describes no repair")
    testable = [rules[name] for name in _effects(cause, explanation, rules) if name in bounds]
    if not testable:
        return Proof(NOT_TESTABLE, reason="no rule of its symptoms was evaluated")
    affected = _affected(cause, explanation)
    if repair_stays(rule.repairs) and all(rule_stays(of) for of in testable):
        context = _within(affected, context)
    kept: list[str] = []
    try:
        repaired = overlaid(
            rule.repairs, lambda of: _undone(cause, of, engine), context, partial(_keep, kept, engine)
        )
    except EngineError as error:
        return Proof(
            NOT_TESTABLE, reason=f"its repair cannot be computed: {' '.join(str(error).split())[:200]}"
        )
    repaired = replace(repaired, facilities=affected)
    engine.run(create_violations(AFTER))
    for index, scan in enumerate(plan(testable)):
        _, crashed = run_scan(scan, f"proof_{index}", engine, repaired, bounds, AFTER)
        if crashed:
            return Proof(NOT_TESTABLE, reason=f"the repaired world broke {', '.join(sorted(crashed))}")
    for relation in kept:
        engine.run(f"DROP TABLE {relation}")
    listed = ", ".join(_text(tested.name) for tested in testable)
    test_variances(cause, AFTER, listed, engine)
    return _compare(cause, listed, engine)


def _effects(cause: int, explanation: Explanation, rules: Mapping[str, LoadedRule]) -> list[str]:
    """The rules of what a cause explains, and of what it may only account for a part of."""
    explained = {explanation.groups[c.group].rule for c in explanation.explained_by(cause)}
    reached = {explanation.groups[c.group].rule for c in explanation.reached_by(cause)}
    return sorted(explained | {name for name in reached if rules[name].candidates.variance is not None})


def _keep(kept: list[str], engine: Engine, query: str) -> str:
    """Store the rows that a step changes, so that rules and later steps that read them do not compute them again."""
    relation = f"repaired_{len(kept)}"
    engine.run(f"CREATE OR REPLACE TEMP TABLE {relation} AS SELECT * FROM {query}")
    kept.append(relation)
    return relation


def _within(facilities: tuple[str, ...], context: Context) -> Context:
    """The tables as far as they are about some facilities: nothing else bears on what is run again."""
    if not facilities:
        return context
    only = f"facility IS NULL OR facility IN ({', '.join(map(_text, facilities))})"
    relations = {
        table: f"(SELECT * FROM {relation} WHERE {only})" for table, relation in context.relations.items()
    }
    return replace(context, relations=relations)


def _affected(cause: int, explanation: Explanation) -> tuple[str, ...]:
    """The facilities that a cause reaches; none where something in its reach belongs to no facility."""
    facilities = {explanation.groups[c.group].facility for c in explanation.reached_by(cause)}
    return tuple(sorted(facility for facility in facilities if facility)) if None not in facilities else ()


def _undone(cause: int, rule: str | None, engine: Engine) -> str:
    """The violations to undo, as the table `cause` of repairs: the cause's own, or those of a rule that it explains."""
    relation = f"to_undo_{rule or 'itself'}"
    wanted = (
        f"v.group_id = {cause}"
        if rule is None
        else f"a.cause = {cause} AND v.group_id <> {cause} AND v.rule = {_text(rule)}"
    )
    keys = ", ".join(f'v."{key}"' for key in KEYS)
    engine.run(
        f'CREATE OR REPLACE TEMP TABLE {quoted(relation)} AS SELECT v.facility, {keys}, v."at", coalesce(v.until, v."at") AS until, '
        f"v.id AS _place FROM {NUMBERED} v JOIN {ASSIGNMENTS} a USING (id) WHERE {wanted}"
    )
    return quoted(relation)


def _compare(cause: int, listed: str, engine: Engine) -> Proof:
    """Violations are the same when rule, facility and all keys are."""
    same = ", ".join(["rule", "facility", *(f'"{key}"' for key in KEYS)])
    blamed = f"SELECT {same} FROM {NUMBERED} JOIN {ASSIGNMENTS} USING (id) WHERE cause = {cause} AND group_id <> {cause} AND rule IN ({listed})"
    known = f"SELECT {same} FROM {NUMBERED} WHERE rule IN ({listed})"
    after = f"SELECT {same} FROM {AFTER}"
    before, stayed, new = (
        engine.rows(f"SELECT count(*) FROM ({query})")[0][0]
        for query in (blamed, f"({blamed}) INTERSECT ALL ({after})", f"({after}) EXCEPT ALL ({known})")
    )
    cleared = before - stayed
    return Proof(_standing(cleared, before, new), cleared, stayed, new)


def _standing(cleared: int, before: int, new: int) -> str:
    if cleared >= CLEARED * before and new <= HARM * before:
        return CONFIRMED
    return PARTLY if cleared > new else REFUTED


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
