"""What unexplained violations share: the cells that are tried, and the tail of the binomial they are tested by."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds_made import World, drop, find, healthy, judge, rows

from rootlint.causes.inferring import binomial_tail
from rootlint.model import Finding, Role


def _never_sent(world: World, numbers: Iterable[int]) -> None:
    """Sales of which METRC has no receipt, and no call tells why."""
    for number in numbers:
        sale = f"S{number:03d}"
        receipt = find(world, "metrc_sales", external_number=sale)["receipt_id"]
        for line in rows(world, "metrc_sale_lines", receipt_id=receipt):
            find(world, "metrc_packages", label=line["label"])["quantity"] += line["quantity"]
        for table in ("metrc_sales", "metrc_sale_lines"):
            drop(world, table, receipt_id=receipt)
        drop(world, "sync_calls", entity_key=sale)
        find(world, "internal_sales", sale_id=sale).update(metrc_receipt_id=None, posted_at=None)


def _inferred(findings: Iterable[Finding], rule: str) -> list[tuple[dict[str, str], int, str]]:
    return [
        (dict(finding.scope), finding.count, finding.summary)
        for finding in findings
        if finding.role is Role.INFERRED and finding.scope["of"] == rule
    ]


@pytest.mark.parametrize(
    ("numbers", "attribute", "value", "shared"),
    [
        (range(84, 120), "first day", "2026-06-09", "come from 2026-06-09 on"),
        ([n for n in range(120) if n % 10 < 2], "hour (UTC)", "17", "share the hour (UTC) 17"),
        (range(50, 60), "day (UTC)", "2026-06-06", "share the day (UTC) 2026-06-06"),
        (range(1, 120, 4), "user", "u1", "share the user u1"),
    ],
)
def test_sales_that_nothing_explains_are_told_by_what_they_share(
    numbers: range, attribute: str, value: str, shared: str, tmp_path: Path
) -> None:
    """A day they begin on, an hour, a day or a person: whatever describes them best."""
    world = healthy()
    _never_sent(world, numbers)
    findings = judge(tmp_path / "world", world)
    told = _inferred(findings, "sale-not-posted")
    total = len(numbers)
    summary = f"{total} of {total} unexplained violations of sale-not-posted {shared}."
    assert told == [({attribute: value, "of": "sale-not-posted"}, total, summary)]
    # What hung on the sales hangs on what they share: no symptom names a cause that is not told.
    assert {f.blame.root for f in findings if f.blame} == {f.id for f in findings if f.role is Role.INFERRED}


def test_a_day_on_which_a_known_cause_was_at_work_is_not_accused(tmp_path: Path) -> None:
    world = healthy()
    _never_sent(world, range(50, 60))
    for number in (45, 46, 47):
        find(world, "internal_sales", sale_id=f"S{number:03d}").update(
            status="voided", voided_at="2026-06-06T20:00:00Z"
        )
    findings = judge(tmp_path / "world", world)
    assert [f.rule for f in findings if f.role is Role.ROOT] == ["void-not-mirrored"]
    assert _inferred(findings, "sale-not-posted") == []


def test_the_last_days_are_not_accused(tmp_path: Path) -> None:
    """What is sent with the next run is always of the last day."""
    world = healthy()
    _never_sent(world, range(100, 110))
    assert _inferred(judge(tmp_path / "world", world), "sale-not-posted") == []


def test_an_hour_of_the_last_days_is_not_accused(tmp_path: Path) -> None:
    """What waits for the next run shares the hour since the last one."""
    world = healthy()
    _never_sent(world, range(100, 120))
    for number in range(100, 120):
        sale = find(world, "internal_sales", sale_id=f"S{number:03d}")
        sale["sold_at"] = f"{sale['sold_at'][:11]}17:{number % 60:02d}:00Z"
    assert _inferred(judge(tmp_path / "world", world), "sale-not-posted") == []


def test_sales_that_share_nothing_are_left_unexplained(tmp_path: Path) -> None:
    """Spread over days, hours, people and packages, they give no one away."""
    world = healthy()
    _never_sent(world, range(3, 120, 13))
    assert _inferred(judge(tmp_path / "world", world), "sale-not-posted") == []


@pytest.mark.parametrize(
    ("at_least", "of", "share", "tail"), [(1, 1, 0.25, 0.25), (1, 2, 0.5, 0.75), (2, 3, 0.5, 0.5)]
)
def test_the_tail_is_what_the_formula_says(at_least: int, of: int, share: float, tail: float) -> None:
    assert binomial_tail(at_least, of, share) == pytest.approx(tail)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0, 1))
def test_the_tail_is_a_probability_and_falls_as_more_is_asked_for(of: int, asked: int, share: float) -> None:
    at_least = min(asked, of)
    # The series is summed in floating point: two tails next to 1 may differ by its last digits.
    more = binomial_tail(at_least + 1, of, share) if at_least < of else 0.0
    assert 0 <= more <= binomial_tail(at_least, of, share) * (1 + 1e-9) <= 1 + 1e-9


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0.01, 0.99))
def test_head_and_tail_add_up(at_least: int, more: int, share: float) -> None:
    of = at_least + more
    head = sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(at_least))
    assert head + binomial_tail(at_least, of, share) == pytest.approx(1)


@pytest.mark.parametrize(
    ("sales", "tries", "told"), [(range(50, 54), 3, []), (range(50, 60), 1, ["day (UTC)"])]
)
def test_what_is_tried_again_counts_once(sales: range, tries: int, told: list[str], tmp_path: Path) -> None:
    """Four sales of a day that METRC refuses three times each are four, and too few; ten that it refuses once are not."""
    world = healthy()
    for number in sales:
        call = find(world, "sync_calls", entity_key=f"S{number:03d}")
        world["sync_calls"] += [
            {**call, "call_id": f"{call['call_id']}-{nth}", "status": 400, "error": "made up"}
            for nth in range(tries)
        ]
    shared = _inferred(judge(tmp_path / "world", world), "sale-rejected-by-metrc")
    assert [name for scope, _, _ in shared for name in scope if name != "of"] == told


def test_the_hour_at_which_everything_is_tried_again_is_not_accused(tmp_path: Path) -> None:
    """Twelve sales of as many days and of all hours are refused, and again the next morning at eight."""
    world = healthy()
    for day in range(12):
        call = find(world, "sync_calls", entity_key=f"S{day * 10 + day % 10:03d}")
        refused = call | {"status": 400, "error": "made up"}
        world["sync_calls"] += [
            refused | {"call_id": f"{call['call_id']}-0"},
            refused | {"call_id": f"{call['call_id']}-1", "at": f"{call['at'][:10]}T23:59:00Z"},
        ]
    shared = _inferred(judge(tmp_path / "world", world), "sale-rejected-by-metrc")
    assert [scope for scope, _, _ in shared if "hour (UTC)" in scope] == []
