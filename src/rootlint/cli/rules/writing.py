"""``rootlint rules new``, ``schema`` and ``docs``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, known
from rootlint.cli.terminal import note, say, write_file

if TYPE_CHECKING:
    from rootlint.plugins import PackSource

STEM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

TEMPLATE = """\
name: {name}
layer: data                # technical | data | process | human
severity: warning          # error | warning | note
confidence: high           # how surely a match is the defect: high | medium | low
since: 0.1.0
summary: METRC holds less than nothing of a package.
rationale: >-
  Say why it matters, and what stays silent because of it.
remediation: >-
  Say what to do, in order, and what not to do first.
scope: facility            # the keys that make violations one finding
can_be_root: true          # whether it can be where a chain of causes begins
check:                     # rootlint rules docs kinds tells what kinds of check there are
  kind: expect
  table: metrc_packages p
  where: p.state = 'active'
  expect: p.quantity >= 0
  keys: {{label: p.label}}
  at: p.last_modified
  message: "{{p.label}}: METRC holds {{p.quantity}} {{p.unit_of_measure}}"
tests:                     # made rows; rootlint rules test runs them
  - name: less than nothing
    given: {{metrc_packages: [{{label: A, state: active, quantity: -1, unit_of_measure: Grams}}]}}
    finds: [{{label: A}}]
  - name: nothing left, and less than nothing of a package no longer active
    given:
      metrc_packages:
        - {{label: A, state: active, quantity: 0}}
        - {{label: B, state: inactive, quantity: -1}}
    finds: []
  - name: packages were not captured
    given: {{}}
    not_evaluated: metrc_packages
"""


@click.command()
@click.argument("name")
@click.option(
    "--folder", type=FOLDER, default=Path(), help="The folder of rules; the working folder if not given."
)
def new(name: str, folder: Path) -> None:
    """Write a rule to start from.

    NAME says the defect (unit-of-measure-mismatch), not the looking for it. The rule is sound and its cases pass;
    change it step by step with rootlint rules test. Its first line names the schema for editors, which is written to
    .rootlint/schemas.
    """
    from rootlint.cli.schema import schema_line
    from rootlint.errors import Place, Problem, UserError
    from rootlint.rules.loading import folder_pack

    pack = folder_pack(folder)
    path = folder / f"{_stem(name, pack)}.yaml"
    if path.exists():
        raise UserError(Problem("stands there already", Place(str(path)), "choose another name"))
    write_file(path, schema_line("rule", path) + TEMPLATE.format(name=f"{pack.name}/{path.stem}"))
    note(f"{path} written; next: rootlint rules test {path}")


def _stem(name: str, pack: PackSource) -> str:
    """The rule's own name, without that of its pack."""
    from rootlint.errors import Problem, UserError

    owner, _, stem = name.rpartition("/")
    if owner and owner != pack.name:
        raise UserError(
            Problem(f"this is the pack '{pack.name}', not '{owner}'", help=f"name it {pack.name}/{stem}")
        )
    if not STEM.fullmatch(stem):
        raise UserError(Problem(f"'{stem}' is no name for a rule", help="small letters, digits and hyphens"))
    return stem


@click.command()
def schema() -> None:
    """Print the JSON Schema of rule files.

    Editors complete and check rule files by it.
    """
    from rootlint.cli.schema import schema_text

    say(schema_text(rule_schema_document()))


def rule_schema_document() -> dict[str, Any]:
    """The JSON Schema of rule files, with all installed check kinds."""
    from rootlint.rules.loading import check_kinds
    from rootlint.rules.reference import rule_schema

    return rule_schema(check_kinds())


@click.command()
@click.argument("page", metavar="PAGE")
def docs(page: str) -> None:
    """Print a reference page for rule authors, as Markdown.

    PAGE is file (the keys of a rule file), kinds (the check kinds) or language (the operators and functions).
    """
    from rootlint.rules.loading import check_kinds
    from rootlint.rules.reference import document_kinds, document_rule_file

    def language() -> str:
        from rootlint.rules.language.documenting import document_language

        return document_language()

    pages = {"file": document_rule_file, "kinds": lambda: document_kinds(check_kinds()), "language": language}
    say(known(page, pages, "page")())
