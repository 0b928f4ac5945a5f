"""Kinds of the third sealed part. Who tunes anything leaves them unread."""

from benchmarks.faults.kinds.sealed import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
