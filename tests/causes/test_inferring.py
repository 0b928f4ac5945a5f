"""The tail of the Poisson distribution that inferred causes are tested by."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rootlint.causes.inferring import poisson_tail


@pytest.mark.parametrize(
    ("at_least", "expected", "tail"),
    [
        (1, 1.0, 1 - math.exp(-1)),
        (2, 1.0, 1 - 2 * math.exp(-1)),
        (3, 2.0, 1 - 5 * math.exp(-2)),
    ],
)
def test_the_tail_is_what_the_formula_says(at_least: int, expected: float, tail: float) -> None:
    assert poisson_tail(at_least, expected) == pytest.approx(tail)


@given(st.integers(1, 400), st.floats(0.001, 300))
def test_the_tail_is_a_probability_and_falls_as_more_is_asked_for(at_least: int, expected: float) -> None:
    # The series is summed in floating point: two tails next to 1 may differ by its last digits.
    assert (
        0
        <= poisson_tail(at_least + 1, expected)
        <= poisson_tail(at_least, expected) * (1 + 1e-12)
        <= 1 + 1e-12
    )


@given(st.integers(1, 60), st.floats(0.01, 50))
def test_head_and_tail_add_up(at_least: int, expected: float) -> None:
    head = sum(math.exp(-expected + k * math.log(expected) - math.lgamma(k + 1)) for k in range(at_least))
    assert head + poisson_tail(at_least, expected) == pytest.approx(1)
