"""Functions for built-in rules of kind `python`: what SQL cannot say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]
Reader = Callable[[str], Iterable[Row]]  # table -> its rows, the columns in `reads`

MOST_UNKNOWN = 200  # labels unknown to METRC; more of them are no slips of the hand
MOST_EDITS = 2  # characters wrong, missing, too many or swapped with their neighbor


def mistyped_labels(read: Reader) -> Iterator[dict[str, Any]]:
    """Judge each label of the operator's stock that METRC does not know: is it one of METRC's, mistyped?

    The label meant must be the only one near, active, absent from the operator's stock, hold the same
    quantity, and be meant by no other label. Answers facility, violated, label, meant, item, edits, at.
    """
    known = _by_facility(read("metrc_packages"))
    for facility, own in sorted(_by_facility(read("internal_inventory")).items()):
        held = known.get(facility, {})
        unknown = [row for label, row in sorted(own.items()) if label not in held and _is_stock(row)]
        absent = [
            row
            for label, row in sorted(held.items())
            if label not in own and _is_stock(row) and row["state"] == "active"
        ]
        if len(unknown) <= MOST_UNKNOWN:
            yield from _judged(unknown, absent)


def _by_facility(rows: Iterable[Row]) -> dict[str, dict[str, Row]]:
    labels: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        labels[row["facility"]][row["label"]] = row
    return labels


def _is_stock(row: Row) -> bool:
    return row["quantity"] is not None and row["quantity"] > 0 and row["unit_of_measure"] is not None


def _judged(unknown: list[Row], absent: list[Row]) -> Iterator[dict[str, Any]]:
    alike: dict[tuple[Any, str], list[Row]] = defaultdict(list)
    for row in absent:
        alike[row["quantity"], row["unit_of_measure"]].append(row)
    near = [
        [other for other in alike[row["quantity"], row["unit_of_measure"]] if _is_slip(row, other)]
        for row in unknown
    ]
    yield from _answers(unknown, near)


def _answers(unknown: list[Row], near: list[list[Row]]) -> Iterator[dict[str, Any]]:
    """A label means another where that is the only one near, and is near to no other label."""
    meant_by = Counter(row["label"] for rows in near for row in rows)
    for row, candidates in zip(unknown, near, strict=True):
        meant = candidates[0] if len(candidates) == 1 and meant_by[candidates[0]["label"]] == 1 else None
        yield _answer(row, meant)


def _is_slip(row: Row, other: Row) -> bool:
    return edits(row["label"], other["label"]) <= MOST_EDITS


def _answer(row: Row, meant: Row | None) -> dict[str, Any]:
    answer = {
        "facility": row["facility"],
        "violated": meant is not None,
        "label": row["label"],
        "at": row.get("last_modified") or row.get("received_at"),
        **({"manifest": row["manifest"]} if "manifest" in row else {}),
    }
    if meant is not None:
        answer |= {
            "meant": meant["label"],
            "item": meant["item"],
            "edits": edits(row["label"], meant["label"]),
        }
    return answer


def mistyped_receipts(read: Reader) -> Iterator[dict[str, Any]]:
    """Judge each label taken in that its manifest does not list: is it one of the manifest's, mistyped?

    The label meant must be the one of the manifest that is nearest and was not taken in itself, and be meant
    by no other. Answers facility, violated, label, meant, manifest, item, edits, at.
    """
    listed, taken_in = _by_manifest(read("metrc_transfer_packages")), _by_manifest(read("internal_receipts"))
    for manifest, receipts in sorted(taken_in.items()):
        if manifest in listed:
            unlisted = [row for label, row in sorted(receipts.items()) if label not in listed[manifest]]
            absent = [row for label, row in sorted(listed[manifest].items()) if label not in receipts]
            yield from _answers(unlisted, [_nearest(row, absent) for row in unlisted])


def _nearest(row: Row, others: list[Row]) -> list[Row]:
    """Of the labels that are a slip of the hand away, those that differ least."""
    near = {other["label"]: edits(row["label"], other["label"]) for other in others if _is_slip(row, other)}
    return [
        other for other in others if other["label"] in near and near[other["label"]] == min(near.values())
    ]


def _by_manifest(rows: Iterable[Row]) -> dict[tuple[str, str], dict[str, Row]]:
    labels: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row["manifest"] is not None and row["label"] is not None:
            labels[row["facility"], row["manifest"]][row["label"]] = row
    return labels


def edits(left: str, right: str) -> int:
    """How many characters to change, drop, add or swap with their neighbor to make one text of the other."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other)))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1]


FUNCTIONS: dict[str, Callable[[Reader], Iterable[Row]]] = {
    "mistyped_labels": mistyped_labels,
    "mistyped_receipts": mistyped_receipts,
}
