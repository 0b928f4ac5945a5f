"""What a run needs before the first rule is judged: rules and laws, the engine, the snapshot, what is let pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rootlint.assess.options import Options
from rootlint.engine import Engine
from rootlint.errors import Problem, Problems, UserError, did_you_mean
from rootlint.exceptions.loading import Granted, World, load_exceptions
from rootlint.exceptions.rules import facts_of
from rootlint.jurisdictions.in_force import in_force
from rootlint.jurisdictions.laws import Laws, load_laws
from rootlint.model import Facility
from rootlint.plugins import collect
from rootlint.rules.loading import Packs, load_rules
from rootlint.rules.running import EVERYWHERE, Run, Switch
from rootlint.rules.selecting import check_switches
from rootlint.snapshot.files import config_contents
from rootlint.snapshot.mapping import load_mapping
from rootlint.snapshot.opening import Snapshot, open_snapshot


@dataclass(frozen=True)
class Rulebook:
    """All rules, and the law that they ask for: what can be loaded once for several runs."""

    laws: Laws
    packs: Packs


def load_rulebook(options: Options) -> Rulebook:
    """The laws and rules of a run."""
    laws = load_laws(options.jurisdiction_folders)
    return Rulebook(laws, load_rules(laws, options.packs, options.mappings, cache=options.cache))


def make_engine(options: Options) -> Engine:
    """The engine that is asked for."""
    engines = collect("rootlint_engines", "engine")
    if options.engine not in engines:
        raise UserError(
            Problem(f"there is no engine '{options.engine}'", help=did_you_mean(options.engine, engines))
        )
    engine: Engine = engines[options.engine].call(threads=options.threads, memory_limit=options.memory_limit)
    return engine


def open_in(engine: Engine, options: Options) -> Snapshot:
    """The snapshot, opened in an engine that from then on reads nothing else."""
    snapshot = open_snapshot(options.snapshot, engine, load_mapping(options.mappings))
    engine.lock([snapshot.folder])
    return snapshot


def prepare(
    options: Options, engine: Engine, snapshot: Snapshot, rulebook: Rulebook, granted: Granted
) -> Run:
    """What rules are evaluated with: tables, parameters in force, facilities, switches."""
    laws, packs = rulebook.laws, rulebook.packs
    adjust = granted.own.adjust if granted.own is not None else None
    return Run(
        engine=engine,
        snapshot=snapshot,
        in_force=in_force(laws.jurisdictions, snapshot.facilities, laws.vocabulary, adjust),
        as_of=options.as_of,
        facilities=_selected_facilities(options, snapshot.facilities),
        functions=packs.functions,
        switches=_switches(options, rulebook),
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


def _switches(options: Options, rulebook: Rulebook) -> dict[tuple[str, str], Switch]:
    """What jurisdictions and, above them, the configuration say about rules."""
    problems = Problems()
    laws, names = rulebook.laws, rulebook.packs.names
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


def load_granted(options: Options, snapshot: Snapshot, rulebook: Rulebook) -> Granted:
    """What the run is told to let pass; a fault in it stops the run before anything is judged."""
    config = config_contents(snapshot.folder)
    return load_exceptions(
        options.exceptions,
        World(facts_of(rulebook.packs), options.as_of, config, snapshot.facilities, rulebook.laws),
    )
