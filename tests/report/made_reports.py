"""Made reports: an operator that does not exist, for tests of the views."""

from dataclasses import replace
from datetime import UTC, date, datetime

from rootlint.errors import Place, Problem
from rootlint.model import (
    Alternative,
    Blame,
    Cause,
    ChainStep,
    Citation,
    Confidence,
    Explained,
    Facility,
    Finding,
    Head,
    JurisdictionHead,
    Layer,
    Outcome,
    PackHead,
    Proof,
    RecordPlace,
    Report,
    Role,
    RuleHead,
    Sample,
    Severity,
    TableHead,
    Verdict,
)

RETAIL = Facility("C10-0000001-LIC", "Made Retail", "ca", "America/Los_Angeles", "retailer")
GROWER = Facility("402R-00002", "Made Grower", "co", "America/Denver", "cultivation")

HEAD = Head(
    version="0.1.0",
    operator="Made Operator",
    snapshot="made",
    snapshot_digest="77fe" * 16,
    captured_at=datetime(2026, 11, 1, 13, 0, tzinfo=UTC),
    as_of=date(2026, 11, 20),
    facilities=(RETAIL, GROWER),
    packs=(PackHead("rootlint", "0.1.0", "ab12" * 16, 3),),
    jurisdictions=(
        JurisdictionHead("ca", "California", "2026-05-01", "ca00" * 16),
        JurisdictionHead("co", "Colorado", "2026-05-02", "c000" * 16),
    ),
)

LATE = Citation(
    jurisdiction="ca",
    parameter="sales_report_deadline",
    value="24 hours",
    reference="made reference 1(b)",
    source="made source",
    confidence=Confidence.MEDIUM,
    in_force_from=date(2023, 1, 1),
)

SAMPLE = Sample(
    subject="1A4FF0000000001",
    message="1A4FF0000000001: METRC counts Grams, the operator's system Each",
    at=datetime(2026, 8, 4, 6, 30, tzinfo=UTC),
    keys={"label": "1A4FF0000000001", "item": "Made Flower"},
    evidence={"quantity": "8.000000", "unit": None},
    place=RecordPlace("metrc_packages", {"label": "1A4FF0000000001"}, "tables/metrc_packages.csv", 12),
)

FINDING = Finding(
    id="3a9c41d2e5f60718",
    fingerprint="3a9c41d2e5f60718",
    rule="unit-of-measure-mismatch",
    summary="The operator's system counts a package in another unit than METRC does.",
    layer=Layer.DATA,
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    facility=RETAIL.facility,
    jurisdiction="ca",
    scope={"item": "Made Flower"},
    count=412,
    exposed=9310,
    first_at=datetime(2026, 8, 4, 6, 30, tzinfo=UTC),
    last_at=datetime(2026, 9, 11, 19, 0, tzinfo=UTC),
    samples=(SAMPLE,),
    citations=(LATE,),
    rationale="Quantities in two units cannot agree.",
    remediation="Correct the item's unit.\nThen count the packages again.",
    references=(("Made guide", "https://example.org/units"),),
    modes=("uom-mismatch-weight-units",),
)

SETTING = Finding(
    id="00aa11bb22cc33dd",
    fingerprint="00aa11bb22cc33dd",
    rule="sync-interval-too-long",
    summary="The integration asks METRC for changes less often than its deadlines allow.",
    layer=Layer.TECHNICAL,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    facility=None,
    jurisdiction=None,
    scope={},
    count=1,
    exposed=1,
    first_at=None,
    last_at=None,
    samples=(
        Sample(
            "sync.interval",
            "sync.interval is 600 minutes",
            None,
            {},
            {},
            RecordPlace("config_settings", {"path": "sync.interval"}, "config/integration.yaml", None, 14, 3),
        ),
    ),
    citations=(),
    rationale="Late answers make late reports.",
    remediation="Shorten the interval.",
)

ROOT = replace(
    SETTING,
    role=Role.ROOT,
    cause=Cause(
        rank=1,
        explained=(Explained("sale-reported-late", 31, 40), Explained("unit-of-measure-mismatch", 6, None)),
        layers=(Layer.DATA, Layer.PROCESS),
        facilities=(RETAIL.facility,),
        silent_days=9,
        per_week=(30, 7),
        proof=Proof("partly confirmed", cleared=35, stayed=2),
        alternatives=(Alternative("key-expired", RETAIL.facility, 5, 37, "it explains 5 of these 37"),),
        refuted_by="late sales going on after the interval is shortened",
    ),
)

SYMPTOM = replace(
    FINDING,
    id="3a9c41d2e5f60718.7",
    role=Role.SYMPTOM,
    blame=Blame(
        root="00aa11bb22cc33dd",
        rule="sync-interval-too-long",
        facility=None,
        chain=(
            ChainStep("sync-interval-too-long", "unit-of-measure-mismatch", "facility", "made", 400, 412),
        ),
        runner_up="key-expired",
    ),
)

UNKNOWN = replace(FINDING, role=Role.UNKNOWN, unseen_causes=("key-expired", "page-truncated"))

UNKNOWN_LATE = replace(
    FINDING,
    id="77ee66dd55cc44bb",
    fingerprint="77ee66dd55cc44bb",
    rule="sale-reported-late",
    summary="A sale was reported later than the law allows.",
    layer=Layer.PROCESS,
    scope={},
    count=3,
    role=Role.UNKNOWN,
    unseen_causes=("key-expired",),
)

OUTCOMES = (
    Outcome(
        "sale-reported-late", GROWER.facility, Verdict.NOT_APPLICABLE, "about retail, this is cultivation"
    ),
    Outcome(
        "sale-reported-late",
        RETAIL.facility,
        Verdict.NOT_EVALUATED,
        "not captured: metrc_sales",
        ("metrc_sales",),
    ),
    Outcome("sync-interval-too-long", None, Verdict.FAIL, exposed=1, violations=1),
    Outcome(
        "unit-of-measure-mismatch", GROWER.facility, Verdict.PASS, exposed=300, undetermined=12, pending=3
    ),
    Outcome("unit-of-measure-mismatch", RETAIL.facility, Verdict.FAIL, exposed=9310, violations=412),
    Outcome("wet-weight-changed", GROWER.facility, Verdict.ERROR, "the number is too large"),
)

UNITS = RuleHead(
    name=FINDING.rule,
    aliases=("unit-differs",),
    pack="rootlint",
    layer=FINDING.layer,
    severity=FINDING.severity,
    confidence=FINDING.confidence,
    summary=FINDING.summary,
    rationale=FINDING.rationale,
    remediation=FINDING.remediation,
    references=FINDING.references,
    tags=("packages",),
    modes=FINDING.modes,
    leads_to=("sale-reported-late",),
)
INTERVAL = replace(
    UNITS,
    name=SETTING.rule,
    aliases=(),
    layer=SETTING.layer,
    severity=SETTING.severity,
    confidence=SETTING.confidence,
    summary=SETTING.summary,
    rationale=SETTING.rationale,
    remediation=SETTING.remediation,
    references=(),
    tags=(),
    modes=(),
    leads_to=("sale-reported-late", "unit-of-measure-mismatch"),
)
LATE_SALE = replace(
    UNITS,
    name="sale-reported-late",
    aliases=(),
    layer=Layer.PROCESS,
    summary="A sale was reported later than the law allows.",
    rationale="Made.",
    remediation="Report it.",
    references=(),
    tags=(),
    modes=(),
    leads_to=(),
)
WET = replace(LATE_SALE, name="wet-weight-changed", summary="The wet weight of a harvest changed.")
RULES = (LATE_SALE, INTERVAL, UNITS, WET)

FAILING = Report(
    head=HEAD,
    tables=(
        TableHead(
            "metrc_packages", 9610, 2, False, ("times without an offset were read in the facility's zone",)
        ),
        TableHead("internal_inventory", 9500, 0, True),
    ),
    problems=(
        Problem(
            "quantity 'eight' is no number",
            Place("tables/metrc_packages.csv", 14, 3),
            "write 8",
            severity="warning",
        ),
        Problem("the label stands twice", Place("tables/metrc_packages.csv", 15)),
    ),
    outcomes=OUTCOMES,
    findings=(FINDING, SETTING),
    fail_on=Severity.WARNING,
    exit_code=1,
    rules=RULES,
)

CLEAN = Report(
    head=HEAD,
    tables=(TableHead("metrc_packages", 9610, 0, True),),
    problems=(),
    outcomes=(
        Outcome("unit-of-measure-mismatch", GROWER.facility, Verdict.PASS, exposed=300),
        Outcome("unit-of-measure-mismatch", RETAIL.facility, Verdict.PASS, exposed=9310),
    ),
    findings=(),
    fail_on=Severity.WARNING,
    exit_code=0,
    rules=(UNITS,),
)

STORY = replace(FAILING, findings=(ROOT, UNKNOWN_LATE, SYMPTOM))
