"""The mapping model: what RML, R2RML and YARRRML documents say, in one set of frozen values.

Readers (:mod:`kg.rml`, :mod:`kg.yarrrml`) build a :class:`Mapping`; nothing after them knows which language
it was written in. The words are those of RML-Core: a triples map has a logical source, a subject map and
predicate object maps; a term map makes terms from an expression.

Every value that a person wrote keeps its :class:`~kg.errors.Place`; places take no part in equality, so
two logical sources that say the same are the same source ("effectively equal", RML-Core).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from functools import cached_property
from itertools import chain
from typing import Any, Literal, TypeVar, cast

from kg.errors import Place

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = RDF + "type"
GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB = "https://w3id.org/imec/idlab/function#"
JSON = ("json", "jsonl")
NUMBERED = (*JSON, "excel", "parquet")
"""The formulations whose numbers may be meant as numbers or as they are written."""
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
    place: Place | None = field(default=None, compare=False, repr=False)


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

    `output` is the IRI of the result that is meant, where the function is said to have one of that name. A
    function of the project's own is `own` (:mod:`kg.library`).
    """

    function: str
    inputs: tuple[tuple[str, Expression], ...] = ()
    output: str = ""
    place: Place | None = field(default=None, compare=False, repr=False)
    own: object = field(default=None, compare=False, repr=False)


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
    Relative values get `base` in front where it is given, because it is not that of the mapping.
    """

    expression: Expression
    term_type: TermType = TermType.IRI
    language: Expression | None = None
    datatype: Expression | None = None
    natural: bool = False
    targets: tuple[LogicalTarget, ...] = ()
    condition: Expression | None = None
    base: str = ""
    place: Place | None = field(default=None, compare=False)

    @cached_property
    def parts(self) -> tuple[Expression, ...]:
        """The expressions of the term itself, of its language, its datatype and its condition."""
        parts = (self.expression, self.language, self.datatype, self.condition)
        return tuple(part for part in parts if part is not None)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """All references of its parts."""
        return tuple(chain.from_iterable(map(references, self.parts)))


DEFAULT_GRAPH = TermMap(Constant("http://w3id.org/rml/defaultGraph"))
"""The graph map that stands for the default graph."""


Side = Literal["start", "end"]


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written (CSVW, "Dialect descriptions").

    White space around cells goes with `trim`, or with the name of one side of a cell. Before the header come
    `skip_rows` lines, before the columns `skip_columns` cells; records of empty cells alone are none with
    `skip_blank`. `header` False names columns by number, or by `names`.
    """

    delimiter: str = ","
    quote: str = '"'
    comment: str = ""
    trim: bool | Side = False
    header: bool = True
    skip_rows: int = 0
    skip_columns: int = 0
    skip_blank: bool = False
    names: tuple[str, ...] = ()


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
    `namespaces` are the prefixes of XPath. If it is `complete`, as in legacy RML, a reference that no record
    has is an error, else it is no value. If it is `as_written`, as in legacy RML and YARRRML, the numbers of
    JSON are texts as they stand in the file, those of Excel and Parquet without exponents. References that
    are `identifiers`, as in R2RML, are those of SQL, with their quotes; others are names of columns. If it is
    as `stored`, as in RML-Core, floating-point numbers of a database are as the database writes them.
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
    as_written: bool = False
    identifiers: bool = False
    stored: bool = field(default=False, compare=False)
    complete: bool = field(default=False, compare=False)
    place: Place | None = field(default=None, compare=False)

    def __hash__(self) -> int:
        return hash((self.path, self.formulation, self.iterator, self.query))

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


Node = TypeVar("Node")
WHOLES = (Mapping, TriplesMap, PredicateObjectMap, TermMap, ReferencingObjectMap, Join, LogicalSource, Call)
"""What holds other values of the model."""


def rewritten(value: Node, by_type: Map[type, Callable[[Any], Any]]) -> Node:
    """The value with everything inside it, and then itself, as the function for its type makes it.

    What nothing changes stays the same object.

    >>> rewritten(Join(Reference("a"), Constant("b")), {Reference: lambda it: Reference(it.name.upper())})
    Join(child=Reference(name='A'), parent=Constant(value='b'))
    """
    made: Any = value
    if isinstance(value, tuple):
        items = tuple(rewritten(item, by_type) for item in value)
        made = items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    elif isinstance(value, WHOLES):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        changed = {name: new for name, old in parts.items() if (new := rewritten(old, by_type)) is not old}
        made = replace(value, **changed) if changed else value
    change = by_type.get(type(made))
    return cast("Node", change(made) if change else made)
