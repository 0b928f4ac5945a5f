"""Where rules come from: the packs of plugins, and folders of YAML. Nothing is loaded yet."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from rootlint.documents import load_yaml
from rootlint.errors import Place, Problem, Problems, UserError, did_you_mean
from rootlint.plugins import PackSource, collect

BUILTIN = "rootlint"
_NAME = re.compile(rb"^name:[ \t]*(\S+)", re.MULTILINE)


def installed_packs() -> list[PackSource]:
    """The packs of all plugins."""
    return list(collect("rootlint_packs", "rule pack").values())


def folder_pack(folder: Path) -> PackSource:
    """A folder of YAML as a pack; ``pack.yaml`` in it may give name and version."""
    if not folder.is_dir():
        raise UserError(Problem("there is no such folder of rules", Place(str(folder))))
    _refuse_misnamed(folder)
    about = folder / "pack.yaml"
    if not about.exists():
        return PackSource(folder.resolve().name, folder)
    document = load_yaml(about)
    data = document.data if isinstance(document.data, dict) else {}
    problems = Problems()
    for key in sorted(set(data) - {"name", "version"}):
        problems.add(f"unknown key '{key}'", document.place((key,), key=True), "keys: name, version")
    if not isinstance(data.get("name"), str):
        problems.add(
            "key 'name' is missing", document.place(), "it goes before the name of each rule: acme/…"
        )
    problems.raise_if_any()
    return PackSource(data["name"], folder, str(data.get("version", "0")))


def pack_at(path: Path) -> PackSource:
    """The pack of a folder, or the installed one of a name.

    Rules whose names have no pack's before them are another version of the built-in ones.
    """
    installed = {pack.name: pack for pack in installed_packs()}
    if not path.exists() and str(path) in installed:
        return installed[str(path)]
    if not path.is_dir():
        known = did_you_mean(str(path), installed, listing="installed packs")
        raise UserError(
            Problem("there is no such folder of rules, and no such pack", Place(str(path)), known)
        )
    is_builtin = BUILTIN in installed and not (path / "pack.yaml").exists() and _is_of_no_pack(path)
    return replace(installed[BUILTIN], folder=path, version="0") if is_builtin else folder_pack(path)


def _is_of_no_pack(folder: Path) -> bool:
    names = (_NAME.search(file.read_bytes()) for file in sorted(folder.rglob("*.yaml")))
    return next((b"/" not in name[1] for name in names if name is not None), False)


def _refuse_misnamed(folder: Path) -> None:
    """A rule file that nobody would read must not look like one that found nothing."""
    problems = Problems()
    for path in sorted(folder.rglob("*.yml")):
        if not any(part.startswith(".") for part in path.relative_to(folder).parts):
            problems.add(
                "the files of a pack end in .yaml", Place(path.as_posix()), f"rename it to {path.stem}.yaml"
            )
    problems.raise_if_any()


def home_of(path: Path, packs: Collection[Path]) -> Path:
    """The folder of the pack that a file or folder stands in: one of ``packs``, one with a pack.yaml, or its own."""
    start = path if path.is_dir() else path.parent
    around = (
        start,
        *start.parents,
        *start.resolve().parents,
    )  # as it was named, where that reaches far enough
    return next((each for each in around if (each / "pack.yaml").exists() or each.resolve() in packs), start)
