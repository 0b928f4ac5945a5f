"""Fit the confidence of root causes: `python -m benchmarks.faults.calibrate --date 2026-11-25 [--worlds 40]`.

Only worlds of the calibrate part are judged. In one of eleven worlds, those with faults among them are judged as if nobody had written the rules that
name their first fault, one in sixteen of all faults: of the three parts that were looked at last, as many in the mean were seen by no rule of
theirs, and something else may then be taken for the cause. Those whose data or links are made worse on purpose are left out (what they
show is not rootlint as it is shipped), and so is every world with a fault of another part's kinds.
"""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from benchmarks.faults import plan
from benchmarks.faults.measure import UNWRITTEN, Counts, counted, measure
from benchmarks.faults.simulation import WorldSpec

from rootlint.causes.confidence import TABLE, Stratum

PART = "calibrate"
# Worlds with faults and nothing else done to them, and those without faults.
AS_SHIPPED = (None, "healthy", "noise")
UNSEEN_EVERY = 11  # worlds: in one of them no rule is to know the first fault, one in sixteen of all
ENOUGH = 8  # roots of a role; one with fewer gets no probability
WIDER = 8  # roots that what is wider counts as


@click.command(help=__doc__)
@click.option("--worlds", "count", default=40, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Written into the table."
)
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--table", default=TABLE, type=click.Path(path_type=Path, dir_okay=False), help="Where to write it."
)
def main(count: int, day: datetime, jobs: int, table: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        measured = pool.map(measure, list(worlds(count)), chunksize=1)
    for crashed in (m for m in measured if m.crash):
        click.echo(f"not judged: {crashed.spec.name}: {crashed.crash}")
    judged = [m for m in measured if m.crash is None]
    counts = counted(judged)
    table.write_text(written(counts, len(judged), f"{day:%Y-%m-%d}"), encoding="utf-8")
    click.echo(
        f"{len(judged)} worlds, {sum(map(sum, counts.values()))} roots with {len(counts)} sets of facts: {table}"
    )


def worlds(count: int) -> Iterator[WorldSpec]:
    """Of the first worlds of the part, those that may be calibrated on."""
    own = set(plan.splits().kinds[PART])
    for number, spec in enumerate(plan.worlds(PART, count)):
        if spec.control in AS_SHIPPED and {fault.kind for fault in spec.faults} <= own:
            yield replace(spec, control=UNWRITTEN) if spec.faults and number % UNSEEN_EVERY == 1 else spec


def pooled(counts: Counts) -> dict[Stratum, tuple[int, int]]:
    """Strata of every width, each with what narrower ones beneath it hold; a role too thin as a whole is left out."""
    pooled: dict[Stratum, tuple[int, int]] = {}
    for stratum, (right, wrong) in counts.items():
        for length in range(1, len(stratum) + 1):
            before = pooled.get(stratum[:length], (0, 0))
            pooled[stratum[:length]] = (before[0] + right, before[1] + wrong)
    return {stratum: count for stratum, count in sorted(pooled.items()) if sum(pooled[stratum[:1]]) >= ENOUGH}


def probabilities(pooled: Mapping[Stratum, tuple[int, int]]) -> dict[Stratum, float]:
    """Shares of right roots, each drawn towards what its wider strata hold besides, and the widest towards a half.

    What is wider counts as ``WIDER`` roots, so that a handful of right ones is no certainty and a handful of wrong
    ones no verdict (an m-estimate, as in probability estimation trees); no root counts twice in a share.
    """
    return {stratum: _share(stratum, pooled) for stratum in pooled}


def _share(stratum: Stratum, pooled: Mapping[Stratum, tuple[int, int]]) -> float:
    share, weight = 0.5, 2
    for length in range(1, len(stratum) + 1):
        right, wrong = pooled[stratum[:length]]
        if length < len(stratum):
            narrower = pooled[stratum[: length + 1]]
            right, wrong = right - narrower[0], wrong - narrower[1]
        if right + wrong:
            share, weight = (right + weight * share) / (right + wrong + weight), WIDER
    return share


def written(counts: Counts, judged: int, day: str) -> str:
    """The table as a file: sorted, and the same bytes for the same counts."""
    split = plan.splits()
    part = repr((split.seeds["calibrate"], split.kinds["calibrate"]))
    digest = hashlib.sha256(part.encode()).hexdigest()
    strata = pooled(counts)
    shares = probabilities(strata)
    lines = [
        "# How often roots with such facts were right in simulated worlds; written by benchmarks/faults/calibrate.py.",
        "# A stratum holds what narrower ones beneath it hold, and its probability is drawn towards what the wider ones hold besides.",
        f"date: {day}",
        f"worlds: {judged}",
        f"part: sha256:{digest}",  # of its kinds and seeds
        "strata:" if strata else "strata: []",
        *(_line(stratum, shares[stratum], *strata[stratum]) for stratum in strata),
    ]
    return "\n".join(lines) + "\n"


def _line(stratum: Sequence[str], share: float, right: int, wrong: int) -> str:
    counts = f"probability: {share:.3f}, right: {right}, wrong: {wrong}"
    return f"  - {{facts: [{', '.join(stratum)}], {counts}}}"


if __name__ == "__main__":
    main()
