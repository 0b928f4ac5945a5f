"""What the schema of rule files says of a place in one: keys, choices, meaning, and whether it holds SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rootlint.documents import KeyPath

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """What may stand at one place: one schema, or several that are possible there."""

    schemas: tuple[Schema, ...]

    @property
    def description(self) -> str | None:
        """What it is for."""
        told = (schema["description"] for schema in self.schemas if schema.get("description"))
        return next(told, None)

    @property
    def keys(self) -> dict[str, str]:
        """The keys of a mapping there, each with its description."""
        found: dict[str, str] = {}
        for schema in self.schemas:
            for name, of in schema.get("properties", {}).items():
                found.setdefault(name, of.get("description", ""))
        return found

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that may stand there, where they are listed."""
        listed = [
            *(value for schema in self.schemas for value in schema.get("enum", ())),
            *(schema["const"] for schema in self.schemas if "const" in schema),
        ]
        kinds = [value for value in listed if isinstance(value, str)]
        flags = ["true", "false"] if any(schema.get("type") == "boolean" for schema in self.schemas) else []
        return tuple(dict.fromkeys((*kinds, *flags)))

    @property
    def is_sql(self) -> bool:
        """Whether the text there is in the rule language."""
        return any(schema.get("contentMediaType") == "application/sql" for schema in self.schemas)


def shape_at(root: Schema, path: KeyPath, data: Any) -> Shape:
    """What the schema says of a place in a file that holds ``data``."""
    schemas = list(_expanded(root, root, data))
    for part in path:
        data = _below(data, part)
        children = [child for schema in schemas for child in _children(schema, part)]
        schemas = [each for child in children for each in _expanded(child, root, data)]
    return Shape(tuple(schemas))


def _below(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


def _children(schema: Schema, part: str | int) -> Iterator[Schema]:
    if isinstance(part, int):
        if "items" in schema:
            yield schema["items"]
    elif part in schema.get("properties", {}):
        yield schema["properties"][part]
    elif isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"]


def _expanded(schema: Schema, root: Schema, data: Any) -> Iterator[Schema]:
    """A schema with all that it refers to; of alternatives those of the data's own kind, where it names one."""
    yield schema
    if "$ref" in schema:
        yield from _expanded(root["$defs"][schema["$ref"].rpartition("/")[2]], root, data)
    alternatives = [
        list(_expanded(each, root, data))
        for name in ("oneOf", "anyOf", "allOf")
        for each in schema.get(name, ())
    ]
    fitting = [each for each in alternatives if any(_is_of_kind(of, data) for of in each)]
    for each in fitting or alternatives:
        yield from each


def _is_of_kind(schema: Schema, data: Any) -> bool:
    kind = schema.get("properties", {}).get("kind", {}).get("const")
    return kind is not None and isinstance(data, dict) and data.get("kind") == kind
