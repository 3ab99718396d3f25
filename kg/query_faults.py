"""What is wrong with a query, in words for people: where the parser says it badly or does not survive."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map

from kg.errors import QueryError
from kg.query_text import DECLARATION, TOKENS, Query, blank

DEEPEST = 200
"""How deep braces and brackets of a query may nest; the parser is recursive and would end the process."""
MOST_PARTS = 2_000
"""How many clauses and operators a query may have, for the same reason: they are chained by nesting."""

PARTS = re.compile(
    r"\b(?:OPTIONAL|BIND|UNION|MINUS|FILTER|GRAPH|SERVICE)\b|[!*/^]|\|\||&&|[+-](?!\d)", re.IGNORECASE
)
EXPECTED = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
UPDATE = re.compile(
    r"(?:\s|#[^\n]*\n|(?:PREFIX|BASE)\b[^\n>]*>)*(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b",
    re.IGNORECASE,
)
PROLOGUE = re.compile(r"\b(?:PREFIX|BASE)\b", re.IGNORECASE)
WORD = re.compile(r"\s*(\w+|\S)")
FEW = 8
FORMS = "SELECT, ASK, CONSTRUCT, DESCRIBE"
FULL_WIDTH = re.compile("[\uff01-\uff5e\u3001\u3002\u201c\u201d]")


def check(query: Query, prefixes: Map[str, str]) -> None:
    """Raise QueryError for what the parser says badly or does not survive.

    That is unknown prefixes, full-width signs, deep nesting and long chains.
    """
    if len(PARTS.findall(blank(query.text))) > MOST_PARTS:
        raise QueryError(f"more than {MOST_PARTS} clauses and operators", place=query.place)
    if wide := FULL_WIDTH.search(blank(query.text)):
        raise QueryError(
            f"{wide[0]!r} is a full-width sign", place=query.at(wide.start()), fix="use the ASCII one"
        )
    known = {*prefixes, *DECLARATION.findall(query.text)}
    depth = 0
    for match in TOKENS.finditer(query.text):
        depth += bool(match["open"]) - bool(match["close"])
        if depth > DEEPEST:
            raise QueryError(f"nested deeper than {DEEPEST}", place=query.at(match.start()))
        prefix = match["prefix"]
        if prefix and prefix not in known:
            raise QueryError(
                f"the prefix {prefix!r} is not known",
                place=query.at(match.start()),
                value=prefix,
                exists=sorted(known),
            )


def syntax_error(query: Query, message: str) -> QueryError:
    """What the parser says, in words for people, at the place where what it does not understand begins."""
    if update := UPDATE.match(query.text):
        place = query.at(update.start(1))
        return QueryError("this is an update", place=place, fix=f"kg only reads: {FORMS}")
    match = EXPECTED.match(message)
    if match is None:
        return QueryError(message, place=query.place)
    lines = query.text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: int(match[1]) - 1]) + int(match[2]) - 1
    expected = [each for each in re.split(r", | or ", " ".join(match[3].split())) if each != "[_]"]
    keywords = [each for each in expected if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", each)]
    sentences = [each for each in expected if " " in each and not each.startswith("[")]
    if sentences:
        return QueryError(sentences[0], place=query.place)
    if len(keywords) == len(expected):
        # The parser stands behind the shortest that it tried, or behind one character.
        before = max(0, min(offset, len(query.text)) - min(map(len, keywords), default=1))
        offset = _behind_form(query.text, before, offset)
    return _not_understood(query, offset, [each for each in expected if each not in keywords])


def _behind_form(text: str, before: int, offset: int) -> int:
    """Where the fault is: at `before`, unless a query begins there in good order, or nothing is left."""
    word = WORD.match(text, before)
    if word is None or word.start(1) >= offset:
        return offset
    return word.end(1) if word[1].upper() in FORMS.split(", ") and _opens(text[:before]) else before


def _opens(text: str) -> bool:
    """Whether a query may begin behind `text`: only prologue and comments are in it."""
    return not PROLOGUE.sub("", TOKENS.sub("", text)).strip()


def _not_understood(query: Query, offset: int, expected: list[str]) -> QueryError:
    found = WORD.match(query.text, offset)
    several = [each for each in expected if each.startswith('"')]
    signs = ", ".join(several) if len(several) <= FEW else ""
    what = f"{found[1]!r} is not understood here" if found else "the query ends too early"
    offset = found.start(1) if found else offset
    if _opens(query.text[:offset]):
        return QueryError(what, place=query.at(offset), fix=f"a query is one of {FORMS}")
    return QueryError(what, place=query.at(offset), fix=f"expected one of {signs}" if signs else "")
