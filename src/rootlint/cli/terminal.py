"""Where text goes: standard output with its colours and width, a file, or a line of progress."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path

import click

from rootlint.errors import Place, Problem, UserError
from rootlint.report.style import Line, Style, typeset
from rootlint.report.wording import visible

COLORS = ("auto", "always", "never")


def style(color: str, *, to_file: bool = False) -> Style:
    """How to write: coloured and fitted to the window on a terminal, plain everywhere else."""
    terminal = sys.stdout.isatty() and not to_file
    wanted = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    colored = color == "always" or (color == "auto" and wanted)
    return Style(colored, shutil.get_terminal_size().columns if terminal else None)


def say(text: str) -> None:
    """Print on standard output; signs that its encoding lacks are written out."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
        if _is_pipe_of_windows():  # whose encoding and line ends would break what says that it is UTF-8
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    click.echo(text, nl=False, color=True)


def _is_pipe_of_windows() -> bool:
    return sys.platform == "win32" and not sys.stdout.isatty() and "PYTHONIOENCODING" not in os.environ


def show(lines: Iterable[Line]) -> None:
    """Print lines on standard output, fitted to the window where there is one."""
    say(typeset(lines, style("auto")))


def note(text: str) -> None:
    """Print on stderr."""
    click.echo(visible(text), err=True)


def read_file(path: Path) -> str:
    """The text of a file that the user names."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(Problem(f"cannot be read: {error.strerror}", Place(str(path)))) from None
    except UnicodeDecodeError as error:
        raise UserError(Problem(f"byte {error.start} is not UTF-8", Place(str(path)))) from None


def expect_writable(path: Path) -> None:
    """Refuse a place where no file can be, before the work whose outcome is to stand there."""
    if path.is_dir():
        raise UserError(Problem("is a folder", Place(str(path)), "name a file"))
    if not path.parent.is_dir():
        raise UserError(Problem("cannot be written: there is no such folder", Place(str(path))))


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader never sees half a report.

    A link stays one. What is no file, a pipe or a device, is written into and never replaced.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="\n")
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise UserError(Problem(f"cannot be written: {error.strerror}", Place(str(path)))) from None


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        unfinished = Path(file.name)
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink()
        raise


def _umask() -> int:
    """The permissions that new files are not to have; temporary files have none for others."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


AFTER = 1.0  # seconds without a word


class Progress:
    """One line on stderr that says what is being done, when that takes long and somebody is watching."""

    def __init__(self, *, quiet: bool, after: float = AFTER) -> None:
        self._silent = quiet or not sys.stderr.isatty()
        self._after = after
        self._begun = time.monotonic()
        self._width = 0

    def __call__(self, what: str, done: int, of: int) -> None:
        """Say what is being done, how many are done, and of how many."""
        if not self._silent and time.monotonic() - self._begun >= self._after:
            self._show(f"{visible(what)} ({done:,} of {of:,})")

    def _show(self, text: str) -> None:
        shown = text[: shutil.get_terminal_size().columns - 1]
        click.echo(f"\r{shown:<{self._width}}", err=True, nl=False)
        self._width = len(shown)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            self._show("")
            click.echo("\r", err=True, nl=False)


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Show progress while something long is being done."""
    shown = Progress(quiet=quiet)
    try:
        yield shown
    finally:
        shown.clear()
