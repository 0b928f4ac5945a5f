"""Sealed faults of the technical layer."""

from __future__ import annotations

from benchmarks.faults.kinds.technical import STORE_KEY
from benchmarks.faults.registry import Injection, kind


@kind("technical", "user-key-expired", also=STORE_KEY)
def another_product_takes_the_key_over(f: Injection) -> None:
    """One manager's key serves the place; for another product a new one is generated, which ends the first."""
    connector, owner = f.site.connector, f.site.people["asst"]
    connector.shared_key = "asst"
    owner.key_expires = f.start - owner.key_issued

    def put_in(_: int) -> None:
        owner.key_rotated, owner.key_expires = f.end, 400 * 86_400

    f.site.at(f.end, put_in)
