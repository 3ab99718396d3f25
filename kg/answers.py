"""Queries asked of the store: their parameters as terms, their answers.

Values of parameters are terms, so they cannot break out of their place in the query (SPARQL-dev SEP-0007,
substitutions).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from typing import TYPE_CHECKING

from kg import query_faults
from kg.datatypes import LEXICAL
from kg.errors import QueryError, UnknownParameter
from kg.mapping import XSD
from kg.query_text import TOKENS, Query, blank

if TYPE_CHECKING:
    import pyoxigraph

    Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal
    Answer = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

NOT_PROJECTED = re.compile(r"variable \?(\w+) in its SELECT projection")
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
SERVICE = re.compile(r"SERVICE", re.IGNORECASE)


def run(query: Query, store: pyoxigraph.Store, prefixes: Map[str, str], parameters: Map[str, str]) -> Answer:
    """Ask the store: the default graph of a query is the union of all graphs.

    Raises UnknownParameter for a parameter that is no variable of the query or an IRI that the graph does not
    have, QueryError with line and column.
    """
    query_faults.check(query, prefixes)
    values = dict(query.defaults) | dict(parameters)
    defaults = {name: term(value, prefixes, name) for name, value in query.defaults}
    for name in values:
        if name not in query.variables:
            exists = sorted(query.variables)
            raise UnknownParameter(f"the query has no variable ?{name}", value=name, exists=exists)
    terms = {name: term(value, prefixes, name) for name, value in values.items()}
    for name in parameters:
        terms[name] = _as_meant(name, terms[name], defaults.get(name), dict(query.defaults).get(name, ""))
        _in_graph(name, terms[name], store, prefixes)
    try:
        return _answer(query.text, store, prefixes, terms)
    except SyntaxError as error:
        raise query_faults.syntax_error(query, str(error)) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(str(error), place=query.place) from None


def check(query: Query, prefixes: Map[str, str]) -> None:
    """Raise QueryError, with line and column, for what is no SPARQL, before there is a graph to ask."""
    import pyoxigraph

    query_faults.check(query, prefixes)
    if not SERVICE.search(blank(query.text)):
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            try:
                pyoxigraph.Store().query(query.text, prefixes=dict(prefixes))
            except SyntaxError as error:
                raise query_faults.syntax_error(query, str(error)) from None


def _as_meant(name: str, value: Term, default: Term | None, written: str) -> Term:
    """The value as the query wants it, by the kind of its default; another kind could only give no rows.

    A text that is a value of the default's datatype gets this datatype. Raises UnknownParameter.
    """
    import pyoxigraph

    match default, value:
        case pyoxigraph.NamedNode(), pyoxigraph.Literal() | pyoxigraph.BlankNode():
            message = f"{name}: {value.value!r} is a text, the query wants an IRI"
            raise UnknownParameter(message, fix=f"write it as {written}, or as <IRI>")
        case pyoxigraph.Literal(), pyoxigraph.Literal() if default.datatype.value in LEXICAL:
            lexical = LEXICAL[default.datatype.value]
            if not lexical.has(value.value):
                raise UnknownParameter(f"{name}: the query wants {lexical.expected}, not {value.value!r}")
            return pyoxigraph.Literal(value.value, datatype=default.datatype)
    return value


def _in_graph(name: str, value: Term, store: pyoxigraph.Store, prefixes: Map[str, str]) -> None:
    """Raise UnknownParameter for an IRI that the graph does not have, which could only give no rows."""
    import pyoxigraph

    if not isinstance(value, pyoxigraph.NamedNode):
        return
    patterns = ((value, None, None), (None, value, None), (None, None, value))
    if any(next(store.quads_for_pattern(*pattern), None) for pattern in patterns):
        return
    namespaces = [iri for iri in prefixes.values() if value.value.startswith(iri)]
    namespace = max(namespaces, key=len, default="")
    subjects = {quad.subject.value for quad in store if isinstance(quad.subject, pyoxigraph.NamedNode)}
    raise UnknownParameter(
        f"{name}: the graph has no {value.value}",
        value=value.value.removeprefix(namespace),
        exists=sorted(iri.removeprefix(namespace) for iri in subjects if iri.startswith(namespace)),
    )


def _answer(text: str, store: pyoxigraph.Store, prefixes: Map[str, str], terms: Map[str, Term]) -> Answer:
    """Ask with `terms` for variables. Oxigraph takes only what a SELECT projects; the rest is put in here."""
    import pyoxigraph

    try:
        return store.query(
            text,
            prefixes=dict(prefixes),
            use_default_graph_as_union=not FROM.search(blank(text)),
            substitutions={pyoxigraph.Variable(name): value for name, value in terms.items()},
        )
    except RuntimeError as error:
        match = NOT_PROJECTED.search(str(error))
        if match is None:
            raise
        name = match[1]
        put_in = TOKENS.sub(lambda token: str(terms[name]) if token["variable"] == name else token[0], text)
        others = {other: value for other, value in terms.items() if other != name}
        try:
            return _answer(put_in, store, prefixes, others)
        except SyntaxError:
            raise UnknownParameter(
                f"?{name} can be no parameter here: a sub-query projects, groups or orders by it",
                fix="project it in the outer SELECT too, or give it another name",
            ) from None


def term(value: str, prefixes: Map[str, str], name: str = "value") -> Term:
    """The term that a person means: <IRI>, prefix:name, "text"@zh, "1"^^xsd:int, a number, or plain text.

    >>> term("place:jinsha", {"place": "https://kg.example/id/place/"}).value
    'https://kg.example/id/place/jinsha'
    >>> str(term("3.5", {}))
    '"3.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'

    Raises UnknownParameter for a prefix that is not known and for quotes that are not closed.
    """
    import pyoxigraph

    if not value.isprintable() and not value.encode(errors="ignore").decode() == value:
        raise UnknownParameter(f"{name} is not UTF-8")
    if re.fullmatch(r"https?://[^\s<>]+", value):
        return _parsed(f"<{value}>", {}, name)
    if match := re.fullmatch(r"([A-Za-z][\w.-]*):([\w%./-]*)", value):
        prefix, local = match.groups()
        if prefix in prefixes:
            return _parsed(f"<{prefixes[prefix]}{local}>", {}, name)
        message = f"{name}: the prefix {prefix!r} is not known"
        raise UnknownParameter(message, value=prefix, exists=prefixes, fix=f"for a text write '\"{value}\"'")
    if value[:1] in ("<", '"'):
        return _parsed(value, prefixes, name)
    for datatype, pattern in NUMBERS:
        if re.fullmatch(pattern, value):
            return pyoxigraph.Literal(value, datatype=pyoxigraph.NamedNode(XSD + datatype))
    return pyoxigraph.Literal(value)


NUMBERS = (
    ("integer", "[+-]?[0-9]+"),
    ("decimal", r"[+-]?[0-9]*\.[0-9]+"),
    ("double", r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]+"),
    ("boolean", "true|false"),
)


def _parsed(value: str, prefixes: Map[str, str], name: str) -> Term:
    """A term in Turtle's spelling, and nothing after it."""
    import pyoxigraph

    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    turtle = f"{head}<urn:s> <urn:p> {value} ."
    try:
        (quad,) = pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        fix = 'write <IRI>, prefix:name, a number, text, or "text"@zh'
        raise UnknownParameter(f"{name}: {value!r} is no term", fix=fix) from None
    found: Term = quad.object
    return found


def parameters(given: Iterable[str]) -> dict[str, str]:
    """`name=value` pairs as a dictionary; a leading ? or $ of the name is dropped.

    >>> parameters(["?place=place:bijie"])
    {'place': 'place:bijie'}

    Raises UnknownParameter for a text without an equals sign, and for a name that is given twice.
    """
    values: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        name = name.lstrip("?$")
        if not equals:
            raise UnknownParameter(f"{each!r} has no value", fix=f"write --param {name}=VALUE")
        if name in values:
            raise UnknownParameter(f"{name} is given twice", fix="give each parameter once")
        values[name] = value
    return values
