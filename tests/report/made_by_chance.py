"""Reports made by chance whose findings hang together: causes, symptoms, chains and ties, with hostile texts."""

from dataclasses import replace

from hypothesis import strategies as st
from test_json import REPORTS

from rootlint.model import Blame, ChainStep, Edge, Finding, RecordPlace, Report, Role

RULES = ("key-expired", "sale-reported-late", "unit-of-measure-mismatch", "inferred-cause")
# What each format could take for its own signs, and what people could be made to click.
HOSTILE = (
    "=1+1", "@SUM(A1)", "-2;=3", "a|b", "`x`", "<img src=x onerror=y>", "@team", "#12", "[a](http://x.example)",
    "www.x.example", "{0}", "%0A::error::x", "::error::x", "]]>", "\x00\x1b[2J\u202e", "a\nb\r\nc", "</details>", "",
)  # fmt: skip
TEXT = st.text(max_size=12) | st.sampled_from(HOSTILE)
FILES = (
    None, "tables/metrc_sales.csv", "tables/sync_calls/ca.parquet", "tables/metrc_packages.ndjson", "config/a b.yaml",
    "/etc/passwd", "../outside.yaml", "C:\\data\\x.csv", "a:b/ü?#%.csv",
)  # fmt: skip
PLACES = st.builds(
    RecordPlace,
    table=TEXT,
    key=st.dictionaries(TEXT, TEXT, max_size=1),
    file=st.sampled_from(FILES),
    row=st.none() | st.integers(1, 999),
    line=st.none() | st.integers(1, 999),
    column=st.none() | st.integers(1, 99),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of which a run could have written the like."""
    report = draw(REPORTS)
    findings = [_own(draw, finding, index) for index, finding in enumerate(report.findings * 3)]
    causes, others = findings[::3], [finding for index, finding in enumerate(findings) if index % 3]
    symptoms = [_symptom(draw, finding, draw(st.sampled_from(causes))) for finding in others]
    told = (*causes, *symptoms)
    return replace(_named(draw, report), findings=told, edges=tuple(_edges(draw, told)))


def _named(draw: st.DrawFn, report: Report) -> Report:
    """Packs and rules by names of their own, as loading sees to; outcomes of those rules and of others."""
    packs = tuple(replace(pack, name=f"pack-{index}") for index, pack in enumerate(report.head.packs))
    pack = st.sampled_from([*(pack.name for pack in packs), "no pack"])
    rules = tuple(
        replace(rule, name=name, pack=draw(pack), leads_to=(draw(st.sampled_from(RULES)),))
        for name, rule in zip(RULES, report.rules, strict=False)
    )
    outcomes = tuple(replace(outcome, rule=draw(st.sampled_from(RULES))) for outcome in report.outcomes)
    return replace(report, head=replace(report.head, packs=packs), rules=rules, outcomes=outcomes)


def _own(draw: st.DrawFn, finding: Finding, index: int) -> Finding:
    samples = tuple(replace(each, place=draw(PLACES), message=draw(TEXT)) for each in finding.samples)
    return replace(
        finding,
        id=f"{index:016x}",
        fingerprint=f"{draw(st.integers(0, 2)):016x}",
        rule=draw(st.sampled_from(RULES)),
        facility=draw(st.none() | TEXT),
        scope=draw(st.dictionaries(TEXT, TEXT, max_size=1)),
        summary=draw(TEXT),
        samples=samples,
        blame=None,
        role=draw(st.sampled_from([Role.ROOT, Role.INFERRED, Role.UNKNOWN, Role.ISOLATED])),
    )


def _symptom(draw: st.DrawFn, finding: Finding, cause: Finding) -> Finding:
    step = ChainStep(cause.rule, draw(st.sampled_from(RULES)), draw(TEXT), draw(TEXT), 1, 2)
    chain = draw(st.sampled_from([(), (step,), (step, replace(step, effect_rule=finding.rule))]))
    return replace(
        finding, role=Role.SYMPTOM, cause=None, blame=Blame(cause.id, cause.rule, cause.facility, chain)
    )


def _edges(draw: st.DrawFn, findings: tuple[Finding, ...]) -> list[Edge]:
    ids = st.sampled_from([*(finding.id for finding in findings), "a finding of no report"])
    return [Edge(draw(ids), draw(ids), "label", draw(TEXT), 1, 2) for _ in findings[:2]]
