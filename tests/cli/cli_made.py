"""The made snapshot that the command line is tried on."""

from made_operator import MANIFEST, SHOP

SNAPSHOT = f"{MANIFEST}tables:\n  metrc_packages: {{source: made}}\n"

PACKAGES = f"""\
facility,package_id,label,state,quantity,unit_of_measure,last_modified
{SHOP},1,1A4FF0000000001,active,8,Grams,2026-10-01T12:00:00Z
{SHOP},2,1A4FF0000000002,active,-2.5,Grams,2026-10-02T06:30:00Z
{SHOP},3,1A4FF0000000003,inactive,-1,Grams,2026-10-03T12:00:00Z
"""
