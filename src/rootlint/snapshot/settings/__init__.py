"""Configuration files as flat settings, each with its line and column: YAML, JSON, TOML, INI and .env.

They are read as deployed programs read them, not as strictly as rootlint's own documents: YAML anchors
and merges, comments in JSON and repeated names in INI and .env are taken as they are meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.settings.in_env import parse_env
from rootlint.snapshot.settings.in_ini import parse_ini
from rootlint.snapshot.settings.in_json import parse_json
from rootlint.snapshot.settings.in_toml import parse_toml
from rootlint.snapshot.settings.in_yaml import parse_yaml
from rootlint.snapshot.settings.setting import Setting

__all__ = ["Setting", "decode", "load_settings", "parser_of", "settings_of"]

_MOST = 100_000  # settings in one file

_PARSERS: dict[str, Callable[[str, str], Iterator[Setting]]] = {
    "yaml": parse_yaml,
    "yml": parse_yaml,
    "json": parse_json,
    "jsonc": parse_json,
    "toml": parse_toml,
    "ini": parse_ini,
    "cfg": parse_ini,
}


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
