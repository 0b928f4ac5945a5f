"""Questions about one finding, one record or the statements of a run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from rootlint.assess.judging import assessed
from rootlint.assess.options import Options, Progress, in_silence
from rootlint.assess.preparing import Rulebook, load_granted, load_rulebook, make_engine, open_in, prepare
from rootlint.causes.story import Story, tell_story
from rootlint.engine import Engine
from rootlint.errors import Problem, UserError, did_you_mean
from rootlint.model import Facility, Finding, Outcome, Report
from rootlint.rules.asking import Judged, key_of, why_not
from rootlint.rules.loading import Packs
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import Bounds, ScanSql
from rootlint.rules.running import Run, evaluate, explain_plan
from rootlint.rules.selecting import select


def story_of(options: Options, wanted: str, progress: Progress = in_silence) -> tuple[Story, Report]:
    """Judge a snapshot, and tell the story of one finding, named by its id or by how that begins."""
    with assessed(options, progress) as judged:
        report = judged.report
        finding = _named_finding(wanted, report.findings)
        story = tell_story(
            finding,
            report.findings,
            report.outcomes,
            judged.rules,
            judged.run,
            judged.evaluation,
            judged.explanation,
            judged.identities,
        )
        return story, report


def _named_finding(wanted: str, findings: Sequence[Finding]) -> Finding:
    found = [finding for finding in findings if finding.id == wanted] or [
        of for of in findings if of.id.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(f"{of.id} ({of.rule})" for of in found[:5])
    if found:
        raise UserError(
            Problem(f"the ids of {len(found)} findings begin with '{wanted}'", help=f"say more of one: {ids}")
        )
    of_rule = ", ".join(finding.id for finding in findings if finding.rule == wanted)
    known = (
        f"its findings: {of_rule}" if of_rule else did_you_mean(wanted, [finding.id for finding in findings])
    )
    help = known or "rootlint check prints the ids; give the same options here"
    raise UserError(Problem(f"no finding has the id '{wanted}'", help=help))


@dataclass(frozen=True)
class WhyNot:
    """How the records with a key ended for a rule, or why it judged none at all."""

    rule: LoadedRule
    key: str
    value: str
    facilities: tuple[Facility, ...]
    outcomes: tuple[Outcome, ...]
    bounds: Bounds | None  # None: the rule was not evaluated
    judged: tuple[Judged, ...]


def why_not_of(options: Options, name: str, wanted: str, progress: Progress = in_silence) -> WhyNot:
    """Ask one rule about the records with a key, written ``label=1A4…`` or as a value of what violations are about."""
    rulebook = load_rulebook(options)
    rule = _named_rule(name, rulebook.packs)
    key, value = key_of(rule, wanted)
    with closing(make_engine(options)) as engine:
        run = _run(options, engine, rulebook)
        evaluation = evaluate([rule], run, progress)
        bounds = evaluation.bounds.get(rule.name)
        judged = why_not(rule, key, value, engine, evaluation.context, bounds) if bounds is not None else ()
        return WhyNot(rule, key, value, run.snapshot.facilities, evaluation.outcomes, bounds, tuple(judged))


def _named_rule(name: str, packs: Packs) -> LoadedRule:
    if name not in packs.names:
        raise UserError(Problem(f"no rule is named '{name}'", help=did_you_mean(name, packs.names)))
    return packs.rules[packs.names[name]]


def plan_of(options: Options) -> list[ScanSql]:
    """The statements that a run would send to the engine."""
    rulebook = load_rulebook(options)
    with closing(make_engine(options)) as engine:
        return explain_plan(select(rulebook.packs, options.selection), _run(options, engine, rulebook))


def _run(options: Options, engine: Engine, rulebook: Rulebook) -> Run:
    snapshot = open_in(engine, options)
    return prepare(options, engine, snapshot, rulebook, load_granted(options, snapshot, rulebook))
