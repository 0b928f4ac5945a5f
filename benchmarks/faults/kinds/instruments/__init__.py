"""Kinds of the twelfth part, called after musical instruments; sealed until they were looked at once.

The failure modes were drawn by lot: within each layer, those that may be a root and that a rule names, in the order of
the list, from one `random.Random(6421)`: `sample(those, len(those))`, layer after layer (technical, data, process,
human); the first six of the technical and of the data layer, and the first five of the others. None was passed over,
and none was drawn anew.
"""

from benchmarks.faults.kinds.instruments import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
