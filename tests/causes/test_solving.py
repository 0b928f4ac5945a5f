"""The search for the most probable set of causes."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rootlint.causes.solving import (
    PRIOR_ROOT,
    PRIOR_UNKNOWN,
    Hypothesis,
    Solution,
    ViolationClass,
    solve,
    with_lone_roots,
)

ROOT, MIDDLE, LEAF, OTHER = 1, 2, 3, 4
DAY = [datetime(2026, 6, number) for number in range(1, 31)]


def chances(*pairs: tuple[int, float]) -> tuple[tuple[int, float], ...]:
    return pairs


def test_a_root_takes_its_symptoms_and_theirs_along() -> None:
    """A cause that reaches others through others explains all of them, and they are no roots."""
    classes = [
        ViolationClass(1, ROOT, 5, ()),
        ViolationClass(2, MIDDLE, 40, chances((ROOT, 0.9))),
        ViolationClass(3, LEAF, 300, chances((ROOT, 0.8), (MIDDLE, 0.85))),
    ]
    solution = solve(classes, [Hypothesis(group, 0.02) for group in (ROOT, MIDDLE, LEAF)])
    assert solution.active == (ROOT,)
    assert solution.explained == {1: (ROOT,), 2: (ROOT,), 3: (ROOT,)}


def test_without_its_cause_the_middle_is_the_root() -> None:
    """What would be a symptom is the root where nothing is there to cause it."""
    classes = [ViolationClass(2, MIDDLE, 40, ()), ViolationClass(3, LEAF, 300, chances((MIDDLE, 0.85)))]
    solution = solve(classes, [Hypothesis(MIDDLE, 0.02), Hypothesis(LEAF, 0.02)])
    assert solution.active == (MIDDLE,)
    assert solution.explained == {2: (MIDDLE,), 3: (MIDDLE,)}


def test_what_can_be_a_root_is_not_blamed_on_something_unknown() -> None:
    """Refused sales of unknown cause, and somebody who dismisses them: the practice is known, the reason of the refusals is not."""
    classes = [
        ViolationClass(1, ROOT, 300, ()),
        ViolationClass(2, MIDDLE, 50, chances((ROOT, 0.8))),
        ViolationClass(3, LEAF, 50, chances((ROOT, 0.8))),
    ]
    hypotheses = [
        Hypothesis(ROOT, PRIOR_UNKNOWN),
        Hypothesis(MIDDLE, PRIOR_ROOT),
        Hypothesis(LEAF, PRIOR_UNKNOWN),
    ]
    solution = solve(classes, hypotheses)
    assert solution.active == (ROOT,)
    assert solution.explained == {1: (ROOT,), 2: (MIDDLE,), 3: (ROOT,)}


def test_what_no_cause_reaches_stays_with_its_own_group() -> None:
    """Of 400 late sales 380 may come from one cause and 20 from something else."""
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, LEAF, 380, chances((ROOT, 0.9))),
        ViolationClass(3, LEAF, 20, ()),
    ]
    solution = solve(classes, [Hypothesis(ROOT, 0.02)])
    assert solution.explained == {1: (ROOT,), 2: (ROOT,), 3: ()}


@pytest.mark.parametrize(("rest_over_on", "active"), [(9, (ROOT, LEAF)), (11, (ROOT,))])
def test_a_rest_that_was_over_before_the_explained_ones_began_is_a_root(
    rest_over_on: int, active: tuple[int, ...]
) -> None:
    """What came before a cause was no consequence of it; what lies among its consequences is a rest of them."""
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, LEAF, 380, chances((ROOT, 0.9)), DAY[10], DAY[20]),
        ViolationClass(3, LEAF, 200, (), DAY[1], DAY[rest_over_on]),
    ]
    assert solve(classes, [Hypothesis(group, 0.02) for group in (ROOT, LEAF)]).active == active


@pytest.mark.parametrize(("rest", "active"), [(2, (ROOT,)), (3, (ROOT, LEAF))])
def test_one_or_two_that_others_leave_of_a_group_are_no_root_whenever_they_were(
    rest: int, active: tuple[int, ...]
) -> None:
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, LEAF, 5, chances((ROOT, 0.9)), DAY[10], DAY[20]),
        ViolationClass(3, LEAF, rest, (), DAY[1], DAY[2]),
    ]
    assert solve(classes, [Hypothesis(group, 0.02) for group in (ROOT, LEAF)]).active == active


@pytest.mark.parametrize(("rest_began_on", "active"), [(18, (ROOT, LEAF)), (17, (ROOT,))])
def test_a_rest_that_began_more_than_a_week_after_the_explained_ones_is_a_root(
    rest_began_on: int, active: tuple[int, ...]
) -> None:
    """An episode of its own, and no aftermath."""
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, LEAF, 380, chances((ROOT, 0.9)), DAY[5], DAY[10]),
        ViolationClass(3, LEAF, 200, (), DAY[rest_began_on], DAY[29]),
    ]
    assert solve(classes, [Hypothesis(group, 0.02) for group in (ROOT, LEAF)]).active == active


def test_a_coincidence_that_left_most_of_its_reach_in_order_is_no_cause() -> None:
    """A cause is judged also by what it should have broken and did not."""
    classes = [ViolationClass(2, MIDDLE, 200, chances((OTHER, 0.05)))]
    broad = Hypothesis(OTHER, 0.02, ((4000, 0.05),))
    solution = solve(classes, [broad, Hypothesis(MIDDLE, 0.02)])
    assert solution.explained[2] == (MIDDLE,)


def test_of_two_causes_of_one_set_the_one_with_the_narrower_reach_wins() -> None:
    classes = [
        ViolationClass(3, LEAF, 100, chances((ROOT, 0.9), (OTHER, 0.3))),
    ]
    hypotheses = [Hypothesis(ROOT, 0.02, ((10, 0.9),)), Hypothesis(OTHER, 0.02, ((230, 0.3),))]
    assert solve(classes, hypotheses).explained[3] == (ROOT,)


def test_two_causes_that_nothing_tells_apart_are_rivals_without_loss() -> None:
    classes = [ViolationClass(3, LEAF, 100, chances((ROOT, 0.9), (OTHER, 0.9)))]
    solution = solve(classes, [Hypothesis(ROOT, 0.02), Hypothesis(OTHER, 0.02)])
    assert solution.active == (ROOT,)
    assert solution.rivals == {ROOT: ((OTHER, 0),)}


groups = st.integers(1, 6)
weights = st.sampled_from([0.1, 0.3, 0.6, 0.9])


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[ViolationClass], list[Hypothesis]]:
    classes = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        group = draw(groups)
        causes = draw(
            st.dictionaries(groups.filter(lambda cause, own=group: cause != own), weights, max_size=3)
        )
        classes.append(
            ViolationClass(number, group, draw(st.integers(1, 200)), tuple(sorted(causes.items())))
        )
    silent = st.lists(st.tuples(st.integers(0, 50), weights), max_size=2).map(tuple)
    hypotheses = [
        Hypothesis(group, 0.02, draw(silent)) for group in sorted(draw(st.sets(groups, min_size=1)))
    ]
    return classes, hypotheses


@given(problems(), st.randoms())
def test_the_answer_does_not_depend_on_the_order_of_the_input(problem: tuple, random: object) -> None:
    classes, hypotheses = problem
    shuffled = list(classes), list(hypotheses)
    for part in shuffled:
        random.shuffle(part)  # type: ignore[attr-defined]
    assert solve(*shuffled) == solve(classes, hypotheses)


def test_a_small_rest_of_a_group_that_others_explain_is_no_root() -> None:
    """Ninety-five explained and five not: the five have no known cause."""
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, MIDDLE, 95, chances((ROOT, 0.9))),
        ViolationClass(3, MIDDLE, 5, ()),
    ]
    solution = solve(classes, [Hypothesis(ROOT, 0.02), Hypothesis(MIDDLE, 0.02)])
    assert solution.explained == {1: (ROOT,), 2: (ROOT,), 3: ()}


def test_a_small_rest_takes_nothing_from_the_cause_of_the_others() -> None:
    """What the five could have caused as well stays with what caused the ninety-five."""
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, MIDDLE, 95, chances((ROOT, 0.9))),
        ViolationClass(3, MIDDLE, 5, ()),
        ViolationClass(4, LEAF, 300, chances((MIDDLE, 0.9), (ROOT, 0.8))),
    ]
    solution = solve(classes, [Hypothesis(ROOT, 0.02), Hypothesis(MIDDLE, 0.02)])
    assert solution.explained == {1: (ROOT,), 2: (ROOT,), 3: (), 4: (ROOT,)}


def test_a_small_rest_that_explains_what_nothing_else_does_is_a_root() -> None:
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, MIDDLE, 95, chances((ROOT, 0.9))),
        ViolationClass(3, MIDDLE, 5, ()),
        ViolationClass(4, LEAF, 40, chances((MIDDLE, 0.9))),
    ]
    solution = solve(classes, [Hypothesis(ROOT, 0.02), Hypothesis(MIDDLE, 0.02)])
    assert solution.explained == {1: (ROOT,), 2: (ROOT,), 3: (MIDDLE,), 4: (MIDDLE,)}


def test_a_sliver_of_a_group_that_others_explain_is_no_root_whatever_it_could_have_caused() -> None:
    """One in a hundred is the edge of what was explained: a second before, an endpoint beside."""
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, MIDDLE, 99, chances((ROOT, 0.9))),
        ViolationClass(3, MIDDLE, 1, ()),
        ViolationClass(4, LEAF, 40, chances((MIDDLE, 0.9))),
    ]
    solution = solve(classes, [Hypothesis(ROOT, 0.02), Hypothesis(MIDDLE, 0.02)])
    assert solution.explained == {1: (ROOT,), 2: (ROOT,), 3: (), 4: ()}


def test_a_possible_root_that_should_have_broken_much_more_stands_alone() -> None:
    """Nothing explains it, and what it is tied to has no known cause either."""
    classes = [ViolationClass(1, ROOT, 1, ()), ViolationClass(2, LEAF, 2, chances((ROOT, 0.3)))]
    solution = solve(classes, [Hypothesis(ROOT, 0.02, ((1000, 0.1),))])
    assert solution.explained == {1: (), 2: ()}
    assert with_lone_roots(solution, classes, {ROOT}).explained == {1: (ROOT,), 2: ()}


def test_what_others_leave_of_a_possible_root_does_not_stand_alone() -> None:
    classes = [
        ViolationClass(1, ROOT, 10, ()),
        ViolationClass(2, MIDDLE, 95, chances((ROOT, 0.9))),
        ViolationClass(3, MIDDLE, 5, ()),
    ]
    solution = solve(classes, [Hypothesis(ROOT, 0.02), Hypothesis(MIDDLE, 0.02)])
    assert with_lone_roots(solution, classes, {ROOT, MIDDLE}) == solution


@given(problems())
def test_no_cause_is_idle(problem: tuple) -> None:
    """Without any one of the causes the score would be no better."""
    classes, hypotheses = problem
    best = solve(classes, hypotheses)
    for group in best.active:
        assert score_of(set(best.active) - {group}, classes, hypotheses) <= best.score


@given(problems())
def test_the_answer_is_never_better_than_the_best_of_all_sets(problem: tuple) -> None:
    """Its score is that of its set, held against every other set."""
    classes, hypotheses = problem
    best = solve(classes, hypotheses)
    every = itertools.chain.from_iterable(
        itertools.combinations([h.group for h in hypotheses], n) for n in range(7)
    )
    optimum = max(score_of(set(chosen), classes, hypotheses) for chosen in every)
    assert best.score <= optimum


def score_of(active: set[int], classes: list[ViolationClass], hypotheses: list[Hypothesis]) -> int:
    """The score of a given set, by leaving the search nothing to choose."""
    from rootlint.causes.solving import _score, _State

    state = _State(sorted(classes, key=lambda c: c.number), {h.group: h for h in hypotheses})
    state.active = set(active)
    return _score(state)


def test_the_score_of_nothing_is_the_background() -> None:
    solution = solve([ViolationClass(1, LEAF, 1, ())], [])
    assert isinstance(solution, Solution)
    assert solution.active == ()
    assert solution.explained == {1: ()}
