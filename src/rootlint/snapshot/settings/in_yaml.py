"""Settings in YAML, as deployed programs read it: anchors, merges and tags are taken as they are meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rootlint.documents import KeyPath, plain_scalar
from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.settings.setting import DEEPEST, Setting, setting_of, too_deep

_QUOTES = ("'", '"', "|", ">")


def parse_yaml(text: str, file: str) -> Iterator[Setting]:
    """The settings of YAML documents; with more than one, the path begins with the document's number."""
    import yaml

    try:
        nodes = [node for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise UserError(Problem(f"not valid YAML: {error.problem or error.context}", place)) from None
    except yaml.YAMLError as error:
        raise UserError(Problem(f"not valid YAML: {error}", Place(file))) from None
    for index, node in enumerate(nodes):
        yield from _node(node, (index,) if len(nodes) > 1 else (), file)


def _node(node: Any, path: KeyPath, file: str) -> Iterator[Setting]:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    span = (node.start_mark.index, node.end_mark.index)
    if len(path) > DEEPEST:
        raise too_deep(file, line, column)
    if node.id == "scalar":
        value, raw = _scalar(node)
        yield setting_of(path, value, raw, (line, column), span)
    elif not node.value:
        yield setting_of(path, [] if node.id == "sequence" else {}, "", (line, column), span)
    elif node.id == "sequence":
        for index, item in enumerate(node.value):
            yield from _node(item, (*path, index), file)
    else:
        for key, value in _pairs(node, 0).items():
            yield from _node(value, (*path, key), file)


def _scalar(node: Any) -> tuple[Any, str]:
    """What a scalar means, and as it is written."""
    if not node.tag.startswith("tag:yaml.org,2002:"):  # !secret name: what a program fills in later
        return f"{node.tag} {node.value}", node.value
    return (node.value if node.style in _QUOTES else plain_scalar(node.value)), node.value


def _pairs(node: Any, depth: int) -> dict[str, Any]:
    """The pairs of a mapping with its merges (<<) written out; its own keys win, and of two the last."""
    merged: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge" and depth < DEEPEST:
            for source in value.value if value.id == "sequence" else [value]:
                if source.id == "mapping":
                    merged = {**_pairs(source, depth + 1), **merged}
        else:
            own[str(key.value) if key.id == "scalar" else "?"] = value
    return {**merged, **own}
