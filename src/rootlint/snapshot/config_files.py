"""The settings of a configuration's files, with where each stands and what it means; no secret in any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rootlint.documents import KeyPath
from rootlint.errors import Problem, UserError
from rootlint.snapshot.mapping import Line, Meaning, SettingMap
from rootlint.snapshot.secrets import keep_name_out, keep_secrets_out
from rootlint.snapshot.settings import Setting, decode, parser_of, settings_of

_PLAIN = re.compile(r"[^\s.\[\]\"]+\Z")


@dataclass(frozen=True)
class Known:
    """A setting as rules see it."""

    file: str
    path: str  # dotted
    value: str | None  # without secrets
    at: Setting  # as it stands in the file; may hold a secret, so never shown
    meaning: Meaning
    number: int  # in its file, from 1

    @property
    def is_masked(self) -> bool:
        """Whether its value is shown otherwise than it stands."""
        return self.value != self.at.value


@dataclass(frozen=True)
class ConfigFiles:
    """All settings of a configuration, and what could not be read of it."""

    settings: tuple[Known, ...]
    texts: Mapping[str, str]  # the text of every file read, with \n line ends
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = field(default=())


def read_files(contents: Mapping[str, bytes], mapping: SettingMap) -> ConfigFiles:
    """Read the files of one configuration, by their names relative to its root.

    A file that cannot be read is a problem, a file of another kind a note.
    """
    found: list[tuple[str, int, Setting]] = []
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    notes: list[str] = []
    for file, raw in contents.items():
        if parser_of(file.rpartition("/")[2]) is None:
            notes.append(f"{file} was not read: not YAML, JSON, TOML, INI or .env")
            continue
        try:
            text = decode(raw, file)
            settings = settings_of(text, file)
        except UserError as error:
            problems += error.problems
            continue
        texts[file] = text
        found += [(file, number, setting) for number, setting in enumerate(settings, start=1)]
    return ConfigFiles(tuple(_known(found, mapping)), texts, tuple(problems), tuple(notes), tuple(contents))


def _known(found: list[tuple[str, int, Setting]], mapping: SettingMap) -> list[Known]:
    lines = [
        Line(file, dotted(setting.path), keep_secrets_out(setting.names, setting.value, setting.kind))
        for file, _, setting in found
    ]
    return [
        Known(line.file, line.path, line.value, setting, meaning, number)
        for line, (_, number, setting), meaning in zip(lines, found, mapping.read(lines), strict=True)
    ]


def dotted(path: KeyPath) -> str:
    """A path as rules write it: ``stores[0].license``; a name with dots or blanks stands as ``["a.b"]``."""
    text = ""
    for part in path:
        name = keep_name_out(part) if isinstance(part, str) else part
        if isinstance(name, int):
            text += f"[{name}]"
        elif _PLAIN.match(name):
            text += f".{name}"
        else:
            text += '["' + name.replace('"', r"\"") + '"]'
    return text.removeprefix(".")
