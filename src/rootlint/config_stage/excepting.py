"""What a run over configuration is told to let pass, governed as in a run over a snapshot.

A waiver is the run's matter where the run judges its rule on the files that it is for. Of any other the run can only
say that its days are over or have not come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rootlint.config_stage.loading import Loaded
from rootlint.errors import UserError
from rootlint.exceptions.applying import Facts, Matching, excepted, unheld
from rootlint.exceptions.configured import evidence_of, settings_of
from rootlint.exceptions.coverage import Coverage, Read
from rootlint.exceptions.loading import Granted, World, load_exceptions
from rootlint.exceptions.rules import facts_of_compiled
from rootlint.exceptions.waivers import Waiver
from rootlint.model import Exceptions, Finding
from rootlint.rules.compiled import TABLE
from rootlint.rules.configured import Judged


def load_granted(loaded: Loaded) -> Granted:
    """What the run is told to let pass; a fault in it stops the run before anything is judged."""
    options = loaded.options
    world = World(facts_of_compiled(loaded.packs), options.as_of, loaded.contents)
    try:
        return load_exceptions(options.exceptions, world)
    except UserError as error:
        paths = loaded.layout.paths
        raise UserError(*(problem.reached_by(paths) for problem in error.problems)) from None


def with_exceptions(
    findings: Sequence[Finding], judged: Sequence[Judged], granted: Granted, loaded: Loaded
) -> tuple[tuple[Finding, ...], Exceptions]:
    """The findings with their exceptions, and what there is to say of these."""
    violations = [violation for each in judged for violation in each.violations]
    elsewhere = [violation for each in judged for violation in each.elsewhere]
    # An inherited finding has grown wherever its violations stand, so that those elsewhere count here.
    evidence = evidence_of([*violations, *elsewhere]) if granted.baseline is not None else {}
    facts = Facts(_coverage(judged, loaded), settings_of(violations), evidence)
    day = loaded.options.as_of
    others = _of_other_runs(granted.waivers, findings, facts, loaded)
    ours = tuple(waiver for waiver in granted.waivers if waiver not in others)
    marked, exceptions = excepted(replace(granted, waivers=ours), findings, facts, day)
    told = (*exceptions.problems, *(replace(problem, severity="note") for problem in unheld(others, day)))
    return marked, replace(exceptions, problems=told)


def _coverage(judged: Sequence[Judged], loaded: Loaded) -> Coverage:
    layout, read = loaded.layout, Read(TABLE, complete=not loaded.config.problems)
    return Coverage(
        outcomes={(each.outcome.rule, None): each.outcome for each in judged},
        tables={each.outcome.rule: [read] for each in judged},
        files=None if layout.whole and layout.given >= layout.files.keys() else layout.given,
    )


def _of_other_runs(
    waivers: Sequence[Waiver], findings: Sequence[Finding], facts: Facts, loaded: Loaded
) -> list[Waiver]:
    matching = Matching(waivers, facts.settings, loaded.options.as_of)
    return [
        waiver
        for waiver in waivers
        if not facts.coverage.concerns(waiver.rule, waiver.facility, waiver.subject)
        and not any(matching.is_for(waiver, finding) for finding in findings)
    ]
