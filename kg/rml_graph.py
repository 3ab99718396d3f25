"""A mapping in Turtle as a graph of plain values, in the order of the file, each of which knows its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kg import encoding
from kg.errors import MappingError, MissingFile, Place, without_place
from kg.rml_places import LINE_END, of_rdf_1_2, offsets

if TYPE_CHECKING:
    import pyoxigraph as ox

RELATIVE = "relative:/"
"""What relative IRIs are resolved against where there is no base IRI, so that they can be told apart."""


ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|[#?/]")
"""What begins an IRI that names no file beside the mapping."""


def _nowhere() -> Any:
    """A node's offset in the text of the mapping, which is no part of what it is."""
    return field(default=-1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Iri:
    """An IRI."""

    value: str
    at: int = _nowhere()

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return f"<{self.value.removeprefix(RELATIVE)}>"


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank node with its label."""

    value: str
    at: int = _nowhere()

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return "a blank node"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal; its datatype is given only where it has no language."""

    value: str
    language: str = ""
    datatype: str = ""
    at: int = _nowhere()

    def __str__(self) -> str:
        return repr(self.value)


Node = Iri | Blank | Literal
Triple = tuple[Node, Iri, Node]
NOTHING: Mapping[str, list[Node]] = MappingProxyType({})


@dataclass(frozen=True)
class Graph:
    """The triples of a mapping in the order of the file; `lines` are the offsets at which its lines begin."""

    path: Path
    triples: tuple[Triple, ...]
    prefixes: tuple[tuple[str, str], ...] = ()
    base: str = field(default="")
    lines: tuple[int, ...] = (0,)
    relative: Mapping[int, str] = field(default_factory=dict, compare=False, repr=False)
    """Relative IRIs as they are written, by their offsets."""

    @cached_property
    def _by_subject(self) -> dict[Node, dict[str, list[Node]]]:
        index: dict[Node, dict[str, list[Node]]] = {}
        for s, p, o in self.triples:
            own = index.get(s)
            if own is None:
                own = index[s] = {}
            if p.value in own:
                own[p.value].append(o)
            else:
                own[p.value] = [o]
        return index

    @cached_property
    def _by_object(self) -> dict[Node, Node]:
        return {o: s for s, _, o in reversed(self.triples)}

    @cached_property
    def _subjects(self) -> dict[Node, Node]:
        return {s: s for s in self._by_subject}

    def named(self, node: Node) -> str:
        """The IRI of a node; for a blank node that of the node to which it belongs, if there is one."""
        seen: set[Node] = set()
        while isinstance(node, Blank) and node in self._by_object and node not in seen:
            seen.add(node)
            node = self._by_object[node]
        return node.value.removeprefix(RELATIVE) if isinstance(node, Iri) else str(node)

    @property
    def place(self) -> Place:
        """The file."""
        return Place(self.path)

    def place_at(self, offset: int) -> Place:
        """Where a character of the document stands; the file alone for an offset below zero."""
        line = bisect_right(self.lines, offset)
        return Place(self.path, line, offset - self.lines[line - 1] + 1) if line else Place(self.path)

    def place_of(self, node: Node) -> Place:
        """Where a node stands that was found in this graph: the very mention of it that was found."""
        return self.place_at(node.at)

    def home_of(self, node: Node) -> Place:
        """Where a node is described first; where it stands, if it is described nowhere."""
        return self.place_of(self._subjects.get(node, node))

    def subjects(self) -> tuple[Node, ...]:
        """Every subject once, in the order of the file."""
        return tuple(self._by_subject)

    def said_of(self, subject: Node) -> Mapping[str, list[Node]]:
        """The objects of a subject by their predicates."""
        return self._by_subject.get(subject, NOTHING)

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        """The objects of a subject and predicate."""
        return self._by_subject.get(subject, NOTHING).get(predicate, [])

    def one(self, subject: Node, predicate: str, what: str) -> Node | None:
        """The only object of a subject and predicate, or None. Raises MappingError for several."""
        found = self._by_subject.get(subject, NOTHING).get(predicate)
        if not found:
            return None
        if len(found) > 1:
            name = predicate.rpartition("/")[2]
            message = f"{what}{len(found)} times {name}, once is allowed"
            raise MappingError(message, place=self.place_of(found[1]), value=name)
        return found[0]

    def with_triples(self, triples: Iterable[Triple]) -> Graph:
        """The same document with other triples."""
        return replace(self, triples=tuple(triples))

    def once(self) -> Graph:
        """The same document with each triple once, where it stands first."""
        return self.with_triples(dict.fromkeys(self.triples))


def parse(path: Path, *, base: str = "") -> Graph:
    """The graph of a Turtle file; `base` resolves its relative IRIs up to its own `@base`.

    Raises MissingFile, Encoding, and MappingError at line and column for text that is no Turtle.
    """
    import pyoxigraph as ox

    try:
        text = encoding.read(path)
        parser = ox.parse(text, ox.RdfFormat.TURTLE, base_iri=base or RELATIVE)
        quads = list(parser)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise MissingFile(f"no mapping file {path.as_posix()}", value=path.as_posix()) from error
    except SyntaxError as error:
        place = Place(path, error.lineno or 0, error.offset or 0)
        raise MappingError(f"no Turtle: {without_place(error)}", place=place) from error
    own = parser.base_iri
    own = own if own and own != base and not own.startswith(RELATIVE) else ""
    lines = (0, *(match.end() for match in LINE_END.finditer(text)))
    graph = Graph(path, (), tuple(parser.prefixes.items()), base or own, lines)
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        place = graph.place_at(of_rdf_1_2(text))
        raise MappingError("a mapping has no use for triple terms (RDF 1.2)", place=place)
    triples = tuple(_placed(quads, text))
    return replace(graph, triples=triples, relative=dict(_relative(triples, text)))


def _relative(triples: Iterable[Triple], text: str) -> Iterator[tuple[int, str]]:
    for _, _, node in triples:
        if isinstance(node, Iri) and node.at >= 0 and text.startswith("<", node.at):
            written = text[node.at + 1 : text.index(">", node.at)]
            if written and written != node.value and not ABSOLUTE.match(written):
                yield node.at, written


def _placed(quads: list[ox.Quad], text: str) -> Iterator[Triple]:
    """The triples of the parser as plain values with their places, or without where these do not fit.

    Blank nodes without a label get one by their order, where the parser has another one each time.
    """
    import pyoxigraph as ox

    labels: dict[str, str] = {}

    def blank(term: ox.BlankNode, at: int) -> Blank:
        if at < 0 or text.startswith("_:", at):
            return Blank(term.value, at)
        return Blank(labels.setdefault(term.value, f"anonymous {len(labels) + 1}"), at)

    places = offsets(text)
    made: dict[type, Callable[[Any, int], Node]] = {
        ox.NamedNode: lambda term, at: Iri(term.value, at),
        ox.BlankNode: blank,
        ox.Literal: lambda term, at: Literal(term.value, term.language or "", term.datatype.value, at),
    }
    fitting = places if len(places) == len(quads) else [(-1, -1, -1)] * len(quads)
    for (subject, predicate, obj, _), (s, p, o) in zip(quads, fitting, strict=True):
        yield made[type(subject)](subject, s), Iri(predicate.value, p), made[type(obj)](obj, o)
