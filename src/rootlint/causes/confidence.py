"""How often a root cause named with such facts was one: looked up in a table fitted on injected faults.

The explanation's own odds are no confidence: they take violations for independent and the declared links for
complete. What is shown is the share of roots with the same facts that were right in simulated worlds whose faults
are known; `python -m benchmarks.faults.calibrate` fits it, from the part of the faults kept for that alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rootlint.model import Confidence, Finding

TABLE = Path(__file__).parent / "calibration.yaml"

Stratum = tuple[str, ...]  # facts of a named root, what divides most first; a parent lacks the last ones


@dataclass(frozen=True)
class Calibration:
    """Shares of right roots, and the number of simulated worlds they were counted in."""

    worlds: int
    probabilities: Mapping[Stratum, float]

    def probability(self, stratum: Stratum) -> float | None:
        """Of the stratum, else of its nearest parent in the table; None where no parent is in it either."""
        parents = (stratum[:length] for length in range(len(stratum), 0, -1))
        return next((self.probabilities[parent] for parent in parents if parent in self.probabilities), None)


def stratum_of(finding: Finding) -> Stratum:
    """The facts that say how sure a finding is as a root: only what the report has."""
    cause = finding.cause
    undecided = cause is not None and not all(other.decided for other in cause.alternatives)
    return (
        finding.role.value,
        "no repair tried" if cause is None else f"repair {cause.proof.standing}",
        "undecided" if undecided else "decided",
        f"explains {_size(finding.count if cause is None else cause.violations)}",
        "sure rule" if finding.confidence is Confidence.HIGH else "unsure rule",
    )


def _size(violations: int) -> str:
    bounds = ((50, "50 or more"), (5, "5 to 49"), (1, "1 to 4"))
    return next((words for least, words in bounds if violations >= least), "nothing else")


def with_probability(finding: Finding, calibration: Calibration | None) -> Finding:
    """A root cause with its probability; any other finding as it is, for it has no story to bear one."""
    if finding.cause is None or calibration is None:
        return finding
    probability = calibration.probability(stratum_of(finding))
    if probability is None:
        return finding
    return replace(
        finding, cause=replace(finding.cause, probability=probability, calibrated_on=calibration.worlds)
    )


@cache
def calibration(table: Path = TABLE) -> Calibration | None:
    """The table of a file, read once; None where there is no such file."""
    from rootlint.documents import load_yaml  # only runs that find something read the table

    if not table.is_file():
        return None
    said = load_yaml(table).data
    strata = {tuple(entry["facts"]): float(entry["probability"]) for entry in said["strata"]}
    return Calibration(said["worlds"], strata)
