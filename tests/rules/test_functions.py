"""What the functions of built-in python rules answer."""

from collections.abc import Iterable
from typing import Any

import pytest

from rootlint.rules.functions import MOST_UNKNOWN, edits, mistyped_labels


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("ABCD", "ABCD", 0),
        ("ABCD", "ABDC", 1),
        ("ABCD", "ABC", 1),
        ("ABCD", "AXCY", 2),
        ("", "AB", 2),
        ("CA", "ABC", 3),
    ],
)
def test_edits_counts_changes_drops_additions_and_swaps(left: str, right: str, distance: int) -> None:
    assert (edits(left, right), edits(right, left)) == (distance, distance)


def _stock(label: str, quantity: int = 10) -> dict[str, Any]:
    return {
        "facility": "F1",
        "label": label,
        "quantity": quantity,
        "unit_of_measure": "Each",
        "last_modified": None,
    }


def _package(label: str, quantity: int = 10) -> dict[str, Any]:
    return {**_stock(label, quantity), "state": "active", "item": "Made joint"}


def _answers(stock: list[dict[str, Any]], packages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tables: dict[str, Iterable[dict[str, Any]]] = {"internal_inventory": stock, "metrc_packages": packages}
    return list(mistyped_labels(tables.__getitem__))


def test_a_label_one_swap_away_is_answered_with_the_label_meant() -> None:
    assert _answers([_stock("1A4MADE12")], [_package("1A4MADE21")]) == [
        {
            "facility": "F1",
            "violated": True,
            "label": "1A4MADE12",
            "at": None,
            "meant": "1A4MADE21",
            "item": "Made joint",
            "edits": 1,
        }
    ]


def test_a_label_that_is_like_no_other_is_in_scope_and_in_order() -> None:
    assert _answers([_stock("1A4MADE12")], [_package("1A4MADE99999")]) == [
        {"facility": "F1", "violated": False, "label": "1A4MADE12", "at": None}
    ]


def test_as_many_unknown_labels_as_slips_can_explain_are_judged() -> None:
    stock = [_stock(f"X{n:08d}", n) for n in range(1, MOST_UNKNOWN + 1)]
    assert [answer["label"] for answer in _answers(stock, [])] == [row["label"] for row in stock]


def test_more_unknown_labels_than_slips_can_explain_are_not_judged() -> None:
    stock = [_stock(f"X{n:08d}", n) for n in range(1, MOST_UNKNOWN + 2)]
    assert _answers(stock, [_package("X0000001", 1)]) == []
