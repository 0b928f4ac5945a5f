"""Which API call a file answers: the call's path is the file's folder, the licence before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Literal


@dataclass(frozen=True)
class Endpoint:
    """A call of METRC's API v2 whose answers can be imported."""

    path: str  # without the version; {id} is a number and {text} a text, of the path or of the query
    entity: str  # the kind of record it answers (records.py)
    windowed: bool = False  # answers only what changed lately, unless a window is asked for
    body: Literal["paged", "array", "object"] = "paged"


@dataclass(frozen=True)
class Answer:
    """What a file's place says about it."""

    endpoint: Endpoint
    license: str | None  # None: facilities, the one call that no licence makes
    parent: str | None  # the id or text in the path: the delivery that the packages belong to
    walk: str  # files of one walk count their pages together


# Among records of one key and one LastModified the endpoint named first wins.
ENDPOINTS = (
    Endpoint("facilities", "facilities", body="array"),
    Endpoint("items/active", "items", windowed=True),
    Endpoint("items/inactive", "items"),
    Endpoint("locations/active", "locations", windowed=True),
    Endpoint("locations/inactive", "locations"),
    Endpoint("tags/plant/available", "tags", body="array"),
    Endpoint("tags/package/available", "tags", body="array"),
    Endpoint("plantbatches/inactive", "plant_batches", windowed=True),
    Endpoint("plantbatches/active", "plant_batches", windowed=True),
    Endpoint("plantbatches/waste", "plant_batch_waste"),
    Endpoint("plants/inactive", "plants", windowed=True),
    Endpoint("plants/onhold", "plants", windowed=True),
    Endpoint("plants/flowering", "plants", windowed=True),
    Endpoint("plants/vegetative", "plants", windowed=True),
    Endpoint("plants/mother/inactive", "plants", windowed=True),
    Endpoint("plants/mother/onhold", "plants", windowed=True),
    Endpoint("plants/mother", "plants", windowed=True),
    Endpoint("plants/waste", "plant_waste"),
    Endpoint("harvests/inactive", "harvests", windowed=True),
    Endpoint("harvests/onhold", "harvests", windowed=True),
    Endpoint("harvests/active", "harvests", windowed=True),
    Endpoint("harvests/waste/{id}", "harvest_waste"),
    Endpoint("packages/intransit", "packages", windowed=True),
    Endpoint("packages/inactive", "packages", windowed=True),
    Endpoint("packages/onhold", "packages", windowed=True),
    Endpoint("packages/active", "packages", windowed=True),
    Endpoint("packages/labsamples", "packages", windowed=True),
    Endpoint("packages/transferred", "transferred", windowed=True),
    # Its documentation names no window, yet production answered 0 rows without one and 959 with.
    Endpoint("packages/adjustments", "adjustments", windowed=True),
    Endpoint("transfers/rejected", "transfers"),
    Endpoint("transfers/incoming", "transfers", windowed=True),
    Endpoint("transfers/outgoing", "transfers", windowed=True),
    Endpoint("transfers/{id}/deliveries", "deliveries"),
    Endpoint("transfers/deliveries/{id}/packages", "delivery_packages"),
    Endpoint("transfers/deliveries/{id}/packages/wholesale", "wholesale"),
    Endpoint("transfers/deliveries/{id}/transporters/details", "transporters"),
    Endpoint("sales/receipts/{id}", "receipts", body="object"),
    Endpoint("sales/receipts/external/{text}", "receipts", body="object"),
    Endpoint("sales/receipts/inactive", "receipts", windowed=True),
    Endpoint("sales/receipts/active", "receipts", windowed=True),
    Endpoint("labtests/results/{id}", "lab_results"),
    Endpoint("employees", "employees"),
    Endpoint("employees/permissions/{text}", "permissions", body="array"),
)

RANKS = {endpoint.path: rank for rank, endpoint in enumerate(ENDPOINTS)}


def answer_at(file: PurePosixPath) -> Answer | None:
    """Tell what a file answers from its path below the source folder, or None.

    The file is the whole path of a call (``sales/receipts/123.json``), or a page in its folder
    (``packages/active/page-1.json``), or a page in a folder ``window…`` of that one.
    """
    if file.suffix.lower() != ".json":
        return None
    *folders, name = file.with_suffix("").parts
    license = None if (*folders, name)[0] == "facilities" else (*folders, name)[0]
    for path, walk in _readings(folders, name):
        found = _call(path if license is None else _unversioned(path[1:]))
        if found and (license is None) == (found[0].entity == "facilities"):
            return Answer(found[0], license, found[1], walk)
    return None


def _readings(folders: list[str], name: str) -> list[tuple[list[str], str]]:
    readings = [([*folders, name], ""), (folders, "")]
    if folders and folders[-1].startswith("window"):
        readings.append((folders[:-1], folders[-1]))
    return readings


def _unversioned(path: list[str]) -> list[str]:
    """Leave out the version, for those who keep it: ``packages/v2/active``."""
    return [path[0], *path[2:]] if path[1:2] == ["v2"] else path


def _call(path: list[str]) -> tuple[Endpoint, str | None] | None:
    for endpoint in ENDPOINTS:
        match = _pattern(endpoint.path).fullmatch("/".join(path))
        if match:
            return endpoint, match[1] if match.lastindex else None
    return None


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{id\}", "([0-9]+)").replace(r"\{text\}", "([^/]+)"))
