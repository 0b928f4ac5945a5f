"""Kinds of the sixth sealed part, called after stones; they have been looked at since.

The failure modes were drawn by lot: within each layer, those that may be a root and that a rule names, in the order of
`crc32(f"sixth {mode}".encode())`; the first six of the technical and of the data layer, and the first five of the
others. None was passed over, and none was drawn anew.
"""

from benchmarks.faults.kinds.stones import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
