"""Proof by repair: run the rules of a cause's symptoms on the world in which the cause did not happen.

The repair of the cause's rule is laid over the tables in the query; the symptoms' rules run again; what is
gone was its doing, what stays was not (or not its alone), what is new the repair itself would break. A
cause whose symptoms all stay fails its own repair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from rootlint.causes.evidence import NUMBERED
from rootlint.causes.explaining import ASSIGNMENTS, Explanation
from rootlint.causes.splitting import test_variances
from rootlint.engine import Engine, EngineError
from rootlint.model import Proof
from rootlint.rules.keys import KEYS
from rootlint.rules.language.printing import Context, quoted
from rootlint.rules.locality import repair_stays, rule_stays
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import plan
from rootlint.rules.repairs import CAUSE, overlaid
from rootlint.rules.running import Evaluation, create_violations, run_scan

AFTER = "violations_after_repair"
CLEARED = 0.9  # of the symptoms must be gone for a cause to count as confirmed
HARM = 0.05  # as many new violations, in relation, are tolerated


CONFIRMED, PARTLY, REFUTED, NOT_TESTABLE = "confirmed", "partly confirmed", "not confirmed", "not testable"


@dataclass(frozen=True)
class _Test:
    """A cause and what its repair is judged by."""

    cause: int
    facility: str | None
    rule: LoadedRule
    judged: tuple[LoadedRule, ...]  # the rules of what it may have brought about
    reached: tuple[str, ...]  # the facilities of that; none: all

    @cached_property
    def stays(self) -> bool:
        """Whether neither the repair nor a rule that judges it looks beyond a facility, so that others do not matter."""
        return bool(self.reached) and repair_stays(self.rule.repairs) and all(map(rule_stays, self.judged))

    @property
    def untestable(self) -> str | None:
        """Why it cannot be tested at all."""
        if not self.rule.repairs:
            return self.rule.rule.no_repair or "its rule describes no repair"
        return None if self.judged else "no rule of its symptoms was evaluated"


def prove(
    causes: Iterable[int],
    explanation: Explanation,
    rules: Mapping[str, LoadedRule],
    engine: Engine,
    evaluation: Evaluation,
) -> dict[int, Proof]:
    """Test causes by their repairs, those of one rule at different facilities in one repaired world."""
    tests = [_test(cause, explanation, rules, evaluation) for cause in causes]
    proofs = {test.cause: Proof(NOT_TESTABLE, reason=test.untestable) for test in tests if test.untestable}
    for together in _apart([test for test in tests if not test.untestable]):
        proofs |= _prove(together, engine, evaluation)
    return proofs


def _test(
    cause: int, explanation: Explanation, rules: Mapping[str, LoadedRule], evaluation: Evaluation
) -> _Test:
    group = explanation.groups[cause]
    judged = (rules[name] for name in _effects(cause, explanation, rules) if name in evaluation.bounds)
    return _Test(cause, group.facility, rules[group.rule], tuple(judged), _reached(cause, explanation))


def _apart(tests: Sequence[_Test]) -> list[list[_Test]]:
    """Tests that do not get into each other's way, put together."""
    apart: list[list[_Test]] = []
    for test in tests:
        for together in apart:
            if all(_independent(test, other) for other in together):
                together.append(test)
                break
        else:
            apart.append([test])
    return apart


def _independent(one: _Test, other: _Test) -> bool:
    """Whether two causes of one rule have no facility in common."""
    if (
        one.rule is not other.rule
        or not (one.stays and other.stays)
        or None in (one.facility, other.facility)
    ):
        return False
    return not {one.facility, *one.reached} & {other.facility, *other.reached}


def _prove(tests: Sequence[_Test], engine: Engine, evaluation: Evaluation) -> dict[int, Proof]:
    """Test causes in one world in which none of them happened; alone those that it tells nothing of, all should it break."""
    kept: dict[str, str] = {}
    broken = _judge_repaired(tests, kept, engine, evaluation)
    if broken is None and not _is_changed(kept, engine):
        broken = "its repair finds nothing in these tables to set right"
    for relation in kept:
        engine.run(f"DROP TABLE {relation}")
    proofs = {} if broken else {test.cause: _compare(test, engine) for test in tests}
    if len(tests) == 1:
        return proofs or {tests[0].cause: Proof(NOT_TESTABLE, reason=broken)}
    for test in tests:
        if not _tells(proofs.get(test.cause)):
            proofs |= _prove([test], engine, evaluation)
    return proofs


def _is_changed(kept: Mapping[str, str], engine: Engine) -> bool:
    """Whether any table but that of what to undo is another in the repaired world."""
    return any(engine.rows(f"SELECT 1 FROM {name} LIMIT 1") for name, table in kept.items() if table != CAUSE)


def _tells(proof: Proof | None) -> bool:
    """Whether the repaired world is another one for the cause's symptoms."""
    return proof is not None and (proof.cleared > 0 or proof.new > 0)


def _judge_repaired(
    tests: Sequence[_Test], kept: dict[str, str], engine: Engine, evaluation: Evaluation
) -> str | None:
    """Leave the violations of the repaired world in a table, or say why there is no such world."""
    reached = tuple(sorted({facility for test in tests for facility in test.reached}))
    context = (
        _within(reached, evaluation.context) if all(test.stays for test in tests) else evaluation.context
    )
    causes = [test.cause for test in tests]
    try:
        repaired = overlaid(
            tests[0].rule.repairs,
            lambda of: _undone(causes, of, engine),
            context,
            partial(_keep, kept, engine),
        )
    except EngineError as error:
        return f"its repair cannot be computed: {' '.join(str(error).split())[:200]}"
    repaired = replace(repaired, facilities=reached)
    engine.run(create_violations(AFTER))
    judged = {rule.name: rule for test in tests for rule in test.judged}
    for index, scan in enumerate(plan(judged.values())):
        _, crashed = run_scan(scan, f"proof_{index}", engine, repaired, evaluation.bounds, AFTER)
        if crashed:
            return f"the repaired world broke {', '.join(sorted(crashed))}"
    return None


def _effects(cause: int, explanation: Explanation, rules: Mapping[str, LoadedRule]) -> list[str]:
    """The rules of what a cause explains, and of what it may only account for a part of."""
    explained = {explanation.groups[c.group].rule for c in explanation.explained_by(cause)}
    reached = {explanation.groups[c.group].rule for c in explanation.reached_by(cause)}
    return sorted(explained | {name for name in reached if rules[name].candidates.variance is not None})


def _keep(kept: dict[str, str], engine: Engine, table: str, query: str) -> str:
    """Store the rows that a step changes, so that rules and later steps that read them do not compute them again."""
    relation = f"repaired_{len(kept)}"
    engine.run(f"CREATE OR REPLACE TEMP TABLE {relation} AS SELECT * FROM {query}")
    kept[relation] = table
    return relation


def _within(facilities: tuple[str, ...], context: Context) -> Context:
    """The tables as far as they are about some facilities."""
    only = f"facility IS NULL OR {_of(facilities)}"
    relations = {
        table: f"(SELECT * FROM {relation} WHERE {only})" for table, relation in context.relations.items()
    }
    return replace(context, relations=relations)


def _of(facilities: Sequence[str]) -> str:
    return f"facility IN ({', '.join(map(_text, facilities))})"


def _reached(cause: int, explanation: Explanation) -> tuple[str, ...]:
    """The facilities that a cause reaches; none where something in its reach belongs to no facility."""
    facilities = {explanation.groups[c.group].facility for c in explanation.reached_by(cause)}
    return tuple(sorted(facility for facility in facilities if facility)) if None not in facilities else ()


def _undone(causes: Sequence[int], rule: str | None, engine: Engine) -> str:
    """The violations to undo, as the table `cause` of repairs: the causes' own, or those of a rule that they explain."""
    relation = f"to_undo_{rule or 'itself'}"
    listed = ", ".join(map(str, causes))
    wanted = (
        f"v.group_id IN ({listed})"
        if rule is None
        else f"a.cause IN ({listed}) AND v.group_id <> a.cause AND v.rule = {_text(rule)}"
    )
    keys = ", ".join(f'v."{key}"' for key in KEYS)
    engine.run(
        f'CREATE OR REPLACE TEMP TABLE {quoted(relation)} AS SELECT v.facility, {keys}, v."at", coalesce(v.until, v."at") AS until, '
        f"v.id AS _place FROM {NUMBERED} v JOIN {ASSIGNMENTS} a USING (id) WHERE {wanted}"
    )
    return quoted(relation)


def _compare(test: _Test, engine: Engine) -> Proof:
    """Violations are the same when rule, facility and all keys are."""
    listed = ", ".join(_text(rule.name) for rule in test.judged)
    where = f"rule IN ({listed})" + (f" AND {_of(test.reached)}" if test.reached else "")
    judged = f"(SELECT * FROM {AFTER} WHERE {where})"
    keys = sorted({key for rule in test.judged for key, _ in rule.candidates.keys})  # the others are all null
    same = ", ".join(["rule", "facility", *map(quoted, keys)])
    test_variances(test.cause, judged, listed, same, engine)
    of_cause = f"cause = {test.cause} AND group_id <> {test.cause} AND rule IN ({listed})"
    blamed = f"SELECT {same} FROM {NUMBERED} JOIN {ASSIGNMENTS} USING (id) WHERE {of_cause}"
    known = f"SELECT {same} FROM {NUMBERED} WHERE {where}"
    after = f"SELECT {same} FROM {judged}"
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
