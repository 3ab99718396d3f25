"""A mapping in Turtle as a graph of plain values, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kg.errors import MappingError, MissingFile, Place, without_place

RELATIVE = "relative:/"
"""What relative IRIs are resolved against where there is no base IRI, so that they can be told apart."""


@dataclass(frozen=True)
class Iri:
    """An IRI."""

    value: str

    def __str__(self) -> str:
        return f"<{self.value.removeprefix(RELATIVE)}>"


@dataclass(frozen=True)
class Blank:
    """A blank node with its label."""

    value: str

    def __str__(self) -> str:
        return "a blank node"


@dataclass(frozen=True)
class Literal:
    """A literal; its datatype is given only where it has no language."""

    value: str
    language: str = ""
    datatype: str = ""

    def __str__(self) -> str:
        return repr(self.value)


Node = Iri | Blank | Literal
Triple = tuple[Node, Iri, Node]


@dataclass(frozen=True)
class Graph:
    """The triples of a mapping, each once, in the order of the file."""

    path: Path
    triples: tuple[Triple, ...]
    prefixes: tuple[tuple[str, str], ...] = ()
    base: str = field(default="")

    @cached_property
    def _by_subject(self) -> dict[Node, dict[str, list[Node]]]:
        index: dict[Node, dict[str, list[Node]]] = {}
        for s, p, o in self.triples:
            index.setdefault(s, {}).setdefault(p.value, []).append(o)
        return index

    @cached_property
    def _by_object(self) -> dict[Node, Node]:
        return {o: s for s, _, o in reversed(self.triples)}

    def named(self, node: Node) -> str:
        """The IRI of a node; for a blank node that of the node to which it belongs, if there is one."""
        seen: set[Node] = set()
        while isinstance(node, Blank) and node in self._by_object and node not in seen:
            seen.add(node)
            node = self._by_object[node]
        return node.value.removeprefix(RELATIVE) if isinstance(node, Iri) else str(node)

    @property
    def place(self) -> Place:
        """The file: Turtle keeps no lines for its triples."""
        return Place(self.path)

    def subjects(self) -> tuple[Node, ...]:
        """Every subject once, in the order of the file."""
        return tuple(self._by_subject)

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        """The objects of a subject and predicate."""
        return self._by_subject.get(subject, {}).get(predicate, [])

    def one(self, subject: Node, predicate: str, what: str) -> Node | None:
        """The only object of a subject and predicate, or None. Raises MappingError for several."""
        found = self.objects(subject, predicate)
        if len(found) > 1:
            name = predicate.rpartition("/")[2]
            raise MappingError(
                f"{what}{len(found)} times {name}, once is allowed", place=self.place, value=name
            )
        return found[0] if found else None

    def predicates(self, subject: Node) -> tuple[str, ...]:
        """The predicates of a subject."""
        return tuple(self._by_subject.get(subject, ()))

    def with_triples(self, triples: Iterable[Triple]) -> Graph:
        """The same document with other triples."""
        return Graph(self.path, tuple(dict.fromkeys(triples)), self.prefixes, self.base)


def parse(path: Path, *, base: str = "") -> Graph:
    """The graph of a Turtle file; `base` resolves its relative IRIs up to its own `@base`.

    Raises MissingFile, and MappingError at line and column for text that is no Turtle.
    """
    import pyoxigraph as ox

    def node(term: object) -> Node:
        match term:
            case ox.NamedNode():
                return Iri(term.value)
            case ox.BlankNode():
                return Blank(term.value)
            case ox.Literal():
                return Literal(term.value, term.language or "", term.datatype.value)
        raise MappingError(f"a mapping has no use for {term}", place=Place(path))

    try:
        parser = ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE, base_iri=base or RELATIVE)
        triples = [(node(q.subject), Iri(q.predicate.value), node(q.object)) for q in parser]
    except (FileNotFoundError, IsADirectoryError) as error:
        raise MissingFile(f"no mapping file {path.as_posix()}", value=path.as_posix()) from error
    except SyntaxError as error:
        place = Place(path, error.lineno or 0, error.offset or 0)
        raise MappingError(f"no Turtle: {without_place(error)}", place=place) from error
    own = parser.base_iri if parser.base_iri not in (None, base, RELATIVE) else ""
    graph = Graph(path, (), tuple(parser.prefixes.items()), base or own or "")
    return graph.with_triples(triples)
