"""`python`: a function that a plugin registers, for what SQL cannot say. Never part of a folder of YAML."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, Check, CheckKind, Sql, column
from rootlint.rules.language import tree
from rootlint.rules.language.checking import ColumnInfo, Scope
from rootlint.rules.language.types import Type


class Python(Check):
    kind: Literal["python"]
    function: Sql = Field(description="the name under which the pack's plugin registers the function")
    reads: dict[str, list[str]] = Field(description="the tables and columns the function is given")
    gives: dict[str, Literal["text", "integer", "decimal", "boolean", "instant", "date"]] = Field(
        default_factory=dict, description="the columns of the rows it answers, besides facility and violated, with their types"
    )


def compile_python(check: Python, builder: Builder) -> Candidates | None:
    name = relation_of(check.function)
    kinds = {"facility": Type.TEXT, "violated": Type.BOOLEAN} | {key: Type(kind) for key, kind in check.gives.items()}
    scope = Scope({"r": {key: ColumnInfo(kind) for key, kind in kinds.items()}})
    builder.known_columns(("reads",), check.reads)
    if check.at:
        scope = replace(scope, at=builder.instant_or_date(("at",), check.at, scope))
    candidates = Candidates(
        tree.Source(tree.Relation(name, "r")),
        column("r", "violated", Type.BOOLEAN),
        table=next(iter(check.reads), ""),
    )
    return builder.finish(check, scope, candidates)


def relation_of(function: str) -> str:
    """The relation that holds what a function answered."""
    return f"python:{function}"


KIND = CheckKind(
    "python",
    Python,
    compile_python,
    """A plugin that offers a pack may register functions with it; a rule of that pack names one. The function is
given a reader and answers rows: the facility, whether the row is a violation, and the columns in `gives`.
It reads only the tables and columns in `reads`, which decide whether the rule can be evaluated. A folder of
YAML has no functions, so a rule of this kind does not load from one.""",
    """kind: python
function: transposed_labels
reads: {metrc_packages: [label], internal_inventory: [label]}
gives: {label: text, meant: text}
keys: {label: label}
message: "{label} is unknown to METRC; {meant} differs by two characters that changed places"
""",
)
