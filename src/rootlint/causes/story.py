"""The story of one finding: what it comes from, tie by tie with an example of each, what else was considered, and why its
records matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rootlint.causes.evidence import MEMBERS, NUMBERED, TIES
from rootlint.causes.explaining import Explanation, Step, chain
from rootlint.causes.graph import Identities
from rootlint.causes.telling import BLAMED, alternatives
from rootlint.engine import Engine
from rootlint.model import Alternative, Finding, Outcome, Role, Sample, Verdict
from rootlint.rules.asking import Answer, why_matched
from rootlint.rules.findings import samples_of
from rootlint.rules.model import LoadedRule
from rootlint.rules.running import Evaluation, Run


@dataclass(frozen=True)
class Example:
    """A violation of the cause and one of the effect, tied by a link."""

    cause_rule: str
    cause: Sample
    effect_rule: str
    effect: Sample
    via: str
    mechanism: str
    tied: int
    of: int


@dataclass(frozen=True)
class Week:
    """How many violations a week has, from its Monday, in UTC."""

    monday: date
    count: int


@dataclass(frozen=True)
class Upstream:
    """A rule that is declared to lead here, and how it ended."""

    rule: str
    violations: int
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Story:
    """Everything there is to say of one finding."""

    finding: Finding
    root: Finding | None  # what a symptom is blamed on
    symptoms: tuple[Finding, ...]
    examples: tuple[Example, ...]  # of each tie of the chain
    considered: tuple[Alternative, ...]  # what else may have caused the same violations
    upstream: tuple[Upstream, ...]  # rules declared to lead here, of what nothing explains
    weeks: tuple[Week, ...]
    symptom_weeks: tuple[Week, ...]
    matches: tuple[tuple[Answer, ...], ...]  # why each sample matched, in their order


def tell_story(
    finding: Finding,
    findings: Sequence[Finding],
    outcomes: Sequence[Outcome],
    rules: Mapping[str, LoadedRule],
    run: Run,
    evaluation: Evaluation,
    explanation: Explanation,
    identities: Identities,
) -> Story:
    """Tell the story of a finding, while the engine still has the tables of the run."""
    group, cause = _place(finding, findings, identities)
    unexplained = finding.stands_alone or finding.role in (Role.UNKNOWN, Role.ISOLATED)
    return Story(
        finding=finding,
        root=next((other for other in findings if finding.blame and other.id == finding.blame.root), None),
        symptoms=tuple(other for other in findings if other.blame and other.blame.root == finding.id),
        examples=_examples(group, cause, rules, run, explanation) if finding.role is Role.SYMPTOM else (),
        considered=_considered(finding, group, cause, explanation),
        upstream=_upstream(finding, rules, outcomes) if unexplained else (),
        weeks=_weeks(_own(group, cause), run.engine),
        symptom_weeks=_weeks(f"cause = {group} AND group_id <> {group}", run.engine)
        if group is not None
        else (),
        matches=_matches(finding, rules, run, evaluation),
    )


def _place(
    finding: Finding, findings: Sequence[Finding], identities: Identities
) -> tuple[int | None, int | None]:
    """The group of a finding's violations and what they are blamed on; what was inferred is no group, only a cause."""
    at = {identity: key for key, identity in identities.items()}
    if finding.id in at:
        return at[finding.id]
    symptoms = (other for other in findings if other.blame is not None and other.blame.root == finding.id)
    return None, next(at[symptom.id][1] for symptom in symptoms)


def _own(group: int | None, cause: int | None) -> str:
    """Which violations are a finding's own."""
    blamed = f"cause IS NOT DISTINCT FROM {'NULL' if cause is None else cause}"
    return blamed if group is None else f"group_id = {group} AND {blamed}"


# -- the chain


def _examples(
    group: int | None, cause: int | None, rules: Mapping[str, LoadedRule], run: Run, explanation: Explanation
) -> tuple[Example, ...]:
    """From the symptom back to the root, so that what shows one tie shows the next one too where it can."""
    if group is None or cause is None or cause not in explanation.groups:
        return ()
    found: list[Example] = []
    effect, within = None, _own(group, cause)
    for step in reversed(chain(cause, group, explanation)):
        pair = _tied(step, effect, within, run.engine)
        shown = samples_of(pair, rules, run, NUMBERED)
        found.append(_example(step, shown[pair[0]], shown[pair[1]], explanation))
        effect, within = pair[0], "TRUE"
    return tuple(reversed(found))


def _tied(step: Step, effect: int | None, within: str, engine: Engine) -> tuple[int, int]:
    """The ids of a cause and an effect that a link ties: the effect wanted if it is tied, else the first one."""
    tied, island = engine.rows(
        f"SELECT t.id, t.island FROM {TIES} t JOIN (SELECT id, group_id, {within} AS wanted FROM {BLAMED}) v ON v.id = t.id "
        f"WHERE t.link = {step.link.number} AND t.cause = {step.cause} AND v.group_id = {step.effect} "
        f"ORDER BY v.wanted DESC, t.id IS DISTINCT FROM {'NULL' if effect is None else effect}, t.id, t.island LIMIT 1"
    )[0]
    # Of the violations of an island the last one before the effect is the most telling.
    cause = engine.rows(
        f'SELECT m.id FROM {MEMBERS} m JOIN {NUMBERED} c ON c.id = m.id, (SELECT "at" AS seen FROM {NUMBERED} WHERE id = {tied}) e '
        f'WHERE m.island = {island} ORDER BY coalesce(c."at" > e.seen, FALSE), abs(epoch(c."at") - epoch(e.seen)) NULLS LAST, m.id LIMIT 1'
    )[0][0]
    return cause, tied


def _example(step: Step, cause: Sample, effect: Sample, explanation: Explanation) -> Example:
    groups = explanation.groups
    of = groups[step.effect].size
    return Example(
        groups[step.cause].rule,
        cause,
        groups[step.effect].rule,
        effect,
        step.link.via,
        step.link.mechanism,
        step.tied,
        of,
    )


# -- what else


def _considered(
    finding: Finding, group: int | None, cause: int | None, explanation: Explanation
) -> tuple[Alternative, ...]:
    """Other explanations of a root's symptoms, or of a symptom."""
    if finding.cause is not None:
        return finding.cause.alternatives
    if finding.role is not Role.SYMPTOM or cause is None or cause not in explanation.groups:
        return ()
    return alternatives(
        cause, [each for each in explanation.explained_by(cause) if each.group == group], explanation
    )


def _upstream(
    finding: Finding, rules: Mapping[str, LoadedRule], outcomes: Sequence[Outcome]
) -> tuple[Upstream, ...]:
    """The rules that are declared to lead to a finding's rule at once, and what they found where it is."""
    names = {name: rule for rule, loaded in rules.items() for name in (rule, *loaded.rule.aliases)}
    causes = [
        rule
        for rule, loaded in sorted(rules.items())
        if any(names.get(link.rule) == finding.rule for link in loaded.rule.leads_to)
    ]
    return tuple(_ended(rule, finding.facility, outcomes) for rule in causes)


def _ended(rule: str, facility: str | None, outcomes: Sequence[Outcome]) -> Upstream:
    there = [
        outcome
        for outcome in outcomes
        if outcome.rule == rule and (facility is None or outcome.facility in (facility, None))
    ]
    verdicts = dict.fromkeys(outcome.verdict for outcome in there)
    return Upstream(rule, sum(outcome.violations for outcome in there), tuple(verdicts))


# -- time and records


def _weeks(which: str, engine: Engine) -> tuple[Week, ...]:
    """Violations by week, those without any among them; what has no time has no week."""
    rows = engine.rows(
        f"SELECT CAST(date_trunc('week', \"at\") AS DATE) AS monday, count(*) FROM {BLAMED} "
        f'WHERE {which} AND "at" IS NOT NULL GROUP BY monday ORDER BY monday'
    )
    counts = dict(rows)
    if not counts:
        return ()
    first, last = rows[0][0], rows[-1][0]
    mondays = (first + timedelta(weeks=index) for index in range((last - first).days // 7 + 1))
    return tuple(Week(monday, counts.get(monday, 0)) for monday in mondays)


def _matches(
    finding: Finding, rules: Mapping[str, LoadedRule], run: Run, evaluation: Evaluation
) -> tuple[tuple[Answer, ...], ...]:
    if finding.rule not in evaluation.bounds:
        return ()
    bounds = evaluation.bounds[finding.rule]
    return tuple(
        why_matched(
            rules[finding.rule], finding.facility, finding.samples, run.engine, evaluation.context, bounds
        )
    )
