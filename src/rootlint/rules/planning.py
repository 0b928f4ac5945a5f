"""Rules to scans: rules with equal sources share one, and each scan is one statement.

A scan judges every record once. It answers, for each facility, how many records each rule had in scope
(its exposure), how many are pending and how many could not be judged, and carries the violating records on
with what keys, evidence and messages need. What is shown is then written from those few records only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rootlint.rules.candidates import Candidates
from rootlint.rules.clauses import Clause
from rootlint.rules.fusing import fused
from rootlint.rules.keys import KEYS
from rootlint.rules.language import tree
from rootlint.rules.language.printing import Context, Printer, quoted, share_queries
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type
from rootlint.rules.model import LoadedRule

# How a record ended for a rule: from UNDETERMINED on it was in scope, from VIOLATED on it was judged.
OUTSIDE, UNCOVERED, PENDING, UNDETERMINED, VIOLATED, IN_ORDER = range(6)

VIOLATIONS = "violations"
VIOLATION_COLUMNS: dict[str, str] = {
    "rule": "VARCHAR",
    "facility": "VARCHAR",
    "subject": "VARCHAR",  # what broke the rule: its first key
    "at": "TIMESTAMP",
    "until": "TIMESTAMP",
    "scope": "VARCHAR",  # JSON object: the keys that make violations one finding
    "message": "VARCHAR",
    "evidence": "VARCHAR",  # JSON object
    "variance": "DECIMAL(18,6)",  # by how much it is off; null: the rule does not say
    "variance_unit": "VARCHAR",
    "may_root": "BOOLEAN",  # whether it can be where a chain begins; null: as its rule can
    "citations": "INTEGER[]",  # what it was judged by: indices into the run's citations
    "place": "BIGINT",  # file and row, as the snapshot encodes them
    **dict.fromkeys(KEYS, "VARCHAR"),
}


@dataclass(frozen=True)
class Bounds:
    """What the snapshot covers of the tables that a rule reads, and whom the rule leaves out."""

    covers_from: datetime | None = None  # UTC
    covers_until: datetime | None = None  # UTC: the earliest end of coverage
    captured_at: datetime | None = None  # UTC: the earliest capture
    partial: tuple[str, ...] = ()  # the tables of which something is missing
    judged: tuple[str, ...] | None = None  # the facilities that the rule judges; None: all that records have


@dataclass(frozen=True)
class Scan:
    """Rules that are evaluated together."""

    source: tree.Source
    rules: tuple[LoadedRule, ...]


@dataclass(frozen=True)
class ScanSql:
    """A scan as the engine runs it."""

    name: str
    rules: tuple[str, ...]
    scan: str  # creates the table `name`: one row a facility with counts, and the violating records
    carried: str  # creates the table of the violating records
    counts: str  # facility, then (exposed, pending, undetermined, violated, uncovered) for each rule
    violations: Mapping[str, str] = field(default_factory=dict)  # rule -> insert into the table of violations


def plan(rules: Iterable[LoadedRule]) -> list[Scan]:
    """Group rules by the rows they look at, in the order of their names."""
    scans: list[Scan] = []
    for loaded in sorted(rules, key=lambda loaded: loaded.name):
        for index, scan in enumerate(scans):
            both = fused(scan.source, loaded.candidates)
            if both is not None:
                source, candidates = both
                scans[index] = Scan(source, (*scan.rules, replace(loaded, candidates=candidates)))
                break
        else:
            scans.append(Scan(loaded.candidates.source, (loaded,)))
    return scans


def compile_scan(
    scan: Scan, name: str, context: Context, bounds: Mapping[str, Bounds], into: str = VIOLATIONS
) -> ScanSql:
    """Write the statements of one scan, whose violations go into a table."""
    context, named = share_queries((scan.source, *(rule.candidates for rule in scan.rules)), context)
    printer = Printer(context, scan.source)
    carried: dict[str, str] = {}
    shown = {
        rule.name: _shown(rule, printer.over_scan(carried), name, index, into)
        for index, rule in enumerate(scan.rules)
    }
    states = [
        f"{_state(rule.candidates, printer, bounds[rule.name])} AS s{index}"
        for index, rule in enumerate(scan.rules)
    ]
    leaves = [f"{leaf} AS {alias}" for leaf, alias in carried.items()]
    source = printer.from_clause() + _only(context.facilities, printer)
    judged = ",\n  ".join([f"{printer.facility()} AS facility", *leaves, *states])
    flagged = " OR ".join(f"s{index} = {VIOLATED}" for index in range(len(scan.rules)))
    record = ", ".join(
        f"{column} := {column}" for column in (*carried.values(), *(f"s{i}" for i in range(len(states))))
    )
    counts = ",\n  ".join(_counts(index, rule, bounds[rule.name]) for index, rule in enumerate(scan.rules))
    numbers = ", ".join(f"{each}{index}" for index in range(len(scan.rules)) for each in "epunc")
    return ScanSql(
        name=name,
        rules=tuple(rule.name for rule in scan.rules),
        scan=(
            f"CREATE TEMP TABLE {name} AS\n{named}"
            f"SELECT facility,\n  {counts},\n  list(struct_pack({record})) FILTER (WHERE {flagged}) AS violating\n"
            f"FROM (\n  SELECT {judged}\n  FROM {_indented(source)}\n) AS judged GROUP BY facility"
        ),
        carried=f"CREATE TEMP TABLE {name}_rows AS SELECT facility, unnest(violating, recursive := true) FROM {name}",
        counts=f"SELECT facility, {numbers} FROM {name} ORDER BY facility NULLS FIRST",
        violations=shown,
    )


def _only(facilities: tuple[str, ...], printer: Printer) -> str:
    return f"\nWHERE {printer.facility()} IN ({', '.join(map(_text, facilities))})" if facilities else ""


def exposed_records(rule: LoadedRule, keys: Iterable[str], context: Context, bounds: Bounds) -> str:
    """A query for the records a rule judged: facility, time and the named keys (null where it has no such key)."""
    candidates = rule.candidates
    context, named = share_queries(candidates, context)
    printer = Printer(context, candidates.source)
    offered = dict(candidates.keys)
    state = _state(candidates, printer, bounds)
    columns = [f"{printer.facility()} AS facility", f'{_when(candidates.at, printer)} AS "at"']
    columns += [
        f"{printer.expression(offered[key]) if key in offered else 'NULL'} AS {quoted(key)}"
        for key in keys
        if key != "facility"
    ]
    return f"{named}SELECT {', '.join(columns)} FROM {printer.from_clause()} WHERE {state} >= {VIOLATED}"


def judged_records(candidates: Candidates, asked: Sequence[Clause], context: Context, bounds: Bounds) -> str:
    """A query for every record of a check's source: how it ended, the answers to its clauses, the values in them.

    Columns: facility, state, at, place, answers (BOOLEAN[], by clause), values (VARCHAR[], of all clauses one after the other), and one for each key, null for those it has not.
    """
    context, named = share_queries(candidates, context)
    printer = Printer(context, candidates.source)
    place = _or_null(_place(candidates), printer)
    offered = {name: printer.expression(node) for name, node in candidates.keys}
    columns = {
        "facility": printer.facility(),
        "state": _state(candidates, printer, bounds),
        "at": _when(candidates.at, printer),
        "place": place,
        "answers": _list([printer.expression(clause.node) for clause in asked], "BOOLEAN"),
        "values": _list(
            [printer.expression(node) for clause in asked for _, node in clause.values], "VARCHAR"
        ),
        **{name: f"CAST({offered.get(name, 'NULL')} AS VARCHAR)" for name in KEYS},
    }
    listed = ", ".join(f"{text} AS {quoted(name)}" for name, text in columns.items())
    return f"{named}SELECT {listed} FROM {printer.from_clause()}"


def _list(items: Sequence[str], kind: str) -> str:
    return f"CAST([{', '.join(items)}] AS {kind}[])"


def _counts(index: int, rule: LoadedRule, bounds: Bounds) -> str:
    state = f"s{index}"

    def those(condition: str) -> str:
        return f"count(*) FILTER (WHERE {state} {condition})"

    # Only rules that grant a lag can have pending records, and few have records that are not covered.
    pending = those(f"= {PENDING}") if rule.candidates.settle is not None else "0"
    uncovered = those(f"= {UNCOVERED}") if _is_bounded(rule.candidates, bounds) else "0"
    return (
        f"{those(f'>= {UNDETERMINED}')} AS e{index}, {pending} AS p{index}, "
        f"{those(f'= {UNDETERMINED}')} AS u{index}, {those(f'= {VIOLATED}')} AS n{index}, {uncovered} AS c{index}"
    )


def _state(candidates: Candidates, printer: Printer, bounds: Bounds) -> str:
    """How a record ended for a rule, as one number."""
    branches = _unless(_in_scope(candidates, printer, bounds), OUTSIDE)
    branches += _unless(_coverage(candidates, printer, bounds), UNCOVERED)
    if candidates.settle is not None and candidates.at is not None and bounds.captured_at is not None:
        at = printer.expression(_instant(candidates.at))
        young = f"{at} > {_timestamp(bounds.captured_at)} - to_microseconds({printer.expression(candidates.settle)})"
        branches += f"WHEN {young} THEN {PENDING} "
    violated = printer.expression(candidates.violated)
    verdict = f"CASE {violated} WHEN TRUE THEN {VIOLATED} WHEN FALSE THEN {IN_ORDER} ELSE {UNDETERMINED} END"
    return f"CASE {branches}ELSE {verdict} END" if branches else verdict


def _unless(conditions: Sequence[str], state: int) -> str:
    return f"WHEN NOT coalesce({' AND '.join(conditions)}, FALSE) THEN {state} " if conditions else ""


def _in_scope(candidates: Candidates, printer: Printer, bounds: Bounds) -> list[str]:
    """What must hold for a rule to be about a record, and to judge its facility."""
    conditions = [printer.expression(candidates.exposed)] if candidates.exposed is not None else []
    if bounds.judged is not None:
        conditions.append(_of_one(bounds.judged, printer.facility()))
    return conditions


def _is_bounded(candidates: Candidates, bounds: Bounds) -> bool:
    dated = candidates.at is not None or candidates.since is not None
    return dated and (bounds.covers_from is not None or bounds.covers_until is not None)


def _coverage(candidates: Candidates, printer: Printer, bounds: Bounds) -> list[str]:
    """What must hold for the snapshot to cover a record."""
    conditions = []
    if candidates.since is not None and bounds.covers_from is not None:
        # What began at an unknown time may have begun before.
        conditions.append(_not_before(candidates.since, bounds.covers_from, printer))
    if candidates.at is not None:
        conditions += _covered(candidates.at, printer, bounds)
    return conditions


def _of_one(facilities: Sequence[str], facility: str) -> str:
    """Whether a record belongs to one of the facilities, or to none at all."""
    if not facilities:
        return f"{facility} IS NULL"
    return f"coalesce({facility} IN ({', '.join(map(_text, facilities))}), TRUE)"


def _covered(at: Node, printer: Printer, bounds: Bounds) -> list[str]:
    """A record of an unknown time is not outside what is covered."""
    when = printer.expression(at)
    day = at.type is Type.DATE
    conditions = []
    if bounds.covers_from is not None:
        conditions.append(f"coalesce({_not_before(at, bounds.covers_from, printer)}, TRUE)")
    if bounds.covers_until is not None:
        limit = f"CAST({_timestamp(bounds.covers_until)} AS DATE)" if day else _timestamp(bounds.covers_until)
        conditions.append(f"coalesce({when} {'<' if day else '<='} {limit}, TRUE)")
    return conditions


def _not_before(when: Node, covered_from: datetime, printer: Printer) -> str:
    if when.type is Type.DATE:
        # The first day may be covered in part only, in some time zone: it is left out.
        return f"{printer.expression(when)} > CAST({_timestamp(covered_from)} AS DATE)"
    return f"{printer.expression(when)} >= {_timestamp(covered_from)}"


def _shown(rule: LoadedRule, printer: Printer, scan: str, index: int, into: str) -> str:
    """The insert that writes a rule's violations from the records the scan carried on."""
    candidates = rule.candidates
    keys = {name: printer.expression(node) for name, node in candidates.keys}
    subject = next(iter(keys.values()), "NULL")
    written = {
        "rule": _text(rule.name),
        "facility": "facility",
        "subject": f"coalesce({subject}, '')",
        "at": _when(candidates.at, printer),
        "until": _when(candidates.until, printer),
        "scope": _json({name: keys[name] for name in rule.rule.scope_keys}),
        "message": " || ".join(_message_part(part, printer) for part in candidates.message) or "''",
        "evidence": _json({name: printer.expression(node) for name, node in candidates.evidence}),
        "variance": _or_null(candidates.variance, printer),
        "variance_unit": _or_null(candidates.variance_unit, printer),
        "may_root": _or_null(candidates.root_where, printer),
        "citations": _citations(candidates, printer),
        "place": _or_null(_place(candidates), printer),
        **keys,
    }
    names = ", ".join(quoted(name) for name in written)
    return (
        f"INSERT INTO {into} ({names}) SELECT\n  "
        + ",\n  ".join(written.values())
        + f"\nFROM {scan}_rows WHERE s{index} = {VIOLATED}"
    )


def _place(candidates: Candidates) -> Node | None:
    return tree.Column(candidates.place, "_place", Type.INTEGER) if candidates.place else None


def _or_null(node: Node | None, printer: Printer) -> str:
    return "NULL" if node is None else printer.expression(node)


def _message_part(part: str | Node, printer: Printer) -> str:
    return _text(part) if isinstance(part, str) else f"coalesce({printer.expression(part)}, 'none')"


def _citations(candidates: Candidates, printer: Printer) -> str:
    columns = []
    for node in tree.walk((candidates.violated, candidates.exposed)):
        if isinstance(node, tree.Param):
            columns.append(printer.parameter(node, "citation"))
    distinct = ", ".join(dict.fromkeys(columns))
    return f"list_filter([{distinct}], lambda c: c IS NOT NULL)" if distinct else "CAST([] AS INTEGER[])"


def _when(node: Node | None, printer: Printer) -> str:
    return "CAST(NULL AS TIMESTAMP)" if node is None else printer.expression(_instant(node))


def _instant(node: Node) -> Node:
    """A day counts from the facility's midnight."""
    return tree.Call("local_midnight", (node,), Type.INSTANT) if node.type is Type.DATE else node


def _json(fields: Mapping[str, str]) -> str:
    if not fields:
        return "'{}'"
    return f"CAST(to_json(struct_pack({', '.join(f'{quoted(name)} := {value}' for name, value in fields.items())})) AS VARCHAR)"


def _timestamp(instant: datetime) -> str:
    return f"TIMESTAMP '{instant:%Y-%m-%d %H:%M:%S.%f}'"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _indented(sql: str) -> str:
    return sql.replace("\n", "\n  ")
