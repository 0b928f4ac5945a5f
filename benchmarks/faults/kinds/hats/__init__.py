"""Kinds of faults by mechanisms that were listed first, from what shops, grows, kitchens and integrations do, called after hats.

They belong to the design part from the start: whoever wrote them had read the rules, and looked for what no rule sees yet.
"""

from benchmarks.faults.kinds.hats import data, human, process, technical

__all__ = ["data", "human", "process", "technical"]
