"""Configuration files as flat settings, each with its line and column: YAML, JSON, TOML, INI and .env.

They are read as deployed programs read them, not as strictly as rootlint's own documents: YAML anchors
and merges, comments in JSON and repeated names in INI and .env are taken as they are meant.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from rootlint.documents import KeyPath, plain_scalar
from rootlint.errors import Place, Problem, UserError

_DEEPEST = 100  # levels of nesting; what goes deeper is no configuration
_MOST = 100_000  # settings in one file


@dataclass(frozen=True)
class Setting:
    """One value of a configuration file."""

    path: KeyPath  # ("stores", 0, "license")
    value: str | None  # as text
    kind: str  # text | integer | decimal | boolean | null | list | mapping (the last two: empty ones)
    line: int
    column: int
    start: int = field(
        default=0, compare=False
    )  # what is written, quotes and all: offsets into the text with \n line ends
    end: int = field(default=0, compare=False)

    @property
    def names(self) -> list[str]:
        """The names that lead to it, without the positions in lists."""
        return [part for part in self.path if isinstance(part, str)]


def load_settings(path: Path, file: str) -> list[Setting] | None:
    """The settings of a file in the order they stand; None for a kind of file that holds none.

    A ``UserError`` carries what is wrong with a file that cannot be read.
    """
    return None if parser_of(path.name) is None else settings_of(decode(path.read_bytes(), file), file)


def settings_of(text: str, file: str) -> list[Setting]:
    """The settings in the text of a file whose name tells its kind, in the order they stand."""
    parse = parser_of(file.rpartition("/")[2])
    settings: list[Setting] = []
    if parse is None:
        return settings
    for setting in parse(text, file):
        settings.append(setting)
        if len(settings) > _MOST:
            raise UserError(Problem(f"holds more than {_MOST} settings", Place(file)))
    return settings


def parser_of(name: str) -> Callable[[str, str], Iterator[Setting]] | None:
    """What reads a file of this name: a function of its text and of the name to show; None: it holds no settings."""
    if name.startswith(".env") or name.endswith(".env"):
        return parse_env
    return _PARSERS.get(name.rpartition(".")[2].lower())


def decode(raw: bytes, file: str) -> str:
    """The text of a configuration file, with line ends as one character."""
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        place = Place(file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise UserError(Problem("a byte is not UTF-8", place, "save the file as UTF-8")) from None


def _setting(path: KeyPath, value: Any, raw: str, line: int, column: int) -> Setting:
    """A setting from a parsed value and the way it is written."""
    if value is None:
        return Setting(path, None, "null", line, column)
    if isinstance(value, bool):
        return Setting(path, str(value).lower(), "boolean", line, column)
    kinds = {int: "integer", float: "decimal", Decimal: "decimal", list: "list", dict: "mapping"}
    kind = kinds.get(type(value), "text")
    text = {"integer": str(value), "decimal": raw, "list": "[]", "mapping": "{}"}.get(kind)
    return Setting(path, str(value) if text is None else text, kind, line, column)


def _standing(setting: Setting, start: int, end: int) -> Setting:
    return replace(setting, start=start, end=end)


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _too_deep(file: str, line: int, column: int) -> UserError:
    return UserError(Problem(f"nests deeper than {_DEEPEST} levels", Place(file, line, column)))


# YAML

_YAML_QUOTES = ("'", '"', "|", ">")


def parse_yaml_settings(text: str, file: str) -> Iterator[Setting]:
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
        yield from _yaml_node(node, (index,) if len(nodes) > 1 else (), file)


def _yaml_node(node: Any, path: KeyPath, file: str) -> Iterator[Setting]:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    span = (node.start_mark.index, node.end_mark.index)
    if len(path) > _DEEPEST:
        raise _too_deep(file, line, column)
    if node.id == "scalar":
        yield _standing(_yaml_scalar(node, path, line, column), *span)
    elif not node.value:
        yield _standing(_setting(path, [] if node.id == "sequence" else {}, "", line, column), *span)
    elif node.id == "sequence":
        for index, item in enumerate(node.value):
            yield from _yaml_node(item, (*path, index), file)
    else:
        for key, value in _yaml_pairs(node, 0).items():
            yield from _yaml_node(value, (*path, key), file)


def _yaml_scalar(node: Any, path: KeyPath, line: int, column: int) -> Setting:
    if not node.tag.startswith("tag:yaml.org,2002:"):  # !secret name: what a program fills in later
        return Setting(path, f"{node.tag} {node.value}", "text", line, column)
    value = node.value if node.style in _YAML_QUOTES else plain_scalar(node.value)
    return _setting(path, value, node.value, line, column)


def _yaml_pairs(node: Any, depth: int) -> dict[str, Any]:
    """The pairs of a mapping with its merges (<<) written out; its own keys win, and of two the last."""
    merged: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge" and depth < _DEEPEST:
            for source in value.value if value.id == "sequence" else [value]:
                if source.id == "mapping":
                    merged = {**_yaml_pairs(source, depth + 1), **merged}
        else:
            own[str(key.value) if key.id == "scalar" else "?"] = value
    return {**merged, **own}


# JSON, with the comments and trailing commas that configuration files have

_JSON_BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_JSON_ATOM = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")


def parse_json_settings(text: str, file: str) -> Iterator[Setting]:
    """The settings of a JSON text."""
    scanner = _JsonScanner(text, file)
    found, end = scanner.value(scanner.blank(0), ())
    if scanner.blank(end) < len(text):
        raise scanner.fault(scanner.blank(end), "expected the end of the file")
    yield from found


@dataclass(frozen=True)
class _JsonScanner:
    """Reads JSON from a position on; every method gives the position after what it read."""

    text: str
    file: str

    def fault(self, at: int, expected: str) -> UserError:
        return UserError(Problem(f"not valid JSON: {expected}", Place(self.file, *_place(self.text, at))))

    def blank(self, at: int) -> int:
        found = _JSON_BLANK.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, path: KeyPath) -> tuple[list[Setting], int]:
        if len(path) > _DEEPEST:
            raise _too_deep(self.file, *_place(self.text, at))
        opening = self.text[at : at + 1]
        if opening and opening in "{[":
            return self.items(at, path, is_object=opening == "{")
        if opening == '"':
            text, end = self.string(at)
            return [_standing(_setting(path, text, text, *_place(self.text, at)), at, end)], end
        atom = _JSON_ATOM.match(self.text, at)
        if atom is None:
            raise self.fault(at, "expected a value")
        value = json.loads(atom[0], parse_float=Decimal)
        return [_standing(_setting(path, value, atom[0], *_place(self.text, at)), at, atom.end())], atom.end()

    def items(self, start: int, path: KeyPath, *, is_object: bool) -> tuple[list[Setting], int]:
        closing = "}" if is_object else "]"
        found: dict[str | int, list[Setting]] = {}
        at = self.blank(start + 1)
        while self.text[at : at + 1] != closing:
            key, at = self.key(at) if is_object else (len(found), at)
            found[key], at = self.value(at, (*path, key))
            at = self.blank(at)
            if self.text[at : at + 1] == ",":
                at = self.blank(at + 1)
            elif self.text[at : at + 1] != closing:
                raise self.fault(at, f"expected ',' or '{closing}'")
        if not found:
            empty: Any = {} if is_object else []
            return [_standing(_setting(path, empty, "", *_place(self.text, start)), start, at + 1)], at + 1
        return [setting for settings in found.values() for setting in settings], at + 1

    def key(self, at: int) -> tuple[str, int]:
        if self.text[at : at + 1] != '"':
            raise self.fault(at, "expected a key in double quotes")
        key, end = self.string(at)
        end = self.blank(end)
        if self.text[end : end + 1] != ":":
            raise self.fault(end, "expected ':'")
        return key, self.blank(end + 1)

    def string(self, at: int) -> tuple[str, int]:
        try:
            return json.decoder.scanstring(self.text, at + 1, True)  # type: ignore[attr-defined, no-any-return]
        except json.JSONDecodeError as error:
            raise self.fault(error.pos, error.msg.lower()) from None


# TOML: tomllib gives the values, a scan of the same text (known to be valid by then) the places

_TOML_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_TOML_KEY = re.compile(r'[ \t]*(?:(?P<bare>[A-Za-z0-9_-]+)|(?P<quoted>"(?:[^"\\]|\\.)*"|\'[^\']*\'))[ \t]*')
_TOML_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"""+|\'\'\'.*?\'\'\'+|"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
_TOML_ATOM = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+")
_TOML_ERROR = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)\Z", re.DOTALL)


def parse_toml_settings(text: str, file: str) -> Iterator[Setting]:
    """The settings of a TOML text."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UserError(_toml_problem(str(error), text, file)) from None
    except RecursionError:
        raise _too_deep(file, 1, 1) from None
    places = _TomlPlaces(text)
    places.scan()
    found_settings = [
        _standing(
            _setting(path, value, text[slice(*places.values[path])], *_place(text, places.values[path][0])),
            *places.values[path],
        )
        for path, value in _flat(data, ())
        if path in places.values
    ]
    yield from sorted(found_settings, key=lambda setting: (setting.line, setting.column))


def _toml_problem(error: str, text: str, file: str) -> Problem:
    found = _TOML_ERROR.match(error)
    if found is None:
        return Problem(f"not valid TOML: {error}", Place(file))
    line, column = (int(found[2]), int(found[3])) if found[2] else _place(text, len(text))
    return Problem(f"not valid TOML: {found[1].lower()}", Place(file, line, column))


def _flat(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _flat(item, (*path, key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _flat(item, (*path, index))
    else:
        yield path, value


class _TomlPlaces:
    """Where each value of a valid TOML text stands, by its path: (start, end)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[KeyPath, tuple[int, int]] = {}
        self._tables: dict[KeyPath, int] = {}  # arrays of tables: how many there are so far

    def scan(self) -> None:
        table: KeyPath = ()
        at = self._blank(0)
        while at < len(self.text):
            if self.text.startswith("[", at):
                table, at = self._header(at)
            else:
                at = self._pair(at, table)
            at = self._blank(at)

    def _header(self, start: int) -> tuple[KeyPath, int]:
        is_array = self.text.startswith("[[", start)
        keys, at = self._keys(start + (2 if is_array else 1))
        path: KeyPath = ()
        for key in keys[:-1]:
            path = self._latest((*path, key))
        path = (*path, keys[-1])
        if is_array:
            self._tables[path] = self._tables.get(path, 0) + 1
        path = self._latest(path)
        self.values.setdefault(path, (start, at))  # where an empty table is shown
        return path, at + (2 if is_array else 1)

    def _latest(self, path: KeyPath) -> KeyPath:
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, start: int, table: KeyPath) -> int:
        keys, at = self._keys(start)
        return self._value(self._blank(at + 1), (*table, *keys))

    def _keys(self, at: int) -> tuple[list[str], int]:
        keys: list[str] = []
        while found := _TOML_KEY.match(self.text, at):
            keys.append(found["bare"] or next(iter(tomllib.loads(f"{found['quoted']} = 0"))))
            at = found.end()
            if not self.text.startswith(".", at):
                break
            at += 1
        return keys, at

    def _value(self, start: int, path: KeyPath) -> int:
        if self.text.startswith(("[", "{"), start):
            end = self._items(start, path)
        else:
            found = _TOML_STRING.match(self.text, start) or _TOML_ATOM.match(self.text, start)
            end = found.end() if found else len(self.text)
        self.values[path] = (start, end)
        return end

    def _items(self, start: int, path: KeyPath) -> int:
        closing = "]" if self.text[start] == "[" else "}"
        at, nth = self._blank(start + 1), 0
        while at < len(self.text) and not self.text.startswith(closing, at):
            at = self._value(at, (*path, nth)) if closing == "]" else self._pair(at, path)
            at, nth = self._blank(at), nth + 1
            if self.text.startswith(",", at):
                at = self._blank(at + 1)
        return at + 1

    def _blank(self, at: int) -> int:
        found = _TOML_BLANK.match(self.text, at)
        return found.end() if found else at


# .env

_ENV_BLANK = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?:#[^\n]*\Z)?")
_ENV_LINE = re.compile(
    r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*"
    r"(?:=[ \t]*(?P<value>\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?![\"'])[^\n]*?))?[ \t]*"
    r"(?:(?<=[ \t\"'])#[^\n]*)?(?:\n|\Z)",
    re.DOTALL,
)
_ENV_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ENV_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def parse_env(text: str, file: str) -> Iterator[Setting]:
    """The settings of an .env file; of a name that stands twice the last, as programs read it."""
    found: dict[str, Setting] = {}
    faults = []
    at = _env_blank(text, 0)
    while at < len(text):
        line = _ENV_LINE.match(text, at)
        if line is None:
            place = Place(file, *_place(text, at))
            faults.append(Problem("not a NAME=value line", place, "correct it, or make it a comment with #"))
            at = text.find("\n", at) + 1 or len(text)
        else:
            found.pop(line["name"], None)
            found[line["name"]] = _env_setting(text, line)
            at = line.end()
        at = _env_blank(text, at)
    if faults:
        raise UserError(*faults)
    yield from found.values()


def _env_blank(text: str, at: int) -> int:
    found = _ENV_BLANK.match(text, at)
    return found.end() if found else at


def _env_setting(text: str, line: re.Match[str]) -> Setting:
    raw = line["value"]
    if raw is None:
        return _standing(
            _setting((line["name"],), None, "", *_place(text, line.start("name"))), *line.span("name")
        )
    value: Any = raw
    if raw[:1] == '"':
        value = _ENV_ESCAPED.sub(lambda escape: _ENV_ESCAPES.get(escape[1], escape[1]), raw[1:-1])
    elif raw[:1] == "'":
        value = raw[1:-1]
    else:
        value = _plain(raw)
    return _standing(
        _setting((line["name"],), value, raw, *_place(text, line.start("value"))), *line.span("value")
    )


def _plain(raw: str) -> Any:
    """What stands without quotes: a number, true, false, or the text itself."""
    value = plain_scalar(raw) if raw else None
    return raw if value is None else value


# INI: configparser gives the values, a scan of the same text (known to be valid by then) the places

_NO_SECTION = "\0"  # of what stands before the first section
_INI_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_INI_NOTE = re.compile(r"(?:^|\s);.*", re.DOTALL)


def parse_ini(text: str, file: str) -> Iterator[Setting]:
    """The settings of an INI file by section; of a name that stands twice in one the last, as programs read it."""
    parser = configparser.RawConfigParser(
        strict=False, default_section=_NO_SECTION * 2, inline_comment_prefixes=(";",)
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names are shown as they are written
    try:
        parser.read_string(f"[{_NO_SECTION}]\n{text}")
    except configparser.ParsingError as error:
        raise UserError(*(_ini_fault(file, line - 1) for line, _ in error.errors)) from None
    places = _ini_places(text, parser)
    for section in parser.sections():
        for name, value in parser.items(section):
            path = (name,) if section == _NO_SECTION else (section, name)
            start, end = places[section, name]
            is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            meant = value[1:-1] if is_quoted else _plain(value)
            yield _standing(_setting(path, meant, value, *_place(text, start)), start, end)


def _ini_fault(file: str, line: int) -> Problem:
    help = "correct it, or make it a comment with #"
    return Problem("not a [section] or a name = value line", Place(file, line, 1), help)


def _ini_places(text: str, parser: configparser.RawConfigParser) -> dict[tuple[str, str], tuple[int, int]]:
    """Where the first line of each value stands."""
    places: dict[tuple[str, str], tuple[int, int]] = {}
    section = _NO_SECTION
    for line in _INI_LINE.finditer(text):
        said = _INI_NOTE.sub("", line[0]).strip()
        at = line.start() + line[0].find(said)
        header, option = parser.SECTCRE.match(said), parser.OPTCRE.match(said)
        if header:
            section = header["header"]
        elif option and option["value"] == _first_line(parser, section, option["option"]):
            start, end = option.span("value")
            places[section, option["option"]] = (at + start, at + end)
    return places


def _first_line(parser: configparser.RawConfigParser, section: str, name: str) -> str | None:
    """What an option's value begins with; a line that goes on with another's may look like an option of its own."""
    return parser.get(section, name).partition("\n")[0] if parser.has_option(section, name) else None


_PARSERS: dict[str, Callable[[str, str], Iterator[Setting]]] = {
    "yaml": parse_yaml_settings,
    "yml": parse_yaml_settings,
    "json": parse_json_settings,
    "jsonc": parse_json_settings,
    "toml": parse_toml_settings,
    "ini": parse_ini,
    "cfg": parse_ini,
}
