"""Explaining violations: from ties and reach to a small set of causes, and to what each violation is blamed on."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from rootlint.causes import evidence
from rootlint.causes.evidence import ANCESTRY, GROUPS, MILLION, NUMBERED, TIES, DeclaredLink
from rootlint.causes.reach import Reach, Records, weigh
from rootlint.causes.solving import (
    PRIOR_ROOT,
    PRIOR_UNKNOWN,
    Hypothesis,
    Solution,
    ViolationClass,
    solve,
    with_lone_roots,
)
from rootlint.engine import Engine
from rootlint.model import Outcome, Role
from rootlint.rules.model import LoadedRule
from rootlint.rules.running import Tables

CLASSES = "violation_classes"  # class, group_id and what all its violations have in common
ACTIVE_CAUSES = "active_causes"  # class -> each active cause that may have brought its violations about
ASSIGNMENTS = (
    "assignments"  # violation id -> class, cause group or null, runner-up group or null, role, share
)
STEP = MILLION // 100  # weights closer than one in a hundred make no class of their own


@dataclass(frozen=True)
class Group:
    """Violations of one rule, facility and scope: what may be called a cause."""

    number: int
    rule: str
    facility: str | None
    scope: str  # JSON
    size: int
    may_root: bool  # by its violations; its rule has a say too


@dataclass(frozen=True)
class Step:
    """One tie of a chain, between groups: how many violations of the effect it ties, and by which link."""

    cause: int
    effect: int
    link: DeclaredLink
    tied: int


@dataclass(frozen=True)
class Explanation:
    """What the violations of a run are blamed on."""

    groups: Mapping[int, Group]
    classes: tuple[ViolationClass, ...]
    solution: Solution
    steps: tuple[Step, ...]
    reaches: tuple[Reach, ...]
    hypotheses: Mapping[int, Hypothesis]
    able: frozenset[int]  # groups that can be a root, by their rules, their violations and what was captured
    harmless: Mapping[str, float]  # rule -> so many violations are a root only where they explain something

    def reached_by(self, cause: int) -> Sequence[ViolationClass]:
        """The classes of other groups that a cause may have brought about, alone or with others."""
        return self._reached.get(cause, ())

    def sharing(self) -> list[int]:
        """The causes that nothing is blamed on, and that may have a part in what is blamed on others."""
        return [
            cause for cause in self.solution.active if self.reached_by(cause) and not self.explained_by(cause)
        ]

    def explained_by(self, cause: int) -> Sequence[ViolationClass]:
        """The classes of other groups that are blamed on a cause."""
        return self._blamed.get(cause, ())

    @cached_property
    def _reached(self) -> Mapping[int, Sequence[ViolationClass]]:
        return self._by_cause(None)

    @cached_property
    def _blamed(self) -> Mapping[int, Sequence[ViolationClass]]:
        return self._by_cause(1)

    def _by_cause(self, most: int | None) -> Mapping[int, Sequence[ViolationClass]]:
        """The classes of other groups by the first so many causes that explain them, or by all."""
        found: dict[int, list[ViolationClass]] = defaultdict(list)
        for violations in self.classes:
            for cause in self.solution.explained[violations.number][:most]:
                if cause != violations.group:
                    found[cause].append(violations)
        return dict(found)

    def roots(self) -> list[int]:
        """The groups that are root causes, those with symptoms first, then by what they explain."""
        own = {c.group for c in self.classes if self.solution.explained[c.number][:1] == (c.group,)}
        roots = [group for group in sorted(own | self._blamed.keys()) if self.is_root(group)]
        gain = self.solution.gain
        return sorted(roots, key=lambda group: (not self.explained_by(group), -gain.get(group, 0), group))

    def is_root(self, group: int) -> bool:
        """Whether a group that nothing explains is a root cause: one without symptoms is, unless it is harmless alone."""
        rule, size = self.groups[group].rule, self.groups[group].size
        return group in self.able and (size > self.harmless[rule] or bool(self.explained_by(group)))


def explain(
    rules: Mapping[str, LoadedRule],
    names: Mapping[str, str],
    engine: Engine,
    snapshot: Tables,
    records: Records,
    outcomes: Sequence[Outcome],
) -> Explanation:
    """Explain all violations in the engine's table; leaves the table of assignments."""
    links = evidence.declared_links(rules, names)
    evidence.number_violations(engine)
    evidence.tie(links, engine, snapshot)
    reaches = weigh(links, engine, records, outcomes)
    evidence.spread(engine)
    evidence.trace(engine)
    groups = {
        row[0]: Group(*row)
        for row in engine.rows(
            f"SELECT group_id, rule, facility, scope, size, may_root FROM {GROUPS} ORDER BY 1"
        )
    }
    candidates = list(groups.values())
    able = {
        group.number for group in candidates if group.may_root and _can_be_root(rules[group.rule], snapshot)
    }
    classes = _classes(candidates, engine)
    by_cause: dict[int, list[Reach]] = defaultdict(list)
    for reach in reaches:
        by_cause[reach.cause].append(reach)
    certain = able - {violations.group for violations in classes if violations.causes}
    hypotheses = {
        group.number: _hypothesis(group, () if group.number in certain else by_cause[group.number], able)
        for group in candidates
    }
    solution = with_lone_roots(solve(classes, hypotheses.values()), classes, able)
    steps = _steps(links, engine)
    harmless = {name: _harmless_up_to(loaded) for name, loaded in rules.items()}
    explanation = Explanation(
        groups,
        classes,
        solution,
        steps,
        tuple(reaches),
        hypotheses,
        frozenset(able),
        harmless,
    )
    _assign(explanation, engine)
    return explanation


def _can_be_root(loaded: LoadedRule, snapshot: Tables) -> bool:
    """Whether a rule can be a root, and the tables are there that would show what usually causes it."""
    return loaded.rule.can_be_root and set(loaded.rule.root_needs) <= set(snapshot.tables)


def _harmless_up_to(loaded: LoadedRule) -> float:
    return math.inf if loaded.rule.harmless_alone is True else int(loaded.rule.harmless_alone)


def role_of(group: int, explained: Sequence[int], explanation: Explanation) -> Role:
    """The role of violations of a group that are explained so."""
    if not explained:
        return Role.UNKNOWN
    if explained[0] != group:
        return Role.SYMPTOM
    if group not in explanation.able:
        return Role.UNKNOWN
    return Role.ROOT if explanation.is_root(group) else Role.ISOLATED


def chain(root: int, effect: int, explanation: Explanation) -> list[Step]:
    """The strongest way from a root to an effect, tie by tie; empty when there is none."""
    best: dict[int, tuple[float, list[Step]]] = {root: (1.0, [])}
    outgoing: dict[int, list[Step]] = defaultdict(list)
    for step in explanation.steps:
        outgoing[step.cause].append(step)
    frontier = [root]
    while frontier:
        frontier = sorted(_extend(frontier, outgoing, best, explanation))
    return best.get(effect, (0.0, []))[1]


def _extend(
    frontier: list[int],
    outgoing: Mapping[int, list[Step]],
    best: dict[int, tuple[float, list[Step]]],
    explanation: Explanation,
) -> set[int]:
    """Follow the steps out of some groups; the groups that are now better reached."""
    improved: set[int] = set()
    for group in frontier:
        strength, way = best[group]
        for step in outgoing[group]:
            share = step.tied / explanation.groups[step.effect].size
            reached = strength * share * step.link.weight / MILLION
            if reached > best.get(step.effect, (0.0, []))[0]:
                best[step.effect] = (reached, [*way, step])
                improved.add(step.effect)
    return improved


def _classes(candidates: Sequence[Group], engine: Engine) -> tuple[ViolationClass, ...]:
    """Violations with the same group and the same possible roots, counted together."""
    engine.load("root_candidates", {"group_id": "BIGINT"}, [(group.number,) for group in candidates])
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE possible_causes AS SELECT a.id, "
        f"list_sort(list((a.group_id, (a.weight + {STEP // 2}) // {STEP}))) AS causes "
        f"FROM {ANCESTRY} a JOIN root_candidates c ON c.group_id = a.group_id GROUP BY a.id"
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {CLASSES} AS SELECT "
        "row_number() OVER (ORDER BY group_id, causes NULLS FIRST) AS class, * FROM ("
        'SELECT v.group_id, p.causes, count(*) AS size, min("at") AS first_at, max("at") AS last_at '
        f"FROM {NUMBERED} v LEFT JOIN possible_causes p ON p.id = v.id "
        "GROUP BY v.group_id, p.causes)"
    )
    rows = engine.rows(
        f"SELECT class, group_id, size, causes, first_at, last_at FROM {CLASSES} ORDER BY class"
    )
    return tuple(
        ViolationClass(
            number,
            group,
            size,
            tuple((cause, max(weight, 1) * STEP / MILLION) for cause, weight in causes or ()),
            first,
            last,
        )
        for number, group, size, causes, first, last in rows
    )


def _hypothesis(group: Group, reaches: Sequence[Reach], able: Collection[int]) -> Hypothesis:
    """A group whose rule cannot be a root may still stand for an unknown cause: of its own violations and what they led to.

    A root that nothing could have caused is there in any case (it comes without reaches): what stayed in order near it
    speaks against single links, whose weights know of it, and not against the cause.
    """
    silent = [
        (reach.exposed - reach.hits, reach.weight / MILLION)
        for reach in reaches
        if reach.exposed is not None and reach.exposed > reach.hits
    ]
    return Hypothesis(group.number, PRIOR_ROOT if group.number in able else PRIOR_UNKNOWN, tuple(silent))


def _steps(links: Sequence[DeclaredLink], engine: Engine) -> tuple[Step, ...]:
    rows = engine.rows(
        f"SELECT t.cause, v.group_id, t.link, count(DISTINCT t.id) FROM {TIES} t JOIN {NUMBERED} v ON v.id = t.id "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    by_number = {link.number: link for link in links}
    return tuple(Step(cause, effect, by_number[link], tied) for cause, effect, link, tied in rows)


def _assign(explanation: Explanation, engine: Engine) -> None:
    """Write down, for every violation, what it is blamed on and what comes second."""
    rows = []
    for violations in explanation.classes:
        explained = explanation.solution.explained[violations.number]
        cause = explained[0] if explained else None
        others = sorted(((-chance, group) for group, chance in violations.causes if group != cause))
        runner_up = others[0][1] if others else None
        rows.append(
            (
                violations.number,
                cause,
                runner_up,
                str(role_of(violations.group, explained, explanation)),
                _share(violations, explained),
            )
        )
    engine.load(
        "class_causes",
        {
            "class": "BIGINT",
            "cause": "BIGINT",
            "runner_up": "BIGINT",
            "role": "VARCHAR",
            "share": "DECIMAL(7,6)",
        },
        rows,
    )
    engine.load(
        ACTIVE_CAUSES,
        {"class": "BIGINT", "cause": "BIGINT"},
        [
            (number, cause)
            for number, causes in sorted(explanation.solution.explained.items())
            for cause in causes
        ],
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {ASSIGNMENTS} AS SELECT v.id, c.class, r.cause, r.runner_up, r.role, r.share "
        f"FROM {NUMBERED} v LEFT JOIN possible_causes p ON p.id = v.id "
        f"JOIN {CLASSES} c ON c.group_id = v.group_id AND c.causes IS NOT DISTINCT FROM p.causes "
        "JOIN class_causes r ON r.class = c.class"
    )


def _share(violations: ViolationClass, explained: Sequence[int]) -> Decimal | None:
    """What the first of several active causes accounts for, by their chances; null where no cause is known."""
    if not explained:
        return None
    chances = {cause: chance for cause, chance in violations.causes if cause in explained}
    first = chances.get(explained[0])
    return Decimal(MILLION if first is None else round(first / sum(chances.values()) * MILLION)) / MILLION
