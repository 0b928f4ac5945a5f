"""What stands at the pointer: the meaning of names and keys, values in force with their citation, what rules say of a setting."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from rootlint.lsp import meanings, sql
from rootlint.lsp.cursor import Cursor, read_at
from rootlint.lsp.documents import Document, Overlay
from rootlint.lsp.shape import shape_at
from rootlint.lsp.workspace import Rules, Workspace
from rootlint.rules.checks.setting import Setting
from rootlint.rules.configured import Violation
from rootlint.rules.keys import KEYS
from rootlint.snapshot.config_files import Known


def hover(
    document: Document, position: types.Position, workspace: Workspace, overlay: Overlay, rules: Rules
) -> types.Hover | None:
    """What there is to say of a position."""
    offset = document.offset(position)
    match workspace.kind_of(document):
        case "rule":
            text = _of_rule(document, offset, workspace, rules)
        case "configuration":
            text = _of_setting(document, offset, workspace, overlay, rules)
        case _:
            text = None
    return None if text is None else types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text))


# -- rules


def _of_rule(document: Document, offset: int, workspace: Workspace, rules: Rules) -> str | None:
    cursor = read_at(document.text, offset)
    if cursor is None:
        return None
    shape = shape_at(workspace.rule_schema, cursor.path, cursor.data)
    if cursor.is_key:
        return _of_key(cursor, workspace) or shape.description
    if shape.is_sql:
        return _of_word(cursor, workspace)
    return _of_value(cursor, workspace, rules) or shape.description


def _of_key(cursor: Cursor, workspace: Workspace) -> str | None:
    match cursor.path:
        case ("tests", int(), "given" | "tables", str(table)) | ("columns", str(table)):
            return meanings.table(table)
        case ("tests", int(), "given", str(table), int(), str(column)):
            return meanings.column(table, column)
        case ("tests", int(), "parameters", str(name)):
            return meanings.parameter(name, workspace.laws, workspace.today)
        case ("check", *_, "keys" | "key", str(name)) | ("tests", int(), "finds", int(), str(name)):
            return KEYS.get(name)
    return None


def _of_value(cursor: Cursor, workspace: Workspace, rules: Rules) -> str | None:
    match cursor.path:
        case ("leads_to", int(), "rule") | ("repair", int(), "like" | "undo"):
            name = rules.packs.names.get(cursor.text)
            return meanings.rule(rules.packs.rules[name]) if name is not None else None
        case ("leads_to", int(), "via") | ("scope", *_):
            return KEYS.get(cursor.text)
        case ("check", "setting", *_):
            return _canonical(cursor.text, workspace)
        case ("check", "kind"):
            kind = workspace.kinds.get(cursor.text)
            return kind.meaning if kind is not None else None
        case ("check", "rests_on", int()):
            return meanings.table(cursor.text)
        case ("optional", int()) | ("tests", int(), "without", int()):
            table, _, column = cursor.text.partition(".")
            return meanings.column(table, column)
    return None


def _of_word(cursor: Cursor, workspace: Workspace) -> str | None:
    word = sql.word_at(cursor.raw, cursor.at)
    if word is None:
        return None
    aliases = sql.aliases(cursor)
    if word.parameter:
        return meanings.parameter(word.name, workspace.laws, workspace.today)
    if word.alias:
        return meanings.column(aliases.get(word.alias, sql.Relation()).table, word.name)
    if word.called:
        return meanings.function(word.name)
    return meanings.table(aliases.get(word.name, sql.Relation(word.name)).table)


def _canonical(name: str, workspace: Workspace) -> str | None:
    found = (meanings.setting(each) for each in workspace.mapping.settings if each.name == name)
    return next(found, None)


# -- configuration


def _of_setting(
    document: Document, offset: int, workspace: Workspace, overlay: Overlay, rules: Rules
) -> str | None:
    checked = workspace.checked(document, overlay, rules)
    (name,) = checked.layout.given
    line = document.text.count("\n", 0, offset) + 1
    known = next(
        (each for each in checked.config.settings if each.file == name and _stands_at(each, offset, line)),
        None,
    )
    if known is None:
        return None
    against = [violation for violation in checked.violations if violation.setting is known]
    return (
        "\n\n".join((*_said(known, workspace), *map(_advice, against), *_judges(known, rules, against)))
        or None
    )


def _stands_at(known: Known, offset: int, line: int) -> bool:
    """Whether a setting's value stands at an offset, or begins on its line: its key then does."""
    return known.at.start <= offset <= known.at.end or known.at.line == line


def _said(known: Known, workspace: Workspace) -> Iterator[str]:
    if known.meaning.setting is not None:
        yield _canonical(known.meaning.setting, workspace) or known.meaning.setting
        if known.meaning.means is not None and not known.is_masked:
            yield f"means {known.meaning.means}, in {known.meaning.environment}"


def _advice(violation: Violation) -> str:
    head = violation.rule.head
    told = (
        f"**{head.name}** ({head.severity}): {violation.message}",
        " ".join(head.rationale.split()),
        f"To do: {' '.join(head.remediation.split())}",
    )
    return "\n\n".join(told)


def _judges(known: Known, rules: Rules, against: list[Violation]) -> Iterator[str]:
    """The other rules that speak of the setting."""
    told = {violation.rule.name for violation in against}
    for name, loaded in rules.packs.rules.items():
        check = loaded.check
        if isinstance(check, Setting) and known.meaning.setting in check.setting and name not in told:
            yield f"judged by **{name}** ({loaded.rule.severity}): {loaded.rule.summary.strip()}"
