"""Pydantic's verdict on a document, told with the document's places and the nearest known names."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rootlint.documents import Document, KeyPath
from rootlint.errors import Problems, did_you_mean, nearest_in

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], data: Any, document: Document, base: KeyPath, problems: Problems) -> M | None:
    """Make a model of a part of a document, or report everything that keeps it from being one."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _report(dict(detail), model, document, base, problems)
        return None


def _report(
    detail: dict[str, Any], model: type[BaseModel], document: Document, base: KeyPath, problems: Problems
) -> None:
    path = (*base, *(part for part in detail["loc"] if _stands_in(part)))
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = _fields_at(model, detail["loc"][:-1])
        problems.add(
            f"unknown key '{name}'", document.place(path, key=True), did_you_mean(name, known, listing="keys")
        )
    elif kind == "missing":
        problems.add(f"key '{name}' is missing", document.place(path[:-1]), _describe(model, detail["loc"]))
    elif kind in ("literal_error", "enum"):
        found = str(detail["input"])
        problems.add(
            f"'{found}' cannot stand here",
            document.place(path),
            _help_of_choice(found, detail["ctx"]["expected"]),
        )
    else:
        message = detail["msg"].removeprefix("Value error, ")
        problems.add(
            f"{message[:1].lower()}{message[1:]}".rstrip("."),
            document.place(path),
            _describe(model, detail["loc"]),
        )


def _help_of_choice(found: str, expected: str) -> str:
    """What may stand there, and which of it was probably meant."""
    allowed = f"allowed: {expected.replace(chr(39), '')}"
    nearest = did_you_mean(found, re.findall("'([^']+)'", expected))
    return f"{nearest} {allowed}" if nearest_in(nearest) else allowed


def _stands_in(part: Any) -> bool:
    """Pydantic names branches of unions and validators in its paths; documents do not have them."""
    return isinstance(part, int) or not any(sign in str(part) for sign in "[(")


def _fields_at(model: Any, path: tuple[Any, ...]) -> list[str]:
    for part in path:
        fields = getattr(model, "model_fields", {})
        if part in fields:
            model = _model_in(fields[part].annotation)
    fields = getattr(model, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if isinstance(found, type) and issubclass(found, BaseModel):
            return found
    return None


def _describe(model: type[BaseModel], path: tuple[Any, ...]) -> str | None:
    if len(path) == 1 and path[0] in model.model_fields:
        return model.model_fields[path[0]].description
    return None
