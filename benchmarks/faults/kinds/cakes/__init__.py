"""Kinds of the nineteenth sealed part, called after cakes; looked at once, and of the design part since.

The failure modes were drawn by lot: within each layer, those that may be a root and that a rule names, sorted by name, from
one `random.Random(7719)`: `sample(those, n)`, layer after layer (human, process, technical, data), five of each of the first
two and six of each of the others. None was passed over.
"""

from benchmarks.faults.kinds.cakes import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
