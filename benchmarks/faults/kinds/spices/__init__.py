"""Kinds of the thirteenth part, called after herbs and spices; sealed until they were looked at once.

The failure modes were drawn by lot: within each layer, those that may be a root and that a rule names, in the order of
the list, from one `random.Random(7713)`: `sample(those, len(those))`, layer after layer (technical, data, process,
human); the first six of the technical and of the data layer, and the first five of the others. One technical mode was
passed over, since the sixty-three days hold no date on which it can come about; the seventh took its place.
"""

from benchmarks.faults.kinds.spices import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
