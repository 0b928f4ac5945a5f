"""Settings in INI: configparser gives the values, a scan of the same text (known to be valid by then) the places."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator

from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.settings.setting import Setting, plain, setting_at

_NO_SECTION = "\0"  # of what stands before the first section
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NOTE = re.compile(r"(?:^|\s);.*", re.DOTALL)


def parse_ini(text: str, file: str) -> Iterator[Setting]:
    """The settings of an INI file by section; of a name that stands twice in one the last, as programs read it."""
    parser = configparser.RawConfigParser(
        strict=False, default_section=_NO_SECTION * 2, inline_comment_prefixes=(";",)
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names are shown as they are written
    try:
        parser.read_string(f"[{_NO_SECTION}]\n{text}")
    except configparser.ParsingError as error:
        raise UserError(*(_fault(file, line - 1) for line, _ in error.errors)) from None
    places = _places(text, parser)
    for section in parser.sections():
        for name, value in parser.items(section):
            path = (name,) if section == _NO_SECTION else (section, name)
            start, end = places[section, name]
            is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            meant = value[1:-1] if is_quoted else plain(value)
            yield setting_at(text, (start, end), path, meant)


def _fault(file: str, line: int) -> Problem:
    help = "correct it, or make it a comment with #"
    return Problem("not a [section] or a name = value line", Place(file, line, 1), help)


def _places(text: str, parser: configparser.RawConfigParser) -> dict[tuple[str, str], tuple[int, int]]:
    """Where the first line of each value stands."""
    places: dict[tuple[str, str], tuple[int, int]] = {}
    section = _NO_SECTION
    for line in _LINE.finditer(text):
        said = _NOTE.sub("", line[0]).strip()
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
