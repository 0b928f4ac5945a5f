"""Rules: their model, loading, checking, compiling, planning and running."""
