"""Processes of their own: exit codes, pipes, terminals, plugins, and the same bytes on every run."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from made_operator import Ended, environment

Run = Callable[..., Ended]

CHECK = ("check", "snap", "--pack", "made", "--rule", "made/*", "--as-of", "2026-11-20")


def test_the_exit_code_reaches_the_shell(process: Run) -> None:
    assert process(*CHECK).code == 1
    assert process("check", "nowhere").code == 2
    assert process("--version").code == 0


@pytest.mark.parametrize("format", ["text", "json"])
def test_the_bytes_are_the_same_at_any_hash_seed_and_thread_count(process: Run, format: str) -> None:
    runs = [
        process(*CHECK, "--format", format, "--threads", threads, PYTHONHASHSEED=seed)
        for seed, threads in (("0", "1"), ("4242", "4"))
    ]
    assert runs[0].code == 1
    assert runs == [runs[0]] * 2


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_has_seen_enough_is_left_in_peace(place: Path) -> None:
    """The pipe is closed before the report is written; nothing is said about it."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "rootlint", *CHECK]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, cwd=place, env=environment(), check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_signs_that_the_output_cannot_show_are_written_out(process: Run, place: Path) -> None:
    manifest = place / "snap/snapshot.yaml"
    text = manifest.read_text(encoding="utf-8").replace("Made Operator", "Made 草")
    manifest.write_text(text, encoding="utf-8")
    ended = process(*CHECK, PYTHONIOENCODING="latin-1")
    assert (ended.code, ended.err) == (1, "")
    assert "Made \\u8349, captured" in ended.out


PLUGIN = """
from rootlint.plugins import Named, hookimpl

@hookimpl
def rootlint_report_formats():
    # What ours lacks is our own fault, whoever asks for it.
    ours = Named("lacking", "rootlint.report:nothing_of_that_name")
    return [ours, *(Named(name, f"made_plugin:{name}") for name in ("broken", "stopped", "own"))]

def own(report, style):
    return f"{len(report.findings)} found\\n"

def broken(report, style):
    return str(1 / 0)

def stopped(report, style):
    raise KeyboardInterrupt
"""


@pytest.fixture
def plugin(place: Path) -> str:
    """An installed plugin with report formats of its own, for PYTHONPATH."""
    folder = place / "plugin"
    described = folder / "made_plugin-1.0.dist-info"
    described.mkdir(parents=True)
    (folder / "made_plugin.py").write_text(PLUGIN, encoding="utf-8")
    (described / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: made-plugin\nVersion: 1.0\n", encoding="utf-8"
    )
    (described / "entry_points.txt").write_text("[rootlint]\nmade = made_plugin\n", encoding="utf-8")
    return str(folder)


def test_a_plugin_brings_a_report_format(process: Run, plugin: str) -> None:
    assert process(*CHECK, "--format", "own", PYTHONPATH=plugin) == Ended(1, "1 found\n", "")


def test_a_fault_of_the_program_is_told_as_such(process: Run, plugin: str) -> None:
    ended = process(*CHECK, "--format", "lacking", PYTHONPATH=plugin)
    assert (ended.code, ended.out) == (5, "")
    fault, *help = ended.err.splitlines()
    told = "error: this is a fault of rootlint itself, not of your data: AttributeError at plugins.py:"
    assert (fault.rstrip("0123456789"), help) == (
        told,
        [
            "  help: please report it with the command and the version (rootlint 0.1.0); ROOTLINT_DEBUG=1 shows the "
            "traceback, which may quote your data"
        ],
    )


@pytest.mark.parametrize(
    ("format", "code", "raised"),
    [
        ("lacking", 5, "AttributeError: module 'rootlint.report'"),
        ("broken", 2, "ZeroDivisionError: division by zero"),
    ],
    ids=["of the program", "of a plugin"],
)
def test_the_traceback_is_shown_on_request(
    process: Run, plugin: str, format: str, code: int, raised: str
) -> None:
    ended = process(*CHECK, "--format", format, PYTHONPATH=plugin, ROOTLINT_DEBUG="1")
    assert ended.code == code
    assert ended.err.startswith("Traceback (most recent call last):\n")
    assert raised in ended.err


def test_an_interrupt_ends_with_130(process: Run, plugin: str) -> None:
    ended = process(*CHECK, "--format", "stopped", PYTHONPATH=plugin)
    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "")


def test_a_plugin_that_cannot_be_imported_stops_the_run(process: Run, plugin: str) -> None:
    (Path(plugin) / "made_plugin.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    ended = process(*CHECK, PYTHONPATH=plugin)
    assert (ended.code, ended.out) == (2, "")
    assert "plugin 'made' of made-plugin cannot be loaded: ModuleNotFoundError" in ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_a_terminal_gets_colour_and_lines_of_its_width(place: Path) -> None:
    command = [sys.executable, "-m", "rootlint", *CHECK, "--quiet"]
    text = on_terminal(command, place, COLUMNS="60", TERM="xterm")
    assert text.startswith("\x1b[1;33mwarning[made/negative-quantity]\x1b[0m")
    plain = on_terminal(command, place, COLUMNS="60", TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in plain
    assert max(len(line) for line in plain.splitlines()) <= 60


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_progress_is_one_line_on_a_terminal_that_is_taken_away_again(place: Path) -> None:
    code = (
        "from rootlint.cli.terminal import Progress\n"
        "p = Progress(quiet=False, after=0)\n"
        "p('evaluating a\\x1bb', 1, 20); p('evaluating', 2, 20); p.clear()"
    )
    first, second = "evaluating a\\x1bb (1 of 20)", "evaluating (2 of 20)"
    assert on_terminal([sys.executable, "-c", code], place, COLUMNS="60") == (
        f"\r{first}\r{second.ljust(len(first))}\r{' ' * len(second)}\r"
    )
    quiet = code.replace("quiet=False", "quiet=True")
    assert on_terminal([sys.executable, "-c", quiet], place, COLUMNS="60") == ""
    piped = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, check=True)
    assert piped.stderr == b""


def on_terminal(command: list[str], place: Path, **further: str) -> str:
    """What a command shows on a terminal, standard output and stderr together."""
    ours, theirs = os.openpty()
    started = subprocess.Popen(command, stdout=theirs, stderr=theirs, cwd=place, env=environment(**further))
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # Linux says so when the other end is closed
        pass
    finally:
        started.wait()
        os.close(ours)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are those of Unix")
def test_a_full_disk_leaves_the_file_that_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    """A file is written whole or not at all, and what could not be written is told."""
    (tmp_path / "report").write_text("before", encoding="utf-8")
    limited = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from rootlint.cli.terminal import write_file; from rootlint.errors import UserError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try: write_file(Path(sys.argv[1]), 'a' * 100_000)\n"
        "except UserError as error: sys.exit(str(error))\n"
    )
    command = [sys.executable, "-c", limited, str(tmp_path / "report")]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.stderr == f"{tmp_path / 'report'}: error: cannot be written: File too large\n"
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["before"]
