"""Technical and human causes, each put into a healthy made world: the cause is the root, and its repair shows it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from worlds_made import (
    BEGUN,
    CAPTURED,
    SETTINGS,
    Fault,
    Row,
    World,
    assert_explains_all,
    at,
    call,
    drop,
    find,
    healthy,
    judge,
    label,
    moment,
    never_recorded,
    roots,
    rows,
)

from rootlint.model import Role

BREAKS = BEGUN + timedelta(days=8)  # what goes wrong goes wrong from here on
LISTS = ("/packages/v2/active", "/transfers/v2/incoming")


def connected() -> World:
    """The healthy store, with its key, its people and what its integration logged of reading two lists every two hours."""
    world = healthy() | {
        "sync_runs": [],
        "outages": [],
        "metrc_transfers": [],
        "internal_receipts": [],
        "physical_counts": [],
    }
    world["credentials"] = [
        {
            "credential": "made1",
            "kind": "user",
            "metrc_user": "METRC1",
            "last_used_at": at(CAPTURED),
            "revoked_at": None,
        }
    ]
    for sale in world["internal_sales"]:
        find(world, "metrc_sales", external_number=sale["sale_id"])["recorded_by"] = (
            f"METRC{sale['sold_by'][1:]}"
        )
    for row in world["sync_calls"]:
        row |= {"idempotency_key": None, "run_id": None}
    world["staff"] = [
        {
            "person": f"P{n}",
            "internal_user": f"u{n}",
            "metrc_user": f"METRC{n}",
            "role": "manager",
            "terminated_on": None,
        }
        for n in range(4)
    ]
    world["internal_users"] = [{"user": f"u{n}", "is_shared": False, "is_active": True} for n in range(4)]
    world["metrc_users"] = [{"user": f"METRC{n}", "is_locked": False} for n in range(4)]
    for nth in range(int((CAPTURED - BEGUN) / timedelta(hours=2))):
        for endpoint in LISTS:
            _read(world, nth, endpoint)
    return world


def _read(world: World, nth: int, endpoint: str) -> None:
    begins = BEGUN + timedelta(hours=2 * nth)
    run = f"R{nth:03d}{endpoint}"
    world["sync_runs"].append(
        {
            "run_id": run, "job": "read", "endpoint": endpoint, "status": "ok", "started_at": at(begins), "finished_at": at(begins),
            "window_start": at(begins - timedelta(hours=3)), "window_end": at(begins), "records_expected": 30, "records_fetched": 30,
        }
    )  # fmt: skip
    world["sync_calls"].append(
        {
            "call_id": f"C-{run}", "run_id": run, "method": "GET", "endpoint": endpoint, "at": at(begins), "status": 200, "attempt": 1,
            "credential": "made1", "idempotency_key": None,
        }
    )  # fmt: skip


def sales_since(world: World) -> list[Row]:
    """The sales from where things break."""
    return [sale for sale in world["internal_sales"] if moment(sale, "sold_at") >= BREAKS]


def test_a_connected_world_in_which_nothing_is_wrong_gives_nothing(tmp_path: Path) -> None:
    assert judge(tmp_path / "healthy", connected()) == ()


# -- access


def reading_is_refused(world: World, status: int) -> None:
    for run in world["sync_runs"]:
        if moment(run, "started_at") >= BREAKS:
            run |= {"status": "failed", "records_fetched": 0, "records_expected": 0, "error": "refused"}
            find(world, "sync_calls", call_id=f"C-{run['run_id']}")["status"] = status


def the_key_expires(world: World) -> None:
    """From one minute on METRC refuses every call with the store's one key."""
    reading_is_refused(world, 401)
    for sale in sales_since(world):
        never_recorded(world, sale["sale_id"], 401)


def the_key_is_revoked(world: World) -> None:
    the_key_expires(world)
    find(world, "credentials", credential="made1")["revoked_at"] = at(BREAKS)


def its_owner_leaves(world: World) -> None:
    the_key_is_revoked(world)
    find(world, "staff", metrc_user="METRC1")["terminated_on"] = f"{BREAKS - timedelta(days=3):%Y-%m-%d}"
    find(world, "metrc_users", user="METRC1")["is_locked"] = True


def sales_may_not_be_written(world: World) -> None:
    """The key reads, and METRC refuses the receipts."""
    for sale in sales_since(world):
        never_recorded(world, sale["sale_id"], 401)


def everything_goes_to_the_sandbox(world: World) -> None:
    """Receipts are answered well by a host that no regulator sees."""
    for row in world["sync_calls"]:
        row["host"] = "api-ca.metrc.com" if moment(row, "at") < BREAKS else "sandbox-api-ca.metrc.com"
    for sale in sales_since(world):
        never_recorded(world, sale["sale_id"], 200)
        drop(world, "sync_queue", entity_key=sale["sale_id"])


def a_seller_has_no_key(world: World) -> None:
    """Three of four have a key of their own; what the fourth sells goes nowhere, and no call is made."""
    world["credentials"] += [
        {"credential": f"made{n}", "kind": "user", "metrc_user": f"METRC{n}", "revoked_at": None}
        for n in (0, 2)
    ]
    for sale in rows(world, "internal_sales", sold_by="u3"):
        never_recorded(world, sale["sale_id"])
        drop(world, "sync_queue", entity_key=sale["sale_id"])
        drop(world, "sync_calls", entity_key=sale["sale_id"])


def a_tablet_stays_logged_in(world: World) -> None:
    """At night somebody writes twelve packages off under a login of nobody."""
    world["internal_users"].append({"user": "floor", "is_shared": True, "is_active": True})
    for number in range(1, 13):
        when = BREAKS + timedelta(hours=13, seconds=30 * number)
        _written_off(world, number, when, by="floor", note=None)


def _written_off(world: World, number: int, when: object, by: str, note: str | None) -> None:
    package, stock = (
        find(world, "metrc_packages", label=label(number)),
        find(world, "internal_inventory", label=label(number)),
    )
    change = {
        "label": label(number),
        "quantity": -1,
        "unit_of_measure": package["unit_of_measure"],
        "reason": "Spoilage",
        "note": note,
    }
    world["internal_adjustments"].append(
        change
        | {
            "adjustment_id": f"W{number}",
            "adjusted_at": at(when),
            "adjusted_by": by,
            "approved_by": "u1",
            "sent_to_state": "sent",
        }
    )
    world["metrc_adjustments"].append(
        change
        | {
            "adjustment_id": f"M{number}",
            "adjusted_on": f"{BREAKS:%Y-%m-%d}",
            "recorded_at": at(when),
            "recorded_by": "METRC1",
        }
    )
    package |= {"quantity": package["quantity"] - 1, "last_modified": at(when)}
    stock |= {
        "quantity": stock["quantity"] - 1,
        "last_modified": at(when),
        "last_synced_at": at(CAPTURED - timedelta(hours=1)),
    }


# -- reading


def only_the_first_page_is_read(world: World) -> None:
    """Runs stop after twenty of thirty-three rows; what came in since is not known at the operator."""
    for run in world["sync_runs"]:
        if moment(run, "started_at") >= BREAKS:
            run |= {"records_expected": 33, "records_fetched": 20}
    come_in(world)


def come_in(world: World) -> None:
    for number in (31, 32, 33):
        package = dict(find(world, "metrc_packages", label=label(1)))
        made = at(BREAKS + timedelta(days=1))
        world["metrc_packages"].append(
            package
            | {
                "package_id": number,
                "label": label(number),
                "quantity": 100,
                "created_at": made,
                "last_modified": made,
            }
        )


def nobody_starts_the_runs(world: World) -> None:
    """The job stands still from one day to the end, and what came in since is not known at the operator."""
    world["sync_runs"] = [run for run in world["sync_runs"] if moment(run, "started_at") < BREAKS]
    come_in(world)


def a_day_is_never_asked_for(world: World) -> None:
    """The mark jumps over a day."""
    jumped = (BREAKS + timedelta(hours=12), BREAKS + timedelta(hours=36))
    for run in world["sync_runs"]:
        if jumped[0] <= moment(run, "started_at") < jumped[1]:
            run |= {"window_start": run["started_at"], "window_end": run["started_at"]}
    come_in(world)


# -- writing


def receipts_are_sent_again_blindly(world: World) -> None:
    """METRC saves ten receipts and answers 503; they are sent again without a look."""
    for sale in sales_since(world)[:10]:
        first = find(world, "sync_calls", call_id=f"C-{sale['sale_id']}")
        again = moment(first, "at") + timedelta(seconds=40)
        first["status"] = 503
        world["sync_calls"].append(
            call(sale["sale_id"], 200, again) | {"call_id": f"D-{sale['sale_id']}", "attempt": 2}
        )
        receipt = find(world, "metrc_sales", external_number=sale["sale_id"])
        twin = receipt["receipt_id"] + 1000
        world["metrc_sales"].append(receipt | {"receipt_id": twin, "recorded_at": at(again)})
        for line in list(rows(world, "metrc_sale_lines", receipt_id=receipt["receipt_id"])):
            world["metrc_sale_lines"].append(line | {"receipt_id": twin})
            find(world, "metrc_packages", label=line["label"])["quantity"] -= line["quantity"]


def a_change_is_sent_twice(world: World) -> None:
    """One write-off stands twice in METRC."""
    _written_off(world, 5, BREAKS, by="u1", note="made note of some length")
    change = find(world, "metrc_adjustments", adjustment_id="M5")
    world["metrc_adjustments"].append(change | {"adjustment_id": "M6"})
    find(world, "metrc_packages", label=label(5))["quantity"] -= 1


def errors_are_dismissed(world: World) -> None:
    """Refused sales are cleared off the screen."""
    for sale in sales_since(world)[:12]:
        never_recorded(world, sale["sale_id"], 503)
        entry = find(world, "sync_queue", entity_key=sale["sale_id"])
        entry["state"] = "dropped"
        dismissed = {"event_id": f"E-{sale['sale_id']}", "action": "dismiss", "at": entry["last_attempt_at"]}
        world.setdefault("access_events", []).append(dismissed)


def the_queue_gives_up(world: World) -> None:
    """An hour of failing answers; the integration tries twice and keeps nothing."""
    for sale in sales_since(world)[:12]:
        never_recorded(world, sale["sale_id"], 503)


def the_box_stays_ticked(world: World) -> None:
    """What is written off is kept from METRC."""
    for number in (4, 8, 12):
        _written_off(world, number, BREAKS, by="u1", note="made note of some length")
        drop(world, "metrc_adjustments", label=label(number))
        find(world, "metrc_packages", label=label(number))["quantity"] += 1
        find(world, "internal_adjustments", label=label(number))["sent_to_state"] = "bypassed"


def goods_are_rung_up_as_something_else(world: World) -> None:
    """One seller's carts hold a jar without a tag, and such a cart cannot be sent."""
    for line in world["internal_sale_lines"]:
        line["is_return"] = False
    for sale in list(rows(world, "internal_sales", sold_by="u2"))[::4]:
        never_recorded(world, sale["sale_id"])
        drop(world, "sync_queue", entity_key=sale["sale_id"])
        drop(world, "sync_calls", entity_key=sale["sale_id"])
        line = find(world, "internal_sale_lines", sale_id=sale["sale_id"])
        world["internal_sale_lines"].append(line | {"line": 2, "label": None, "sku": "MADE-MISC"})


UNPOSTED = {"sale-not-posted", "sales-total-mismatch", "metrc-onhand-overstated"}
GIVEN_UP = UNPOSTED | {"retries-exhausted-and-dropped"}


@pytest.mark.parametrize(
    ("fault", "root", "cleared", "symptoms"),
    [
        (the_key_expires, "user-key-expired", 252, GIVEN_UP | {"sync-job-failing-unnoticed"}),
        (the_key_is_revoked, "user-key-revoked", 252, GIVEN_UP | {"sync-job-failing-unnoticed"}),
        (
            its_owner_leaves,
            "key-owner-departed",
            432,
            GIVEN_UP
            | {
                "user-key-revoked",
                "departed-user-active",
                "own-account-of-leaver-open",
                "sync-job-failing-unnoticed",
            },
        ),
        (sales_may_not_be_written, "endpoint-permission-missing", 114, GIVEN_UP),
        (everything_goes_to_the_sandbox, "sandbox-host-in-production", 74, UNPOSTED),
        (a_seller_has_no_key, "pos-user-without-metrc-key", 57, UNPOSTED),
        (
            a_tablet_stays_logged_in,
            "shared-login-or-key",
            9,
            {"bulk-after-hours-adjustments", "adjustment-without-note"},
        ),
        (only_the_first_page_is_read, "page-size-truncation", 3, {"package-in-metrc-missing-in-pos"}),
        (nobody_starts_the_runs, "sync-job-failing-unnoticed", 3, {"package-in-metrc-missing-in-pos"}),
        (a_day_is_never_asked_for, "lastmodified-window-gap", 3, {"package-in-metrc-missing-in-pos"}),
        (
            receipts_are_sent_again_blindly,
            "non-idempotent-post-retried",
            21,
            {"sale-posted-twice", "sales-total-mismatch", "metrc-onhand-understated"},
        ),
        (a_change_is_sent_twice, "duplicate-adjustment", 1, {"metrc-onhand-understated"}),
        (errors_are_dismissed, "errors-dismissed-without-posting", 26, UNPOSTED),
        (the_queue_gives_up, "retries-exhausted-and-dropped", 26, UNPOSTED),
        (goods_are_rung_up_as_something_else, "workaround-generic-product", 24, UNPOSTED),
        (the_box_stays_ticked, "bypass-flag-left-on", 3, {"metrc-onhand-overstated"}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_cause_is_the_root_and_its_repair_clears_all_that_came_of_it(
    tmp_path: Path, fault: Fault, root: str, cleared: int, symptoms: set[str]
) -> None:
    world = connected()
    fault(world)
    findings = judge(tmp_path / "world", world)
    assert_explains_all(findings, root, cleared, symptoms)


def test_a_job_that_fails_is_of_unknown_cause_where_the_calls_that_would_tell_were_not_captured(
    tmp_path: Path,
) -> None:
    """A dead key, a lost right and a storm of refusals look alike without them."""
    world = connected()
    nobody_starts_the_runs(world)
    assert "sync-job-failing-unnoticed" in roots(judge(tmp_path / "world", world))
    del world["sync_calls"]
    findings = judge(tmp_path / "without", world)
    assert {f.role for f in findings if f.rule == "sync-job-failing-unnoticed"} == {Role.UNKNOWN}
    assert (
        "user-key-revoked"
        in next(f for f in findings if f.rule == "sync-job-failing-unnoticed").unseen_causes
    )


# -- what stands in the configuration


def nothing_is_sent(world: World) -> None:
    """Nothing leaves the store, and nothing fails."""
    for sale in sales_since(world):
        never_recorded(world, sale["sale_id"])
        drop(world, "sync_calls", entity_key=sale["sale_id"])
    world["sync_queue"] = []


def another_state_refuses(world: World) -> None:
    """Every call is refused from the day on which the host was changed."""
    the_key_expires(world)
    for row in world["sync_calls"]:
        row["host"] = "api-ca.metrc.com" if moment(row, "at") < BREAKS else "api-or.metrc.com"


def the_worker_crashes(world: World) -> None:
    """Every run fails from a day on, and what came in since is not known at the operator."""
    reading_is_refused(world, 503)
    come_in(world)


def test_settings_in_which_nothing_is_wrong_give_nothing(tmp_path: Path) -> None:
    assert judge(tmp_path / "healthy", connected(), settings=SETTINGS) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "fault", "root", "cleared", "symptoms"),
    [
        (
            "page_size: 20",
            "page_size: 50",
            only_the_first_page_is_read,
            "page-size-setting-above-cap",
            141,
            {"page-size-truncation", "package-in-metrc-missing-in-pos"},
        ),
        (
            "api-ca",
            "sandbox-api-ca",
            everything_goes_to_the_sandbox,
            "sandbox-host-setting",
            252,
            UNPOSTED | {"sandbox-host-in-production"},
        ),
        (
            "api-ca",
            "api-or",
            another_state_refuses,
            "host-of-another-state",
            608,
            GIVEN_UP | {"user-key-expired", "sync-job-failing-unnoticed", "calls-to-host-of-another-state"},
        ),
        ("alerts: {to: compliance-desk}\n", "alerts: {enabled: false}\n", the_worker_crashes, "alerting-missing", 141, {"sync-job-failing-unnoticed", "package-in-metrc-missing-in-pos"}),
        ("page_size: 20", "dry_run: true", nothing_is_sent, "dry-run-left-on", 75, UNPOSTED | {"nothing-sent-while-lists-are-read"}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)  # fmt: skip
def test_a_setting_is_the_root_of_all_that_it_brought_about(
    tmp_path: Path, right: str, wrong: str, fault: Fault, root: str, cleared: int, symptoms: set[str]
) -> None:
    world = connected()
    fault(world)
    findings = judge(tmp_path / "world", world, settings=SETTINGS.replace(right, wrong))
    assert_explains_all(findings, root, cleared, symptoms)
