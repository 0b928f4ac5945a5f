"""Kinds that were written from the list of documented failure modes, to be sealed; they have been looked at since."""

from benchmarks.faults.kinds.documented import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
