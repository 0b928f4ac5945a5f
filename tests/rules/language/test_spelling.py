"""Conditions written back as people write them: what is written reads as what was meant."""

from decimal import Decimal
from pathlib import Path

import pytest

from rootlint.errors import Problems
from rootlint.jurisdictions.laws import load_laws
from rootlint.plugins import PackSource
from rootlint.rules.language import tree
from rootlint.rules.language.spelling import Speller
from rootlint.rules.language.tree import Node
from rootlint.rules.language.types import OF_PARAMETER_KIND, Type
from rootlint.rules.loading import check_kinds, compile_rule, format_schema, load_rules
from rootlint.rules.model import LoadedRule

LAWS = load_laws()
KINDS = {name: OF_PARAMETER_KIND[of.kind] for name, of in LAWS.vocabulary.parameters.items()}
RULES = load_rules(LAWS).rules


def written_back(rule: LoadedRule) -> LoadedRule | None:
    """A rule of the kind ``expect``, compiled anew from its conditions as they are written back."""
    speller = Speller(at=rule.candidates.at)
    violated = rule.candidates.violated
    assert isinstance(violated, tree.Call)
    conditions = {"expect": violated.args[0], "where": rule.candidates.exposed}
    texts = {name: speller.spell(node) for name, node in conditions.items() if node is not None}
    changed = rule.rule.model_copy(update={"check": {**rule.rule.check, **texts}})
    problems = Problems()
    pack = PackSource(rule.pack, Path())
    again = compile_rule(changed, rule.document, pack, check_kinds(), format_schema(KINDS), problems)
    assert problems.found == []
    return again


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.check.kind == "expect"])
def test_conditions_of_rules_mean_the_same_when_they_are_written_back(name: str) -> None:
    again = written_back(RULES[name])
    assert again is not None
    assert again.candidates == RULES[name].candidates


A, B, C = (tree.Column("t", name, Type.BOOLEAN) for name in "abc")
N = tree.Column("t", "n", Type.INTEGER)


def call(key: str, *args: Node) -> tree.Call:
    return tree.Call(key, args, Type.BOOLEAN)


ONE, TWO = (tree.Literal(number, Type.INTEGER) for number in (1, 2))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (call("and", A, call("or", B, C)), "t.a and (t.b or t.c)"),
        (call("or", A, call("and", B, C)), "t.a or t.b and t.c"),
        (call("not", call("and", A, B)), "not (t.a and t.b)"),
        (call("not", call("equal", N, ONE)), "not t.n = 1"),
        (call("not", call("is_null", N)), "t.n is not null"),
        (call("not", call("in", N, ONE, TWO)), "t.n not in (1, 2)"),
        (call("not", call("between", N, ONE, TWO)), "t.n not between 1 and 2"),
        (call("same", A, B), "t.a is not distinct from t.b"),
        (call("not", call("distinct", A, B)), "not t.a is distinct from t.b"),
        (call("is_true", call("equal", N, ONE)), "(t.n = 1) is true"),
        (call("equal", call("is_null", A), B), "(t.a is null) = t.b"),
        (call("minus.integer", N, call("minus.integer", ONE, TWO)), "t.n - (1 - 2)"),
        (call("minus.integer", call("minus.integer", N, ONE), TWO), "t.n - 1 - 2"),
        (call("times", call("plus", N, ONE), TWO), "(t.n + 1) * 2"),
        (call("negative", call("plus", N, ONE)), "-(t.n + 1)"),
        (call("equal", N, tree.Literal(Decimal("0.50"), Type.DECIMAL)), "t.n = 0.50"),
        (call("equal", A, tree.Literal("it's", Type.TEXT)), "t.a = 'it''s'"),
        (call("text.integer", N), "text(t.n)"),
        (
            call("instant", tree.Literal("2026-11-01 13:00:00.000000", Type.TEXT)),
            "instant('2026-11-01T13:00:00.000000Z')",
        ),
        (call("matches", A, tree.Literal(r"\\z\z", Type.TEXT)), r"matches(t.a, '\\z$')"),
        (tree.Case(((A, ONE),), TWO, Type.INTEGER), "case when t.a then 1 else 2 end"),
        (tree.Case(((ONE, A),), B, Type.BOOLEAN, N), "case t.n when 1 then t.a else t.b end"),
        (tree.Aggregate("count", (), A, Type.INTEGER), "count(*) filter (where t.a)"),
        (tree.Param("made", None, None, Type.DECIMAL), "param('made')"),
        (tree.Param("made", N, A, Type.DECIMAL), "param('made', at => t.n, audience => t.a)"),
    ],
)
def test_brackets_stand_where_the_meaning_needs_them_and_nowhere_else(node: Node, text: str) -> None:
    assert Speller().spell(node) == text


def test_computed_columns_go_by_their_names_and_parameters_by_the_time_of_the_record() -> None:
    param = tree.Param("made", N, None, Type.DECIMAL)
    assert Speller(frozenset({"t"}), N).spell(call("more", N, param)) == "n > param('made')"


def test_every_key_of_a_function_is_written_by_its_name() -> None:
    """due() has two keys, and so have others: none of them is shown."""
    event = tree.Column("t", "at", Type.INSTANT)
    due = tree.Call("due.instant", (event, tree.Param("made", event, None, Type.DEADLINE)), Type.INSTANT)
    assert Speller(at=event).spell(due) == "due(t.at, param('made'))"
