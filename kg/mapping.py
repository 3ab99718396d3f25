"""The mapping model: what RML, R2RML and YARRRML documents say, in one set of frozen values.

Readers (:mod:`kg.rml`, :mod:`kg.yarrrml`) build a :class:`Mapping`; nothing after them knows which language
it was written in. The words are those of RML-Core: a triples map has a logical source, a subject map and
predicate object maps; a term map makes terms from an expression.

Every value that a person wrote keeps its :class:`~kg.errors.Place`; places take no part in equality, so
two logical sources that say the same are the same source ("effectively equal", RML-Core).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain

from kg.errors import Place

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = RDF + "type"
ROW = "#row"
"""The column, beside those of a source, that holds the ordinal of the record, from 1."""


def namespace(iri: str) -> str:
    """The IRI up to its last slash or hash.

    >>> namespace("https://kg.example/ontology#Place")
    'https://kg.example/ontology#'
    """
    return re.sub("[^/#]*$", "", iri)


class TermType(Enum):
    """What kind of term a term map makes (RML-Core, `rml:termType`).

    Of the four kinds of IRI, URI writes all but ASCII as %XX, and the unsafe ones encode no value.
    """

    IRI = "IRI"
    URI = "URI"
    UNSAFE_IRI = "unsafe IRI"
    UNSAFE_URI = "unsafe URI"
    BLANK_NODE = "blank node"
    LITERAL = "literal"


IRIS = (TermType.IRI, TermType.URI, TermType.UNSAFE_IRI, TermType.UNSAFE_URI)


@dataclass(frozen=True)
class Constant:
    """The same value for every record: an IRI, the text of a literal, or a blank node's label."""

    value: str


@dataclass(frozen=True)
class Reference:
    """The value of one column (or path) of the record."""

    name: str


@dataclass(frozen=True)
class Template:
    """Text with references in it; text is used as it is, references are made safe where the term needs it.

    >>> Template(("https://kg.example/id/place/", Reference("id"))).references
    (Reference(name='id'),)
    """

    parts: tuple[str | Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references, in the order of their appearance."""
        return tuple(part for part in self.parts if isinstance(part, Reference))


@dataclass(frozen=True)
class Fresh:
    """Nothing is said: a blank node of its own for each record.

    Its `name`, of letters and digits, tells those of a document apart; :func:`kg.rules.rules` gives it.
    """

    name: str = ""


@dataclass(frozen=True)
class Call:
    """What a function returns (RML-FNML, "Function execution"): its IRI, its parameters' IRIs with values.

    `output` is the IRI of the result that is meant, where the function is said to have one of that name.
    """

    function: str
    inputs: tuple[tuple[str, Expression], ...] = ()
    output: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)


Expression = Constant | Reference | Template | Fresh | Call


def references(expression: Expression) -> tuple[Reference, ...]:
    """The references of any expression, those inside of calls too: none for a constant."""
    match expression:
        case Reference():
            return (expression,)
        case Template():
            return expression.references
        case Call(_, inputs):
            return tuple(chain.from_iterable(references(value) for _, value in inputs))
        case Constant() | Fresh():
            return ()


@dataclass(frozen=True)
class LogicalTarget:
    """Where quads go besides, or instead of, the default output (RML-IO, "Logical target").

    `path` is as written, from the working directory unless `root` says otherwise.
    """

    path: str
    serialization: str = "N-Quads"
    encoding: str = "utf-8"
    compression: str = ""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TermMap:
    """How a term is made from a record. Only literals have a language or a datatype, never both.

    `natural` literals without either take the datatype that the value has in its source (RML-Core, "Natural
    mapping"). Quads go to the `targets` of all their term maps. A `condition` of false makes no term.
    """

    expression: Expression
    term_type: TermType = TermType.IRI
    language: Expression | None = None
    datatype: Expression | None = None
    natural: bool = False
    targets: tuple[LogicalTarget, ...] = ()
    condition: Expression | None = None
    place: Place | None = field(default=None, compare=False)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The expressions of the term itself, of its language, its datatype and its condition."""
        parts = (self.expression, self.language, self.datatype, self.condition)
        return tuple(part for part in parts if part is not None)

    @property
    def references(self) -> tuple[Reference, ...]:
        """All references of its parts."""
        return tuple(chain.from_iterable(map(references, self.parts)))


DEFAULT_GRAPH = TermMap(Constant("http://w3id.org/rml/defaultGraph"))
"""The graph map that stands for the default graph."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written (CSVW, "Dialect descriptions"); `header` False names columns by number."""

    delimiter: str = ","
    quote: str = '"'
    comment: str = ""
    trim: bool = False
    header: bool = True


@dataclass(frozen=True)
class Database:
    """A database: `url` is postgresql://, mysql:// or sqlite:///, without the password."""

    url: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class LogicalSource:
    """Where records come from. `nulls` are the texts that stand for "no value".

    `path` is as written: a file, an http(s) URL, or "-" for standard input; of a database a table's name.
    The `formulation` (csv, json, jsonl, xml, parquet, excel, sql, sparql, or "" for one record without any
    column) says what the iterator and the references are. `query` is SQL, or SPARQL over a file of RDF.
    `namespaces` are the prefixes of XPath.
    """

    path: str
    formulation: str = "csv"
    iterator: str | None = None
    dialect: Dialect = Dialect()
    nulls: tuple[str, ...] = ("",)
    encoding: str = "utf-8"
    compression: str = ""
    namespaces: tuple[tuple[str, str], ...] = ()
    database: Database | None = None
    query: str = ""
    place: Place | None = field(default=None, compare=False)

    @property
    def delimiter(self) -> str:
        """The delimiter of its dialect."""
        return self.dialect.delimiter


@dataclass(frozen=True)
class Join:
    """One condition of a referencing object map: the child's value equals the parent's."""

    child: Expression
    parent: Expression


@dataclass(frozen=True)
class ReferencingObjectMap:
    """The subjects of another triples map as objects. Without joins both share one record."""

    parent: str
    joins: tuple[Join, ...] = ()
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class PredicateObjectMap:
    """Every predicate with every object, in every graph of the subject map and of this map together."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | ReferencingObjectMap, ...]
    graphs: tuple[TermMap, ...] = ()


@dataclass(frozen=True)
class TriplesMap:
    """One rule book for one logical source. Classes are predicate object maps with rdf:type.

    Its `base` IRI is given only where it is not that of the mapping.
    """

    name: str
    source: LogicalSource
    subject: TermMap
    predicate_objects: tuple[PredicateObjectMap, ...] = ()
    graphs: tuple[TermMap, ...] = ()
    base: str = ""
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Mapping:
    """A whole document: its triples maps in the order of the file, its prefixes, its base IRI."""

    triples_maps: tuple[TriplesMap, ...]
    prefixes: tuple[tuple[str, str], ...] = ()
    base: str = ""
    place: Place | None = field(default=None, compare=False)

    @property
    def sources(self) -> tuple[LogicalSource, ...]:
        """Each logical source once, in the order of first use."""
        return tuple(dict.fromkeys(triples_map.source for triples_map in self.triples_maps))
