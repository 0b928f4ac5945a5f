"""Jurisdictions: parameters with a law behind each, and which is in force where, for whom and when."""
