"""Kinds of the fourth sealed part, each with the failure modes that are right for it; they have been looked at since."""

from benchmarks.faults.kinds.everyday import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
