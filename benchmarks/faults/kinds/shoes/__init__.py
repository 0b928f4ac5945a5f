"""Kinds of faults by mechanisms that were listed first and had no kind yet, called after shoes.

They belong to the design part from the start: whoever wrote them had read the rules, and looked for what no rule sees yet.
"""

from benchmarks.faults.kinds.shoes import data, technical

__all__ = ["data", "technical"]
