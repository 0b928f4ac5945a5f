"""Places as SARIF has them: a file with a line, and the record or setting that stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rootlint.model import Finding, Head, RecordPlace
from rootlint.report.escaping import sarif, uri
from rootlint.report.places import FilePlace, file_place, manifest_place, snapshot_folder
from rootlint.report.wording import pairs, subject, visible

# Paths start from where the run stood if the snapshot lies below it, else from the snapshot. Neither base has an
# address of its own: no path of this machine reaches a log.
_BASES = {
    "SRCROOT": "Where rootlint ran: the root of the repository.",
    "SNAPSHOT": "The folder of the snapshot.",
}


def base_of(head: Head) -> str:
    """What the log's paths start from."""
    return "SNAPSHOT" if snapshot_folder(head) is None else "SRCROOT"


def bases(head: Head) -> dict[str, Any]:
    """The base of all paths, with its meaning."""
    return {base_of(head): {"description": {"text": _BASES[base_of(head)]}}}


@dataclass(frozen=True)
class Places:
    """The files a log speaks of, by path, and how locations refer to them."""

    head: Head
    files: Mapping[str, int]  # path -> index in the log's artifacts

    def location(self, place: RecordPlace | None, text: str | None = None) -> dict[str, Any]:
        """Where a record or setting stands; without one, the snapshot as a whole."""
        where = manifest_place(self.head) if place is None else file_place(self.head, place)
        location: dict[str, Any] = {"physicalLocation": self._physical(where)}
        if place is not None:
            location["logicalLocations"] = [_logical(place)]
        if text is not None:
            location["message"] = {"text": sarif(text)}
        return location

    def of(self, finding: Finding, text: str | None = None) -> dict[str, Any]:
        """Where to look first for a finding."""
        return self.location(finding.samples[0].place if finding.samples else None, text)

    def artifacts(self) -> list[dict[str, Any]]:
        """The snapshot with its digest, then each file; only the whole has a digest of its own."""
        folder = {
            "uri": (uri(snapshot_folder(self.head) or "") or ".") + "/",
            "uriBaseId": base_of(self.head),
        }
        snapshot = {
            "location": folder,
            "roles": ["directory", "analysisTarget"],
            "hashes": {"rootlint-snapshot-sha-256": self.head.snapshot_digest},
        }
        return [
            snapshot,
            *({"location": self._artifact(path), "roles": ["analysisTarget"]} for path in self.files),
        ]

    def _artifact(self, path: str) -> dict[str, Any]:
        return {"uri": uri(path), "uriBaseId": base_of(self.head)}

    def _physical(self, where: FilePlace) -> dict[str, Any]:
        region = {"startLine": where.line}
        if where.column is not None:
            region["startColumn"] = where.column
        return {
            "artifactLocation": {**self._artifact(where.path), "index": self.files[where.path]},
            "region": region,
        }


def places_of(head: Head, findings: Iterable[Finding]) -> Places:
    """The files that findings stand in, in order of their paths."""
    samples = (sample for finding in findings for sample in finding.samples)
    paths = {file_place(head, sample.place).path for sample in samples} | {manifest_place(head).path}
    return Places(head, {path: index for index, path in enumerate(sorted(paths), start=1)})


def whose(finding: Finding) -> dict[str, Any]:
    """Whom a finding is about, as a logical location."""
    return {"name": visible(subject(finding)), "kind": "facility"}


def _logical(place: RecordPlace) -> dict[str, Any]:
    of = f"[{pairs(place.key)}]" if place.key else ""
    kind = "row" if place.line is None else "property"
    return {"fullyQualifiedName": visible(f"{place.table}{of}"), "kind": kind}
