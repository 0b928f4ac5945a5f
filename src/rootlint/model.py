"""The frozen records that cross rooms. No input, no output, no engine: only what things are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rootlint.errors import Problem


class Layer(StrEnum):
    """Which layer of an integration a rule looks at."""

    TECHNICAL = "technical"
    DATA = "data"
    PROCESS = "process"
    HUMAN = "human"


class Severity(StrEnum):
    """How bad a violation is, mildest first."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How surely what a rule matches is the defect it names; also how sure a citation is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Verdict(StrEnum):
    """How a rule ended for one facility. Only PASS, FAIL and NOT_APPLICABLE are verdicts reached."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"
    NOT_EVALUATED = "not evaluated"
    ERROR = "error"


NO_RECORD = "no record in scope"  # why a rule whose data are there is not applicable


class Role(StrEnum):
    """What a finding is in the story of a snapshot."""

    ROOT = "root cause"  # can be a root, and nothing explains it, whether or not it has symptoms
    SYMPTOM = "symptom"  # explained by a root, directly or through others
    INFERRED = "inferred cause"  # what unexplained violations share; no rule was written for it
    ISOLATED = "isolated"  # harmless alone, and explains nothing else; or nothing was explained at all
    UNKNOWN = "cause unknown"  # cannot be a root, and nothing explains it


@dataclass(frozen=True)
class Facility:
    """One licence: every record of a snapshot belongs to one, and it brings jurisdiction and time zone."""

    facility: str  # the licence number, "C10-0000123-LIC"
    name: str
    jurisdiction: str  # "ca"
    timezone: str  # "America/Los_Angeles"
    license_type: str | None = None
    opened_on: date | None = None


@dataclass(frozen=True)
class Citation:
    """The law behind a parameter value, as a report quotes it."""

    jurisdiction: str  # "ca"
    parameter: str  # "sales_report_deadline"
    value: str  # "24 hours"
    reference: str  # "4 CCR 15049(b)"
    source: str  # where the text was read
    confidence: Confidence
    in_force_from: date | None = None
    in_force_until: date | None = None  # the last day in force
    note: str | None = None
    own_value: str | None = None  # the stricter value that records were judged by instead: "4 hours"
    own_reason: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How one rule ended for one facility, and on how many records that rests."""

    rule: str
    facility: str | None  # None: the rule looks at the integration as a whole (its configuration, say)
    verdict: Verdict
    reason: str | None = None  # why not applicable, not evaluated or error
    needs: tuple[str, ...] = ()  # what data would be needed: "metrc_sales.recorded_at"
    exposed: int = 0  # records in scope
    violations: int = 0
    undetermined: int = 0  # in scope, but a null kept them from being judged
    pending: int = 0  # younger than the lag the two systems are granted
    uncovered: int = 0  # in scope, but of a time that the tables it needs do not all cover

    @property
    def looked(self) -> bool:
        """Whether the rule had its data and looked, were there records in its scope or none."""
        empty = self.verdict is Verdict.NOT_APPLICABLE and (self.reason or "").startswith(NO_RECORD)
        return empty or self.verdict in (Verdict.PASS, Verdict.FAIL)


@dataclass(frozen=True)
class RecordPlace:
    """Where a record stands in the snapshot, or a setting in the configuration."""

    table: str
    key: Mapping[str, str]
    file: str | None = None  # relative to the snapshot
    row: int | None = None  # of the file, from 1, the header not counted
    line: int | None = None  # for configuration files
    column: int | None = None


@dataclass(frozen=True)
class Sample:
    """One violation, shown as evidence of a finding."""

    subject: str  # what broke the rule: "1A4…01"
    message: str
    at: datetime | None  # UTC
    keys: Mapping[str, str]
    evidence: Mapping[str, str | None]
    place: RecordPlace


@dataclass(frozen=True)
class ChainStep:
    """One tie between cause and effect, as a chain tells it."""

    cause_rule: str
    effect_rule: str
    via: str  # what the two share: "label"
    mechanism: str
    tied: int  # violations of the effect that the tie holds for
    of: int  # all violations of the effect


@dataclass(frozen=True)
class Blame:
    """What a symptom is blamed on."""

    root: str  # id of the root's finding
    rule: str
    facility: str | None
    chain: tuple[ChainStep, ...]  # from the root to this finding
    runner_up: str | None = None  # rule of the next best explanation


@dataclass(frozen=True)
class Explained:
    """How many violations of one rule a cause explains."""

    rule: str
    violations: int
    exposed: int | None  # records in the cause's reach; None: cannot be counted


@dataclass(frozen=True)
class Alternative:
    """Another explanation of the same violations, and why it lost."""

    rule: str
    facility: str | None
    explains: int  # of what the chosen cause explains
    of: int
    why: str
    decided: bool = True  # False: the data do not tell the two apart
    scope: Mapping[str, str] = field(default_factory=dict)  # as its findings have it


@dataclass(frozen=True)
class Proof:
    """What became of a cause's symptoms in the world repaired of it."""

    standing: str  # confirmed, partly confirmed, not confirmed, not testable
    cleared: int = 0
    stayed: int = 0
    new: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Cause:
    """The story of a root cause."""

    rank: int  # 1: fix first
    explained: tuple[Explained, ...]  # by rule, most first
    layers: tuple[Layer, ...]  # that its symptoms are in
    facilities: tuple[str, ...]
    silent_days: int | None  # from its first violation to the first symptom
    per_week: tuple[int, ...]  # symptoms in each week since it began
    proof: Proof
    alternatives: tuple[Alternative, ...]
    refuted_by: str  # what observation would refute it
    probability: float | None = None  # calibrated; None where no calibration exists
    calibrated_on: int | None = None  # made worlds that the probability was counted in

    @property
    def violations(self) -> int:
        return sum(part.violations for part in self.explained)


@dataclass(frozen=True)
class Exposure:
    """A penalty that a jurisdiction publishes for what findings are about: quoted, never computed."""

    jurisdiction: str  # "mi"
    breach: str  # what the penalty is for, in the words of the jurisdiction's file
    amount: str
    reference: str  # "R 420.506(1)-(3)"
    source: str  # where the text was read
    confidence: Confidence
    rules: tuple[str, ...]  # of the findings that it is published for
    violations: int  # of those findings


@dataclass(frozen=True)
class Part:
    """What one cause accounts for of a variance, by its repair."""

    finding: str  # the id of the cause
    rule: str
    facility: str | None
    amount: str  # a decimal number


@dataclass(frozen=True)
class Variance:
    """By how much the violations of a finding are off in all, in one unit, and whose doing that is.

    Parts, ``unexplained`` and ``untested`` add up to ``amount``; all are decimal numbers.
    """

    unit: str
    amount: str
    parts: tuple[Part, ...]  # most first
    unexplained: str  # what stays whatever is repaired
    untested: str  # of causes whose repair could not be tested


@dataclass(frozen=True)
class Waived:
    """The waiver that a finding has. A waived failure is still a failure: only the threshold does not see it."""

    id: str  # "W-2026-014"; of a comment in a configuration file, where it stands: "config/store.yaml:14"
    reason: str
    author: str
    approver: str  # never the author
    expires: date  # the last day
    ticket: str | None = None
    inline: bool = False  # whether it is a comment beside the setting that the finding is about
    expired: bool = False  # whether that day has passed: the finding counts again


class State(StrEnum):
    """What became of a finding since the baseline was made."""

    NEW = "new"  # the baseline does not have it
    UNCHANGED = "unchanged"
    UPDATED = "updated"  # its violations, what shows them, or its severity are others
    FIXED = "fixed"  # its rule looked at data that cover it, and it is not there
    NOT_SEEN = "not seen"  # not there, and its rule did not look at all of that


@dataclass(frozen=True)
class Inherited:
    """How a finding stands to the baseline."""

    state: State
    count: int | None = None  # violations in the baseline; None: it is new
    first_seen: date | None = None
    grown: bool = False  # whether it has more violations than then, or is of a worse severity


@dataclass(frozen=True)
class Finding:
    """The violations of one rule, one facility, one scope and one explanation, told as one problem."""

    id: str  # the fingerprint, and where one has several explanations, which
    fingerprint: str  # from rule, facility and scope key only
    rule: str
    summary: str
    layer: Layer
    severity: Severity
    confidence: Confidence
    facility: str | None
    jurisdiction: str | None
    scope: Mapping[str, str]  # {"item": "Blue Dream 3.5 g"}; empty: the facility as a whole
    count: int
    exposed: int  # records of the facility that the rule judged
    first_at: datetime | None  # UTC
    last_at: datetime | None
    samples: tuple[Sample, ...]
    citations: tuple[Citation, ...]
    rationale: str
    remediation: str
    references: tuple[tuple[str, str], ...] = ()  # (title, address)
    modes: tuple[str, ...] = ()
    role: Role = Role.ISOLATED
    blame: Blame | None = None  # symptoms: what they come from
    cause: Cause | None = None  # root causes: their story
    unseen_causes: tuple[
        str, ...
    ] = ()  # where the cause is unknown: rules that might have told, and were not evaluated
    exposure: tuple[Exposure, ...] = ()  # published penalties; of a root cause, those of its symptoms too
    variances: tuple[Variance, ...] = ()  # where its rule says by how much a record is off; one a unit
    waiver: Waived | None = None
    baseline: Inherited | None = None  # None: there is no baseline

    @property
    def is_waived(self) -> bool:
        """Whether somebody answers for the finding today."""
        return self.waiver is not None and not self.waiver.expired

    @property
    def is_inherited(self) -> bool:
        """Whether the baseline has the finding, and it has not grown since."""
        return self.baseline is not None and self.baseline.state is not State.NEW and not self.baseline.grown

    @property
    def is_excused(self) -> bool:
        """Whether the finding is let pass, so that it does not make the run fail."""
        return self.is_waived or self.is_inherited

    @property
    def stands_alone(self) -> bool:
        """Whether the finding is a root cause that nothing else is blamed on."""
        return self.cause is not None and not self.cause.explained

    def reaches(self, threshold: Severity | None) -> bool:
        """Whether the finding makes the run fail; what was inferred is no rule's finding and never does."""
        return (
            threshold is not None
            and self.severity.rank >= threshold.rank
            and self.role is not Role.INFERRED
            and not self.is_excused
        )


@dataclass(frozen=True)
class Edge:
    """A tie between two findings, as the data show it; chains are made of such ties, and many belong to none."""

    cause: str  # id of a finding
    effect: str  # id of a finding
    via: str  # what the two share: "label"
    mechanism: str
    tied: int  # violations of the effect that the tie holds for
    of: int  # all violations of the effect


@dataclass(frozen=True)
class PackHead:
    """A loaded rule pack as the report's head names it."""

    name: str
    version: str
    digest: str
    rules: int


@dataclass(frozen=True)
class RuleHead:
    """A rule of the run, as far as views describe it; findings carry what was found."""

    name: str
    aliases: tuple[str, ...]  # former names
    pack: str
    layer: Layer
    severity: Severity  # as the rule has it; a jurisdiction or the configuration may say otherwise
    confidence: Confidence
    summary: str
    rationale: str
    remediation: str
    references: tuple[tuple[str, str], ...]  # (title, address)
    tags: tuple[str, ...]
    modes: tuple[str, ...]
    leads_to: tuple[str, ...]  # rules whose violations may follow


@dataclass(frozen=True)
class JurisdictionHead:
    """A jurisdiction as the report's head names it."""

    code: str
    name: str
    version: str  # the day its sources were read
    digest: str


@dataclass(frozen=True)
class Head:
    """What names a run: the same snapshot, packs, jurisdictions and day give the same bytes."""

    version: str
    operator: str
    snapshot: str  # as the user named it
    snapshot_digest: str
    captured_at: datetime
    as_of: date
    facilities: tuple[Facility, ...]
    packs: tuple[PackHead, ...]
    jurisdictions: tuple[JurisdictionHead, ...]


@dataclass(frozen=True)
class TableHead:
    """What was read of one table."""

    table: str
    rows: int
    set_aside: int
    complete: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExceptionFile:
    """A file of waivers or the like that a run went by, as the report's head names it."""

    kind: str  # "waivers"
    file: str
    digest: str


@dataclass(frozen=True)
class Gone:
    """A finding that the baseline has and the run has not."""

    rule: str
    facility: str | None
    scope: Mapping[str, str]
    fingerprint: str
    state: State  # fixed, or not seen
    first_seen: date
    reason: str | None = None  # why it was not seen


@dataclass(frozen=True)
class Compared:
    """A run beside the baseline: how many findings are in each state."""

    states: Mapping[str, int]
    gone: tuple[Gone, ...] = ()


@dataclass(frozen=True)
class Exceptions:
    """What a run was told to let pass, and what is wrong with that."""

    files: tuple[ExceptionFile, ...] = ()
    # Waivers that expired, that nothing needs any more, or that are not open yet.
    problems: tuple[Problem, ...] = ()
    baseline: Compared | None = None

    def reach(self, threshold: Severity | None) -> bool:
        """Whether a waiver that expired or is not needed makes the run fail: it is a warning, like a finding."""
        return threshold is not None and any(
            Severity(problem.severity).rank >= threshold.rank for problem in self.problems
        )


@dataclass(frozen=True)
class Report:
    """Everything a run has to say; text, JSON and the rest are views of it."""

    head: Head
    tables: tuple[TableHead, ...]
    problems: tuple[Problem, ...]  # of the snapshot's content: rows set aside and why
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    fail_on: Severity | None  # None: findings never fail the run
    exit_code: int
    edges: tuple[Edge, ...] = ()  # every tie between two findings, not only those that chains tell
    rules: tuple[RuleHead, ...] = ()  # that were selected, by name
    exceptions: Exceptions = Exceptions()

    @property
    def is_incomplete(self) -> bool:
        """Whether a selected rule reached no verdict, or something of the snapshot could not be read."""
        unread = any(table.set_aside for table in self.tables) or any(
            problem.severity == "error" for problem in self.problems
        )
        verdicts = {outcome.verdict for outcome in self.outcomes}
        return unread or bool(verdicts & {Verdict.NOT_EVALUATED, Verdict.ERROR})

    def counts(self) -> dict[Verdict, int]:
        """How many (rule, facility) pairs ended in each verdict."""
        counts = dict.fromkeys(Verdict, 0)
        for outcome in self.outcomes:
            counts[outcome.verdict] += 1
        return counts

    @property
    def open_ends(self) -> int:
        """How many verdicts were not reached."""
        counts = self.counts()
        return counts[Verdict.NOT_EVALUATED] + counts[Verdict.ERROR]
