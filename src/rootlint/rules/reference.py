"""What rule authors look up, written from the program itself: the schema of rule files and the check kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from rootlint.rules.checks import CheckKind
from rootlint.rules.keys import KEYS
from rootlint.rules.model import Rule


def rule_schema(kinds: Mapping[str, CheckKind]) -> dict[str, Any]:
    """The JSON Schema of a rule file, with the checks of all loaded kinds."""
    models: list[type[BaseModel]] = [Rule, *(kinds[name].model for name in sorted(kinds))]
    references, described = models_json_schema([(model, "validation") for model in models])
    checks = [references[kinds[name].model, "validation"] for name in sorted(kinds)]
    for name, check in zip(sorted(kinds), checks, strict=True):
        _definition(described, check)["properties"]["kind"]["description"] = _first_sentence(kinds[name])
    rule = _definition(described, references[Rule, "validation"])
    rule["properties"]["check"] = {"oneOf": checks, "description": rule["properties"]["check"]["description"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rootlint rule",
        **references[Rule, "validation"],
        "$defs": described["$defs"],
    }


def _definition(described: dict[str, Any], reference: Mapping[str, str]) -> dict[str, Any]:
    definition: dict[str, Any] = described["$defs"][reference["$ref"].rpartition("/")[2]]
    return definition


def _first_sentence(kind: CheckKind) -> str:
    """What a check kind does, in a few words."""
    sentence, dot, _ = " ".join(kind.meaning.split()).partition(". ")
    return sentence + dot.strip()


def document_kinds(kinds: Mapping[str, CheckKind]) -> str:
    """The check kinds as a Markdown page, for docs/check-kinds.md."""
    lines = [
        "# Check kinds",
        "",
        "<!-- Written by make docs from the check kinds; change those, not this page. -->",
    ]
    for name in sorted(kinds):
        lines += _kind(kinds[name])
    return "\n".join(lines) + "\n"


def _kind(kind: CheckKind) -> Iterator[str]:
    yield from ("", f"## {kind.name}", "", kind.meaning.strip(), "")
    yield from ("```yaml", kind.example.strip(), "```", "")
    yield from _keys(kind.model)


def document_rule_file() -> str:
    """The keys of a rule file as a Markdown page, for docs/rule-file.md."""
    lines = [
        "# The rule file",
        "",
        "<!-- Written by make docs from the rule's model; change that, not this page. -->",
    ]
    lines += ["", *_keys(Rule), "", "## Names for keys", "", "| key | what it is |", "| --- | --- |"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in KEYS.items()]
    return "\n".join(lines) + "\n"


def _keys(model: type[BaseModel]) -> Iterator[str]:
    yield from ("| key | must be there | meaning |", "| --- | --- | --- |")
    for name, field in model.model_fields.items():
        needed = "yes" if field.is_required() else ""
        meaning = (field.description or "").replace("|", "\\|")
        yield f"| `{field.alias or name}` | {needed} | {meaning} |"
