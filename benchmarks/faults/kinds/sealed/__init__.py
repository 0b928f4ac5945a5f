"""Kinds of the sealed part. Whoever writes or tunes rules, links or thresholds does not read these modules."""

from benchmarks.faults.kinds.sealed import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
