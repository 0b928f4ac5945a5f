"""Where a file stands says which call of METRC's API it answers."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from rootlint.snapshot.importers.metrc.layout import ENDPOINTS, Answer, answer_at

BY_PATH = {endpoint.path: endpoint for endpoint in ENDPOINTS}


@pytest.mark.parametrize(
    ("file", "path", "license", "parent", "walk"),
    [
        ("facilities.json", "facilities", None, None, ""),
        ("facilities/all.json", "facilities", None, None, ""),
        ("L-1/packages/active/page-1.json", "packages/active", "L-1", None, ""),
        ("L-1/packages/v2/active/page-1.json", "packages/active", "L-1", None, ""),
        ("L-1/packages/active.json", "packages/active", "L-1", None, ""),
        ("L-1/packages/active/window-2026-10/1.json", "packages/active", "L-1", None, "window-2026-10"),
        ("L-1/plants/mother/inactive/1.json", "plants/mother/inactive", "L-1", None, ""),
        ("L-1/sales/receipts/active/1.json", "sales/receipts/active", "L-1", None, ""),
        ("L-1/sales/receipts/501.json", "sales/receipts/{id}", "L-1", "501", ""),
        ("L-1/sales/receipts/external/POS-1.json", "sales/receipts/external/{text}", "L-1", "POS-1", ""),
        ("L-1/transfers/11/deliveries/1.json", "transfers/{id}/deliveries", "L-1", "11", ""),
        (
            "L-1/transfers/deliveries/21/packages/1.json",
            "transfers/deliveries/{id}/packages",
            "L-1",
            "21",
            "",
        ),
        (
            "L-1/transfers/deliveries/21/packages/wholesale/1.json",
            "transfers/deliveries/{id}/packages/wholesale",
            "L-1",
            "21",
            "",
        ),
        ("L-1/harvests/waste/81/1.json", "harvests/waste/{id}", "L-1", "81", ""),
        ("L-1/employees/1.json", "employees", "L-1", None, ""),
        ("L-1/employees/permissions/E-1.json", "employees/permissions/{text}", "L-1", "E-1", ""),
        ("L-1/labtests/results/5/1.json", "labtests/results/{id}", "L-1", "5", ""),
    ],
)
def test_a_files_path_is_the_path_of_the_call(
    file: str, path: str, license: str, parent: str, walk: str
) -> None:
    assert answer_at(PurePosixPath(file)) == Answer(BY_PATH[path], license, parent, walk)


@pytest.mark.parametrize(
    "file",
    [
        "packages/active/1.json",  # the licence is missing
        "L-1/packages/activ/1.json",
        "L-1/packages/v1/active/1.json",
        "L-1/packages/active/october/1.json",
        "L-1/packages/active/1.txt",
        "L-1/facilities/1.json",
        "L-1/harvests/waste/types/1.json",
        "notes.json",
    ],
)
def test_a_path_that_is_no_call_is_not_taken_for_one(file: str) -> None:
    assert answer_at(PurePosixPath(file)) is None


def test_every_call_can_be_placed_by_its_own_path() -> None:
    for endpoint in ENDPOINTS:
        path = endpoint.path.replace("{id}", "12").replace("{text}", "some text")
        file = PurePosixPath(path if endpoint.entity == "facilities" else f"L-1/{path}") / "page-1.json"
        found = answer_at(file)
        assert found is not None
        assert found.endpoint == endpoint
