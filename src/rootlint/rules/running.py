"""Running rules over an opened snapshot: a verdict for every rule and facility, violations in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from rootlint.engine import Engine, EngineError
from rootlint.jurisdictions.in_force import (
    BUSINESS_DAYS_COLUMNS,
    COLUMNS,
    InForce,
    NotApplicable,
    Unknown,
)
from rootlint.model import NO_RECORD, Facility, Outcome, Severity, Verdict
from rootlint.rules.checks.grouping import across_facilities
from rootlint.rules.checks.python import Python, relation_of
from rootlint.rules.language.printing import CALENDAR_TABLE, FACILITY_TABLE, PARAMETER_TABLE, Context, quoted
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import VIOLATION_COLUMNS, VIOLATIONS, Bounds, Scan, ScanSql, compile_scan, plan
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.tables import TableState

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


class Tables(Protocol):
    """What running needs of a snapshot."""

    @property
    def facilities(self) -> tuple[Facility, ...]: ...

    @property
    def captured_at(self) -> datetime: ...

    @property
    def tables(self) -> Mapping[str, TableState]: ...

    def open_table(self, name: str) -> TableState: ...


EVERYWHERE = ""  # stands for every jurisdiction in what is said about a rule


@dataclass(frozen=True)
class Switch:
    """What a jurisdiction or the configuration says about a rule."""

    enabled: bool = True
    severity: Severity | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Run:
    """Everything a run judges by."""

    engine: Engine
    snapshot: Tables
    in_force: InForce
    as_of: date
    facilities: tuple[str, ...]  # the facilities selected
    functions: Mapping[str, Any]
    switches: Mapping[tuple[str, str], Switch]  # (jurisdiction or EVERYWHERE, rule)


@dataclass(frozen=True)
class Exclusion:
    """Why a rule is not judged for a facility."""

    verdict: Verdict
    reason: str
    needs: tuple[str, ...] = ()


# A query or a function of a plugin may answer such records: nobody can judge them, and they are not passed over.
STRANGER = Exclusion(Verdict.ERROR, "the rule gives records of a facility that the snapshot does not have")


@dataclass(frozen=True)
class Evaluation:
    """How the rules of a run ended, and what it takes to run some of them again."""

    outcomes: tuple[Outcome, ...]
    context: Context
    bounds: Mapping[str, Bounds]  # of the rules whose data were there


def evaluate(rules: Sequence[LoadedRule], run: Run, progress: Progress = lambda *_: None) -> Evaluation:
    """Evaluate rules; violations land in the engine's table, outcomes come back, in the order of names."""
    run.engine.run(create_violations(VIOLATIONS))
    ready, outcomes, context, bounds = _prepare(rules, run)
    scans = plan(ready)
    for index, scan in enumerate(scans):
        progress(_title(scan), index, len(scans))
        counts, crashed = run_scan(scan, f"scan_{index}", run.engine, context, bounds)
        for rule in scan.rules:
            outcomes += (
                _crashed(rule, crashed[rule.name], run)
                if rule.name in crashed
                else _outcomes(rule, counts[rule.name], bounds[rule.name], run)
            )
    return Evaluation(
        tuple(sorted(outcomes, key=lambda outcome: (outcome.rule, outcome.facility or ""))), context, bounds
    )


def explain_plan(rules: Sequence[LoadedRule], run: Run) -> list[ScanSql]:
    """The statements that evaluating the rules would run."""
    ready, _, context, bounds = _prepare(rules, run)
    return [compile_scan(scan, f"scan_{index}", context, bounds) for index, scan in enumerate(plan(ready))]


def create_violations(table: str) -> str:
    """The statement that makes an empty table of violations."""
    described = ", ".join(f'"{name}" {kind}' for name, kind in VIOLATION_COLUMNS.items())
    return f"CREATE OR REPLACE TEMP TABLE {table} ({described})"


def open_tables(rules: Iterable[LoadedRule], snapshot: Tables) -> dict[str, TableState]:
    """The captured tables that rules read, by name and in the order of names."""
    wanted = {table for rule in rules for table in rule.tables}
    return {name: snapshot.open_table(name) for name in sorted(wanted) if name in snapshot.tables}


def _prepare(
    rules: Sequence[LoadedRule], run: Run
) -> tuple[list[LoadedRule], list[Outcome], Context, dict[str, Bounds]]:
    """Open tables, set apart what cannot be evaluated, run functions, load what rules join to."""
    opened = open_tables(rules, run.snapshot)
    ready, outcomes = _set_apart(rules, run, opened)
    ready, crashed = _answer(ready, run, opened)
    context = _load_context(ready, run, opened)
    return ready, [*outcomes, *crashed], context, {rule.name: _bounds(rule, run, opened) for rule in ready}


def _title(scan: Scan) -> str:
    more = f" and {len(scan.rules) - 1} more" if len(scan.rules) > 1 else ""
    return f"evaluating {scan.rules[0].name}{more}"


# -- what can be evaluated at all


def _set_apart(
    rules: Sequence[LoadedRule], run: Run, opened: Mapping[str, TableState]
) -> tuple[list[LoadedRule], list[Outcome]]:
    """The rules that have data and somebody to judge, and the outcomes of the others."""
    ready: list[LoadedRule] = []
    outcomes: list[Outcome] = []
    for rule in rules:
        missing = _missing(rule, opened)
        excluded = {subject: _exclusion(rule, subject, run) for subject in _subjects(rule, run)}
        if missing is not None:
            outcomes += _all_excluded(rule, missing, run)
        elif all(excluded.values()):
            outcomes += [
                _excluded(rule, subject, exclusion) for subject, exclusion in excluded.items() if exclusion
            ]
        else:
            ready.append(rule)
    return ready, outcomes


def _all_excluded(rule: LoadedRule, exclusion: Exclusion, run: Run) -> list[Outcome]:
    """The same outcome for every facility but those that the rule is not about anyway."""
    return [
        _excluded(rule, subject, _not_applicable(rule, subject, run) or exclusion)
        for subject in _subjects(rule, run)
    ]


def _not_applicable(rule: LoadedRule, facility: str | None, run: Run) -> Exclusion | None:
    """Why a rule is not about a facility, whatever was captured."""
    exclusion = _exclusion(rule, facility, run)
    return exclusion if exclusion is not None and exclusion.verdict is Verdict.NOT_APPLICABLE else None


def _missing(rule: LoadedRule, opened: Mapping[str, TableState]) -> Exclusion | None:
    tables = tuple(sorted(set(rule.needs) - set(opened)))
    if tables:
        return Exclusion(Verdict.NOT_EVALUATED, f"not captured: {', '.join(tables)}", tables)
    columns = tuple(
        f"{table}.{column}"
        for table, names in sorted(rule.needs.items())
        for column in sorted(names - opened[table].columns)
        if opened[table].columns and column != "facility"
    )
    if columns:
        return Exclusion(Verdict.NOT_EVALUATED, f"no file has the column: {', '.join(columns)}", columns)
    partial = tuple(
        sorted(table for table in rule.candidates.rests_on if table in opened and not opened[table].complete)
    )
    if partial:
        return Exclusion(
            Verdict.NOT_EVALUATED,
            f"not captured whole: {', '.join(partial)}; what is missing there proves nothing",
            partial,
        )
    return None


def switch_of(rule: LoadedRule, facility: str | None, run: Run) -> Switch:
    """What is said about a rule where a facility is."""
    where = next((f.jurisdiction for f in run.snapshot.facilities if f.facility == facility), EVERYWHERE)
    return run.switches.get((where, rule.name), run.switches.get((EVERYWHERE, rule.name), Switch()))


def _exclusion(rule: LoadedRule, facility: str | None, run: Run) -> Exclusion | None:
    """Why a rule whose data are there is not judged for a facility all the same."""
    switch = switch_of(rule, facility, run)
    if not switch.enabled:
        return Exclusion(Verdict.NOT_APPLICABLE, switch.reason or "switched off")
    if facility is None:
        return None
    kind = run.in_force.kind(facility)
    # A microbusiness is of several kinds, and a licence of no known kind may be of any: both are judged.
    if rule.rule.applies_to and kind is not None and kind not in rule.rule.applies_to:
        return Exclusion(Verdict.NOT_APPLICABLE, f"about {', '.join(rule.rule.applies_to)}, this is {kind}")
    for parameter in sorted(rule.parameters):
        status = run.in_force.status(facility, parameter)
        if isinstance(status, Unknown) and parameter not in rule.rule.optional:
            return _no_number(parameter, status)
        if isinstance(status, NotApplicable):
            return Exclusion(Verdict.NOT_APPLICABLE, status.reason)
    return None


def _no_law_to_pass(rule: LoadedRule, facility: str | None, run: Run) -> Exclusion | None:
    """Why a rule that found nothing has not passed: it judged by its own figure, since no number of the law is known."""
    if facility is None:
        return None
    for parameter in sorted(rule.parameters.intersection(rule.rule.optional)):
        status = run.in_force.status(facility, parameter)
        if isinstance(status, Unknown):
            return _no_number(parameter, status)
    return None


def _no_number(parameter: str, status: Unknown) -> Exclusion:
    return Exclusion(Verdict.NOT_EVALUATED, status.reason, (f"param {parameter}",))


def _subjects(rule: LoadedRule, run: Run) -> list[str | None]:
    """Whom a rule gives a verdict on: every facility, or the integration as a whole."""
    return [None] if _is_global(rule) else list(run.facilities)


def _is_global(rule: LoadedRule) -> bool:
    """Whether a rule reads only tables that belong to no facility, or groups records over all facilities."""
    return across_facilities(rule.candidates.source) or all(
        FORMAT.tables[table].facility == "nullable" for table in rule.needs if table in FORMAT.tables
    )


# -- the tables that rules join to


def _load_context(rules: Sequence[LoadedRule], run: Run, opened: Mapping[str, TableState]) -> Context:
    parameters = sorted({name for rule in rules for name in rule.parameters})
    in_force, engine = run.in_force, run.engine
    engine.load(
        FACILITY_TABLE,
        _FACILITY_COLUMNS,
        [_facility_row(facility, run) for facility in run.snapshot.facilities],
    )
    engine.load(PARAMETER_TABLE, COLUMNS, in_force.rows(parameters))
    counted = frozenset(name for name in parameters if in_force.uses_business_days([name]))
    engine.load(
        CALENDAR_TABLE,
        BUSINESS_DAYS_COLUMNS,
        _business_days(in_force, counted, run.snapshot.captured_at.date()),
    )
    relations = {name: _empty(name) for rule in rules for name in rule.spares}
    relations |= {name: state.relation for name, state in opened.items()}
    relations |= {name: f'"{name}"' for rule in rules for name in _function_of(rule)}
    return Context(
        engine.expansions,
        relations,
        run.snapshot.captured_at.replace(tzinfo=None),
        run.as_of,
        frozenset(name for name in parameters if in_force.varies(name)),
        counted,
        tuple(run.snapshot.tables),
    )


def _empty(table: str) -> str:
    """A table that was not captured, for a rule that can do without it."""
    columns = FORMAT.tables[table].sql_types | {"_place": "BIGINT"}
    return f"(SELECT {', '.join(f'CAST(NULL AS {of}) AS {quoted(name)}' for name, of in columns.items())} WHERE FALSE)"


def _business_days(
    in_force: InForce, parameters: frozenset[str], captured_on: date
) -> list[tuple[str, date, int, date]]:
    """The calendar around the days that a snapshot is about: ten years back, one ahead."""
    counts = in_force.uses_business_days(parameters)
    return in_force.business_day_rows(
        counts, date(captured_on.year - 10, 1, 1), date(captured_on.year + 1, 12, 31)
    )


_FACILITY_COLUMNS = {
    "facility": "VARCHAR",
    "jurisdiction": "VARCHAR",
    "timezone": "VARCHAR",
    "license_kind": "VARCHAR",
    "selected": "BOOLEAN",
}


def _facility_row(facility: Facility, run: Run) -> tuple[str | bool | None, ...]:
    licence = facility.facility
    kind, selected = run.in_force.kind(licence), licence in run.facilities
    return (licence, facility.jurisdiction, facility.timezone, kind, selected)


# -- evaluating


class Count(NamedTuple):
    """How many records of a facility ended how for a rule."""

    exposed: int = 0
    pending: int = 0
    undetermined: int = 0
    violated: int = 0
    uncovered: int = 0


Counts = dict[str | None, Count]  # by facility


def run_scan(
    scan: Scan,
    name: str,
    engine: Engine,
    context: Context,
    bounds: Mapping[str, Bounds],
    into: str = VIOLATIONS,
) -> tuple[dict[str, Counts], dict[str, str]]:
    """Run one scan: the counts of each rule, and why some of its rules crashed."""
    try:
        return _run_statements(compile_scan(scan, name, context, bounds, into), engine), {}
    except EngineError as error:
        _undo(scan, name, engine, into)
        if len(scan.rules) == 1:
            return {}, {scan.rules[0].name: str(error)}
    # One rule's overflow must not take its neighbours along: run each by itself.
    counts: dict[str, Counts] = {}
    crashed: dict[str, str] = {}
    for index, rule in enumerate(scan.rules):
        alone = run_scan(Scan(scan.source, (rule,)), f"{name}_{index}", engine, context, bounds, into)
        counts |= alone[0]
        crashed |= alone[1]
    return counts, crashed


def _undo(scan: Scan, name: str, engine: Engine, into: str) -> None:
    """Leave nothing of a scan that crashed halfway: its rules are run again, or have no violations."""
    for table in (name, f"{name}_rows"):
        engine.run(f"DROP TABLE IF EXISTS {table}")
    crashed = ", ".join(f"'{rule.name}'" for rule in scan.rules)
    engine.run(f"DELETE FROM {into} WHERE rule IN ({crashed})")


def _run_statements(sql: ScanSql, engine: Engine) -> dict[str, Counts]:
    engine.run(sql.scan)
    rows = engine.rows(sql.counts)
    counts: dict[str, Counts] = {rule: {} for rule in sql.rules}
    for facility, *numbers in rows:
        for index, rule in enumerate(sql.rules):
            size = len(Count._fields)
            counts[rule][facility] = Count(*numbers[index * size : (index + 1) * size])
    violating = [rule for rule in sql.rules if any(of.violated for of in counts[rule].values())]
    if violating:
        engine.run(sql.carried)
        for rule in violating:
            engine.run(sql.violations[rule])
        engine.run(f"DROP TABLE {sql.name}_rows")
    engine.run(f"DROP TABLE {sql.name}")
    return counts


def _bounds(rule: LoadedRule, run: Run, opened: Mapping[str, TableState]) -> Bounds:
    read = [opened[table] for table in sorted(rule.needs) if table in opened]
    return Bounds(
        covers_from=max((_utc(state.covers_from) for state in read if state.covers_from), default=None),
        covers_until=min((_utc(state.covers_until) for state in read if state.covers_until), default=None),
        captured_at=min(
            (_utc(state.captured_at or run.snapshot.captured_at) for state in read),
            default=_utc(run.snapshot.captured_at),
        ),
        judged=_judged(rule, run),
        partial=tuple(state.name for state in read if state.set_aside or not state.complete),
    )


def _judged(rule: LoadedRule, run: Run) -> tuple[str, ...] | None:
    """The facilities that a rule judges; None where that needs no asking, since a table's rows have no others."""
    judged = tuple(facility for facility in run.facilities if _exclusion(rule, facility, run) is None)
    is_table = isinstance(rule.candidates.source.base.of, str) and not isinstance(rule.check, Python)
    return None if is_table and len(judged) == len(run.snapshot.facilities) else judged


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)  # all instants of a snapshot are UTC


def _outcomes(rule: LoadedRule, counts: Counts, bounds: Bounds, run: Run) -> list[Outcome]:
    outcomes = [
        _outcome(rule, facility, counts.get(facility, Count()), bounds, run)
        for facility in _found_subjects(rule, counts, run)
    ]
    known = {facility.facility for facility in run.snapshot.facilities}
    strangers = sorted(facility for facility in counts if facility is not None and facility not in known)
    return outcomes + [_excluded(rule, facility, STRANGER) for facility in strangers]


def _found_subjects(rule: LoadedRule, counts: Counts, run: Run) -> list[str | None]:
    """Whom a rule gives a verdict on, by the records that it found.

    A row without a facility speaks of the integration as a whole, even in a rule about facilities; and where a row
    of a rule about the integration has a facility, the rule is about facilities after all, and has a verdict on each.
    """
    of_some = any(facility in run.facilities for facility in counts)
    subjects = run.facilities if of_some else _subjects(rule, run)
    return list(dict.fromkeys([*([None] if None in counts else []), *subjects]))


def _outcome(rule: LoadedRule, facility: str | None, count: Count, bounds: Bounds, run: Run) -> Outcome:
    exclusion = _exclusion(rule, facility, run)
    if exclusion is not None:
        return _excluded(rule, facility, exclusion)
    exposed, pending, undetermined, violated, uncovered = count
    verdict, reason, needs = _verdict(count, bounds)
    unproven = None if verdict is Verdict.FAIL else _no_law_to_pass(rule, facility, run)
    if unproven is not None:
        return _excluded(rule, facility, unproven)
    return Outcome(
        rule.name, facility, verdict, reason, needs, exposed, violated, undetermined, pending, uncovered
    )


def _verdict(count: Count, bounds: Bounds) -> tuple[Verdict, str | None, tuple[str, ...]]:
    """How a rule ended by its records; what was not read or not captured is no proof that there is nothing."""
    if count.violated:
        return Verdict.FAIL, None, ()
    if count.exposed == 0 and count.uncovered:
        why = f"none of {count.uncovered} records is of the time that was captured"
        return Verdict.NOT_EVALUATED, why, ()
    if count.exposed == 0 and bounds.partial:
        why = f"{NO_RECORD} in what could be read of {', '.join(bounds.partial)}"
        return Verdict.NOT_EVALUATED, why, bounds.partial
    if count.exposed == 0:
        return Verdict.NOT_APPLICABLE, NO_RECORD + (f", {count.pending} pending" if count.pending else ""), ()
    if count.undetermined == count.exposed:
        why = f"none of {count.exposed} records could be judged: what the rule compares is null"
        return Verdict.NOT_EVALUATED, why, ()
    return Verdict.PASS, None, ()


def _excluded(rule: LoadedRule, facility: str | None, exclusion: Exclusion) -> Outcome:
    return Outcome(rule.name, facility, exclusion.verdict, exclusion.reason, exclusion.needs)


def _crashed(rule: LoadedRule, message: str, run: Run) -> list[Outcome]:
    return _all_excluded(rule, Exclusion(Verdict.ERROR, " ".join(message.split())[:300]), run)


# -- functions of plugins


def _function_of(rule: LoadedRule) -> list[str]:
    return [relation_of(rule.check)] if isinstance(rule.check, Python) else []


def _answer(
    rules: list[LoadedRule], run: Run, opened: Mapping[str, TableState]
) -> tuple[list[LoadedRule], list[Outcome]]:
    """Run the functions of plugins; a function that raises is its rule's outcome, not the end of the run."""
    answered: list[LoadedRule] = []
    crashed: list[Outcome] = []
    for rule in rules:
        try:
            if isinstance(rule.check, Python):
                _load_answers(rule.check, run, opened)
            answered.append(rule)
        except Exception as error:  # whatever a plugin raises
            crashed += _crashed(rule, f"{type(error).__name__}: {error}", run)
    return answered, crashed


def _load_answers(check: Python, run: Run, opened: Mapping[str, TableState]) -> None:
    """Give a function what it may read; its rows become a relation like the others."""

    def read(table: str) -> list[dict[str, Any]]:
        wanted = ["facility", *check.reads[table]]
        listed = ", ".join(f'"{column}"' for column in wanted)
        rows = run.engine.rows(f"SELECT {listed} FROM {opened[table].relation} ORDER BY _place")
        return [dict(zip(wanted, row, strict=True)) for row in rows]

    columns = {"facility": "VARCHAR", "violated": "BOOLEAN"} | {
        name: _SQL[kind] for name, kind in check.gives.items()
    }
    answers = list(run.functions[check.function](read))
    for name in sorted({name for answer in answers for name in answer} - set(columns)):
        raise ValueError(f"{check.function} answers '{name}', which gives does not list")
    run.engine.load(
        relation_of(check), columns, [[answer.get(column) for column in columns] for answer in answers]
    )


_SQL = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,6)",
    "boolean": "BOOLEAN",
    "instant": "TIMESTAMP",
    "date": "DATE",
}
