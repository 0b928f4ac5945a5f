"""`python`: a function that a plugin registers, for what SQL cannot say. Never part of a folder of YAML."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from pydantic import Field

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, CheckKind, Sql, TimedCheck, column
from rootlint.rules.language import tree
from rootlint.rules.language.checking import ColumnInfo, Scope
from rootlint.rules.language.types import Type


class Python(TimedCheck):
    kind: Literal["python"]
    function: Sql = Field(description="the name under which the pack's plugin registers the function")
    reads: dict[str, list[str]] = Field(
        min_length=1, description="the tables and columns the function is given"
    )
    gives: dict[str, Literal["text", "integer", "decimal", "boolean", "instant", "date"]] = Field(
        default_factory=dict,
        description="the columns of the rows it answers, besides facility and violated, with their types",
    )


def compile_python(check: Python, builder: Builder) -> Candidates | None:
    kinds = {"facility": Type.TEXT, "violated": Type.BOOLEAN} | {
        key: Type(kind) for key, kind in check.gives.items()
    }
    scope = Scope({"r": {key: ColumnInfo(kind) for key, kind in kinds.items()}})
    builder.known_columns(("reads",), check.reads)
    scope = builder.timed(check, scope)
    candidates = Candidates(
        tree.Source(tree.Relation(relation_of(check), "r")),
        column("r", "violated", Type.BOOLEAN),
        table=next(iter(check.reads), ""),
    )
    return builder.finish(check, scope, candidates)


def relation_of(check: Python) -> str:
    """The relation that holds what a function answered; what it reads and gives is part of the question."""
    asked = hashlib.sha256(json.dumps([check.reads, check.gives], sort_keys=True).encode()).hexdigest()
    return f"python:{check.function}:{asked[:8]}"


KIND = CheckKind(
    "python",
    Python,
    compile_python,
    """A plugin that offers a pack may register functions with it; a rule of that pack names one. The function is
given a reader and answers rows: the facility, whether the row is a violation, and the columns in `gives`.
It reads only the tables and columns in `reads`, which decide whether the rule can be evaluated. Keys, message
and evidence speak of the columns in `gives`. A column that a row lacks is null; one that `gives` does not list
is an error, and so is a row of a facility that the snapshot does not have, and whatever the function raises: the rule then has the outcome error, and the run goes on. A
folder of YAML has no functions, so a rule of this kind does not load from one.""",
    """kind: python
function: transposed_labels
reads: {metrc_packages: [label], internal_inventory: [label]}
gives: {label: text, meant: text}
keys: {label: label}
message: "{label} is unknown to METRC; {meant} differs by two characters that changed places"
""",
)
