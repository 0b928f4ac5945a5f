"""What a run judges, and by which rules: these are compiled once, then read from the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rootlint import cache
from rootlint.config_stage.layout import Layout
from rootlint.config_stage.options import Options
from rootlint.plugins import installed_versions, offers
from rootlint.rules.compiled import CompiledPacks, compile_packs, from_json, key_of, to_json
from rootlint.rules.sources import folder_pack, installed_packs
from rootlint.snapshot.config_files import ConfigFiles
from rootlint.snapshot.mapping import BUILT_IN, load_mapping


@dataclass(frozen=True)
class Loaded:
    """Everything that a run rests on."""

    options: Options
    packs: CompiledPacks
    layout: Layout
    contents: Mapping[str, bytes]  # of all files of the configuration, by name
    config: ConfigFiles  # the same, read


def load_compiled(options: Options) -> CompiledPacks:
    """The rules of all packs, from the cache where it has them."""
    if options.cache is None:
        return _compile(options)
    sources = [*installed_packs(), *map(folder_pack, options.packs)]
    try:
        key = key_of(sources, _further(options), installed_versions())
    except OSError:
        return _compile(options)  # which tells what cannot be read
    kept = cache.read(options.cache, key)
    if kept is not None:
        try:
            return from_json(kept.decode())
        except ValueError:
            pass  # of another program: made anew
    packs = _compile(options)
    cache.write(options.cache, key, to_json(packs).encode())
    return packs


def _further(options: Options) -> list[Path]:
    folders = (*offers("rootlint_jurisdictions"), *options.jurisdictions)
    # A folder that is not there raises here: what follows from it is in no cache.
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    laws = [path for path in files if path.suffix == ".yaml"]
    return [BUILT_IN, *options.mappings, *laws]


def _compile(options: Options) -> CompiledPacks:
    from rootlint.jurisdictions.laws import load_laws
    from rootlint.rules.loading import load_rules

    laws = load_laws(options.jurisdictions)
    packs = load_rules(laws, options.packs, options.mappings, cache=options.cache)
    return compile_packs(packs, load_mapping(options.mappings))
