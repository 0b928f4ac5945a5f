"""Kinds of faults by mechanisms that were listed as unseen and not built when hats were, called after shoes.

They belong to the design part from the start: whoever wrote them had read the rules, and looked for what no rule sees yet.
"""

from benchmarks.faults.kinds.shoes import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
