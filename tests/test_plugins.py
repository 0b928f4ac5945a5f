"""Plugins: a real package that is installed and used, and what is said of plugins that do not fit."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import rootlint.plugins
from rootlint.plugins import BUILTINS, GROUP, Hooks, plugin_manager

EXAMPLE = Path(__file__).parent / "plugin_example"
SOURCES = Path(__file__).parents[1] / "src"

MANIFEST = """\
format: 1
operator: Made Operator
captured_at: 2026-06-15T12:00:00Z
facilities: [{facility: ZZ-1, name: Made Store, jurisdiction: zz, timezone: America/Denver, license_type: shop}]
tables: {metrc_packages: {source: made}}
"""
PACKAGES = "facility,package_id,label,item,quantity\nZZ-1,1,A123,Rose,11\nZZ-1,2,A124,,10\n"


def _run(folder: Path, *args: str, paths: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run rootlint in a process that sees the installed folders, and nobody's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROOTLINT_")}
    environment = {**kept, "PYTHONPATH": os.pathsep.join(map(str, (*paths, SOURCES)))}
    command = [sys.executable, "-m", "rootlint", *args]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A working folder with a snapshot, and no configuration above it."""
    for name, text in {
        ".git/x": "",
        "snap/snapshot.yaml": MANIFEST,
        "snap/tables/metrc_packages.csv": PACKAGES,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


# -- a real package


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, built and installed by pip into a folder of its own, without a network."""
    target = tmp_path_factory.mktemp("installed")
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(EXAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def test_the_rules_of_an_installed_plugin_stand_beside_the_built_in_ones(
    installed: Path, place: Path
) -> None:
    done = _run(place, "rules", "list", "--rule", "example/*", "--format", "json", paths=(installed,))
    assert (done.returncode, done.stderr) == (0, "")
    assert [(rule["name"], rule["pack"], rule["check_kind"]) for rule in json.loads(done.stdout)] == [
        ("example/label-check-digit", "example", "python"),
        ("example/package-too-heavy", "example", "between"),
        ("example/package-without-item", "example", "expect"),
    ]


def test_the_cases_of_its_rules_are_run_like_all_others(installed: Path, place: Path) -> None:
    done = _run(
        place, "rules", "test", "--coverage", str(installed / "rootlint_example/rules"), paths=(installed,)
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 rules, 9 cases: no fault\n", "")


def test_its_rules_kinds_functions_law_and_format_work_together(installed: Path, place: Path) -> None:
    done = _run(
        place,
        "check",
        "snap",
        "--rule",
        "example/*",
        "--format",
        "tally",
        "--as-of",
        "2026-06-15",
        paths=(installed,),
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "     1  example/label-check-digit\n     1  example/package-too-heavy\n     1  example/package-without-item\n"
    )


def test_a_finding_of_its_rules_cites_the_law_it_brings(installed: Path, place: Path) -> None:
    args = (
        "check",
        "snap",
        "--rule",
        "example/package-too-heavy",
        "--format",
        "json",
        "--as-of",
        "2026-06-15",
    )
    report = json.loads(_run(place, *args, paths=(installed,)).stdout)
    (finding,) = report["findings"]
    assert [
        (citation["jurisdiction"], citation["reference"], citation["value"])
        for citation in finding["citations"]
    ] == [("zz", "Made-up Code 1", "10 grams")]
    (example,) = [pack for pack in report["head"]["packs"] if pack["name"] == "example"]
    assert (example["version"], example["rules"]) == ("1.2.0", 3)


def test_without_it_nothing_of_it_is_there(place: Path) -> None:
    done = _run(place, "rules", "list", "--rule", "example/*")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: no rule is named 'example/*'")


# -- plugins that do not fit


def _install(folder: Path, text: str, *, name: str = "made", package: str = "made-plugin") -> Path:
    """Install a module as a plugin, as an installer would leave it."""
    module = package.replace("-", "_")
    described = folder / f"{module}-1.0.dist-info"
    described.mkdir(parents=True)
    (folder / f"{module}.py").write_text(text, encoding="utf-8")
    (described / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8"
    )
    (described / "entry_points.txt").write_text(f"[rootlint]\n{name} = {module}\n", encoding="utf-8")
    return folder


def _said(place: Path, *paths: Path, args: tuple[str, ...] = ("rules", "list")) -> tuple[int, str, str]:
    done = _run(place, *args, paths=paths)
    return done.returncode, done.stdout, done.stderr


HOOK = "from rootlint.plugins import Named, PackSource, hookimpl\nfrom pathlib import Path\n@hookimpl\ndef "


def test_a_plugin_that_cannot_be_imported_stops_the_run_and_is_named(place: Path) -> None:
    plugin = _install(place / "plugin", "import nothing_of_that_name\n")
    assert _said(place, plugin) == (
        2,
        "",
        "error: plugin 'made' of made-plugin cannot be loaded: ModuleNotFoundError: No module named 'nothing_of_that_name'\n"
        "  help: repair the plugin or uninstall it; a run without it would be silently smaller\n",
    )


def test_a_hook_that_nobody_knows_stops_the_run_and_is_named(place: Path) -> None:
    plugin = _install(place / "plugin", f"{HOOK}rootlint_pack():\n    return []\n")
    assert _said(place, plugin) == (
        2,
        "",
        "error: plugin 'made' implements an unknown hook 'rootlint_pack'\n  help: did you mean 'rootlint_packs'?\n",
    )


def test_a_hook_that_wants_what_it_is_not_given_stops_the_run_and_is_named(place: Path) -> None:
    plugin = _install(place / "plugin", f"{HOOK}rootlint_packs(snapshot):\n    return []\n")
    code, out, err = _said(place, plugin)
    assert (code, out) == (2, "")
    assert err.startswith("error: plugin 'made' of made-plugin cannot be loaded: PluginValidationError: ")
    assert "snapshot" in err


REPAIR = "  help: repair the plugin or uninstall it; a run without it would be silently smaller\n"
CHECK = ("check", "snap", "--rule", "aged-package", "--format")
COMPILE = """
    from rootlint.rules.checks import CheckKind
    from rootlint.rules.checks.expect import KIND
    class Odd(KIND.model):
        kind: str
    def compile_check(check, builder):
        raise KeyError("made")
    return [CheckKind("odd", Odd, compile_check, "", "")]
"""


@pytest.mark.parametrize(
    ("text", "args", "said"),
    [
        (
            f"{HOOK}rootlint_packs():\n    raise ValueError('no\\nfolder')\n",
            ("rules", "list"),
            "plugin 'made' (rootlint_packs) in made_plugin fails: ValueError: no folder",
        ),
        (
            f"{HOOK}rootlint_jurisdictions():\n    yield 1 / 0\n",
            ("jurisdictions", "list"),
            "plugin 'made' (rootlint_jurisdictions) in made_plugin fails: ZeroDivisionError: division by zero",
        ),
        (
            f"{HOOK}rootlint_importers():\n    pass\n",
            ("snapshot", "import", "snap", "imported"),
            "plugin 'made' (rootlint_importers) in made_plugin fails: TypeError: 'NoneType' object is not iterable",
        ),
        (
            f"{HOOK}rootlint_report_formats():\n    return [Named('odd', 'made_plugin:nothing')]\n",
            (*CHECK, "odd"),
            "'odd' of made_plugin fails: AttributeError: module 'made_plugin' has no attribute 'nothing'",
        ),
        (
            f"{HOOK}rootlint_report_formats():\n    return [Named('odd', 'made_plugin:render')]\n"
            "def render(report, style):\n    raise LookupError('made')\n",
            (*CHECK, "odd"),
            "'odd' of made_plugin fails: LookupError: made",
        ),
        (
            f"{HOOK}rootlint_check_kinds():{COMPILE}",
            ("rules", "check", "odd"),
            "check kind 'odd' of made_plugin fails: KeyError: 'made'",
        ),
    ],
    ids=[
        "when its hook is called",
        "while it offers",
        "by offering nothing at all",
        "when it is loaded",
        "while it renders",
        "while it compiles",
    ],
)
def test_a_plugin_that_fails_later_stops_the_run_too_and_is_named(
    place: Path, text: str, args: tuple[str, ...], said: str
) -> None:
    rule = (EXAMPLE / "src/rootlint_example/rules/package-without-item.yaml").read_text(encoding="utf-8")
    (place / "odd").mkdir()
    of_its_kind = rule.replace("example/", "odd/").replace("kind: expect", "kind: odd")
    (place / "odd/package-without-item.yaml").write_text(of_its_kind, encoding="utf-8")
    plugin = _install(place / "plugin", text)
    assert _said(place, plugin, args=args) == (2, "", f"error: {said}\n{REPAIR}")


def test_a_plugin_that_offers_what_is_not_asked_for_stops_the_run_and_is_named(place: Path) -> None:
    plugin = _install(place / "plugin", f"{HOOK}rootlint_packs():\n    return [Path(__file__)]\n")
    code, out, err = _said(place, plugin)
    assert (code, out) == (2, "")
    assert err.startswith("error: plugin 'made' offers a ")
    assert err.endswith("Path by rootlint_packs\n  help: each of its offers must be a PackSource\n")


def test_a_plugin_that_wraps_the_hooks_of_others_stops_the_run_and_is_named(place: Path) -> None:
    text = f"{HOOK}rootlint_packs():\n    return (yield)\n".replace("@hookimpl", "@hookimpl(wrapper=True)")
    plugin = _install(place / "plugin", text)
    assert _said(place, plugin) == (
        2,
        "",
        "error: plugin 'made' wraps the hook 'rootlint_packs'\n  help: a hook offers, and no more\n",
    )


def test_two_plugins_of_one_name_stop_the_run(place: Path) -> None:
    one = _install(place / "one", f"{HOOK}rootlint_packs():\n    return []\n", package="made-one")
    other = _install(place / "other", f"{HOOK}rootlint_packs():\n    return []\n", package="made-other")
    assert _said(place, one, other) == (
        2,
        "",
        "error: two plugins are named 'made', one by made-other\n  help: uninstall one of them\n",
    )


KIND = (
    f"{HOOK}rootlint_check_kinds():\n    from rootlint.rules.checks.expect import KIND\n    return [KIND]\n"
)
FORMAT = f"{HOOK}rootlint_report_formats():\n    return [Named('json', 'made_plugin:render')]\n"
ENGINE = f"{HOOK}rootlint_engines():\n    return [Named('duckdb', 'made_plugin:make')]\n"
IMPORTER = f"{HOOK}rootlint_importers():\n    return [Named('metrc-api', 'made_plugin:read')]\n"
PACK = f"{HOOK}rootlint_packs():\n    return [PackSource('rootlint', Path(__file__).parent / 'rules')]\n"


@pytest.mark.parametrize(
    ("text", "offered", "args"),
    [
        (KIND, "check kind 'expect'", ("rules", "list")),
        (FORMAT, "report format 'json'", ("check", "snap")),
        (ENGINE, "engine 'duckdb'", ("check", "snap")),
        (IMPORTER, "importer 'metrc-api'", ("snapshot", "import", "snap", "imported")),
        (PACK, "rule pack 'rootlint'", ("rules", "list")),
    ],
    ids=["a check kind", "a report format", "an engine", "an importer", "a pack"],
)
def test_what_two_plugins_offer_under_one_name_stops_the_run(
    place: Path, text: str, offered: str, args: tuple[str, ...]
) -> None:
    plugin = _install(place / "plugin", text)
    assert _said(place, plugin, args=args) == (
        2,
        "",
        f"error: two plugins offer the {offered}\n  help: uninstall one of them\n",
    )


def test_a_rule_name_that_stands_twice_stops_the_run(installed: Path, place: Path) -> None:
    """A folder of YAML may bear the name of an installed pack; its rules may not."""
    folder = place / "example"
    folder.mkdir()
    rule = EXAMPLE / "src/rootlint_example/rules/package-without-item.yaml"
    (folder / rule.name).write_text(rule.read_text(encoding="utf-8"), encoding="utf-8")
    code, out, err = _said(place, installed, args=("rules", "list", "--pack", "example"))
    assert (code, out) == (2, "")
    place_of_other = (installed / "rootlint_example/rules/package-without-item.yaml").as_posix()
    assert err == (
        f"example/package-without-item.yaml:1:7: error: rule 'example/package-without-item' stands in {place_of_other} too\n"
        "  help: a name stands for one rule\n"
    )


# -- the hooks themselves


def test_every_hook_is_used_by_ourselves() -> None:
    """The built-ins come in through the same hooks as everybody else's, and no hook is there for nobody."""
    manager = plugin_manager()
    used = {
        caller.name for name in BUILTINS for caller in manager.get_hookcallers(manager.get_plugin(name)) or ()
    }
    assert used == {name for name in vars(Hooks) if name.startswith(GROUP)}


def test_every_hook_says_what_it_is_for_in_one_line() -> None:
    for name in dir(rootlint.plugins.Hooks):
        if name.startswith(GROUP):
            said = (getattr(Hooks, name).__doc__ or "").splitlines()
            assert [line.endswith(".") for line in said] == [True], name
