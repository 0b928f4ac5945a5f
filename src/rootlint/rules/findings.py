"""Violations grouped into findings: one for each rule, facility and scope, with samples and citations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rootlint.engine import Engine
from rootlint.jurisdictions.in_force import InForce
from rootlint.model import Citation, Facility, Finding, Outcome, RecordPlace, Sample
from rootlint.rules.identity import fingerprint as fingerprint
from rootlint.rules.keys import KEYS
from rootlint.rules.model import LoadedRule
from rootlint.rules.planning import VIOLATIONS
from rootlint.rules.running import Run, switch_of
from rootlint.snapshot.tables import split_place

SAMPLES = 5
ROW_BITS = 40  # a place is the file's number * 2^40 + the row
_ORDER = '"at" NULLS LAST, subject, message, place'

GroupKey = tuple[str, str | None, str, int | None]  # rule, facility, scope as JSON, cause


@dataclass(frozen=True)
class Gathered:
    """A finding, and the number of the group its violations are blamed on."""

    finding: Finding
    key: tuple[str, str | None, str]  # rule, facility, scope as JSON
    cause: int | None


def gather(
    rules: Mapping[str, LoadedRule],
    outcomes: Sequence[Outcome],
    run: Run,
    relation: str,
    samples: int = SAMPLES,
) -> list[Gathered]:
    """Fetch the findings in the order of rule, facility, scope and cause.

    ``relation`` holds the violations, each with its number in the order to show them in the column ``id``, and
    the group it is blamed on in the column ``cause``.
    """
    exposed = {(outcome.rule, outcome.facility): outcome.exposed for outcome in outcomes}
    shown = _samples(rules, run, relation, samples)
    facilities = {facility.facility: facility for facility in run.snapshot.facilities}
    groups = run.engine.rows(
        'SELECT rule, facility, scope, cause, count(*), min("at"), max(coalesce(until, "at")), '
        f"list_sort(list_distinct(flatten(list(citations)))) FROM {relation} "
        "GROUP BY rule, facility, scope, cause ORDER BY rule, facility NULLS FIRST, scope, cause NULLS FIRST"
    )
    return [
        Gathered(
            _finding(
                rules[group[0]], group, facilities.get(group[1]), exposed, shown.get(group[:4], []), run
            ),
            group[:3],
            group[3],
        )
        for group in groups
    ]


def _finding(
    loaded: LoadedRule,
    group: tuple[Any, ...],
    facility: Facility | None,
    exposed: Mapping[tuple[str, str | None], int],
    samples: list[Sample],
    run: Run,
) -> Finding:
    rule = loaded.rule
    _, licence, scope_json, _, count, first, last, citations = group
    scope = texts(scope_json)
    identity = fingerprint(rule.name, licence, scope)
    return Finding(
        id=identity,
        fingerprint=identity,
        rule=rule.name,
        summary=rule.summary,
        layer=rule.layer,
        severity=switch_of(loaded, licence, run).severity or rule.severity,
        confidence=rule.confidence,
        facility=licence,
        jurisdiction=facility.jurisdiction if facility else None,
        scope=scope,
        count=count,
        exposed=exposed.get((rule.name, licence), 0),
        first_at=_aware(first),
        last_at=_aware(last),
        samples=tuple(samples),
        citations=_citations(loaded, citations, licence, run.in_force),
        rationale=rule.rationale,
        remediation=rule.remediation,
        references=tuple((reference.title, reference.url) for reference in rule.references),
        modes=tuple(rule.modes),
    )


def _citations(
    loaded: LoadedRule, indices: list[int], facility: str | None, in_force: InForce
) -> tuple[Citation, ...]:
    """The citations that violations were judged by; for parameters deep in a query, all that the facility has."""
    cited = [in_force.citations[index] for index in indices or ()]
    named = {citation.parameter for citation in cited}
    for parameter in sorted(loaded.parameters - named):
        if facility is not None:
            cited += in_force.citations_of(facility, parameter)
    return tuple(cited)


def _samples(
    rules: Mapping[str, LoadedRule], run: Run, relation: str, most: int
) -> dict[GroupKey, list[Sample]]:
    """The first violations of each finding, by time and subject."""
    rows = run.engine.rows(
        f"SELECT rule, facility, scope, cause, {_SHOWN} FROM {relation} WHERE id IN ("
        f"SELECT id FROM {relation} QUALIFY row_number() OVER (PARTITION BY rule, facility, scope, cause ORDER BY id) <= {most}"
        ") ORDER BY id"
    )
    samples: dict[GroupKey, list[Sample]] = {}
    for key, sample in zip(
        (row[:4] for row in rows), _as_samples([(row[0], *row[4:]) for row in rows], rules, run), strict=True
    ):
        samples.setdefault(key, []).append(sample)
    return samples


def samples_of(
    ids: Sequence[int], rules: Mapping[str, LoadedRule], run: Run, relation: str
) -> dict[int, Sample]:
    """Single violations by their ids, from a relation that numbers them."""
    listed = ", ".join(map(str, ids))
    rows = (
        run.engine.rows(f"SELECT id, rule, {_SHOWN} FROM {relation} WHERE id IN ({listed}) ORDER BY id")
        if ids
        else []
    )
    return dict(
        zip((row[0] for row in rows), _as_samples([row[1:] for row in rows], rules, run), strict=True)
    )


_SHOWN = ", ".join(['subject, message, "at", evidence, place', *(f'"{name}"' for name in KEYS)])


def _as_samples(rows: Sequence[tuple[Any, ...]], rules: Mapping[str, LoadedRule], run: Run) -> list[Sample]:
    """Rows of a rule and what is shown of a violation."""
    settings = _setting_places([(row[0], row[5]) for row in rows], rules, run)
    samples = []
    for rule, subject, message, at, evidence, place, *values in rows:
        found = {name: value for name, value in zip(KEYS, values, strict=True) if value is not None}
        record = _place(rules[rule].candidates.table, found, place, run, settings)
        samples.append(Sample(subject, message, _aware(at), found, json.loads(evidence), record))
    return samples


def _place(
    table: str,
    keys: Mapping[str, str],
    place: int | None,
    run: Run,
    settings: Mapping[int, tuple[str, int, int]],
) -> RecordPlace:
    if place is None:
        return RecordPlace(table, keys)
    if table == "config_settings":
        file, line, column = settings[place]
        return RecordPlace(table, keys, file, None, line, column)
    index, row = split_place(place)
    files = run.snapshot.open_table(table).files
    return RecordPlace(table, keys, files[index] if index < len(files) else None, row)


def _setting_places(
    shown: Sequence[tuple[str, int | None]], rules: Mapping[str, LoadedRule], run: Run
) -> dict[int, tuple[str, int, int]]:
    """Where settings stand in their files, by the places of violations of the rules."""
    places = sorted(
        {
            place
            for rule, place in shown
            if place is not None and rules[rule].candidates.table == "config_settings"
        }
    )
    if not places:
        return {}
    relation = run.snapshot.open_table("config_settings").relation
    listed = ", ".join(str(place) for place in places)
    found = run.engine.rows(f'SELECT _place, file, line, "column" FROM {relation} WHERE _place IN ({listed})')
    return {place: (file, line, column) for place, file, line, column in found}


def texts(text: str) -> dict[str, str]:
    """A JSON object of texts, as scopes are kept in the engine."""
    return {name: "" if value is None else str(value) for name, value in json.loads(text).items()}


def _aware(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant is not None else None


def violation_rows(engine: Engine, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The violations themselves, in a stable order (rule tests compare them)."""
    listed = ", ".join(f'"{name}"' for name in columns)
    return engine.rows(f"SELECT {listed} FROM {VIOLATIONS} ORDER BY rule, facility NULLS FIRST, {_ORDER}")
