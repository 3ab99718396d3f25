"""SPARQL: named queries, their parameters, their answers.

A named query is a file `queries/NAME.rq`. Comment lines at its head describe it::

    # title: Events within a place
    # zh: 毕节市境内发生了哪些事件?
    # en: Which events took place within Bijie City?
    # param place = place:bijie

A parameter is a variable of the query; without `--param` it has the value given there. Values are terms, so
they cannot break out of their place in the query (SPARQL-dev SEP-0007, substitutions).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from kg import encoding
from kg.datatypes import LEXICAL
from kg.errors import MissingFile, Place, QueryError, UnknownParameter, UnknownQuery
from kg.mapping import XSD

if TYPE_CHECKING:
    import pyoxigraph

    Term = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal
    Answer = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

DEEPEST = 200
"""How deep braces and brackets of a query may nest; the parser is recursive and would end the process."""
MOST_PARTS = 2_000
"""How many clauses and operators a query may have, for the same reason: they are chained by nesting."""
TEXT = Path("query")
"""Stands for the file in the places of a query that was given as text."""

HEAD = re.compile(r"^#\s*(title|zh|en|param)\b[ \t:]*(.*)$")
PARAMETER = re.compile(r"^\??(\w+)\s*=\s*(.+)$")
TOKENS = re.compile(  # strings, IRIs and comments first, so that nothing inside them counts
    r'''"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*\''''
    r"""|<[^<>"{}|^`\\\s]*>|\#[^\n]*"""
    r"|[?$](?P<variable>\w+)|(?P<prefix>[^\W\d_][\w.-]*)?:(?P<local>[\w%.-]*)|(?P<open>[{(\[])|(?P<close>[})\]])",
    re.DOTALL,
)
PARTS = re.compile(
    r"\b(?:OPTIONAL|BIND|UNION|MINUS|FILTER|GRAPH|SERVICE)\b|[!*/^]|\|\||&&|[+-](?!\d)", re.IGNORECASE
)
DECLARATION = re.compile(r"\bPREFIX\s+([^\s:]*):", re.IGNORECASE)
ORDERED = re.compile(r"\bORDER\s+BY\b(?![^{}]*\})", re.IGNORECASE)
NOT_PROJECTED = re.compile(r"variable \?(\w+) in its SELECT projection")
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
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """A query as written, with what its head says."""

    text: str
    name: str = ""
    title: str = ""
    questions: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
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
        questions=tuple((language, facts[language]) for language in ("zh", "en") if language in facts),
        defaults=tuple((name, value.strip()) for name, value in parameters),
        file=file,
    )


def run(query: Query, store: pyoxigraph.Store, prefixes: Map[str, str], parameters: Map[str, str]) -> Answer:
    """Ask the store: the default graph of a query is the union of all graphs.

    Raises UnknownParameter for a parameter that is no variable of the query or an IRI that the graph does not
    have, QueryError with line and column.
    """
    _check(query, prefixes)
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
        raise _syntax_error(query, str(error)) from None
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(str(error), place=_place(query, 0, 0)) from None


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


def blank(text: str) -> str:
    """The query with blanks for strings, IRIs, comments and names: what is left is SPARQL's own."""
    return TOKENS.sub(lambda token: " " * len(token[0]), text)


def _check(query: Query, prefixes: Map[str, str]) -> None:
    """What the parser says badly or does not survive: unknown prefixes, nesting, long chains."""
    if len(PARTS.findall(blank(query.text))) > MOST_PARTS:
        raise QueryError(f"more than {MOST_PARTS} clauses and operators", place=_place(query, 0, 0))
    if wide := FULL_WIDTH.search(blank(query.text)):
        raise QueryError(
            f"{wide[0]!r} is a full-width sign", place=_at(query, wide.start()), fix="use the ASCII one"
        )
    known = {*prefixes, *DECLARATION.findall(query.text)}
    depth = 0
    for match in TOKENS.finditer(query.text):
        depth += bool(match["open"]) - bool(match["close"])
        if depth > DEEPEST:
            raise QueryError(f"nested deeper than {DEEPEST}", place=_at(query, match.start()))
        prefix = match["prefix"]
        if prefix and prefix not in known:
            raise QueryError(
                f"the prefix {prefix!r} is not known",
                place=_at(query, match.start()),
                value=prefix,
                exists=sorted(known),
            )


def _syntax_error(query: Query, message: str) -> QueryError:
    """What the parser says, in words for people, at the place where what it does not understand begins."""
    if update := UPDATE.match(query.text):
        place = _at(query, update.start(1))
        return QueryError("this is an update", place=place, fix=f"kg only reads: {FORMS}")
    match = EXPECTED.match(message)
    if match is None:
        return QueryError(message, place=_place(query, 0, 0))
    lines = query.text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: int(match[1]) - 1]) + int(match[2]) - 1
    expected = [each for each in re.split(r", | or ", " ".join(match[3].split())) if each != "[_]"]
    keywords = [each for each in expected if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", each)]
    sentences = [each for each in expected if " " in each and not each.startswith("[")]
    if sentences:
        return QueryError(sentences[0], place=_place(query, 0, 0))
    if len(keywords) == len(
        expected
    ):  # the parser stands behind the shortest that it tried, or one character
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
        return QueryError(what, place=_at(query, offset), fix=f"a query is one of {FORMS}")
    return QueryError(what, place=_at(query, offset), fix=f"expected one of {signs}" if signs else "")


def _at(query: Query, offset: int) -> Place:
    before = query.text[:offset]
    return _place(query, before.count("\n") + 1, offset - before.rfind("\n"))


def _place(query: Query, line: int, column: int) -> Place:
    return Place(query.file or TEXT, line, column)


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
