"""The rule as its YAML file holds it, and as it is once loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rootlint.documents import Document
from rootlint.model import Confidence, Layer, Severity
from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Check, Sql

if TYPE_CHECKING:
    from rootlint.rules.repairs import Step

Name = Annotated[str, Field(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*/)?[a-z0-9]+(-[a-z0-9]+)*$")]
Line = Annotated[str, Field(min_length=1)]
Via = Literal[
    "label", "lineage", "item", "sku", "receipt", "sale", "manifest", "harvest", "plant_batch", "plant", "tag", "tag_label", "user", "person",
    "credential", "endpoint", "job", "adjustment", "location", "reason", "facility", "facility_time", "setting",
]  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(_Part):
    """Where the defect or its remedy is described."""

    title: Line = Field(description="what the page is called")
    url: Line = Field(description="where it is")


class Link(_Part):
    """What violations of a rule lead to: violations of another, joined by keys and a lag."""

    rule: Name = Field(description="the rule whose violations may follow")
    via: Via = Field(description="what cause and effect share")
    lag: str = Field(
        "0h..30d",
        pattern=r"^-?\d+[mhd]\.\.-?\d+[mhd]$",
        description="how much later the effect comes: '0h..90d'",
    )
    strength: Literal["strong", "medium", "weak"] = Field(description="how surely the effect follows")
    mechanism: Line = Field(description="how the one brings about the other")
    loop: bool = Field(
        False, description="whether the link closes a loop; only a cause that came first then counts"
    )


class Repair(_Part):
    """One step to the tables as they would be, had the violations not happened. Nothing is ever written."""

    table: Sql | None = Field(
        None, description="the table and an alias: 'internal_inventory t'; `cause` may be added to"
    )
    join: list[Sql] = Field(
        default_factory=list, description="further tables, at most one row of each for a row of the table"
    )
    where: Sql | None = Field(
        None,
        description="which rows; `cause` is a table of the violations: exists (select 1 as x from cause c where c.label = t.label)",
    )
    set: dict[str, Sql] = Field(default_factory=dict, description="columns and the values they would have")
    drop: bool = Field(False, description="whether the rows would not be there")
    add: Sql | None = Field(None, description="a SELECT of rows that would be there too, by column names")
    like: Name | None = Field(
        None, description="another rule, whose repair's steps undo violations of this one as well"
    )
    undo: Name | None = Field(
        None, description="another rule, of which the violations that this one brought about are undone too"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Repair:
        ways = [bool(self.set), self.drop, self.add is not None, self.like is not None, self.undo is not None]
        if ways.count(True) != 1:
            raise ValueError("a step of a repair has one of set, drop, add, like and undo")
        if (self.table is None) is not any(ways[3:]):
            raise ValueError("set, drop and add need a table, like and undo have none")
        return self


class TableFacts(_Part):
    """What a test says about a table besides its rows."""

    complete: bool = Field(True, description="whether all records of the time it covers are there")
    captured_at: str | None = Field(None, description="when it was captured, if not with the rest")
    covers_from: str | None = Field(None, alias="from", description="the first moment that it covers")
    covers_until: str | None = Field(None, alias="to", description="the last moment that it covers")


Every = Annotated[str, Field(pattern=r"^[1-9]\d*[mhd]$")]


class Repeat(_Part):
    """How many rows one row of a test stands for, and what tells them apart."""

    times: int = Field(
        ge=2,
        description="how many rows it stands for: {n} in its texts becomes 1, 2 and so on, {n:03} the same in three digits",
    )
    first: int = Field(1, ge=0, description="the number of the first")
    every: Every | dict[str, Every] | None = Field(
        None,
        description="how much later than the one before each is: '30m' in all its times and days, or by column",
    )


class Row(BaseModel):
    """A row of a test: values by column."""

    model_config = ConfigDict(extra="allow", frozen=True)

    repeat: Repeat | None = Field(None, description="that it stands for many: {times: 20, every: 30m}")

    @property
    def values(self) -> Mapping[str, Any]:
        return self.model_extra or {}


class Case(_Part):
    """One test of a rule: rows go in, findings come out."""

    name: Line = Field(description="what the case shows, in a few words")
    given: dict[str, list[Row]] = Field(
        default_factory=dict,
        description="rows by table; facility may be left out; a table not named was not captured",
    )
    finds: list[dict[str, Any]] | None = Field(
        None,
        description="each violation by its keys (and facility, at, message, variance, may_root where given); [] for none",
    )
    not_evaluated: str | None = Field(
        None, description="what the reason must contain: the missing table or column, say"
    )
    not_applicable: str | None = Field(None, description="what the reason must contain")
    without: list[str] = Field(default_factory=list, description="columns that no file has: table.column")
    facilities: list[dict[str, Any]] = Field(
        default_factory=list, description="facts of facilities; absent: one in the jurisdiction 'test'"
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="values in force in the jurisdiction 'test'"
    )
    tables: dict[str, TableFacts] = Field(
        default_factory=dict, description="completeness and coverage of tables"
    )
    captured_at: str = Field("2026-06-15T12:00:00Z", description="when the tables were captured")
    as_of: str | None = Field(None, description="the day to judge by; absent: that of captured_at")


class Rule(_Part):
    """A rule's file."""

    name: Name = Field(
        description="the identity, equal to the file's name; packs of others put theirs before it: acme/…"
    )
    aliases: list[Name] = Field(default_factory=list, description="former names; a name is never reused")
    layer: Layer = Field(description="technical, data, process or human")
    severity: Severity = Field(description="error, warning or note")
    confidence: Confidence = Field(description="how surely a match is the defect: high, medium or low")
    status: Literal["preview", "stable", "deprecated"] = Field(
        "stable", description="preview rules run only when selected"
    )
    since: str = Field(pattern=r"^\d+\.\d+\.\d+$", description="the version that brought it")
    tags: list[Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]] = Field(
        default_factory=list, description="words to choose rules by: rootlint check --tag"
    )
    modes: list[Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]] = Field(
        default_factory=list, description="the failure modes it detects"
    )
    summary: Line = Field(description="one sentence: what is wrong where the rule finds something")
    rationale: Line = Field(description="why it matters and what stays silent")
    remediation: Line = Field(description="what to do, in order; what not to do first")
    not_first: Line | None = Field(
        None, description="the tempting fix that hides or worsens it, one sentence"
    )
    repairs_at: Literal["access", "feed", "queue", "mapping", "record", "quantity"] = Field(
        "record", description="what its repair touches; a plan repairs in this order"
    )
    references: list[Reference] = Field(
        default_factory=list, description="where the defect or its remedy is described"
    )
    scope: Annotated[
        list[str] | str,
        Field(description="the keys that make violations one finding; 'facility' for one a facility"),
    ] = "facility"
    can_be_root: bool = Field(description="whether it can be where a chain begins")
    root_needs: list[str] = Field(
        default_factory=list,
        description="tables that show what usually causes it; without one of them, no finding is taken for a root",
    )
    harmless_alone: bool | Annotated[int, Field(ge=1)] = Field(
        False,
        description="true: what it finds is no fault by itself, so that without symptoms it is no root cause; "
        "a number: so many violations and fewer are mishaps, of which the same holds",
    )
    applies_to: list[str] = Field(
        default_factory=list, description="kinds of licence it is about (retail, cultivation …); absent: all"
    )
    columns: dict[
        str, dict[str, Literal["text", "integer", "decimal", "boolean", "instant", "date", "list"]]
    ] = Field(default_factory=dict, description="further columns that the operator's files have, by table")
    optional: list[str] = Field(
        default_factory=list,
        description="what the rule can do without, though it decides: columns, as table.column, whole tables, which then count as empty, and parameters, which are null where no number is known and let nothing pass; what it only shows it can do without anyway",
    )
    check: dict[str, Any] = Field(description="how it is found: a check of one of the check kinds")
    leads_to: list[Link] = Field(default_factory=list, description="what its violations lead to")
    repair: list[Repair] = Field(
        default_factory=list, description="the tables as they would be, had it not happened"
    )
    no_repair: Line | None = Field(None, description="why a rule that can be a root has no repair")
    waivable: bool = Field(
        True, description="whether its findings can be waived; not where the law leaves no room"
    )
    no_waiver: Line | None = Field(None, description="why its findings cannot be waived")
    tests: list[Case] = Field(default_factory=list, description="cases that hold the rule to its word")

    @model_validator(mode="after")
    def _says_why_not(self) -> Rule:
        if self.waivable is (self.no_waiver is not None):
            raise ValueError("waivable: false and no_waiver, which says why, stand together")
        return self

    @property
    def scope_keys(self) -> tuple[str, ...]:
        names = [self.scope] if isinstance(self.scope, str) else self.scope
        return tuple(name for name in names if name != "facility")


@dataclass(frozen=True)
class LoadedRule:
    """A rule, checked and ready to be planned."""

    rule: Rule
    check: Check
    candidates: Candidates
    repairs: tuple[Step, ...]
    needs: Mapping[str, frozenset[str]]  # table -> columns without which it cannot be evaluated
    spares: frozenset[str]  # tables it can do without: not captured, they count as empty
    parameters: frozenset[str]
    pack: str
    document: Document

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def tables(self) -> frozenset[str]:
        """The tables it reads, those that it can do without among them."""
        return frozenset({*self.needs, *self.spares})
