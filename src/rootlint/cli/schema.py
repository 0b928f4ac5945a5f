"""``rootlint schema``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from rootlint.cli.common import known
from rootlint.cli.terminal import say, write_file


def _report() -> dict[str, Any]:
    from rootlint.report.json_report import schema

    return schema()


def _plan() -> dict[str, Any]:
    from rootlint.report.plan_json import schema

    return schema()


def _rules_diff() -> dict[str, Any]:
    from rootlint.report.upgrade import schema

    return schema()


def _rule() -> dict[str, Any]:
    from rootlint.cli.rules.writing import rule_schema_document

    return rule_schema_document()


def _jurisdiction() -> dict[str, Any]:
    from rootlint.jurisdictions.laws import load_laws
    from rootlint.jurisdictions.schema import jurisdiction_schema

    return jurisdiction_schema(load_laws().vocabulary)


def _mapping() -> dict[str, Any]:
    from rootlint.snapshot.mapping_schema import mapping_schema

    return mapping_schema()


def _manifest() -> dict[str, Any]:
    from rootlint.snapshot.format import manifest_schema

    return manifest_schema()


def _config() -> dict[str, Any]:
    from rootlint.configuration import schema

    return schema()


def _waivers() -> dict[str, Any]:
    from rootlint.exceptions.schemas import waivers_schema

    return waivers_schema()


def _parameters() -> dict[str, Any]:
    from rootlint.exceptions.schemas import parameters_schema

    return parameters_schema()


def _baseline() -> dict[str, Any]:
    from rootlint.exceptions.schemas import baseline_schema

    return baseline_schema()


# Of the files that people write; editors complete and explain their keys by it.
WRITTEN = {
    "rule": _rule,
    "jurisdiction": _jurisdiction,
    "manifest": _manifest,
    "mapping": _mapping,
    "config": _config,
    "waivers": _waivers,
    "baseline": _baseline,
    "parameters": _parameters,
}
SCHEMAS = {"report": _report, "plan": _plan, "rules-diff": _rules_diff, **WRITTEN}

FOLDER = Path(".rootlint/schemas")  # where scaffolds keep the schemas that they point to


@click.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it to a file, whose folder is made if need be; standard output if not given.",
)
def schema(name: str, output: Path | None) -> None:
    """Print a JSON Schema.

    NAME is report (what check --format json writes), plan (what plan --format json writes), rules-diff (what rules diff
    --format json writes), rule (rule files), jurisdiction (<code>.yaml), manifest (snapshot.yaml), mapping (files that
    mappings names), config (rootlint.toml), waivers (.rootlint/waivers.yaml), baseline (a line of
    .rootlint/baseline.jsonl) or parameters (.rootlint/parameters.yaml).
    """
    text = schema_text(known(name, SCHEMAS, "schema")())
    if output is None:
        say(text)
    else:
        _write(output, text)


def schema_text(schema: dict[str, Any]) -> str:
    """A schema as a file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def schema_line(name: str, file: Path) -> str:
    """The first line of a YAML file, by which editors find its schema; the schema is written where it points."""
    from rootlint.configuration.files import find_file

    settings = find_file(Path.cwd())
    path = (settings.path.parent if settings else Path.cwd()) / FOLDER / f"{name}.schema.json"
    _write(path, schema_text(WRITTEN[name]()))
    way = Path(os.path.relpath(path, file.parent)).as_posix()
    return f"# yaml-language-server: $schema={way}\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, text)
