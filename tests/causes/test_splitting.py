"""Variances split among the causes that account for them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
from worlds_made import BEGUN, World, at, find, healthy, judge, label, rows

from rootlint.model import Finding, Part, Role, Variance

TAG = label(3)
ITS_SALES = ("S002", "S032", "S062", "S092")


def metrc_accepted_more(world: World) -> None:
    """The dock took in five pieces less than METRC accepted."""
    arrived = at(BEGUN)
    world["metrc_transfers"] = [
        {"manifest": "0000000001", "direction": "incoming", "state": "received", "received_at": arrived}
    ]
    world["metrc_transfer_packages"] = [
        {
            "manifest": "0000000001", "label": TAG, "item": "Made Haze", "state": "accepted", "shipped_quantity": 105,
            "received_quantity": 105, "unit_of_measure": "Grams",
        }
    ]  # fmt: skip
    world["internal_receipts"] = [
        {
            "manifest": "0000000001", "label": TAG, "quantity": 100, "unit_of_measure": "Grams",
            "received_at": arrived, "received_by": "u1",
        }
    ]  # fmt: skip
    find(world, "metrc_packages", label=TAG)["quantity"] += 5


def metrc_was_told_less(world: World) -> None:
    """Of each sale of the package METRC was told one gram, not two."""
    for sale in ITS_SALES:
        receipt = find(world, "metrc_sales", external_number=sale)["receipt_id"]
        find(world, "metrc_sale_lines", receipt_id=receipt)["quantity"] = 1
        find(world, "metrc_packages", label=TAG)["quantity"] += 1


def taken_by_nobody(world: World) -> None:
    """Three grams left the shelf, and nothing says how."""
    find(world, "metrc_packages", label=TAG)["quantity"] += 3


def overstated(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.rule == "metrc-onhand-overstated"]


def test_the_sales_of_the_package_are_those_of_the_world() -> None:
    assert tuple(row["sale_id"] for row in rows(healthy(), "internal_sale_lines", label=TAG)) == ITS_SALES


def test_two_causes_and_nothing_known_share_what_a_package_is_off_by(tmp_path: Path) -> None:
    world = healthy()
    for fault in (metrc_accepted_more, metrc_was_told_less, taken_by_nobody):
        fault(world)
    file = tmp_path / "violations.parquet"
    findings = judge(tmp_path / "made", world, file)
    ids = {finding.rule: finding.id for finding in findings if finding.role is not Role.SYMPTOM}
    (found,) = overstated(findings)
    assert found.variances == (
        Variance(
            "Grams",
            "12",
            (
                Part(ids["receipt-counted-differently"], "receipt-counted-differently", "C10-0000001-LIC", "5"),
                Part(ids["sale-quantity-mismatch"], "sale-quantity-mismatch", "C10-0000001-LIC", "4"),
            ),
            unexplained="3",
            untested="0",
        ),
    )  # fmt: skip
    row = duckdb.sql(
        "SELECT label, variance, variance_unit, finding, role, cause_rule, share, runner_up_rule "
        f"FROM '{file}' WHERE rule = 'metrc-onhand-overstated'"
    ).fetchall()
    five_of_twelve = Decimal("0.416667")
    assert row == [
        (
            TAG,
            12,
            "Grams",
            found.id,
            "symptom",
            "receipt-counted-differently",
            five_of_twelve,
            "sale-quantity-mismatch",
        )
    ]


def test_one_cause_that_accounts_for_all_leaves_no_rest(tmp_path: Path) -> None:
    world = healthy()
    metrc_accepted_more(world)
    findings = judge(tmp_path / "made", world)
    (found,) = overstated(findings)
    (variance,) = found.variances
    assert [(part.rule, part.amount) for part in variance.parts] == [("receipt-counted-differently", "5")]
    assert (variance.unexplained, variance.untested) == ("0", "0")


def test_what_has_no_cause_is_unexplained_as_a_whole(tmp_path: Path) -> None:
    world = healthy()
    taken_by_nobody(world)
    (found,) = overstated(judge(tmp_path / "made", world))
    assert found.variances == (Variance("Grams", "3", (), unexplained="3", untested="0"),)
