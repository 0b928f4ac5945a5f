"""The hook specifications: how packs, jurisdictions, check kinds, importers, formats and engines come in.

The built-ins come in through the same hooks as everybody else's. Hooks return descriptors and import
nothing heavy. A plugin that cannot be imported, that implements a hook nobody knows, that fails when it is
asked, or that offers a name already taken stops the run: never a warning, since what is missing would look like
what passed.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from rootlint.errors import Problem, Problems, UserError, did_you_mean

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from rootlint.rules.checks import CheckKind

GROUP = "rootlint"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)

BUILTINS = (
    "rootlint.rules.builtin",
    "rootlint.jurisdictions.builtin",
    "rootlint.snapshot.importers",
    "rootlint.report.builtin",
    "rootlint.engine.builtin",
)

REPAIR = "repair the plugin or uninstall it; a run without it would be silently smaller"


@dataclass(frozen=True)
class PackSource:
    """A folder of rules: one YAML file a rule, in any subfolders."""

    name: str
    folder: Path
    version: str = "0"
    functions: Mapping[str, Callable[..., Any]] | None = None  # for checks of kind `python`, plugins only


@dataclass(frozen=True)
class Named:
    """Something a plugin offers under a name, loaded only when it is used: ``module:attribute``."""

    name: str
    target: str
    summary: str = ""

    def load(self) -> Any:
        module, _, attribute = self.target.partition(":")
        with blaming(module, f"'{self.name}' of"):
            return getattr(importlib.import_module(module), attribute)

    def call(self, *args: Any, **given: Any) -> Any:
        """Load it, and call it."""
        function = self.load()
        with blaming(self.target.partition(":")[0], f"'{self.name}' of"):
            return function(*args, **given)


class Hooks:
    """The hooks a plugin may implement, each with ``@rootlint.plugins.hookimpl``."""

    @hookspec
    def rootlint_packs(self) -> Iterable[PackSource]:
        """Offer rule packs."""
        raise NotImplementedError

    @hookspec
    def rootlint_jurisdictions(self) -> Iterable[Path]:
        """Offer folders of jurisdiction files."""
        raise NotImplementedError

    @hookspec
    def rootlint_check_kinds(self) -> Iterable[CheckKind]:
        """Offer check kinds."""
        raise NotImplementedError

    @hookspec
    def rootlint_importers(self) -> Iterable[Named]:
        """Offer importers: what turns an operator's files into snapshot tables."""
        raise NotImplementedError

    @hookspec
    def rootlint_report_formats(self) -> Iterable[Named]:
        """Offer report formats: functions that render a report as text."""
        raise NotImplementedError

    @hookspec
    def rootlint_engines(self) -> Iterable[Named]:
        """Offer engines: what runs the compiled queries."""
        raise NotImplementedError


@functools.cache
def plugin_manager() -> pluggy.PluginManager:
    """The built-ins and every installed plugin, checked; loaded once, on request."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    for module in BUILTINS:
        manager.register(importlib.import_module(module), name=module)
    for entry in installed_plugins():
        _register(manager, entry)
    _check_hooks(manager)
    return manager


@functools.cache
def installed_plugins() -> tuple[EntryPoint, ...]:
    """The entry points of our group that installed packages have, in the order of their names."""
    if not _may_be_there():
        return ()
    from importlib.metadata import entry_points  # slow to import, and most machines have no plugin

    return tuple(sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)))


def installed_versions() -> list[str]:
    """The installed plugins, each with the version of what brings it."""
    return [
        f"{entry.name} {entry.value} {entry.dist.version if entry.dist else ''}"
        for entry in installed_plugins()
    ]


def _may_be_there() -> bool:
    """Whether a package that names our group may be installed; what cannot be looked into counts as one."""
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    return len(finders) > 1 or any(_may_hold_plugins(entry or ".") for entry in sys.path)


def _may_hold_plugins(folder: str) -> bool:
    if not os.path.isdir(folder):
        return os.path.exists(folder)  # an archive
    with os.scandir(folder) as entries:
        return any(_names_group(entry.path) for entry in entries if entry.name.endswith(_METADATA))


def _names_group(metadata: str) -> bool:
    try:
        with open(os.path.join(metadata, "entry_points.txt"), encoding="utf-8") as file:
            return f"[{GROUP}]" in file.read().replace(" ", "")
    except FileNotFoundError:
        return metadata.endswith(".egg")
    except (OSError, UnicodeDecodeError):
        return True


_METADATA = (".dist-info", ".egg-info", ".egg")


def _register(manager: pluggy.PluginManager, entry: EntryPoint) -> None:
    """Load one installed plugin."""
    package = entry.dist.name if entry.dist else entry.value
    if manager.has_plugin(entry.name):
        raise UserError(
            Problem(f"two plugins are named '{entry.name}', one by {package}", help="uninstall one of them")
        )
    try:
        manager.register(entry.load(), name=entry.name)
    except Exception as error:  # whatever a plugin's import raises, the user must hear of it
        raise UserError(
            Problem(
                f"plugin '{entry.name}' of {package} cannot be loaded: {type(error).__name__}: {error}",
                help=REPAIR,
            )
        ) from error


def _check_hooks(manager: pluggy.PluginManager) -> None:
    """A hook that nobody knows would never be called."""
    problems = Problems()
    known = [name for name in vars(Hooks) if name.startswith(f"{GROUP}_")]
    for name, plugin in manager.list_name_plugin():
        for caller in manager.get_hookcallers(plugin) or ():
            if not caller.has_spec():
                problems.add(
                    f"plugin '{name}' implements an unknown hook '{caller.name}'",
                    help=did_you_mean(caller.name, known),
                )
            if any(
                each.plugin_name == name and (each.wrapper or each.hookwrapper)
                for each in caller.get_hookimpls()
            ):
                problems.add(
                    f"plugin '{name}' wraps the hook '{caller.name}'", help="a hook offers, and no more"
                )
    problems.raise_if_any()


def offers(hook: str) -> list[Any]:
    """What all plugins offer by a hook, the built-ins first."""
    implementations = getattr(plugin_manager().hook, hook).get_hookimpls()
    return [offer for each in implementations for offer in _offers_of(each, hook)]


def _offers_of(implementation: pluggy.HookImpl, hook: str) -> list[Any]:
    with blaming(implementation.function.__module__, f"plugin '{implementation.plugin_name}' ({hook}) in"):
        offered: list[Any] = list(implementation.function())  # type: ignore[call-overload]  # whatever it gives
    wanted = getattr(Hooks, hook).__annotations__["return"].removeprefix("Iterable[").removesuffix("]")
    for offer in offered:
        if wanted not in {kind.__name__ for kind in type(offer).__mro__}:
            message = f"plugin '{implementation.plugin_name}' offers a {type(offer).__name__} by {hook}"
            raise UserError(Problem(message, help=f"each of its offers must be a {wanted}"))
    return offered


@contextmanager
def blaming(module: str, what: str) -> Iterator[None]:
    """Say so where a plugin's module fails; what fails in ours is our own fault."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # whatever a plugin raises, the user must hear of it
        if module.partition(".")[0] == GROUP:
            raise
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise UserError(Problem(f"{what} {module} fails: {said}", help=REPAIR)) from error


def collect(hook: str, what: str) -> dict[str, Any]:
    """What all plugins offer by a hook, by name; a name offered twice is an error."""
    merged: dict[str, Any] = {}
    for offer in offers(hook):
        if offer.name in merged:
            raise UserError(
                Problem(f"two plugins offer the {what} '{offer.name}'", help="uninstall one of them")
            )
        merged[offer.name] = offer
    return merged
