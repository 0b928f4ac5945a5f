"""The rule language: SQL expressions over a closed set of operators with written semantics.

``parsing`` reads text, ``checking`` resolves and types it against the snapshot format, ``tree`` is what
comes out, ``printing`` writes it for an engine. Nothing of the text itself reaches an engine: names are
looked up, literals are written anew, and operators come from the table in ``operators``.
"""
