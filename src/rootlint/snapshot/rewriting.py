"""Putting right values into configuration files: only the signs of the value change, or nothing does."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rootlint.errors import Place, Problem, UserError
from rootlint.snapshot.settings import Setting, decode, settings_of

Change = tuple[Setting, str]  # a setting as it stands, and its right value

_BARE = re.compile(r"[A-Za-z0-9_+./][A-Za-z0-9_+./:-]*\Z")
_BOM = b"\xef\xbb\xbf"


def rewritten(raw: bytes, file: str, changes: Sequence[Change]) -> bytes | None:
    """The bytes of a file with other values in place; None where it could not be done for certain.

    Certain is what reads back as wished: every setting as before, but those that were to change.
    """
    text = decode(raw, file)
    spans = {
        (setting.start, setting.end): _spelled(text[setting.start : setting.end], value)
        for setting, value in changes
    }
    if (
        len(spans) < len({(setting.start, setting.end, value) for setting, value in changes})
        or None in spans.values()
    ):
        return None
    wished = {(setting.start, setting.end): value for setting, value in changes}
    changed = _put(text, {span: spelled for span, spelled in spans.items() if spelled is not None})
    if not _reads_as_wished(text, changed, file, wished):
        return None
    return _with_own_line_ends(
        raw, changed, sorted(spans), {span: spelled or "" for span, spelled in spans.items()}
    )


def _spelled(written: str, value: str) -> str | None:
    """A value in the quotes of the one that it stands in place of."""
    if "\n" in written or not value:
        return None
    quote = written[:1]
    if quote in ('"', "'"):
        plain = len(written) >= 2 and written[-1] == quote and not re.search(r"[\\\"'\n]", value)
        return f"{quote}{value}{quote}" if plain else None
    return value if _BARE.match(value) else None


def _put(text: str, spans: Mapping[tuple[int, int], str]) -> str:
    parts, at = [], 0
    for (start, end), spelled in sorted(spans.items()):
        parts += [text[at:start], spelled]
        at = end
    return "".join((*parts, text[at:]))


def _reads_as_wished(text: str, changed: str, file: str, wished: Mapping[tuple[int, int], str]) -> bool:
    try:
        after = settings_of(changed, file)
    except UserError:
        return False
    expected = [_changed(setting, wished) for setting in settings_of(text, file)]
    return [_read(setting) for setting in after] == [_read(setting) for setting in expected]


def _changed(setting: Setting, wished: Mapping[tuple[int, int], str]) -> Setting:
    return replace(setting, value=wished.get((setting.start, setting.end), setting.value))


def _read(setting: Setting) -> tuple[object, ...]:
    return (setting.path, setting.value, setting.kind)


def _with_own_line_ends(
    raw: bytes, changed: str, spans: Sequence[tuple[int, int]], spelled: Mapping[tuple[int, int], str]
) -> bytes:
    """The change made in the bytes themselves, whose line ends and mark at the beginning stay."""
    body = raw.removeprefix(_BOM).decode("utf-8")
    ends = [match.start() - number for number, match in enumerate(re.finditer("\r\n", body))]

    def own(offset: int) -> int:
        return offset + bisect_left(ends, offset)

    text = _put(body, {(own(start), own(end)): spelled[start, end] for start, end in spans})
    assert text.replace("\r\n", "\n") == changed
    return (_BOM if raw.startswith(_BOM) else b"") + text.encode()


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Write files whole, all or none: each is written beside its place before the first is moved there."""
    written: dict[Path, str] = {}
    try:
        for path, raw in contents.items():
            target = path.resolve()
            with tempfile.NamedTemporaryFile(
                "wb", dir=target.parent, prefix=f".{target.name}.", delete=False
            ) as file:
                written[target] = file.name
                file.write(raw)
            shutil.copymode(target, file.name)
        for target, name in written.items():
            os.replace(name, target)
    except OSError as error:
        for name in _left(written):
            with contextlib.suppress(OSError):
                os.unlink(name)
        raise UserError(Problem(f"cannot be written: {error.strerror}", Place(str(path)))) from None


def _left(written: Mapping[Path, str]) -> Iterator[str]:
    return (name for name in written.values() if os.path.exists(name))
