"""The ontology's Turtle files as quads in one named graph, and the prefixes that they declare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg import encoding
from kg.errors import OntologyError, Place, without_place
from kg.mapping import namespace

if TYPE_CHECKING:
    import pyoxigraph

GRAPH = "urn:kg:ontology"
"""The named graph that holds the ontology in a build; the default graph holds the data."""
DEFINES = (
    "http://www.w3.org/2000/01/rdf-schema#isDefinedBy",
    "http://www.w3.org/2004/02/skos/core#inScheme",
)


@dataclass(frozen=True)
class Ontology:
    """The quads of all files, all in `GRAPH`, with blank nodes named canonically; the prefixes by name."""

    quads: tuple[pyoxigraph.Quad, ...]
    prefixes: tuple[tuple[str, str], ...]

    @property
    def terms(self) -> frozenset[str]:
        """The IRIs of everything that the ontology describes."""
        import pyoxigraph

        subjects = (quad.subject for quad in self.quads)
        return frozenset(subject.value for subject in subjects if isinstance(subject, pyoxigraph.NamedNode))

    @property
    def namespaces(self) -> frozenset[str]:
        """The namespaces that the ontology defines: those of terms with rdfs:isDefinedBy or skos:inScheme."""
        defined = {str(quad.subject) for quad in self.quads if quad.predicate.value in DEFINES}
        return frozenset(namespace(iri) for iri in self.terms if f"<{iri}>" in defined)

    def write(self, out: Path) -> None:
        """Write the quads as sorted lines of N-Quads: the same bytes for the same files."""
        lines = sorted(f"{quad} .\n" for quad in self.quads)
        out.write_text("".join(lines), encoding="utf-8", newline="\n")


def read(paths: Iterable[Path]) -> Ontology:
    """Read Turtle files.

    Raises OntologyError with line and column for what is no Turtle.
    """
    import pyoxigraph

    dataset = pyoxigraph.Dataset()
    prefixes: dict[str, str] = {}
    graph = pyoxigraph.NamedNode(GRAPH)
    for path in paths:
        try:
            text = encoding.read(path)
            parser = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True)
            for quad in parser:
                dataset.add(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, graph))
        except SyntaxError as error:
            place = Place(path, error.lineno or 0, error.offset or 0)
            raise OntologyError(f"no Turtle: {without_place(error)}", place=place) from error
        except OSError as error:
            raise OntologyError(f"cannot be read: {error.strerror or error}", place=Place(path)) from error
        prefixes |= parser.prefixes
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return Ontology(tuple(sorted(dataset, key=str)), tuple(sorted(prefixes.items())))
