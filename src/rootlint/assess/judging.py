"""From an open snapshot to judged findings: evaluate, explain, prove, except, report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from rootlint.assess.options import Options, Progress, in_silence
from rootlint.assess.preparing import Rulebook, load_granted, load_rulebook, make_engine, open_in, prepare
from rootlint.assess.reporting import report_of
from rootlint.causes.explaining import Explanation, explain
from rootlint.causes.exposure import Published, with_exposure
from rootlint.causes.graph import Identities, edges
from rootlint.causes.inferring import infer
from rootlint.causes.judged import judged_records
from rootlint.causes.proof import prove
from rootlint.causes.splitting import begin_splitting, split, variances
from rootlint.causes.telling import BLAMED, identify, tell, to_prove
from rootlint.errors import Problems, did_you_mean
from rootlint.exceptions.applying import Facts, excepted
from rootlint.exceptions.coverage import Coverage, Read
from rootlint.exceptions.loading import Granted
from rootlint.exceptions.violations import evidence_of, settings_found
from rootlint.jurisdictions.model import Penalty
from rootlint.model import Edge, Exceptions, Finding, Outcome, Report
from rootlint.rules.findings import gather
from rootlint.rules.model import LoadedRule
from rootlint.rules.running import Evaluation, Run, evaluate, open_tables
from rootlint.rules.selecting import select
from rootlint.snapshot.opening import Snapshot


@dataclass(frozen=True)
class Assessed:
    """A judged snapshot while its engine still runs: what a story is told from."""

    report: Report
    rules: Mapping[str, LoadedRule]  # all that are loaded, by name
    run: Run
    evaluation: Evaluation
    explanation: Explanation
    identities: Identities


@contextmanager
def assessed(
    options: Options, progress: Progress = in_silence, rulebook: Rulebook | None = None
) -> Iterator[Assessed]:
    """Judge a snapshot, and keep the engine with all its tables for as long as the context lasts."""
    with closing(make_engine(options)) as engine:
        # The snapshot first: rules may take seconds, and a folder that is none is said at once.
        snapshot = open_in(engine, options)
        rulebook = rulebook or load_rulebook(options)
        rules = select(rulebook.packs, options.selection)
        granted = load_granted(options, snapshot, rulebook)
        run = prepare(options, engine, snapshot, rulebook, granted)
        evaluation = evaluate(rules, run, progress)
        told = _explained(options, rules, rulebook, run, evaluation)
        told, exceptions = _excepted(told, granted, run, _coverage(rules, snapshot, evaluation.outcomes))
        report = report_of(
            options, snapshot, rulebook, rules, evaluation.outcomes, told.findings, told.edges, exceptions
        )
        yield Assessed(report, rulebook.packs.rules, run, evaluation, told.explanation, told.identities)


@dataclass(frozen=True)
class _Told:
    """Findings with what each is blamed on, and how they hang together."""

    findings: tuple[Finding, ...]
    edges: tuple[Edge, ...]
    explanation: Explanation
    identities: Identities


def _explained(
    options: Options,
    rules: Sequence[LoadedRule],
    rulebook: Rulebook,
    run: Run,
    evaluation: Evaluation,
) -> _Told:
    packs, published = rulebook.packs, _published(rulebook)
    chosen = {rule.name: rule for rule in rules}
    with judged_records(chosen, packs.names, run.engine, evaluation) as records:
        explanation = explain(chosen, packs.names, run.engine, run.snapshot, records, evaluation.outcomes)
        inferred = infer(chosen, run.engine, records)
    gathered = gather(packs.rules, evaluation.outcomes, run, BLAMED, options.samples)
    begin_splitting(run.engine)
    proofs = prove(to_prove(explanation), explanation, chosen, run.engine, evaluation)
    findings = tell(gathered, explanation, inferred, packs.rules, evaluation.outcomes, run.engine, proofs)
    split(run.engine)
    identities = identify(gathered, explanation)
    off = variances(identities, explanation, run.engine)
    findings = [replace(finding, variances=off.get(finding.id, ())) for finding in findings]
    graph = edges(gathered, identities, explanation, inferred, run.engine)
    findings = with_exposure(findings, published)
    return _Told(tuple(findings), graph, explanation, identities)


def _published(rulebook: Rulebook) -> Published:
    """The penalties that jurisdictions publish for what rules find."""
    problems, names = Problems(), rulebook.packs.names
    published: dict[tuple[str, str], list[Penalty]] = {}
    for code, jurisdiction in rulebook.laws.jurisdictions.items():
        for penalty in jurisdiction.penalties:
            for rule in penalty.rules:
                if rule in names:
                    published.setdefault((code, names[rule]), []).append(penalty)
                else:
                    problems.add(f"no rule is named '{rule}'", penalty.place, did_you_mean(rule, names))
    problems.raise_if_any()
    return published


def _coverage(rules: Sequence[LoadedRule], snapshot: Snapshot, outcomes: Sequence[Outcome]) -> Coverage:
    read = {
        name: Read(name, of.complete, of.set_aside, of.covers_from, of.covers_until)
        for name, of in open_tables(rules, snapshot).items()
    }
    tables = {rule.name: [read[name] for name in sorted(rule.tables & set(read))] for rule in rules}
    return Coverage({(outcome.rule, outcome.facility): outcome for outcome in outcomes}, tables)


def _excepted(told: _Told, granted: Granted, run: Run, coverage: Coverage) -> tuple[_Told, Exceptions]:
    """The findings with the exceptions that they have: none is taken away, and none changes its place."""
    settings = settings_found(run.engine, {waiver.rule for waiver in granted.waivers if waiver.inline})
    evidence = evidence_of(run.engine) if granted.baseline is not None else {}
    findings, exceptions = excepted(granted, told.findings, Facts(coverage, settings, evidence), run.as_of)
    return replace(told, findings=findings), exceptions
