"""The examples of docs/jurisdictions.md are files that load."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rootlint.jurisdictions.loading import load_jurisdictions
from rootlint.jurisdictions.model import Jurisdiction, shown
from rootlint.shipped import shipped_folder

PAGE = (Path(__file__).parents[2] / "docs" / "jurisdictions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def example(beginning: str) -> str:
    [text] = [text for text in EXAMPLES if text.startswith(beginning)]
    return text


def test_a_house_jurisdiction_extends_a_shipped_one(tmp_path: Path, shipped: dict[str, Jurisdiction]):
    (tmp_path / "ca_house.yaml").write_text(example("code: ca_house"))
    house = load_jurisdictions([shipped_folder("jurisdictions"), tmp_path])["ca_house"]
    ours = house.parameters.pop("sales_report_deadline")
    assert [(shown(value.value), value.citation) for value in ours] == [("4 hours", "House rule 7")]
    assert house.parameters == {
        name: values for name, values in shipped["ca"].parameters.items() if name != "sales_report_deadline"
    }


def test_the_first_example_is_what_ships(shipped: dict[str, Jurisdiction]):
    path = shipped_folder("jurisdictions") / "ca.yaml"
    assert example("parameters:\n  sales_report_deadline:").removeprefix("parameters:\n") in path.read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("beginning", ["license_types:", "rules:"])
def test_the_parts_of_a_file_load(load: Callable[..., Jurisdiction], head: str, beginning: str):
    text = re.sub(r"license_types:.*", "", head, flags=re.DOTALL) + example(beginning)
    jurisdiction = load(xx=text)
    assert {"license_types:": jurisdiction.license_types, "rules:": jurisdiction.rules}[beginning]


def test_the_calendar_of_the_page_loads(tmp_path: Path, head: str, folder: Callable[..., Path]):
    place = folder(xx=head.replace("calendar: plain", "calendar: ours"))
    (place / "calendars" / "ours.yaml").write_text(example("name: ours"))
    holidays = load_jurisdictions([place])["xx"].calendar.holidays
    assert [(h.name, h.month, h.day, h.nth, h.since) for h in holidays] == [
        ("New Year's Day", 1, 1, None, None),
        ("Thanksgiving Day", 11, None, 4, None),
        ("Juneteenth", 6, 19, None, 2021),
    ]
