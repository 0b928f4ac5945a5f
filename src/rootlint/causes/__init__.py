"""Causes: links between violations, their explanation by few causes, inference, proof by repair, the plan."""
