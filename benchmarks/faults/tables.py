"""A simulated operator as the tables of the snapshot format: rows of whole numbers and text, ready to compare or to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.faults.activities import LAB
from benchmarks.faults.connector import fingerprint
from benchmarks.faults.growing import Cohort, Plant
from benchmarks.faults.places import MICRO, Item, Person
from benchmarks.faults.site import Site
from benchmarks.faults.times import CAPTURED, DAY, DAYS, HOUR
from benchmarks.faults.world import World

Row = dict[str, Any]
Tables = dict[str, list[Row]]

LOGGED = ("internal_receipts", "internal_conversions", "internal_shipments", "physical_counts", "sync_runs", "sync_calls", "sync_watermarks", "access_events")  # fmt: skip
LAST_DAY = DAYS - 1


def tables(world: World) -> Tables:
    """Everything the operator, METRC and the integration hold at the capture."""
    found: Tables = {name: list(world.logs.get(name, ())) for name in LOGGED}
    for name, rows in _STATE.items():
        found[name] = [
            {**row, "facility": row.get("facility", site.place.licence)}
            for site in world.sites.values()
            for row in rows(site)
        ]
    found["outages"] = _outages(world)
    return found


def _metrc_items(site: Site) -> Iterator[Row]:
    for item in (*site.items, *site.notes.get("new in metrc", ())):
        yield {
            "item_id": item.item_id,
            "name": item.name,
            "category": item.category,
            "unit_of_measure": item.unit,
            "unit_weight": item.unit_weight,
            "unit_weight_uom": item.unit_weight_uom,
            "unit_thc_content": item.thc,
            "strain": item.strain,
            "approval_status": item.approval,
            "is_active": item.is_active,
            "last_modified": item.modified,
        }


def _rooms(site: Site) -> tuple[str, ...]:
    if site.place.shape == "cultivation":
        return ("Veg Room", "Flower Room", "Vault", "Nursery")
    return ("Sales Floor", "Vault", "Receiving")


def _metrc_locations(site: Site) -> Iterator[Row]:
    for number, name in enumerate(_rooms(site), 1):
        yield {
            "location_id": site.place.first_id // 1000 + number,
            "name": name,
            "location_type": "Default",
            "is_active": True,
        }


def _metrc_tags(site: Site) -> Iterator[Row]:
    for number in range(site.notes.get("spare tags", 60)):
        yield {
            "tag": f"{site.place.tag_stem}9{number:011}",
            "kind": "package",
            "status": "available",
            "received_on": 20,
        }
    for label, package in site.ledger.packages.items():
        if package.received_at is None:
            yield {
                "tag": label,
                "kind": "package",
                "status": "used",
                "received_on": -120,
                "used_on": package.packaged_on,
            }
    for label in site.notes.get("burned", ()):
        yield {"tag": label, "kind": "package", "status": "available", "received_on": -120}
    for label in site.ledger.plant_tags:
        yield {"tag": label, "kind": "plant", "status": "available", "received_on": -200}
    for cohort in _cohorts(site):
        for plant, used_on in _tagged(cohort):
            yield {
                "tag": plant.label,
                "kind": "plant",
                "status": "used",
                "received_on": -200,
                "used_on": used_on,
            }


def _cohorts(site: Site) -> list[Cohort]:
    return site.notes.get("cohorts", [])  # type: ignore[no-any-return]


def _tagged(cohort: Cohort) -> Iterator[tuple[Plant, int]]:
    """The plants that have tags by the day of capture, each with the day on which it got its own."""
    if cohort.vegetative_on is not None:
        for plant in cohort.plants:
            day = cohort.vegetative_on if plant.tagged_on is None else plant.tagged_on
            if day <= LAST_DAY:
                yield plant, day


def _metrc_plant_batches(site: Site) -> Iterator[Row]:
    for c in _cohorts(site):
        tagged = c.vegetative_on is not None
        tracked = sum(1 for _ in _tagged(c))
        yield {
            "plant_batch_id": site.place.first_id // 1000 + c.number * 5,
            "name": c.batch,
            "batch_type": "Clone",
            "strain": c.written_strain or site.items[c.strain].strain,
            "location": "Veg Room" if tagged else "Nursery",
            "untracked_count": len(c.plants) - tracked if tagged else c.size,
            "tracked_count": tracked,
            "destroyed_count": 0,
            "planted_on": c.planted_on,
            "last_modified": site.local((c.planted_on if not tagged else c.vegetative_on) or 0, 15 * HOUR),
        }


def _metrc_plants(site: Site) -> Iterator[Row]:
    for c in _cohorts(site):
        for plant, vegetative_on in _tagged(c):
            gone = plant.destroyed_on is not None or plant.is_pulled
            harvested = c.harvested_on if not gone and c.entered_at is not None else None
            last = max(
                d for d in (vegetative_on, c.flowering_on, harvested, plant.destroyed_on) if d is not None
            )
            yield {
                "plant_id": plant.plant_id,
                "label": plant.label,
                "state": "active" if harvested is None and plant.destroyed_on is None else "inactive",
                "growth_phase": "Vegetative" if c.flowering_on is None else "Flowering",
                "plant_batch": c.batch,
                "strain": c.written_strain or site.items[c.strain].strain,
                "location": c.room,
                "planted_on": c.planted_on,
                "vegetative_on": vegetative_on,
                "flowering_on": c.flowering_on,
                "harvested_on": harvested,
                "destroyed_on": plant.destroyed_on,
                "harvest_id": _harvest_id(site, c) if harvested is not None else None,
                "last_modified": site.local(last, 15 * HOUR + 1800),
            }


def _harvest_id(site: Site, cohort: Cohort) -> int:
    return site.place.first_id // 500 + cohort.number * 5


def _metrc_harvests(site: Site) -> Iterator[Row]:
    for c in _cohorts(site):
        if c.entered_at is None or c.entered_at > CAPTURED:
            continue
        done = c.finished_on is not None
        wet = c.wet if c.entered_wet is None else c.entered_wet
        yield {
            "harvest_id": _harvest_id(site, c),
            "name": c.harvest,
            "harvest_type": "WholePlant",
            "state": "inactive" if done else "active",
            "wet_weight": wet + c.tare,
            "waste_weight": c.waste,
            "packaged_weight": c.packaged,
            "current_weight": 0 if done else wet + c.tare - c.waste - c.packaged,
            "unit_of_measure": "Grams",
            "plant_count": sum(p.destroyed_on is None and not p.is_pulled for p in c.plants),
            "started_on": c.harvested_on,
            "finished_on": c.finished_on,
            "last_modified": c.modified,
        }


def _internal_harvests(site: Site) -> Iterator[Row]:
    for c in _cohorts(site):
        if c.cut_on is not None:
            yield {
                "name": c.harvest,
                "wet_weight": c.wet,
                "waste_weight": c.waste,
                "packaged_weight": sum(
                    site.stock[label].item and amount for label, amount in _made_of(site, c)
                ),
                "unit_of_measure": "Grams",
                "started_on": c.cut_on,
                "finished_on": c.finished_on if c.closed_on is None else c.closed_on,
            }


def _made_of(site: Site, cohort: Cohort) -> list[tuple[str, int]]:
    return [(p.label, p.initial) for p in cohort.lots]


def _metrc_waste(site: Site) -> Iterator[Row]:
    yield from (row for row in site.notes.get("waste", ()) if row["recorded_at"] < CAPTURED)


def _metrc_packages(site: Site) -> Iterator[Row]:
    for p in site.ledger.packages.values():
        yield {
            "package_id": p.package_id,
            "label": p.label,
            "state": p.state,
            "item_id": p.item.item_id,
            "item": p.item.name,
            "category": p.item.category,
            "quantity": p.quantity,
            "unit_of_measure": p.item.unit,
            "initial_quantity": p.initial,
            "packaged_on": p.packaged_on,
            "lab_state": p.lab_state,
            "lab_state_on": p.lab_state_on,
            "product_requires_testing": True,
            "is_on_hold": p.is_on_hold,
            "is_recalled": p.is_recalled,
            "is_trade_sample": False,
            "is_testing_sample": p.is_testing_sample or None,
            "production_batch": p.production_batch,
            "source_harvests": [p.harvest] if p.harvest else [],
            "received_from_facility": p.received_from,
            "received_at": p.received_at,
            "finished_on": p.finished_on,
            "expires_on": p.expires_on,
            "location": p.location,
            "created_by": p.created_by,
            "created_at": p.created_at,
            "last_modified": p.modified,
        }


def _metrc_package_sources(site: Site) -> Iterator[Row]:
    for label, source, quantity, unit, at in site.ledger.sources:
        yield {
            "label": label,
            "source_label": source,
            "quantity": quantity,
            "unit_of_measure": unit,
            "created_at": at,
        }


def _metrc_adjustments(site: Site) -> Iterator[Row]:
    for a in site.ledger.adjustments:
        yield {
            "adjustment_id": a.adjustment_id,
            "label": a.label,
            "quantity": a.quantity,
            "unit_of_measure": a.unit,
            "reason": a.reason,
            "note": a.note,
            "adjusted_on": a.adjusted_on,
            "recorded_at": a.recorded_at,
            "recorded_by": a.recorded_by,
        }


def _metrc_transfers(site: Site) -> Iterator[Row]:
    for t in site.ledger.transfers.values():
        own, other = site.place.licence, t.other
        incoming = t.direction == "incoming"
        yield {
            "manifest": t.manifest,
            "direction": t.direction,
            "shipment_type": t.shipment_type,
            "shipper_facility": other if incoming else own,
            "recipient_facility": own if incoming else other,
            "created_at": t.created_at,
            "departs_at": t.departs_at,
            "arrives_at": t.arrives_at,
            "departed_at": t.departed_at,
            "received_at": t.received_at,
            "state": t.state,
            "driver": f"Made driver {t.truck}",
            "vehicle": f"Van {t.truck}",
            "last_modified": t.modified,
        }


def _metrc_transfer_packages(site: Site) -> Iterator[Row]:
    for t in site.ledger.transfers.values():
        for e in t.packages:
            grams = e.shipped if e.package.item.unit == "Grams" else e.shipped * 12
            yield {
                "manifest": t.manifest,
                "label": e.package.label,
                "item": e.package.item.name,
                "shipped_quantity": e.shipped,
                "received_quantity": e.received,
                "unit_of_measure": e.package.item.unit,
                "wholesale_price": e.price,
                "state": e.state,
                "gross_weight": grams + 60 * MICRO,
            }


def _metrc_sales(site: Site) -> Iterator[Row]:
    for r in site.ledger.receipts.values():
        yield {
            "receipt_id": r.receipt_id,
            "receipt_number": f"{r.receipt_id:010}",
            "external_number": r.external,
            "sold_at": r.sold_at,
            "recorded_at": r.recorded_at,
            "customer_type": r.customer_type,
            "patient": r.patient,
            "total": sum(line.price for line in r.lines),
            "state": "active" if r.voided_at is None else "voided",
            "recorded_by": r.recorded_by,
            "last_modified": r.modified,
        }


def _metrc_sale_lines(site: Site) -> Iterator[Row]:
    for r in site.ledger.receipts.values():
        for number, line in enumerate(r.lines, 1):
            yield {
                "receipt_id": r.receipt_id,
                "line": number,
                "label": line.label,
                "item": line.item.name,
                "category": line.item.category,
                "quantity": line.quantity,
                "unit_of_measure": line.item.unit,
                "price": line.price,
            }


def _tests(site: Site) -> Iterator[tuple[str, int, int, int, bool]]:
    """Label, sampled on, tested on, released at, passed."""
    for p in site.ledger.packages.values():
        came_tested = p.label not in site.notes.get("tested here", ())
        if p.received_at is not None and p.lab_state != "SubmittedForTesting" and came_tested:
            arrived = p.packaged_on + 12
            yield p.label, arrived - 10, arrived - 6, site.local(arrived - 6, 15 * HOUR), True
    for label, (sampled, released, passed) in site.notes.get("released", {}).items():
        yield label, sampled, sampled + 4, released, passed


def _metrc_lab_results(site: Site) -> Iterator[Row]:
    for label, sampled, tested, released, passed in _tests(site):
        for test in ("Potency", "Microbials", "Pesticides"):
            figure = MICRO * (14 + site.chance.below(12, "potency", label)) if test == "Potency" else 0
            yield {
                "label": label,
                "test_type": test,
                "lab_facility": LAB,
                "passed": passed or test != "Microbials",
                "result": figure,
                "sampled_on": sampled,
                "tested_on": tested,
                "released_at": released,
                "expires_on": tested + 365,
            }


def _internal_lab_results(site: Site) -> Iterator[Row]:
    yield from (
        {key: row[key] for key in ("label", "test_type", "passed", "released_at")}
        for row in _metrc_lab_results(site)
    )


def _metrc_users(site: Site) -> Iterator[Row]:
    for p in site.people.values():
        if p.has_key and not site.notes.get("removed", {}).get(p.handle):
            yield {
                "user": p.metrc_user,
                "name": p.name,
                "employee_license": p.metrc_user,
                "is_owner": p.handle == "gm",
                "is_manager": p.handle in ("gm", "asst"),
                "is_locked": p.is_locked,
                "permissions": list(p.permissions),
                "license_expires_on": DAYS + 240 if p.licence_ends is None else p.licence_ends,
                "last_seen": p.last_seen or site.local(LAST_DAY, 9 * HOUR),
            }


def _of_the_house(site: Site) -> list[Person]:
    return [person for person in site.people.values() if not person.is_outside]


def _own_products(site: Site) -> list[Item]:
    """What the own system keeps as products: METRC's items, and second numbers for one of them."""
    return [*site.items, *site.notes.get("own products", ())]


def _internal_items(site: Site) -> Iterator[Row]:
    for item in _own_products(site):
        if item.mapped:
            yield {
                "sku": item.sku,
                "name": item.known_as or item.name,
                "category": item.own_category,
                "unit_of_measure": item.own_unit,
                "unit_weight": item.own_unit_weight,
                "unit_weight_uom": "Grams" if item.own_unit_weight else None,
                "is_active": item.own_active,
                "last_modified": -60 * DAY,
            }


def _item_map(site: Site) -> Iterator[Row]:
    for item in _own_products(site):
        if item.mapped:
            yield {
                "sku": item.sku,
                "metrc_item_id": item.item_id,
                "metrc_item": item.known_as or item.name,
                "units_per_metrc_unit": item.mapped_factor,
                "last_modified": item.modified if item.known_as is None else -60 * DAY,
            }


def _value_map(site: Site) -> Iterator[Row]:
    values = {("category", item.category) for item in site.items} | {
        ("category", item.own_category) for item in site.items
    }
    values |= {("unit", item.unit) for item in site.items} | {("location", room) for room in _rooms(site)}
    reasons = site.notes.get("reason map", {})
    values |= {("reason", reason) for reason in (*site.habits.reasons, "Entry Error")}
    for kind, value in sorted(values):
        target = (
            reasons.get(value, value)
            if kind == "reason"
            else site.notes.get("location map", {}).get(value, value)
        )
        yield {"kind": kind, "internal_value": value, "metrc_value": target, "factor": MICRO}


def _synced(site: Site) -> int:
    """When the own system last compared itself with METRC; a cache knows the time it was filled."""
    return site.notes.get("cached at", site.connector.last_good_read + 6)  # type: ignore[no-any-return]


def _internal_inventory(site: Site) -> Iterator[Row]:
    for s in site.stock.values():
        if s.on_hand > 0 and s.listed:
            yield {
                "label": s.label,
                "sku": s.item.sku,
                "quantity": s.on_hand,
                "unit_of_measure": s.item.own_unit,
                "location": s.location,
                "status": "blocked" if s.blocked else "available",
                "stock_rows": 1 + (s.label in site.notes.get("second rows", ())),
                "last_synced_at": _synced(site) if s.synced is None else s.synced,
                "last_modified": s.modified,
            }


def _internal_stock(site: Site) -> Iterator[Row]:
    for s, row in zip(
        (s for s in site.stock.values() if s.on_hand > 0 and s.listed), _internal_inventory(site), strict=True
    ):
        package = site.ledger.packages.get(s.label)
        second = min(s.on_hand, site.notes.get("second rows", {}).get(s.label, 0))  # of the same goods
        for suffix, on_hand in (("", s.on_hand - second), ("-2", second)):
            if not suffix or second:
                yield {
                    "stock_id": f"ST-{s.label}-{site.place.code}{suffix}",
                    "label": s.label,
                    "sku": s.item.sku,
                    "location": s.location,
                    "on_hand": on_hand,
                    "available": on_hand,
                    "allocated": 0,
                    "unit_of_measure": s.item.own_unit,
                    "status": row["status"],
                    "unit_cost": s.unit_cost,
                    "received_on": s.received_on,
                    "expires_on": package.expires_on if package else None,
                    "last_modified": s.modified,
                }


def _internal_plants(site: Site) -> Iterator[Row]:
    strains = {p.label: site.items[c.strain].strain for c in _cohorts(site) for p in c.plants}
    pulled = {p.label for c in _cohorts(site) for p in c.plants if p.is_pulled and not p.is_unnoticed}
    moved = {p.label for c in _cohorts(site) for p in c.plants if c.moved_on is not None}
    for row in _metrc_plants(site):
        if row["state"] == "active" and row["label"] not in pulled:
            yield {
                "label": row["label"],
                "growth_phase": "Flowering" if row["label"] in moved else row["growth_phase"],
                "strain": strains[row["label"]],
                "location": row["location"],
                "last_modified": row["last_modified"] + 60,
            }


def _internal_sales(site: Site) -> Iterator[Row]:
    for s in site.sales.values():
        yield {
            "sale_id": s["sale_id"],
            "sold_at": s["sold_at"],
            "posted_at": s["posted_at"],
            "metrc_receipt_id": s["receipt_id"],
            "status": s["status"],
            "customer_type": s["customer"],
            "patient": s["patient"],
            "total": sum(line[4] for line in s["drawn"]),
            "register": s["register"],
            "sold_by": s["sold_by"],
            "via": s["via"],
            "report_state": s["state"],
            "voided_at": s["voided_at"],
            "offline": s["offline"],
            "original_sale_id": s.get("original"),
            "last_modified": s["modified"],
        }


def _internal_sale_lines(site: Site) -> Iterator[Row]:
    for s in site.sales.values():
        for number, (label, item, quantity, own, price) in enumerate(s["drawn"], 1):
            generic = s["generic"]
            stands_for, of = s.get("rung_up_as", ("MISC", item.own_category))
            yield {
                "sale_id": s["sale_id"],
                "line": number,
                "label": None if generic else label,
                "sku": f"{site.place.code.upper()}-{stands_for}" if generic else item.sku,
                "category": of if generic else item.own_category,
                "quantity": own,
                "unit_of_measure": item.own_unit,
                "grams": 0 if generic and "rung_up_as" in s else item.grams * quantity // MICRO,
                "price": price,
                "discount": 0,
                "is_return": "original" in s,
            }


def _internal_adjustments(site: Site) -> Iterator[Row]:
    for c in site.changes.values():
        item = site.stock[c["label"]].item
        yield {
            "adjustment_id": c["adjustment_id"],
            "label": c["label"],
            "quantity": site.own(c["quantity"], item),
            "unit_of_measure": item.own_unit,
            "reason": c["reason"],
            "adjusted_at": c["adjusted_at"],
            "adjusted_by": c["adjusted_by"],
            "posted_at": c["posted_at"],
            "note": c["note"],
            "sent_to_state": c["sent"],
            "approved_by": c["approved_by"],
        }


def _internal_users(site: Site) -> Iterator[Row]:
    for p in _of_the_house(site):
        yield {
            "user": p.internal_user,
            "name": p.name,
            "role": p.role,
            "permissions": list(p.permissions),
            "is_active": p.own_active,
            "is_shared": False,
            "created_at": site.local(p.hired_on, 18 * HOUR),
            "last_login": p.last_login or site.local(LAST_DAY, 9 * HOUR),
        }
    for user, created in site.shared_accounts.items():
        yield {
            "user": user,
            "name": f"tablet {site.place.code.upper()} (made)",
            "role": "shared",
            "permissions": ["manage packages inventory"],
            "is_active": True,
            "is_shared": True,
            "created_at": created,
            "last_login": site.local(LAST_DAY, 9 * HOUR),
        }


def _sync_queue(site: Site) -> Iterator[Row]:
    for entry in site.connector.entries.values():
        m = entry.message
        yield {
            "entry_id": f"{m.key}-{m.method}{m.endpoint}-queued",
            "operation": m.method,
            "endpoint": m.endpoint,
            "entity_kind": m.kind,
            "entity_key": m.key,
            "first_failed_at": entry.first_failed,
            "last_attempt_at": entry.last_attempt,
            "attempts": m.attempts,
            "state": entry.state,
            "last_status": entry.status,
            "last_error": entry.error,
        }


def _credentials(site: Site) -> Iterator[Row]:
    for p in site.people.values():
        if p.has_key:
            yield {
                "credential": fingerprint(p.metrc_user),
                "kind": "user",
                "metrc_user": p.metrc_user,
                "issued_at": p.key_issued,
                "rotated_at": p.key_rotated,
                "revoked_at": p.key_revoked,
                "last_used_at": p.key_used if p.key_used is not None else p.key_issued + HOUR,
            }
    yield {
        "credential": fingerprint(f"vendor {site.place.code}"),
        "kind": "vendor",
        "issued_at": -120 * DAY,
        "last_used_at": CAPTURED - 600,
        **site.notes.get("vendor key", {}),
    }
    yield from site.notes.get("more keys", ())


def _staff(site: Site) -> Iterator[Row]:
    for p in _of_the_house(site):
        trained = p.trained_on
        yield {
            "person": p.person,
            "name": p.name,
            "role": p.role,
            "hired_on": p.hired_on,
            "terminated_on": p.terminated_on,
            "metrc_user": p.metrc_user,
            "internal_user": p.internal_user,
            "trained_on": trained,
            "training_expires_on": None if trained is None else trained + 730,
        }


def _outages(world: World) -> list[Row]:
    rows = [
        {
            "facility": site.place.licence,
            "system": o.system,
            "started_at": o.started,
            "ended_at": o.ended,
            "source": "operator",
            "note": "noted by the shift lead",
        }
        for site in world.sites.values()
        for o in site.outages
        if o.listed
    ]
    return sorted(rows, key=lambda row: (row["facility"], row["started_at"]))


_STATE: dict[str, Callable[[Site], Iterator[Row]]] = {
    "metrc_items": _metrc_items,
    "metrc_locations": _metrc_locations,
    "metrc_tags": _metrc_tags,
    "metrc_plant_batches": _metrc_plant_batches,
    "metrc_plants": _metrc_plants,
    "metrc_harvests": _metrc_harvests,
    "metrc_waste": _metrc_waste,
    "metrc_packages": _metrc_packages,
    "metrc_package_sources": _metrc_package_sources,
    "metrc_adjustments": _metrc_adjustments,
    "metrc_transfers": _metrc_transfers,
    "metrc_transfer_packages": _metrc_transfer_packages,
    "metrc_sales": _metrc_sales,
    "metrc_sale_lines": _metrc_sale_lines,
    "metrc_lab_results": _metrc_lab_results,
    "metrc_users": _metrc_users,
    "internal_items": _internal_items,
    "item_map": _item_map,
    "value_map": _value_map,
    "internal_inventory": _internal_inventory,
    "internal_stock": _internal_stock,
    "internal_plants": _internal_plants,
    "internal_harvests": _internal_harvests,
    "internal_sales": _internal_sales,
    "internal_sale_lines": _internal_sale_lines,
    "internal_adjustments": _internal_adjustments,
    "internal_users": _internal_users,
    "internal_lab_results": _internal_lab_results,
    "sync_queue": _sync_queue,
    "credentials": _credentials,
    "staff": _staff,
}
