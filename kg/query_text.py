"""A query as text: what its head says, its tokens, its variables.

A named query is a file `queries/NAME.rq`. Comment lines at its head describe it::

    # title: Events within a place
    # zh: 毕节市境内发生了哪些事件?
    # en: Which events took place within Bijie City?
    # zh names: event = 事件, place = 地点
    # param place = place:bijie

A parameter is a variable of the query; without `--param` it has the value given there. The names of variables
head the columns of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from kg import encoding
from kg.errors import MissingFile, Place, UnknownQuery
from kg.languages import LANGUAGES

TEXT = Path("query")
"""Stands for the file in the places of a query that was given as text."""

HEAD = re.compile(rf"^#\s*(title|(?:{'|'.join(LANGUAGES)})(?: names)?|param)\b[ \t:]*(.*)$")
NAMED = re.compile(r"\??(\w+)\s*=\s*([^,，]*[^,，\s])")
PARAMETER = re.compile(r"^\??(\w+)\s*=\s*(.+)$")
TOKENS = re.compile(  # strings, IRIs and comments first, so that nothing inside them counts
    r'''"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*\''''
    r"""|<[^<>"{}|^`\\\s]*>|\#[^\n]*"""
    r"|[?$](?P<variable>\w+)|(?P<prefix>[^\W\d_][\w.-]*)?:(?P<local>[\w%.-]*)|(?P<open>[{(\[])|(?P<close>[})\]])",
    re.DOTALL,
)
DECLARATION = re.compile(r"\bPREFIX\s+([^\s:]*):", re.IGNORECASE)
ORDERED = re.compile(r"\bORDER\s+BY\b(?![^{}]*\})", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """A query as written, with what its head says."""

    text: str
    name: str = ""
    title: str = ""
    questions: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str, str], ...] = ()
    """Language, variable, and what it is called in this language."""
    file: Path | None = None

    @property
    def variables(self) -> frozenset[str]:
        """Every variable that the query names."""
        return frozenset(match["variable"] for match in TOKENS.finditer(self.text) if match["variable"])

    @property
    def is_ordered(self) -> bool:
        """Whether the query as a whole, not only a part in braces, says how its rows are ordered."""
        bare = TOKENS.sub(lambda token: token[0] if token["open"] or token["close"] else " ", self.text)
        return bool(ORDERED.search(bare))

    def at(self, offset: int) -> Place:
        """Line and column of a character."""
        before = self.text[:offset]
        return Place(self.file or TEXT, before.count("\n") + 1, offset - before.rfind("\n"))

    @property
    def place(self) -> Place:
        """The query as a whole."""
        return Place(self.file or TEXT, 0, 0)


def find(given: str, named: Map[str, Path]) -> Query:
    """The named query, the file, or the text that `given` is: text has a blank or a brace in it.

    Raises UnknownQuery or MissingFile.
    """
    if given in named:
        return read(named[given])
    if re.search(r"[\s{]", given):
        return described(given)
    path = Path(given)
    if _is_file(path):
        return read(path)
    if path.suffix:
        raise MissingFile(f"there is no file {given}")
    raise UnknownQuery(f"no query is called {given!r}", value=given, exists=named)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than file names can be
        return False


def read(path: Path) -> Query:
    """A query from its file. Raises Encoding for a file that is not UTF-8."""
    return described(encoding.read(path), path)


def described(text: str, file: Path | None = None) -> Query:
    """A query with what the comments at its head say."""
    comments = takewhile(lambda line: line.startswith("#"), text.splitlines())
    head = [match.groups() for line in comments if (match := HEAD.match(line))]
    parameters = [
        match.groups() for key, value in head if key == "param" if (match := PARAMETER.match(value))
    ]
    facts = {key: value for key, value in head if key != "param"}
    name = file.stem if file else ""
    return Query(
        text=text,
        name=name,
        title=facts.get("title", name),
        questions=tuple((language, facts[language]) for language in LANGUAGES if language in facts),
        defaults=tuple((name, value.strip()) for name, value in parameters),
        names=tuple(
            (language, *each)
            for language in LANGUAGES
            for each in NAMED.findall(facts.get(f"{language} names", ""))
        ),
        file=file,
    )


def blank(text: str) -> str:
    """The query with blanks for strings, IRIs, comments and names: what is left is SPARQL's own."""
    return TOKENS.sub(lambda token: " " * len(token[0]), text)
