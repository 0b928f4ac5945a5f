"""Causes among the process rules, each put into a healthy made world: the cause is the root, and its repair shows it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from worlds_made import (
    BEGUN,
    SETTINGS,
    Fault,
    World,
    adjusted,
    assert_explains_all,
    at,
    blamed,
    drop,
    find,
    healthy,
    judge,
    label,
    moment,
    never_recorded,
    roots,
    sold_under,
    stock_of,
    unexplained,
)

UNPOSTED = {"sale-not-posted", "sales-total-mismatch", "metrc-onhand-overstated"}


def numbers_are_made_to_match(world: World) -> None:
    """METRC held ten grams too many of seven packages; it was set to the till's number, weighed again, and set once more."""
    world["physical_counts"] = []
    for number in range(3, 22, 3):
        find(world, "metrc_packages", label=label(number))["initial_quantity"] += 10
        for day, quantity in enumerate((-10, 10, -10), start=2):
            made = BEGUN + timedelta(days=day, hours=7, minutes=number)
            adjusted(world, f"A{number}-{day}", label(number), quantity, made)


def paper_slips_stay_in_the_drawer(world: World) -> None:
    """The line is down for an afternoon, and what was sold meanwhile is never entered."""
    since, until = BEGUN + timedelta(days=3), BEGUN + timedelta(days=3, hours=4)
    world["outages"] = [
        {"system": "integration", "started_at": at(since), "ended_at": at(until), "source": "operator"}
    ]
    for sale in world["internal_sales"]:
        if since <= moment(sale, "sold_at") <= until:
            never_recorded(world, sale["sale_id"])
            drop(world, "sync_calls", entity_key=sale["sale_id"])
    world["sync_queue"] = []


def a_manifest_is_voided_on_the_road(world: World) -> None:
    """Two packages arrive and are sold from; the manifest they came on is void, and METRC holds neither."""
    left, came = BEGUN + timedelta(days=1), BEGUN + timedelta(days=1, hours=3)
    world["metrc_transfers"] = [
        {
            "manifest": "0000000071", "direction": "incoming", "state": "voided", "created_at": at(left), "departs_at": at(left),
            "arrives_at": at(came), "departed_at": at(left), "received_at": None, "last_modified": at(left + timedelta(hours=1)),
        }
    ]  # fmt: skip
    world["internal_receipts"] = []
    for number in (71, 72):
        packed = {"manifest": "0000000071", "label": label(number), "unit_of_measure": "Each"}
        world["metrc_transfer_packages"].append(
            packed | {"item": "Made Joint", "shipped_quantity": 50, "state": "shipped"}
        )
        world["internal_receipts"].append(
            packed | {"quantity": 50, "received_at": at(came), "received_by": "u1"}
        )
    sold = sold_under(world, label(71), "MADE-JOINT", came, 4)
    world["internal_inventory"] += [
        stock_of(label(71), 50 - 2 * len(sold), came + timedelta(days=3)),
        stock_of(label(72), 50, came),
    ]


def one_side_corrects_a_short_delivery(world: World) -> None:
    """Three packages are accepted in METRC with five pieces fewer than were shipped; the till's stock is not corrected."""
    came = BEGUN + timedelta(days=1)
    world["metrc_transfers"] = [
        {
            "manifest": "0000000081", "direction": "incoming", "state": "received", "created_at": at(came), "departs_at": at(came),
            "arrives_at": at(came), "departed_at": at(came), "received_at": at(came), "last_modified": at(came),
        }
    ]  # fmt: skip
    for number in (81, 82, 83):
        package = find(world, "metrc_packages", label=label(1)) | {
            "package_id": number, "label": label(number), "quantity": 45, "initial_quantity": 50, "item": "Made Joint", "item_id": 3,
            "unit_of_measure": "Each", "received_at": at(came), "created_at": at(came), "last_modified": at(came),
        }  # fmt: skip
        world["metrc_packages"].append(package)
        world["metrc_transfer_packages"].append(
            {
                "manifest": "0000000081", "label": label(number), "item": "Made Joint", "shipped_quantity": 50, "received_quantity": 45,
                "unit_of_measure": "Each", "state": "accepted",
            }
        )  # fmt: skip
        world["internal_inventory"].append(stock_of(label(number), 50, came))


def waste_is_entered_days_later(world: World) -> None:
    """Three packages lose two pieces each; METRC hears of it five days later, with the day it should have had."""
    world["metrc_waste"] = []
    for number in (3, 6, 9):
        gone = BEGUN + timedelta(days=4)
        entered = at(gone + timedelta(days=5))
        change = {"label": label(number), "quantity": -2, "unit_of_measure": "Grams", "reason": "Spoilage"}
        adjusted(
            world, f"M{number}", label(number), -2, gone, reason="Spoilage", recorded_at=entered, recorded_by="METRC9"
        )  # fmt: skip
        world["internal_adjustments"].append(
            change | {"adjustment_id": f"J{number}", "adjusted_at": at(gone - timedelta(days=3)), "adjusted_by": "u1"}
        )  # fmt: skip
        world["metrc_waste"].append(
            {
                "waste_id": f"W{number}", "source_kind": "package", "source_key": label(number), "weight": 2, "unit_of_measure": "Grams",
                "reason": "Spoilage", "method": "Compost", "wasted_on": f"{gone:%Y-%m-%d}", "recorded_at": entered, "recorded_by": "METRC9",
            }
        )  # fmt: skip
        for table in ("metrc_packages", "internal_inventory"):
            held = find(world, table, label=label(number))
            held |= {"quantity": held["quantity"] - 2, "last_modified": max(entered, held["last_modified"])}


CASES: dict[
    Fault, tuple[str, int, set[str]]
] = {  # what is wrong -> the root, its symptoms cleared, their rules
    numbers_are_made_to_match: (
        "adjust-to-match",
        15,
        {"oscillating-adjustments", "adjustment-generic-reason"},
    ),
    paper_slips_stay_in_the_drawer: ("outage-backfill-missing", 15, UNPOSTED),
    a_manifest_is_voided_on_the_road: (
        "manifest-voided-after-departure",
        18,
        {
            "received-in-pos-not-in-metrc",
            "package-in-pos-missing-in-metrc",
            "sale-rejected-by-metrc",
            "retries-exhausted-and-dropped",
            "sale-not-posted",
            "sales-total-mismatch",
        },
    ),
    one_side_corrects_a_short_delivery: ("received-short", 3, {"metrc-onhand-understated"}),
    waste_is_entered_days_later: ("waste-late", 1, {"backdated-entries"}),
}


@pytest.mark.parametrize("fault", CASES, ids=lambda fault: fault.__name__)
def test_the_cause_is_the_root_of_all_the_rest_and_its_repair_clears_it(tmp_path: Path, fault: Fault) -> None:
    """Nothing stays, nothing new appears, and nothing is left without a cause."""
    root, cleared, symptoms = CASES[fault]
    world = healthy()
    fault(world)
    findings = judge(tmp_path / "world", world)
    assert_explains_all(findings, root, cleared, symptoms)


def test_where_no_call_is_logged_numbers_are_made_to_match(tmp_path: Path) -> None:
    """The setting is undone by undoing what it brought about."""
    world = healthy()
    numbers_are_made_to_match(world)
    findings = judge(tmp_path / "world", world, settings=SETTINGS.replace("level: info", "level: off"))
    assert roots(findings) == {"call-logging-off": ("confirmed", 29, 0)}
    assert unexplained(findings) == {}


# -- on a farm


def grown() -> World:
    """Six harvests of one kind that lost three quarters of their weight, in both systems alike."""
    world: World = {"metrc_harvests": [], "internal_harvests": []}
    for number in range(6):
        cut = BEGUN + timedelta(days=number - 40)
        weighed = {
            "name": f"H{number}", "wet_weight": 10_000, "waste_weight": 300, "packaged_weight": 2_200, "unit_of_measure": "Grams",
            "started_on": f"{cut:%Y-%m-%d}", "finished_on": f"{cut + timedelta(days=21):%Y-%m-%d}",
        }  # fmt: skip
        world["internal_harvests"].append(dict(weighed))
        world["metrc_harvests"].append(
            weighed | {"harvest_id": number, "harvest_type": "WholePlant", "state": "inactive"}
        )
    return world


def entered_from_memory(world: World, wet_weight: int) -> None:
    """One harvest is entered six days late, with another wet weight than the grow log's."""
    harvest = find(world, "metrc_harvests", name="H3")
    harvest |= {"wet_weight": wet_weight, "started_on": f"{BEGUN - timedelta(days=31):%Y-%m-%d}"}


def test_the_grow_log_knows_what_a_late_harvest_weighed(tmp_path: Path) -> None:
    world = grown()
    entered_from_memory(world, 20_000)
    findings = judge(tmp_path / "world", world, license_type="cultivator")
    assert roots(findings) == {"harvest-recorded-late": ("confirmed", 1, 0)}
    assert blamed(findings) == {"harvest-weight-unbalanced": "harvest-recorded-late"}
    assert unexplained(findings) == {}


def test_a_weight_that_the_grow_log_holds_too_is_not_for_lateness(tmp_path: Path) -> None:
    world = grown()
    entered_from_memory(world, 20_000)
    find(world, "internal_harvests", name="H3")["wet_weight"] = 20_000
    findings = judge(tmp_path / "world", world, license_type="cultivator")
    assert roots(findings) == {"harvest-recorded-late": ("not confirmed", 0, 1)}


def test_a_farm_in_which_nothing_is_wrong_gives_nothing(tmp_path: Path) -> None:
    assert judge(tmp_path / "healthy", grown(), license_type="cultivator") == ()


# -- what the repair does not clear


@pytest.mark.parametrize(("found", "proof"), [(10, ("confirmed", 19, 0)), (12, ("partly confirmed", 15, 4))])
def test_counts_agree_once_what_was_adjusted_away_is_back(
    tmp_path: Path, found: int, proof: tuple[str, int, int]
) -> None:
    """The shelf held the ten grams all along; where it holds twelve more than the book, the adjustments are not why."""
    world = healthy()
    numbers_are_made_to_match(world)
    held = find(world, "metrc_packages", label=label(3))["quantity"]
    for count in range(3):
        world["physical_counts"].append(
            {
                "count_id": f"K{count}", "line": 1, "label": label(3), "unit_of_measure": "Grams", "location": "Vault",
                "counted_quantity": held + found, "expected_quantity": held, "counted_at": at(BEGUN + timedelta(days=12, hours=count)),
            }
        )  # fmt: skip
    findings = judge(tmp_path / "world", world)
    assert roots(findings) == {"adjust-to-match": proof}
    assert unexplained(findings) == {}


def test_a_shipment_that_nobody_took_in_stays_on_the_road(tmp_path: Path) -> None:
    """The operator's system has no receipt of the second package: how its way ended is not known."""
    world = healthy()
    a_manifest_is_voided_on_the_road(world)
    package = find(world, "metrc_packages", label=label(1)) | {"package_id": 72, "label": label(72)}
    world["metrc_packages"].append(
        package | {"state": "in_transit", "quantity": 50, "last_modified": at(BEGUN)}
    )
    drop(world, "internal_receipts", label=label(72))
    drop(world, "internal_inventory", label=label(72))
    findings = judge(tmp_path / "world", world)
    assert roots(findings) == {"manifest-voided-after-departure": ("confirmed", 16, 1)}
    assert "in-transit-limbo" in blamed(findings)
