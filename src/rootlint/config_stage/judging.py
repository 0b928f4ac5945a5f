"""Judging a configuration: every selected rule about settings, on the files that a run is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rootlint.config_stage.excepting import load_granted, with_exceptions
from rootlint.config_stage.layout import Layout, content_of, find_layout
from rootlint.config_stage.loading import Loaded, load_compiled
from rootlint.config_stage.options import Options
from rootlint.config_stage.reporting import report_of
from rootlint.errors import Problems
from rootlint.model import Finding, Outcome, Report, Verdict
from rootlint.rules.compiled import CompiledPacks, CompiledRule
from rootlint.rules.configured import Judged, Subject, Violation, findings_of, judge
from rootlint.rules.selecting import check_switches, select
from rootlint.snapshot.config_files import ConfigFiles, read_files


@dataclass(frozen=True)
class Checked:
    """A judged configuration."""

    report: Report
    config: ConfigFiles
    layout: Layout
    contents: Mapping[str, bytes]  # of all its files
    packs: CompiledPacks
    violations: tuple[Violation, ...]  # by file and line
    elsewhere: tuple[Violation, ...]

    @property
    def findings(self) -> dict[str, Finding]:
        """The findings by fingerprint, which a violation has of its finding."""
        return {finding.fingerprint: finding for finding in self.report.findings}


def check_configuration(options: Options) -> Checked:
    """Judge the settings of some files by every selected rule that is about settings."""
    packs = load_compiled(options)
    layout = find_layout(options.paths)
    contents = {name: content_of(path, name) for name, path in layout.files.items()}
    return check_contents(options, packs, layout, contents)


def check_contents(
    options: Options, packs: CompiledPacks, layout: Layout, contents: Mapping[str, bytes]
) -> Checked:
    """Judge files by what they hold, or would hold: an editor knows of what is not saved yet."""
    rules = _selected(packs, options)
    loaded = Loaded(options, packs, layout, contents, read_files(contents, packs.mapping))
    granted = load_granted(loaded)
    judged = _judged(rules, loaded)
    found = findings_of(judged, options.severities, options.samples)
    findings, exceptions = with_exceptions(found, judged, granted, loaded)
    return Checked(
        report=report_of(loaded, rules, [each.outcome for each in judged], findings, exceptions),
        config=loaded.config,
        layout=layout,
        contents=contents,
        packs=packs,
        violations=_in_order(violation for each in judged for violation in each.violations),
        elsewhere=_in_order(violation for each in judged for violation in each.elsewhere),
    )


def _in_order(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """By place; what is missing has none and comes last."""

    def place(violation: Violation) -> tuple[bool, str, int, int, str]:
        known = violation.setting
        if known is None:
            return True, "", 0, 0, violation.rule.name
        return False, known.file, known.at.line, known.at.column, violation.rule.name

    return tuple(sorted(violations, key=place))


def _selected(packs: CompiledPacks, options: Options) -> list[CompiledRule]:
    """The selected rules that are about settings."""
    problems = Problems()
    check_switches(options.switches, packs.names, problems)
    problems.raise_if_any()
    return [rule for rule in select(packs, options.selection) if rule.candidates is not None]


def _judged(rules: Sequence[CompiledRule], loaded: Loaded) -> list[Judged]:
    subject = Subject(loaded.config, loaded.layout.given, loaded.layout.whole)
    on = [rule for rule in rules if rule.name not in loaded.options.off]
    judged = [*_switched_off(rules, loaded.options), *judge(on, subject)]
    return sorted(judged, key=lambda each: each.outcome.rule)


def _switched_off(rules: Sequence[CompiledRule], options: Options) -> Iterator[Judged]:
    for rule in rules:
        if rule.name in options.off:
            reason = "switched off in the configuration"
            yield Judged(Outcome(rule.name, None, Verdict.NOT_APPLICABLE, reason))
