"""Where the triples of a Turtle document stand in its text.

Parsers of Turtle give triples without places. Here the tokens alone are looked at, of a text that is known
to be Turtle: that is enough to tell which of them are subject, predicate and object of each triple.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Offsets = tuple[int, int, int]
"""Where the subject, the predicate and the object of a triple begin, in characters of the text from 0."""

LINE_END = re.compile(r"\r\n?|\n")
# RDF 1.1 Turtle, section 6.5. A name goes on as long as it may: a dot is part of it unless it is the last.
NAME = r"(?:[^\x00-\x24\x26-\x2c\x2e\x2f\x3b-\x40\x5b-\x5e\x60\x7b-\x7f]|\\.)"
TOKEN = re.compile(
    rf"""
    (?:[ \t\r\n]+|\#[^\r\n]*)*
    (<<|\{{\||~                                           # of RDF 1.2, in no mapping
    | \"""(?:[^"\\]|\\.|"(?!""))*\""" | '''(?:[^'\\]|\\.|'(?!''))*'''
    | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*'
    | <[^>]*> | \^\^ | @[\w-]+
    | [+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)(?!{NAME})
    | {NAME}+(?:\.+{NAME}+)*
    | [^ \t\r\n\#])
    """,
    re.VERBOSE | re.DOTALL,
)
# How many terms come after the first word of a directive.
DIRECTIVES = {"@prefix": 2, "@base": 1, "@version": 1, "prefix": 2, "base": 1, "version": 1}
QUOTES = ('"', "'")
STRANGE = frozenset(("<<", "{|", "~"))
NONE = -1


@dataclass
class Reading:
    """What is open while tokens are read: brackets, and in the innermost a subject and a predicate.

    In a collection the predicate is its opening parenthesis, the subject the item that came last. Triples are
    found in the order of pyoxigraph: of those that one token completes, the last comes first, and a text in
    quotes is complete when its language, its datatype or another token is there.
    """

    found: list[Offsets] = field(default_factory=list)
    made: list[Offsets] = field(default_factory=list)
    subject: int = NONE
    predicate: int = NONE
    bracket: str = ""
    around: list[tuple[int, int, str]] = field(default_factory=list)
    quoted: int = NONE
    unread: int = 0

    def open_node(self, at: int) -> None:
        """A blank node with properties begins."""
        self._open("[", at)
        self.subject, self.predicate = at, NONE

    def open_collection(self, at: int) -> None:
        """A collection begins."""
        self._open("(", at)
        self.subject, self.predicate = NONE, at

    def _open(self, bracket: str, at: int) -> None:
        self._end_of_quoted()
        self._item(at)
        self.around.append((self.subject, self.predicate, self.bracket))
        self.bracket = bracket

    def close(self, _at: int) -> None:
        """A bracket is closed, and what it holds is a term; that of a collection is in a triple already."""
        self._end_of_quoted()
        collection = self.bracket == "("
        items = collection and self.subject != NONE
        made = self.predicate if collection else self.subject
        if items:
            self.made.append((self.subject, made, made))
        self.subject, self.predicate, self.bracket = self.around.pop()
        if not items or self.predicate == NONE:
            self._complete(made)

    def next_object(self, _at: int) -> None:
        """An object of the same predicate follows."""
        self._end_of_quoted()

    def next_predicate(self, _at: int) -> None:
        """A predicate of the same subject follows."""
        self._end_of_quoted()
        self.predicate = NONE

    def next_subject(self, _at: int) -> None:
        """A statement ends."""
        self._end_of_quoted()
        self.subject = self.predicate = NONE

    def datatype(self, _at: int) -> None:
        """The datatype of a text in quotes follows."""
        self.unread = 1

    def word(self, token: str, at: int) -> None:
        """A term, or the first word of a directive, or what belongs to the term before."""
        if self.unread:
            self.unread -= 1
            self._end_of_quoted()
        elif self.subject == NONE and not self.bracket and token.lower() in DIRECTIVES:
            self.unread = DIRECTIVES[token.lower()]
        elif token[0] == "@":
            self._end_of_quoted()
        else:
            self._end_of_quoted()
            self._item(at)
            if token[0] in QUOTES:
                self.quoted = at
            else:
                self._complete(at)

    def end_of_token(self) -> None:
        """All triples that the token has completed are made."""
        if self.made:
            self.found += reversed(self.made)
            self.made.clear()

    def _end_of_quoted(self) -> None:
        if self.quoted != NONE:
            at, self.quoted = self.quoted, NONE
            self._complete(at)

    def _complete(self, at: int) -> None:
        if self.predicate != NONE:
            self.made.append((self.subject, self.predicate, at))
        elif self.subject == NONE:
            self.subject = at
        else:
            self.predicate = at

    def _item(self, at: int) -> None:
        """Something begins: in a collection, the triple that leads to it is made."""
        if self.bracket != "(":
            return
        before, self.subject = self.subject, self.predicate if self.subject == NONE else at
        if before != NONE:
            self.made.append((before, self.predicate, at))
        elif self.around[-1][1] != NONE:
            self.made.append((*self.around[-1][:2], self.subject))


PUNCTUATION: dict[str, Callable[[Reading, int], None]] = {
    "[": Reading.open_node,
    "]": Reading.close,
    "(": Reading.open_collection,
    ")": Reading.close,
    ",": Reading.next_object,
    ";": Reading.next_predicate,
    ".": Reading.next_subject,
    "^^": Reading.datatype,
}


def offsets(text: str) -> list[Offsets]:
    """The places of the triples of a text that is Turtle, in the order in which pyoxigraph gives them.

    Reading ends at the first token that only RDF 1.2 has.

    >>> offsets("<a> <b> [ <c> 1, 2 ] .")
    [(8, 10, 14), (8, 10, 17), (0, 4, 8)]
    """
    reading = Reading()
    for token, at in _tokens(text):
        if token in STRANGE:
            break
        action = PUNCTUATION.get(token)
        if action:
            action(reading, at)
        else:
            reading.word(token, at)
        reading.end_of_token()
    return reading.found


def of_rdf_1_2(text: str) -> int:
    """Where the first token stands that only RDF 1.2 has, such as the brackets of a triple term."""
    return next((at for token, at in _tokens(text) if token in STRANGE), NONE)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """The tokens, and a dot behind the last one: each search then ends at a token, never inside a comment."""
    return ((match[1], match.start(1)) for match in TOKEN.finditer(text + "\n."))
