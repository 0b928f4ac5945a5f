"""Fit the confidence of root causes: `python -m benchmarks.faults.calibrate --date 2026-11-25 [--worlds 40]`.

Only worlds of the calibrate part are judged. In one of ten worlds, those with faults among them are judged as if nobody had written the rules that
name their first fault, one in twelve of all faults: of the three parts that were looked at last, as many in the mean were seen by no rule of
theirs, and something else may then be taken for the cause. Those whose data or links are made worse on purpose are left out (what they
show is not rootlint as it is shipped), and so is every world with a fault of another part's kinds.
"""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Iterator, Sequence
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
UNSEEN = 1  # of ten worlds, the one whose first fault no rule is to know: one in twelve of all faults
ENOUGH = 8  # roots in a stratum; a thinner one is merged into its parent


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
    counts = merged(counted(judged))
    table.write_text(written(counts, len(judged), f"{day:%Y-%m-%d}"), encoding="utf-8")
    click.echo(
        f"{len(judged)} worlds, {sum(map(sum, counts.values()))} roots in {len(counts)} strata: {table}"
    )


def worlds(count: int) -> Iterator[WorldSpec]:
    """Of the first worlds of the part, those that may be calibrated on."""
    own = set(plan.splits().kinds[PART])
    for number, spec in enumerate(plan.worlds(PART, count)):
        if spec.control in AS_SHIPPED and {fault.kind for fault in spec.faults} <= own:
            yield replace(spec, control=UNWRITTEN) if spec.faults and number % 10 == UNSEEN else spec


def merged(counts: Counts, enough: int = ENOUGH) -> dict[Stratum, tuple[int, int]]:
    """Thin strata pooled with their siblings, the last facts dropped first; a role too thin as a whole is left out.

    Every root is counted once, in the narrowest stratum that is thick enough: a parent holds what its thick
    children do not.
    """
    left = dict(counts)
    for length in range(max(map(len, left), default=0), 0, -1):
        for stratum in [s for s in sorted(left) if len(s) == length and sum(left[s]) < enough]:
            right, wrong = left.pop(stratum)
            if parent := stratum[:-1]:
                before = left.get(parent, (0, 0))
                left[parent] = (before[0] + right, before[1] + wrong)
    return dict(sorted(left.items()))


def smoothed(right: int, wrong: int) -> float:
    """The mean of a share under a Beta(1, 1) prior: a handful of right roots is no certainty."""
    return round((right + 1) / (right + wrong + 2), 3)


def written(counts: Counts, judged: int, day: str) -> str:
    """The table as a file: sorted, and the same bytes for the same counts."""
    split = plan.splits()
    part = repr((split.seeds["calibrate"], split.kinds["calibrate"]))
    digest = hashlib.sha256(part.encode()).hexdigest()
    lines = [
        "# How often roots with such facts were right in simulated worlds; written by benchmarks/faults/calibrate.py.",
        "# A probability is (right + 1) / (right + wrong + 2). A stratum holds what narrower ones beneath it do not.",
        f"date: {day}",
        f"worlds: {judged}",
        f"part: sha256:{digest}",  # of its kinds and seeds
        "strata:" if counts else "strata: []",
        *(_line(stratum, *counts[stratum]) for stratum in sorted(counts)),
    ]
    return "\n".join(lines) + "\n"


def _line(stratum: Sequence[str], right: int, wrong: int) -> str:
    share = f"probability: {smoothed(right, wrong):.3f}, right: {right}, wrong: {wrong}"
    return f"  - {{facts: [{', '.join(stratum)}], {share}}}"


if __name__ == "__main__":
    main()
