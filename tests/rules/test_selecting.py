"""Which of the loaded rules a run evaluates."""

import pytest
from rules_made import Workbench

from rootlint.errors import UserError
from rootlint.rules.loading import Packs
from rootlint.rules.selecting import Selection, select

CHECK = "check: {kind: expect, table: metrc_packages p, expect: p.quantity > 0, keys: {label: p.label}, message: made}\n"
RULES = {
    "late_sale": f"layer: data\nseverity: error\ntags: [sales, state]\naliases: [made/old-sale]\n{CHECK}",
    "late_waste": f"layer: process\nseverity: warning\ntags: [state]\n{CHECK}",
    "new_idea": f"layer: process\nseverity: note\nstatus: preview\n{CHECK}",
    "past": f"layer: human\nseverity: error\nstatus: deprecated\n{CHECK}",
}


@pytest.fixture
def packs(made: Workbench) -> Packs:
    return Packs(made.load(**RULES), (), {})


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(), ["late-sale", "late-waste", "past"]),
        (Selection(preview=True), ["late-sale", "late-waste", "new-idea", "past"]),
        (Selection(rules=("made/late-*",)), ["late-sale", "late-waste"]),
        (Selection(rules=("made/new-idea",)), ["new-idea"]),
        (Selection(rules=("made/old-sale",)), ["late-sale"]),
        (Selection(ignore=("made/old-*", "made/past")), ["late-waste"]),
        (Selection(layers=("process", "human")), ["late-waste", "past"]),
        (Selection(severities=("error",)), ["late-sale", "past"]),
        (Selection(tags=("state",)), ["late-sale", "late-waste"]),
        (Selection(tags=("sales",), layers=("process",)), []),
    ],
)
def test_a_rule_runs_when_every_part_of_the_selection_fits(
    packs: Packs, selection: Selection, chosen: list[str]
) -> None:
    assert [rule.name for rule in select(packs, selection)] == [f"made/{name}" for name in chosen]


def test_a_word_that_chooses_nothing_is_a_fault_with_the_nearest_known_one(packs: Packs) -> None:
    selection = Selection(
        rules=("made/late-sales",),
        ignore=("sale-*",),
        layers=("humans",),
        tags=("stat",),
        severities=("fatal",),
    )
    with pytest.raises(UserError) as caught:
        select(packs, selection)
    assert [(problem.message, problem.help) for problem in caught.value.problems] == [
        ("no rule is named 'made/late-sales'", "did you mean 'made/late-sale'?"),
        (
            "no rule to ignore is named 'sale-*'",
            "known: made/late-sale, made/late-waste, made/new-idea, made/old-sale, made/past",
        ),
        ("there is no layer 'humans'", "did you mean 'human'?"),
        ("there is no severity 'fatal'", "known: error, note, warning"),
        ("there is no tag 'stat'", "did you mean 'state'?"),
    ]
