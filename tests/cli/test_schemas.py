"""The schemas of the files that people write: whole, explained, and where scaffolds say that they are."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from made_operator import SHOP, Ended
from rootlint.cli.schema import SCHEMAS, WRITTEN, schema_text
from rootlint.documents import load_yaml, parse_yaml
from rootlint.errors import UserError
from rootlint.jurisdictions.laws import load_laws
from rootlint.shipped import shipped_folder
from rootlint.snapshot.mapping import BUILT_IN, load_mapping

Run = Callable[..., Ended]
ROOT = Path(__file__).parents[2]


def plain(data: Any) -> Any:
    """A document as JSON has it."""
    return json.loads(json.dumps(data, default=float))


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SCHEMAS[name]())


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name]())


def undescribed(node: Any, path: str = "") -> Iterator[str]:
    """The properties that an editor has nothing to say of."""
    if isinstance(node, dict):
        properties = node.get("properties")
        for name, of in properties.items() if isinstance(properties, dict) else ():
            if isinstance(of, dict) and not of.get("description"):
                yield f"{path}/{name}"
        for key, value in node.items():
            yield from undescribed(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from undescribed(value, f"{path}/{index}")


@pytest.mark.parametrize("name", WRITTEN)
def test_every_key_is_explained(name: str) -> None:
    assert list(undescribed(WRITTEN[name]())) == []


def test_what_is_not_explained_would_be_seen() -> None:
    schema = {"properties": {"a": {"anyOf": [{"properties": {"b": {"type": "string"}}}], "description": "a"}}}
    assert list(undescribed(schema)) == ["/properties/a/anyOf/0/b"]


def test_the_schemas_of_the_repository_are_up_to_date() -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").iterdir()}
    assert kept == {f"{name}.schema.json": schema_text(of()) for name, of in WRITTEN.items()}, (
        "make docs writes them anew"
    )


def test_the_schema_of_jurisdictions_takes_every_shipped_one() -> None:
    shipped = [path for path in shipped_folder("jurisdictions").glob("*.yaml") if path.stem != "parameters"]
    assert len(shipped) > 5
    for path in shipped:
        validator("jurisdiction").validate(plain(load_yaml(path).data))


LAW = "citation: Code 1, source: made up, confidence: high"


@pytest.mark.parametrize(
    ("parameter", "value", "is_sound"),
    [
        ("sales_report_deadline", "{hours: 24}", True),
        ("sales_report_deadline", '{by: "08:00", day: next}', True),
        ("sales_report_deadline", "null", True),
        ("sales_report_deadline", "24", False),
        ("sales_report_deadline", "{hours: 24, days: 1}", False),
        ("sales_report_deadline", "{fortnights: 1}", False),
        ("sales_report_deadline", '{by: "25:00", day: next}', False),
        ("sales_report_deadlin", "{hours: 24}", False),
        ("purchase_limit_flower", "{ounces: 1}", True),
        ("purchase_limit_flower", "{usd: 1}", False),
        ("purchase_limit_flower", "28.5", False),
        ("retail_hours_open", '"06:00"', True),
        ("retail_hours_open", '"6 am"', False),
    ],
)
def test_schema_and_loader_agree_on_the_value_of_a_parameter(
    tmp_path: Path, parameter: str, value: str, is_sound: bool
) -> None:
    text = f"code: zz\nextends: ca\nname: Made\nretrieved: 2026-11-23\nparameters:\n  {parameter}: [{{value: {value}, {LAW}}}]\n"
    (tmp_path / "zz.yaml").write_text(text, encoding="utf-8")
    assert validator("jurisdiction").is_valid(plain(parse_yaml(text, "zz.yaml").data)) is is_sound
    assert _loads(lambda: load_laws([tmp_path])) is is_sound


@pytest.mark.parametrize(
    ("text", "is_sound"),
    [
        ("settings: {page_size: {spellings: ['**.rows']}}", True),
        ("settings: {overlap: {spellings: [{path: '**.reach', unit: minutes}]}}", True),
        ("settings: {ours: {kind: count, spellings: ['**.ours'], meaning: ours}}", True),
        ("settings: {ours: {spellings: ['**.ours']}}", False),
        ("settings: {page_size: {spellings: '**.rows'}}", False),
        ("settings: {page_size: {speling: ['**.rows'], spellings: []}}", False),
        ("settings: {overlap: {spellings: [{path: '**.reach', unit: fortnights}]}}", False),
        ("setting: {}", False),
    ],
)
def test_schema_and_loader_agree_on_mappings(tmp_path: Path, text: str, is_sound: bool) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    assert validator("mapping").is_valid(plain(load_yaml(path).data)) is is_sound
    assert _loads(lambda: load_mapping([path])) is is_sound


def test_the_schema_of_mappings_takes_the_built_in_one() -> None:
    validator("mapping").validate(plain(load_yaml(BUILT_IN).data))


def _loads(load: Callable[[], Any]) -> bool:
    try:
        load()
    except UserError:
        return False
    return True


def test_a_schema_is_written_to_a_file(rootlint: Run, place: Path) -> None:
    printed = rootlint("schema", "config")
    assert rootlint("schema", "config", "--output", "of/mine/config.json") == Ended(0, "", "")
    assert (place / "of/mine/config.json").read_text(encoding="utf-8") == printed.out


def followed(path: Path) -> dict[str, Any]:
    """The schema that the first line of a file names."""
    sign, _, way = path.read_text(encoding="utf-8").splitlines()[0].partition("=")
    assert sign == "# yaml-language-server: $schema"
    schema: dict[str, Any] = json.loads((path.parent / way).read_text(encoding="utf-8"))
    return schema


def test_a_new_rule_names_its_schema(rootlint: Run, place: Path) -> None:
    assert rootlint("rules", "new", "less-than-nothing", "--folder", "made").code == 0
    path = place / "made/less-than-nothing.yaml"
    schema = followed(path)
    assert schema == WRITTEN["rule"]()
    jsonschema.Draft202012Validator(schema).validate(plain(load_yaml(path).data))


def test_a_new_file_of_waivers_names_its_schema(rootlint: Run, place: Path) -> None:
    given = {
        "--rule": "made/negative-quantity", "--facility": SHOP, "--reason": "recount", "--author": "a.author",
        "--approver": "b.other", "--expires": "2026-12-05", "--as-of": "2026-11-20", "--pack": "made",
    }  # fmt: skip
    args = [part for pair in given.items() for part in pair]
    assert rootlint("waivers", "add", "--all", *args).code == 0
    path = place / ".rootlint/waivers.yaml"
    schema = followed(path)
    assert schema == WRITTEN["waivers"]()
    jsonschema.Draft202012Validator(schema).validate(plain(load_yaml(path).data))


def test_a_schema_stands_beside_the_configuration_wherever_a_scaffold_is_made(
    rootlint: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "rootlint.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(place / "made/data")
    assert rootlint("rules", "new", "made/less-than-nothing", "--folder", "..").code == 0
    assert followed(place / "made/less-than-nothing.yaml") == WRITTEN["rule"]()
    assert (place / ".rootlint/schemas/rule.schema.json").exists()
