"""Which files a run is about, and the whole configuration that they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rootlint.errors import Place, Problem, Problems, UserError
from rootlint.snapshot.settings import parser_of

CONFIG_FOLDERS = ("config", "configs", "conf", "settings")  # what a folder with a configuration is called
NOT_CONFIG = ("node_modules", "__pycache__", "venv")  # folders that hold other people's files


@dataclass(frozen=True)
class Layout:
    """Which files a run is about, and the whole configuration that they belong to."""

    base: Path  # what names start from
    files: Mapping[str, Path]  # all files of the configuration, by name
    given: frozenset[str]
    whole: bool

    @property
    def paths(self) -> dict[str, str]:
        """The files by name, as they are reached from where the run stands."""
        return {name: path.as_posix() for name, path in self.files.items()}


def find_layout(paths: Sequence[Path]) -> Layout:
    """The configuration that the named files and folders belong to.

    A folder is a configuration, or holds one in ``config``. A file belongs to the nearest folder above it that is
    named like one, else to the folder it stands in.
    """
    problems = Problems()
    for path in paths:
        if not path.exists():
            problems.add(
                "there is no such file or folder",
                Place(str(path)),
                "name configuration files, or their folder",
            )
    problems.raise_if_any()
    named = [Path(os.path.abspath(path)) for path in paths]
    roots = {_root(path): path.is_dir() for path in sorted(named, key=Path.is_dir)}
    base = Path(os.path.commonpath([_base(root) for root in roots]))
    around = (
        path for root, is_named in roots.items() for path in _files(root, whole=is_named or _is_config(root))
    )
    files = {*around, *(path for path in named if path.is_file())}
    names = {path.relative_to(base).as_posix(): path for path in sorted(files)}
    return Layout(
        base=base,
        files={name: Path(os.path.relpath(path)) for name, path in names.items()},
        given=frozenset(name for name, path in names.items() if any(_is_in(path, each) for each in named)),
        whole=any(roots.values()),
    )


def _root(path: Path) -> Path:
    if path.is_dir():
        return next((path / name for name in CONFIG_FOLDERS if (path / name).is_dir()), path)
    for folder in path.parents:
        if _is_config(folder):
            return folder
        if folder == Path.cwd() or (folder / ".git").exists():
            break
    return path.parent


def _is_config(folder: Path) -> bool:
    return folder.name in CONFIG_FOLDERS


def _base(root: Path) -> Path:
    return root.parent if _is_config(root) else root


def _files(root: Path, *, whole: bool) -> Iterator[Path]:
    """The files of a configuration: all below a folder of its own, else those beside the one that was named."""
    for path in root.rglob("*") if whole else root.iterdir():
        inner = path.relative_to(root).parts[:-1]
        is_ours = not any(part.startswith(".") or part in NOT_CONFIG for part in inner)
        if is_ours and parser_of(path.name) is not None and path.is_file():
            yield path


def _is_in(path: Path, named: Path) -> bool:
    return path == named or named in path.parents


def content_of(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(Problem(f"cannot be read: {error.strerror}", Place(name))) from None
