"""The names under which violations offer what they are about, so that causes and effects can be joined.

A closed set: a rule's ``keys`` and ``scope`` come from here, and the table of violations has a column for
each. All keys are text.
"""

from __future__ import annotations

KEYS: dict[str, str] = {
    "label": "tag of a package or a plant",
    "parent": "tag of the package a package was made from",
    "item": "METRC item name",
    "sku": "product of the operator's own catalogue",
    "receipt": "METRC receipt id",
    "sale": "sale id of the operator's system",
    "line": "line within a receipt, a sale, a count or a conversion",
    "manifest": "transfer manifest number",
    "harvest": "harvest name or id",
    "plant": "plant label or id",
    "plant_batch": "plant batch name",
    "tag": "tag in the tag stock",
    "location": "room or location name",
    "adjustment": "adjustment id",
    "count": "physical count id",
    "conversion": "conversion id",
    "shipment": "shipment id",
    "test": "lab test type",
    "user": "user name in METRC, the operator's system or the integration",
    "person": "person on the roster",
    "credential": "fingerprint of an API key",
    "register": "point-of-sale register",
    "run": "sync run id",
    "job": "sync job",
    "endpoint": "API endpoint",
    "call": "API call id",
    "entry": "retry queue entry id",
    "delivery": "webhook delivery id",
    "system": "metrc, internal or integration",
    "unit": "unit of measure",
    "reason": "adjustment or waste reason",
    "day": "facility-local day",
    "waste": "waste record id",
    "event": "access event id",
    "map": "kind of a value map and the internal value",
    "setting": "dotted path of a configuration setting",
    "file": "configuration file",
}

BY_FACILITY = frozenset({"facility", "facility_time"})  # joins that compare no key

# Joins that compare two different keys: the cause's, the effect's.
_SIDES = {"lineage": ("label", "label"), "tag_label": ("tag", "label")}


def joined_keys(via: str) -> tuple[str, str]:
    """The key of the cause and the key of the effect that a join compares."""
    return _SIDES.get(via, (via, via))
