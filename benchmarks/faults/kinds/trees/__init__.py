"""Kinds of the third sealed part, called after trees; they have been looked at since."""

from benchmarks.faults.kinds.trees import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
