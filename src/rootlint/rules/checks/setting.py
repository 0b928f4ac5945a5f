"""`setting`: a configuration value, at file, line and column."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from pydantic import Field, model_validator

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, Check, CheckKind, Sql, call, column, subquery
from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type

TABLE = "config_settings"


class Setting(Check):
    kind: Literal["setting"]
    keys: dict[str, Sql] = Field(default_factory=dict, description="set by the kind: the setting's path and file")
    settings: list[str] = Field(
        min_length=1, description="dotted paths; * stands for one part, ** for any number, case and - or _ do not count: '**.page_size'"
    )
    files: str = Field("**", description="which configuration files, by the same pattern with / between the parts")
    where: Sql | None = Field(None, description="which of these settings are in scope, over `value`, `value_type`, `path`, `file`")
    expect: Sql | None = Field(None, description="what a setting must satisfy, over the same names; value is a text: number(value) <= 20")
    required: bool = Field(False, description="whether it is a violation that no file has such a setting")

    @model_validator(mode="after")
    def _something(self) -> Setting:
        if self.expect is None and not self.required:
            raise ValueError("a setting needs expect or required: true")
        return self


def compile_setting(check: Setting, builder: Builder) -> Candidates | None:
    found = tree.Select(_columns(present=True), _source(), _chosen(check))
    parts = [found, _absence(check)] if check.required else [found]
    settings, scope = subquery(tree.Union(tuple(parts)), "s")
    expected: Node = tree.Literal(True, Type.BOOLEAN)
    if check.expect is not None:
        expected = builder.expression(("expect",), check.expect, scope, Type.BOOLEAN)
    present = column("s", "present", Type.BOOLEAN)
    exposed = builder.condition(("where",), check.where, scope)
    if exposed is not None:
        exposed = call("or", call("not", present), exposed)
    candidates = Candidates(
        settings,
        tree.Case(((present, call("not", expected)),), tree.Literal(True, Type.BOOLEAN), Type.BOOLEAN),
        exposed,
        keys=(("setting", column("s", "path", Type.TEXT)), ("file", column("s", "file", Type.TEXT))),
        place="s",
        table=TABLE,
        rests_on=frozenset({TABLE}) if check.required else frozenset[str](),
    )
    return builder.finish(check, replace(scope, at=None), candidates)


def _source() -> tree.Source:
    return tree.Source(tree.Relation(TABLE, "c"))


def _of(name: str, kind: Type = Type.TEXT) -> tree.Column:
    return tree.Column("c", name, kind, TABLE)


def _columns(*, present: bool) -> tuple[tuple[str, Node], ...]:
    return (
        ("facility", _of("facility")),
        ("file", _of("file")),
        ("path", _of("path")),
        ("value", _of("value")),
        ("value_type", _of("value_type")),
        ("present", tree.Literal(present, Type.BOOLEAN)),
        ("_place", tree.Column("c", "_place", Type.INTEGER)),
    )


def _absence(check: Setting) -> tree.Select:
    """One row when no file has the setting, named by the first of the patterns; none otherwise."""
    chosen = tree.Aggregate("count", (), _chosen(check), Type.INTEGER)
    named: dict[str, Node] = {"path": tree.Literal(check.settings[0], Type.TEXT), "present": tree.Literal(False, Type.BOOLEAN)}
    columns = tuple((name, named.get(name, tree.Literal(None, node.type))) for name, node in _columns(present=False))
    return tree.Select(columns, _source(), None, (), call("equal", chosen, tree.Literal(0, Type.INTEGER)))


def _chosen(check: Setting) -> Node:
    paths = "|".join(_pattern(pattern, r"[.]") for pattern in check.settings)
    parts: list[Node] = [_matches(call("fold", call("replace", _of("path"), _text("-"), _text("_"), type=Type.TEXT), type=Type.TEXT), paths)]
    if check.files != "**":
        parts.append(_matches(_of("file"), _pattern(check.files, "/", fold=False)))
    return tree.all_of(parts) or tree.Literal(True, Type.BOOLEAN)


def _matches(node: Node, pattern: str) -> Node:
    return call("matches", node, _text(f"^({pattern})$"))


def _text(value: str) -> Node:
    return tree.Literal(value, Type.TEXT)


def _pattern(pattern: str, separator: str, *, fold: bool = True) -> str:
    """A dotted pattern as a regular expression: ** any number of parts, * within one part."""
    sign = "." if separator == r"[.]" else "/"
    if fold:
        pattern = pattern.lower().replace("-", "_")
    parts = []
    for part in pattern.split(sign):
        if part == "**":
            parts.append(f"(.*{separator})?")
        else:
            literal = f"[^{sign}]*".join(re.escape(piece) for piece in part.split("*"))
            parts.append(literal + separator)
    text = "".join(parts)
    return text.removesuffix(separator) if not text.endswith(")?") else f"{text[: -len(f'(.*{separator})?')]}.*"


KIND = CheckKind(
    "setting",
    Setting,
    compile_setting,
    """Judges the settings of the integration's configuration files whose dotted path matches one of `settings`:
a setting for which `expect` is false is a violation, shown at its file, line and column. Values are texts;
`number(value)` reads one as a number and is null for anything else, which leaves the setting not judged.
Values under keys that look like secrets are replaced when the snapshot is read. With `required`, it is a
violation too when no file has such a setting at all. A list is a setting for each item: 'hosts[0]'.
Message and evidence speak of `path`, `file`, `value` and `value_type`.""",
    """kind: setting
settings: ['**.page_size', '**.pagesize']
expect: number(value) <= 20
message: "{path} is {value}; METRC answers at most 20 rows a page"
""",
)
