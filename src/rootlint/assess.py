"""The use case, as a table of contents: load, open, select, evaluate, group, report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from rootlint import __version__
from rootlint.causes.explaining import Explanation, explain
from rootlint.causes.exposure import Published, with_exposure
from rootlint.causes.graph import Identities, edges
from rootlint.causes.inferring import infer
from rootlint.causes.judged import judged_records
from rootlint.causes.plan import Plan, make_plan
from rootlint.causes.proof import prove
from rootlint.causes.splitting import begin_splitting, split, variances
from rootlint.causes.story import Story, tell_story
from rootlint.causes.telling import BLAMED, identify, tell, to_prove
from rootlint.causes.violations import write_violations
from rootlint.engine import Engine
from rootlint.errors import Problem, Problems, UserError, did_you_mean
from rootlint.exceptions.applying import Facts, excepted
from rootlint.exceptions.baseline import Baseline
from rootlint.exceptions.comparing import entries_of
from rootlint.exceptions.coverage import Coverage, Read
from rootlint.exceptions.loading import Granted, Sources, World, load_exceptions
from rootlint.exceptions.rules import facts_of
from rootlint.exceptions.violations import evidence_of, settings_found
from rootlint.jurisdictions.in_force import in_force
from rootlint.jurisdictions.laws import Laws, load_laws
from rootlint.jurisdictions.model import Penalty
from rootlint.model import (
    Edge,
    Exceptions,
    Facility,
    Finding,
    Head,
    JurisdictionHead,
    Outcome,
    Report,
    RuleHead,
    Severity,
    TableHead,
    Verdict,
)
from rootlint.plugins import PackSource, collect
from rootlint.rules.asking import Judged, key_of, why_not
from rootlint.rules.findings import gather
from rootlint.rules.language.types import OF_PARAMETER_KIND
from rootlint.rules.loading import Packs, folder_pack, installed_packs, load_packs
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import Bounds, ScanSql
from rootlint.rules.running import EVERYWHERE, Evaluation, Run, Switch, evaluate, explain_plan, open_tables
from rootlint.rules.selecting import Selection, check_switches, select
from rootlint.snapshot.files import config_contents
from rootlint.snapshot.mapping import load_mapping
from rootlint.snapshot.opening import Snapshot, open_snapshot

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


@dataclass(frozen=True)
class Options:
    """What a user asks of a run."""

    snapshot: Path
    as_of: date
    selection: Selection = field(default_factory=Selection)
    facilities: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    packs: tuple[Path, ...] = ()  # folders of rules beside the installed packs
    jurisdiction_folders: tuple[Path, ...] = ()
    mappings: tuple[Path, ...] = ()  # files that say how the operator's configuration spells settings
    switches: Mapping[str, Switch] = field(default_factory=dict)  # by rule, from the configuration
    exceptions: Sources = field(default_factory=Sources)
    fail_on: Severity | None = Severity.WARNING
    allow_incomplete: bool = False
    samples: int = 5
    cache: Path | None = None  # a folder for packs that were found sound; None: load them anew
    violations: Path | None = None  # a Parquet file for every violation, with what it is blamed on
    engine: str = "duckdb"
    threads: int | None = None
    memory_limit: str | None = None


@dataclass(frozen=True)
class Assessed:
    """A judged snapshot while its engine still runs: what a story is told from."""

    report: Report
    rules: Mapping[str, LoadedRule]  # all that are loaded, by name
    run: Run
    evaluation: Evaluation
    explanation: Explanation
    identities: Identities


def assess(options: Options, progress: Progress = lambda *_: None, packs: Packs | None = None) -> Report:
    """Judge a snapshot: every selected rule, for every selected facility; ``packs`` that are loaded already."""
    with assessed(options, progress, packs) as judged:
        if options.violations is not None:
            write_violations(options.violations, judged.identities, judged.run.engine)
        return judged.report


def order_repairs(options: Options, progress: Progress = lambda *_: None) -> tuple[Report, Plan]:
    """Judge a snapshot, and say what to repair in which order."""
    with assessed(options, progress) as judged:
        report = judged.report
        rules = {name: loaded.rule for name, loaded in judged.rules.items()}
        return report, make_plan(report.head, report.findings, rules, report.open_ends)


def inherit(
    options: Options, before: Baseline | None = None, progress: Progress = lambda *_: None
) -> tuple[Report, Baseline]:
    """Judge a snapshot, and take what it finds for inherited; ``before`` knows since when some of that was there."""
    with assessed(options, progress) as judged:
        report = judged.report
        entries = entries_of(report.findings, evidence_of(judged.run.engine), options.as_of, before)
        packs = {pack.name: pack.digest for pack in report.head.packs}
        return report, Baseline(packs, report.head.snapshot_digest, entries)


def story_of(options: Options, wanted: str, progress: Progress = lambda *_: None) -> tuple[Story, Report]:
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


def _named_rule(name: str, packs: Packs) -> LoadedRule:
    if name not in packs.names:
        raise UserError(Problem(f"no rule is named '{name}'", help=did_you_mean(name, packs.names)))
    return packs.rules[packs.names[name]]


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


def why_not_of(options: Options, name: str, wanted: str, progress: Progress = lambda *_: None) -> WhyNot:
    """Ask one rule about the records with a key, written ``label=1A4…`` or as a value of what violations are about."""
    laws = load_laws(options.jurisdiction_folders)
    packs = load_rules(laws, options.packs, options.mappings, cache=options.cache)
    rule = _named_rule(name, packs)
    key, value = key_of(rule, wanted)
    with closing(_engine(options)) as engine:
        snapshot = _open(options, engine)
        run = _run(options, engine, snapshot, laws, packs, _granted(options, snapshot, laws, packs))
        evaluation = evaluate([rule], run, progress)
        bounds = evaluation.bounds.get(rule.name)
        judged = why_not(rule, key, value, engine, evaluation.context, bounds) if bounds is not None else ()
        return WhyNot(rule, key, value, run.snapshot.facilities, evaluation.outcomes, bounds, tuple(judged))


@contextmanager
def assessed(
    options: Options, progress: Progress = lambda *_: None, packs: Packs | None = None
) -> Iterator[Assessed]:
    """Judge a snapshot, and keep the engine with all its tables for as long as the context lasts."""
    with closing(_engine(options)) as engine:
        # The snapshot first: rules take seconds, and a folder that is none is said at once.
        snapshot = _open(options, engine)
        laws = load_laws(options.jurisdiction_folders)
        packs = packs or load_rules(laws, options.packs, options.mappings, cache=options.cache)
        rules = select(packs, options.selection)
        granted = _granted(options, snapshot, laws, packs)
        run = _run(options, engine, snapshot, laws, packs, granted)
        evaluation = evaluate(rules, run, progress)
        told = _explained(options, rules, packs, run, evaluation, _published(laws, packs))
        told, exceptions = _excepted(told, granted, run, _coverage(rules, snapshot, evaluation.outcomes))
        report = _report(options, snapshot, laws, packs, rules, evaluation.outcomes, told, exceptions)
        yield Assessed(report, packs.rules, run, evaluation, told.explanation, told.identities)


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
    packs: Packs,
    run: Run,
    evaluation: Evaluation,
    published: Published,
) -> _Told:
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


def _granted(options: Options, snapshot: Snapshot, laws: Laws, packs: Packs) -> Granted:
    """What the run is told to let pass; a fault in it stops the run before anything is judged."""
    config = config_contents(snapshot.folder)
    return load_exceptions(
        options.exceptions, World(facts_of(packs), options.as_of, config, snapshot.facilities, laws)
    )


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


def plan_of(options: Options) -> list[ScanSql]:
    """The statements that a run would send to the engine."""
    laws = load_laws(options.jurisdiction_folders)
    packs = load_rules(laws, options.packs, options.mappings, cache=options.cache)
    with closing(_engine(options)) as engine:
        snapshot = _open(options, engine)
        run = _run(options, engine, snapshot, laws, packs, _granted(options, snapshot, laws, packs))
        return explain_plan(select(packs, options.selection), run)


def load_rules(
    laws: Laws,
    folders: Sequence[Path] = (),
    mappings: Sequence[Path] = (),
    instead: Sequence[PackSource] = (),
    cache: Path | None = None,
) -> Packs:
    """The rules of all plugins and of further folders, checked against the format and the vocabulary.

    ``instead`` are packs that stand in place of those of the same names; ``cache`` is a folder of packs loaded before.
    """
    kinds = {
        name: OF_PARAMETER_KIND[parameter.kind] for name, parameter in laws.vocabulary.parameters.items()
    }
    replaced = {pack.name for pack in instead}
    kept = [pack for pack in (*installed_packs(), *map(folder_pack, folders)) if pack.name not in replaced]
    return load_packs([*kept, *instead], kinds, load_mapping(mappings).names, cache)


def _engine(options: Options) -> Engine:
    engines = collect("rootlint_engines", "engine")
    if options.engine not in engines:
        raise UserError(
            Problem(f"there is no engine '{options.engine}'", help=did_you_mean(options.engine, engines))
        )
    engine: Engine = engines[options.engine].call(threads=options.threads, memory_limit=options.memory_limit)
    return engine


def _open(options: Options, engine: Engine) -> Snapshot:
    snapshot = open_snapshot(options.snapshot, engine, load_mapping(options.mappings))
    engine.lock([snapshot.folder])
    return snapshot


def _run(
    options: Options, engine: Engine, snapshot: Snapshot, laws: Laws, packs: Packs, granted: Granted
) -> Run:
    adjust = granted.own.adjust if granted.own is not None else None
    return Run(
        engine=engine,
        snapshot=snapshot,
        in_force=in_force(laws.jurisdictions, snapshot.facilities, laws.vocabulary, adjust),
        as_of=options.as_of,
        facilities=_selected_facilities(options, snapshot.facilities),
        functions=packs.functions,
        switches=_switches(options, laws, packs),
    )


def _selected_facilities(options: Options, facilities: Sequence[Facility]) -> tuple[str, ...]:
    problems = Problems()
    for wanted, known, what in (
        (options.facilities, [facility.facility for facility in facilities], "facility"),
        (
            options.jurisdictions,
            [facility.jurisdiction for facility in facilities],
            "facility in jurisdiction",
        ),
    ):
        for name in sorted(set(wanted) - set(known)):
            problems.add(f"the snapshot has no {what} '{name}'", help=did_you_mean(name, known))
    problems.raise_if_any()
    return tuple(
        facility.facility
        for facility in sorted(facilities, key=lambda facility: facility.facility)
        if (not options.facilities or facility.facility in options.facilities)
        and (not options.jurisdictions or facility.jurisdiction in options.jurisdictions)
    )


def _switches(options: Options, laws: Laws, packs: Packs) -> dict[tuple[str, str], Switch]:
    """What jurisdictions and, above them, the configuration say about rules."""
    problems = Problems()
    names = packs.names
    switches: dict[tuple[str, str], Switch] = {}
    for code, jurisdiction in laws.jurisdictions.items():
        for said in jurisdiction.rules.values():
            if said.rule not in names:
                problems.add(f"no rule is named '{said.rule}'", said.place, did_you_mean(said.rule, names))
                continue
            reason = said.note or f"switched off in {code}"
            switches[code, names[said.rule]] = Switch(said.enabled is not False, said.severity, reason)
    check_switches(options.switches, names, problems)
    problems.raise_if_any()
    for rule, chosen in options.switches.items():
        for code in (EVERYWHERE, *laws.jurisdictions):
            switches[code, names[rule]] = chosen
    return switches


def _published(laws: Laws, packs: Packs) -> Published:
    """The penalties that jurisdictions publish for what rules find."""
    problems, names = Problems(), packs.names
    published: dict[tuple[str, str], list[Penalty]] = {}
    for code, jurisdiction in laws.jurisdictions.items():
        for penalty in jurisdiction.penalties:
            for rule in penalty.rules:
                if rule in names:
                    published.setdefault((code, names[rule]), []).append(penalty)
                else:
                    problems.add(f"no rule is named '{rule}'", penalty.place, did_you_mean(rule, names))
    problems.raise_if_any()
    return published


def _report(
    options: Options,
    snapshot: Snapshot,
    laws: Laws,
    packs: Packs,
    rules: Sequence[LoadedRule],
    outcomes: Sequence[Outcome],
    told: _Told,
    exceptions: Exceptions,
) -> Report:
    read = list(open_tables(rules, snapshot).values())
    tables = tuple(
        TableHead(state.name, state.rows, state.set_aside, state.complete, state.notes) for state in read
    )
    report = Report(
        head=_head(options, snapshot, laws, packs),
        tables=tables,
        problems=tuple(problem for state in read for problem in state.problems),
        outcomes=tuple(outcomes),
        findings=told.findings,
        fail_on=options.fail_on,
        exit_code=0,
        edges=told.edges,
        rules=tuple(sorted((_rule_head(rule, packs.names) for rule in rules), key=lambda head: head.name)),
        exceptions=exceptions,
    )
    return replace(report, exit_code=_exit_code(options, report))


def _head(options: Options, snapshot: Snapshot, laws: Laws, packs: Packs) -> Head:
    used = sorted({facility.jurisdiction for facility in snapshot.facilities} & set(laws.jurisdictions))
    jurisdictions = [laws.jurisdictions[code] for code in used]
    return Head(
        version=__version__,
        operator=snapshot.operator,
        snapshot=options.snapshot.as_posix(),
        snapshot_digest=snapshot.digest,
        captured_at=snapshot.captured_at,
        as_of=options.as_of,
        facilities=snapshot.facilities,
        packs=packs.heads,
        jurisdictions=tuple(
            JurisdictionHead(of.code, of.name, of.version, of.digest) for of in jurisdictions
        ),
    )


def _rule_head(loaded: LoadedRule, names: Mapping[str, str]) -> RuleHead:
    rule = loaded.rule
    return RuleHead(
        name=rule.name,
        aliases=tuple(rule.aliases),
        pack=loaded.pack,
        layer=rule.layer,
        severity=rule.severity,
        confidence=rule.confidence,
        summary=rule.summary,
        rationale=rule.rationale,
        remediation=rule.remediation,
        references=tuple((reference.title, reference.url) for reference in rule.references),
        tags=tuple(rule.tags),
        modes=tuple(rule.modes),
        leads_to=tuple(sorted({names.get(link.rule, link.rule) for link in rule.leads_to})),
    )


def _exit_code(options: Options, report: Report) -> int:
    """0 all well, 1 findings, 3 nothing was evaluated, 4 incomplete without findings."""
    counts = report.counts()
    if not counts[Verdict.PASS] and not counts[Verdict.FAIL]:
        return 3
    failing = any(finding.reaches(options.fail_on) for finding in report.findings)
    if failing or report.exceptions.reach(options.fail_on):
        return 1
    return 4 if report.is_incomplete and not options.allow_incomplete else 0
