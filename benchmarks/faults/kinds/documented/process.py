"""Faults of the process layer, from the list of documented failure modes."""

from __future__ import annotations

from benchmarks.faults.places import MICRO
from benchmarks.faults.registry import GROW, RETAIL, SHIPS, STOCKED, Injection, kind
from benchmarks.faults.times import HOUR

DOCKS = RETAIL | frozenset({"distribution"})


@kind("process", modes=("blind-receive",), shapes=DOCKS, days=(8, 16))
def nobody_counts_at_the_dock(f: Injection) -> None:
    """Cases hold less than the manifest says; its figures are taken over by both systems with one press."""
    f.note_during(shortage=8, unseen=True)


@kind("process", modes=("received-short",), shapes=DOCKS, days=(8, 16))
def goods_dry_on_the_road(f: Injection) -> None:
    """Less arrives than was shipped; the dock weighs, and accepts what is there, in both systems."""
    f.note_during(shortage=7, checks_shortage=True)


@kind("process", modes=("plant-phase-lag",), shapes=GROW, days=(20, 40))
def phases_carry_the_wrong_month(f: Injection) -> None:
    """Whoever enters the change to flower picks the day on last month's page of the calendar."""
    f.note_during(**{"days back": 31})


@kind("process", modes=("backdated-entries",), shapes=SHIPS, days=(10, 24))
def papers_follow_the_truck(f: Injection) -> None:
    """Goods leave in the morning, and the manifest is written when the office has time."""
    f.note_during(**{"papers late": 19 * HOUR + 20 * 60})


@kind(
    "process", modes=("wholesale-price-wrong",), shapes=SHIPS, days=(10, 24), also=("wholesale-price-wrong",)
)
def manifests_carry_the_price_of_one(f: Injection) -> None:
    """Whoever writes manifests enters the price of one unit where the package's is asked for."""
    f.set_during(f.site.habits, wholesale="unit")


@kind("process", modes=("received-in-pos-not-in-metrc",), shapes=DOCKS, days=(10, 18))
def goods_stand_on_another_licences_manifest(f: Injection) -> None:
    """A supplier writes manifests to the operator's sister licence; the goods come here and are taken in by paper."""
    f.note_during(astray=lambda manifest: True)


@kind("process", modes=("direct-edit-not-mirrored",), shapes=STOCKED, days=(14, 30))
def waste_is_entered_on_metrcs_screen_only(f: Injection) -> None:
    """Spoilt goods are written off in METRC by hand, and the own system is never told; no record names a cause."""
    site = f.site

    def write_off(now: int) -> None:
        there = [
            p
            for p in site.ledger.active.values()
            if p.quantity > 4 * MICRO and site.shelf.get(p.label, 0) > 4 * MICRO
        ]
        for package in there[::4][:3]:
            name = f"{site.place.code.upper()}-SPOILT-{package.label}-{now}"
            note = f"package {package.label[-6:]}: mould, weighed and thrown away by two people"
            who = site.lead(site.day(now))
            site.set_in_metrc(now, name, package.label, -MICRO, who, reason="Spoilage", note=note)
            site.shelf[package.label] -= MICRO

    for day in list(f.days)[1::2]:
        site.at(site.local(day, 15 * HOUR), write_off)
