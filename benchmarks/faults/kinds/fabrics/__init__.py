"""Kinds of the fourteenth part, called after fabrics and cloths; sealed until they were looked at once.

The failure modes were drawn by lot: within each layer, those that may be a root and that a rule names, in the order of
the list, from one `random.Random(7714)`: `sample(those, len(those))`, layer after layer (technical, data, process,
human); the first six of the technical and of the data layer, and the first five of the others. None was passed over.
"""

from benchmarks.faults.kinds.fabrics import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
