"""Kinds of the sealed part; none at present. Whoever writes or tunes rules, links or thresholds does not read them."""
