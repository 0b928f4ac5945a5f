"""Judging a simulated world with rootlint, and with what could be done instead, on the same violations."""

from __future__ import annotations

import dataclasses
import math
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from benchmarks.faults.times import FIRST_DAY, calendar

from rootlint.assess import Options, Rulebook, assessed
from rootlint.causes import solving
from rootlint.causes.confidence import Stratum, stratum_of
from rootlint.causes.explaining import Explanation
from rootlint.causes.violations import write_violations
from rootlint.jurisdictions.laws import Laws, load_laws
from rootlint.model import Finding, Report, Role
from rootlint.rules.keys import KEYS
from rootlint.rules.loading import Packs, load_rules
from rootlint.rules.repairs import Undo

DAY_OF_CAPTURE = calendar((calendar(63) - FIRST_DAY).days)
INFERRED = "inferred-cause"


@dataclass(frozen=True)
class Named:
    """A root that a method names: one rule at one facility."""

    rule: str
    facility: str | None
    first_at: datetime | None
    last_at: datetime | None
    rank: int
    scope: Mapping[str, str]
    probability: float | None = None
    proof: str | None = None
    stratum: Stratum = ()  # the facts that its probability goes by
    undecided: frozenset[str] = frozenset()  # rules that, it says, the data do not tell from it


@dataclass(frozen=True)
class Blamed:
    """One violation, and the rule and facility it is blamed on."""

    rule: str
    facility: str | None
    keys: Mapping[str, str]
    cause: tuple[str, str | None] | None


@dataclass(frozen=True)
class Judgement:
    """What all methods say about a world."""

    roots: Mapping[str, tuple[Named, ...]]  # method -> roots, first things first
    blamed: tuple[Blamed, ...]
    fired: Mapping[str, int]  # rule -> violations
    seconds: float
    gap: float | None  # how far the search stayed below the exact optimum, as a share
    same_as_exact: bool | None


class Judge:
    """Rules and laws are loaded once: that takes longer than judging a world."""

    def __init__(self) -> None:
        laws = load_laws()
        self._whole = Rulebook(laws, load_rules(laws))

    @property
    def rules(self) -> Packs:
        return self._whole.packs

    def judge(
        self, snapshot: Path, *, undeclared: str | None = None, unwritten: Collection[str] = ()
    ) -> Judgement:
        """Judge a snapshot; links into one rule can be left undeclared, and rules be held back."""
        laws, packs = self._whole.laws, self._whole.packs
        if unwritten:
            laws, packs = silent_on(laws, unwritten), without_rules(packs, unwritten)
        if undeclared is not None:
            packs = _without_links(packs, undeclared)
        violations = snapshot.with_suffix(".parquet")
        options = Options(snapshot, DAY_OF_CAPTURE, threads=1)
        started = time.perf_counter()
        with assessed(options, rulebook=Rulebook(laws, packs)) as judged:
            report, explanation = judged.report, judged.explanation
            write_violations(violations, judged.identities, judged.run.engine)
        seconds = time.perf_counter() - started
        # Other solvers work on the very same classes.
        exact = exact_causes(explanation)
        return Judgement(
            roots=_all_roots(report, explanation, exact, packs),
            blamed=tuple(_blamed(violations)),
            fired=_fired(report),
            seconds=seconds,
            gap=None if exact is None else _gap(explanation, exact),
            same_as_exact=None if exact is None else set(exact.active) == set(explanation.solution.active),
        )


def _without_links(packs: Packs, *effects: str) -> Packs:
    rules = {}
    for name, loaded in packs.rules.items():
        kept = [link for link in loaded.rule.leads_to if link.rule not in effects]
        rules[name] = dataclasses.replace(loaded, rule=loaded.rule.model_copy(update={"leads_to": kept}))
    return dataclasses.replace(packs, rules=rules)


def without_rules(packs: Packs, names: Collection[str]) -> Packs:
    """The packs as they would be had nobody written some rules: no link and no repair speaks of them either."""
    rules = {}
    for name, loaded in _without_links(packs, *names).rules.items():
        if name not in names:
            steps = tuple(s for s in loaded.repairs if not (isinstance(s, Undo) and s.rule in names))
            rules[name] = dataclasses.replace(loaded, repairs=steps)
    return dataclasses.replace(packs, rules=rules)


def silent_on(laws: Laws, names: Collection[str]) -> Laws:
    """The laws as they would be had nobody written some rules: no penalty and no switch speaks of them."""
    silent = {}
    for code, jurisdiction in laws.jurisdictions.items():
        penalties = tuple(
            dataclasses.replace(penalty, rules=tuple(rule for rule in penalty.rules if rule not in names))
            for penalty in jurisdiction.penalties
        )
        switches = {key: said for key, said in jurisdiction.rules.items() if said.rule not in names}
        silent[code] = dataclasses.replace(jurisdiction, penalties=penalties, rules=switches)
    return dataclasses.replace(laws, jurisdictions=silent)


def _all_roots(
    report: Report, explanation: Explanation, exact: Exact | None, packs: Packs
) -> dict[str, tuple[Named, ...]]:
    findings = report.findings
    found = {
        "rootlint": _rootlint(findings),
        "every violation its own root": _ordered(findings),
        "earliest violation in the facility": _earliest(findings),
        "rule-level graph without data": _graph(findings, packs),
        "weighted set cover": _cover(findings, packs),
    }
    if exact is not None:
        found["exact solver on the same classes"] = _of_groups(exact.active, explanation, findings)
    return found


def _fired(report: Report) -> dict[str, int]:
    fired: dict[str, int] = defaultdict(int)
    for finding in report.findings:
        fired[finding.rule] += finding.count
    return dict(fired)


def _rootlint(findings: Iterable[Finding]) -> tuple[Named, ...]:
    named = [
        _named(f, f.cause.rank if f.cause else 10_000)
        for f in findings
        if f.role in (Role.ROOT, Role.INFERRED)
    ]
    return tuple(sorted(named, key=lambda n: (n.rank, n.rule, n.facility or "")))


def _named(finding: Finding, rank: int) -> Named:
    cause = finding.cause
    return Named(
        finding.rule, finding.facility, finding.first_at, finding.last_at, rank, finding.scope,
        cause.probability if cause else None, cause.proof.standing if cause else None,
        stratum_of(finding), frozenset(a.rule for a in cause.alternatives if not a.decided) if cause else frozenset(),
    )  # fmt: skip


def _ordered(findings: Iterable[Finding]) -> tuple[Named, ...]:
    """By their first violation; what has no time comes last."""
    by_time = sorted(findings, key=lambda f: (f.first_at is None, str(f.first_at), f.rule, f.facility or ""))
    return tuple(_named(f, n) for n, f in enumerate(by_time, 1))


def _earliest(findings: Iterable[Finding]) -> tuple[Named, ...]:
    first: dict[str | None, Named] = {}
    for named in _ordered(findings):
        first.setdefault(named.facility, named)
    return tuple(first.values())


def _graph(findings: Sequence[Finding], packs: Packs) -> tuple[Named, ...]:
    """What fired and has no declared cause among what fired at the facility."""
    return tuple(
        n for n in _ordered(findings) if not any(_leads(packs, f, n.rule, n.facility) for f in findings)
    )


def _leads(packs: Packs, finding: Finding, effect: str, facility: str | None) -> bool:
    if finding.rule == effect or finding.rule not in packs.rules:
        return False
    near = finding.facility is None or facility is None or finding.facility == facility
    return near and any(link.rule == effect for link in packs.rules[finding.rule].rule.leads_to)


def _cover(findings: Sequence[Finding], packs: Packs) -> tuple[Named, ...]:
    """Greedy cover: a cause covers itself and all its declared effects nearby, each worth the log of its size."""
    worth = {f.id: 1 + math.log1p(f.count) for f in findings}
    covers = {
        c.id: _reached(c, findings, packs)
        for c in findings
        if c.rule in packs.rules and packs.rules[c.rule].rule.can_be_root
    }
    by_id = {f.id: f for f in findings}
    chosen: list[Named] = []
    left = set(worth)
    while left and covers:
        best = max(sorted(covers), key=lambda c: sum(worth[e] for e in covers[c] & left))
        if not covers[best] & left:
            break
        chosen.append(_named(by_id[best], len(chosen) + 1))
        left -= covers.pop(best)
    return tuple(chosen)


def _reached(cause: Finding, findings: Sequence[Finding], packs: Packs) -> set[str]:
    reached, frontier = {cause.id}, [cause]
    while frontier:
        current = frontier.pop()
        for other in findings:
            if other.id not in reached and _leads(packs, current, other.rule, other.facility):
                reached.add(other.id)
                frontier.append(other)
    return reached


@dataclass(frozen=True)
class Exact:
    """The best set of causes there is, by the objective of rootlint's own search."""

    active: tuple[int, ...]
    score: float


def exact_causes(explanation: Explanation) -> Exact | None:
    """Solve the same classes exactly, as an integer program. None where there is nothing to solve."""
    import numpy
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    groups = sorted(explanation.hypotheses)
    classes = explanation.classes
    if not groups or not classes:
        return None
    # Columns: a cause is active; a class is explained by a cause; a class is explained by its own group.
    column = {group: n for n, group in enumerate(groups)}
    n, m = len(groups), len(classes)
    cost = numpy.zeros(n + 2 * m)
    cost[:n] = [-_prior(explanation.hypotheses[group]) for group in groups]
    entries: list[tuple[int, int, float]] = []
    for number, one in enumerate(classes):
        alone = solving.INSTEAD if one.causes else solving.ALONE
        cost[n + number] = -one.size * math.log(solving.EXPLAINED / solving.LEAK)
        cost[n + m + number] = -one.size * math.log(alone / solving.LEAK)
        entries.append((number, n + number, 1.0))
        entries += [(number, column[group], -1.0) for group, _ in one.causes if group in column]
        entries.append((m + number, n + m + number, 1.0))
        if one.group in column:
            entries.append((m + number, column[one.group], -1.0))
        entries += [(2 * m + number, n + number, 1.0), (2 * m + number, n + m + number, 1.0)]
    rows, columns, values = zip(*entries, strict=True)
    matrix = coo_array((values, (rows, columns)), shape=(3 * m, n + 2 * m)).tocsr()
    limits = numpy.concatenate([numpy.zeros(2 * m), numpy.ones(m)])
    integral = numpy.concatenate([numpy.ones(n), numpy.zeros(2 * m)])
    found = milp(
        cost,
        integrality=integral,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, ub=limits),
        options={"time_limit": 20},
    )
    if found.x is None:
        return None
    base = sum(one.size * math.log(solving.LEAK) for one in classes)
    return Exact(tuple(group for group in groups if found.x[column[group]] > 0.5), base - found.fun)


def _prior(hypothesis: solving.Hypothesis) -> float:
    silence = sum(healthy * math.log1p(-min(chance, 0.999)) for healthy, chance in hypothesis.silent)
    return math.log(hypothesis.prior) + silence


def _gap(explanation: Explanation, exact: Exact) -> float:
    reached = explanation.solution.score / solving.SCALE
    return max(0.0, (exact.score - reached) / max(1.0, abs(exact.score)))


def _of_groups(
    active: Iterable[int], explanation: Explanation, findings: Sequence[Finding]
) -> tuple[Named, ...]:
    named: list[Named] = []
    for rank, number in enumerate(active, 1):
        group = explanation.groups[number]
        times = [f for f in findings if f.rule == group.rule and f.facility == group.facility]
        named += [dataclasses.replace(_named(f, rank), proof=None, probability=None) for f in times[:1]]
    return tuple(named)


def _blamed(file: Path) -> Iterable[Blamed]:
    """Every violation of the run that is not a root's own."""
    keys = ", ".join(f'"{key}"' for key in KEYS)
    with duckdb.connect() as reader:
        rows = reader.execute(
            f"SELECT rule, facility, cause_rule, cause_facility, {keys} FROM read_parquet(?)", [str(file)]
        ).fetchall()
    for rule, facility, cause, cause_facility, *values in rows:
        known = {key: str(value) for key, value in zip(KEYS, values, strict=True) if value is not None}
        yield Blamed(rule, facility, known, None if cause is None else (cause, cause_facility))
