"""Files that a run goes by (waivers, stricter parameters, manifests, jurisdictions), read as the command line reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rootlint.documents import Document as Parsed
from rootlint.documents import load_yaml, parse_yaml
from rootlint.errors import Problem, Problems, UserError
from rootlint.exceptions.applying import unheld
from rootlint.exceptions.parameters import read_parameters
from rootlint.exceptions.rules import facts_of
from rootlint.exceptions.waivers import read_waivers
from rootlint.jurisdictions.loading import load_jurisdictions
from rootlint.lsp.documents import Document, Overlay
from rootlint.lsp.workspace import Kind, Rules, Workspace
from rootlint.snapshot.manifest import read_manifest

Faults = Callable[[Document, Workspace, Overlay, Rules], Sequence[Problem]]


def faults_of(
    document: Document, kind: Kind, workspace: Workspace, overlay: Overlay, rules: Rules
) -> list[Problem]:
    """What the command line would tell of a document; what stands in another file is not among it."""
    try:
        found = _READERS[kind](document, workspace, overlay, rules)
    except UserError as error:
        found = error.problems
    return [problem for problem in dict.fromkeys(found) if problem.place is None or document.holds(problem)]


def _waivers(document: Document, workspace: Workspace, overlay: Overlay, rules: Rules) -> Sequence[Problem]:
    problems = Problems()
    found = read_waivers(_parsed(document), facts_of(rules.packs), None, problems)
    return [*problems.found, *unheld(found, workspace.today)]


def _parameters(
    document: Document, workspace: Workspace, overlay: Overlay, rules: Rules
) -> Sequence[Problem]:
    problems = Problems()
    read_parameters(_parsed(document), workspace.laws, None, workspace.today, problems)
    return problems.found


def _manifest(document: Document, workspace: Workspace, overlay: Overlay, rules: Rules) -> Sequence[Problem]:
    read_manifest(_parsed(document))
    return ()


def _jurisdiction(
    document: Document, workspace: Workspace, overlay: Overlay, rules: Rules
) -> Sequence[Problem]:
    """All of them are read, since one extends another; of those that are open, what the editor has."""

    def load(path: Path) -> Parsed:
        text = overlay.text(path)
        return load_yaml(path) if text is None else parse_yaml(text, str(path))

    load_jurisdictions(workspace.law_folders(), workspace.laws.vocabulary, load)
    return ()


def _parsed(document: Document) -> Parsed:
    return parse_yaml(document.text, str(document.path))


_READERS: Mapping[Kind, Faults] = {
    "waivers": _waivers,
    "parameters": _parameters,
    "manifest": _manifest,
    "jurisdiction": _jurisdiction,
}
