"""What of a graph a query can see: the predicates and the classes that its patterns name.

A query is read here only as far as that needs (SPARQL 1.1, section 19.8). Whatever is not understood means
that the query may see everything: a variable as a predicate, a negated property set, a path that may have no
length, a named graph, DESCRIBE, a collection, anything newer. That a query is well formed is left to the
store.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass

from kg.mapping import RDF_TYPE

_PART = r"[\w:]|%[0-9A-Fa-f]{2}"
_MORE = r"[\w:.-]|%[0-9A-Fa-f]{2}"
_LAST = r"[\w:-]|%[0-9A-Fa-f]{2}"
TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n\r]*)"
    r'''|(?P<literal>"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\''''
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')"""
    r"""|(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)"""
    r"|(?P<node>_:\w(?:[\w.-]*[\w-])?)"
    r"|(?P<variable>[?$]\w+)"
    rf"|(?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:{_PART})(?:(?:{_MORE})*(?:{_LAST}))?)?)"
    r"|(?P<number>[+-]?(?:(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+|\d*\.\d+|\d+))"
    r"|(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>\^\^|&&|\|\||[<>!]=|<<|>>|\{\||\|\}|.)",
    re.DOTALL,
)
FORMS = ("SELECT", "ASK", "CONSTRUCT")
GROUPS = ("OPTIONAL", "MINUS", "UNION")
OTHER_GRAPHS = ("FROM", "GRAPH", "SERVICE", "DESCRIBE", "BASE")
OPERANDS = ("variable", "literal", "number", "iri", "name", "tag", "node", "word")
"""What an operator may follow: here "<" is one, and begins no IRI."""
END = ("end", "")
Token = tuple[str, str]


@dataclass(frozen=True)
class Scope:
    """The predicates that a query can match, as IRIs in brackets; of rdf:type which objects, None for any."""

    predicates: frozenset[str]
    classes: frozenset[str] | None

    def sees(self, predicate: str, object_: str | None) -> bool:
        """Whether a triple of these terms, as N-Triples, can be matched; an object of None may be any.

        >>> scope("ASK { ?s a <urn:C> ; <urn:p> ?o }", {}).sees("<urn:p>", None)
        True
        """
        if predicate not in self.predicates:
            return False
        of_type = predicate == f"<{RDF_TYPE}>"
        return not of_type or self.classes is None or object_ is None or object_ in self.classes


def scope(text: str, prefixes: Map[str, str]) -> Scope | None:
    """What the query can see, or None for everything. `prefixes` are known besides those that it declares.

    >>> sorted(scope("SELECT ?s { ?s a <urn:C> ; <urn:p>+/^<urn:q> [] }", {}).predicates)[-2:]
    ['<urn:p>', '<urn:q>']
    >>> scope("SELECT ?s { ?s <urn:p>* ?o }", {})
    """
    if re.search(r"\\[uU]", text):  # may stand for anything, also a brace
        return None
    reader = _Reader(text, dict(prefixes))
    try:
        reader.query()
    except (_NotUnderstood, RecursionError):
        return None
    return Scope(frozenset(reader.predicates), None if reader.any_class else frozenset(reader.classes))


class _NotUnderstood(Exception):
    """There is something in the query of which it is not known what it sees."""


class _Reader:
    def __init__(self, text: str, prefixes: dict[str, str]) -> None:
        self.tokens: list[Token] = [
            (match.lastgroup or "", match[0]) for match in TOKEN.finditer(text) if match.lastgroup != "space"
        ]
        self.at = 0
        self.prefixes = prefixes
        self.predicates: set[str] = set()
        self.classes: set[str] = set()
        self.any_class = False

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def is_next(self, *signs: str) -> bool:
        """Whether one of the signs comes next, and then passes it."""
        kind, text = self.peek()
        found = kind == "sign" and text in signs
        self.at += found
        return found

    def expect(self, sign: str) -> None:
        if not self.is_next(sign):
            raise _NotUnderstood

    def iri(self, token: Token) -> str | None:
        """The IRI of a token, in brackets; None for what is none."""
        kind, text = token
        if kind == "iri":
            return text
        if kind != "name":
            return None
        prefix, _, local = text.partition(":")
        if prefix not in self.prefixes:
            raise _NotUnderstood
        return f"<{self.prefixes[prefix]}{local}>"

    def query(self) -> None:
        while self.peek() != END and self.peek()[1].upper() == "PREFIX":
            self.next()
            (kind, name), (is_iri, iri) = self.next(), self.next()
            if kind != "name" or name.index(":") != len(name) - 1 or is_iri != "iri":
                raise _NotUnderstood
            self.prefixes[name[:-1]] = iri[1:-1]
        kind, form = self.next()
        if kind != "word" or form.upper() not in FORMS:
            raise _NotUnderstood
        self.around(END)

    def around(self, end: Token) -> None:
        """What stands around a group: what is selected, how it is grouped and ordered; up to `end`."""
        while (token := self.next()) != end:
            if token == ("sign", "{"):
                self.group()
            elif token[0] == "word" and token[1].upper() == "VALUES":
                self.data()
            else:
                self.of_expression(token)

    def of_expression(self, token: Token) -> None:
        """One token of an expression, or what is in its parentheses. Patterns of EXISTS are read."""
        kind, text = token
        if token == END or (kind == "word" and text.upper().startswith(OTHER_GRAPHS)):
            raise _NotUnderstood
        if kind == "name":
            self.iri(token)
        if kind == "iri":
            before = self.tokens[self.at - 2]
            if before[0] in OPERANDS or before == ("sign", ")"):
                raise _NotUnderstood
        if token == ("sign", "("):
            while (inner := self.next()) != ("sign", ")"):
                self.of_expression(inner)
        elif token == ("sign", "{"):
            self.group()

    def group(self) -> None:
        """A group graph pattern, behind its brace."""
        while (token := self.next()) != ("sign", "}"):
            kind, text = token
            if token == ("sign", "{"):
                self.group()
            elif kind == "word" and text.upper() == "SELECT":
                self.around(("sign", "}"))
                return
            elif kind == "word" and text not in ("true", "false"):
                self.clause(text.upper())
            elif token == ("sign", "["):
                self.in_brackets()
                self.properties()
            elif token != ("sign", "."):
                self.term(token)
                self.properties()

    def clause(self, word: str) -> None:
        if word in GROUPS:
            self.expect("{")
            self.group()
        elif word == "VALUES":
            self.data()
        elif word in ("BIND", "FILTER"):
            self.constraint()
        else:
            raise _NotUnderstood

    def constraint(self) -> None:
        """What follows FILTER and BIND: EXISTS with its pattern, or parentheses, of a function or not."""
        if self.peek()[0] == "word" and self.peek()[1].upper() == "NOT":
            self.next()
        if self.peek()[0] == "word" and self.peek()[1].upper() == "EXISTS":
            self.next()
            self.expect("{")
            self.group()
            return
        if self.peek()[0] in ("word", "iri", "name"):
            self.next()
        if self.peek() != ("sign", "("):
            raise _NotUnderstood
        self.of_expression(self.next())

    def data(self) -> None:
        """VALUES: nothing in it is a pattern."""
        while not self.is_next("{"):
            if self.next() == END:
                raise _NotUnderstood
        while not self.is_next("}"):
            if self.next() == END:
                raise _NotUnderstood

    def properties(self) -> None:
        """Predicates with their objects, up to what is neither."""
        while True:
            kind, text = self.peek()
            if (kind == "sign" and text in ". } ] {") or (kind == "word" and text != "a") or kind == "end":
                return
            predicate = self.verb()
            self.object(predicate)
            while self.is_next(","):
                self.object(predicate)
            if not self.is_next(";"):
                return
            while self.is_next(";"):
                pass

    def verb(self) -> str | None:
        """A predicate or a path, whose predicates are noted; the predicate, if it is one."""
        first, begin = self.peek(), self.at
        self.path()
        plain = self.at == begin + 1
        predicate = f"<{RDF_TYPE}>" if first == ("word", "a") else self.iri(first) if plain else None
        return predicate if plain else None

    def path(self) -> None:
        begin = self.at
        self.step()
        while self.is_next("/", "|"):
            self.step()
        of_type = any(self.predicate(token) == f"<{RDF_TYPE}>" for token in self.tokens[begin : self.at])
        self.any_class |= of_type and self.at > begin + 1

    def predicate(self, token: Token) -> str | None:
        return f"<{RDF_TYPE}>" if token == ("word", "a") else self.iri(token)

    def step(self) -> None:
        self.is_next("^")
        if self.is_next("("):
            self.path()
            self.expect(")")
        elif predicate := self.predicate(self.next()):
            self.predicates.add(predicate)
        else:
            raise _NotUnderstood
        self.is_next("+")
        if self.is_next("*", "?"):
            raise _NotUnderstood

    def object(self, predicate: str | None) -> None:
        token = self.next()
        if token == ("sign", "["):
            self.in_brackets()
            named = None
        else:
            named = self.term(token)
        if predicate == f"<{RDF_TYPE}>":
            if named:
                self.classes.add(named)
            else:
                self.any_class = True

    def in_brackets(self) -> None:
        self.properties()
        self.expect("]")

    def term(self, token: Token) -> str | None:
        """A subject or an object; its IRI, if it is one."""
        kind, _ = token
        if kind == "literal" and self.peek()[0] == "tag":
            self.next()
        elif kind == "literal" and self.is_next("^^"):
            self.iri(self.next())
        elif kind not in ("literal", "iri", "name", "node", "variable", "number") and token not in (
            ("word", "true"),
            ("word", "false"),
        ):
            raise _NotUnderstood
        return self.iri(token)
