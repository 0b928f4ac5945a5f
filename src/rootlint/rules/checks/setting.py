"""`setting`: a configuration value, at file, line and column."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from rootlint.rules.candidates import Candidates
from rootlint.rules.checks import Builder, Check, CheckKind, Sql, as_text, call, column, subquery
from rootlint.rules.language import tree
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import Type

TABLE = "config_settings"
SHOWN = (
    "path",
    "file",
    "value",
    "means",
    "environment",
    "value_type",
)  # what texts of the check may speak of


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Fix(BaseModel):
    """What a value may be replaced by, without a person looking."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: Sql = Field(
        description="the right value, over the same names; null where it is not certain: 20, replace(value, 'http:', 'https:')"
    )


class Setting(Check):
    kind: Literal["setting"]
    keys: dict[str, Sql] = Field(
        default_factory=dict, description="set by the kind: the setting's path and file"
    )
    setting: Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])] = Field(
        default_factory=list,
        description="which of the settings of docs/settings.md, however a file spells it: page_size",
    )
    settings: list[str] = Field(
        default_factory=list,
        description="dotted paths; * stands for one part, ** for any number, case and - or _ do not count: '**.page_size'",
    )
    anywhere: bool = Field(
        False,
        description="whether settings for development, tests and examples are judged too, where `setting` names one",
    )
    files: str = Field(
        "**", description="which configuration files, by the same pattern with / between the parts"
    )
    where: Sql | None = Field(
        None,
        description="which of these settings are in scope, over `value`, `means`, `environment`, `value_type`, `path`, `file`",
    )
    expect: Sql | None = Field(
        None, description="what a setting must satisfy, over the same names; texts all: number(means) <= 20"
    )
    required: bool = Field(
        False,
        description="whether it is a violation that no file has such a setting, where there is a configuration",
    )
    fix: Fix | None = Field(
        None, description="what to replace a wrong value by, only where that is certainly right"
    )

    @model_validator(mode="after")
    def _something(self) -> Setting:
        if bool(self.setting) is bool(self.settings):
            raise ValueError(
                "a setting needs one of setting and settings: a name of docs/settings.md, or dotted paths"
            )
        if self.expect is None and not self.required:
            raise ValueError("a setting needs expect or required: true")
        return self


def compile_setting(check: Setting, builder: Builder) -> Candidates | None:
    """The settings that a check names, and one row where a required one is absent."""
    builder.known_settings(("setting",), check.setting)
    found = tree.Select(_columns(present=True), _source(), _chosen(check))
    parts = [found, _absence(check)] if check.required else [found]
    settings, scope = subquery(tree.Union(tuple(parts)), "s")
    expected: Node = tree.Literal(True, Type.BOOLEAN)
    if check.expect is not None:
        expected = builder.expression(("expect",), check.expect, scope, Type.BOOLEAN)
    fix = None if check.fix is None else as_text(builder.expression(("fix", "set"), check.fix.set, scope))
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
        fix=fix,
    )
    return builder.finish(check, replace(scope, at=None), candidates)


def _source() -> tree.Source:
    return tree.Source(tree.Relation(TABLE, "c"))


def _of(name: str, kind: Type = Type.TEXT) -> tree.Column:
    return tree.Column("c", name, kind, TABLE)


_TEXTS = ("facility", "file", "path", "value", "value_type", "setting", "means", "environment")


def _columns(*, present: bool) -> tuple[tuple[str, Node], ...]:
    return (
        *((name, _of(name)) for name in _TEXTS),
        ("present", tree.Literal(present, Type.BOOLEAN)),
        ("_place", tree.Column("c", "_place", Type.INTEGER)),
    )


def _absence(check: Setting) -> tree.Select:
    """One row when there is a configuration without the setting, named by the first of the names; none otherwise."""
    named: dict[str, Node] = {
        "path": _text((check.setting or check.settings)[0]),
        "environment": _text("production"),
        "present": tree.Literal(False, Type.BOOLEAN),
    }
    columns = tuple(
        (name, named.get(name, tree.Literal(None, node.type))) for name, node in _columns(present=False)
    )
    configured = _not_null("setting") if check.setting else tree.Literal(True, Type.BOOLEAN)
    having = call("and", _compared("equal", _count(_chosen(check))), _compared("more", _count(configured)))
    return tree.Select(columns, _source(), None, (), having)


def _count(rows: Node) -> Node:
    return tree.Aggregate("count", (), rows, Type.INTEGER)


def _compared(how: str, number: Node) -> Node:
    return call(how, number, tree.Literal(0, Type.INTEGER))


def _not_null(name: str) -> Node:
    return call("not", call("is_null", _of(name)))


def _chosen(check: Setting) -> Node:
    parts = [_named(check)] if check.setting else [_spelled(check)]
    if check.setting and not check.anywhere:
        parts.append(call("equal", _of("environment"), _text("production")))
    if check.files != "**":
        parts.append(_matches(_of("file"), _pattern(check.files, "/", fold=False)))
    return tree.all_of(parts) or tree.Literal(True, Type.BOOLEAN)


def _named(check: Setting) -> Node:
    return call("in", _of("setting"), *map(_text, check.setting))


def _spelled(check: Setting) -> Node:
    paths = "|".join(_pattern(pattern, r"[.]") for pattern in check.settings)
    plain = call("replace", _of("path"), _text("-"), _text("_"), type=Type.TEXT)
    return _matches(call("fold", plain, type=Type.TEXT), paths)


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
    return (
        text.removesuffix(separator) if not text.endswith(")?") else f"{text[: -len(f'(.*{separator})?')]}.*"
    )


KIND = CheckKind(
    "setting",
    Setting,
    compile_setting,
    """Judges the settings of the integration's configuration files that `setting` names, however a file spells
them (docs/settings.md), or whose dotted path matches one of `settings`. A setting for which `expect` is false
is a violation, shown at its file, line and column. Values are texts: `value` as it is written, `means` in the
setting's own unit and words; `number(means)` reads one as a number and is null for anything else, which leaves
the setting not judged. What `setting` names is judged in `environment` production only, unless `anywhere`.
Values under keys that look like secrets are replaced when the configuration is read. With `required`, it is a
violation too when there is a configuration and no file has such a setting. A list is a setting for each item:
'hosts[0]'. `fix` gives the value that a wrong one may be replaced by (`rootlint check --stage config --fix`).
Message and evidence speak of `path`, `file`, `value`, `means`, `environment` and `value_type`.""",
    """kind: setting
setting: page_size
expect: number(means) <= 20
message: "{path} is {value}; METRC answers at most 20 rows a page"
fix: {set: 20}
""",
)
