"""Kinds of the fifth sealed part, called after birds; they have been looked at since."""

from benchmarks.faults.kinds.birds import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
