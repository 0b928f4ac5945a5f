"""The most probable set of causes of classes of violations. Pure, deterministic, small.

Violations that may have been caused by the same groups are one *class*; there are hundreds or thousands of
classes where there are millions of violations. A set of causes is scored by

- what it explains: each violation that some active cause may have brought about counts `log(EXPLAINED / LEAK)`,
  a violation that is its own group's root a little less, and less still where another group could explain it;
- what it should also have broken and did not: for each active cause and rule, the records in its reach that
  stayed in order, times the log of the chance that the cause leaves a record in order;
- a prior for each cause.

Violations that share a cause are not independent, so a second cause of the same violations adds nothing, however
many they are: with a plain noisy-OR, three hundred symptoms would activate every step of the chain that leads to
them. The search adds the cause with the largest gain until none gains, then switches single causes until nothing
improves. Scores are whole numbers (log-odds times 2^20), ties go to the lower number, so the answer is the same
on every machine. How far lazy greedy plus switches stays below the exact optimum is measured by `make truth`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

SCALE = 1 << 20
EXPLAINED = 0.9  # the chance that a violation comes about where an active cause reaches it
ALONE = 0.9  # … where its own group is a root and no other group could have caused it
INSTEAD = 0.4  # … where its own group is a root and another group could have caused it
LEAK = 0.002  # … without any cause that has a rule
PRIOR_ROOT = 0.02
PRIOR_UNKNOWN = 0.005  # of a cause nobody wrote a rule for, behind a group that cannot be a root itself
MOSTLY = 0.5  # a group whose violations are explained to that share leaves a residue, not a root
AFTERMATH = timedelta(days=7)  # within which a residue may be a late consequence of what was explained
# A residue as small as that is the edge of what was explained, whatever else speaks for it.
SLIVER = 0.02  # … in terms of its group
FEW = 2  # … in violations


@dataclass(frozen=True)
class ViolationClass:
    """Violations of one group that the same causes may explain."""

    number: int
    group: int
    size: int
    causes: tuple[tuple[int, float], ...]  # (group, probability that it brings one about)
    first: datetime | None = None  # of its violations, in time
    last: datetime | None = None


@dataclass(frozen=True)
class Hypothesis:
    """A group that may be a cause."""

    group: int
    prior: float
    silent: tuple[
        tuple[int, float], ...
    ] = ()  # (healthy records in reach, probability of breaking one) for each rule


@dataclass(frozen=True)
class Solution:
    """The causes that are active, and how each class is explained."""

    active: tuple[int, ...]
    explained: Mapping[
        int, tuple[int, ...]
    ]  # class -> active causes of it, best first; itself when it is a root
    gain: Mapping[int, int]  # what would be lost without a cause
    rivals: Mapping[
        int, tuple[tuple[int, int], ...]
    ]  # cause -> (other group, what is lost by taking it instead), least first
    score: int


@dataclass
class _State:
    classes: Sequence[ViolationClass]
    hypotheses: Mapping[int, Hypothesis]
    members: dict[int, list[int]] = field(default_factory=dict)  # group -> classes it may explain
    active: set[int] = field(default_factory=set)


def solve(classes: Sequence[ViolationClass], hypotheses: Iterable[Hypothesis]) -> Solution:
    """Find the set of causes that explains the classes best."""
    state = _State(sorted(classes, key=lambda c: c.number), {h.group: h for h in hypotheses})
    for index, violations in enumerate(state.classes):
        for group in {violations.group, *(group for group, _ in violations.causes)} & set(state.hypotheses):
            state.members.setdefault(group, []).append(index)
    _add_greedily(state)
    _flip_until_stable(state)
    _withdraw_residues(state)
    gains = {group: -_change(state, group) for group in sorted(state.active)}
    explained = {violations.number: _explanation(state, violations) for violations in state.classes}
    rivals = {group: _rivals(state, group) for group in sorted(state.active)}
    return Solution(tuple(sorted(state.active)), explained, gains, rivals, _score(state))


def with_lone_roots(
    solution: Solution, classes: Sequence[ViolationClass], possible_roots: Collection[int]
) -> Solution:
    """Let a group stand alone where it can be a root and nothing explains any of it.

    What it did not bring about speaks against its part in what it is tied to. That it happened is seen.
    """
    explained = {violations.group for violations in classes if solution.explained[violations.number]}
    alone = set(possible_roots) - explained
    own = {violations.number: (violations.group,) for violations in classes if violations.group in alone}
    return replace(solution, explained={**solution.explained, **own})


def _add_greedily(state: _State) -> None:
    """Gains only shrink as causes become active, so a stale gain bounds a fresh one."""
    queue = sorted(((_change(state, group), -group) for group in state.hypotheses), reverse=True)
    while queue:
        _, negative = queue.pop(0)
        group = -negative
        gain = _change(state, group)
        if queue and (gain, -group) < queue[0]:
            if gain > 0:
                queue.append((gain, -group))
                queue.sort(reverse=True)
            continue
        if gain <= 0:
            return
        state.active.add(group)


def _flip_until_stable(state: _State) -> None:
    for _ in range(20):
        changed = False
        for group in sorted(state.hypotheses):
            if _change(state, group) > 0:
                state.active ^= {group}
                changed = True
        if not changed:
            return


def _withdraw_residues(state: _State) -> None:
    """What is left of a group that others explain has no known cause; it is no root of its own.

    Unless the rest is more than a sliver and alone brought about more than it is itself, or lies apart in time
    from the explained ones: then it may well be one.
    """
    for group in sorted(state.active):
        within = [state.classes[index] for index in state.members.get(group, ())]
        own = [v for v in within if v.group == group]
        caused = [v for v in own if any(cause in state.active for cause, _ in v.causes)]
        rest = [v for v in own if v not in caused]
        alone = sum(v.size for v in within if v.group != group and _explanation(state, v) == (group,))
        stands = _size(rest) > max(SLIVER * _size(own), FEW) and (
            alone > _size(rest) or _is_apart(rest, caused)
        )
        if _size(caused) >= max(MOSTLY * _size(own), 1) and not stands:
            state.active.remove(group)


def _size(classes: Sequence[ViolationClass]) -> int:
    return sum(violations.size for violations in classes)


def _is_apart(rest: Sequence[ViolationClass], caused: Sequence[ViolationClass]) -> bool:
    """Whether the rest was over before the others began, or began long after they were over: it is no consequence of the same."""
    if not rest or not caused:
        return False
    rest_first, rest_last = _span(rest)
    caused_first, caused_last = _span(caused)
    over_before = rest_last is not None and caused_first is not None and rest_last < caused_first
    began_after = rest_first is not None and caused_last is not None and rest_first > caused_last + AFTERMATH
    return over_before or began_after


def _span(classes: Sequence[ViolationClass]) -> tuple[datetime | None, datetime | None]:
    """The first and last time of violations; none where some have no time."""
    firsts = [violations.first for violations in classes]
    lasts = [violations.last for violations in classes]
    return (
        None if None in firsts else min(first for first in firsts if first),
        None if None in lasts else max(last for last in lasts if last),
    )


def _rivals(state: _State, cause: int) -> tuple[tuple[int, int], ...]:
    """Groups that could take a cause's place, and what the score would lose."""
    shared = {group for index in state.members.get(cause, ()) for group, _ in state.classes[index].causes}
    others = sorted((shared & set(state.hypotheses)) - state.active - {cause})
    lost = []
    for other in others:
        without = _change(state, cause)
        state.active ^= {cause}
        instead = _change(state, other)
        state.active ^= {cause}
        lost.append((other, -(without + instead)))
    return tuple(sorted(lost, key=lambda item: (item[1], item[0])))


def _change(state: _State, group: int) -> int:
    """How the score changes when a cause is switched on or off."""
    indices = state.members.get(group, ())
    before = sum(_likelihood(state, state.classes[index]) for index in indices)
    state.active ^= {group}
    after = sum(_likelihood(state, state.classes[index]) for index in indices)
    cost = _cost(state.hypotheses[group])
    turned_on = group in state.active
    state.active ^= {group}
    return after - before + (cost if turned_on else -cost)


def _cost(hypothesis: Hypothesis) -> int:
    """The prior, and what the cause should also have broken; never positive."""
    silence = sum(healthy * math.log1p(-min(chance, 0.999)) for healthy, chance in hypothesis.silent)
    return round(SCALE * (math.log(hypothesis.prior) + silence))


def _likelihood(state: _State, violations: ViolationClass) -> int:
    return round(SCALE * violations.size * math.log(_probability(state, violations)))


def _probability(state: _State, violations: ViolationClass) -> float:
    """A group explains its own violations only where no active cause reaches them."""
    if any(group in state.active for group, _ in violations.causes):
        return EXPLAINED
    if violations.group in state.active:
        return INSTEAD if violations.causes else ALONE
    return LEAK


def _explanation(state: _State, violations: ViolationClass) -> tuple[int, ...]:
    # What a known cause may have brought about does not hang on the unknown rest of a step on the way.
    found = sorted(
        (state.hypotheses[group].prior <= PRIOR_UNKNOWN, -chance, group)
        for group, chance in violations.causes
        if group in state.active
    )
    if found and found[0][0] and state.hypotheses[violations.group].prior > PRIOR_UNKNOWN:
        return (violations.group,)  # what can be a root is not laid at the door of something unknown
    if found:
        return tuple(group for _, _, group in found)
    return (violations.group,) if violations.group in state.active else ()


def _score(state: _State) -> int:
    return sum(_likelihood(state, violations) for violations in state.classes) + sum(
        _cost(state.hypotheses[group]) for group in sorted(state.active)
    )
