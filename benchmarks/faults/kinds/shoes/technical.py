"""Faults of the technical layer; their names say nothing on purpose."""

from __future__ import annotations

from typing import Any

from benchmarks.faults.connector import Action, Job
from benchmarks.faults.places import Person
from benchmarks.faults.registry import RETAIL, STOCKED, Injection, kind


@kind(
    "technical",
    modes=("partial-sync-reported-as-success",),
    also_modes=(
        "transfer-not-imported",
        "received-in-metrc-not-in-pos",
        "package-in-metrc-missing-in-pos",
        "pos-inventory-stale",
        "physical-count-mismatch",
        "aged-package",
        "metrc-onhand-overstated",
        "false-clean-reconciliation",
        "reconciliation-overdue",
    ),
    shapes=STOCKED,
    days=(16, 34),
    mended=False,
)
def oxford(f: Injection) -> None:
    """METRC adds a field to some packages, the reader of the integration can not parse such rows and leaves them out, and the run is a success."""
    site, connector = f.site, f.site.connector
    listed, log = connector._listed, site.log
    skipped: dict[str, int] = {}

    def is_read(label: str) -> bool:
        package = site.ledger.packages[label]
        return (
            package.received_at is None
            or package.received_at < f.start
            or f.below(100, "parses", label) >= 35
        )

    def listed_but(at: int, job: Job) -> list[str]:
        labels = listed(at, job)
        if job.name != "packages" or at < f.start:
            return labels
        kept = [label for label in labels if is_read(label)]
        skipped[f"{site.place.code.upper()}-{job.name}-{at}"] = len(labels) - len(kept)
        return kept

    def log_all(table: str, **row: Any) -> None:
        left_out = skipped.get(row["run_id"], 0) if table == "sync_runs" else 0
        if left_out and row["status"] == "ok":
            row["records_expected"] += left_out
            row["records_fetched"] += left_out
        log(table, **row)

    f.set_at_once(connector, _listed=listed_but)
    f.set_at_once(site, log=log_all)


@kind(
    "technical",
    modes=("no-call-log-kept",),
    also_modes=("metrc-or-store-outage", "rate-limit-storm", "sale-posted-late"),
    shapes=RETAIL,
    days=(20, 36),
    mended=False,
)
def pump(f: Injection) -> None:
    """METRC answers one call in forty with an error that passes; since a release the log keeps that a call failed, and no word of what METRC said."""
    site, connector = f.site, f.site.connector
    answer, log = connector.answer, site.log

    def answer_or_fail(
        at: int, owner: Person, method: str, endpoint: str, act: Action | None
    ) -> tuple[int | None, str | None]:
        if method == "POST" and endpoint.startswith("/sales") and f.below(1000, "fails", at) < 25:
            return 503, "service unavailable"
        return answer(at, owner, method, endpoint, act)

    def log_no_word(table: str, **row: Any) -> None:
        if table == "sync_calls" and row["at"] >= f.start and (row["status"] or 0) >= 400:
            row["error"] = None
        log(table, **row)

    f.set_at_once(connector, answer=answer_or_fail)
    f.set_at_once(site, log=log_no_word)
