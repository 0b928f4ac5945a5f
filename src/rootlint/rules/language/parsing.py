"""Text to syntax, by sqlglot's parser with every function, keyword and statement of its own taken away."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlglot import Token, TokenType, exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from rootlint.errors import Problem, UserError

LONGEST = 20_000  # characters; a rule longer than that is no rule

_SIGNS = {"<>", "!=", "<=", ">=", "||", "=>", "::"}
_SYNONYMS = {"ISNULL", "NOTNULL", "UNKNOWN"}


class ClosedSql(Dialect):
    """SQL in which no function has a built-in meaning: all are looked up in our own table."""

    class Parser(parser.Parser):
        FUNCTIONS = {}  # noqa: RUF012 - sqlglot's own way to configure a dialect
        FUNCTION_PARSERS = {}  # noqa: RUF012
        NO_PAREN_FUNCTIONS = {}  # noqa: RUF012
        NO_PAREN_FUNCTION_PARSERS = {"CASE": lambda self: self._parse_case()}  # noqa: RUF012
        STATEMENT_PARSERS = {}  # noqa: RUF012

        def _build_predicate(self, klass: Any, this: Any, expression: Any, *_: Any, **__: Any) -> exp.Expr:
            # sqlglot would put brackets where readers of SQL disagree; we ask the author for them.
            predicate: exp.Expr = self.expression(klass(this=this, expression=expression))
            return predicate

    class Tokenizer(tokens.Tokenizer):
        COMMANDS = set()  # noqa: RUF012
        KEYWORDS = {  # noqa: RUF012 - one way to write each operator
            word: kind
            for word, kind in tokens.Tokenizer.KEYWORDS.items()
            if word in _SIGNS or (word[0].isalpha() and word not in _SYNONYMS)
        }
        SINGLE_TOKENS = {sign: kind for sign, kind in tokens.Tokenizer.SINGLE_TOKENS.items() if sign != "!"}  # noqa: RUF012


@dataclass
class SyntaxFault(Exception):
    """What cannot be read as SQL, and at which character of the text."""

    message: str
    offset: int
    help: str | None = None


def parse_expression(text: str) -> exp.Expr:
    """Parse one expression."""
    select = _parse_one("SELECT ", text)
    if (
        not isinstance(select, exp.Select)
        or len(select.expressions) != 1
        or _clauses(select) - {"expressions"}
    ):
        raise SyntaxFault("this is not one expression", 0, "write a condition or a value, without SELECT")
    expression: exp.Expr = select.expressions[0]
    if isinstance(expression, exp.Alias):
        place = offset_of(expression.args["alias"]) or 0
        raise SyntaxFault(
            f"'{expression.alias}' cannot stand here", place, "one expression, without AS, must stand here"
        )
    return expression


def parse_relation(text: str) -> exp.Expr:
    """Parse ``table alias``."""
    select = _parse_one("SELECT 1 FROM ", text)
    if not isinstance(select, exp.Select) or _clauses(select) - {"expressions", "from_"}:
        raise SyntaxFault("this is not one table", 0, "write the table and a short alias: 'metrc_packages p'")
    relation: exp.Expr = select.args["from_"].this
    return relation


def parse_join(text: str) -> exp.Join:
    """Parse ``[left] table alias on condition``."""
    rest = text.lstrip()
    word = "LEFT " if rest[:5].lower().strip() == "left" and rest[4:5].isspace() else ""
    # White space in place of what the head already says keeps every character where it stands.
    kept = " " * (len(text) - len(rest) + len(word)) + rest[len(word) :]
    select = _parse_one(f"SELECT 1 FROM x {word}JOIN ", kept)
    joins = select.args.get("joins") if isinstance(select, exp.Select) else None
    if not joins or len(joins) != 1 or _clauses(select) - {"expressions", "from_", "joins"}:
        raise SyntaxFault(
            "this is not one join",
            0,
            "write '[left] table alias on condition': 'internal_inventory i on i.label = p.label'",
        )
    join: exp.Join = joins[0]
    return join


def parse_query(text: str) -> exp.Expr:
    """Parse one whole SELECT (or UNION ALL of them, or WITH … SELECT)."""
    if not re.match(r"\s*(select|with)\b", text, re.IGNORECASE):
        raise SyntaxFault("this is not a SELECT", 0, "a rule reads; it has one SELECT and no other statement")
    return _parse_one("", text)


def offset_of(node: exp.Expr) -> int | None:
    """The first character of a node, from what sqlglot remembers of its names and literals."""
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    return min(starts) if starts else None


def _parse_one(head: str, text: str) -> exp.Expr:
    """Parse a text behind what makes a statement of it; offsets are those of the text."""
    _check_characters(text)
    try:
        read = ClosedSql().tokenize(head + text)
        _check_tokens(read, head + text, len(head))
        statements = _parser().parse(read, head + text)
    except RecursionError:
        raise SyntaxFault("nested too deeply", 0, "write it flatter") from None
    except SqlglotError as error:
        raise _syntax_fault(error, text, len(head)) from None
    if len(statements) != 1 or statements[0] is None:
        raise SyntaxFault("this cannot be read as SQL", 0, "a rule has one expression or one SELECT")
    return _shifted(statements[0], -len(head))


def _parser() -> parser.Parser:
    try:
        return ClosedSql().parser()
    except TypeError:  # a compiled class has no subclass
        raise UserError(
            Problem(
                "sqlglot is installed with its compiled parser, which cannot be made to read rules",
                help="uninstall sqlglotc (the extra 'c' or 'rs' of sqlglot), or install rootlint apart from it",
            )
        ) from None


def _check_characters(text: str) -> None:
    if len(text) > LONGEST:
        raise SyntaxFault(f"longer than {LONGEST} characters", 0, "split the rule")
    for offset, character in enumerate(text):
        # Control characters, invisible ones and halves of characters: what is read is not what is shown.
        if unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in "\n\r\t":
            raise SyntaxFault(
                f"an invisible character U+{ord(character):04X} stands here", offset, "remove it"
            )


def _check_tokens(read: list[Token], sql: str, head: int) -> None:
    if not sql[head:].strip():
        raise SyntaxFault("nothing stands here", 0, "write an expression")
    end = 0
    for before, token in zip([None, *read], read, strict=False):
        _check_between(sql, end, token.start, head)
        end = token.end + 1
        if token.token_type is TokenType.SEMICOLON:
            raise SyntaxFault(
                "';' cannot stand here", token.start - head, "a rule has one expression or one SELECT"
            )
        if token.token_type is TokenType.ALL and (before is None or before.token_type is not TokenType.UNION):
            # The parser would read all(x) as x.
            raise SyntaxFault("ALL stands only in UNION ALL", token.start - head)
        if token.token_type is TokenType.VAR and token.text.upper() == "NULLS":
            # The parser would forget that it was written.
            raise SyntaxFault(
                "NULLS FIRST and LAST are not part of the rule language",
                token.start - head,
                "what has no value comes last",
            )
        if token.token_type is TokenType.FROM and (before is None or before.token_type is TokenType.L_PAREN):
            raise SyntaxFault("FROM stands behind SELECT and its columns", token.start - head)
    _check_between(sql, end, len(sql), head)


def _check_between(sql: str, start: int, end: int, head: int) -> None:
    """Only white space stands between tokens. In a folded YAML text, ``--`` would swallow all that follows."""
    skipped = sql[start:end]
    if skipped.strip():
        place = start + len(skipped) - len(skipped.lstrip())
        raise SyntaxFault("a comment cannot stand here", place - head, "write comments in the YAML, behind #")


def _syntax_fault(error: SqlglotError, text: str, head: int) -> SyntaxFault:
    details = (getattr(error, "errors", None) or [{}])[0]
    line, column = details.get("line"), details.get("col")
    if line is None or column is None:
        return SyntaxFault("this cannot be read as SQL", 0, "check quotes and brackets")
    near = str(details.get("highlight") or "")
    lines = text.split("\n")[: line - 1]
    # sqlglot counts the column of a token's last character.
    end = sum(len(part) + 1 for part in lines) + column - (head if line == 1 else 0)
    message = f"this cannot be read as SQL near '{near}'" if near else "this cannot be read as SQL"
    return SyntaxFault(message, max(end - max(len(near), 1), 0), "check quotes, brackets and commas")


def _clauses(select: exp.Expr) -> set[str]:
    return {name for name, value in select.args.items() if value}


def _shifted(node: exp.Expr, by: int) -> exp.Expr:
    for part in node.walk():
        if "start" in part.meta:
            part.meta["start"] += by
    return node
