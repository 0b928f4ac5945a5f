"""``rootlint schema``."""

from __future__ import annotations

import json
from typing import Any

import click

from rootlint.cli.common import known
from rootlint.cli.terminal import say


def _report() -> dict[str, Any]:
    from rootlint.report.json_report import schema

    return schema()


def _plan() -> dict[str, Any]:
    from rootlint.report.plan_json import schema

    return schema()


def _rule() -> dict[str, Any]:
    from rootlint.cli.rules.writing import rule_schema_document

    return rule_schema_document()


def _manifest() -> dict[str, Any]:
    from rootlint.snapshot.format import manifest_schema

    return manifest_schema()


def _config() -> dict[str, Any]:
    from rootlint.configuration import schema

    return schema()


def _waivers() -> dict[str, Any]:
    from rootlint.exceptions.schemas import waivers_schema

    return waivers_schema()


def _baseline() -> dict[str, Any]:
    from rootlint.exceptions.schemas import baseline_schema

    return baseline_schema()


SCHEMAS = {
    "report": _report,
    "plan": _plan,
    "rule": _rule,
    "manifest": _manifest,
    "config": _config,
    "waivers": _waivers,
    "baseline": _baseline,
}


@click.command()
@click.argument("name", metavar="NAME")
def schema(name: str) -> None:
    """Print a JSON Schema.

    NAME is report (what check --format json writes), plan (what plan --format json writes), rule (rule files),
    manifest (snapshot.yaml), config (rootlint.toml), waivers (.rootlint/waivers.yaml) or baseline (a line of
    .rootlint/baseline.jsonl).
    """
    say(json.dumps(known(name, SCHEMAS, "schema")(), indent=2) + "\n")
